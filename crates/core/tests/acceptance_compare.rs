//! Before and after, goals, and the subjects behind a verdict.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;
mod story;

use company::{Company, PIPELINE, day, today};
use proptest::prelude::*;
use story::{ANNA, BORIS, SITE, Story, at, moved, open};
use takeroot_core::acceptance::evidence::{matches, part};
use takeroot_core::acceptance::{
    Caveat, Comparison, Difference, Forecast, Metric, NoData, Outlook, Past, Period, Point, Ratio, State,
    Trend,
};
use takeroot_core::assess::assess;
use takeroot_core::contribution::{
    Action, Contribution, Count as C, Dimension, Entry, Measure, Milestone, Place, Slice, Took, Totals,
};
use takeroot_core::fact::{Actor, Snapshot, Stage, Subject};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Criterion, Goal, Policy, Span};
use takeroot_core::time::Day;

const BEFORE: &str = "2026-02-10";

/// The same leads in February and in May, May answering faster.
fn compared() -> Company {
    let source = |source| Place { pipeline: PIPELINE, source, ..Place::default() };
    let mut company = Company::default().with(|policy| {
        policy.acceptance.baseline = Some(Period { from: day("2026-02-01"), to: day("2026-02-28") });
    });
    for (day, seconds) in [(day(BEFORE), 1200), (today(), 300)] {
        let leads = [(C::Entered, 30), (C::InTime, 20), (C::Breached, 10)];
        company = company.at(day, source(1), &leads).at(day, source(2), &leads).answered(day, seconds, 40);
    }
    company
}

fn comparison(company: &Company) -> Comparison {
    company.standing().comparison
}

#[test]
fn the_baseline_is_laid_beside_as_many_days() {
    let comparison = comparison(&compared());
    assert_eq!(comparison.differences, []);
    assert_eq!(comparison.after, Period { from: day("2026-05-02"), to: today() });
    assert_eq!(comparison.caveat, Caveat::OneCauseAmongSeveral);
    let metrics: Vec<Metric> = comparison.rows.iter().map(|row| row.after.criterion.metric).collect();
    let table = [Metric::ResponseMedian, Metric::StageConversion, Metric::TaskOverdue, Metric::Reasoned];
    assert_eq!(metrics[..4], table);
    let median = &comparison.rows[0];
    assert_eq!((median.trend, median.after.seconds < median.before.seconds), (Trend::Better, true));
    assert_eq!(
        (comparison.rows[3].trend, comparison.rows[3].after.reason),
        (Trend::Unknown, Some(NoData::NoCases))
    );
    assert_eq!(comparison.rows[4].trend, Trend::Same);
}

#[test]
fn what_differs_is_named() {
    let from = day("2026-03-15");
    let same_rules = |company: &Company| {
        let points = company.standing().points;
        points.into_iter().find(|check| check.point == Point::SameRules).unwrap().state
    };
    let found = |company: Company, expected: &[Difference], state: State| {
        assert_eq!(comparison(&company).differences, expected);
        assert_eq!(same_rules(&company), state, "{expected:?}");
    };
    found(compared(), &[], State::Met);
    found(Company::default(), &[Difference::NoBaseline], State::NoData);
    found(
        compared().from(from, |policy| policy.thresholds.rush_minutes = 5),
        &[Difference::Thresholds],
        State::NotMet,
    );
    let faster = compared().from(from, |policy| policy.first_response.target = Span::Seconds(600));
    found(faster, &[Difference::FirstResponse], State::NotMet);
    found(compared().from(from, |policy| policy.mandatory.clear()), &[Difference::Mandatory], State::NotMet);
    found(compared().from(from, |policy| policy.pipelines[0].name = "B2B".into()), &[], State::Met);
    let (briefly, back) = (day("2026-02-12"), day("2026-02-20"));
    let there_and_back = compared()
        .from(briefly, |policy| policy.thresholds.cause_minutes = 5)
        .from(back, |policy| policy.thresholds.cause_minutes = 30);
    found(there_and_back, &[Difference::Thresholds], State::NotMet);
    let later = Company { observed_from: day("2026-02-02"), ..compared() };
    found(later, &[Difference::BeforeUnobserved], State::NoData);
    let long = compared().with(|policy| {
        policy.acceptance.after = Some(Period { from: day("2026-04-01"), to: day("2026-04-30") })
    });
    let long = long.on(day("2026-04-15"), &[]);
    found(long, &[Difference::Length], State::NotMet);
    let overlapping = compared().with(|policy| {
        policy.acceptance.after = Some(Period { from: day("2026-02-15"), to: day("2026-03-14") });
    });
    assert!(comparison(&overlapping).differences.contains(&Difference::Overlap));
    let ahead = compared()
        .with(|policy| policy.acceptance.after = Some(Period { from: today(), to: today().plus(27) }));
    found(ahead, &[Difference::Ahead], State::NoData);
}

