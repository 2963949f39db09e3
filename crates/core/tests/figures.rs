//! Every figure of a day, by scenarios: what it counts, and what it leaves out.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod story;

use story::{ANNA, BORIS, DEAL, SITE, Story, at, day, moved, open};
use takeroot_core::contribution::{Count, Milestone, Took};
use takeroot_core::day::Figures;
use takeroot_core::deal::Origin;
use takeroot_core::fact::{
    Actor, Amount, Fact, Identity, IdentityKind, Key, Kind, Snapshot, Stage, Subject, TaskState, Value, Via,
    Way, What,
};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Absence, Import, Pilot, Route};
use takeroot_core::time::Moment;

const WON: Stage = Stage::Won;
const LOST: Stage = Stage::Lost;

fn from_to(from: u64, to: u64) -> Snapshot {
    moved(Stage::Open(from), Stage::Open(to))
}

fn call(talked_s: u32) -> What {
    What::Said { way: Way::Call, talked_s: Some(talked_s), contact: None }
}

fn heard() -> What {
    What::Heard { way: Way::Chat, answered_by: None, contact: None }
}

fn task(deal: u64, due: Option<Moment>, responsible: u64, done: bool) -> What {
    let created = Some((at("02 10:05"), Actor::Robot));
    What::Task(TaskState {
        deal: Some(deal),
        created,
        responsible: Some(responsible),
        kind: Some(2),
        due,
        done,
    })
}

fn anna() -> Actor {
    Actor::User(ANNA)
}

#[test]
fn leads_outside_business_hours_are_a_slice_of_their_own() {
    let story = Story::new().lead("02 20:00").said("03 09:10", anna());
    assert_eq!((story.n(2, Count::Entered), story.n(2, Count::OffHours)), (1, 1));
    let block = story.all(3, "03 23:00");
    assert_eq!((block.n(Count::InTime), block.n(Count::OffInTime)), (1, 1));
    assert_eq!(block.times(Took::OffResponse).mean_s(), Some(13 * 3600 + 600));
    assert_eq!(block.times(Took::Response).mean_s(), Some(600));
    let inside = Story::new().lead("02 10:00");
    assert_eq!((inside.n(2, Count::OffHours), inside.n(2, Count::OffBreached)), (0, 0));
}

#[test]
fn imported_deals_never_enter() {
    let import = Import { by: SITE, from: day(2), to: day(2) };
    let story = Story::new().with(|policy| policy.sources.imports = vec![import]).lead("02 10:00");
    assert_eq!(
        (story.n(2, Count::Entered), story.n(2, Count::Imported), story.n(2, Count::Waiting)),
        (0, 1, 0)
    );
    let flagged = Snapshot { imported: true, created: Some((at("02 10:00"), Actor::Robot)), ..open(51) };
    let story = Story::new().seen("02 10:00", Actor::Robot, flagged);
    assert_eq!((story.n(2, Count::Entered), story.n(2, Count::Imported)), (0, 1));
    assert_eq!(story.figures(day(2), "02 23:00").by.origins.keys().next(), Some(&Origin::Import));
}

#[test]
fn a_merged_deal_takes_its_entry_back_and_leaves_no_loss() {
    let story =
        Story::new().lead("02 10:00").fact(DEAL, "03 12:00", Actor::Unknown, What::Merged { into: 9 });
    let block = story.all(3, "03 23:00");
    assert_eq!((block.n(Count::Entered), block.n(Count::Merged), block.n(Count::Lost)), (-1, 1, 0));
    assert_eq!((block.n(Count::Unanswered), block.n(Count::Waiting), block.n(Count::Active)), (0, 0, 0));
    assert_eq!(block.after[&Milestone::Merged], [(1, 1)]);
}

#[test]
fn a_request_of_a_known_client_is_a_repeat_and_one_for_a_living_deal_no_new_lead() {
    let known = What::Contact { deals: vec![1, 0], identities: vec![] };
    let story = Story::new().lead("02 10:00").fact(Subject::Contact(4), "02 10:00", Actor::Robot, known);
    let figures = story.figures(day(2), "02 12:00");
    assert_eq!(figures.by.origins[&Origin::Repeat].n(Count::Entered), 1);
    let again = What::Arrived { pipeline: Some(5), deal: Some(1), source: None };
    let story = Story::new().lead("02 10:00").said("02 10:05", anna());
    let story = story.fact(Subject::Request(8), "04 11:00", Actor::Client, again);
    assert_eq!(
        (story.n(4, Count::Entered), story.n(4, Count::Repeated), story.n(2, Count::Entered)),
        (0, 1, 1)
    );
}

