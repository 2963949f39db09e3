//! What is counted, by name. Each name carries its definition.

use crate::fact::Stage;
use crate::policy::Field;
use serde::{Deserialize, Serialize};

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident $(= $gauge:ident)?),* $(,)?) => {
        /// A count of a day. Flows happen on a day; gauges are how many there are at its end.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Count { $($(#[$doc])* $name),* }

        impl Count {
            /// Every count, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Gauges are stored as changes: the value of a day is the sum over all days up to it.
            #[must_use]
            pub const fn is_gauge(self) -> bool {
                match self { $(Self::$name => counts!(@gauge $($gauge)?)),* }
            }
        }
    };
    (@gauge) => { false };
    (@gauge gauge) => { true };
}

counts! {
    // Entry (D1, D9)
    /// Leads that came in: inbound requests, each once. Taken back when the deal is merged into another.
    Entered,
    /// Those of them that came in outside business hours.
    OffHours,
    /// Deals that a person created.
    ByHand,
    /// Deals that an import created; they are no leads.
    Imported,
    /// Requests of a client whose deal was living already; they start its reply clock.
    Repeated,
    /// Leads taken back because their deal was merged into another.
    Merged,

    // Outcome (D1, D4, D12)
    /// Deals won. Taken back by reopening.
    Won,
    /// Deals lost. Taken back by reopening.
    Lost,
    /// Requests declined before they became deals; they are not lost.
    Declined,
    /// Closed deals that were opened again.
    Reopened,
    /// Losses with a reason.
    Reasoned,
    /// Prices of won deals, in hundredths of the account's currency.
    Revenue,
    /// Won deals with a price above 0: the divisor of the average check.
    Priced,
    /// Won deals of a client who had won before.
    RepeatWon,
    /// Clients with a win.
    WonClients,
    /// Clients with a second win.
    RepeatClients,
    /// Meetings held: the first of each deal.
    Met,

    // First response (D2, W3)
    /// Leads answered within the target.
    InTime,
    /// Leads whose target passed without an answer, on the day of the first second beyond it.
    Breached,
    /// Leads closed, declined or deleted before any answer. Taken back by reopening.
    Unanswered,
    /// In time, of the leads that came in outside business hours.
    OffInTime,
    /// Breached, of the leads that came in outside business hours.
    OffBreached,
    /// Leads that a person says to have answered outside the CRM; never inside the confirmed share.
    Claimed,
    /// Leads with whom contact was made: a call of 15 seconds, an answered call, or the client's reply.
    Contacted,
    /// Leads without a response within one business day, or closed unanswered. The latter is taken back by
    /// reopening.
    Missed,
    /// Leads closed as spam. Taken back by reopening.
    Spam,

    // The other clocks (C5)
    /// Client's messages answered within the target.
    ReplyInTime,
    /// Client's messages whose target passed without an answer.
    ReplyBreached,
    /// Runs of the other clocks that ended within their target.
    Kept,
    /// Runs of the other clocks that went beyond it.
    Exceeded,

    // Moves (W1, D15, D19)
    /// Moves between stages.
    Moves,
    /// Those made by robots and service accounts.
    RobotMoves,
    /// Those with a cause: made by a robot, or after a client's event or a task done, since the move before.
    CausedMoves,
    /// First entries into a stage, by that stage.
    StageEntered,
    /// Deals that a person moved through several stages within minutes.
    Rushed,
    /// Deals that went beyond "contact made" for the first time.
    Advanced,
    /// Those of them with whom nobody ever talked.
    AdvancedSilent,
    /// Moves with several fields filled within the minute before.
    RushFilled,
    /// Changes of the responsible from person to person after the first response.
    Reassigned,
    /// Changes of the responsible that distribute work: before a response, by a robot or by a head.
    Distributed,
    /// Changes of the responsible away from an absent person.
    Covered,

    // Tasks and reminders (W1, D19)
    /// Tasks set.
    TasksSet,
    /// Those set by robots and service accounts.
    RobotTasks,
    /// Those with a deadline and a responsible person.
    WholeTasks,
    /// Tasks done.
    TasksDone,
    /// Those done after their deadline.
    TasksLate,
    /// Occasions that call for a reminder: a lead that nobody answered at once.
    Triggers,
    /// Those with an open task, its deadline and its responsible person, in time.
    Reminded,

    // Integrations (D14, W3); by creator
    /// Records of integrations.
    Records,
    /// Those with an error of any kind.
    BadRecords,
    /// Those without a contact.
    NoContact,
    /// Those without a source.
    NoSource,
    /// Those without a responsible.
    NoResponsible,
    /// Those in a pipeline where their source does not belong.
    WrongPipeline,
    /// Those more than five minutes late.
    LateRecords,
    /// Leads created by integrations, judged after a day.
    AutoLeads,
    /// Those in the right pipeline that no person moved elsewhere.
    AutoRight,
    /// Deliveries that could not be read.
    Unreadable,
    /// Facts that came after what they are about was sealed, on the day of receipt.
    TooLate,

    // People (D6)
    /// Deals on which a person acted: one for each person, deal and day.
    Worked,

    // Work in hand (D3, D7, D8, D9, D11); gauges
    /// Deals at work.
    Active = gauge,
    /// Leads that wait for their first response.
    Waiting = gauge,
    /// Those of them whose target has passed, but whose source has not been read since.
    Checking = gauge,
    /// Those of them that nobody has touched.
    Unseen = gauge,
    /// Requests that wait to be accepted.
    Unsorted = gauge,
    /// Active deals with a task past its deadline or a breached timer.
    Overdue = gauge,
    /// Active deals with a task past its deadline.
    TaskOverdue = gauge,
    /// Active deals without an open task.
    NoNextStep = gauge,
    /// Active deals without a move or a word for three business days, and no task within two weeks.
    Stuck = gauge,
    /// Active deals whose stage asks for fields.
    Cards = gauge,
    /// Those of them with every mandatory field valid.
    Complete = gauge,
    /// Sum of their completeness in percent, for the mean.
    Percent = gauge,
    /// Questions of check-lists of active deals.
    Asked = gauge,
    /// Those of them that are answered.
    Answered = gauge,
    /// Active deals with a source.
    Sourced = gauge,
    /// Active deals with a channel.
    Channeled = gauge,
    /// Active deals with a UTM mark.
    Marked = gauge,
    /// Active deals beyond the first of each identity, summed over identities: a deal that shares a phone and an
    /// e-mail counts twice.
    Duplicates = gauge,
    /// Active deals that say word for word what four others of their pipeline say in the same mandatory field, summed
    /// over texts: a deal with two such fields counts twice. A sign, not a fault.
    Alike = gauge,
}

