//! Managers, sources and pipelines: a row each, the same figures by the same readings.

use crate::lang::{Lang, fill};
use crate::number::integer;
use crate::reading::{Figure, Reading, Tone, no_data};
use crate::text;
use crate::verdict::{self, Finding, Level, Sign};
use crate::view::Source;
use std::collections::BTreeSet;
use takeroot_core::contribution::{Action, Count, Took};
use takeroot_core::day::Block;
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;

/// A table in words.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) title: &'static str,
    pub(crate) caption: String,
    /// What the rows are of.
    pub(crate) subject: &'static str,
    /// What is said instead of a table without rows.
    pub(crate) empty: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// Whether some figure is of few cases and bears a mark.
    pub(crate) has_few: bool,
}

/// A column: its heading, and the short one of a narrow terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its name in an address.
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    pub(crate) short: &'static str,
}

/// A row in words.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The worst about it.
    pub(crate) issue: Option<(Tone, &'static str)>,
    pub(crate) cells: Vec<Figure>,
}

impl Figure {
    /// With a mark where the cases are few.
    pub(crate) fn marked(&self) -> String {
        if self.few.is_some() { format!("{}*", self.text) } else { self.text.clone() }
    }
}

/// Managers, the gravest problem first.
pub(crate) fn managers(source: Source) -> Ledger {
    let Source { document, policy, lang, .. } = source;
    let words = lang.words();
    let Summary { day, week, .. } = &document.figures;
    let people = policy.people.iter().filter(|person| !person.service).map(|person| person.id);
    let ids: BTreeSet<u64> =
        people.chain(day.by.managers.keys().copied()).chain(week.by.managers.keys().copied()).collect();
    let mut rows: Vec<(Gravity, Row)> = ids.into_iter().map(|id| manager(source, id)).collect();
    rows.sort_by(|(a, row_a), (b, row_b)| b.cmp(a).then_with(|| row_a.name.cmp(&row_b.name)));
    Ledger::of(
        words.managers,
        fill(words.managers_caption, &[source.state_scope()]),
        words.manager,
        words.no_managers,
        vec![
            column("entered", words.entered, words.entered),
            column("in-time", words.col_in_time, words.col_in_time),
            column("median", words.col_median, words.col_median),
            column("active", words.col_active, words.short_active),
            column("overdue", words.overdue, words.short_overdue),
            column("complete", words.col_complete, words.short_complete),
            column("won-lost", words.col_won, words.short_won),
            column("actions", words.col_actions, words.short_actions),
        ],
        rows.into_iter().map(|(_, row)| row).collect(),
    )
}

/// What orders managers: the worst sign, idleness, deals that need somebody.
type Gravity = (Option<(Level, i64)>, bool, i64);

fn manager(source: Source, id: u64) -> (Gravity, Row) {
    let Source { document, policy, zone, lang, .. } = source;
    let words = lang.words();
    let figures = &document.figures;
    let nothing = Block::default();
    let day = figures.day.by.managers.get(&id).unwrap_or(&nothing);
    let week = figures.week.by.managers.get(&id).unwrap_or(&nothing);
    let person = policy.people.iter().find(|person| person.id == id);
    let expected =
        policy.is_person(id, document.figures.day.to) && verdict::expects_people(document, policy, zone);
    // Of a day that was not observed, silence says nothing.
    let idle = figures.day.observed && expected && !figures.day.active_people.contains(&id);
    let signs = verdict::signs(day, week).filter(|sign| figures.day.observed && sign.level > Level::Good);
    let worst = verdict::worst(signs);
    let issue = worst.map(|finding| issue(finding, lang));
    let issue = issue.or_else(|| idle.then_some((Tone::Warn, words.issue_idle)));
    let service = person.is_some_and(|person| person.service);
    let issue = issue.or_else(|| service.then_some((Tone::Plain, words.service)));
    let name = person_name(policy, id, lang);
    let gravity =
        (worst.map(|finding| finding.gravity()), idle, day.n(Count::Waiting) + day.n(Count::Overdue));
    (gravity, Row { name, issue, cells: manager_cells(day, week, lang) })
}

