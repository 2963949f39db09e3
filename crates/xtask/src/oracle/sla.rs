//! SLA timelines: what happened to a deal, and how its clocks must stand at some moments.

use super::Tally;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use takeroot_core::calendar::Calendar;
use takeroot_core::policy::{Policy, PolicyError, Rules, Span, Starts, Stops, Target};
use takeroot_core::sla::{Clocks, Signal, Timer, TimerState, Where};
use takeroot_core::time::{Day, Moment};

/// The clocks of these files, and one that measures the deal's life.
const FIRST: &str = "first_response";
const NEXT: &str = "next_response";
const RESOLUTION: &str = "resolution";
const LIFE: &str = "life";
const TARGETS: [&str; 3] = [FIRST, NEXT, RESOLUTION];

/// No clock comes there, and sums with it are numbers still.
const BOUNDLESS_S: i64 = i64::MAX / 8;

/// Why a timeline does not pass.
enum Why {
    /// It asks for something that is not known here.
    Unknown,
    Wrong(String),
}

impl From<&str> for Why {
    fn from(text: &str) -> Self {
        Self::Wrong(text.to_owned())
    }
}

pub(super) fn sla_timelines(doc: &Value) -> Tally {
    let mut tally = Tally::default();
    for case in doc["timelines"].as_array().into_iter().flatten() {
        let id = case["id"].as_str().unwrap_or("(a timeline without an id)");
        match judge(doc, case) {
            Ok(()) => tally.judge(id, Ok(())),
            Err(Why::Wrong(text)) => tally.judge(id, Err(text)),
            Err(Why::Unknown) => tally.skipped += 1,
        }
    }
    tally
}

fn judge(doc: &Value, case: &Value) -> Result<(), Why> {
    let timeline = Timeline::of(doc, case)?;
    let mut unknown = false;
    for check in case["checks"].as_array().ok_or("no checks")? {
        let at = moment(&check["at"])?;
        let standing = Standing::of(&timeline, at);
        for (name, expected) in check.as_object().ok_or("a check is no object")? {
            if name == "at" {
                continue;
            }
            // Where products differ, what our convention gives stands beside what theirs does.
            let ours = [check, case].into_iter().find_map(|place| place["inclusive_alternative"].get(name));
            match standing.agrees(name, ours.unwrap_or(expected)) {
                Ok(None) => {}
                Ok(Some(got)) => {
                    let expected = ours.unwrap_or(expected);
                    return Err(Why::Wrong(format!("at {at}: {name}: expected {expected}, got {got}")));
                }
                Err(Why::Unknown) => unknown = true,
                Err(wrong) => return Err(wrong),
            }
        }
    }
    if unknown { Err(Why::Unknown) } else { Ok(()) }
}

/// What happens, and by which rules.
struct Timeline {
    rules: Rules,
    targets_s: BTreeMap<&'static str, i64>,
    events: Vec<(Moment, Happening)>,
}

#[derive(Clone, Copy)]
enum Happening {
    Told(Signal),
    /// Business seconds on hold until then, in all.
    HoldTotal(i64),
}

impl Timeline {
    fn of(doc: &Value, case: &Value) -> Result<Self, Why> {
        let calendar = match &case["calendar"] {
            Value::String(name) => doc["calendars"].get(name).ok_or("the calendar is not in the file")?,
            calendar => calendar,
        };
        let calendar: Calendar = serde_json::from_value(calendar.clone())
            .map_err(|error| Why::Wrong(format!("the calendar cannot be read: {error}")))?;
        let targets_s: BTreeMap<&str, i64> = TARGETS
            .into_iter()
            .filter_map(|name| Some((name, case["targets_s"].get(name)?.as_i64()?)))
            .collect();
        let mut events = Vec::new();
        for event in case["events"].as_array().ok_or("no events")? {
            let at = moment(&event["t"])?;
            events.extend(happenings(event)?.into_iter().map(|happening| (at, happening)));
        }
        events.sort_by_key(|(at, _)| *at);
        let policy = policy(calendar, &targets_s);
        let moments = moments(case);
        let (Some(first), Some(last)) = (moments.iter().min(), moments.iter().max()) else {
            return Err("no moments".into());
        };
        let rules = Rules::compile(vec![(Day(0), policy)], *first, *last).map_err(|error| refused(&error))?;
        Ok(Self { rules, targets_s, events })
    }
}

/// A calendar that is refused, because it never opens or its zone is not known, is a feature that is not there.
fn refused(error: &PolicyError) -> Why {
    match error {
        PolicyError::Calendar { .. } | PolicyError::Zone { .. } => Why::Unknown,
        error => Why::Wrong(error.to_string()),
    }
}

