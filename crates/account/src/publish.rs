//! Publishing: only what changed, at most once an interval, in passes short enough to delay no hook.

use crate::account::{Account, is_crm_host};
use crate::days::{Shelf, StoredDays};
use crate::failure::Answer;
use crate::store::Published;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::acceptance::Past;
use takeroot_core::account::AccountIndex;
use takeroot_core::contribution::{Days as _, Sums};
use takeroot_core::day::{DayPoint, Document, Envelope, Figures};
use takeroot_core::fact::Key;
use takeroot_core::summary::Summary;
use takeroot_core::time::{Day, Moment};

/// Days judged in one pass beside the recent ones.
const PASS_DAYS: usize = 7;
/// A day becomes final after two days; these are looked at in every pass.
const RECENT_DAYS: i32 = 3;

/// The hash of a document of which it is not known whether it was put.
const UNKNOWN: Key = Key([0; 16]);

/// Days of which the index tells a few figures.
const POINTS_DAYS: i32 = 90;

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
    shelf: Shelf,
    gauges: BTreeMap<Day, Sums>,
    past: Past,
    put: Vec<(Day, Published)>,
    points: BTreeMap<Day, DayPoint>,
    /// Whether some of them are other ones than those that are kept.
    moved: bool,
    /// The index, once it is made.
    indexed: Option<Key>,
}

/// Documents by their keys, to be put in any order.
pub type Documents = Vec<(String, String)>;

impl Account {
    /// Sums up gauges of long ago, so that a publication need not; says whether there is more to sum up.
    ///
    /// # Errors
    /// A fault of the storage: nothing of this step is kept.
    pub fn sum_up(&self, now_ms: i64) -> Answer<bool> {
        self.store.transaction(|| self.store.keep_gauges(self.rules.day_of(Moment(now_ms / 1000))))
    }

