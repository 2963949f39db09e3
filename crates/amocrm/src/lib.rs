//! amoCRM's language: the bodies that it posts and the pages that its API answers, into facts.
//!
//! Never here: a clock, randomness, network, storage. A function of this crate sees only its arguments.

pub mod api;
pub mod card;
mod form;
pub mod hook;
pub mod oauth;
pub mod subscription;
pub mod token;

pub use form::{Flags, Form, FormLimit, JsonError, Node};
