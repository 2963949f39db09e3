//! What counts, by scenarios: facts in, figures of days out.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, BORIS, DEAL, SITE, Story, at, day, moved, open};
use takeroot_core::card::Why;
use takeroot_core::contribution::{Action, Count, Took};
use takeroot_core::fact::{Actor, Amount, Fact, Snapshot, Stage, Subject, TaskState, Value, Way, What};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Field, Rules};
use takeroot_core::sla::TimerState;
use takeroot_core::time::Day;

#[test]
fn an_answer_within_the_target_is_in_time_and_its_time_is_business_time() {
    // Friday 17:55 to Tuesday 09:05 over a weekend and a holiday: ten business minutes.
    let story = Story::new().lead("06 17:55").said("10 09:05", Actor::User(ANNA));
    assert_eq!(story.all(6, "10 20:00").n(Count::Entered), 1);
    let answered = story.all(10, "10 20:00");
    assert_eq!((answered.n(Count::InTime), answered.n(Count::Breached)), (1, 0));
    let business = answered.times(Took::Response);
    assert_eq!(business.median_s.map(|s| (s - 600).abs() < 7), Some(true));
    assert_eq!(business.mean_s(), Some(600));
    assert!(answered.times(Took::ResponseClock).median_s > Some(3 * 86_400));
}

#[test]
fn a_target_is_exceeded_at_the_first_second_beyond_it() {
    let exact = Story::new().lead("02 10:00").said("02 10:15", Actor::User(ANNA));
    assert_eq!(exact.all(2, "02 20:00").n(Count::InTime), 1);
    let late = Story::new().lead("02 10:00").said("02 10:15:01", Actor::User(ANNA));
    let block = late.all(2, "02 20:00");
    let judged = (block.n(Count::InTime), block.n(Count::Breached));
    assert_eq!((judged, block.times(Took::Response).count), ((0, 1), 1));
}

#[test]
fn a_breach_counts_on_its_own_day_and_the_late_answer_on_the_answers_day() {
    let story = Story::new().lead("02 17:50").said("04 12:00", Actor::User(ANNA));
    assert_eq!(story.all(2, "02 23:00").judged(), 0, "the exact fill ends at the closing");
    assert_eq!(story.all(2, "04 20:00").judged(), 0);
    assert_eq!(story.all(3, "04 20:00").n(Count::Breached), 1, "five minutes into the next morning");
    assert_eq!(story.all(3, "04 20:00").times(Took::Response).count, 0);
    assert_eq!(story.all(4, "04 20:00").times(Took::Response).count, 1);
}

#[test]
fn only_a_persons_answer_stops_the_clock() {
    for nobody in [Actor::Robot, Actor::Client, Actor::Unknown, Actor::User(SITE), Actor::User(77)] {
        let story = Story::new().lead("02 10:00").said("02 10:05", nobody);
        let block = story.all(2, "02 20:00");
        assert_eq!((block.n(Count::Breached), block.n(Count::Waiting)), (1, 1), "{nobody:?}");
    }
    let story = Story::new().lead("02 10:00");
    let noted = story.fact(DEAL, "02 10:02", Actor::User(ANNA), What::Noted);
    let moved = noted.seen("02 10:03", Actor::User(ANNA), moved(Stage::Open(51), Stage::Open(52)));
    assert_eq!(moved.all(2, "02 20:00").n(Count::Breached), 1);
}

#[test]
fn an_answered_incoming_call_is_an_answer_at_once() {
    let heard = What::Heard { way: Way::Call, answered_by: Some(Actor::User(BORIS)), contact: None };
    let story = Story::new().lead("02 10:00:05").fact(DEAL, "02 10:00", Actor::Client, heard);
    let figures = story.figures(day(2), "02 20:00");
    assert_eq!((figures.all.n(Count::Entered), figures.all.n(Count::InTime)), (1, 1));
    assert_eq!(figures.by.managers[&BORIS].acts[&Action::Called], 1);
}

