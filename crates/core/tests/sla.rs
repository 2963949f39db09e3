//! The clocks of a deal, by scenarios: what happens in, what is told and what a reading shows out.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "sla/world.rs"]
mod world;

use world::{World, check};

const REPLY: &str = r#"{"name": "reply", "starts": "client_message", "target": "2h"}"#;
const SILENT: &str = r#"{"name": "silent", "starts": "our_message", "target": "9h"}"#;
const STUCK: &str = r#"{"name": "stuck", "starts": "activity", "target": "3d"}"#;
const DONE: &str = r#"{"name": "done", "starts": "created", "target": "4h"}"#;
const OFFER: &str = r#"{"name": "offer", "starts": "stage_entered", "stages": [52], "target": "2d"}"#;
const MANAGER: &str =
    r#"{"name": "manager", "starts": "lead_entered", "target": "15m", "restarts_on_assignment": true}"#;

#[test]
fn the_first_response_runs_warns_is_met_or_exceeded() {
    check(
        &[],
        "02 10:00 entered; 02 10:11:59 ?; 02 10:12 ?; 02 10:15 ?; 02 10:15:01 ?; 02 10:20 human; 02 11:00 ?",
        "02 10:11:59 ? first: running 11m 59s of 15m, due 02 10:15
         02 10:12 ? first: warning 12m of 15m, due 02 10:15
         02 10:15 ? first: warning 15m of 15m, due 02 10:15
         02 10:15:01 first exceeded
         02 10:15:01 ? first: breached 15m 1s of 15m, due 02 10:15
         02 10:20 first answered after 20m
         02 11:00 ? first: breached 20m of 15m, due 02 10:15, stopped 02 10:20, answered",
    );
}

#[test]
fn an_exact_fill_is_due_at_the_closing_and_exceeded_in_the_next_window() {
    check(
        &[],
        "02 17:45 entered; 02 18:30 ?; 03 09:00 ?; 03 09:00 pass; 03 09:00:01 ?",
        "02 18:30 ? first: warning 15m of 15m, due 02 18:00
         03 09:00 ? first: warning 15m of 15m, due 02 18:00
         03 09:00:01 first exceeded
         03 09:00:01 ? first: breached 15m 1s of 15m, due 02 18:00",
    );
    // An answer in the evening has taken no more business time than one at the closing.
    check(
        &[],
        "02 17:45 entered; 02 18:30 human; 03 12:00 ?",
        "02 18:30 first answered after 15m
         03 12:00 ? first: met 15m of 15m, due 02 18:00, stopped 02 18:30, answered",
    );
}

#[test]
fn an_answer_at_the_moment_of_the_breach_is_too_late_and_one_second_earlier_is_not() {
    check(
        &[],
        "02 10:00 entered; 02 10:15:01 human",
        "02 10:15:01 first exceeded
         02 10:15:01 first answered after 15m 1s",
    );
    check(&[], "02 10:00 entered; 02 10:15 human", "02 10:15 first answered after 15m");
}

#[test]
fn an_answer_before_the_entry_answers_nothing_and_an_entry_happens_once() {
    check(
        &[],
        "02 10:00 human; 02 10:00 entered; 02 10:05 human; 02 10:10 entered; 02 10:30 ?",
        "02 10:05 first answered after 5m
         02 10:30 ? first: met 5m of 15m, due 02 10:15, stopped 02 10:05, answered",
    );
}

#[test]
fn a_response_in_no_time_is_a_response() {
    check(
        &[],
        "02 10:00 entered; 02 10:00 human; 02 10:01 ?",
        "02 10:00 first answered after 0s
         02 10:01 ? first: met 0s of 15m, due 02 10:15, stopped 02 10:00, answered",
    );
}

#[test]
fn a_reply_is_due_from_the_first_unanswered_message_and_later_ones_do_not_move_it() {
    check(
        &[REPLY],
        "02 10:00 client; 02 11:30 client; 02 11:31 ?; 02 12:00 human; 02 12:30 human; 02 12:31 ?;
         02 12:40 client; 02 13:00 ?",
        "02 11:31 ? reply: running 1h 31m of 2h, due 02 12:00
         02 12:00 reply answered after 2h
         02 12:31 ? reply: met 2h of 2h, due 02 12:00, stopped 02 12:00, answered
         02 13:00 ? reply: running 20m of 2h, due 02 14:40",
    );
}

#[test]
fn a_call_that_is_taken_is_answered_at_once() {
    check(&[REPLY], "02 10:00 client; 02 10:00 human", "02 10:00 reply answered after 0s");
}

