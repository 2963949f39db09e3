//! Publishing: only what changed, at most once an interval, in passes short enough to delay no hook.

use crate::account::Account;
use crate::failure::{Answer, Failure};
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

/// The documents of a day to be put, and what is remembered of them once they are.
#[derive(Debug)]
struct Edition {
    day: Day,
    published: Published,
    documents: [(String, String); 2],
}

/// The days of one pass.
struct Pass {
    all: BTreeSet<Day>,
    days: BTreeSet<Day>,
    /// Where the next pass goes on.
    rest: Option<Day>,
}

/// What is to be put into KV, and what is remembered once it is.
#[derive(Debug)]
pub struct Publication {
    at_ms: i64,
    rest: Option<Day>,
    editions: Vec<Edition>,
    index: Option<(String, String)>,
}

impl Publication {
    /// Documents by their keys; they may be put in any order and at the same time.
    pub fn documents(&self) -> impl Iterator<Item = &(String, String)> {
        self.editions.iter().flat_map(|edition| &edition.documents)
    }

    /// The index by its key, to be put after the documents; none where nothing changed.
    #[must_use]
    pub const fn index(&self) -> Option<&(String, String)> {
        self.index.as_ref()
    }
}

impl Account {
    /// What is to be published now: a pass over what changed. Only [`Account::published`] remembers it, so whatever
    /// dies in between is put again.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn publication(&self, now_ms: i64) -> Answer<Publication> {
        let (store, now) = (&self.store, Moment(now_ms / 1000));
        let stale = store.transaction(|| store.take_stale())?;
        let totals = store.totals()?;
        let pass = Pass::of(self, stale, &totals, now);
        let editions = editions(self, &totals, &pass.days, now)?;
        let index = || {
            let text = serde_json::to_string(&index(self, &pass.all, now))?;
            Ok::<_, Failure>((index_key(&self.record.account), text))
        };
        let index = (!editions.is_empty()).then(index).transpose()?;
        Ok(Publication { at_ms: now_ms, rest: pass.rest, editions, index })
    }

    /// Remembers that a publication was put. The next pass keeps the distance too: deliveries in between may begin it
    /// anew.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn published(&self, publication: &Publication) -> Answer<()> {
        let store = &self.store;
        store.transaction(|| {
            let Publication { at_ms, rest, editions, .. } = publication;
            editions.iter().try_for_each(|edition| store.keep_published(edition.day, &edition.published))?;
            store.end_publishing(*rest)?;
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

/// The documents of those days that changed since they were last put.
fn editions(account: &Account, totals: &Totals, days: &BTreeSet<Day>, now: Moment) -> Answer<Vec<Edition>> {
    let (rules, name) = (&account.rules, &account.record.account);
    let (gauges, past, none) = (totals.gauges(days), Past::of(totals, rules, days), Sums::default());
    let known: BTreeMap<Day, Published> = account.store.published()?.into_iter().collect();
    let mut editions = Vec::new();
    for day in days {
        let old = known.get(day);
        let figures = Figures::with(totals, gauges.get(day).unwrap_or(&none), rules, *day, *day);
        let summary = Summary::beside(&figures, totals, rules, &past);
        let (figures_hash, summary_hash) = (hash(&figures)?, hash(&summary)?);
        let before = old.map_or(0, |old| old.revision);
        let changed = old.is_none_or(|old| old.figures != figures_hash);
        let envelope = Envelope::of(*day, rules, now, before + u32::from(changed));
        let published = Published {
            figures: figures_hash,
            summary: summary_hash,
            revision: envelope.revision,
            is_final: envelope.is_final,
        };
        if old == Some(&published) {
            continue;
        }
        let documents = [
            (day_key(name, *day), serde_json::to_string(&Document { envelope, figures })?),
            (summary_key(name, *day), serde_json::to_string(&Document { envelope, figures: summary })?),
        ];
        editions.push(Edition { day: *day, published, documents });
    }
    Ok(editions)
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
