//! Versions of the policy, compiled.

use super::{Acceptance, Person, Policy, Span};
use crate::calendar::{Calendar, CalendarError};
use crate::time::{Day, Moment};
use crate::timetable::Timetable;
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The zone of a calendar is not in the database.
    Zone {
        /// The name of the calendar; none for the account's own.
        calendar: Option<String>,
        /// What is wrong, with names like it.
        hint: String,
    },
    /// A calendar cannot be compiled.
    Calendar {
        /// The name of the calendar; none for the account's own.
        calendar: Option<String>,
        /// What is wrong.
        error: CalendarError,
    },
    /// A person, a pipeline or a target names a calendar that is not there.
    NoCalendar(String),
    /// A target is not positive.
    Target {
        /// The name of the target; none for the first response.
        name: Option<String>,
        /// Its business seconds.
        target_s: i64,
    },
    /// There is no version at all.
    Empty,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |name: &Option<String>| match name {
            Some(name) => format!("calendars.{name}"),
            None => "calendar".to_owned(),
        };
        match self {
            Self::Zone { calendar, hint } => write!(f, "{}.tz: {hint}", place(calendar)),
            Self::Calendar { calendar, error } => write!(f, "{}: {error}", place(calendar)),
            Self::NoCalendar(name) => write!(f, "calendars has no «{name}»: add it, or name another one"),
            Self::Target { name: None, target_s } => {
                write!(f, "first_response.target is {target_s} s: give a business time, such as \"15m\"")
            }
            Self::Target { name: Some(name), target_s } => {
                write!(f, "the target «{name}» is {target_s} s: give a business time, such as \"24h\"")
            }
            Self::Empty => f.write_str("there is no policy: give at least one version"),
        }
    }
}

impl std::error::Error for PolicyError {}

/// One version of the policy, compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The first moment at which it holds.
    pub from: Moment,
    /// The policy itself; its people are sorted by id.
    pub policy: Policy,
    /// The account's zone.
    pub zone: Zone,
    /// The account's working hours.
    pub timetable: Timetable,
    /// The other working hours, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(not(feature = "zones"), serde(skip_deserializing))]
    pub timetables: BTreeMap<String, Timetable>,
    /// Business seconds of an ordinary working day.
    #[serde(default)]
    pub day_s: i64,
}

impl Version {
    /// The version as a card needs it: the account's business time of some weeks around now, and nobody's name.
    #[must_use]
    pub fn for_card(&self, now: Moment) -> Self {
        let (from, until) = (now.plus(-CARD_PAST_S), now.plus(CARD_AHEAD_S));
        let mut policy = self.policy.clone();
        // The hours are in the timetables.
        policy.calendar = Calendar { tz: policy.calendar.tz, ..Calendar::default() };
        policy.calendars.clear();
        policy.people.iter_mut().for_each(|person| person.name.clear());
        // What is to be reached is the owner's.
        (policy.acceptance, policy.goals) = (Acceptance::default(), Vec::new());
        Self {
            from: self.from.max(from),
            policy,
            zone: self.zone.part(from, until),
            timetable: self.timetable.part(from, until),
            timetables: BTreeMap::new(),
            day_s: self.day_s,
        }
    }

    /// The working hours of a name, as a card needs them.
    #[must_use]
    pub fn hours_for_card(&self, name: &str, now: Moment) -> Timetable {
        self.hours_named(Some(name)).part(now.plus(-CARD_PAST_S), now.plus(CARD_AHEAD_S))
    }

    /// Business seconds of a span.
    #[must_use]
    pub const fn seconds(&self, span: Span) -> i64 {
        span.seconds(self.day_s)
    }

    /// A user of the roster.
    #[must_use]
    pub fn person(&self, user: u64) -> Option<&Person> {
        let people = &self.policy.people;
        people.binary_search_by_key(&user, |person| person.id).ok().and_then(|index| people.get(index))
    }

