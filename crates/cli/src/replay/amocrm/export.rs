//! Files into facts, page by page. They are gone through twice: what is held at all says which of two tellings
//! of one happening counts.

use crate::replay::{Wishes, read as files};
use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_amocrm::api::{self, Beside, Context, Cutter, Directory, IgnoredReason, Past, Reading};
use takeroot_core::fact::Fact;
use takeroot_core::policy::Policy;
use takeroot_core::time::Moment;
use takeroot_history::{Position, Problem, Reject, Rejects};

/// What a fact weighs in the ledger, with its indices and its judgement.
const FACT_BYTES: usize = 2048;

/// What the files say.
#[derive(Debug, Default)]
pub(super) struct Export {
    pub(super) facts: Vec<Fact>,
    pub(super) past: Past,
    pub(super) directory: Directory,
    /// Items that are no facts, by the reason.
    pub(super) ignored: BTreeMap<IgnoredReason, u64>,
    pub(super) pages: u64,
    pub(super) rejects: Rejects,
    /// The first and the last moment that a fact states.
    pub(super) span: Option<(Moment, Moment)>,
}

pub(super) fn read(wishes: &Wishes, policy: Option<&Policy>) -> Result<Result<Export, Problem>> {
    let size = |path: &std::path::PathBuf| std::fs::metadata(path).map_or(0, |meta| meta.len());
    let bytes: u64 = wishes.files.iter().map(size).sum();
    let bar = files::bar(bytes * 2, "  {bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
    let mut held = Held::default();
    pages(wishes, &bar, |_, _, page| {
        held.see(page);
        true
    })?;
    let context = Context {
        received_at: now(),
        account: held.account,
        // Phones and addresses are only compared within the replay.
        identity_key: b"takeroot replay",
        policy,
    };
    let (mut export, mut problem) = (Export::default(), None);
    pages(wishes, &bar, |file, line, page| {
        match api::read(page, &context, held.beside) {
            Ok(reading) => export.take(reading),
            Err(rejected) => export.reject(wishes, file, line, &rejected),
        }
        let fits = export.facts.len().saturating_mul(FACT_BYTES) <= wishes.memory_bytes;
        if !fits && problem.is_none() {
            let mb = wishes.memory_bytes >> 20;
            let message = format!("the facts up to here need more than {mb} MB of memory");
            let problem_here = Problem::new(&name(wishes, file), Position { line, column: 0 }, message);
            problem = Some(problem_here.hint("split the export by date, or allow more by --memory-mb"));
        }
        fits
    })?;
    bar.finish_and_clear();
    Ok(problem.map_or(Ok(export), Err))
}

/// Calls `take` with each page of each file, the file's number and the page's line, until it has enough.
fn pages(wishes: &Wishes, bar: &ProgressBar, mut take: impl FnMut(u16, u64, &[u8]) -> bool) -> Result<()> {
    let mut room = vec![0; files::READ_BYTES];
    let mut goes_on = true;
    for (ordinal, path) in (0..).zip(&wishes.files) {
        let mut file = files::open(path, bar)?;
        let mut cutter = Cutter::default();
        let mut page = |line, page: &[u8]| goes_on = goes_on && take(ordinal, line, page);
        loop {
            let length = file.read(&mut room).with_context(|| path.display().to_string())?;
            if length == 0 {
                break;
            }
            cutter.feed(room.get(..length).unwrap_or_default(), &mut page);
        }
        cutter.finish(&mut page);
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// What the files hold.
#[derive(Debug, Default)]
struct Held {
    beside: Beside,
    account: Option<u64>,
}

/// As much of a page as tells what it is.
#[derive(Deserialize)]
struct Glance<'a> {
    #[serde(borrow, rename = "_embedded")]
    lists: Option<BTreeMap<String, &'a RawValue>>,
    id: Option<&'a RawValue>,
    subdomain: Option<IgnoredAny>,
    note_type: Option<IgnoredAny>,
    value_after: Option<IgnoredAny>,
}

impl Held {
    fn see(&mut self, page: &[u8]) {
        // What is wrong with a page is told when it is read.
        let Ok(glance) = serde_json::from_slice::<Glance<'_>>(page) else { return };
        let lists = glance.lists.unwrap_or_default();
        let lists_some = |name: &str| {
            lists.get(name).is_some_and(|list| list.get().get(1..).is_some_and(|items| items.contains('{')))
        };
        self.beside.events |= glance.value_after.is_some() || lists_some("events");
        self.beside.notes |= glance.note_type.is_some() || lists_some("notes");
        if glance.subdomain.is_some() {
            self.account = glance.id.and_then(|id| id.get().parse().ok()).or(self.account);
        }
    }
}

impl Export {
    fn take(&mut self, reading: Reading) {
        self.pages += 1;
        self.past.take(&reading);
        for ignored in &reading.ignored {
            *self.ignored.entry(ignored.reason).or_default() += 1;
        }
        for at in reading.facts.iter().filter(|fact| fact.stated == Some(fact.at)).map(|fact| fact.at) {
            let (first, last) = self.span.unwrap_or((at, at));
            self.span = Some((first.min(at), last.max(at)));
        }
        self.facts.extend(reading.facts);
        if reading.directory != Directory::default() {
            self.directory.merge(reading.directory);
        }
    }

    fn reject(&mut self, wishes: &Wishes, file: u16, line: u64, rejected: &api::Rejected) {
        let (reason, column) = (rejected.to_string(), String::new());
        self.rejects.add(file, 1, Reject { file: name(wishes, file), line, column, reason, hint: "" });
    }
}

fn name(wishes: &Wishes, file: u16) -> String {
    let path = wishes.files.get(usize::from(file));
    path.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default()
}

fn now() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment(now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX)))
}
