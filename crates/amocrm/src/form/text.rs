//! Pieces of text: percent-encoding, UTF-8 repair, and the spans that a tree stores for them.

/// A piece of the body or, from `Texts::body.len()` on, of the scratch text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    start: u32,
    len: u32,
}

/// What spans point into: the body as far as it is UTF-8, and one buffer for all that had to be decoded.
#[derive(Default)]
pub(super) struct Texts<'a> {
    body: &'a str,
    scratch: String,
}

impl<'a> Texts<'a> {
    pub(super) fn new(body: &'a [u8]) -> Texts<'a> {
        let valid = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) => {
                body.get(..error.valid_up_to()).map_or("", |v| std::str::from_utf8(v).unwrap_or(""))
            }
        };
        Texts { body: valid, scratch: String::new() }
    }

    pub(super) fn get(&self, span: Span) -> &str {
        let (start, len) = (span.start as usize, span.len as usize);
        let text = match start.checked_sub(self.body.len()) {
            None => self.body.get(start..start + len),
            Some(start) => self.scratch.get(start..start + len),
        };
        text.unwrap_or("")
    }

    pub(super) fn is(&self, span: Span, text: &[u8]) -> bool {
        if span.len as usize != text.len() {
            return false;
        }
        let start = span.start as usize;
        let (source, start) = match start.checked_sub(self.body.len()) {
            None => (self.body.as_bytes(), start),
            Some(start) => (self.scratch.as_bytes(), start),
        };
        source.get(start..start + text.len()) == Some(text)
    }

    /// The span of `body[start..end]`, if that part is known to be UTF-8.
    pub(super) fn borrow(&self, start: usize, end: usize) -> Option<Span> {
        self.body.get(start..end).map(|text| Span { start: start as u32, len: text.len() as u32 })
    }

    pub(super) fn push(&mut self, text: &str) -> Span {
        self.pushed(|scratch| scratch.push_str(text)).0
    }

    /// Also says whether something had to be replaced by U+FFFD.
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) -> (Span, bool) {
        self.pushed(|scratch| push_repaired(scratch, bytes))
    }

    /// Frees a span that nothing came to need; only the newest one can be.
    pub(super) fn give_back(&mut self, span: Span) {
        if let Some(start) = (span.start as usize).checked_sub(self.body.len())
            && start + span.len as usize == self.scratch.len()
        {
            self.scratch.truncate(start);
        }
    }

    fn pushed<T>(&mut self, write: impl FnOnce(&mut String) -> T) -> (Span, T) {
        let before = self.scratch.len();
        let said = write(&mut self.scratch);
        let span =
            Span { start: (self.body.len() + before) as u32, len: (self.scratch.len() - before) as u32 };
        (span, said)
    }
}

/// Appends what `raw` stands for; true if a `%` without two hexadecimal digits was kept as it is.
pub(super) fn unescape(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let mut broken = false;
    let mut rest = raw;
    out.reserve(raw.len());
    while let [first, after_first @ ..] = rest {
        rest = after_first;
        out.push(match first {
            b'+' => b' ',
            b'%' => match after_first {
                [high, low, after @ ..] if hex(*high) | hex(*low) < NO_DIGIT => {
                    rest = after;
                    hex(*high) << 4 | hex(*low)
                }
                _ => {
                    broken = true;
                    b'%'
                }
            },
            plain => *plain,
        });
    }
    broken
}

/// True if `raw` stands for more than `max` bytes.
pub(super) fn is_longer(raw: &[u8], max: usize) -> bool {
    if raw.len() <= max {
        return false;
    }
    let mut decoded = Vec::with_capacity(raw.len());
    unescape(raw, &mut decoded);
    decoded.len() > max
}

const NO_DIGIT: u8 = 0x80;

/// A table because escaped Cyrillic is most of a real body.
const HEX: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut rest: &mut [u8] = &mut values;
    let mut byte = 0_u8;
    while let [value, more @ ..] = rest {
        *value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => NO_DIGIT,
        };
        byte = byte.wrapping_add(1);
        rest = more;
    }
    values
};

fn hex(digit: u8) -> u8 {
    HEX.get(usize::from(digit)).copied().unwrap_or(NO_DIGIT)
}

fn push_repaired(out: &mut String, bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut repaired = false;
    loop {
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return repaired;
            }
            Err(error) => error.valid_up_to(),
        };
        let (head, tail) = rest.split_at_checked(valid).unwrap_or((rest, &[]));
        out.push_str(std::str::from_utf8(head).unwrap_or(""));
        out.push(char::REPLACEMENT_CHARACTER);
        repaired = true;
        rest = tail.get(malformed_len(tail)..).unwrap_or(&[]);
    }
}

/// How many bytes one U+FFFD replaces, by PHP's reading (`get_next_char` of ext/standard/html.c): up to the
/// width that the first byte promises, but never over a byte that could begin a character.
fn malformed_len(bytes: &[u8]) -> usize {
    let width = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return 1,
    };
    (1..width).find(|&at| matches!(bytes.get(at), None | Some(0..=0x7f | 0xc2..=0xf4))).unwrap_or(width)
}
