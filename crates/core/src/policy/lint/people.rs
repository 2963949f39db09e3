//! The roster, groups and the pilot.

use super::lists::{ids, names};
use super::{Found, Kind, Known, PILOT_DAYS, Path, What, root};
use crate::policy::{Person, Pilot, Policy};
use std::collections::BTreeSet;

pub(super) fn check(policy: &Policy, known: &Known, found: &mut Found) {
    let path = root("people");
    ids(policy.people.iter().map(|person| person.id), &path, What::Person, found);
    for (index, person) in policy.people.iter().enumerate() {
        one(policy, known, person, &path.at(index), found);
    }
    if !policy.people.is_empty() {
        let works = policy.people.iter().any(|person| !person.service);
        found.add_if(!works, || path.clone(), || Kind::NobodyWorks);
        let led = policy.people.iter().any(|person| person.head && !person.service);
        found.add_if(works && !led, || path.clone(), || Kind::NoHead);
    }
    let persons = policy.people.iter().filter(|person| !person.service).count();
    let alone = policy.leaderboard && !policy.people.is_empty() && persons < 2;
    found.add_if(alone, || root("leaderboard"), || Kind::NobodyToRank);
    let path = root("groups");
    ids(policy.groups.iter().map(|group| group.id), &path, What::Group, found);
    names(policy.groups.iter().map(|group| group.name.as_str()), &path, What::Group, found);
    let peopled: BTreeSet<u64> = policy.people.iter().filter_map(|person| person.group).collect();
    for (index, group) in policy.groups.iter().enumerate().filter(|(_, group)| !peopled.contains(&group.id)) {
        found.add(path.at(index), Kind::EmptyGroup { group: group.id });
    }
    if let Some(pilot) = &policy.pilot {
        check_pilot(known, pilot, found);
    }
}

fn one(policy: &Policy, known: &Known, person: &Person, path: &Path, found: &mut Found) {
    match person.group {
        Some(id) if !known.groups.contains(&id) => {
            found.add(path.at("group"), Kind::NotThere { what: What::Group, id });
        }
        None if !policy.groups.is_empty() && !person.service => {
            found.add(path.clone(), Kind::WithoutGroup { person: person.id });
        }
        _ => {}
    }
    found.add_if(person.service && person.head, || path.at("head"), || Kind::ServiceHead);
    let mut by_day: Vec<(usize, _)> = person.absences.iter().enumerate().collect();
    by_day.sort_by_key(|(_, absence)| (absence.from, absence.to));
    let mut last = None;
    for (index, absence) in by_day {
        let place = path.at("absences").at(index);
        if absence.to < absence.from {
            found.add(place.at("to"), Kind::ReversedDates { from: absence.from, to: absence.to });
            continue;
        }
        found.add_if(last.is_some_and(|last| absence.from <= last), || place, || Kind::OverlappingAbsences);
        last = last.max(Some(absence.to));
    }
}

fn check_pilot(known: &Known, pilot: &Pilot, found: &mut Found) {
    let path = root("pilot");
    let days = pilot.to.0.saturating_sub(pilot.from.0).saturating_add(1);
    let (min, max) = (*PILOT_DAYS.start(), *PILOT_DAYS.end());
    if days <= 0 {
        found.add(path.at("to"), Kind::ReversedDates { from: pilot.from, to: pilot.to });
    } else {
        found.add_if(days < min, || path.at("to"), || Kind::ShortPilot { days, min });
        found.add_if(days > max, || path.at("to"), || Kind::LongPilot { days, max });
    }
    let empty = pilot.users.is_empty() && pilot.groups.is_empty() && pilot.pipelines.is_empty();
    found.add_if(empty, || path.clone(), || Kind::EmptyPilot);
    found.ids(&pilot.users, &path.at("users"), What::Person, &known.people);
    found.ids(&pilot.pipelines, &path.at("pipelines"), What::Pipeline, &known.pipelines);
    for (index, id) in pilot.groups.iter().enumerate().filter(|(_, id)| !known.groups.contains(id)) {
        found.add(path.at("groups").at(index), Kind::NotThere { what: What::Group, id: *id });
    }
}
