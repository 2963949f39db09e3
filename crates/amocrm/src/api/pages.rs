//! A text of many pages into its pages: JSON Lines, a list of pages, or one page after the other.

/// The objects of a text, in order: of a list its elements, whatever stands between them skipped. An object
/// that is cut off is given as far as it goes, so that reading it says what is wrong. A file that is too large
/// to be held is read line by line, each line given here.
pub fn pages(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = rest.find('{')?;
        let (_, object) = rest.split_at(from);
        let (page, after) = object.split_at(end(object.as_bytes()));
        rest = after;
        Some(page)
    })
}

/// Where the object at the beginning ends.
fn end(text: &[u8]) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_as_lines_as_a_list_or_one_after_the_other() {
        let (a, b) = (r#"{"a": "}\"{", "b": [{}]}"#, r#"{"c": 1}"#);
        for text in
            [format!("{a}\n{b}\n"), format!("[{a},\n {b}]"), format!("{a}{b}"), format!("[[{a}],[{b}]]")]
        {
            assert_eq!(pages(&text).collect::<Vec<_>>(), [a, b], "{text}");
        }
        assert_eq!(pages("\u{feff} [] null").count(), 0);
        assert_eq!(pages(r#"{"a": {"b"#).collect::<Vec<_>>(), [r#"{"a": {"b"#]);
    }
}