#[test]
fn wins_bring_money_a_cycle_and_a_place_in_their_cohort_and_reopening_takes_it_all_back() {
    let priced = Snapshot { price: Some(Amount(500_000)), ..moved(Stage::Open(52), WON) };
    let story = Story::new().lead("02 10:00").seen("03 10:00", anna(), from_to(51, 52));
    let story = story.seen("05 10:00", anna(), priced);
    let won = story.all(5, "05 23:00");
    assert_eq!((won.n(Count::Won), won.n(Count::Revenue), won.n(Count::Priced)), (1, 500_000, 1));
    assert_eq!(won.times(Took::Cycle).mean_s(), Some(3 * 86_400));
    assert_eq!(won.times(Took::Stage).mean_s(), Some(2 * 86_400));
    assert_eq!(won.after[&Milestone::Won], [(3, 1)]);
    assert_eq!(won.moved_to, [(WON, 1)]);
    let story = story.seen("06 10:00", anna(), moved(WON, Stage::Open(53)));
    let back = story.all(6, "06 23:00");
    assert_eq!((back.n(Count::Won), back.n(Count::Revenue), back.n(Count::Reopened)), (-1, -500_000, 1));
    assert_eq!(back.after[&Milestone::Won], [(4, -1)], "the same cohort, a day later");
    assert_eq!(story.n(5, Count::Won), 1, "the day keeps what it counted");
}

#[test]
fn losses_have_reasons_which_may_come_later() {
    let lost = || Story::new().lead("02 10:00").seen("03 10:00", anna(), moved(Stage::Open(51), LOST));
    assert_eq!((lost().n(3, Count::Lost), lost().n(3, Count::Reasoned)), (1, 0));
    let because = |reason| Snapshot { loss_reason: Some(reason), stage: Some(LOST), ..Snapshot::default() };
    let later = lost().seen("04 10:00", anna(), because(17));
    assert_eq!((later.n(4, Count::Reasoned), later.n(4, Count::Lost)), (1, 0));
    assert_eq!(later.all(4, "04 23:00").lost_for[&17], 1);
    assert_eq!(lost().seen("04 10:00", anna(), because(0)).n(4, Count::Reasoned), 0);
    let reopened = later.seen("05 10:00", anna(), moved(LOST, Stage::Open(52))).all(5, "05 23:00");
    assert_eq!((reopened.n(Count::Lost), reopened.n(Count::Reasoned)), (-1, -1));
}

#[test]
fn a_lead_is_missed_after_a_business_day_or_when_it_is_closed_unanswered_spam_apart() {
    let story = Story::new().lead("02 10:00");
    assert_eq!((story.n(2, Count::Missed), story.n(3, Count::Missed)), (0, 1));
    let closed = |reason| Snapshot { loss_reason: Some(reason), ..moved(Stage::Open(51), LOST) };
    let lost = |reason| {
        let spam = |policy: &mut takeroot_core::policy::Policy| policy.meaning.spam = vec![99];
        Story::new().with(spam).lead("02 10:00").seen("02 12:00", anna(), closed(reason))
    };
    assert_eq!((lost(17).n(2, Count::Missed), lost(17).n(2, Count::Unanswered)), (1, 1));
    assert_eq!((lost(99).n(2, Count::Missed), lost(99).n(2, Count::Spam)), (0, 1));
    assert_eq!(story.said("02 17:00", anna()).n(3, Count::Missed), 0);
}

#[test]
fn what_a_person_says_to_have_answered_is_never_in_the_confirmed_share() {
    let story =
        Story::new().lead("02 10:00").fact(DEAL, "02 10:05", anna(), What::Claimed { way: Way::Call });
    let block = story.all(2, "02 23:00");
    assert_eq!((block.n(Count::Claimed), block.judged(), block.n(Count::Waiting)), (1, 0, 0));
}

