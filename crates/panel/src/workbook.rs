//! An account's days as a workbook: what a spreadsheet shows of the documents, before a shell writes its file.
//!
//! Figures are numbers, not texts: a share is a share, a duration is a duration, a day is a date.

use crate::date;
use crate::lang::Lang;
use crate::ledger::{named, person_name, pipeline_name, source_name};
use crate::reading::Reading;
use crate::said::{self, Pair};
use crate::view::{self, Key, keys};
use takeroot_core::contribution::Dimension;
use takeroot_core::day::{Document, Figures, TableRow, rows};
use takeroot_core::policy::Policy;
use takeroot_core::time::Day;
use takeroot_core::zone::Zone;

/// A workbook: pictures of its first sheet come first, on a sheet of their own.
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    /// What the sheet of pictures is called.
    pub pictures: &'static str,
    /// Its tables, in order.
    pub sheets: Vec<Sheet>,
    /// What is drawn of the first one.
    pub charts: Vec<Chart>,
}

/// A sheet with a table.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: &'static str,
    /// The headings, each with the characters of its column.
    pub columns: Vec<(String, u16)>,
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// A text, never a formula.
    Text(String),
    /// A number.
    Whole(i64),
    /// A share: a part of a whole above zero.
    Share(i64, i64),
    /// A duration in seconds.
    Seconds(i64),
    /// A date.
    Day(Day),
    /// Whether something is so.
    Truth(bool),
}

/// A picture of columns over the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: &'static str,
    /// The column that is drawn as bars.
    pub bars: usize,
    /// The column that is drawn as a line, by an axis of its own.
    pub line: Option<usize>,
}

/// What a workbook is made of.
#[derive(Clone, Copy, Debug)]
pub struct WorkbookSource<'a> {
    /// The days' documents as they are published, ascending: their text, and what it says.
    pub documents: &'a [(String, Document<Figures>)],
    /// Targets and names.
    pub policy: &'a Policy,
    /// The account's zone.
    pub zone: &'a Zone,
    /// The language.
    pub lang: Lang,
}

const PICTURES: Pair = ("Графики", "Charts");
const DAYS: Pair = ("Дни", "Days");
const DAY: Pair = ("День", "Day");
const STATE: Pair = ("Состояние", "State");
const DATA: Pair = ("Данные", "Data");
const TERMS: Pair = ("Определения", "Definitions");
const DEFINITION: Pair = ("Что это", "What it is");
const CASES: Pair = ("из скольких", "of how many");
const ANSWERS: Pair = ("ответов", "answers");
const WON: Pair = ("Выиграно", "Won");
const LOST: Pair = ("Проиграно", "Lost");
const ROSTER: Pair = ("в штате", "on the roster");
const LEADS_IN_TIME: Pair = ("Заявки и ответы в срок по дням", "Leads and answers in time by day");
const MEDIANS: Pair = ("Первый ответ, медиана по дням", "First response, median by day");
const OVERDUE: Pair = ("Активные и просроченные сделки по дням", "Active and overdue deals by day");
const REVISION: Pair = ("Редакция", "Revision");
const FINAL: Pair = ("Окончательно", "Final");
const OBSERVED: Pair = ("Наблюдали", "Observed");
const SLICE: Pair = ("Разрез", "Slice");
const KEY: Pair = ("Код", "Key");
const NAME: Pair = ("Название", "Name");
const FIGURE: Pair = ("Показатель", "Figure");
const ITEM: Pair = ("Чего", "Of what");
const VALUE: Pair = ("Значение", "Value");

/// Characters of a column of figures, of names, and of sentences.
const NARROW: u16 = 13;
const WIDE: u16 = 26;
const SENTENCE: u16 = 110;

/// The workbook of some days.
///
/// # Errors
/// A document is none of a day.
pub fn workbook(source: &WorkbookSource<'_>) -> serde_json::Result<Workbook> {
    let days: Vec<&Document<Figures>> = source.documents.iter().map(|(_, document)| document).collect();
    let words = source.lang.words();
    let first = self::days(source, &days);
    let charts = charts(&first, source.lang);
    let mut sheets = vec![first];
    if let Some(whole) = whole(&days) {
        let parts = [
            (words.managers, words.manager, Dimension::Manager),
            (words.sources, words.source, Dimension::Source),
        ];
        sheets.extend(parts.map(|(name, of, dimension)| part(source, &whole, name, of, dimension)));
        sheets.push(pipelines(source, &whole));
    }
    sheets.extend([data(source)?, terms(source)]);
    Ok(Workbook { pictures: said::of(source.lang, PICTURES), sheets, charts })
}