#[test]
fn an_answer_to_the_contact_counts_for_its_waiting_lead() {
    let contact = Subject::Contact(4);
    let linked = What::Contact { deals: vec![1], identities: vec![] };
    let called = What::Said { way: Way::Call, talked_s: Some(40), contact: None };
    let story = Story::new().lead("02 10:00").fact(contact, "02 10:01", Actor::Robot, linked);
    let story = story.fact(contact, "02 10:10", Actor::User(ANNA), called);
    let figures = story.figures(day(2), "02 20:00");
    assert_eq!(figures.all.n(Count::InTime), 1);
    assert_eq!(figures.all.acts[&Action::Called], 1, "counted once, by the contact");
}

#[test]
fn a_lead_before_the_observation_has_no_clock() {
    let mut story = Story::new().lead("02 10:00");
    let policy = story.rules.at(at("02 10:00")).policy.clone();
    story.rules = Rules::compile(vec![(Day(0), policy)], at("02 11:00"), at("02 11:00")).unwrap();
    let figures = story.figures(day(2), "03 20:00");
    assert_eq!((figures.all.judged(), figures.all.n(Count::Waiting)), (0, 0));
    assert!(story.card("02 12:00").first_response.is_none());
    assert!(figures.observed && !story.figures(day(1), "03 20:00").observed);
}

#[test]
fn update_and_status_of_one_move_are_one_move_and_either_may_be_missing() {
    let won = || moved(Stage::Open(51), Stage::Won);
    let update = || Snapshot { stage_before: None, ..won() };
    let base = || Story::new().lead("02 10:00");
    let both =
        base().seen("03 12:00", Actor::User(ANNA), won()).seen("03 12:00", Actor::User(ANNA), update());
    let status = base().seen("03 12:00", Actor::User(ANNA), won());
    let bare = base().seen("03 12:00", Actor::User(ANNA), update());
    for story in [both, status, bare] {
        let figures = story.figures(day(3), "03 20:00");
        assert_eq!((figures.all.n(Count::Won), figures.all.n(Count::Active)), (1, 0));
        assert_eq!(figures.by.managers[&ANNA].acts[&Action::Moved], 1);
        assert_eq!(figures.by.managers[&ANNA].acts.get(&Action::Edited), None);
    }
}

#[test]
fn states_of_one_second_are_put_in_the_order_of_their_stages() {
    // Each second has another order of its own: none of them is right by luck.
    for second in 0..40 {
        let when = format!("02 12:00:{second:02}");
        let states = [
            moved(Stage::Open(52), Stage::Open(53)),
            Snapshot { price: Some(Amount(5)), ..open(52) },
            moved(Stage::Open(51), Stage::Open(52)),
            Snapshot { price: Some(Amount(7)), ..open(51) },
        ];
        let story = Story::new().lead("02 10:00");
        let story =
            states.into_iter().fold(story, |story, state| story.seen(&when, Actor::User(ANNA), state));
        let card = story.card("02 13:00");
        assert_eq!((card.stage, card.priced), (Some(Stage::Open(53)), true), "{when}");
        let moves = story.all(2, "02 20:00").moved_to;
        assert_eq!(moves, [(Stage::Open(52), 1), (Stage::Open(53), 1)], "{when}");
    }
}

#[test]
fn reopening_withdraws_and_deleting_leaves_the_gauges_but_not_the_past() {
    let story =
        Story::new().lead("02 10:00").seen("03 12:00", Actor::User(ANNA), moved(Stage::Open(51), Stage::Won));
    let story = story.seen("04 12:00", Actor::User(ANNA), moved(Stage::Won, Stage::Open(53)));
    let reopened = story.all(4, "04 20:00");
    assert_eq!((reopened.n(Count::Reopened), reopened.n(Count::Active)), (1, 1));
    let story = story.fact(DEAL, "05 12:00", Actor::Unknown, What::Deleted);
    assert_eq!(story.all(5, "05 20:00").n(Count::Active), 0);
    assert_eq!(story.all(3, "05 20:00").n(Count::Won), 1);
    let restored = Snapshot { restored: true, ..open(53) };
    assert_eq!(story.seen("06 12:00", Actor::User(ANNA), restored).all(6, "06 20:00").n(Count::Active), 1);
}

