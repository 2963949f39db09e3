//! The roster, the pilot, and what comes from where.

use super::control::{Choice, add, button, check, input, remove, select};
use super::describe::{pipeline, role, source};
use super::page::notes;
use super::{Section, Settings};
use crate::lang::fill;
use crate::said;
use maud::{Markup, html};
use takeroot_core::policy::Person;

pub(super) fn team(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let people = page.draft.people.iter().enumerate().filter(|(_, person)| person.until.is_none());
    html! {
        p.lead { (say(
            "Служебные аккаунты не считаются людьми: их действия — работа роботов. Кто в отпуске, того не ждут.",
            "Service accounts are no people: what they do is the work of robots. Nobody waits for who is away.",
        )) }
        (notes(page, Section::Team, "people"))
        ul.team {
            @for (at, person) in people {
                li {
                    div.person {
                        b { (name(person)) }
                        (select(&format!("person:{}:role", person.id), &fill(say("{0}: роль", "{0}: role"), &[&name(person)]), &roles(page), key(person)))
                        (select(&format!("person:{}:group", person.id), &fill(say("{0}: группа", "{0}: group"), &[&name(person)]), &groups(page),
                            &person.group.map(|id| id.to_string()).unwrap_or_default()))
                        (button(&format!("absence:{}", person.id), say("+ отсутствие", "+ absence")))
                    }
                    @for (place, absence) in person.absences.iter().enumerate() {
                        @let act = format!("absence:{}:{place}", person.id);
                        div.absence {
                            span.quiet { (say("нет на месте", "away")) }
                            (input("date", &format!("{act}:from"), &absence.from.to_string(), &fill(say("{0}: первый день отсутствия", "{0}: first day away"), &[&name(person)])))
                            span aria-hidden="true" { "–" }
                            (input("date", &format!("{act}:to"), &absence.to.to_string(), &fill(say("{0}: последний день отсутствия", "{0}: last day away"), &[&name(person)])))
                            (remove(&format!("{act}:remove"), &fill(say("{0}: убрать отсутствие", "{0}: remove the absence"), &[&name(person)])))
                        }
                    }
                    (notes(page, Section::Team, &format!("people[{at}]")))
                }
            }
        }
        @if page.draft.people.is_empty() {
            p.empty { (say("Людей ещё нет: подключите CRM, и они появятся сами.", "Nobody yet: connect the CRM, and people come by themselves.")) }
        }
    }
}

fn name(person: &Person) -> String {
    if person.name.is_empty() { format!("№{}", person.id) } else { person.name.clone() }
}

const fn key(person: &Person) -> &'static str {
    match (person.head, person.service) {
        (_, true) => "service",
        (true, _) => "head",
        _ => "manager",
    }
}

fn roles(page: &Settings) -> Vec<Choice> {
    let roles = [("manager", false, false), ("head", true, false), ("service", false, true)];
    roles
        .map(|(key, head, service)| (key.to_owned(), said::of(page.lang, role(head, service)).to_owned()))
        .into()
}

fn groups(page: &Settings) -> Vec<Choice> {
    let none = (String::new(), page.lang.either("без группы", "no group").to_owned());
    let groups = page.draft.groups.iter().map(|group| (group.id.to_string(), group.name.clone()));
    std::iter::once(none).chain(groups).collect()
}

