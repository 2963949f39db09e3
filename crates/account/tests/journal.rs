//! The journal by pages, and the published days as a table.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_account::Failure;
use takeroot_core::day::{TableForm, table};
use takeroot_core::fact::{Fact, Key};
use takeroot_core::time::Moment;
use takeroot_stand::company::generate;
use told::{ENDS, Told, facts};

/// The earliest of key-equal facts, of the very texts of the journal.
fn naive(told: &Told) -> BTreeMap<Key, Moment> {
    let mut earliest = BTreeMap::new();
    for row in told.rows("SELECT facts FROM journal") {
        for line in row.get::<&str>("facts").unwrap().lines() {
            let (key, text) = line.split_once(' ').unwrap();
            let at = serde_json::from_str::<Fact>(text).unwrap().at;
            let known = earliest.entry(key.parse::<Key>().unwrap()).or_insert(at);
            *known = at.min(*known);
        }
    }
    earliest
}

#[test]
fn pages_of_the_journal_hold_each_fact_once_the_earliest_of_equal_ones() {
    let history = generate(11, ENDS, 1);
    let told = Told::of(&history, 400);
    // One deal of more facts than a page holds, each of them delivered again later.
    let body = |n: i64| {
        let stage = if n % 2 == 0 { 142 } else { 9 };
        format!("leads[status][0][id]=77&leads[status][0][status_id]={stage}&leads[status][0][price]={n}")
    };
    for again in [9_000, 0, 500_000] {
        for n in 0..1300 {
            told.account.deliver(1, body(n).as_bytes(), Moment(ENDS + again + n)).unwrap();
        }
    }
    let told_by_pages = facts(&told.account);
    let keys: BTreeMap<Key, Moment> = told_by_pages.iter().map(|fact| (fact.key(), fact.at)).collect();
    assert_eq!(keys.len(), told_by_pages.len(), "each once");
    assert!(keys.len() > 2000, "{}", keys.len());
    assert_eq!(keys, naive(&told));
    for wrong in ["x", "", "ZGVhbDo3Nw", "ZGVhbDo3NyAtMQ", "a2luZzo3NyAw"] {
        let refused = told.account.facts(Some(wrong)).unwrap_err();
        assert!(matches!(refused, Failure::Rejected(told) if told.status == 400), "{wrong}");
    }
}

/// Numbers of a document that are figures; members of a set are one each.
fn numbers(value: &Value) -> usize {
    match value {
        Value::Number(_) => 1,
        Value::Object(parts) => parts.values().map(numbers).sum(),
        Value::Array(items) => {
            items.iter().map(|item| item.as_array().map_or(1, |pair| numbers(&pair[1]))).sum()
        }
        _ => 0,
    }
}

/// The figure that a row names, looked up in the document from the other end.
fn looked_up<'v>(figures: &'v Value, row: &[&str]) -> Option<&'v Value> {
    let [pipeline, slice, key, figure, item] = row[4..9] else { return None };
    let cuts = if pipeline.is_empty() { &figures["by"] } else { &figures["within"][pipeline] };
    let block = match (pipeline, slice) {
        ("", "all") => figures.get("all")?,
        (_, "all") => &figures["pipelines"][pipeline],
        (_, "pilot") => &cuts["pilot"],
        _ => &cuts[slice][key],
    };
    let mut found = if block.get(figure.split('.').next()?).is_some() { block } else { figures };
    for name in figure.split('.') {
        found = found.get(name)?;
    }
    match found {
        Value::Array(items) => {
            let named = |of: &Value| match of {
                Value::String(text) => text == item,
                Value::Object(of) => of.iter().any(|(name, id)| format!("{name}.{id}") == item),
                other => other.as_i64().is_some_and(|id| item.parse() == Ok(id)),
            };
            items
                .iter()
                .find(|pair| named(pair.get(0).unwrap_or(pair)))
                .map(|pair| pair.get(1).unwrap_or(pair))
        }
        Value::Object(parts) => parts.get(item),
        number => Some(number).filter(|_| item.is_empty()),
    }
}

#[test]
fn a_day_as_a_table_holds_every_figure_of_its_document_and_no_other() {
    let history = generate(11, ENDS, 1);
    let told = Told::of(&history, 400);
    let mut publication = told.account.publication(ENDS * 1000).unwrap();
    let mut rows = 0;
    while let Some(documents) = told.account.next_documents(&mut publication).unwrap() {
        for (_, text) in documents.iter().filter(|(key, _)| key.starts_with("day/")) {
            let document: Value = serde_json::from_str(text).unwrap();
            let figures = &document["figures"];
            let table = table(text, TableForm::Plain).unwrap();
            let mut seen = BTreeSet::new();
            for line in table.split_terminator("\r\n") {
                let row: Vec<&str> = line.split(',').collect();
                assert_eq!(row.len(), TableForm::Plain.head().split(',').count(), "{line}");
                assert_eq!(row[0], figures["to"], "{line}");
                let found = looked_up(figures, &row).map(Value::to_string);
                let expected = if row[7] == "active_people" { found.map(|_| "1".to_owned()) } else { found };
                assert_eq!(expected.as_deref(), Some(row[9]), "{line}");
                assert!(seen.insert(line.rsplit_once(',').unwrap().0.to_owned()), "twice: {line}");
            }
            assert_eq!(seen.len(), numbers(figures), "{}", figures["to"]);
            rows += seen.len();
        }
    }
    assert!(rows > 3000, "{rows}");
}
