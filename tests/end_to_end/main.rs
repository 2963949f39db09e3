//! The Worker on a real workerd, over HTTP, as the CRM and an owner see it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod access;
mod admin;
mod api;
mod archive;
mod backup;
mod bad_input;
mod card;
mod case_files;
mod connect;
mod digest;
#[cfg(unix)]
mod guide;
mod kill;
mod logbook;
mod metrics;
mod outbound;
mod roads;
mod runtime;
mod upkeep;
