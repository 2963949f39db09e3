//! What open deals share: a duplicate is counted for each identity, a text once many cards say it.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, BORIS, Story, at, day, open};
use takeroot_core::acceptance::{Metric, Ratio};
use takeroot_core::assess::{ALIKE_MAX, Shared, assess_shared};
use takeroot_core::contribution::{Count, Place};
use takeroot_core::fact::{Actor, Identity, IdentityKind, Key, Snapshot, Stage, Subject, Value, What};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Check, Field, Mandatory};
use takeroot_core::summary::Summary;
use takeroot_core::time::Day;

const PHONE: (IdentityKind, u8) = (IdentityKind::Phone, 1);
const OTHER_PHONE: (IdentityKind, u8) = (IdentityKind::Phone, 2);
const MAIL: (IdentityKind, u8) = (IdentityKind::Email, 3);

/// An open deal with a contact of its own.
fn deal(story: Story, id: u64, responsible: u64, identities: &[(IdentityKind, u8)]) -> Story {
    let created = Some((at("02 10:00"), Actor::User(ANNA)));
    let (contact, responsible) = (Some(100 + id), Some(responsible));
    let state = Snapshot { created, contact, responsible, ..open(51) };
    let story = story.fact(Subject::Deal(id), "02 10:00", Actor::User(ANNA), What::Deal(state));
    let identities = identities.iter().map(|(of, seed)| Identity { of: *of, hash: Key::of(&[*seed]) });
    let what = What::Contact { deals: vec![id], identities: identities.collect() };
    story.fact(Subject::Contact(100 + id), "02 10:00", Actor::User(ANNA), what)
}

#[test]
fn a_deal_is_a_duplicate_once_for_each_identity_that_it_shares() {
    let story = deal(Story::new(), 1, ANNA, &[PHONE, MAIL]);
    let one = deal(story, 2, BORIS, &[PHONE, OTHER_PHONE]);
    assert_eq!(one.n(2, Count::Duplicates), 1);
    let both = deal(deal(Story::new(), 1, ANNA, &[PHONE, MAIL]), 2, BORIS, &[PHONE, MAIL]);
    assert_eq!(both.n(2, Count::Duplicates), 2);
    let managers = both.figures(day(2), "02 23:00").by.managers;
    assert_eq!([ANNA, BORIS].map(|id| managers[&id].n(Count::Duplicates)), [0, 2], "the later deal is both");
    let chain = deal(one, 3, BORIS, &[OTHER_PHONE]);
    assert_eq!(chain.n(2, Count::Duplicates), 2);
}

/// A card that says one thing in the field that the policy asks for from the third stage on.
fn says(story: Story, id: u64, when: &str, snapshot: Snapshot, value: Value) -> Story {
    let created = Some((at("02 10:00"), Actor::User(ANNA)));
    let what = What::Deal(Snapshot { created, fields: vec![(7, value)], ..snapshot });
    story.fact(Subject::Deal(id), when, Actor::User(ANNA), what)
}

const PASTED: Value = Value::Text(4_000_000_000);

fn five_alike() -> Story {
    (1..=5).fold(Story::new(), |story, id| says(story, id, "02 10:00", open(51), PASTED))
}

#[test]
fn five_open_cards_that_say_the_same_are_alike_until_one_says_something_else() {
    assert_eq!(five_alike().n(2, Count::Alike), 5);
    let managers = five_alike().figures(day(2), "02 23:00").by.managers;
    assert_eq!(managers[&ANNA].n(Count::Alike), 5);
    let edited = says(five_alike(), 3, "03 10:00", open(51), Value::Text(1));
    assert_eq!([2, 3].map(|of| edited.n(of, Count::Alike)), [5, 0]);
    let sixth = says(five_alike(), 6, "03 10:00", open(51), PASTED);
    assert_eq!([2, 3].map(|of| sixth.n(of, Count::Alike)), [5, 6]);
    let lost = Snapshot { stage: Some(Stage::Lost), ..open(51) };
    let closed = says(sixth, 2, "04 10:00", lost.clone(), PASTED);
    assert_eq!([3, 4].map(|of| closed.n(of, Count::Alike)), [6, 5]);
    assert_eq!(says(closed, 1, "05 10:00", lost, PASTED).n(5, Count::Alike), 0);
}

#[test]
fn what_the_policy_does_not_ask_for_as_a_text_of_the_card_is_no_sign() {
    let alike = |change: fn(&mut takeroot_core::policy::Policy)| five_alike().with(change).n(2, Count::Alike);
    assert_eq!(alike(|_| ()), 5);
    assert_eq!(alike(|policy| policy.mandatory.clear()), 0, "nobody asks");
    assert_eq!(alike(|policy| policy.sources.field = Some(7)), 0, "many come from one source");
    let of = |pipelines| Mandatory { pipelines, ..Mandatory::of(Field::Custom(7), "", 1) };
    let asks = |mandatory| five_alike().with(|policy| policy.mandatory = vec![mandatory]).n(2, Count::Alike);
    assert_eq!([vec![5], vec![6]].map(|pipelines| asks(of(pipelines))), [5, 0]);
    assert_eq!(asks(Mandatory { check: Check::Positive, ..of(vec![]) }), 0, "numbers may be the same");
    let filled = (1..=5).fold(Story::new(), |s, id| says(s, id, "02 10:00", open(51), Value::Filled));
    assert_eq!(filled.n(2, Count::Alike), 0, "it is not known what they say");
}

#[test]
fn a_text_of_very_many_deals_is_a_templates() {
    let word = Shared::Opened(Day(1), Place::default());
    let sum = |n: usize| {
        let deals: Vec<_> = (0..n as u64).map(|deal| (deal, vec![word])).collect();
        assess_shared(Subject::Text(7), &deals, &five_alike().rules).entries().map(|(.., n)| n).sum::<i64>()
    };
    assert_eq!([4, 5, ALIKE_MAX, ALIKE_MAX + 1].map(sum), [0, 5, 512, 0]);
}

#[test]
fn the_summary_tells_of_texts_pasted_alike_and_names_nobody() {
    let story = five_alike();
    let mut ledger = Ledger::new(story.rules.clone());
    story.facts.iter().for_each(|fact| ledger.record(fact.clone()));
    ledger.settle(at("02 23:59:59"));
    let pains = Summary::of(ledger.totals(), &story.rules, day(2)).pains;
    let sign = pains.iter().find(|pain| pain.metric == Metric::Alike).unwrap();
    assert_eq!((sign.value, &sign.mark, sign.who.len()), (Ratio { n: 5, of: 5 }, &None, 0));
    assert!(pains.iter().any(|pain| !pain.who.is_empty()), "of others it does");
}
