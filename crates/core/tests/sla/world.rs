//! One deal before its clocks: a story in, a transcript out.

#![allow(dead_code, reason = "each file of tests tells its own part")]

use std::fmt::Write;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Policy, Rules, Span, Stops};
use takeroot_core::sla::{Clocks, End, Event, Reading, Signal, Turn, Where};
use takeroot_core::time::{Day, Moment};

/// Anna is responsible unless the story says otherwise; Boris works from 12:00 to 21:00.
const POLICY: &str = r#"{
  "calendar": {"tz": "Europe/Moscow", "holidays": ["2026-03-09"], "weekly": {
    "mon": [["09:00","18:00"]], "tue": [["09:00","18:00"]], "wed": [["09:00","18:00"]],
    "thu": [["09:00","18:00"]], "fri": [["09:00","18:00"]]}},
  "calendars": {
    "late": {"tz": "Europe/Moscow", "weekly": {"mon": [["12:00","21:00"]], "tue": [["12:00","21:00"]]}},
    "night": {"tz": "Europe/Moscow", "weekly": {"mon": [["22:00","06:00"]], "tue": [["22:00","06:00"]]}},
    "lunch": {"tz": "Europe/Moscow", "weekly": {"mon": [["09:00","13:00"], ["14:00","18:00"]]}},
    "once": {"tz": "Europe/Moscow", "dates": {"2026-03-02": [["09:00","10:00"]]}},
    "berlin": {"tz": "Europe/Berlin", "weekly": {"sun": [["00:00","06:00"]], "mon": [["09:00","18:00"]]}}},
  "pipelines": [{"id": 5, "stages": [{"id": 51}, {"id": 52}]}, {"id": 6, "stages": [{"id": 61}], "calendar": "lunch"}],
  "people": [{"id": 11}, {"id": 12, "calendar": "late"}]}"#;

/// The policies of a story, each from a day of March 2026 on.
pub(crate) struct World(Vec<(u32, Policy)>);

impl World {
    pub(crate) fn new(targets: &[&str]) -> Self {
        Self(vec![(1, policy(targets))])
    }

    /// Another version, from that day on.
    pub(crate) fn then(mut self, day: u32, targets: &[&str], first_response: &str) -> Self {
        let mut policy = policy(targets);
        policy.first_response.target = first_response.parse().unwrap();
        self.0.push((day, policy));
        self
    }

    pub(crate) fn rules(&self) -> Rules {
        let day = |number: u32| Day::of(2026, 3, number).unwrap();
        let versions = self.0.iter().map(|(from, policy)| (day(*from), policy.clone()));
        Rules::compile(versions.collect(), moment("01 00:00"), moment("01 00:00")).unwrap()
    }

    /// Plays a story and holds its transcript against what is expected. A story's steps are parted by `;`:
    ///
    /// `02 10:00 client` is a signal, with `stage=52`, `pipeline=6`, `by=12` where the deal is from then on;
    /// `02 10:00 ?` reads the clocks; `02 10:00 ? read 02 09:00` reads them where the source has been read so
    /// far; `02 10:00 pass` lets time pass; `02 10:00 changes` tells when clocks will change by themselves.
    pub(crate) fn check(&self, story: &str, expected: &str) {
        let rules = self.rules();
        let mut clocks = Clocks::new(&rules);
        let mut place = Where { pipeline: 5, stage: Some(Stage::Open(51)), responsible: 11 };
        let mut told = Vec::new();
        for step in story.split(';') {
            let words: Vec<&str> = step.split_whitespace().collect();
            let at = moment(&format!("{} {}", words[0], words[1]));
            for change in &words[3..] {
                match change.split_once('=') {
                    Some(("stage", "won")) => place.stage = Some(Stage::Won),
                    Some(("stage", id)) => place.stage = Some(Stage::Open(id.parse().unwrap())),
                    Some(("pipeline", id)) => place.pipeline = id.parse().unwrap(),
                    Some(("by", id)) => place.responsible = id.parse().unwrap(),
                    _ => {}
                }
            }
            match words[2] {
                "?" => {
                    let read = (words.len() > 4).then(|| moment(&words[4..].join(" ")));
                    told.extend(clocks.pass(at).iter().map(event));
                    told.extend(clocks.timers(at, read).map(|of| format!("{} ? {}", text(at), reading(&of))));
                }
                "changes" => {
                    let mut changes: Vec<String> = clocks.changes_after(at).map(text).collect();
                    changes.sort_unstable();
                    let changes = if changes.is_empty() { "never".to_owned() } else { changes.join(", ") };
                    told.push(format!("{} changes {changes}", text(at)));
                }
                "pass" => told.extend(clocks.pass(at).iter().map(event)),
                name => told.extend(clocks.take(at, signal(name), place).iter().map(event)),
            }
        }
        let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(told, expected, "got:\n{}\n", told.join("\n"));
    }
}

