//! The six signs that a CRM has taken root, each by a few figures and the limits of green and amber.

use super::CASES_TO_JUDGE;
use crate::acceptance::{Book, LOOK_BACK_DAYS, Metric, Period, State, Verdict};
use crate::policy::{Criterion, WINDOW_DAYS};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Days in which changes of the policy are looked for.
const CHANGES_DAYS: u32 = 90;
/// Percent of its limit up to which a slower response is amber.
const SLOWER_PERCENT: i64 = 120;

/// A sign of success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignName {
    /// Data lives in the system and nowhere else.
    Live,
    /// People use it daily without being forced.
    Daily,
    /// Processing takes less time, or is more predictable.
    Faster,
    /// The head sees the picture without collecting it by hand.
    Picture,
    /// There are fewer errors and losses.
    Losses,
    /// Changes are manageable.
    Changes,
}

/// What to do about a sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Nothing: go on like this.
    #[default]
    GoOn,
    /// Wait until there is data.
    Wait,
    /// Have the mandatory fields filled, or ask for fewer.
    FillCards,
    /// Let integrations and people name the source.
    NameSources,
    /// Talk to clients through the CRM's channels.
    TalkInside,
    /// Learn from those who stay away what hinders them.
    AskTheAbsent,
    /// Let heads work in the CRM themselves.
    LeadByExample,
    /// Answer sooner: distribute leads, set reminders.
    AnswerSooner,
    /// See why no facts arrive.
    CheckConnection,
    /// Give each deal its next step.
    PlanSteps,
    /// Connect the channels in which people answer outside.
    ConnectChannels,
    /// Take up missed leads.
    CatchLeads,
    /// Merge duplicates.
    MergeDuplicates,
    /// Clear what is overdue.
    ClearOverdue,
    /// Change less at a time, and tell people before.
    ChangeGently,
}

/// A sign with the figures behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sign {
    /// Which.
    pub sign: SignName,
    /// Green is met, amber near, red not met. The worst of the figures that are known; of speed the better
    /// one, for the sign asks for less time or for more predictable time.
    pub state: State,
    /// The figures, with the limits of green.
    pub figures: Vec<Verdict>,
    /// What to do.
    pub advice: Advice,
}

/// A metric with its limits of green and amber.
type Limits = (Metric, i64, i64);

const LIVE: &[Limits] =
    &[(Metric::CompleteCards, 80, 50), (Metric::Sourced, 80, 50), (Metric::Outside, 5, 20)];
const DAILY: &[Limits] = &[(Metric::DauRoster, 80, 60), (Metric::Heads, 60, 30), (Metric::DauMau, 60, 40)];
const PICTURE: &[Limits] =
    &[(Metric::ReportingDays, 100, 90), (Metric::NoNextStep, 20, 40), (Metric::Claimed, 5, 15)];
const LOSSES: &[Limits] = &[(Metric::Missed, 5, 15), (Metric::Overdue, 20, 40), (Metric::Duplicates, 3, 10)];
const CHANGES: &[Limits] = &[(Metric::CalmChanges, 100, 50)];

pub(super) fn signs(book: &mut Book) -> Vec<Sign> {
    vec![
        sign(book, SignName::Live, LIVE),
        sign(book, SignName::Daily, DAILY),
        faster(book),
        sign(book, SignName::Picture, PICTURE),
        sign(book, SignName::Losses, LOSSES),
        sign(book, SignName::Changes, CHANGES),
    ]
}

/// A criterion of a sign or an answer: what stands at the end of a day needs that day only.
pub(super) fn criterion(metric: Metric) -> Criterion {
    let window_days = match metric {
        Metric::CalmChanges => CHANGES_DAYS,
        _ if metric.is_of_the_end() => 1,
        _ => WINDOW_DAYS,
    };
    Criterion { window_days, cases_min: CASES_TO_JUDGE, ..Criterion::of(metric) }
}

fn sign(book: &mut Book, sign: SignName, limits: &[Limits]) -> Sign {
    let figures: Vec<Verdict> = limits.iter().map(|limits| judged(book, *limits)).collect();
    let worst = figures
        .iter()
        .filter(|figure| figure.is_known())
        .reduce(|worst, next| if next.state > worst.state { next } else { worst });
    let state = worst.map_or(State::NoData, |worst| worst.state);
    let advice = advice(state, worst.map(|worst| worst.criterion.metric));
    Sign { sign, state, figures, advice }
}

fn judged(book: &mut Book, (metric, green, amber): Limits) -> Verdict {
    let good = Criterion::good(metric, green);
    let Criterion { at_least, at_most, .. } = good;
    let mut figure = book.judge(&Criterion { at_least, at_most, ..criterion(metric) });
    if figure.state == State::NotMet {
        let beyond = if metric.less_is_better() { Ordering::Greater } else { Ordering::Less };
        let near = figure.compare(amber).is_some_and(|order| order != beyond);
        figure.state = if near { State::Near } else { State::NotMet };
    }
    figure
}

/// The median and the nine of ten, each against what it was before; a median within the target need not fall.
fn faster(book: &mut Book) -> Sign {
    let policy = book.policy();
    let now = book.last(LOOK_BACK_DAYS);
    let before = book.baseline().filter(|baseline| !baseline.overlaps(now));
    let before = before.unwrap_or_else(|| now.before());
    let target_s = policy.first_response_s();
    let median = against(book, Metric::ResponseMedian, before, target_s);
    let p90 = against(book, Metric::ResponseP90, before, 0);
    let known =
        [&median, &p90].into_iter().filter(|figure| figure.is_known() && figure.state != State::Known);
    let state = known.map(|figure| figure.state).min().unwrap_or(State::NoData);
    let advice = advice(state, Some(Metric::ResponseMedian));
    Sign { sign: SignName::Faster, state, figures: vec![median, p90], advice }
}

fn against(book: &mut Book, metric: Metric, before: Period, at_least_s: i64) -> Verdict {
    let then = book.judge_in(&criterion(metric), before).seconds;
    let limit = then.map(|then_s| then_s.max(at_least_s)).or_else(|| (at_least_s > 0).then_some(at_least_s));
    let mut figure = book.judge(&Criterion { at_most: limit, ..criterion(metric) });
    if let (State::NotMet, Some(limit_s)) = (figure.state, limit) {
        let near = figure.compare(limit_s * SLOWER_PERCENT / 100).is_some_and(Ordering::is_le);
        figure.state = if near { State::Near } else { State::NotMet };
    }
    figure
}

fn advice(state: State, metric: Option<Metric>) -> Advice {
    match (state, metric) {
        (State::NoData, _) | (_, None) => Advice::Wait,
        (State::Met | State::Known, _) => Advice::GoOn,
        (_, Some(metric)) => match metric {
            Metric::CompleteCards => Advice::FillCards,
            Metric::Sourced => Advice::NameSources,
            Metric::Outside => Advice::TalkInside,
            Metric::DauRoster | Metric::DauMau => Advice::AskTheAbsent,
            Metric::Heads => Advice::LeadByExample,
            Metric::ReportingDays => Advice::CheckConnection,
            Metric::NoNextStep => Advice::PlanSteps,
            Metric::Claimed => Advice::ConnectChannels,
            Metric::Missed => Advice::CatchLeads,
            Metric::Duplicates => Advice::MergeDuplicates,
            Metric::Overdue => Advice::ClearOverdue,
            Metric::CalmChanges => Advice::ChangeGently,
            _ => Advice::AnswerSooner,
        },
    }
}
