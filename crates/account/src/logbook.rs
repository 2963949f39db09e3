//! The log of an account: pains, requests and releases, which people write down and the owner's page shows.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use takeroot_core::account::List;
use takeroot_core::logbook::{ENTRIES_MAX, Entry};
use takeroot_core::time::Moment;

impl Account {
    /// All entries, by day.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn logbook(&self) -> Answer<List<Entry>> {
        Ok(List { items: self.store.logbook()?, next: None })
    }

    /// Writes an entry down, or writes it otherwise.
    ///
    /// # Errors
    /// A rejection with 422 of an entry that cannot be kept, with 404 of a number that none has.
    pub fn write_entry(&self, mut entry: Entry, who: &str, now: Moment) -> Answer<Entry> {
        let refused = |hint: String| Failure::rejected(422, "the entry cannot be kept", hint);
        entry.checked().map_err(refused)?;
        let known = self.store.logbook()?;
        let is_new = entry.id == 0;
        if is_new && known.len() >= ENTRIES_MAX {
            return Err(refused(format!("a log has at most {ENTRIES_MAX} entries: remove one")));
        }
        if !is_new && !known.iter().any(|known| known.id == entry.id) {
            return Err(Failure::not_found());
        }
        self.store.transaction(|| {
            if is_new {
                entry.id = self.store.next_entry()?;
            }
            self.store.write_down(&entry)?;
            self.log_changed(&entry, "log", who, now)
        })?;
        Ok(entry)
    }

    /// Strikes an entry out.
    ///
    /// # Errors
    /// A rejection with 404 of a number that none has.
    pub fn strike_entry(&self, id: u32, who: &str, now: Moment) -> Answer<Entry> {
        let entry = self.store.logbook()?.into_iter().find(|entry| entry.id == id);
        let entry = entry.ok_or_else(Failure::not_found)?;
        self.store.transaction(|| {
            self.store.strike_entry(id)?;
            self.log_changed(&entry, "log entry struck out", who, now)
        })?;
        Ok(entry)
    }

    /// The page is to show it.
    fn log_changed(&self, entry: &Entry, what: &str, who: &str, now: Moment) -> Answer<()> {
        self.store.mark_stale(self.rules.day_of(now))?;
        self.log(who, what, &entry.id.to_string(), now)
    }
}