fn policy(calendar: Calendar, targets_s: &BTreeMap<&str, i64>) -> Policy {
    let target = |name: &str, starts, stops: &[Stops]| Target {
        name: name.to_owned(),
        starts,
        stops: stops.to_vec(),
        pauses: Vec::new(),
        target: Span::Seconds(targets_s.get(name).copied().unwrap_or(BOUNDLESS_S)),
        warning_percent: 0,
        restarts_on_assignment: false,
        calendar: None,
        pipelines: Vec::new(),
        stages: Vec::new(),
    };
    Policy {
        calendar,
        targets: vec![
            // A response that is recorded without a message stops this clock only.
            target(FIRST, Starts::LeadEntered, &[Stops::Answer, Stops::TaskDone]),
            target(NEXT, Starts::ClientMessage, &[Stops::Answer]),
            target(RESOLUTION, Starts::Created, &[]),
            target(LIFE, Starts::Created, &[]),
        ],
        ..Policy::default()
    }
}

fn happenings(event: &Value) -> Result<Vec<Happening>, Why> {
    let paused = |or: Option<Signal>| match &event["paused"] {
        Value::Bool(true) => Ok(Some(Signal::Paused)),
        Value::Bool(false) => Ok(Some(Signal::Resumed)),
        Value::Null => Ok(or),
        _ => Err(Why::Unknown),
    };
    let signals = match event["type"].as_str().ok_or("an event without a type")? {
        "created" => vec![Some(Signal::Created), Some(Signal::Entered), paused(None)?],
        "customer_message" => vec![Some(Signal::ClientSpoke)],
        "agent_reply" => vec![Some(Signal::HumanSpoke)],
        "first_response_recorded" => vec![Some(Signal::TaskDone)],
        "status" => vec![Some(paused(None)?.ok_or(Why::Unknown)?)],
        "closed" | "archived" => vec![Some(Signal::Closed)],
        "reopened" => vec![Some(Signal::Reopened), paused(None)?],
        "hold_total" => {
            let seconds = event["seconds"].as_i64().ok_or(Why::Unknown)?;
            return Ok(vec![Happening::HoldTotal(seconds)]);
        }
        _ => return Err(Why::Unknown),
    };
    Ok(signals.into_iter().flatten().map(Happening::Told).collect())
}

/// All moments that a timeline names.
fn moments(case: &Value) -> Vec<Moment> {
    match case {
        Value::String(text) => text.parse().into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(moments).collect(),
        // The dates of a calendar are no moments, and need not be near.
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| *name != "calendar")
            .flat_map(|(_, value)| moments(value))
            .collect(),
        _ => Vec::new(),
    }
}

fn moment(value: &Value) -> Result<Moment, Why> {
    let text = value.as_str().ok_or("a moment is no text")?;
    text.parse().map_err(|error| Why::Wrong(format!("{error}")))
}

/// The clocks at a moment.
struct Standing<'t> {
    timeline: &'t Timeline,
    at: Moment,
    clocks: Clocks<'t>,
    /// Business seconds of the longest answer to a client.
    longest_s: Option<i64>,
}

impl<'t> Standing<'t> {
    fn of(timeline: &'t Timeline, at: Moment) -> Self {
        let mut standing = Self { timeline, at, clocks: Clocks::new(&timeline.rules), longest_s: None };
        let mut held_s = 0;
        for (at, happening) in timeline.events.iter().filter(|(happened, _)| *happened <= at) {
            match happening {
                Happening::Told(signal) => drop(standing.clocks.take(*at, *signal, Where::default())),
                Happening::HoldTotal(seconds) => {
                    standing.clocks.hold(seconds - held_s);
                    held_s = *seconds;
                }
            }
            let answer = standing.timer(NEXT).filter(|timer| timer.answered.is_some());
            standing.longest_s = standing.longest_s.max(answer.map(|timer| timer.elapsed_s));
        }
        standing
    }

    fn timer(&self, name: &str) -> Option<Timer> {
        let mut timers = self.clocks.timers(self.at, None);
        timers.find(|reading| reading.run.name() == Some(name)).map(|reading| reading.timer)
    }

