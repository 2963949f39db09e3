//! Dates as exports write them. Strict: a text is read whole or not at all.

use std::fmt;
use takeroot_core::time::{DAY_S, Day, Moment};
use takeroot_core::zone::Zone;

/// 2000-01-01: no CRM is older, and zeros of other systems' clocks fall before it.
const EARLIEST: Moment = Moment(946_684_800);
/// 2106-02-07: the last second that four bytes count.
const LATEST: Moment = Moment(u32::MAX as i64);

/// The formats of a file, each of which is tried.
#[derive(Clone, Debug)]
pub(crate) struct Dates {
    formats: Vec<Format>,
    zone: Zone,
}

/// One way to write a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Rfc3339,
    UnixS,
    UnixMs,
    Pattern(Vec<Piece>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Day,
    Month,
    Year,
    Hour,
    Minute,
    Second,
    Fraction,
    Offset,
    Literal(u8),
}

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undated {
    NoFormat,
    Ambiguous,
    Beyond,
}

impl fmt::Display for Undated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFormat => "is not a date in any of the mapping's formats",
            Self::Ambiguous => "is one date in one format and another date in another",
            Self::Beyond => "is a date before 2000 or after 2105",
        })
    }
}

impl Format {
    /// `rfc3339`, `unix`, `unix_ms`, or a pattern of `%d %m %Y %H %M %S %f %z` and other characters.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "rfc3339" => return Ok(Self::Rfc3339),
            "unix" => return Ok(Self::UnixS),
            "unix_ms" => return Ok(Self::UnixMs),
            _ => {}
        }
        let mut pieces = Vec::new();
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            pieces.push(match (byte, (byte == b'%').then(|| bytes.next()).flatten()) {
                (b'%', Some(b'd')) => Piece::Day,
                (b'%', Some(b'm')) => Piece::Month,
                (b'%', Some(b'Y')) => Piece::Year,
                (b'%', Some(b'H')) => Piece::Hour,
                (b'%', Some(b'M')) => Piece::Minute,
                (b'%', Some(b'S')) => Piece::Second,
                (b'%', Some(b'f')) => Piece::Fraction,
                (b'%', Some(b'z')) => Piece::Offset,
                (b'%', Some(b'%')) => Piece::Literal(b'%'),
                (b'%', other) => {
                    let other = other.map(|byte| char::from(byte).to_string()).unwrap_or_default();
                    return Err(format!("«%{other}» in a date format means nothing here"));
                }
                (literal, _) => Piece::Literal(literal),
            });
        }
        let has = |piece| pieces.contains(&piece);
        if has(Piece::Day) && has(Piece::Month) && has(Piece::Year) {
            return Ok(Self::Pattern(pieces));
        }
        Err(format!("the date format «{text}» has no day, month or year"))
    }

    fn read(&self, text: &[u8], zone: &Zone) -> Option<Moment> {
        match self {
            Self::Rfc3339 => rfc3339(text),
            Self::UnixS => number(text, 9..=10).map(Moment),
            Self::UnixMs => number(text, 12..=13).map(|ms| Moment(ms.div_euclid(1000))),
            Self::Pattern(pieces) => pattern(pieces, text, zone),
        }
    }
}

impl Dates {
    pub(crate) fn new(formats: Vec<Format>, zone: Zone) -> Self {
        Self { formats, zone }
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Reads a date; one without an offset is in the mapping's zone, one without a time is its midnight.
    pub(crate) fn read(&self, text: &[u8]) -> Result<Moment, Undated> {
        let mut read = None;
        for format in &self.formats {
            match (read, format.read(text, &self.zone)) {
                (Some(first), Some(other)) if first != other => return Err(Undated::Ambiguous),
                (None, at) => read = at,
                _ => {}
            }
        }
        let first = read.ok_or(Undated::NoFormat)?;
        if (EARLIEST..=LATEST).contains(&first) { Ok(first) } else { Err(Undated::Beyond) }
    }
}

fn rfc3339(text: &[u8]) -> Option<Moment> {
    let (head, rest) = text.split_first_chunk::<19>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b't' | b' ', time @ ..] = *head else {
        return None;
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2] = time else { return None };
    // All digits are looked at together: one branch instead of fourteen.
    let pairs = [[y1, y2], [y3, y4], [m1, m2], [d1, d2], [h1, h2], [n1, n2], [s1, s2]];
    let pairs = pairs.map(|pair| pair.map(|byte| byte.wrapping_sub(b'0')));
    if pairs.iter().fold(false, |wrong, [tens, ones]| wrong | (*tens > 9) | (*ones > 9)) {
        return None;
    }
    let [century, year, month, day, hour, minute, second] =
        pairs.map(|[tens, ones]| u32::from(tens) * 10 + u32::from(ones));
    let seconds = clock(hour, minute, second)?;
    let day = Day::of(i32::try_from(century * 100 + year).ok()?, month, day)?;
    let rest = match rest.split_first() {
        Some((b'.', digits)) => {
            let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
            digits.get(length..).filter(|_| length > 0)?
        }
        _ => rest,
    };
    let (offset_s, rest) = offset(rest)?;
    rest.is_empty().then_some(Moment(i64::from(day.0) * DAY_S + i64::from(seconds) - offset_s))
}

