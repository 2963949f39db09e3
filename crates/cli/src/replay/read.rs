//! Files into gatherings: one thread reads and cuts, the others read the blocks.

use super::Wishes;
use anyhow::{Context as _, Result};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use takeroot_history::{Block, Gathering, Mapping, Problem, Source};

/// As much as stays in the processor's cache while it is copied on.
pub(super) const READ_BYTES: usize = 256 << 10;
/// Blocks that wait for a reader: a few MiB.
const WAITING_MAX: usize = 8;
const GZIP: [u8; 2] = [0x1F, 0x8B];
/// Where the system does not say what is free.
const MEMORY_BYTES: usize = 2 << 30;

/// What all readers gathered, or what is wrong with a file.
pub(super) fn files(wishes: &Wishes, mapping: &Arc<Mapping>) -> Result<Result<Vec<Gathering>, Problem>> {
    let size = |path: &std::path::PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len());
    let bar = bar(
        wishes.files.iter().map(size).sum(),
        "  {bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    );
    let gathered = if wishes.threads == 1 {
        let mut one = Gathering::default();
        let all = blocks(wishes, mapping, &bar, |block| one.take(&block, wishes.memory_bytes))?;
        all.map(|()| vec![one])
    } else {
        on_threads(wishes, mapping, &bar)?
    };
    bar.finish_and_clear();
    Ok(gathered)
}

fn on_threads(
    wishes: &Wishes,
    mapping: &Arc<Mapping>,
    bar: &ProgressBar,
) -> Result<Result<Vec<Gathering>, Problem>> {
    let (sender, receiver) = sync_channel(WAITING_MAX);
    let receiver = Mutex::new(receiver);
    let bytes_max = wishes.memory_bytes / wishes.threads;
    std::thread::scope(|scope| {
        let reader = || scope.spawn(|| gather(&receiver, bytes_max));
        let readers: Vec<_> = (0..wishes.threads).map(|_| reader()).collect();
        let sent = send(wishes, mapping, bar, sender);
        let mut gathered = Ok(Vec::new());
        for reader in readers {
            match (reader.join(), &mut gathered) {
                (Ok(Ok(one)), Ok(all)) => all.push(one),
                (Ok(Err(problem)), Ok(_)) => gathered = Err(problem),
                (Ok(_), Err(_)) => {}
                (Err(panic), _) => std::panic::resume_unwind(panic),
            }
        }
        match sent? {
            Ok(()) => Ok(gathered),
            Err(problem) => Ok(Err(problem)),
        }
    })
}

fn send(
    wishes: &Wishes,
    mapping: &Arc<Mapping>,
    bar: &ProgressBar,
    sender: SyncSender<Block>,
) -> Result<Result<(), Problem>> {
    // A block that nobody takes: the readers have found a problem, and it is theirs to tell.
    blocks(wishes, mapping, bar, |block| {
        drop(sender.send(block));
        Ok(())
    })
}

/// Reads until the sender hangs up; after a problem, only takes blocks off.
fn gather(receiver: &Mutex<Receiver<Block>>, bytes_max: usize) -> Result<Gathering, Problem> {
    let (mut gathering, mut result) = (Gathering::default(), Ok(()));
    loop {
        let block = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(block) = block else { return result.map(|()| gathering) };
        if result.is_ok() {
            result = gathering.take(&block, bytes_max);
        }
    }
}

fn blocks(
    wishes: &Wishes,
    mapping: &Arc<Mapping>,
    bar: &ProgressBar,
    mut take: impl FnMut(Block) -> Result<(), Problem>,
) -> Result<Result<(), Problem>> {
    let mut cut = Vec::new();
    let mut room = vec![0; READ_BYTES];
    for (ordinal, path) in (0..).zip(&wishes.files) {
        let mut file = open(path, bar)?;
        let mut source = Some(Source::new(mapping.clone(), &path.to_string_lossy(), ordinal));
        while let Some(mut open) = source.take() {
            let length = file.read(&mut room).with_context(|| path.display().to_string())?;
            let fed = if length > 0 {
                let fed = open.feed(room.get(..length).unwrap_or_default(), &mut cut);
                source = Some(open);
                fed
            } else {
                open.finish(&mut cut)
            };
            if let Err(problem) = fed.and_then(|()| cut.drain(..).try_for_each(&mut take)) {
                return Ok(Err(problem));
            }
        }
    }
    Ok(Ok(()))
}

pub(super) fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn Read>> {
    let named = || path.display().to_string();
    let mut magic = [0; 2];
    let length = File::open(path).and_then(|mut file| file.read(&mut magic)).with_context(named)?;
    let file = bar.wrap_read(File::open(path).with_context(named)?);
    if length == magic.len() && magic == GZIP {
        return Ok(Box::new(MultiGzDecoder::new(BufReader::with_capacity(READ_BYTES, file))));
    }
    Ok(Box::new(file))
}

/// Half of what is free, so that a long file ends in a message before it makes the machine swap.
pub(super) fn memory_bytes() -> usize {
    let free = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
        line.split_ascii_whitespace().nth(1)?.parse::<usize>().ok()
    });
    free.map_or(MEMORY_BYTES, |kib| kib.saturating_mul(1024) / 2)
}

/// A bar on standard error; none where that is no terminal.
pub(super) fn bar(length: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}