#[test]
fn a_late_undated_trigger_does_not_move_a_deal_back() {
    let mut story = Story::new().lead("02 10:00");
    story = story.seen("02 12:00", Actor::User(ANNA), moved(Stage::Open(51), Stage::Open(52)));
    story = story.seen("02 13:00", Actor::User(ANNA), moved(Stage::Open(52), Stage::Won));
    story.facts.push(Fact {
        at: at("02 14:00"),
        stated: None,
        what: What::Deal(moved(Stage::Open(51), Stage::Open(52))),
        ..story.facts[0].clone()
    });
    let block = story.all(2, "02 20:00");
    assert_eq!((block.n(Count::Won), block.n(Count::Reopened), block.n(Count::Active)), (1, 0, 0));
}

#[test]
fn a_clock_beyond_its_target_makes_a_deal_overdue_while_it_runs() {
    let targets = [
        r#"{"name": "done", "starts": "created", "target": "4h"}"#,
        r#"{"name": "reply", "starts": "client_message", "target": "2h"}"#,
    ];
    let story = Story::new().with(|policy| {
        policy.targets = targets.iter().map(|target| serde_json::from_str(target).unwrap()).collect();
    });
    let heard = What::Heard { way: Way::Chat, answered_by: None, contact: None };
    let story = story.lead("02 10:00").said("02 10:05", Actor::User(ANNA));
    let overdue = |story: &Story, number, as_of| story.all(number, as_of).n(Count::Overdue);
    assert_eq!(overdue(&story, 2, "02 14:00"), 0, "the target itself is in time");
    assert_eq!(overdue(&story, 2, "02 14:00:01"), 1);
    // One that was answered late is over.
    let once = Story::new().with(|policy| policy.targets = vec![serde_json::from_str(targets[1]).unwrap()]);
    let once = once.lead("02 10:00").said("02 10:05", Actor::User(ANNA)).fact(
        DEAL,
        "02 10:10",
        Actor::Client,
        heard,
    );
    assert_eq!((overdue(&once, 2, "02 12:10"), overdue(&once, 2, "02 12:10:01")), (0, 1));
    let answered = once.said("02 13:00", Actor::User(ANNA));
    assert_eq!(overdue(&answered, 2, "02 13:01"), 0);
}

#[test]
fn a_task_past_its_deadline_makes_a_deal_overdue_until_it_is_done() {
    let task = |done| {
        let created = Some((at("02 10:30"), Actor::User(ANNA)));
        What::Task(TaskState {
            kind: None,
            deal: Some(1),
            created,
            responsible: Some(ANNA),
            due: Some(at("03 18:00")),
            done,
        })
    };
    let story = Story::new().lead("02 10:00").said("02 10:05", Actor::User(ANNA));
    let story = story.fact(Subject::Task(6), "02 10:30", Actor::User(ANNA), task(false));
    assert_eq!(story.all(2, "02 23:59").n(Count::Overdue), 0);
    assert_eq!(story.all(3, "03 18:00").n(Count::Overdue), 0, "the deadline itself is in time");
    assert_eq!(story.all(3, "03 18:00:01").n(Count::Overdue), 1);
    let story = story.fact(Subject::Task(6), "04 09:00", Actor::Unknown, task(true));
    assert_eq!(
        (story.all(3, "05 10:00").n(Count::Overdue), story.all(4, "05 10:00").n(Count::Overdue)),
        (1, 0)
    );
    assert_eq!(story.all(4, "05 10:00").acts[&Action::TaskDone], 1);
    assert_eq!(story.all(2, "05 10:00").acts[&Action::TaskSet], 1);
}