fn pattern(pieces: &[Piece], text: &[u8], zone: &Zone) -> Option<Moment> {
    let (mut year, mut month, mut day) = (0, 0, 0);
    let (mut hour, mut minute, mut second, mut offset_s) = (0, 0, 0, None);
    let mut rest = text;
    for piece in pieces {
        let (slot, most) = match piece {
            Piece::Literal(literal) => {
                rest = rest.split_first().filter(|(byte, _)| *byte == literal)?.1;
                continue;
            }
            Piece::Offset => {
                let (seconds, after) = offset(rest)?;
                (offset_s, rest) = (Some(seconds), after);
                continue;
            }
            Piece::Fraction => {
                let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                rest = rest.get(length..).filter(|_| length > 0)?;
                continue;
            }
            Piece::Year => (&mut year, 4),
            Piece::Month => (&mut month, 2),
            Piece::Day => (&mut day, 2),
            Piece::Hour => (&mut hour, 2),
            Piece::Minute => (&mut minute, 2),
            Piece::Second => (&mut second, 2),
        };
        let length = rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        // Spreadsheets write 9:05 and 1.2.2026; a year has four digits, minutes and seconds have two.
        let short = length == 1 && matches!(piece, Piece::Day | Piece::Month | Piece::Hour);
        let (digits, after) = rest.split_at_checked(length).filter(|_| length == most || short)?;
        *slot = digits.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
        rest = after;
    }
    let date = Day::of(i32::try_from(year).ok()?, month, day).filter(|_| rest.is_empty())?;
    let seconds = clock(hour, minute, second)?;
    Some(match offset_s {
        Some(offset_s) => Moment(i64::from(date.0) * DAY_S + i64::from(seconds) - offset_s),
        None => zone.moment(date, seconds),
    })
}

/// `Z`, `+03:00` or `+0300`, in seconds east of UTC, and what follows it.
fn offset(text: &[u8]) -> Option<(i64, &[u8])> {
    let (sign, rest) = match text {
        [b'Z' | b'z', rest @ ..] => return Some((0, rest)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes, rest) = match rest {
        [h1, h2, b':', m1, m2, rest @ ..] => (two(*h1, *h2)?, two(*m1, *m2)?, rest),
        [h1, h2, m1, m2, rest @ ..] => (two(*h1, *h2)?, two(*m1, *m2)?, rest),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some((sign * i64::from(hours * 3600 + minutes * 60), rest))
}

fn clock(hour: u32, minute: u32, second: u32) -> Option<u32> {
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then_some(u32::from(tens) * 10 + u32::from(ones))
}

fn number(text: &[u8], digits: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let all = digits.contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    all.then(|| text.iter().fold(0, |n, digit| n * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(formats: &[&str], text: &str) -> Result<String, Undated> {
        let formats = formats.iter().map(|format| Format::parse(format).unwrap()).collect();
        let dates = Dates::new(formats, Zone::named("Europe/Moscow").unwrap());
        dates.read(text.as_bytes()).map(|at| at.to_string())
    }

    #[test]
    fn dates_of_many_systems_are_read_to_the_second() {
        let cases = [
            ("rfc3339", "2025-03-04T05:06:07.891+02:00", "2025-03-04T03:06:07Z"),
            ("rfc3339", "2025-03-04 05:06:07Z", "2025-03-04T05:06:07Z"),
            ("%d.%m.%Y %H:%M:%S", "04.03.2025 05:06:07", "2025-03-04T02:06:07Z"),
            ("%d.%m.%Y %H:%M", "4.3.2025 5:06", "2025-03-04T02:06:00Z"),
            ("%d.%m.%Y", "04.03.2025", "2025-03-03T21:00:00Z"),
            ("%Y-%m-%d %H:%M:%S.%f", "2025-03-04 05:06:07.5", "2025-03-04T02:06:07Z"),
            ("%d/%m/%Y %H:%M %z", "04/03/2025 05:06 -0100", "2025-03-04T06:06:00Z"),
            ("unix", "1741064767", "2025-03-04T05:06:07Z"),
            ("unix_ms", "1741064767999", "2025-03-04T05:06:07Z"),
        ];
        for (format, text, expected) in cases {
            assert_eq!(read(&[format], text).unwrap(), expected, "{format}");
        }
    }

    #[test]
    fn what_is_not_wholly_a_date_is_refused() {
        let formats = ["rfc3339", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "unix"];
        let wrong = [
            "31.02.2025",
            "04.03.25",
            "04.03.2025 ",
            "04.03.2025 25:00:00",
            "2025-03-04T05:06:07",
            "2025-03-04T05:06:07.+02:00",
            "12345",
            "вчера",
            "04.03.2025 05:6:07",
        ];
        for text in wrong {
            assert_eq!(read(&formats, text), Err(Undated::NoFormat), "{text}");
        }
        assert_eq!(read(&formats, "31.12.1999"), Err(Undated::Beyond));
    }

    #[test]
    fn two_formats_that_disagree_are_ambiguous() {
        let formats = ["%d/%m/%Y", "%m/%d/%Y"];
        assert_eq!(read(&formats, "03/04/2025"), Err(Undated::Ambiguous));
        assert_eq!(read(&formats, "03/03/2025").unwrap(), "2025-03-02T21:00:00Z");
        assert_eq!(read(&formats, "13/04/2025").unwrap(), "2025-04-12T21:00:00Z");
    }

    #[test]
    fn a_format_without_a_date_or_with_an_unknown_sign_is_named() {
        assert!(Format::parse("%H:%M").unwrap_err().contains("no day"));
        assert!(Format::parse("%d.%m.%y").unwrap_err().contains("%y"));
    }
}
