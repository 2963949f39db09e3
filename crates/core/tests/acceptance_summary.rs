//! What a summary makes of the totals: signs, answers, pains, use, cohorts; and that it stays small.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;

use company::{Company, PIPELINE, day, today};
use takeroot_core::acceptance::{Metric, NoData, Period, Ratio, State};
use takeroot_core::contribution::{Action, Count as C, Measure, Milestone, Place, Took};
use takeroot_core::policy::{Absence, Criterion, Goal, Person};
use takeroot_core::summary::{Advice, Answer, Mark, Pain, Question, Sign, SignName, Summary};

fn sign(company: &Company, name: SignName) -> Sign {
    company.summary().signs.into_iter().find(|sign| sign.sign == name).unwrap()
}

fn light(company: &Company, name: SignName) -> (State, Advice) {
    let sign = sign(company, name);
    (sign.state, sign.advice)
}

/// Each of some people acted on each working day of the last 30 days but some.
fn worked(mut company: Company, people: &[(u64, i32)]) -> Company {
    for back in 0..30 {
        let date = today().plus(-back);
        for (manager, _) in people.iter().filter(|(_, idle)| back >= *idle && date.weekday() < 5) {
            let place = Place { pipeline: PIPELINE, manager: *manager, ..Place::default() };
            company = company.measure(date, place, Measure::Act(Action::Called), 2);
        }
    }
    company
}

#[test]
fn without_data_no_sign_is_lit() {
    let summary = Company::default().summary();
    let states: Vec<(State, Advice)> = summary.signs.iter().map(|sign| (sign.state, sign.advice)).collect();
    let (nothing, silent) = ((State::NoData, Advice::Wait), (State::NotMet, Advice::CheckConnection));
    // That people do nothing and no fact arrives is known.
    let idle = (State::NotMet, Advice::AskTheAbsent);
    assert_eq!(states, [nothing, idle, nothing, silent, nothing, nothing]);
}

#[test]
fn data_lives_in_the_system_where_cards_are_filled_and_deals_are_talked_about() {
    let cards = |complete, sourced, silent| {
        Company::of(&[
            (C::Active, 100),
            (C::Sourced, sourced),
            (C::Cards, 100),
            (C::Complete, complete),
            (C::Advanced, 100),
            (C::AdvancedSilent, silent),
            (C::Entered, 10),
            (C::InTime, 10),
        ])
    };
    assert_eq!(light(&cards(80, 90, 5), SignName::Live), (State::Met, Advice::GoOn));
    assert_eq!(light(&cards(79, 90, 5), SignName::Live), (State::Near, Advice::FillCards));
    assert_eq!(light(&cards(90, 50, 5), SignName::Live), (State::Near, Advice::NameSources));
    assert_eq!(light(&cards(70, 49, 5), SignName::Live), (State::NotMet, Advice::NameSources));
    assert_eq!(light(&cards(90, 90, 21), SignName::Live), (State::NotMet, Advice::TalkInside));
    let sign = sign(&cards(79, 90, 5), SignName::Live);
    assert_eq!(sign.figures[0].value, Ratio { n: 79, of: 100 });
}

#[test]
fn daily_use_is_of_the_roster_of_heads_and_without_those_away() {
    let all = [(11, 0), (12, 0), (13, 0), (14, 0)];
    assert_eq!(light(&worked(Company::default(), &all), SignName::Daily), (State::Met, Advice::GoOn));
    let head_away = worked(Company::default(), &all[1..]);
    assert_eq!(light(&head_away, SignName::Daily), (State::NotMet, Advice::LeadByExample));
    let absent = head_away.with(|policy| {
        policy.people[0].absences = vec![Absence { from: day("2026-04-01"), to: day("2026-06-30") }];
    });
    assert_eq!(light(&absent, SignName::Daily).0, State::Met, "who is away is not expected");
    let usage = worked(Company::default(), &[(11, 0), (12, 14)]).summary().usage.unwrap();
    // 30 days that end on a Friday have 22 working days; without the last 14 days there are 12.
    assert_eq!((usage.dau, usage.mau), (Ratio { n: 34, of: 22 }, 2));
    assert_eq!((usage.dau_mau, usage.roster), (Ratio { n: 34, of: 44 }, Ratio { n: 34, of: 88 }));
    assert_eq!((usage.heads, usage.observed), (Ratio { n: 22, of: 22 }, true));
}

