//! The policy: what an admin sets. Compiled into [`Rules`], which every judgement takes.

mod compiled;
mod field;
mod file;
mod goals;
pub mod lint;
mod people;
pub mod preset;
mod span;
mod target;

pub use compiled::{PolicyError, Rules, Version};
pub use field::{Check, Checklist, ChecklistItem, Condition, Field, Mandatory};
pub use file::{PolicyFile, PolicyVersion, VERSIONS_MAX, rebased};
pub use goals::{Acceptance, CASES_MIN, Criterion, Goal, WINDOW_DAYS};
pub use lint::lint;
pub use people::{Absence, Group, Person, Pilot};
pub use span::{NotASpan, Span};
pub use target::{FirstResponse, Starts, Stops, Target};

use crate::calendar::{Calendar, Weekly, Window};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A policy as an admin writes it. Without the feature `zones` what only compiling needs is not read: it never
/// reaches a card, whose module stays small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "policy", serde(deny_unknown_fields))]
pub struct Policy {
    /// Working hours; its zone is the account's, and days are days of it.
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub calendar: Calendar,
    /// Other working hours by name, for people, pipelines and targets that have their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub calendars: BTreeMap<String, Calendar>,
    /// The pipelines that are measured, with their working stages in order; none means all.
    #[serde(default)]
    pub pipelines: Vec<Pipeline>,
    /// Mandatory fields.
    #[serde(default)]
    pub mandatory: Vec<Mandatory>,
    /// Qualification check-lists, such as BANT.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<Checklist>,
    /// The target of the first response.
    #[serde(default)]
    pub first_response: FirstResponse,
    /// The other clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub targets: Vec<Target>,
    /// Where clients come from.
    #[serde(default, skip_serializing_if = "Sources::is_empty")]
    pub sources: Sources,
    /// What counts as a meeting, and which losses are no losses.
    #[serde(default, skip_serializing_if = "Meaning::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub meaning: Meaning,
    /// The thresholds of the definitions.
    #[serde(default, skip_serializing_if = "Thresholds::is_standard")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub thresholds: Thresholds,
    /// The roster: people and service accounts. Without one, every user of the CRM is a person.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Groups of people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub groups: Vec<Group>,
    /// The pilot, which is measured apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub pilot: Option<Pilot>,
    /// The acceptance: its start, its baseline and what must be reached.
    #[serde(default, skip_serializing_if = "Acceptance::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub acceptance: Acceptance,
    /// Goals, each with the person who answers for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub goals: Vec<Goal>,
    /// Whether the summary ranks managers: by outcomes only, with at least 20 closed deals each. Off unless the owner
    /// turns it on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub leaderboard: bool,
}

/// A pipeline with its working stages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
    /// Working stages in order.
    pub stages: Vec<StageName>,
    /// Its own working hours, by their name in `calendars`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
}

/// A working stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StageName {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
}

/// An id with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
}

/// Where clients come from, and where their deals belong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "policy", serde(deny_unknown_fields))]
#[serde(default)]
pub struct Sources {
    /// The custom field that holds the source, by its id in the CRM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<u64>,
    /// The custom field that holds the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u64>,
    /// The custom fields that hold UTM marks; one of them is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub utm: Vec<u64>,
    /// Names of sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub names: Vec<Named>,
    /// In which pipeline the deals of a source belong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub routes: Vec<Route>,
    /// Who creates deals by importing them, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub imports: Vec<Import>,
}

impl Sources {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The pipeline of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The source, by its id; none stands for every source without a line of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<u64>,
    /// The pipeline.
    pub pipeline: u64,
}

/// An import of deals: what this user creates on these days came from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The user who imports.
    pub by: u64,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// What stages, task types and reasons mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Meaning {
    /// Stages whose entry says that a meeting was held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meeting_stages: Vec<u64>,
    /// Task types whose completion says that a meeting was held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meeting_tasks: Vec<u64>,
    /// Loss reasons that mean spam.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spam: Vec<u64>,
    /// Names of loss reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub loss_reasons: Vec<Named>,
    /// The stage number, from 1, beyond which somebody must have talked to the client: 2, "contact made".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_stage: Option<usize>,
}

