//! The working calendar: what a measurement, an addition and a compilation cost.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

mod row;

use row::{Question, Times, measure};
use takeroot_core::calendar::Calendar;
use takeroot_core::time::{Day, Moment};
use takeroot_core::timetable::Timetable;
use takeroot_core::zone::Zone;

const QUESTIONS: u32 = 1024;
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// Two windows on weekdays, one on Saturdays, the production calendar, a break: what an office may have.
const OFFICE: &str = r#"{
    "tz": "Europe/Berlin",
    "weekly": {
        "mon": [["08:30", "12:15"], ["13:00", "17:45"]], "tue": [["08:30", "12:15"], ["13:00", "17:45"]],
        "wed": [["08:30", "12:15"], ["13:00", "17:45"]], "thu": [["08:30", "12:15"], ["13:00", "17:45"]],
        "fri": [["08:30", "12:15"], ["13:00", "16:30"]], "sat": [["10:00", "14:00"]]
    },
    "dates": {"2026-04-19": [["10:00", "15:00"]]},
    "breaks": {"2026-06-03": [["14:00", "15:30"]]},
    "holidays": ["2026-12-24"],
    "production": {"country": "ru", "short_eves": true}
}"#;

/// Monday to Friday from 9 to 18, which every library can say.
const PLAIN: &str = r#"{
    "tz": "UTC",
    "weekly": {
        "mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]], "wed": [["09:00", "18:00"]],
        "thu": [["09:00", "18:00"]], "fri": [["09:00", "18:00"]]
    }
}"#;

/// An office, its year, business time of four years, and moments of the year at random.
struct Office {
    calendar: Calendar,
    zone: Zone,
    year: (Day, Day),
    wide: Timetable,
    starts: Vec<Moment>,
}

impl Office {
    fn answers(&self, question: impl Fn(&Timetable, Moment) -> i64) -> usize {
        let sum = self.starts.iter().map(|at| question(&self.wide, *at)).fold(0, i64::wrapping_add);
        usize::try_from(sum).unwrap_or(0)
    }
}

const MOMENT_NS: f64 = 100.0;
const YEAR_NS: f64 = 200_000.0;

const OF_MOMENTS: [Question<Office>; 5] = [
    Question::within(MOMENT_NS, "add 1 h", |office| {
        office.answers(|table, at| table.add(at, HOUR_S).map_or(0, |at| at.0))
    }),
    Question::within(MOMENT_NS, "add 100 h", |office| {
        office.answers(|table, at| table.add(at, 100 * HOUR_S).map_or(0, |at| at.0))
    }),
    Question::within(MOMENT_NS, "sub 100 h", |office| {
        office.answers(|table, at| table.sub(at, 100 * HOUR_S).map_or(0, |at| at.0))
    }),
    Question::within(MOMENT_NS, "between moments a week apart", |office| {
        office.answers(|table, at| table.between(at, at.plus(7 * DAY_S)).unwrap_or(0))
    }),
    Question::within(MOMENT_NS, "between moments six months apart", |office| {
        office.answers(|table, at| table.between(at, at.plus(182 * DAY_S)).unwrap_or(0))
    }),
];

/// What others are asked, too: see `tools/peers/business_time.cjs`.
const OURS: &str = "core::timetable";
const OF_OTHERS: [(&str, Question<Office>); 2] = [
    (
        "business time, between moments six months apart",
        Question::within(MOMENT_NS, OURS, |office| {
            office.answers(|table, at| table.between(at, at.plus(182 * DAY_S)).unwrap_or(0))
        }),
    ),
    (
        "business time, add 100 h",
        Question::within(MOMENT_NS, OURS, |office| {
            office.answers(|table, at| table.add(at, 100 * HOUR_S).map_or(0, |at| at.0))
        }),
    ),
];

const OF_YEARS: [Question<Office>; 2] = [
    Question::within(YEAR_NS, "compile a year", |office| {
        let compiled = office.calendar.compile(&office.zone, office.year.0, office.year.1);
        compiled.map_or(0, |table| usize::from(table.range().0.0 > 0))
    }),
    Question::new("open a zone", |office| usize::from(Zone::named(&office.calendar.tz).is_ok())),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let office = office(OFFICE)?;
    let once = Times { rounds: 101, passes: 1, answers: 1 };
    let many = Times { answers: QUESTIONS, ..once };
    measure("calendar", &office, many, &OF_MOMENTS);
    measure("calendar", &office, once, &OF_YEARS);
    let plain = self::office(PLAIN)?;
    for (of, question) in OF_OTHERS {
        measure(of, &plain, many, &[question]);
    }
    Ok(())
}

fn office(calendar: &str) -> Result<Office, Box<dyn std::error::Error>> {
    let calendar: Calendar = serde_json::from_str(calendar)?;
    let zone = Zone::named(&calendar.tz)?;
    let (first, last): (Day, Day) = ("2026-01-01".parse()?, "2026-12-31".parse()?);
    let wide = calendar.compile(&zone, first.plus(-365), last.plus(800))?;
    let starts = starts(zone.start_of(first));
    Ok(Office { calendar, zone, year: (first, last), wide, starts })
}

/// Moments of the year, in an order that no branch predictor learns.
fn starts(year: Moment) -> Vec<Moment> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap_or(0) % (365 * DAY_S)
    };
    (0..QUESTIONS).map(|_| year.plus(next())).collect()
}