#[test]
fn contact_is_a_second_moment() {
    let tried = Story::new().lead("02 10:00").fact(DEAL, "02 10:05", anna(), call(4));
    assert_eq!((tried.n(2, Count::InTime), tried.n(2, Count::Contacted)), (1, 0));
    let replied = tried.fact(DEAL, "02 11:00", Actor::Client, heard());
    assert_eq!(replied.all(2, "02 23:00").times(Took::Contact).mean_s(), Some(3600));
    let talked = Story::new().lead("02 10:00").fact(DEAL, "02 10:05", anna(), call(15));
    assert_eq!(talked.n(2, Count::Contacted), 1);
}

#[test]
fn a_deal_is_stuck_after_three_business_days_unless_a_task_is_near() {
    let story = Story::new().lead("02 10:00").said("02 10:05", anna());
    let stuck = |story: &Story, of| story.n(of, Count::Stuck);
    assert_eq!((stuck(&story, 4), stuck(&story, 5)), (0, 1), "Thursday 10:05");
    let planned =
        story.fact(Subject::Task(6), "03 10:00", anna(), task(1, Some(at("18 10:00")), ANNA, false));
    assert_eq!((stuck(&planned, 5), planned.n(5, Count::NoNextStep)), (0, 0));
    let far = Story::new().lead("02 10:00").said("02 10:05", anna());
    let far = far.fact(Subject::Task(6), "03 10:00", anna(), task(1, Some(at("25 10:00")), ANNA, false));
    assert_eq!((stuck(&far, 10), stuck(&far, 11)), (1, 0), "the task comes within two weeks");
}

#[test]
fn a_move_has_a_cause_when_a_robot_made_it_or_something_happened_just_before() {
    let causes = |story: Story| {
        let block = story.all(2, "02 23:00");
        (block.n(Count::Moves), block.n(Count::CausedMoves), block.n(Count::RobotMoves))
    };
    let lead = || Story::new().lead("02 10:00");
    assert_eq!(causes(lead().seen("02 12:00", anna(), from_to(51, 52))), (1, 0, 0));
    assert_eq!(causes(lead().seen("02 12:00", Actor::Robot, from_to(51, 52))), (1, 1, 1));
    let spoken =
        lead().fact(DEAL, "02 11:40", Actor::Client, heard()).seen("02 12:00", anna(), from_to(51, 52));
    assert_eq!(causes(spoken), (1, 1, 0));
    let done = lead().fact(Subject::Task(6), "02 11:00", anna(), task(1, None, ANNA, true));
    assert_eq!(
        causes(done.seen("02 12:00", anna(), from_to(51, 52))),
        (1, 0, 0),
        "an hour before is too long"
    );
}

#[test]
fn haste_and_silence_are_signs_of_work_kept_elsewhere() {
    let story = Story::new().lead("02 10:00").seen("02 12:00", anna(), from_to(51, 52));
    let story = story.seen("02 12:04", anna(), from_to(52, 53));
    let block = story.all(2, "02 23:00");
    assert_eq!((block.n(Count::Rushed), block.n(Count::Advanced), block.n(Count::AdvancedSilent)), (1, 1, 1));
    let slow =
        Story::new().lead("02 10:00").said("02 10:05", anna()).seen("02 12:00", anna(), from_to(51, 52));
    let block = slow.seen("02 12:30", anna(), from_to(52, 53)).all(2, "02 23:00");
    assert_eq!((block.n(Count::Rushed), block.n(Count::Advanced), block.n(Count::AdvancedSilent)), (0, 1, 0));
}

#[test]
fn fields_filled_within_the_minute_before_a_move_are_a_sign() {
    let fill = |id| Snapshot { fields: vec![(id, Value::Filled)], ..open(51) };
    let story = Story::new().lead("02 10:00");
    let story = story.seen("02 11:59:10", anna(), fill(1)).seen("02 11:59:30", anna(), fill(2));
    let story = story.seen("02 11:59:50", anna(), fill(3)).seen("02 12:00", anna(), from_to(51, 52));
    assert_eq!(story.n(2, Count::RushFilled), 1);
}

