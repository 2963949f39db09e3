//! A document as a tree in which each value knows its place in the text.

use std::ops::Range;
use takeroot_core::policy::lint::{Path, Shape, Step};

/// A value and the bytes of the text that say it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) value: Value,
}

/// What a document can hold. A TOML date is a text: nobody minds the quotes.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i128),
    Fraction,
    Boolean(bool),
    Null,
    /// Items with their places in the text's list: a list may have lost some that cannot be read.
    List(Vec<(usize, Node)>),
    Table(Vec<Entry>),
}

/// A key of a table, and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) node: Node,
}

impl Node {
    pub(super) const fn shape(&self) -> Shape {
        match self.value {
            Value::Text(_) => Shape::Text,
            Value::Integer(_) => Shape::Integer,
            Value::Fraction => Shape::Fraction,
            Value::Boolean(_) => Shape::Boolean,
            Value::Null => Shape::Null,
            Value::List(_) => Shape::List,
            Value::Table(_) => Shape::Table,
        }
    }

    /// The value as JSON.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => text.as_str().into(),
            Value::Integer(n) => match (u64::try_from(*n), i64::try_from(*n)) {
                (Ok(n), _) => n.into(),
                (_, Ok(n)) => n.into(),
                _ => serde_json::Value::Null,
            },
            Value::Boolean(yes) => (*yes).into(),
            Value::Fraction | Value::Null => serde_json::Value::Null,
            Value::List(items) => items.iter().map(|(_, item)| item.to_json()).collect(),
            Value::Table(entries) => {
                let entries = entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json()));
                serde_json::Value::Object(entries.collect())
            }
        }
    }

    /// Where a place of the document stands in the text, and what its path is there. Of what is not written
    /// it is the nearest thing around it.
    pub(super) fn find(&self, path: &Path) -> (Range<usize>, Path) {
        let mut node = self;
        let mut written = Path::default();
        let mut steps = path.0.iter();
        for step in steps.by_ref() {
            let inner = match (step, &node.value) {
                (Step::Key(key), Value::Table(entries)) => {
                    let entry = entries.iter().find(|entry| entry.key == *key);
                    entry.map(|entry| (step.clone(), &entry.node))
                }
                (Step::Index(index), Value::List(items)) => {
                    items.get(*index).map(|(place, item)| (Step::Index(*place), item))
                }
                _ => None,
            };
            let Some((step, inner)) = inner else {
                written = written.at(step.clone());
                break;
            };
            (node, written) = (inner, written.at(step));
        }
        (node.span.clone(), steps.fold(written, |path, step| path.at(step.clone())))
    }
}
