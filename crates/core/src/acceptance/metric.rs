//! What can be asked of a period: each metric with its formula over the counts.

use crate::contribution::{Count, Dimension, Milestone, Slice, Took};
use serde::{Deserialize, Serialize};

/// A figure that criteria, signs and goals are about. Flows are of the period, gauges of its end; a cohort is
/// what entered in the period, followed to the period's end, so that periods of one length are followed alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    // Leads and their answers
    /// `entered / (entered + by_hand)`: what came in by itself of all new deals. Leads are taken rather than
    /// `auto_leads`, which are judged a day later and leave out requests that wait to be accepted.
    #[default]
    AutoLeads,
    /// `auto_right / auto_leads`: in the pipeline of their source, where no person moved them out.
    AutoRight,
    /// `in_time / (in_time + breached)`: first responses within the policy's target.
    InTime,
    /// `missed / entered`: no response within a business day, or closed without one.
    Missed,
    /// `claimed / (claimed + first responses)`: answers that a person only says to have given.
    Claimed,
    /// `reply_in_time / (reply_in_time + reply_breached)`: replies within their target.
    ReplyInTime,
    /// Median business seconds to the first response; of: those still waiting and those closed unanswered too.
    ResponseMedian,
    /// Business seconds within which nine of ten first responses come: how predictable they are.
    #[serde(rename = "response_p90")]
    ResponseP90,
    /// Median business seconds to our reply.
    ReplyMedian,

    // Moves
    /// `caused_moves / moves`: by a robot, or shortly after a client's event or a task done.
    CausedMoves,
    /// `robot_moves / moves`.
    RobotMoves,
    /// `(advanced_silent + rushed) / advanced`: deals that went on with nobody talking, or through several
    /// stages within minutes. A deal that did both counts twice: an upper bound.
    Outside,
    /// `rush_filled / moves`: moves with three fields or more filled within the minute before. A sign, not a fault.
    RushFilled,
    /// `reassigned / entered`: from person to person after the answer. It may exceed 100 %.
    Reassigned,
    /// Cohort: of first entries into stages, those that reached a later one.
    StageConversion,
    /// Cohort: `won / (entered + merged - merged away of the cohort)`.
    Conversion,
    /// `won / entered` of the same period, not of the same deals.
    PeriodConversion,
    /// Cohort: of the leads, those with a meeting held.
    Meetings,
    /// `reasoned / lost`: losses with a reason.
    Reasoned,
    /// `repeat_won / won`.
    RepeatWins,
    /// `revenue / priced`: the average check, in hundredths of the currency.
    AverageCheck,
    /// Median seconds from entry to the win, by the clock on the wall.
    CycleMedian,

    // Tasks
    /// `whole_tasks / tasks_set`: with a deadline and a responsible person.
    WholeTasks,
    /// `robot_tasks / tasks_set`.
    RobotTasks,
    /// `tasks_late / tasks_done`.
    LateTasks,
    /// `reminded / triggers`: occasions that call for a reminder, with a whole task in time.
    Reminded,

    // Integrations
    /// `bad_records / records` of the period. By single days one error among twenty records would be 5 %.
    BadRecords,

    // Work in hand
    /// `overdue / active`.
    Overdue,
    /// `task_overdue / active`.
    TaskOverdue,
    /// `stuck / active`.
    Stuck,
    /// `no_next_step / active`.
    NoNextStep,
    /// `duplicates / active`.
    Duplicates,
    /// `alike / active`: mandatory texts that five open cards or more say word for word. A sign, not a fault; a deal
    /// with two of them counts twice.
    Alike,
    /// `sourced / active`.
    Sourced,
    /// `complete / cards`: cards with every mandatory field.
    CompleteCards,
    /// `percent / (100 x cards)`: mean completeness.
    Completeness,
    /// `answered / asked`: check-lists.
    Checklists,

    // People and days
    /// Person-days with an action on working days / (working days x persons who acted in the period).
    DauMau,
    /// Person-days with an action / person-days of the roster, on working days, without those away.
    DauRoster,
    /// The same of those who lead.
    Heads,
    /// Working days on which a fact made a figure / working days.
    ReportingDays,
    /// Changes of the policy after which two weeks were no worse than the two before / changes.
    CalmChanges,
}

/// In what a metric is told and a criterion's limits are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share, its limits in percent.
    Percent,
    /// A duration, its limits in seconds.
    Seconds,
    /// A mean, its limits in hundredths of the currency.
    Hundredths,
}

/// What lies behind a metric: whose contributions to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Behind {
    /// Deals, and requests that are not deals yet.
    #[default]
    Deals,
    /// Tasks.
    Tasks,
    /// Clients, identities by which their deals are known to be theirs, and texts that their cards share.
    Clients,
    /// What people did: their actions, wherever they were.
    Acts,
    /// Days, not subjects.
    Days,
}

/// A part of a sum.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    N(Count),
    /// A hundred times a count.
    Hundred(Count),
    /// Milestones of the cohort.
    Reached(Milestone),
    /// As many less.
    Less(Milestone),
    /// Cases of a duration.
    Cases(Took),
}