#[test]
fn stages_are_entered_and_passed_once_and_a_skip_passes() {
    let story = Story::new().lead("02 10:00").seen("03 10:00", anna(), from_to(51, 53));
    let story = story.seen("04 10:00", anna(), from_to(53, 51)).seen("05 10:00", anna(), from_to(51, 52));
    let entered = |of, stage| {
        let figures = story.figures(day(of), "10 10:00");
        figures.by.stages.get(&stage).map_or(0, |block| block.n(Count::StageEntered))
    };
    assert_eq!((entered(2, 51), entered(3, 53), entered(4, 51), entered(5, 52)), (1, 1, 0, 1));
    let passed = story.figures(day(3), "10 10:00").by.stages[&51].after[&Milestone::Passed].clone();
    assert_eq!(passed, [(1, 1)]);
    assert!(story.figures(day(5), "10 10:00").all.after.get(&Milestone::Passed).is_none());
}

#[test]
fn a_change_of_hands_is_a_reassignment_distribution_or_cover() {
    let to_boris = Snapshot { responsible: Some(BORIS), ..open(51) };
    let counts = |story: Story| {
        let block = story.seen("02 12:00", anna(), to_boris.clone()).all(2, "02 23:00");
        (block.n(Count::Reassigned), block.n(Count::Distributed), block.n(Count::Covered))
    };
    let answered = || Story::new().lead("02 10:00").said("02 10:05", anna());
    assert_eq!(counts(answered()), (1, 0, 0));
    assert_eq!(counts(Story::new().lead("02 10:00")), (0, 1, 0), "nobody has answered yet");
    let heads = |policy: &mut takeroot_core::policy::Policy| policy.people[0].head = true;
    assert_eq!(counts(answered().with(heads)), (0, 1, 0));
    let away = Absence { from: day(2), to: day(3) };
    let absent = |policy: &mut takeroot_core::policy::Policy| policy.people[0].absences = vec![away];
    assert_eq!(counts(answered().with(absent)), (0, 0, 1));
}

#[test]
fn a_lead_that_falls_to_somebody_absent_counts_to_the_team() {
    let away = Absence { from: day(2), to: day(3) };
    let story = Story::new().with(|policy| policy.people[0].absences = vec![away]).lead("02 10:00");
    let figures = story.figures(day(2), "02 23:00");
    assert_eq!(figures.all.n(Count::Breached), 1);
    assert_eq!(figures.by.managers[&ANNA].n(Count::Breached), 0);
}

#[test]
fn the_managers_clock_begins_anew_with_the_assignment_the_clients_does_not() {
    let to_boris = Snapshot { responsible: Some(BORIS), ..open(51) };
    let story = Story::new().lead("02 10:00").seen("02 10:30", Actor::Robot, to_boris);
    let block = story.said("02 10:40", Actor::User(BORIS)).all(2, "02 23:00");
    assert_eq!(block.times(Took::Response).mean_s(), Some(2400));
    assert_eq!(block.times(Took::ManagerResponse).mean_s(), Some(600));
}

#[test]
fn records_of_integrations_are_judged_once_by_their_author() {
    let route = Route { source: None, pipeline: 6 };
    let story = Story::new().with(|policy| policy.sources.routes = vec![route]).lead("02 10:00");
    let figures = story.figures(day(2), "02 10:05");
    let record = &figures.by.managers[&SITE];
    let counts = [Count::Records, Count::BadRecords, Count::NoContact, Count::NoSource, Count::WrongPipeline];
    assert_eq!(counts.map(|count| record.n(count)), [1, 1, 1, 1, 1]);
    assert_eq!((record.n(Count::NoResponsible), record.n(Count::LateRecords)), (0, 0));
    let linked = What::Contact { deals: vec![1], identities: vec![] };
    let sound = Story::new().lead("02 10:00").fact(Subject::Contact(4), "02 10:01", Actor::Robot, linked);
    assert_eq!((sound.n(2, Count::Records), sound.n(2, Count::BadRecords)), (1, 0));
    let moved = sound.seen("02 16:00", anna(), Snapshot { pipeline: Some(5), ..open(51) });
    assert_eq!((moved.n(3, Count::AutoLeads), moved.n(3, Count::AutoRight)), (1, 1));
}

