//! Before and after: by the same rules, of the same length, from the same channels, or it says what differs.

use super::book::{Book, LOOK_BACK_DAYS, policy_of};
use super::forecast::Forecast;
use super::metric::Metric;
use super::period::{Period, same_length};
use super::{Ratio, State, Unit, Verdict};
use crate::policy::{Criterion, Goal, Policy};
use crate::sorted::Sorted;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The share of a period's leads, in percent, from which on a source or a pipeline must be there in the other
/// period too. One lead of five hundred is not a channel.
const CHANNEL_PERCENT: i64 = 5;

/// Why two periods cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// The policy names no baseline.
    NoBaseline,
    /// The period before was not observed from its first day on.
    BeforeUnobserved,
    /// The period after was not observed from its first day on.
    AfterUnobserved,
    /// The period after has not ended.
    Ahead,
    /// They are not of one length.
    Length,
    /// They have days in common.
    Overlap,
    /// Leads came in these pipelines in one of them only.
    Pipelines(Vec<u64>),
    /// Leads came from these sources in one of them only; 0 is an unknown one.
    Sources(Vec<u64>),
    /// The target of the first response is another.
    FirstResponse,
    /// Thresholds of the definitions are others.
    Thresholds,
    /// What stages, task types and reasons mean is different.
    Meaning,
    /// The weekly hours are others.
    Hours,
    /// The mandatory fields are others.
    Mandatory,
    /// The measured pipelines or their stages are others.
    Stages,
}

/// What a comparison does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Caveat {
    /// The CRM is one cause among several: season, price, advertising and people are others.
    #[default]
    OneCauseAmongSeveral,
}

/// How a figure turned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// To the better.
    Better,
    /// To the worse.
    Worse,
    /// Not at all.
    Same,
    /// One of the two is not known.
    #[default]
    Unknown,
}

/// A figure before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compared {
    /// Before.
    pub before: Verdict,
    /// After.
    pub after: Verdict,
    /// How it turned.
    pub trend: Trend,
}

/// Two periods side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// The days before: the baseline, or as many days as are after, right before them.
    pub before: Period,
    /// The days after.
    pub after: Period,
    /// Whether the days before were uploaded from another system's history.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uploaded: bool,
    /// What keeps them from being compared; empty where they may be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// What it does not say.
    #[serde(default)]
    pub caveat: Caveat,
    /// The acceptance table, a row for each metric: distribution of leads (`response_median`), control of stages
    /// (`stage_conversion`), reminders (`task_overdue`), reasons of losses (`reasoned`). Then other figures.
    pub rows: Vec<Compared>,
}

/// How far a goal is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// The user who answers for it; 0 for nobody.
    #[serde(default)]
    pub owner: u64,
    /// The day by which it is to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Day>,
    /// By the baseline.
    pub baseline: Verdict,
    /// The days before the current ones, the current ones, and the trend.
    pub current: Compared,
    /// Where it is heading, for a day that lies near enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
}

/// The four rows of the acceptance table, then what the mission is about.
const ROWS: [Metric; 9] = [
    Metric::ResponseMedian,
    Metric::StageConversion,
    Metric::TaskOverdue,
    Metric::Reasoned,
    Metric::InTime,
    Metric::Missed,
    Metric::Conversion,
    Metric::CompleteCards,
    Metric::DauRoster,
];

