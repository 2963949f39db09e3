//! The lists: the acceptance list of seven points, the check of a set-up, the pilot's readiness, the gates.

use super::book::{Book, Past, gates};
use super::compare::{Comparison, Difference};
use super::metric::Metric;
use super::period::Period;
use super::{State, Verdict};
use crate::contribution::{Days, Dimension, Slice};
use crate::policy::{Acceptance, Criterion, Rules};
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Days of the check of a set-up: whether each thing happens at all.
const SETUP_DAYS: u32 = 7;

/// A point of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// Leads are created automatically from the source.
    AutoLeads,
    /// The stage changes by an action.
    CausedMoves,
    /// A task is set with a deadline and a responsible.
    WholeTasks,
    /// The reminder comes in time.
    Reminders,
    /// The report updates without manual edits.
    Reporting,
    /// No deals are run outside the CRM.
    Inside,
    /// Before and after are counted by the same rules.
    SameRules,
    /// The lead appeared by itself.
    LeadAppeared,
    /// The stage changed by an action.
    StageChanged,
    /// The task appeared at the responsible with a deadline.
    TaskAppeared,
    /// Automatic leads are in the right pipeline.
    RightPipeline,
    /// The first response keeps its target.
    FirstResponse,
    /// Integrations make few errors.
    Integrations,
}

/// A point with its verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Check {
    /// The point.
    pub point: Point,
    /// Met if all its verdicts are.
    pub state: State,
    /// What it rests on. [`Point::SameRules`] rests on the comparison's differences.
    pub verdicts: Vec<Verdict>,
}

/// A gate of the acceptance: go, no go, or no data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gate {
    /// Its day: 90 days, 3, 6 and 12 months after the start, in this order.
    pub due: Day,
    /// Whether it lies ahead; the verdicts of the next one are how it stands.
    #[serde(default)]
    pub ahead: bool,
    /// Go if all targets are met, no go if one is not.
    pub state: State,
    /// The targets by the days up to the gate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
}

/// How the acceptance stands at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// Whether all seven points are met.
    pub accepted: State,
    /// The seven points.
    pub points: Vec<Check>,
    /// Whether a set-up works: each of its three things happened within a week.
    pub works: State,
    /// The three things.
    pub setup: Vec<Check>,
    /// Whether the pilot is ready to be widened.
    pub ready: State,
    /// Its three criteria, on the pilot where there is one.
    pub pilot: Vec<Check>,
    /// The gates, where the acceptance has a start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
    /// Whether the policy names other targets than those fixed at the start, which hold.
    #[serde(default)]
    pub targets_moved: bool,
    /// Before and after.
    pub comparison: Comparison,
}

/// The standard criteria of a point. The policy may give others for their metrics, never silently: each
/// verdict carries its criterion.
///
/// Leads: what comes in by itself of all new deals; nine of ten leaves room for outgoing sales. Moves: a robot,
/// a client's event or a task done must be behind four of five. Tasks: nearly all whole. Reminders: on the
/// occasions that called for one; where everybody is answered at once there is no data, and none is made up.
/// Reporting: every working day with a figure made by a fact, and few answers that are only claimed. Inside:
/// an upper bound of deals moved without a word or in haste.
#[must_use]
pub fn standard(point: Point) -> Vec<Criterion> {
    let good = |metric, value| Criterion::good(metric, value);
    match point {
        Point::AutoLeads => vec![good(Metric::AutoLeads, 90)],
        Point::CausedMoves => vec![good(Metric::CausedMoves, 80)],
        Point::WholeTasks => vec![good(Metric::WholeTasks, 95)],
        Point::Reminders => vec![good(Metric::Reminded, 90)],
        Point::Reporting => vec![good(Metric::ReportingDays, 100), good(Metric::Claimed, 5)],
        Point::Inside => vec![good(Metric::Outside, 5)],
        Point::SameRules => Vec::new(),
        Point::LeadAppeared => vec![once(Metric::AutoLeads)],
        Point::StageChanged => vec![once(Metric::CausedMoves)],
        Point::TaskAppeared => vec![once(Metric::WholeTasks)],
        Point::RightPipeline => vec![good(Metric::AutoRight, 95)],
        Point::FirstResponse => vec![good(Metric::InTime, 80)],
        Point::Integrations => vec![good(Metric::BadRecords, 1)],
    }
}

/// That something happens at all.
fn once(metric: Metric) -> Criterion {
    Criterion { window_days: SETUP_DAYS, cases_min: 1, ..Criterion::of(metric) }
}

const POINTS: [Point; 7] = [
    Point::AutoLeads,
    Point::CausedMoves,
    Point::WholeTasks,
    Point::Reminders,
    Point::Reporting,
    Point::Inside,
    Point::SameRules,
];
const SETUP: [Point; 3] = [Point::LeadAppeared, Point::StageChanged, Point::TaskAppeared];
const PILOT: [Point; 3] = [Point::RightPipeline, Point::FirstResponse, Point::Integrations];

