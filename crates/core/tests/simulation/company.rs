//! Companies: their rules as the core takes them, and as a reader of the definitions would keep them.

use crate::dice::Dice;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use takeroot_core::calendar::{Calendar, Window};
use takeroot_core::fact::Stage;
use takeroot_core::policy::{
    Absence, Checklist, ChecklistItem, Condition, Field, Import, Mandatory, Person, Pilot, Pipeline, Policy,
    Route, Rules, Span, StageName,
};
use takeroot_core::time::{Day, Moment};

/// Monday 2026-03-02.
pub(crate) const FIRST: Day = Day(20_514);
pub(crate) const DAY_S: i64 = 86_400;
pub(crate) const START: i64 = 20_514 * DAY_S;
pub(crate) const PEOPLE: [u64; 4] = [11, 12, 13, 14];
pub(crate) const SITE: u64 = 90;
pub(crate) const IMPORTER: u64 = 95;
pub(crate) const STRANGER: u64 = 77;
/// Words that no document may contain.
pub(crate) const SECRETS: [&str; 4] = ["Имярек", "+79990001122", "imyarek@example.org", "Секретная воронка"];

/// One version of the rules, by hand.
pub(crate) struct Term {
    pub(crate) from: i64,
    /// Of its zone, which knows no summer time.
    pub(crate) offset_s: i64,
    /// By weekday from Monday: minutes of the local day.
    windows: [Vec<(i64, i64)>; 7],
    holidays: Vec<i64>,
    pub(crate) target_s: i64,
    /// The pipelines that are measured; none means all.
    measured: Vec<u64>,
    /// Whether every stage asks for the amount.
    pub(crate) asks_amount: bool,
    /// The roster: who, the last day.
    people: Vec<(u64, bool, Option<Day>)>,
}

pub(crate) struct Company {
    pub(crate) rules: Rules,
    pub(crate) terms: Vec<Term>,
    pub(crate) observed_from: i64,
}

const COMPANIES: usize = 24;

static POOL: LazyLock<Vec<Company>> =
    LazyLock::new(|| (0..COMPANIES as u64).map(|n| found(&mut Dice::new(n))).collect());

/// Compiling a calendar takes longer than a small world lives, so that worlds share companies.
pub(crate) fn company(dice: &mut Dice) -> &'static Company {
    &POOL[usize::try_from(dice.id(0, COMPANIES as u64)).unwrap()]
}

impl Company {
    pub(crate) fn term(&self, at: i64) -> &Term {
        self.terms.iter().rev().find(|term| term.from <= at).unwrap()
    }

    pub(crate) fn day_of(&self, at: i64) -> i32 {
        i32::try_from((at + self.term(at).offset_s).div_euclid(DAY_S)).unwrap()
    }

    /// The first moment after a day.
    pub(crate) fn end_of(&self, day: i32) -> i64 {
        let next = i64::from(day + 1) * DAY_S;
        let turns = self.terms.iter().map(|term| next - term.offset_s);
        let all = turns.chain(self.terms.iter().map(|term| term.from));
        all.filter(|at| *at > i64::MIN && self.day_of(*at) > day).min().unwrap()
    }

    pub(crate) fn measures(&self, at: i64, pipeline: u64) -> bool {
        let measured = &self.term(at).measured;
        pipeline == 0 || measured.is_empty() || measured.contains(&pipeline)
    }

    /// Whether a deal that stands there must have an amount.
    pub(crate) fn asks_amount(&self, at: i64, pipeline: u64, stage: Option<Stage>) -> bool {
        let term = self.term(at);
        let known = matches!(stage, Some(Stage::Open(id)) if stages_of(pipeline).contains(&id));
        term.asks_amount && known && term.measured.contains(&pipeline)
    }

    pub(crate) fn is_person(&self, at: i64, user: u64) -> bool {
        let people = &self.term(at).people;
        let known = people.iter().find(|(id, ..)| *id == user);
        known.map_or(people.is_empty(), |(_, service, until)| {
            !service && until.is_none_or(|until| self.day_of(at) <= until.0)
        })
    }

