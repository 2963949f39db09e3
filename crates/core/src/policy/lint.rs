//! What is wrong with a policy, or looks wrong: each problem with its place and without a word, so that a
//! desk, a settings screen and the edge say the same of the same policy.

mod clocks;
mod fields;
mod hours;
mod kind;
mod lists;
mod people;

pub use kind::{Kind, Severity, Shape, What};

use super::{Policy, PolicyFile};
use crate::time::Day;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// Pipelines beyond which a team loses its way.
pub const PIPELINES_MAX: usize = 2;
/// Mandatory fields of one stage beyond which people write anything to get rid of them.
pub const MANDATORY_MAX: usize = 7;
/// Goals beyond which none is one.
pub const GOALS_MAX: usize = 5;
/// Days of a pilot: shorter says nothing, longer is no pilot.
pub const PILOT_DAYS: std::ops::RangeInclusive<i32> = 14..=28;

/// A step into a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Step {
    /// Into a list, from 0.
    Index(usize),
    /// Into a table.
    Key(String),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<String> for Step {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// A place in a document: `targets[2].pauses[0]`. The empty one is the whole document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The place one step further.
    #[must_use]
    pub fn at(&self, step: impl Into<Step>) -> Self {
        Self(self.0.iter().cloned().chain(std::iter::once(step.into())).collect())
    }

    /// The first step, where it is a key.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether the other place is this one or lies within it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |key: &str| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        };
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(n) => write!(f, "[{n}]")?,
                Step::Key(key) => {
                    f.write_str(if index == 0 { "" } else { "." })?;
                    if bare(key) { f.write_str(key)? } else { write!(f, "{key:?}")? }
                }
            }
        }
        Ok(())
    }
}

/// A problem and its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where.
    pub path: Path,
    /// The first day of the version whose problem it is; nothing for what holds from the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// What.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub const fn new(path: Path, kind: Kind) -> Self {
        Self { path, since: None, kind }
    }

    /// Whether the policy can be used nevertheless.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

/// Every problem of a policy, in the order of its sections.
#[must_use]
pub fn lint(policy: &Policy) -> Vec<Problem> {
    let known = Known::of(policy);
    let mut found = Found::default();
    hours::check(policy, &mut found);
    lists::pipelines(policy, &mut found);
    fields::check(policy, &known, &mut found);
    clocks::check(policy, &known, &mut found);
    lists::sources(policy, &known, &mut found);
    lists::meaning(policy, &known, &mut found);
    people::check(policy, &known, &mut found);
    lists::goals(policy, &mut found);
    found.problems
}

/// Every problem of a policy file. What a version inherits with its problems is named once, and where the
/// section is written.
#[must_use]
pub fn lint_file(file: &PolicyFile) -> Vec<Problem> {
    let mut problems = lint(&file.first.policy);
    let mut before: BTreeSet<Problem> = problems.iter().cloned().collect();
    let mut written: Vec<BTreeSet<String>> = Vec::new();
    let mut last: Option<Day> = None;
    for (index, (from, version)) in file.later.iter().enumerate() {
        let place = Path::default().at("versions").at(index);
        let order = last.filter(|last| from <= last).map(|last| match *from == last {
            true => Kind::SameDate { date: *from },
            false => Kind::VersionOrder { date: *from, after: last },
        });
        problems.extend(order.map(|kind| Problem::new(place.at("from"), kind)));
        last = last.max(Some(*from));
        written.push(file.changed(index).into_iter().collect());
        if written.last().is_some_and(BTreeSet::is_empty) {
            problems.push(Problem::new(place, Kind::ChangesNothing));
        }
        let own = lint(&version.policy);
        for problem in own.iter().filter(|problem| !before.contains(problem)) {
            let section = problem.path.section().unwrap_or_default();
            let giver = written.iter().rposition(|sections| sections.contains(section));
            let path = giver.map_or_else(Path::default, |giver| Path::default().at("versions").at(giver));
            let path = Path(path.0.into_iter().chain(problem.path.0.iter().cloned()).collect());
            problems.push(Problem { path, since: Some(*from), kind: problem.kind.clone() });
        }
        before = own.into_iter().collect();
    }
    problems
}

/// The known word nearest to a wrong one, where one is near enough to be meant.
#[must_use]
pub fn nearest<'w>(wrong: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let wrong: Vec<char> = wrong.to_lowercase().chars().take(WORD_CHARS_MAX).collect();
    let by_distance = known.map(|word| (distance(&wrong, &word.to_lowercase()), word));
    by_distance.filter(|(distance, word)| *distance <= word.len().max(3) / 3).min().map(|(_, word)| word)
}

/// No key or zone is longer.
const WORD_CHARS_MAX: usize = 64;

/// Insertions, removals, replacements and swaps of neighbours that lead from one word to the other (optimal
/// string alignment).
fn distance(a: &[char], b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut least =
                (at(&row, j) + usize::from(x != y)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

/// What has been found.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    #[cfg(feature = "zones")]
    searches: usize,
}

impl Found {
    fn add(&mut self, path: Path, kind: Kind) {
        self.problems.push(Problem::new(path, kind));
    }

    fn add_if(&mut self, wrong: bool, path: impl FnOnce() -> Path, kind: impl FnOnce() -> Kind) {
        if wrong {
            self.add(path(), kind());
        }
    }

    /// Names each id of a list that is not among the known ones.
    fn ids(&mut self, ids: &[u64], path: &Path, what: What, known: &BTreeSet<u64>) {
        for (index, id) in ids.iter().enumerate() {
            self.id(*id, &path.at(index), what, known);
        }
    }

    /// Names an id that is not among the known ones; where none is known, any but zero may be.
    fn id(&mut self, id: u64, path: &Path, what: What, known: &BTreeSet<u64>) {
        let missing = id == 0 || (!known.is_empty() && !known.contains(&id));
        self.add_if(missing, || path.clone(), || Kind::NotThere { what, id });
    }
}

/// What the policy itself knows. An empty set knows nothing, and anything may be there.
struct Known {
    pipelines: BTreeSet<u64>,
    stages: BTreeSet<u64>,
    people: BTreeSet<u64>,
    groups: BTreeSet<u64>,
    sources: BTreeSet<u64>,
    reasons: BTreeSet<u64>,
}

impl Known {
    fn of(policy: &Policy) -> Self {
        Self {
            pipelines: policy.pipelines.iter().map(|pipeline| pipeline.id).collect(),
            stages: policy.pipelines.iter().flat_map(|p| p.stages.iter().map(|stage| stage.id)).collect(),
            people: policy.people.iter().map(|person| person.id).collect(),
            groups: policy.groups.iter().map(|group| group.id).collect(),
            sources: policy.sources.names.iter().map(|source| source.id).collect(),
            reasons: policy.meaning.loss_reasons.iter().map(|reason| reason.id).collect(),
        }
    }
}

fn root(section: &str) -> Path {
    Path::default().at(section)
}

#[cfg(test)]
mod tests;
