//! Pipelines, sources, meanings and goals: lists of ids and names.

use super::{Found, GOALS_MAX, Kind, Known, PIPELINES_MAX, Path, What, root};
use crate::policy::Policy;
use std::collections::BTreeSet;

pub(super) fn pipelines(policy: &Policy, found: &mut Found) {
    let path = root("pipelines");
    let count = policy.pipelines.len();
    found.add_if(
        count > PIPELINES_MAX,
        || path.clone(),
        || Kind::TooManyPipelines { found: count, max: PIPELINES_MAX },
    );
    ids(policy.pipelines.iter().map(|pipeline| pipeline.id), &path, What::Pipeline, found);
    names(policy.pipelines.iter().map(|pipeline| pipeline.name.as_str()), &path, What::Pipeline, found);
    let mut elsewhere = BTreeSet::new();
    for (index, pipeline) in policy.pipelines.iter().enumerate() {
        let path = path.at(index).at("stages");
        found.add_if(pipeline.stages.is_empty(), || path.clone(), || Kind::NoStages);
        ids(pipeline.stages.iter().map(|stage| stage.id), &path, What::Stage, found);
        names(pipeline.stages.iter().map(|stage| stage.name.as_str()), &path, What::Stage, found);
        let shared = pipeline.stages.iter().enumerate().filter(|(_, stage)| elsewhere.contains(&stage.id));
        for (place, stage) in shared {
            found.add(path.at(place).at("id"), Kind::DuplicateId { what: What::Stage, id: stage.id });
        }
        elsewhere.extend(pipeline.stages.iter().map(|stage| stage.id).filter(|id| *id != 0));
    }
}

pub(super) fn sources(policy: &Policy, known: &Known, found: &mut Found) {
    let (sources, path) = (&policy.sources, root("sources"));
    for (key, field) in [("field", sources.field), ("channel", sources.channel)] {
        found.add_if(field == Some(0), || path.at(key), || Kind::ZeroId { what: What::CustomField });
    }
    for (index, _) in sources.utm.iter().enumerate().filter(|(_, id)| **id == 0) {
        found.add(path.at("utm").at(index), Kind::ZeroId { what: What::CustomField });
    }
    ids(sources.names.iter().map(|source| source.id), &path.at("names"), What::Source, found);
    let mut routed = BTreeSet::new();
    for (index, route) in sources.routes.iter().enumerate() {
        let place = path.at("routes").at(index);
        found.add_if(!routed.insert(route.source), || place.clone(), || Kind::DuplicateRoute);
        found.id(route.pipeline, &place.at("pipeline"), What::Pipeline, &known.pipelines);
        if let Some(source) = route.source {
            found.id(source, &place.at("source"), What::Source, &known.sources);
        }
    }
    for (index, import) in sources.imports.iter().enumerate() {
        let place = path.at("imports").at(index);
        found.id(import.by, &place.at("by"), What::Person, &known.people);
        let reversed = Kind::ReversedDates { from: import.from, to: import.to };
        found.add_if(import.to < import.from, || place.at("to"), || reversed);
    }
}

pub(super) fn meaning(policy: &Policy, known: &Known, found: &mut Found) {
    let (meaning, path) = (&policy.meaning, root("meaning"));
    found.ids(&meaning.meeting_stages, &path.at("meeting_stages"), What::Stage, &known.stages);
    found.ids(&meaning.spam, &path.at("spam"), What::LossReason, &known.reasons);
    ids(meaning.loss_reasons.iter().map(|r| r.id), &path.at("loss_reasons"), What::LossReason, found);
    if let Some(number) = meaning.contact_stage {
        stage_number(policy, number, &[], &path.at("contact_stage"), found);
    }
}

pub(super) fn goals(policy: &Policy, found: &mut Found) {
    let count = policy.goals.len();
    let kind = || Kind::TooManyGoals { found: count, max: GOALS_MAX };
    found.add_if(count > GOALS_MAX, || root("goals"), kind);
}

/// Names a stage number that none of the pipelines has; no pipelines stand for all.
pub(super) fn stage_number(
    policy: &Policy,
    number: usize,
    pipelines: &[u64],
    path: &Path,
    found: &mut Found,
) {
    let own = policy.pipelines.iter().filter(|p| pipelines.is_empty() || pipelines.contains(&p.id));
    let stages = own.map(|pipeline| pipeline.stages.len()).max();
    // Pipelines that are not there, or have no stages, are named as such.
    let beyond = stages.is_some_and(|stages| stages > 0 && number > stages);
    let kind = Kind::StageNumber { number, stages: stages.unwrap_or(0) };
    found.add_if(number == 0 || beyond, || path.clone(), || kind);
}

/// Names ids of a list that are zero or stand twice.
pub(super) fn ids(ids: impl Iterator<Item = u64>, path: &Path, what: What, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for (index, id) in ids.enumerate() {
        let place = || path.at(index).at("id");
        found.add_if(id == 0, place, || Kind::ZeroId { what });
        found.add_if(id != 0 && !seen.insert(id), place, || Kind::DuplicateId { what, id });
    }
}

/// Names names of a list that stand twice; an empty one is none.
pub(super) fn names<'n>(names: impl Iterator<Item = &'n str>, path: &Path, what: What, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for (index, name) in names.enumerate().filter(|(_, name)| !name.trim().is_empty()) {
        let twice = !seen.insert(name.trim().to_lowercase());
        let kind = || Kind::DuplicateName { what, name: name.to_owned() };
        found.add_if(twice, || path.at(index).at("name"), kind);
    }
}
