//! The whole, in fast-forward: a CRM with its retries, a network that loses answers, an object that dies between any two
//! writes, alarms that are lost or ring twice, a store of documents that does not answer, a clock that is wrong, an admin
//! who changes the rules, an upgrade. In the end it is as if nothing had happened.

mod disk;
mod edge;

use crate::roads::{HOUR, OPENED, same};
use crate::told::EACH_NAMED;
use crate::world::{Dice, seeds};
use edge::{Edge, Weather};
use std::collections::BTreeSet;
use takeroot_core::connection::ConnectionRequest;
use takeroot_core::policy::Span;
use takeroot_core::time::DAY_S;
use takeroot_stand::crm::Mishaps;

const DAYS: i64 = 7;

/// A week of a company; the rules change twice.
fn week(seed: u64, storm: bool) -> Edge {
    let ends = OPENED + DAYS * DAY_S;
    let mut edge = Edge::new(seed, OPENED - 2 * DAY_S, ends, OPENED);
    let mut plan = Dice::new(seed ^ 0x706c_616e);
    edge.connect(ConnectionRequest { history_days: 5, every_s: 3600, ..ConnectionRequest::default() });
    edge.live_until(OPENED + 600);
    edge.write_policy(|policy| policy.first_response.target = Span::Seconds(1200));
    let (change, upgrade) = (plan.between(1, DAYS - 2), plan.between(1, DAYS - 1));
    for day in 0..DAYS {
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
    edge.live_until(ends + DAY_S + 5 * HOUR);
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
fn a_week_in_any_weather_ends_as_a_calm_one() {
    for seed in seeds() {
        let calm = week(seed, false);
        let mut stormy = week(seed, true);
        assert!(stormy.wrongs.is_empty(), "seed {seed}: {:#?}", stormy.wrongs);
        same(seed, &calm.figures(), &stormy.figures());
        let now = stormy.now();
        let account = stormy.account().unwrap();
        assert!(account.recompute(now).unwrap().equal, "seed {seed}");
        let kept = stormy.disk.shared.rows("SELECT body FROM raw");
        let kept: BTreeSet<&[u8]> = kept.iter().map(|row| row.get("body").unwrap()).collect();
        let lost = stormy.acknowledged.iter().filter(|body| !kept.contains(body.as_bytes())).count();
        assert_eq!(lost, 0, "seed {seed}: of {} acknowledged", stormy.acknowledged.len());
        assert!(stormy.mishaps > 0, "seed {seed}: a storm in which nothing happens");
    }
}
