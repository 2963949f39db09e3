//! What a card asks for, how it is weighed, and which step comes next.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use takeroot_core::card::{Asked, Card, Missing, Provenance, Step, Why, asked, next_step, report};
use takeroot_core::deal::Deal;
use takeroot_core::fact::{Actor, Amount, Fact, Snapshot, Stage, Subject, TaskState, Value, Via, What};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{
    Checklist, ChecklistItem, Condition, Field, Mandatory, Person, Pipeline, Policy, Sources, StageName,
    Starts, Version,
};
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::Moment;
use takeroot_core::timetable::Timetable;
use takeroot_core::zone::Zone;

/// Friday, 14:00 in Moscow.
const NOW: Moment = Moment(1_795_172_400);
const HOUR: i64 = 3600;
const SALES: u64 = 5;
const SERVICE: u64 = 6;

/// Two pipelines of three stages each: 10, 20, 30.
fn version(mandatory: Vec<Mandatory>) -> Version {
    let stages = [10, 20, 30].map(|id| StageName { id, name: String::new() });
    let pipeline = |id| Pipeline { id, stages: stages.to_vec(), ..Pipeline::default() };
    let policy = Policy {
        pipelines: vec![pipeline(SALES), pipeline(SERVICE)],
        people: vec![Person { id: 9, ..Person::default() }],
        mandatory,
        ..Policy::default()
    };
    Version {
        from: Moment(i64::MIN),
        policy,
        zone: Zone::fixed("Europe/Moscow", 3 * 3600),
        timetable: Timetable::of(Moment(0), Moment(4_000_000_000), Vec::new()),
        timetables: BTreeMap::new(),
        day_s: 9 * HOUR,
    }
}

fn field(id: u64) -> Mandatory {
    Mandatory::of(Field::Custom(id), "", 1)
}

fn when(id: u64, when: Condition) -> Mandatory {
    Mandatory { when: Some(when), ..field(id) }
}

/// An active deal of a person with a task in an hour.
fn deal(values: &[(u64, Value)]) -> Deal {
    let task = TaskState { due: Some(NOW.plus(HOUR)), ..TaskState::default() };
    Deal {
        pipeline: SALES,
        stage: Some(Stage::Open(10)),
        responsible: 9,
        price: Some(Amount(100_000)),
        fields: values.iter().copied().collect(),
        tasks: [(1, task)].into(),
        seen: true,
        ..Deal::default()
    }
}

fn asks(mandatory: &[Mandatory], deal: &Deal) -> Vec<Field> {
    let version = version(mandatory.to_vec());
    let now = asked(&version, deal, NOW).filter(|(_, asked)| *asked == Asked::Now);
    now.map(|(mandatory, _)| mandatory.field).collect()
}

#[test]
fn the_percent_is_the_weight_of_what_counts_rounded_down() {
    let heavy = Mandatory { weight: 4, ..field(1) };
    let version = version(vec![heavy, field(2), field(3)]);
    let percent = |values: &[u64]| {
        let values: Vec<_> = values.iter().map(|id| (*id, Value::Filled)).collect();
        report(&version, &deal(&values), NOW).percent()
    };
    assert_eq!(percent(&[]), Some(0));
    assert_eq!(percent(&[1]), Some(66));
    assert_eq!(percent(&[2]), Some(16));
    assert_eq!(percent(&[1, 2]), Some(83));
    assert_eq!(percent(&[1, 2, 3]), Some(100));
}

#[test]
fn a_full_card_needs_every_field_whatever_its_weight() {
    let weightless = Mandatory { weight: 0, ..field(2) };
    let huge = Mandatory { weight: u32::MAX, ..field(1) };
    let values = [(1, Value::Filled)];
    let card = report(&version(vec![huge, weightless.clone()]), &deal(&values), NOW);
    assert_eq!((card.percent(), card.valid(), card.asked), (Some(99), 1, 2));
    let card = report(&version(vec![weightless.clone()]), &deal(&[]), NOW);
    assert_eq!(card.percent(), Some(0));
    let card = report(&version(vec![weightless]), &deal(&[(2, Value::Filled)]), NOW);
    assert_eq!(card.percent(), Some(100));
    assert_eq!(report(&version(vec![]), &deal(&[]), NOW).percent(), None);
}

