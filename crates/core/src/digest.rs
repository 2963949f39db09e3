//! What a digest is: what was said to an owner of some days, kept as it was said, so that the next one can say what has
//! moved since.

use crate::acceptance::Period;
use crate::contribution::{Contribution, Count, Measure};
use crate::day::{Cuts, Envelope, Figures};
use crate::sorted::Sorted;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of a digest's shape.
pub const DIGEST_SCHEMA: u32 = 1;
/// Deals that a digest asks to open.
pub const TO_OPEN_MAX: usize = 3;
/// So far back the working day before is looked for: no holidays are longer.
const DAYS_OFF_MAX: i32 = 31;

/// How often a digest comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestKind"))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// On every working day, of the days since the working day before.
    Daily,
    /// On the first working day of a week, of the week before.
    Weekly,
    /// On the first working day of a month, of the month before.
    Monthly,
    /// On the first working day of a quarter, of the quarter before.
    Quarterly,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Daily, Self::Weekly, Self::Monthly, Self::Quarterly];

    /// As it travels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
        }
    }

    /// The days that a digest sent on a day is of; `None` on a day on which none is sent. On a day off none is: the
    /// next working day's is of all the days in between.
    #[must_use]
    pub fn period(self, on: Day, is_working: impl Fn(Day) -> bool) -> Option<Period> {
        if !is_working(on) {
            return None;
        }
        if self == Self::Daily {
            let mut before = (1..=DAYS_OFF_MAX).map(|back| on.plus(-back));
            return Some(Period {
                from: before.find(|day| is_working(*day)).unwrap_or(on.plus(-1)),
                to: on.plus(-1),
            });
        }
        let first = self.of(on).from;
        let is_first = (first.0..on.0).all(|day| !is_working(Day(day)));
        is_first.then(|| self.of(first.plus(-1)))
    }

    /// The last days of which a digest could be before a day.
    #[must_use]
    pub fn latest(self, on: Day) -> Period {
        if self == Self::Daily { Period::ending(on.plus(-1), 1) } else { self.of(self.of(on).from.plus(-1)) }
    }

    /// The week, month or quarter of a day, or the day itself.
    fn of(self, day: Day) -> Period {
        match self {
            Self::Daily => Period { from: day, to: day },
            Self::Weekly => Period::week_of(day),
            Self::Monthly => Period::month_of(day),
            Self::Quarterly => {
                let (_, month, _) = day.civil();
                let mut quarter = Period::month_of(day);
                for _ in 0..(month.wrapping_sub(1)) % 3 {
                    quarter.from = Period::month_of(quarter.from.plus(-1)).from;
                }
                for _ in 0..2 - (month.wrapping_sub(1)) % 3 {
                    quarter.to = Period::month_of(quarter.to.plus(1)).to;
                }
                quarter
            }
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestLight"))]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// As it should be.
    Good,
    /// Worth a look.
    Warn,
    /// Worth an intervention.
    Bad,
    /// Nothing is judged.
    #[default]
    Unknown,
}

/// A line of a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestLine"))]
pub struct Line {
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// Why a deal is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DigestWhy"))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its client waits for a first response.
    Waiting,
    /// A task or a clock of it is past its deadline.
    Overdue,
    /// It does not move, and nothing is planned.
    Stuck,
}

/// A deal to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToOpen {
    /// Id in the CRM.
    pub id: u64,
    /// Why.
    pub why: Why,
}

/// What was said to an owner of some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Digest {
    /// Version of the shape.
    pub schema: u32,
    /// The account.
    pub account: String,
    /// The company's name.
    pub company: String,
    /// How often it comes.
    pub kind: Kind,
    /// The days that it is of, in words.
    pub title: String,
    /// Until when facts count in the last of these days, and whether it is final, in words.
    pub status: String,
    /// What is known about the making of the last day's document; final where all days are.
    pub envelope: Envelope,
    /// Days that it is of and that are not published.
    #[serde(default)]
    pub missing: i64,
    /// The figures of these days, in short: flows of all of them, gauges at the end of the last one.
    pub figures: Figures,
    /// How bad it is.
    pub light: Light,
    /// The five lines.
    pub lines: Vec<Line>,
    /// Deals to open today, the most urgent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<ToOpen>,
    /// The CRM's host, under which they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_host: Option<String>,
}

impl Digest {
    /// The days that it is of.
    #[must_use]
    pub const fn period(&self) -> Period {
        Period { from: self.figures.from, to: self.figures.to }
    }
}

/// A digest as a web hook tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DigestEvent {
    /// `digest.daily`, `digest.weekly`, `digest.monthly` or `digest.quarterly`; `digest.test` of one that was asked for.
    #[serde(rename = "type")]
    pub what: String,
    /// When it was made, by ISO 8601.
    pub timestamp: String,
    /// The digest.
    pub data: Digest,
}

/// A digest in each of its forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// A letter's subject: one line.
    pub subject: String,
    /// A letter as plain text.
    pub text: String,
    /// A letter as HTML: tables and inline styles, nothing from elsewhere.
    pub html: String,
    /// A message in Telegram's HTML, of at most 4096 characters.
    pub telegram: String,
}