#[test]
fn a_card_is_complete_when_every_mandatory_field_of_its_stage_is_valid() {
    let filled = |fields| Snapshot { price: Some(Amount(100)), fields, ..open(52) };
    let next = What::Task(TaskState { deal: Some(1), due: Some(at("20 18:00")), ..TaskState::default() });
    let story = Story::new().lead("02 10:00").fact(Subject::Task(6), "02 10:30", Actor::User(ANNA), next);
    assert_eq!(story.all(2, "02 20:00").n(Count::Cards), 0, "the first stage asks for nothing");
    let date = |text| vec![(8, Value::Date(at(text)))];
    let story = story.seen("02 11:00", Actor::User(ANNA), filled(date("04 00:00")));
    let block = story.all(2, "02 20:00");
    assert_eq!((block.n(Count::Cards), block.n(Count::Complete)), (1, 1));
    let later =
        |of| (story.all(of, "06 10:00").n(Count::Cards), story.all(of, "06 10:00").n(Count::Complete));
    assert_eq!((later(4), later(5)), ((1, 1), (1, 0)), "the date lies in the past from the next day on");
    let card = story.card("05 12:00").card;
    assert_eq!((card.asked, card.valid()), (3, 2));
    assert_eq!(card.missing[0].why, Why::Past);
    assert_eq!(card.missing_next[0].field, Field::Custom(7));
    let junk = vec![(7, Value::Junk(Junk::Placeholder)), (8, Value::Date(at("25 00:00")))];
    let story = story.seen(
        "05 13:00",
        Actor::User(ANNA),
        Snapshot { price: None, stage: Some(Stage::Open(53)), ..filled(junk) },
    );
    let missing = story.card("05 14:00").card.missing;
    assert_eq!(missing.len(), 1, "what was not sent again is not cleared: {missing:?}");
    assert_eq!((missing[0].field, missing[0].why), (Field::Custom(7), Why::Junk(Junk::Placeholder)));
}

#[test]
fn people_are_active_by_their_own_acts_and_service_accounts_never() {
    let story = Story::new().lead("02 10:00").seen("02 11:00", Actor::User(BORIS), open(51));
    let story = story.seen("02 11:00", Actor::User(BORIS), Snapshot { price: Some(Amount(5)), ..open(51) });
    let story = story.seen("02 12:00", Actor::Robot, open(52)).seen("02 13:00", Actor::User(SITE), open(53));
    let figures = story.figures(day(2), "02 20:00");
    assert_eq!(figures.active_people, [BORIS].into());
    assert_eq!(figures.roster, 2);
    assert_eq!(figures.by.managers[&BORIS].acts[&Action::Edited], 1, "one edit, however many hooks show it");
}

