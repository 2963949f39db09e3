//! Days of before the observation that an admin uploads: they say what the observed days themselves would.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;

use company::{Company, PIPELINE, day, policy, today};
use takeroot_core::acceptance::{
    Baseline, BaselineDay, Comparison, Difference, Metric, NoData, Past, Period, State, Verdict,
};
use takeroot_core::contribution::{Action, Count as C, Measure, Milestone, Place, Slice};
use takeroot_core::day::Figures;
use takeroot_core::policy::{Criterion, Goal, Policy};
use takeroot_core::summary::{SignName, Summary};
use takeroot_core::time::Day;

/// The first day that is observed here.
const OBSERVED: &str = "2026-05-01";
const FROM: &str = "2026-04-03";
const LAST: &str = "2026-04-30";

fn days(from: &str, to: &str) -> impl Iterator<Item = Day> {
    (day(from).0..=day(to).0).map(Day)
}

/// Every day of April and May tells of leads, answers, cohorts, tasks, cards and people.
fn company() -> Company {
    let goal = |criterion| Goal { criterion, owner: 11, by: None };
    let mut company = Company::default().with(|policy| {
        policy.goals = vec![
            goal(Criterion::good(Metric::ResponseP90, 900)),
            goal(Criterion::good(Metric::Conversion, 30)),
            goal(Criterion { window_days: 7, ..Criterion::good(Metric::CompleteCards, 90) }),
            goal(Criterion { slice: Slice::pipeline(PIPELINE), ..Criterion::good(Metric::Missed, 5) }),
        ];
    });
    for (n, day) in (1_i64..).zip(days("2026-03-20", "2026-05-29")) {
        let source = u64::try_from(n % 3).unwrap();
        let place = Place { pipeline: PIPELINE, stage: 51, source, manager: 12, ..Place::default() };
        let counts = [
            (C::Entered, 5 + n % 4),
            (C::InTime, 3),
            (C::Breached, 2),
            (C::Missed, n % 2),
            (C::StageEntered, 4),
            (C::Lost, 2),
            (C::Reasoned, 1),
            (C::TasksSet, 1),
            (C::Active, 3),
            (C::TaskOverdue, n % 2),
            (C::Cards, 3),
            (C::Complete, 1),
        ];
        company = company.at(day, place, &counts).answered(day, 60 * (n % 40), 3);
        company = company.measure(day, place, Measure::After(Milestone::Won, 6), 1);
        company = company.measure(day, place, Measure::After(Milestone::Passed, 2), 2);
        company = company.measure(day, place, Measure::Act(Action::Moved), 7);
    }
    company
}

/// What a replay of the company's April would write, in short.
fn baseline(company: &Company, from: &str, to: &str) -> Baseline {
    let (totals, rules) = (company.totals(), company.rules());
    let told = days(from, to).map(|day| BaselineDay::of(&Figures::of(&totals, &rules, day, day)));
    let baseline = Baseline { policies: vec![company.versions[0].1.clone()], days: told.collect() };
    baseline.checked().unwrap();
    // As it travels and lies.
    serde_json::from_str(&serde_json::to_string(&baseline).unwrap()).unwrap()
}

/// The company is observed from May on, and nothing is known of April but what was uploaded.
fn uploaded(company: &Company, baseline: &Baseline) -> Summary {
    let mut late = Company { versions: company.versions.clone(), ..Company::default() };
    late.observed_from = day(OBSERVED);
    late.entries = company.entries.iter().filter(|entry| entry.0 >= day(OBSERVED)).copied().collect();
    // The gauges of before are there from the first day on.
    let early = company.entries.iter().filter(|entry| entry.0 < day(OBSERVED) && entry.2.is_gauge());
    late.entries.extend(early.map(|(_, place, measure, n)| (day(OBSERVED), *place, *measure, *n)));
    let (totals, rules) = (late.totals(), late.rules());
    let past = Past::of(&totals, &rules, &[today()].into()).with(baseline.clone());
    Summary::beside(&Figures::of(&totals, &rules, today(), today()), &totals, &rules, &past)
}

fn comparison(summary: &Summary) -> Comparison {
    summary.acceptance.as_ref().unwrap().comparison.clone()
}

#[test]
fn uploaded_days_say_what_the_observed_ones_would() {
    let company =
        company().with(|policy| policy.acceptance.baseline = Some(Period { from: day(FROM), to: day(LAST) }));
    let told = uploaded(&company, &baseline(&company, FROM, LAST));
    let (observed, now) = (company.summary(), comparison(&told));
    let then = comparison(&observed);
    assert!(now.uploaded && !then.uploaded);
    assert_eq!((&now.differences, &then.differences), (&Vec::new(), &Vec::new()));
    for (now, then) in now.rows.iter().zip(&then.rows) {
        match now.before.criterion.metric {
            // Who acted on which working day is not uploaded.
            Metric::DauRoster => assert_eq!(now.before.reason, Some(NoData::NotCut)),
            _ => assert_eq!(now, then),
        }
    }
    let known = now.rows.iter().filter(|row| row.before.is_known()).count();
    assert_eq!(known, now.rows.len() - 1);
    for (told, observed) in told.goals.iter().zip(&observed.goals).take(3) {
        assert_eq!(told.baseline, observed.baseline);
        assert!(told.baseline.is_known());
    }
    let faster = |summary: &Summary| {
        let sign = summary.signs.iter().find(|sign| sign.sign == SignName::Faster).unwrap();
        (sign.state, sign.figures.clone())
    };
    assert_eq!(faster(&told), faster(&observed));
    let by_pipeline = &told.goals[3].baseline;
    assert_eq!(by_pipeline.reason, Some(NoData::NotCut), "uploaded days are of everything");
}