#[test]
fn each_pipeline_and_stage_asks_for_its_own() {
    let here = Mandatory { pipelines: vec![SERVICE], ..field(1) };
    let later = Mandatory { from_stage: 2, ..field(2) };
    let last = Mandatory { from_stage: 3, ..field(3) };
    let version = version(vec![here, later, last]);
    let at = |pipeline, stage| {
        let deal = Deal { pipeline, stage: Some(Stage::Open(stage)), ..deal(&[]) };
        let card = report(&version, &deal, NOW);
        let ids = |list: &[Missing]| list.iter().filter_map(|m| m.field.custom()).collect::<Vec<_>>();
        (ids(&card.missing), ids(&card.missing_next))
    };
    assert_eq!(at(SALES, 10), (vec![], vec![2]));
    assert_eq!(at(SALES, 20), (vec![2], vec![3]));
    assert_eq!(at(SALES, 30), (vec![2, 3], vec![]));
    assert_eq!(at(SERVICE, 10), (vec![1], vec![2]));
    assert_eq!(at(SERVICE, 11), (vec![], vec![]), "an unknown stage asks for nothing");
    assert_eq!(at(7, 10), (vec![], vec![]), "nor does an unknown pipeline");
}

#[test]
fn a_field_is_asked_for_when_its_condition_holds() {
    let (filled, junk) = (Value::Filled, Value::Junk(Junk::Placeholder));
    let custom = Field::Custom;
    let cases = [
        (Condition::Filled(custom(2)), [(2, filled)], true),
        (Condition::Filled(custom(2)), [(2, junk)], false),
        (Condition::Empty(custom(2)), [(2, junk)], true),
        (Condition::Empty(custom(2)), [(3, filled)], true),
        (Condition::Filled(Field::NextStep), [(3, filled)], true),
        (Condition::Choice { field: 2, any: vec![71, 72] }, [(2, Value::Choice(72))], true),
        (Condition::Choice { field: 2, any: vec![71, 72] }, [(2, Value::Choice(73))], false),
        (Condition::Choice { field: 2, any: vec![71] }, [(2, filled)], false),
        (Condition::AmountFrom(1000), [(3, filled)], true),
        (Condition::AmountFrom(1001), [(3, filled)], false),
        (Condition::AmountFrom(i64::MAX), [(3, filled)], false),
        (Condition::Source(vec![4]), [(3, filled)], true),
        (Condition::Source(vec![5]), [(3, filled)], false),
        (Condition::Not(Box::new(Condition::Source(vec![5]))), [(3, filled)], true),
        (Condition::All(vec![]), [(3, filled)], true),
        (Condition::Any(vec![]), [(3, filled)], false),
        (Condition::All(vec![Condition::AmountFrom(1), Condition::Source(vec![5])]), [(3, filled)], false),
        (Condition::Any(vec![Condition::AmountFrom(1), Condition::Source(vec![5])]), [(3, filled)], true),
    ];
    for (condition, values, expected) in cases {
        let deal = Deal { source: Some(4), ..deal(&values) };
        let asked = !asks(&[when(1, condition.clone())], &deal).is_empty();
        assert_eq!(asked, expected, "{condition:?} {values:?}");
    }
}

#[test]
fn a_rule_that_looks_at_itself_asks_for_nothing() {
    let full = deal(&[(1, Value::Filled), (2, Value::Filled), (3, Value::Filled), (4, Value::Filled)]);
    let filled = |id| Condition::Filled(Field::Custom(id));
    let lead = |id, to| when(id, Condition::All(vec![Condition::AmountFrom(0), filled(to)]));
    assert_eq!(asks(&[when(1, filled(1))], &full), []);
    assert_eq!(asks(&[when(1, Condition::Filled(Field::FutureDate(1)))], &full), []);
    assert_eq!(asks(&[lead(1, 2), lead(2, 1)], &full), []);
    assert_eq!(asks(&[lead(1, 2), lead(2, 3), lead(3, 1)], &full), []);
    let chain = [lead(1, 2), lead(2, 3), lead(3, 4), field(4)];
    assert_eq!(asks(&chain, &full), [1, 2, 3, 4].map(Field::Custom), "a chain with a beginning is in order");
    let beside = [lead(4, 1), lead(1, 2), lead(2, 1)];
    assert_eq!(asks(&beside, &full), [Field::Custom(4)], "who only looks at a circle is not in it");
}

