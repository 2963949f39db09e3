//! The roster, groups and the pilot.

use crate::time::Day;
use serde::{Deserialize, Serialize};

/// A user of the CRM.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "policy", serde(deny_unknown_fields))]
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
    /// Their group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub group: Option<u64>,
    /// Whether they lead: their changes of responsible distribute work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub head: bool,
    /// Their own working hours, by their name in `calendars`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub calendar: Option<String>,
    /// When they are away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(not(feature = "policy"), serde(skip_deserializing))]
    pub absences: Vec<Absence>,
}

impl Person {
    /// Whether it is a person who works here on a day, absent or not.
    #[must_use]
    pub fn works_on(&self, day: Day) -> bool {
        !self.service && self.until.is_none_or(|until| day <= until)
    }

    /// Whether they are away on a day.
    #[must_use]
    pub fn is_absent(&self, day: Day) -> bool {
        self.absences.iter().any(|absence| (absence.from..=absence.to).contains(&day))
    }
}

/// Days on which a person is away, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// A group of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Id in the CRM.
    pub id: u64,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
}

/// A pilot: whose deals, or which pipelines, and when. Two to four weeks are usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pilot {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// People whose deals belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<u64>,
    /// Groups whose people's deals belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<u64>,
    /// Pipelines whose deals belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pipelines: Vec<u64>,
}

impl Pilot {
    /// Whether a deal belongs to it on a day.
    #[must_use]
    pub fn has(&self, pipeline: u64, responsible: u64, group: Option<u64>, day: Day) -> bool {
        let who =
            self.users.contains(&responsible) || group.is_some_and(|group| self.groups.contains(&group));
        (self.from..=self.to).contains(&day) && (who || self.pipelines.contains(&pipeline))
    }
}
