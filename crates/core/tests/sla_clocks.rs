//! The clocks of a deal, asked one by one: what is exceeded when, what a reading says, what crosses the wire.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "sla/world.rs"]
mod world;

use takeroot_core::fact::Stage;
use takeroot_core::sla::{Clocks, NamedTimer, Signal, Timer, TimerState, Where};
use world::{World, moment};

const REPLY: &str = r#"{"name": "reply", "starts": "client_message", "target": "2h"}"#;
const DONE: &str = r#"{"name": "done", "starts": "created", "target": "4h"}"#;

const HERE: Where = Where { pipeline: 5, stage: Some(Stage::Open(51)), responsible: 11 };

#[test]
fn a_reading_up_to_the_deadline_itself_leaves_the_breach_open() {
    // The target is exceeded a second later; nothing was told in between.
    let world = World::new(&[]);
    let rules = world.rules();
    let mut clocks = Clocks::new(&rules);
    clocks.take(moment("02 10:00"), Signal::Entered, HERE);
    let state = |read| clocks.timers(moment("02 11:00"), Some(moment(read))).next().unwrap().timer.state;
    assert_eq!(state("02 10:15"), TimerState::Checking);
    assert_eq!(state("02 10:15:01"), TimerState::Breached);
}

#[test]
fn a_deal_is_overdue_while_a_clock_of_it_runs_beyond_its_target_in_business_time() {
    let world = World::new(&[REPLY]);
    let rules = world.rules();
    let beyond = |signals: &[(&str, Signal)], now, read: Option<&str>| {
        let mut clocks = Clocks::new(&rules);
        for (at, signal) in signals {
            clocks.take(moment(at), *signal, HERE);
        }
        clocks.is_beyond(moment(now), read.map(moment))
    };
    let asked = ("02 17:00", Signal::ClientSpoke);
    assert!(!beyond(&[asked], "02 21:00", None), "of two hours one is left for the next morning");
    assert!(!beyond(&[asked], "03 10:00", None), "filled, and not exceeded");
    assert!(beyond(&[asked], "03 10:00:01", None));
    assert!(!beyond(&[asked], "03 11:00", Some("03 10:00")), "an answer may still be read");
    assert!(beyond(&[asked], "03 11:00", Some("03 10:00:01")));
    assert!(!beyond(&[asked, ("03 12:00", Signal::HumanSpoke)], "03 13:00", None), "answered, be it late");
    assert!(!beyond(&[asked, ("03 12:00", Signal::Closed)], "03 13:00", None));
    let reopened = [asked, ("03 12:00", Signal::Closed), ("03 13:00", Signal::Reopened)];
    assert!(beyond(&reopened, "03 13:00", None));
    assert!(!beyond(&[asked, ("03 12:00", Signal::Paused)], "03 13:00", None), "it stands");
    assert!(!beyond(&[("02 10:00", Signal::Entered)], "03 13:00", None), "a first response is told apart");
}

#[test]
fn what_began_before_the_account_was_observed_has_no_clock() {
    let rules = World::new(&[DONE]).rules();
    let mut clocks = Clocks::new(&rules);
    let before = rules.observed_from().plus(-1);
    clocks.take(before, Signal::Created, Where::default());
    clocks.take(before, Signal::Entered, Where::default());
    assert_eq!(clocks.timers(moment("02 12:00"), None).count(), 0);
}

#[test]
fn outside_the_compiled_calendar_there_is_no_figure() {
    let rules = World::new(&[]).rules();
    let mut clocks = Clocks::new(&rules);
    clocks.take(moment("02 10:00"), Signal::Entered, Where::default());
    let far = moment("02 10:00").plus(1000 * 86_400);
    assert_eq!(clocks.timers(far, None).count(), 0);
    clocks.take(far, Signal::Paused, Where::default());
    clocks.take(far, Signal::Resumed, Where::default());
    assert_eq!(clocks.timers(far, None).count(), 0);
}

#[test]
fn a_hold_that_is_only_known_as_a_sum_is_taken_off() {
    let rules = World::new(&[DONE]).rules();
    let mut clocks = Clocks::new(&rules);
    clocks.take(moment("02 10:00"), Signal::Created, Where::default());
    clocks.hold(3600);
    let timer = |clocks: &Clocks<'_>, now| clocks.timers(moment(now), None).next().unwrap().timer;
    assert_eq!(timer(&clocks, "02 12:00").elapsed_s, 3600);
    assert_eq!(timer(&clocks, "02 12:00").due, Some(moment("02 15:00")));
    assert_eq!(clocks.pass(moment("02 16:00")).len(), 1);
    // Told after the target was exceeded: it was not.
    clocks.hold(7200);
    assert_eq!(timer(&clocks, "02 16:00").due, Some(moment("02 17:00")));
    assert_eq!(timer(&clocks, "02 16:00").state, TimerState::Running);
    assert_eq!(clocks.pass(moment("02 17:00:01")).len(), 1);
}

