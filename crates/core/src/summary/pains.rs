//! The pains to mend first, found from data: what they cost, and whether they are a habit of some or in
//! everybody's way.

use super::{CASES_TO_JUDGE, Item};
use crate::acceptance::{Book, Metric, Period, Ratio, Sheet};
use crate::contribution::{Count, Slice};
use crate::day::{Block, Figures};
use crate::policy::Field;
use crate::sorted::Sorted;
use serde::{Deserialize, Serialize};

/// Pains of a summary at most.
pub const PAINS_MAX: usize = 10;
/// Days in which pains are looked for.
const PAIN_DAYS: u32 = 28;
/// Percent of cases up to which something is no pain.
const TOLERATED_PERCENT: i64 = 5;
/// The same of errors of integrations.
const TOLERATED_ERRORS_PERCENT: i64 = 1;
/// Managers who must be comparable before a pain is marked.
const MANAGERS_MIN: usize = 3;
/// Managers, or fields, that a pain names at most.
const NAMED_MAX: usize = 3;

/// Whether people or the system must change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Some have it and others do not: habit or training.
    Habit,
    /// Nearly everybody has it: inconvenient or broken.
    Inconvenience,
}

/// A pain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pain {
    /// The metric that hurts. Its evidence is the numerator where less is better, else what the denominator
    /// has beside the numerator.
    pub metric: Metric,
    /// The days it was found in.
    pub period: Period,
    /// Cases that hurt, of all.
    pub value: Ratio,
    /// Deals at stake: the cases, a missed lead in full, one that waits or drifts by half, a flaw of the record
    /// by a tenth. A convention for the order, not a measurement. Of absence: the active deals of those who did
    /// nothing at all.
    pub deals: i64,
    /// Money at stake in hundredths: the deals times the revenue of the period by its leads, or by its closed
    /// deals where the cases are deals at work. None without revenue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<i64>,
    /// Habit or inconvenience, where at least three managers can be compared: with five cases each. It is a
    /// habit if a quarter of them have at most half of the whole's share, for the system lets them do without;
    /// else nearly everybody has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The stage in which most of the cases stand, where they stand in stages; 0 otherwise.
    #[serde(default)]
    pub stage: u64,
    /// Of cards that are not filled in the fields that most of them lack, with how many do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(Field, i64)>,
    /// Those with most cases: managers, or creators of records. Of a sign, such as texts pasted alike, nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<Item>,
}

/// What a case weighs in percent of a deal.
const FULL: i64 = 100;
const HALF: i64 = 50;
const TENTH: i64 = 10;

const PAINS: [(Metric, i64); 17] = [
    (Metric::Missed, FULL),
    (Metric::InTime, HALF),
    (Metric::ReplyInTime, HALF),
    (Metric::BadRecords, HALF),
    (Metric::Overdue, HALF),
    (Metric::Stuck, HALF),
    (Metric::NoNextStep, HALF),
    (Metric::Outside, TENTH),
    (Metric::CompleteCards, TENTH),
    (Metric::Sourced, TENTH),
    (Metric::Reasoned, TENTH),
    (Metric::Duplicates, TENTH),
    (Metric::WholeTasks, TENTH),
    (Metric::LateTasks, TENTH),
    (Metric::Alike, TENTH),
    (Metric::RushFilled, TENTH),
    (Metric::DauRoster, FULL),
];

/// Whether it is a sign, to be looked into before anybody is asked: it names nobody.
const fn is_sign(metric: Metric) -> bool {
    matches!(metric, Metric::Alike | Metric::RushFilled)
}

