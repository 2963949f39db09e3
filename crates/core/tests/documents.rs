//! What is published stays small and says nothing personal: a day of a company of three hundred managers.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use takeroot_core::contribution::{
    Action, Contribution, Count, Entry, Measure, Milestone, Place, Took, Totals,
};
use takeroot_core::day::{Document, Envelope, Figures, Times, rows};
use takeroot_core::deal::Origin;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Person, Policy, Rules};
use takeroot_core::time::{Day, Moment};

const MANAGERS: u64 = 300;
const TODAY: Day = Day(20_500);

/// What one manager comes to on a busy day: leads, answers, moves, tasks and a full desk, in two pipelines.
fn busy(manager: u64) -> Vec<Entry> {
    let place = |pipeline, stage| Place {
        pipeline,
        stage,
        manager: 10_000_000 + manager,
        source: 600_000 + manager % 12,
        origin: Origin::KNOWN[usize::try_from(manager % 4).unwrap()],
        pilot: manager.is_multiple_of(10),
    };
    let mut entries = Vec::new();
    for pipeline in [7_000_001, 7_000_002] {
        let here = place(pipeline, pipeline * 10 + manager % 6);
        let counts = [
            Count::Entered,
            Count::InTime,
            Count::Moves,
            Count::CausedMoves,
            Count::StageEntered,
            Count::Won,
            Count::TasksSet,
            Count::WholeTasks,
            Count::TasksDone,
            Count::Worked,
            Count::Active,
            Count::Overdue,
            Count::Cards,
            Count::Complete,
            Count::Percent,
            Count::Sourced,
            Count::NoNextStep,
            Count::Stuck,
        ];
        entries.extend(counts.map(|count| (TODAY, here, Measure::Count(count), 3)));
        let measures = [
            Measure::Took(Took::Response, 300),
            Measure::Sum(Took::Response),
            Measure::Took(Took::Stage, 900),
            Measure::Sum(Took::Stage),
            Measure::Act(Action::Called),
            Measure::Act(Action::Moved),
            Measure::Act(Action::TaskDone),
            Measure::MovedTo(Stage::Open(pipeline * 10 + 3)),
            Measure::After(Milestone::Won, 12),
            Measure::After(Milestone::Passed, 4),
        ];
        entries.extend(measures.map(|measure| (TODAY, here, measure, 2)));
    }
    entries
}

#[test]
fn a_day_of_three_hundred_managers_fits_half_a_megabyte() {
    let people = (0..MANAGERS).map(|n| Person {
        id: 10_000_000 + n,
        name: format!("Имярек-{n} imyarek@example.org"),
        ..Person::default()
    });
    let policy = Policy { people: people.collect(), ..Policy::standard("Europe/Moscow") };
    let begin = Moment(i64::from(TODAY.0) * 86_400);
    let rules = Rules::compile(vec![(Day(0), policy)], begin, begin).unwrap();
    let mut totals = Totals::default();
    let entries = (0..MANAGERS).flat_map(busy).collect();
    totals.replace(&Contribution::default(), &Contribution::of(entries));
    let figures = Figures::of(&totals, &rules, TODAY, TODAY);
    assert_eq!(figures.by.managers.len(), 300);
    assert_eq!(figures.within[&7_000_001].managers.len(), 300);
    let document = Document { envelope: Envelope::of(TODAY, &rules, begin, 1), figures };
    let text = serde_json::to_string(&document).unwrap();
    assert!(text.len() <= 512 * 1024, "{} bytes", text.len());
    assert!(!text.contains("мярек") && !text.contains('@'), "no name and no address");
    assert_eq!(serde_json::from_str::<Document<Figures>>(&text).unwrap(), document);
}

#[test]
fn a_mean_is_of_all_durations_and_there_is_none_of_none() {
    let times = |count, sum_s| Times { count, sum_s, ..Times::default() };
    assert_eq!((times(3, 900).mean_s(), times(0, 0).mean_s()), (Some(300), None));
}

#[test]
fn a_day_is_final_48_hours_after_its_end_and_not_a_second_before() {
    let begin = Moment(i64::from(TODAY.0) * 86_400);
    let rules = Rules::compile(vec![(Day(0), Policy::standard("Europe/Moscow"))], begin, begin).unwrap();
    let at = rules.end_of(TODAY).plus(48 * 3600);
    let is_final = |as_of| Envelope::of(TODAY, &rules, as_of, 1).is_final;
    assert_eq!((is_final(at.plus(-1)), is_final(at)), (false, true));
}

#[test]
fn a_table_says_of_each_figure_where_it_belongs() {
    let begin = Moment(i64::from(TODAY.0) * 86_400);
    let rules = Rules::compile(vec![(Day(0), Policy::standard("Europe/Moscow"))], begin, begin).unwrap();
    let mut totals = Totals::default();
    let place = Place { pipeline: 7, stage: 71, manager: 11, ..Place::default() };
    totals.add(&Contribution::of(vec![(TODAY, place, Measure::Count(Count::Won), 2)]));
    let figures = Figures::of(&totals, &rules, TODAY, TODAY);
    let document = Document { envelope: Envelope::of(TODAY, &rules, begin, 1), figures };
    let mut told = Vec::new();
    rows(&serde_json::to_string(&document).unwrap(), &mut |head, row| {
        assert_eq!(head.cells, [TODAY.to_string(), "1".into(), "false".into(), "true".into()]);
        told.push(format!("{} {} {}", row.place.join("/"), [row.figure, row.item].join("/"), row.value));
    })
    .unwrap();
    told.retain(|row| row.contains("won"));
    let expected = ["/all/", "/managers/11", "/stages/71", "7/all/", "7/managers/11", "7/stages/71"];
    assert_eq!(told, expected.map(|place| format!("{place} n.won/ 2")));
}
