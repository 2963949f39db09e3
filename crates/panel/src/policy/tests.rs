//! Every kind of problem is said in both languages.

use super::*;
use takeroot_core::policy::lint::{Kind, Path, Shape, What};
use takeroot_core::policy::{Field, Span};
use takeroot_core::time::Day;

/// One of each kind that has parameters of its own wording.
fn kinds() -> Vec<Kind> {
    let (id, what, name) = (7, What::Pipeline, "n7".to_owned());
    let (from, to, date, after) = (Day(20_000), Day(20_001), Day(20_002), Day(20_003));
    let (field, near) = (Field::Custom(7), Some(name.clone()));
    let known = vec![name.clone()];
    vec![
        Kind::Syntax { detail: name.clone() },
        Kind::UnknownKey { key: name.clone(), nearest: near.clone() },
        Kind::UnknownKey { key: name.clone(), nearest: None },
        Kind::MissingKey { key: name.clone() },
        Kind::WrongType { expected: vec![Shape::Text, Shape::Span], found: Shape::Fraction },
        Kind::WrongText { expected: Shape::Date, text: name.clone() },
        Kind::UnknownWord { word: name.clone(), nearest: near.clone(), known: known.clone() },
        Kind::UnknownWord { word: name.clone(), nearest: None, known: known.clone() },
        Kind::OutOfRange { min: 0, max: 7 },
        Kind::Length { min: 2, max: 2, found: 7 },
        Kind::Length { min: 0, max: 5, found: 7 },
        Kind::Repeated,
        Kind::Refused { detail: name.clone() },
        Kind::UnknownZone { zone: name.clone(), near: known },
        Kind::UnknownZone { zone: name.clone(), near: Vec::new() },
        Kind::NeverOpens,
        Kind::WholeDayWindow,
        Kind::LongNight { hours: 15 },
        Kind::OverlappingWindows,
        Kind::TooManyWindows { max: 48 },
        Kind::DateAndHoliday { date },
        Kind::BreakWithoutHours { date },
        Kind::UnusedCalendar { name: name.clone() },
        Kind::NoCalendar { name: name.clone(), nearest: near },
        Kind::NoCalendar { name: name.clone(), nearest: None },
        Kind::TooManyPipelines { found: 3, max: 2 },
        Kind::NoStages,
        Kind::DuplicateId { what, id },
        Kind::DuplicateName { what, name },
        Kind::ZeroId { what },
        Kind::NoName { what },
        Kind::NotThere { what, id },
        Kind::NothingMandatory,
        Kind::MandatoryWithoutPipelines,
        Kind::TooManyMandatory { pipeline: 1, stage: 2, found: 8, max: 7 },
        Kind::StageAsksNothing { stage: 2 },
        Kind::NoNextStep,
        Kind::NoSource,
        Kind::DuplicateField { field },
        Kind::StageNumber { number: 0, stages: 0 },
        Kind::StageNumber { number: 9, stages: 5 },
        Kind::ZeroWeight,
        Kind::Cycle { fields: vec![field, Field::Amount] },
        Kind::EmptyCondition,
        Kind::FieldNotGiven { field },
        Kind::CheckWithoutText { field },
        Kind::EmptyChecklist,
        Kind::ZeroTarget { span: Span::Days(0) },
        Kind::TargetBeyondDay { span: Span::Seconds(86_400), day: Span::Seconds(32_400), days: 1 },
        Kind::Percent { percent: 101 },
        Kind::StopsAtStart,
        Kind::AlwaysPaused,
        Kind::DuplicateRoute,
        Kind::ReversedDates { from, to },
        Kind::WithoutGroup { person: 7 },
        Kind::EmptyGroup { group: 7 },
        Kind::OverlappingAbsences,
        Kind::NoHead,
        Kind::ServiceHead,
        Kind::NobodyWorks,
        Kind::EmptyPilot,
        Kind::ShortPilot { days: 3, min: 14 },
        Kind::LongPilot { days: 60, max: 28 },
        Kind::TooManyGoals { found: 6, max: 5 },
        Kind::NobodyToRank,
        Kind::VersionOrder { date, after },
        Kind::SameDate { date },
        Kind::ChangesNothing,
    ]
}

#[test]
fn every_kind_is_said_in_both_languages_with_a_mend() {
    let is_russian = |text: &str| text.chars().any(|c| matches!(c, 'а'..='я' | 'ё'));
    for kind in kinds() {
        let problem = Problem::new(Path::default(), kind);
        let (ru, en) = (explain(&problem, Lang::Ru), explain(&problem, Lang::En));
        for text in [&ru.what, &ru.mend, &en.what, &en.mend] {
            assert!(!text.is_empty(), "{problem:?}");
            assert!(!["{0}", "{1}", "{2}"].iter().any(|place| text.contains(place)), "{problem:?}: {text}");
        }
        assert!(is_russian(&ru.what) && is_russian(&ru.mend), "{problem:?}: {ru:?}");
        assert!(!is_russian(&en.what) && !is_russian(&en.mend), "{problem:?}: {en:?}");
    }
}

#[test]
fn whoever_edits_on_a_page_reads_no_key_of_a_file() {
    for kind in kinds().into_iter().filter(|kind| said::of_text(kind, Lang::Ru).is_none()) {
        let problem = Problem::new(Path::default(), kind);
        for lang in [Lang::Ru, Lang::En] {
            let (page, desk) = (explain_on_page(&problem, lang), explain(&problem, lang));
            for (told, whole) in [(page.what, desk.what), (page.mend, desk.mend)] {
                assert!(!told.is_empty() && told.len() <= whole.len(), "{problem:?}: {told}");
                assert!(
                    !told.contains(['=', '[', '‹', '›']) && !whole.contains(['‹', '›']),
                    "{problem:?}: {told}"
                );
            }
        }
    }
}

#[test]
fn a_problem_of_a_version_says_since_when() {
    let since = "2026-06-01".parse().ok();
    let problem = Problem { since, ..Problem::new(Path::default(), Kind::NoHead) };
    assert!(explain(&problem, Lang::En).what.ends_with("(the version from 2026-06-01)"));
    assert!(explain(&problem, Lang::Ru).what.ends_with("(версия с 2026-06-01)"));
}

#[test]
fn what_a_document_says_neither_floods_nor_steers_a_terminal() {
    let key = format!("\u{1b}[31m{}", "x".repeat(10_000));
    let said = explain(&Problem::new(Path::default(), Kind::UnknownKey { key, nearest: None }), Lang::En);
    assert!(said.what.chars().count() < 300 && !said.what.contains('\u{1b}'), "{}", said.what);
}

#[test]
fn totals_are_counted_in_words() {
    assert_eq!(totals(0, 0, Lang::Ru), "всё в порядке");
    assert_eq!(totals(1, 2, Lang::Ru), "1 ошибка, 2 предупреждения");
    assert_eq!(totals(2, 1, Lang::En), "2 errors, 1 warning");
}

#[test]
fn presets_are_there_in_both_languages() {
    for (name, _) in PRESETS {
        let (ru, en) = (preset(name, Lang::Ru).unwrap(), preset(name, Lang::En).unwrap());
        assert!(ru.contains("Новый лид") && en.contains("New lead") && !ru.contains('\r'), "{name}");
    }
    assert_eq!(preset("none", Lang::Ru), None);
}
