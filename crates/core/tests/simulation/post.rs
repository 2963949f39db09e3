//! The post: how the history of a company reaches us, and when we look.

use crate::company::{Company, DAY_S, START, company};
use crate::dice::Dice;
use crate::story::{Event, fact, tell};
use takeroot_core::fact::{Actor, Fact, Kind, Snapshot, Stage, Subject, TaskState, Via, Way, What};
use takeroot_core::time::Moment;

/// What we do, in this order.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A fact arrives; it belongs to the story of a deal, 0 for none.
    Record(u64, Box<Fact>),
    /// The totals are brought up to a moment.
    Settle(i64),
    /// The program starts anew from what it stored.
    Restart,
}

/// A range of which a reading says that it was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) kind: Kind,
    pub(crate) from: i64,
    pub(crate) until: i64,
    at: i64,
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) company: &'static Company,
    pub(crate) events: Vec<Event>,
    pub(crate) ranges: Vec<Range>,
    pub(crate) steps: Vec<Step>,
    /// The moment as of which everything is judged in the end.
    pub(crate) end: i64,
    /// Whether every event was told, at its own time: then the figures can be foretold.
    pub(crate) told: bool,
}

impl World {
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let company = company(&mut dice);
        let told = dice.percent(75);
        let (deals, days) = match dice.below(100) {
            0 => (30 + dice.id(0, 20), 28),
            1..15 => (4 + dice.id(0, 8), 12),
            _ => (1 + dice.id(0, 3), 7),
        };
        let mut events = tell(&mut dice, deals, days);
        events.sort_by_key(|event| event.at);
        let ranges = if dice.percent(60) { readings(&mut dice, days) } else { Vec::new() };
        let mut post = Vec::new();
        for event in &mut events {
            deliver(&mut dice, event, &ranges, told, &mut post);
        }
        for range in &ranges {
            let read = What::Read { kind: range.kind, from: Moment(range.from), until: Moment(range.until) };
            let read = Fact { via: Via::Api, ..fact(Subject::Account, range.at, Actor::Unknown, read) };
            post.push((range.at + lateness_s(&mut dice), 0, read));
        }
        if !told {
            noise(&mut dice, days, &mut post);
        }
        let again: Vec<_> = post.iter().filter(|_| dice.percent(12)).cloned().collect();
        for (received, deal, fact) in again {
            let received = received + lateness_s(&mut dice);
            let at = if fact.is_dated() { fact.at } else { Moment(received) };
            post.push((received, deal, Fact { at, ..fact }));
        }
        post.sort_by_key(|(received, ..)| *received);
        let last = post.last().map_or(START, |(received, ..)| *received);
        let end = last.max(START + days * DAY_S) + dice.pick(&[0, 3600, 3 * DAY_S]);
        let steps = steps(&mut dice, post, end);
        Self { seed, company, events, ranges, steps, end, told }
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.steps.iter().filter_map(|step| match step {
            Step::Record(_, fact) => Some(fact.as_ref()),
            _ => None,
        })
    }

    /// Whether a moment lies in what was read of a kind.
    pub(crate) fn has_read(&self, kind: Kind, at: i64) -> bool {
        has_read(&self.ranges, kind, at)
    }

    /// The same without some deals.
    pub(crate) fn without(&self, gone: &[u64]) -> Self {
        let mut less = self.clone();
        less.events.retain(|event| !gone.contains(&event.deal));
        less.steps.retain(|step| !matches!(step, Step::Record(deal, _) if gone.contains(deal)));
        less
    }
}

fn has_read(ranges: &[Range], kind: Kind, at: i64) -> bool {
    ranges.iter().any(|range| range.kind == kind && (range.from..range.until).contains(&at))
}

/// Readings follow one another with overlap; some fail, which leaves a gap.
fn readings(dice: &mut Dice, days: i64) -> Vec<Range> {
    let mut ranges = Vec::new();
    let begin = START + dice.below(days * DAY_S / 2) - DAY_S;
    for (kind, chance) in
        [(Kind::Talks, 90), (Kind::Stages, 45), (Kind::Responsible, 30), (Kind::Tasks, 30), (Kind::Notes, 20)]
    {
        if !dice.percent(chance) {
            continue;
        }
        let mut from = begin;
        while from < START + days * DAY_S {
            let span_s = dice.pick(&[3600, DAY_S, 2 * DAY_S, 2 * DAY_S]);
            let until = from + 60 + dice.below(span_s);
            if dice.percent(88) {
                ranges.push(Range { kind, from, until, at: until + dice.pick(&[0, 0, 5, 90, 7200]) });
            }
            from = until - dice.pick(&[0, 0, 60, 1800]).min(until - from - 30);
        }
    }
    ranges
}

fn lateness_s(dice: &mut Dice) -> i64 {
    match dice.below(20) {
        0..12 => dice.below(6),
        12..17 => dice.below(1800),
        17..19 => dice.below(9 * 3600),
        _ => dice.below(3 * DAY_S),
    }
}

/// Clocks of the CRM's parts differ by seconds.
const CLOCKS_S: i64 = 2;

