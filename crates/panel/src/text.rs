//! Texts that came from outside. Markup is escaped where it is written; here goes what would spoil a line.

/// Characters of a name that are shown.
pub(crate) const NAME_CHARS_MAX: usize = 80;

/// A name in one line, without control characters and overrides of its direction, clipped; `None` when
/// nothing is left.
pub(crate) fn name(raw: &str) -> Option<String> {
    let line = line(raw);
    (!line.is_empty()).then(|| clipped(&line, NAME_CHARS_MAX))
}

/// A text in one line, without control characters and overrides of its direction.
pub(crate) fn line(raw: &str) -> String {
    let visible = raw.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_invisible(*c));
    let visible: String = visible.collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in at most `max` columns, with an ellipsis where it was cut.
pub(crate) fn clipped(text: &str, max: usize) -> String {
    if columns(text) <= max {
        return text.to_owned();
    }
    let mut taken = String::new();
    for c in text.chars() {
        if columns(&taken) + width(c) >= max {
            break;
        }
        taken.push(c);
    }
    format!("{}…", taken.trim_end())
}

/// The text in lines of at most `max` columns.
pub(crate) fn wrapped(text: &str, max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= max => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(clipped(word, max)),
        }
    }
    lines
}

/// Columns of a terminal that a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Wide are the scripts of East Asia and pictographs; nothing wide are combining marks and joiners.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x483..=0x489 | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f => 2,
        0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f680..=0x1f9ff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

fn is_invisible(c: char) -> bool {
    let format = matches!(u32::from(c),
        0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
        | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f);
    c.is_control() || format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spoils_a_line_is_taken_out() {
        assert_eq!(name("  Анна\r\n\tК.\u{0}\u{1b}[31m ").unwrap(), "Анна К.[31m");
        assert_eq!(name("ab\u{202e}cd\u{2066}e\u{200f}f\u{feff}").unwrap(), "abcdef");
        assert_eq!(name("\u{202e} \n"), None);
    }

    #[test]
    fn a_long_name_is_clipped() {
        let clip = name(&"я".repeat(500)).unwrap();
        assert_eq!(clip.chars().count(), NAME_CHARS_MAX);
        assert!(clip.ends_with('…'));
        assert_eq!(clipped("Иван Петров", 6), "Иван…");
        assert_eq!(clipped("漢字漢字", 5), "漢字…");
    }

    #[test]
    fn lines_are_filled_and_never_longer() {
        assert_eq!(wrapped("один два три", 8), ["один два", "три"]);
        assert!(wrapped(&"ж".repeat(200), 80).iter().all(|line| columns(line) <= 80));
    }
}