/// [`World::check`] for one version of the policy.
pub(crate) fn check(targets: &[&str], story: &str, expected: &str) {
    World::new(targets).check(story, expected);
}

fn policy(targets: &[&str]) -> Policy {
    let mut policy: Policy = serde_json::from_str(POLICY).unwrap();
    policy.targets = targets.iter().map(|target| serde_json::from_str(target).unwrap()).collect();
    policy
}

/// `02 10:00` or `02 10:00:00`, a day of March 2026 in Moscow.
pub(crate) fn moment(text: &str) -> Moment {
    let (day, clock) = text.split_once(' ').unwrap();
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let utc: Moment = format!("2026-03-{day}T{clock}{seconds}Z").parse().unwrap();
    utc.plus(-3 * 3600)
}

fn text(at: Moment) -> String {
    let local = at.plus(3 * 3600).to_string();
    let text = local.strip_prefix("2026-03-").unwrap().trim_end_matches('Z').replace('T', " ");
    text.strip_suffix(":00").filter(|short| short.len() == 8).map(str::to_owned).unwrap_or(text)
}

fn signal(name: &str) -> Signal {
    match name {
        "created" => Signal::Created,
        "entered" => Signal::Entered,
        "client" => Signal::ClientSpoke,
        "human" => Signal::HumanSpoke,
        "talk_closed" => Signal::TalkClosed,
        "moved" => Signal::Moved,
        "assigned" => Signal::Assigned,
        "task_done" => Signal::TaskDone,
        "paused" => Signal::Paused,
        "resumed" => Signal::Resumed,
        "closed" => Signal::Closed,
        "reopened" => Signal::Reopened,
        name => unreachable!("{name} is no signal"),
    }
}

fn event(event: &Event<'_>) -> String {
    let run = &event.run;
    let what = match event.turn {
        Turn::Exceeded => return format!("{} {} exceeded", text(event.at), run.name().unwrap_or("first")),
        Turn::Ended(End::Stopped(Stops::Answer)) => "answered",
        Turn::Ended(End::Stopped(Stops::TalkClosed)) => "ended with the talk",
        Turn::Ended(End::Stopped(Stops::ClientMessage)) => "heard the client",
        Turn::Ended(End::Stopped(Stops::StageLeft)) => "left the stage",
        Turn::Ended(End::Stopped(Stops::TaskDone)) => "saw the task done",
        Turn::Ended(End::Restarted) => "began anew",
        Turn::Ended(End::Assigned) => "went to another",
        Turn::Ended(End::Closed) => "closed",
    };
    let took = Span::Seconds(run.took_s().unwrap());
    format!("{} {} {what} after {took}", text(event.at), run.name().unwrap_or("first"))
}

fn reading(of: &Reading<'_>) -> String {
    let timer = &of.timer;
    let state = serde_json::to_value(timer.state).unwrap();
    let span = |seconds| Span::Seconds(seconds).to_string();
    let (name, state) = (of.run.name().unwrap_or("first"), state.as_str().unwrap());
    let mut line = format!("{name}: {state} {} of {}", span(timer.elapsed_s), span(timer.target_s));
    if let Some(due) = timer.due {
        write!(line, ", due {}", text(due)).unwrap();
    }
    if let Some(stopped) = timer.stopped {
        write!(line, ", stopped {}", text(stopped)).unwrap();
    }
    if timer.answered.is_some() {
        line.push_str(", answered");
    }
    line
}
