//! What is true about a company's CRM: facts, the fold of a deal, the working calendar, contributions, days.
//!
//! Never here: a clock, a network, storage, a DOM, randomness, or a word that a person reads. Time is an
//! argument, so that one fact gives one figure in the card, at the edge and at the desk.

pub mod acceptance;
pub mod account;
pub mod assess;
pub mod calendar;
pub mod card;
pub mod connection;
pub mod contribution;
pub mod coverage;
pub mod day;
mod days;
pub mod deal;
pub mod digest;
pub mod directory;
pub mod doctor;
pub mod fact;
pub mod histogram;
pub mod junk;
mod key;
pub mod ledger;
pub mod logbook;
mod measure;
pub mod own;
mod place;
pub mod policy;
pub mod production;
#[cfg(feature = "schema")]
pub mod schema;
pub mod sla;
pub mod sorted;
mod subject;
pub mod summary;
pub mod time;
pub mod timetable;
pub mod zone;
