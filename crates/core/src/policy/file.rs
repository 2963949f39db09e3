//! The policy as a file: the policy itself, and later versions of it.

use super::Policy;
use crate::time::Day;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Versions that a file may have: two a month over four years.
pub const VERSIONS_MAX: usize = 100;

/// What a policy file says. It holds the sections of a policy, which count from the beginning, and under
/// `versions` what changes later: a version replaces whole sections, and names under `without` those that no
/// longer hold. In memory each version is complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyFile {
    /// What holds from the beginning.
    pub first: PolicyVersion,
    /// Later versions as the file lists them, each with the day from which it holds.
    pub later: Vec<(Day, PolicyVersion)>,
}

/// One version: who wrote it, why, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Who wrote it.
    pub by: String,
    /// What it changes, and why.
    pub note: String,
    /// The whole policy.
    pub policy: Policy,
}

impl PolicyFile {
    /// The versions as [`super::Rules::compile`] takes them; the first one's date is the beginning of 1970.
    #[must_use]
    pub fn versions(&self) -> Vec<(Day, Policy)> {
        let later = self.later.iter().map(|(from, version)| (*from, version.policy.clone()));
        std::iter::once((Day(0), self.first.policy.clone())).chain(later).collect()
    }

    /// The names of the sections in which a later version, by its place from 0, differs from the one before.
    #[must_use]
    pub fn changed(&self, index: usize) -> Vec<String> {
        let before = match index.checked_sub(1) {
            Some(before) => self.later.get(before).map(|(_, version)| version),
            None => Some(&self.first),
        };
        let (Some(before), Some((_, version))) = (before, self.later.get(index)) else { return Vec::new() };
        let (before, after) = (sections(&before.policy), sections(&version.policy));
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
    }
}

impl From<Policy> for PolicyFile {
    fn from(policy: Policy) -> Self {
        Self { first: PolicyVersion { policy, ..PolicyVersion::default() }, later: Vec::new() }
    }
}

/// One's own changes to a policy on top of somebody else's: sections that one has changed are one's own, the others theirs.
#[must_use]
pub fn rebased(base: &Policy, own: &Policy, theirs: &Policy) -> Policy {
    let (base, own, mut merged) = (sections(base), sections(own), sections(theirs));
    let names: BTreeSet<&String> = base.keys().chain(own.keys()).collect();
    for name in names.into_iter().filter(|name| base.get(*name) != own.get(*name)) {
        match own.get(name) {
            Some(section) => drop(merged.insert(name.clone(), section.clone())),
            None => drop(merged.remove(name)),
        }
    }
    // Each section is of a policy, so together they are one.
    serde_json::from_value(Value::Object(merged)).unwrap_or_else(|_| theirs.clone())
}

/// The sections of a policy as a document.
fn sections(policy: &Policy) -> Map<String, Value> {
    match serde_json::to_value(policy) {
        Ok(Value::Object(sections)) => sections,
        _ => Map::new(),
    }
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    by: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
    #[serde(flatten)]
    policy: &'a Policy,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<WrittenVersion<'a>>,
}

#[derive(Serialize)]
struct WrittenVersion<'a> {
    from: Day,
    #[serde(skip_serializing_if = "str::is_empty")]
    by: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    without: Vec<String>,
    #[serde(flatten)]
    sections: Map<String, Value>,
}

impl Serialize for PolicyFile {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let versions = self.later.iter().enumerate().map(|(index, (from, version))| {
            let mut all = sections(&version.policy);
            let changed = self.changed(index);
            let without = changed.iter().filter(|name| !all.contains_key(*name)).cloned().collect();
            let sections = changed.into_iter().filter_map(|name| all.remove_entry(&name)).collect();
            WrittenVersion { from: *from, by: &version.by, note: &version.note, without, sections }
        });
        let PolicyVersion { by, note, policy } = &self.first;
        Written { by, note, policy, versions: versions.collect() }.serialize(out)
    }
}