#[test]
fn a_lead_that_waits_calls_for_a_reminder_within_a_quarter_of_an_hour() {
    let lead = || Story::new().lead("02 10:00");
    assert_eq!((lead().n(2, Count::Triggers), lead().n(2, Count::Reminded)), (1, 0));
    assert_eq!(lead().said("02 10:05", anna()).n(2, Count::Triggers), 0);
    let set = |due, user| lead().fact(Subject::Task(6), "02 10:05", Actor::Robot, task(1, due, user, false));
    assert_eq!(set(Some(at("02 10:20")), ANNA).n(2, Count::Reminded), 1);
    assert_eq!(set(None, ANNA).n(2, Count::Reminded), 0, "without a deadline it reminds nobody");
    assert_eq!(set(Some(at("02 10:20")), SITE).n(2, Count::Reminded), 0, "a service account answers nobody");
}

#[test]
fn tasks_are_whole_with_a_deadline_and_a_person_and_late_after_it() {
    let story = Story::new().lead("02 10:00");
    let story =
        story.fact(Subject::Task(6), "02 10:05", Actor::Robot, task(1, Some(at("02 12:00")), ANNA, false));
    let block = story.all(2, "02 23:00");
    let counts = [Count::TasksSet, Count::WholeTasks, Count::RobotTasks, Count::TaskOverdue, Count::Overdue];
    assert_eq!(counts.map(|count| block.n(count)), [1, 1, 1, 1, 1]);
    let done = story.fact(Subject::Task(6), "03 12:00", anna(), task(1, Some(at("02 12:00")), ANNA, true));
    assert_eq!((done.n(3, Count::TasksDone), done.n(3, Count::TasksLate)), (1, 1));
}

#[test]
fn sources_channels_and_marks_are_present_or_not() {
    let story = Story::new().with(|policy| {
        (policy.sources.field, policy.sources.channel, policy.sources.utm) = (Some(1), Some(2), vec![3, 4]);
    });
    let fields = vec![(1, Value::Choice(40)), (4, Value::Filled)];
    let story = story.lead("02 10:00").seen("02 11:00", anna(), Snapshot { fields, ..open(52) });
    let figures = story.figures(day(2), "02 23:00");
    let counts = [Count::Sourced, Count::Channeled, Count::Marked];
    assert_eq!(counts.map(|count| figures.all.n(count)), [1, 0, 1]);
    assert_eq!(figures.by.sources[&40].n(Count::Active), 1);
    assert_eq!(figures.within[&5].sources[&40].n(Count::Active), 1);
}

#[test]
fn the_pilot_is_measured_apart() {
    let pilot = Pilot { from: day(2), to: day(3), users: vec![ANNA], groups: vec![], pipelines: vec![] };
    let story = Story::new().with(|policy| policy.pilot = Some(pilot)).lead("02 10:00");
    let of = |number| story.figures(day(number), "10 10:00").by.pilot;
    assert_eq!(of(2).unwrap().n(Count::Entered), 1);
    assert_eq!(of(3).unwrap().n(Count::Active), 1);
    assert!(of(4).is_none_or(|block| block.n(Count::Active) == 0), "the pilot is over");
}

fn of_client(deals: Vec<u64>) -> What {
    let phone = Identity { of: IdentityKind::Phone, hash: Key::of(b"a phone") };
    What::Contact { deals, identities: vec![phone] }
}

#[test]
fn open_deals_of_one_client_are_duplicates_unless_somebody_says_not() {
    let second = Subject::Deal(2);
    let created = Some((at("03 10:00"), Actor::User(SITE)));
    let story = Story::new().lead("02 10:00").fact(
        second,
        "03 10:00",
        Actor::User(SITE),
        What::Deal(Snapshot { created, added: true, responsible: Some(BORIS), ..open(51) }),
    );
    let story = story.fact(Subject::Contact(4), "03 11:00", Actor::Robot, of_client(vec![1, 2]));
    let figures = story.figures(day(3), "03 23:00");
    assert_eq!((story.n(2, Count::Duplicates), figures.all.n(Count::Duplicates)), (0, 1));
    assert_eq!(figures.by.managers[&BORIS].n(Count::Duplicates), 1, "the later deal is the duplicate");
    let distinct = story.fact(second, "04 10:00", anna(), What::Distinct);
    assert_eq!(distinct.n(4, Count::Duplicates), 0);
}