/// How a metric is computed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Formula {
    /// Numerator and denominator.
    Ratio(&'static [Part], &'static [Part]),
    /// A quantile in tenths, with those that have no duration beside it.
    Quantile(Took, i64, &'static [Part]),
    /// By the roster and the calendar.
    Census,
}

use Count as C;
use Milestone as M;
use Part::{Cases, Hundred, Less, N, Reached};

const LEADS_LEFT: &[Part] = &[N(C::Entered), N(C::Merged), Less(M::Merged)];
const ACTIVE: &[Part] = &[N(C::Active)];
const UNANSWERED: &[Part] = &[N(C::Waiting), N(C::Unanswered)];

impl Metric {
    pub(crate) const fn formula(self) -> Formula {
        use Formula::{Census, Quantile, Ratio};
        match self {
            Self::AutoLeads => Ratio(&[N(C::Entered)], &[N(C::Entered), N(C::ByHand)]),
            Self::AutoRight => Ratio(&[N(C::AutoRight)], &[N(C::AutoLeads)]),
            Self::InTime => Ratio(&[N(C::InTime)], &[N(C::InTime), N(C::Breached)]),
            Self::Missed => Ratio(&[N(C::Missed)], &[N(C::Entered)]),
            Self::Claimed => Ratio(&[N(C::Claimed)], &[N(C::Claimed), Cases(Took::Response)]),
            Self::ReplyInTime => Ratio(&[N(C::ReplyInTime)], &[N(C::ReplyInTime), N(C::ReplyBreached)]),
            Self::ResponseMedian => Quantile(Took::Response, 5, UNANSWERED),
            Self::ResponseP90 => Quantile(Took::Response, 9, UNANSWERED),
            Self::ReplyMedian => Quantile(Took::Reply, 5, &[]),
            Self::CausedMoves => Ratio(&[N(C::CausedMoves)], &[N(C::Moves)]),
            Self::RobotMoves => Ratio(&[N(C::RobotMoves)], &[N(C::Moves)]),
            Self::Outside => Ratio(&[N(C::AdvancedSilent), N(C::Rushed)], &[N(C::Advanced)]),
            Self::RushFilled => Ratio(&[N(C::RushFilled)], &[N(C::Moves)]),
            Self::Reassigned => Ratio(&[N(C::Reassigned)], &[N(C::Entered)]),
            Self::StageConversion => Ratio(&[Reached(M::Passed)], &[N(C::StageEntered)]),
            Self::Conversion => Ratio(&[Reached(M::Won)], LEADS_LEFT),
            Self::PeriodConversion => Ratio(&[N(C::Won)], &[N(C::Entered)]),
            Self::Meetings => Ratio(&[Reached(M::Met)], LEADS_LEFT),
            Self::Reasoned => Ratio(&[N(C::Reasoned)], &[N(C::Lost)]),
            Self::RepeatWins => Ratio(&[N(C::RepeatWon)], &[N(C::Won)]),
            Self::AverageCheck => Ratio(&[N(C::Revenue)], &[N(C::Priced)]),
            Self::CycleMedian => Quantile(Took::Cycle, 5, &[]),
            Self::WholeTasks => Ratio(&[N(C::WholeTasks)], &[N(C::TasksSet)]),
            Self::RobotTasks => Ratio(&[N(C::RobotTasks)], &[N(C::TasksSet)]),
            Self::LateTasks => Ratio(&[N(C::TasksLate)], &[N(C::TasksDone)]),
            Self::Reminded => Ratio(&[N(C::Reminded)], &[N(C::Triggers)]),
            Self::BadRecords => Ratio(&[N(C::BadRecords)], &[N(C::Records)]),
            Self::Overdue => Ratio(&[N(C::Overdue)], ACTIVE),
            Self::TaskOverdue => Ratio(&[N(C::TaskOverdue)], ACTIVE),
            Self::Stuck => Ratio(&[N(C::Stuck)], ACTIVE),
            Self::NoNextStep => Ratio(&[N(C::NoNextStep)], ACTIVE),
            Self::Duplicates => Ratio(&[N(C::Duplicates)], ACTIVE),
            Self::Alike => Ratio(&[N(C::Alike)], ACTIVE),
            Self::Sourced => Ratio(&[N(C::Sourced)], ACTIVE),
            Self::CompleteCards => Ratio(&[N(C::Complete)], &[N(C::Cards)]),
            Self::Completeness => Ratio(&[N(C::Percent)], &[Hundred(C::Cards)]),
            Self::Checklists => Ratio(&[N(C::Answered)], &[N(C::Asked)]),
            Self::DauMau | Self::DauRoster | Self::Heads | Self::ReportingDays | Self::CalmChanges => Census,
        }
    }

    /// Its name, as documents and addresses carry it.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The metric of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }

