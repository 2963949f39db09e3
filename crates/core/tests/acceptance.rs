//! Criteria, the acceptance list, the check of a set-up, the pilot, the gates: met, not met, no data.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;

use company::{Company, PIPELINE, day, today};
use takeroot_core::acceptance::{Check, Metric, NoData, Period, Point, Ratio, Standing, State, standard};
use takeroot_core::contribution::{Action, Count as C, Dimension, Measure, Milestone, Place, Slice};
use takeroot_core::policy::{Criterion, Pilot, Policy, Route};
use takeroot_core::time::Day;

/// Every working day of the last four weeks, with one fact.
fn reported(mut company: Company) -> Company {
    for back in 0..28 {
        let day = today().plus(-back);
        if day.weekday() < 5 {
            company = company.measure(day, Place::default(), Measure::Act(Action::Noted), 1);
        }
    }
    company
}

fn check(standing: &Standing, point: Point) -> Check {
    let lists = [&standing.points, &standing.setup, &standing.pilot];
    lists.into_iter().flatten().find(|check| check.point == point).unwrap().clone()
}

fn state_of(company: &Company, point: Point) -> (State, Option<NoData>) {
    let check = check(&company.standing(), point);
    (check.state, check.verdicts.iter().find_map(|verdict| verdict.reason))
}

#[test]
fn meetings_are_judged_where_the_policy_says_what_a_meeting_is() {
    let reached = |company: Company| {
        let verdict = company.good(Metric::Meetings, 1);
        (verdict.state, verdict.reason)
    };
    let told = || Company::of(&[(C::Entered, 100)]);
    assert_eq!(reached(told()), (State::NoData, Some(NoData::NoPolicy)));
    assert_eq!(reached(told().with(|policy| policy.meaning.meeting_stages = vec![52])).0, State::NotMet);
    assert_eq!(reached(told().with(|policy| policy.meaning.meeting_tasks = vec![2])).0, State::NotMet);
}

#[test]
fn a_set_up_is_checked_by_its_last_week_and_one_case_is_enough() {
    let lead = |back: i32| Company::default().on(today().plus(-back), &[(C::Entered, 1)]);
    assert_eq!(check(&reported(lead(6)).standing(), Point::LeadAppeared).state, State::Met);
    assert_eq!(check(&reported(lead(7)).standing(), Point::LeadAppeared).state, State::NoData);
}

#[test]
fn each_point_is_met_at_its_limit_not_met_beyond_it_and_without_cases_has_no_data() {
    type Counts = &'static [(C, i64)];
    let cases: &[(Point, Counts, Counts)] = &[
        (Point::AutoLeads, &[(C::Entered, 90), (C::ByHand, 10)], &[(C::Entered, 89), (C::ByHand, 11)]),
        (
            Point::CausedMoves,
            &[(C::Moves, 50), (C::CausedMoves, 40)],
            &[(C::Moves, 50), (C::CausedMoves, 39)],
        ),
        (Point::Reminders, &[(C::Triggers, 20), (C::Reminded, 18)], &[(C::Triggers, 20), (C::Reminded, 17)]),
        (
            Point::Inside,
            &[(C::Advanced, 40), (C::AdvancedSilent, 1), (C::Rushed, 1)],
            &[(C::Advanced, 40), (C::AdvancedSilent, 2), (C::Rushed, 1)],
        ),
        (Point::FirstResponse, &[(C::InTime, 80), (C::Breached, 20)], &[(C::InTime, 79), (C::Breached, 21)]),
        (
            Point::Integrations,
            &[(C::Records, 100), (C::BadRecords, 1)],
            &[(C::Records, 99), (C::BadRecords, 1)],
        ),
    ];
    for (point, met, not_met) in cases {
        assert_eq!(state_of(&Company::of(met), *point).0, State::Met, "{point:?}");
        assert_eq!(state_of(&Company::of(not_met), *point).0, State::NotMet, "{point:?}");
        let none = state_of(&Company::default(), *point);
        assert_eq!(none, (State::NoData, Some(NoData::NoCases)), "{point:?}");
        let few: Vec<(C, i64)> = met.iter().map(|(count, n)| (*count, n.signum())).collect();
        let few = Company::of(&few);
        assert_eq!(state_of(&few, *point), (State::NoData, Some(NoData::TooFew)), "{point:?}");
        let early = Company { observed_from: today(), ..Company::of(met) };
        assert_eq!(state_of(&early, *point), (State::NoData, Some(NoData::Unobserved)), "{point:?}");
    }
}