fn two_wins() -> Story {
    let other = Subject::Deal(2);
    let created = Some((at("04 10:00"), Actor::User(ANNA)));
    let story = Story::new().lead("02 10:00");
    let story = story.fact(Subject::Contact(4), "02 11:00", Actor::Robot, of_client(vec![1, 2]));
    let story = story.seen("03 10:00", anna(), moved(Stage::Open(51), WON));
    let story =
        story.fact(other, "04 10:00", anna(), What::Deal(Snapshot { created, added: true, ..open(51) }));
    story.fact(other, "05 10:00", anna(), What::Deal(moved(Stage::Open(51), WON)))
}

#[test]
fn a_second_win_of_a_client_is_a_repeat() {
    let story = two_wins();
    let of = |number| {
        let block = story.all(number, "10 10:00");
        [Count::WonClients, Count::RepeatWon, Count::RepeatClients].map(|count| block.n(count))
    };
    assert_eq!((of(3), of(5)), ([1, 0, 0], [0, 1, 1]));
}

#[test]
fn deliveries_that_could_not_be_read_and_facts_that_came_too_late_are_counted() {
    let n = |what, count| Story::new().fact(Subject::Account, "02 10:00", Actor::Unknown, what).n(2, count);
    assert_eq!(n(What::Unreadable, Count::Unreadable) + n(What::TooLate { of: DEAL }, Count::TooLate), 2);
}

fn read(when: &str, from: &str, until: &str) -> Fact {
    let what = What::Read { kind: Kind::Talks, from: at(from), until: at(until) };
    let (subject, by, via) = (Subject::Account, Actor::Unknown, Via::Api);
    Fact { subject, at: at(when), stated: Some(at(when)), by, seq: None, via, what, flags: vec![] }
}

#[test]
fn a_breach_waits_for_a_reading_later_than_its_deadline() {
    let mut story = Story::new().lead("02 10:00");
    story.facts.push(read("02 10:10", "02 09:00", "02 10:10"));
    let block = story.all(2, "02 12:00");
    assert_eq!((block.n(Count::Breached), block.n(Count::Checking), block.n(Count::Overdue)), (0, 1, 0));
    story.facts.push(read("02 12:00", "02 10:05", "02 12:00"));
    let block = story.all(2, "02 12:00");
    assert_eq!((block.n(Count::Breached), block.n(Count::Checking), block.n(Count::Overdue)), (1, 0, 1));
}

#[test]
fn an_answer_that_a_reading_finds_clears_the_lead_and_delivered_doubles_say_nothing() {
    let mut story = Story::new().lead("02 10:00").said("02 10:20", anna());
    let found =
        Fact { via: Via::Api, at: at("02 10:08"), stated: Some(at("02 10:08")), ..story.facts[1].clone() };
    story.facts.push(found);
    story.facts.push(read("02 12:00", "02 09:00", "02 12:00"));
    let mut ledger = Ledger::new(story.rules.clone());
    for fact in &story.facts {
        ledger.record(fact.clone());
        ledger.settle(at("02 11:30"));
    }
    ledger.settle(at("02 13:00"));
    assert_eq!(*ledger.totals(), ledger.recomputed(at("02 13:00")));
    let block = story.all(2, "02 13:00");
    assert_eq!((block.n(Count::InTime), block.times(Took::Response).mean_s()), (1, Some(480)));
    assert_eq!(block.acts.values().sum::<i64>(), 1 + 1, "the site created, Anna wrote once");
}

/// The client of the deal asks again.
fn again(story: Story, when: &str) -> Story {
    let what = What::Arrived { pipeline: Some(5), deal: Some(1), source: None };
    story.fact(Subject::Request(7), when, Actor::Client, what)
}

#[test]
fn a_repeated_request_that_is_declined_leaves_the_living_deal_alone() {
    let story = again(Story::new().lead("02 10:00").said("02 10:05", anna()), "03 10:00");
    let story = story.fact(Subject::Request(7), "03 10:30", anna(), What::Declined);
    let counts = [Count::Repeated, Count::Active, Count::Declined, Count::Unanswered];
    assert_eq!(counts.map(|count| story.n(3, count)), [1, 1, 0, 0]);
}

