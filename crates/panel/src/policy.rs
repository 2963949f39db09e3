//! The words of a policy's problems, and presets with names in both languages.

mod names;
mod said;

use crate::lang::{Lang, Reader, fill};
use takeroot_core::policy::lint::{Problem, Severity};

pub use names::names;

/// Presets: their names, and their texts in Russian and English.
pub const PRESETS: [(&str, [&str; 2]); 3] = [
    ("six-stages", [SIX_STAGES_RU, SIX_STAGES_EN]),
    (
        "six-stages-bant",
        [
            concat!(include_str!("policy/six-stages.ru.toml"), "\n", include_str!("policy/bant.ru.toml")),
            concat!(include_str!("policy/six-stages.en.toml"), "\n", include_str!("policy/bant.en.toml")),
        ],
    ),
    (
        "six-stages-champ",
        [
            concat!(include_str!("policy/six-stages.ru.toml"), "\n", include_str!("policy/champ.ru.toml")),
            concat!(include_str!("policy/six-stages.en.toml"), "\n", include_str!("policy/champ.en.toml")),
        ],
    ),
];

const SIX_STAGES_RU: &str = include_str!("policy/six-stages.ru.toml");
const SIX_STAGES_EN: &str = include_str!("policy/six-stages.en.toml");

/// The text of a preset, TOML.
#[must_use]
pub fn preset(name: &str, lang: Lang) -> Option<&'static str> {
    let (_, [ru, en]) = PRESETS.iter().find(|(known, _)| *known == name)?;
    Some(match lang {
        Lang::Ru => ru,
        Lang::En => en,
    })
}

/// What a person reads about a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

/// Says what is wrong with a policy's file, and how to mend it.
#[must_use]
pub fn explain(problem: &Problem, lang: Lang) -> Explanation {
    let said = said::of_text(&problem.kind, lang).unwrap_or_else(|| said::said(&problem.kind, lang));
    explained(problem, said, lang, Reader::Desk)
}

/// Says what is wrong with a policy that was never a text, to whoever edits it on a page.
pub(crate) fn explain_on_page(problem: &Problem, lang: Lang) -> Explanation {
    explained(problem, said::said(&problem.kind, lang), lang, Reader::Page)
}

fn explained(problem: &Problem, said: said::Said, lang: Lang, reader: Reader) -> Explanation {
    let (template, parts) = said;
    let (what, mend) = match lang {
        Lang::Ru => (template[0], template[1]),
        Lang::En => (template[2], template[3]),
    };
    let parts: Vec<String> = parts.iter().map(|part| shown(part)).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let mut what = fill(&reader.reads(what), &parts);
    if let Some(from) = problem.since {
        let since = match lang {
            Lang::Ru => " (версия с {0})",
            Lang::En => " (the version from {0})",
        };
        what.push_str(&fill(since, &[&from.to_string()]));
    }
    Explanation { what, mend: fill(&reader.reads(mend), &parts) }
}

/// A part that comes from a document: no longer than a line or two, and nothing that steers a terminal.
fn shown(part: &str) -> String {
    let mut shown: String = part.chars().filter(|c| !c.is_control()).take(PART_CHARS_MAX).collect();
    if part.chars().nth(PART_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

const PART_CHARS_MAX: usize = 240;

/// The word of a severity.
#[must_use]
pub const fn severity(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::Ru) => "ошибка",
        (Severity::Error, Lang::En) => "error",
        (Severity::Warning, Lang::Ru) => "предупреждение",
        (Severity::Warning, Lang::En) => "warning",
    }
}

/// How many problems there are.
#[must_use]
pub fn totals(errors: usize, warnings: usize, lang: Lang) -> String {
    if errors + warnings == 0 {
        let none = match lang {
            Lang::Ru => "всё в порядке",
            Lang::En => "no problems",
        };
        return none.to_owned();
    }
    let (error_forms, warning_forms) = match lang {
        Lang::Ru => ("ошибка|ошибки|ошибок", "предупреждение|предупреждения|предупреждений"),
        Lang::En => ("error|errors", "warning|warnings"),
    };
    let count = |n: usize, forms| {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        format!("{n} {}", lang.form(forms, n))
    };
    format!("{}, {}", count(errors, error_forms), count(warnings, warning_forms))
}

#[cfg(test)]
mod tests;
