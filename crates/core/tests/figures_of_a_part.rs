//! Figures out of other figures: a period of its days, a part of the whole, some people, the few that a calendar shows.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;

use company::{Company, PIPELINE, today};
use std::collections::BTreeSet;
use takeroot_core::contribution::{Action, Count as C, Days, Dimension, Measure, Milestone, Place, Took};
use takeroot_core::day::Figures;
use takeroot_core::deal::Origin;
use takeroot_core::time::Day;

const OTHER: u64 = 6;
/// Where nothing is left at the end.
const LEFT: u64 = 7;
const SITE: u64 = 70;

/// Two days of two managers in two pipelines.
fn told() -> Company {
    let of = |pipeline, manager| Place {
        pipeline,
        stage: 51,
        manager,
        source: SITE,
        origin: Origin::Inbound,
        ..Place::default()
    };
    let noted = Measure::Act(Action::Noted);
    Company::default()
        .at(yesterday(), of(PIPELINE, 11), &[(C::InTime, 3), (C::Breached, 2), (C::Active, 5)])
        .at(yesterday(), of(OTHER, 12), &[(C::InTime, 7)])
        .at(today(), of(PIPELINE, 11), &[(C::InTime, 1), (C::Active, -2)])
        .at(yesterday(), of(LEFT, 13), &[(C::Active, 3)])
        .at(today(), of(LEFT, 13), &[(C::Active, -3)])
        .at(today(), of(PIPELINE, 12), &[(C::Breached, 4)])
        .measure(today(), of(PIPELINE, 12), noted, 2)
        .answered(yesterday(), 600, 3)
}

fn yesterday() -> Day {
    today().plus(-1)
}

fn figures(company: &Company, from: Day, to: Day) -> Figures {
    Figures::of(&company.totals(), &company.rules(), from, to)
}

#[test]
fn a_period_is_its_days_and_observed_only_if_each_of_them_is() {
    let since = |observed_from| Company { observed_from, ..told() };
    for (company, observed) in [(told(), true), (since(today()), false)] {
        let mut days = figures(&company, yesterday(), yesterday());
        days.take(figures(&company, today(), today()));
        assert_eq!(days, figures(&company, yesterday(), today()));
        assert_eq!(days.observed, observed);
    }
    let mut unseen = figures(&told(), yesterday(), yesterday());
    unseen.take(figures(&since(today().plus(1)), today(), today()));
    assert!(!unseen.observed, "a later day may be the one that was not");
}

#[test]
fn a_part_is_what_it_is_within_the_whole() {
    let company = told().with(|policy| policy.people.retain(|person| person.id != 14));
    let whole = figures(&company, yesterday(), today());
    let within = |pipeline, by| whole.clone().part(pipeline, by).all;
    assert_eq!(within(PIPELINE, None), *whole.pipelines.get(&PIPELINE).unwrap());
    for (dimension, value) in [
        (Dimension::Manager, 11),
        (Dimension::Stage, 51),
        (Dimension::Source, SITE),
        (Dimension::Origin, Origin::Inbound.number()),
    ] {
        let part = within(0, Some((dimension, value)));
        let own = match dimension {
            Dimension::Manager => whole.by.managers.get(&11),
            Dimension::Stage => whole.by.stages.get(&51),
            Dimension::Source => whole.by.sources.get(&SITE),
            _ => whole.by.origins.get(&Origin::Inbound),
        };
        assert_eq!(part, *own.unwrap(), "{dimension:?}");
        assert!(part.judged() > 0, "{dimension:?}");
    }
    let both = within(PIPELINE, Some((Dimension::Manager, 12)));
    assert_eq!((both.n(C::Breached), both.judged()), (4, 4));
}

#[test]
fn a_head_sees_each_of_their_people_and_all_of_them_together() {
    let whole = figures(&told(), yesterday(), today());
    let theirs = whole.clone().of_people(&BTreeSet::from([12, 13]));
    let people: Vec<u64> = theirs.by.managers.iter().map(|(id, _)| *id).collect();
    assert_eq!(people, [12]);
    assert_eq!(theirs.by.managers.get(&12), whole.by.managers.get(&12));
    assert_eq!((theirs.all.n(C::InTime), theirs.all.n(C::Breached), theirs.all.judged()), (7, 4, 11));
    assert_eq!((theirs.roster, theirs.active_people.len()), (2, 1));
}

