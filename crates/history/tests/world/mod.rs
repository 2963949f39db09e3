//! One door for the tests: a mapping and files in, what came of them out.

#![allow(dead_code, reason = "each test binary has a world of its own")]

use std::sync::Arc;
use takeroot_core::contribution::Totals;
use takeroot_core::day::Block;
use takeroot_core::day::Figures;
use takeroot_core::deal::Observed;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::Day;
use takeroot_history::{Gathering, History, Known, Mapping, Source, Tally};

pub(crate) fn read(mapping: &str, files: &[&[u8]]) -> Result<History, String> {
    read_in_pieces(mapping, files, 1 << 20)
}

pub(crate) fn read_in_pieces(mapping: &str, files: &[&[u8]], piece: usize) -> Result<History, String> {
    let mapping = Mapping::parse("map.toml", mapping).map_err(|problem| problem.to_string())?;
    gathered(mapping, files, piece)
}

pub(crate) fn read_knowing(mapping: &str, known: Known, file: &[u8]) -> History {
    gathered(Mapping::parse("map.toml", mapping).unwrap().knowing(known), &[file], 1 << 20).unwrap()
}

fn gathered(mapping: Mapping, files: &[&[u8]], piece: usize) -> Result<History, String> {
    let mapping = Arc::new(mapping);
    let mut blocks = Vec::new();
    for (ordinal, file) in (0..).zip(files) {
        let mut source = Source::new(mapping.clone(), &format!("{}.csv", ordinal + 1), ordinal);
        for piece in file.chunks(piece) {
            source.feed(piece, &mut blocks).map_err(|problem| problem.to_string())?;
        }
        source.finish(&mut blocks).map_err(|problem| problem.to_string())?;
    }
    let mut gathering = Gathering::default();
    for block in &blocks {
        gathering.take(block, 1 << 30).map_err(|problem| problem.to_string())?;
    }
    History::of(mapping, vec![gathering]).map_err(|rejected| {
        let rejects: Vec<String> = rejected.rejects.first().map(|reject| format!("\n{reject}")).collect();
        format!("{}{}", rejected.problem, rejects.concat())
    })
}

pub(crate) fn facts(history: &History) -> Vec<Observed> {
    let mut all = Vec::new();
    for part in 0..history.parts() {
        history.deals(part, |_, facts| all.extend_from_slice(facts));
    }
    all
}

/// The figures of the whole history, by the standard policy.
pub(crate) fn figures(history: &History) -> Block {
    let (first, last) = history.counts().span.unwrap();
    let rules =
        Rules::compile(vec![(Day(0), Policy::standard("Europe/Moscow"))], first.plus(-86_400), last).unwrap();
    let as_of = rules.end_of(rules.day_of(last)).plus(-1);
    let mut tally = Tally::default();
    (0..history.parts()).for_each(|part| history.judge(part, &rules, as_of, &mut tally));
    let totals: Totals = tally.totals();
    Figures::of(&totals, &rules, rules.day_of(first), rules.day_of(last)).all
}
