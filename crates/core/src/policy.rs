//! The policy: what an admin sets. Compiled into [`Rules`], which every judgement takes.

use crate::calendar::{Calendar, CalendarError, Weekly, Window};
use crate::time::{Day, Moment};
use crate::timetable::Timetable;
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A policy as an admin writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Working hours; its zone is the account's, and days are days of it.
    pub calendar: Calendar,
    /// The pipelines that are measured, with their working stages in order; none means all.
    #[serde(default)]
    pub pipelines: Vec<Pipeline>,
    /// Mandatory fields.
    #[serde(default)]
    pub mandatory: Vec<Mandatory>,
    /// The target of the first response.
    #[serde(default)]
    pub first_response: FirstResponse,
    /// The roster: people and service accounts. Without one, every user of the CRM is a person.
    #[serde(default)]
    pub people: Vec<Person>,
}

/// A pipeline with its working stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
    /// Working stages in order.
    pub stages: Vec<StageName>,
}

/// A working stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageName {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
}

/// A mandatory field from some stage on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandatory {
    /// Which field.
    pub field: Field,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
    /// From which stage on: 1 is the first.
    #[serde(default = "second")]
    pub from_stage: usize,
}

const fn second() -> usize {
    2
}

/// A field of a deal's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The price, above zero.
    Amount,
    /// A responsible person of the roster.
    Responsible,
    /// An open task that is not past its deadline.
    NextStep,
    /// A custom field, by its id in the CRM.
    Custom(u64),
    /// A custom date field that must not lie in the past, by its id in the CRM.
    FutureDate(u64),
}

/// The target of the first response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstResponse {
    /// Business seconds from the entry of a lead to the first response.
    pub target_s: i64,
}

impl Default for FirstResponse {
    fn default() -> Self {
        Self { target_s: 15 * 60 }
    }
}

/// A user of the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
    /// An integration's account, not a person.
    #[serde(default)]
    pub service: bool,
    /// The last day on which they work here; nothing while they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Person {
    /// Whether it is a person who works here on a day.
    #[must_use]
    pub fn works_on(&self, day: Day) -> bool {
        !self.service && self.until.is_none_or(|until| day <= until)
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
        Self {
            calendar: Calendar { tz: zone.to_owned(), weekly, ..Calendar::default() },
            pipelines: Vec::new(),
            mandatory: Vec::new(),
            first_response: FirstResponse::default(),
            people: Vec::new(),
        }
    }

    /// Whether a user is a person who works here on a day; a user who is not on a roster is one only if there
    /// is no roster.
    #[must_use]
    pub fn is_person(&self, user: u64, day: Day) -> bool {
        let listed = self.people.iter().find(|person| person.id == user);
        user != 0 && listed.map_or(self.people.is_empty(), |person| person.works_on(day))
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
}

/// What is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The zone is not in the database.
    Zone(String),
    /// The calendar cannot be compiled.
    Calendar(CalendarError),
    /// A target is not positive.
    Target(i64),
    /// There is no version at all.
    Empty,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(hint) => write!(f, "calendar.tz: {hint}"),
            Self::Calendar(error) => write!(f, "calendar: {error}"),
            Self::Target(target) => {
                write!(f, "first_response.target_s is {target}: give the business seconds, such as 900")
            }
            Self::Empty => f.write_str("there is no policy: give at least one version"),
        }
    }
}

impl std::error::Error for PolicyError {}

/// One version of the policy, compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The first moment at which it holds.
    pub from: Moment,
    /// The policy itself.
    pub policy: Policy,
    /// Its zone.
    pub zone: Zone,
    /// Its working hours.
    pub timetable: Timetable,
}

impl Version {
    /// The version as a card needs it: business time of some weeks around now, and nobody's name.
    #[must_use]
    pub fn for_card(&self, now: Moment) -> Self {
        let (from, until) = (now.plus(-CARD_PAST_S), now.plus(CARD_AHEAD_S));
        let mut policy = self.policy.clone();
        // The hours are in the timetable.
        policy.calendar = Calendar { tz: policy.calendar.tz, ..Calendar::default() };
        policy.people.iter_mut().for_each(|person| person.name.clear());
        Self {
            from: self.from.max(from),
            policy,
            zone: self.zone.part(from, until),
            timetable: self.timetable.part(from, until),
        }
    }
}

