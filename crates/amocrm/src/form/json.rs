//! JSON in and out of the tree.

use std::fmt;

use serde_json::Value as Json;

use super::text::Span;
use super::tree::{ROOT, Tree, Value, integer_key};
use super::{FormLimit, Node};

/// Why a body is no form in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// Malformed, or nested deeper than serde_json reads.
    NotJson,
    NotAnObject,
    Limit(FormLimit),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonError::NotJson => write!(f, "the body is not JSON"),
            JsonError::NotAnObject => write!(f, "the body is JSON but not an object"),
            JsonError::Limit(limit) => limit.fmt(f),
        }
    }
}

impl std::error::Error for JsonError {}

impl From<FormLimit> for JsonError {
    fn from(limit: FormLimit) -> JsonError {
        JsonError::Limit(limit)
    }
}

pub(super) fn tree(body: &[u8]) -> Result<Tree<'static>, JsonError> {
    if body.len() > FormLimit::BODY_BYTES_MAX {
        return Err(FormLimit::Body.into());
    }
    let text = std::str::from_utf8(body).map_err(|_| JsonError::NotJson)?;
    let Json::Object(fields) = serde_json::from_str(text).map_err(|_| JsonError::NotJson)? else {
        return Err(JsonError::NotAnObject);
    };
    Ok(tree_of(fields, body)?)
}

pub(super) fn tree_of(
    fields: serde_json::Map<String, Json>,
    seed: &[u8],
) -> Result<Tree<'static>, FormLimit> {
    let mut filler = Filler { tree: Tree::owned(seed), pairs: 0 };
    for (key, value) in fields {
        filler.put(ROOT, &key, value, 0)?;
    }
    Ok(filler.tree)
}

struct Filler {
    tree: Tree<'static>,
    pairs: usize,
}

impl Filler {
    /// Recurses no deeper than the limit on depth.
    fn put(&mut self, table: u32, key: &str, value: Json, depth: usize) -> Result<(), FormLimit> {
        if depth > FormLimit::DEPTH_MAX {
            return Err(FormLimit::Depth);
        }
        let key = self.key(key)?;
        let text = match value {
            Json::Array(items) if !items.is_empty() => {
                let inner = self.tree.table_in(table, key);
                let mut items = items.into_iter().enumerate();
                return items.try_for_each(|(at, item)| self.put(inner, &at.to_string(), item, depth + 1));
            }
            Json::Object(fields) if !fields.is_empty() => {
                let inner = self.tree.table_in(table, key);
                let mut fields = fields.into_iter();
                return fields.try_for_each(|(name, field)| self.put(inner, &name, field, depth + 1));
            }
            Json::Array(_) | Json::Object(_) => {
                self.count_pair()?;
                self.tree.table_in(table, key);
                return Ok(());
            }
            Json::Null | Json::Bool(false) => String::new(),
            Json::Bool(true) => "1".to_owned(),
            Json::Number(number) => number.to_string(),
            Json::String(text) => text,
        };
        self.count_pair()?;
        if text.len() > FormLimit::VALUE_BYTES_MAX {
            return Err(FormLimit::Value);
        }
        let text = self.tree.texts.push(&text);
        self.tree.set(table, key, Value::Text(text));
        Ok(())
    }

    fn key(&mut self, key: &str) -> Result<Span, FormLimit> {
        if key.len() > FormLimit::KEY_BYTES_MAX {
            return Err(FormLimit::Key);
        }
        Ok(self.tree.texts.push(key))
    }

    fn count_pair(&mut self) -> Result<(), FormLimit> {
        self.pairs += 1;
        if self.pairs > FormLimit::PAIRS_MAX { Err(FormLimit::Pairs) } else { Ok(()) }
    }
}

pub(super) fn object(node: Node<'_>) -> Json {
    Json::Object(node.children().map(|(key, child)| (key.to_owned(), any(child))).collect())
}

/// Recurses no deeper than the limit on depth, which the tree keeps by construction.
fn any(node: Node<'_>) -> Json {
    if let Some(text) = node.text() {
        return Json::String(text.to_owned());
    }
    let is_list = node.children().zip(0..).all(|((key, _), at)| integer_key(key) == Some(at));
    if is_list { node.children().map(|(_, child)| any(child)).collect() } else { object(node) }
}
