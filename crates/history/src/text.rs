//! Bytes of some encoding into UTF-8.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// Bytes by which an unnamed encoding is told.
const SAMPLE_BYTES: usize = 64 << 10;
/// A text is UTF-8 in spite of broken characters when there are this many good ones to each.
const GOOD_TO_BROKEN: usize = 4;

/// Decodes a file piece by piece.
pub(crate) enum Decoder {
    /// The beginning, kept until its byte order mark or its letters tell.
    Unsure {
        named: Option<&'static Encoding>,
        kept: Vec<u8>,
        begun: bool,
    },
    /// As it is; broken characters are found where a field is read.
    Plain,
    Other(encoding_rs::Decoder),
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unsure { .. } => "Unsure",
            Self::Plain => "Plain",
            Self::Other(decoder) => decoder.encoding().name(),
        })
    }
}

impl Decoder {
    pub(crate) fn new(named: Option<&'static Encoding>) -> Self {
        Self::Unsure { named, kept: Vec::new(), begun: false }
    }

    pub(crate) fn decode(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while let Self::Unsure { kept, named: None, begun: true } = self
            && kept.is_empty()
            && let Some((sample, rest)) = bytes.split_at_checked(SAMPLE_BYTES)
            && sample.is_ascii()
        {
            out.extend_from_slice(sample);
            bytes = rest;
        }
        while let Self::Unsure { kept, .. } = self {
            let (taken, rest) = bytes.split_at(bytes.len().min(SAMPLE_BYTES - kept.len()));
            kept.extend_from_slice(taken);
            bytes = rest;
            if kept.len() < SAMPLE_BYTES {
                return;
            }
            self.decide(false, out);
        }
        self.sure(bytes, false, out);
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        self.decide(true, out);
        self.sure(&[], true, out);
    }

    fn decide(&mut self, ends: bool, out: &mut Vec<u8>) {
        let Self::Unsure { named, kept, begun } = self else { return };
        let mark = if *begun { None } else { Encoding::for_bom(kept) };
        let (encoding, skipped) = match (mark, *named) {
            (Some((encoding, length)), _) => (encoding, length),
            (None, Some(encoding)) => (encoding, 0),
            (None, None) if kept.is_ascii() && !ends => {
                // Nothing tells yet, and all encodings agree so far.
                *begun = true;
                out.append(kept);
                return;
            }
            (None, None) => (told(kept, ends), 0),
        };
        let kept = std::mem::take(kept);
        let decodes = encoding != UTF_8;
        *self = if decodes { Self::Other(encoding.new_decoder_without_bom_handling()) } else { Self::Plain };
        self.sure(kept.get(skipped..).unwrap_or_default(), false, out);
    }

    fn sure(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        let Self::Other(decoder) = self else { return out.extend_from_slice(bytes) };
        let (mut rest, mut room) = (bytes, [0; 8192]);
        loop {
            let (result, read, written, _) = decoder.decode_to_utf8(rest, &mut room, last);
            out.extend_from_slice(room.get(..written).unwrap_or_default());
            rest = rest.get(read..).unwrap_or_default();
            if result == encoding_rs::CoderResult::InputEmpty {
                return;
            }
        }
    }
}

fn told(sample: &[u8], whole: bool) -> &'static Encoding {
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    // Delimiters and digits of UTF-16 have a zero beside them.
    match (zeros(0) * 8 > sample.len(), zeros(1) * 8 > sample.len()) {
        (false, true) => return UTF_16LE,
        (true, false) => return UTF_16BE,
        _ => {}
    }
    let (mut good, mut broken) = (0, 0);
    let mut chunks = sample.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // A character may be cut where the sample is.
        let sure = whole || chunks.peek().is_some();
        broken += usize::from(sure && !chunk.invalid().is_empty());
    }
    if good >= broken * GOOD_TO_BROKEN { UTF_8 } else { WINDOWS_1251 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(named: Option<&'static Encoding>, bytes: &[u8], piece: usize) -> String {
        let (mut decoder, mut out) = (Decoder::new(named), Vec::new());
        bytes.chunks(piece).for_each(|piece| decoder.decode(piece, &mut out));
        decoder.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_encoding_is_told_by_mark_or_by_letters() {
        let text = "ID;Этап;Сумма\n1;Переговоры;10\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked16 = [&[0xFF, 0xFE], utf16.as_slice()].concat();
        let marked8 = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        let cp1251 = WINDOWS_1251.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), &utf16, &marked16, &marked8, &cp1251] {
            for piece in [1, 7, 1000] {
                assert_eq!(decoded(None, bytes, piece), text);
            }
        }
        assert_eq!(decoded(Some(WINDOWS_1251), &cp1251, 3), text);
        assert_eq!(decoded(Some(WINDOWS_1251), &marked8, 3), text, "a mark is surer than a name");
    }

    #[test]
    fn letters_that_come_late_still_tell() {
        let text = format!("{}Ж", "a,b\n".repeat(SAMPLE_BYTES));
        let cp1251 = WINDOWS_1251.encode(&text).0.into_owned();
        assert_eq!(decoded(None, &cp1251, 10_000), text);
        assert_eq!(decoded(None, text.as_bytes(), 10_000), text);
    }
}