#[test]
fn what_several_people_did_lost_and_took_adds_up_for_their_head() {
    let company = [(11, 3, 40), (12, 5, 60), (13, 9, 80)].into_iter().fold(
        Company::default(),
        |company, (manager, n, seconds)| {
            let place = Place { pipeline: PIPELINE, manager, ..Place::default() };
            let measures = [
                (Measure::Act(Action::Called), n),
                (Measure::LostFor(7), 2 * n),
                (Measure::Took(Took::Response, 100), n),
                (Measure::Sum(Took::Response), seconds * n),
                (Measure::After(Milestone::Won, 4), n),
            ];
            measures
                .into_iter()
                .fold(company, |company, (measure, n)| company.measure(today(), place, measure, n))
        },
    );
    let all = figures(&company, today(), today()).of_people(&BTreeSet::from([11, 12])).all;
    let times = all.times(Took::Response);
    assert_eq!((all.acts.get(&Action::Called), all.lost_for.get(&7)), (Some(&8), Some(&16)));
    assert_eq!((times.count, times.sum_s, times.mean_s()), (8, 420, Some(52)));
    assert_eq!(all.after.get(&Milestone::Won), Some(&vec![(4, 8)]));
}

#[test]
fn a_brief_keeps_the_distribution_of_first_responses_only_and_no_cohorts() {
    let place = Place { pipeline: PIPELINE, stage: 51, manager: 11, ..Place::default() };
    let company = [Measure::Took(Took::Response, 100), Measure::Took(Took::Reply, 100)]
        .into_iter()
        .chain([Measure::After(Milestone::Won, 4)])
        .fold(Company::default(), |company, measure| company.measure(today(), place, measure, 2));
    let (totals, rules) = (company.totals(), company.rules());
    let gauges = totals.gauges(&[today()].into()).remove(&today()).unwrap();
    let brief = Figures::brief(&totals, &gauges, &rules, today(), today());
    let own = brief.by.managers.get(&11).unwrap();
    for (block, told) in [(&brief.all, true), (brief.pipelines.get(&PIPELINE).unwrap(), true), (own, false)] {
        let [response, reply] = [Took::Response, Took::Reply].map(|took| block.times(took));
        assert_eq!((response.count, response.histogram.is_empty()), (2, !told));
        assert_eq!((reply.count, reply.histogram.is_empty()), (if told { 2 } else { 0 }, true));
        assert!(block.after.iter().next().is_none());
    }
}

#[test]
fn what_became_of_those_who_came_before_a_day_is_left_out() {
    let place = Place { pipeline: PIPELINE, stage: 51, ..Place::default() };
    let company =
        [(Milestone::Won, 0, 1), (Milestone::Won, 3, 2), (Milestone::Won, 4, 4), (Milestone::Lost, 9, 8)]
            .into_iter()
            .fold(Company::default(), |company, (milestone, age, n)| {
                company.measure(today(), place, Measure::After(milestone, age), n)
            });
    let since = figures(&company, today(), today()).of_those_since(today().plus(-3));
    let within = since.within.get(&PIPELINE).unwrap().stages.get(&51).unwrap();
    for block in
        [&since.all, since.pipelines.get(&PIPELINE).unwrap(), since.by.stages.get(&51).unwrap(), within]
    {
        assert_eq!(block.after.get(&Milestone::Won), Some(&vec![(0, 1), (3, 2)]));
        assert_eq!(block.after.get(&Milestone::Lost), None, "nothing of it is left");
    }
}

#[test]
fn the_roster_is_that_of_the_end_of_the_last_day() {
    let emptied = |from| figures(&told().from(from, |policy| policy.people.clear()), today(), today()).roster;
    assert_eq!((emptied(today().plus(1)), emptied(today())), (4, 0));
}

#[test]
fn a_calendar_shows_who_acted_and_whether_the_day_was_observed() {
    let point = figures(&told(), today(), today()).point();
    assert_eq!((point.day, point.observed, point.acted, point.roster), (today(), true, 1, 4));
    assert_eq!((point.all.n(C::InTime), point.all.n(C::Breached)), (1, 4));
    let answered = figures(&told(), yesterday(), yesterday()).point().all.times(Took::Response);
    assert_eq!((answered.count, answered.histogram), (3, vec![]), "of a distribution its median only");
    assert!(answered.median_s.is_some());
    let unseen = Company { observed_from: today().plus(1), ..told() };
    assert!(!figures(&unseen, today(), today()).point().observed);
}
