//! What a card shows beside its deal: other deals of the same client, and the own day of whoever looks.

use crate::account::Account;
use crate::days::{Shelf, StoredDays};
use crate::failure::Answer;
use takeroot_core::assess::open_under;
use takeroot_core::card::{DealCard, Duplicate};
use takeroot_core::fact::Subject;
use takeroot_core::own::{OwnDay, own_days};
use takeroot_core::time::Moment;

/// Duplicates that a card names.
const DUPLICATES_MAX: usize = 3;
/// How long everybody's day is good: cards are opened more often than days change.
const OWN_DAYS_S: i64 = 60;

impl Account {
    /// Open deals that share an identity with a deal, each once.
    pub(crate) fn duplicates(&self, deal: Option<&DealCard>) -> Answer<Vec<Duplicate>> {
        let Some(deal) = deal else { return Ok(Vec::new()) };
        let named = deal.identities.iter().map(|identity| Subject::Identity(identity.hash.number()));
        let named: Vec<Subject> = named.collect();
        let told = self.store.shared_of(&named)?;
        let mut duplicates: Vec<Duplicate> = Vec::new();
        for (identity, subject) in deal.identities.iter().zip(&named) {
            for other in told.get(subject).into_iter().flat_map(|deals| open_under(deals)) {
                if other != deal.deal && duplicates.iter().all(|known| known.deal != other) {
                    duplicates.push(Duplicate { deal: other, same: identity.of });
                }
            }
        }
        duplicates.truncate(DUPLICATES_MAX);
        Ok(duplicates)
    }

    /// The own day of a user, where there is something to tell of it. Counted for everybody at once, and rarely.
    pub(crate) fn own_day(&self, user: u64, now: Moment) -> Answer<Option<OwnDay>> {
        let age_s = now.0.saturating_sub(self.own_days.borrow().0.0);
        if !(0..OWN_DAYS_S).contains(&age_s) {
            let shelf = Shelf::of(&self.store)?;
            let days = StoredDays::new(&self.store, &shelf);
            let counted = own_days(&days, self.rules.at(now), self.rules.day_of(now));
            self.own_days.replace((now, days.checked(counted)?));
        }
        Ok(self.own_days.borrow().1.get(&user).copied())
    }
}
