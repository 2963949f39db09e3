//! JSON with places: each level is read as raw texts, whose addresses within the whole are their places.

use super::{DEPTH_MAX, Mistake};
use crate::policy::tree::{Entry, Node, Value};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

pub(super) fn tree(text: &str) -> Result<Node, Mistake> {
    // One strict look at the whole first: within a part, the parser's line and column would be the part's.
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| {
        let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let at = at.min(text.len());
        let detail = error.to_string();
        let detail = detail.split(" at line ").next().unwrap_or_default().to_owned();
        Mistake { span: at..at, detail }
    })?;
    Reader { text, depth: DEPTH_MAX }.node(whole.get())
}

#[derive(Clone, Copy)]
struct Reader<'t> {
    text: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn node(self, part: &'t str) -> Result<Node, Mistake> {
        let span = self.span(part);
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(Mistake { span, detail: format!("nested deeper than {DEPTH_MAX} levels") });
        };
        let inner = Self { depth, ..self };
        let value = match part.as_bytes().first() {
            Some(b'{') => {
                let entries = inner.parts(part)?.into_iter().map(|(key, value)| {
                    let key_span = self.span(key);
                    let key = text_of(key).ok_or_else(|| broken(key_span.clone()))?;
                    Ok(Entry { key, key_span, node: inner.node(value)? })
                });
                let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
                if let Some(twice) = twice(&entries) {
                    let detail = format!("the key `{}` stands twice", twice.key);
                    return Err(Mistake { span: twice.key_span.clone(), detail });
                }
                Value::Table(entries)
            }
            Some(b'[') => {
                let items = inner.parts(part)?.into_iter().map(|(_, item)| inner.node(item));
                Value::List(items.collect::<Result<Vec<_>, _>>()?.into_iter().enumerate().collect())
            }
            Some(b'"') => Value::Text(text_of(part).ok_or_else(|| broken(span.clone()))?),
            Some(b't') => Value::Boolean(true),
            Some(b'f') => Value::Boolean(false),
            Some(b'n') => Value::Null,
            _ if part.contains(['.', 'e', 'E']) => Value::Fraction,
            _ => {
                let beyond = if part.starts_with('-') { i128::MIN } else { i128::MAX };
                Value::Integer(part.parse().unwrap_or(beyond))
            }
        };
        Ok(Node { span, value })
    }

    /// The raw keys and values of an object, or the raw items of a list with empty keys.
    fn parts(self, part: &'t str) -> Result<Vec<(&'t str, &'t str)>, Mistake> {
        Parts.deserialize(&mut serde_json::Deserializer::from_str(part)).map_err(|_| broken(self.span(part)))
    }

    /// Where a part of the text stands in it.
    fn span(self, part: &str) -> Range<usize> {
        let at = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        at..at + part.len()
    }
}

fn text_of(part: &str) -> Option<String> {
    serde_json::from_str(part).ok()
}

/// A part of what has been read as a whole; only a lone surrogate in a text comes here.
fn broken(span: Range<usize>) -> Mistake {
    Mistake { span, detail: "invalid text".to_owned() }
}

fn twice(entries: &[Entry]) -> Option<&Entry> {
    let mut seen = std::collections::BTreeSet::new();
    entries.iter().find(|entry| !seen.insert(&entry.key))
}

struct Parts;

impl<'t> DeserializeSeed<'t> for Parts {
    type Value = Vec<(&'t str, &'t str)>;

    fn deserialize<D: serde::Deserializer<'t>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Parts {
    type Value = Vec<(&'t str, &'t str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(key) = map.next_key::<&RawValue>()? {
            parts.push((key.get(), map.next_value::<&RawValue>()?.get()));
        }
        Ok(parts)
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        while let Some(item) = list.next_element::<&RawValue>()? {
            parts.push(("", item.get()));
        }
        Ok(parts)
    }
}
