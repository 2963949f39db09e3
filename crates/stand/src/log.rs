//! A log of events as big as one likes, in the columns of the BPI Challenge 2012: a bank's applications, each with
//! a story of its own, all of them in the order of time.

use crate::company::dice::Dice;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};
use takeroot_core::time::Moment;

const COLUMNS: &str = "case_id,reg_date,amount_req,activity,lifecycle,resource,timestamp";
/// 2025-01-01, in milliseconds.
const BEGIN_MS: i64 = 1_735_689_600_000;
const FIRST_CASE: u64 = 500_000;
/// Between two applications, on the average: some hundreds a day.
const GAP_MS: i64 = 150_000;
const MINUTE_MS: i64 = 60_000;
/// The automatic resource.
const NOBODY: i64 = 112;
const PEOPLE: (i64, i64) = (10_201, 10_260);

/// Writes a log of so many events; the same seed gives the same bytes.
///
/// # Errors
/// Those of the writer.
pub fn write_log(seed: u64, events: usize, out: &mut impl Write) -> io::Result<()> {
    let mut dice = Dice::new(seed);
    let mut open: BinaryHeap<Reverse<Case>> = BinaryHeap::new();
    let (mut next_ms, mut id) = (BEGIN_MS, FIRST_CASE);
    writeln!(out, "{COLUMNS}")?;
    for _ in 0..events {
        let case = open.pop_if_earlier(next_ms);
        let case = case.unwrap_or_else(|| {
            let case = Case::of(id, next_ms, &mut dice);
            next_ms += dice.between(1, 2 * GAP_MS);
            id += 1;
            case
        });
        case.write(out)?;
        open.extend(case.later().map(Reverse));
    }
    Ok(())
}

trait Earliest {
    fn pop_if_earlier(&mut self, than_ms: i64) -> Option<Case>;
}

impl Earliest for BinaryHeap<Reverse<Case>> {
    fn pop_if_earlier(&mut self, than_ms: i64) -> Option<Case> {
        let is_earlier = self.peek().is_some_and(|Reverse(case)| case.at_ms < than_ms);
        if is_earlier { self.pop().map(|Reverse(case)| case) } else { None }
    }
}

/// An application in the midst of its story. Ordered by its next event.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    at_ms: i64,
    id: u64,
    begin: String,
    amount: i64,
    /// What is still to happen, the next event last.
    story: Vec<Event>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    after_ms: i64,
    activity: &'static str,
    lifecycle: &'static str,
    resource: i64,
}

impl Case {
    fn of(id: u64, begin_ms: i64, dice: &mut Dice) -> Self {
        let mut story = Story { events: Vec::new(), dice };
        story.tell();
        story.events.reverse();
        let story = story.events;
        let amount = dice.between(2, 90) * 500;
        Self { at_ms: begin_ms, id, begin: text(begin_ms), amount, story }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { at_ms, id, begin, amount, story } = self;
        let Some(Event { activity, lifecycle, resource, .. }) = story.last() else { return Ok(()) };
        writeln!(out, "{id},{begin},{amount},{activity},{lifecycle},{resource},{}", text(*at_ms))
    }

    /// The case after its event, if its story goes on.
    fn later(mut self) -> Option<Self> {
        self.story.pop();
        self.at_ms += self.story.last()?.after_ms;
        Some(self)
    }
}

/// `2025-01-01T00:00:00.000+00:00`
fn text(at_ms: i64) -> String {
    let seconds = Moment(at_ms.div_euclid(1000)).to_string();
    format!("{}.{:03}+00:00", seconds.trim_end_matches('Z'), at_ms.rem_euclid(1000))
}

struct Story<'d> {
    events: Vec<Event>,
    dice: &'d mut Dice,
}

