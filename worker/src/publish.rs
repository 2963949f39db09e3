//! Publishing to KV: only what changed, at most once an interval.

use crate::account_do::Account;
use crate::reply::Answer;
use crate::store::Published;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::account::AccountIndex;
use takeroot_core::contribution::Totals;
use takeroot_core::day::{Document, Envelope, Figures};
use takeroot_core::fact::Key;
use takeroot_core::summary::Summary;
use takeroot_core::time::{Day, Moment};
use worker::kv::KvStore;

pub(crate) fn day_key(account: &str, day: Day) -> String {
    format!("day/{account}/{day}")
}

pub(crate) fn summary_key(account: &str, day: Day) -> String {
    format!("summary/{account}/{day}")
}

pub(crate) fn index_key(account: &str) -> String {
    format!("index/{account}")
}

/// A document to be put, and what is remembered of it once it is.
struct Edition {
    day: Day,
    published: Published,
    documents: Vec<(String, String)>,
}

/// Puts what changed. Only the end remembers that it was done: whatever dies in between is put again.
pub(crate) async fn publish(account: &Account, kv: &KvStore, now_ms: i64) -> Answer<()> {
    let store = &account.store;
    let stale = store.stale()?;
    let (days, editions) = editions(account, &stale, Moment(now_ms / 1000))?;
    if stale.is_empty() && editions.is_empty() {
        return Ok(());
    }
    for edition in &editions {
        for (key, text) in &edition.documents {
            kv.put(key, text.as_str())?.execute().await?;
        }
    }
    let index = serde_json::to_string(&index(account, days, Moment(now_ms / 1000)))?;
    if !editions.is_empty() {
        kv.put(&index_key(&account.record.account), index)?.execute().await?;
    }
    store.transaction(|| {
        // A delivery that came while KV was written has marked its days anew, with other counts.
        let (_, late) = self::editions(account, &stale, Moment(now_ms / 1000))?;
        let put: BTreeMap<Day, &Published> = editions.iter().map(|e| (e.day, &e.published)).collect();
        let changed = |day: &Day| late.iter().any(|e| e.day == *day && put.get(day) != Some(&&e.published));
        editions.iter().try_for_each(|edition| store.keep_published(edition.day, &edition.published))?;
        stale.iter().filter(|day| !changed(day)).try_for_each(|day| store.unmark_stale(*day))?;
        store.keep_published_at(now_ms)
    })
}

/// The documents of all days that changed since they were last put, and all published days.
fn editions(account: &Account, stale: &BTreeSet<Day>, now: Moment) -> Answer<(Vec<Day>, Vec<Edition>)> {
    let (rules, totals) = (&account.rules, account.store.totals()?);
    let known: BTreeMap<Day, Published> = account.store.published()?.into_iter().collect();
    let days = days(account, &totals, now);
    // A change of one day moves the gauges of every later one.
    let first_stale = stale.first().copied();
    let mut editions = Vec::new();
    for day in &days {
        let old = known.get(day);
        let envelope = Envelope::of(*day, rules, now, old.map_or(1, |old| old.revision));
        let settled = old.is_some_and(|old| old.is_final == envelope.is_final);
        if settled && first_stale.is_none_or(|stale| *day < stale) {
            continue;
        }
        let figures = Figures::of(&totals, rules, *day, *day);
        let summary = Summary::of(&totals, rules, *day);
        let (figures_hash, summary_hash) = (hash(&figures)?, hash(&summary)?);
        let same = old.is_some_and(|old| old.figures == figures_hash && old.summary == summary_hash);
        if settled && same {
            continue;
        }
        let figures_changed = old.is_some_and(|old| old.figures != figures_hash);
        let revision = envelope.revision + u32::from(figures_changed);
        let envelope = Envelope { revision, ..envelope };
        let published =
            Published { figures: figures_hash, summary: summary_hash, revision, is_final: envelope.is_final };
        let name = &account.record.account;
        let documents = vec![
            (day_key(name, *day), serde_json::to_string(&Document { envelope, figures })?),
            (summary_key(name, *day), serde_json::to_string(&Document { envelope, figures: summary })?),
        ];
        editions.push(Edition { day: *day, published, documents });
    }
    Ok((days, editions))
}

/// Days that are published: those with counts, and every one since the account is observed.
fn days(account: &Account, totals: &Totals, now: Moment) -> Vec<Day> {
    let (first, today) = (account.rules.day_of(account.rules.observed_from()), account.rules.day_of(now));
    let observed = (first.0..=today.0).map(Day);
    let counted = totals.days().filter(|day| *day <= today);
    observed.chain(counted).collect::<BTreeSet<_>>().into_iter().collect()
}

fn index(account: &Account, days: Vec<Day>, now: Moment) -> AccountIndex {
    let version = account.rules.at(now);
    AccountIndex {
        account: account.record.account.clone(),
        name: account.record.name.clone(),
        policy: version.policy.clone(),
        zone: version.zone.clone(),
        days,
        last_full: account.rules.day_of(now).plus(-1),
    }
}

fn hash<T: Serialize>(value: &T) -> Answer<Key> {
    Ok(Key::of(&serde_json::to_vec(value)?))
}