/// The period of all days, taken day by day; cohorts are its own.
fn whole(days: &[&Document<Figures>]) -> Option<Figures> {
    let first = days.first()?.figures.from;
    let mut each = days.iter().map(|day| day.figures.clone().of_those_since(first));
    let mut whole = each.next()?;
    each.for_each(|day| whole.take(day));
    Some(whole)
}

fn days(source: &WorkbookSource<'_>, days: &[&Document<Figures>]) -> Sheet {
    let (lang, words) = (source.lang, source.lang.words());
    let keys: Vec<Key> = keys(words).into_iter().filter(Key::is_of_a_day).collect();
    let row = |Document { envelope, figures }: &Document<Figures>| {
        let state = match (figures.observed, envelope.is_final) {
            (false, _) => words.unobserved.to_owned(),
            (true, true) => words.is_final.to_owned(),
            (true, false) => {
                let at = date::clock(envelope.as_of, source.zone, figures.to, lang);
                crate::lang::fill(words.as_of, &[&at])
            }
        };
        let begin = [Cell::Day(figures.to), Cell::Text(state)];
        begin.into_iter().chain(keys.iter().flat_map(|key| cells((key.read)(figures)))).collect()
    };
    let begin = [(said::of(lang, DAY).to_owned(), NARROW), (said::of(lang, STATE).to_owned(), WIDE)];
    let columns = begin.into_iter().chain(headings(&keys, lang)).collect();
    Sheet { name: said::of(lang, DAYS), columns, rows: days.iter().map(|day| row(day)).collect() }
}

fn charts(days: &Sheet, lang: Lang) -> Vec<Chart> {
    let words = lang.words();
    let at =
        |label: &str| days.columns.iter().position(|(heading, _)| *heading == label.replace('\u{a0}', " "));
    let chart = |title: Pair, bars: &str, line: Option<&str>| {
        Some(Chart { title: said::of(lang, title), bars: at(bars)?, line: line.and_then(at) })
    };
    let charts = [
        chart(LEADS_IN_TIME, words.entered, Some(words.in_time)),
        chart(MEDIANS, words.median, None),
        chart(OVERDUE, words.active, Some(words.overdue)),
    ];
    charts.into_iter().flatten().collect()
}

/// A row for each value of a dimension, of the whole period.
fn part(
    source: &WorkbookSource<'_>,
    whole: &Figures,
    name: &'static str,
    of: &str,
    dimension: Dimension,
) -> Sheet {
    let ids: Vec<u64> = match dimension {
        Dimension::Manager => whole.by.managers.keys().copied().collect(),
        _ => whole.by.sources.keys().copied().collect(),
    };
    let named = |id: u64| match dimension {
        Dimension::Manager => person_name(source.policy, id, source.lang),
        _ => source_name(source.policy, id, source.lang),
    };
    let parts = ids.into_iter().map(|id| (named(id), whole.clone().part(0, Some((dimension, id)))));
    sheet_of(source, name, of, parts.collect())
}

fn pipelines(source: &WorkbookSource<'_>, whole: &Figures) -> Sheet {
    let words = source.lang.words();
    let named = |id: u64| pipeline_name(source.policy, id, source.lang);
    let parts = whole.pipelines.keys().map(|id| (named(*id), whole.clone().part(*id, None)));
    sheet_of(source, words.pipelines, words.pipeline, parts.collect())
}

fn sheet_of(
    source: &WorkbookSource<'_>,
    name: &'static str,
    of: &str,
    mut parts: Vec<(String, Figures)>,
) -> Sheet {
    let lang = source.lang;
    // Who acted is known of the whole company only.
    let keys: Vec<Key> = keys(lang.words()).into_iter().filter(|key| key.term != "people").collect();
    parts.sort_by(|(one, _), (other, _)| one.cmp(other));
    // Of whom nothing is known but that they acted, a row of noughts would say what is not so.
    let row = |(name, figures): (String, Figures)| {
        let cells: Vec<Cell> = keys.iter().flat_map(|key| cells((key.read)(&figures))).collect();
        let says = cells.iter().any(|cell| !matches!(cell, Cell::Empty | Cell::Whole(0)));
        says.then(|| std::iter::once(Cell::Text(name)).chain(cells).collect())
    };
    let columns = std::iter::once((of.to_owned(), WIDE)).chain(headings(&keys, lang)).collect();
    Sheet { name, columns, rows: parts.into_iter().filter_map(row).collect() }
}