    /// Whether a user is a person who works here on a day; a user who is not on a roster is one only if there
    /// is no roster.
    #[must_use]
    pub fn is_person(&self, user: u64, day: Day) -> bool {
        user != 0 && self.person(user).map_or(self.policy.people.is_empty(), |person| person.works_on(day))
    }

    /// As [`Version::is_person`], on the account's date at a moment.
    #[must_use]
    pub fn is_person_at(&self, user: u64, at: Moment) -> bool {
        // The date matters only to those who leave, and finding it costs more than the rest.
        let date = |until: Option<Day>| until.map_or(Day(0), |_| self.zone.day_of(at));
        let works = |person: &Person| person.works_on(date(person.until));
        user != 0 && self.person(user).map_or(self.policy.people.is_empty(), works)
    }

    /// The working hours by which a clock runs: the target's own, else the responsible person's, else the
    /// pipeline's, else the account's.
    #[must_use]
    pub fn hours(&self, target: Option<&str>, responsible: u64, pipeline: u64) -> &Timetable {
        if self.timetables.is_empty() {
            return &self.timetable;
        }
        self.hours_named(self.name_of_hours(target, responsible, pipeline))
    }

    /// The name of these hours; none for the account's own.
    #[must_use]
    pub fn name_of_hours<'v>(
        &'v self,
        target: Option<&'v str>,
        responsible: u64,
        pipeline: u64,
    ) -> Option<&'v str> {
        let person = || self.person(responsible).and_then(|person| person.calendar.as_deref());
        let of_pipeline = || {
            let pipeline = self.policy.pipelines.iter().find(|p| p.id == pipeline);
            pipeline.and_then(|pipeline| pipeline.calendar.as_deref())
        };
        target.or_else(person).or_else(of_pipeline)
    }

    /// The working hours of a name; the account's own where there is none.
    #[must_use]
    pub fn hours_named(&self, name: Option<&str>) -> &Timetable {
        name.and_then(|name| self.timetables.get(name)).unwrap_or(&self.timetable)
    }
}

/// A card looks back over a weekend and ahead over the longest holidays.
const CARD_PAST_S: i64 = 4 * 86_400;
const CARD_AHEAD_S: i64 = 35 * 86_400;

/// Everything that judgements need besides facts and time: versions of the policy, oldest first, and the
/// moment from which the account is observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    first: Version,
    later: Vec<Version>,
    observed_from: Moment,
    changes: Vec<Moment>,
}

impl Rules {
    /// The version that holds at a moment; the first one also holds before its beginning.
    #[must_use]
    pub fn at(&self, at: Moment) -> &Version {
        self.later.iter().rev().find(|version| version.from <= at).unwrap_or(&self.first)
    }

    /// All versions, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The moments at which the rules change: another version begins to hold, somebody leaves, is away or
    /// comes back, the pilot begins or ends. Sorted.
    #[must_use]
    pub fn changes(&self) -> &[Moment] {
        &self.changes
    }

    /// From when on the account is observed: before it, silence says nothing.
    #[must_use]
    pub fn observed_from(&self) -> Moment {
        self.observed_from
    }

    /// The account's date at a moment.
    #[must_use]
    pub fn day_of(&self, at: Moment) -> Day {
        self.at(at).zone.day_of(at)
    }

    /// The first date that is observed, be it in part.
    #[must_use]
    pub fn observed_day(&self) -> Day {
        self.day_of(self.observed_from)
    }

    /// The first moment after a date.
    #[must_use]
    pub fn end_of(&self, day: Day) -> Moment {
        let mut versions = self.versions().peekable();
        let mut end = Moment(i64::MAX);
        while let Some(version) = versions.next() {
            end = version.zone.start_of(day.plus(1)).max(version.from);
            if versions.peek().is_none_or(|next| end < next.from) {
                break;
            }
        }
        end
    }
}

#[cfg(feature = "zones")]
mod compile {
    use super::{Calendar, Policy, PolicyError, Rules, Timetable, Version};
    use crate::time::{Day, Moment};
    use crate::zone::Zone;
    use std::collections::BTreeMap;

    /// Days of business time compiled beyond now: no target is longer, and rules are compiled anew more often.
    const AHEAD_DAYS: i32 = 800;

