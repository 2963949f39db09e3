//! The laws of the core on simulated companies: some weeks of a true history, told as a CRM tells it (late,
//! twice, in any order, lost and found again by readings), looked at now and then.
//!
//! One seed makes one world. `TAKEROOT_SEED=17` replays one, `TAKEROOT_SEEDS=100000` runs that many.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "zones")]

#[path = "simulation/company.rs"]
mod company;
#[path = "simulation/dice.rs"]
mod dice;
#[path = "simulation/laws.rs"]
mod laws;
#[path = "simulation/model.rs"]
mod model;
#[path = "simulation/post.rs"]
mod post;
#[path = "simulation/slices.rs"]
mod slices;
#[path = "simulation/story.rs"]
mod story;

use post::{Step, World};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

const SEEDS: u64 = 1000;

#[test]
fn the_laws_hold_in_every_simulated_company() {
    let of = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (first, count) = (of("TAKEROOT_SEED"), of("TAKEROOT_SEEDS"));
    let count = count.unwrap_or(if first.is_some() { 1 } else { SEEDS });
    for seed in (first.unwrap_or(0)..).take(usize::try_from(count).unwrap()) {
        let world = World::of(seed);
        if let Err(error) = judged(&world) {
            panic!("{}", report(&world, &error));
        }
    }
}

/// A panic of the core is a broken law as well.
fn judged(world: &World) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| laws::judge(world)))
        .unwrap_or_else(|_| Err("the core panics".to_owned()))
}

fn report(world: &World, error: &str) -> String {
    let (least, last_error) = shrunk(world, error);
    let mut text = format!(
        "seed {}: {error}\nreplay: TAKEROOT_SEED={} cargo test -p takeroot-core --features zones --test simulation\n",
        world.seed, world.seed
    );
    writeln!(text, "the least world that still fails, as of {}: {last_error}", least.end).unwrap();
    for version in least.company.rules.versions() {
        let policy = serde_json::to_string(&version.policy).unwrap();
        writeln!(text, "from {}: {policy}", version.from.0).unwrap();
    }
    writeln!(text, "observed from {}", least.company.observed_from).unwrap();
    for step in &least.steps {
        match step {
            Step::Record(_, fact) => writeln!(text, "{}", serde_json::to_string(fact).unwrap()).unwrap(),
            other => writeln!(text, "{other:?}").unwrap(),
        }
    }
    text
}

/// Drops deals, then steps, while the same law is broken. What is foretold needs every fact of a deal.
fn shrunk(world: &World, error: &str) -> (World, String) {
    let law = |error: &str| error.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let broken = |world: &World| judged(world).err().filter(|other| law(other) == law(error));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (mut least, mut last) = (world.clone(), error.to_owned());
    let deals: BTreeSet<u64> = world.events.iter().map(|event| event.deal).collect();
    for deal in deals {
        let less = least.without(&[deal]);
        if let Some(error) = broken(&less) {
            (least, last) = (less, error);
        }
    }
    let untold = World { told: false, ..least.clone() };
    if broken(&untold).is_some() {
        least = untold;
    }
    // The final look stays, and what is foretold needs all but the looks in between.
    let may_go = |step: &Step, told: bool| !told || !matches!(step, Step::Record(..));
    let mut size = least.steps.len() / 2;
    while size > 0 {
        let mut from = 0;
        while from + 1 < least.steps.len() {
            let upto = (from + size).min(least.steps.len() - 1);
            let mut less = least.clone();
            if less.steps.drain(from..upto).all(|step| may_go(&step, least.told))
                && let Some(error) = broken(&less)
            {
                (least, last) = (less, error);
            } else {
                from += size;
            }
        }
        size /= 2;
    }
    std::panic::set_hook(hook);
    (least, last)
}
