//! Other systems' exports into facts: CSV of deals, one row each, and CSV logs, one row per event, through a
//! [`Mapping`] that a person writes.
//!
//! [`Source`] cuts a file's bytes into blocks, a [`Gathering`] reads blocks into rows of 32 bytes, [`History`]
//! judges the deals behind them.
//!
//! Never here: a file, a thread, a clock, a rule about what a figure means.

mod amount;
mod date;
mod emit;
mod field;
mod gather;
mod glob;
mod history;
mod index;
mod kinds;
mod mapping;
mod marks;
mod names;
mod plan;
mod problem;
mod recent;
mod record;
mod rejects;
mod row;
mod source;
mod tally;
mod text;

pub use gather::{Counts, Gathering};
pub use history::{History, Rejected};
pub use index::{Index, Period, Read};
pub use mapping::Mapping;
pub use names::{Known, Names, id_of};
pub use problem::{Position, Problem};
pub use rejects::{Reject, Rejects, SHOWN_MAX};
pub use source::{Block, Source};
pub use tally::Tally;
