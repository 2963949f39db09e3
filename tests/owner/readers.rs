//! What is exported, opened by readers that others wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use takeroot_core::acceptance::Period;
use takeroot_core::day::{Document, Figures, TableForm, TableHead, TableRow, rows, table};

use crate::company::Shop;

const DAYS: i32 = 14;
const COLUMNS: [&str; 10] =
    ["day", "revision", "final", "observed", "pipeline", "slice", "key", "figure", "item", "value"];

fn documents() -> Vec<Document<Figures>> {
    let (shop, today) = (Shop::get(), Shop::today());
    let days = (1 - DAYS..=0).map(|back| today.plus(back));
    let envelope = shop.summary().envelope;
    days.map(|day| Document { envelope, figures: shop.at_once(Period { from: day, to: day }) }).collect()
}

fn written(documents: &[Document<Figures>], form: TableForm) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("days-{form:?}.csv"));
    let mut text = form.head();
    for document in documents {
        text.push_str(&table(&serde_json::to_string(document).unwrap(), form).unwrap());
    }
    fs::write(&path, text).unwrap();
    path
}

/// What `DuckDB` makes of tables of which it is told nothing.
fn opened(tables: &[PathBuf]) -> Vec<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut node = Command::new("node");
    node.arg(here.join("owner/csv.cjs")).arg(here.join("../tools"));
    let told = node.args(tables).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}

/// The cells of the documents' numbers, as texts; what is empty is nothing.
fn cells(documents: &[Document<Figures>]) -> Vec<Value> {
    let mut all = Vec::new();
    for document in documents {
        let mut take = |head: &TableHead, row: TableRow<'_>| {
            let value = row.value.to_string();
            let told = head.cells.iter().map(String::as_str).chain(row.place);
            let told = told.chain([row.figure, row.item, &value]);
            all.push(told.map(|cell| if cell.is_empty() { Value::Null } else { json!(cell) }).collect());
        };
        rows(&serde_json::to_string(document).unwrap(), &mut take).unwrap();
    }
    all
}

#[test]
fn a_database_reads_from_the_table_what_the_documents_say() {
    let documents = documents();
    let tables = [TableForm::Plain, TableForm::RussianExcel].map(|form| written(&documents, form));
    let cells = cells(&documents);
    let (mut counts, mut managers) = (Vec::new(), BTreeMap::<String, i64>::new());
    for Document { figures, .. } in &documents {
        let figures = serde_json::to_value(figures).unwrap();
        let pipelines = figures["pipelines"].as_object().unwrap().iter();
        let of_pipelines = pipelines.map(|(id, block)| (json!(id), block));
        for (pipeline, block) in std::iter::once((Value::Null, &figures["all"])).chain(of_pipelines) {
            for (name, n) in block["n"].as_object().into_iter().flatten() {
                counts.push(json!([figures["to"], pipeline, format!("n.{name}"), n]));
            }
        }
        for (id, block) in figures["by"]["managers"].as_object().unwrap() {
            if let Some(n) = block["n"]["active"].as_i64() {
                *managers.entry(id.clone()).or_default() += n;
            }
        }
    }
    let in_order = |rows: &mut Vec<Value>| rows.sort_by_key(ToString::to_string);
    in_order(&mut counts);
    assert!(counts.len() > 300 && managers.len() > 2 && cells.len() > 5_000, "{}", cells.len());
    for told in opened(&tables) {
        let columns = told["columns"].as_array().unwrap();
        assert_eq!(columns.iter().map(|column| &column[0]).collect::<Vec<_>>(), COLUMNS);
        let typed = [(0, "DATE"), (1, "BIGINT"), (2, "BOOLEAN"), (3, "BOOLEAN"), (9, "BIGINT")];
        typed.into_iter().for_each(|(place, kind)| assert_eq!(columns[place][1], kind, "{place}"));
        assert!(told["rows"] == json!(cells), "the cells differ");
        let mut summed = told["counts"].as_array().unwrap().clone();
        in_order(&mut summed);
        assert_eq!(summed, counts);
        let by_managers: Vec<Value> = managers.iter().map(|(id, n)| json!([id, n])).collect();
        assert_eq!(told["managers"], json!(by_managers));
    }
}