impl Meaning {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The thresholds of the definitions. A change of them is a new version of the policy, never silent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Business time without a move or a word after which a deal is stuck.
    pub stuck: Span,
    /// Days ahead within which an open task keeps a deal from being stuck.
    pub task_horizon_days: u32,
    /// Business time without a response after which a lead is missed.
    pub missed: Span,
    /// Business time within which a reminder must stand.
    pub reminder: Span,
    /// Minutes before a move within which an event is its cause.
    pub cause_minutes: u32,
    /// Minutes within which several stages are too many.
    pub rush_minutes: u32,
    /// Hours within which an automatic lead must not be moved to another pipeline by a person.
    pub auto_lead_hours: u32,
    /// Minutes that an integration has to complete its record.
    pub record_minutes: u32,
    /// Seconds of talk that make a call a contact.
    pub contact_talk_s: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            stuck: Span::Days(3),
            task_horizon_days: 14,
            missed: Span::Days(1),
            reminder: Span::Seconds(15 * 60),
            cause_minutes: 30,
            rush_minutes: 10,
            auto_lead_hours: 24,
            record_minutes: 5,
            contact_talk_s: 15,
        }
    }
}

impl Thresholds {
    fn is_standard(&self) -> bool {
        *self == Self::default()
    }
}

impl Policy {
    /// The policy of an account that has not written one: weekdays 09:00 to 18:00, a first response within 15
    /// minutes, no mandatory fields, everybody a person.
    #[must_use]
    pub fn standard(zone: &str) -> Self {
        let hours: Vec<Window> = Window::parse("09:00", "18:00").into_iter().collect();
        let weekly = Weekly {
            mon: hours.clone(),
            tue: hours.clone(),
            wed: hours.clone(),
            thu: hours.clone(),
            fri: hours,
            ..Weekly::default()
        };
        let calendar = Calendar { tz: zone.to_owned(), weekly, ..Calendar::default() };
        Self { calendar, ..Self::default() }
    }

    /// The target of the first response in business seconds.
    #[must_use]
    pub fn first_response_s(&self) -> i64 {
        self.first_response.target.seconds(self.calendar.day_s())
    }

    /// Whether a user is a person who works here on a day; a user who is not on a roster is one only if there
    /// is no roster.
    #[must_use]
    pub fn is_person(&self, user: u64, day: Day) -> bool {
        user != 0 && self.person(user).map_or(self.people.is_empty(), |person| person.works_on(day))
    }

    /// A user of the roster.
    #[must_use]
    pub fn person(&self, user: u64) -> Option<&Person> {
        self.people.iter().find(|person| person.id == user)
    }

    /// The place of a stage in its pipeline, from 1; a stage that the policy does not know has none.
    #[must_use]
    pub fn stage_number(&self, pipeline: u64, stage: u64) -> Option<usize> {
        let pipeline = self.pipelines.iter().find(|p| p.id == pipeline)?;
        pipeline.stages.iter().position(|s| s.id == stage).map(|index| index + 1)
    }

    /// Whether deals of a pipeline are measured.
    #[must_use]
    pub fn measures(&self, pipeline: u64) -> bool {
        self.pipelines.is_empty() || self.pipelines.iter().any(|p| p.id == pipeline)
    }

    /// Whether a deal belongs to the pilot on a day.
    #[must_use]
    pub fn pilots(&self, pipeline: u64, responsible: u64, day: Day) -> bool {
        let group = self.person(responsible).and_then(|person| person.group);
        self.pilot.as_ref().is_some_and(|pilot| pilot.has(pipeline, responsible, group, day))
    }

    /// Whether what a user creates on a day is an import.
    #[must_use]
    pub fn imports(&self, user: u64, day: Day) -> bool {
        self.sources
            .imports
            .iter()
            .any(|import| import.by == user && (import.from..=import.to).contains(&day))
    }
}
