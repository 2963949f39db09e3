//! What a card costs: the check of its mandatory fields, its whole report and the next step.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

mod asked;
mod row;

use asked::{PIPELINE, version};
use row::{Question, Times, measure};
use takeroot_core::card::{asked, next_step, report};
use takeroot_core::deal::Deal;
use takeroot_core::fact::{Amount, Stage, TaskState, Value};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Checklist, ChecklistItem, Condition, Field, Sources, Starts, Version};
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::Moment;

const NOW: Moment = Moment(1_795_172_400);
const TIMES: Times = Times { rounds: 101, passes: 2_000, answers: 1 };

const QUESTIONS: [Question<Case>; 3] = [
    Question::new("which fields are asked", |case| asked(&case.version, &case.deal, NOW).count()),
    Question::new("card::report", |case| report(&case.version, &case.deal, NOW).missing.len()),
    Question::new("card::report and the next step", |case| {
        let card = report(&case.version, &case.deal, NOW);
        usize::from(next_step(&card, &case.clocks, &case.deal, NOW).is_some())
    }),
];

struct Case {
    version: Version,
    deal: Deal,
    clocks: Vec<(Starts, Timer)>,
}

fn main() {
    let mut full = case();
    compare("nothing is missing", &full);
    full.deal.price = None;
    full.deal.fields.insert(1, Value::Junk(Junk::Placeholder));
    full.deal.fields.remove(&2);
    compare("three of seven fields are missing", &full);
    let when = Condition::Any(vec![Condition::AmountFrom(1000), Condition::Filled(Field::Custom(1))]);
    for mandatory in full.version.policy.mandatory.iter_mut().skip(4) {
        mandatory.when = Some(when.clone());
    }
    compare("three of them have conditions", &full);
    let items = (1..=4).map(|id| ChecklistItem { field: Field::Custom(id), name: String::new() }).collect();
    full.version.policy.checklists = vec![Checklist { name: "BANT".to_owned(), items, pipelines: vec![5] }];
    full.version.policy.sources =
        Sources { field: Some(1), channel: Some(2), utm: vec![3, 4], ..Sources::default() };
    compare("with a check-list and sources", &full);
}

/// Six clocks; the deal stands on the last stage.
fn case() -> Case {
    let task = TaskState { due: Some(NOW.plus(3600)), ..TaskState::default() };
    let deal = Deal {
        pipeline: PIPELINE,
        stage: Some(Stage::Open(80)),
        responsible: 11,
        price: Some(Amount(7_500_000)),
        fields: [
            (1, Value::Filled),
            (2, Value::Choice(9)),
            (3, Value::Filled),
            (4, Value::Date(NOW.plus(90_000))),
        ]
        .into(),
        tasks: [(1, task)].into(),
        seen: true,
        ..Deal::default()
    };
    let starts = [Starts::LeadEntered, Starts::ClientMessage, Starts::OurMessage, Starts::StageEntered];
    let timer = Timer {
        state: TimerState::Met,
        started: NOW.plus(-600),
        due: Some(NOW.plus(300)),
        target_s: 900,
        elapsed_s: 600,
        ..Timer::default()
    };
    let clocks = starts.into_iter().chain([Starts::Activity, Starts::Created]);
    Case { version: version(), deal, clocks: clocks.map(|start| (start, timer)).collect() }
}

fn compare(name: &str, case: &Case) {
    measure(&format!("card, {name}"), case, TIMES, &QUESTIONS);
}
