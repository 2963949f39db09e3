//! A text of many pages into its pages: JSON Lines, a list of pages, or one page after the other.

use super::BYTES_MAX;

/// The objects of a text, in order: of a list its elements, whatever stands between them skipped. An object
/// that is cut off is given as far as it goes, so that reading it says what is wrong. A file that is too large
/// to be held goes through a [`Cutter`].
pub fn pages(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = rest.find('{')?;
        let (_, object) = rest.split_at(from);
        let (mut scan, bytes) = (Scan::default(), object.as_bytes());
        let end = bytes.iter().position(|byte| scan.ends(*byte)).map_or(bytes.len(), |at| at + 1);
        let (page, after) = object.split_at(end);
        rest = after;
        Some(page)
    })
}

/// Where in an object a reading is.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Scan {
    /// Takes the next byte; says whether the object ends with it.
    fn ends(&mut self, byte: u8) -> bool {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.quoted => self.escaped = true,
            b'"' => self.quoted = !self.quoted,
            b'{' if !self.quoted => self.depth += 1,
            b'}' if !self.quoted => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

/// Lines of a file that may be cut off before the rest of it is given up: each is read a second time.
const CUT_OFF_MAX: u32 = 100;

/// Cuts the bytes of a file into pages as they come; holds one page at a time, of at most [`BYTES_MAX`].
///
/// Where a page does not end, its first line is given by itself, as far as it goes, and what follows it is read
/// anew: one line that was cut off does not lose the others. Texts between pages are given as pages, so that
/// reading them says what is wrong.
#[derive(Clone, Debug)]
pub struct Cutter {
    scan: Scan,
    page: Vec<u8>,
    /// The line being read, and the one on which the page began.
    line: u64,
    begun: u64,
    cut_off: u32,
}

impl Default for Cutter {
    fn default() -> Self {
        Self { scan: Scan::default(), page: Vec::new(), line: 1, begun: 1, cut_off: 0 }
    }
}

impl Cutter {
    /// Takes the next bytes; calls `page` with each page that ends in them and the line on which it began.
    pub fn feed(&mut self, bytes: &[u8], page: &mut dyn FnMut(u64, &[u8])) {
        for &byte in bytes {
            if byte == b'\n' {
                // No text of JSON goes over a line's end.
                while self.scan.quoted && self.resume(page) {}
                if self.scan.quoted || (self.scan.depth == 0 && !self.page.is_empty()) {
                    self.give(page);
                }
                self.line += 1;
            }
            if self.page.is_empty() {
                let between =
                    byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b',' | 0xEF | 0xBB | 0xBF);
                if between {
                    continue;
                }
                self.begun = self.line;
            } else if self.scan.depth == 0 && byte == b'{' {
                self.give(page);
                self.begun = self.line;
            }
            // Beyond the limit one byte more tells that it was passed.
            if self.page.len() <= BYTES_MAX {
                self.page.push(byte);
            }
            let stray = self.scan.depth == 0 && byte != b'{';
            if !stray && self.scan.ends(byte) {
                self.give(page);
            } else if self.page.len() == BYTES_MAX {
                self.resume(page);
            }
        }
    }

    /// The end of the file.
    pub fn finish(mut self, page: &mut dyn FnMut(u64, &[u8])) {
        while self.scan.depth > 0 && self.resume(page) {}
        if !self.page.is_empty() {
            self.give(page);
        }
    }

    fn give(&mut self, page: &mut dyn FnMut(u64, &[u8])) {
        page(self.begun, &self.page);
        self.page.clear();
        self.scan = Scan::default();
    }

    /// Gives the first line of a page that does not end, and reads what follows it anew.
    fn resume(&mut self, page: &mut dyn FnMut(u64, &[u8])) -> bool {
        let Some(end) = self.page.iter().position(|byte| *byte == b'\n') else { return false };
        if self.cut_off >= CUT_OFF_MAX {
            return false;
        }
        self.cut_off += 1;
        let rest = self.page.split_off(end);
        self.give(page);
        self.line = self.begun;
        self.feed(&rest, page);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages with their lines, of a file that comes in pieces of some bytes.
    fn cut(text: &str, piece: usize) -> Vec<(u64, String)> {
        let (mut cutter, mut pages) = (Cutter::default(), Vec::new());
        let mut take = |line, page: &[u8]| pages.push((line, String::from_utf8_lossy(page).into_owned()));
        text.as_bytes().chunks(piece).for_each(|bytes| cutter.feed(bytes, &mut take));
        cutter.finish(&mut take);
        pages
    }

    #[test]
    fn pages_come_as_lines_as_a_list_or_one_after_the_other() {
        let (a, b) = (r#"{"a": "}\"{", "b": [{}]}"#, r#"{"c": 1}"#);
        for text in
            [format!("{a}\n{b}\n"), format!("[{a},\n {b}]"), format!("{a}{b}"), format!("[[{a}],[{b}]]")]
        {
            assert_eq!(pages(&text).collect::<Vec<_>>(), [a, b], "{text}");
            for piece in [1, 7, 100] {
                let cut: Vec<String> = cut(&text, piece).into_iter().map(|(_, page)| page).collect();
                assert_eq!(cut, [a, b], "{text}");
            }
        }
        assert_eq!(pages("\u{feff} [] null").count(), 0);
        assert_eq!(pages(r#"{"a": {"b"#).collect::<Vec<_>>(), [r#"{"a": {"b"#]);
        assert!(cut("\u{feff} []\n", 2).is_empty());
    }

    #[test]
    fn a_page_over_many_lines_is_one_and_has_the_line_on_which_it_began() {
        let cut = cut("\n{\n \"a\": [\n{\"b\": 1}\n]\n}\n{\"c\": 2}", 3);
        assert_eq!(cut, [(2, "{\n \"a\": [\n{\"b\": 1}\n]\n}".to_owned()), (7, "{\"c\": 2}".to_owned())]);
    }

    #[test]
    fn a_line_that_is_cut_off_does_not_lose_the_others() {
        let lines = ["{\"a\": {\"b\": 1", "{\"c\": 2}", "{\"d\": \"x", "<html>", "{\"e\": [", "{\"f\": 3}"];
        let expected: Vec<(u64, String)> =
            (1..).zip(lines).map(|(line, text)| (line, text.to_owned())).collect();
        for piece in [1, 5, 1000] {
            assert_eq!(cut(&lines.join("\n"), piece), expected);
        }
    }

    #[test]
    fn a_page_beyond_the_limit_is_given_up_and_the_next_one_is_read() {
        let long = format!("{{\"a\": \"{}\"}}\n{{\"b\": 1}}\n", "x".repeat(BYTES_MAX + 10));
        let cut = cut(&long, 1 << 20);
        let told: Vec<(u64, usize)> = cut.iter().map(|(line, page)| (*line, page.len())).collect();
        assert_eq!(told, [(1, BYTES_MAX + 1), (2, 8)]);
    }
}
