//! The two laws, on random facts: arrival order and repetition change nothing, and totals kept by
//! differences equal totals summed anew.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "zones")]

use proptest::prelude::*;
use std::sync::LazyLock;
use takeroot_core::calendar::{Calendar, Window};
use takeroot_core::day::Figures;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Amount, Fact, Snapshot, Stage, Subject, TaskState, Value, Via, Way, What};
use takeroot_core::junk::Junk;
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Field, Mandatory, Pipeline, Policy, Rules, Span, StageName};
use takeroot_core::time::{Day, Moment};

const START: i64 = 1_790_000_000;
const SPAN_S: i64 = 12 * 86_400;

static RULES: LazyLock<Rules> = LazyLock::new(compiled);

fn rules() -> Rules {
    RULES.clone()
}

fn compiled() -> Rules {
    let hours = vec![Window::parse("09:00", "18:00").unwrap()];
    let mut calendar = Calendar { tz: "Europe/Samara".to_owned(), ..Calendar::default() };
    let week = &mut calendar.weekly;
    (week.mon, week.tue, week.wed, week.thu, week.fri) =
        (hours.clone(), hours.clone(), hours.clone(), hours.clone(), hours);
    let stages = (11..15).map(|id| StageName { id, name: String::new() }).collect();
    let mandatory = [Field::Amount, Field::NextStep, Field::Custom(7), Field::FutureDate(8)];
    let policy = Policy {
        calendar,
        pipelines: vec![Pipeline { id: 1, stages, ..Pipeline::default() }],
        mandatory: mandatory.map(|field| Mandatory::of(field, "", 2)).to_vec(),
        ..Policy::default()
    };
    let mut strict = policy.clone();
    strict.first_response.target = Span::Seconds(300);
    strict.calendar.tz = "Asia/Omsk".to_owned();
    let change = Rules::compile(vec![(Day(0), policy.clone())], Moment(START), Moment(START)).unwrap();
    let later = change.day_of(Moment(START + SPAN_S / 2));
    Rules::compile(vec![(Day(0), policy), (later, strict)], Moment(START), Moment(START)).unwrap()
}

fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        Just(Actor::Robot),
        Just(Actor::Client),
        Just(Actor::Unknown),
        (1..4_u64).prop_map(Actor::User)
    ]
}

fn moment() -> impl Strategy<Value = Moment> {
    // Coarse, so that many facts meet in one second.
    (0..SPAN_S / 900).prop_map(|quarter| Moment(START + quarter * 900))
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![4 => (11..15_u64).prop_map(Stage::Open), 1 => Just(Stage::Won), 1 => Just(Stage::Lost)]
}

fn snapshot() -> impl Strategy<Value = What> {
    let value = prop_oneof![
        Just(Value::Filled),
        (1..3_u32).prop_map(Value::Text),
        Just(Value::Junk(Junk::Placeholder)),
        moment().prop_map(Value::Date),
        Just(Value::Choice(5))
    ];
    let parts = (
        proptest::option::of((moment(), actor())),
        any::<(bool, bool)>(),
        proptest::option::of(stage()),
        proptest::option::of(stage()),
        proptest::option::of(0..4_u64),
        proptest::option::of((-5..5_i64).prop_map(Amount)),
        proptest::collection::vec((7..9_u64, value), 0..2),
    );
    parts.prop_map(|(created, (added, restored), stage, stage_before, responsible, price, fields)| {
        let pipeline = Some(1 + u64::from(responsible == Some(3)));
        What::Deal(Snapshot {
            created,
            added,
            restored,
            pipeline,
            stage,
            stage_before,
            responsible,
            price,
            fields,
            ..Snapshot::default()
        })
    })
}