    impl Rules {
        /// Compiles versions, each with the date from which it holds; the first one's date does not matter.
        /// Business time reaches from the beginning of the observation to two years after `now`.
        ///
        /// # Errors
        /// There is no version, or one has an unknown zone, an impossible calendar or a target of zero.
        pub fn compile(
            versions: Vec<(Day, Policy)>,
            observed_from: Moment,
            now: Moment,
        ) -> Result<Self, PolicyError> {
            let mut compiled =
                versions.into_iter().map(|(day, policy)| version(day, policy, observed_from, now));
            let mut first = compiled.next().ok_or(PolicyError::Empty)??;
            first.from = Moment(i64::MIN);
            let mut later = compiled.collect::<Result<Vec<_>, _>>()?;
            later.sort_by_key(|version| version.from);
            let mut changes: Vec<Moment> = later.iter().map(|version| version.from).collect();
            std::iter::once(&first).chain(&later).for_each(|version| changes.extend(dates(version)));
            changes.sort_unstable();
            changes.dedup();
            Ok(Self { first, later, observed_from, changes })
        }
    }

    fn dates(version: &Version) -> Vec<Moment> {
        let mut days = Vec::new();
        for person in &version.policy.people {
            days.extend(person.until.map(|day| day.plus(1)));
            days.extend(person.absences.iter().flat_map(|absence| [absence.from, absence.to.plus(1)]));
        }
        days.extend(version.policy.pilot.iter().flat_map(|pilot| [pilot.from, pilot.to.plus(1)]));
        days.into_iter().map(|day| version.zone.start_of(day)).collect()
    }

    fn version(day: Day, policy: Policy, observed_from: Moment, now: Moment) -> Result<Version, PolicyError> {
        let mut policy = policy;
        policy.people.sort_by_key(|person| person.id);
        policy.people.dedup_by_key(|person| person.id);
        let day_s = policy.calendar.day_s();
        targets(&policy, day_s)?;
        let (zone, timetable) = compiled(None, &policy.calendar, observed_from, now)?;
        let others = policy.calendars.iter().map(|(name, calendar)| {
            Ok((name.clone(), compiled(Some(name), calendar, observed_from, now)?.1))
        });
        let timetables = others.collect::<Result<BTreeMap<_, _>, PolicyError>>()?;
        let named = policy.people.iter().filter_map(|person| person.calendar.as_ref());
        let named = named.chain(policy.pipelines.iter().filter_map(|pipeline| pipeline.calendar.as_ref()));
        let mut named = named.chain(policy.targets.iter().filter_map(|target| target.calendar.as_ref()));
        if let Some(missing) = named.find(|name| !timetables.contains_key(*name)) {
            return Err(PolicyError::NoCalendar(missing.clone()));
        }
        Ok(Version { from: zone.start_of(day), policy, zone, timetable, timetables, day_s })
    }

    fn targets(policy: &Policy, day_s: i64) -> Result<(), PolicyError> {
        let others = policy.targets.iter().map(|target| (Some(&target.name), target.target));
        for (name, span) in std::iter::once((None, policy.first_response.target)).chain(others) {
            let target_s = span.seconds(day_s);
            if target_s <= 0 {
                return Err(PolicyError::Target { name: name.cloned(), target_s });
            }
        }
        Ok(())
    }

    fn compiled(
        name: Option<&String>,
        calendar: &Calendar,
        observed_from: Moment,
        now: Moment,
    ) -> Result<(Zone, Timetable), PolicyError> {
        let zone = Zone::named(&calendar.tz)
            .map_err(|error| PolicyError::Zone { calendar: name.cloned(), hint: error.to_string() })?;
        let begin = zone.day_of(observed_from).plus(-2);
        let end = zone.day_of(now.max(observed_from)).plus(AHEAD_DAYS);
        let timetable = calendar.compile(&zone, begin, end);
        let timetable =
            timetable.map_err(|error| PolicyError::Calendar { calendar: name.cloned(), error })?;
        Ok((zone, timetable))
    }
}