#[test]
fn a_long_circle_and_a_deep_condition_come_to_an_end() {
    let count = 200;
    let values: Vec<_> = (0..count).map(|id| (id, Value::Filled)).collect();
    let all = |_| Condition::Any((0..count).map(|id| Condition::Filled(Field::Custom(id))).collect());
    let circle: Vec<_> = (0..count).map(|id| when(id, all(id))).collect();
    assert_eq!(asks(&circle, &deal(&values)), []);
    let nested =
        |depth| (0..depth).fold(Condition::AmountFrom(0), |inner, _| Condition::Not(Box::new(inner)));
    assert_eq!(asks(&[when(1, nested(14))], &deal(&[])), [Field::Custom(1)]);
    for too_deep in [16, 17, 5000] {
        assert_eq!(asks(&[when(1, nested(too_deep))], &deal(&[])), [], "{too_deep}");
    }
}

fn bant(pipelines: Vec<u64>) -> Checklist {
    let item = |id| ChecklistItem { field: Field::Custom(id), name: String::new() };
    Checklist { name: "BANT".to_owned(), items: [21, 22, 23].map(item).to_vec(), pipelines }
}

#[test]
fn a_check_list_has_its_own_percent() {
    let mut version = version(vec![field(1)]);
    version.policy.checklists = vec![bant(vec![SERVICE]), bant(vec![])];
    let values = [(1, Value::Filled), (21, Value::Choice(7)), (22, Value::Junk(Junk::Placeholder))];
    let card = report(&version, &deal(&values), NOW);
    assert_eq!(card.percent(), Some(100));
    assert_eq!(card.checklists.len(), 1, "the other list is of another pipeline");
    let list = &card.checklists[0];
    assert_eq!((list.list, list.percent()), (1, Some(33)));
    let whys: Vec<_> = list.missing.iter().map(|missing| missing.why).collect();
    assert_eq!(whys, [Why::Junk(Junk::Placeholder), Why::Empty]);
}

#[test]
fn it_is_said_whether_source_channel_and_utm_are_known() {
    let mut version = version(vec![]);
    let known = |version: &Version, deal: &Deal| {
        let Provenance { source, channel, utm } = report(version, deal, NOW).provenance;
        (source, channel, utm)
    };
    assert_eq!(known(&version, &deal(&[])), (None, None, None), "the policy names no field");
    let told = Deal { source: Some(4), ..deal(&[]) };
    assert_eq!(known(&version, &told), (Some(true), None, None), "the CRM tells");
    version.policy.sources =
        Sources { field: Some(31), channel: Some(32), utm: vec![33, 34], ..Sources::default() };
    assert_eq!(known(&version, &deal(&[])), (Some(false), Some(false), Some(false)));
    let values = [(31, Value::Junk(Junk::Blank)), (32, Value::Choice(1)), (34, Value::Filled)];
    assert_eq!(known(&version, &deal(&values)), (Some(false), Some(true), Some(true)));
}

#[test]
fn the_wire_form_of_a_card_is_pinned_and_an_older_one_is_read() {
    let missing = Missing { field: Field::Custom(3), why: Why::Junk(Junk::Inn), weight: 2 };
    let card = Card {
        asked: 2,
        weight: 3,
        missing: vec![missing],
        provenance: Provenance { source: Some(false), ..Provenance::default() },
        ..Card::default()
    };
    let text = concat!(
        r#"{"asked":2,"weight":3,"missing":[{"field":{"custom":3},"why":{"junk":"inn"},"weight":2}],"#,
        r#""missing_next":[],"provenance":{"source":false}}"#
    );
    assert_eq!(serde_json::to_string(&card).unwrap(), text);
    assert_eq!(serde_json::from_str::<Card>(text).unwrap(), card);
    let older = r#"{"asked":1,"missing":[{"field":"amount","why":"empty"}],"missing_next":[]}"#;
    assert_eq!(serde_json::from_str::<Card>(older).unwrap().missing[0].weight, 1);
}

