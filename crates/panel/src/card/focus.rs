//! What the panel says first: the one next step with its reason, or why there is none.

use super::clock::{Clock, Line};
use super::step::advice;
use super::when::{span, when};
use super::words::words;
use super::{Link, Situation};
use crate::lang::{Lang, fill};
use takeroot_core::card::{Card, CardData, Step, next_step};
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Field, Starts};
use takeroot_core::sla::Timer;

/// The first thing that the panel says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Focus {
    pub(super) line: Line,
    /// The field that it leads to.
    pub(super) field: Option<Field>,
    /// Which of the clocks it speaks of.
    pub(super) clock: Option<usize>,
}

impl From<Line> for Focus {
    fn from(line: Line) -> Self {
        Self { line, ..Self::default() }
    }
}

/// What comes first in a situation.
pub(super) fn of(situation: &Situation<'_>, card: &Card, clocks: &[Clock<'_>], lang: Lang) -> Focus {
    let words = words(lang);
    if let Some(closed) = closed(situation, clocks, lang) {
        return closed.into();
    }
    if !situation.saved {
        return Line::of("new", words.fresh, words.fresh_left, words.fresh_note).into();
    }
    let (Some(data), Some(_)) = (situation.data, situation.heard) else {
        return unheard(situation, lang).into();
    };
    if data.hidden {
        return Line::of("hidden", words.hidden, "", words.hidden_note).into();
    }
    if data.deal.is_none() {
        return Line::of("unseen", words.unseen, "", words.unseen_note).into();
    }
    let open: Vec<(Starts, Timer)> =
        clocks.iter().filter(|clock| clock.timer.runs()).map(|clock| (clock.starts, clock.timer)).collect();
    match next_step(card, &open, situation.deal, situation.now) {
        Some(step) => stepped(&step, situation, data, clocks, lang),
        None => done(situation, data, lang).into(),
    }
}

fn stepped(
    step: &Step,
    situation: &Situation<'_>,
    data: &CardData,
    clocks: &[Clock<'_>],
    lang: Lang,
) -> Focus {
    if let Step::Answer { clock, state, due } = *step {
        // Of those with this start and state the step means the one with the earliest deadline.
        let meant = |one: &Clock<'_>| {
            one.starts == clock && one.timer.state == state && one.timer.due.is_none_or(|at| at == due)
        };
        if let Some((place, meant)) = clocks.iter().enumerate().find(|(_, one)| meant(one)) {
            let act = words(lang).answer.to_owned();
            let line = Line { act, ..meant.line(situation, data, lang) };
            return Focus { line, field: None, clock: Some(place) };
        }
    }
    let advice = advice(step, &data.version, situation.now, lang);
    let field = match *step {
        Step::DoTask { .. } | Step::PlanTask => Some(Field::NextStep),
        Step::Fill(missing) | Step::Prepare(missing) | Step::Ask { missing, .. } => Some(missing.field),
        Step::Trace(field) => Some(field),
        Step::Answer { .. } | Step::FollowUp { .. } | Step::Move { .. } => None,
    };
    let place = field.map(|field| data.version.policy.place(field));
    let field = place.filter(|place| (situation.shows)(*place));
    Focus { line: Line::of("todo", &advice.act, "", advice.why), field, clock: None }
}

/// Everything is in order: the next task is all that there is to say.
fn done(situation: &Situation<'_>, data: &CardData, lang: Lang) -> Line {
    let words = words(lang);
    let due = situation.deal.next_step();
    let due = due.map(|due| fill(words.next_task, &[&when(due, situation.now, &data.version.zone, lang)]));
    Line::of("done", words.all_done, "", due.unwrap_or_default())
}

fn closed(situation: &Situation<'_>, clocks: &[Clock<'_>], lang: Lang) -> Option<Line> {
    let words = words(lang);
    let act = match situation.deal.stage? {
        Stage::Won => words.won,
        Stage::Lost => words.lost,
        Stage::Open(_) => return None,
    };
    let mut answered = clocks.iter().map(|clock| clock.timer).filter(|timer| timer.answered.is_some());
    let left = answered.next().map(|timer| fill(words.closed_answered, &[&span(timer.elapsed_s, lang)]));
    Some(Line::of("closed", act, left.unwrap_or_default(), words.closed_note))
}

fn unheard(situation: &Situation<'_>, lang: Lang) -> Line {
    let words = words(lang);
    let retry_note = if situation.data.is_some() { words.retry_note } else { words.retry_bare_note };
    let (state, left, why) = match situation.link {
        Link::Loading | Link::Live => ("loading", words.loading, ""),
        Link::Unreachable => ("unreachable", words.unreachable, retry_note),
        Link::Slow => ("slow", words.slow, retry_note),
        Link::Garbled => ("garbled", words.garbled, retry_note),
        Link::Refused => ("refused", words.refused, words.refused_note),
        Link::Unset => ("unset", words.unset, words.unset_note),
    };
    Line::of(state, words.server, left, why)
}
