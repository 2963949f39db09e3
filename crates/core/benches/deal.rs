//! What a deal's card costs: its clocks driven by what happened and read, and its mandatory fields reported.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

mod office;
mod row;

use office::{BEGIN, HOUR_S, PEOPLE, PIPELINE, rules};
use row::{Question, Times, measure};
use takeroot_core::card::report;
use takeroot_core::deal::Deal;
use takeroot_core::fact::{Amount, Stage, TaskState, Value};
use takeroot_core::policy::Rules;
use takeroot_core::sla::{Clocks, Signal, Where};
use takeroot_core::time::Moment;

const TIMES: Times = Times { rounds: 101, passes: 1_000, answers: 1 };
const GROUP: &str = "deal, 8 stages, 7 mandatory fields, 6 clocks, 30 signals in three weeks";

/// What happens, hours after the beginning: talk, moves, a pause, another person, silence in between.
const STORY: [(i64, Signal); 30] = [
    (0, Signal::Created),
    (0, Signal::Entered),
    (1, Signal::HumanSpoke),
    (2, Signal::ClientSpoke),
    (3, Signal::HumanSpoke),
    (3, Signal::Moved),
    (5, Signal::ClientSpoke),
    (24, Signal::HumanSpoke),
    (25, Signal::ClientSpoke),
    (25, Signal::HumanSpoke),
    (26, Signal::TaskDone),
    (26, Signal::Moved),
    (48, Signal::Assigned),
    (50, Signal::HumanSpoke),
    (72, Signal::ClientSpoke),
    (73, Signal::HumanSpoke),
    (74, Signal::Moved),
    (96, Signal::TaskDone),
    (98, Signal::Paused),
    (170, Signal::Resumed),
    (171, Signal::HumanSpoke),
    (192, Signal::ClientSpoke),
    (192, Signal::TalkClosed),
    (216, Signal::Moved),
    (240, Signal::HumanSpoke),
    (336, Signal::ClientSpoke),
    (340, Signal::HumanSpoke),
    (360, Signal::Moved),
    (384, Signal::HumanSpoke),
    (410, Signal::ClientSpoke),
];

struct Case {
    rules: Rules,
    signals: Vec<(Moment, Signal, Where)>,
    now: Moment,
    deal: Deal,
}

impl Case {
    fn folded(&self) -> (Clocks<'_>, usize) {
        let mut clocks = Clocks::new(&self.rules);
        let told = self.signals.iter().map(|(at, signal, place)| clocks.take(*at, *signal, *place).len());
        let told = told.sum();
        (clocks, told)
    }
}

const QUESTIONS: [Question<Case>; 4] = [
    Question::new("the signals drive the clocks", |case| case.folded().1),
    Question::new("and the clocks are read", |case| {
        let (clocks, told) = case.folded();
        told + read(&clocks, case.now)
    }),
    Question::new("the fields are reported", |case| {
        report(case.rules.at(case.now), &case.deal, case.now).missing.len()
    }),
    Question::within(2_000.0, "all of it", |case| {
        let (clocks, told) = case.folded();
        let card = report(case.rules.at(case.now), &case.deal, case.now);
        told + read(&clocks, case.now) + card.missing.len()
    }),
];

fn read(clocks: &Clocks<'_>, now: Moment) -> usize {
    let due = clocks.timers(now, None).filter_map(|reading| reading.timer.due);
    due.map(|due| usize::from(due > now)).sum()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = BEGIN.plus(411 * HOUR_S);
    let (mut stage, mut turn) = (51, 0);
    let mut signal = |(hours, signal): (i64, Signal)| {
        stage += u64::from(signal == Signal::Moved);
        turn += usize::from(signal == Signal::Assigned);
        let responsible = PEOPLE.get(turn).copied().unwrap_or_default();
        (
            BEGIN.plus(hours * HOUR_S),
            signal,
            Where { pipeline: PIPELINE, stage: Some(Stage::Open(stage)), responsible },
        )
    };
    let signals = STORY.into_iter().map(&mut signal).collect();
    let task = TaskState { due: Some(now.plus(HOUR_S)), ..TaskState::default() };
    let deal = Deal {
        pipeline: PIPELINE,
        stage: Some(Stage::Open(stage)),
        responsible: 12,
        price: Some(Amount(480_000)),
        fields: [(1, Value::Filled), (2, Value::Choice(3)), (4, Value::Date(now.plus(-HOUR_S)))].into(),
        tasks: [(1, task)].into(),
        seen: true,
        ..Deal::default()
    };
    measure(GROUP, &Case { rules: rules()?, signals, now, deal }, TIMES, &QUESTIONS);
    Ok(())
}
