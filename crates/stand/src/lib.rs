//! The local stand: workerd as a process, the demo company, an HTTP client for both.

pub mod account;
pub mod capnp;
pub mod company;
pub mod edge;
pub mod feed;
pub mod skip;
pub mod workerd;
pub mod wrangler;
