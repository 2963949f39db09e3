//! All that is wrong with the text of a policy: its writing, its shape, its sense.

use super::shape::{Shaped, shaped};
use super::text::{Grown, Text};
use super::tree::{Entry, Node, Value};
use anyhow::{Context as _, Result};
use std::ops::Range;
use takeroot_core::policy::lint::{Kind, Path, Problem, Severity, Step, lint_file};
use takeroot_core::policy::{PolicyFile, Rules};
use takeroot_core::time::Moment;

/// The published schema of the format.
pub(super) const SCHEMA: &str = include_str!("../../../../schema/policy.schema.json");

/// A problem with its place in the text, line and column from 1.
pub(super) struct Finding {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) problem: Problem,
}

/// What a text says, and what is wrong with it.
pub(super) struct Checked {
    /// The policy; nothing where it has an error.
    pub(super) file: Option<PolicyFile>,
    /// In the order of the text.
    pub(super) findings: Vec<Finding>,
}

impl Checked {
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.problem.severity() == severity).count()
    }
}

/// Checks a text. `now` is only for the last guard, the compilation of the rules.
pub(super) fn check(text: &Text, now: Moment) -> Result<Checked> {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).context("the schema of the policy")?;
    let Grown { node, mistakes, hidden } = text.tree();
    let mut problems: Vec<(Range<usize>, Problem)> = mistakes
        .into_iter()
        .map(|mistake| (mistake.span, Problem::new(Path::default(), Kind::Syntax { detail: mistake.detail })))
        .collect();
    let broken = !problems.is_empty();
    let mut file = None;
    if let Some(node) = node {
        let Shaped { node, problems: misshapen, mut lost } = shaped(node, &schema);
        lost.extend(hidden.into_iter().map(|section| Path::default().at(section)));
        // Where the writing is broken, what seems to be missing may stand behind the mistake.
        let is_sure = |problem: &Problem| !broken || !matches!(problem.kind, Kind::MissingKey { .. });
        problems.extend(misshapen.into_iter().filter(|(_, problem)| is_sure(problem)));
        if let Some(node) = node {
            file = judge(&node, &lost, now, &mut problems);
        }
    }
    let place = |(span, problem): (Range<usize>, Problem)| {
        let (line, column) = text.place(span.start);
        Finding { line, column, problem }
    };
    let mut findings: Vec<Finding> = problems.into_iter().map(place).collect();
    findings.sort_by_key(|finding| (finding.line, finding.column, finding.problem.severity()));
    let is_good = findings.iter().all(|finding| finding.problem.severity() != Severity::Error);
    Ok(Checked { file: file.filter(|_| is_good), findings })
}

/// The sense of what is left of a document, without what rests on the places that are lost.
fn judge(
    node: &Node,
    lost: &[Path],
    now: Moment,
    problems: &mut Vec<(Range<usize>, Problem)>,
) -> Option<PolicyFile> {
    let whole = with_hours(node);
    let file: PolicyFile = match serde_json::from_value(whole.to_json()) {
        Ok(file) => file,
        Err(error) => {
            problems.extend(lost.is_empty().then(|| refused(error.to_string())));
            return None;
        }
    };
    for problem in lint_file(&file) {
        let (span, path) = whole.find(&problem.path);
        let rests = |lost: &Path| {
            let hides = lost.0.len() == 1 && section(lost) == section(&path);
            hides || path.holds(lost) || section(lost).is_some_and(|s| problem.kind.rests_on().contains(&s))
        };
        if !lost.iter().any(rests) {
            problems.push((span, Problem { path, ..problem }));
        }
    }
    let is_good = problems.iter().all(|(_, problem)| problem.severity() != Severity::Error);
    if let (true, Err(error)) = (is_good, Rules::compile(file.versions(), now, now)) {
        problems.push(refused(error.to_string()));
    }
    Some(file)
}

fn refused(detail: String) -> (Range<usize>, Problem) {
    (0..0, Problem::new(Path::default(), Kind::Refused { detail }))
}

/// The section of a policy in which a place lies, in whatever version.
fn section(path: &Path) -> Option<&str> {
    match path.0.as_slice() {
        [Step::Key(versions), Step::Index(_), Step::Key(section), ..] if versions == "versions" => {
            Some(section)
        }
        _ => path.section(),
    }
}

/// A document without a readable calendar is judged with some hours: what it says otherwise makes sense.
fn with_hours(node: &Node) -> Node {
    let mut node = node.clone();
    let at = node.span.clone();
    if let Value::Table(entries) = &mut node.value
        && entries.iter().all(|entry| entry.key != "calendar")
    {
        let some = |value| Node { span: at.clone(), value };
        let text = |text: &str| some(Value::Text(text.to_owned()));
        let table = |key: &str, node| {
            some(Value::Table(vec![Entry { key: key.to_owned(), key_span: at.clone(), node }]))
        };
        let window = some(Value::List(vec![(0, text("09:00")), (1, text("18:00"))]));
        let mut calendar = table("weekly", table("mon", some(Value::List(vec![(0, window)]))));
        if let Value::Table(keys) = &mut calendar.value {
            keys.push(Entry { key: "tz".to_owned(), key_span: at.clone(), node: text("UTC") });
        }
        entries.push(Entry { key: "calendar".to_owned(), key_span: at.clone(), node: calendar });
    }
    node
}
