//! A calendar without any cleverness, and the dice that make one.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::fmt::Write;
use takeroot_core::time::Moment;

const DAY_S: i64 = 86_400;

/// SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: i64) -> i64 {
        (self.roll() % u64::try_from(n).unwrap()).cast_signed()
    }

    fn percent(&mut self, p: i64) -> bool {
        self.below(100) < p
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len().try_into().unwrap())).unwrap()]
    }
}

pub(crate) fn seed_of_now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_micros().try_into().unwrap()
}

/// Where clocks jumped in ways that broke programs: gaps at midnight, half hours, two hours, skipped dates.
const NOTORIOUS: [(&str, &str); 14] = [
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Fakaofo", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("Pacific/Kiritimati", "1994-12-31"),
    ("Pacific/Kanton", "1994-12-31"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Australia/Lord_Howe", "2025-10-05"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Asia/Almaty", "2024-02-29"),
    ("Europe/Moscow", "2014-10-26"),
    ("Africa/Cairo", "2026-04-24"),
    ("Asia/Pyongyang", "2018-05-04"),
    ("America/Caracas", "2007-12-09"),
];

type Windows = Vec<(i64, i64)>;

/// A random calendar and the dates over which it is compiled.
pub(crate) struct Spec {
    pub(crate) tz: Tz,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    tick_s: i64,
    weekly: [Windows; 7],
    dates: BTreeMap<NaiveDate, Windows>,
    breaks: BTreeMap<NaiveDate, Windows>,
    holidays: Vec<NaiveDate>,
}

impl Spec {
    pub(crate) fn random(dice: &mut Dice, tick_s: i64, days: i64) -> Self {
        let (tz, middle) = place(dice);
        let from = middle - TimeDelta::days(dice.below(days));
        let to = from + TimeDelta::days(days - 1);
        let near_s = near_change_s(tz, middle);
        let windows = |dice: &mut Dice, chance: i64| -> Windows {
            let some = if dice.percent(chance) { 1 + dice.below(3) } else { 0 };
            (0..some).map(|_| window(dice, tick_s, near_s)).collect()
        };
        let density = *dice.pick(&[15, 60, 90, 100]);
        let weekly = std::array::from_fn(|_| windows(dice, density));
        let special = |dice: &mut Dice, chance: i64| -> BTreeMap<NaiveDate, Windows> {
            let count = dice.below(3);
            let date = |dice: &mut Dice| from + TimeDelta::days(dice.below(days + 2) - 1);
            (0..count).map(|_| (date(dice), windows(dice, chance))).collect()
        };
        let (dates, breaks) = (special(dice, 80), special(dice, 100));
        let holidays = (0..dice.below(3)).map(|_| from + TimeDelta::days(dice.below(days + 2) - 1)).collect();
        Self { tz, from, to, tick_s, weekly, dates, breaks, holidays }
    }

    /// The calendar as people write it.
    pub(crate) fn json(&self) -> String {
        let mut text = format!("{{\"tz\":\"{}\",\"weekly\":{{", self.tz);
        for (name, windows) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().zip(&self.weekly) {
            let comma = if *name == "mon" { "" } else { "," };
            write!(text, "{comma}\"{name}\":{}", windows_json(windows)).unwrap();
        }
        text.push('}');
        for (name, dates) in [("dates", &self.dates), ("breaks", &self.breaks)] {
            let dates: Vec<_> =
                dates.iter().map(|(date, w)| format!("\"{date}\":{}", windows_json(w))).collect();
            write!(text, ",\"{name}\":{{{}}}", dates.join(",")).unwrap();
        }
        let holidays: Vec<_> = self.holidays.iter().map(|date| format!("\"{date}\"")).collect();
        write!(text, ",\"holidays\":[{}]}}", holidays.join(",")).unwrap();
        text
    }

    fn windows(&self, date: NaiveDate) -> Windows {
        if let Some(windows) = self.dates.get(&date) {
            return windows.clone();
        }
        if self.holidays.contains(&date) {
            return Windows::new();
        }
        self.weekly[date.weekday().num_days_from_monday() as usize].clone()
    }
}

/// A zone and a date, mostly one on which its clock changes.
fn place(dice: &mut Dice) -> (Tz, NaiveDate) {
    if dice.percent(15) {
        let (tz, date) = dice.pick(&NOTORIOUS);
        return (tz.parse().unwrap(), date.parse().unwrap());
    }
    let tz = *dice.pick(&chrono_tz::TZ_VARIANTS);
    let year_start = NaiveDate::from_ymd_opt(1973 + i32::try_from(dice.below(125)).unwrap(), 1, 1).unwrap();
    let days: Vec<NaiveDate> = year_start.iter_days().take(365).collect();
    let changes: Vec<NaiveDate> = days.iter().copied().filter(|day| changes_on(tz, *day)).collect();
    if changes.is_empty() || dice.percent(15) { (tz, *dice.pick(&days)) } else { (tz, *dice.pick(&changes)) }
}

