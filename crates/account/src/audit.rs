//! The audit log: administrative acts, and checks that failed where it matters. Never a secret, never a text of the CRM.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use serde::{Deserialize, Serialize};
use takeroot_core::account::List;
use takeroot_core::time::Moment;

/// Entries that an answer lists.
const AUDIT_PAGE: i64 = 100;
/// Failed checks that are kept in an hour: a flood of them says no more, and fills no storage.
const REFUSED_MAX: i64 = 60;
const HOUR_S: i64 = 3600;

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

    /// A page of the audit log, the latest entries first.
    ///
    /// # Errors
    /// A rejection with 400 of a text that is no cursor.
    pub fn audit(&self, cursor: Option<&str>) -> Answer<List<AuditEntry>> {
        let before = cursor.map(|cursor| cursor.parse().map_err(|_| Failure::not_a_cursor())).transpose()?;
        let before = before.map_or(i64::MAX >> 11, |before: u32| i64::from(before));
        let items = self.store.entries(before, AUDIT_PAGE)?;
        let is_full = i64::try_from(items.len()) == Ok(AUDIT_PAGE);
        let next = items.last().filter(|_| is_full).map(|last| last.n.to_string());
        Ok(List { items, next })
    }
}
