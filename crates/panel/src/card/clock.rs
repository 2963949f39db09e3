//! The first-response clock in words, words before digits.

use super::when::{clock, span, ticking, when};
use super::words::{Words, words};
use super::{Link, Situation};
use crate::lang::{Lang, fill};
use takeroot_core::card::{CardData, DealCard};
use takeroot_core::deal::Origin;
use takeroot_core::fact::Stage;
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::Moment;

/// The clock as the panel shows it: what to do, how long, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock {
    /// Its state, as the attribute `data-state` carries it.
    pub(super) state: &'static str,
    /// What it is about.
    pub(super) act: String,
    /// What changes each second.
    pub(super) left: String,
    /// The reason.
    pub(super) why: String,
}

impl Clock {
    /// Whether the client waits: then the answer is the next step.
    pub(super) fn is_urgent(&self) -> bool {
        matches!(self.state, "running" | "warning" | "breached")
    }

    fn of(state: &'static str, act: &str, left: impl Into<String>, why: impl Into<String>) -> Self {
        Self { state, act: act.to_owned(), left: left.into(), why: why.into() }
    }
}

/// What the clock says in a situation.
pub(super) fn of(situation: &Situation<'_>, lang: Lang) -> Clock {
    let words = words(lang);
    let known = situation.known();
    let timer = known.and_then(|(data, deal)| Some((data, running(data, deal, situation.now)?)));
    if let Some(act) = closing(situation.deal.stage, words) {
        let answered = timer.filter(|(_, timer)| timer.answered.is_some());
        let left = answered.map(|(_, timer)| fill(words.closed_answered, &[&span(timer.elapsed_s, lang)]));
        return Clock::of("closed", act, left.unwrap_or_default(), words.closed_note);
    }
    if !situation.saved {
        return Clock::of("new", words.fresh, words.fresh_left, words.fresh_note);
    }
    let Some(heard) = situation.heard else { return unheard(situation, words) };
    let mut clock = match timer {
        Some((data, timer)) => judged(timer, data, situation.now, lang),
        None => Clock::of("none", words.no_clock, "", no_clock(known, words)),
    };
    if let Some(data) = situation.data.filter(|_| situation.link.is_broken()) {
        clock.why = fill(words.stale_note, &[&self::clock(heard, &data.version.zone)]);
    }
    clock
}

fn no_clock(known: Option<(&CardData, &DealCard)>, words: &'static Words) -> &'static str {
    let Some((data, deal)) = known else { return words.no_clock_unseen };
    match deal.origin {
        Origin::Manual => words.no_clock_manual,
        Origin::Import => words.no_clock_import,
        Origin::Unknown => words.no_clock_unknown,
        Origin::Inbound | Origin::Repeat if !data.version.policy.measures(deal.pipeline) => {
            words.no_clock_unmeasured
        }
        Origin::Inbound | Origin::Repeat => words.no_clock_before,
    }
}

fn running(data: &CardData, deal: &DealCard, now: Moment) -> Option<Timer> {
    Some(deal.first_response?.later(&data.version.timetable, deal.as_of, now))
}

fn closing(stage: Option<Stage>, words: &'static Words) -> Option<&'static str> {
    match stage? {
        Stage::Won => Some(words.won),
        Stage::Lost => Some(words.lost),
        Stage::Open(_) => None,
    }
}

fn unheard(situation: &Situation<'_>, words: &'static Words) -> Clock {
    let retry_note = if situation.data.is_some() { words.retry_note } else { words.retry_bare_note };
    let (state, left, why) = match situation.link {
        Link::Loading | Link::Live => ("loading", words.loading, ""),
        Link::Unreachable => ("unreachable", words.unreachable, retry_note),
        Link::Slow => ("slow", words.slow, retry_note),
        Link::Garbled => ("garbled", words.garbled, retry_note),
        Link::Refused => ("refused", words.refused, words.refused_note),
        Link::Unset => ("unset", words.unset, words.unset_note),
    };
    Clock::of(state, words.clock, left, why)
}

fn judged(timer: Timer, data: &CardData, now: Moment, lang: Lang) -> Clock {
    let words = words(lang);
    let target = span(timer.target_s, lang);
    let took = span(timer.elapsed_s, lang);
    let met = fill(words.target, &[&target]);
    match timer.state {
        TimerState::Met => Clock::of("met", words.met, fill(words.took, &[&took]), met),
        TimerState::Ended => Clock::of("ended", words.ended, words.ended_left, met),
        TimerState::Breached if timer.answered.is_some() => {
            Clock::of("late", words.late, fill(words.took_late, &[&took]), met)
        }
        TimerState::Paused => Clock::of("paused", words.answer, words.stands, met),
        TimerState::Checking => Clock::of("checking", words.clock, words.checking_left, met),
        TimerState::Running | TimerState::Warning | TimerState::Breached => waiting(timer, data, now, lang),
    }
}

fn waiting(timer: Timer, data: &CardData, now: Moment, lang: Lang) -> Clock {
    let words = words(lang);
    let (zone, timetable) = (&data.version.zone, &data.version.timetable);
    let opens = timetable
        .is_open(now)
        .ok()
        .filter(|open| !open)
        .and_then(|_| timetable.next_open(now).ok())
        .map(|at| when(at, now, zone, lang));
    let (left_s, target) = (timer.left_s(), span(timer.target_s, lang));
    let came = || fill(words.waits, &[&when(timer.started, now, zone, lang), &target]);
    match (timer.state, opens) {
        (TimerState::Breached, opens) => {
            let left = fill(words.overdue, &[&ticking(-left_s, lang)]);
            let why = opens.map_or_else(came, |opens| fill(words.off_hours_late, &[&opens]));
            Clock::of("breached", words.answer, left, why)
        }
        (_, Some(opens)) if timer.elapsed_s > 0 => {
            let why = fill(words.off_hours, &[&span(left_s, lang), &target]);
            Clock::of("paused", words.answer, fill(words.goes_on, &[&opens]), why)
        }
        (_, Some(opens)) => {
            let why = fill(words.came_off_hours, &[&target]);
            Clock::of("paused", words.answer, fill(words.starts, &[&opens]), why)
        }
        (state, None) => {
            let state = if state == TimerState::Warning { "warning" } else { "running" };
            Clock::of(state, words.answer, fill(words.left, &[&ticking(left_s, lang)]), came())
        }
    }
}
