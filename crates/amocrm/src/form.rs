//! Form bodies with PHP's bracketed names (`leads[add][0][id]=1`), as PHP 8.2's `parse_str` reads them.
//!
//! amoCRM builds its hooks with PHP, so PHP's reading is what the sender means, oddities included: a body is read
//! up to its first raw NUL and a name up to its first NUL; a scalar gives way to a table and the other way round;
//! the last of equal names wins, in the place of the first; `a[b` is `a_b`; names that would turn into the cookie
//! prefixes `__Host-` and `__Secure-` are dropped.
//! Beyond PHP: names that are equal once U+FFFD has replaced malformed UTF-8 are one name.

mod json;
mod path;
mod text;
mod tree;

use std::fmt;

pub use json::JsonError;
use path::{Level, quick_path, slow_path};
use text::{Span, Texts, is_longer, unescape};
use tree::{ROOT, Tree, Value};

/// A decoded body: a tree of tables and texts. Memory is bounded by a fixed multiple of the body.
pub struct Form<'a> {
    tree: Tree<'a>,
    flags: Flags,
}

/// What was mended on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Malformed UTF-8 became U+FFFD.
    pub invalid_utf8: bool,
    /// A `%` without two hexadecimal digits was kept as it is.
    pub broken_percent: bool,
}

/// The limit that a body is beyond. Nothing of such a body is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormLimit {
    Body,
    Pairs,
    Depth,
    Key,
    Value,
}

impl FormLimit {
    /// Bytes of a body; an HTTP door has a lower limit of its own.
    pub const BODY_BYTES_MAX: usize = 16 << 20;
    /// Pairs, those that PHP drops included.
    pub const PAIRS_MAX: usize = 20_000;
    /// Brackets in a name, as PHP's `max_input_nesting_level` counts.
    pub const DEPTH_MAX: usize = 64;
    /// Decoded bytes of a whole name with its brackets.
    pub const KEY_BYTES_MAX: usize = 1 << 10;
    /// Decoded bytes of a value.
    pub const VALUE_BYTES_MAX: usize = 256 << 10;
}

impl fmt::Display for FormLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormLimit::Body => write!(f, "the body is over {} bytes", FormLimit::BODY_BYTES_MAX),
            FormLimit::Pairs => write!(f, "more than {} pairs", FormLimit::PAIRS_MAX),
            FormLimit::Depth => write!(f, "nested deeper than {} levels", FormLimit::DEPTH_MAX),
            FormLimit::Key => write!(f, "a key is over {} bytes", FormLimit::KEY_BYTES_MAX),
            FormLimit::Value => write!(f, "a value is over {} bytes", FormLimit::VALUE_BYTES_MAX),
        }
    }
}

impl std::error::Error for FormLimit {}

impl<'a> Form<'a> {
    /// Decodes a form body in linear time. Every body within the limits has a tree.
    ///
    /// # Errors
    /// The first limit of [`FormLimit`] that the body is beyond.
    pub fn decode(body: &'a [u8]) -> Result<Form<'a>, FormLimit> {
        if body.len() > FormLimit::BODY_BYTES_MAX {
            return Err(FormLimit::Body);
        }
        let read = match body.contains(&0) {
            true => body.split(|b| *b == 0).next().unwrap_or(body),
            false => body,
        };
        let mut decoder = Decoder::new(read);
        let mut at = 0;
        let mut pairs = 0;
        while let Some(first) = read.get(at) {
            if *first == b'&' {
                at += 1;
                continue;
            }
            pairs += 1;
            if pairs > FormLimit::PAIRS_MAX {
                return Err(FormLimit::Pairs);
            }
            at = decoder.pair(at)?;
        }
        Ok(Form { tree: decoder.tree, flags: decoder.flags })
    }

    /// Puts a JSON object into the same tree: numbers as their text, `true` as `1`, `false` and `null` as an empty
    /// text, lists under `0`, `1`, …
    ///
    /// # Errors
    /// No JSON, no object, or beyond the limits; a pair is a scalar or an empty list or object.
    pub fn from_json(body: &[u8]) -> Result<Form<'static>, JsonError> {
        json::tree(body).map(|tree| Form { tree, flags: Flags::default() })
    }

    /// Puts a parsed object into the same tree. `seed` is what an attacker would have to choose.
    pub(crate) fn of_object(
        fields: serde_json::Map<String, serde_json::Value>,
        seed: &[u8],
    ) -> Result<Form<'static>, FormLimit> {
        json::tree_of(fields, seed).map(|tree| Form { tree, flags: Flags::default() })
    }

    pub fn root(&self) -> Node<'_> {
        Node { tree: &self.tree, value: Value::Table(ROOT) }
    }

    pub fn flags(&self) -> Flags {
        self.flags
    }

    /// As PHP's `json_encode` writes it: a table is a list if its keys are 0, 1, … in the order of insertion. The
    /// root is always an object.
    pub fn to_json(&self) -> serde_json::Value {
        json::object(self.root())
    }
}

