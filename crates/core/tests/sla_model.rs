//! The clocks against a naive model that counts every second, on random policies, calendars and stories.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "sla/naive.rs"]
mod naive;

use naive::{Naive, Second, Shown, Told};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;
use takeroot_core::calendar::Calendar;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{FirstResponse, Person, Policy, Rules, Span, Starts, Stops, Target};
use takeroot_core::sla::{Clocks, Event, Signal, Timer, Where};
use takeroot_core::time::{Day, Moment};

/// The story begins two minutes before the midnight at which the second version begins to hold.
const BEGIN: i64 = 10 * 86_400 - HALF_S;
const HALF_S: i64 = 120;
const LENGTH_S: Second = 2 * HALF_S;

/// Open seconds of the story, as windows of a few seconds.
type Hours = Vec<(Second, Second)>;

#[derive(Clone, Debug)]
struct Story {
    /// The account's hours, and those of the second person.
    hours: [Hours; 2],
    versions: [Policy; 2],
    signals: Vec<(Second, Signal, Where)>,
    read_until: Option<Second>,
}

impl Story {
    fn rules(&self) -> Rules {
        let [first, second] = self.versions.clone().map(|policy| Policy {
            calendar: calendar(&self.hours[0]),
            calendars: [("other".to_owned(), calendar(&self.hours[1]))].into(),
            people: vec![Person { id: 12, calendar: Some("other".to_owned()), ..Person::default() }],
            ..policy
        });
        let begin = Moment(BEGIN);
        Rules::compile(vec![(Day(0), first), (Day(10), second)], begin, begin).unwrap()
    }

    fn version(&self, now: Second) -> &Policy {
        &self.versions[usize::from(now >= HALF_S)]
    }

    fn open(&self, target: Option<&Target>, place: Where) -> BTreeSet<Second> {
        let is_other = place.responsible == 12 || target.is_some_and(|t| t.calendar.is_some());
        self.hours[usize::from(is_other)].iter().flat_map(|(from, to)| *from..*to).collect()
    }
}

/// A calendar that is open on the story's two dates only.
fn calendar(hours: &Hours) -> Calendar {
    let window = |from: Second, to: Second| {
        let text = |second: Second| match (second + 86_400 - HALF_S).rem_euclid(86_400) {
            0 if second == to => "24:00".to_owned(),
            s => format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60),
        };
        [text(from), text(to)]
    };
    let cut = |from: Second, to: Second| -> Vec<[String; 2]> {
        let parts = hours.iter().map(|(a, b)| ((*a).max(from), (*b).min(to))).filter(|(a, b)| a < b);
        parts.map(|(a, b)| window(a, b)).collect()
    };
    let dates = serde_json::json!({
        Day(9).to_string(): cut(0, HALF_S),
        Day(10).to_string(): cut(HALF_S, LENGTH_S),
    });
    serde_json::from_value(serde_json::json!({"tz": "Etc/UTC", "dates": dates})).unwrap()
}

fn hours(grid_s: Second) -> impl Strategy<Value = Hours> {
    let window = (0..LENGTH_S / grid_s - 1, 1..50 / grid_s);
    vec(window, 1..5).prop_map(move |windows| {
        let window =
            |(from, length): (Second, Second)| (from * grid_s, ((from + length) * grid_s).min(LENGTH_S));
        windows.into_iter().map(window).collect()
    })
}

fn target(grid_s: Second) -> impl Strategy<Value = Target> {
    let starts = prop::sample::select(vec![
        Starts::LeadEntered,
        Starts::ClientMessage,
        Starts::OurMessage,
        Starts::StageEntered,
        Starts::Activity,
        Starts::Created,
    ]);
    let all = vec![Stops::Answer, Stops::TalkClosed, Stops::ClientMessage, Stops::StageLeft, Stops::TaskDone];
    let stops = prop_oneof![2 => Just(vec![]), 1 => prop::sample::subsequence(all, 1..3)];
    let few = |ids: [u64; 2]| prop_oneof![2 => Just(vec![]), 1 => prop::sample::subsequence(ids.to_vec(), 1)];
    let spans = ((1..60 / grid_s).prop_map(move |n| n * grid_s), 0..130_u32);
    let flags = (any::<bool>(), prop::option::weighted(0.2, Just("other".to_owned())));
    let name = prop::sample::select(vec!["a", "b", "c"]);
    (name, starts, stops, few([51, 52]), few([5, 6]), few([51, 52]), spans, flags).prop_map(
        |(name, starts, stops, pauses, pipelines, stages, (seconds, warning_percent), flags)| Target {
            name: name.to_owned(),
            starts,
            stops,
            pauses,
            target: Span::Seconds(seconds),
            warning_percent,
            restarts_on_assignment: flags.0,
            calendar: flags.1,
            pipelines,
            stages,
        },
    )
}

