//! TOML with places, by the parser of the `toml` crate.
//!
//! After a mistake its parser goes on as it can, and an unclosed bracket makes mistakes of all that follows. So a
//! text with mistakes is taken apart at its headers, and what cannot be read is left out before the rest is read.

use super::{DEPTH_MAX, Grown, Mistake};
use crate::policy::tree::{Entry, Node, Value};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn tree(text: &str) -> Grown {
    if let Some(mistake) = too_deep(text) {
        return Grown { mistakes: vec![mistake], ..Grown::default() };
    }
    if let Ok(table) = DeTable::parse(text) {
        return grown(table, Vec::new(), Vec::new());
    }
    let (mut readable, mut mistakes, mut hidden) = (text.as_bytes().to_vec(), Vec::new(), Vec::new());
    for part in parts(text) {
        let own = mistakes_of(text.get(part.clone()).unwrap_or_default(), part.start);
        if own.is_empty() {
            continue;
        }
        let mut named = BTreeSet::new();
        // Everything after an open bracket seems wrong.
        let opens =
            |m: &Mistake| ["unclosed array,", "unclosed inline"].iter().any(|o| m.detail.starts_with(o));
        let is_open = own.iter().any(opens);
        // Without its header a part would belong to the one before it.
        let is_lost = is_open || own.iter().any(|m| line_of(text, m.span.start).start == part.start);
        for mistake in own {
            let line = line_of(text, mistake.span.start);
            if !named.insert(if is_open { part.start } else { line.start }) {
                continue;
            }
            let lost = if is_lost { part.clone() } else { line };
            hidden.extend([part.start, lost.start].map(|at| first_key(text.get(at..).unwrap_or_default())));
            blank(readable.get_mut(lost).unwrap_or_default());
            mistakes.push(mistake);
        }
    }
    hidden.sort_unstable();
    hidden.dedup();
    let readable = String::from_utf8_lossy(&readable);
    let (table, errors) = DeTable::parse_recoverable(&readable);
    mistakes.extend(errors.iter().map(|error| mistake(error, 0)));
    grown(table, mistakes, hidden)
}

fn grown(table: Spanned<DeTable<'_>>, mut mistakes: Vec<Mistake>, hidden: Vec<String>) -> Grown {
    let span = table.span();
    let node = table_node(table.into_inner(), span, DEPTH_MAX, &mut mistakes);
    Grown { node: Some(node), mistakes, hidden }
}

fn mistakes_of(part: &str, begin: usize) -> Vec<Mistake> {
    let (_, errors) = DeTable::parse_recoverable(part);
    let mut mistakes: Vec<Mistake> = errors.iter().map(|error| mistake(error, begin)).collect();
    mistakes.sort_by_key(|mistake| mistake.span.start);
    mistakes
}

fn mistake(error: &toml::de::Error, begin: usize) -> Mistake {
    let span = error.span().unwrap_or(0..0);
    Mistake { span: begin + span.start..begin + span.end, detail: error.message().to_owned() }
}

/// The parts of a text, each from a line that looks like a header to the next one.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut begins = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if at > 0 && bare.starts_with('[') && !bare.contains([',', '=']) {
            begins.push(at);
        }
        at += line.len();
    }
    let ends = begins.iter().skip(1).copied().chain(std::iter::once(text.len()));
    begins.iter().copied().zip(ends).map(|(begin, end)| begin..end).collect()
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    let (before, after) = text.as_bytes().split_at(at.min(text.len()));
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let length = after.iter().position(|byte| *byte == b'\n').unwrap_or(after.len());
    begin..before.len() + length
}

/// The first key of a header or a line: `calendar` of `[calendar.weekly]`.
fn first_key(text: &str) -> String {
    let text = text.trim_start_matches(['[', ' ', '\t', '"']);
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
}

/// Leaves out bytes: what stands for them is as long, with the same ends of lines.
fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// The parser bounds the depth of brackets, not of dotted keys, whose tables it would take apart one within
/// the other.
fn too_deep(text: &str) -> Option<Mistake> {
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split(['=', '#']).next().unwrap_or(line);
        if key.bytes().filter(|byte| *byte == b'.').count() > DEPTH_MAX {
            return Some(deep(begin..begin + line.len()));
        }
        begin += line.len();
    }
    None
}

fn deep(span: Range<usize>) -> Mistake {
    Mistake { span, detail: format!("nested deeper than {DEPTH_MAX} levels") }
}

fn table_node(table: DeTable<'_>, span: Range<usize>, depth: usize, mistakes: &mut Vec<Mistake>) -> Node {
    let entries = table.into_iter().map(|(key, value)| Entry {
        key_span: key.span(),
        key: key.into_inner().into_owned(),
        node: node(value, depth, mistakes),
    });
    let mut entries: Vec<Entry> = entries.collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    Node { span, value: Value::Table(entries) }
}

fn node(value: Spanned<DeValue<'_>>, depth: usize, mistakes: &mut Vec<Mistake>) -> Node {
    let span = value.span();
    let Some(depth) = depth.checked_sub(1) else {
        mistakes.push(deep(span.clone()));
        return Node { span, value: Value::Null };
    };
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(n) => {
            let value = i128::from_str_radix(n.as_str(), n.radix());
            Value::Integer(value.unwrap_or(if n.as_str().starts_with('-') { i128::MIN } else { i128::MAX }))
        }
        DeValue::Float(_) => Value::Fraction,
        DeValue::Boolean(yes) => Value::Boolean(yes),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(items) => {
            let items = items.into_iter().map(|item| node(item, depth, mistakes));
            Value::List(items.enumerate().collect())
        }
        DeValue::Table(table) => return table_node(table, span, depth, mistakes),
    };
    Node { span, value }
}
