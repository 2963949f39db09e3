//! The local stand: workerd as a process, the demo company, a CRM in which it lives, an HTTP client for both, the CRM's card
//! page and a browser that is driven.

pub mod account;
pub mod browser;
pub mod capnp;
pub mod card;
pub mod company;
pub mod crm;
pub mod edge;
pub mod feed;
pub mod fuzz;
pub mod http;
pub mod log;
pub mod openapi;
pub mod raw;
pub mod skip;
pub mod workerd;
pub mod wrangler;
