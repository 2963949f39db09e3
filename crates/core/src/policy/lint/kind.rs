//! Kinds of problems.

use crate::policy::{Field, Span};
use crate::time::Day;
use serde::Serialize;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy cannot be used, or does not do what it says.
    Error,
    /// It can be used, and is probably not what was meant.
    Warning,
}

/// What an id or a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A pipeline.
    Pipeline,
    /// A working stage.
    Stage,
    /// A person of the roster.
    Person,
    /// A group of people.
    Group,
    /// A source of clients.
    Source,
    /// A loss reason.
    LossReason,
    /// A clock of `targets`.
    Target,
    /// A check-list.
    Checklist,
    /// A custom field.
    CustomField,
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A list.
    List,
    /// A table.
    Table,
    /// A number with a fraction; nothing is one.
    Fraction,
    /// Nothing at all: JSON's null.
    Null,
    /// A date.
    Date,
    /// A time by the wall clock.
    Clock,
    /// A length of business time.
    Span,
    /// A list of two times by the wall clock.
    Window,
}

/// What is wrong. Kinds up to [`Kind::Refused`] are found in a text, the others in a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the parameters of a kind are named for what they are")]
pub enum Kind {
    /// The text is no TOML or JSON; what the parser says, in English.
    Syntax { detail: String },
    /// A key that the format does not have.
    UnknownKey { key: String, nearest: Option<String> },
    /// A key that the format demands.
    MissingKey { key: String },
    /// A value of another kind than the format demands.
    WrongType { expected: Vec<Shape>, found: Shape },
    /// A text that is not what it must be: no date, no span, no time.
    WrongText { expected: Shape, text: String },
    /// A word that is none of those the format knows.
    UnknownWord { word: String, nearest: Option<String>, known: Vec<String> },
    /// A number beyond its limits.
    OutOfRange { min: i128, max: i128 },
    /// A list with too few or too many items.
    Length { min: usize, max: usize, found: usize },
    /// A value that stands twice in a list where once is enough.
    Repeated,
    /// The policy is refused for a reason that no other kind names.
    Refused { detail: String },

    /// The zone is not in the database.
    UnknownZone { zone: String, near: Vec<String> },
    /// The calendar has no hours.
    NeverOpens,
    /// A window that ends when it begins is a whole day.
    WholeDayWindow,
    /// A window whose end is before its start runs over midnight, here for that many hours.
    LongNight { hours: u32 },
    /// Two windows of a day overlap.
    OverlappingWindows,
    /// A date has more windows than can be.
    TooManyWindows { max: usize },
    /// A date has hours of its own and is a holiday: the hours win.
    DateAndHoliday { date: Day },
    /// A break on a date without hours.
    BreakWithoutHours { date: Day },
    /// A calendar that nobody names.
    UnusedCalendar { name: String },
    /// A calendar that is named and not there.
    NoCalendar { name: String, nearest: Option<String> },

    /// More pipelines than a team can follow.
    TooManyPipelines { found: usize, max: usize },
    /// A pipeline without working stages.
    NoStages,
    /// The id stands twice.
    DuplicateId { what: What, id: u64 },
    /// The name stands twice.
    DuplicateName { what: What, name: String },
    /// An id of zero.
    ZeroId { what: What },
    /// A name is needed.
    NoName { what: What },
    /// The id names nothing in the policy.
    NotThere { what: What, id: u64 },

    /// Nothing is mandatory.
    NothingMandatory,
    /// Mandatory fields go by stages, and no pipeline is given.
    MandatoryWithoutPipelines,
    /// More mandatory fields at a stage than people fill honestly.
    TooManyMandatory { pipeline: u64, stage: usize, found: usize, max: usize },
    /// A stage from the second on that asks for nothing.
    StageAsksNothing { stage: usize },
    /// No field asks for the next step.
    NoNextStep,
    /// No field asks for the source.
    NoSource,
    /// The same field is mandatory twice for the same cards.
    DuplicateField { field: Field },
    /// A stage number of 0, or beyond the stages of the pipelines.
    StageNumber { number: usize, stages: usize },
    /// A weight of zero.
    ZeroWeight,
    /// Fields that are asked only when one another is filled.
    Cycle { fields: Vec<Field> },
    /// A condition that names nothing.
    EmptyCondition,
    /// The policy does not say which custom field it is, so that no card has it.
    FieldNotGiven { field: Field },
    /// A check of a text on a field that is none.
    CheckWithoutText { field: Field },
    /// A check-list without questions.
    EmptyChecklist,

