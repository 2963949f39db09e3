use super::*;
use crate::demo;
use takeroot_core::contribution::Count::{
    self, Active, Breached, Cards, Complete, Entered, InTime, Overdue, Waiting,
};
use takeroot_core::contribution::{Measure, Took};
use takeroot_core::day::Document;

/// The verdict on a working day that is over, out of counts of that day; all eight people acted.
fn judged<M: Copy + Into<Measure>>(counts: &[(M, i64)]) -> Verdict {
    let company = demo::Company::default();
    judge(&company, &company.document(counts, 8))
}

fn judge(company: &demo::Company, document: &Document<Summary>) -> Verdict {
    verdict(document, &company.policy, &company.zone)
}

fn trouble(verdict: Verdict) -> (Sign, Level, i64, i64) {
    let Verdict::Trouble(finding) = verdict else { panic!("{verdict:?}") };
    (finding.sign, finding.level, finding.share.n, finding.share.of)
}

/// Enough answers in time for waiting leads to be few.
const ANSWERED: [(Measure, i64); 3] =
    [(Measure::Count(Entered), 30), (Measure::Count(InTime), 30), (Measure::Took(Took::Response, 200), 30)];

fn answered_and(counts: &[(Count, i64)]) -> Verdict {
    let counts = counts.iter().map(|(count, n)| (Measure::Count(*count), *n));
    judged(&ANSWERED.into_iter().chain(counts).collect::<Vec<_>>())
}

#[test]
fn all_is_well_when_no_sign_is_bad() {
    assert_eq!(answered_and(&[(Active, 50), (Overdue, 5), (Cards, 40), (Complete, 36)]), Verdict::Well);
}

#[test]
fn waiting_leads_come_before_anything_as_grave() {
    let said = answered_and(&[(Waiting, 20), (Active, 100), (Overdue, 22)]);
    assert_eq!(trouble(said), (Sign::Waiting, Level::Bad, 20, 50));
    assert_eq!(answered_and(&[(Waiting, 3)]), Verdict::Well, "10 % may wait");
}

#[test]
fn fewer_than_four_of_five_in_time_is_late() {
    assert_eq!(trouble(judged(&[(InTime, 14), (Breached, 6)])), (Sign::LateOnDay, Level::Warn, 6, 20));
    assert_eq!(judged(&[(InTime, 16), (Breached, 4)]), Verdict::Well, "80 % is enough");
    assert_eq!(trouble(judged(&[(InTime, 10), (Breached, 10)])), (Sign::LateOnDay, Level::Bad, 10, 20));
}

#[test]
fn a_quiet_day_is_judged_by_its_week() {
    let company = demo::Company::default();
    let yesterday = demo::TODAY.plus(-1);
    let mut entries = company.entries(&[(InTime, 3)], 8);
    entries.extend(demo::at(yesterday, &[(InTime, 10), (Breached, 20)]));
    assert_eq!(trouble(judge(&company, &company.summary(entries))), (Sign::LateInWeek, Level::Bad, 20, 33));
}

#[test]
fn people_who_did_nothing_are_missed_on_working_days_that_are_over() {
    let mut company = demo::Company::default();
    let idle = company.document(&ANSWERED, 4);
    assert_eq!(trouble(judge(&company, &idle)), (Sign::Idle, Level::Bad, 4, 8));
    let mut unfinished = idle.clone();
    unfinished.envelope.as_of = company.zone.start_of(demo::TODAY).plus(3600);
    assert_eq!(judge(&company, &unfinished), Verdict::Well);
    company.policy.calendar.holidays.insert(demo::TODAY);
    assert_eq!(judge(&company, &idle), Verdict::Well);
}

#[test]
fn the_gravest_of_several_signs_is_said() {
    let said = answered_and(&[(Active, 100), (Overdue, 30), (Cards, 100), (Complete, 20)]);
    assert_eq!(trouble(said), (Sign::Incomplete, Level::Bad, 80, 100));
    let said = answered_and(&[(Active, 100), (Overdue, 90), (Cards, 100), (Complete, 45)]);
    assert_eq!(trouble(said), (Sign::Overdue, Level::Bad, 90, 100));
}

#[test]
fn little_is_not_judged_and_nothing_is_no_data() {
    assert_eq!(
        judged(&[(Entered, 3), (InTime, 1), (Breached, 2), (Active, 4), (Overdue, 4)]),
        Verdict::TooFew
    );
    let company = demo::Company::default();
    assert_eq!(judge(&company, &company.summary(Vec::new())), Verdict::NoData);
}

#[test]
fn a_day_before_the_observation_has_no_verdict() {
    let mut company = demo::Company::default();
    company.observed_from = company.zone.start_of(demo::TODAY.plus(1));
    assert_eq!(judge(&company, &company.document(&[(Waiting, 100)], 8)), Verdict::Unobserved);
}