    /// The counts that its formula needs.
    pub(crate) fn counts(self) -> Vec<Count> {
        let parts = match self.formula() {
            Formula::Ratio(n, of) => [n, of],
            Formula::Quantile(_, _, beside) => [beside, &[]],
            Formula::Census => [&[], &[]] as [&[Part]; 2],
        };
        let counts = parts.into_iter().flatten().filter_map(|part| match part {
            N(count) | Hundred(count) => Some(*count),
            Reached(_) | Less(_) | Cases(_) => None,
        });
        counts.collect()
    }

    /// In what it is told.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::AverageCheck => Unit::Hundredths,
            Self::ResponseMedian | Self::ResponseP90 | Self::ReplyMedian | Self::CycleMedian => Unit::Seconds,
            _ => Unit::Percent,
        }
    }

    /// Whether less of it is better.
    #[must_use]
    pub const fn less_is_better(self) -> bool {
        matches!(
            self,
            Self::Missed
                | Self::Claimed
                | Self::ResponseMedian
                | Self::ResponseP90
                | Self::ReplyMedian
                | Self::Outside
                | Self::RushFilled
                | Self::Reassigned
                | Self::CycleMedian
                | Self::LateTasks
                | Self::BadRecords
                | Self::Overdue
                | Self::TaskOverdue
                | Self::Stuck
                | Self::NoNextStep
                | Self::Duplicates
                | Self::Alike
        )
    }

    /// Whose contributions lie behind it.
    #[must_use]
    pub const fn behind(self) -> Behind {
        match self {
            Self::WholeTasks | Self::RobotTasks | Self::LateTasks => Behind::Tasks,
            Self::Duplicates | Self::Alike | Self::RepeatWins => Behind::Clients,
            Self::DauMau | Self::DauRoster | Self::Heads => Behind::Acts,
            Self::ReportingDays | Self::CalmChanges => Behind::Days,
            _ => Behind::Deals,
        }
    }

    /// Whether it says how things stand at the end of a day, so that a day is enough to know it.
    #[must_use]
    pub const fn is_of_the_end(self) -> bool {
        matches!(
            self,
            Self::Overdue
                | Self::TaskOverdue
                | Self::Stuck
                | Self::NoNextStep
                | Self::Duplicates
                | Self::Alike
                | Self::Sourced
                | Self::CompleteCards
                | Self::Completeness
                | Self::Checklists
        )
    }

    /// People and days are counted in full, not sampled: a few of them are enough.
    #[must_use]
    pub const fn is_census(self) -> bool {
        matches!(self.formula(), Formula::Census)
    }

    /// Whether what it counts can be told apart by a slice: a task is known by its person only, days and
    /// changes not at all.
    #[must_use]
    pub fn is_cut_by(self, slice: Slice) -> bool {
        match self.behind() {
            Behind::Tasks => slice.pipeline == 0 && matches!(slice.by, None | Some((Dimension::Manager, _))),
            Behind::Days => slice == Slice::ALL,
            Behind::Acts => {
                let people = [Dimension::Manager, Dimension::Pilot];
                slice.by.is_none_or(|(dimension, _)| people.contains(&dimension))
            }
            Behind::Deals | Behind::Clients => true,
        }
    }

    /// Whether it can only be known where the sources tell of answers.
    pub(crate) const fn needs_answers(self) -> bool {
        matches!(
            self,
            Self::InTime
                | Self::Missed
                | Self::Claimed
                | Self::ReplyInTime
                | Self::ResponseMedian
                | Self::ResponseP90
                | Self::ReplyMedian
                | Self::Outside
                | Self::Reminded
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_metrics_are_of_the_end_of_a_day_and_others_of_its_length() {
        assert!(
            [Metric::Overdue, Metric::TaskOverdue, Metric::NoNextStep].into_iter().all(Metric::is_of_the_end)
        );
        assert!(![Metric::InTime, Metric::Missed, Metric::Reasoned].into_iter().any(Metric::is_of_the_end));
    }

    #[test]
    fn a_metric_is_found_by_the_name_that_it_says() {
        assert_eq!(
            (Metric::ResponseP90.name(), Metric::AutoLeads.name()),
            ("response_p90".into(), "auto_leads".into())
        );
        assert_eq!(Metric::named("response_p90"), Some(Metric::ResponseP90));
        assert_eq!(Metric::named("response"), None);
    }

    #[test]
    fn behind_a_metric_are_deals_tasks_clients_people_or_days() {
        let behind = [
            Metric::InTime,
            Metric::LateTasks,
            Metric::RepeatWins,
            Metric::Alike,
            Metric::DauMau,
            Metric::Heads,
            Metric::CalmChanges,
        ]
        .map(Metric::behind);
        use Behind::{Acts, Clients, Days, Deals, Tasks};
        assert_eq!(behind, [Deals, Tasks, Clients, Clients, Acts, Acts, Days]);
        assert_eq!(
            [Metric::AverageCheck, Metric::CycleMedian].map(Metric::unit),
            [Unit::Hundredths, Unit::Seconds]
        );
    }
}