pub(super) fn pains(book: &mut Book, day: &Figures) -> Vec<Pain> {
    let period = Period { from: book.last(PAIN_DAYS).from.max(book.rules.observed_day()), to: book.day };
    if period.from > period.to {
        return Vec::new();
    }
    let counts: Vec<Count> = PAINS.iter().flat_map(|(metric, _)| metric.counts()).collect();
    let managers = book.by_manager(period, &counts);
    let persons = book.attendance(period, Slice::ALL).persons;
    let all = book.sheet(period, Slice::ALL).clone();
    let mut found: Vec<(i64, Pain)> = Vec::new();
    for (metric, weight) in PAINS.into_iter().filter(|(metric, _)| book.has_policy(*metric, Slice::ALL)) {
        if metric.needs_answers() && !all.tells_of_answers() {
            continue;
        }
        let by: Sorted<u64, Ratio> = if metric == Metric::DauRoster {
            persons.iter().map(|(id, own)| (*id, hurt(metric, *own))).collect()
        } else {
            managers.iter().map(|(id, sheet)| (*id, hurt(metric, sheet.ratio(metric)))).collect()
        };
        let value = match metric {
            Metric::DauRoster => by.values().fold(Ratio::default(), |sum, own| sum.plus(own.n, own.of)),
            _ => hurt(metric, all.ratio(metric)),
        };
        if !is_pain(metric, value) {
            continue;
        }
        let weighed = match metric {
            Metric::DauRoster => idle_deals(&by, &managers).saturating_mul(weight),
            _ => value.n.saturating_mul(weight),
        };
        let deals = (weighed + 50) / 100;
        let pain = Pain {
            metric,
            period,
            value,
            deals,
            money: money(metric, deals, &all),
            mark: match metric {
                Metric::BadRecords => Some(Mark::Inconvenience),
                _ if is_sign(metric) => None,
                _ => mark(value, &by),
            },
            stage: stage(metric, day),
            fields: if metric == Metric::CompleteCards {
                day.all.lacking_most(NAMED_MAX)
            } else {
                Vec::new()
            },
            who: if is_sign(metric) { Vec::new() } else { named(&by) },
        };
        found.push((weighed, pain));
    }
    found.sort_by_key(|(weighed, pain)| (-weighed, pain.metric));
    found.into_iter().map(|(_, pain)| pain).take(PAINS_MAX).collect()
}

/// The cases that hurt.
fn hurt(metric: Metric, Ratio { n, of }: Ratio) -> Ratio {
    Ratio { n: if metric.less_is_better() { n } else { of - n }, of }
}

fn is_pain(metric: Metric, value: Ratio) -> bool {
    let tolerated = if metric == Metric::BadRecords { TOLERATED_ERRORS_PERCENT } else { TOLERATED_PERCENT };
    value.of >= CASES_TO_JUDGE && value.n > 0 && value.compare(tolerated, 100).is_gt()
}

/// Whether those who can be compared are alike.
fn mark(whole: Ratio, by: &Sorted<u64, Ratio>) -> Option<Mark> {
    let comparable: Vec<&Ratio> =
        by.iter().filter(|(id, own)| **id != 0 && own.of >= CASES_TO_JUDGE).map(|(_, own)| own).collect();
    if comparable.len() < MANAGERS_MIN {
        return None;
    }
    let free = |own: &&&Ratio| own.compare(whole.n, whole.of.saturating_mul(2)).is_le();
    let free = comparable.iter().filter(free).count();
    Some(if free * 4 >= comparable.len() { Mark::Habit } else { Mark::Inconvenience })
}

/// Active deals of those who did nothing on any day on which they were expected.
fn idle_deals(by: &Sorted<u64, Ratio>, managers: &Sorted<u64, Sheet>) -> i64 {
    let idle = by.iter().filter(|(_, own)| own.n == own.of);
    idle.filter_map(|(id, _)| managers.get(id)).map(|sheet| sheet.n(Count::Active)).sum()
}

fn money(metric: Metric, deals: i64, all: &Sheet) -> Option<i64> {
    let of_leads =
        matches!(metric, Metric::Missed | Metric::InTime | Metric::ReplyInTime | Metric::BadRecords);
    let base = if of_leads { all.n(Count::Entered) } else { all.n(Count::Won) + all.n(Count::Lost) };
    let revenue = all.n(Count::Revenue);
    let money = i128::from(deals) * i128::from(revenue);
    (base > 0 && revenue > 0).then(|| i64::try_from(money / i128::from(base)).unwrap_or(i64::MAX))
}

fn stage(metric: Metric, day: &Figures) -> u64 {
    let count = match metric {
        Metric::Overdue => |block: &Block| block.n(Count::Overdue),
        Metric::Stuck => |block: &Block| block.n(Count::Stuck),
        Metric::NoNextStep => |block: &Block| block.n(Count::NoNextStep),
        Metric::CompleteCards => |block: &Block| block.n(Count::Cards) - block.n(Count::Complete),
        _ => return 0,
    };
    let stages = day.by.stages.iter().map(|(id, block)| (count(block), *id));
    stages.filter(|(n, _)| *n > 0).max_by_key(|(n, id)| (*n, std::cmp::Reverse(*id))).map_or(0, |(_, id)| id)
}

fn named(by: &Sorted<u64, Ratio>) -> Vec<Item> {
    let mut items: Vec<Item> = by.iter().map(|(id, value)| Item { id: *id, value: *value }).collect();
    items.retain(|item| item.id != 0 && item.value.n > 0);
    items.sort_by_key(|item| (-item.value.n, item.id));
    items.truncate(NAMED_MAX);
    items
}