fn version(grid_s: Second) -> impl Strategy<Value = Policy> {
    (vec(target(grid_s), 0..4), 1..60_i64, 0..100_u32).prop_map(|(mut targets, seconds, warning_percent)| {
        let mut names = BTreeSet::new();
        targets.retain(|target| names.insert(target.name.clone()));
        let first_response = FirstResponse { target: Span::Seconds(seconds), warning_percent };
        Policy { targets, first_response, ..Policy::default() }
    })
}

fn signals(grid_s: Second) -> impl Strategy<Value = Vec<(Second, Signal, Where)>> {
    let signal = prop_oneof![
        1 => Just(Signal::Created),
        2 => Just(Signal::Entered),
        4 => Just(Signal::ClientSpoke),
        4 => Just(Signal::HumanSpoke),
        1 => Just(Signal::TalkClosed),
        3 => Just(Signal::Moved),
        2 => Just(Signal::Assigned),
        1 => Just(Signal::TaskDone),
        2 => Just(Signal::Paused),
        2 => Just(Signal::Resumed),
        1 => Just(Signal::Closed),
        1 => Just(Signal::Reopened),
    ];
    let stage = prop_oneof![
        1 => Just(None),
        3 => Just(Some(Stage::Open(51))),
        3 => Just(Some(Stage::Open(52))),
        1 => Just(Some(Stage::Lost)),
    ];
    let at = (0..LENGTH_S / grid_s).prop_map(move |n| n * grid_s);
    vec((at, signal, stage, 5..7_u64, 11..13_u64), 0..30).prop_map(|mut steps| {
        steps.sort_by_key(|step| step.0);
        let mut place = Where { pipeline: 5, stage: Some(Stage::Open(51)), responsible: 11 };
        let place_after = |signal, stage, pipeline, responsible| {
            match signal {
                Signal::Moved => (place.stage, place.pipeline) = (stage, pipeline),
                Signal::Assigned => place.responsible = responsible,
                _ => {}
            }
            place
        };
        let mut place_after = place_after;
        steps.into_iter().map(|(at, s, stage, p, r)| (at, s, place_after(s, stage, p, r))).collect()
    })
}

/// Some stories go by whole ten seconds, so that much happens at the very same moments.
fn story() -> impl Strategy<Value = Story> {
    prop::sample::select(vec![1, 10]).prop_flat_map(|grid| {
        let read = prop::option::of(0..LENGTH_S);
        ([hours(grid), hours(grid)], [version(grid), version(grid)], signals(grid), read)
            .prop_map(|(hours, versions, signals, read_until)| Story { hours, versions, signals, read_until })
    })
}

fn second(at: Moment) -> Second {
    at.0 - BEGIN
}

fn moment(at: Second) -> Moment {
    Moment(BEGIN + at)
}

fn told(event: &Event<'_>) -> Told {
    let took = event.run.took_s().unwrap_or(event.run.target_s() + 1);
    (second(event.at), event.run.name().unwrap_or("").to_owned(), event.turn, took)
}

fn shown(timer: &Timer) -> Shown {
    let at = |moment: Option<Moment>| moment.map(second);
    (timer.state, at(timer.due), timer.elapsed_s, at(timer.stopped), at(timer.answered))
}

/// Every name of both versions, in the order in which they come up.
fn names(story: &Story, from: Second) -> Vec<String> {
    let mut names = vec![String::new()];
    let versions = if from < HALF_S { &story.versions[..] } else { &story.versions[1..] };
    for target in versions.iter().flat_map(|version| &version.targets) {
        if !names.contains(&target.name) {
            names.push(target.name.clone());
        }
    }
    names
}

fn rule<'s>(story: &'s Story, now: Second, name: &str, first: &'s Target) -> Option<(&'s Target, i64)> {
    let version = story.version(now);
    let target = if name.is_empty() { Some(first) } else { version.targets.iter().find(|t| t.name == name) };
    let span = if name.is_empty() { version.first_response.target } else { target?.target };
    Some((target?, span.seconds(0)))
}