impl Book<'_> {
    /// The baseline beside the current period.
    pub(crate) fn comparison(&mut self) -> Comparison {
        let (acceptance, baseline) = (&self.policy().acceptance, self.baseline());
        let days = baseline.map_or(LOOK_BACK_DAYS, Period::days);
        let after = acceptance.after.unwrap_or_else(|| self.last(days));
        let before = baseline.unwrap_or_else(|| after.before());
        let mut differences = self.differences(before, after);
        if baseline.is_none() {
            differences.insert(0, Difference::NoBaseline);
        }
        let rows = ROWS.map(|metric| self.compared(&Criterion::of(metric), before, after));
        let uploaded = self.is_uploaded(before);
        Comparison { before, after, uploaded, differences, caveat: Caveat::default(), rows: rows.into() }
    }

    pub(crate) fn compared(&mut self, criterion: &Criterion, before: Period, after: Period) -> Compared {
        let (before, after) = (self.judge_in(criterion, before), self.judge_in(criterion, after));
        let trend = trend(&before, &after);
        Compared { before, after, trend }
    }

    /// The goals of the policy, by the baseline and by the days before.
    pub(crate) fn progress(&mut self) -> Vec<Progress> {
        let policy = self.policy();
        let progress = |goal: &Goal| {
            let current = self.last(goal.criterion.window_days);
            // Of a longer baseline its last days: cohorts must be followed as long as the current ones.
            let days = self.baseline().map(|b| Period::ending(b.to, current.days().min(b.days())));
            let mut baseline = self.judge_in(&goal.criterion, days.unwrap_or(current));
            if days.is_none() {
                baseline =
                    Verdict { state: State::NoData, reason: Some(super::NoData::NoPolicy), ..baseline };
                (baseline.value, baseline.seconds) = (Ratio::default(), None);
            }
            let current = self.compared(&goal.criterion, current.before(), current);
            let forecast = self.forecast(goal);
            Progress { owner: goal.owner, by: goal.by, baseline, current, forecast }
        };
        policy.goals.iter().map(progress).collect()
    }

    /// What keeps two periods from being compared.
    pub(crate) fn differences(&self, before: Period, after: Period) -> Vec<Difference> {
        let mut found = Vec::new();
        let is_before_told = self.is_observed(before) || self.is_uploaded(before);
        let is_after_told = self.is_observed(after);
        let simple = [
            (!is_before_told, Difference::BeforeUnobserved),
            (!is_after_told, Difference::AfterUnobserved),
            (after.to > self.day, Difference::Ahead),
            (!same_length(before, after), Difference::Length),
            (before.overlaps(after), Difference::Overlap),
        ];
        found.extend(simple.into_iter().filter(|(differs, _)| *differs).map(|(_, difference)| difference));
        // What happened to be seen of days that were not observed says nothing of their channels.
        if is_before_told && is_after_told {
            let ([pipelines, sources], [later_pipelines, later_sources]) =
                (self.channels(before), self.channels(after));
            let pipelines = one_sided(&pipelines, &later_pipelines);
            let sources = one_sided(&sources, &later_sources);
            found.extend((!pipelines.is_empty()).then_some(Difference::Pipelines(pipelines)));
            found.extend((!sources.is_empty()).then_some(Difference::Sources(sources)));
        }
        found.extend(self.rule_changes(before, after));
        found
    }

    /// Definitions that are not the same in every version in force in one of two periods.
    fn rule_changes(&self, before: Period, after: Period) -> Vec<Difference> {
        let told: &[Policy] = if self.is_uploaded(before) { self.uploaded_policies() } else { &[] };
        let first = told.first().unwrap_or_else(|| policy_of(self.rules, before.from));
        let begun = self.rules.versions().skip(1);
        let begun = begun.map(|version| (version.zone.day_of(version.from), &version.policy));
        let begun = begun.filter(|(from, _)| before.has(*from) || after.has(*from)).map(|(_, policy)| policy);
        let policies: Vec<&Policy> =
            told.iter().chain(begun).chain([policy_of(self.rules, after.from)]).collect();
        let differs = |same: fn(&Policy, &Policy) -> bool| policies.iter().any(|policy| !same(first, policy));
        let checks = [
            (differs(|a, b| a.first_response.target == b.first_response.target), Difference::FirstResponse),
            (differs(|a, b| a.thresholds == b.thresholds), Difference::Thresholds),
            (differs(|a, b| a.meaning == b.meaning), Difference::Meaning),
            (differs(same_hours), Difference::Hours),
            (differs(|a, b| a.mandatory == b.mandatory), Difference::Mandatory),
            (differs(same_stages), Difference::Stages),
        ];
        checks.into_iter().filter(|(changed, _)| *changed).map(|(_, difference)| difference).collect()
    }
}

/// Ids under which enough leads came in one of two periods and none in the other. A period without any lead
/// has no channels to differ in.
fn one_sided(before: &Sorted<u64, i64>, after: &Sorted<u64, i64>) -> Vec<u64> {
    let of = |leads: &Sorted<u64, i64>| leads.values().sum::<i64>();
    let missing = |here: &Sorted<u64, i64>, there: &Sorted<u64, i64>| -> Vec<u64> {
        let enough = |n: i64| Ratio { n, of: of(here) }.compare(CHANNEL_PERCENT, 100).is_ge();
        let gone = |id: &u64| there.get(id).is_none_or(|n| *n <= 0);
        here.iter().filter(|(id, n)| enough(**n) && gone(id)).map(|(id, _)| *id).collect()
    };
    if of(before) <= 0 || of(after) <= 0 {
        return Vec::new();
    }
    let mut ids = missing(before, after);
    ids.extend(missing(after, before));
    ids.sort_unstable();
    ids
}

fn same_hours(a: &Policy, b: &Policy) -> bool {
    a.calendar.weekly == b.calendar.weekly && a.calendar.tz == b.calendar.tz
}

/// Names may change, what is measured may not.
fn same_stages(a: &Policy, b: &Policy) -> bool {
    let ids = |policy: &Policy| -> Vec<(u64, Vec<u64>)> {
        let stages = policy.pipelines.iter().map(|p| (p.id, p.stages.iter().map(|s| s.id).collect()));
        stages.collect()
    };
    ids(a) == ids(b)
}

/// How a figure turned, by cross-multiplication.
pub(crate) fn trend(before: &Verdict, after: &Verdict) -> Trend {
    if !(before.is_known() && after.is_known()) {
        return Trend::Unknown;
    }
    let metric = after.criterion.metric;
    let order = match metric.unit() {
        Unit::Seconds => after.seconds.cmp(&before.seconds),
        Unit::Percent | Unit::Hundredths => after.value.compare(before.value.n, before.value.of),
    };
    match (order, metric.less_is_better()) {
        (Ordering::Equal, _) => Trend::Same,
        (Ordering::Less, true) | (Ordering::Greater, false) => Trend::Better,
        _ => Trend::Worse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_the_same_where_the_week_and_the_zone_are() {
        let of = |told: &str| Policy { calendar: serde_json::from_str(told).unwrap(), ..Policy::default() };
        let monday = of(r#"{"tz":"Europe/Moscow","weekly":{"mon":[["09:00","18:00"]]}}"#);
        let later = of(r#"{"tz":"Europe/Moscow","weekly":{"mon":[["10:00","18:00"]]}}"#);
        let elsewhere = of(r#"{"tz":"Asia/Omsk","weekly":{"mon":[["09:00","18:00"]]}}"#);
        let closed =
            of(r#"{"tz":"Europe/Moscow","weekly":{"mon":[["09:00","18:00"]]},"holidays":["2026-01-01"]}"#);
        assert!(same_hours(&monday, &monday) && same_hours(&monday, &closed));
        assert!(!same_hours(&monday, &later) && !same_hours(&monday, &elsewhere));
    }
}