#[test]
fn speed_is_held_against_what_it_was_and_a_target_that_is_kept_is_enough() {
    let speed = |before, now| {
        Company::of(&[(C::Entered, 10)]).answered(day("2026-04-20"), before, 20).answered(today(), now, 20)
    };
    assert_eq!(light(&speed(3000, 2000), SignName::Faster), (State::Met, Advice::GoOn));
    assert_eq!(light(&speed(100, 800), SignName::Faster).0, State::Met, "within the target of 15 minutes");
    assert_eq!(light(&speed(2000, 2300), SignName::Faster), (State::Near, Advice::AnswerSooner));
    assert_eq!(light(&speed(2000, 3000), SignName::Faster), (State::NotMet, Advice::AnswerSooner));
    let wide = Company::of(&[(C::Entered, 10)]).answered(day("2026-04-20"), 1000, 10);
    let wide = wide.answered(day("2026-04-20"), 9000, 9).answered(today(), 3000, 20);
    assert_eq!(light(&wide, SignName::Faster).0, State::Met, "slower in the middle, more predictable");
    let first = Company::of(&[(C::Entered, 10)]).answered(today(), 800, 20);
    assert_eq!(light(&first, SignName::Faster).0, State::Met, "there is a target before there is a past");
}

#[test]
fn losses_are_missed_leads_overdue_deals_and_duplicates() {
    let losses = |missed, overdue, duplicates| {
        Company::of(&[
            (C::Entered, 100),
            (C::InTime, 100),
            (C::Missed, missed),
            (C::Active, 100),
            (C::Overdue, overdue),
            (C::Duplicates, duplicates),
        ])
    };
    assert_eq!(light(&losses(5, 20, 3), SignName::Losses), (State::Met, Advice::GoOn));
    assert_eq!(light(&losses(16, 20, 3), SignName::Losses), (State::NotMet, Advice::CatchLeads));
    assert_eq!(light(&losses(5, 40, 3), SignName::Losses), (State::Near, Advice::ClearOverdue));
    assert_eq!(light(&losses(5, 20, 11), SignName::Losses), (State::NotMet, Advice::MergeDuplicates));
}

#[test]
fn a_change_is_calm_when_the_two_weeks_after_it_are_no_worse() {
    let turn = |after| {
        let changed = day("2026-05-01");
        Company::default()
            .from(changed, |policy| policy.thresholds.rush_minutes = 5)
            .on(changed.plus(-3), &[(C::InTime, 80), (C::Breached, 20)])
            .on(changed.plus(3), &[(C::InTime, after), (C::Breached, 100 - after)])
    };
    assert_eq!(light(&turn(75), SignName::Changes), (State::Met, Advice::GoOn));
    assert_eq!(light(&turn(74), SignName::Changes), (State::NotMet, Advice::ChangeGently));
    let fresh = turn(74).from(day("2026-05-25"), |policy| policy.mandatory.clear());
    assert_eq!(sign(&fresh, SignName::Changes).figures[0].value, Ratio { n: 0, of: 1 }, "too early to tell");
    let ends = |back: i32| {
        let change = today().plus(-back);
        let told = Company::default().from(change, |policy| policy.thresholds.rush_minutes = 5);
        let told = told.on(change.plus(-3), &[(C::InTime, 80), (C::Breached, 20)]);
        let told = told.on(change.plus(13), &[(C::InTime, 80), (C::Breached, 20)]);
        let late = told.on(change.plus(14), &[(C::Breached, 100)]);
        sign(&late, SignName::Changes).figures[0].value
    };
    assert_eq!(ends(12), Ratio { n: 0, of: 0 }, "its second week is not over");
    assert_eq!(ends(13), Ratio { n: 1, of: 1 }, "it is over today");
    assert_eq!(ends(20), Ratio { n: 1, of: 1 }, "what comes after it is not its doing");
    let unchanged = sign(&Company::default(), SignName::Changes);
    assert_eq!(unchanged.figures[0].reason, Some(NoData::NoCases));
}

#[test]
fn a_change_is_not_judged_by_days_that_nobody_saw() {
    let changes = |observed_from| {
        let changed = day("2026-05-05");
        let company = Company { observed_from: day(observed_from), ..Company::default() }
            .from(changed, |policy| policy.thresholds.rush_minutes = 5)
            .on(changed.plus(-1), &[(C::InTime, 80)])
            .on(changed.plus(1), &[(C::InTime, 80)]);
        company.good(Metric::CalmChanges, 100).value
    };
    assert_eq!(changes("2026-04-21"), Ratio { n: 1, of: 1 });
    assert_eq!(changes("2026-04-22"), Ratio { n: 0, of: 0 });
}

fn pain(company: &Company, metric: Metric) -> Option<Pain> {
    company.summary().pains.into_iter().find(|pain| pain.metric == metric)
}

/// First responses of four managers: late ones of ten each.
fn late(of: [i64; 4]) -> Company {
    (11..).zip(of).fold(Company::of(&[(C::Entered, 40)]), |company, (manager, late)| {
        company.of_manager(manager, &[(C::InTime, 10 - late), (C::Breached, late)])
    })
}

