//! A workbook's file: where each cell stands and how a spreadsheet is to show it.

use crate::account::is_free;
use anyhow::{Context as _, Result, bail};
use rust_xlsxwriter as xlsx;
use rust_xlsxwriter::{Color, Format, Worksheet};
use std::path::Path;
use takeroot_core::day::{Document, Figures};
use takeroot_core::time::Day;
use takeroot_panel::{Cell, Chart, Sheet, Workbook};

/// A sheet has 1,048,576 rows; the first one holds the headings.
const ROWS_MAX: usize = 1_048_575;
/// A paper size, as spreadsheets number them.
const A4: u8 = 9;
/// Pictures stand one below the other.
const CHART_ROWS: u32 = 17;
const CHART_PIXELS: (u32, u32) = (760, 320);
/// What a dark and a light screen, and paper, show alike.
const BARS: Color = Color::RGB(0x8F_B3_DE);
const LINE: Color = Color::RGB(0x1F_5F_A8);
const GRID: Color = Color::RGB(0xD9_D9_D9);
/// Three lines of headings, in points: not every spreadsheet finds the height of a row.
const HEADING_POINTS: u16 = 46;
/// What an axis of durations is divided by, in minutes: into six parts at most.
const MINUTES: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
const PARTS: i64 = 6;

/// Documents with what they say.
pub(crate) fn read(documents: Vec<String>) -> Result<Vec<(String, Document<Figures>)>> {
    let read =
        |text: String| Ok((serde_json::from_str(&text)?, text)).map(|(document, text)| (text, document));
    documents.into_iter().map(read).collect::<serde_json::Result<_>>().context("a day of another release")
}

/// Writes a workbook into a file that is not there yet.
pub(crate) fn write(workbook: &Workbook, path: &Path) -> Result<()> {
    is_free(path)?;
    let mut file = xlsx::Workbook::new();
    let formats = Formats::new();
    let pictures = file.add_worksheet().set_name(workbook.pictures)?.set_screen_gridlines(false);
    if let Some(days) = workbook.sheets.first().filter(|days| !days.rows.is_empty()) {
        for (place, chart) in (0..).zip(&workbook.charts) {
            pictures.insert_chart(1 + place * CHART_ROWS, 1, &drawn(chart, days)?)?;
        }
    }
    pictures.set_paper_size(A4).set_print_fit_to_pages(1, 1);
    for sheet in &workbook.sheets {
        if sheet.rows.len() > ROWS_MAX {
            bail!(
                "«{}» has {} rows, and a spreadsheet takes {ROWS_MAX}: name fewer days with --from and --to, or take \
                 days.csv",
                sheet.name,
                sheet.rows.len()
            );
        }
        fill(file.add_worksheet(), sheet, &formats).with_context(|| sheet.name.to_owned())?;
    }
    file.save(path).with_context(|| path.display().to_string())
}

/// How cells are shown.
struct Formats {
    heading: Format,
    day: Format,
    share: Format,
    duration: Format,
    whole: Format,
    sentence: Format,
}

impl Formats {
    fn new() -> Self {
        let of = |code: &str| Format::new().set_num_format(code);
        Self {
            heading: Format::new().set_bold().set_text_wrap().set_align(xlsx::FormatAlign::Top),
            day: of("dd.mm.yyyy"),
            share: of("0.0%"),
            duration: of("[h]:mm:ss"),
            whole: of("#,##0"),
            sentence: Format::new().set_text_wrap().set_align(xlsx::FormatAlign::Top),
        }
    }
}