fn changes_on(tz: Tz, date: NaiveDate) -> bool {
    let noon = date.and_hms_opt(12, 0, 0).unwrap();
    offset_s(tz, noon) != offset_s(tz, noon + TimeDelta::days(1))
}

/// Seconds after local midnight near which the clock changes, or noon.
fn near_change_s(tz: Tz, date: NaiveDate) -> i64 {
    let start = date.and_hms_opt(0, 0, 0).unwrap() - TimeDelta::days(1);
    let change = (0..96)
        .map(|half_hours| start + TimeDelta::minutes(30 * half_hours))
        .find(|utc| offset_s(tz, *utc) != offset_s(tz, *utc + TimeDelta::minutes(30)));
    change.map_or(DAY_S / 2, |utc| (utc.and_utc().timestamp() + offset_s(tz, utc)).rem_euclid(DAY_S))
}

fn offset_s(tz: Tz, utc: NaiveDateTime) -> i64 {
    tz.offset_from_utc_datetime(&utc).fix().local_minus_utc().into()
}

fn window(dice: &mut Dice, tick_s: i64, near_s: i64) -> (i64, i64) {
    let clock = |dice: &mut Dice| {
        let unit = *dice.pick(&[tick_s, 60, 900, 1800, 3600]);
        let s = if dice.percent(40) { near_s + dice.below(5 * 3600) - 2 * 3600 } else { dice.below(DAY_S) };
        s.rem_euclid(DAY_S) / unit * unit
    };
    match dice.below(10) {
        0 => (0, DAY_S),
        1 => (clock(dice), DAY_S),
        2 => {
            let from = clock(dice);
            (from, from)
        }
        3..6 => (clock(dice), clock(dice)),
        _ => {
            let (a, b) = (clock(dice), clock(dice));
            (a.min(b), a.max(b))
        }
    }
}

fn windows_json(windows: &Windows) -> String {
    let clock = |s: i64| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    let pairs: Vec<_> =
        windows.iter().map(|(from, to)| format!("[\"{}\",\"{}\"]", clock(*from), clock(*to))).collect();
    format!("[{}]", pairs.join(","))
}

/// Whether business is open, tick by tick.
pub(crate) struct Naive {
    from_s: i64,
    tick_s: i64,
    open: Vec<bool>,
}

impl Naive {
    pub(crate) fn walk(spec: &Spec) -> Self {
        let clock = Clock::walk(spec);
        let from_s = clock.first_on_or_after(spec.from);
        let until_s = clock.first_on_or_after(spec.to.succ_opt().unwrap());
        let ticks = usize::try_from((until_s - from_s) / spec.tick_s).unwrap();
        let mut naive = Self { from_s, tick_s: spec.tick_s, open: vec![false; ticks] };
        let dates: Vec<NaiveDate> =
            spec.from.pred_opt().unwrap().iter_days().take_while(|date| *date <= spec.to).collect();
        let there: Vec<NaiveDate> = dates.into_iter().filter(|date| clock.shows(*date)).collect();
        for date in &there {
            spec.windows(*date).iter().for_each(|window| naive.set(clock.interval(*date, *window), true));
        }
        for date in &there {
            let breaks = spec.breaks.get(date).into_iter().flatten();
            breaks.for_each(|window| naive.set(clock.interval(*date, *window), false));
        }
        naive
    }

    fn set(&mut self, (from_s, to_s): (i64, i64), open: bool) {
        for at_s in (from_s..to_s).step_by(usize::try_from(self.tick_s).unwrap()) {
            let tick = usize::try_from((at_s - self.from_s).div_euclid(self.tick_s));
            if let Some(slot) = tick.ok().and_then(|tick| self.open.get_mut(tick)) {
                *slot = open;
            }
        }
    }

    pub(crate) fn ever_opens(&self) -> bool {
        self.open.contains(&true)
    }

    pub(crate) fn from(&self) -> Moment {
        Moment(self.from_s)
    }

    pub(crate) fn until(&self) -> Moment {
        self.at(self.open.len())
    }

    /// A moment of the range, often one at which business opens or closes.
    pub(crate) fn moment(&self, dice: &mut Dice) -> Moment {
        let ticks = self.open.len();
        let tick = usize::try_from(dice.below(i64::try_from(ticks).unwrap() + 1)).unwrap();
        let changes = |i: &usize| *i > 0 && *i < ticks && self.open[*i] != self.open[*i - 1];
        let edge = if dice.percent(40) { (tick..ticks).find(changes) } else { None };
        let beside = if dice.percent(30) { 1 } else { 0 };
        self.at(edge.map_or(tick, |edge| edge.saturating_sub(beside)))
    }