/// Why a digest did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Unsent {
    /// Nobody answered.
    Silent,
    /// The gate of one's own server lets nothing through to that host.
    NotAllowed,
    /// It was refused.
    Refused {
        /// The status of the answer.
        status: u16,
    },
}

impl Figures {
    /// What a digest keeps of them.
    #[must_use]
    pub fn told(&self) -> Self {
        Self {
            from: self.from,
            to: self.to,
            observed: self.observed,
            all: self.point().all,
            pipelines: Sorted::default(),
            by: Cuts::default(),
            within: Sorted::default(),
            active_people: self.active_people.clone(),
            roster: self.roster,
        }
    }
}

/// Finds deals to open: the most urgent reason first, of each the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Urgent(BTreeSet<(Why, std::cmp::Reverse<u64>)>);

impl Urgent {
    /// Takes what a deal adds to the days.
    pub fn add(&mut self, deal: u64, contribution: &Contribution) {
        let stands = |count: Count| {
            let changes =
                contribution.entries().filter(|(_, _, measure, _)| *measure == Measure::Count(count));
            // Of all changes of a gauge the sum is how it stands.
            changes.map(|(_, _, _, n)| n).sum::<i64>() > 0
        };
        let whys =
            [(Why::Waiting, Count::Waiting), (Why::Overdue, Count::Overdue), (Why::Stuck, Count::Stuck)];
        if let Some((why, _)) = whys.into_iter().find(|(_, count)| stands(*count)) {
            self.0.insert((why, std::cmp::Reverse(deal)));
            if self.0.len() > TO_OPEN_MAX {
                self.0.pop_last();
            }
        }
    }

    /// Those found.
    #[must_use]
    pub fn found(self) -> Vec<ToOpen> {
        self.0.into_iter().map(|(why, std::cmp::Reverse(id))| ToOpen { id, why }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// As `from to`, or nothing, by a calendar whose days off are weekends and these.
    fn period(kind: Kind, on: &str, off: &[&str]) -> String {
        let is_working = |at: Day| at.weekday() < 5 && !off.iter().any(|off| day(off) == at);
        kind.period(day(on), is_working)
            .map_or_else(String::new, |Period { from, to }| format!("{from} {to}"))
    }

    #[test]
    fn each_day_is_in_one_daily_digest_and_a_day_off_brings_none() {
        assert_eq!(period(Kind::Daily, "2026-11-20", &[]), "2026-11-19 2026-11-19");
        assert_eq!(period(Kind::Daily, "2026-11-21", &[]), "");
        assert_eq!(period(Kind::Daily, "2026-11-23", &[]), "2026-11-20 2026-11-22");
        assert_eq!(period(Kind::Daily, "2026-11-24", &["2026-11-23"]), "2026-11-20 2026-11-23");
        // A calendar without a working day in sight still has a day before.
        assert_eq!(Kind::Daily.period(day("2026-11-20"), |at| at == day("2026-11-20")).unwrap().days(), 1);
    }

    #[test]
    fn a_longer_one_comes_on_the_first_working_day_after_its_days() {
        assert_eq!(period(Kind::Weekly, "2026-11-23", &[]), "2026-11-16 2026-11-22");
        assert_eq!(period(Kind::Weekly, "2026-11-24", &[]), "");
        assert_eq!(period(Kind::Weekly, "2026-11-24", &["2026-11-23"]), "2026-11-16 2026-11-22");
        assert_eq!(period(Kind::Monthly, "2026-11-02", &[]), "2026-10-01 2026-10-31");
        assert_eq!(period(Kind::Monthly, "2026-11-03", &[]), "");
        assert_eq!(period(Kind::Quarterly, "2026-10-01", &[]), "2026-07-01 2026-09-30");
        assert_eq!(period(Kind::Quarterly, "2026-11-02", &[]), "");
        let holidays = ["2027-01-01", "2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08"];
        assert_eq!(period(Kind::Quarterly, "2027-01-11", &holidays), "2026-10-01 2026-12-31");
        assert_eq!(Kind::Quarterly.latest(day("2026-11-20")).from, day("2026-07-01"));
        assert_eq!(Kind::Daily.latest(day("2026-11-22")).to, day("2026-11-21"));
    }

    #[test]
    fn the_most_urgent_deals_are_found() {
        let deal = |counts: &[(Count, i64)]| {
            let entry = |(count, n): &(Count, i64)| {
                (Day(20_000), crate::contribution::Place::default(), Measure::Count(*count), *n)
            };
            Contribution::of(counts.iter().map(entry).collect::<Vec<_>>())
        };
        let mut urgent = Urgent::default();
        urgent.add(1, &deal(&[(Count::Stuck, 1)]));
        urgent.add(2, &deal(&[(Count::Overdue, 1), (Count::Stuck, 1)]));
        urgent.add(3, &deal(&[(Count::Overdue, 1)]));
        urgent.add(4, &deal(&[(Count::Waiting, 1)]));
        urgent.add(5, &deal(&[(Count::Waiting, 0)]));
        urgent.add(6, &deal(&[(Count::Entered, 1)]));
        let found = urgent.found();
        assert_eq!(
            found.iter().map(|deal| (deal.id, deal.why)).collect::<Vec<_>>(),
            [(4, Why::Waiting), (3, Why::Overdue), (2, Why::Overdue)]
        );
    }
}
