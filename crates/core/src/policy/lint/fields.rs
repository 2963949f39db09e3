//! Mandatory fields, their conditions, and check-lists.

use super::lists::{names, stage_number};
use super::{Found, Kind, Known, MANDATORY_MAX, Path, What, root};
use crate::policy::{Check, Condition, Field, Mandatory, Pipeline, Policy};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(policy: &Policy, known: &Known, found: &mut Found) {
    let path = root("mandatory");
    if policy.mandatory.is_empty() {
        found.add(path.clone(), Kind::NothingMandatory);
    } else {
        let asks = |field| policy.mandatory.iter().any(|mandatory| mandatory.field == field);
        let asks_source =
            asks(Field::Source) || policy.sources.field.is_some_and(|id| asks(Field::Custom(id)));
        found.add_if(!asks(Field::NextStep), || path.clone(), || Kind::NoNextStep);
        found.add_if(!asks_source, || path.clone(), || Kind::NoSource);
        let nowhere = policy.pipelines.is_empty();
        found.add_if(nowhere, || path.clone(), || Kind::MandatoryWithoutPipelines);
    }
    for (index, mandatory) in policy.mandatory.iter().enumerate() {
        one(policy, known, mandatory, &path.at(index), found);
    }
    duplicates(policy, &path, found);
    cycles(policy, &path, found);
    for (index, pipeline) in policy.pipelines.iter().enumerate() {
        stages(policy, pipeline, index, found);
    }
    checklists(policy, known, found);
}

fn one(policy: &Policy, known: &Known, mandatory: &Mandatory, path: &Path, found: &mut Found) {
    field(policy, mandatory.field, &path.at("field"), found);
    found.ids(&mandatory.pipelines, &path.at("pipelines"), What::Pipeline, &known.pipelines);
    stage_number(policy, mandatory.from_stage, &mandatory.pipelines, &path.at("from_stage"), found);
    found.add_if(mandatory.weight == 0, || path.at("weight"), || Kind::ZeroWeight);
    let has_text = match mandatory.field {
        Field::Amount => mandatory.check == Check::Positive,
        Field::Responsible | Field::NextStep | Field::FutureDate(_) => false,
        _ => true,
    };
    let unread = mandatory.check != Check::Text && !has_text;
    found.add_if(unread, || path.at("check"), || Kind::CheckWithoutText { field: mandatory.field });
    if let Some(when) = &mandatory.when {
        condition(policy, known, when, &path.at("when"), found);
    }
}

/// Names a field that no card can have filled, because the policy does not say which custom field it is.
fn field(policy: &Policy, field: Field, path: &Path, found: &mut Found) {
    let nowhere = match field {
        Field::Channel => policy.sources.channel.is_none(),
        Field::Utm => policy.sources.utm.is_empty(),
        _ => false,
    };
    found.add_if(nowhere, || path.clone(), || Kind::FieldNotGiven { field });
    let (Field::Custom(id) | Field::FutureDate(id)) = field else { return };
    found.add_if(id == 0, || path.clone(), || Kind::ZeroId { what: What::CustomField });
}

fn condition(policy: &Policy, known: &Known, when: &Condition, path: &Path, found: &mut Found) {
    match when {
        Condition::Filled(of) => field(policy, *of, &path.at("filled"), found),
        Condition::Empty(of) => field(policy, *of, &path.at("empty"), found),
        Condition::Choice { field: id, any } => {
            let path = path.at("choice");
            found.add_if(*id == 0, || path.at("field"), || Kind::ZeroId { what: What::CustomField });
            found.add_if(any.is_empty(), || path.at("any"), || Kind::EmptyCondition);
        }
        Condition::AmountFrom(_) => {}
        Condition::Source(sources) => {
            found.add_if(sources.is_empty(), || path.at("source"), || Kind::EmptyCondition);
            found.ids(sources, &path.at("source"), What::Source, &known.sources);
        }
        Condition::All(parts) => conditions(policy, known, parts, &path.at("all"), found),
        Condition::Any(parts) => conditions(policy, known, parts, &path.at("any"), found),
        Condition::Not(part) => condition(policy, known, part, &path.at("not"), found),
    }
}

fn conditions(policy: &Policy, known: &Known, parts: &[Condition], path: &Path, found: &mut Found) {
    found.add_if(parts.is_empty(), || path.clone(), || Kind::EmptyCondition);
    for (index, part) in parts.iter().enumerate() {
        condition(policy, known, part, &path.at(index), found);
    }
}

/// The same field twice for the same cards. Under different conditions it may stand as often as it likes.
fn duplicates(policy: &Policy, path: &Path, found: &mut Found) {
    let mut seen: BTreeSet<(Field, Option<u64>)> = BTreeSet::new();
    for (index, mandatory) in policy.mandatory.iter().enumerate().filter(|(_, m)| m.when.is_none()) {
        let field = mandatory.field;
        let everywhere = mandatory.pipelines.is_empty();
        let twice = match everywhere {
            true => seen.range((field, None)..=(field, Some(u64::MAX))).next().is_some(),
            false => {
                seen.contains(&(field, None))
                    || mandatory.pipelines.iter().any(|id| seen.contains(&(field, Some(*id))))
            }
        };
        found.add_if(twice, || path.at(index).at("field"), || Kind::DuplicateField { field });
        seen.extend(everywhere.then_some((field, None)));
        seen.extend(mandatory.pipelines.iter().map(|id| (field, Some(*id))));
    }
}

