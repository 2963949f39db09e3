//! The packed widget in Chromium, on a page that behaves as the CRM's card does, with the Worker on workerd.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod accessible;
mod board;
mod contrast;
mod hostile;
mod life;
mod look;
mod observed;
mod outside;
mod page;
mod picture;
mod stub;
mod trouble;
mod typing;
mod world;
