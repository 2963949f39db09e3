//! What open deals share: a duplicate is counted for each identity.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, BORIS, Story, at, day, open};
use takeroot_core::contribution::Count;
use takeroot_core::fact::{Actor, Identity, IdentityKind, Key, Snapshot, Subject, What};

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
