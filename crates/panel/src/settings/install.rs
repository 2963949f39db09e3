//! From an address to a policy, step by step, and what is in the way.

use super::bar::keep_button;
use super::control::{button, radio};
use super::fields::measured;
use super::page::loading;
use super::{Phase, Settings, bar};
use crate::doctor;
use crate::lang::{Lang, Reader, fill};
use crate::policy::names;
use maud::{Markup, html};
use takeroot_core::policy::preset;

/// The page of an installation: nothing but its steps.
pub(super) fn install(page: &Settings) -> Markup {
    html! {
        @match (&page.state, &page.refusal) {
            (None, Some(_)) => { (bar::refusal(page)) }
            (None, None) => { (loading(page)) }
            (Some(_), _) => { (connection(page)) (bar::refusal(page)) }
        }
    }
}

pub(super) fn connection(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let state = page.connection.clone().unwrap_or_default();
    let (is_connected, is_chosen) = (state.host.is_some(), !page.is_proposed());
    let done = state.history.map(|history| i64::from(history.percent));
    let steps = [
        (
            page.state.is_some(),
            say("Сервер отвечает и знает эту CRM", "The server answers and knows this CRM"),
        ),
        (is_connected, say("Подключить CRM на чтение", "Connect the CRM for reading")),
        (state.finding.is_some(), say("Первая находка", "The first finding")),
        (
            is_chosen || (is_connected && !page.draft.pipelines.is_empty()),
            say("Выбрать воронки", "Choose pipelines"),
        ),
        (is_chosen, say("Выбрать регламент", "Choose a policy")),
    ];
    let next = steps.iter().position(|(is_done, _)| !is_done);
    html! {
        ol.steps {
            @for (at, (is_done, text)) in steps.iter().enumerate() {
                li data-done[*is_done] aria-current=[(next == Some(at)).then_some("step")] {
                    span.mark aria-hidden="true" { @if *is_done { "✓" } @else { (at + 1) } }
                    div {
                        p { (text) @if *is_done { span.unseen { (say(" — готово", " — done")) } } }
                        @match at {
                            1 if !is_connected => { (authorize(page)) }
                            2 if is_connected => {
                                @if let (Some(finding), Some(host)) = (&state.finding, &state.host) { (found(finding, host, page.lang)) }
                                @else if let Some(done) = done {
                                    label.field { span { (fill(say("Читаем историю: {0}", "Reading the history: {0}"), &[&crate::number::percent(done, page.lang)])) }
                                        progress max="100" value=(done) {} }
                                }
                            }
                            3 if is_connected && !is_chosen => { (measured(page)) }
                            4 if is_connected && !is_chosen => { (presets(page)) }
                            _ => {}
                        }
                    }
                }
            }
        }
        @if page.is_installing && page.phase == Phase::Written {
            p.well { "✓ " (say(
                "Готово: регламент действует с завтрашнего дня. Меняют его на странице «Прижилось: регламент».",
                "Done: the policy holds from tomorrow on. It is changed on the page “Takeroot: the policy”.",
            )) }
        }
        h3 { (say("Что мешает", "What is in the way")) }
        @match &page.doctor {
            Some(told) if told.ailments.is_empty() => { p.well { "✓ " (say("Ничего не мешает.", "Nothing is in the way.")) } }
            Some(told) => {
                ul.ailments {
                    @for ailment in &told.ailments {
                        @let (wrong, mend) = doctor::said(ailment, page.lang, Reader::Page);
                        li { b { (wrong) } p { (mend) } }
                    }
                }
            }
            None => { p.quiet role="status" { (say("Проверяем…", "Looking…")) } }
        }
        div.row {
            (button("look", say("Проверить снова", "Look again")))
            @if is_connected { (button("reading", say("Перечитать воронки и поля", "Read pipelines and fields again"))) }
        }
    }
}

/// With what to begin: what the CRM asks for itself, or the preset over its pipelines.
fn presets(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let is_preset = preset::over(&page.draft, names(page.lang)) == page.draft;
    html! {
        fieldset {
            (radio("preset", "", !is_preset, say("Как требует CRM: её обязательные поля", "As the CRM has it: what it requires itself")))
            (radio("preset", "1", is_preset, say(
                "Рекомендуемый: сумма, источник, ответственный и следующий шаг со второго этапа; 15 минут на ответ; три таймера",
                "Recommended: amount, source, responsible and next step from the second stage on; 15 minutes to answer; three clocks",
            )))
        }
        @if page.is_installing { (keep_button(page)) }
    }
}

/// An admin says yes in the CRM; the page is then looked at again.
fn authorize(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    html! {
        @match &page.authorize {
            Some(url) => {
                p { a href=(url) target="_blank" rel="noopener" { (say("Открыть страницу разрешения в CRM", "Open the CRM’s page of consent")) } }
                p.quiet { (say("Нажмите там «Разрешить» и вернитесь сюда. Ссылка действует час.", "Say yes there and come back. The link is good for an hour.")) }
                (button("look", say("Я разрешил, проверить", "Done, look again")))
            }
            None => { (button("authorize", say("Разрешить чтение CRM", "Allow the CRM to be read"))) }
        }
    }
}

fn found(finding: &takeroot_core::connection::Finding, host: &str, lang: Lang) -> Markup {
    let text = crate::connection::finding(finding, host, lang);
    let sentence = text.lines().next().unwrap_or_default().to_owned();
    html! {
        p.finding { (sentence) }
        @for deal in finding.deals.iter().take(3) {
            " " a href={ "https://" (host) "/leads/detail/" (deal) } target="_blank" rel="noopener" { "№" (deal) }
        }
    }
}