impl Story<'_> {
    /// Some twenty events: half of the applications end early, a sixth is approved.
    fn tell(&mut self) {
        self.system(&["A_SUBMITTED", "A_PARTLYSUBMITTED"]);
        if self.dice.chance(270) {
            return self.system(&["A_DECLINED"]);
        }
        if self.dice.chance(450) {
            self.work("W_Afhandelen leads", 2);
            if self.dice.chance(350) {
                return self.person("A_DECLINED");
            }
        }
        self.system(&["A_PREACCEPTED"]);
        self.work("W_Completeren aanvraag", 7);
        match self.dice.between(0, 9) {
            0..=2 => return self.person("A_DECLINED"),
            3 => return self.person("A_CANCELLED"),
            _ => {}
        }
        ["A_ACCEPTED", "A_FINALIZED"].into_iter().for_each(|activity| self.person(activity));
        for _ in 0..self.dice.between(1, 2) {
            ["O_SELECTED", "O_CREATED", "O_SENT"].into_iter().for_each(|activity| self.person(activity));
            self.work("W_Nabellen offertes", 8);
        }
        if self.dice.chance(250) {
            ["O_CANCELLED", "A_CANCELLED"].into_iter().for_each(|activity| self.person(activity));
            return;
        }
        self.person("O_SENT_BACK");
        self.work("W_Valideren aanvraag", 3);
        if self.dice.chance(600) {
            self.work("W_Nabellen incomplete dossiers", 8);
        }
        if self.dice.chance(250) {
            ["O_DECLINED", "A_DECLINED"].into_iter().for_each(|activity| self.person(activity));
            return;
        }
        ["O_ACCEPTED", "A_APPROVED", "A_REGISTERED", "A_ACTIVATED"]
            .into_iter()
            .for_each(|activity| self.person(activity));
    }

    fn system(&mut self, activities: &[&'static str]) {
        for activity in activities {
            let after_ms = self.dice.between(100, 60_000);
            self.events.push(Event { after_ms, activity, lifecycle: "COMPLETE", resource: NOBODY });
        }
    }

    fn person(&mut self, activity: &'static str) {
        let after_ms = self.dice.between(1000, 3 * MINUTE_MS);
        let resource = self.dice.between(PEOPLE.0, PEOPLE.1);
        self.events.push(Event { after_ms, activity, lifecycle: "COMPLETE", resource });
    }

    /// Work that is planned, then begun and put down some times, with hours and days between.
    fn work(&mut self, activity: &'static str, most: i64) {
        let after_ms = self.dice.between(1000, MINUTE_MS);
        self.events.push(Event { after_ms, activity, lifecycle: "SCHEDULE", resource: NOBODY });
        for _ in 0..self.dice.between(1, most) {
            let resource = self.dice.between(PEOPLE.0, PEOPLE.1);
            let after_ms = self.dice.spread(9 * 60) * MINUTE_MS;
            self.events.push(Event { after_ms, activity, lifecycle: "START", resource });
            let after_ms = self.dice.spread(6) * MINUTE_MS + self.dice.between(1000, MINUTE_MS);
            self.events.push(Event { after_ms, activity, lifecycle: "COMPLETE", resource });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(seed: u64, events: usize) -> String {
        let mut log = Vec::new();
        write_log(seed, events, &mut log).unwrap();
        String::from_utf8(log).unwrap()
    }

    #[test]
    fn a_log_is_in_the_order_of_time_and_the_same_for_a_seed() {
        let log = log(3, 5_000);
        let times: Vec<&str> = log.lines().skip(1).filter_map(|line| line.rsplit(',').next()).collect();
        assert_eq!(times.len(), 5_000);
        assert!(times.is_sorted());
        assert!(log.lines().all(|line| line.split(',').count() == 7));
        assert_eq!(log, self::log(3, 5_000));
        assert_ne!(log, self::log(4, 5_000));
    }

    #[test]
    fn applications_are_submitted_approved_and_declined() {
        // An application is approved weeks after it was submitted.
        let log = log(3, 60_000);
        let count = |activity: &str| log.matches(activity).count();
        let [submitted, approved, declined] = [",A_SUBMITTED,", ",A_APPROVED,", ",A_DECLINED,"].map(count);
        assert!(submitted > 200 && approved > 10 && declined > approved, "{submitted} {approved} {declined}");
    }
}