pub(super) fn pilot(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    html! {
        p.lead { (say(
            "Две–четыре недели на части команды: пилот считается отдельно, и видно, что он дал.",
            "Two to four weeks with a part of the team: a pilot is measured apart, and what it gave is seen.",
        )) }
        (check("pilot", page.draft.pilot.is_some(), say("Идёт пилот", "There is a pilot")))
        (notes(page, Section::Pilot, "pilot"))
        @if let Some(pilot) = &page.draft.pilot {
            div.row {
                label.field { span { (say("С", "From")) } input type="date" data-act="pilot:from" value=(pilot.from); }
                label.field { span { (say("По", "To")) } input type="date" data-act="pilot:to" value=(pilot.to); }
            }
            (members(say("Люди", "People"), "user", &pilot.users,
                page.draft.people.iter().filter(|p| !p.service && p.until.is_none()).map(|person| (person.id, name(person))).collect()))
            (members(say("Группы", "Groups"), "group", &pilot.groups,
                page.draft.groups.iter().map(|group| (group.id, group.name.clone())).collect()))
            (members(say("Воронки целиком", "Whole pipelines"), "pipeline", &pilot.pipelines,
                page.draft.pipelines.iter().map(|own| (own.id, pipeline(&page.draft, own.id))).collect()))
        }
    }
}

fn members(title: &str, kind: &str, chosen: &[u64], all: Vec<(u64, String)>) -> Markup {
    html! {
        @if !all.is_empty() {
            fieldset {
                legend { (title) }
                @for (id, name) in all { (check(&format!("pilot:{kind}:{id}"), chosen.contains(&id), &name)) }
            }
        }
    }
}

pub(super) fn sources(page: &Settings) -> Markup {
    let say = |ru, en| page.lang.either(ru, en);
    let none = (String::new(), say("не задано", "not set").to_owned());
    let fields = page.directory.fields.iter().map(|field| (field.id.to_string(), field.name.clone()));
    let fields: Vec<Choice> = std::iter::once(none).chain(fields).collect();
    let chosen = |id: Option<u64>| id.map(|id| id.to_string()).unwrap_or_default();
    let pipelines: Vec<Choice> =
        page.draft.pipelines.iter().map(|own| (own.id.to_string(), pipeline(&page.draft, own.id))).collect();
    let routes = &page.draft.sources.routes;
    let is_new = |id: Option<u64>| routes.iter().all(|route| route.source != id);
    let names = &page.draft.sources.names;
    let new =
        names.iter().filter(|own| is_new(Some(own.id))).map(|own| (own.id.to_string(), own.name.clone()));
    let rest = ("rest".to_owned(), say("все прочие", "all others").to_owned());
    let new: Vec<Choice> = new.chain(Some(rest).filter(|_| is_new(None))).collect();
    html! {
        p.lead { (say(
            "Откуда пришла заявка и в какую воронку ей положено попасть.",
            "Where a lead came from, and which pipeline it belongs to.",
        )) }
        (notes(page, Section::Sources, "sources"))
        div.row {
            label.field { span { (say("Поле с источником", "Field of the source")) }
                (select("source:field", say("Поле с источником", "Field of the source"), &fields, &chosen(page.draft.sources.field))) }
            label.field { span { (say("Поле с каналом", "Field of the channel")) }
                (select("source:channel", say("Поле с каналом", "Field of the channel"), &fields, &chosen(page.draft.sources.channel))) }
        }
        h3 { (say("Источник → воронка", "Source → pipeline")) }
        ul.routes {
            @for (at, route) in routes.iter().enumerate() {
                @let from = route.source.map_or_else(|| say("все прочие", "all others").to_owned(), |id| source(&page.draft, id));
                li {
                    b { (from) } span aria-hidden="true" { "→" }
                    (select(&format!("route:{at}:pipeline"), &fill(say("{0}: воронка", "{0}: pipeline"), &[&from]), &pipelines, &route.pipeline.to_string()))
                    (remove(&format!("route:{at}:remove"), &fill(say("{0}: убрать", "{0}: remove"), &[&from])))
                    (notes(page, Section::Sources, &format!("sources.routes[{at}]")))
                }
            }
        }
        @if routes.is_empty() { p.empty { (say("Правил нет: любая воронка считается верной.", "No rules: any pipeline counts as right.")) } }
        @if !pipelines.is_empty() { (add("route", say("Добавить источник", "Add a source"), &new)) }
    }
}
