//! What the desk reads: mappings, and files through them.

use std::sync::Arc;
use takeroot_history::{Gathering, History, Mapping, Source};

/// What the rows may take.
const BYTES_MAX: usize = 64 << 20;
const MAPPING: &str = r#"kind = "events"
zone = "Europe/Samara"
rejected_max_percent = 100
[columns]
deal = "Deal"
at = "When"
by = "Who"
stage = "Stage"
amount = "Sum"
[[event]]
is = "stage"
"#;

/// A mapping is read, or it is said where it is wrong.
pub(crate) fn mapping(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Mapping::parse("map.toml", text) {
        Ok(mapping) => read(mapping, b"Deal,When,Who,Stage\n1,2026-03-05 10:00,Anna,Call\n", 16),
        Err(problem) => assert!(problem.to_string().contains("map.toml"), "{problem}"),
    }
}

fn read(mapping: Mapping, file: &[u8], piece: usize) {
    drop(gathered(&Arc::new(mapping), file, piece));
}

/// A file gives the same rows, names and refusals however it is fed.
pub(crate) fn csv(input: &[u8]) {
    let Ok(mapping) = Mapping::parse("map.toml", MAPPING) else { panic!("the mapping is read") };
    let mapping = Arc::new(mapping);
    let told = |history: &History| (history.counts(), history.rejects().clone(), history.names().clone());
    let whole = gathered(&mapping, input, input.len().max(1)).map(|history| told(&history));
    let pieces = gathered(&mapping, input, 1 + input.len() % 11).map(|history| told(&history));
    assert_eq!(whole, pieces);
}

fn gathered(mapping: &Arc<Mapping>, file: &[u8], piece: usize) -> Result<History, String> {
    let (mut source, mut blocks) = (Source::new(mapping.clone(), "1.csv", 0), Vec::new());
    for piece in file.chunks(piece) {
        source.feed(piece, &mut blocks).map_err(|problem| problem.to_string())?;
    }
    source.finish(&mut blocks).map_err(|problem| problem.to_string())?;
    let mut gathering = Gathering::default();
    for block in &blocks {
        gathering.take(block, BYTES_MAX).map_err(|problem| problem.to_string())?;
    }
    History::of(mapping.clone(), vec![gathering]).map_err(|rejected| rejected.problem.to_string())
}