fn fill(file: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<()> {
    file.set_name(sheet.name)?.set_freeze_panes(1, 0)?;
    file.set_row_height(0, HEADING_POINTS)?;
    for (column, (heading, chars)) in (0..).zip(&sheet.columns) {
        file.set_column_width(column, f64::from(*chars))?;
        file.write_string_with_format(0, column, heading, &formats.heading)?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            put(file, row, column, cell, formats)?;
        }
    }
    let last = (u32::try_from(sheet.rows.len())?, u16::try_from(sheet.columns.len())?.saturating_sub(1));
    if last.0 > 0 {
        file.autofilter(0, 0, last.0, last.1)?;
    }
    file.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

fn put(file: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<()> {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) if text.chars().count() > 60 => {
            file.write_string_with_format(row, column, text, &formats.sentence)
        }
        Cell::Text(text) => file.write_string(row, column, text),
        Cell::Whole(n) => file.write_number_with_format(row, column, float(*n), &formats.whole),
        Cell::Share(n, of) => {
            file.write_number_with_format(row, column, float(*n) / float(*of), &formats.share)
        }
        // A spreadsheet's time is a part of a day.
        Cell::Seconds(seconds) => {
            file.write_number_with_format(row, column, float(*seconds) / 86_400.0, &formats.duration)
        }
        Cell::Day(day) => file.write_datetime_with_format(row, column, &date(*day)?, &formats.day),
        Cell::Truth(told) => file.write_boolean(row, column, *told),
    }?;
    Ok(())
}

/// A spreadsheet's numbers are these; a count is far below where they are exact.
#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn float(n: i64) -> f64 {
    n as f64
}

fn date(day: Day) -> Result<xlsx::ExcelDateTime> {
    let (year, month, date) = day.civil();
    Ok(xlsx::ExcelDateTime::from_ymd(u16::try_from(year)?, u8::try_from(month)?, u8::try_from(date)?)?)
}

/// Bars, and a line by an axis of its own, over the first column.
fn drawn(chart: &Chart, sheet: &Sheet) -> Result<xlsx::Chart> {
    let last = u32::try_from(sheet.rows.len())?;
    let name = |column: usize| sheet.columns.get(column).map_or("", |(heading, _)| heading.as_str());
    let mut bars = xlsx::Chart::new(xlsx::ChartType::Column);
    let series = |drawn: &mut xlsx::ChartSeries, column: usize| -> Result<()> {
        let place = u16::try_from(column)?;
        drawn.set_name(name(column)).set_categories((sheet.name, 1, 0, last, 0));
        drawn.set_values((sheet.name, 1, place, last, place));
        Ok(())
    };
    let drawn = bars.add_series();
    series(drawn, chart.bars)?;
    drawn.set_format(xlsx::ChartFormat::new().set_solid_fill(xlsx::ChartSolidFill::new().set_color(BARS)));
    bars.title().set_name(chart.title);
    bars.x_axis().set_num_format("dd.mm");
    divide(bars.y_axis(), sheet, chart.bars);
    bars.y_axis().set_major_gridlines_line(xlsx::ChartLine::new().set_color(GRID));
    bars.legend().set_position(xlsx::ChartLegendPosition::Bottom);
    bars.set_width(CHART_PIXELS.0).set_height(CHART_PIXELS.1).set_alt_text(chart.title);
    if let Some(column) = chart.line {
        let mut line = xlsx::Chart::new(xlsx::ChartType::Line);
        let drawn = line.add_series();
        series(drawn, column)?;
        let mut stroke = xlsx::ChartLine::new();
        stroke.set_color(LINE).set_width(2.25);
        drawn.set_secondary_axis(true).set_format(xlsx::ChartFormat::new().set_line(&stroke));
        divide(bars.y2_axis(), sheet, column);
        bars.combine(&line);
    }
    Ok(bars)
}

/// An axis as the greatest of a column asks for it: counts from nothing, shares up to a whole, durations by minutes or hours.
fn divide(axis: &mut xlsx::ChartAxis, sheet: &Sheet, column: usize) {
    let (mut format, mut percent, mut seconds) = ("#,##0", 0, 0);
    for cell in sheet.rows.iter().filter_map(|row| row.get(column)) {
        match cell {
            Cell::Share(n, of) => (format, percent) = ("0%", percent.max(n * 100 / of.max(&1))),
            Cell::Seconds(told) => (format, seconds) = ("[h]:mm", seconds.max(*told)),
            _ => {}
        }
    }
    axis.set_min(0).set_num_format(format);
    if (1..10).contains(&percent) {
        axis.set_num_format("0.0%");
    }
    if percent >= 80 {
        axis.set_max(1);
    }
    let divides = |minutes: &i64| (1..=minutes * 60 * PARTS).contains(&seconds);
    if let Some(minutes) = MINUTES.into_iter().find(divides) {
        axis.set_major_unit(float(minutes) / 1440.0);
    }
}