/// The columns of figures: beside a share of how many it is, beside a median its cases.
fn headings(keys: &[Key], lang: Lang) -> Vec<(String, u16)> {
    let none = Figures {
        from: Day(0),
        to: Day(0),
        observed: false,
        all: Default::default(),
        pipelines: Default::default(),
        by: Default::default(),
        within: Default::default(),
        active_people: Default::default(),
        roster: 0,
    };
    let beside = |label: &str, pair: Pair| format!("{label}, {}", said::of(lang, pair));
    let heading = |key: &Key| match (key.read)(&none) {
        Reading::Count(_) => vec![key.label.to_owned()],
        Reading::Share(..) | Reading::Ratio(..) => vec![key.label.to_owned(), beside(key.label, CASES)],
        Reading::Median(..) => vec![key.label.to_owned(), beside(key.label, ANSWERS)],
        Reading::Pair(..) => [WON, LOST].map(|pair| said::of(lang, pair).to_owned()).into(),
        Reading::Census(..) => vec![key.label.to_owned(), beside(key.label, ROSTER)],
    };
    keys.iter().flat_map(heading).map(|heading| (heading.replace('\u{a0}', " "), NARROW)).collect()
}

/// A figure in as many cells as it has headings.
fn cells(reading: Reading) -> Vec<Cell> {
    match reading {
        Reading::Count(n) => vec![Cell::Whole(n)],
        Reading::Pair(n, m) | Reading::Census(n, m) => vec![Cell::Whole(n), Cell::Whole(m)],
        Reading::Share(n, of) | Reading::Ratio(n, of) => {
            vec![if of > 0 { Cell::Share(n, of) } else { Cell::Empty }, Cell::Whole(of)]
        }
        Reading::Median(seconds, cases) => {
            vec![seconds.map_or(Cell::Empty, Cell::Seconds), Cell::Whole(cases)]
        }
    }
}

/// Every number of the documents, a row each, as the table for BI has them, with the names of what they are of.
fn data(source: &WorkbookSource<'_>) -> serde_json::Result<Sheet> {
    let (lang, words) = (source.lang, source.lang.words());
    let text = |pair: Pair| said::of(lang, pair).to_owned();
    let pipeline = words.pipeline.to_owned();
    let columns = vec![
        (text(DAY), NARROW),
        (text(REVISION), NARROW),
        (text(FINAL), NARROW),
        (text(OBSERVED), NARROW),
        (format!("{pipeline}, {}", text(KEY).to_lowercase()), NARROW),
        (pipeline, WIDE),
        (text(SLICE), NARROW),
        (text(KEY), NARROW),
        (text(NAME), WIDE),
        (text(FIGURE), WIDE),
        (text(ITEM), NARROW),
        (text(VALUE), NARROW),
    ];
    let mut told: Vec<Vec<Cell>> = Vec::new();
    for (document, _) in source.documents {
        rows(document, &mut |head, row| {
            let [day, revision, is_final, observed] = &head.cells;
            let TableRow { place: [pipeline, slice, key], figure, item, value } = row;
            told.push(vec![
                day.parse().map_or(Cell::Empty, Cell::Day),
                revision.parse().map_or(Cell::Empty, Cell::Whole),
                is_final.parse().map_or(Cell::Empty, Cell::Truth),
                observed.parse().map_or(Cell::Empty, Cell::Truth),
                cell(pipeline),
                pipeline.parse().map_or(Cell::Empty, |id| Cell::Text(pipeline_name(source.policy, id, lang))),
                cell(slice),
                cell(key),
                name(source, slice, key).map_or(Cell::Empty, Cell::Text),
                cell(figure),
                cell(item),
                Cell::Whole(value),
            ]);
        })?;
    }
    Ok(Sheet { name: said::of(lang, DATA), columns, rows: told })
}

fn cell(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// Whose the figures of a slice are, by its key.
fn name(source: &WorkbookSource<'_>, slice: &str, key: &str) -> Option<String> {
    let (policy, lang) = (source.policy, source.lang);
    let id = key.parse().ok()?;
    match slice {
        "managers" => Some(person_name(policy, id, lang)),
        "sources" => Some(source_name(policy, id, lang)),
        "stages" => {
            let mut stages = policy.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
            Some(named(stages.find(|stage| stage.id == id).map(|stage| stage.name.as_str()), id, lang))
        }
        _ => None,
    }
}

fn terms(source: &WorkbookSource<'_>) -> Sheet {
    let (lang, words) = (source.lang, source.lang.words());
    let columns = vec![(words.figure.to_owned(), WIDE), (said::of(lang, DEFINITION).to_owned(), SENTENCE)];
    let row = |(_, term, definition): view::Term| {
        [term, &definition].map(|text| Cell::Text(text.replace('\u{a0}', " "))).into()
    };
    let rows = view::terms(source.policy, lang).into_iter().map(row).collect();
    Sheet { name: said::of(lang, TERMS), columns, rows }
}
