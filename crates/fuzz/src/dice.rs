//! Inputs changed by dice.

/// The most that an input grows to.
const BYTES_MAX: usize = 8 << 10;
/// Bytes that mean something to one reader or another.
const MARKS: &[u8] = b"[]{}\"'=&%+,;:.-_ \n\r\t\0\\/<>0159eE\xEF\xBB\xBF\xFF\xD0\x9F";
/// Texts that do.
const WORDS: [&[u8]; 24] = [
    b"%5B",
    b"%5D",
    b"[]",
    b"[0]",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e400",
    b"9223372036854775807",
    b"18446744073709551616",
    b"-9223372036854775808",
    b"4294967296",
    b"24:00",
    b"29.02.2027",
    b"2026-02-30",
    b"\r\n",
    b"\"\"",
    b"{}",
    b"%00",
    b"\xED\xA0\x80",
    b"[[",
    b"]]",
    b"\xF0\x9F\x98\x80",
];

/// Numbers of a seed (SplitMix64, Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let n = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        n ^ (n >> 31)
    }

    /// Below a number; 0 below none.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> Option<&'a T> {
        all.get(self.below(all.len())).copied()
    }
}

/// One of the inputs, changed in a few places, now and then with a part of another one. A seed gives the same each time.
#[must_use]
pub fn changed(inputs: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let all: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
    let mut input = dice.of(&all).unwrap_or_default().to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(input.len() + 1);
        let end = (at + dice.below(16)).min(input.len());
        match dice.below(9) {
            0 => drop(input.drain(at..end)),
            1 => drop(input.splice(at..at, dice.of(&WORDS).unwrap_or_default().iter().copied())),
            2 => drop(input.splice(at..end, dice.of(&WORDS).unwrap_or_default().iter().copied())),
            3 => input.insert(at, MARKS.get(dice.below(MARKS.len())).copied().unwrap_or(0)),
            4 => input.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.below(8)),
            5 => input.truncate(at),
            6 => {
                let copied = input.get(at..end).unwrap_or_default().to_vec();
                let to = dice.below(input.len() + 1);
                input.splice(to..to, copied);
            }
            7 => {
                let other = dice.of(&all).unwrap_or_default();
                let from = dice.below(other.len() + 1);
                let part = other.iter().skip(from).take(dice.below(200)).copied().collect::<Vec<u8>>();
                input.splice(at..at, part);
            }
            _ => input.iter_mut().skip(at).take(1).for_each(|byte| *byte = dice.next().to_le_bytes()[0]),
        }
    }
    input.truncate(BYTES_MAX);
    input
}
