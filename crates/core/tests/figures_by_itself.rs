//! What changes by itself: a date passes, a task comes near, and nobody tells.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, Story, at, day, open};
use takeroot_core::contribution::{Count, Totals};
use takeroot_core::day::Figures;
use takeroot_core::fact::{Actor, Snapshot, Subject, TaskState, Value, What};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Checklist, ChecklistItem, Condition, Field, Mandatory, Policy, Rules, Span};
use takeroot_core::time::{Day, Moment};

const CALL_ON: Field = Field::FutureDate(8);

/// The first policy of a story and another one from a day on.
fn versions(story: Story, from: u32, change: impl FnOnce(&mut Policy)) -> Story {
    let first = story.rules.at(at("02 10:00")).policy.clone();
    let mut second = first.clone();
    change(&mut second);
    let rules = Rules::compile(vec![(Day(0), first), (day(from), second)], at("01 00:00"), at("01 00:00"));
    Story { rules: rules.unwrap(), ..story }
}

/// The totals of somebody who looks only when the last look said that something will change.
fn watched(story: &Story, until: &str) -> Totals {
    let mut ledger = Ledger::new(story.rules.clone());
    story.facts.iter().for_each(|fact| ledger.record(fact.clone()));
    ledger.settle(at("02 10:00"));
    while let Some(next) = ledger.changes_at().filter(|next| *next <= at(until)) {
        ledger.settle(next);
    }
    assert_eq!(*ledger.totals(), ledger.recomputed(at(until)));
    ledger.totals().clone()
}

/// Counts at the end of some days of March.
fn counts<const N: usize>(story: &Story, days: [u32; N], count: Count) -> [i64; N] {
    let last = format!("{:02} 23:59:59", days[N - 1]);
    let totals = watched(story, &last);
    days.map(|of| Figures::of(&totals, &story.rules, day(of), day(of)).all.n(count))
}

/// A deal of which nothing but a date is to change by itself.
fn deal(date: Moment) -> Story {
    let created = Some((at("02 10:00"), Actor::User(ANNA)));
    let fields = vec![(8, Value::Date(date))];
    Story::new().with(|policy| policy.thresholds.stuck = Span::Days(90)).seen(
        "02 10:00",
        Actor::User(ANNA),
        Snapshot { created, fields, ..open(52) },
    )
}

fn asked(field: Field, when: Option<Condition>) -> Mandatory {
    Mandatory { when, ..Mandatory::of(field, "", 2) }
}

#[test]
fn a_date_that_passes_changes_a_card_whose_condition_looks_at_it() {
    let story = deal(at("04 00:00"));
    let while_ahead = story.with(|policy| {
        policy.mandatory = vec![asked(Field::Amount, Some(Condition::Filled(CALL_ON)))];
    });
    assert_eq!(
        counts(&while_ahead, [3, 4, 5], Count::Cards),
        [1, 1, 0],
        "the amount is asked until the date"
    );
    assert!(while_ahead.rules.at(at("02 10:00")).policy.asks_date(8), "its value is read as a date");
    let once_past = deal(at("04 00:00")).with(|policy| {
        let past = Condition::All(vec![Condition::Not(Box::new(Condition::Filled(CALL_ON)))]);
        policy.mandatory = vec![asked(Field::Responsible, None), asked(Field::Amount, Some(past))];
    });
    assert_eq!(counts(&once_past, [3, 4, 5], Count::Complete), [1, 1, 0]);
}

#[test]
fn a_date_that_passes_is_no_answer_of_a_check_list_any_more() {
    let story = deal(at("04 00:00")).with(|policy| {
        policy.mandatory.clear();
        let item = |field| ChecklistItem { field, name: String::new() };
        let items = vec![item(CALL_ON), item(Field::Responsible), item(Field::Amount)];
        policy.checklists = vec![Checklist { name: "BANT".to_owned(), items, pipelines: vec![] }];
    });
    assert_eq!(counts(&story, [4, 5], Count::Asked), [3, 3]);
    assert_eq!(counts(&story, [3, 4, 5], Count::Answered), [2, 2, 1]);
    let elsewhere = story.with(|policy| policy.checklists[0].pipelines = vec![6]);
    assert_eq!(counts(&elsewhere, [4], Count::Asked), [0], "a list is asked of its own pipelines");
}

#[test]
fn a_date_ends_in_the_zone_of_the_version_that_judges_it() {
    // 10:00 of the 3rd in Moscow is 17:00 of the 3rd in Vladivostok, and so nearest to midnight of the 4th.
    let story = deal(at("03 10:00")).with(|policy| policy.mandatory = vec![asked(CALL_ON, None)]);
    let moved = versions(story, 4, |policy| policy.calendar.tz = "Asia/Vladivostok".to_owned());
    assert_eq!(counts(&moved, [2, 3, 4, 5], Count::Complete), [1, 1, 1, 0]);
}

#[test]
fn a_task_comes_near_by_the_horizon_of_its_day() {
    let created = Some((at("02 10:00"), Actor::User(ANNA)));
    let due = Some(at("25 12:00"));
    let state = TaskState { deal: Some(1), created, responsible: Some(ANNA), due, ..TaskState::default() };
    let story = deal(at("30 00:00")).with(|policy| policy.thresholds.stuck = Span::Days(3));
    let story = story.fact(Subject::Task(3), "02 10:00", Actor::User(ANNA), What::Task(state));
    let stuck = |story: &Story| counts(story, [6, 10, 11, 18, 22, 23], Count::Stuck);
    assert_eq!(stuck(&story), [1, 1, 0, 0, 0, 0], "the task is two weeks away on the 11th");
    let strict = versions(story, 18, |policy| policy.thresholds.task_horizon_days = 3);
    assert_eq!(stuck(&strict), [1, 1, 0, 1, 0, 0], "another rule from the 18th on leaves the days before it");
}
