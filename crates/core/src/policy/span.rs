//! Lengths of business time as people write them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A length of business time: seconds, or whole business days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// Business seconds.
    Seconds(i64),
    /// Business days: each as long as an ordinary working day of the calendar.
    Days(u32),
}

impl Span {
    /// Business seconds, where an ordinary working day has `day_s`.
    #[must_use]
    pub const fn seconds(self, day_s: i64) -> i64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Days(days) => (days as i64).saturating_mul(day_s),
        }
    }
}

impl fmt::Display for Span {
    /// `15m`, `1h 30m`, `3d`, `45s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = match self {
            Self::Days(days) => return write!(f, "{days}d"),
            Self::Seconds(seconds) => *seconds,
        };
        let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
        let text: Vec<String> =
            parts.iter().filter(|(n, _)| *n != 0).map(|(n, unit)| format!("{n}{unit}")).collect();
        f.write_str(if text.is_empty() { "0s".to_owned() } else { text.join(" ") }.as_str())
    }
}

/// A text that is no span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotASpan(pub String);

impl std::error::Error for NotASpan {}

impl fmt::Display for NotASpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«{}» is no span of business time: write 15m, 1h 30m, 45s, or 3d for business days", self.0)
    }
}

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let wrong = || NotASpan(text.to_owned());
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(days) = bare.strip_suffix(['d', 'д']) {
            return days.parse().map(Self::Days).map_err(|_| wrong());
        }
        let (mut total, mut number) = (0_i64, String::new());
        for c in bare.chars() {
            let unit = match c {
                '0'..='9' => {
                    number.push(c);
                    continue;
                }
                'h' | 'ч' => 3600,
                'm' | 'м' => 60,
                's' | 'с' => 1,
                _ => return Err(wrong()),
            };
            let n: i64 = number.parse().map_err(|_| wrong())?;
            total = n.checked_mul(unit).and_then(|n| n.checked_add(total)).ok_or_else(wrong)?;
            number.clear();
        }
        (number.is_empty() && !bare.is_empty()).then_some(Self::Seconds(total)).ok_or_else(wrong)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Span;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a span such as \"15m\" or \"3d\", or a number of business seconds")
            }

            fn visit_i64<E: serde::de::Error>(self, seconds: i64) -> Result<Span, E> {
                Ok(Span::Seconds(seconds))
            }

            fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Span, E> {
                i64::try_from(seconds).map(Span::Seconds).map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }
        }
        input.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them_and_written_back() {
        for (text, span) in [
            ("15m", Span::Seconds(900)),
            ("1h 30m", Span::Seconds(5400)),
            ("24h", Span::Seconds(86_400)),
            ("3d", Span::Days(3)),
            ("45s", Span::Seconds(45)),
        ] {
            assert_eq!(text.parse(), Ok(span));
            assert_eq!(span.to_string(), text);
        }
        assert_eq!("2 ч".parse(), Ok(Span::Seconds(7200)));
        for wrong in ["", "15", "m", "1.5h", "3d 2h", "-5m", "99999999999999999999h"] {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
        assert_eq!(serde_json::from_str::<Span>("900").unwrap(), Span::Seconds(900));
    }
}