    /// The first second after which so much business time is spent by the term, quarter by quarter of an hour.
    pub(crate) fn spent_at(&self, term: &Term, from: i64, seconds: i64) -> i64 {
        let (mut at, mut left) = (from, seconds);
        loop {
            let next = (at.div_euclid(QUARTER_S) + 1) * QUARTER_S;
            if term.is_open(at) {
                if next - at >= left {
                    return at + left;
                }
                left -= next - at;
            }
            at = next;
        }
    }
}

const QUARTER_S: i64 = 900;

/// Business seconds by a term, quarter by quarter of an hour.
pub(crate) fn business_s(term: &Term, from: i64, until: i64) -> i64 {
    let (mut at, mut sum) = (from, 0);
    while at < until {
        let next = ((at.div_euclid(QUARTER_S) + 1) * QUARTER_S).min(until);
        sum += if term.is_open(at) { next - at } else { 0 };
        at = next;
    }
    sum
}

impl Term {
    fn is_open(&self, at: i64) -> bool {
        let local = at + self.offset_s;
        let (day, minute) = (local.div_euclid(DAY_S), local.rem_euclid(DAY_S) / 60);
        let within = |day: i64, minute: i64| {
            let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap();
            let open = |(from, to): &(i64, i64)| (*from..*to).contains(&minute);
            !self.holidays.contains(&day) && self.windows[weekday].iter().any(open)
        };
        within(day, minute) || within(day - 1, minute + 24 * 60)
    }
}

fn found(dice: &mut Dice) -> Company {
    let observed_from = if dice.percent(30) { START + dice.below(4 * DAY_S) } else { START - 5 * DAY_S };
    let (policy, term) = version(dice);
    let (mut terms, mut versions) = (vec![Term { from: i64::MIN, ..term }], vec![(Day(0), policy)]);
    if dice.percent(60) {
        let day = FIRST.plus(2 + i32::try_from(dice.below(6)).unwrap());
        let (policy, term) = version(dice);
        terms.push(Term { from: i64::from(day.0) * DAY_S - term.offset_s, ..term });
        versions.push((day, policy));
    }
    let rules = Rules::compile(versions, Moment(observed_from), Moment(START)).unwrap();
    Company { rules, terms, observed_from }
}

fn version(dice: &mut Dice) -> (Policy, Term) {
    let (tz, hours) = dice.pick(&[
        ("Europe/Moscow", 3),
        ("Asia/Omsk", 6),
        ("Europe/Samara", 4),
        ("Europe/Kaliningrad", 2),
        ("Asia/Kamchatka", 12),
    ]);
    let shapes: [&[(&str, &str, i64, i64)]; 4] = [
        &[("09:00", "18:00", 540, 1080)],
        &[("10:00", "13:00", 600, 780), ("13:45", "19:00", 825, 1140)],
        &[("20:00", "02:15", 1200, 1575)],
        &[("00:00", "24:00", 0, 1440)],
    ];
    let shape = dice.pick(&shapes);
    let days = dice.pick(&[5, 6, 7]);
    let windows = || shape.iter().map(|(from, to, ..)| Window::parse(from, to).unwrap()).collect::<Vec<_>>();
    let mut calendar = Calendar { tz: tz.to_owned(), ..Calendar::default() };
    let week = &mut calendar.weekly;
    let names = [
        &mut week.mon,
        &mut week.tue,
        &mut week.wed,
        &mut week.thu,
        &mut week.fri,
        &mut week.sat,
        &mut week.sun,
    ];
    names.into_iter().take(days).for_each(|day| *day = windows());
    let minutes: Vec<(i64, i64)> = shape.iter().map(|(.., from, to)| (*from, *to)).collect();
    let open = std::array::from_fn(|weekday| if weekday < days { minutes.clone() } else { Vec::new() });
    let holidays: Vec<i64> = (0..dice.below(3)).map(|_| i64::from(FIRST.0) + dice.below(12)).collect();
    calendar.holidays = holidays.iter().map(|day| Day(i32::try_from(*day).unwrap())).collect();
    let mut policy = Policy { calendar, ..Policy::default() };
    let target_s = dice.pick(&[300, 900, 3600, 4 * 3600, 20 * 3600]);
    policy.first_response.target = Span::Seconds(target_s);
    policy.pipelines = pipelines(dice);
    policy.people = roster(dice);
    furnish(dice, &mut policy);
    let measured = policy.pipelines.iter().map(|pipeline| pipeline.id).collect();
    let people = policy.people.iter().map(|person| (person.id, person.service, person.until)).collect();
    let asks_amount = policy.mandatory.iter().any(|mandatory| mandatory.field == Field::Amount);
    let offset_s = hours * 3600;
    let term = Term { from: 0, offset_s, windows: open, holidays, target_s, measured, asks_amount, people };
    (policy, term)
}

