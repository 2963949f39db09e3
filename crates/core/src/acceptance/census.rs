//! What is counted by the roster and the calendar: people on working days, days with facts, changes of the
//! policy.

use super::Ratio;
use super::book::Book;
use super::metric::Metric;
use super::period::Period;
use crate::contribution::{Count, Dimension, Measure, Slice};
use crate::policy::{Person, Policy};
use crate::sorted::Sorted;
use crate::time::Day;
use std::collections::BTreeSet;

/// Days before and after a change of the policy that are laid beside each other.
const TURN_DAYS: i32 = 14;
/// Percentage points by which a share may turn after a change and still count as calm.
const CALM_POINTS: i64 = 5;
/// Changes judged at most: the latest ones.
const CHANGES_MAX: usize = 6;

/// People on the working days of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attendance {
    pub(crate) working_days: i64,
    /// Person-days with an action.
    pub(crate) acted: i64,
    /// Person-days of the roster, without those away, and those of them with an action.
    pub(crate) roster: Ratio,
    /// The same of those who lead.
    pub(crate) heads: Ratio,
    /// The same of each person who was expected.
    pub(crate) persons: Sorted<u64, Ratio>,
    /// Who acted on any day of the period.
    pub(crate) people: BTreeSet<u64>,
}

impl Attendance {
    /// Mean persons of a working day among those of the whole period.
    pub(crate) fn dau_mau(&self) -> Ratio {
        Ratio { n: self.acted, of: self.working_days * count(self.people.len()) }
    }
}

impl Book<'_> {
    /// Whether the account's calendar opens on a day.
    pub(crate) fn is_working(&self, day: Day) -> bool {
        let version = self.rules.at(self.rules.end_of(day).plus(-1));
        let (start, end) = (version.zone.start_of(day), version.zone.start_of(day.plus(1)));
        version.timetable.between(start, end).is_ok_and(|open_s| open_s > 0)
    }

    pub(crate) fn attendance(&mut self, period: Period, slice: Slice) -> Attendance {
        if let Some(known) = self.attendances.get(&(period, slice)) {
            return known.clone();
        }
        let acted = self.sheet(period, slice).acted.clone();
        let mut attendance = Attendance::default();
        for day in (period.from.0..=period.to.min(self.day).0).map(Day) {
            let version = self.rules.at(self.rules.end_of(day).plus(-1));
            let policy = &version.policy;
            let who = acted.keys().filter(|(acted, _)| *acted == day).map(|(_, user)| *user);
            let who: BTreeSet<u64> = who.filter(|user| version.is_person(*user, day)).collect();
            if self.is_working(day) {
                attendance.working_days += 1;
                attendance.acted += count(who.len());
                for person in policy.people.iter().filter(|person| is_expected(policy, person, day, slice)) {
                    let came = i64::from(who.contains(&person.id));
                    attendance.roster = attendance.roster.plus(came, 1);
                    let own = attendance.persons.of(person.id);
                    *own = own.plus(came, 1);
                    if person.head {
                        attendance.heads = attendance.heads.plus(came, 1);
                    }
                }
            }
            attendance.people.extend(who);
        }
        self.attendances.insert((period, slice), attendance.clone());
        attendance
    }

    /// The numerator and denominator of what is counted by roster and calendar.
    pub(crate) fn census(&mut self, metric: Metric, period: Period, slice: Slice) -> Ratio {
        match metric {
            Metric::ReportingDays => self.reporting_days(period),
            Metric::CalmChanges => self.calm_changes(period),
            _ => {
                let attendance = self.attendance(period, slice);
                match metric {
                    Metric::DauMau => attendance.dau_mau(),
                    Metric::Heads => attendance.heads,
                    _ => attendance.roster,
                }
            }
        }
    }

    fn reporting_days(&self, period: Period) -> Ratio {
        let days = (period.from.0..=period.to.min(self.day).0).map(Day);
        let working: Vec<Day> = days.filter(|day| self.is_working(*day)).collect();
        let reports = |day: &&Day| {
            self.totals
                .day(**day)
                .is_some_and(|counts| counts.keys().any(|(_, measure)| is_of_a_fact(*measure)))
        };
        Ratio { n: count(working.iter().filter(reports).count()), of: count(working.len()) }
    }

    /// First responses in time and missed leads, two weeks before and after each version of the policy.
    fn calm_changes(&mut self, period: Period) -> Ratio {
        let begins: Vec<Day> =
            self.rules.versions().skip(1).map(|version| version.zone.day_of(version.from)).collect();
        let mut calm = Ratio::default();
        for from in begins.into_iter().rev().filter(|from| period.has(*from)).take(CHANGES_MAX) {
            let after = Period { from, to: from.plus(TURN_DAYS - 1) };
            if after.to > self.day || !self.is_observed(after.before()) {
                continue;
            }
            let mut turn = |metric| {
                let before = self.sheet(after.before(), Slice::ALL).ratio(metric);
                before.turns_down(self.sheet(after, Slice::ALL).ratio(metric), metric.less_is_better())
            };
            let turns = [turn(Metric::InTime), turn(Metric::Missed)];
            if turns.iter().any(Option::is_some) {
                calm.of += 1;
                calm.n += i64::from(!turns.contains(&Some(true)));
            }
        }
        calm
    }
}

