//! What an account does with what it is told: the journal, its judgement, publishing, and what is due when.
//!
//! The edge's account object is a thin shell around this; tests run the very same code over SQLite on this machine.
//! Never here: a clock, a network, a rule of what a figure means. Time and the database are arguments; what is to be
//! put elsewhere is given back as data.

mod access;
mod account;
pub mod api;
mod archive;
mod audit;
mod badges;
mod baseline;
mod beside;
mod capability;
mod claim;
mod crm;
mod cron;
pub mod database;
mod days;
mod digest;
mod evidence;
mod failure;
mod finding;
mod intake;
mod load;
mod logbook;
mod metrics;
#[cfg(feature = "native")]
pub mod native;
mod person;
mod policy;
mod publish;
mod quarantine;
mod retention;
mod settle;
mod store;
mod vault;

pub use access::{Grant, GrantRequest, Granted, Role};
pub use account::{Account, JUDGE_DELAY_MS, Recomputed, Status, is_crm_host};
pub use archive::{ARCHIVE_PAGE_BYTES, ArchiveEnd, ArchiveHeader, ArchiveLine, Imported, Page, import};
pub use audit::AuditEntry;
pub use capability::{Capability, Purpose, is_operator};
pub use claim::AnswerRequest;
pub use crm::{CrmAnswer, CrmCall, NewTokens};
pub use cron::is_turn;
pub use digest::{
    DigestCall, DigestDue, DigestLast, DigestTested, Sending, Target, TargetRequest, TargetState, Way,
    WayName,
};
pub use evidence::Search;
pub use failure::{Answer, Failure, Rejection};
pub use intake::Delivered;
pub use load::{BODY_BYTES_MAX, Load, RETRY_AFTER_S};
pub use metrics::{HookResult, Metrics, RouteClass};
pub use person::{Erased, Held, Person};
pub use publish::{Documents, Publication, day_key, index_key, summary_key};
pub use quarantine::Replayed;
pub use store::{Quarantined, Store};
pub use vault::Vault;
