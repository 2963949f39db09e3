//! Pipelines, and the grid of mandatory fields: rows are fields, columns stages.

use super::control::{Choice, add, check, remove};
use super::describe::field;
use super::edit::{PLAIN, key, stage_of};
use super::page::notes;
use super::{Section, Settings};
use crate::lang::fill;
use maud::{Markup, html};
use std::collections::BTreeMap;
use takeroot_core::policy::{Field, Pipeline};

pub(super) fn fields(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    html! {
        p.lead { (say(
            "«Нет поля — нет движения»: с какого этапа что спрашивать. Для начала взято то, что CRM требует сама.",
            "“No field, no movement”: what is asked from which stage on. To begin with, what the CRM itself requires.",
        )) }
        (measured(page))
        @for (at, pipeline) in page.draft.pipelines.iter().enumerate() {
            (grid(page, pipeline))
            (notes(page, Section::Fields, &format!("pipelines[{at}]")))
        }
        @if page.draft.pipelines.is_empty() {
            p.empty { (say("Выберите воронку, чтобы увидеть её этапы.", "Choose a pipeline to see its stages.")) }
        }
        (add("ask", say("Добавить поле", "Add a field"), &others(page)))
    }
}

/// Which pipelines are measured.
pub(super) fn measured(page: &Settings) -> Markup {
    html! {
        fieldset {
            legend { (page.lang.either("Какие воронки считаем", "Pipelines that are measured")) }
            @for pipeline in known(page) {
                (check(&format!("pipeline:{}", pipeline.id), is_measured(page, pipeline.id), &name(pipeline)))
            }
        }
    }
}

/// Pipelines of the CRM, and those of the policy that it does not have.
fn known(page: &Settings) -> Vec<&Pipeline> {
    let of_crm = &page.directory.pipelines;
    let gone = page.draft.pipelines.iter().filter(|own| of_crm.iter().all(|known| known.id != own.id));
    of_crm.iter().chain(gone).collect()
}

fn is_measured(page: &Settings, id: u64) -> bool {
    page.draft.pipelines.iter().any(|pipeline| pipeline.id == id)
}

fn name(pipeline: &Pipeline) -> String {
    if pipeline.name.is_empty() { format!("№{}", pipeline.id) } else { pipeline.name.clone() }
}

/// A field is asked from a stage on, so a row is one choice among the stages.
fn grid(page: &Settings, pipeline: &Pipeline) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let rows = rows(page);
    html! {
        h3 { (name(pipeline)) }
        @if rows.is_empty() {
            p.empty { (say("Пока ничего не спрашиваем.", "Nothing is asked yet.")) }
        } @else {
            div.scroll role="region" tabindex="0" aria-label=(name(pipeline)) {
                table.grid {
                    thead {
                        tr {
                            th scope="col" { (say("Поле", "Field")) }
                            th scope="col" { (say("не нужно", "not asked")) }
                            @for (at, stage) in pipeline.stages.iter().enumerate() {
                                th scope="col" { span.n { (at + 1) } " " (stage.name) }
                            }
                            th scope="col" { (say("Успех", "Won")) }
                        }
                    }
                    tbody {
                        @for (field, name) in &rows { (row(page, pipeline, *field, name)) }
                    }
                }
            }
        }
    }
}

fn row(page: &Settings, pipeline: &Pipeline, field: Field, name: &str) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let from = stage_of(&page.draft, pipeline.id, field);
    let act = format!("asked:{}:{}", pipeline.id, key(field));
    let cell = |stage: Option<usize>, label: String| {
        let value = stage.map(|stage| stage.to_string()).unwrap_or_default();
        let is_asked = stage.zip(from).is_some_and(|(stage, from)| stage >= from);
        html! {
            td data-asked[is_asked] {
                label {
                    input type="radio" name=(act) data-act=(act) value=(value) checked[stage == from] aria-label=(label);
                    span aria-hidden="true" { @if is_asked { "✓" } }
                }
            }
        }
    };
    let last = pipeline.stages.len() + 1;
    let places = page.draft.mandatory.iter().enumerate().filter(|(_, mandatory)| mandatory.field == field);
    html! {
        tr {
            th scope="row" {
                (name)
                @for (at, _) in places { (notes(page, Section::Fields, &format!("mandatory[{at}]"))) }
            }
            (cell(None, fill(say("{0}: не спрашивать", "{0}: not asked"), &[name])))
            @for (at, stage) in pipeline.stages.iter().enumerate() {
                (cell(Some(at + 1), fill(say("{0}: с этапа «{1}»", "{0}: from “{1}” on"), &[name, &stage.name])))
            }
            (cell(Some(last), fill(say("{0}: при успехе", "{0}: when won"), &[name])))
        }
    }
}