impl<'de> Deserialize<'de> for PolicyFile {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let mut sections = Map::deserialize(input)?;
        let versions: Vec<Map<String, Value>> = taken(&mut sections, "versions").map_err(D::Error::custom)?;
        if versions.len() > VERSIONS_MAX {
            return Err(D::Error::custom(format!("versions: more than {VERSIONS_MAX}")));
        }
        let first = version(&mut sections).map_err(D::Error::custom)?;
        let mut later = Vec::with_capacity(versions.len());
        for mut change in versions {
            let from = change.remove("from").ok_or_else(|| D::Error::missing_field("from"))?;
            let from = serde_json::from_value(from).map_err(D::Error::custom)?;
            let without: Vec<String> = taken(&mut change, "without").map_err(D::Error::custom)?;
            without.iter().for_each(|name| drop(sections.remove(name)));
            sections.extend(change);
            later.push((from, version(&mut sections).map_err(D::Error::custom)?));
        }
        Ok(Self { first, later })
    }
}

/// A version of the sections as they stand; takes who wrote it and why out of them.
fn version(sections: &mut Map<String, Value>) -> Result<PolicyVersion, serde_json::Error> {
    let (by, note) = (taken(sections, "by")?, taken(sections, "note")?);
    Ok(PolicyVersion { by, note, policy: serde_json::from_value(Value::Object(sections.clone()))? })
}

fn taken<T: for<'a> Deserialize<'a> + Default>(
    map: &mut Map<String, Value>,
    key: &str,
) -> Result<T, serde_json::Error> {
    map.remove(key).map_or_else(|| Ok(T::default()), serde_json::from_value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Span;

    const FILE: &str = r#"{
        "by": "Admin", "calendar": {"tz": "Asia/Omsk", "weekly": {"mon": [["10:00", "19:00"]]}},
        "pilot": {"from": "2026-02-02", "to": "2026-02-22", "pipelines": [7]},
        "versions": [
            {"from": "2026-03-01", "note": "quicker", "first_response": {"target": "10m"}},
            {"from": "2026-04-01", "without": ["pilot"], "first_response": {"target": "5m"}}
        ]}"#;

    #[test]
    fn a_version_gives_sections_anew_and_keeps_the_others() {
        let file: PolicyFile = serde_json::from_str(FILE).unwrap();
        let targets: Vec<(String, Span, bool)> = file
            .versions()
            .iter()
            .map(|(from, policy)| (from.to_string(), policy.first_response.target, policy.pilot.is_some()))
            .collect();
        let expected = [("1970-01-01", 15, true), ("2026-03-01", 10, true), ("2026-04-01", 5, false)];
        assert_eq!(targets, expected.map(|(from, m, pilot)| (from.to_owned(), Span::Seconds(m * 60), pilot)));
        assert_eq!((file.first.by.as_str(), file.later[0].1.by.as_str()), ("Admin", ""));
        assert_eq!(file.later[1].1.policy.calendar.tz, "Asia/Omsk");
        assert_eq!(file.changed(1), ["first_response", "pilot"]);
    }

    #[test]
    fn a_file_survives_the_round_trip() {
        let file: PolicyFile = serde_json::from_str(FILE).unwrap();
        let text = serde_json::to_string(&file).unwrap();
        assert_eq!(serde_json::from_str::<PolicyFile>(&text).unwrap(), file, "{text}");
        let plain = PolicyFile::from(Policy::standard("UTC"));
        let text = serde_json::to_string(&plain).unwrap();
        assert_eq!(
            serde_json::from_str::<Policy>(&text).unwrap(),
            plain.first.policy,
            "one version is a policy"
        );
    }

    #[test]
    fn a_file_of_many_versions_names_each_wrong_key() {
        for wrong in [
            r#"{"calendar": {"tz": "UTC"}, "verions": []}"#,
            r#"{"calendar": {"tz": "UTC"}, "versions": [{"from": "2026-01-01", "targts": []}]}"#,
            r#"{"calendar": {"tz": "UTC"}, "versions": [{"note": "x"}]}"#,
        ] {
            assert!(serde_json::from_str::<PolicyFile>(wrong).is_err(), "{wrong}");
        }
    }
}
