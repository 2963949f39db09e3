//! Delimiters and line ends of a text without quotes, eight bytes at a time: fields are too short for a search
//! that has to begin anew for each of them.

/// Where the delimiters and line ends of a text are, in order.
pub(crate) struct Marks<'b> {
    bytes: &'b [u8],
    /// The delimiter, LF and CR, each in all bytes of a word.
    wanted: [u64; 3],
    /// The first byte that has not been looked at, eight beyond the word that was.
    next: usize,
    /// The high bit of each byte of that word that is a mark and has not been told.
    found: u64,
}

/// All bits of each byte but the high one.
const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
const ONES: u64 = 0x0101_0101_0101_0101;
const WORD: usize = size_of::<u64>();

impl<'b> Marks<'b> {
    pub(crate) fn new(bytes: &'b [u8], delimiter: u8) -> Self {
        let wanted = [delimiter, b'\n', b'\r'].map(|byte| ONES * u64::from(byte));
        Self { bytes, wanted, next: 0, found: 0 }
    }

    /// The high bit of each byte that is a mark. Carries stay within their bytes, so it is exact.
    #[inline]
    fn marks(&self, word: u64) -> u64 {
        let differs = |wanted: u64| (((word ^ wanted) & LOW) + LOW) | (word ^ wanted);
        let [delimiter, lf, cr] = self.wanted.map(differs);
        !(delimiter & lf & cr) & !LOW
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            let rest = self.bytes.get(self.next..).filter(|rest| !rest.is_empty())?;
            self.found = match rest.first_chunk() {
                Some(word) => self.marks(u64::from_le_bytes(*word)),
                None => {
                    let mut word = [0; WORD];
                    word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                    self.marks(u64::from_le_bytes(word)) & !(u64::MAX << (8 * rest.len()))
                }
            };
            self.next += WORD;
        }
        let at = self.next - WORD + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_where_a_plain_look_finds_them() {
        let mut bytes: Vec<u8> = (0..=255).chain(*b";;\r\n;abcdefgh\n;").collect();
        bytes.extend(
            (0..2000_u32).map(|n| [b';', b'\n', b'\r', 0x8A, 0xBB, b'x', 0, 0x0B][(n * n / 7 % 8) as usize]),
        );
        for delimiter in [b';', b',', 0] {
            for from in 0..9 {
                for to in bytes.len() - 9..=bytes.len() {
                    let text = &bytes[from..to];
                    let is_mark = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
                    let expected =
                        text.iter().enumerate().filter(|(_, byte)| is_mark(**byte)).map(|(at, _)| at);
                    assert!(Marks::new(text, delimiter).eq(expected), "{from} {to}");
                }
            }
        }
    }
}
