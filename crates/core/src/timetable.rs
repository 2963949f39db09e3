//! A compiled calendar: sorted open intervals with running sums, and an index by which a moment finds its own.

use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// Sorted, disjoint, never touching: (opens, closes, business seconds before it opens).
type Open = Vec<(Moment, Moment, i64)>;

/// Half-open intervals of business time over a range of moments. Carries no zone data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Timetable {
    from: Moment,
    until: Moment,
    open: Open,
    #[serde(skip)]
    index: Index,
}

/// What of a timetable is stored.
#[derive(Deserialize)]
struct Stored {
    from: Moment,
    until: Moment,
    open: Open,
}

impl From<Stored> for Timetable {
    fn from(Stored { from, until, open }: Stored) -> Self {
        Self { from, until, index: Index::of(from, until, &open), open }
    }
}

/// The range of a timetable cut into equal parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Index {
    /// A part is 2 to this power seconds long.
    shift: u32,
    /// Of each part how many intervals open before its begin, and at last how many there are.
    opened: Vec<u32>,
}

impl Index {
    /// Parts of 18 hours, so of an interval or two; longer ones where that would be many more than intervals.
    fn of(from: Moment, until: Moment, open: &Open) -> Self {
        let all = u32::try_from(open.len()).unwrap_or(u32::MAX);
        let span_s = since(until, from);
        let longest = |shift: &u32| span_s >> shift <= 4 * u64::from(all);
        let shift = (16..u64::BITS).find(longest).unwrap_or(u64::BITS - 1);
        let part = |at: Moment| usize::try_from(since(at, from) >> shift).unwrap_or(usize::MAX);
        let last = part(until);
        let mut opened = Vec::with_capacity(last + 2);
        for (number, (opens, _, _)) in (0..).zip(open) {
            opened.resize(opened.len().max(part(*opens).min(last) + 1), number);
        }
        opened.resize(last + 2, all);
        Self { shift, opened }
    }

    /// Between how many and how many intervals open up to a moment so many seconds after the begin.
    fn near(&self, passed_s: u64) -> (usize, usize) {
        let part = usize::try_from(passed_s >> self.shift).unwrap_or(usize::MAX);
        let opened = |part: usize| self.opened.get(part).map_or(0, |number| *number as usize);
        (opened(part), opened(part.saturating_add(1)))
    }
}

/// Seconds from a moment to one that is not earlier, however far apart they are.
const fn since(later: Moment, earlier: Moment) -> u64 {
    later.0.wrapping_sub(earlier.0).cast_unsigned()
}

/// The answer lies outside the compiled range, so any figure would be a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl std::fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("outside the compiled range of the calendar: compile it over more years")
    }
}

impl std::error::Error for OutOfRange {}

impl Timetable {
    /// Joins intervals (in any order, overlapping or touching) that lie in `[from, until)`.
    #[must_use]
    pub fn of(from: Moment, until: Moment, mut intervals: Vec<(Moment, Moment)>) -> Self {
        intervals.sort_unstable();
        let mut open: Vec<(Moment, Moment, i64)> = Vec::with_capacity(intervals.len());
        let mut sum = 0;
        for (opens, closes) in intervals {
            let (opens, closes) = (opens.max(from), closes.min(until));
            if let Some(last) = open.last_mut().filter(|last| opens <= last.1) {
                sum += closes.since(last.1).max(0);
                last.1 = last.1.max(closes);
            } else if opens < closes {
                open.push((opens, closes, sum));
                sum += closes.since(opens);
            }
        }
        Self { from, until, index: Index::of(from, until, &open), open }
    }

    /// The range for which this timetable can answer.
    #[must_use]
    pub fn range(&self) -> (Moment, Moment) {
        (self.from, self.until)
    }

    /// The open intervals that touch `[from, until)`.
    pub fn intervals(&self, from: Moment, until: Moment) -> impl Iterator<Item = (Moment, Moment)> {
        let first = self.open.partition_point(|(_, closes, _)| *closes <= from);
        let open = self.open.iter().skip(first).take_while(move |(opens, _, _)| *opens < until);
        open.map(|(opens, closes, _)| (*opens, *closes))
    }

    /// Whether business is open; the closing second is outside.
    ///
    /// # Errors
    /// The moment is outside the compiled range.
    pub fn is_open(&self, at: Moment) -> Result<bool, OutOfRange> {
        self.check(at)?;
        // Of the range's last moment it is not known what follows.
        if at == self.until {
            return Err(OutOfRange);
        }
        Ok(self.last_opened(at).is_some_and(|(_, closes, _)| at < *closes))
    }

