//! A company for the tests.

use crate::{Choice, Lang, OwnerPage};
use takeroot_core::calendar::{Calendar, Weekly, Window};
use takeroot_core::contribution::{Action, Contribution, Count, Measure, Place, Took, Totals};
use takeroot_core::day::{Document, Envelope};
use takeroot_core::histogram;
use takeroot_core::policy::{Field, Person, Pipeline, Policy, Rules};
use takeroot_core::summary::Summary;
use takeroot_core::time::{DAY_S, Day, Moment};
use takeroot_core::zone::Zone;

/// 2026-11-20, a Friday.
pub(crate) const TODAY: Day = Day(20_777);
/// People of the roster have the ids 101 to 108.
const FIRST_PERSON: u64 = 101;

pub(crate) type Entries = Vec<(Day, Place, Measure, i64)>;

#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) policy: Policy,
    pub(crate) zone: Zone,
    pub(crate) observed_from: Moment,
}

impl Default for Company {
    fn default() -> Self {
        let hours = || vec![Window::parse("09:00", "18:00").unwrap()];
        let weekly = Weekly {
            mon: hours(),
            tue: hours(),
            wed: hours(),
            thu: hours(),
            fri: hours(),
            ..Weekly::default()
        };
        let calendar = Calendar { tz: "Europe/Moscow".into(), weekly, ..Calendar::default() };
        let person = |id, name: &str, service| Person { id, name: name.into(), service, ..Person::default() };
        let names = ["Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Жанна", "Захар"];
        let mut people: Vec<Person> =
            (FIRST_PERSON..).zip(names).map(|(id, name)| person(id, name, false)).collect();
        people.push(person(900, "Сайт", true));
        let pipeline = |id, name: &str| Pipeline { id, name: name.into(), ..Pipeline::default() };
        let pipelines = vec![pipeline(1, "Розница"), pipeline(2, "Опт")];
        let policy = Policy { calendar, pipelines, people, ..Policy::default() };
        let observed_from = "2026-10-01T00:00:00Z".parse().unwrap();
        Self { policy, zone: Zone::fixed("Europe/Moscow", 3 * 3600), observed_from }
    }
}

/// Counts of one day, in the first pipeline, of the first manager.
pub(crate) fn at<M: Copy + Into<Measure>>(day: Day, counts: &[(M, i64)]) -> Entries {
    let place = Place { pipeline: 1, manager: FIRST_PERSON, ..Place::default() };
    counts.iter().map(|(measure, n)| (day, place, (*measure).into(), *n)).collect()
}

impl Company {
    /// The owner's page of a summary, as plain as it can be.
    pub(crate) fn page<'a>(&'a self, document: &'a Document<Summary>, lang: Lang) -> OwnerPage<'a> {
        OwnerPage {
            account: "",
            document,
            yesterday: None,
            week_ago: None,
            policy: &self.policy,
            zone: &self.zone,
            days: &[TODAY],
            points: &[],
            logbook: &[],
            lang,
            base: "/o",
            query: "",
            choice: Choice::default(),
        }
    }

    /// Counts of the day, on which the first `acted` people acted.
    pub(crate) fn entries<M: Copy + Into<Measure>>(&self, counts: &[(M, i64)], acted: u64) -> Entries {
        let act = |manager| {
            (TODAY, Place { pipeline: 1, manager, ..Place::default() }, Measure::Act(Action::Called), 1)
        };
        at(TODAY, counts).into_iter().chain((FIRST_PERSON..FIRST_PERSON + acted).map(act)).collect()
    }

    pub(crate) fn document<M: Copy + Into<Measure>>(
        &self,
        counts: &[(M, i64)],
        acted: u64,
    ) -> Document<Summary> {
        self.summary(self.entries(counts, acted))
    }

    /// The final summary of the day.
    pub(crate) fn summary(&self, entries: Entries) -> Document<Summary> {
        let rules =
            Rules::compile(vec![(Day(0), self.policy.clone())], self.observed_from, self.observed_from)
                .unwrap();
        let mut totals = Totals::default();
        totals.replace(&Contribution::default(), &Contribution::of(entries));
        let as_of = self.zone.start_of(TODAY).plus(4 * DAY_S);
        let figures = Summary::of(&totals, &rules, TODAY);
        Document { envelope: Envelope::of(TODAY, &rules, as_of, 1), figures }
    }

    /// Two busy weeks: every figure known, the managers unlike each other.
    pub(crate) fn busy(&self) -> Document<Summary> {
        let mut entries = self.entries::<Measure>(&[], 7);
        for back in 0..14 {
            for manager in FIRST_PERSON..FIRST_PERSON + 8 {
                let n = i64::try_from(manager - FIRST_PERSON).unwrap();
                let place = Place { pipeline: manager % 2 + 1, manager, ..Place::default() };
                let times = Measure::Took(Took::Response, histogram::bucket(120 + 400 * n));
                let counts = [
                    (Measure::Count(Count::Entered), 2 + back % 2),
                    (Measure::Count(Count::InTime), i64::from(n < 3) + 1),
                    (Measure::Count(Count::Breached), i64::from(n > 5)),
                    (times, 2),
                    (Measure::Count(Count::Won), i64::from(back == n)),
                    (Measure::Count(Count::Lost), i64::from(back % 5 == n)),
                    (Measure::Count(Count::Active), 90 + n),
                    (Measure::Count(Count::Waiting), i64::from(back == 3)),
                    (Measure::Count(Count::Overdue), 7 * n),
                    (Measure::Count(Count::Cards), 60),
                    (Measure::Count(Count::Complete), 60 - 5 * n),
                ];
                let field = if n < 4 { Field::Amount } else { Field::Custom(7) };
                let whole = Place { manager: 0, ..place };
                entries.push((TODAY.plus(-20), whole, Measure::Lacks(field), 1 + n));
                entries.extend(
                    counts.map(|(measure, n)| (TODAY.plus(-i32::try_from(back).unwrap()), place, measure, n)),
                );
            }
        }
        self.summary(entries)
    }
}
