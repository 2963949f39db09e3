//! An account reads its CRM: the stand's, in which the demo company lives. Hours pass in milliseconds, and one seed gives
//! the same story everywhere.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod doctor;
mod roads;
#[path = "../told/mod.rs"]
mod told;
mod trouble;
mod whole;
mod world;
