//! What texts were read as lately: most fields of an export say one of few things, and asking a map each time would
//! cost more than reading the rest of the row.

/// Slots: a text has one of them, and shares it with others.
const SLOTS: usize = 1 << 12;

/// Values by text; a text that comes into the slot of another one takes it.
#[derive(Debug)]
pub(crate) struct Recent<V> {
    slots: Vec<(Box<[u8]>, V)>,
}

impl<V: Copy> Recent<V> {
    /// `none` is the value of no text.
    pub(crate) fn new(none: V) -> Self {
        Self { slots: vec![(Box::default(), none); SLOTS] }
    }

    #[inline]
    pub(crate) fn get(&self, text: &[u8]) -> Option<V> {
        self.slots.get(slot(text)).filter(|(known, _)| is_same(known, text)).map(|(_, value)| *value)
    }

    pub(crate) fn put(&mut self, text: &[u8], value: V) {
        self.slots.get_mut(slot(text)).into_iter().for_each(|slot| *slot = (text.into(), value));
    }
}

/// The slot of a text, which for no text is the first one.
#[inline]
fn slot(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks();
    let last = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain([last]);
    // Fibonacci hashing, word by word: the high bits of a product by 2^64 / φ.
    let hash =
        words.fold(0_u64, |hash, word| (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    usize::try_from(hash >> 52).unwrap_or(0)
}

/// Word by word: the texts are so short that a call would cost more.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let ((words_a, rest_a), (words_b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let same_words =
        || words_a.iter().zip(words_b).all(|(a, b)| u64::from_le_bytes(*a) == u64::from_le_bytes(*b));
    a.len() == b.len() && same_words() && rest_a.iter().zip(rest_b).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_own_value_or_none() {
        let mut recent = Recent::new(0);
        assert_eq!(recent.get(b""), Some(0));
        let texts: Vec<String> =
            (1..20_000_u32).map(|n| format!("text {}", u64::from(n).wrapping_pow(n % 5 + 1))).collect();
        let mut kept = 0;
        for (n, text) in (1_u32..).zip(&texts) {
            let known = recent.get(text.as_bytes());
            assert!(known.is_none_or(|known| texts[known as usize - 1] == *text), "{text}: {known:?}");
            recent.put(text.as_bytes(), n);
            kept += u32::from(recent.get(text.as_bytes()) == Some(n));
        }
        assert_eq!(kept as usize, texts.len());
        let slots = texts.iter().map(|text| slot(text.as_bytes())).collect::<std::collections::BTreeSet<_>>();
        assert!(slots.len() > SLOTS * 9 / 10, "{}", slots.len());
    }
}
