//! Moves between stages (D1, D4, D10, D12, D15, D19): outcomes, cohorts, time in stage, causes, handovers.

use super::shared::Shared;
use super::walk::Walk;
use crate::contribution::{Action, Count, Measure, Milestone, Place, Took, took};
use crate::deal::Move;
use crate::fact::{Actor, Fact, Snapshot, Stage, Subject, TaskState, Value, What};
use crate::sla::Signal;
use crate::time::{Day, Moment};

/// What the way of a deal through its stages was.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    /// When it came into the stage in which it stands.
    since: Option<Moment>,
    /// Working stages in order of their first entry: when, and whether a later one was reached.
    visited: Vec<Visited>,
    /// The last move by a person, for haste.
    hurried: Option<Moment>,
    rushed: bool,
    advanced: bool,
    met: bool,
    /// Whether anybody ever talked.
    talked: bool,
    /// The last event that may cause a move: a client's word or a task done.
    cause: Option<Moment>,
    moved_at: Option<Moment>,
    /// When fields were first seen filled.
    filled: Vec<(Moment, u64)>,
    won: Option<Win>,
    lost: Option<Loss>,
    reason: Option<(Place, u64)>,
    /// Whether the entry was counted.
    pub(super) entered: bool,
    /// Whether it was taken back.
    merged: bool,
}

#[derive(Clone, Copy, Debug)]
struct Visited {
    stage: u64,
    pipeline: u64,
    place: Place,
    day: Day,
    passed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Win {
    place: Place,
    price: i64,
    cycle_s: Option<i64>,
    client: Option<u64>,
    /// Whether its cohort knows it.
    cohort: bool,
}

#[derive(Clone, Copy, Debug)]
struct Loss {
    place: Place,
    /// Whether its cohort knows it.
    cohort: bool,
}

impl Path {
    pub(super) fn spoke(&mut self, at: Moment, client: bool) {
        self.talked = true;
        if client {
            self.cause = Some(at);
        }
    }
}

/// Fields filled within the last minute before a move that are no accident.
const RUSH_FIELDS: usize = 3;
const RUSH_FILL_S: i64 = 60;

impl Walk<'_> {
    /// A state of the deal.
    pub(super) fn seen(&mut self, fact: &Fact, snapshot: &Snapshot) {
        let (at, was) = (fact.at, self.place(fact.at));
        let (responsible, alive) = (self.deal.responsible, self.deal.is_alive());
        let first = !self.deal.seen;
        self.note_fields(at, snapshot);
        let moved = self.deal.take(self.id, fact);
        if first {
            self.begin(at);
        }
        if !alive && self.deal.is_alive() {
            self.path.since = self.path.since.or(Some(at));
        }
        if let Some(moved) = moved {
            self.moved(at, fact.by, moved, was);
            self.signal(at, Signal::Moved);
        }
        self.lost_for(at);
        if !first && self.deal.responsible != responsible {
            self.handed(at, fact.by, responsible);
        }
        if self.deal.created.is_none_or(|(created, _)| at > created) {
            self.edited(fact, if moved.is_some() { Action::Moved } else { Action::Edited }, was);
        }
    }

    /// The stage in which a deal is first seen.
    fn begin(&mut self, at: Moment) {
        let Some((created, _)) = self.deal.created else { return };
        let (at, place) = (created.min(at), self.place(at));
        if self.path.since.is_none() {
            self.path.since = Some(at);
            self.visit(at, place);
        }
    }

    fn visit(&mut self, at: Moment, place: Place) {
        let known = self.path.visited.iter().any(|v| (v.pipeline, v.stage) == (place.pipeline, place.stage));
        if place.stage != 0 && !known {
            let day = self.day(at);
            let (stage, pipeline) = (place.stage, place.pipeline);
            self.path.visited.push(Visited { stage, pipeline, place, day, passed: false });
            self.count_at(at, place, Measure::Count(Count::StageEntered), 1);
        }
    }

