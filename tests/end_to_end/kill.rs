//! Power cuts in the middle of a burst.

use crate::roads::{days, ends, replayed, rules};
use crate::runtime::Runtime;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use takeroot_amocrm::hook;
use takeroot_core::fact::{Fact, Key};
use takeroot_core::time::Moment;
use takeroot_stand::account;
use takeroot_stand::company::{Delivery, generate};
use takeroot_stand::edge::Edge;

/// Power cuts in the weeks of one company.
const ROUNDS: usize = 5;
/// As many power cuts in all; set by `cargo xtask kill`.
const KILL_ROUNDS: &str = "TAKEROOT_KILL_ROUNDS";
/// Of the first company; each later one has the next.
const SEED: u64 = 23;
/// Deliveries of one round.
const BURST: usize = 2_000;
/// Enough for all rounds.
const WEEKS: u32 = 8;
const CONNECTIONS: usize = 8;

/// Delivers until everything is sent or the Worker is gone; returns what was acknowledged.
fn burst(
    edge: &Edge,
    path: &str,
    deliveries: &[&Delivery],
    kill_at: usize,
    kill: impl FnOnce() + Send,
) -> Vec<usize> {
    let (next, acknowledged) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let kill = Mutex::new(Some(kill));
    let work = || {
        while let Some((n, delivery)) = {
            let n = next.fetch_add(1, Ordering::Relaxed);
            deliveries.get(n).map(|delivery| (n, delivery))
        } {
            let answer = edge.deliver(path, crate::runtime::FORM, delivery.body.as_bytes());
            if !answer.is_ok_and(|answered| answered.status == 200) {
                return;
            }
            let mut acknowledged = acknowledged.lock().unwrap();
            acknowledged.push(n);
            if acknowledged.len() == kill_at
                && let Some(kill) = kill.lock().unwrap().take()
            {
                drop(acknowledged);
                kill();
            }
        }
    };
    std::thread::scope(|scope| (0..CONNECTIONS).for_each(|_| drop(scope.spawn(work))));
    acknowledged.into_inner().unwrap()
}

/// What became of the deliveries of all rounds.
#[derive(Default)]
struct Tally {
    rounds: usize,
    acknowledged: usize,
    lost: usize,
    twice: usize,
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_counts_twice() {
    let asked = std::env::var(KILL_ROUNDS).ok().map(|text| text.parse().unwrap());
    let rounds: usize = asked.unwrap_or(ROUNDS);
    let mut tally = Tally::default();
    for seed in (SEED..).take(rounds.div_ceil(ROUNDS)) {
        if !company(seed, (rounds - tally.rounds).min(ROUNDS), &mut tally) {
            return;
        }
    }
    let Tally { rounds, acknowledged, lost, twice } = tally;
    eprintln!("{rounds} power cuts: acknowledged {acknowledged}, lost {lost}, counted twice {twice}");
    assert_eq!((lost, twice), (0, 0));
}

/// Power cuts in a company's weeks; `false` where there is no Worker.
fn company(seed: u64, rounds: usize, tally: &mut Tally) -> bool {
    let Some(mut runtime) = Runtime::start("kill") else { return false };
    let history = generate(seed, ends().0, WEEKS);
    let wish = account::request(&history);
    let rules = rules(&history);
    let opened = runtime.edge.open(&wish).unwrap();
    let all: Vec<&Delivery> = history.deliveries.iter().take(rounds * BURST).collect();
    assert_eq!(all.len(), rounds * BURST);
    for round in 0..rounds {
        let part: Vec<&Delivery> = all.iter().skip(round).step_by(rounds).copied().collect();
        let pid = rustix::process::Pid::from_raw(i32::try_from(runtime.workerd.pid()).unwrap()).unwrap();
        let kill = || rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        let kill_at = BURST / 4 + BURST / 10 * round + usize::try_from(seed - SEED).unwrap() % 10 * 17;
        let acknowledged: BTreeSet<usize> =
            burst(&runtime.edge, &opened.hook_path, &part, kill_at, kill).into_iter().collect();
        runtime = runtime.kill_and_start();
        let kept: BTreeSet<Key> = facts(&runtime, &opened.account).iter().map(Fact::key).collect();
        let is_lost = |n: &&usize| keys(part[**n], wish.crm_id).iter().any(|key| !kept.contains(key));
        let lost = acknowledged.iter().filter(is_lost).count();
        tally.rounds += 1;
        tally.acknowledged += acknowledged.len();
        tally.lost += lost;
        eprintln!("power cut {}: acknowledged {}, lost {lost}", tally.rounds, acknowledged.len());
        let rest = part.iter().enumerate().filter(|(n, _)| !acknowledged.contains(n));
        let rest: Vec<&Delivery> = rest.map(|(_, delivery)| *delivery).collect();
        let resent = burst(&runtime.edge, &opened.hook_path, &rest, usize::MAX, || {});
        assert_eq!(resent.len(), rest.len(), "round {round}: everything is acknowledged in the end");
    }
    let expected: BTreeSet<Key> = all.iter().flat_map(|delivery| keys(delivery, wish.crm_id)).collect();
    let kept = facts(&runtime, &opened.account);
    let different: BTreeSet<Key> = kept.iter().map(Fact::key).collect();
    assert_eq!(different.len(), expected.len());
    tally.twice += kept.len() - different.len();
    let days = days(&history, &rules);
    assert_eq!(runtime.published(&opened, days.iter().copied()), replayed(&runtime, &opened, rules, &days));
    true
}

fn facts(runtime: &Runtime, account: &str) -> Vec<Fact> {
    runtime.edge.facts(account).unwrap()
}

/// The keys of a body's facts, but for those that hash an identity under the account's own key.
fn keys(delivery: &Delivery, account: u64) -> Vec<Key> {
    let operator =
        Key::keyed(crate::runtime::OPERATOR_KEY.as_bytes(), format!("identity|amo-{account}").as_bytes());
    let context = hook::Context {
        received_at: Moment(delivery.at),
        account: Some(account),
        identity_key: &operator.0,
        policy: None,
    };
    hook::read(delivery.body.as_bytes(), &context).unwrap().facts.iter().map(Fact::key).collect()
}