#[test]
fn what_some_do_not_have_is_a_habit_and_what_all_have_an_inconvenience() {
    let habit = pain(&late([9, 8, 0, 1]), Metric::InTime).unwrap();
    assert_eq!((habit.mark, habit.value), (Some(Mark::Habit), Ratio { n: 18, of: 40 }));
    let who: Vec<(u64, i64)> = habit.who.iter().map(|item| (item.id, item.value.n)).collect();
    assert_eq!(who, [(11, 9), (12, 8), (14, 1)]);
    assert_eq!(pain(&late([5, 4, 5, 3]), Metric::InTime).unwrap().mark, Some(Mark::Inconvenience));
    assert_eq!(pain(&late([10, 10, 5, 5]), Metric::InTime).unwrap().mark, Some(Mark::Inconvenience));
    assert_eq!(
        pain(&late([10, 10, 9, 4]), Metric::InTime).unwrap().mark,
        Some(Mark::Habit),
        "a quarter is free"
    );
    let two = Company::of(&[(C::Entered, 40)])
        .of_manager(11, &[(C::Breached, 9)])
        .of_manager(12, &[(C::InTime, 9)]);
    assert_eq!(pain(&two, Metric::InTime).unwrap().mark, None, "two cannot be compared");
    let robots = Company::of(&[(C::Records, 100), (C::BadRecords, 2)]);
    assert_eq!(pain(&robots, Metric::BadRecords).unwrap().mark, Some(Mark::Inconvenience));
    assert_eq!(pain(&late([1, 1, 0, 0]), Metric::InTime), None, "one in twenty is no pain");
}

#[test]
fn pains_are_ranked_by_the_deals_they_put_at_stake_and_told_in_money() {
    let counts = [
        (C::Entered, 100),
        (C::InTime, 60),
        (C::Breached, 40),
        (C::Missed, 30),
        (C::Won, 5),
        (C::Lost, 5),
        (C::Revenue, 1_000_000),
        (C::Priced, 5),
        (C::Active, 80),
        (C::Overdue, 50),
        (C::Cards, 80),
        (C::Complete, 0),
        (C::Sourced, 80),
    ];
    let pains = Company::of(&counts).summary().pains;
    let ranked: Vec<(Metric, i64, Option<i64>)> =
        pains.iter().map(|p| (p.metric, p.deals, p.money)).collect();
    let expected = [
        // A missed lead counts in full, at the revenue of a lead.
        (Metric::Missed, 30, Some(300_000)),
        // A deal at work counts by half, at the revenue of a closed deal.
        (Metric::Overdue, 25, Some(2_500_000)),
        (Metric::InTime, 20, Some(200_000)),
        (Metric::CompleteCards, 8, Some(800_000)),
    ];
    assert_eq!(ranked[..4], expected);
    assert_eq!(pains[1].stage, 51);
    let idle = pains.iter().find(|pain| pain.metric == Metric::DauRoster).unwrap();
    assert_eq!((idle.value.n, idle.value.of), (80, 80), "four people on twenty working days");
}

#[test]
fn deals_of_those_who_do_nothing_are_at_stake() {
    let company = worked(Company::default(), &[(11, 0), (12, 0), (13, 0)]);
    let company = company.of_manager(14, &[(C::Active, 7)]).of_manager(13, &[(C::Active, 9)]);
    let idle = pain(&company, Metric::DauRoster).unwrap();
    assert_eq!((idle.deals, idle.mark), (7, Some(Mark::Habit)));
    assert_eq!(idle.who[0].id, 14);
}

fn answer(company: &Company, question: Question) -> Answer {
    company.summary().answers.into_iter().find(|answer| answer.question == question).unwrap()
}

#[test]
fn questions_are_answered_with_confidence_only_from_enough_cases() {
    let none = Company::default().summary();
    assert_eq!((none.answered, none.is_passed()), (Ratio { n: 0, of: 10 }, false));
    let company = Company::of(&[
        (C::Entered, 20),
        (C::InTime, 15),
        (C::Breached, 5),
        (C::Missed, 1),
        (C::Advanced, 9),
        (C::Overdue, 3),
    ]);
    let company = company.answered(today(), 200, 15);
    let company = company.of_manager(11, &[(C::Active, 30)]).of_manager(12, &[(C::Active, 6)]);
    let summary = company.summary();
    let confident: Vec<Question> =
        summary.answers.iter().filter(|answer| answer.confident).map(|answer| answer.question).collect();
    use Question::{FirstContact, Load, Lost, Overdue, Problems, Status, Truth};
    assert_eq!(confident, [Truth, Lost, FirstContact, Overdue, Load, Status, Problems]);
    assert!(summary.is_passed());
    assert_eq!(answer(&company, Lost).figures[0].value, Ratio { n: 1, of: 20 });
    assert_eq!(answer(&company, Lost).figures[0].period.days(), 7);
    let load: Vec<u64> = answer(&company, Load).who.iter().map(|item| item.id).collect();
    assert_eq!(load, [11, 12]);
}

