//! What the CRM's board and lists are told of many deals at once.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use std::cell::RefCell;
use std::rc::Rc;
use takeroot_core::assess::Terms;
use takeroot_core::card::{BADGES_MAX, DealCard};
use takeroot_core::fact::Subject;
use takeroot_core::time::Moment;

/// Deals that are remembered: some screens of a large company.
const REMEMBERED_MAX: usize = 4 * BADGES_MAX;

/// Deals as they were judged for a screen, by their ids. Each is good until something is told of it or it is judged
/// anew, since only its clocks change without either.
#[derive(Debug, Default)]
pub(crate) struct Remembered(RefCell<Vec<Rc<DealCard>>>);

impl Remembered {
    /// Forgets those of which something was told.
    pub(crate) fn forget<'s>(&self, subjects: impl IntoIterator<Item = &'s Subject>) {
        let mut known = self.0.borrow_mut();
        for subject in subjects {
            if let Subject::Deal(deal) = subject
                && let Ok(place) = known.binary_search_by_key(deal, |card| card.deal)
            {
                known.remove(place);
            }
        }
    }

    pub(crate) fn forget_all(&self) {
        self.0.borrow_mut().clear();
    }

    fn get(&self, deal: u64) -> Option<Rc<DealCard>> {
        let known = self.0.borrow();
        let place = known.binary_search_by_key(&deal, |card| card.deal).ok()?;
        known.get(place).cloned()
    }

    fn keep(&self, cards: Vec<Rc<DealCard>>) {
        let mut known = self.0.borrow_mut();
        if known.len() > REMEMBERED_MAX {
            known.clear();
        }
        known.extend(cards);
        known.sort_unstable_by_key(|card| card.deal);
    }
}

impl Account {
    /// The deals of a screen, each once, of those that a one-time token's user may see, and the address of the CRM whose
    /// pages may read them. A colleague's deal is not told from one of which nothing is known.
    ///
    /// # Errors
    /// A rejection with 401 of a token that is not good, with 422 of more deals than a screen shows.
    pub fn deals_of_screen(
        &self,
        mut deals: Vec<u64>,
        token: &str,
        now: Moment,
    ) -> Answer<(Vec<Rc<DealCard>>, String)> {
        let claims = self.widget(token, now)?;
        if deals.len() > BADGES_MAX {
            let hint = format!("`deals`: at most {BADGES_MAX} ids");
            return Err(Failure::rejected(422, "too many deals", hint));
        }
        deals.sort_unstable();
        deals.dedup();
        let mut cards = self.cards(&deals, now)?;
        let is_admin = self.is_admin(&claims);
        cards.retain(|deal| self.sees(claims.user_id, is_admin, deal.responsible, now));
        Ok((cards, claims.iss))
    }

    fn cards(&self, deals: &[u64], now: Moment) -> Answer<Vec<Rc<DealCard>>> {
        self.read_all()?;
        let (mut cards, mut unknown) = (Vec::with_capacity(deals.len()), Vec::new());
        for deal in deals {
            match self.store.remembered.get(*deal) {
                Some(card) => cards.push(card),
                None => unknown.push(Subject::Deal(*deal)),
            }
        }
        if unknown.is_empty() {
            return Ok(cards);
        }
        let (mut judged, coverage) = (Vec::new(), self.coverage.borrow());
        let terms = Terms { rules: &self.rules, coverage: &coverage };
        for (subject, facts) in self.store.facts_of(&unknown)? {
            if let Subject::Deal(deal) = subject {
                judged.extend(DealCard::of(deal, &facts, terms, now).map(Rc::new));
            }
        }
        cards.extend_from_slice(&judged);
        self.store.remembered.keep(judged);
        Ok(cards)
    }
}
