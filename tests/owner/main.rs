//! The owner's page, rendered on this machine from the demo company's published documents: its looks in Chromium, and
//! that it says what the other readers of those documents say.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod company;
mod look;
#[path = "../card/picture.rs"]
mod picture;
mod readers;
mod truth;
