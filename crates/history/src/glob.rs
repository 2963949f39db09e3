//! Patterns as people write them: `*` is any run of characters, `?` is any one, `\` takes the next as it is.

use std::fmt;

/// Characters of a pattern.
const PATTERN_CHARS_MAX: usize = 256;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Run,
    One,
    Exact(char),
}

/// Why a pattern is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadGlob {
    Escape,
    Length,
}

impl fmt::Display for BadGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Escape => f.write_str("the pattern ends in a `\\` that escapes nothing"),
            Self::Length => write!(f, "the pattern is over {PATTERN_CHARS_MAX} characters"),
        }
    }
}

impl Glob {
    pub(crate) fn parse(pattern: &str) -> Result<Self, BadGlob> {
        if pattern.chars().count() > PATTERN_CHARS_MAX {
            return Err(BadGlob::Length);
        }
        let mut pieces = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '*' => Piece::Run,
                '?' => Piece::One,
                '\\' => Piece::Exact(chars.next().ok_or(BadGlob::Escape)?),
                c => Piece::Exact(c),
            });
        }
        Ok(Self(pieces))
    }

    /// Whether the whole text matches; in the time of text × pattern at most.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (mut pieces, mut rest) = (self.0.as_slice(), text.chars());
        let mut retry: Option<(&[Piece], std::str::Chars<'_>)> = None;
        loop {
            let step = match (pieces.split_first(), rest.clone().next()) {
                (None, None) => return true,
                (Some((Piece::Run, after)), _) => {
                    retry = Some((after, rest.clone()));
                    pieces = after;
                    continue;
                }
                (Some((Piece::One, after)), Some(_)) => Some(after),
                (Some((Piece::Exact(wanted), after)), Some(c)) if *wanted == c => Some(after),
                _ => None,
            };
            match (step, &mut retry) {
                (Some(after), _) => {
                    pieces = after;
                    rest.next();
                }
                (None, Some((after, from))) => {
                    if from.next().is_none() {
                        return false;
                    }
                    (pieces, rest) = (after, from.clone());
                }
                (None, None) => return false,
            }
        }
    }
}

/// One of several patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Globs(pub(crate) Vec<Glob>);

impl Globs {
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|glob| glob.matches(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_single_characters_and_escapes_are_told_apart() {
        let cases = [
            ("W_*", "W_Nabellen", true),
            ("W_*", "A_W_", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("Звонок?", "Звонок!", true),
            ("Звонок?", "Звонок", false),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xaxxbc", false),
            (r"100\*", "100*", true),
            (r"100\*", "1000", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Glob::parse(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(Glob::parse(r"a\"), Err(BadGlob::Escape));
    }

    #[test]
    fn a_hostile_pattern_takes_no_time_to_speak_of() {
        let glob = Glob::parse(&"*a".repeat(100)).unwrap();
        assert!(!glob.matches(&("a".repeat(90) + &"b".repeat(20_000))));
    }
}
