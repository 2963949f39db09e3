//! The one next best step of a deal, with its reason.

use super::{Card, Missing, Why};
use crate::deal::Deal;
use crate::policy::{Field, Starts};
use crate::sla::{Timer, TimerState};
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What to do next and why, in the order of their urgency: of several the first one is the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Answer the client: they wait, and their clock has run out or soon will. A clock with time in hand
    /// comes after an overdue task.
    Answer {
        /// Whose clock: a new lead's, or that of a message.
        clock: Starts,
        /// How it stands.
        state: TimerState,
        /// Its deadline.
        due: Moment,
    },
    /// Do the task: its deadline has passed.
    DoTask {
        /// The deadline.
        due: Moment,
    },
    /// Set a task: there is no next step.
    PlanTask,
    /// Write again: the client has been silent for longer than the policy allows.
    FollowUp {
        /// When we spoke last.
        since: Moment,
    },
    /// Move the deal on or close it: it has stood for longer than the policy allows.
    Move {
        /// Which clock ran out: the stage's, that of any activity, or the deal's whole life.
        clock: Starts,
        /// Since when it has stood.
        since: Moment,
    },
    /// Fill in a field that the stage asks for: the heaviest, and of those what is wrong before what is empty.
    Fill(Missing),
    /// Fill in a field that the next stage will ask for.
    Prepare(Missing),
    /// Ask the client a question of a check-list.
    Ask {
        /// The place of the list among the policy's, from 0.
        list: usize,
        /// The field that answers it.
        missing: Missing,
    },
    /// Say where the client came from: the source, the channel or the UTM marks.
    Trace(Field),
}

/// The one next step of a deal at a moment; nothing for a deal that is closed, waits to be accepted, or has
/// all it needs. `clocks` are those that still run, each with what started it: one that was answered or has
/// ended is not among them. In order: a client waits beyond the target, or nearly; a task is overdue; a client
/// waits; there is no task; the client is silent; the deal stands; a field of the stage is missing; a field of
/// the next stage; a check-list is open; nobody knows where the client came from.
#[must_use]
pub fn next_step(card: &Card, clocks: &[(Starts, Timer)], deal: &Deal, now: Moment) -> Option<Step> {
    if !deal.is_active() {
        return None;
    }
    let waits = |state| {
        let waiting = first(clocks, &[Starts::LeadEntered, Starts::ClientMessage], state);
        waiting.map(|(clock, timer)| Step::Answer { clock, state, due: timer.due.unwrap_or(now) })
    };
    let task = deal.next_step();
    waits(TimerState::Breached)
        .or_else(|| waits(TimerState::Warning))
        .or_else(|| task.filter(|due| *due < now).map(|due| Step::DoTask { due }))
        .or_else(|| waits(TimerState::Running))
        .or_else(|| task.is_none().then_some(Step::PlanTask))
        .or_else(|| stands(clocks))
        .or_else(|| heaviest(&card.missing).map(Step::Fill))
        .or_else(|| heaviest(&card.missing_next).map(Step::Prepare))
        .or_else(|| question(card))
        .or_else(|| untraced(card).map(Step::Trace))
}

/// Of the clocks with one of these starts and this state, the one with the earliest deadline.
fn first(clocks: &[(Starts, Timer)], starts: &[Starts], state: TimerState) -> Option<(Starts, Timer)> {
    let such = clocks.iter().filter(|(start, timer)| starts.contains(start) && timer.state == state);
    such.min_by_key(|(start, timer)| (timer.due, *start)).copied()
}

fn stands(clocks: &[(Starts, Timer)]) -> Option<Step> {
    let late = |starts: &[Starts]| first(clocks, starts, TimerState::Breached);
    let silent = late(&[Starts::OurMessage]).map(|(_, timer)| Step::FollowUp { since: timer.started });
    silent.or_else(|| {
        let (clock, timer) = late(&[Starts::StageEntered, Starts::Activity, Starts::Created])?;
        Some(Step::Move { clock, since: timer.started })
    })
}

/// The field that counts most; the next step is a task, which has a step of its own.
fn heaviest(missing: &[Missing]) -> Option<Missing> {
    let fields = missing.iter().enumerate().filter(|(_, missing)| missing.field != Field::NextStep);
    let rank = |(at, missing): &(usize, &Missing)| (missing.weight, missing.why != Why::Empty, Reverse(*at));
    fields.max_by_key(rank).map(|(_, missing)| *missing)
}

fn question(card: &Card) -> Option<Step> {
    let mut open = card.checklists.iter().filter_map(|list| Some((list.list, *list.missing.first()?)));
    open.next().map(|(list, missing)| Step::Ask { list, missing })
}

fn untraced(card: &Card) -> Option<Field> {
    let known = card.provenance;
    let parts = [(Field::Source, known.source), (Field::Channel, known.channel), (Field::Utm, known.utm)];
    parts.into_iter().find(|(_, known)| *known == Some(false)).map(|(field, _)| field)
}