#[test]
fn a_closed_talk_ends_the_wait_without_an_answer() {
    check(
        &[REPLY],
        "02 10:00 client; 02 10:30 talk_closed; 02 10:31 ?; 02 11:00 client; 02 13:30 talk_closed; 02 14:00 ?",
        "02 10:30 reply ended with the talk after 30m
         02 10:31 ? reply: ended 30m of 2h, stopped 02 10:30
         02 13:00:01 reply exceeded
         02 13:30 reply ended with the talk after 2h 30m
         02 14:00 ? reply: breached 2h 30m of 2h, stopped 02 13:30",
    );
}

#[test]
fn a_silent_client_is_waited_for_from_our_last_word() {
    check(
        &[SILENT],
        "02 10:00 human; 02 12:00 human; 02 12:01 ?; 03 09:30 client; 03 09:31 ?; 03 10:00 human; 04 10:00:01 ?",
        "02 12:01 ? silent: running 1m of 9h, due 03 12:00
         03 09:30 silent heard the client after 6h 30m
         03 09:31 ? silent: met 6h 30m of 9h, due 03 12:00, stopped 03 09:30, answered
         04 10:00:01 silent exceeded
         04 10:00:01 ? silent: breached 9h 1s of 9h, due 04 10:00",
    );
}

#[test]
fn a_stage_has_its_own_clock_from_each_entry_to_the_leaving() {
    check(
        &[OFFER],
        "02 10:00 created stage=51; 02 11:00 moved stage=52; 02 12:00 moved stage=52; 03 10:00 ?;
         04 12:00 moved stage=53; 05 09:00 moved stage=52; 05 10:00 ?",
        "03 10:00 ? offer: running 8h of 18h, due 04 11:00
         04 11:00:01 offer exceeded
         04 12:00 offer left the stage after 19h
         05 10:00 ? offer: running 1h of 18h, due 06 18:00",
    );
    let any = r#"{"name": "any", "starts": "stage_entered", "target": "2d"}"#;
    check(
        &[any],
        "02 10:00 created; 02 11:00 moved stage=52; 02 12:00 moved stage=won; 02 12:00 closed; 02 13:00 ?;
         03 10:00 moved stage=52; 03 10:00 reopened; 03 11:00 ?",
        "02 11:00 any left the stage after 1h
         02 12:00 any left the stage after 1h
         02 13:00 ? any: met 1h of 18h, due 04 11:00, stopped 02 12:00, answered
         03 11:00 ? any: running 1h of 18h, due 05 10:00",
    );
}

#[test]
fn an_offer_may_end_with_the_clients_word_or_a_task() {
    let offer = r#"{"name": "offer", "starts": "stage_entered", "stages": [52], "target": "2d",
        "stops": ["client_message", "task_done"]}"#;
    check(
        &[offer],
        "02 10:00 moved stage=52; 02 11:00 human; 02 12:00 client; 02 12:30 moved stage=51;
         02 13:00 moved stage=52; 02 14:00 task_done",
        "02 12:00 offer heard the client after 2h
         02 14:00 offer saw the task done after 1h",
    );
}

#[test]
fn a_deal_is_stuck_three_business_days_after_the_last_move_or_word() {
    check(
        &[STUCK],
        "02 10:00 created; 02 11:00 task_done; 02 12:00 client; 03 12:00 moved stage=52; 06 12:00 ?; 06 12:00:01 ?;
         10 09:00 human; 10 10:00 ?",
        "06 12:00 ? stuck: warning 27h of 27h, due 06 12:00
         06 12:00:01 stuck exceeded
         06 12:00:01 ? stuck: breached 27h 1s of 27h, due 06 12:00
         10 09:00 stuck began anew after 33h
         10 10:00 ? stuck: running 1h of 27h, due 12 18:00",
    );
}

#[test]
fn a_resolution_is_met_by_closing_and_goes_on_when_reopened() {
    check(
        &[DONE],
        "02 10:00 created; 02 12:00 closed; 02 13:00 ?; 03 10:00 reopened; 03 10:30 ?; 03 13:00 closed; 03 14:00 ?",
        "02 12:00 done closed after 2h
         02 13:00 ? done: met 2h of 4h, stopped 02 12:00, answered
         03 10:30 ? done: running 2h 30m of 4h, due 03 12:00
         03 12:00:01 done exceeded
         03 13:00 done closed after 5h
         03 14:00 ? done: breached 5h of 4h, stopped 03 13:00, answered",
    );
}

