//! What a person's hand does to a policy: each control of the page has a name, and here is what it changes.

use takeroot_core::acceptance::{Metric, Unit};
use takeroot_core::calendar::{Production, Weekly, Window};
use takeroot_core::directory::AccountDirectory;
use takeroot_core::policy::{
    Absence, Criterion, Field, Mandatory, Person, Pilot, Policy, Route, Span, Starts, Target,
};
use takeroot_core::production::Country;
use takeroot_core::time::Day;

/// Days of a pilot that begins with nothing said: three weeks.
const PILOT_DAYS: i32 = 21;
/// A list that a hand makes longer has at most so many entries.
const ENTRIES_MAX: usize = 200;

/// Changes a policy by a control's name and value; nothing where there is no such control, or no such value.
pub(super) fn edit(
    policy: &mut Policy,
    known: &AccountDirectory,
    today: Day,
    act: &[&str],
    value: &str,
) -> Option<()> {
    match act {
        ["pipeline", id] => pipeline(policy, known, number(id)?),
        ["ask"] => {
            let field = field_of(value)?;
            let name = field.custom().and_then(|id| known.fields.iter().find(|field| field.id == id));
            let name = name.map_or("", |field| field.name.as_str());
            let is_new = policy.mandatory.iter().all(|mandatory| mandatory.field != field);
            push(&mut policy.mandatory, is_new.then(|| Mandatory::of(field, name, 2))?)
        }
        ["asked", pipeline, field] => {
            asked_from(policy, number(pipeline)?, field_of(field)?, value.parse().ok());
            Some(())
        }
        ["response", part] => {
            policy.first_response.target = span(policy.first_response.target, part, value)?;
            Some(())
        }
        ["clocks"] => {
            let target = target(starts(value)?, known, policy.targets.len());
            push(&mut policy.targets, target)
        }
        ["clock", at, "remove"] => remove(&mut policy.targets, at),
        ["clock", at, "name"] => {
            policy.targets.get_mut(place(at)?).map(|clock| value.clone_into(&mut clock.name))
        }
        ["clock", at, "stage"] => {
            let stage = number(value).filter(|stage| *stage > 0);
            policy.targets.get_mut(place(at)?).map(|clock| clock.stages = stage.into_iter().collect())
        }
        ["clock", at, part] => {
            let clock = policy.targets.get_mut(place(at)?)?;
            clock.target = span(clock.target, part, value)?;
            Some(())
        }
        ["week", day, rest @ ..] => week(windows(&mut policy.calendar.weekly, place(day)?)?, rest, value),
        ["production"] => {
            let production = Production { country: Country::Ru, short_eves: false };
            policy.calendar.production = is_on(value).then_some(production);
            Some(())
        }
        ["eves"] => policy.calendar.production.as_mut().map(|known| known.short_eves = is_on(value)),
        ["holiday"] => policy.calendar.holidays.insert(value.parse().ok()?).then_some(()),
        ["holiday", day] => policy.calendar.holidays.remove(&day.parse().ok()?).then_some(()),
        ["leaderboard"] => {
            policy.leaderboard = is_on(value);
            Some(())
        }
        ["person", ..] | ["absence", ..] | ["pilot", ..] => people(policy, today, act, value),
        ["source", ..] | ["route", ..] => sources(policy, act, value),
        ["started"] | ["criterion", ..] => goals(policy, act, value),
        _ => None,
    }
}

/// A pipeline that is measured from now on, or no longer; what was said of it alone goes with it.
fn pipeline(policy: &mut Policy, known: &AccountDirectory, id: u64) -> Option<()> {
    if policy.pipelines.iter().all(|pipeline| pipeline.id != id) {
        return push(
            &mut policy.pipelines,
            known.pipelines.iter().find(|pipeline| pipeline.id == id)?.clone(),
        );
    }
    policy.pipelines.retain(|pipeline| pipeline.id != id);
    policy.mandatory.retain_mut(|mandatory| without(&mut mandatory.pipelines, &id));
    policy.checklists.retain_mut(|checklist| without(&mut checklist.pipelines, &id));
    policy.targets.retain_mut(|target| without(&mut target.pipelines, &id));
    policy.sources.routes.retain(|route| route.pipeline != id);
    Some(())
}

/// Takes a value out of a list in which none means all; whether anything is left of what was said.
fn without(list: &mut Vec<u64>, id: &u64) -> bool {
    let was_all = list.is_empty();
    list.retain(|known| known != id);
    was_all || !list.is_empty()
}

/// From which stage of a pipeline on a field is asked for; nothing means that it is not.
pub(super) fn stage_of(policy: &Policy, pipeline: u64, field: Field) -> Option<usize> {
    let is_here =
        |m: &&Mandatory| m.field == field && (m.pipelines.is_empty() || m.pipelines.contains(&pipeline));
    policy.mandatory.iter().filter(is_here).map(|mandatory| mandatory.from_stage).min()
}