    /// What came where it is not what was expected.
    fn agrees(&self, name: &str, expected: &Value) -> Result<Option<Value>, Why> {
        let differs = |got: Value| (got != *expected).then_some(got);
        match name {
            "next_escalation" => {
                return Ok(self.differs(TARGETS.iter().filter_map(|name| self.due(name)).min(), expected));
            }
            "status" => return Ok(differs(json!(self.status()))),
            "paused_business_min" => return Ok(in_minutes(self.paused_s(), expected)),
            "counted_min_between" => return self.counted(expected),
            _ => {}
        }
        let about = |what: &str| TARGETS.into_iter().find(|target| name.strip_prefix(target) == Some(what));
        if let Some(target) = about("_due") {
            return Ok(self.differs(self.due(target), expected));
        }
        let minutes = ["_elapsed_min", "_diff_min", "_late_min"];
        let asked = minutes.into_iter().find_map(|what| Some((about(what)?, what)));
        let (target, what) = asked.ok_or(Why::Unknown)?;
        let target_s = self.timeline.targets_s.get(target).copied();
        // Nothing is expected of a clock that was never answered, or that is none.
        let elapsed_s = if !expected.is_null() {
            self.elapsed_s(target)
        } else if target_s.is_some() {
            self.answered_s(target)
        } else {
            None
        };
        let got_s = match what {
            "_elapsed_min" => elapsed_s,
            "_diff_min" => target_s.zip(elapsed_s).map(|(target_s, s)| target_s - whole_minutes(s, expected)),
            _ => target_s.zip(elapsed_s).map(|(target_s, s)| (s - target_s).max(0)),
        };
        Ok(in_minutes(got_s, expected))
    }

    fn differs(&self, got: Option<Moment>, expected: &Value) -> Option<Value> {
        let expected = expected.as_str().and_then(|text| text.parse::<Moment>().ok());
        (got != expected).then(|| json!(got.map(|at| at.to_string())))
    }

    /// The deadline of a clock that runs.
    fn due(&self, name: &str) -> Option<Moment> {
        self.timer(name).filter(|timer| timer.runs() && self.timeline.targets_s.contains_key(name))?.due
    }

    /// Business seconds to the answer; of several, the longest.
    fn answered_s(&self, name: &str) -> Option<i64> {
        let answered =
            || self.timer(name).filter(|timer| timer.answered.is_some()).map(|timer| timer.elapsed_s);
        if name == NEXT { self.longest_s } else { answered() }
    }

    fn elapsed_s(&self, name: &str) -> Option<i64> {
        let running = || self.timer(name).map(|timer| timer.elapsed_s);
        self.answered_s(name).or_else(running).map(|seconds| seconds.max(0))
    }

    fn status(&self) -> Option<&'static str> {
        let life = self.timer(LIFE)?;
        let is_late = |name: &&str| {
            let target_s = self.timeline.targets_s.get(*name);
            let took_s = self.longest_s.filter(|_| *name == NEXT);
            let took_s = took_s.max(self.timer(name).map(|timer| timer.elapsed_s));
            target_s.zip(took_s).is_some_and(|(target_s, took_s)| took_s > *target_s)
        };
        let status = match life.state {
            _ if TARGETS.iter().any(is_late) => "breached",
            TimerState::Paused => "paused",
            _ if self.due(FIRST).is_some() => "first_response_due",
            _ if self.due(RESOLUTION).is_some() => "resolution_due",
            _ => "met",
        };
        Some(status)
    }

    /// Business seconds of the deal's life that did not count; of a closed deal, until its closing.
    fn paused_s(&self) -> Option<i64> {
        let life = self.timer(LIFE)?;
        let until = life.answered.unwrap_or(self.at);
        let all_s = self.timeline.rules.at(until).timetable.between(life.started, until).ok()?;
        Some(all_s - life.elapsed_s)
    }

    fn counted(&self, expected: &Value) -> Result<Option<Value>, Why> {
        let until = |index: usize| -> Result<i64, Why> {
            let standing = Standing::of(self.timeline, moment(&expected[index])?);
            Ok(standing.timer(LIFE).map_or(0, |timer| timer.elapsed_s))
        };
        Ok(in_minutes(Some(until(1)? - until(0)?), &expected[2]))
    }
}

/// Seconds as they count in a difference of minutes: whole minutes where whole minutes are expected.
fn whole_minutes(seconds: i64, expected: &Value) -> i64 {
    if expected.is_i64() { seconds / 60 * 60 } else { seconds }
}

fn in_minutes(seconds: Option<i64>, expected: &Value) -> Option<Value> {
    let minutes = seconds.map(|seconds| seconds as f64 / 60.0);
    let agrees = match (minutes, expected.as_f64()) {
        (Some(got), Some(_)) if expected.is_i64() => Some(got.trunc()) == expected.as_f64(),
        (Some(got), Some(expected)) => (got - expected).abs() < 1.0 / 60.0,
        (None, None) => expected.is_null(),
        _ => false,
    };
    (!agrees).then(|| json!(minutes))
}
