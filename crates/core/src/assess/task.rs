//! Tasks (D6, D19, W1): set, by whom, whole or not, done in time or late.

use super::{Assessment, Terms};
use crate::contribution::{Action, Contribution, Count, Entry, Measure, Place};
use crate::deal::{Observed, ordered};
use crate::fact::{Actor, Fact, Subject, TaskState, What};
use crate::time::Moment;

/// Judges a task by its own facts.
pub(super) fn assess(id: Subject, facts: &[Observed], terms: Terms, as_of: Moment) -> Assessment {
    let mut changed = Vec::new();
    let mut facts = ordered(id, terms.coverage.counting(facts, &mut changed));
    facts.retain(|fact| fact.subject == id);
    let later = facts.split_off(facts.partition_point(|fact| fact.at <= as_of));
    let changes_at = later.first().map(|fact| fact.at);
    // No list shows it any more: what counted it would depend on when the CRM was read.
    if facts.iter().any(|fact| matches!(fact.what, What::Deleted)) {
        return Assessment { changes_at, ..Assessment::default() };
    }
    let mut out = Vec::new();
    let mut known: Option<&TaskState> = None;
    for fact in facts {
        let What::Task(state) = &fact.what else { continue };
        if known.is_none()
            && let Some((at, by)) = state.created
        {
            set(terms, at.min(fact.at), by, state, &mut out);
        }
        if state.done && !known.is_some_and(|task| task.done) {
            done(terms, fact, state, known, &mut out);
        }
        known = Some(state);
    }
    Assessment { contribution: Contribution::of(out), changes_at, ..Assessment::default() }
}

fn set(terms: Terms, at: Moment, by: Actor, state: &TaskState, out: &mut Vec<Entry>) {
    let version = terms.rules.at(at);
    let day = version.zone.day_of(at);
    let responsible = state.responsible.filter(|user| version.is_person(*user, day));
    let place = |manager| Place { manager, ..Place::default() };
    let theirs = place(state.responsible.unwrap_or(0));
    let mut count = |place, measure| out.push((day, place, measure, 1));
    count(theirs, Measure::Count(Count::TasksSet));
    if responsible.is_some() && state.due.is_some() {
        count(theirs, Measure::Count(Count::WholeTasks));
    }
    match by {
        Actor::User(user) if version.is_person(user, day) => {
            count(place(user), Measure::Act(Action::TaskSet));
        }
        Actor::User(user) => {
            count(place(user), Measure::Act(Action::TaskSet));
            count(theirs, Measure::Count(Count::RobotTasks));
        }
        Actor::Robot => count(theirs, Measure::Count(Count::RobotTasks)),
        Actor::Client | Actor::Unknown => {}
    }
}

fn done(terms: Terms, fact: &Fact, state: &TaskState, known: Option<&TaskState>, out: &mut Vec<Entry>) {
    let day = terms.rules.day_of(fact.at);
    let place = |manager| Place { manager, ..Place::default() };
    let theirs = place(state.responsible.unwrap_or(0));
    out.push((day, theirs, Measure::Count(Count::TasksDone), 1));
    let due = known.map_or(state.due, |task| task.due);
    if due.is_some_and(|due| due < fact.at) {
        out.push((day, theirs, Measure::Count(Count::TasksLate), 1));
    }
    if let (Actor::User(user), _) | (Actor::Unknown, Some(user)) = (fact.by, state.responsible) {
        out.push((day, place(user), Measure::Act(Action::TaskDone), 1));
    }
}