#[test]
fn a_hold_that_leaves_the_target_exactly_takes_the_breach_back() {
    let rules = World::new(&[DONE]).rules();
    let mut clocks = Clocks::new(&rules);
    clocks.take(moment("02 10:00"), Signal::Created, Where::default());
    assert_eq!(clocks.take(moment("02 15:00"), Signal::Paused, Where::default()).len(), 1);
    clocks.hold(3600);
    clocks.take(moment("02 15:30"), Signal::Resumed, Where::default());
    assert_eq!(clocks.exceeds_next(), Some(moment("02 15:30:01")));
    assert_eq!(clocks.timers(moment("02 15:30"), None).next().unwrap().timer.due, Some(moment("02 15:30")));
    assert_eq!(clocks.pass(moment("02 15:30")).len(), 0);
    assert_eq!(clocks.pass(moment("02 15:30:01")).len(), 1);
}

#[test]
fn what_stands_or_has_ended_is_not_exceeded_by_itself() {
    let rules = World::new(&[REPLY]).rules();
    let next = |signals: &[(&str, Signal)]| {
        let mut clocks = Clocks::new(&rules);
        for (at, signal) in signals {
            clocks.take(moment(at), *signal, HERE);
        }
        clocks.exceeds_next()
    };
    let asked = ("02 10:00", Signal::ClientSpoke);
    assert_eq!(next(&[asked]), Some(moment("02 12:00:01")));
    assert_eq!(next(&[asked, ("02 11:00", Signal::Paused)]), None);
    assert_eq!(next(&[asked, ("02 11:00", Signal::HumanSpoke)]), None);
    let resumed = [asked, ("02 11:00", Signal::Paused), ("02 13:00", Signal::Resumed)];
    assert_eq!(next(&resumed), Some(moment("02 14:00:01")));
}

#[test]
fn a_reading_names_the_hours_of_its_target_before_those_of_the_person() {
    let night = r#"{"name": "night", "starts": "client_message", "target": "2h", "calendar": "night"}"#;
    let rules = World::new(&[REPLY, night]).rules();
    let mut clocks = Clocks::new(&rules);
    clocks.take(moment("02 22:30"), Signal::ClientSpoke, Where { responsible: 12, ..HERE });
    let version = rules.at(moment("02 22:30"));
    let hours = clocks.timers(moment("02 23:00"), None).map(|of| of.named(version).hours);
    assert_eq!(hours.collect::<Vec<_>>(), [Some("late".to_owned()), Some("night".to_owned())]);
}

#[test]
fn the_form_in_which_a_timer_crosses_the_wire_is_pinned() {
    let rules = World::new(&[REPLY]).rules();
    let mut clocks = Clocks::new(&rules);
    let place = Where { pipeline: 5, responsible: 12, ..Where::default() };
    clocks.take(moment("02 12:00"), Signal::ClientSpoke, place);
    let named = clocks.timers(moment("02 12:30"), None).next().unwrap();
    let named = named.named(rules.at(moment("02 12:30")));
    let text = concat!(
        r#"{"name":"reply","starts":"client_message","pipeline":5,"responsible":12,"hours":"late","#,
        r#""timer":{"state":"running","started":1772442000,"due":1772449200,"target_s":7200,"warns_s":1440,"elapsed_s":1800}}"#
    );
    assert_eq!(serde_json::to_string(&named).unwrap(), text);
    assert_eq!(serde_json::from_str::<NamedTimer>(text).unwrap(), named);
    let before = text.replace(r#""hours":"late","#, "");
    assert_eq!(
        serde_json::from_str::<NamedTimer>(&before).unwrap(),
        NamedTimer { hours: None, ..named.clone() }
    );
    // Its hours are Boris's, in the Worker's version and in the card's.
    let hours =
        rules.at(moment("02 12:30")).hours_for_card(named.hours.as_ref().unwrap(), moment("02 12:30"));
    assert_eq!(hours.next_close(moment("02 12:30")), Ok(moment("02 21:00")));
}

#[test]
fn a_timer_ticks_in_a_shell_as_it_is_read_in_the_core() {
    let rules = World::new(&[]).rules();
    let mut clocks = Clocks::new(&rules);
    clocks.take(moment("02 17:50"), Signal::Entered, Where::default());
    let hours = &rules.at(moment("02 17:50")).timetable;
    let read = |now, read| clocks.timers(moment(now), read).next().unwrap().timer;
    let ticked = |from, now, until| read(from, until).later(hours, moment(from), moment(now));
    for (from, now) in [("02 17:51", "02 17:55"), ("02 17:51", "03 09:02"), ("02 17:51", "03 09:05:01")] {
        assert_eq!(ticked(from, now, None), read(now, None));
    }
    // Beyond the deadline it says no more than what was read.
    let read_until = Some(moment("02 17:51"));
    assert_eq!(ticked("02 17:51", "03 09:30", read_until).state, TimerState::Checking);
    let stopped = Timer { stopped: Some(moment("02 17:55")), ..read("02 17:55", None) };
    assert_eq!(stopped.later(hours, moment("02 17:55"), moment("03 12:00")), stopped);
}