    /// Seconds to add, often so many that a window is filled.
    pub(crate) fn duration(&self, dice: &mut Dice) -> i64 {
        match dice.below(4) {
            0 => 0,
            1 => (1 + dice.below(120)) * self.tick_s,
            2 => (1 + dice.below(48)) * 1800,
            _ => self.count(self.tick(self.moment(dice)), self.tick(self.moment(dice))),
        }
    }

    /// What `ask` asks, in the same order.
    pub(crate) fn answers(&self, at: Moment, other: Moment, seconds: i64) -> [Option<i64>; 7] {
        let (tick, ticks) = (self.tick(at), seconds / self.tick_s);
        let s = |tick: Option<usize>| tick.map(|tick| self.at(tick).0);
        [
            self.open.get(tick).copied().map(i64::from),
            Some(self.count(tick, self.tick(other))),
            s(self.forth(tick, ticks)),
            s(self.back(tick, ticks)),
            s(if ticks == 0 { self.forth(tick, 0) } else { self.back(tick, ticks) }),
            s((tick + 1..self.open.len()).find(|i| self.open[*i] && !self.open[*i - 1])),
            s((tick + 1..self.open.len()).find(|i| !self.open[*i] && self.open[*i - 1])),
        ]
    }

    fn count(&self, from: usize, to: usize) -> i64 {
        let open = (from..to).filter(|tick| self.open[*tick]).count();
        i64::try_from(open).unwrap() * self.tick_s
    }

    fn forth(&self, from: usize, mut ticks: i64) -> Option<usize> {
        if ticks == 0 {
            return (from..self.open.len()).find(|tick| self.open[*tick]);
        }
        for tick in from..self.open.len() {
            ticks -= i64::from(self.open[tick]);
            if ticks == 0 {
                return Some(tick + 1);
            }
        }
        None
    }

    fn back(&self, from: usize, mut ticks: i64) -> Option<usize> {
        if ticks == 0 {
            let open = *self.open.get(from)?;
            return if open { Some(from) } else { (0..from).rev().find(|i| self.open[*i]).map(|i| i + 1) };
        }
        for tick in (0..from).rev() {
            ticks -= i64::from(self.open[tick]);
            if ticks == 0 {
                return Some(tick);
            }
        }
        None
    }

    fn tick(&self, at: Moment) -> usize {
        usize::try_from((at.0 - self.from_s) / self.tick_s).unwrap()
    }

    fn at(&self, tick: usize) -> Moment {
        Moment(self.from_s + i64::try_from(tick).unwrap() * self.tick_s)
    }
}

/// The local clock, minute by minute.
struct Clock {
    /// (UTC seconds, what the clock shows).
    minutes: Vec<(i64, NaiveDateTime)>,
}

impl Clock {
    fn walk(spec: &Spec) -> Self {
        let first = spec.from.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() - 4 * DAY_S;
        let last = spec.to.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() + 4 * DAY_S;
        let minutes = (first..last).step_by(60).map(|at| {
            let utc = DateTime::from_timestamp(at, 0).unwrap().naive_utc();
            (at, utc + TimeDelta::seconds(offset_s(spec.tz, utc)))
        });
        Self { minutes: minutes.collect() }
    }

    fn shows(&self, date: NaiveDate) -> bool {
        self.minutes.iter().any(|(_, local)| local.date() == date)
    }

    fn first_on_or_after(&self, date: NaiveDate) -> i64 {
        self.minutes.iter().find(|(_, local)| local.date() >= date).unwrap().0
    }

    /// By the wall-clock text: an end that is not after the start belongs to the next date.
    fn interval(&self, date: NaiveDate, (from_s, to_s): (i64, i64)) -> (i64, i64) {
        let end = if to_s > from_s { to_s } else { to_s + DAY_S };
        (self.when(date, from_s), self.when(date, end))
    }

    /// When the clock first shows a time; in a gap, when it would have without the gap.
    fn when(&self, date: NaiveDate, s: i64) -> i64 {
        let shown = date.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::seconds(s);
        let minute = shown - TimeDelta::seconds(s % 60);
        let skipped =
            usize::try_from((shown.and_utc().timestamp() - self.minutes[0].0) / 60 - 27 * 60).unwrap();
        let ahead = &self.minutes[skipped..];
        if let Some((at, _)) = ahead.iter().find(|(_, local)| *local == minute) {
            return at + s % 60;
        }
        let gap = ahead.windows(2).find(|pair| pair[0].1 < minute && minute < pair[1].1).unwrap();
        let before_gap_s = gap[0].1.and_utc().timestamp() - gap[0].0;
        shown.and_utc().timestamp() - before_gap_s
    }
}
