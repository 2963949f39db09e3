//! What was read becomes facts: of what happens, and of the time before the connection, piece by piece backwards, so that
//! a deal's state is taken back to what it was when it was created.

use super::link::{Back, Link};
use super::pass::{Aim, Pass};
use super::schedule::LAG_S;
use crate::account::Account;
use crate::failure::Answer;
use crate::store::WasRow;
use crate::vault::Vault;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_amocrm::api::{Change, List, Was};
use takeroot_core::fact::{Actor, Fact, Subject, Via, What};
use takeroot_core::time::{DAY_S, Moment};

/// A piece that told more is followed by a shorter one, one that told much less by a longer one.
const PIECE_FACTS: usize = 2_000;
/// No piece is longer.
const PIECE_MAX_S: i64 = 7 * DAY_S;
/// Nor shorter.
const PIECE_MIN_S: i64 = 3_600;
/// Deals and tasks older than the history that are put down together.
const OLDER_MAX: usize = 500;

impl Account {
    /// What happened since the last reading, or in the last days.
    pub(super) fn happenings_read(&self, pass: Pass, mut link: Link, now: Moment) -> Answer<Link> {
        let until = pass.began.plus(-LAG_S);
        let ranges = pass.ranges(until, &link, now);
        let openings = pass.past.facts(&ranges);
        let declined = declined(&pass, &mut link);
        link.looked_at = pass.began;
        match pass.aim {
            Aim::Repair => link.repaired_on = Some(self.rules.day_of(now)),
            _ => link.read_to = Some(link.read_to.unwrap_or(until).max(until)),
        }
        self.told(|| {
            self.store.strike_openings(&openings)?;
            let facts = pass.facts.into_iter().chain(openings).chain(declined);
            let facts = facts.map(|fact| (now, fact)).collect();
            let mut touched = self.keep_facts(facts)?.touched;
            touched.extend(self.keep_ranges(&ranges, true, now)?);
            self.store.mark_due(&touched)?;
            self.store.keep_link(&link)?;
            Ok(link)
        })
    }

    /// A page of how things stand.
    pub(super) fn states_read(&self, pass: Pass, mut link: Link, now: Moment) -> Answer<Link> {
        let Some(back) = link.back.as_mut() else { return Ok(link) };
        let Some((number, _)) = back.state else { return Ok(link) };
        back.state = match pass.next() {
            Some(_) => Some((number, pass.page())),
            None => {
                let more = (number + 1..List::STATES.len()).find(|next| {
                    List::STATES.get(*next).is_some_and(|list| !link.refused.contains_key(list))
                });
                more.map(|next| (next, 1))
            }
        };
        if back.state.is_none() {
            // From here back: everything that is known by then is in the states.
            (back.until, back.reached) = (now, now);
        }
        let was = pass.facts.iter().filter_map(|fact| {
            let was = Was::of(fact)?;
            let (created, _) = was.created()?;
            (created < fact.at).then_some(WasRow { subject: fact.subject, created, at: fact.at, was })
        });
        let was: Vec<WasRow> = was.collect();
        if let Some(back) = link.back.as_mut() {
            back.is_fresh |= was.iter().any(|row| now.since(row.at) <= LAG_S);
        }
        self.told(|| {
            self.store.keep_was(&was)?;
            let facts = pass.facts.into_iter().map(|fact| (now, fact)).collect();
            self.store.mark_due(&self.keep_facts(facts)?.touched)?;
            self.store.keep_link(&link)?;
            Ok(link)
        })
    }