/// A card looks back over a weekend and ahead over the longest holidays.
const CARD_PAST_S: i64 = 4 * 86_400;
const CARD_AHEAD_S: i64 = 35 * 86_400;

/// Everything that judgements need besides facts and time: versions of the policy, oldest first, and the
/// moment from which the account is observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    first: Version,
    later: Vec<Version>,
    observed_from: Moment,
}

impl Rules {
    /// The version that holds at a moment; the first one also holds before its beginning.
    #[must_use]
    pub fn at(&self, at: Moment) -> &Version {
        self.later.iter().rev().find(|version| version.from <= at).unwrap_or(&self.first)
    }

    /// All versions, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The moments at which the rules change: another version begins to hold, or somebody leaves.
    pub fn changes(&self) -> impl Iterator<Item = Moment> + '_ {
        let leave = |version: &'_ Version| {
            let last = version.policy.people.iter().filter_map(|person| person.until);
            last.map(|day| version.zone.start_of(day.plus(1))).collect::<Vec<_>>()
        };
        self.later.iter().map(|version| version.from).chain(self.versions().flat_map(leave))
    }

    /// From when on the account is observed: before it, silence says nothing.
    #[must_use]
    pub fn observed_from(&self) -> Moment {
        self.observed_from
    }

    /// The account's date at a moment.
    #[must_use]
    pub fn day_of(&self, at: Moment) -> Day {
        self.at(at).zone.day_of(at)
    }

    /// The first moment after a date.
    #[must_use]
    pub fn end_of(&self, day: Day) -> Moment {
        let mut versions = self.versions().peekable();
        let mut end = Moment(i64::MAX);
        while let Some(version) = versions.next() {
            end = version.zone.start_of(day.plus(1)).max(version.from);
            if versions.peek().is_none_or(|next| end < next.from) {
                break;
            }
        }
        end
    }
}

#[cfg(feature = "zones")]
mod compile {
    use super::{Policy, PolicyError, Rules, Version};
    use crate::time::{Day, Moment};
    use crate::zone::Zone;

    /// Days of business time compiled beyond now: no target is longer, and rules are compiled anew more often.
    const AHEAD_DAYS: i32 = 800;

    impl Rules {
        /// Compiles versions, each with the date from which it holds; the first one's date does not matter.
        /// Business time reaches from the beginning of the observation to two years after `now`.
        ///
        /// # Errors
        /// There is no version, or one has an unknown zone, an impossible calendar or a target of zero.
        pub fn compile(
            versions: Vec<(Day, Policy)>,
            observed_from: Moment,
            now: Moment,
        ) -> Result<Self, PolicyError> {
            let mut compiled =
                versions.into_iter().map(|(day, policy)| version(day, policy, observed_from, now));
            let mut first = compiled.next().ok_or(PolicyError::Empty)??;
            first.from = Moment(i64::MIN);
            let mut later = compiled.collect::<Result<Vec<_>, _>>()?;
            later.sort_by_key(|version| version.from);
            Ok(Self { first, later, observed_from })
        }
    }

    fn version(day: Day, policy: Policy, observed_from: Moment, now: Moment) -> Result<Version, PolicyError> {
        let target = policy.first_response.target_s;
        if target <= 0 {
            return Err(PolicyError::Target(target));
        }
        let zone = Zone::named(&policy.calendar.tz).map_err(|error| PolicyError::Zone(error.to_string()))?;
        let begin = zone.day_of(observed_from).plus(-2);
        let end = zone.day_of(now.max(observed_from)).plus(AHEAD_DAYS);
        let timetable = policy.calendar.compile(&zone, begin, end);
        let timetable = timetable.map_err(PolicyError::Calendar)?;
        Ok(Version { from: zone.start_of(day), policy, zone, timetable })
    }
}