    fn moved(&mut self, at: Moment, by: Actor, moved: Move, was: Place) {
        // A stage that is left keeps the event; the rest is as the move shows it.
        let place = Place { stage: was.stage, pipeline: was.pipeline, ..self.place(at) };
        // The state at creation is an outcome at most, never a move.
        if moved.from.is_some() {
            self.count_at(at, place, Measure::Count(Count::Moves), 1);
            self.count_at(at, place, Measure::MovedTo(moved.to), 1);
            self.cause(at, by, place);
            self.haste(at, by, moved, place);
        }
        if let Some(since) = self.path.since.filter(|_| matches!(moved.from, Some(Stage::Open(_)))) {
            self.took(at, place, Took::Stage, at.since(since), 1);
        }
        self.path.since = Some(at);
        self.path.moved_at = Some(at);
        self.touch(at);
        if matches!(moved.from, Some(Stage::Won | Stage::Lost)) {
            self.reopened(at, moved);
        }
        match moved.to {
            Stage::Won => self.won(at, place),
            Stage::Lost => self.lost(at, place),
            Stage::Open(stage) => {
                let here = self.place(at);
                self.visit(at, here);
                if self.version(at).policy.meaning.meeting_stages.contains(&stage) {
                    self.met(at);
                }
            }
        }
        self.pass_stages(at, moved.to);
        self.advance(at, moved.to, place);
    }

    /// A robot is a cause; so is a client's word or a task done, shortly before and since the last move.
    fn cause(&mut self, at: Moment, by: Actor, place: Place) {
        let robot = match by {
            Actor::Robot => true,
            Actor::User(user) => !self.is_person(user, at),
            _ => false,
        };
        if robot {
            self.count_at(at, place, Measure::Count(Count::RobotMoves), 1);
        }
        let window_s = i64::from(self.version(at).policy.thresholds.cause_minutes) * 60;
        let recent = |cause: Moment| at.since(cause) <= window_s;
        let since_move = |cause: Moment| self.path.moved_at.is_none_or(|moved_at| cause >= moved_at);
        if robot || self.path.cause.is_some_and(|cause| recent(cause) && since_move(cause)) {
            self.count_at(at, place, Measure::Count(Count::CausedMoves), 1);
        }
    }

    fn haste(&mut self, at: Moment, by: Actor, moved: Move, place: Place) {
        let Actor::User(user) = by else { return };
        if !self.is_person(user, at) || !matches!(moved.to, Stage::Open(_)) {
            return;
        }
        let window_s = i64::from(self.version(at).policy.thresholds.rush_minutes) * 60;
        let hasty = self.path.hurried.is_some_and(|last| at.since(last) <= window_s);
        self.path.hurried = Some(at);
        if hasty && !self.path.rushed {
            self.path.rushed = true;
            self.count_at(at, place, Measure::Count(Count::Rushed), 1);
        }
        let created = self.deal.created.map_or(Moment(i64::MIN), |(created, _)| created);
        let fresh = |filled: &Moment| at.since(*filled) <= RUSH_FILL_S && filled.since(created) > RUSH_FILL_S;
        if self.path.filled.iter().filter(|(filled, _)| fresh(filled)).count() >= RUSH_FIELDS {
            self.count_at(at, place, Measure::Count(Count::RushFilled), 1);
        }
    }

    fn note_fields(&mut self, at: Moment, snapshot: &Snapshot) {
        for (field, value) in &snapshot.fields {
            let known = self.path.filled.iter().any(|(_, filled)| filled == field);
            if !known && !matches!(value, Value::Junk(_)) {
                self.path.filled.push((at, *field));
            }
        }
    }

    /// A win that is not measured is none, so that there is nothing to take back either.
    fn won(&mut self, at: Moment, place: Place) {
        if !self.measures(at, place) {
            return;
        }
        let price = self.deal.price.map_or(0, |price| price.0.max(0));
        let began = self.deal.entered.or(self.deal.created.map(|(at, _)| at));
        let cycle_s = began.map(|began| at.since(began));
        let win = Win { place, price, cycle_s, client: self.deal.client(), cohort: self.is_of_cohort() };
        self.count_win(at, win, 1);
        if let Some(client) = win.client {
            let words = self.shared.entry(Subject::Client(client)).or_default();
            words.push(Shared::Won(at, place));
        }
        self.path.won = Some(win);
    }