fn elsewhere() -> Story {
    let created = Some((at("02 10:00"), Actor::User(SITE)));
    let state = Snapshot { created, added: true, pipeline: Some(6), ..open(61) };
    Story::new().seen("02 10:00", Actor::User(SITE), state)
}

#[test]
fn a_deal_began_where_it_first_came_in_not_where_the_client_asked_again() {
    let block = again(elsewhere(), "03 10:00").all(2, "05 10:00");
    assert_eq!(block.n(Count::Entered), 0, "its pipeline is not measured");
}

#[test]
fn late_readings_judge_anew_what_was_answered_late_and_what_had_been_silence() {
    let lead = || Story::new().lead("02 10:00");
    let (answered, unread) = (lead().said("02 10:20", anna()).facts, lead().facts);
    let first = read("02 10:05", "02 09:00", "02 10:05");
    let second = read("02 10:18", "02 10:00", "02 10:18");
    let one = ([vec![first.clone()], answered, vec![second]].concat(), 1);
    for (facts, breached) in [one, ([unread, vec![first]].concat(), 0)] {
        let mut ledger = Ledger::new(lead().rules);
        for fact in facts {
            ledger.record(fact);
            ledger.settle(at("02 10:30"));
        }
        assert_eq!(*ledger.totals(), ledger.recomputed(at("02 10:30")));
        let figures = Figures::of(ledger.totals(), ledger.rules(), day(2), day(2));
        assert_eq!(figures.all.n(Count::Breached), breached);
    }
}

#[test]
fn when_the_first_win_is_taken_back_the_second_one_is_the_first() {
    let story = two_wins().seen("06 10:00", anna(), moved(WON, Stage::Open(52)));
    let block = story.all(6, "10 10:00");
    let counts = [Count::WonClients, Count::RepeatWon, Count::RepeatClients];
    assert_eq!(counts.map(|count| block.n(count)), [0, -1, -1]);
}

/// Won, lost and merged of the leads of the month.
fn cohort(story: &Story) -> [i64; 3] {
    let mut ledger = Ledger::new(story.rules.clone());
    story.facts.iter().for_each(|fact| ledger.record(fact.clone()));
    ledger.settle(at("10 10:00"));
    let cohort = ledger.totals().cohort(day(1), day(10), day(10));
    [Milestone::Won, Milestone::Lost, Milestone::Merged]
        .map(|of| cohort.iter().filter(|((_, milestone), _)| *milestone == of).map(|(_, n)| n).sum())
}

#[test]
fn a_lead_that_did_not_count_as_entered_is_of_no_cohort_and_a_win_elsewhere_is_no_win() {
    let client = || elsewhere().fact(Subject::Contact(4), "02 11:00", Actor::Robot, of_client(vec![1]));
    let into = Snapshot { stage_before: Some(Stage::Open(61)), ..open(51) };
    let won = moved(Stage::Open(51), WON);
    let here = client().seen("03 10:00", anna(), into).seen("04 10:00", anna(), won);
    assert_eq!((here.n(4, Count::Won), cohort(&here)), (1, [0, 0, 0]));
    let won = Snapshot { pipeline: Some(6), ..moved(Stage::Open(61), WON) };
    let there = client().seen("04 10:00", anna(), won);
    assert_eq!((there.n(4, Count::Won), there.n(4, Count::WonClients)), (0, 0));
}

#[test]
fn a_lead_that_was_merged_away_is_merged_only_whatever_it_was_before_or_becomes() {
    let won = || Story::new().lead("02 10:00").seen("03 10:00", anna(), moved(Stage::Open(51), WON));
    assert_eq!(cohort(&won()), [1, 0, 0]);
    let merged = won().fact(DEAL, "04 10:00", anna(), What::Merged { into: 8 });
    assert_eq!(cohort(&merged), [0, 0, 1]);
    let seen = merged.seen("05 10:00", anna(), moved(WON, Stage::Open(52)));
    assert_eq!(cohort(&seen.seen("06 10:00", anna(), moved(Stage::Open(52), LOST))), [0, 0, 1]);
}
