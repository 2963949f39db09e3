//! A policy as sentences, so that two of them can be laid side by side by whoever reads.

use super::Section;
use super::edit::{clocks, parts, scale};
use crate::lang::{Lang, fill};
use crate::number::duration;
use crate::said;
use std::collections::BTreeSet;
use takeroot_core::acceptance::{Metric, Unit};
use takeroot_core::policy::{Criterion, Field, Mandatory, Policy, Span, Starts, Target};

/// What changes between two policies.
pub(super) struct Change {
    pub(super) section: Section,
    /// Whether the sentence holds afterwards, or held before.
    pub(super) is_new: bool,
    pub(super) line: String,
}

/// What another policy says otherwise: first what no longer holds, then what does, by sections.
pub(super) fn changes(before: &Policy, after: &Policy, lang: Lang) -> Vec<Change> {
    let (old, new) = (lines(before, lang), lines(after, lang));
    let [in_old, in_new] = [&old, &new].map(|lines| lines.iter().cloned().collect::<BTreeSet<_>>());
    let gone = old.into_iter().filter(|line| !in_new.contains(line)).map(|line| (false, line));
    let come = new.into_iter().filter(|line| !in_old.contains(line)).map(|line| (true, line));
    let mut changes: Vec<Change> =
        gone.chain(come).map(|(is_new, (section, line))| Change { section, is_new, line }).collect();
    changes.sort_by_key(|change| change.section);
    if changes.is_empty() && before != after {
        let line = lang.either("прочие настройки", "other settings").to_owned();
        changes.push(Change { section: Section::Fields, is_new: true, line });
    }
    changes
}

fn lines(policy: &Policy, lang: Lang) -> Vec<(Section, String)> {
    let say = |ru, en| lang.either(ru, en);
    let mut lines = Vec::new();
    let mut add = |section, line: String| lines.push((section, line));
    for pipeline in &policy.pipelines {
        let stages: Vec<&str> = pipeline.stages.iter().map(|stage| stage.name.as_str()).collect();
        add(Section::Fields, format!("{}: {}", pipeline.name, stages.join(" → ")));
    }
    for asked in &policy.mandatory {
        add(Section::Fields, mandatory(policy, asked, lang));
    }
    for checklist in &policy.checklists {
        let items: Vec<&str> = checklist.items.iter().map(|item| item.name.as_str()).collect();
        add(Section::Fields, format!("{}: {}", checklist.name, items.join(", ")));
    }
    let first = span(policy.first_response.target, lang);
    add(Section::Clocks, fill(said::of(lang, starts(Starts::LeadEntered)), &["", &first]));
    for clock in &policy.targets {
        add(Section::Clocks, format!("{}: {}", clock.name, sentence(policy, clock, lang)));
    }
    for (name, value) in settings(policy) {
        add(Section::Clocks, format!("{}: {value}", said::of(lang, name)));
    }
    add(Section::Hours, fill(say("Пояс: {0}", "Zone: {0}"), &[&policy.calendar.tz]));
    for (day, windows) in week(policy).into_iter().enumerate() {
        add(Section::Hours, format!("{}: {}", weekday(day, lang), hours(windows, lang)));
    }
    if let Some(production) = &policy.calendar.production {
        add(
            Section::Hours,
            say("Производственный календарь России", "The Russian production calendar").to_owned(),
        );
        if production.short_eves {
            add(
                Section::Hours,
                say("Перед праздником на час короче", "An hour shorter before a holiday").to_owned(),
            );
        }
    }
    let days: Vec<String> = policy.calendar.holidays.iter().map(ToString::to_string).collect();
    if !days.is_empty() {
        add(Section::Hours, fill(say("Выходные: {0}", "Days off: {0}"), &[&days.join(", ")]));
    }
    for person in &policy.people {
        let group = person.group.and_then(|id| policy.groups.iter().find(|group| group.id == id));
        let group = group.map(|group| format!(", {}", group.name)).unwrap_or_default();
        let role = said::of(lang, role(person.head, person.service));
        let away = person.absences.iter().map(|a| {
            fill(say(", нет {0} – {1}", ", away {0} – {1}"), &[&a.from.to_string(), &a.to.to_string()])
        });
        add(Section::Team, format!("{} — {role}{group}{}", person.name, away.collect::<String>()));
    }
    if let Some(pilot) = &policy.pilot {
        let n = [&pilot.users, &pilot.groups, &pilot.pipelines].map(|list| list.len().to_string());
        let [users, groups, pipelines] = &n;
        let template = say(
            "Пилот {0} – {1}: людей {2}, групп {3}, воронок {4}",
            "Pilot {0} – {1}: people {2}, groups {3}, pipelines {4}",
        );
        add(
            Section::Pilot,
            fill(template, &[&pilot.from.to_string(), &pilot.to.to_string(), users, groups, pipelines]),
        );
    }
    for route in &policy.sources.routes {
        let source =
            route.source.map_or_else(|| say("прочие", "all others").to_owned(), |id| source(policy, id));
        add(Section::Sources, format!("{source} → {}", pipeline(policy, route.pipeline)));
    }
    for (id, ru, en) in [
        (policy.sources.field, "Источник — поле №{0}", "The source is field no. {0}"),
        (policy.sources.channel, "Канал — поле №{0}", "The channel is field no. {0}"),
    ] {
        if let Some(id) = id {
            add(Section::Sources, fill(say(ru, en), &[&id.to_string()]));
        }
    }
    if let Some(day) = policy.acceptance.started {
        add(Section::Goals, fill(say("Приёмка с {0}", "Acceptance from {0}"), &[&day.to_string()]));
    }
    for target in &policy.acceptance.targets {
        add(Section::Goals, criterion(target, lang));
    }
    if policy.leaderboard {
        add(Section::Goals, say("Таблица лидеров показана", "The leaderboard is shown").to_owned());
    }
    lines
}

