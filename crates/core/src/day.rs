//! The published document of a day: integers only, so that equal histories give equal bytes.

use crate::contribution::{Action, Counts, Measure, Slice, Totals};
use crate::histogram;
use crate::policy::Rules;
use crate::time::{Day, Moment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the documents' shape.
pub const SCHEMA: u32 = 1;
/// Seconds after its end at which a day is final: calls arrive late.
pub const FINAL_AFTER_S: i64 = 48 * 3600;

/// A document with what is known about its making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document<T> {
    /// What is known about its making.
    pub envelope: Envelope,
    /// The figures: equal, byte for byte, on every road.
    pub figures: T,
}

/// What is known about the making of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Version of the shape.
    pub schema: u32,
    /// The moment up to which facts and deadlines count.
    pub as_of: Moment,
    /// How often the figures were published with a change, from 1.
    pub revision: u32,
    /// Whether 48 hours have passed since the end of the day.
    #[serde(rename = "final")]
    pub is_final: bool,
}

impl Envelope {
    /// The envelope of a day's document at a moment.
    #[must_use]
    pub fn of(day: Day, rules: &Rules, as_of: Moment, revision: u32) -> Self {
        let is_final = as_of >= rules.end_of(day).plus(FINAL_AFTER_S);
        Self { schema: SCHEMA, as_of, revision, is_final }
    }
}

/// The figures of a day or a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Whether the account was observed on all these days; if not, the counts are of what happened to be
    /// seen, and silence says nothing.
    pub observed: bool,
    /// Everything.
    pub all: Block,
    /// By pipeline.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pipelines: BTreeMap<u64, Block>,
    /// By manager: responsible for a deal's figure, author of an action.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub managers: BTreeMap<u64, Block>,
    /// Persons of the roster with at least one action, by id.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub active_people: BTreeSet<u64>,
    /// Persons on the roster; 0 where there is no roster.
    pub roster: usize,
}

macro_rules! is_default {
    ($($name:ident: $type:ty),*) => { $(fn $name(value: &$type) -> bool { *value == <$type>::default() })* };
}
is_default!(no_count: i64, no_times: Times, no_response: Response);

/// The figures of one slice. What is absent is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    /// Leads that came in.
    #[serde(skip_serializing_if = "no_count")]
    pub entered: i64,
    /// Deals that a person created.
    #[serde(skip_serializing_if = "no_count")]
    pub by_hand: i64,
    /// Deals won.
    #[serde(skip_serializing_if = "no_count")]
    pub won: i64,
    /// Deals lost.
    #[serde(skip_serializing_if = "no_count")]
    pub lost: i64,
    /// Closed deals that were opened again.
    #[serde(skip_serializing_if = "no_count")]
    pub reopened: i64,
    /// First responses.
    #[serde(skip_serializing_if = "no_response")]
    pub response: Response,
    /// Deals at work at the end of the period.
    #[serde(skip_serializing_if = "no_count")]
    pub active: i64,
    /// Leads without a first response at the end of the period.
    #[serde(skip_serializing_if = "no_count")]
    pub waiting: i64,
    /// Active deals with a task past its deadline or a breached timer, at the end of the period.
    #[serde(skip_serializing_if = "no_count")]
    pub overdue: i64,
    /// Active deals whose stage asks for fields, at the end of the period.
    #[serde(skip_serializing_if = "no_count")]
    pub cards: i64,
    /// Those of them with every mandatory field valid.
    #[serde(skip_serializing_if = "no_count")]
    pub complete: i64,
    /// Actions of people, by kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<Action, i64>,
}

/// First responses of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Response {
    /// Leads answered within the target.
    #[serde(skip_serializing_if = "no_count")]
    pub in_time: i64,
    /// Leads whose target passed without an answer.
    #[serde(skip_serializing_if = "no_count")]
    pub breached: i64,
    /// Leads closed before any answer.
    #[serde(skip_serializing_if = "no_count")]
    pub unanswered: i64,
    /// Time to the first response in business seconds.
    #[serde(skip_serializing_if = "no_times")]
    pub business: Times,
    /// Sum of the business seconds, for the mean.
    #[serde(skip_serializing_if = "no_count")]
    pub business_sum_s: i64,
    /// Time to the first response by the clock on the wall.
    #[serde(skip_serializing_if = "no_times")]
    pub clock: Times,
}

