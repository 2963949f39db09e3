//! The laws of texts pasted alike, on random cards: the gauge is what counting all open cards by hand gives, whatever
//! the order of arrival and the road.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use proptest::prelude::*;
use std::collections::BTreeMap;
use story::{ANNA, BORIS, Story, at, day};
use takeroot_core::contribution::Count;
use takeroot_core::day::Figures;
use takeroot_core::fact::{Actor, Fact, Snapshot, Stage, Subject, Value, Via, What};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Field, Mandatory, Pipeline, StageName};
use takeroot_core::time::Moment;

const DAYS: u32 = 5;

/// What a card shows from a quarter of an hour on.
#[derive(Clone, Copy, Debug)]
struct Shown {
    quarter: i64,
    deal: u64,
    manager: u64,
    /// None once it is lost.
    pipeline: Option<u64>,
    /// What the first and the second field say.
    says: [Option<u32>; 2],
}

impl Shown {
    fn at(&self) -> Moment {
        at("02 00:00").plus(self.quarter * 900)
    }

    fn fact(&self) -> Fact {
        let value = |says: Option<u32>| says.map_or(Value::Filled, Value::Text);
        let what = What::Deal(Snapshot {
            created: Some((at("02 00:00"), Actor::User(ANNA))),
            pipeline: Some(self.pipeline.unwrap_or(5)),
            stage: Some(self.pipeline.map_or(Stage::Lost, |pipeline| Stage::Open(pipeline * 10 + 1))),
            responsible: Some(self.manager),
            fields: vec![(7, value(self.says[0])), (9, value(self.says[1]))],
            ..Snapshot::default()
        });
        let (subject, by) = (Subject::Deal(self.deal), Actor::User(ANNA));
        let (at, stated) = (self.at(), Some(self.at()));
        Fact { subject, at, stated, by, seq: None, via: Via::Hook, what, flags: vec![] }
    }
}

fn shown() -> impl Strategy<Value = Shown> {
    let pipeline = prop_oneof![6 => Just(Some(5)), 2 => Just(Some(6)), 1 => Just(None)];
    let says = || prop_oneof![5 => Just(Some(1)), 1 => Just(Some(2)), 1 => Just(None)];
    let quarter = 0..i64::from(DAYS) * 96;
    (quarter, 1..9_u64, prop_oneof![Just(ANNA), Just(BORIS)], pipeline, says(), says()).prop_map(
        |(quarter, deal, manager, pipeline, one, other)| Shown {
            quarter,
            deal,
            manager,
            pipeline,
            says: [one, other.map(|says| says + 10)],
        },
    )
}

/// Two pipelines; the second field is asked for in one of them.
fn rules() -> takeroot_core::policy::Rules {
    let story = Story::new().with(|policy| {
        let stages = vec![StageName { id: 61, name: String::new() }];
        policy.pipelines.push(Pipeline { id: 6, stages, ..Pipeline::default() });
        policy.mandatory = vec![
            Mandatory::of(Field::Custom(7), "", 1),
            Mandatory { pipelines: vec![5], ..Mandatory::of(Field::Custom(9), "", 1) },
        ];
    });
    story.rules
}

/// Cards alike at the end of a day, by manager.
fn by_hand(shown: &[Shown], end: Moment) -> BTreeMap<u64, i64> {
    let mut last: BTreeMap<u64, Shown> = BTreeMap::new();
    for one in shown.iter().filter(|one| one.at() < end) {
        last.insert(one.deal, *one);
    }
    let mut sayers: BTreeMap<(u64, u32), Vec<u64>> = BTreeMap::new();
    for one in last.values() {
        for text in one.says.into_iter().flatten() {
            if let Some(pipeline) = one.pipeline.filter(|pipeline| *pipeline == 5 || text < 10) {
                sayers.entry((pipeline, text)).or_default().push(one.manager);
            }
        }
    }
    let mut counts = BTreeMap::new();
    let alike = sayers.values().filter(|managers| managers.len() >= 5);
    alike.flatten().for_each(|manager| *counts.entry(*manager).or_default() += 1);
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cards_are_alike_as_counted_by_hand_on_every_road(
        mut shown in proptest::collection::vec(shown(), 8..60),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..60),
        stop in any::<prop::sample::Index>(),
    ) {
        shown.sort_by_key(|one| one.quarter);
        shown.dedup_by_key(|one| one.quarter);
        let (rules, end) = (rules(), at("09 00:00"));
        let mut straight = Ledger::new(rules.clone());
        for one in &shown {
            straight.record(one.fact());
            straight.settle(one.at());
        }
        straight.settle(end);
        let mut other = Ledger::new(rules.clone());
        let twice = order.iter().map(|index| index.get(&shown));
        for (n, one) in twice.chain(shown.iter().rev()).enumerate() {
            other.record(one.fact());
            if n == stop.index(shown.len()) {
                other.settle(at("04 12:00"));
            }
        }
        other.settle(end);
        prop_assert_eq!(straight.totals(), &straight.recomputed(end));
        prop_assert_eq!(straight.totals(), other.totals());
        for date in 2..2 + DAYS {
            let must = by_hand(&shown, rules.end_of(day(date)));
            let figures = Figures::of(straight.totals(), &rules, day(date), day(date));
            prop_assert_eq!(figures.all.n(Count::Alike), must.values().sum::<i64>());
            for manager in [ANNA, BORIS] {
                let own = figures.by.managers.get(&manager).map_or(0, |block| block.n(Count::Alike));
                prop_assert_eq!(own, must.get(&manager).copied().unwrap_or(0));
            }
        }
    }
}