    /// Business seconds from `start` to `end`; 0 when reversed.
    ///
    /// # Errors
    /// One of the moments is outside the compiled range.
    pub fn between(&self, start: Moment, end: Moment) -> Result<i64, OutOfRange> {
        self.check(start)?;
        self.check(end)?;
        Ok((self.elapsed(end) - self.elapsed(start)).max(0))
    }

    /// The moment `seconds` of business time after `start`, or before it when negative. A span that fills an
    /// interval exactly ends at its end; zero seconds end at `start` or at the next opening.
    ///
    /// # Errors
    /// The answer is outside the compiled range.
    pub fn add(&self, start: Moment, seconds: i64) -> Result<Moment, OutOfRange> {
        self.check(start)?;
        match seconds {
            ..0 => self.sub(start, seconds.checked_neg().ok_or(OutOfRange)?),
            0 if self.is_open(start)? => Ok(start),
            0 => self.next_open(start),
            _ => {
                let opened = self.opened_by(start);
                let target = self.elapsed_in(opened, start).saturating_add(seconds);
                let after = self.begun_before(target, opened);
                let (opens, closes, before) = self.open.get(after.wrapping_sub(1)).ok_or(OutOfRange)?;
                Some(opens.plus(target - before)).filter(|at| at <= closes).ok_or(OutOfRange)
            }
        }
    }

    /// The moment from which `seconds` of business time lead to `end`, or after it when negative. A span that
    /// fills an interval exactly begins at its beginning; zero seconds begin at `end` or at the last closing.
    ///
    /// # Errors
    /// The answer is outside the compiled range.
    pub fn sub(&self, end: Moment, seconds: i64) -> Result<Moment, OutOfRange> {
        self.check(end)?;
        match seconds {
            ..0 => self.add(end, seconds.checked_neg().ok_or(OutOfRange)?),
            0 if self.is_open(end)? => Ok(end),
            0 => self.last_opened(end).map(|(_, closes, _)| *closes).ok_or(OutOfRange),
            _ => {
                let target = self.elapsed(end) - seconds;
                let after = self.open.partition_point(|(_, _, before)| *before <= target);
                let (opens, _, before) = self.open.get(after.wrapping_sub(1)).ok_or(OutOfRange)?;
                Ok(opens.plus(target - before))
            }
        }
    }

    /// The first opening after a moment; at an opening the next one.
    ///
    /// # Errors
    /// There is none in the compiled range.
    pub fn next_open(&self, at: Moment) -> Result<Moment, OutOfRange> {
        self.check(at)?;
        self.open.get(self.opened_by(at)).map(|(opens, _, _)| *opens).ok_or(OutOfRange)
    }

    /// The first closing after a moment; at a closing the next one.
    ///
    /// # Errors
    /// There is none in the compiled range.
    pub fn next_close(&self, at: Moment) -> Result<Moment, OutOfRange> {
        self.check(at)?;
        let next = self.open.partition_point(|(_, closes, _)| *closes <= at);
        let closes = self.open.get(next).map(|(_, closes, _)| *closes);
        // At the end of the range an interval is cut off, not closed.
        closes.filter(|closes| *closes < self.until).ok_or(OutOfRange)
    }

    /// The part of the timetable in `[from, until)`, for a shell that needs only some weeks.
    #[must_use]
    pub fn part(&self, from: Moment, until: Moment) -> Self {
        let (from, until) = (from.max(self.from), until.min(self.until));
        Self::of(from, until, self.intervals(from, until).collect())
    }

    fn check(&self, at: Moment) -> Result<(), OutOfRange> {
        (self.from <= at && at <= self.until).then_some(()).ok_or(OutOfRange)
    }

    /// How many intervals open up to a moment of the range.
    fn opened_by(&self, at: Moment) -> usize {
        let (least, most) = self.index.near(since(at, self.from));
        let open = self.open.get(least..most).unwrap_or_default();
        least + open.partition_point(|(opens, _, _)| *opens <= at)
    }

    fn last_opened(&self, at: Moment) -> Option<&(Moment, Moment, i64)> {
        self.open.get(self.opened_by(at).wrapping_sub(1))
    }

    /// How many intervals have fewer business seconds before them, if that many have. Most answers are near,
    /// so the search begins there and doubles its step.
    fn begun_before(&self, seconds: i64, known: usize) -> usize {
        let begun = |(_, _, before): &(Moment, Moment, i64)| *before < seconds;
        let (mut known, mut step) = (known, 1);
        while self.open.get(known + step - 1).is_some_and(begun) {
            known += step;
            step *= 2;
        }
        let rest = self.open.get(known..self.open.len().min(known + step)).unwrap_or_default();
        known + rest.partition_point(begun)
    }