#[test]
fn without_a_baseline_in_the_policy_the_last_four_weeks_that_were_uploaded_are_one() {
    let company = company();
    let now = comparison(&uploaded(&company, &baseline(&company, "2026-03-25", LAST)));
    assert_eq!(now.before, Period { from: day(FROM), to: day(LAST) });
    assert_eq!(now.after, Period { from: day("2026-05-02"), to: today() });
    assert!(now.uploaded && now.differences.is_empty());
    // What is observed counts, whatever was uploaded of it.
    let late = comparison(&uploaded(&company, &baseline(&company, "2026-04-20", "2026-05-10")));
    assert_eq!(late.before, Period { from: day("2026-04-20"), to: day(LAST) });
    let over = company.with(|policy| {
        policy.acceptance.baseline = Some(Period { from: day("2026-04-04"), to: day(OBSERVED) });
    });
    let across = comparison(&uploaded(&over, &baseline(&over, FROM, "2026-05-10")));
    assert_eq!((across.uploaded, &across.differences[..]), (false, &[Difference::BeforeUnobserved][..]));
    let company = self::company();
    let none = comparison(&uploaded(&company, &Baseline::default()));
    assert!(!none.uploaded && none.differences.contains(&Difference::NoBaseline));
    assert!(none.differences.contains(&Difference::BeforeUnobserved));
}

#[test]
fn a_day_that_was_not_uploaded_leaves_the_period_unobserved() {
    let company =
        company().with(|policy| policy.acceptance.baseline = Some(Period { from: day(FROM), to: day(LAST) }));
    for (from, to) in [("2026-04-04", LAST), (FROM, "2026-04-29")] {
        let now = comparison(&uploaded(&company, &baseline(&company, from, to)));
        assert_eq!((now.uploaded, &now.differences[..]), (false, &[Difference::BeforeUnobserved][..]));
        assert!(now.rows.iter().all(|row| row.before.reason == Some(NoData::Unobserved)));
    }
}

#[test]
fn other_rules_and_other_channels_of_uploaded_days_are_named() {
    let company = company();
    let mut other = baseline(&company, FROM, LAST);
    let mut changed: Policy = other.policies[0].clone();
    changed.pipelines[0].stages.pop();
    changed.thresholds.task_horizon_days += 1;
    other.policies.push(changed);
    for day in &mut other.days {
        day.pipelines = day.pipelines.iter().map(|(_, n)| (900, *n)).collect();
        day.sources = day.sources.values().map(|n| (1, *n)).take(1).collect();
    }
    let now = comparison(&uploaded(&company, &other));
    assert!(now.uploaded);
    assert_eq!(
        now.differences,
        [
            Difference::Pipelines(vec![PIPELINE, 900]),
            Difference::Sources(vec![0, 2]),
            Difference::Thresholds,
            Difference::Stages
        ]
    );
}

#[test]
fn what_a_history_does_not_tell_is_not_zero() {
    let company = company();
    let mut bare = baseline(&company, FROM, LAST);
    for day in &mut bare.days {
        let tasks = [C::TasksSet, C::TasksDone, C::TaskOverdue];
        day.all.counts.retain(|count, _| !tasks.contains(count));
    }
    let now = comparison(&uploaded(&company, &bare));
    let before = |metric| -> Verdict {
        let row = now.rows.iter().find(|row| row.after.criterion.metric == metric);
        row.unwrap().before.clone()
    };
    let tasks = before(Metric::TaskOverdue);
    assert_eq!((tasks.state, tasks.reason), (State::NoData, Some(NoData::NotTold)));
    assert!(before(Metric::InTime).is_known());
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let company = company();
    let good = baseline(&company, FROM, LAST);
    let refused = |change: fn(&mut Baseline), word: &str| {
        let mut bad = good.clone();
        change(&mut bad);
        let why = bad.checked().unwrap_err();
        assert!(why.contains(word), "{why}");
    };
    refused(|bad| bad.days.clear(), "1 to 366 days");
    refused(|bad| drop(bad.days.remove(3)), "follow one another");
    refused(|bad| bad.days.swap(0, 1), "follow one another");
    refused(|bad| bad.days[1].day = bad.days[0].day, "follow one another");
    refused(|bad| bad.policies.clear(), "policies");
    refused(|bad| bad.policies = vec![policy(); 13], "policies");
    refused(|bad| *bad.days[2].all.counts.of(C::Won) = i64::MAX, "2026-04-05");
    refused(|bad| *bad.days[2].sources.of(7) = i64::MIN, "2026-04-05");
    refused(|bad| bad.days[0].all.took.values_mut().for_each(|times| times.histogram.push((9_999, 1))), FROM);
    let mut long = good.clone();
    let first = good.days[0].clone();
    long.days = (0..367).map(|n| BaselineDay { day: first.day.plus(n), ..first.clone() }).collect();
    assert!(long.checked().is_err());
    long.days.pop();
    assert_eq!(long.checked(), Ok(()));
}
