//! The whole, in fast-forward: a CRM with its retries, a network that loses answers, an object that dies between any two
//! writes, alarms that are lost or ring twice, a store of documents that does not answer, a clock that is wrong, an admin
//! who changes the rules, an upgrade. In the end it is as if nothing had happened.

mod disk;
mod edge;

use crate::roads::{HOUR, OPENED, same};
use crate::told::EACH_NAMED;
use crate::world::{Dice, seeds_or};
use edge::{Edge, Weather};
use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use takeroot_core::connection::ConnectionRequest;
use takeroot_core::policy::Span;
use takeroot_core::time::DAY_S;
use takeroot_stand::crm::Mishaps;

/// Stories that are told where no number is asked for.
const STORIES: u64 = 40;

/// Days of a company, from some to a week; the rules change twice.
fn days(seed: u64, storm: bool) -> Edge {
    let mut plan = Dice::new(seed ^ 0x706c_616e);
    let days = plan.pick(&[2, 2, 2, 3, 3, 4, 7]);
    let ends = OPENED + days * DAY_S;
    let mut edge = Edge::new(seed, OPENED - 2 * DAY_S, ends, OPENED, plan.between(20, 200));
    edge.connect(ConnectionRequest { history_days: 5, every_s: 3600, ..ConnectionRequest::default() });
    edge.live_until(OPENED + 600);
    edge.write_policy(|policy| policy.first_response.target = Span::Seconds(1200));
    let (change, upgrade) = (plan.between(0, days - 2), plan.between(0, days - 1));
    for day in 0..days {
        if storm {
            weather(&mut edge, &mut plan);
        }
        edge.live_until(OPENED + day * DAY_S + 12 * HOUR);
        if day == change {
            edge.write_policy(|policy| policy.first_response.target = Span::Seconds(600));
        }
        if storm && day == upgrade {
            edge.upgrade(EACH_NAMED);
        }
        edge.live_until(OPENED + (day + 1) * DAY_S);
    }
    edge.heal();
    // The last minutes' events are read, then the night's repair, then what it left to be judged.
    edge.live_until(ends + 5 * HOUR);
    edge.publish_all();
    edge
}

/// Another day's weather.
fn weather(edge: &mut Edge, dice: &mut Dice) {
    let mut upto = |most: i64| if dice.chance(500) { dice.between(0, most) } else { 0 };
    edge.weather = Weather {
        network: upto(100),
        storage: upto(50),
        alarm: upto(200),
        kv: upto(50),
        memory: upto(100),
        astray: upto(50),
        clock_s: upto(3),
        answer: upto(200),
    };
    *edge.crm.mishaps_mut() = Mishaps {
        lost: upto(200),
        doubled: upto(200),
        delayed: upto(200),
        delay_s_max: 6 * HOUR,
        reordered: upto(300),
        keeps_requests: true,
    };
    edge.crm.switches_mut().events_late_s = upto(50);
}

#[test]
fn days_in_any_weather_end_as_calm_ones() {
    let seeds = seeds_or(STORIES);
    let asked = seeds.end - seeds.start;
    let (seeds, failed) = (Mutex::new(seeds), Mutex::new(Vec::new()));
    let (told, mishaps) = (AtomicU64::new(0), AtomicU64::new(0));
    let next = || seeds.lock().unwrap().next();
    let tell = || {
        while let Some(seed) = next() {
            match catch_unwind(|| is_as_calm(seed)) {
                Ok(some) => drop(mishaps.fetch_add(some, Relaxed)),
                Err(_) => failed.lock().unwrap().push(seed),
            }
            let told = told.fetch_add(1, Relaxed) + 1;
            if told % 1000 == 0 {
                eprintln!("{told} of {asked} stories");
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(tell))));
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "seeds {failed:?}; one again: TAKEROOT_SEED={} cargo test -p takeroot-account --test crm weather",
        failed[0]
    );
    let mishaps = mishaps.into_inner();
    assert!(asked < 10 || mishaps > asked, "{mishaps} mishaps in {asked} stories");
}

/// A stormy life ends as a calm one of the same seed; says how often something went wrong.
fn is_as_calm(seed: u64) -> u64 {
    let calm = days(seed, false);
    let mut stormy = days(seed, true);
    assert!(stormy.wrongs.is_empty(), "seed {seed}: {:#?}", stormy.wrongs);
    same(seed, &calm.figures(), &stormy.figures());
    let now = stormy.now();
    let account = stormy.account().unwrap();
    assert!(account.recompute(now).unwrap().equal, "seed {seed}");
    let kept = stormy.disk.shared.rows("SELECT body FROM raw");
    let kept: BTreeSet<&[u8]> = kept.iter().map(|row| row.get("body").unwrap()).collect();
    let lost = stormy.acknowledged.iter().filter(|body| !kept.contains(body.as_bytes())).count();
    assert_eq!(lost, 0, "seed {seed}: of {} acknowledged", stormy.acknowledged.len());
    stormy.mishaps.into()
}