/// Sizes only: bodies are people's data and stay out of logs.
impl fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").field("root", &self.root()).field("flags", &self.flags).finish()
    }
}

/// A place in a [`Form`]: a table or a text.
#[derive(Clone, Copy)]
pub struct Node<'f> {
    tree: &'f Tree<'f>,
    value: Value,
}

impl<'f> Node<'f> {
    /// The child under `key`; integer keys go by their decimal text.
    pub fn get(self, key: &str) -> Option<Node<'f>> {
        match self.value {
            Value::Text(_) => None,
            Value::Table(table) => self.tree.find(table, key).map(|value| Node { value, ..self }),
        }
    }

    pub fn path(self, keys: &[&str]) -> Option<Node<'f>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    pub fn text(self) -> Option<&'f str> {
        match self.value {
            Value::Text(span) => Some(self.tree.texts.get(span)),
            Value::Table(_) => None,
        }
    }

    /// In the order of insertion; none for a scalar.
    pub fn children(self) -> impl Iterator<Item = (&'f str, Node<'f>)> {
        let table = match self.value {
            Value::Text(_) => None,
            Value::Table(table) => Some(table),
        };
        table
            .into_iter()
            .flat_map(move |table| self.tree.children(table))
            .map(move |(key, value)| (key, Node { value, ..self }))
    }

    /// An empty text, or a table without children.
    pub fn is_empty(self) -> bool {
        match self.value {
            Value::Text(span) => self.tree.texts.get(span).is_empty(),
            Value::Table(table) => self.tree.len(table) == 0,
        }
    }

    pub fn is_scalar(self) -> bool {
        matches!(self.value, Value::Text(_))
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Text(span) => write!(f, "Text({} bytes)", self.tree.texts.get(span).len()),
            Value::Table(table) => write!(f, "Table({} children)", self.tree.len(table)),
        }
    }
}

struct Decoder<'a> {
    body: &'a [u8],
    tree: Tree<'a>,
    flags: Flags,
    /// The raw name of the pair before, and the tables that its brackets led through: neighbours mostly share them.
    previous: &'a [u8],
    levels: Vec<Level>,
    unescaped: Vec<u8>,
}

impl<'a> Decoder<'a> {
    fn new(body: &'a [u8]) -> Decoder<'a> {
        Decoder {
            body,
            tree: Tree::new(Texts::new(body), body, body.len() / 32),
            flags: Flags::default(),
            previous: &[],
            levels: Vec::with_capacity(16),
            unescaped: Vec::new(),
        }
    }

    /// Decodes the pair at `start` and returns where it ends.
    fn pair(&mut self, start: usize) -> Result<usize, FormLimit> {
        if let Some((table, key, len)) = quick_path(self, start)
            && len <= FormLimit::KEY_BYTES_MAX
        {
            self.previous = self.body.get(start..start + len).unwrap_or(&[]);
            let (value, end) = self.value(start + len)?;
            self.tree.set(table, key, Value::Text(value));
            return Ok(end);
        }
        self.previous = &[];
        self.levels.clear();
        let rest = self.body.get(start..).unwrap_or(&[]);
        let len = rest.iter().position(|b| matches!(b, b'=' | b'&')).unwrap_or(rest.len());
        let raw = rest.get(..len).unwrap_or(rest);
        if is_longer(raw, FormLimit::KEY_BYTES_MAX) {
            return Err(FormLimit::Key);
        }
        let place = slow_path(self, raw)?;
        let (value, end) = self.value(start + len)?;
        if let Some((table, key)) = place {
            self.tree.set(table, key, Value::Text(value));
        }
        Ok(end)
    }

    /// The value at `at`, which is at a `=`, at a `&` or at the end; and where the pair ends.
    fn value(&mut self, at: usize) -> Result<(Span, usize), FormLimit> {
        let start = at + usize::from(self.body.get(at) == Some(&b'='));
        let rest = self.body.get(start..).unwrap_or(&[]);
        let plain = rest.iter().position(|b| matches!(b, b'&' | b'%' | b'+')).unwrap_or(rest.len());
        let tail = rest.get(plain..).unwrap_or(&[]);
        let len = match tail.first() {
            None | Some(b'&') => plain,
            _ => plain + tail.iter().position(|b| *b == b'&').unwrap_or(tail.len()),
        };
        let raw = rest.get(..len).unwrap_or(rest);
        if is_longer(raw, FormLimit::VALUE_BYTES_MAX) {
            return Err(FormLimit::Value);
        }
        let span = match self.tree.texts.borrow(start, start + len) {
            Some(span) if len == plain => span,
            _ => {
                let mut unescaped = std::mem::take(&mut self.unescaped);
                unescaped.clear();
                self.flags.broken_percent |= unescape(raw, &mut unescaped);
                let span = self.push_bytes(&unescaped);
                self.unescaped = unescaped;
                span
            }
        };
        Ok((span, start + len))
    }

    fn push_bytes(&mut self, bytes: &[u8]) -> Span {
        let (span, repaired) = self.tree.texts.push_bytes(bytes);
        self.flags.invalid_utf8 |= repaired;
        span
    }
}