impl Response {
    /// Leads judged against the target.
    #[must_use]
    pub fn judged(&self) -> i64 {
        self.in_time + self.breached
    }
}

/// How many durations fell into each bucket, as [`crate::histogram`] numbers them; sorted.
pub type Histogram = Vec<(u16, i64)>;

/// Durations of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Times {
    /// How many.
    pub count: i64,
    /// Their median (nearest rank, within 1 %), in seconds.
    pub median_s: Option<i64>,
    /// Their distribution.
    pub histogram: Histogram,
}

impl Times {
    fn of(histogram: Histogram) -> Self {
        let count = histogram.iter().map(|(_, n)| n).sum();
        Self { count, median_s: histogram::quantile_s(&histogram, 1, 2), histogram }
    }
}

impl Figures {
    /// The figures of the days `from` to `to`, both included.
    #[must_use]
    pub fn of(totals: &Totals, rules: &Rules, from: Day, to: Day) -> Self {
        let gauges = totals.gauges(&[to].into()).remove(&to).unwrap_or_default();
        Self::with(totals, &gauges, rules, from, to)
    }

    /// As [`Figures::of`], for many periods over one walk of the gauges ([`Totals::gauges`] at `to`).
    #[must_use]
    pub fn with(totals: &Totals, gauges: &Counts, rules: &Rules, from: Day, to: Day) -> Self {
        let mut slices = slices(totals.period(from, to, gauges));
        let policy = &rules.at(rules.end_of(to).plus(-1)).policy;
        let people = slices.keys().filter_map(|slice| match slice {
            Slice::Manager(id) => Some(*id),
            _ => None,
        });
        let acted =
            |id: &u64| slices.get(&Slice::Manager(*id)).is_some_and(|block| !block.actions.is_empty());
        let active_people = people.filter(|id| policy.is_person(*id, to)).filter(acted).collect();
        let all = slices.remove(&Slice::All).unwrap_or_default();
        let (mut pipelines, mut managers) = (BTreeMap::new(), BTreeMap::new());
        for (slice, block) in slices {
            match slice {
                Slice::Pipeline(id) => drop(pipelines.insert(id, block)),
                Slice::Manager(id) => drop(managers.insert(id, block)),
                Slice::All => {}
            }
        }
        let roster = policy.people.iter().filter(|person| person.works_on(to)).count();
        let observed = from >= rules.day_of(rules.observed_from());
        Self { from, to, observed, all, pipelines, managers, active_people, roster }
    }
}

fn slices(counts: Counts) -> BTreeMap<Slice, Block> {
    let mut slices: BTreeMap<Slice, (Block, Histogram, Histogram)> = BTreeMap::new();
    // Measures come sorted, so buckets do.
    for ((slice, measure), n) in counts {
        let (block, business, clock) = slices.entry(slice).or_default();
        match measure {
            Measure::Entered => block.entered = n,
            Measure::ByHand => block.by_hand = n,
            Measure::Won => block.won = n,
            Measure::Lost => block.lost = n,
            Measure::Reopened => block.reopened = n,
            Measure::InTime => block.response.in_time = n,
            Measure::Breached => block.response.breached = n,
            Measure::Unanswered => block.response.unanswered = n,
            Measure::Business(bucket) => business.push((bucket, n)),
            Measure::BusinessSum => block.response.business_sum_s = n,
            Measure::Clock(bucket) => clock.push((bucket, n)),
            Measure::Act(action) => drop(block.actions.insert(action, n)),
            Measure::Active => block.active = n,
            Measure::Waiting => block.waiting = n,
            Measure::Overdue => block.overdue = n,
            Measure::Cards => block.cards = n,
            Measure::Complete => block.complete = n,
        }
    }
    let finished = slices.into_iter().map(|(slice, (mut block, business, clock))| {
        block.response.business = Times::of(business);
        block.response.clock = Times::of(clock);
        (slice, block)
    });
    finished.collect()
}
