//! A person's own word that they answered outside the CRM: a way and a moment, in one tap.

use super::Situation;
use super::words::words;
use crate::lang::Lang;
use maud::{Markup, html};
use takeroot_core::sla::TimerState;
use takeroot_core::time::{Moment, clock_seconds};

/// How it stands with what was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing is on its way.
    #[default]
    Idle,
    /// It is on its way.
    Sent,
    /// It did not arrive.
    Failed,
}

/// Whether the client waits for a first answer that a person may have given elsewhere.
pub(super) fn is_open(situation: &Situation<'_>) -> bool {
    let first = situation.known().and_then(|(_, deal)| deal.first_response);
    situation.saved && first.is_some_and(|first| first.answered.is_none() && first.state != TimerState::Ended)
}

/// What opens under the row.
pub(super) fn form(lang: Lang) -> Markup {
    let words = words(lang);
    let ways = [
        ("call", words.by_call),
        ("chat", words.by_chat),
        ("meeting", words.by_meeting),
        ("mail", words.by_mail),
    ];
    html! {
        summary { span.name { (words.outside) } }
        label { span { (words.outside_at) } " " input type="time" data-field="at"; }
        div.ways role="group" aria-label=(words.outside_how) {
            @for (way, name) in ways { button.row type="button" data-way=(way) { (name) } }
        }
        p.reason { (words.outside_note) }
    }
}

/// How it stands, in words.
pub(super) fn note(claim: Claim, lang: Lang) -> &'static str {
    match claim {
        Claim::Idle => "",
        Claim::Sent => words(lang).sending,
        Claim::Failed => words(lang).unsent,
    }
}

/// The moment of a time such as `14:05`: the last one that the account's clocks showed. Nothing for this very minute.
pub(super) fn moment(time: &str, situation: &Situation<'_>) -> Option<Moment> {
    let (zone, now) = (&situation.data?.version.zone, situation.now);
    let (wall_s, today) = (clock_seconds(time)?, zone.day_of(now));
    let at = zone.moment(today, wall_s);
    let at = if at > now { zone.moment(today.plus(-1), wall_s) } else { at };
    (now.since(at) >= 60).then_some(at)
}