/// Thresholds of the definitions that a rep feels.
fn settings(policy: &Policy) -> [(said::Pair, String); 2] {
    let thresholds = &policy.thresholds;
    [
        (("без движения — через", "stuck after"), thresholds.stuck.to_string()),
        (("пропущена — через", "missed after"), thresholds.missed.to_string()),
    ]
}

fn mandatory(policy: &Policy, asked: &Mandatory, lang: Lang) -> String {
    let of: Vec<String> = asked.pipelines.iter().map(|id| pipeline(policy, *id)).collect();
    let of = if of.is_empty() { String::new() } else { format!(" ({})", of.join(", ")) };
    let stage = asked.from_stage.to_string();
    let template = lang.either("{0} — с этапа {1}{2}", "{0} — from stage {1} on{2}");
    fill(template, &[&field(asked.field, &asked.name, lang), &stage, &of])
}

/// A clock as a sentence.
fn sentence(policy: &Policy, clock: &Target, lang: Lang) -> String {
    let stages = policy.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
    let named = stages.filter(|stage| clock.stages.contains(&stage.id)).map(|stage| stage.name.as_str());
    let named = named.collect::<Vec<_>>().join(", ");
    fill(said::of(lang, starts(clock.starts)), &[&named, &span(clock.target, lang)])
}

/// What a clock says: `{0}` is the stage, `{1}` the time.
pub(super) const fn starts(starts: Starts) -> said::Pair {
    match starts {
        Starts::LeadEntered => {
            ("Если новая заявка, ответить за {1}", "When a lead comes in, answer within {1}")
        }
        Starts::ClientMessage => {
            ("Если клиент написал, ответить за {1}", "When the client writes, reply within {1}")
        }
        Starts::OurMessage => (
            "Если клиент молчит, напомнить о себе через {1}",
            "When the client is silent, follow up after {1}",
        ),
        Starts::StageEntered => (
            "Если сделка на этапе «{0}», двинуть её за {1}",
            "When a deal is at “{0}”, move it on within {1}",
        ),
        Starts::Activity => (
            "Если по сделке ничего не происходит, вспомнить о ней через {1}",
            "When nothing happens in a deal, return to it after {1}",
        ),
        Starts::Created => {
            ("Если сделка создана, закрыть её за {1}", "When a deal is created, close it within {1}")
        }
    }
}