/// Fields of the policy in their order, each once.
fn rows(page: &Settings) -> Vec<(Field, String)> {
    let mut rows: Vec<(Field, String)> = Vec::new();
    for mandatory in &page.draft.mandatory {
        if rows.iter().all(|(known, _)| *known != mandatory.field) {
            rows.push((mandatory.field, field(mandatory.field, &mandatory.name, page.lang)));
        }
    }
    rows
}

/// Fields that could be asked, too.
fn others(page: &Settings) -> Vec<Choice> {
    let mut all: BTreeMap<usize, (Field, &str)> =
        PLAIN.iter().map(|field| (*field, "")).enumerate().collect();
    for known in &page.directory.fields {
        let is_date = known.kind.starts_with("date");
        let field = if is_date { Field::FutureDate(known.id) } else { Field::Custom(known.id) };
        all.insert(all.len(), (field, &known.name));
    }
    let is_new =
        |field: &Field| page.draft.mandatory.iter().all(|mandatory| !field.is_place_of(mandatory.field));
    let new = all.into_values().filter(|(field, _)| is_new(field));
    new.map(|(of, name)| (key(of), field(of, name, page.lang))).collect()
}

/// Clocks as sentences: here, for they stand on stages, too.
pub(super) fn clocks(page: &Settings) -> Markup {
    use super::describe::starts;
    use super::edit::{STARTS, parts};
    use takeroot_core::policy::Starts;
    let say = |ru, en| page.lang.either(ru, en);
    let label = say("Срок", "Time");
    let first = crate::said::of(page.lang, starts(Starts::LeadEntered));
    let sentence = |template: &str, act: &str, span, stage: &Markup| {
        let (n, unit) = parts(span);
        let (before, after) = template.split_once("{1}").unwrap_or((template, ""));
        // A control needs no quotes, and the comma after it stays with it.
        let (before, rest) = before.split_once(['«', '“']).map_or((before, None), |(a, b)| (a, Some(b)));
        let rest = rest.map(|rest| rest.split_once(' ').map_or(rest, |(_, rest)| rest));
        html! {
            span { (before) }
            @if let Some(rest) = rest { span.stage { (stage) "," } span { (rest) } }
            (super::control::number(&format!("{act}:n"), n, label))
            (units(page, &format!("{act}:unit"), unit, n))
            span { (after) }
        }
    };
    html! {
        p.lead { (say(
            "Время — рабочее: ночью, в выходные и праздники таймеры стоят.",
            "Time is business time: clocks stand at night, at weekends and on holidays.",
        )) }
        ul.clocks {
            li.clock data-first {
                p.sentence { (sentence(first, "response", page.draft.first_response.target, &html! {})) }
                (notes(page, Section::Clocks, "first_response"))
            }
            @for (at, clock) in page.draft.targets.iter().enumerate() {
                li.clock {
                    div.named {
                        (super::control::input("text", &format!("clock:{at}:name"), &clock.name, say("Название таймера", "Name of the clock")))
                        (remove(&format!("clock:{at}:remove"), &fill(say("Убрать «{0}»", "Remove “{0}”"), &[&clock.name])))
                    }
                    @let stage = stages(page, at, clock.stages.first().copied());
                    p.sentence { (sentence(crate::said::of(page.lang, starts(clock.starts)), &format!("clock:{at}"), clock.target, &stage)) }
                    (notes(page, Section::Clocks, &format!("targets[{at}]")))
                }
            }
        }
        @let kinds: Vec<Choice> = STARTS.iter().map(|(name, of)| {
            let said = crate::said::of(page.lang, starts(*of));
            ((*name).to_owned(), said.split(',').next().unwrap_or_default().replace("{0}", "…"))
        }).collect();
        (add("clocks", say("Добавить срок", "Add a deadline"), &kinds))
    }
}

fn units(page: &Settings, act: &str, unit: &str, n: i64) -> Markup {
    let all = ["m", "h", "d"].into_iter().chain(Some("s").filter(|s| *s == unit));
    let all: Vec<Choice> = all
        .map(|unit| {
            let forms = crate::said::of(page.lang, super::describe::unit_forms(unit));
            (unit.to_owned(), page.lang.form(forms, n).to_owned())
        })
        .collect();
    super::control::select(act, page.lang.either("Единица срока", "Unit of time"), &all, unit)
}

fn stages(page: &Settings, at: usize, chosen: Option<u64>) -> Markup {
    let pipelines = page.draft.pipelines.iter();
    let all: Vec<Choice> = pipelines
        .flat_map(|pipeline| pipeline.stages.iter().map(|stage| (stage.id.to_string(), stage.name.clone())))
        .collect();
    let chosen = chosen.map(|id| id.to_string()).unwrap_or_default();
    let is_there = all.iter().any(|(id, _)| *id == chosen);
    let gone = Some((chosen.clone(), page.lang.either("выберите этап", "choose a stage").to_owned()));
    let all: Vec<Choice> = gone.filter(|_| !is_there).into_iter().chain(all).collect();
    super::control::select(&format!("clock:{at}:stage"), page.lang.either("Этап", "Stage"), &all, &chosen)
}