fn linked() -> impl Strategy<Value = (Subject, What)> {
    let deal = || proptest::option::of(1..4_u64);
    let task =
        (deal(), proptest::option::of(moment()), any::<bool>(), proptest::option::of((moment(), actor())));
    let task = task.prop_map(|(deal, due, done, created)| {
        What::Task(TaskState { deal, created, responsible: Some(2), kind: None, due, done })
    });
    let heard = |subject: Subject| (Just(subject), (deal(), proptest::option::of(actor())));
    let heard = prop_oneof![heard(Subject::Deal(1)), heard(Subject::Deal(2)), heard(Subject::Contact(5))];
    let heard = heard.prop_map(|(subject, (contact, answered_by))| {
        (subject, What::Heard { way: Way::Call, answered_by, contact })
    });
    prop_oneof![
        (1..4_u64, task).prop_map(|(id, what)| (Subject::Task(id), what)),
        heard,
        (1..4_u64).prop_map(|id| (
            Subject::Deal(id),
            What::Said { way: Way::Chat, talked_s: None, contact: Some(5) }
        )),
        deal()
            .prop_map(|deal| (Subject::Request(9), What::Arrived { pipeline: Some(1), deal, source: None })),
        Just((Subject::Request(9), What::Declined)),
        (1..4_u64).prop_map(|deal| (Subject::Request(9), What::Accepted { deals: vec![deal] })),
        (1..4_u64)
            .prop_map(|deal| (Subject::Contact(5), What::Contact { deals: vec![deal], identities: vec![] })),
        Just((Subject::Contact(5), What::Said { way: Way::Mail, talked_s: None, contact: None })),
        (1..4_u64).prop_map(|id| (Subject::Task(id), What::Deleted)),
    ]
}

fn fact() -> impl Strategy<Value = Fact> {
    let what = prop_oneof![
        6 => (1..4_u64, snapshot()).prop_map(|(id, what)| (Subject::Deal(id), what)),
        1 => (1..4_u64).prop_map(|id| (Subject::Deal(id), What::Deleted)),
        6 => linked(),
    ];
    (what, moment(), any::<bool>(), actor()).prop_map(|((subject, what), at, dated, by)| Fact {
        subject,
        at,
        stated: dated.then_some(at),
        by,
        seq: None,
        via: Via::Hook,
        what,
        flags: vec![],
    })
}

fn days(ledger: &Ledger) -> Vec<String> {
    let first = ledger.rules().day_of(Moment(START)).plus(-1);
    let days = (0..16).map(|n| first.plus(n));
    days.map(|day| serde_json::to_string(&Figures::of(ledger.totals(), ledger.rules(), day, day)).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn order_repetition_and_the_road_change_nothing(
        facts in proptest::collection::vec(fact(), 0..60),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..90),
        stops in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ahead in 0..SPAN_S * 2,
    ) {
        let as_of = Moment(START + ahead);
        let mut straight = Ledger::new(rules());
        facts.iter().for_each(|fact| straight.record(fact.clone()));
        straight.settle(as_of);

        let mut shuffled = Ledger::new(rules());
        let mut stops: Vec<usize> = stops.iter().map(|stop| stop.index(100)).collect();
        stops.sort_unstable();
        let mut passed = 0;
        let picked = order.iter().filter(|_| !facts.is_empty()).map(|index| index.get(&facts));
        for (n, fact) in picked.chain(facts.iter().rev()).enumerate() {
            shuffled.record(fact.clone());
            if stops.contains(&n) {
                passed += 1;
                shuffled.settle(Moment(START + ahead * passed / 7));
            }
        }
        shuffled.settle(as_of);

        prop_assert_eq!(days(&straight), days(&shuffled));
        prop_assert_eq!(straight.totals(), &straight.recomputed(as_of));
        prop_assert_eq!(shuffled.totals(), &shuffled.recomputed(as_of));
    }

    #[test]
    fn a_day_does_not_look_ahead(facts in proptest::collection::vec(fact(), 0..40), ahead in 0..SPAN_S) {
        let rules = rules();
        let day = rules.day_of(Moment(START + ahead));
        let end = rules.end_of(day).plus(-1);
        let mut until = Ledger::new(rules.clone());
        facts.iter().filter(|fact| fact.at <= end).for_each(|fact| until.record(fact.clone()));
        until.settle(end);
        let mut evening = Ledger::new(rules);
        facts.iter().for_each(|fact| evening.record(fact.clone()));
        evening.settle(end);
        prop_assert_eq!(until.totals(), evening.totals());
    }

    #[test]
    fn of_key_equal_facts_the_earliest_counts(one in fact(), later in 1..1000_i64) {
        let one = Fact { stated: None, ..one };
        let other = Fact { at: one.at.plus(later), ..one.clone() };
        let mut ledger = Ledger::new(rules());
        ledger.record(other);
        ledger.record(one.clone());
        let known = ledger.of(one.subject);
        prop_assert!(known.contains(&Observed::from(one)));
        prop_assert_eq!(known.len(), 1);
    }
}