    /// What was counted is taken back whatever is measured by then.
    fn count_win(&mut self, at: Moment, win: Win, n: i64) {
        let day = self.day(at);
        let priced = i64::from(win.price > 0);
        for (count, of) in [(Count::Won, 1), (Count::Revenue, win.price), (Count::Priced, priced)] {
            self.put((day, win.place, Measure::Count(count), of * n));
        }
        if let Some(cycle_s) = win.cycle_s {
            took(day, win.place, Took::Cycle, cycle_s, n).into_iter().for_each(|entry| self.put(entry));
        }
        if win.cohort {
            self.milestone(at, win.place, Milestone::Won, n);
        }
    }

    fn lost(&mut self, at: Moment, place: Place) {
        if self.measures(at, place) {
            let loss = Loss { place, cohort: self.is_of_cohort() };
            self.count_loss(at, loss, 1);
            self.path.lost = Some(loss);
        }
    }

    fn count_loss(&mut self, at: Moment, loss: Loss, n: i64) {
        self.put((self.day(at), loss.place, Measure::Count(Count::Lost), n));
        if loss.cohort {
            self.milestone(at, loss.place, Milestone::Lost, n);
        }
    }

    /// The reason of a loss, once it is known; it may come later than the loss.
    fn lost_for(&mut self, at: Moment) {
        let Some(Loss { place, .. }) = self.path.lost else { return };
        let reason = self.deal.loss_reason.filter(|reason| *reason != 0);
        let Some(reason) = reason.filter(|_| self.path.reason.is_none()) else { return };
        self.count_reason(at, (place, reason), 1);
        self.path.reason = Some((place, reason));
    }

    fn count_reason(&mut self, at: Moment, (place, reason): (Place, u64), n: i64) {
        let day = self.day(at);
        self.put((day, place, Measure::Count(Count::Reasoned), n));
        self.put((day, place, Measure::LostFor(reason), n));
    }

    fn reopened(&mut self, at: Moment, moved: Move) {
        if matches!(moved.to, Stage::Open(_)) {
            self.count(at, Count::Reopened, 1);
        }
        if let Some(win) = self.path.won.take() {
            self.count_win(at, win, -1);
            if let Some(client) = win.client {
                let words = self.shared.entry(Subject::Client(client)).or_default();
                words.push(Shared::Withdrawn(at));
            }
        }
        if let Some(loss) = self.path.lost.take() {
            self.count_loss(at, loss, -1);
            if let Some(reason) = self.path.reason.take() {
                self.count_reason(at, reason, -1);
            }
        }
    }

    /// Stages that were entered before and lie behind now: a skip passes, a return counts once.
    fn pass_stages(&mut self, at: Moment, to: Stage) {
        let policy = &self.version(at).policy;
        let pipeline = self.deal.pipeline;
        let reached = match to {
            Stage::Open(stage) => policy.stage_number(pipeline, stage),
            Stage::Won => Some(usize::MAX),
            Stage::Lost => None,
        };
        let Some(reached) = reached else { return };
        let mut visited = std::mem::take(&mut self.path.visited);
        for visit in visited.iter_mut().filter(|visit| !visit.passed) {
            let number = policy.stage_number(visit.pipeline, visit.stage);
            let later = match number {
                Some(number) => visit.pipeline == pipeline && number < reached,
                // Without an order of stages only the win is known to lie beyond all of them.
                None => to == Stage::Won,
            };
            if later {
                visit.passed = true;
                let age = age(visit.day, self.day(at));
                self.count_at(at, visit.place, Measure::After(Milestone::Passed, age), 1);
            }
        }
        self.path.visited = visited;
    }

