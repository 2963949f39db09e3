//! The CRM's side of an account: its tokens, what its API is asked and when, and what becomes of the answers.
//!
//! No network here. [`Account::crm_call`] says what to ask next, [`Account::crm_answered`] takes what came back; between
//! the two nothing is held that a crash may not lose, for every reading is begun again from what is stored.

mod answer;
mod backfill;
mod call;
mod connection;
mod directory;
mod doctor;
mod link;
mod pass;
mod schedule;
mod tokens;

pub use call::{CrmAnswer, CrmCall};
pub use connection::NewTokens;

pub(crate) use link::{Link, Tokens};

use call::Asked;
use pass::Pass;
use std::cell::RefCell;

/// What is known of the connection, and what is under way.
#[derive(Debug, Default)]
pub(crate) struct Desk(RefCell<Inner>);

impl Desk {
    /// Whether a user is an admin of the CRM, as its list of users said last.
    pub(crate) fn has_admin(&self, user: u64) -> bool {
        self.0.borrow().link.as_ref().is_some_and(|link| link.here.admins.contains(&user))
    }
}

#[derive(Debug, Default)]
struct Inner {
    link: Option<Link>,
    tokens: Option<Tokens>,
    /// What is being read.
    pass: Option<Pass>,
    /// What was asked and is not answered, and when, in milliseconds.
    asked: Option<(Asked, i64)>,
    /// How far the CRM's clock was ahead of ours when it answered last, in seconds.
    skew_s: Option<i64>,
    /// When something was asked last, in milliseconds.
    asked_at_ms: i64,
    /// Whether the CRM has refused a token that was just given.
    is_refused: bool,
    /// Happenings that the last reading saw, so that a quiet minute is known by one question.
    seen: std::collections::BTreeSet<takeroot_core::fact::Key>,
}
