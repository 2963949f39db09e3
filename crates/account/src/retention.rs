//! What is forgotten, and when.

use crate::account::Account;
use crate::failure::Answer;
use takeroot_core::time::{DAY_S, Moment};

/// Days that bodies are kept as they came.
const RAW_DAYS: i64 = 14;
/// Days that bodies which could not be read wait for a release that reads them.
const QUARANTINE_DAYS: i64 = 90;
/// Days that the audit log reaches back.
const AUDIT_DAYS: i64 = 400;

impl Account {
    /// Forgets what is old enough, once a day, but not while an archive is made.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn tidy(&self, now: Moment) -> Answer<()> {
        let (store, today) = (&self.store, self.rules.day_of(now));
        let is_exported = store.exporting_until()?.is_some_and(|until| now.0 * 1000 < until);
        if is_exported || store.tidied_on()? == Some(today) {
            return Ok(());
        }
        let before = |days: i64| now.plus(-days * DAY_S);
        store.transaction(|| {
            store.forget_raw(before(RAW_DAYS))?;
            store.forget_quarantined(before(QUARANTINE_DAYS))?;
            store.forget_entries(before(AUDIT_DAYS))?;
            store.keep_tidied_on(today)
        })
    }
}