/// Durations that are kept as distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Took {
    /// Entry to first response, in business time.
    Response,
    /// Entry to first response, by the clock on the wall.
    ResponseClock,
    /// The same for leads that came in outside business hours, by the clock on the wall.
    OffResponse,
    /// The last assignment to first response, in business time: the manager's part.
    ManagerResponse,
    /// Entry to contact, by the clock on the wall.
    Contact,
    /// The client's first unanswered message to our reply, in business time.
    Reply,
    /// Time in a stage, by the clock on the wall, on the day it was left.
    Stage,
    /// Entry or creation to the win, by the clock on the wall.
    Cycle,
    /// From the request to its record in the CRM.
    EntryLag,
}

/// Kinds of actions of a person (D6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A deal created by hand.
    Created,
    /// A stage moved.
    Moved,
    /// A card edited.
    Edited,
    /// A call.
    Called,
    /// A message in a chat or by SMS.
    Messaged,
    /// A letter.
    Mailed,
    /// A note.
    Noted,
    /// A task set.
    TaskSet,
    /// A task done.
    TaskDone,
    /// A meeting held.
    Met,
    /// Something else that the source tells of.
    Other,
}

/// What becomes of a cohort, counted by its age: whole days since the deal entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// Won, days after the entry of the lead.
    Won,
    /// Lost, days after the entry of the lead.
    Lost,
    /// Merged away, days after the entry of the lead.
    Merged,
    /// A meeting held, days after the entry of the lead.
    Met,
    /// Reached a later stage or won, days after the first entry into the stage; by that stage.
    Passed,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A count.
    #[serde(rename = "n")]
    Count(Count),
    /// A duration, by its histogram bucket.
    #[serde(rename = "t")]
    Took(Took, u16),
    /// Sum of the seconds of durations, for the mean.
    #[serde(rename = "s")]
    Sum(Took),
    /// An action of a person.
    #[serde(rename = "a")]
    Act(Action),
    /// A loss, by its reason.
    #[serde(rename = "l")]
    LostFor(u64),
    /// A move into a stage, by the stage it came from.
    #[serde(rename = "m")]
    MovedTo(Stage),
    /// A cohort's milestone, by its age in days.
    #[serde(rename = "c")]
    After(Milestone, u16),
    /// An active deal whose stage asks for a field that does not count, by the field; by pipeline only. A gauge.
    #[serde(rename = "f")]
    Lacks(Field),
}

impl From<Count> for Measure {
    fn from(count: Count) -> Self {
        Self::Count(count)
    }
}

impl Measure {
    /// Whether it is stored as changes.
    #[must_use]
    pub const fn is_gauge(self) -> bool {
        match self {
            Self::Count(count) => count.is_gauge(),
            Self::Lacks(_) => true,
            _ => false,
        }
    }
}
