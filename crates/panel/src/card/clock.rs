//! The clocks in words, words before digits.

use super::Situation;
use super::when::{clock, span, ticking, when};
use super::words::words;
use crate::lang::{Lang, fill};
use crate::text;
use takeroot_core::card::{CardData, DealCard};
use takeroot_core::deal::Origin;
use takeroot_core::policy::Starts;
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::Moment;
use takeroot_core::timetable::Timetable;

/// What the panel says in one breath: what it is about, how long, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its state, as the attribute `data-state` carries it.
    pub(super) state: &'static str,
    /// What it is about.
    pub(super) act: String,
    /// What changes each second.
    pub(super) left: String,
    /// The reason.
    pub(super) why: String,
}

impl Line {
    pub(super) fn of(
        state: &'static str,
        act: &str,
        left: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self { state, act: act.to_owned(), left: left.into(), why: why.into() }
    }
}

/// A clock of the deal at the moment of the panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock<'a> {
    /// The target's name; none for the first response.
    name: Option<&'a str>,
    pub(super) starts: Starts,
    pub(super) timer: Timer,
    pub(super) hours: &'a Timetable,
    /// Whether it was stopped by somebody's word.
    claimed: bool,
}

/// The clocks that the Worker told of.
pub(super) fn of<'a>(situation: &Situation<'a>) -> Vec<Clock<'a>> {
    let Some((data, deal)) = situation.known() else { return Vec::new() };
    of_deal(deal, &|name| data.hours_named(name), situation.now)
}

/// The clocks of a deal at a moment by working hours of a name, the most urgent first. Of those that are over only the
/// first response is worth a word.
pub(super) fn of_deal<'a>(
    deal: &'a DealCard,
    hours_named: &dyn Fn(Option<&str>) -> &'a Timetable,
    now: Moment,
) -> Vec<Clock<'a>> {
    let at_moment = |name: Option<&'a str>, starts, timer: Timer, hours: &Option<String>| {
        let hours = hours_named(hours.as_deref());
        let claimed = name.is_none() && deal.claimed.is_some();
        Clock { name, starts, timer: timer.later(hours, deal.as_of, now), hours, claimed }
    };
    let first = deal.first_response.map(|timer| at_moment(None, Starts::LeadEntered, timer, &deal.hours));
    let others = deal.timers.iter();
    let others = others.map(|one| at_moment(one.name.as_deref(), one.starts, one.timer, &one.hours));
    let mut clocks: Vec<Clock<'_>> = Vec::new();
    // There are a handful: an insertion weighs less in the module than a sort.
    for clock in first.into_iter().chain(others).filter(Clock::is_shown) {
        let place = clocks.iter().take_while(|known| known.urgency() <= clock.urgency()).count();
        clocks.insert(place, clock);
    }
    clocks
}

impl Clock<'_> {
    /// Whether it waits for something that has not come yet.
    pub(super) fn is_open(&self) -> bool {
        self.timer.runs() || self.timer.state == TimerState::Paused
    }

    fn is_shown(&self) -> bool {
        self.name.is_none() || self.is_open()
    }

    fn urgency(&self) -> (bool, u8, i64) {
        let rank = match self.timer.state {
            TimerState::Breached => 0,
            TimerState::Checking => 1,
            TimerState::Warning => 2,
            TimerState::Running => 3,
            TimerState::Paused => 4,
            TimerState::Met | TimerState::Ended => 5,
        };
        (!self.is_open(), rank, self.timer.left_s())
    }

    /// What it is called.
    pub(super) fn title(&self, lang: Lang) -> String {
        let words = words(lang);
        let name = self.name.map_or_else(|| Some(words.answer.to_owned()), text::name);
        name.unwrap_or_else(|| words.clock.to_owned())
    }

    /// When business opens, where it is closed at a moment.
    pub(super) fn opens(&self, now: Moment) -> Option<Moment> {
        let is_closed = self.hours.is_open(now).is_ok_and(|open| !open);
        is_closed.then(|| self.hours.next_open(now).ok()).flatten()
    }

    /// The clock in words.
    pub(super) fn line(&self, situation: &Situation<'_>, data: &CardData, lang: Lang) -> Line {
        let (words, timer, name) = (words(lang), self.timer, self.title(lang));
        let took = span(timer.elapsed_s, lang);
        let target = fill(words.target, &[&span(timer.target_s, lang)]);
        match timer.state {
            _ if self.claimed => {
                Line::of("claimed", words.claimed, fill(words.claimed_took, &[&took]), target)
            }
            TimerState::Met => Line::of("met", words.met, fill(words.took, &[&took]), target),
            TimerState::Ended => Line::of("ended", words.ended, words.ended_left, target),
            TimerState::Breached if timer.answered.is_some() => {
                Line::of("late", words.late, fill(words.took_late, &[&took]), target)
            }
            TimerState::Paused => Line::of("paused", &name, words.stands, target),
            TimerState::Checking => Line::of("checking", &name, words.checking_left, target),
            TimerState::Running | TimerState::Warning | TimerState::Breached => {
                self.waiting(&name, situation, data, lang)
            }
        }
    }

    fn waiting(&self, name: &str, situation: &Situation<'_>, data: &CardData, lang: Lang) -> Line {
        let (words, now, zone) = (words(lang), situation.now, &data.version.zone);
        let opens = self.opens(now).map(|at| when(at, now, zone, lang));
        let (left_s, target) = (self.timer.left_s(), span(self.timer.target_s, lang));
        let (waits, came_off_hours) = match self.starts {
            Starts::ClientMessage => (words.message_waits, words.message_off_hours),
            _ => (words.waits, words.came_off_hours),
        };
        let came = || fill(waits, &[&when(self.timer.started, now, zone, lang), &target]);
        match (self.timer.state, opens) {
            (TimerState::Breached, opens) => {
                let left = fill(words.overdue, &[&ticking(-left_s, lang)]);
                let why = opens.map_or_else(came, |opens| fill(words.off_hours_late, &[&opens]));
                Line::of("breached", name, left, why)
            }
            (_, Some(opens)) if self.timer.elapsed_s > 0 => {
                let why = fill(words.off_hours, &[&span(left_s, lang), &target]);
                Line::of("paused", name, fill(words.goes_on, &[&opens]), why)
            }
            (_, Some(opens)) => {
                let why = fill(came_off_hours, &[&target]);
                Line::of("paused", name, fill(words.starts, &[&opens]), why)
            }
            (state, None) => {
                let state = if state == TimerState::Warning { "warning" } else { "running" };
                Line::of(state, name, fill(words.left, &[&ticking(left_s, lang)]), came())
            }
        }
    }
}

/// Why there is no clock of the first response.
pub(super) fn none(data: &CardData, deal: &DealCard, lang: Lang) -> Line {
    let words = words(lang);
    let why = match deal.origin {
        Origin::Manual => words.no_clock_manual,
        Origin::Import => words.no_clock_import,
        Origin::Unknown => words.no_clock_unknown,
        Origin::Inbound | Origin::Repeat if !data.version.policy.measures(deal.pipeline) => {
            words.no_clock_unmeasured
        }
        Origin::Inbound | Origin::Repeat => words.no_clock_before,
    };
    Line::of("none", words.no_clock, "", why)
}

/// Since when the Worker has not been heard, where it cannot be now.
pub(super) fn stale(situation: &Situation<'_>, lang: Lang) -> Option<String> {
    let data = situation.data.filter(|_| situation.link.is_broken())?;
    Some(fill(words(lang).stale_note, &[&clock(situation.heard?, &data.version.zone)]))
}