#[test]
fn a_channel_of_one_period_only_keeps_them_apart_and_a_single_lead_is_no_channel() {
    let place = |pipeline, source| Place { pipeline, source, ..Place::default() };
    let one = compared().at(today(), place(PIPELINE, 3), &[(C::Entered, 1)]);
    assert_eq!(comparison(&one).differences, []);
    let many = compared().at(today(), place(PIPELINE, 3), &[(C::Entered, 10)]);
    assert_eq!(comparison(&many).differences, [Difference::Sources(vec![3])]);
    let pipeline = compared().at(day(BEFORE), place(8, 1), &[(C::Entered, 10)]);
    assert_eq!(comparison(&pipeline).differences, [Difference::Pipelines(vec![8])]);
}

#[test]
fn a_goal_tells_its_baseline_its_current_days_and_the_days_before() {
    let mut company = compared().answered(day("2026-04-20"), 600, 30);
    company = company.with(|policy| {
        let criterion = Criterion::good(Metric::ResponseMedian, 400);
        policy.goals = vec![Goal { criterion, owner: 11, by: Some(day("2026-09-01")) }];
    });
    let goal = company.summary().goals.remove(0);
    let seconds = [&goal.baseline, &goal.current.before, &goal.current.after].map(|verdict| {
        assert_eq!(verdict.period.days(), 28);
        verdict.seconds.unwrap() / 100
    });
    assert_eq!((seconds, goal.owner), ([12, 6, 3], 11));
    assert_eq!((goal.current.after.state, goal.current.trend), (State::Met, Trend::Better));
    let no_baseline = company.with(|policy| policy.acceptance.baseline = None).summary().goals.remove(0);
    let baseline = no_baseline.baseline;
    assert_eq!((baseline.state, baseline.reason), (State::NoData, Some(NoData::NoPolicy)));
}

#[test]
fn a_goal_is_forecast_by_its_weeks_and_no_further_ahead_than_back() {
    // Of 100 leads of a week 40, 44, 43, 47, 50, 52, 51 and 55 are answered in time, and ten more on an older day.
    let company = || {
        let weeks = (0..).step_by(7).zip([55, 51, 52, 50, 47, 43, 44, 40]);
        let company = weeks.fold(Company::default(), |company, (ago, in_time)| {
            company.on(today().plus(-ago), &[(C::InTime, in_time), (C::Breached, 100 - in_time)])
        });
        company.on(today().plus(-56), &[(C::InTime, 10)])
    };
    let forecast = |company: Company, value, ahead| {
        let criterion = Criterion::good(Metric::InTime, value);
        let goals = vec![Goal { criterion, owner: 11, by: Some(today().plus(ahead)) }];
        company.with(|policy| policy.goals = goals).summary().goals.remove(0).forecast
    };
    let of = |outlook| Some(Forecast { weeks: 8, value: 6_293, low: 5_981, high: 6_605, outlook });
    assert_eq!(forecast(company(), 62, 28), of(Outlook::Open));
    assert_eq!(forecast(company(), 55, 28), of(Outlook::Likely));
    assert_eq!(forecast(company(), 80, 28), of(Outlook::Unlikely));
    assert_eq!((forecast(company(), 62, 57), forecast(company(), 62, 0)), (None, None));
    assert!(forecast(company(), 62, 56).is_some());
    let young = Company { observed_from: today().plus(-20), ..company() };
    assert_eq!(forecast(young, 62, 28), None, "two weeks are no line");
}