#[test]
fn a_verdict_carries_its_parts_its_days_and_its_limit() {
    let verdict = Company::of(&[(C::Moves, 50), (C::CausedMoves, 39)]).good(Metric::CausedMoves, 80);
    assert_eq!(verdict.value, Ratio { n: 39, of: 50 });
    assert_eq!(verdict.period, Period { from: day("2026-05-02"), to: today() });
    assert_eq!((verdict.criterion.at_least, verdict.criterion.cases_min), (Some(80), 20));
    let text = serde_json::to_string(&verdict).unwrap();
    let pinned = concat!(
        r#"{"criterion":{"metric":"caused_moves","at_least":80},"period":{"from":"2026-05-02","to":"2026-05-29"},"#,
        r#""state":"not_met","value":{"n":39,"of":50}}"#
    );
    assert_eq!(text, pinned);
    assert_eq!(serde_json::from_str::<takeroot_core::acceptance::Verdict>(&text).unwrap(), verdict);
}

#[test]
fn tasks_are_whole_with_a_deadline_and_a_responsible_and_are_not_cut_by_pipelines() {
    let task = |n, whole| {
        let place = Place { manager: 12, ..Place::default() };
        Company::default().at(today(), place, &[(C::TasksSet, n), (C::WholeTasks, whole)])
    };
    assert_eq!(state_of(&task(20, 19), Point::WholeTasks).0, State::Met);
    assert_eq!(state_of(&task(20, 18), Point::WholeTasks).0, State::NotMet);
    assert_eq!(state_of(&Company::default(), Point::WholeTasks), (State::NoData, Some(NoData::NoCases)));
    let criterion = Criterion { slice: Slice::pipeline(PIPELINE), ..Criterion::good(Metric::WholeTasks, 95) };
    assert_eq!(task(20, 19).judge(criterion).reason, Some(NoData::NotCut));
}

#[test]
fn the_report_updates_itself_when_every_working_day_has_a_fact_and_answers_are_not_only_claimed() {
    let whole = || reported(Company::default()).answered(today(), 300, 95);
    assert_eq!(state_of(&whole(), Point::Reporting).0, State::Met);
    let verdicts = check(&whole().standing(), Point::Reporting).verdicts;
    assert_eq!(verdicts[0].value, Ratio { n: 20, of: 20 });
    let claimed = whole().on(today(), &[(C::Claimed, 6)]);
    assert_eq!(state_of(&claimed, Point::Reporting).0, State::NotMet);
    let gap = day("2026-05-13");
    let mut gaps = whole();
    gaps.entries.retain(|(day, ..)| *day != gap);
    assert_eq!(state_of(&gaps, Point::Reporting).0, State::NotMet);
    let by_itself = gaps.on(gap, &[(C::Breached, 1), (C::Missed, 1), (C::Overdue, 1)]);
    assert_eq!(state_of(&by_itself, Point::Reporting).0, State::NotMet, "a clock is no fact");
}

#[test]
fn sources_that_do_not_tell_of_answers_give_no_verdict_on_them() {
    let silent = Company::of(&[(C::Entered, 300), (C::Won, 40)]);
    assert_eq!(state_of(&silent, Point::Inside).1, Some(NoData::NotTold));
    assert_eq!(silent.good(Metric::Missed, 5).reason, Some(NoData::NotTold), "none missed is not known");
    let told = Company::of(&[(C::Entered, 300), (C::Waiting, 3)]);
    assert_eq!(state_of(&told, Point::FirstResponse).1, Some(NoData::NoCases));
}

#[test]
fn a_set_up_works_when_each_thing_happened_once() {
    let counts = [(C::Entered, 1), (C::ByHand, 400), (C::Moves, 300), (C::CausedMoves, 1)];
    let place = Place { manager: 12, ..Place::default() };
    let works = Company::of(&counts).at(today(), place, &[(C::TasksSet, 9), (C::WholeTasks, 1)]);
    assert_eq!(works.standing().works, State::Met);
    let never = Company::of(&counts).at(today(), place, &[(C::TasksSet, 9)]);
    let standing = never.standing();
    assert_eq!((standing.works, check(&standing, Point::TaskAppeared).state), (State::NotMet, State::NotMet));
    let untried = Company::of(&counts).standing();
    assert_eq!((untried.works, check(&untried, Point::TaskAppeared).state), (State::NoData, State::NoData));
}