fn asked_from(policy: &mut Policy, pipeline: u64, field: Field, stage: Option<usize>) {
    let all: Vec<u64> = policy.pipelines.iter().map(|pipeline| pipeline.id).collect();
    let Some(first) = policy.mandatory.iter().position(|mandatory| mandatory.field == field) else { return };
    let Some(pattern) = policy.mandatory.get(first).cloned() else { return };
    for mandatory in policy.mandatory.iter_mut().filter(|mandatory| mandatory.field == field) {
        if mandatory.pipelines.is_empty() {
            mandatory.pipelines.clone_from(&all);
        }
        mandatory.pipelines.retain(|known| *known != pipeline);
    }
    if let Some(from_stage) = stage {
        let same =
            |mandatory: &&mut Mandatory| mandatory.field == field && mandatory.from_stage == from_stage;
        match policy.mandatory.iter_mut().find(same) {
            Some(known) => known.pipelines.push(pipeline),
            None => {
                policy
                    .mandatory
                    .insert(first, Mandatory { from_stage, pipelines: vec![pipeline], ..pattern });
            }
        }
    }
    policy.mandatory.retain(|mandatory| mandatory.field != field || !mandatory.pipelines.is_empty());
    for mandatory in policy.mandatory.iter_mut().filter(|mandatory| mandatory.field == field) {
        if all.iter().all(|id| mandatory.pipelines.contains(id)) {
            mandatory.pipelines.clear();
        }
    }
}

fn target(starts: Starts, known: &AccountDirectory, count: usize) -> Target {
    let stage = known.pipelines.first().and_then(|pipeline| pipeline.stages.last());
    let stage = stage.filter(|_| starts == Starts::StageEntered).map(|stage| stage.id);
    let target = match starts {
        Starts::LeadEntered | Starts::ClientMessage => Span::Seconds(30 * 60),
        Starts::OurMessage => Span::Days(1),
        Starts::StageEntered => Span::Days(2),
        Starts::Activity => Span::Days(3),
        Starts::Created => Span::Days(20),
    };
    Target {
        name: format!("{}", count + 1),
        starts,
        stops: Vec::new(),
        pauses: Vec::new(),
        target,
        warning_percent: 20,
        restarts_on_assignment: false,
        calendar: None,
        pipelines: Vec::new(),
        stages: stage.into_iter().collect(),
    }
}

fn week(day: &mut Vec<Window>, act: &[&str], value: &str) -> Option<()> {
    match act {
        ["open"] => {
            *day =
                if is_on(value) { Window::parse("09:00", "18:00").into_iter().collect() } else { Vec::new() };
            Some(())
        }
        ["add"] => push(day, Window::parse("14:00", "18:00")?),
        [at, "remove"] => remove(day, at),
        [at, end] => {
            let window = day.get_mut(place(at)?)?;
            let [from, to] = clocks(*window);
            *window = if *end == "from" { Window::parse(value, &to)? } else { Window::parse(&from, value)? };
            Some(())
        }
        _ => None,
    }
}

fn people(policy: &mut Policy, today: Day, act: &[&str], value: &str) -> Option<()> {
    match act {
        ["person", id, "role"] => person(policy, id)
            .map(|person| (person.head, person.service) = (value == "head", value == "service")),
        ["person", id, "group"] => person(policy, id).map(|person| person.group = number(value)),
        ["absence", id] => {
            push(&mut person(policy, id)?.absences, Absence { from: today, to: today.plus(13) })
        }
        ["absence", id, at, "remove"] => remove(&mut person(policy, id)?.absences, at),
        ["absence", id, at, end] => {
            let absence = person(policy, id)?.absences.get_mut(place(at)?)?;
            *(if *end == "from" { &mut absence.from } else { &mut absence.to }) = value.parse().ok()?;
            Some(())
        }
        ["pilot"] => {
            let (from, to) = (today.plus(1), today.plus(PILOT_DAYS));
            let (users, groups, pipelines) = (Vec::new(), Vec::new(), Vec::new());
            policy.pilot = is_on(value).then_some(Pilot { from, to, users, groups, pipelines });
            Some(())
        }
        ["pilot", "from"] => {
            policy.pilot.as_mut()?.from = value.parse().ok()?;
            Some(())
        }
        ["pilot", "to"] => {
            policy.pilot.as_mut()?.to = value.parse().ok()?;
            Some(())
        }
        ["pilot", kind, id] => {
            let pilot = policy.pilot.as_mut()?;
            let list = match *kind {
                "user" => &mut pilot.users,
                "group" => &mut pilot.groups,
                _ => &mut pilot.pipelines,
            };
            let id = number(id)?;
            list.retain(|known| *known != id);
            if is_on(value) { push(list, id) } else { Some(()) }
        }
        _ => None,
    }
}

fn person<'p>(policy: &'p mut Policy, id: &str) -> Option<&'p mut Person> {
    let id = number(id)?;
    policy.people.iter_mut().find(|person| person.id == id)
}

