//! A lead that was closed before any answer, and opened again: it waits again, as its clock goes on.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, BORIS, DEAL, Story, moved, open};
use takeroot_core::contribution::{Count, Took};
use takeroot_core::fact::{Actor, Snapshot, Stage, What};
use takeroot_core::sla::TimerState;

const OPEN: Stage = Stage::Open(51);

fn anna() -> Actor {
    Actor::User(ANNA)
}

/// A lead of Monday morning that is lost unanswered five minutes later, for a reason.
fn lost(reason: u64) -> Story {
    let lost = Snapshot { loss_reason: Some(reason), ..moved(OPEN, Stage::Lost) };
    let story = Story::new().with(|policy| policy.meaning.spam = vec![3]);
    story.lead("02 10:00").seen("02 10:05", anna(), lost)
}

fn reopened(story: Story, when: &str) -> Story {
    story.seen(when, anna(), Snapshot { responsible: Some(BORIS), ..moved(Stage::Lost, OPEN) })
}

fn closing(story: &Story, day: u32) -> [i64; 4] {
    [Count::Unanswered, Count::Missed, Count::Spam, Count::Waiting].map(|count| story.n(day, count))
}

#[test]
fn a_lead_that_is_opened_again_waits_again_and_its_closing_is_taken_back() {
    let story = reopened(lost(1), "02 16:00");
    assert_eq!(closing(&lost(1), 2), [1, 1, 0, 0]);
    assert_eq!(closing(&story, 2), [0, 0, 0, 1], "within a day it never was");
    let answered = story.said("02 16:10", Actor::User(BORIS));
    let block = answered.all(2, "02 23:00");
    assert_eq!((block.n(Count::InTime), block.n(Count::Breached), block.n(Count::Missed)), (1, 0, 0));
    assert_eq!(block.times(Took::Response).sum_s, 15 * 60, "five minutes before the closing and ten after");
    assert_eq!(block.times(Took::ManagerResponse).sum_s, 10 * 60, "it falls to its manager anew");
    let card = answered.card("02 16:20").first_response.unwrap();
    assert_eq!((card.state, card.elapsed_s), (TimerState::Met, 15 * 60), "the card says the same");
}

#[test]
fn a_target_that_is_exceeded_after_the_reopening_counts_then() {
    let story = reopened(lost(1), "03 10:00");
    assert_eq!(closing(&story, 2), [1, 1, 0, 0], "the day keeps what it counted");
    let block = story.all(3, "03 23:00");
    assert_eq!((block.n(Count::Unanswered), block.n(Count::Breached), block.n(Count::Waiting)), (-1, 1, 1));
    let late = story.said("03 11:00", Actor::User(BORIS)).all(3, "03 23:00");
    assert_eq!((late.n(Count::InTime), late.n(Count::Breached)), (0, 1));
    assert_eq!(late.times(Took::Response).sum_s, 65 * 60);
}

#[test]
fn a_lead_that_nobody_answered_within_a_business_day_is_missed_closed_or_not() {
    assert_eq!(closing(&reopened(lost(1), "04 12:00"), 4), [-1, 0, 0, 1], "the day had passed by then");
    let waits = reopened(lost(1), "02 16:00");
    assert_eq!([2, 3].map(|day| waits.n(day, Count::Missed)), [0, 1], "it passes while the lead waits");
    let spam = reopened(lost(3), "04 12:00");
    assert_eq!((closing(&spam, 2), closing(&spam, 4)), ([1, 0, 1, 0], [-1, 1, -1, 1]), "it was no spam");
    let late = Story::new().lead("02 10:00").seen("04 10:00", anna(), moved(OPEN, Stage::Lost));
    let late = reopened(late, "05 10:00");
    assert_eq!(
        [3, 4, 5].map(|day| late.n(day, Count::Missed)),
        [1, 0, 0],
        "it was missed before it was closed"
    );
}

#[test]
fn a_lead_that_is_closed_again_is_unanswered_again() {
    let again = reopened(lost(1), "03 10:00").seen("04 10:00", anna(), moved(OPEN, Stage::Lost));
    assert_eq!([2, 3, 4].map(|day| again.n(day, Count::Unanswered)), [1, -1, 1]);
    assert_eq!([2, 3, 4].map(|day| again.n(day, Count::Missed)).iter().sum::<i64>(), 1);
    let deleted = Story::new().lead("02 10:00").fact(DEAL, "02 10:05", anna(), What::Deleted);
    let restored = deleted.seen("02 12:00", anna(), Snapshot { restored: true, ..open(51) });
    assert_eq!(closing(&restored, 2), [0, 0, 0, 1], "what comes back from the bin waits as well");
}

#[test]
fn a_lead_that_was_answered_while_it_was_closed_stays_closed_before_any_answer() {
    let story = reopened(lost(1).said("02 12:00", Actor::User(BORIS)), "02 16:00");
    assert_eq!(closing(&story, 2), [1, 1, 0, 0]);
    assert_eq!(story.all(2, "02 23:00").times(Took::Response).count, 0);
}