#[test]
fn the_pilot_is_judged_on_its_own_deals_and_days() {
    let counts = |n, right| [(C::AutoLeads, n), (C::AutoRight, right)];
    let routed = |company: Company| {
        company.with(|policy| policy.sources.routes = vec![Route { source: None, pipeline: PIPELINE }])
    };
    let without = Company::of(&counts(100, 95));
    assert_eq!(state_of(&without, Point::RightPipeline), (State::NoData, Some(NoData::NoPolicy)));
    assert_eq!(state_of(&routed(without), Point::RightPipeline).0, State::Met);
    let place = Place { pipeline: PIPELINE, pilot: true, ..Place::default() };
    let from = day("2026-05-18");
    let pilot =
        routed(Company::of(&counts(1000, 1000)).at(today(), place, &counts(100, 94))).with(|policy| {
            policy.pilot = Some(Pilot {
                from,
                to: day("2026-06-07"),
                users: vec![],
                groups: vec![],
                pipelines: vec![PIPELINE],
            });
        });
    let check = check(&pilot.standing(), Point::RightPipeline);
    let verdict = &check.verdicts[0];
    assert_eq!((check.state, verdict.value), (State::NotMet, Ratio { n: 94, of: 100 }));
    assert_eq!(verdict.period, Period { from, to: today() });
    assert_eq!(
        (verdict.criterion.slice, verdict.criterion.window_days),
        (Slice::of(Dimension::Pilot, 1), 12)
    );
    let no_pilot = Criterion { slice: Slice::of(Dimension::Pilot, 1), ..Criterion::good(Metric::InTime, 80) };
    assert_eq!(Company::default().judge(no_pilot).reason, Some(NoData::NoPolicy));
}

#[test]
fn what_the_policy_does_not_ask_for_is_no_data() {
    let company = Company::of(&[(C::Cards, 100), (C::Complete, 90)]);
    let judged = |company: &Company| {
        let verdict = company.good(Metric::CompleteCards, 80);
        (verdict.state, verdict.reason)
    };
    assert_eq!(judged(&company), (State::Met, None));
    let nothing_mandatory = company.with(|policy| policy.mandatory.clear());
    assert_eq!(judged(&nothing_mandatory), (State::NoData, Some(NoData::NoPolicy)));
}

#[test]
fn each_metric_that_hangs_on_the_policy_says_so_when_the_policy_is_silent() {
    type Change = fn(&mut Policy);
    let with: Change = |policy| {
        let bant = r#"{"name": "BANT", "items": [{"field": "amount", "name": "How much?"}]}"#;
        policy.checklists = vec![serde_json::from_str(bant).unwrap()];
        policy.sources.routes = vec![Route { source: None, pipeline: PIPELINE }];
        policy.meaning.meeting_stages = vec![52];
    };
    let silences: [(&[Metric], Change); 7] = [
        (&[Metric::AutoRight], |policy| policy.sources.routes.clear()),
        (&[Metric::CompleteCards, Metric::Completeness, Metric::Alike], |policy| policy.mandatory.clear()),
        (&[Metric::Checklists], |policy| policy.checklists.clear()),
        (&[Metric::Outside, Metric::StageConversion], |policy| policy.pipelines[0].stages.clear()),
        (&[Metric::Meetings], |policy| policy.meaning.meeting_stages.clear()),
        (&[Metric::DauRoster], |policy| policy.people.clear()),
        (&[Metric::Heads], |policy| policy.people[0].head = false),
    ];
    let told = || reported(Company::of(&[(C::InTime, 50)])).with(with);
    let reason = |company: Company, metric| company.good(metric, 50).reason;
    for (metrics, silence) in silences {
        for metric in metrics {
            assert_ne!(reason(told(), *metric), Some(NoData::NoPolicy), "{metric:?}");
            assert_eq!(reason(told().with(silence), *metric), Some(NoData::NoPolicy), "{metric:?}");
        }
    }
}