#[test]
fn who_has_left_was_a_person_until_then() {
    let mut story = Story::new().lead("02 10:00").said("02 10:05", Actor::User(BORIS));
    let mut policy = story.rules.at(at("02 10:00")).policy.clone();
    policy.people[1].until = Some(day(2));
    policy.mandatory = vec![serde_json::from_str(r#"{"field": "responsible", "from_stage": 1}"#).unwrap()];
    story.rules = Rules::compile(vec![(Day(0), policy)], at("01 00:00"), at("01 00:00")).unwrap();
    let story = story.seen("02 11:00", Actor::User(ANNA), Snapshot { responsible: Some(BORIS), ..open(51) });
    assert_eq!(story.all(2, "05 10:00").n(Count::InTime), 1);
    assert_eq!(
        (story.all(2, "05 10:00").n(Count::Complete), story.all(3, "05 10:00").n(Count::Complete)),
        (1, 0)
    );
    assert_eq!((story.figures(day(2), "05 10:00").roster, story.figures(day(3), "05 10:00").roster), (2, 1));
}

#[test]
fn requests_are_leads_once_accepted_or_not() {
    let request = Subject::Request(44);
    let waiting = Story::new().fact(
        request,
        "02 10:00",
        Actor::Client,
        What::Arrived { pipeline: Some(5), deal: None, source: None },
    );
    let block = waiting.all(2, "02 20:00");
    assert_eq!(
        (block.n(Count::Entered), block.n(Count::Waiting), block.n(Count::Active), block.n(Count::Breached)),
        (1, 1, 0, 1)
    );
    let accepted = waiting.fact(request, "03 09:00", Actor::User(ANNA), What::Accepted { deals: vec![1] });
    let created = Some((at("02 10:00"), Actor::Robot));
    let accepted = accepted.seen("03 09:00", Actor::User(ANNA), Snapshot { created, ..open(51) });
    let block = accepted.all(2, "03 20:00");
    assert_eq!((block.n(Count::Entered), block.n(Count::Waiting), block.n(Count::Active)), (1, 1, 0));
    assert_eq!(
        (accepted.all(3, "03 20:00").n(Count::Entered), accepted.all(3, "03 20:00").n(Count::Active)),
        (0, 1)
    );
    let declined = Story::new()
        .fact(
            request,
            "02 10:00",
            Actor::Client,
            What::Arrived { pipeline: Some(5), deal: Some(1), source: None },
        )
        .fact(request, "02 10:05", Actor::User(ANNA), What::Declined);
    let block = declined.all(2, "02 20:00");
    assert_eq!(
        (block.n(Count::Entered), block.n(Count::Waiting), block.n(Count::Lost), block.n(Count::Unanswered)),
        (1, 0, 0, 1)
    );
}

#[test]
fn the_clock_of_a_card_is_the_clock_of_the_figures() {
    let story = Story::new().lead("02 17:50");
    let timer = |now| story.card(now).first_response.unwrap();
    assert_eq!(timer("02 17:52").state, TimerState::Running);
    assert_eq!(timer("02 20:00").left_s(), 5 * 60, "outside hours it stands still");
    assert_eq!(timer("03 09:04").state, TimerState::Warning);
    assert_eq!(timer("03 09:05").state, TimerState::Warning);
    assert_eq!(timer("03 09:05:01").state, TimerState::Breached);
    assert_eq!(timer("03 09:00").due, Some(at("03 09:05")));
    let version = story.rules.at(at("03 09:00"));
    let (judged, now) = (at("02 17:52"), at("03 09:05:01"));
    assert_eq!(timer("02 17:52").later(&version.timetable, judged, now), timer("03 09:05:01"));
}

#[test]
fn a_lead_is_timed_by_the_hours_of_its_person_and_a_target_by_the_stage_of_its_deal() {
    let story = Story::new().with(|policy| {
        let late = r#"{"tz": "Europe/Moscow", "weekly": {"mon": [["12:00","21:00"]]}}"#;
        policy.calendars.insert("late".to_owned(), serde_json::from_str(late).unwrap());
        let offer = r#"{"name": "offer", "starts": "stage_entered", "stages": [52], "target": "2h"}"#;
        policy.targets = vec![serde_json::from_str(offer).unwrap()];
        policy.people[1].calendar = Some("late".to_owned());
    });
    let of = |responsible| {
        let created = Some((at("02 18:30"), Actor::User(SITE)));
        let lead = Snapshot { created, added: true, responsible: Some(responsible), ..open(51) };
        let story = Story { facts: Vec::new(), rules: story.rules.clone() };
        let story = story.seen("02 18:30", Actor::User(SITE), lead).said("02 18:50", Actor::User(ANNA));
        let answered = story.all(2, "03 08:00");
        (answered.n(Count::InTime), answered.n(Count::Breached))
    };
    assert_eq!((of(ANNA), of(BORIS)), ((1, 0), (0, 1)));
    let exceeded = |stage| {
        let story = Story { facts: Vec::new(), rules: story.rules.clone() };
        let moved = moved(Stage::Open(51), Stage::Open(stage));
        let story = story.lead("02 10:00").said("02 10:05", Actor::User(ANNA));
        story.seen("02 11:00", Actor::User(ANNA), moved).all(2, "02 20:00").n(Count::Exceeded)
    };
    assert_eq!((exceeded(52), exceeded(53)), (1, 0));
}