impl Standing {
    /// How the acceptance stands at the end of a day.
    #[must_use]
    pub fn of(totals: &dyn Days, rules: &Rules, day: Day) -> Self {
        let past = Past::of(totals, rules, &[day].into());
        Self::from_book(&mut Book::new(totals, rules, &past, day))
    }

    pub(crate) fn from_book(book: &mut Book) -> Self {
        let comparison = book.comparison();
        let points: Vec<Check> = POINTS.map(|point| book.check(point, &comparison)).into();
        let setup: Vec<Check> = SETUP.map(|point| book.happened(point)).into();
        let pilot: Vec<Check> = PILOT.map(|point| book.pilot_check(point)).into();
        let (gates, targets_moved) = book.gates();
        let all = |checks: &[Check]| State::of_all(checks.iter().map(|check| check.state));
        Self {
            accepted: all(&points),
            points,
            works: all(&setup),
            setup,
            ready: all(&pilot),
            pilot,
            gates,
            targets_moved,
            comparison,
        }
    }
}

impl Book<'_> {
    fn criteria(&self, point: Point) -> Vec<Criterion> {
        let limits = &self.policy().acceptance.limits;
        let own = |standard: Criterion| {
            let own = limits.iter().find(|own| own.metric == standard.metric);
            own.cloned().unwrap_or(standard)
        };
        standard(point).into_iter().map(own).collect()
    }

    fn check(&mut self, point: Point, comparison: &Comparison) -> Check {
        if point == Point::SameRules {
            return Check { point, state: comparable(comparison), verdicts: Vec::new() };
        }
        let criteria = self.criteria(point);
        let verdicts: Vec<Verdict> = criteria.iter().map(|criterion| self.judge(criterion)).collect();
        Check { point, state: State::of_all(verdicts.iter().map(|verdict| verdict.state)), verdicts }
    }

    /// Once is enough, and out of some never is not.
    fn happened(&mut self, point: Point) -> Check {
        let judge = |criterion: &Criterion| {
            let verdict = self.judge(criterion);
            let state = match (verdict.state, verdict.value.n) {
                (State::NoData, _) => State::NoData,
                (_, 1..) => State::Met,
                _ => State::NotMet,
            };
            Verdict { state, ..verdict }
        };
        let verdicts: Vec<Verdict> = standard(point).iter().map(judge).collect();
        Check { point, state: State::of_all(verdicts.iter().map(|verdict| verdict.state)), verdicts }
    }

    /// On the pilot's slice and days where there is a pilot, else on everything.
    fn pilot_check(&mut self, point: Point) -> Check {
        let pilot = self.policy().pilot.as_ref().filter(|pilot| pilot.from <= self.day);
        let period = pilot.map(|pilot| Period { from: pilot.from, to: pilot.to.min(self.day) });
        let slice = if period.is_some() { Slice::of(Dimension::Pilot, 1) } else { Slice::ALL };
        let mut verdicts = Vec::new();
        for criterion in self.criteria(point) {
            let days = period.unwrap_or_else(|| self.last(criterion.window_days));
            verdicts.push(self.judge_in(&Criterion { slice, window_days: days.days(), ..criterion }, days));
        }
        Check { point, state: State::of_all(verdicts.iter().map(|verdict| verdict.state)), verdicts }
    }

    /// The gates, and whether their targets were changed after the start.
    fn gates(&mut self) -> (Vec<Gate>, bool) {
        let Acceptance { started: Some(started), ref targets, .. } = self.policy().acceptance else {
            return (Vec::new(), false);
        };
        let versions = self.rules.versions().map(|version| &version.policy.acceptance);
        let fixed = versions.into_iter().find(|acceptance| acceptance.started == Some(started));
        let fixed = fixed.map_or_else(Vec::new, |acceptance| acceptance.targets.clone());
        let moved = fixed != *targets;
        let mut next = true;
        let gate = |due: Day| {
            let ahead = due > self.day;
            let judged = !ahead || std::mem::take(&mut next);
            let end = due.min(self.day);
            let judge = |c: &Criterion| self.judge_in(c, Period::ending(end, c.window_days));
            let verdicts: Vec<Verdict> = fixed.iter().filter(|_| judged).map(judge).collect();
            let state = State::of_all(verdicts.iter().map(|verdict| verdict.state));
            Gate { due, ahead, state, verdicts }
        };
        (gates(started).map(gate).collect(), moved)
    }
}

/// Comparable, not comparable, or nothing to compare with yet.
fn comparable(comparison: &Comparison) -> State {
    use Difference::{AfterUnobserved, Ahead, BeforeUnobserved, NoBaseline};
    let early = |difference: &Difference| {
        matches!(difference, NoBaseline | BeforeUnobserved | AfterUnobserved | Ahead)
    };
    match &comparison.differences {
        none if none.is_empty() => State::Met,
        some if some.iter().all(early) || some.contains(&NoBaseline) => State::NoData,
        _ => State::NotMet,
    }
}