/// A clock that started some hours ago with a target of so many hours.
fn clock(start: Starts, state: TimerState, hours: i64, target: i64) -> (Starts, Timer) {
    let (started, target_s) = (NOW.plus(-hours * HOUR), target * HOUR);
    let due = Some(started.plus(target_s));
    (start, Timer { state, started, due, target_s, elapsed_s: hours * HOUR, ..Timer::default() })
}

/// Everything that can be amiss at once, and each time the most urgent of it mended.
#[test]
fn the_most_urgent_of_everything_is_the_step() {
    use {Starts::*, TimerState::*};
    let mut version = version(vec![
        Mandatory { weight: 1, ..field(1) },
        Mandatory { weight: 3, ..field(2) },
        Mandatory { weight: 3, ..field(3) },
        Mandatory { from_stage: 2, ..field(4) },
        Mandatory::of(Field::NextStep, "", 1),
    ]);
    version.policy.checklists = vec![bant(vec![])];
    version.policy.sources =
        Sources { field: Some(31), channel: Some(32), utm: vec![33], ..Sources::default() };
    let mut deal = deal(&[(3, Value::Junk(Junk::Placeholder))]);
    let late_task = TaskState { due: Some(NOW.plus(-HOUR)), ..TaskState::default() };
    deal.tasks = [(1, late_task)].into();
    let mut clocks = vec![
        clock(ClientMessage, Breached, 5, 1),
        clock(LeadEntered, Breached, 9, 1),
        clock(ClientMessage, Warning, 1, 2),
        clock(LeadEntered, Running, 1, 3),
        clock(OurMessage, Breached, 30, 24),
        clock(Activity, Breached, 40, 20),
        clock(StageEntered, Breached, 50, 36),
        clock(OurMessage, Warning, 23, 24),
        clock(StageEntered, Running, 1, 36),
    ];
    let step =
        |deal: &Deal, clocks: &[(Starts, Timer)]| next_step(&report(&version, deal, NOW), clocks, deal, NOW);
    let fill = |id, why, weight| Missing { field: Field::Custom(id), why, weight };
    let answer = |(clock, timer): (Starts, Timer)| {
        Some(Step::Answer { clock, state: timer.state, due: timer.due.unwrap() })
    };

    assert_eq!(step(&deal, &clocks), answer(clocks[1]), "the earliest deadline");
    clocks.remove(1);
    assert_eq!(step(&deal, &clocks), answer(clocks[0]));
    clocks.remove(0);
    assert_eq!(step(&deal, &clocks), answer(clocks[0]), "a warning");
    clocks.remove(0);
    assert_eq!(step(&deal, &clocks), Some(Step::DoTask { due: NOW.plus(-HOUR) }));
    deal.tasks.clear();
    assert_eq!(step(&deal, &clocks), answer(clocks[0]), "with time in hand");
    clocks.remove(0);
    assert_eq!(step(&deal, &clocks), Some(Step::PlanTask));
    deal.tasks = self::deal(&[]).tasks;
    assert_eq!(step(&deal, &clocks), Some(Step::FollowUp { since: NOW.plus(-30 * HOUR) }));
    clocks.remove(0);
    assert_eq!(step(&deal, &clocks), Some(Step::Move { clock: Activity, since: NOW.plus(-40 * HOUR) }));
    clocks.remove(0);
    assert_eq!(step(&deal, &clocks), Some(Step::Move { clock: StageEntered, since: NOW.plus(-50 * HOUR) }));
    clocks.remove(0);
    let junk = Why::Junk(Junk::Placeholder);
    assert_eq!(
        step(&deal, &clocks),
        Some(Step::Fill(fill(3, junk, 3))),
        "what is wrong before what is empty"
    );
    for (mended, next) in [(3, 2), (2, 1)] {
        deal.fields.insert(mended, Value::Filled);
        let weight = if next == 2 { 3 } else { 1 };
        assert_eq!(step(&deal, &clocks), Some(Step::Fill(fill(next, Why::Empty, weight))));
    }
    deal.fields.insert(1, Value::Filled);
    assert_eq!(step(&deal, &clocks), Some(Step::Prepare(fill(4, Why::Empty, 1))));
    deal.fields.insert(4, Value::Filled);
    let ask = |id| Some(Step::Ask { list: 0, missing: fill(id, Why::Empty, 1) });
    assert_eq!(step(&deal, &clocks), ask(21));
    deal.fields.insert(21, Value::Filled);
    assert_eq!(step(&deal, &clocks), ask(22));
    deal.fields.extend([(22, Value::Filled), (23, Value::Choice(8))]);
    for (id, place) in [(31, Field::Source), (32, Field::Channel), (33, Field::Utm)] {
        assert_eq!(step(&deal, &clocks), Some(Step::Trace(place)));
        deal.fields.insert(id, Value::Filled);
    }
    assert_eq!(step(&deal, &clocks), None, "all is done, and the clocks have time in hand");
}