fn sources(policy: &mut Policy, act: &[&str], value: &str) -> Option<()> {
    match act {
        ["source", "field"] => policy.sources.field = number(value),
        ["source", "channel"] => policy.sources.channel = number(value),
        ["route"] => {
            let pipeline = policy.pipelines.first()?.id;
            return push(&mut policy.sources.routes, Route { source: number(value), pipeline });
        }
        ["route", at, "remove"] => return remove(&mut policy.sources.routes, at),
        ["route", at, "pipeline"] => policy.sources.routes.get_mut(place(at)?)?.pipeline = number(value)?,
        _ => return None,
    }
    Some(())
}

fn goals(policy: &mut Policy, act: &[&str], value: &str) -> Option<()> {
    let targets = &mut policy.acceptance.targets;
    match act {
        ["started"] => policy.acceptance.started = value.parse().ok(),
        ["criterion"] => {
            let metric = Metric::named(value)?;
            let good = match metric.unit() {
                Unit::Seconds => 15 * 60,
                _ if metric.less_is_better() => 10,
                _ => 80,
            };
            return push(targets, Criterion::good(metric, good));
        }
        ["criterion", at, "remove"] => return remove(targets, at),
        ["criterion", at, "value"] => {
            let known = targets.get(place(at)?)?;
            let scale = scale(known.metric);
            let limit = value.parse::<i64>().ok()?.checked_mul(scale)?;
            let (metric, rest) = (known.metric, known.clone());
            let Criterion { at_least, at_most, .. } = Criterion::good(metric, limit);
            *targets.get_mut(place(at)?)? = Criterion { at_least, at_most, ..rest };
        }
        _ => return None,
    }
    Some(())
}

/// What one unit of a metric's limit, as a person writes it, is in the policy: minutes, whole money, percent.
pub(super) const fn scale(metric: Metric) -> i64 {
    match metric.unit() {
        Unit::Seconds => 60,
        Unit::Hundredths => 100,
        Unit::Percent => 1,
    }
}

/// A field by its name in the page.
fn field_of(key: &str) -> Option<Field> {
    let of = |text: &str| number(text);
    Some(match key.split_once('-') {
        Some(("custom", id)) => Field::Custom(of(id)?),
        Some(("future_date", id)) => Field::FutureDate(of(id)?),
        Some(_) => return None,
        None => *PLAIN.iter().find(|field| field.name() == key)?,
    })
}

/// A field's name in the page.
pub(super) fn key(field: Field) -> String {
    field.custom().map_or_else(|| field.name().to_owned(), |id| format!("{}-{id}", field.name()))
}

/// Fields that every deal has.
pub(super) const PLAIN: [Field; 7] = [
    Field::Amount,
    Field::Responsible,
    Field::NextStep,
    Field::Source,
    Field::Channel,
    Field::Utm,
    Field::Contact,
];

/// A span as a number and its unit.
pub(super) const fn parts(span: Span) -> (i64, &'static str) {
    match span {
        Span::Days(days) => (days as i64, "d"),
        Span::Seconds(s) if s > 0 && s % 3600 == 0 => (s / 3600, "h"),
        Span::Seconds(s) if s % 60 == 0 => (s / 60, "m"),
        Span::Seconds(s) => (s, "s"),
    }
}

fn span(before: Span, part: &str, value: &str) -> Option<Span> {
    let (n, unit) = parts(before);
    let (n, unit) = if part == "unit" { (n, value) } else { (value.trim().parse().ok()?, unit) };
    format!("{n}{unit}").parse().ok().filter(|_| n >= 0)
}

pub(super) fn clocks(window: Window) -> [String; 2] {
    let (from, to) = window.clock_s();
    [from, to].map(|s| format!("{:02}:{:02}", s / 3600, s / 60 % 60))
}

fn windows(weekly: &mut Weekly, day: usize) -> Option<&mut Vec<Window>> {
    let Weekly { mon, tue, wed, thu, fri, sat, sun } = weekly;
    [mon, tue, wed, thu, fri, sat, sun].into_iter().nth(day)
}

/// What starts a clock, by its name in the page.
pub(super) const STARTS: [(&str, Starts); 6] = [
    ("client_message", Starts::ClientMessage),
    ("our_message", Starts::OurMessage),
    ("activity", Starts::Activity),
    ("stage_entered", Starts::StageEntered),
    ("created", Starts::Created),
    ("lead_entered", Starts::LeadEntered),
];

fn starts(name: &str) -> Option<Starts> {
    STARTS.iter().find(|(known, _)| *known == name).map(|(_, starts)| *starts)
}

fn push<T>(list: &mut Vec<T>, item: T) -> Option<()> {
    (list.len() < ENTRIES_MAX).then(|| list.push(item))
}

fn remove<T>(list: &mut Vec<T>, at: &str) -> Option<()> {
    let at = place(at).filter(|at| *at < list.len())?;
    list.remove(at);
    Some(())
}

fn place(text: &str) -> Option<usize> {
    text.parse().ok()
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn is_on(value: &str) -> bool {
    !value.is_empty()
}