    /// Begins a pass over what changed. It reads the days that are published and those that they look back to,
    /// however old the account is; a day that is asked for later is of that later moment, and what has changed it is
    /// published next. Only [`Account::published`] remembers it, so whatever dies in between is put
    /// again.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn publication(&self, now_ms: i64) -> Answer<Publication> {
        let store = &self.store;
        let points = store.points()?;
        let first_point = self.rules.day_of(Moment(now_ms / 1000)).plus(1 - POINTS_DAYS);
        let stale = store.transaction(|| {
            if points.is_none() {
                store.mark_stale(first_point)?;
            }
            store.take_stale()
        })?;
        let points = points.into_iter().flatten().map(|point| (point.day, point));
        let points: BTreeMap<Day, DayPoint> = points.filter(|(day, _)| *day >= first_point).collect();
        let shelf = Shelf::of(store)?;
        let pass = Pass::of(self, stale, &shelf, Moment(now_ms / 1000));
        let days = StoredDays::new(store, &shelf);
        let made =
            (days.gauges(&pass.days), Past::of(&days, &self.rules, &pass.days).with(store.baseline()?));
        let (gauges, past) = days.checked(made)?;
        Ok(Publication {
            at_ms: now_ms,
            pass,
            shelf,
            gauges,
            past,
            put: Vec::new(),
            points,
            moved: false,
            indexed: None,
        })
    }

    /// The documents to be put next: of a day, none where it has not changed; at last the index. Nothing at the end.
    ///
    /// # Errors
    /// A fault: a document cannot be written.
    pub fn next_documents(&self, publication: &mut Publication) -> Answer<Option<Documents>> {
        if let Some(day) = publication.pass.days.pop_first() {
            return self.edition(publication, day).map(Some);
        }
        if publication.indexed.is_some() {
            return Ok(None);
        }
        let index = serde_json::to_string(&index(self, publication)?)?;
        let hash = Key::of(index.as_bytes());
        publication.indexed = Some(hash);
        if self.store.indexed()? == Some(hash) && publication.put.is_empty() {
            return Ok(None);
        }
        self.store.keep_indexed(UNKNOWN)?;
        Ok(Some(vec![(index_key(&self.record.account), index)]))
    }

    fn edition(&self, publication: &mut Publication, day: Day) -> Answer<Documents> {
        let Publication { at_ms, shelf, gauges, past, put, points, moved, .. } = publication;
        let (rules, name) = (&self.rules, &self.record.account);
        let days = StoredDays::new(&self.store, shelf);
        let figures = Figures::with(&days, &gauges.remove(&day).unwrap_or_default(), rules, day, day);
        let summary = Summary::beside(&figures, &days, rules, past);
        let (figures, summary) = days.checked((figures, summary))?;
        let point = figures.point();
        if day > rules.day_of(Moment(*at_ms / 1000)).plus(-POINTS_DAYS) && points.get(&day) != Some(&point) {
            points.insert(day, point);
            *moved = true;
        }
        let (figures_hash, summary_hash) = (hash(&figures)?, hash(&summary)?);
        let old = self.store.published(day)?;
        let before = old.as_ref().map_or(0, |old| old.revision);
        let changed = old.as_ref().is_none_or(|old| old.figures != figures_hash);
        let mut envelope = Envelope::of(day, rules, Moment(*at_ms / 1000), before + u32::from(changed));
        // A clock may be put back.
        envelope.is_final |= old.as_ref().is_some_and(|old| old.is_final);
        let published = Published {
            figures: figures_hash,
            summary: summary_hash,
            revision: envelope.revision,
            is_final: envelope.is_final,
        };
        if old.as_ref() == Some(&published) {
            return Ok(Vec::new());
        }
        // Should we die before it is remembered, nobody knows which of both is in KV: the next pass puts it again, and what
        // has changed by then is another revision.
        let figures_hash = if changed { UNKNOWN } else { figures_hash };
        let intent = Published { figures: figures_hash, summary: UNKNOWN, ..published.clone() };
        self.store.keep_published(day, &intent)?;
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
            let Publication { at_ms, pass, put, points, moved, .. } = publication;
            if *moved {
                store.keep_points(&points.values().cloned().collect::<Vec<_>>())?;
            }
            put.iter().try_for_each(|(day, published)| store.keep_published(*day, published))?;
            if let Some(indexed) = publication.indexed {
                store.keep_indexed(indexed)?;
            }
            store.end_publishing(pass.rest)?;
            store.keep_published_at(*at_ms)
        })
    }
}

impl Pass {
    /// A change of one day moves the gauges of every later one, so a pass goes on from the first changed day.
    fn of(account: &Account, stale: Option<Day>, shelf: &Shelf, now: Moment) -> Self {
        let today = account.rules.day_of(now);
        let observed = account.rules.observed_day();
        // Before the first count there is nothing to say, however long ago the observation began.
        let first = shelf.days().next().map_or(today, |first| first.max(observed)).min(today);
        let mut all: BTreeSet<Day> = (first.0..=today.0).map(Day).collect();
        all.extend(shelf.days().filter(|day| *day <= today));
        let mut waiting = stale.into_iter().flat_map(|first| all.range(first..)).copied();
        let mut days: BTreeSet<Day> = waiting.by_ref().take(PASS_DAYS).collect();
        let rest = waiting.next();
        days.extend(all.range(today.plus(-RECENT_DAYS)..));
        Self { all, days, rest }
    }
}

fn index(account: &Account, publication: &Publication) -> Answer<AccountIndex> {
    let now = Moment(publication.at_ms / 1000);
    let version = account.rules.at(now);
    Ok(AccountIndex {
        account: account.record.account.clone(),
        name: account.record.name.clone(),
        policy: version.policy.clone(),
        zone: version.zone.clone(),
        crm_host: account.record.crm_host.clone().filter(|host| is_crm_host(host)),
        days: publication.pass.all.iter().copied().collect(),
        last_full: account.rules.day_of(now).plus(-1),
        points: publication.points.values().cloned().collect(),
        logbook: account.store.logbook()?,
    })
}

fn hash<T: Serialize>(value: &T) -> Answer<Key> {
    Ok(Key::of(&serde_json::to_vec(value)?))
}
