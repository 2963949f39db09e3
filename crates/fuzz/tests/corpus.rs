//! The corpus and changes of it by dice. `TAKEROOT_SEED` and `TAKEROOT_INPUTS` choose others and more of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::panic::catch_unwind;
use takeroot_fuzz::{TARGETS, changed, inputs};

fn asked<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn what_must_hold_holds_of_the_corpus_and_of_changes_by_dice() {
    let (seed, count) =
        (asked("TAKEROOT_SEED").unwrap_or(1_u64), asked("TAKEROOT_INPUTS").unwrap_or(1_500_u64));
    for target in TARGETS {
        let corpus = inputs(target.name).unwrap();
        assert!(corpus.len() >= 3, "{}: {} inputs", target.name, corpus.len());
        corpus.iter().for_each(|input| (target.check)(input));
        for seed in (0..count).map(|n| seed.wrapping_add(n)) {
            let input = changed(&corpus, seed);
            let held = catch_unwind(|| (target.check)(&input));
            assert!(held.is_ok(), "{}, seed {seed}: {:?}", target.name, String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn a_seed_gives_the_same_input_and_others_give_others() {
    let corpus = inputs("form").unwrap();
    let some: Vec<Vec<u8>> = (0..50).map(|seed| changed(&corpus, seed)).collect();
    assert_eq!(some, (0..50).map(|seed| changed(&corpus, seed)).collect::<Vec<_>>());
    let distinct: std::collections::BTreeSet<&Vec<u8>> = some.iter().collect();
    assert!(distinct.len() > 40, "{}", distinct.len());
}