/// Fields of which each is asked only when the next one is filled, and the last only when the first is: nobody
/// is ever asked for the first of them. "One or the other", each asked when the other is empty, is no cycle.
fn cycles(policy: &Policy, path: &Path, found: &mut Found) {
    let mut needs: BTreeMap<Field, BTreeSet<Field>> = BTreeMap::new();
    for mandatory in &policy.mandatory {
        let mut needed = BTreeSet::new();
        if let Some(when) = &mandatory.when {
            needed_by(when, true, &mut needed);
        }
        // A field that is asked in one more way than this one does not wait for it.
        needs.entry(mandatory.field).and_modify(|all| all.retain(|f| needed.contains(f))).or_insert(needed);
    }
    for circle in circles(&needs) {
        let first = policy.mandatory.iter().position(|mandatory| circle.contains(&mandatory.field));
        found.add(path.at(first.unwrap_or(0)).at("when"), Kind::Cycle { fields: circle });
    }
}

/// Circles that share no field, each in the order of its needs: a walk into the depth that ends at what it has
/// seen, and finds a circle where that lies on its own way.
fn circles(needs: &BTreeMap<Field, BTreeSet<Field>>) -> Vec<Vec<Field>> {
    let mut circles: Vec<Vec<Field>> = Vec::new();
    let mut seen: BTreeSet<Field> = BTreeSet::new();
    for start in needs.keys() {
        let mut way: Vec<(Field, Vec<Field>)> = Vec::new();
        let mut place: BTreeMap<Field, usize> = BTreeMap::new();
        let mut next = Some(*start).filter(|start| seen.insert(*start));
        while next.is_some() || !way.is_empty() {
            if let Some(field) = next.take() {
                place.insert(field, way.len());
                way.push((field, needs.get(&field).into_iter().flatten().copied().collect()));
            }
            let Some((field, open)) = way.last_mut() else { break };
            let field = *field;
            match open.pop() {
                None => {
                    place.remove(&field);
                    way.pop();
                }
                Some(need) => match place.get(&need) {
                    Some(begin) => circles.push(way.iter().skip(*begin).map(|(field, _)| *field).collect()),
                    None => next = Some(need).filter(|need| seen.insert(*need)),
                },
            }
        }
    }
    let mut named = BTreeSet::new();
    circles.retain(|circle| {
        let is_new = circle.iter().all(|field| !named.contains(field));
        named.extend(circle.iter().copied());
        is_new
    });
    circles
}

/// The fields that must be filled for a condition to hold, `holds` being false under a negation. Of
/// alternatives none must.
fn needed_by(when: &Condition, holds: bool, needed: &mut BTreeSet<Field>) {
    match (when, holds) {
        (Condition::Filled(field), true) | (Condition::Empty(field), false) => {
            needed.insert(*field);
        }
        (Condition::Choice { field, .. }, true) => {
            needed.insert(Field::Custom(*field));
        }
        (Condition::AmountFrom(_), true) => {
            needed.insert(Field::Amount);
        }
        (Condition::Source(_), true) => {
            needed.insert(Field::Source);
        }
        (Condition::All(parts), true) | (Condition::Any(parts), false) => {
            parts.iter().for_each(|part| needed_by(part, holds, needed));
        }
        (Condition::Any(parts), true) | (Condition::All(parts), false) if parts.len() == 1 => {
            parts.iter().for_each(|part| needed_by(part, holds, needed));
        }
        (Condition::Not(part), _) => needed_by(part, !holds, needed),
        _ => {}
    }
}

/// What the stages of a pipeline ask for: something from the second on, and not too much.
fn stages(policy: &Policy, pipeline: &Pipeline, index: usize, found: &mut Found) {
    if policy.mandatory.is_empty() {
        return;
    }
    let count = pipeline.stages.len();
    let mut asked = vec![BTreeSet::new(); count + 1];
    let own = |m: &&Mandatory| m.pipelines.is_empty() || m.pipelines.contains(&pipeline.id);
    for mandatory in policy.mandatory.iter().filter(own) {
        if let Some(fields) = asked.get_mut(mandatory.from_stage) {
            fields.insert(mandatory.field);
        }
    }
    let mut so_far = BTreeSet::new();
    let (mut silent, mut many) = (None, None);
    for (number, fields) in asked.into_iter().enumerate() {
        so_far.extend(fields);
        silent = silent.or((number >= 2 && so_far.is_empty()).then_some(number));
        many = many.or((so_far.len() > MANDATORY_MAX).then_some((number, so_far.len())));
    }
    if let Some(stage) = silent {
        let place = root("pipelines").at(index).at("stages").at(stage - 1);
        found.add(place, Kind::StageAsksNothing { stage });
    }
    if let Some((stage, fields)) = many {
        let place = root("pipelines").at(index).at("stages").at(stage.max(1) - 1);
        let pipeline = pipeline.id;
        found.add(place, Kind::TooManyMandatory { pipeline, stage, found: fields, max: MANDATORY_MAX });
    }
}

fn checklists(policy: &Policy, known: &Known, found: &mut Found) {
    let path = root("checklists");
    names(policy.checklists.iter().map(|list| list.name.as_str()), &path, What::Checklist, found);
    for (index, list) in policy.checklists.iter().enumerate() {
        let path = path.at(index);
        let unnamed = list.name.trim().is_empty();
        found.add_if(unnamed, || path.at("name"), || Kind::NoName { what: What::Checklist });
        found.add_if(list.items.is_empty(), || path.at("items"), || Kind::EmptyChecklist);
        found.ids(&list.pipelines, &path.at("pipelines"), What::Pipeline, &known.pipelines);
        let mut seen = BTreeSet::new();
        for (place, item) in list.items.iter().enumerate() {
            let path = path.at("items").at(place).at("field");
            field(policy, item.field, &path, found);
            let twice = !seen.insert(item.field);
            found.add_if(twice, || path, || Kind::DuplicateField { field: item.field });
        }
    }
}
