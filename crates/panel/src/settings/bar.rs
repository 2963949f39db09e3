//! What stands below every section: what has changed, what last week would have been, and keeping it.

use super::control::button;
use super::describe::{Change, changes};
use super::page::listed;
use super::{Phase, Section, Settings, goals, latest};
use crate::lang::fill;
use crate::number::{counted, integer, parts, percent};
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeSet;
use takeroot_core::account::PolicyState;
use takeroot_core::policy::lint::Severity;

pub(super) fn bar(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let changed = changes(&page.base, &page.draft, page.lang);
    let errors = page.problems().iter().filter(|problem| problem.severity() == Severity::Error).count();
    let n = i64::try_from(changed.len()).unwrap_or(0);
    html! {
        footer.bar {
            (refusal(page))
            @if let Some(theirs) = &page.theirs { (conflict(page, theirs, &changed)) }
            @if let Some(preview) = &page.preview { (week(page, preview)) }
            @if !changed.is_empty() && page.theirs.is_none() {
                details.review {
                    summary { (fill(say("Что изменится: {0}", "What changes: {0}"), &[&counted(n, say("строка|строки|строк", "line|lines"), page.lang)])) }
                    (listed(&changed, page.lang))
                    (button("discard", say("Отменить изменения", "Discard the changes")))
                }
            }
            @if page.theirs.is_none() && (page.is_changed() || page.is_proposed()) {
                div.keep {
                    label.field.note {
                        span { (say("Зачем меняем", "Why it changes")) }
                        input type="text" maxlength="200" data-act="note" value=(page.note) autocomplete="off";
                    }
                    button.plain type="button" data-act="preview" disabled[page.phase == Phase::Previewing] {
                        (if page.phase == Phase::Previewing { say("Считаем…", "Counting…") } else { say("Какой была бы прошлая неделя", "What last week would have been") })
                    }
                    (keep_button(page))
                }
                @if errors > 0 {
                    p.bad { (fill(say("Сначала исправьте: {0}.", "Mend first: {0}."), &[&counted(i64::try_from(errors).unwrap_or(0), say("ошибка|ошибки|ошибок", "error|errors"), page.lang)])) }
                }
            } @else if page.phase == Phase::Written {
                p.well { "✓ " (say("Сохранено. Действует с завтрашнего дня.", "Saved. It holds from tomorrow on.")) }
            } @else if page.theirs.is_none() {
                p.quiet { (say("Изменений нет.", "Nothing has changed.")) }
            }
        }
    }
}

pub(super) fn keep_button(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    html! {
        button.main type="button" data-act="save" disabled[!page.can_save()] {
            (if page.phase == Phase::Writing { say("Сохраняем…", "Saving…") } else { say("Сохранить с завтрашнего дня", "Save, from tomorrow on") })
        }
    }
}

pub(super) fn refusal(page: &Settings) -> Markup {
    html! {
        @if let Some(refusal) = &page.refusal {
            div.refusal role="alert" {
                b { (refusal.title) } p { (refusal.hint) }
                (button("reload", page.lang.either("Повторить", "Try again")))
            }
        }
    }
}

/// Somebody else was quicker: what they changed, what one has changed oneself, and how to go on.
fn conflict(page: &Settings, theirs: &PolicyState, own: &[Change]) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let other = changes(&page.base, &latest(theirs), page.lang);
    let sections =
        |changes: &[Change]| changes.iter().map(|change| change.section).collect::<BTreeSet<Section>>();
    let both: Vec<&str> =
        sections(&other).intersection(&sections(own)).map(|section| section.title(page.lang)).collect();
    let author = theirs.versions.last().map(|version| goals::author(version, page)).unwrap_or_default();
    html! {
        div.conflict role="alert" {
            b { (fill(say("Пока вы правили, регламент изменил(а) {0}", "While you were at it, {0} has changed the policy"), &[&author])) }
            h3 { (say("Изменено без вас", "Changed without you")) }
            (listed(&other, page.lang))
            h3 { (say("Ваши изменения", "Your changes")) }
            (listed(own, page.lang))
            @if !both.is_empty() {
                p { (fill(say("Оба изменили: {0}. Если наложить ваши, в этих разделах останется ваш вариант.", "Both have changed: {0}. With yours on top, these sections are yours."), &[&both.join(", ")])) }
            }
            div.row {
                (button("rebase", say("Наложить мои изменения", "Put mine on top")))
                (button("theirs", say("Оставить как стало", "Leave it as it is")))
            }
        }
    }
}

/// The last seven full days: what they were, and what they would have been.
fn week(page: &Settings, preview: &Value) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let n = |week: &str, count: &str| {
        preview.pointer(&format!("/{week}/all/n/{count}")).and_then(Value::as_i64).unwrap_or(0)
    };
    let rows = [
        (say("Ответ в срок", "Answered in time"), "in_time", &["in_time", "breached"][..]),
        (say("Карточки заполнены", "Complete cards"), "complete", &["active"]),
        (say("Просрочено", "Overdue"), "overdue", &["active"]),
        (say("Без движения", "Stuck"), "stuck", &["active"]),
        (say("Сделок в работе", "Deals at work"), "active", &[]),
    ];
    let told = |week, count, all: &[&str]| {
        let (n, of) = (n(week, count), all.iter().map(|count| n(week, count)).sum());
        match parts(n, of, 100) {
            Some(share) if of > 0 => {
                format!(
                    "{} ({} / {})",
                    percent(share, page.lang),
                    integer(n, page.lang),
                    integer(of, page.lang)
                )
            }
            _ => integer(n, page.lang),
        }
    };
    html! {
        div.preview {
            table {
                caption { (say("Прошлая неделя", "Last week")) }
                thead { tr { th scope="col" { (say("Показатель", "Figure")) } th scope="col" { (say("было", "was")) } th scope="col" { (say("было бы", "would be")) } } }
                tbody {
                    @for (name, count, all) in rows {
                        @let (was, would) = (told("was", count, all), told("would_be", count, all));
                        tr data-changed[was != would] { th scope="row" { (name) } td { (was) } td { (would) } }
                    }
                }
            }
            (button("hide", say("Скрыть", "Hide")))
        }
    }
}
