//! Business time: additions, measurements and questions over calendars.
//!
//! The core counts whole seconds. A case may hold fractions of them, and since windows open and close at whole
//! seconds, a fraction passes within an open second or not at all: the answer is the core's, moved by it.

use serde_json::{Value, json};
use takeroot_core::calendar::{Calendar, CalendarError};
use takeroot_core::time::{Day, Moment};
use takeroot_core::timetable::{OutOfRange, Timetable};
use takeroot_core::zone::Zone;

use super::{Tally, short};

const SECOND_NS: i128 = 1_000_000_000;
/// Windows that `periods_after` and `periods_before` list.
const PERIODS: usize = 12;
/// Days on either side of a case's moments in which its answer is looked for, one after the other.
const MARGINS_DAYS: [i32; 3] = [60, 1500, 20_000];

pub(super) fn run(doc: &Value) -> Tally {
    let mut tally = Tally::default();
    let conventions = Conventions::of(doc);
    for case in doc["cases"].as_array().into_iter().flatten() {
        let id = case["id"].as_str().unwrap_or("(a case without an id)");
        let calendar = match &case["calendar"] {
            Value::String(name) => doc["calendars"].get(name).unwrap_or(&Value::Null),
            calendar => calendar,
        };
        match answer(case, calendar, conventions) {
            Ok(got) if agrees(&case["expected"], &got) => tally.judge(id, Ok(())),
            Ok(got) => {
                let expected = short(&case["expected"]);
                tally.judge(id, Err(format!("expected {expected}, got {}", short(&got.to_json()))));
            }
            Err(why) => tally.skip(id, &why),
        }
    }
    tally
}

/// What a file's notes may set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Conventions {
    /// A reversed measurement is negative, not 0.
    signed_between: bool,
    /// Adding 0 leaves the moment where it is.
    zero_stays: bool,
}

impl Conventions {
    fn of(doc: &Value) -> Self {
        let mut text = String::new();
        let source = &doc["source"];
        for notes in [&doc["notes"], &doc["note"], &doc["conventions"], &source["policy"], &source["notes"]] {
            gather(notes, &mut text);
        }
        let text = text.to_lowercase();
        let clauses = || text.split([';', '\n', ',']).map(str::trim);
        let has = |clause: &str, words: &[&str]| words.iter().any(|word| clause.contains(word));
        let negative = |clause: &str| {
            has(clause, &["between", "reversed"])
                && clause.contains("negative")
                && !has(clause, &["0", "zero", "never"])
        };
        let signed_between = clauses().any(|clause| {
            clause.contains("signed") && !has(clause, &["unsigned", "not signed", "never"])
                || negative(clause)
        });
        let zero = ["add 0", "adding 0", "0 add", "seconds=0", "seconds = 0", "add zero", "adding zero"];
        let stays = ["unchanged", "itself", "same", "stays", "identity", "= start", "=> start", "the start"];
        let zero_stays = clauses()
            .any(|clause| has(clause, &zero) && has(clause, &stays) && !has(clause, &["next", "first"]));
        Self { signed_between, zero_stays }
    }
}

/// All texts of a value, a clause to a line, each behind its key.
fn gather(value: &Value, text: &mut String) {
    match value {
        Value::String(clause) => {
            text.push_str(clause);
            text.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, text)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            text.push_str(key);
            text.push_str(": ");
            gather(value, text);
        }),
        _ => {}
    }
}

/// Nanoseconds, so that a fraction is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Moment(Option<i128>),
    Seconds(i128),
    Yes(bool),
    Windows(Vec<(i128, i128)>),
}

impl Answer {
    fn to_json(&self) -> Value {
        match self {
            Self::Moment(at) => json!(at.map(moment_text)),
            Self::Seconds(ns) if ns % SECOND_NS == 0 => json!(i64::try_from(ns / SECOND_NS).ok()),
            Self::Seconds(ns) => json!(as_f64(*ns) / as_f64(SECOND_NS)),
            Self::Yes(yes) => json!(yes),
            Self::Windows(windows) => {
                json!(windows.iter().map(|(a, b)| [moment_text(*a), moment_text(*b)]).collect::<Vec<_>>())
            }
        }
    }
}

