//! The whole page, and what its parts share.

use super::describe::Change;
use super::{Phase, Section, Settings, bar, fields, goals, hours, install, people};
use crate::lang::Lang;
use crate::policy::{explain_on_page, severity};
use maud::{Markup, html};
use takeroot_core::policy::lint::{Path, Problem, Severity, Step};

pub(super) fn page(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    if page.is_installing {
        return html! {
            div.page lang=(page.lang.code()) { p.unseen role="status" { (spoken(page)) } (install::install(page)) }
        };
    }
    html! {
        div.page lang=(page.lang.code()) {
            header.top {
                h2 { (say("Регламент", "Policy")) }
                p.quiet { (standing(page)) }
            }
            p.unseen role="status" { (spoken(page)) }
            @match (&page.state, &page.refusal) {
                (None, Some(_)) => { (bar::refusal(page)) }
                (None, None) => { (loading(page)) }
                (Some(_), _) => {
                    div.columns {
                        (nav(page))
                        div.section data-section=(page.section.key()) {
                            h2 { (page.section.title(page.lang)) }
                            (rest(page))
                            (section(page))
                        }
                    }
                    (bar::bar(page))
                }
            }
        }
    }
}

fn section(page: &Settings) -> Markup {
    match page.section {
        Section::Fields => fields::fields(page),
        Section::Clocks => fields::clocks(page),
        Section::Hours => hours::hours(page),
        Section::Team => people::team(page),
        Section::Pilot => people::pilot(page),
        Section::Sources => people::sources(page),
        Section::Goals => goals::goals(page),
        Section::Versions => goals::versions(page),
        Section::Connection => install::connection(page),
    }
}

fn standing(page: &Settings) -> String {
    let Some(state) = &page.state else { return String::new() };
    if state.proposed {
        let text = page
            .lang
            .either("Предложен по данным CRM и ещё не сохранён", "Proposed as the CRM has it, not kept yet");
        return text.to_owned();
    }
    let latest = state.versions.last();
    latest.map(|version| goals::author(version, page)).map_or_else(String::new, |author| {
        let word = page.lang.either("последнее изменение", "last changed by");
        format!("{word}: {author}")
    })
}

/// What a screen reader is told when the state changes.
fn spoken(page: &Settings) -> &'static str {
    let say = |ru, en| page.lang.either(ru, en);
    match page.phase {
        Phase::Reading => say("Загружается", "Loading"),
        Phase::Previewing => say("Считается прошлая неделя", "Last week is being counted"),
        Phase::Writing => say("Сохраняется", "Saving"),
        Phase::Written => say("Сохранено, действует с завтрашнего дня", "Saved, holds from tomorrow on"),
        Phase::Ready => "",
    }
}

pub(super) fn loading(page: &Settings) -> Markup {
    html! {
        div.loading {
            p { (page.lang.either("Читаем регламент и то, что есть в CRM…", "Reading the policy and what the CRM has…")) }
            progress aria-label=(page.lang.either("Загрузка", "Loading")) {}
        }
    }
}

fn nav(page: &Settings) -> Markup {
    let problems = page.problems();
    html! {
        nav aria-label=(page.lang.either("Разделы", "Sections")) {
            ul {
                @for section in Section::ALL {
                    @let found = problems.iter().filter(|problem| Section::of(problem) == section);
                    @let errors = found.clone().any(|problem| problem.severity() == Severity::Error);
                    @let count = found.count();
                    li {
                        button type="button" data-act={ "section:" (section.key()) } aria-current=[(section == page.section).then_some("page")] {
                            (section.title(page.lang))
                            @if count > 0 {
                                span.badge data-severity=(if errors { "error" } else { "warning" })
                                    aria-label={ (page.lang.either("замечаний: ", "problems: ")) (count) } { @if errors { "!" } (count) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The entry of the page to which a problem belongs: a list's item, a weekday, or else its section of the policy.
fn anchor(path: &Path) -> String {
    let item = path.0.iter().position(|step| matches!(step, Step::Index(_)));
    let is_of_week = path.section() == Some("calendar") && path.0.len() > 2;
    let steps = if is_of_week { 3 } else { item.map_or(1, |at| at + 1) };
    Path(path.0.iter().take(steps).cloned().collect()).to_string()
}

/// Problems of an entry, where they are.
pub(super) fn notes(page: &Settings, section: Section, place: &str) -> Markup {
    let of_here: Vec<Problem> = page
        .problems()
        .into_iter()
        .filter(|problem| Section::of(problem) == section && anchor(&problem.path) == place)
        .collect();
    said(&of_here, page.lang)
}

/// Entries whose problems stand beside them.
const ENTRIES: [&str; 6] = ["first_response", "people", "pilot", "sources", "acceptance", "calendar"];
/// As [`ENTRIES`], of what is a list, or stands within one.
const WITHIN: [&str; 7] = [
    "pipelines[",
    "mandatory[",
    "targets[",
    "people[",
    "sources.routes[",
    "acceptance.targets[",
    "calendar.weekly.",
];

/// Problems of a section that no entry of it shows.
fn rest(page: &Settings) -> Markup {
    let is_shown =
        |anchor: &str| ENTRIES.contains(&anchor) || WITHIN.iter().any(|entry| anchor.starts_with(entry));
    let rest: Vec<Problem> = page
        .problems()
        .into_iter()
        .filter(|problem| Section::of(problem) == page.section && !is_shown(&anchor(&problem.path)))
        .collect();
    said(&rest, page.lang)
}

fn said(problems: &[Problem], lang: Lang) -> Markup {
    html! {
        @if !problems.is_empty() {
            ul.problems {
                @for problem in problems {
                    @let told = explain_on_page(problem, lang);
                    @let (kind, word) = match problem.severity() {
                        Severity::Error => ("error", severity(Severity::Error, lang)),
                        Severity::Warning => ("warning", severity(Severity::Warning, lang)),
                    };
                    li data-severity=(kind) { b { (crate::date::capital(word)) ": " } (told.what) "." span.mend { (told.mend) } }
                }
            }
        }
    }
}

/// Changes as a list: what no longer holds, and what does.
pub(super) fn listed(changes: &[Change], lang: Lang) -> Markup {
    html! {
        ul.changes {
            @for change in changes {
                li data-new[change.is_new] {
                    span.sign aria-hidden="true" { (if change.is_new { "+" } else { "−" }) }
                    span.unseen { (if change.is_new { lang.either("стало: ", "is: ") } else { lang.either("было: ", "was: ") }) }
                    (change.line)
                }
            }
        }
    }
}
