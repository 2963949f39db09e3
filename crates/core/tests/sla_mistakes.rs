//! The mistakes that clocks of other systems were reported for, again and again; each by its name.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "sla/world.rs"]
mod world;

use takeroot_core::policy::{Policy, PolicyError, Rules};
use takeroot_core::time::Day;
use world::{World, check, moment};

const REPLY: &str = r#"{"name": "reply", "starts": "client_message", "target": "1h"}"#;
const DONE: &str = r#"{"name": "done", "starts": "created", "target": "4h"}"#;

#[test]
fn the_offset_of_today_applied_to_a_night_on_which_it_changes() {
    // Berlin is open from 00:00 to 06:00 on the Sunday on which 02:00 becomes 03:00: for five hours.
    let berlin = r#"{"name": "berlin", "starts": "client_message", "target": "6h", "calendar": "berlin"}"#;
    check(&[berlin], "29 02:00 client; 29 12:00 ?", "29 12:00 ? berlin: warning 5h of 6h, due 30 11:00");
}

#[test]
fn the_zone_of_the_server_or_the_account_where_the_clock_has_its_own() {
    let berlin = r#"{"name": "berlin", "starts": "client_message", "target": "1h", "calendar": "berlin"}"#;
    check(&[berlin], "02 09:30 client; 02 11:30 ?", "02 11:30 ? berlin: running 30m of 1h, due 02 12:00");
}

#[test]
fn a_pause_added_as_wall_clock_time() {
    check(
        &[DONE],
        "02 13:00 created; 02 16:00 paused; 03 10:00 resumed; 03 10:00 ?",
        "03 10:00 ? done: running 3h of 4h, due 03 11:00",
    );
    // A pause that lies in the night only moves nothing.
    check(
        &[DONE],
        "02 16:00 created; 02 18:00 paused; 03 09:00 resumed; 03 09:00 ?",
        "03 09:00 ? done: running 2h of 4h, due 03 11:00",
    );
}

#[test]
fn the_time_of_day_kept_when_a_day_off_is_skipped() {
    // Saturday evening; Monday is a holiday.
    check(&[REPLY], "07 20:00 client; 07 21:00 ?", "07 21:00 ? reply: running 0s of 1h, due 10 10:00");
}

#[test]
fn the_closed_time_counted_after_a_reopening_or_the_clock_set_back() {
    check(
        &[REPLY, DONE],
        "02 10:00 created; 02 10:30 client; 02 11:00 closed; 05 11:00 reopened; 05 11:10 ?",
        "02 11:00 reply closed after 30m
         02 11:00 done closed after 1h
         05 11:10 ? reply: running 40m of 1h, due 05 11:30
         05 11:10 ? done: running 1h 10m of 4h, due 05 14:00",
    );
}

#[test]
fn a_pause_lost_when_the_policy_changes_and_a_breach_while_pending() {
    let done = r#"{"name": "done", "starts": "created", "target": "4h", "pauses": [52]}"#;
    let short = r#"{"name": "done", "starts": "created", "target": "1h"}"#;
    World::new(&[done]).then(3, &[short], "15m").check(
        "02 10:00 created; 02 12:00 moved stage=52; 04 12:00 client; 04 12:00 ?; 04 13:00 moved stage=53; 04 13:30 ?",
        "04 12:00 ? done: paused 2h of 4h, stopped 02 12:00
         04 13:30 ? done: running 2h 30m of 4h, due 04 15:00",
    );
}

#[test]
fn an_answer_counted_for_the_responsible_and_not_for_the_sender() {
    // Boris answers for Anna; the deal goes to somebody else without a word: no answer.
    check(&[], "02 10:00 entered by=11; 02 10:05 human", "02 10:05 first answered after 5m");
    check(
        &[],
        "02 10:00 entered by=11; 02 10:05 assigned by=13; 02 10:06 moved stage=52; 02 10:07 task_done; 02 10:10 ?",
        "02 10:10 ? first: running 10m of 15m, due 02 10:15",
    );
}

#[test]
fn a_calendar_that_never_opens_or_closes_for_good_hangs_the_clock() {
    let never: Policy = serde_json::from_str(r#"{"calendar": {"tz": "Europe/Moscow"}}"#).unwrap();
    let start = moment("01 00:00");
    let refused = Rules::compile(vec![(Day(0), never)], start, start);
    assert!(matches!(refused, Err(PolicyError::Calendar { .. })));
    let once = r#"{"name": "once", "starts": "client_message", "target": "2h", "calendar": "once"}"#;
    check(
        &[once],
        "02 09:30 client; 31 12:00 ?; 31 12:00 changes",
        "31 12:00 ? once: running 30m of 2h
         31 12:00 changes never",
    );
}

#[test]
fn hours_ignored() {
    check(&[REPLY], "02 20:00 client; 03 08:59 ?", "03 08:59 ? reply: running 0s of 1h, due 03 10:00");
    check(&[REPLY], "02 20:00 client; 03 08:59 human", "03 08:59 reply answered after 0s");
}

#[test]
fn a_warning_in_the_night() {
    // 12 of 15 minutes are over when the window closes: it warns then, not at midnight; it is exceeded at work.
    check(&[], "02 17:48 entered; 02 17:48 changes", "02 17:48 changes 02 18:00, 03 09:03:01");
    check(&[], "02 17:50 entered; 02 17:50 changes", "02 17:50 changes 03 09:02, 03 09:05:01");
}

#[test]
fn the_deadline_of_one_target_shown_for_another_or_after_its_end() {
    check(
        &[REPLY, DONE],
        "02 10:00 created; 02 10:00 entered; 02 10:00 client; 02 10:10 ?; 02 10:10 human; 02 10:11 ?; 02 12:00 client;
         02 12:01 ?; 02 12:30 closed; 02 12:31 ?",
        "02 10:10 ? first: running 10m of 15m, due 02 10:15
         02 10:10 ? reply: running 10m of 1h, due 02 11:00
         02 10:10 ? done: running 10m of 4h, due 02 14:00
         02 10:10 first answered after 10m
         02 10:10 reply answered after 10m
         02 10:11 ? first: met 10m of 15m, due 02 10:15, stopped 02 10:10, answered
         02 10:11 ? reply: met 10m of 1h, due 02 11:00, stopped 02 10:10, answered
         02 10:11 ? done: running 11m of 4h, due 02 14:00
         02 12:01 ? first: met 10m of 15m, due 02 10:15, stopped 02 10:10, answered
         02 12:01 ? reply: running 1m of 1h, due 02 13:00
         02 12:01 ? done: running 2h 1m of 4h, due 02 14:00
         02 12:30 reply closed after 30m
         02 12:30 done closed after 2h 30m
         02 12:31 ? first: met 10m of 15m, due 02 10:15, stopped 02 10:10, answered
         02 12:31 ? reply: ended 30m of 1h, stopped 02 12:30
         02 12:31 ? done: met 2h 30m of 4h, stopped 02 12:30, answered",
    );
}
