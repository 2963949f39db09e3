//! Which mandatory fields cards lack.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, BORIS, Story, at, day, open};
use takeroot_core::contribution::Count;
use takeroot_core::fact::{Actor, Amount, Snapshot, Stage, Subject, Value, What};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Field, Mandatory, Pipeline, StageName};
use takeroot_core::summary::Summary;

fn deal(story: Story, id: u64, when: &str, snapshot: Snapshot) -> Story {
    let created = Some((at("02 10:00"), Actor::User(ANNA)));
    let what = What::Deal(Snapshot { created, ..snapshot });
    story.fact(Subject::Deal(id), when, Actor::User(ANNA), what)
}

/// Two fields are asked everywhere, a third one in the other pipeline.
fn asking() -> Story {
    Story::new().with(|policy| {
        let stages = vec![StageName { id: 61, name: String::new() }];
        policy.pipelines.push(Pipeline { id: 6, stages, ..Pipeline::default() });
        let elsewhere = Mandatory { pipelines: vec![6], ..Mandatory::of(Field::Responsible, "", 1) };
        let asked = [Field::Amount, Field::Custom(7)].map(|field| Mandatory::of(field, "", 1));
        policy.mandatory = asked.into_iter().chain([elsewhere]).collect();
    })
}

#[test]
fn cards_lack_fields_as_long_as_they_do() {
    let junk = Snapshot { fields: vec![(7, Value::Junk(Junk::Placeholder))], ..open(51) };
    let story = deal(asking(), 1, "02 10:00", junk);
    let filled = Snapshot { price: Some(Amount(100)), ..open(52) };
    let story = deal(story, 2, "02 11:00", filled);
    let story = deal(story, 1, "03 10:00", Snapshot { price: Some(Amount(5)), ..open(52) });
    let nobody =
        Snapshot { pipeline: Some(6), stage: Some(Stage::Open(61)), responsible: Some(0), ..open(61) };
    let story = deal(story, 3, "04 10:00", nobody);
    let lost = Snapshot { stage: Some(Stage::Lost), ..open(52) };
    let story = deal(story, 2, "05 10:00", lost);
    let lacking = |of| story.all(of, "05 23:00").lacking;
    assert_eq!(lacking(2), [(Field::Amount, 1), (Field::Custom(7), 2)]);
    assert_eq!(lacking(3), [(Field::Custom(7), 2)]);
    assert_eq!(lacking(4), [(Field::Amount, 1), (Field::Responsible, 1), (Field::Custom(7), 3)]);
    assert_eq!(lacking(5), [(Field::Amount, 1), (Field::Responsible, 1), (Field::Custom(7), 2)]);
    let figures = story.figures(day(5), "05 23:00");
    assert_eq!(figures.pipelines[&5].lacking, [(Field::Custom(7), 1)]);
    assert_eq!(figures.all.lacking_most(2), [(Field::Custom(7), 2), (Field::Amount, 1)]);
    assert!(figures.by.managers.values().all(|block| block.lacking.is_empty()), "not by manager");
    let text = serde_json::to_string(&figures.pipelines[&5]).unwrap();
    assert!(text.contains(r#""lacking":[[{"custom":7},1]]"#), "{text}");
}

#[test]
fn a_deal_that_changes_hands_lacks_the_same_and_one_that_changes_its_pipeline_there() {
    let story = deal(asking(), 1, "02 10:00", Snapshot { price: Some(Amount(5)), ..open(51) });
    let story = deal(story, 1, "03 10:00", Snapshot { responsible: Some(BORIS), ..open(51) });
    let there = Snapshot { pipeline: Some(6), stage: Some(Stage::Open(61)), ..open(61) };
    let story = deal(story, 1, "04 10:00", there);
    let by_pipeline = |of| {
        let pipelines = story.figures(day(of), "04 23:00").pipelines;
        [5, 6].map(|id| pipelines.get(&id).map_or(0, |block| block.lacking.iter().map(|(_, n)| *n).sum()))
    };
    assert_eq!([2, 3, 4].map(by_pipeline), [[1, 0], [1, 0], [0, 1]]);
}

#[test]
fn the_pain_of_empty_cards_names_the_fields_that_are_missing_most_often() {
    let lacks = |story: Story, id: u64| {
        let price = (id > 2).then_some(Amount(100));
        deal(story, id, "02 10:00", Snapshot { price, ..open(51) })
    };
    let story = (1..=6).fold(asking(), lacks);
    assert_eq!(story.n(2, Count::Cards), 6);
    let mut ledger = takeroot_core::ledger::Ledger::new(story.rules.clone());
    story.facts.iter().for_each(|fact| ledger.record(fact.clone()));
    ledger.settle(at("02 23:59:59"));
    let pains = Summary::of(ledger.totals(), &story.rules, day(2)).pains;
    let named: Vec<_> = pains.iter().filter(|pain| !pain.fields.is_empty()).collect();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].metric, takeroot_core::acceptance::Metric::CompleteCards);
    assert_eq!(named[0].fields, [(Field::Custom(7), 6), (Field::Amount, 2)]);
}
