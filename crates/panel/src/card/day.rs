//! What is told to whoever looks: other deals of the same client, and their own day.

use super::Situation;
use super::when::when;
use super::words::{Words, words};
use crate::lang::{Lang, fill};
use crate::number;
use maud::{Markup, html};
use takeroot_core::card::Duplicate;
use takeroot_core::fact::IdentityKind;
use takeroot_core::own::OwnDay;
use takeroot_core::time::DAY_S;

/// Days from which on a usual one is known.
const FIRST_DAYS: i64 = 7;

/// Other open deals of the same client, as it seems.
pub(super) fn doubles(doubles: &[Duplicate], lang: Lang) -> Markup {
    let words = words(lang);
    html! {
        @if !doubles.is_empty() {
            summary { span.name { (words.doubles) } " " span.gist { (doubles.len()) } }
            ul.next {
                @for double in doubles {
                    li {
                        a.row href={ "/leads/detail/" (double.deal) } target="_blank" rel="noopener" {
                            span.name { (fill(words.deal_number, &[&double.deal.to_string()])) }
                            " "
                            span.why { (same(double.same, words)) }
                        }
                    }
                }
            }
        }
    }
}

const fn same(kind: IdentityKind, words: &'static Words) -> &'static str {
    match kind {
        IdentityKind::Phone => words.same_phone,
        IdentityKind::Email => words.same_email,
        IdentityKind::TaxNumber => words.same_inn,
    }
}

/// The own day: what was done, beside a usual day and the team's middle.
pub(super) fn own(own: &OwnDay, lang: Lang) -> Markup {
    let words = words(lang);
    let n = |n: i64| number::integer(n, lang);
    let answered = own.in_time + own.breached;
    let rows = [
        (words.tasks_done, Some(n(own.done))),
        (words.in_time, (answered > 0).then(|| fill(words.of, &[&n(own.in_time), &n(answered)]))),
        (words.overdue_deals, Some(n(own.overdue))),
        (words.usual, own.usual.map(n)),
        (words.team, own.team.map(n)),
    ];
    html! {
        summary {
            span.name { (words.day) } " "
            span.gist { (n(own.acts)) " " (lang.form(words.act_forms, own.acts)) }
        }
        ul.figures {
            @for (name, figure) in rows {
                @if let Some(figure) = figure { li { span { (name) } " " strong { (figure) } } }
            }
        }
    }
}

/// What works already in the first days, and when the rest comes.
pub(super) fn first_days(situation: &Situation<'_>, lang: Lang) -> Option<String> {
    let data = situation.data.filter(|_| situation.heard.is_some())?;
    let until = data.since?.plus(FIRST_DAYS * DAY_S);
    let at = when(until, situation.now, &data.version.zone, lang);
    (situation.now < until).then(|| fill(words(lang).first_days, &[&at]))
}
