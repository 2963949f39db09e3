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

const ROUNDS: usize = 5;
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

#[test]
fn nothing_acknowledged_is_lost_and_nothing_counts_twice() {
    let Some(mut runtime) = Runtime::start("kill") else { return };
    let history = generate(23, ends().0, WEEKS);
    let wish = account::request(&history);
    let rules = rules(&history);
    let opened = runtime.edge.open(&wish).unwrap();
    let all: Vec<&Delivery> = history.deliveries.iter().take(ROUNDS * BURST).collect();
    assert_eq!(all.len(), ROUNDS * BURST);
    for round in 0..ROUNDS {
        let part: Vec<&Delivery> = all.iter().skip(round).step_by(ROUNDS).copied().collect();
        let pid = rustix::process::Pid::from_raw(i32::try_from(runtime.workerd.pid()).unwrap()).unwrap();
        let kill = || rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        let acknowledged: BTreeSet<usize> =
            burst(&runtime.edge, &opened.hook_path, &part, BURST / 4 + BURST / 10 * round, kill)
                .into_iter()
                .collect();
        runtime = runtime.kill_and_start();
        let kept: BTreeSet<Key> = facts(&runtime, &opened.account).iter().map(Fact::key).collect();
        for (_, delivery) in part.iter().enumerate().filter(|(n, _)| acknowledged.contains(n)) {
            let lost = keys(delivery, wish.crm_id).into_iter().find(|key| !kept.contains(key));
            assert_eq!(lost, None, "round {round}: acknowledged and lost");
        }
        let rest: Vec<&Delivery> = part
            .iter()
            .enumerate()
            .filter(|(n, _)| !acknowledged.contains(n))
            .map(|(_, delivery)| *delivery)
            .collect();
        let resent = burst(&runtime.edge, &opened.hook_path, &rest, usize::MAX, || {});
        assert_eq!(resent.len(), rest.len(), "round {round}: everything is acknowledged in the end");
    }
    let expected: BTreeSet<Key> = all.iter().flat_map(|delivery| keys(delivery, wish.crm_id)).collect();
    let kept = facts(&runtime, &opened.account);
    assert_eq!(kept.iter().map(Fact::key).collect::<BTreeSet<Key>>().len(), kept.len());
    assert_eq!(kept.iter().map(Fact::key).collect::<BTreeSet<Key>>().len(), expected.len());
    let days = days(&history, &rules);
    assert_eq!(runtime.published(&opened, days.iter().copied()), replayed(&runtime, &opened, rules, &days));
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