#[test]
fn a_closed_deal_has_no_deadline_and_every_clock_goes_on_when_it_is_reopened() {
    check(
        &[REPLY, SILENT, DONE],
        "02 10:00 created; 02 10:00 entered; 02 10:00 client; 02 10:05 closed; 02 17:00 closed; 02 17:30 ?;
         02 17:30 changes; 03 09:00 reopened; 03 09:01 ?",
        "02 10:05 first closed after 5m
         02 10:05 reply closed after 5m
         02 10:05 done closed after 5m
         02 17:30 ? first: ended 5m of 15m, stopped 02 10:05
         02 17:30 ? reply: ended 5m of 2h, stopped 02 10:05
         02 17:30 ? done: met 5m of 4h, stopped 02 10:05, answered
         02 17:30 changes never
         03 09:01 ? first: running 6m of 15m, due 03 09:10
         03 09:01 ? reply: running 6m of 2h, due 03 10:55
         03 09:01 ? done: running 6m of 4h, due 03 12:55",
    );
}

#[test]
fn what_is_said_while_a_deal_is_closed_counts_for_the_clocks_that_go_on_but_not_as_an_event() {
    // The answer comes while it is closed: nothing is left to wait for.
    check(
        &[REPLY],
        "02 10:00 client; 02 10:30 closed; 02 11:00 human; 02 11:30 reopened; 02 12:00 ?",
        "02 10:30 reply closed after 30m
         02 12:00 ? reply: met 30m of 2h, stopped 02 11:00, answered",
    );
    // The client speaks while it is closed: the clock starts with the reopening.
    check(
        &[REPLY],
        "02 10:00 closed; 02 10:30 client; 02 10:45 ?; 02 11:00 reopened; 02 12:00 ?",
        "02 10:45 ? reply: paused 0s of 2h, stopped 02 10:30
         02 12:00 ? reply: running 1h of 2h, due 02 13:00",
    );
}

#[test]
fn a_stage_may_pause_a_clock_from_its_start_or_in_between() {
    let reply = r#"{"name": "reply", "starts": "client_message", "target": "2h", "pauses": [52]}"#;
    check(
        &[reply],
        "02 10:00 client; 02 11:00 moved stage=52; 02 11:30 ?; 02 11:30 changes; 02 12:00 moved stage=53; 02 12:01 ?",
        "02 11:30 ? reply: paused 1h of 2h, stopped 02 11:00
         02 11:30 changes never
         02 12:01 ? reply: running 1h 1m of 2h, due 02 13:00",
    );
    check(
        &[reply],
        "02 10:00 moved stage=52; 02 11:00 client; 02 11:30 ?; 02 12:00 human; 02 12:30 ?",
        "02 11:30 ? reply: paused 0s of 2h, stopped 02 11:00
         02 12:00 reply answered after 0s
         02 12:30 ? reply: met 0s of 2h, stopped 02 12:00, answered",
    );
}

#[test]
fn a_hold_is_lifted_by_closing_and_holding_twice_is_holding_once() {
    check(
        &[DONE],
        "02 10:00 created; 02 11:00 paused; 02 11:10 paused; 02 11:30 closed; 02 12:00 reopened; 02 12:30 ?;
         02 12:30 resumed; 02 13:00 ?",
        "02 11:30 done closed after 1h
         02 12:30 ? done: running 1h 30m of 4h, due 02 15:00
         02 13:00 ? done: running 2h of 4h, due 02 15:00",
    );
}

#[test]
fn a_pause_before_the_clock_starts_does_not_count_and_one_that_lasts_holds_it() {
    check(
        &[REPLY],
        "02 10:00 paused; 02 11:00 resumed; 02 12:00 client; 02 12:30 ?",
        "02 12:30 ? reply: running 30m of 2h, due 02 14:00",
    );
    check(
        &[REPLY],
        "02 10:00 paused; 02 11:00 client; 02 12:00 ?; 02 13:00 resumed; 02 13:30 ?",
        "02 12:00 ? reply: paused 0s of 2h, stopped 02 11:00
         02 13:30 ? reply: running 30m of 2h, due 02 15:00",
    );
}

#[test]
fn a_deadline_that_had_passed_before_a_pause_stays_where_it_was() {
    check(
        &[DONE],
        "02 10:00 created; 02 15:00 paused; 02 15:30 ?; 02 16:00 resumed; 02 17:00 ?",
        "02 14:00:01 done exceeded
         02 15:30 ? done: breached 5h of 4h, stopped 02 15:00
         02 17:00 ? done: breached 6h of 4h, due 02 14:00",
    );
    // The pause begins at the deadline: the next second that counts exceeds it.
    check(
        &[DONE],
        "02 10:00 created; 02 14:00 paused; 02 16:00 resumed; 02 16:00 ?; 02 16:00 changes; 02 16:00:01 pass",
        "02 16:00 ? done: warning 4h of 4h, due 02 14:00
         02 16:00 changes 02 16:00:01
         02 16:00:01 done exceeded",
    );
}