#[test]
fn a_day_is_judged_by_the_policy_of_its_end_and_not_by_that_of_the_next_one() {
    let company = || Company::of(&[(C::Cards, 100), (C::Complete, 90)]);
    let metrics = [Metric::CompleteCards, Metric::DauRoster, Metric::ReportingDays];
    let judged = |company: Company| metrics.map(|metric| company.good(metric, 80));
    let emptied = |from| {
        company().from(from, |policy| {
            policy.mandatory.clear();
            policy.people.clear();
            policy.calendar =
                serde_json::from_str(r#"{"tz": "Europe/Moscow", "weekly": {"sun": [["09:00","18:00"]]}}"#)
                    .unwrap();
        })
    };
    assert_eq!(judged(emptied(today().plus(1))), judged(company()));
    let [cards, roster, reporting] = judged(emptied(today()));
    assert_eq!([cards.reason, roster.reason], [Some(NoData::NoPolicy); 2]);
    assert_eq!(reporting.value.of, 19, "a Friday on which nobody works any more");
}

#[test]
fn who_acted_is_counted_by_day_month_and_person() {
    let company = [(11, 0), (12, 0), (12, 1), (13, 2)].into_iter().fold(
        Company::default(),
        |company, (manager, back): (u64, i32)| {
            let place = Place { pipeline: PIPELINE, manager, ..Place::default() };
            company.measure(today().plus(-back), place, Measure::Act(Action::Called), 1)
        },
    );
    // Four weeks have 20 working days, and four people are expected on each; three of them came, on four days together.
    assert_eq!(company.good(Metric::DauRoster, 1).value, Ratio { n: 4, of: 80 });
    assert_eq!(company.good(Metric::DauMau, 1).value, Ratio { n: 4, of: 60 });
    assert_eq!(company.good(Metric::Heads, 1).value, Ratio { n: 1, of: 20 });
    let of = |user| Criterion {
        slice: Slice::of(Dimension::Manager, user),
        ..Criterion::good(Metric::DauRoster, 1)
    };
    let values = [11, 12, 14].map(|user| company.judge(of(user)).value);
    assert_eq!(values, [1, 2, 0].map(|n| Ratio { n, of: 20 }));
}

#[test]
fn daily_use_in_the_pilot_is_of_those_who_are_in_it() {
    let company = Company::default().on(today(), &[]).with(|policy| {
        policy.pilot = Some(Pilot {
            from: day("2026-05-18"),
            to: day("2026-06-07"),
            users: vec![policy.people[0].id],
            groups: vec![],
            pipelines: vec![],
        });
    });
    let pilot = Criterion { slice: Slice::of(Dimension::Pilot, 1), ..Criterion::good(Metric::DauRoster, 80) };
    let all = company.judge(Criterion::good(Metric::DauRoster, 80)).value;
    let of_pilot = company.judge(pilot).value;
    assert!(of_pilot.of > 0 && of_pilot.of * 2 <= all.of, "{of_pilot:?} {all:?}");
}

#[test]
fn the_policy_may_give_other_limits_and_a_verdict_shows_them() {
    let company = Company::of(&[(C::Entered, 60), (C::ByHand, 40)]);
    assert_eq!(state_of(&company, Point::AutoLeads).0, State::NotMet);
    let company =
        company.with(|policy| policy.acceptance.limits = vec![Criterion::good(Metric::AutoLeads, 60)]);
    let check = check(&company.standing(), Point::AutoLeads);
    assert_eq!((check.state, check.verdicts[0].criterion.at_least), (State::Met, Some(60)));
}

#[test]
fn durations_are_judged_in_seconds_and_say_who_has_none() {
    let company = Company::of(&[(C::Entered, 30), (C::Waiting, 2), (C::Unanswered, 3)]);
    let company = company.answered(today(), 30, 20).answered(today(), 60, 5);
    let verdict = company.good(Metric::ResponseMedian, 30);
    assert_eq!((verdict.state, verdict.seconds), (State::Met, Some(30)));
    assert_eq!(verdict.value, Ratio { n: 25, of: 30 });
    assert_eq!(company.good(Metric::ResponseP90, 59).state, State::NotMet);
    assert_eq!(company.good(Metric::ResponseMedian, 29).state, State::NotMet);
}

#[test]
fn a_cohort_is_followed_to_the_end_of_its_period_and_merged_leads_leave_it() {
    let place = Place { pipeline: PIPELINE, ..Place::default() };
    let after =
        |company: Company, milestone, age| company.measure(today(), place, Measure::After(milestone, age), 1);
    let company = Company::default().on(today().plus(-10), &[(C::Entered, 30)]);
    let company = after(after(company, Milestone::Won, 10), Milestone::Won, 200);
    // Merged on the last day: taken out of the leads, and out of the cohort.
    let company = after(company, Milestone::Merged, 10).on(today(), &[(C::Merged, 1), (C::Entered, -1)]);
    let verdict = company.judge(Criterion::of(Metric::Conversion));
    assert_eq!((verdict.value, verdict.state), (Ratio { n: 1, of: 29 }, State::Known));
}

fn started(company: Company, started: &str) -> Company {
    let started = day(started);
    company.with(|policy| {
        policy.acceptance.started = Some(started);
        policy.acceptance.targets = vec![Criterion::good(Metric::InTime, 80)];
    })
}

#[test]
fn gates_stand_at_90_days_and_3_6_and_12_months_and_the_next_one_says_how_it_stands() {
    let company = started(Company::of(&[(C::InTime, 85), (C::Breached, 15)]), "2026-02-20");
    let gates = company.on(day("2026-05-20"), &[(C::Breached, 25)]).standing().gates;
    let due: Vec<Day> = gates.iter().map(|gate| gate.due).collect();
    assert_eq!(due, ["2026-05-21", "2026-05-20", "2026-08-20", "2027-02-20"].map(day));
    assert_eq!((gates[0].state, gates[0].ahead), (State::NotMet, false), "judged by the days up to the gate");
    assert_eq!(gates[0].verdicts[0].value, Ratio { n: 0, of: 25 });
    assert_eq!((gates[2].state, gates[2].ahead), (State::NotMet, true));
    assert_eq!(gates[2].verdicts[0].value, Ratio { n: 85, of: 125 });
    assert!(gates[3].verdicts.is_empty() && gates[3].state == State::NoData);
    assert!(Company::default().standing().gates.is_empty());
    let of_today = started(Company::default(), "2026-02-28").standing().gates;
    assert_eq!((of_today[0].due, of_today[0].ahead), (today(), false));
}

#[test]
fn targets_are_fixed_at_the_start_and_a_later_change_is_told() {
    let company = started(Company::of(&[(C::InTime, 75), (C::Breached, 25)]), "2026-05-01");
    let lowered = company.from(day("2026-05-20"), |policy| {
        policy.acceptance.targets = vec![Criterion::good(Metric::InTime, 50)];
    });
    let standing = lowered.standing();
    assert!(standing.targets_moved);
    assert_eq!(
        (standing.gates[0].state, standing.gates[0].verdicts[0].criterion.at_least),
        (State::NotMet, Some(80))
    );
}

#[test]
fn the_whole_list_is_met_only_when_every_point_is() {
    let place = Place { manager: 12, ..Place::default() };
    let good = |company: Company, day| {
        let counts = [
            (C::Entered, 50),
            (C::Moves, 50),
            (C::CausedMoves, 45),
            (C::Triggers, 20),
            (C::Reminded, 20),
            (C::Advanced, 40),
            (C::InTime, 45),
        ];
        company
            .on(day, &counts)
            .at(day, place, &[(C::TasksSet, 20), (C::WholeTasks, 20)])
            .answered(day, 60, 45)
    };
    let before = day("2026-02-10");
    let company = good(good(reported(Company::default()), before), today()).with(|policy| {
        policy.acceptance.baseline = Some(Period { from: day("2026-02-01"), to: day("2026-02-28") });
    });
    let standing = company.standing();
    assert!(standing.points.iter().all(|check| check.state == State::Met), "{:?}", standing.points);
    assert_eq!((standing.accepted, standing.points.len()), (State::Met, 7));
    let no_baseline = company.with(|policy| policy.acceptance.baseline = None).standing();
    assert_eq!(no_baseline.accepted, State::NoData);
    assert!(standard(Point::SameRules).is_empty());
}
