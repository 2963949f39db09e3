//! Acceptance and versions.

use super::control::{Choice, add, button, check, number, remove};
use super::describe::changes;
use super::edit::scale;
use super::page::{listed, notes};
use super::{Section, Settings};
use crate::lang::{Lang, fill};
use crate::said;
use maud::{Markup, html};
use takeroot_core::acceptance::{Metric, Unit};
use takeroot_core::account::VersionState;
use takeroot_core::time::Day;

/// What a team is mostly held to; others are set by the operator, and shown.
const OFFERED: [Metric; 10] = [
    Metric::InTime,
    Metric::ResponseMedian,
    Metric::Missed,
    Metric::CompleteCards,
    Metric::Overdue,
    Metric::Stuck,
    Metric::NoNextStep,
    Metric::AutoRight,
    Metric::Reasoned,
    Metric::DauRoster,
];

pub(super) fn goals(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let acceptance = &page.draft.acceptance;
    let started = acceptance.started.map(|day| day.to_string()).unwrap_or_default();
    let is_new = |metric: &Metric| acceptance.targets.iter().all(|target| target.metric != *metric);
    let label = |metric: Metric| said::of(page.lang, said::metric(metric)).to_owned();
    let offered: Vec<Choice> =
        OFFERED.into_iter().filter(is_new).map(|metric| (metric.name(), label(metric))).collect();
    html! {
        p.lead { (say(
            "Что должно получиться через 90 дней, 3, 6 и 12 месяцев. Критерии закрепляются в день начала: позже их не подвинуть.",
            "What must come out after 90 days, 3, 6 and 12 months. Criteria are fixed on the first day: nobody moves them later.",
        )) }
        (notes(page, Section::Goals, "acceptance"))
        label.field { span { (say("Первый день", "First day")) } input type="date" data-act="started" value=(started); }
        h3 { (say("Критерии", "Criteria")) }
        ul.routes {
            @for (at, target) in acceptance.targets.iter().enumerate() {
                @let name = label(target.metric);
                li {
                    b { (name) }
                    span { (if target.at_most.is_some() { say("не больше", "at most") } else { say("не меньше", "at least") }) }
                    (number(&format!("criterion:{at}:value"), target.at_least.or(target.at_most).unwrap_or(0) / scale(target.metric), &fill(say("{0}: порог", "{0}: limit"), &[&name])))
                    span { (unit(target.metric, page.lang)) }
                    (remove(&format!("criterion:{at}:remove"), &fill(say("{0}: убрать", "{0}: remove"), &[&name])))
                    (notes(page, Section::Goals, &format!("acceptance.targets[{at}]")))
                }
            }
        }
        @if acceptance.targets.is_empty() { p.empty { (say("Критериев пока нет: трёх–пяти довольно.", "No criteria yet: three to five are enough.")) } }
        (add("criterion", say("Добавить критерий", "Add a criterion"), &offered))
        fieldset {
            legend { (say("Сравнение людей", "Comparing people")) }
            (check("leaderboard", page.draft.leaderboard, say(
                "Показать владельцу таблицу лидеров: только итоги, от 20 закрытых сделок",
                "Show the owner a leaderboard: outcomes only, from 20 closed deals on",
            )))
        }
    }
}

const fn unit(metric: Metric, lang: Lang) -> &'static str {
    match metric.unit() {
        Unit::Percent => "%",
        Unit::Seconds => lang.either("мин", "min"),
        Unit::Hundredths => lang.either("в деньгах", "in money"),
    }
}

pub(super) fn versions(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let versions = page.state.iter().flat_map(|state| state.versions.iter().enumerate()).rev();
    let before = |at: usize| page.state.as_ref().and_then(|state| state.versions.get(at.checked_sub(1)?));
    let last = page.state.as_ref().map_or(0, |state| state.versions.len());
    html! {
        p.lead { (say("День судится по регламенту того дня: прошлое не меняется.", "A day is judged by the policy of that day: the past does not change.")) }
        ol.versions {
            @for (at, version) in versions {
                li {
                    p { b { (since(version.from, page.lang)) } " · " (author(version, page)) }
                    @if let Some(note) = version.written.as_ref().map(|written| written.note.as_str()).filter(|note| !note.is_empty()) {
                        p.note { "«" (note) "»" }
                    }
                    @if let Some(before) = before(at) { (listed(&changes(&before.policy, &version.policy, page.lang), page.lang)) }
                    @if at + 1 < last { (button(&format!("restore:{at}"), say("Вернуть эту версию", "Restore this version"))) }
                    @else { span.quiet { (say("последняя", "the latest")) } }
                }
            }
        }
    }
}

fn since(day: Day, lang: Lang) -> String {
    match day {
        Day(0) => lang.either("с самого начала", "from the beginning").to_owned(),
        day => fill(lang.either("с {0}", "from {0}"), &[&crate::date::long(day, lang)]),
    }
}

/// Who has written a version, by name where the roster knows it.
pub(super) fn author(version: &VersionState, page: &Settings) -> String {
    let by = version.written.as_ref().map(|written| written.by.as_str()).unwrap_or_default();
    let id = by.strip_prefix("crm admin ").and_then(|id| id.parse().ok());
    match (id.and_then(|id| page.draft.person(id)), by) {
        (Some(person), _) if !person.name.is_empty() => person.name.clone(),
        (_, "crm" | "") => page.lang.either("по данным CRM", "as the CRM says").to_owned(),
        (_, "operator") => page.lang.either("оператор сервера", "the server’s operator").to_owned(),
        (_, by) => by.to_owned(),
    }
}
