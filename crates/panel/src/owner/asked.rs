//! The ten questions, and what to mend first.

use super::OwnerPage as Page;
use super::logbook;
use super::parts::measured;
use crate::date;
use crate::lang::fill;
use crate::number::integer;
use crate::pain::PainSaid;
use crate::said;
use maud::{Markup, html};

/// Figures of an answer that are shown: the first ones answer, the rest stand elsewhere on the page.
const FIGURES_MAX: usize = 3;

/// The ten questions.
pub(super) fn questions(page: &Page) -> Markup {
    let (lang, words, summary) = (page.lang, page.words(), page.summary());
    let (n, of) = (integer(summary.answered.n, lang), integer(summary.answered.of, lang));
    html! {
        section #questions aria-labelledby="questions-title" {
            h2 #questions-title { (said::of(lang, said::QUESTIONS)) }
            p.lead { (fill(said::of(lang, said::ANSWERED), &[&n, &of])) }
            ol.answers { @for answer in &summary.answers { li {
                h3 { (said::of(lang, said::question(answer.question))) }
                @if !answer.confident { p.unknown { (date::capital(words.no_data)) } }
                ul.figures { @for figure in answer.figures.iter().take(FIGURES_MAX) { li { (measured(page, figure)) } } }
                @if !answer.who.is_empty() { p.lead { (fill(words.who_most, &[&page.named(&answer.who)])) } }
            } } }
        }
    }
}

/// What to mend first.
pub(super) fn pains(page: &Page) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        @if !page.summary().pains.is_empty() || logbook::has_pains(page) {
            section #pains aria-labelledby="pains-title" {
                h2 #pains-title { (said::of(lang, said::PAINS)) }
                ol.pains { @for pain in &page.summary().pains {
                    @let said = PainSaid::of(pain, page.policy, lang);
                    li {
                        h3 { a href={ "#def-" (pain.metric.name()) } { (said.title) } }
                        p {
                            @for text in &said.notes { (date::capital(text)) ". " }
                            @if !pain.who.is_empty() { (fill(words.who_most, &[&page.named(&pain.who)])) }
                        }
                    }
                } }
                (logbook::pains(page))
            }
        }
    }
}
