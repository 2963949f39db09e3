//! The tree as an arena: entries and tables in two vectors, so that nothing in it recurses, not even dropping.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use super::text::{Span, Texts};

pub(super) const ROOT: u32 = 0;

const NONE: u32 = u32::MAX;

/// Tables up to this size are searched from end to end; a larger one has all its entries in the index.
const NARROW: u32 = 32;

#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Text(Span),
    Table(u32),
}

#[derive(Clone, Copy)]
struct Entry {
    key: Span,
    value: Value,
    next: u32,
}

#[derive(Clone, Copy)]
struct Table {
    first: u32,
    last: u32,
    len: u32,
    /// One above the greatest integer key; `i64::MIN` before there is one.
    free: i64,
}

impl Table {
    const EMPTY: Table = Table { first: NONE, last: NONE, len: 0, free: i64::MIN };
}

/// 48 bytes for a table and 24 for a text, twice that while the vectors grow; it takes two bytes of a body to name
/// one (`[]`). Replaced ones stay until the whole tree goes.
pub(super) struct Tree<'a> {
    pub(super) texts: Texts<'a>,
    entries: Vec<Entry>,
    tables: Vec<Table>,
    index: Index<'a>,
}

impl<'a> Tree<'a> {
    /// `source` is what an attacker would have to choose; it seeds the index.
    pub(super) fn new(texts: Texts<'a>, source: &'a [u8], entries: usize) -> Tree<'a> {
        let mut tables = Vec::with_capacity(entries / 2 + 1);
        tables.push(Table::EMPTY);
        let index = Index { source, seed: None, slots: HashMap::default() };
        Tree { texts, entries: Vec::with_capacity(entries), tables, index }
    }

    /// A tree that outlives its source.
    pub(super) fn owned(source: &[u8]) -> Tree<'static> {
        let mut tree = Tree::new(Texts::default(), &[], 16);
        tree.index.seed = Some(hash_of(source));
        tree
    }

    pub(super) fn find(&self, table: u32, key: &str) -> Option<Value> {
        self.position(table, key).and_then(|at| self.entries.get(at as usize)).map(|entry| entry.value)
    }

    pub(super) fn len(&self, table: u32) -> u32 {
        self.tables.get(table as usize).map_or(0, |table| table.len)
    }

    /// In the order of insertion.
    pub(super) fn children(&self, table: u32) -> impl Iterator<Item = (&str, Value)> {
        let first = self.tables.get(table as usize).and_then(|table| self.entries.get(table.first as usize));
        std::iter::successors(first, |entry| self.entries.get(entry.next as usize))
            .map(|entry| (self.texts.get(entry.key), entry.value))
    }

    pub(super) fn set(&mut self, table: u32, key: Span, value: Value) {
        match self.position(table, self.texts.get(key)) {
            None => self.insert(table, key, value),
            Some(at) => {
                if let Some(entry) = self.entries.get_mut(at as usize) {
                    entry.value = value;
                }
            }
        }
    }

    /// The table under `key`, made in the place of whatever else is there.
    pub(super) fn table_in(&mut self, table: u32, key: Span) -> u32 {
        let found = self.position(table, self.texts.get(key));
        let entry = found.and_then(|at| self.entries.get_mut(at as usize));
        if let Some(Entry { value: Value::Table(inner), .. }) = entry {
            let inner = *inner;
            self.texts.give_back(key);
            return inner;
        }
        let inner = self.tables.len() as u32;
        self.tables.push(Table::EMPTY);
        match entry {
            Some(entry) => {
                entry.value = Value::Table(inner);
                self.texts.give_back(key);
            }
            None => self.insert(table, key, Value::Table(inner)),
        }
        inner
    }

    /// The key that `[]` stands for; none once the greatest integer is taken.
    pub(super) fn free_key(&mut self, table: u32) -> Option<Span> {
        let free = self.tables.get(table as usize).map_or(i64::MIN, |table| table.free);
        let key = (if free == i64::MIN { 0 } else { free }).to_string();
        if free == i64::MAX && self.position(table, &key).is_some() {
            return None;
        }
        Some(self.texts.push(&key))
    }

    fn insert(&mut self, table: u32, key: Span, value: Value) {
        let at = self.entries.len() as u32;
        self.entries.push(Entry { key, value, next: NONE });
        let integer = integer_key(self.texts.get(key));
        let Some(parent) = self.tables.get_mut(table as usize) else { return };
        if let Some(last) = self.entries.get_mut(parent.last as usize) {
            last.next = at;
        } else {
            parent.first = at;
        }
        parent.last = at;
        parent.len += 1;
        if let Some(integer) = integer
            && integer >= parent.free
        {
            parent.free = integer.saturating_add(1);
        }
        let Table { first, len, .. } = *parent;
        let mut unindexed = match len {
            0..=NARROW => NONE,
            len if len == NARROW + 1 => first,
            _ => at,
        };
        while let Some(entry) = self.entries.get(unindexed as usize) {
            self.index.add(table, self.texts.get(entry.key), unindexed);
            unindexed = entry.next;
        }
    }

    fn position(&self, table: u32, key: &str) -> Option<u32> {
        let parent = self.tables.get(table as usize)?;
        let is_key = |at: u32| {
            self.entries.get(at as usize).is_some_and(|entry| self.texts.is(entry.key, key.as_bytes()))
        };
        if parent.len > NARROW {
            return self.index.find(table, key, is_key);
        }
        let mut at = parent.first;
        while let Some(entry) = self.entries.get(at as usize) {
            if self.texts.is(entry.key, key.as_bytes()) {
                return Some(at);
            }
            at = entry.next;
        }
        None
    }
}

/// The integer that PHP would make of a key, which is then the same key: `5` and `-5`, but not `05`, `+5`, `-0`.
pub(super) fn integer_key(key: &str) -> Option<i64> {
    let digits = key.strip_prefix('-').unwrap_or(key);
    match digits.as_bytes() {
        [b'0'] if digits.len() == key.len() => Some(0),
        [b'1'..=b'9', ..] if digits.len() < 20 => key.parse().ok(),
        _ => None,
    }
}

/// Entries of wide tables by (table, key). The hash is keyed by the body itself: no randomness, and yet nobody can
/// choose keys that collide without changing the key of the hash.
struct Index<'a> {
    source: &'a [u8],
    seed: Option<u64>,
    slots: HashMap<u64, (u32, u32), BuildHasherDefault<Hashed>>,
}

impl Index<'_> {
    fn add(&mut self, table: u32, key: &str, at: u32) {
        self.seed.get_or_insert_with(|| hash_of(self.source));
        let mut hash = self.hash(table, key);
        while self.slots.contains_key(&hash) {
            hash = hash.wrapping_add(1);
        }
        self.slots.insert(hash, (table, at));
    }

    fn find(&self, table: u32, key: &str, is_key: impl Fn(u32) -> bool) -> Option<u32> {
        let mut hash = self.hash(table, key);
        loop {
            let (of, at) = *self.slots.get(&hash)?;
            if of == table && is_key(at) {
                return Some(at);
            }
            hash = hash.wrapping_add(1);
        }
    }

    fn hash(&self, table: u32, key: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, table).hash(&mut hasher);
        hasher.write(key.as_bytes());
        hasher.finish()
    }
}

fn hash_of(source: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(source);
    hasher.finish()
}

/// The slots' keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
