mod acceptance;

use crate::lang::Lang;
use crate::ledger::Ledger;
use crate::reading::Figure;
use crate::speed::Speed;
use crate::text::{clipped, columns, wrapped};
use crate::view::{Source, Tile, View};
use takeroot_core::day::Document;
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::zone::Zone;

/// Columns of a line at most.
const COLUMNS_MAX: usize = 80;
/// Between two columns of a table.
const GAP: usize = 2;
/// With less room than this a name stands on a line of its own.
const NAME_COLUMNS_MIN: usize = 12;
/// The bar of the most frequent range.
const BAR_COLUMNS: i64 = 40;

/// The summary for a terminal: lines of at most 80 columns, without colours.
#[must_use]
pub fn terminal(
    document: &Document<Summary>,
    policy: &Policy,
    zone: &Zone,
    account: &str,
    lang: Lang,
) -> String {
    let view = View::of(Source { document, policy, zone, account, lang });
    let lines = daily(&view, lang).into_iter().chain(acceptance::lines(&document.figures, policy, lang));
    let lines = lines.map(|line| clipped(&line, COLUMNS_MAX).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// What the owner's page shows too.
fn daily(view: &View, lang: Lang) -> Vec<String> {
    let mut lines = vec![format!("{} · {}", lang.words().brand, view.account)];
    lines.push(format!("{} · {}", view.date, view.status));
    lines.push("─".repeat(COLUMNS_MAX));
    lines.extend(wrapped(&format!("{}. {}", view.verdict.level, view.verdict.sentence), COLUMNS_MAX));
    lines.extend(view.notices.iter().flat_map(|notice| wrapped(notice, COLUMNS_MAX)));
    lines.extend(figures(&view.tiles, lang));
    lines.extend(speed(&view.speed, lang));
    lines.extend(ledger(&view.managers, lang));
    lines.extend(ledger(&view.sources, lang));
    lines.extend(ledger(&view.pipelines, lang));
    lines
}

fn titled(title: &str) -> [String; 2] {
    [String::new(), title.to_uppercase()]
}

fn figures(tiles: &[Tile], lang: Lang) -> Vec<String> {
    let mut lines = Vec::from(titled(lang.words().figures));
    for tile in tiles {
        let remark = if tile.remark.is_empty() { String::new() } else { format!(" ({})", tile.remark) };
        let trend = tile.trend.as_ref().map(|trend| format!("{}\u{a0}{}", trend.arrow, trend.words()));
        let value = format!("{}{remark}, {}", tile.value.text, tile.scope);
        lines.push(format!("{}  {value}", padded(tile.label, 24)));
        let beside = tile.beside.iter().map(|(label, figure)| {
            let note = if figure.note.is_empty() { String::new() } else { format!(" ({})", figure.note) };
            format!("{label}: {}{note}", figure.marked())
        });
        let beside = beside.chain(trend).collect::<Vec<_>>().join("; ");
        let beside = wrapped(&beside, COLUMNS_MAX - 26);
        lines.extend(beside.into_iter().map(|line| format!("{:26}{line}", "")));
    }
    lines
}

fn speed(speed: &Speed, lang: Lang) -> Vec<String> {
    let mut lines = Vec::from(titled(lang.words().speed));
    lines.extend(speed.lines.iter().flat_map(|line| wrapped(line, COLUMNS_MAX)));
    let label = speed.bars.iter().map(|bar| columns(&bar.label)).max().unwrap_or_default();
    let count = speed.bars.iter().map(|bar| columns(&bar.count)).max().unwrap_or_default();
    for (index, bar) in (0..).zip(&speed.bars) {
        let cells = (bar.height * BAR_COLUMNS).div_euclid(1000).max(i64::from(bar.height > 0));
        let drawn = "█".repeat(usize::try_from(cells).unwrap_or(0));
        let (count, share) = (right(&bar.count, count), right(&bar.share, 5));
        lines.push(format!("{}  {count}  {share}  {drawn}", padded(&bar.label, label)));
        if (index * 1000 + 1..=index * 1000 + 1000).contains(&speed.target.at) {
            lines.push(format!("{} {}", "╌".repeat(label + count.len() + 9), speed.target.label));
        }
    }
    lines
}

fn ledger(ledger: &Ledger, lang: Lang) -> Vec<String> {
    let mut lines = Vec::from(titled(ledger.title));
    if ledger.rows.is_empty() {
        lines.push(ledger.empty.to_owned());
        return lines;
    }
    lines.extend(wrapped(&ledger.caption, COLUMNS_MAX));
    // Many columns share a line: what is not known is a dash.
    let is_unknown = |figure: &Figure| figure.text == lang.words().no_data;
    let cell = |figure: &Figure| if is_unknown(figure) { "—".to_owned() } else { figure.marked() };
    let cells: Vec<Vec<String>> =
        ledger.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect();
    let headings: Vec<String> = ledger.columns.iter().map(|column| column.short.to_owned()).collect();
    let widths = widths(&headings, &cells);
    let names = ledger.rows.iter().map(|row| columns(&row.name)).chain([columns(ledger.subject)]).max();
    let room = COLUMNS_MAX.saturating_sub(widths.iter().map(|width| width + GAP).sum());
    let name = names.unwrap_or(room).min(room);
    let line = |first: &str, rest: &[String]| {
        let rest =
            rest.iter().zip(&widths).map(|(cell, width)| format!("{:GAP$}{}", "", right(cell, *width)));
        let rest: String = rest.collect();
        if room < NAME_COLUMNS_MIN {
            return vec![first.to_owned(), format!("{:room$}{rest}", "")];
        }
        vec![padded(&clipped(first, name), name) + &rest]
    };
    lines.extend(line(ledger.subject, &headings));
    for (row, cells) in ledger.rows.iter().zip(&cells) {
        lines.extend(line(&row.name, cells));
        lines.extend(row.issue.map(|(_, issue)| format!("  {issue}")));
    }
    if ledger.has_few {
        lines.push(lang.words().few_legend.to_owned());
    }
    if ledger.rows.iter().flat_map(|row| &row.cells).any(is_unknown) {
        lines.push(lang.words().unknown_legend.to_owned());
    }
    lines
}

fn widths(headings: &[String], cells: &[Vec<String>]) -> Vec<usize> {
    let column =
        |index: usize| cells.iter().filter_map(move |row| row.get(index)).map(|cell| columns(cell)).max();
    headings.iter().enumerate().map(|(index, head)| column(index).unwrap_or(0).max(columns(head))).collect()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{:1$}", "", width.saturating_sub(columns(text)))
}

fn right(text: &str, width: usize) -> String {
    format!("{:1$}{text}", "", width.saturating_sub(columns(text)))
}

#[cfg(test)]
#[path = "terminal_tests.rs"]
mod tests;
