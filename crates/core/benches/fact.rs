//! What a fact costs: its deal is judged anew, and the new contribution takes the old one's place in the totals.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

mod office;
mod row;

use office::{BEGIN, HOUR_S, PEOPLE, PIPELINE, rules};
use row::{Question, Times, measure};
use std::cell::RefCell;
use takeroot_core::assess::{Terms, assess};
use takeroot_core::card::DealCard;
use takeroot_core::contribution::{Contribution, Place, Totals};
use takeroot_core::coverage::Coverage;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Amount, Fact, Snapshot, Stage, Subject, TaskState, Value, Via, Way, What};
use takeroot_core::policy::Rules;
use takeroot_core::time::Moment;

const DEAL: u64 = 7;
const TASK: Subject = Subject::Task(9);
/// Deals whose contributions are in the totals besides.
const OTHERS: u64 = 300;

struct Case {
    rules: Rules,
    coverage: Coverage,
    /// The last one is the one that arrives.
    facts: Vec<Observed>,
    now: Moment,
    state: RefCell<State>,
}

struct State {
    totals: Totals,
    standing: Contribution,
    arrived: bool,
}

impl Case {
    fn of(earlier: usize) -> Result<Self, Box<dyn std::error::Error>> {
        let facts: Vec<Observed> = (0..=earlier).map(|n| Observed::from(fact(n))).collect();
        let now = facts.last().map_or(BEGIN, |last| last.fact.at.plus(60));
        let (rules, coverage) = (rules()?, Coverage::default());
        let state = State { totals: Totals::default(), standing: Contribution::default(), arrived: true };
        let case = Self { rules, coverage, facts, now, state: RefCell::new(state) };
        case.judge();
        let mut state = case.state.borrow_mut();
        for other in 0..OTHERS {
            let theirs = |place: Place| Place { manager: 20 + other % 20, ..place };
            let entries =
                state.standing.entries().map(|(day, place, measure, n)| (day, theirs(place), measure, n));
            let theirs = Contribution::of(entries.collect());
            state.totals.add(&theirs);
        }
        drop(state);
        Ok(case)
    }

    fn terms(&self) -> Terms<'_> {
        Terms { rules: &self.rules, coverage: &self.coverage }
    }

    fn known(&self, all: bool) -> &[Observed] {
        if all { &self.facts } else { self.facts.split_last().map_or(&[], |(_, earlier)| earlier) }
    }

    /// The last fact comes, or goes again: both cost the same.
    fn judge(&self) -> usize {
        let mut state = self.state.borrow_mut();
        let State { totals, standing, arrived } = &mut *state;
        let new = assess(Subject::Deal(DEAL), self.known(*arrived), self.terms(), self.now).contribution;
        let days = totals.replace(standing, &new);
        (*standing, *arrived) = (new, !*arrived);
        days.len()
    }

    fn assess(&self) -> usize {
        let new = assess(Subject::Deal(DEAL), &self.facts, self.terms(), self.now);
        new.contribution.entries().count()
    }

    fn card(&self) -> usize {
        DealCard::of(DEAL, &self.facts, self.terms(), self.now).map_or(0, |card| card.timers.len())
    }
}

const OF_LONG: [Question<Case>; 2] = [
    Question::new("the deal's facts are judged anew", Case::assess),
    Question::within(50_000.0, "judged, and its contribution replaced in the totals", Case::judge),
];

const OF_SHORT: [Question<Case>; 3] = [
    Question::new("the deal's facts are judged anew", Case::assess),
    Question::new("judged, and its contribution replaced in the totals", Case::judge),
    Question::new("its card with clocks and completeness", Case::card),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let times = Times { rounds: 101, passes: 40, answers: 1 };
    measure("a fact of a deal with 200 earlier ones", &Case::of(200)?, times, &OF_LONG);
    measure("a fact of a deal with 30 earlier ones", &Case::of(30)?, times, &OF_SHORT);
    Ok(())
}

/// A deal's life: a lead, talk, edits and moves through its stages, tasks set and done, people in turns; some
/// facts an hour, with nights between them.
fn fact(n: usize) -> Fact {
    let number = u64::try_from(n).unwrap_or(0);
    let at = BEGIN.plus(i64::try_from(n).unwrap_or(0) * (5 * HOUR_S / 2 + 411));
    let person = PEOPLE.into_iter().cycle().nth(n / 60).unwrap_or_default();
    let (subject, by, what) = match n % 10 {
        0 => (Subject::Deal(DEAL), Actor::User(person), What::Deal(snapshot(number, person))),
        1 | 6 => (Subject::Deal(DEAL), Actor::Client, said_by_client()),
        3 | 7 => (Subject::Deal(DEAL), Actor::User(person), What::Noted),
        4 => (TASK, Actor::User(person), task(at, person, false)),
        9 => (TASK, Actor::User(person), task(at, person, true)),
        _ => {
            let what = What::Said { way: Way::Chat, talked_s: None, contact: Some(3) };
            (Subject::Deal(DEAL), Actor::User(person), what)
        }
    };
    Fact { subject, at, stated: Some(at), by, seq: None, via: Via::Hook, what, flags: vec![] }
}

fn snapshot(n: u64, person: u64) -> Snapshot {
    let stage = |moves: u64| Some(Stage::Open(51 + moves % 8));
    let moves = n / 10;
    Snapshot {
        created: Some((BEGIN, Actor::Client)),
        added: n == 0,
        pipeline: Some(PIPELINE),
        stage: stage(moves),
        stage_before: if n == 0 { None } else { stage(moves - 1) },
        responsible: Some(person),
        price: Some(Amount(100_000 + i64::try_from(n).unwrap_or(0))),
        fields: (1..=3).filter(|id| *id <= moves).map(|id| (id, Value::Filled)).collect(),
        ..Snapshot::default()
    }
}

const fn said_by_client() -> What {
    What::Heard { way: Way::Chat, answered_by: None, contact: Some(3) }
}

fn task(at: Moment, person: u64, done: bool) -> What {
    What::Task(TaskState {
        deal: Some(DEAL),
        responsible: Some(person),
        due: Some(at.plus(20 * HOUR_S)),
        done,
        ..TaskState::default()
    })
}