/// Pipelines in the policy's order, then those that it does not name.
pub(crate) fn pipelines(source: Source) -> Ledger {
    let Source { document, policy, lang, .. } = source;
    let words = lang.words();
    let Summary { day, week, .. } = &document.figures;
    let mut ids: Vec<u64> = policy.pipelines.iter().map(|pipeline| pipeline.id).collect();
    let others: BTreeSet<u64> = day.pipelines.keys().chain(week.pipelines.keys()).copied().collect();
    ids.extend(others.into_iter().filter(|id| !policy.pipelines.iter().any(|pipeline| pipeline.id == *id)));
    let nothing = Block::default();
    let row = |id: u64| {
        let day = day.pipelines.get(&id).unwrap_or(&nothing);
        let week = week.pipelines.get(&id).unwrap_or(&nothing);
        let cells = flows(day, week, lang).into_iter().chain(gauges(day, lang)).collect();
        Row { name: pipeline_name(policy, id, lang), issue: None, cells }
    };
    let columns = flow_columns(lang).into_iter().chain(gauge_columns(lang)).collect();
    Ledger::of(
        words.pipelines,
        fill(words.pipelines_caption, &[source.state_scope()]),
        words.pipeline,
        words.no_pipelines,
        columns,
        ids.into_iter().map(row).collect(),
    )
}

/// Sources, those with most leads first.
pub(crate) fn sources(source: Source) -> Ledger {
    let Source { document, policy, lang, .. } = source;
    let words = lang.words();
    let Summary { day, week, .. } = &document.figures;
    let nothing = Block::default();
    let mut rows: Vec<Row> = Vec::new();
    for (id, week) in week.by.sources.iter() {
        let cells = flows(day.by.sources.get(id).unwrap_or(&nothing), week, lang);
        rows.push(Row { name: source_name(policy, *id, lang), issue: None, cells });
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.cells.first().map(|cell| cell.rank)));
    Ledger::of(
        words.sources,
        words.sources_caption.to_owned(),
        words.source,
        words.no_sources,
        flow_columns(lang),
        rows,
    )
}

fn flow_columns(lang: Lang) -> Vec<Column> {
    let words = lang.words();
    vec![
        column("entered", words.entered, words.entered),
        column("in-time", words.col_in_time, words.col_in_time),
        column("median", words.col_median, words.col_median),
        column("won-lost", words.col_won, words.short_won),
        column("conversion", words.col_conversion, words.short_conversion),
    ]
}

fn gauge_columns(lang: Lang) -> Vec<Column> {
    let words = lang.words();
    vec![
        column("active", words.col_active, words.short_active),
        column("overdue", words.overdue, words.short_overdue),
        column("complete", words.col_complete, words.short_complete),
    ]
}

impl Ledger {
    fn of(
        title: &'static str,
        caption: String,
        subject: &'static str,
        empty: &'static str,
        columns: Vec<Column>,
        rows: Vec<Row>,
    ) -> Self {
        let has_few = rows.iter().flat_map(|row| &row.cells).any(|cell| cell.few.is_some());
        Self { title, caption, subject, empty, columns, rows, has_few }
    }

    /// Sorts the rows by a column; what is not known comes last. Without such a column they stay as they are.
    pub(crate) fn sort(&mut self, key: &str, descending: bool) {
        let Some(place) = self.columns.iter().position(|column| column.key == key) else { return };
        let rank = |row: &Row| {
            let cell = row.cells.get(place).filter(|cell| cell.known);
            cell.map_or((true, 0), |cell| (false, if descending { -cell.rank } else { cell.rank }))
        };
        self.rows.sort_by_key(rank);
    }
}

const fn column(key: &'static str, label: &'static str, short: &'static str) -> Column {
    Column { key, label, short }
}

/// A user's name; of one who is not on the roster the id.
pub(crate) fn person_name(policy: &Policy, id: u64, lang: Lang) -> String {
    named(policy.person(id).map(|person| person.name.as_str()), id, lang)
}

pub(crate) fn pipeline_name(policy: &Policy, id: u64, lang: Lang) -> String {
    let pipeline = policy.pipelines.iter().find(|pipeline| pipeline.id == id);
    named(pipeline.map(|pipeline| pipeline.name.as_str()), id, lang)
}