pub(crate) fn stages_of(pipeline: u64) -> std::ops::Range<u64> {
    pipeline * 10 + 1..pipeline * 10 + 5
}

fn pipelines(dice: &mut Dice) -> Vec<Pipeline> {
    let ids: &[u64] = dice.pick(&[&[][..], &[1], &[1, 2], &[1, 2], &[1, 2, 9]]);
    let stage = |id| StageName { id, name: SECRETS[3].to_owned() };
    let pipeline = |id: &u64| Pipeline {
        id: *id,
        name: SECRETS[3].to_owned(),
        stages: stages_of(*id).map(stage).collect(),
        calendar: None,
    };
    ids.iter().map(pipeline).collect()
}

fn roster(dice: &mut Dice) -> Vec<Person> {
    if dice.percent(8) {
        return Vec::new();
    }
    let name = || SECRETS[0].to_owned();
    let mut people: Vec<Person> =
        PEOPLE.iter().map(|id| Person { id: *id, name: name(), ..Person::default() }).collect();
    people[0].head = dice.percent(50);
    people[2].until = dice.percent(60).then(|| FIRST.plus(6));
    people[2].group = Some(3);
    people[3].absences = vec![Absence { from: FIRST.plus(3), to: FIRST.plus(8) }];
    people.push(Person { id: SITE, service: true, name: name(), ..Person::default() });
    people
}

fn furnish(dice: &mut Dice, policy: &mut Policy) {
    let fields = [
        (Field::Amount, 1),
        (Field::NextStep, 2),
        (Field::FutureDate(8), 1),
        (Field::Custom(7), 2),
        (Field::Source, 2),
        (Field::Contact, 1),
        (Field::Responsible, 1),
    ];
    let fields = fields.into_iter().filter(|_| dice.percent(70));
    policy.mandatory = fields.map(|(field, from)| Mandatory::of(field, SECRETS[2], from)).collect();
    if dice.percent(40) {
        let when = Some(Condition::Filled(Field::FutureDate(9)));
        policy.mandatory.push(Mandatory { when, ..Mandatory::of(Field::Custom(6), SECRETS[2], 1) });
    }
    if dice.percent(40) {
        let items = [Field::FutureDate(9), Field::Custom(6), Field::NextStep];
        let items = items.map(|field| ChecklistItem { field, name: SECRETS[2].to_owned() }).to_vec();
        policy.checklists = vec![Checklist { name: SECRETS[3].to_owned(), items, pipelines: vec![1] }];
    }
    policy.sources.field = dice.percent(50).then_some(6);
    policy.sources.channel = dice.percent(50).then_some(7);
    policy.sources.utm = vec![8, 9];
    if dice.percent(50) {
        policy.sources.routes =
            vec![Route { source: None, pipeline: 1 }, Route { source: Some(4), pipeline: 2 }];
    }
    policy.sources.imports = vec![Import { by: IMPORTER, from: FIRST.plus(-5), to: FIRST.plus(90) }];
    policy.meaning.meeting_stages = vec![13];
    policy.meaning.meeting_tasks = vec![2];
    policy.meaning.spam = vec![3];
    let thresholds = &mut policy.thresholds;
    thresholds.stuck = dice.pick(&[Span::Days(3), Span::Seconds(7200), Span::Days(1)]);
    thresholds.task_horizon_days = u32::try_from(dice.pick(&[1, 3, 14])).unwrap();
    thresholds.missed = dice.pick(&[Span::Days(1), Span::Seconds(5400)]);
    policy.pilot = dice.percent(60).then(|| Pilot {
        from: FIRST.plus(2),
        to: FIRST.plus(9),
        users: vec![11],
        groups: vec![3],
        pipelines: if dice.percent(30) { vec![2] } else { Vec::new() },
    });
    policy.calendars = BTreeMap::new();
}