    /// A target of no time at all.
    ZeroTarget { span: Span },
    /// A target in hours that no working day can hold.
    TargetBeyondDay { span: Span, day: Span, days: u32 },
    /// More than 100 percent.
    Percent { percent: u32 },
    /// A clock that stops by what starts it.
    StopsAtStart,
    /// A clock that stands in each stage in which it may start.
    AlwaysPaused,
    /// A second pipeline for the same source.
    DuplicateRoute,
    /// The last day is before the first.
    ReversedDates { from: Day, to: Day },

    /// A person in none of the groups.
    WithoutGroup { person: u64 },
    /// A group without people.
    EmptyGroup { group: u64 },
    /// Absences that share days.
    OverlappingAbsences,
    /// A roster in which nobody leads.
    NoHead,
    /// A service account that leads.
    ServiceHead,
    /// A roster of service accounts only.
    NobodyWorks,
    /// A pilot of nobody and nothing.
    EmptyPilot,
    /// A pilot that is too short to say anything.
    ShortPilot { days: i32, min: i32 },
    /// A pilot that is too long to be one.
    LongPilot { days: i32, max: i32 },

    /// More goals than anybody can pursue.
    TooManyGoals { found: usize, max: usize },
    /// A leaderboard of fewer than two persons.
    NobodyToRank,

    /// A version from a day before one that stands above it: it would change the past.
    VersionOrder { date: Day, after: Day },
    /// Two versions from the same day.
    SameDate { date: Day },
    /// A version that says what held already.
    ChangesNothing,
}

impl Kind {
    /// Whether the policy can be used nevertheless.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Repeated
            | Self::WholeDayWindow
            | Self::LongNight { .. }
            | Self::OverlappingWindows
            | Self::DateAndHoliday { .. }
            | Self::BreakWithoutHours { .. }
            | Self::UnusedCalendar { .. }
            | Self::TooManyPipelines { .. }
            | Self::NoStages
            | Self::DuplicateName { what: What::Pipeline | What::Stage | What::Group, .. }
            | Self::NothingMandatory
            | Self::MandatoryWithoutPipelines
            | Self::TooManyMandatory { .. }
            | Self::StageAsksNothing { .. }
            | Self::NoNextStep
            | Self::NoSource
            | Self::CheckWithoutText { .. }
            | Self::TargetBeyondDay { .. }
            | Self::StopsAtStart
            | Self::NotThere { what: What::Source | What::LossReason, .. }
            | Self::WithoutGroup { .. }
            | Self::EmptyGroup { .. }
            | Self::OverlappingAbsences
            | Self::NoHead
            | Self::ServiceHead
            | Self::NobodyWorks
            | Self::ShortPilot { .. }
            | Self::LongPilot { .. }
            | Self::TooManyGoals { .. }
            | Self::NobodyToRank
            | Self::ChangesNothing => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The section of the policy that the problem rests on beside its own place: where that section cannot be
    /// read, the problem means nothing.
    #[must_use]
    pub const fn rests_on(&self) -> &'static [&'static str] {
        match self {
            Self::NotThere { what: What::Pipeline | What::Stage, .. }
            | Self::StageNumber { .. }
            | Self::StageAsksNothing { .. }
            | Self::TooManyMandatory { .. }
            | Self::MandatoryWithoutPipelines => &["pipelines", "mandatory"],
            Self::NotThere { what: What::Person, .. } | Self::EmptyGroup { .. } | Self::NobodyToRank => {
                &["people"]
            }
            Self::NotThere { what: What::Group, .. } | Self::WithoutGroup { .. } => &["groups"],
            Self::NotThere { what: What::Source, .. } | Self::FieldNotGiven { .. } => &["sources"],
            Self::NotThere { what: What::LossReason, .. } => &["meaning"],
            Self::NoCalendar { .. } => &["calendars"],
            Self::UnusedCalendar { .. } => &["people", "pipelines", "targets"],
            Self::ZeroTarget { span: Span::Days(1..) } | Self::TargetBeyondDay { .. } => {
                &["calendar", "calendars"]
            }
            _ => &[],
        }
    }
}