pub(super) fn span(span: Span, lang: Lang) -> String {
    let (n, unit) = parts(span);
    format!("{n}\u{a0}{}", lang.form(said::of(lang, unit_forms(unit)), n))
}

/// Forms of a unit's name.
pub(super) fn unit_forms(unit: &str) -> said::Pair {
    match unit {
        "d" => ("рабочий день|рабочих дня|рабочих дней", "business day|business days"),
        "h" => ("час|часа|часов", "hour|hours"),
        "m" => ("минуту|минуты|минут", "minute|minutes"),
        _ => ("секунду|секунды|секунд", "second|seconds"),
    }
}

/// A field's name: its own, or what every CRM calls it.
pub(super) fn field(field: Field, name: &str, lang: Lang) -> String {
    let known = match field {
        Field::Amount => ("Бюджет", "Budget"),
        Field::Responsible => ("Ответственный", "Responsible"),
        Field::NextStep => ("Следующий шаг (задача)", "Next step (a task)"),
        Field::Source => ("Источник", "Source"),
        Field::Channel => ("Канал", "Channel"),
        Field::Utm => ("UTM-метки", "UTM tags"),
        Field::Contact => ("Контакт с телефоном или почтой", "Contact with a phone or an e-mail"),
        Field::Custom(_) => ("Поле", "Field"),
        Field::FutureDate(_) => ("Дата в будущем", "A date to come"),
    };
    let known = said::of(lang, known);
    match (field.custom(), name) {
        (_, name) if !name.is_empty() => name.to_owned(),
        (Some(id), _) => format!("{known} №{id}"),
        (None, _) => known.to_owned(),
    }
}

pub(super) fn criterion(target: &Criterion, lang: Lang) -> String {
    let label = said::of(lang, said::metric(target.metric));
    let limit = |word: said::Pair, value: Option<i64>| {
        value.map(|value| fill(said::of(lang, word), &[&limit(target.metric, value, lang)]))
    };
    let limits = [limit(said::AT_LEAST, target.at_least), limit(said::AT_MOST, target.at_most)];
    format!("{label}: {}", limits.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn limit(metric: Metric, value: i64, lang: Lang) -> String {
    match metric.unit() {
        Unit::Percent => crate::number::percent(value, lang),
        Unit::Seconds => duration(value, lang),
        Unit::Hundredths => crate::number::integer(value / scale(metric), lang),
    }
}

pub(super) const fn role(head: bool, service: bool) -> said::Pair {
    match (head, service) {
        (_, true) => ("служебный аккаунт", "service account"),
        (true, _) => ("руководитель", "head"),
        _ => ("менеджер", "manager"),
    }
}

pub(super) fn weekday(day: usize, lang: Lang) -> &'static str {
    let days = lang.either(
        "Понедельник|Вторник|Среда|Четверг|Пятница|Суббота|Воскресенье",
        "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    );
    days.split('|').nth(day).unwrap_or_default()
}

pub(super) fn week(policy: &Policy) -> [&[takeroot_core::calendar::Window]; 7] {
    let week = &policy.calendar.weekly;
    [&week.mon, &week.tue, &week.wed, &week.thu, &week.fri, &week.sat, &week.sun]
}

fn hours(windows: &[takeroot_core::calendar::Window], lang: Lang) -> String {
    let windows: Vec<String> = windows.iter().map(|window| clocks(*window).join("–")).collect();
    if windows.is_empty() {
        lang.either("выходной", "day off").to_owned()
    } else {
        windows.join(", ")
    }
}

pub(super) fn pipeline(policy: &Policy, id: u64) -> String {
    let name =
        policy.pipelines.iter().find(|pipeline| pipeline.id == id).map(|pipeline| pipeline.name.clone());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("№{id}"))
}

pub(super) fn source(policy: &Policy, id: u64) -> String {
    let name = policy.sources.names.iter().find(|source| source.id == id).map(|source| source.name.clone());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("№{id}"))
}