impl Ratio {
    /// Whether the share after is worse than this one by more than some points; `None` where one is of nothing.
    fn turns_down(self, after: Self, less_is_better: bool) -> Option<bool> {
        if self.of <= 0 || after.of <= 0 {
            return None;
        }
        let wide = |a: i64, b: i64| i128::from(a) * i128::from(b);
        let rise = (wide(after.n, self.of) - wide(self.n, after.of)) * 100;
        let fall = if less_is_better { rise } else { -rise };
        Some(fall > wide(self.of, after.of) * i128::from(CALM_POINTS))
    }
}

fn is_expected(policy: &Policy, person: &Person, day: Day, slice: Slice) -> bool {
    let theirs = match slice.by {
        Some((Dimension::Manager, user)) => user == person.id,
        Some((Dimension::Pilot, _)) => policy.pilots(0, person.id, day),
        _ => true,
    };
    theirs && person.works_on(day) && !person.is_absent(day)
}

/// Whether a fact made an entry: deadlines pass and gauges move by themselves.
const fn is_of_a_fact(measure: Measure) -> bool {
    use Count::WrongPipeline;
    use Count::{AutoLeads, AutoRight, BadRecords, Breached, Exceeded, LateRecords, Missed};
    use Count::{
        NoContact, NoResponsible, NoSource, OffBreached, Records, Reminded, ReplyBreached, Triggers,
    };
    match measure {
        Measure::Count(count) => {
            let by_itself = matches!(
                count,
                Breached
                    | OffBreached
                    | ReplyBreached
                    | Exceeded
                    | Missed
                    | Triggers
                    | Reminded
                    | AutoLeads
                    | AutoRight
                    | Records
                    | BadRecords
                    | LateRecords
                    | NoContact
                    | NoSource
                    | NoResponsible
                    | WrongPipeline
            );
            !count.is_gauge() && !by_itself
        }
        _ => true,
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_turns_down_by_more_than_five_points_and_not_where_it_is_of_nothing() {
        let of = |n, of| Ratio { n, of };
        assert_eq!(of(80, 100).turns_down(of(74, 100), false), Some(true));
        assert_eq!(of(80, 100).turns_down(of(75, 100), false), Some(false));
        assert_eq!(of(10, 100).turns_down(of(16, 100), true), Some(true));
        assert_eq!(of(10, 100).turns_down(of(4, 100), true), Some(false));
        assert_eq!(of(0, 0).turns_down(of(1, 2), false), None);
        assert_eq!(of(1, 2).turns_down(of(0, 0), false), None);
    }
}