#[test]
fn a_clock_that_was_met_or_has_ended_asks_for_nothing() {
    let version = version(vec![]);
    let deal = deal(&[]);
    for state in [TimerState::Met, TimerState::Ended] {
        let clocks = [Starts::LeadEntered, Starts::OurMessage, Starts::Activity]
            .map(|start| clock(start, state, 9, 1));
        assert_eq!(next_step(&report(&version, &deal, NOW), &clocks, &deal, NOW), None, "{state:?}");
    }
}

#[test]
fn a_deal_that_is_closed_gone_or_not_accepted_has_no_step() {
    let version = version(vec![field(1)]);
    let clocks = [clock(Starts::LeadEntered, TimerState::Breached, 9, 1)];
    let step = |deal: &Deal| next_step(&report(&version, deal, NOW), &clocks, deal, NOW);
    assert!(step(&deal(&[])).is_some());
    for deal in [
        Deal { stage: Some(Stage::Won), ..deal(&[]) },
        Deal { stage: Some(Stage::Lost), ..deal(&[]) },
        Deal { stage: None, ..deal(&[]) },
        Deal { deleted: Some(NOW), ..deal(&[]) },
        Deal { declined: true, ..deal(&[]) },
        Deal { unsorted: true, ..deal(&[]) },
    ] {
        assert_eq!(step(&deal), None, "{deal:?}");
    }
}

#[test]
fn a_task_that_is_due_right_now_is_not_overdue() {
    let version = version(vec![]);
    let mut deal = deal(&[]);
    let mut at = |due| {
        deal.tasks = [(1, TaskState { due: Some(due), ..TaskState::default() })].into();
        next_step(&report(&version, &deal, NOW), &[], &deal, NOW)
    };
    assert_eq!(at(NOW), None);
    assert_eq!(at(NOW.plus(-1)), Some(Step::DoTask { due: NOW.plus(-1) }));
}

#[test]
fn a_state_that_names_nobody_does_not_hide_who_changed_the_deal() {
    let (anna, mut deal) = (Actor::User(7), Deal::default());
    let mut see = |at: Moment, by| {
        let what = What::Deal(Snapshot { price: Some(Amount(100)), ..Snapshot::default() });
        let (subject, flags) = (Subject::Deal(1), Vec::new());
        deal.take(
            subject,
            &Fact { subject, at, stated: Some(at), by, seq: None, via: Via::Api, what, flags },
        );
        deal.changed
    };
    assert_eq!(see(NOW, anna), Some((NOW, anna)));
    assert_eq!(see(NOW.plus(1), Actor::Unknown), Some((NOW, anna)));
    let later = NOW.plus(HOUR);
    assert_eq!(see(later, Actor::Unknown), Some((later, Actor::Unknown)));
    assert_eq!(see(later, anna), Some((later, anna)));
}
