//! A workbook, opened by another hand than wrote it, says what the documents say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use calamine::{Data, DataType as _, Range, Reader as _, Xlsx, open_workbook};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::{Document, Figures, TableForm, table};
use takeroot_core::time::Day;

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)
}

fn replay(folder: &Path, lang: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_takeroot"));
    command.arg("replay").arg("--map").arg(example("mappings/excel-deals.toml"));
    command.arg("--out").arg(folder).arg("--xlsx").arg(folder.join(format!("{lang}.xlsx")));
    command.args(["--lang", lang]).arg(example("exports/excel-deals.csv")).output().unwrap()
}

/// A folder with the days' documents and a workbook of them, and the documents.
fn replayed(name: &str, lang: &str) -> (PathBuf, Vec<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    let output = replay(&folder, lang);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let days = std::fs::read_dir(folder.join("days")).unwrap().map(|entry| entry.unwrap().path());
    let mut days: Vec<PathBuf> = days.collect();
    days.sort();
    let documents = days.iter().map(|day| std::fs::read_to_string(day).unwrap()).collect();
    (folder, documents)
}

fn sheet(path: &Path, name: &str) -> Range<Data> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    workbook.worksheet_range(name).unwrap()
}

/// A date of the workbook, as the documents write it.
fn day(cell: &Data) -> String {
    let Data::DateTime(told) = cell else { unreachable!("no date: {cell:?}") };
    assert!(told.is_datetime());
    // Spreadsheets count days from the 30th of December 1899.
    Day(told.as_f64().round() as i32 - 25_569).to_string()
}

#[test]
fn every_number_of_the_documents_is_in_the_data_as_it_is_in_the_table() {
    let (folder, documents) = replayed("workbook-data", "en");
    let data = sheet(&folder.join("en.xlsx"), "Data");
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::Bool(told) => told.to_string(),
        Data::DateTime(_) => day(cell),
        Data::Float(n) => n.to_string(),
        other => other.to_string(),
    };
    let told: Vec<String> = data
        .rows()
        .skip(1)
        .map(|row| [0, 1, 2, 3, 4, 6, 7, 9, 10, 11].map(|place| text(&row[place])).join(","))
        .collect();
    let rows: Vec<String> = documents
        .iter()
        .map(|document| table(document, TableForm::Plain).unwrap())
        .flat_map(|rows| rows.split_terminator("\r\n").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert!(rows.len() > 500, "{}", rows.len());
    assert_eq!(told, rows);
    let names = data.rows().skip(1).filter(|row| row[6] == Data::String("managers".to_owned()));
    let mut names: Vec<String> = names.map(|row| row[8].to_string()).collect();
    names.sort();
    names.dedup();
    assert!(names.len() >= 2 && names.iter().all(|name| !name.starts_with("ID ")), "{names:?}");
}

#[test]
fn the_days_are_dates_shares_and_durations_and_are_drawn() {
    let (folder, documents) = replayed("workbook-days", "ru");
    let path = folder.join("ru.xlsx");
    let days = sheet(&path, "Дни");
    let headings: Vec<String> = days.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let place = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    assert_eq!(days.height(), documents.len() + 1);
    let mut shares = 0;
    for (row, document) in days.rows().skip(1).zip(&documents) {
        let Figures { to, all, active_people, .. } =
            serde_json::from_str::<Document<Figures>>(document).unwrap().figures;
        assert_eq!(day(&row[0]), to.to_string());
        let n = |name: &str| row[place(name)].to_string().parse::<i64>().unwrap();
        assert_eq!(n("Заявки"), all.n(Count::Entered), "{to}");
        assert_eq!(n("Ждут ответа"), all.n(Count::Waiting), "{to}");
        assert_eq!(n("Выиграно"), all.n(Count::Won), "{to}");
        assert_eq!(n("Проиграно"), all.n(Count::Lost), "{to}");
        assert_eq!(n("Активные сделки"), all.n(Count::Active), "{to}");
        assert_eq!(n("Ответ в срок, из скольких"), all.judged(), "{to}");
        assert_eq!(n("Первый ответ, медиана, ответов"), all.times(Took::Response).count, "{to}");
        assert_eq!(usize::try_from(n("Работали в CRM")).unwrap(), active_people.len(), "{to}");
        let shown = [
            ("Ответ в срок", Count::InTime, all.judged()),
            ("Просрочено", Count::Overdue, all.n(Count::Active)),
        ];
        for (name, count, of) in shown {
            match &row[place(name)] {
                Data::Empty => assert_eq!(of, 0, "{to} {name}"),
                Data::Float(share) => {
                    shares += 1;
                    let exact = all.n(count) as f64 / of as f64;
                    assert!((share - exact).abs() < 1e-12, "{to} {name}: {share} and {exact}");
                }
                other => unreachable!("{name} is no share: {other:?}"),
            }
        }
        match (&row[place("Первый ответ, медиана")], all.times(Took::Response).median_s) {
            (Data::Empty, None) => {}
            (Data::DateTime(told), Some(median_s)) => {
                assert!(told.is_duration(), "{to}");
                assert_eq!((told.as_f64() * 86_400.0).round() as i64, median_s, "{to}");
            }
            other => unreachable!("{to}: {other:?}"),
        }
    }
    assert!(shares > 5, "{shares}");
    // The names of a packed file's parts stand open in it.
    let bytes = std::fs::read(&path).unwrap();
    for part in 1..=3 {
        let name = format!("xl/charts/chart{part}.xml");
        assert!(bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
}

#[test]
fn managers_are_named_and_add_up_and_figures_are_defined() {
    let (folder, documents) = replayed("workbook-managers", "ru");
    let path = folder.join("ru.xlsx");
    let managers = sheet(&path, "Менеджеры");
    let won = managers
        .rows()
        .next()
        .unwrap()
        .iter()
        .position(|cell| *cell == Data::String("Выиграно".to_owned()))
        .unwrap();
    let of_managers: f64 = managers.rows().skip(1).filter_map(|row| row[won].as_f64()).sum();
    let all: i64 = documents
        .iter()
        .map(|document| {
            serde_json::from_str::<Document<Figures>>(document).unwrap().figures.all.n(Count::Won)
        })
        .sum();
    assert!(all > 0);
    assert_eq!(of_managers as i64, all, "each deal of this export has a manager");
    assert!(managers.rows().skip(1).all(|row| !row[0].to_string().starts_with("id ")));
    let terms = sheet(&path, "Определения");
    assert!(terms.rows().any(
        |row| row[0] == Data::String("Ответ в срок".to_owned()) && row[1].to_string().contains("15 мин")
    ));
}

#[test]
fn no_file_is_written_over() {
    let (folder, _) = replayed("workbook-twice", "ru");
    let again = replay(&folder, "ru");
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already: name another file"));
}
