//! Webhook by webhook, replay and recomputation lead to the same bytes.

use crate::runtime::{OPERATOR_KEY, Runtime, request};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_core::account::AccountOpened;
use takeroot_core::day::Figures;
use takeroot_core::fact::Fact;
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Rules, Span};
use takeroot_core::time::{Day, Moment};
use takeroot_stand::account;
use takeroot_stand::company::{History, generate};
use takeroot_stand::feed::feed;

/// Ten days ago, so that no clock of the history's leads still runs, and few empty days follow.
pub(crate) fn ends() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let ends = Moment(i64::try_from(now).unwrap() / 86_400 * 86_400 - 10 * 86_400);
    eprintln!("the history ends at {ends}");
    ends
}

/// The figures by a replay of the Worker's own journal at the desk.
pub(crate) fn replayed(
    runtime: &Runtime,
    opened: &AccountOpened,
    rules: Rules,
    days: &[Day],
) -> BTreeMap<Day, String> {
    let facts: Vec<Fact> = runtime.edge.facts(&opened.account).unwrap();
    let answer: Value = runtime.edge.ask(&format!("/v1/accounts/{}/recomputation", opened.account)).unwrap();
    let mut ledger = Ledger::new(rules);
    facts.into_iter().for_each(|fact| ledger.record(fact));
    ledger.settle(Moment(answer["as_of"].as_i64().unwrap()));
    let figures =
        |day: Day| serde_json::to_string(&Figures::of(ledger.totals(), ledger.rules(), day, day)).unwrap();
    days.iter().map(|day| (*day, figures(*day))).collect()
}

/// The rules of a demo company's account, as the Worker compiles them.
pub(crate) fn rules(history: &History) -> Rules {
    let versions = vec![(Day(0), account::policy(&history.company))];
    Rules::compile(versions, Moment(history.since), Moment(history.ends)).unwrap()
}

pub(crate) fn days(history: &History, rules: &Rules) -> Vec<Day> {
    let (first, last) = (rules.day_of(Moment(history.since)), rules.day_of(Moment(history.ends)));
    (first.0..=last.0).map(Day).collect()
}

#[test]
fn three_roads_lead_to_the_same_bytes() {
    let Some(runtime) = Runtime::start("roads") else { return };
    let history = generate(11, ends().0, 2);
    let rules = rules(&history);
    let opened = runtime.edge.open(&account::request(&history)).unwrap();
    feed(&runtime.edge, &opened.hook_path, &history.deliveries, |_| {}).unwrap();
    let days = days(&history, &rules);
    let published = runtime.published(&opened, days.iter().copied());
    assert_eq!(published, replayed(&runtime, &opened, rules, &days));
    runtime.assert_recomputed_equal(&opened);

    let page =
        format!("/owner/{}/{}?token={}", opened.account, history.last_working_day(), opened.owner_token);
    let page = runtime.edge.get(&page, None).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<!DOCTYPE html>") && page.text.contains(&history.company.name));
    assert!(!page.text.contains(OPERATOR_KEY));
}

#[test]
fn a_policy_changes_from_the_next_day_on_and_an_account_may_be_opened_twice() {
    let Some(runtime) = Runtime::start("policies") else { return };
    let opened = runtime.open(4_200_001);
    assert_eq!(runtime.open(4_200_001), opened, "the same addresses");
    let mut wish = request(4_200_001);
    wish.policy.as_mut().unwrap().first_response.target = Span::Seconds(0);
    let refused = runtime.edge.open(&wish).unwrap_err();
    assert!(format!("{refused:#}").contains("first_response.target"), "{refused:#}");
    wish.policy.as_mut().unwrap().first_response.target = Span::Seconds(60);
    assert_eq!(runtime.edge.open(&wish).unwrap(), opened);
    runtime.assert_recomputed_equal(&opened);
}
