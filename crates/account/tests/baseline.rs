//! Days of before the observation that an admin uploads: kept, looked back to by every summary, and forgotten without
//! a trace in a figure.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use std::collections::BTreeMap;
use takeroot_account::{Account, Failure};
use takeroot_core::acceptance::{Baseline, BaselineDay, Comparison, Metric, Period};
use takeroot_core::contribution::Count;
use takeroot_core::day::{Block, Document};
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::time::Moment;
use takeroot_stand::company::generate;
use told::{ENDS, Told, published};

const NOW: Moment = Moment(ENDS + 60);

fn account() -> Account {
    Told::of(&generate(3, ENDS, 1), 400).account
}

/// Days up to the day before the observation, with as many leads each.
fn days(account: &Account, days: i32, leads: i64) -> Baseline {
    let observed_from = account.baseline().unwrap().observed_from;
    let day = |back: i32| {
        let counts = [(Count::Entered, leads), (Count::InTime, leads / 2), (Count::Breached, leads / 2)];
        let all = Block { counts: counts.into_iter().collect(), ..Block::default() };
        let pipelines = [(7, leads)].into_iter().collect();
        BaselineDay { day: observed_from.plus(-back), all, pipelines, sources: Default::default() }
    };
    Baseline { policies: vec![Policy::standard("Europe/Moscow")], days: (1..=days).rev().map(day).collect() }
}

fn text(baseline: &Baseline) -> String {
    serde_json::to_string(baseline).unwrap()
}

/// What the summaries among documents compare.
fn comparisons(documents: &BTreeMap<String, String>) -> Vec<Comparison> {
    let summaries = documents.iter().filter(|(key, _)| key.starts_with("summary/"));
    let read = summaries.map(|(_, text)| serde_json::from_str::<Document<Summary>>(text).unwrap().figures);
    read.map(|summary| summary.acceptance.unwrap().comparison).collect()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>) -> (u16, String) {
    match answer {
        Err(Failure::Rejected(rejection)) => (rejection.status, rejection.hint),
        other => unreachable!("not refused: {other:?}"),
    }
}

#[test]
fn every_summary_looks_back_to_what_was_uploaded_until_it_is_forgotten() {
    let account = account();
    let before = published(&account, NOW);
    assert!(comparisons(&before).iter().all(|comparison| !comparison.uploaded));

    let told = account.upload_baseline(&text(&days(&account, 28, 40)), "operator", NOW).unwrap();
    let last = told.observed_from.plus(-1);
    let uploaded = Period { from: last.plus(-27), to: last };
    assert_eq!(told.uploaded, Some(uploaded));
    let with = published(&account, NOW);
    assert!(with.keys().eq(before.keys()));
    for comparison in comparisons(&with) {
        assert!(comparison.uploaded);
        assert_eq!(comparison.before, uploaded);
        let in_time =
            comparison.rows.iter().find(|row| row.before.criterion.metric == Metric::InTime).unwrap();
        assert_eq!((in_time.before.value.n, in_time.before.value.of), (28 * 20, 28 * 40));
    }
    let of_days = |documents: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        documents
            .iter()
            .filter(|(key, _)| key.starts_with("day/"))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    };
    assert_eq!(of_days(&with), of_days(&before), "no figure of a day changes, nor does its revision");

    let other = account.upload_baseline(&text(&days(&account, 14, 10)), "operator", NOW).unwrap();
    assert_eq!(other.uploaded.map(Period::days), Some(14), "in the place of those that were");
    assert_eq!(account.forget_baseline("operator", NOW).unwrap().uploaded, None);
    let after: BTreeMap<String, String> = published(&account, NOW);
    assert!(after.iter().all(|(key, text)| before[key] == *text), "as if there had never been any");
    let acts = account.audit(None).unwrap().items;
    let acts: Vec<&str> = acts.iter().map(|entry| entry.what.as_str()).take(3).collect();
    assert_eq!(acts, ["baseline forgotten", "baseline uploaded", "baseline uploaded"]);
}

#[test]
fn days_that_could_not_count_are_refused_and_those_that_stand_stay() {
    let account = account();
    let good = days(&account, 7, 3);
    account.upload_baseline(&text(&good), "operator", NOW).unwrap();
    let observed_from = account.baseline().unwrap().observed_from;
    let mut gap = good.clone();
    gap.days.remove(3);
    let mut late = good.clone();
    for (n, day) in (0..).zip(&mut late.days) {
        day.day = observed_from.plus(n);
    }
    for (bad, hint) in
        [(gap, "follow one another"), (late, "upload days before"), (days(&account, 367, 1), "366 days")]
    {
        let (status, said) = refused(account.upload_baseline(&text(&bad), "operator", NOW));
        assert_eq!(status, 422);
        assert!(said.contains(hint), "{said}");
    }
    assert_eq!(account.baseline().unwrap().uploaded.map(Period::days), Some(7));
    let year = account.upload_baseline(&text(&days(&account, 366, 1)), "operator", NOW).unwrap();
    assert_eq!(year.uploaded.map(Period::days), Some(366));
}