    /// A piece of the time before. Says whether more days are observed by now.
    pub(super) fn piece_read(
        &self,
        pass: Pass,
        mut link: Link,
        vault: &Vault,
        now: Moment,
    ) -> Answer<(Link, bool)> {
        let Some(back) = link.back.clone() else { return Ok((link, false)) };
        let ranges = pass.ranges(back.reached, &link, now);
        let mut changes: BTreeMap<Subject, Vec<Change>> = BTreeMap::new();
        for change in pass.changes {
            changes.entry(change.subject()).or_default().push(change);
        }
        let told = pass.facts.len();
        let mut facts = pass.facts;
        self.told(|| {
            let (mut over, mut on) = (BTreeSet::new(), Vec::new());
            for mut row in self.store.was_in(pass.from, changes.keys())? {
                let of_row = changes.get(&row.subject).map_or(&[][..], Vec::as_slice);
                let mut between = row.was.take_back(row.subject, of_row);
                // The last change is the state itself.
                between.retain(|fact| fact.at < row.at);
                facts.append(&mut between);
                if row.created >= pass.from {
                    facts.extend(row.was.opening(row.subject, true, true));
                    over.insert(row.subject);
                } else {
                    on.push(row);
                }
            }
            self.store.keep_was(&on)?;
            self.store.end_was(&over)?;
            let mut reached = Back { reached: pass.from, piece_s: next_piece(back.piece_s, told), ..back };
            if reached.reached <= reached.from {
                facts.extend(self.older(reached.from)?);
                let is_over = self.store.was_left()? == 0;
                reached.done_at = is_over.then_some(now);
            }
            let facts = facts.into_iter().map(|fact| (now, fact)).collect();
            let mut touched = self.keep_facts(facts)?.touched;
            // Until all is known nothing of before is final: then everything is judged anew.
            touched.extend(self.keep_ranges(&ranges, false, now)?);
            self.store.mark_due(&touched)?;
            let observes = self.observes_now(&reached, now);
            if reached.done_at.is_some() {
                self.store.mark_all_due()?;
            }
            if let Some(from) = observes {
                let mut record = self.record.clone();
                record.observed_from = from;
                self.store.keep_record(&record, vault)?;
                self.store.mark_all_due()?;
                self.store.mark_stale(self.rules.day_of(from))?;
            }
            link.back = Some(reached);
            self.store.keep_link(&link)?;
            Ok((link, observes.is_some()))
        })
    }

    /// From when on the account is observed by what has been read; `None` where that changes nothing. Once a quarter is
    /// known it is shown; all of it when all is known.
    fn observes_now(&self, back: &Back, now: Moment) -> Option<Moment> {
        let is_quarter = now.since(back.reached) >= QUARTER_S
            && self.record.observed_from.since(back.reached) > 0
            && now.since(self.record.observed_from) < QUARTER_S;
        let is_shown = back.done_at.is_some() || is_quarter;
        (is_shown && back.reached < self.record.observed_from).then_some(back.reached)
    }

    /// What was older than the history, at its beginning.
    fn older(&self, from: Moment) -> Answer<Vec<Fact>> {
        let rows = self.store.was_first(OLDER_MAX)?;
        let facts = rows.iter().map(|row| row.was.at(row.subject, from)).collect();
        self.store.end_was(&rows.iter().map(|row| row.subject).collect())?;
        Ok(facts)
    }
}

/// Requests that waited and do no longer, and of which no deal came: they were declined, by the time of this reading.
fn declined(pass: &Pass, link: &mut Link) -> Vec<Fact> {
    if link.refused.contains_key(&List::Unsorted) || link.refused.contains_key(&List::Leads) {
        return Vec::new();
    }
    let mut waiting = BTreeMap::new();
    let mut deals = BTreeSet::new();
    for fact in &pass.facts {
        match (&fact.what, fact.subject) {
            (What::Arrived { deal: Some(deal), .. }, Subject::Request(request))
                if waiting.len() < WAITING_MAX =>
            {
                waiting.insert(request, *deal);
            }
            (What::Deal(_), Subject::Deal(deal)) => drop(deals.insert(deal)),
            _ => {}
        }
    }
    let before = std::mem::replace(&mut link.waiting, waiting);
    let gone = before
        .into_iter()
        .filter(|(request, deal)| !link.waiting.contains_key(request) && !deals.contains(deal));
    let declined = |(request, _)| Fact {
        subject: Subject::Request(request),
        at: pass.began,
        stated: Some(pass.began),
        by: Actor::Unknown,
        seq: None,
        via: Via::Api,
        what: What::Declined,
        flags: Vec::new(),
    };
    gone.map(declined).collect()
}

/// Requests that are followed; nobody lets more of them wait.
const WAITING_MAX: usize = 2_000;
/// Days of which a first finding tells.
pub(super) const QUARTER_S: i64 = 90 * DAY_S;

fn next_piece(piece_s: i64, told: usize) -> i64 {
    let next = match told {
        _ if told > PIECE_FACTS => piece_s / 2,
        _ if told < PIECE_FACTS / 4 => piece_s * 2,
        _ => piece_s,
    };
    next.clamp(PIECE_MIN_S, PIECE_MAX_S)
}
