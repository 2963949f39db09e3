//! amoCRM's language: the bodies that it posts, decoded into a tree of names and texts.
//!
//! Never here: a clock, randomness, network, storage. A function of this crate sees only its arguments.

pub mod card;
mod form;
pub mod hook;
pub mod required;
pub mod token;

pub use form::{Flags, Form, FormLimit, JsonError, Node};