pub(crate) fn source_name(policy: &Policy, id: u64, lang: Lang) -> String {
    let source = policy.sources.names.iter().find(|source| source.id == id);
    named(source.map(|source| source.name.as_str()), id, lang)
}

pub(crate) fn named(name: Option<&str>, id: u64, lang: Lang) -> String {
    name.and_then(text::name).unwrap_or_else(|| fill(lang.words().id, &[&id.to_string()]))
}

fn issue(finding: Finding, lang: Lang) -> (Tone, &'static str) {
    let words = lang.words();
    let tone = if finding.level == Level::Bad { Tone::Bad } else { Tone::Warn };
    let said = match finding.sign {
        Sign::Waiting => words.issue_waiting,
        Sign::LateOnDay | Sign::LateInWeek => words.issue_late,
        Sign::Idle => words.issue_idle,
        Sign::Overdue => words.issue_overdue,
        Sign::Incomplete => words.issue_incomplete,
    };
    (tone, said)
}

fn manager_cells(day: &Block, week: &Block, lang: Lang) -> Vec<Figure> {
    let cells = flows(day, week, lang).into_iter().take(3).chain(gauges(day, lang));
    cells.chain([outcomes(week, lang), actions(day, lang)]).collect()
}

/// Leads and answers, and what became of deals, in the order of [`flow_columns`].
fn flows(day: &Block, week: &Block, lang: Lang) -> Vec<Figure> {
    vec![
        entered(day, week, lang),
        Reading::Share(week.n(Count::InTime), week.judged()).figure(lang),
        Reading::median(&week.times(Took::Response)).figure(lang),
        outcomes(week, lang),
        Reading::Ratio(week.n(Count::Won), week.n(Count::Entered)).figure(lang),
    ]
}

/// Work in hand, in the order of [`gauge_columns`].
fn gauges(day: &Block, lang: Lang) -> Vec<Figure> {
    vec![
        Reading::Count(day.n(Count::Active)).figure(lang),
        Reading::Share(day.n(Count::Overdue), day.n(Count::Active)).figure(lang),
        Reading::Share(day.n(Count::Complete), day.n(Count::Cards)).figure(lang),
    ]
}

fn outcomes(week: &Block, lang: Lang) -> Figure {
    let won = Reading::Count(week.n(Count::Won)).figure(lang);
    let lost = week.n(Count::Lost);
    if lost == 0 {
        return won;
    }
    Figure { note: fill(lang.words().lost_note, &[&integer(lost, lang)]), ..won }
}

fn entered(day: &Block, week: &Block, lang: Lang) -> Figure {
    let entered = Reading::Count(week.n(Count::Entered)).figure(lang);
    if day.n(Count::Waiting) == 0 {
        return entered;
    }
    Figure { note: fill(lang.words().waiting_note, &[&integer(day.n(Count::Waiting), lang)]), ..entered }
}

fn actions(day: &Block, lang: Lang) -> Figure {
    let words = lang.words();
    let total: i64 = day.acts.values().sum();
    if total == 0 {
        return Figure { text: words.none.to_owned(), ..no_data(lang) };
    }
    let mut kinds: Vec<(&Action, &i64)> = day.acts.iter().filter(|(_, n)| **n != 0).collect();
    kinds.sort_by_key(|(_, n)| -**n);
    let kinds: Vec<String> =
        kinds.into_iter().map(|(action, n)| fill(kind(*action, lang), &[&integer(*n, lang)])).collect();
    Figure { note: kinds.join(", "), ..Reading::Count(total).figure(lang) }
}

fn kind(action: Action, lang: Lang) -> &'static str {
    let words = lang.words();
    match action {
        Action::Created => words.act_created,
        Action::Moved => words.act_moved,
        Action::Edited => words.act_edited,
        Action::Called => words.act_called,
        Action::Messaged => words.act_messaged,
        Action::Mailed => words.act_mailed,
        Action::Noted => words.act_noted,
        Action::TaskSet => words.act_task_set,
        Action::TaskDone => words.act_task_done,
        Action::Met => words.act_met,
        Action::Other => words.act_other,
    }
}