    /// Beyond "contact made" somebody must have talked.
    fn advance(&mut self, at: Moment, to: Stage, place: Place) {
        let policy = &self.version(at).policy;
        let contact = policy.meaning.contact_stage.unwrap_or(2);
        let beyond = match to {
            Stage::Open(stage) => policy.stage_number(self.deal.pipeline, stage).is_some_and(|n| n > contact),
            Stage::Won => true,
            Stage::Lost => false,
        };
        if !beyond || self.path.advanced || !self.terms.coverage.tells_of_answers() {
            return;
        }
        self.path.advanced = true;
        self.count_at(at, place, Measure::Count(Count::Advanced), 1);
        if !self.path.talked {
            self.count_at(at, place, Measure::Count(Count::AdvancedSilent), 1);
        }
    }

    fn handed(&mut self, at: Moment, by: Actor, from: u64) {
        let to = self.deal.responsible;
        let answered = self.lead.is_none_or(|lead| !lead.waits());
        self.assigned(at);
        self.signal(at, Signal::Assigned);
        if from == 0 || to == 0 {
            return;
        }
        let version = self.version(at);
        let day = version.zone.day_of(at);
        let absent = version.person(from).is_some_and(|person| person.is_absent(day));
        let by_head = match by {
            Actor::User(user) => {
                !version.is_person(user, day) || version.person(user).is_some_and(|person| person.head)
            }
            Actor::Robot => true,
            _ => false,
        };
        let people = version.is_person(from, day) && version.is_person(to, day);
        let count = match (absent, by_head || !answered || !people) {
            (true, _) => Count::Covered,
            (_, true) => Count::Distributed,
            _ => Count::Reassigned,
        };
        self.count(at, count, 1);
    }

    /// Deleted, declined or merged away.
    pub(super) fn gone(&mut self, at: Moment) {
        if self.deal.declined && self.deal.deleted.is_none() {
            self.count(at, Count::Declined, 1);
        }
        if self.deal.merged && self.is_of_cohort() {
            self.merged_away(at);
        }
    }

    /// A lead that was merged away leaves its cohort for good, with whatever became of it there.
    fn merged_away(&mut self, at: Moment) {
        if let Some(win) = self.path.won.filter(|win| win.cohort) {
            self.milestone(at, win.place, Milestone::Won, -1);
            self.path.won = Some(Win { cohort: false, ..win });
        }
        if let Some(loss) = self.path.lost.filter(|loss| loss.cohort) {
            self.milestone(at, loss.place, Milestone::Lost, -1);
            self.path.lost = Some(Loss { cohort: false, ..loss });
        }
        let (day, place) = (self.day(at), self.place(at));
        self.put((day, place, Measure::Count(Count::Merged), 1));
        self.put((day, place, Measure::Count(Count::Entered), -1));
        self.milestone(at, place, Milestone::Merged, 1);
        self.path.merged = true;
    }

    /// Whether its entry counts.
    fn is_of_cohort(&self) -> bool {
        self.path.entered && !self.path.merged
    }

    /// A task of the deal that is done may be the cause of a move, or a meeting.
    pub(super) fn task_done(&mut self, fact: &Fact) {
        let What::Task(TaskState { done: true, kind, .. }) = &fact.what else { return };
        self.path.cause = Some(fact.at);
        self.signal(fact.at, Signal::TaskDone);
        let meetings = &self.version(fact.at).policy.meaning.meeting_tasks;
        if kind.is_some_and(|kind| meetings.contains(&kind)) {
            self.met(fact.at);
        }
    }

    fn met(&mut self, at: Moment) {
        if self.path.met {
            return;
        }
        self.path.met = true;
        self.count(at, Count::Met, 1);
        let place = self.place(at);
        if self.is_of_cohort() && self.measures(at, place) {
            self.milestone(at, place, Milestone::Met, 1);
        }
    }

    /// Counts a milestone of the cohort with which the lead came in. What is taken back is taken back at its
    /// age of that day: the cohort is the same.
    fn milestone(&mut self, at: Moment, place: Place, milestone: Milestone, n: i64) {
        if let Some(entered) = self.entry_day() {
            let day = self.day(at);
            self.put((day, place, Measure::After(milestone, age(entered, day)), n));
        }
    }
}

fn age(from: Day, to: Day) -> u16 {
    u16::try_from(to.0.saturating_sub(from.0).max(0)).unwrap_or(u16::MAX)
}
