//! Publishing: only what changed, at most once an interval, in passes short enough to delay no hook.

use crate::account::Account;
use crate::failure::Answer;
use crate::store::Published;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::acceptance::Past;
use takeroot_core::account::AccountIndex;
use takeroot_core::contribution::{Sums, Totals};
use takeroot_core::day::{Document, Envelope, Figures};
use takeroot_core::fact::Key;
use takeroot_core::summary::Summary;
use takeroot_core::time::{Day, Moment};

/// Days judged in one pass beside the recent ones.
const PASS_DAYS: usize = 7;
/// A day becomes final after two days; these are looked at in every pass.
const RECENT_DAYS: i32 = 3;

/// Where a day's document lies.
#[must_use]
pub fn day_key(account: &str, day: Day) -> String {
    format!("day/{account}/{day}")
}

/// Where a day's summary lies.
#[must_use]
pub fn summary_key(account: &str, day: Day) -> String {
    format!("summary/{account}/{day}")
}

/// Where an account's index lies.
#[must_use]
pub fn index_key(account: &str) -> String {
    format!("index/{account}")
}

/// The days of one pass.
#[derive(Debug)]
struct Pass {
    all: BTreeSet<Day>,
    days: BTreeSet<Day>,
    /// Where the next pass goes on.
    rest: Option<Day>,
}

/// A pass over what is to be published, of one moment: day by day, so that deliveries find their way in between.
#[derive(Debug)]
pub struct Publication {
    at_ms: i64,
    pass: Pass,
    totals: Totals,
    gauges: BTreeMap<Day, Sums>,
    past: Past,
    known: BTreeMap<Day, Published>,
    put: Vec<(Day, Published)>,
    indexed: bool,
}

/// Documents by their keys, to be put in any order.
pub type Documents = Vec<(String, String)>;

impl Account {
    /// Begins a pass over what changed. Only [`Account::published`] remembers it, so whatever dies in between is put
    /// again.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn publication(&self, now_ms: i64) -> Answer<Publication> {
        let store = &self.store;
        let stale = store.transaction(|| store.take_stale())?;
        let totals = store.totals()?;
        let pass = Pass::of(self, stale, &totals, Moment(now_ms / 1000));
        let (gauges, past) = (totals.gauges(&pass.days), Past::of(&totals, &self.rules, &pass.days));
        let known = store.published()?.into_iter().collect();
        Ok(Publication { at_ms: now_ms, pass, totals, gauges, past, known, put: Vec::new(), indexed: false })
    }

    /// The documents to be put next: of a day, none where it has not changed; at last the index. Nothing at the end.
    ///
    /// # Errors
    /// A fault: a document cannot be written.
    pub fn next_documents(&self, publication: &mut Publication) -> Answer<Option<Documents>> {
        if let Some(day) = publication.pass.days.pop_first() {
            return self.edition(publication, day).map(Some);
        }
        if publication.indexed || publication.put.is_empty() {
            return Ok(None);
        }
        publication.indexed = true;
        let index = index(self, &publication.pass.all, Moment(publication.at_ms / 1000));
        Ok(Some(vec![(index_key(&self.record.account), serde_json::to_string(&index)?)]))
    }

    fn edition(&self, publication: &mut Publication, day: Day) -> Answer<Documents> {
        let Publication { at_ms, totals, gauges, past, known, put, .. } = publication;
        let (rules, name) = (&self.rules, &self.record.account);
        let figures = Figures::with(totals, &gauges.remove(&day).unwrap_or_default(), rules, day, day);
        let summary = Summary::beside(&figures, totals, rules, past);
        let (figures_hash, summary_hash) = (hash(&figures)?, hash(&summary)?);
        let old = known.get(&day);
        let before = old.map_or(0, |old| old.revision);
        let changed = old.is_none_or(|old| old.figures != figures_hash);
        let envelope = Envelope::of(day, rules, Moment(*at_ms / 1000), before + u32::from(changed));
        let published = Published {
            figures: figures_hash,
            summary: summary_hash,
            revision: envelope.revision,
            is_final: envelope.is_final,
        };
        if old == Some(&published) {
            return Ok(Vec::new());
        }
        put.push((day, published));
        Ok(vec![
            (day_key(name, day), serde_json::to_string(&Document { envelope, figures })?),
            (summary_key(name, day), serde_json::to_string(&Document { envelope, figures: summary })?),
        ])
    }

    /// Remembers that a publication was put. The next pass keeps the distance too: deliveries in between may begin it
    /// anew.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn published(&self, publication: &Publication) -> Answer<()> {
        let store = &self.store;
        store.transaction(|| {
            let Publication { at_ms, pass, put, .. } = publication;
            put.iter().try_for_each(|(day, published)| store.keep_published(*day, published))?;
            store.end_publishing(pass.rest)?;
            store.keep_published_at(*at_ms)
        })
    }
}

impl Pass {
    /// A change of one day moves the gauges of every later one, so a pass goes on from the first changed day.
    fn of(account: &Account, stale: Option<Day>, totals: &Totals, now: Moment) -> Self {
        let today = account.rules.day_of(now);
        let observed = account.rules.day_of(account.rules.observed_from());
        // Before the first count there is nothing to say, however long ago the observation began.
        let first = totals.days().next().map_or(today, |first| first.max(observed)).min(today);
        let mut all: BTreeSet<Day> = (first.0..=today.0).map(Day).collect();
        all.extend(totals.days().filter(|day| *day <= today));
        let mut waiting = stale.into_iter().flat_map(|first| all.range(first..)).copied();
        let mut days: BTreeSet<Day> = waiting.by_ref().take(PASS_DAYS).collect();
        let rest = waiting.next();
        days.extend(all.range(today.plus(-RECENT_DAYS)..));
        Self { all, days, rest }
    }
}

fn index(account: &Account, days: &BTreeSet<Day>, now: Moment) -> AccountIndex {
    let version = account.rules.at(now);
    AccountIndex {
        account: account.record.account.clone(),
        name: account.record.name.clone(),
        policy: version.policy.clone(),
        zone: version.zone.clone(),
        days: days.iter().copied().collect(),
        last_full: account.rules.day_of(now).plus(-1),
    }
}

fn hash<T: Serialize>(value: &T) -> Answer<Key> {
    Ok(Key::of(&serde_json::to_vec(value)?))
}
