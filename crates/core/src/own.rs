//! A person's own day, for their own eyes (C9): beside it their usual one and the team's middle, never a rank.

use crate::contribution::{Action, Count, Days, Measure, Place};
use crate::policy::Version;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What one person has done by now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct OwnDay {
    /// Actions of today.
    pub acts: i64,
    /// Tasks done today.
    pub done: i64,
    /// Leads answered in time today.
    pub in_time: i64,
    /// Leads whose target was exceeded today.
    pub breached: i64,
    /// Own deals that are overdue now.
    pub overdue: i64,
    /// The median of actions over those of the seven days before on which there were any; nothing without one.
    pub usual: Option<i64>,
    /// The median of today's actions over the people who have acted today; nothing for fewer than three.
    pub team: Option<i64>,
}

/// Fewer people would know each other's figure.
const TEAM_MIN: usize = 3;
/// Days that make the usual one.
const USUAL_DAYS: i32 = 7;

/// The day of each person of the roster who has done anything lately, or whose deals are overdue.
#[must_use]
pub fn own_days(days: &dyn Days, version: &Version, today: Day) -> BTreeMap<u64, OwnDay> {
    let mut own: BTreeMap<u64, OwnDay> = BTreeMap::new();
    let mut before: BTreeMap<u64, BTreeMap<Day, i64>> = BTreeMap::new();
    for (day, counts) in days.range(today.plus(-USUAL_DAYS), today) {
        for ((place, measure), n) in counts.iter() {
            match measure {
                Measure::Act(_) if day < today => {
                    *before.entry(place.manager).or_default().entry(day).or_default() += n;
                }
                _ if day == today => own.entry(place.manager).or_default().count(*measure, *n),
                _ => {}
            }
        }
    }
    let of_manager = |place: Place| Place { manager: place.manager, ..Place::default() };
    let gauges = days.gauges_by(&BTreeSet::from([today]), of_manager).remove(&today).unwrap_or_default();
    for ((place, measure), n) in gauges {
        if measure == Measure::Count(Count::Overdue) {
            own.entry(place.manager).or_default().overdue = n;
        }
    }
    for (user, acts) in before {
        own.entry(user).or_default().usual = median(acts.into_values().filter(|n| *n > 0).collect());
    }
    own.retain(|user, day| version.is_person(*user, today) && *day != OwnDay::default());
    let acting: Vec<i64> = own.values().map(|day| day.acts).filter(|acts| *acts > 0).collect();
    let team = if acting.len() < TEAM_MIN { None } else { median(acting) };
    own.values_mut().for_each(|day| day.team = team);
    own
}

impl OwnDay {
    fn count(&mut self, measure: Measure, n: i64) {
        match measure {
            Measure::Act(action) => {
                self.acts += n;
                self.done += if action == Action::TaskDone { n } else { 0 };
            }
            Measure::Count(Count::InTime) => self.in_time += n,
            Measure::Count(Count::Breached) => self.breached += n,
            _ => {}
        }
    }
}

/// The nearest rank.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(feature = "zones")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::{Contribution, Entry, Totals};
    use crate::policy::{Person, Policy, Rules};
    use crate::time::Moment;

    const TODAY: Day = Day(20_000);

    fn entry(day: i32, manager: u64, measure: Measure, n: i64) -> Entry {
        (TODAY.plus(day), Place { manager, pipeline: 5, ..Place::default() }, measure, n)
    }

    fn of(entries: Vec<Entry>) -> BTreeMap<u64, OwnDay> {
        let people = (1..=4).map(|id| Person { id, service: id == 4, ..Person::default() }).collect();
        let policy = Policy { people, ..Policy::standard("Europe/Moscow") };
        let rules = Rules::compile(vec![(TODAY, policy)], Moment(0), Moment(1_728_000_000)).unwrap();
        let mut totals = Totals::default();
        totals.add(&Contribution::of(entries));
        own_days(&totals, rules.at(Moment(1_728_000_000)), TODAY)
    }

    fn acts(day: i32, manager: u64, n: i64) -> Entry {
        entry(day, manager, Measure::Act(Action::Called), n)
    }

    #[test]
    fn the_day_is_the_person_s_own() {
        let count = |day, count, n| entry(day, 1, Measure::Count(count), n);
        let own = of(vec![
            acts(0, 1, 4),
            entry(0, 1, Measure::Act(Action::TaskDone), 2),
            count(0, Count::InTime, 3),
            count(0, Count::Breached, 1),
            count(-1, Count::InTime, 9),
            count(-30, Count::Overdue, 5),
            count(-2, Count::Overdue, -1),
            acts(-1, 1, 10),
            acts(-2, 1, 20),
            acts(-3, 1, 12),
            acts(-8, 1, 999),
        ]);
        let day =
            OwnDay { acts: 6, done: 2, in_time: 3, breached: 1, overdue: 4, usual: Some(12), team: None };
        assert_eq!(own, BTreeMap::from([(1, day)]));
    }

    #[test]
    fn the_team_s_middle_is_of_three_people_at_least_and_of_people_only() {
        let two = of(vec![acts(0, 1, 4), acts(0, 2, 8), acts(0, 4, 500), acts(0, 77, 500)]);
        assert_eq!(
            two.into_iter().map(|(user, day)| (user, day.team)).collect::<Vec<_>>(),
            [(1, None), (2, None)]
        );
        let three = of(vec![acts(0, 1, 4), acts(0, 2, 8), acts(0, 3, 9)]);
        assert!(three.values().all(|day| day.team == Some(8)));
        let away = of(vec![acts(0, 1, 4), acts(0, 2, 8), acts(-1, 3, 9)]);
        assert_eq!(away[&3], OwnDay { usual: Some(9), ..OwnDay::default() });
        assert_eq!(away[&1].team, None);
    }
}