#[test]
fn a_goal_in_seconds_or_in_money_is_forecast_in_hundredths_and_by_ten_cases_a_week() {
    let weeks = || (0..8).map(|n| today().plus(-7 * n));
    let forecast = |company: Company, criterion| {
        let goals = vec![Goal { criterion, owner: 11, by: Some(today().plus(14)) }];
        company.with(|policy| policy.goals = goals).summary().goals.remove(0).forecast
    };
    let answered = || weeks().fold(Company::default(), |company, day| company.answered(day, 300, 10));
    let seconds = answered().good(Metric::ResponseMedian, 400).seconds.unwrap();
    let of = |value, outlook| Some(Forecast { weeks: 8, value, low: value, high: value, outlook });
    let within = |target| forecast(answered(), Criterion::good(Metric::ResponseMedian, target));
    assert_eq!(within(seconds + 10), of(seconds * 100, Outlook::Likely));
    assert_eq!(within(seconds - 10), of(seconds * 100, Outlook::Unlikely));
    let sold = weeks().fold(Company::default(), |company, day| {
        company.on(day, &[(C::Won, 10), (C::Priced, 10), (C::Revenue, 25_000_000)])
    });
    let check = Criterion::good(Metric::AverageCheck, 2_000_000);
    assert_eq!(forecast(sold, check), of(250_000_000, Outlook::Likely));
}

#[test]
fn a_figure_turns_only_where_both_periods_have_one() {
    let company = Company::of(&[(C::InTime, 40)]).with(|policy| {
        policy.goals = vec![Goal { criterion: Criterion::good(Metric::InTime, 80), owner: 11, by: None }];
    });
    let goal = company.summary().goals.remove(0);
    assert!(goal.current.after.is_known() && !goal.current.before.is_known());
    assert_eq!(goal.current.trend, Trend::Unknown);
}

#[test]
fn days_that_run_backwards_are_as_long_as_nothing() {
    let backwards = Period { from: today(), to: today().plus(-3) };
    assert!(!takeroot_core::acceptance::same_length(backwards, backwards));
}

#[test]
fn the_deals_behind_a_verdict_are_those_that_add_to_it() {
    let deal = |id: u64, answered: Option<&str>| {
        let subject = Subject::Deal(id);
        let created = Some((at("02 10:00"), Actor::User(SITE)));
        let seen = takeroot_core::fact::What::Deal(Snapshot { created, added: true, ..open(51) });
        let mut story = Story::new().fact(subject, "02 10:00", Actor::User(SITE), seen);
        if let Some(when) = answered {
            let said = takeroot_core::fact::What::Said {
                way: takeroot_core::fact::Way::Chat,
                talked_s: None,
                contact: None,
            };
            story = story.fact(subject, when, Actor::User(ANNA), said);
        }
        let step = takeroot_core::fact::What::Deal(moved(Stage::Open(51), Stage::Open(52)));
        (subject, story.fact(subject, "02 12:00", Actor::User(BORIS), step))
    };
    let deals = [deal(1, Some("02 10:05")), deal(2, Some("02 10:40")), deal(3, None)];
    let mut ledger = Ledger::new(deals[0].1.rules.clone());
    deals.iter().flat_map(|(_, story)| &story.facts).for_each(|fact| ledger.record(fact.clone()));
    ledger.settle(at("02 20:00"));
    let contributions: Vec<(Subject, Contribution)> = deals
        .iter()
        .map(|(id, _)| (*id, assess(*id, &ledger.of(*id), ledger.terms(), at("02 20:00")).contribution))
        .collect();
    let period = Period::ending(story::day(2), 1);
    let mut each = contributions.iter().map(|(id, contribution)| (*id, contribution));
    let behind = matches(&mut each, Metric::InTime, period, Slice::ALL);
    assert_eq!(behind.numerator, [Subject::Deal(1)]);
    assert_eq!(behind.denominator, [1, 2, 3].map(Subject::Deal));
    let mut each = contributions.iter().map(|(id, contribution)| (*id, contribution));
    let elsewhere = matches(&mut each, Metric::InTime, period, Slice::of(Dimension::Manager, BORIS));
    assert_eq!(elsewhere.denominator, []);
}

#[test]
fn behind_daily_use_are_those_who_did_something() {
    let of = |measure| {
        let place = Place { manager: ANNA, ..Place::default() };
        Contribution::of(vec![(story::day(2), place, measure, 1)])
    };
    let (acted, idle) = (of(Measure::Act(Action::Called)), of(Measure::Count(C::Active)));
    let mut each = [(Subject::Deal(1), &acted), (Subject::Deal(2), &idle)].into_iter();
    let behind = matches(&mut each, Metric::DauRoster, Period::ending(story::day(2), 1), Slice::ALL);
    assert_eq!((behind.numerator, behind.denominator), (vec![Subject::Deal(1)], vec![Subject::Deal(1)]));
}