#[test]
fn the_managers_clock_restarts_with_the_manager_and_the_clients_does_not() {
    check(
        &[MANAGER],
        "02 12:30 entered by=11; 02 12:40 assigned by=11; 02 12:50 assigned by=13; 02 12:55 ?; 02 13:00 human;
         02 13:10 assigned by=11",
        "02 12:45:01 first exceeded
         02 12:45:01 manager exceeded
         02 12:50 manager went to another after 20m
         02 12:55 ? first: breached 25m of 15m, due 02 12:45
         02 12:55 ? manager: running 5m of 15m, due 02 13:05
         02 13:00 first answered after 30m
         02 13:00 manager answered after 10m",
    );
}

#[test]
fn a_clock_runs_by_the_hours_of_its_target_or_person_or_pipeline_at_its_start() {
    // Boris begins at noon; what started with him keeps his hours.
    check(
        &[],
        "02 10:00 entered by=12; 02 11:00 assigned by=11; 02 12:05 ?",
        "02 12:05 ? first: running 5m of 15m, due 02 12:15",
    );
    check(
        &[],
        "02 12:55 entered pipeline=6; 02 13:30 ?; 02 14:05 human",
        "02 13:30 ? first: running 5m of 15m, due 02 14:10
         02 14:05 first answered after 10m",
    );
    let night = r#"{"name": "night", "starts": "client_message", "target": "9h", "calendar": "night"}"#;
    check(&[night], "02 12:00 client by=12; 03 05:00 ?", "03 05:00 ? night: running 7h of 9h, due 03 23:00");
}

#[test]
fn a_clock_is_judged_by_the_version_at_its_start_and_the_next_run_by_the_next() {
    let strict = r#"{"name": "reply", "starts": "client_message", "target": "1h"}"#;
    World::new(&[REPLY, SILENT]).then(3, &[strict, DONE], "5m").check(
        "02 17:30 client; 02 17:50 entered; 03 09:02 ?; 03 09:20 human; 03 10:00 created; 03 10:00 client; 03 10:30 ?",
        "03 09:02 ? first: warning 12m of 15m, due 03 09:05
         03 09:02 ? reply: running 32m of 2h, due 03 10:30
         03 09:05:01 first exceeded
         03 09:20 first answered after 30m
         03 09:20 reply answered after 50m
         03 10:30 ? first: breached 30m of 15m, due 03 09:05, stopped 03 09:20, answered
         03 10:30 ? reply: running 30m of 1h, due 03 11:00
         03 10:30 ? done: running 30m of 4h, due 03 14:00",
    );
}

#[test]
fn a_breach_is_declared_only_by_a_later_reading() {
    check(
        &[],
        "02 10:00 entered; 02 10:14 ? read 02 10:13; 02 10:20 ? read 02 10:15; 02 10:20 ? read 02 10:15:01; 02 10:20 ?",
        "02 10:14 ? first: warning 14m of 15m, due 02 10:15
         02 10:15:01 first exceeded
         02 10:20 ? first: checking 20m of 15m, due 02 10:15
         02 10:20 ? first: breached 20m of 15m, due 02 10:15
         02 10:20 ? first: breached 20m of 15m, due 02 10:15",
    );
    // A late answer is known, but an earlier one may still be read.
    check(
        &[],
        "02 10:00 entered; 02 10:20 human; 02 10:21 ? read 02 10:10; 02 10:21 ? read 02 10:16",
        "02 10:15:01 first exceeded
         02 10:20 first answered after 20m
         02 10:21 ? first: checking 20m of 15m, due 02 10:15, stopped 02 10:20, answered
         02 10:21 ? first: breached 20m of 15m, due 02 10:15, stopped 02 10:20, answered",
    );
}

#[test]
fn a_clock_says_when_it_will_change_by_itself() {
    check(
        &[REPLY],
        "02 17:50 entered; 02 17:50 client; 02 17:51 changes; 03 09:04 changes; 03 10:00 pass; 03 10:00 changes;
         03 10:00 human; 03 10:01 changes",
        "02 17:51 changes 03 09:02, 03 09:05:01, 03 10:26, 03 10:50:01
         03 09:04 changes 03 09:05:01, 03 10:26, 03 10:50:01
         03 09:05:01 first exceeded
         03 10:00 changes 03 10:26, 03 10:50:01
         03 10:00 first answered after 1h 10m
         03 10:00 reply answered after 1h 10m
         03 10:01 changes never",
    );
}
