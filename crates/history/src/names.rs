//! Ids of what exports only name, and the names beside them for the screens.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use takeroot_core::fact::Key;
use takeroot_core::policy::Policy;

/// The largest number that every reader of JSON keeps.
const NUMBER_MAX: u64 = (1 << 53) - 1;

/// The id of a text: a number is itself, any other text is 48 bits of its hash.
#[must_use]
pub fn id_of(text: &str) -> u64 {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let number = text.parse().ok().filter(|number| plain && *number <= NUMBER_MAX);
    number.unwrap_or_else(|| Key::of(text.as_bytes()).number() >> 15)
}

/// Names by id: what the screens call things that the facts only number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    /// Working stages.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<u64, String>,
    /// Pipelines.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pipelines: BTreeMap<u64, String>,
    /// People, and what acts in their stead.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<u64, String>,
    /// Sources of deals.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<u64, String>,
    /// Reasons of losses.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<u64, String>,
}

impl Names {
    pub(crate) fn join(&mut self, other: Self) {
        self.stages.extend(other.stages);
        self.pipelines.extend(other.pipelines);
        self.people.extend(other.people);
        self.sources.extend(other.sources);
        self.reasons.extend(other.reasons);
    }
}

/// Names that have ids of their own already: they win over [`id_of`].
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Pipelines by name.
    pub pipelines: HashMap<String, u64>,
    /// Stages by name, by pipeline; under 0 of whatever pipeline, for exports that name none.
    pub stages: HashMap<u64, HashMap<String, u64>>,
    /// People by name.
    pub people: HashMap<String, u64>,
}

impl Known {
    /// The names that a policy gives.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        let mut known = Self::default();
        known.add(policy);
        known
    }

    /// Adds the names that another version of the policy gives.
    pub fn add(&mut self, policy: &Policy) {
        for pipeline in &policy.pipelines {
            self.pipelines.entry(pipeline.name.clone()).or_insert(pipeline.id);
            for stage in &pipeline.stages {
                for within in [pipeline.id, 0] {
                    let stages = self.stages.entry(within).or_default();
                    stages.entry(stage.name.clone()).or_insert(stage.id);
                }
            }
        }
        self.people.extend(policy.people.iter().map(|person| (person.name.clone(), person.id)));
    }

    pub(crate) fn pipeline(&self, name: &str) -> u64 {
        self.pipelines.get(name).copied().unwrap_or_else(|| id_of(name))
    }

    pub(crate) fn stage(&self, pipeline: u64, name: &str) -> u64 {
        let known = self.stages.get(&pipeline).and_then(|stages| stages.get(name));
        known.copied().unwrap_or_else(|| id_of(name))
    }

    pub(crate) fn person(&self, name: &str) -> u64 {
        self.people.get(name).copied().unwrap_or_else(|| id_of(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_their_own_ids_and_other_texts_have_stable_ones() {
        assert_eq!(id_of("10862"), 10862);
        assert_eq!(id_of("Переговоры"), 106_660_394_784_251);
        for text in ["007", "0", "", "9007199254740992", "+7", "A-1"] {
            assert!(id_of(text) < 1 << 48, "{text}");
            assert_ne!(id_of(text), text.parse().unwrap_or(0), "{text}");
        }
    }
}