    /// Business seconds from the beginning of the range.
    fn elapsed(&self, at: Moment) -> i64 {
        self.elapsed_in(self.opened_by(at), at)
    }

    /// As [`Timetable::elapsed`], by how many intervals open up to the moment.
    fn elapsed_in(&self, opened: usize, at: Moment) -> i64 {
        let last = self.open.get(opened.wrapping_sub(1));
        last.map_or(0, |(opens, closes, before)| before + at.min(*closes).since(*opens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Timetable {
        let hours = |day: i64| (Moment(day * 100 + 10), Moment(day * 100 + 20));
        Timetable::of(Moment(0), Moment(1000), (0..10).map(hours).collect())
    }

    #[test]
    fn an_exact_fill_ends_at_the_closing_and_begins_at_the_opening() {
        let table = table();
        assert_eq!(table.add(Moment(10), 10), Ok(Moment(20)));
        assert_eq!(table.add(Moment(10), 11), Ok(Moment(111)));
        assert_eq!(table.sub(Moment(120), 10), Ok(Moment(110)));
        assert_eq!(table.sub(Moment(120), 11), Ok(Moment(19)));
        assert_eq!(table.add(Moment(5), 0), Ok(Moment(10)));
        assert_eq!(table.add(Moment(12), 0), Ok(Moment(12)));
    }

    #[test]
    fn measuring_is_half_open_and_never_negative() {
        let table = table();
        assert_eq!(table.between(Moment(15), Moment(115)), Ok(10));
        assert_eq!(table.between(Moment(115), Moment(15)), Ok(0));
        assert_eq!(table.is_open(Moment(10)), Ok(true));
        assert_eq!(table.is_open(Moment(20)), Ok(false));
        assert_eq!(table.next_open(Moment(20)), Ok(Moment(110)));
        assert_eq!(table.next_close(Moment(20)), Ok(Moment(120)));
    }

    #[test]
    fn a_stored_timetable_answers_as_it_did() {
        let weekly = |week: i64| (Moment(week * 604_800 + 40_000), Moment(week * 604_800 + 300_000));
        let table = Timetable::of(Moment(0), Moment(90 * 604_800), (0..90).map(weekly).collect());
        let text = serde_json::to_string(&table).unwrap();
        assert!(
            text.starts_with(
                r#"{"from":0,"until":54432000,"open":[[40000,300000,0],[644800,904800,260000],"#
            )
        );
        assert_eq!(serde_json::from_str::<Timetable>(&text).unwrap(), table);
    }

    #[test]
    fn parts_of_any_length_hold_any_number_of_intervals() {
        let crowded = (0..500).map(|n| (Moment(n * 3), Moment(n * 3 + 1)));
        let lonely = [(Moment(9_000_000), Moment(9_000_100)), (Moment(80_000_000), Moment(80_000_001))];
        let table = Timetable::of(Moment(0), Moment(90_000_000), crowded.chain(lonely).collect());
        for n in 0..500 {
            assert_eq!(table.between(Moment(0), Moment(n * 3)), Ok(n));
            assert_eq!(table.add(Moment(0), n + 1), Ok(Moment(n * 3 + 1)));
            assert_eq!(
                table.next_open(Moment(n * 3)),
                Ok(Moment(if n == 499 { 9_000_000 } else { n * 3 + 3 }))
            );
        }
        assert_eq!(table.between(Moment(1_498), Moment(85_000_000)), Ok(101));
        assert_eq!(table.add(Moment(2), 600), Ok(Moment(80_000_001)));
        assert_eq!(table.add(Moment(2), 601), Err(OutOfRange));
    }

    #[test]
    fn outside_the_range_there_is_no_figure() {
        let table = table();
        assert_eq!(table.add(Moment(910), 11), Err(OutOfRange));
        assert_eq!(table.between(Moment(-1), Moment(5)), Err(OutOfRange));
        assert_eq!(table.sub(Moment(15), 6), Err(OutOfRange));
    }

    #[test]
    fn overlapping_and_touching_intervals_are_one() {
        let pairs = [(50, 60), (10, 30), (20, 25), (30, 40)].map(|(a, b)| (Moment(a), Moment(b)));
        let table = Timetable::of(Moment(0), Moment(100), pairs.to_vec());
        assert_eq!(table.intervals(Moment(0), Moment(100)).count(), 2);
        assert_eq!(table.between(Moment(0), Moment(100)), Ok(40));
    }
}
