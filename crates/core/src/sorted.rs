//! A map that is a sorted list: small where it lies and small in code, for maps that are read more than written.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

/// A map as a list of pairs, sorted by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted<K, V>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().and_then(|at| self.0.get(at)).map(|(_, value)| value)
    }

    /// Puts a value; gives the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => self.0.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|at| self.0.remove(at).1)
    }

    /// The pairs in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Keeps the pairs of which something holds.
    pub fn retain(&mut self, keep: impl Fn(&K, &V) -> bool) {
        self.0.retain(|(key, value)| keep(key, value));
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }
}

impl<K: Ord, V: Default> Sorted<K, V> {
    /// The value of a key, made where there is none.
    pub fn of(&mut self, key: K) -> &mut V {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.0.insert(at, (key, V::default()));
            at
        });
        // The place has just been found or made.
        #[allow(clippy::indexing_slicing, reason = "the place was found or made just above")]
        &mut self.0[at].1
    }
}

impl<K: Ord + Copy> Sorted<K, i64> {
    /// Adds numbers of keys that are sorted and each there once; sums that come to zero are left out. What lies
    /// behind many new keys moves once for all of them.
    pub fn add(&mut self, numbers: impl Iterator<Item = (K, i64)>) {
        let (mut new, mut zeros) = (Vec::new(), false);
        for (key, n) in numbers {
            match self.place(&key).ok().and_then(|at| self.0.get_mut(at)) {
                Some((_, sum)) => {
                    *sum += n;
                    zeros |= *sum == 0;
                }
                None => new.push((key, n)),
            }
        }
        if zeros {
            self.0.retain(|(_, sum)| *sum != 0);
        }
        let mut unmoved = self.0.len();
        self.0.extend_from_slice(&new);
        for (before, (key, n)) in new.into_iter().enumerate().rev() {
            let old = self.0.get(..unmoved).unwrap_or_default();
            let at = old.partition_point(|(known, _)| *known < key);
            self.0.copy_within(at..unmoved, at + before + 1);
            self.0.get_mut(at + before).into_iter().for_each(|slot| *slot = (key, n));
            unmoved = at;
        }
    }
}

impl<K: Ord, V> Index<&K> for Sorted<K, V> {
    type Output = V;

    /// # Panics
    /// There is no such key.
    #[allow(clippy::panic, reason = "as with any map: indexing says that the key is there")]
    fn index(&self, key: &K) -> &V {
        self.get(key).unwrap_or_else(|| panic!("no such key"))
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Sorted<K, V> {
    /// Of equal keys the first one counts.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut pairs: Vec<(K, V)> = pairs.into_iter().collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|next, kept| next.0 == kept.0);
        Self(pairs)
    }
}

impl<K, V> IntoIterator for Sorted<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Sorted<K, V> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Sorted<K, V> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Pairs<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
            type Value = Sorted<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sorted<K, V>, A::Error> {
                let mut sorted = Sorted::default();
                while let Some((key, value)) = map.next_entry()? {
                    sorted.insert(key, value);
                }
                Ok(sorted)
            }
        }
        input.deserialize_map(Pairs(PhantomData))
    }
}

#[cfg(feature = "schema")]
impl<K: schemars::JsonSchema, V: schemars::JsonSchema> schemars::JsonSchema for Sorted<K, V> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        std::collections::BTreeMap::<K, V>::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        std::collections::BTreeMap::<K, V>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sorted_list_is_a_map() {
        let mut map: Sorted<u64, i64> = [(7, 1), (3, 2), (7, 9)].into_iter().collect();
        *map.of(5) += 4;
        assert_eq!(map.insert(3, 8), Some(2));
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"3":8,"5":4,"7":1}"#);
        assert_eq!(serde_json::from_str::<Sorted<u64, i64>>(r#"{"7":1,"3":8,"5":4}"#).unwrap(), map);
        assert_eq!((map.remove(&5), map.get(&5), map[&7]), (Some(4), None, 1));
    }

    #[test]
    fn numbers_are_added_between_before_and_behind_and_leave_no_zeros() {
        let sums = |pairs: &[(u64, i64)]| pairs.iter().copied().collect::<Sorted<u64, i64>>();
        let mut map = sums(&[]);
        map.add([(4, 1), (6, 2), (8, 3)].into_iter());
        map.add([(1, 1), (2, 1), (4, -1), (5, 1), (6, 1), (7, 9), (9, 1)].into_iter());
        assert_eq!(map, sums(&[(1, 1), (2, 1), (5, 1), (6, 3), (7, 9), (8, 3), (9, 1)]));
        map.add([(1, -1), (2, -1), (5, -1), (6, -3), (7, -9), (8, -3), (9, -1)].into_iter());
        assert!(map.is_empty());
    }
}