fn entry() -> impl Strategy<Value = Entry> {
    let place =
        (0..3_u64, 51..54_u64, 11..14_u64, 0..3_u64, any::<bool>()).prop_map(|(p, s, m, q, pilot)| Place {
            pipeline: p,
            stage: s,
            manager: m,
            source: q,
            pilot,
            ..Place::default()
        });
    let measure = prop_oneof![
        8 => proptest::sample::select(C::ALL).prop_map(Measure::Count),
        1 => (100..200_u16).prop_map(|bucket| Measure::Took(Took::Response, bucket)),
        1 => (0..40_u16).prop_map(|age| Measure::After(Milestone::Won, age)),
        1 => (0..40_u16).prop_map(|age| Measure::After(Milestone::Passed, age)),
        1 => Just(Measure::Act(Action::Called)),
    ];
    (0..60_i32, place, measure, 1..4_i64)
        .prop_map(|(back, place, measure, n)| (today().plus(-back), place, measure, n))
}

const METRICS: [Metric; 12] = [
    Metric::AutoLeads,
    Metric::InTime,
    Metric::Claimed,
    Metric::Outside,
    Metric::StageConversion,
    Metric::Conversion,
    Metric::Completeness,
    Metric::Overdue,
    Metric::Duplicates,
    Metric::AverageCheck,
    Metric::BadRecords,
    Metric::ResponseMedian,
];

fn slices() -> Vec<Slice> {
    let by =
        [(Dimension::Manager, 12), (Dimension::Stage, 52), (Dimension::Source, 2), (Dimension::Pilot, 1)];
    let cuts = by.map(|by| Slice { pipeline: 1, by: Some(by) });
    [Slice::ALL, Slice::pipeline(1)].into_iter().chain(by.map(|(d, v)| Slice::of(d, v))).chain(cuts).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What is listed as evidence is what the verdict counted, in every slice, and slices add up to the whole.
    #[test]
    fn the_parts_of_all_subjects_sum_up_to_the_verdict(
        subjects in proptest::collection::vec(proptest::collection::vec(entry(), 0..12), 1..8),
    ) {
        let contributions: Vec<Contribution> = subjects.into_iter().map(Contribution::of).collect();
        let mut totals = Totals::default();
        for contribution in &contributions {
            totals.replace(&Contribution::default(), contribution);
        }
        let rules = Company::default().with(|policy: &mut Policy| policy.pilot = Some(takeroot_core::policy::Pilot {
            from: Day(0), to: Day(40_000), users: vec![], groups: vec![], pipelines: vec![1],
        })).rules();
        let period = Period::ending(today(), 28);
        let sum = |metric, slice| contributions.iter().fold(Ratio::default(), |sum, contribution| {
            let Ratio { n, of } = part(contribution, metric, period, slice);
            Ratio { n: sum.n + n, of: sum.of + of }
        });
        for metric in METRICS {
            for slice in slices() {
                let criterion = Criterion { slice, cases_min: 1, ..Criterion::of(metric) };
                let verdict = takeroot_core::acceptance::judge(&totals, &rules, today(), &[criterion]).remove(0);
                prop_assert_eq!(verdict.value, sum(metric, slice), "{:?} {:?}", metric, slice);
            }
            let of = |manager| sum(metric, Slice::of(Dimension::Manager, manager));
            let union = [11, 12, 13].map(of).into_iter().fold((0, 0), |(n, of), r| (n + r.n, of + r.of));
            let whole = sum(metric, Slice::ALL);
            prop_assert_eq!(union, (whole.n, whole.of));
        }
    }

    /// Many days over one walk say what each says alone.
    #[test]
    fn a_summary_is_the_same_alone_and_in_a_pass(entries in proptest::collection::vec(entry(), 0..60)) {
        let company = Company { entries, ..compared() };
        let (totals, rules) = (company.totals(), company.rules());
        let days = [today().plus(-9), today().plus(-1), today()];
        let past = Past::of(&totals, &rules, &days.into());
        for day in days {
            let figures = takeroot_core::day::Figures::of(&totals, &rules, day, day);
            let beside = takeroot_core::summary::Summary::beside(&figures, &totals, &rules, &past);
            let alone = takeroot_core::summary::Summary::of(&totals, &rules, day);
            prop_assert_eq!(&beside, &alone);
            let bare = takeroot_core::summary::Summary::beside(&figures, &totals, &rules, &Past::of(&totals, &rules, &[today().plus(9)].into()));
            prop_assert_eq!(&beside.acceptance, &bare.acceptance, "by the changes of gauges too");
        }
    }
}