fn deliver(
    dice: &mut Dice,
    event: &mut Event,
    ranges: &[Range],
    told: bool,
    post: &mut Vec<(i64, u64, Fact)>,
) {
    let kind = event.read.as_ref().map(|(kind, _)| *kind);
    let found = kind.is_some_and(|kind| {
        let (early, late) = (event.at - CLOCKS_S, event.at + CLOCKS_S);
        ranges.iter().any(|range| range.kind == kind && range.from <= late && early < range.until)
    });
    let lost = if found { dice.percent(15) } else { !told && dice.percent(8) };
    let mut times = Vec::new();
    if !lost {
        let mut hooks = event.hooks.clone();
        if hooks.len() > 1 && dice.percent(25) {
            hooks.remove(usize::from(dice.percent(50)));
        }
        for hook in hooks {
            let dated = hook.is_dated() && (told || dice.percent(90));
            let late_s = if hook.is_dated() { lateness_s(dice) } else { dice.below(6) };
            let received = hook.at.0 + late_s;
            let (at, stated) = if dated { (hook.at, hook.stated) } else { (Moment(received), None) };
            if !kind.is_some_and(|kind| has_read(ranges, kind, at.0)) {
                times.push(at.0);
            }
            post.push((received, event.deal, Fact { at, stated, ..hook }));
        }
    }
    if let Some((kind, read)) = event.read.clone().filter(|_| found) {
        // What the CRM says of a creation it says everywhere alike; so it must of a move between pipelines,
        // of which a delivery still tells the pipeline when its stage is known from a reading.
        let exact = matches!(&read.what, What::Deal(state) if state.added || goes_elsewhere(state));
        let at = Moment(event.at + if exact { 0 } else { dice.below(2 * CLOCKS_S + 1) - CLOCKS_S });
        times.push(at.0);
        let read = Fact { at, stated: Some(at), via: Via::Api, ..read };
        let by = ranges.iter().find(|range| range.kind == kind && event.at - CLOCKS_S < range.until);
        let received = by.map_or(at.0, |range| range.at) + lateness_s(dice);
        post.push((received, event.deal, read));
    }
    event.counts_at = times.into_iter().min();
}

fn goes_elsewhere(state: &Snapshot) -> bool {
    let pipeline = |stage: Option<Stage>| match stage {
        Some(Stage::Open(stage)) => Some(stage / 10),
        _ => None,
    };
    let (from, to) = (pipeline(state.stage_before), pipeline(state.stage));
    to.is_some() && from != to
}

/// What no CRM should say: coarse times, states that contradict each other, ids of nothing.
fn noise(dice: &mut Dice, days: i64, post: &mut Vec<(i64, u64, Fact)>) {
    for _ in 0..dice.below(25) {
        let at = START + dice.below(days * DAY_S / 900) * 900;
        let deal = dice.id(1000, 3);
        let user = Actor::User(dice.pick(&[11, 12, 13, 90]));
        let by = dice.pick(&[Actor::Robot, Actor::Client, Actor::Unknown, user, user]);
        let (subject, what) = odd(dice, at, deal, by);
        let odd = fact(subject, at, by, what);
        let stated = odd.stated.filter(|_| dice.percent(80));
        let via = dice.pick(&[Via::Hook, Via::Hook, Via::Api, Via::File]);
        let seq = dice.percent(10).then(|| dice.id(0, 5));
        post.push((at + lateness_s(dice), deal, Fact { stated, via, seq, ..odd }));
    }
}

fn odd(dice: &mut Dice, at: i64, deal: u64, by: Actor) -> (Subject, What) {
    let moment = Moment(at + dice.below(4 * DAY_S) - 2 * DAY_S);
    let stage = |dice: &mut Dice| match dice.below(5) {
        0 => Stage::Won,
        1 => Stage::Lost,
        _ => Stage::Open(dice.id(11, 14)),
    };
    let subject = Subject::Deal(deal);
    match dice.below(12) {
        0..5 => {
            let state = Snapshot {
                created: dice.percent(30).then_some((moment, by)),
                added: dice.percent(10),
                imported: dice.percent(5),
                restored: dice.percent(10),
                pipeline: dice.percent(50).then(|| dice.pick(&[0, 1, 2, 9])),
                stage: dice.percent(70).then(|| stage(dice)),
                stage_before: dice.percent(40).then(|| stage(dice)),
                responsible: dice.percent(40).then(|| dice.id(10, 5)),
                contact: dice.percent(20).then(|| dice.id(500, 3)),
                ..Snapshot::default()
            };
            (subject, What::Deal(state))
        }
        5 => (subject, What::Deleted),
        6 => (subject, What::Merged { into: 1000 }),
        7 => {
            let what =
                What::Arrived { pipeline: Some(2), deal: dice.percent(50).then_some(deal), source: None };
            (Subject::Request(9), what)
        }
        8 => (Subject::Request(9), if dice.pick(&[true, false]) { What::Declined } else { What::Deleted }),
        9 => (Subject::Request(9), What::Accepted { deals: vec![deal, deal + 1] }),
        10 => {
            let state = TaskState { deal: Some(deal), due: Some(moment), ..TaskState::default() };
            (Subject::Task(dice.id(1, 3)), What::Task(state))
        }
        _ if dice.percent(50) => (Subject::Account, What::Unreadable),
        _ => {
            (Subject::Contact(dice.id(500, 3)), What::Said { way: Way::Chat, talked_s: None, contact: None })
        }
    }
}

fn steps(dice: &mut Dice, post: Vec<(i64, u64, Fact)>, end: i64) -> Vec<Step> {
    let mut steps = Vec::with_capacity(post.len() * 5 / 4);
    let often = dice.pick(&[3, 12, 40]);
    let mut settled = i64::MIN;
    let times: Vec<i64> = post.iter().map(|(received, ..)| *received).collect();
    for (n, (received, deal, fact)) in post.into_iter().enumerate() {
        steps.push(Step::Record(deal, Box::new(fact)));
        let next = times.get(n + 1).copied().unwrap_or(end);
        if dice.percent(often) {
            settled = settled.max(received + dice.below(next - received + 1));
            steps.push(Step::Settle(settled));
        }
        if dice.percent(1) {
            steps.push(Step::Restart);
        }
    }
    steps.push(Step::Settle(end));
    steps
}
