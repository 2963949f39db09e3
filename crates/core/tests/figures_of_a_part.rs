//! Figures out of other figures: a period of its days, a part of the whole, some people, the few that a calendar shows.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;

use company::{Company, PIPELINE, today};
use std::collections::BTreeSet;
use takeroot_core::contribution::{Action, Count as C, Dimension, Measure, Place};
use takeroot_core::day::Figures;
use takeroot_core::deal::Origin;
use takeroot_core::time::Day;

const OTHER: u64 = 6;
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
fn a_calendar_shows_who_acted_and_whether_the_day_was_observed() {
    let point = figures(&told(), today(), today()).point();
    assert_eq!((point.day, point.observed, point.acted, point.roster), (today(), true, 1, 4));
    assert_eq!((point.all.n(C::InTime), point.all.n(C::Breached)), (1, 4));
    let unseen = Company { observed_from: today().plus(1), ..told() };
    assert!(!figures(&unseen, today(), today()).point().observed);
}