/// Whether an answer is the expected one. Where fractions came in and a whole number is expected, it may have
/// been rounded or cut off.
fn agrees(expected: &Value, got: &Answer) -> bool {
    match got {
        Answer::Yes(yes) => expected == &json!(yes),
        Answer::Moment(None) => expected.is_null(),
        Answer::Moment(Some(at)) => same_moment(expected, *at),
        Answer::Seconds(ns) => nanoseconds(expected).is_some_and(|expected| near(expected, *ns)),
        Answer::Windows(got) => expected.as_array().is_some_and(|expected| {
            expected.len() == got.len()
                && expected
                    .iter()
                    .zip(got)
                    .all(|(window, got)| same_moment(&window[0], got.0) && same_moment(&window[1], got.1))
        }),
    }
}

fn same_moment(expected: &Value, at: i128) -> bool {
    moment(expected).is_ok_and(|expected| near(expected, at))
}

fn near(expected: i128, got: i128) -> bool {
    let (whole, fraction) = (got.div_euclid(SECOND_NS), got.rem_euclid(SECOND_NS));
    let rounded = whole + i128::from(fraction * 2 >= SECOND_NS);
    let inexact = expected % SECOND_NS == 0 && [whole * SECOND_NS, rounded * SECOND_NS].contains(&expected);
    // A number of JSON is a float, good for a microsecond here.
    (expected - got).abs() < 1000 || inexact
}

/// The program's answer to a case, or what the program does not have.
fn answer(case: &Value, calendar: &Value, conventions: Conventions) -> Result<Answer, String> {
    let hours = Hours::read(calendar)?;
    let start = moment(&case["start"])?;
    let seconds = || nanoseconds(&case["seconds"]).ok_or("seconds is no number".to_owned());
    let (at, day) = (whole(start), hours.zone.day_of(whole(start)));
    Ok(match case["op"].as_str().unwrap_or_default() {
        "add" | "sub" if conventions.zero_stays && seconds()? == 0 => Answer::Moment(Some(start)),
        "add" => Answer::Moment(hours.moved(start, seconds()?)?),
        "sub" => Answer::Moment(hours.moved_back(start, seconds()?)?),
        "between" => {
            let ns = hours.between(start, moment(&case["end"])?)?;
            Answer::Seconds(if conventions.signed_between { ns } else { ns.max(0) })
        }
        "in_hours" => Answer::Yes(hours.is_open(at)?),
        "in_hours_inclusive_close" => Answer::Yes(hours.is_open(at)? || hours.is_open(at.plus(-1))?),
        "next_open" => hours.next(day, at, |(opens, _)| opens)?,
        "next_close" => hours.next(day, at, |(_, closes)| closes)?,
        "is_workday" => Answer::Yes(!hours.windows(day, day)?.is_empty()),
        "on_holiday" => Answer::Yes(hours.calendar.holidays.contains(&day)),
        "periods_after" => hours.periods_after(day, start)?,
        "periods_before" => hours.periods_before(day, start)?,
        op => return Err(format!("the op {op:?}")),
    })
}

struct Hours {
    calendar: Calendar,
    zone: Zone,
}

impl Hours {
    fn read(value: &Value) -> Result<Self, String> {
        let mut fields = value.as_object().ok_or("the calendar is missing")?.clone();
        fields.retain(|key, value| !value.is_null() && !key.starts_with("note"));
        let calendar: Calendar =
            serde_json::from_value(Value::Object(fields)).map_err(|error| format!("calendar: {error}"))?;
        let zone = Zone::named(&calendar.tz).map_err(|error| error.to_string())?;
        Ok(Self { calendar, zone })
    }

