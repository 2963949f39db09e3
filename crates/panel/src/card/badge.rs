//! What a board or a list says of deals: a few words each, and how their clocks go on for a while, since nothing there
//! judges.

use super::clock::{Clock, of_deal};
use super::name_of;
use super::when::{ticking, when};
use super::words::words;
use crate::lang::{Lang, fill};
use crate::number;
use std::rc::Rc;
use takeroot_core::card::{Badge, Badges, ClockFrame, DealCard};
use takeroot_core::policy::Version;
use takeroot_core::sla::TimerState;
use takeroot_core::time::Moment;

/// So far ahead is told how a clock goes on: a board that hears nothing for longer shows no clock.
const AHEAD_S: i64 = 900;
/// Missing fields that are named.
const NAMED_MAX: usize = 4;
/// A clock in short.
const LEFT: &str = "{0}";
const LATE: &str = "−{0}";

/// The badges of deals under a version of the policy; none of a deal of which there is nothing to say.
#[must_use]
pub fn badges(version: &Version, deals: &[Rc<DealCard>], now: Moment, lang: Lang) -> Badges {
    let words = words(lang);
    let badge = |deal: &Rc<DealCard>| Badge {
        deal: deal.deal,
        percent: deal.card.percent(),
        filled: filled(version, deal, lang),
        clock: frames(version, deal, now, lang),
    };
    let items = deals.iter().map(badge).filter(|badge| badge.percent.is_some() || !badge.clock.is_empty());
    let units = [words.second, words.minute, words.hour].map(str::to_owned);
    Badges { now, units, items: items.collect() }
}

fn filled(version: &Version, deal: &DealCard, lang: Lang) -> String {
    let (words, missing) = (words(lang), &deal.card.missing);
    let Some(percent) = deal.card.percent() else { return String::new() };
    if missing.is_empty() {
        return words.full.to_owned();
    }
    let named = missing.iter().take(NAMED_MAX).map(|one| name_of(&version.policy, one.field, lang));
    let more = i64::try_from(missing.len().saturating_sub(NAMED_MAX)).unwrap_or(i64::MAX);
    let more = (more > 0).then(|| fill(words.badge_more, &[&number::integer(more, lang)]));
    let named: Vec<String> = named.chain(more).collect();
    fill(words.badge_missing, &[&number::percent(i64::from(percent), lang), &named.join(", ")])
}

/// The most urgent clock, from one change by itself to the next.
fn frames(version: &Version, deal: &DealCard, now: Moment, lang: Lang) -> Vec<ClockFrame> {
    let (mut frames, mut at, end) = (Vec::new(), now, now.plus(AHEAD_S));
    while at < end {
        let clocks = of_deal(deal, &|name| version.hours_named(name), at);
        let Some(clock) = clocks.first().filter(|clock| clock.is_open()) else { break };
        // Another clock may become the most urgent one.
        let turns = clocks.iter().filter_map(|clock| clock.turns(at));
        let frame =
            ClockFrame { until: turns.min().unwrap_or(end).min(end), ..clock.frame(version, at, lang) };
        at = frame.until;
        frames.push(frame);
    }
    frames
}

impl Clock<'_> {
    /// The next moment at which it changes its state by itself.
    fn turns(&self, at: Moment) -> Option<Moment> {
        if !matches!(self.timer.state, TimerState::Running | TimerState::Warning | TimerState::Breached) {
            return None;
        }
        if let Some(opens) = self.opens(at) {
            return Some(opens);
        }
        let left_s = self.timer.left_s();
        let runs_s = match self.timer.state {
            TimerState::Running => Some(left_s - self.timer.warns_s),
            // The target is exceeded at the first second beyond it.
            TimerState::Warning => Some(left_s + 1),
            _ => None,
        };
        let changes = runs_s.map(|runs_s| at.plus(runs_s.max(1)));
        [changes, self.hours.next_close(at).ok()].into_iter().flatten().min()
    }

    fn frame(&self, version: &Version, at: Moment, lang: Lang) -> ClockFrame {
        let words = words(lang);
        let opens = self.opens(at).map(|opens| when(opens, at, &version.zone, lang));
        let (state, brief, left) = match (self.timer.state, opens) {
            (TimerState::Checking, _) => {
                ("checking", words.badge_checking.to_owned(), words.checking_left.to_owned())
            }
            (TimerState::Breached, Some(_)) => {
                let late = ticking(-self.timer.left_s(), lang);
                ("breached", fill(LATE, &[&late]), fill(words.overdue, &[&late]))
            }
            (TimerState::Breached, None) => ("breached", LATE.to_owned(), words.overdue.to_owned()),
            (TimerState::Running | TimerState::Warning, Some(opens)) => {
                let starts = if self.timer.elapsed_s > 0 { words.goes_on } else { words.starts };
                let left = fill(starts, &[&opens]);
                ("paused", opens, left)
            }
            (TimerState::Running, None) => ("running", LEFT.to_owned(), words.left.to_owned()),
            (TimerState::Warning, None) => ("warning", LEFT.to_owned(), words.left.to_owned()),
            _ => ("paused", words.stands.to_owned(), words.stands.to_owned()),
        };
        let mark = brief.contains("{0}").then(|| at.plus(self.timer.left_s()));
        ClockFrame { until: at, state: state.to_owned(), name: self.title(lang), brief, left, mark }
    }
}
