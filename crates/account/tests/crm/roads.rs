//! Whatever becomes of webhooks and of answers, the figures are the same in the end.

use crate::world::{Dice, World, seeds};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use takeroot_core::connection::ConnectionRequest;
use takeroot_core::time::DAY_S;
use takeroot_stand::crm::{Fault, FaultKind, Mishaps};

/// A Thursday's midnight in Moscow.
pub(crate) const OPENED: i64 = 1_790_197_200;
pub(crate) const HOUR: i64 = 3600;

/// A company of ten days, connected after six of them; read until the night after the last one.
fn story(seed: u64, wish: &ConnectionRequest, live: impl FnOnce(&mut World)) -> BTreeMap<String, Value> {
    let ends = OPENED + 2 * DAY_S;
    let mut world = World::new(seed, OPENED - 6 * DAY_S, ends, OPENED);
    world.crm.never_decline();
    world.connect(wish.clone());
    world.run_until(OPENED + 600);
    live(&mut world);
    world.heal();
    // The last minutes' events are read, then the night's repair, then what it left to be judged.
    world.run_until(ends + DAY_S + 4 * HOUR);
    assert!(world.account.recompute(world.now()).unwrap().equal);
    world.publish();
    world.figures()
}

fn wish() -> ConnectionRequest {
    ConnectionRequest { history_days: 10, every_s: 300, ..ConnectionRequest::default() }
}

/// Nothing goes wrong.
fn calm(world: &mut World) {
    world.run_until(OPENED + 2 * DAY_S);
}

/// What a calm story ends in: long to tell, so that it is told once for all that are held against it.
fn calm_story(seed: u64) -> BTreeMap<String, Value> {
    static TOLD: Mutex<BTreeMap<u64, BTreeMap<String, Value>>> = Mutex::new(BTreeMap::new());
    TOLD.lock().unwrap().entry(seed).or_insert_with(|| story(seed, &wish(), calm)).clone()
}

/// Webhooks are lost, doubled, late and out of order; answers are slow, broken, refused and lost; events appear late; the
/// object is thrown out of memory.
fn storm(world: &mut World, seed: u64) {
    *world.crm.mishaps_mut() = Mishaps {
        lost: 200,
        doubled: 200,
        delayed: 200,
        delay_s_max: 6 * HOUR,
        reordered: 300,
        ..Mishaps::default()
    };
    world.crm.switches_mut().events_late_s = 50;
    let mut dice = Dice::new(seed);
    for hour in 0..48 {
        for _ in 0..dice.between(0, 3) {
            let what = dice.pick(&[
                FaultKind::Status(429),
                FaultKind::Status(500),
                FaultKind::Status(502),
                FaultKind::Garbage,
                FaultKind::TimeOut,
                FaultKind::LostAnswer,
            ]);
            let on = dice.pick(&["", "/api/v4/events", "/api/v4/leads", "/api/v4/contacts/notes"]).to_owned();
            let times = u32::try_from(dice.between(1, 9)).unwrap();
            world.crm.faults_mut().add(Fault { on, what, times });
        }
        world.run_until(OPENED + hour * HOUR + dice.between(1, HOUR));
        if dice.chance(300) {
            world.reopen();
        }
    }
    world.run_until(OPENED + 2 * DAY_S);
}

#[test]
fn lost_doubled_late_webhooks_and_failing_answers_end_in_the_same_figures() {
    for seed in seeds() {
        let calm = calm_story(seed);
        assert!(calm.len() > 10, "{}", calm.len());
        same(seed, &calm, &story(seed, &wish(), |world| storm(world, seed)));
    }
}

#[test]
fn without_any_webhook_the_figures_are_the_same() {
    for seed in seeds() {
        let alone = ConnectionRequest { webhooks: false, every_s: 60, ..wish() };
        let deaf = story(seed, &alone, |world| {
            assert_eq!(world.connection().webhooks, None);
            calm(world);
        });
        same(seed, &calm_story(seed), &deaf);
    }
}

pub(crate) fn same(seed: u64, one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (key, figures) in one {
        let mut differences = Vec::new();
        compare("", figures, &other[key], &mut differences);
        assert!(differences.is_empty(), "seed {seed}, {key}: {differences:#?}");
    }
}

fn compare(path: &str, one: &Value, other: &Value, differences: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for name in names {
                let (one, other) =
                    (left.get(name).unwrap_or(&Value::Null), right.get(name).unwrap_or(&Value::Null));
                compare(&format!("{path}.{name}"), one, other, differences);
            }
        }
        (one, other) if one != other => {
            differences.push(format!("{path}: {one} / {other}").chars().take(200).collect());
        }
        _ => {}
    }
}
