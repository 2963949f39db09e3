//! What is seen: the owner's page, the summary in a terminal, and the small pages around them, in Russian and
//! English.
//!
//! Never here: a clock, a network, storage, JavaScript. A figure is worded once, in the view, and laid out
//! twice, so page and terminal cannot differ; each word a person reads stands in the catalogue.

pub mod card;
mod chart;
mod connection;
mod date;
mod definition;
#[cfg(test)]
mod demo;
pub mod desk;
mod digest;
mod doctor;
mod frame;
mod lang;
mod ledger;
mod measured;
mod message;
mod number;
mod owner;
mod pain;
pub mod policy;
mod reading;
mod said;
pub mod settings;
mod speed;
mod terminal;
mod text;
mod verdict;
mod view;
mod words;
mod workbook;

pub use connection::{connection, finding};
pub use digest::{DigestSource, digest, digest_message};
pub use doctor::diagnosis;
pub use frame::{OWNER_CSP, OWNER_CSS, OWNER_CSS_PATH};
pub use lang::Lang;
pub use message::{Message, message_page, not_found_page};
pub use owner::{Choice, DealsPage, Filter, OwnerPage, PeriodPage, deals_page, owner_page, period_page};
pub use terminal::terminal;
pub use verdict::{Finding, Level, Share, Sign, Verdict, verdict};
pub use workbook::{Cell, Chart, Sheet, Workbook, WorkbookSource, workbook};