/// The first response as a target like others.
fn first_response(version: &Policy) -> Target {
    let warning_percent = version.first_response.warning_percent;
    let target = r#"{"name": "", "starts": "lead_entered", "target": 1}"#;
    Target { warning_percent, ..serde_json::from_str(target).unwrap() }
}

fn agree(story: &Story) -> Result<(), TestCaseError> {
    let rules = story.rules();
    let mut clocks = Clocks::new(&rules);
    let from = story.signals.first().map_or(0, |(at, _, _)| *at);
    let mut naive: Vec<Naive> = names(story, from).iter().map(|name| Naive::new(name)).collect();
    let firsts = story.versions.each_ref().map(first_response);
    let (mut expected, mut got) = (Vec::new(), Vec::new());
    let mut signals = story.signals.iter().peekable();
    for now in 0..=LENGTH_S {
        naive.iter_mut().for_each(|clock| clock.begin(now, &mut expected));
        while let Some((_, signal, place)) = signals.next_if(|(at, _, _)| *at == now) {
            let first = &firsts[usize::from(now >= HALF_S)];
            for (clock, name) in naive.iter_mut().zip(names(story, from)) {
                let target = rule(story, now, &name, first);
                let open = |place| story.open(target.map(|(target, _)| target), place);
                clock.take(now, *signal, *place, target, open, &mut expected);
            }
            got.extend(clocks.take(moment(now), *signal, *place).iter().map(told));
        }
        let read = clocks.timers(moment(now), story.read_until.map(moment));
        let read: Vec<Shown> = read.map(|reading| shown(&reading.timer)).collect();
        let count: Vec<Shown> = naive.iter().filter_map(|clock| clock.shown(now, story.read_until)).collect();
        prop_assert_eq!(read, count, "at {}", now);
        if now % 24 == 0 {
            let change = clocks.changes_after(moment(now)).map(second).min();
            prop_assert_eq!(change, next_change(&naive, now), "after {}", now);
        }
        naive.iter_mut().for_each(|clock| clock.pass(now));
    }
    got.extend(clocks.pass(moment(LENGTH_S)).iter().map(told));
    prop_assert_eq!(got, expected);
    Ok(())
}

/// The next second at which a clock looks different if nothing happens.
fn next_change(clocks: &[Naive], now: Second) -> Option<Second> {
    let states = |clocks: &[Naive], now| -> Vec<_> {
        clocks.iter().map(|clock| clock.shown(now, None).map(|shown| shown.0)).collect()
    };
    let was = states(clocks, now);
    let mut clocks = clocks.to_vec();
    (now + 1..=LENGTH_S).find(|later| {
        clocks.iter_mut().for_each(|clock| clock.pass(later - 1));
        states(&clocks, *later) != was
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_clocks_tell_and_show_what_counting_every_second_does(story in story()) {
        agree(&story)?;
    }

    #[test]
    fn a_timer_that_ticks_shows_what_a_reading_shows(story in story(), from in 0..LENGTH_S, ahead in 0..LENGTH_S) {
        let rules = story.rules();
        let mut clocks = Clocks::new(&rules);
        for (at, signal, place) in story.signals.iter().filter(|(at, _, _)| *at <= from) {
            clocks.take(moment(*at), *signal, *place);
        }
        let (from, now) = (moment(from), moment((from + ahead).min(LENGTH_S)));
        // What is read no further than now: a breach is not declared before.
        for read_until in [None, Some(from)] {
            for (early, late) in clocks.timers(from, read_until).zip(clocks.timers(now, read_until)) {
                let target = late.run.name().and_then(|name| {
                    rules.versions().flat_map(|version| &version.policy.targets).find(|t| t.name == name)
                });
                let is_same = rules.versions().all(|version| {
                    let own = version.policy.targets.iter().find(|t| Some(t.name.as_str()) == late.run.name());
                    own.map(|t| &t.calendar) == target.map(|t| &t.calendar)
                });
                if is_same {
                    let place = late.run.place();
                    let calendar = target.and_then(|target| target.calendar.as_deref());
                    let hours = rules.at(from).hours(calendar, place.responsible, place.pipeline);
                    prop_assert_eq!(early.timer.later(hours, from, now), late.timer);
                }
            }
        }
    }
}