#[test]
fn why_cards_are_empty_is_known_once_it_is_known_whose_habit_it_is() {
    let cards = |complete: [i64; 3]| {
        (11..).zip(complete).fold(Company::default(), |company, (manager, complete)| {
            company.of_manager(manager, &[(C::Active, 10), (C::Cards, 10), (C::Complete, complete)])
        })
    };
    assert!(answer(&cards([10, 0, 0]), Question::EmptyCards).confident);
    assert!(answer(&cards([10, 10, 10]), Question::EmptyCards).confident, "they are filled");
    let two = Company::of(&[(C::Cards, 10), (C::Complete, 2)]);
    assert!(!answer(&two, Question::EmptyCards).confident);
}

#[test]
fn mending_is_seen_by_goals_that_move_and_change_by_comparable_periods() {
    let company = Company::of(&[(C::InTime, 90), (C::Breached, 10)]);
    let company = company.on(day("2026-04-20"), &[(C::InTime, 50), (C::Breached, 50)]);
    let goal = |by| Goal { criterion: Criterion::good(Metric::InTime, 95), owner: 11, by };
    let dated = company.with(|policy| policy.goals = vec![goal(Some(today().plus(30)))]);
    assert!(answer(&dated, Question::Mending).confident);
    assert!(!answer(&dated, Question::Change).confident);
    let undated = dated.with(|policy| {
        policy.goals = vec![goal(None)];
        policy.acceptance.baseline = Some(Period { from: day("2026-04-04"), to: day("2026-05-01") });
    });
    assert!(!answer(&undated, Question::Mending).confident);
    assert!(answer(&undated, Question::Change).confident);
}

#[test]
fn the_cohort_adds_up_and_the_ratio_of_the_period_stands_beside_it() {
    let place = Place { pipeline: PIPELINE, stage: 51, ..Place::default() };
    let after = |company: Company, milestone, age, n| {
        company.measure(today(), place, Measure::After(milestone, age), n)
    };
    let company = Company::of(&[(C::Won, 9), (C::StageEntered, 8), (C::Merged, 2), (C::Entered, -2)]);
    let company = company.on(today().plus(-20), &[(C::Entered, 40)]);
    let company = after(after(company, Milestone::Won, 20, 4), Milestone::Won, 45, 5);
    let company = after(after(company, Milestone::Lost, 20, 10), Milestone::Merged, 20, 1);
    let summary = after(company, Milestone::Passed, 3, 6).summary();
    let leads = summary.leads.unwrap();
    // Forty came; of the two merged away one came before the period.
    assert_eq!((leads.entered, leads.won, leads.lost, leads.open), (39, 4, 10, 25));
    assert_eq!(leads.period_ratio, Ratio { n: 9, of: 38 });
    let stage = summary.stages[0];
    assert_eq!((stage.pipeline, stage.stage, stage.value), (PIPELINE, 51, Ratio { n: 6, of: 8 }));
}

/// Three hundred managers with every count and every duration, in two pipelines, on every day.
fn crowd() -> Company {
    let mut company = Company::default();
    company.versions[0].1.people = (1000..1300).map(|id| Person { id, ..Person::default() }).collect();
    company.versions[0].1.acceptance.baseline =
        Some(Period { from: day("2026-02-01"), to: day("2026-02-28") });
    for back in 0..60 {
        let date = today().plus(-back);
        for manager in 1000..1300 {
            let n = i64::from(back) + i64::try_from(manager % 7).unwrap() + 100;
            let place =
                Place { pipeline: manager % 2 + 1, manager, stage: 51 + manager % 6, ..Place::default() };
            for count in C::ALL {
                company = company.measure(date, place, Measure::Count(*count), n);
            }
            let bucket = 100 + u16::try_from(manager % 200).unwrap();
            for took in [Took::Response, Took::Reply, Took::Stage, Took::Cycle] {
                company = company.measure(date, place, Measure::Took(took, bucket), 3);
            }
            for action in [Action::Called, Action::Messaged, Action::Moved, Action::Edited, Action::Noted] {
                company = company.measure(date, place, Measure::Act(action), n);
            }
            company = company.measure(date, place, Measure::After(Milestone::Won, 9), 1);
        }
    }
    company
}

#[test]
fn a_summary_of_three_hundred_managers_is_small() {
    let summary = crowd().summary();
    assert_eq!(summary.week.by.managers.len(), 300);
    assert!(summary.day.within.is_empty() && summary.week.by.stages.is_empty());
    let text = serde_json::to_string(&summary).unwrap();
    assert!(text.len() <= 512 * 1024, "{} bytes", text.len());
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
}
