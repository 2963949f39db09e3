//! What is kept of a row until its deal is judged: 32 bytes.

use crate::recent::Recent;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// Parts into which deals are split.
pub(crate) const PARTS: usize = 256;

/// A row, in the order in which its deal lived through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) case: u64,
    /// Seconds since 1970.
    pub(crate) at: u32,
    pub(crate) file: u16,
    pub(crate) phase: Phase,
    pub(crate) line: u32,
    /// Indices into dictionaries.
    pub(crate) kind: u32,
    pub(crate) person: u32,
    pub(crate) extra: u32,
}

/// Which moment of its line a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub(crate) enum Phase {
    /// The deal was created.
    #[default]
    Opened,
    /// It was first answered.
    Answered,
    /// It is as the export shows it.
    Present,
    /// The line is one event.
    Event,
}

impl Row {
    /// The order of a deal's rows, as it happened: moment, file, line, phase.
    pub(crate) fn order(&self) -> (u64, u64) {
        let happened = (u64::from(self.at) << 32) | u64::from(self.file);
        (happened, (u64::from(self.line) << 16) | self.phase as u64)
    }
}

/// Rows by part, in chunks that stay where they are: growing moves nothing.
#[derive(Debug)]
pub(crate) struct Parts {
    parts: Vec<Vec<Vec<Row>>>,
    pub(crate) rows: u64,
    bytes: usize,
}

/// Rows of the first chunk of a part, and of any.
const CHUNK_ROWS: (usize, usize) = (16, 1024);

impl Parts {
    pub(crate) fn new() -> Self {
        Self { parts: (0..PARTS).map(|_| Vec::new()).collect(), rows: 0, bytes: 0 }
    }

    pub(crate) fn push(&mut self, row: Row) {
        // Fibonacci hashing: the high bits of a product by 2^64 / φ.
        let part = usize::try_from(row.case.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56).unwrap_or(0);
        let Some(part) = self.parts.get_mut(part) else { return };
        self.rows += 1;
        match part.last_mut() {
            Some(chunk) if chunk.len() < chunk.capacity() => chunk.push(row),
            last => {
                let rows = last.map_or(CHUNK_ROWS.0, |full| (full.len() * 2).min(CHUNK_ROWS.1));
                let mut chunk = Vec::with_capacity(rows);
                self.bytes += chunk.capacity() * size_of::<Row>();
                chunk.push(row);
                part.push(chunk);
            }
        }
    }

    /// What the rows take in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows of a part, in the order in which they came.
    pub(crate) fn part(&self, part: usize) -> impl Iterator<Item = &Row> {
        self.parts.get(part).into_iter().flatten().flatten()
    }
}

/// Values by the bytes that they were read from: each is read once.
#[derive(Debug)]
pub(crate) struct Dictionary<T> {
    places: HashMap<Box<[u8]>, u32, FixedState>,
    recent: Recent<u32>,
    pub(crate) values: Vec<T>,
    bytes: usize,
}

impl<T> Dictionary<T> {
    /// A dictionary whose first value is that of no bytes.
    pub(crate) fn new(first: T) -> Self {
        let mut places = HashMap::default();
        places.insert(Box::default(), 0);
        Self { places, recent: Recent::new(0), values: vec![first], bytes: 0 }
    }

    /// The index of the value that is known by these bytes.
    #[inline]
    pub(crate) fn known(&mut self, key: &[u8]) -> Option<u32> {
        self.recent.get(key).or_else(|| {
            let place = *self.places.get(key)?;
            self.recent.put(key, place);
            Some(place)
        })
    }

    pub(crate) fn insert(&mut self, key: &[u8], value: T) -> u32 {
        let place = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value);
        self.places.insert(key.into(), place);
        self.bytes += key.len() + size_of::<T>() + 40;
        place
    }

    /// The value of an index.
    pub(crate) fn value(&self, place: u32) -> Option<&T> {
        self.values.get(place as usize)
    }

    /// Values with the bytes that they were read from, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &T)> {
        self.places.iter().filter_map(|(key, place)| Some((&**key, self.value(*place)?)))
    }

    /// About what it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes the values of another one over; says which index each of them has here.
    pub(crate) fn join(&mut self, other: Self) -> Vec<u32> {
        if self.values.len() == 1 {
            // Nothing but the value of no bytes, which is the first one there too.
            *self = other;
            return (0..).take(self.values.len()).collect();
        }
        let mut here = vec![0; other.values.len()];
        let mut values: Vec<Option<T>> = other.values.into_iter().map(Some).collect();
        for (key, place) in other.places {
            let index = usize::try_from(place).unwrap_or(usize::MAX);
            let known = self.places.get(&key).copied();
            let value = values.get_mut(index).and_then(Option::take);
            let place = known.or_else(|| value.map(|value| self.insert(&key, value)));
            if let (Some(slot), Some(place)) = (here.get_mut(index), place) {
                *slot = place;
            }
        }
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_thirty_two_bytes() {
        assert_eq!(size_of::<Row>(), 32);
    }

    #[test]
    fn dictionaries_join_by_their_bytes() {
        let (mut one, mut two) = (Dictionary::new('-'), Dictionary::new('-'));
        assert_eq!((one.insert(b"a", 'a'), one.insert(b"b", 'b')), (1, 2));
        assert_eq!((two.insert(b"b", 'b'), two.insert(b"c", 'c')), (1, 2));
        assert_eq!(two.known(b"c"), Some(2));
        assert_eq!(one.join(two), [0, 2, 3]);
        assert_eq!(one.values, ['-', 'a', 'b', 'c']);
    }
}
