//! A real log of 262,200 events, against the counts that SQL makes of it (`bpic2012.sql` → `bpic2012.csv`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says when it is skipped"
)]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use takeroot_core::contribution::{Count, Took, Totals};
use takeroot_core::day::Figures;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::Day;
use takeroot_history::{Gathering, History, Mapping, Source, Tally};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn log() -> Option<Vec<u8>> {
    let cases = std::env::var_os("TAKEROOT_CASES").map_or(root().join("../shared"), PathBuf::from);
    let Ok(packed) = std::fs::read(cases.join("data/bpic2012.csv.gz")) else {
        println!("skipped: TAKEROOT_CASES names no folder with data/bpic2012.csv.gz");
        return None;
    };
    let mut log = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut log).unwrap();
    Some(log)
}

/// The log read by some readers, of which each takes every so many blocks.
fn history(files: &[&[u8]], readers: usize, piece: usize) -> History {
    let path = root().join("examples/mappings/bpic2012.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let mapping = Arc::new(Mapping::parse("bpic2012.toml", &text).unwrap());
    let mut blocks = Vec::new();
    for (ordinal, file) in (0..).zip(files) {
        let mut source = Source::new(mapping.clone(), "bpic2012.csv", ordinal);
        file.chunks(piece).for_each(|piece| source.feed(piece, &mut blocks).unwrap());
        source.finish(&mut blocks).unwrap();
    }
    let mut gatherings: Vec<Gathering> = (0..readers).map(|_| Gathering::default()).collect();
    for (index, block) in blocks.iter().enumerate() {
        gatherings[index % readers].take(block, usize::MAX).unwrap();
    }
    History::of(mapping, gatherings).unwrap()
}

fn rules(history: &History) -> Rules {
    let (first, last) = history.counts().span.unwrap();
    Rules::compile(vec![(Day(0), Policy::standard("Europe/Amsterdam"))], first, last).unwrap()
}

fn totals(history: &History, rules: &Rules) -> Totals {
    let last = history.counts().span.unwrap().1;
    let as_of = rules.end_of(rules.day_of(last)).plus(-1);
    let mut tally = Tally::default();
    (0..history.parts()).rev().for_each(|part| history.judge(part, rules, as_of, &mut tally));
    tally.totals()
}

#[test]
fn every_day_of_the_log_has_the_counts_that_sql_makes() {
    let Some(log) = log() else { return };
    let history = history(&[&log], 1, 1 << 20);
    let rules = rules(&history);
    let totals = totals(&history, &rules);
    let expected = include_str!("bpic2012.csv");
    let mut lines = expected.lines();
    assert_eq!(
        lines.next(),
        Some("day,entered,won,lost,open,moves,people,answers,median_clock_s"),
        "the columns below"
    );
    let mut days = BTreeSet::new();
    for line in lines {
        let (day, counts) = line.split_once(',').unwrap();
        let day: Day = day.parse().unwrap();
        let (counts, median) = counts.rsplit_once(',').unwrap();
        let figures = Figures::of(&totals, &rules, day, day);
        let all = &figures.all;
        let (people, clock) = (figures.active_people.len(), all.times(Took::ResponseClock));
        let counts_of = [Count::Entered, Count::Won, Count::Lost, Count::Active, Count::Moves];
        let [entered, won, lost, open, moves] = counts_of.map(|count| all.n(count));
        let counted = format!("{entered},{won},{lost},{open},{moves},{people},{}", clock.count);
        assert_eq!(counted, counts, "{day}");
        match (median.parse::<i64>().ok(), clock.median_s) {
            (Some(median), Some(ours)) => {
                assert!((median - ours).abs() * 100 <= median, "{day}: {ours} for {median}");
            }
            (expected, ours) => assert_eq!(expected, ours, "{day}"),
        }
        days.insert(day);
    }
    assert_eq!(days.len(), 166);
    assert_eq!(totals.days().filter(|day| !days.contains(day)).count(), 0);
    let whole = Figures::of(&totals, &rules, Day(15_000), Day(16_000)).all;
    let known = [Count::Entered, Count::Won, Count::Lost, Count::Active].map(|count| whole.n(count));
    assert_eq!(known, [13_087, 2_246, 10_442, 399]);
    assert_eq!((history.counts().rows, history.rejects().rows()), (262_200, 0));
    assert_eq!(history.unmatched().count(), 0);
    assert_eq!(history.names().people.len(), 67, "people, without the automatic resource");
    assert_eq!(history.names().reasons.len(), 2);
}

#[test]
fn readers_pieces_and_overlapping_files_change_no_figure() {
    let Some(log) = log() else { return };
    let log = &log[..2_000_000];
    let one = history(&[log], 1, 1 << 20);
    let rules = rules(&one);
    let expected = totals(&one, &rules);
    assert_eq!(totals(&history(&[log], 3, 1000), &rules), expected);
    let header = log.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let line = |at: usize| at + log[at..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let (end, begin) = (line(log.len() / 2), line(log.len() / 3));
    let second = [&log[..header], &log[begin..]].concat();
    let two = history(&[&log[..end], &second], 2, 1 << 16);
    assert_eq!(totals(&two, &rules), expected);
    assert!(two.counts().rows > one.counts().rows, "the files overlap");
}
