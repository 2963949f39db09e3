//! Clocks in business time. A deal's clocks are driven by what happens to it and are read at any moment; no
//! counter is ever stored, so a figure cannot drift from the facts.
//!
//! ```text
//! signals, in the order of the fold ──► Clocks::take ──► events: a target was exceeded, a clock ended
//!                                          │
//!                    now, read until ──► Clocks::timers ──► timers, as the card shows them
//! ```
//!
//! Conventions, where products differ:
//! - A clock measures by the version of the policy and by the working hours that hold at its start.
//! - It is exceeded at the first business second beyond its target; the deadline that is shown is the exact
//!   fill, so 18:00 and not the next morning.
//! - While a deal stands in a pause or is closed, no clock runs and none has a deadline. Only the business part
//!   of that time moves a deadline. A deadline that had passed before stays where it was.
//! - A reopened deal's clocks go on where they stood.
//! - What happens at one moment counts in the order in which it is told; a clock that runs out at that very
//!   moment has run out before.
//! - What began before the account was observed has no clock: then there is no data.

mod clocks;
mod rule;
mod run;
mod signal;
mod timer;

pub use clocks::{Clocks, Event, Reading, Turn};
pub use run::{End, Run};
pub use signal::{Signal, Where};
pub use timer::{NamedTimer, Timer, TimerState};