    /// The moment after so much business time. A fraction of it ends within an open second.
    fn moved(&self, start: i128, ns: i128) -> Result<Option<i128>, String> {
        if ns < 0 {
            return self.moved_back(start, -ns);
        }
        let at = whole(start);
        let spent = self.open_fraction(start)? + ns;
        let (seconds, fraction) = (seconds_of(spent), spent.rem_euclid(SECOND_NS));
        let moved = self.search(at, |table| {
            let end = table.add(at, seconds)?;
            if fraction == 0 { Ok(end) } else { table.add(end, 0) }
        })?;
        Ok(moved.map(|end| exact(end) + fraction))
    }

    /// The moment before so much business time.
    fn moved_back(&self, end: i128, ns: i128) -> Result<Option<i128>, String> {
        if ns < 0 {
            return self.moved(end, -ns);
        }
        let at = whole(end);
        let spent = ns - self.open_fraction(end)?;
        // Whole seconds back, then a fraction on again.
        let (seconds, fraction) = (-seconds_of(-spent), (-spent).rem_euclid(SECOND_NS));
        let moved = self.search(at, |table| {
            let start = table.sub(at, seconds)?;
            if fraction == 0 { Ok(start) } else { table.add(start, 0) }
        })?;
        Ok(moved.map(|start| exact(start) + fraction))
    }

    /// Business time from one moment to another, negative when they are reversed.
    fn between(&self, start: i128, end: i128) -> Result<i128, String> {
        let (from, to) = (whole(start), whole(end));
        let seconds = match self.compiled(from.min(to), from.max(to), 2)? {
            Some(table) if from <= to => table.between(from, to),
            Some(table) => table.between(to, from).map(|seconds| -seconds),
            None => Ok(0),
        };
        let seconds = seconds.map_err(|error| error.to_string())?;
        Ok(i128::from(seconds) * SECOND_NS + self.open_fraction(end)? - self.open_fraction(start)?)
    }

    fn is_open(&self, at: Moment) -> Result<bool, String> {
        let table = self.compiled(at, at, 2)?;
        table.map_or(Ok(false), |table| table.is_open(at)).map_err(|error| error.to_string())
    }

    /// The part of a moment's second that has passed, if it is an open one.
    fn open_fraction(&self, at: i128) -> Result<i128, String> {
        let fraction = at.rem_euclid(SECOND_NS);
        Ok(if fraction > 0 && self.is_open(whole(at))? { fraction } else { 0 })
    }

