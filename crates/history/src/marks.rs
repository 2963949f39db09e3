//! Delimiters and line ends of a text without quotes, 64 bytes at a time: fields are too short for a search that
//! begins anew for each of them.

/// Where the delimiters and line ends of a text are, in order.
pub(crate) struct Marks<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    /// Where the block is that was looked at.
    block: usize,
    /// A bit for each byte of it that is a mark and has not been told.
    found: u64,
}

const BLOCK: usize = 64;

impl<'b> Marks<'b> {
    pub(crate) fn new(bytes: &'b [u8], delimiter: u8) -> Self {
        Self { bytes, delimiter, block: 0, found: found(bytes, delimiter) }
    }

    /// Goes on to the next block with a mark.
    #[inline]
    fn advance(&mut self) -> Option<()> {
        while self.found == 0 {
            self.block += BLOCK;
            self.found = found(self.bytes.get(self.block..)?, self.delimiter);
        }
        Some(())
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.found == 0 {
            self.advance()?;
        }
        let at = self.block + self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        Some(at)
    }
}

/// A bit for each byte of the first block of a text that is a mark.
#[inline]
fn found(text: &[u8], delimiter: u8) -> u64 {
    text.first_chunk().map_or_else(|| of_last(text, delimiter), |block| marks(block, delimiter))
}

#[cold]
fn of_last(text: &[u8], delimiter: u8) -> u64 {
    let is_mark = |byte: &u8| *byte == delimiter || *byte == b'\n' || *byte == b'\r';
    text.iter().rev().fold(0, |all, byte| all << 1 | u64::from(is_mark(byte)))
}

/// A bit for each byte of a block that is a mark.
#[inline]
fn marks(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    let flags = block.map(|byte| u8::from(byte == delimiter || byte == b'\n' || byte == b'\r'));
    let (words, _) = flags.as_chunks();
    // The product brings the lowest bits of eight bytes together in its highest byte.
    let bits = words.iter().map(|word| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    bits.enumerate().fold(0, |all, (index, bits)| all | bits << (8 * index))
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
