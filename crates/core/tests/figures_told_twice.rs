//! What is told twice, with two times, counts once, at the earliest, in whatever order it arrives.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, DEAL, Story, at, day};
use takeroot_core::contribution::Count;
use takeroot_core::day::Figures;
use takeroot_core::fact::{Actor, Fact, Subject, What};
use takeroot_core::ledger::Ledger;

const CLIENT: Actor = Actor::Client;

fn arrived(deal: Option<u64>) -> What {
    What::Arrived { pipeline: Some(5), deal, source: None }
}

/// A count on some days of March, the same for every order of arrival, with a look after each fact.
fn counts<const N: usize>(story: &Story, days: [u32; N], count: Count) -> [i64; N] {
    let last = at(&format!("{:02} 23:59:59", days[N - 1]));
    let in_order = |order: &[usize]| {
        let mut ledger = Ledger::new(story.rules.clone());
        for index in order {
            ledger.record(story.facts[*index].clone());
            ledger.settle(last);
        }
        assert_eq!(*ledger.totals(), ledger.recomputed(last));
        days.map(|of| Figures::of(ledger.totals(), &story.rules, day(of), day(of)).all.n(count))
    };
    let orders = permutations(story.facts.len());
    let first = in_order(&orders[0]);
    orders.iter().for_each(|order| assert_eq!(in_order(order), first, "{order:?}"));
    first
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    let Some(last) = n.checked_sub(1) else { return vec![Vec::new()] };
    let shorter = permutations(last);
    let longer = shorter.iter().flat_map(|order| {
        (0..n).map(move |place| {
            let mut order = order.clone();
            order.insert(place, last);
            order
        })
    });
    longer.collect()
}

#[test]
fn a_request_of_a_living_deal_that_is_told_twice_is_repeated_once() {
    let story = Story::new().lead("02 10:00").said("02 10:05", Actor::User(ANNA));
    let story = story.fact(Subject::Request(8), "04 11:00", CLIENT, arrived(Some(1)));
    let twice = story.fact(Subject::Request(8), "05 11:00", CLIENT, arrived(Some(1)));
    assert_eq!(counts(&twice, [2, 4, 5], Count::Repeated), [0, 1, 0]);
    assert_eq!(counts(&twice, [2, 4, 5], Count::Entered), [1, 0, 0]);
    let at_once = twice.fact(Subject::Request(8), "04 11:00", CLIENT, arrived(None));
    assert_eq!(counts(&at_once, [4, 5], Count::Repeated), [1, 0], "two words of one moment");
    let another = at_once.fact(Subject::Request(9), "04 11:00", CLIENT, arrived(Some(1)));
    assert_eq!(counts(&another, [4, 5], Count::Repeated), [2, 0], "another request is another one");
}

#[test]
fn the_request_that_brought_the_deal_is_no_repeated_one_however_late_it_is_told_again() {
    let story = Story::new().fact(Subject::Request(8), "02 09:50", CLIENT, arrived(Some(1)));
    let story = story.lead("02 10:00").fact(Subject::Request(8), "03 11:00", CLIENT, arrived(Some(1)));
    assert_eq!(counts(&story, [2, 3], Count::Entered), [1, 0]);
    assert_eq!(counts(&story, [2, 3], Count::Repeated), [0, 0]);
    assert_eq!(counts(&story, [2, 3], Count::Breached), [1, 0]);
}

#[test]
fn a_request_that_is_no_deal_yet_enters_once() {
    let story = Story::new().fact(Subject::Request(8), "03 11:00", CLIENT, arrived(None));
    let story = story.fact(Subject::Request(8), "02 10:00", CLIENT, arrived(None));
    assert_eq!(counts(&story, [2, 3], Count::Entered), [1, 0]);
    assert_eq!(counts(&story, [2, 3], Count::Unsorted), [1, 1]);
}

#[test]
fn a_deletion_that_says_no_time_and_is_told_twice_ends_the_lead_once() {
    let mut story = Story::new().lead("02 10:00");
    let deleted = |by, when| {
        let (subject, at, via) = (DEAL, at(when), takeroot_core::fact::Via::Hook);
        Fact { subject, at, stated: None, by, seq: None, via, what: What::Deleted, flags: vec![] }
    };
    story.facts.extend(["03 12:00", "04 12:00"].map(|when| deleted(Actor::Unknown, when)));
    story.facts.push(deleted(Actor::User(ANNA), "05 12:00"));
    assert_eq!(counts(&story, [2, 3, 4, 5], Count::Unanswered), [0, 1, 0, 0]);
    assert_eq!(counts(&story, [2, 3, 4, 5], Count::Active), [1, 0, 0, 0]);
}
