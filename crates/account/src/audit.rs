//! The audit log: administrative acts, and checks that failed where it matters. Never a secret, never a text of the CRM.

use crate::account::Account;
use crate::failure::Answer;
use serde::{Deserialize, Serialize};
use takeroot_core::time::Moment;

/// Entries that an answer lists.
const AUDIT_PAGE: i64 = 100;
/// Failed checks that are kept in an hour: a flood of them says no more, and fills no storage.
const REFUSED_MAX: i64 = 60;
const HOUR_S: i64 = 3600;

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, ascending.
    pub n: i64,
    /// When.
    pub at: Moment,
    /// Who: `operator`, `grant 3`, `widget`, `hook 1`.
    pub who: String,
    /// What was done, or `refused`.
    pub what: String,
    /// To what, or why.
    pub detail: String,
}

impl Account {
    /// Writes an act into the audit log.
    pub(crate) fn log(&self, who: &str, what: &str, detail: &str, now: Moment) -> Answer<()> {
        self.store.keep_entry(now, who, what, detail)
    }

    /// Writes a failed check into the audit log, as long as there are not too many.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn refused(&self, who: &str, why: &str, now: Moment) -> Answer<()> {
        if self.store.entries_since("refused", now.plus(-HOUR_S))? >= REFUSED_MAX {
            return Ok(());
        }
        self.log(who, "refused", why, now)
    }

    /// Entries of the audit log, the latest first, from before a number.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn audit(&self, before: Option<i64>) -> Answer<Vec<AuditEntry>> {
        self.store.entries(before.unwrap_or(i64::MAX >> 11), AUDIT_PAGE)
    }
}