    /// An answer from a timetable around a moment, or from a wider one; none if there is none in a century.
    fn search(
        &self,
        at: Moment,
        question: impl Fn(&Timetable) -> Result<Moment, OutOfRange>,
    ) -> Result<Option<Moment>, String> {
        for margin in MARGINS_DAYS {
            let found = self.compiled(at, at, margin)?.map(|table| question(&table));
            if let Some(Ok(found)) = found {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The timetable over two moments and some days on either side; none if it never opens.
    fn compiled(&self, from: Moment, to: Moment, margin_days: i32) -> Result<Option<Timetable>, String> {
        let (from, to) = (self.zone.day_of(from), self.zone.day_of(to));
        match self.calendar.compile(&self.zone, from.plus(-margin_days), to.plus(margin_days)) {
            Ok(table) => Ok(Some(table)),
            Err(CalendarError::NeverOpens) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The windows that begin on some dates, in order, joined only where they overlap: of two that touch, each
    /// opens and closes.
    fn windows(&self, from: Day, to: Day) -> Result<Vec<(Moment, Moment)>, String> {
        let mut all = Vec::new();
        for day in (from.0..=to.0).map(Day) {
            all.extend(self.calendar.intervals(&self.zone, day).map_err(|error| error.to_string())?);
        }
        all.sort_unstable();
        let mut joined: Vec<(Moment, Moment)> = Vec::with_capacity(all.len());
        for (opens, closes) in all {
            match joined.last_mut().filter(|last| opens < last.1) {
                Some(last) => last.1 = last.1.max(closes),
                None => joined.push((opens, closes)),
            }
        }
        Ok(joined)
    }

    fn next(&self, day: Day, at: Moment, end: fn((Moment, Moment)) -> Moment) -> Result<Answer, String> {
        for margin in MARGINS_DAYS {
            let windows = self.windows(day.plus(-3), day.plus(margin))?;
            let next = windows.into_iter().map(end).filter(|moment| *moment > at).min();
            if let Some(next) = next {
                return Ok(Answer::Moment(Some(exact(next))));
            }
        }
        Ok(Answer::Moment(None))
    }

    fn periods_after(&self, day: Day, start: i128) -> Result<Answer, String> {
        self.periods(|margin| (day.plus(-3), day.plus(margin)), |(opens, closes)| (opens.max(start), closes))
    }

    fn periods_before(&self, day: Day, start: i128) -> Result<Answer, String> {
        let back = |margin: i32| (day.plus(-margin), day.plus(3));
        let Answer::Windows(mut periods) =
            self.periods(back, |(opens, closes)| (-closes.min(start), -opens))?
        else {
            return Err("no windows".to_owned());
        };
        periods.iter_mut().for_each(|(closes, opens)| (*closes, *opens) = (-*opens, -*closes));
        Ok(Answer::Windows(periods))
    }

    /// The first windows that are left of those of a range of dates, by what they are clipped to.
    fn periods(
        &self,
        range: impl Fn(i32) -> (Day, Day),
        clip: impl Fn((i128, i128)) -> (i128, i128),
    ) -> Result<Answer, String> {
        let mut periods = Vec::new();
        for margin in MARGINS_DAYS {
            let (from, to) = range(margin);
            let windows = self.windows(from, to)?.into_iter();
            let clipped = windows.map(|(opens, closes)| clip((exact(opens), exact(closes))));
            periods = clipped.filter(|(from, to)| from < to).collect();
            periods.sort_unstable();
            periods.truncate(PERIODS);
            if periods.len() == PERIODS {
                break;
            }
        }
        Ok(Answer::Windows(periods))
    }
}

fn moment(value: &Value) -> Result<i128, String> {
    let text = value.as_str().ok_or("a moment is missing")?;
    let at: Moment = text.parse().map_err(|error| format!("{error}"))?;
    let fraction = text.trim_end_matches('Z').split_once('.').map_or("", |(_, fraction)| fraction);
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    let ns: i128 = digits.parse().map_err(|_| format!("{text}: no fraction of a second"))?;
    Ok(exact(at) + ns)
}

fn moment_text(ns: i128) -> String {
    let text = whole(ns).to_string();
    match ns.rem_euclid(SECOND_NS) {
        0 => text,
        fraction => {
            let digits = format!("{fraction:09}");
            format!("{}.{}Z", text.trim_end_matches('Z'), digits.trim_end_matches('0'))
        }
    }
}

fn nanoseconds(value: &Value) -> Option<i128> {
    if let Some(seconds) = value.as_i64() {
        return Some(i128::from(seconds) * SECOND_NS);
    }
    // A float of seconds with at most nine digits behind the point, read as text to keep it exact.
    let text = format!("{:.9}", value.as_f64()?);
    let (seconds, fraction) = text.split_once('.')?;
    let sign = if seconds.starts_with('-') { -1 } else { 1 };
    Some(seconds.parse::<i128>().ok()? * SECOND_NS + sign * fraction.parse::<i128>().ok()?)
}

fn whole(ns: i128) -> Moment {
    Moment(seconds_of(ns))
}

fn seconds_of(ns: i128) -> i64 {
    i64::try_from(ns.div_euclid(SECOND_NS)).unwrap_or(if ns < 0 { i64::MIN } else { i64::MAX })
}

fn exact(at: Moment) -> i128 {
    i128::from(at.0) * SECOND_NS
}

#[expect(clippy::cast_precision_loss, reason = "only shown")]
fn as_f64(ns: i128) -> f64 {
    ns as f64
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
