//! Signs, questions, pains and acceptance in lines.

use super::{COLUMNS_MAX, padded, titled};
use crate::date;
use crate::lang::{Lang, fill};
use crate::measured::{Measured, turned};
use crate::number::integer;
use crate::pain::PainSaid;
use crate::said;
use crate::text::wrapped;
use takeroot_core::acceptance::{Check, Comparison, Standing, State};
use takeroot_core::policy::Policy;
use takeroot_core::summary::{Advice, Answer, Pain, Sign, Summary};

/// The states stand in a column of this width.
const STATE_COLUMNS: usize = 12;

pub(super) fn lines(summary: &Summary, policy: &Policy, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if !summary.signs.is_empty() {
        lines.extend(titled(said::of(lang, said::SIGNS)));
        lines.extend(summary.signs.iter().flat_map(|one| sign(one, lang)));
    }
    if !summary.answers.is_empty() {
        lines.extend(titled(said::of(lang, said::QUESTIONS)));
        let (n, of) = (integer(summary.answered.n, lang), integer(summary.answered.of, lang));
        lines.extend(wrapped(&fill(said::of(lang, said::ANSWERED), &[&n, &of]), COLUMNS_MAX));
        lines.extend(summary.answers.iter().flat_map(|one| answer(one, lang)));
    }
    if !summary.pains.is_empty() {
        lines.extend(titled(said::of(lang, said::PAINS)));
        lines.extend((1..).zip(&summary.pains).flat_map(|(place, one)| pain(place, one, policy, lang)));
    }
    lines.extend(summary.acceptance.iter().flat_map(|standing| acceptance(standing, lang)));
    lines
}

fn sign(sign: &Sign, lang: Lang) -> Vec<String> {
    let mut lines = row(said::of(lang, said::light(sign.state)), said::of(lang, said::sign(sign.sign)));
    lines.extend(sign.figures.iter().flat_map(|figure| note(&Measured::of(figure, lang).line())));
    if !matches!(sign.advice, Advice::GoOn | Advice::Wait) {
        let advice = said::of(lang, said::advice(sign.advice));
        lines.extend(note(&fill(said::of(lang, said::TO_DO), &[advice])));
    }
    lines
}

fn answer(answer: &Answer, lang: Lang) -> Vec<String> {
    let state = if answer.confident { State::Known } else { State::NoData };
    let mut lines = row(said::of(lang, said::state(state)), said::of(lang, said::question(answer.question)));
    lines.extend(answer.figures.iter().flat_map(|figure| note(&Measured::of(figure, lang).line())));
    lines
}

fn pain(place: i64, pain: &Pain, policy: &Policy, lang: Lang) -> Vec<String> {
    let PainSaid { title, notes } = PainSaid::of(pain, policy, lang);
    let mut lines = row(&integer(place, lang), &title);
    lines.extend(notes.iter().flat_map(|text| note(text)));
    lines
}

fn acceptance(standing: &Standing, lang: Lang) -> Vec<String> {
    let mut lines = Vec::from(titled(said::of(lang, said::ACCEPTANCE)));
    lines.extend(standing.points.iter().flat_map(|one| check(one, lang)));
    let lists =
        [(said::SETUP, standing.works, &standing.setup), (said::PILOT, standing.ready, &standing.pilot)];
    for (title, state, checks) in lists {
        lines.push(String::new());
        lines.extend(row(said::of(lang, said::state(state)), said::of(lang, title)));
        lines.extend(checks.iter().flat_map(|one| check(one, lang)));
    }
    for gate in &standing.gates {
        let title = if gate.ahead { said::GATE_AHEAD } else { said::GATE };
        let title = fill(said::of(lang, title), &[&date::long(gate.due, lang)]);
        lines.extend(row(said::of(lang, said::decision(gate.state)), &title));
        lines.extend(gate.verdicts.iter().flat_map(|figure| note(&Measured::of(figure, lang).line())));
    }
    if standing.targets_moved {
        lines.extend(wrapped(said::of(lang, said::TARGETS_MOVED), COLUMNS_MAX));
    }
    lines.extend(comparison(&standing.comparison, lang));
    lines
}

fn check(check: &Check, lang: Lang) -> Vec<String> {
    let mut lines = row(said::of(lang, said::state(check.state)), said::of(lang, said::point(check.point)));
    lines.extend(check.verdicts.iter().flat_map(|figure| note(&Measured::of(figure, lang).line())));
    lines
}

fn comparison(comparison: &Comparison, lang: Lang) -> Vec<String> {
    let (before, after) = (date::span(comparison.before, lang), date::span(comparison.after, lang));
    let title = fill(said::of(lang, said::COMPARISON), &[&before, &after]);
    let mut lines = vec![String::new()];
    lines.extend(wrapped(&title, COLUMNS_MAX));
    if comparison.uploaded {
        lines.extend(note(said::of(lang, said::UPLOADED)));
    }
    let differences = comparison.differences.iter().map(|one| said::of(lang, said::difference(one)));
    lines.extend(differences.flat_map(note));
    let known = comparison.rows.iter().filter(|row| row.before.is_known() || row.after.is_known());
    lines.extend(known.flat_map(|row| note(&turned(row, lang))));
    lines.extend(wrapped(lang.words().one_cause, COLUMNS_MAX));
    lines
}

fn row(state: &str, text: &str) -> Vec<String> {
    indented(&padded(state, STATE_COLUMNS), text)
}

fn note(text: &str) -> Vec<String> {
    indented(&padded("", STATE_COLUMNS + 2), text)
}

fn indented(first: &str, text: &str) -> Vec<String> {
    let room = COLUMNS_MAX.saturating_sub(first.chars().count());
    let lead = |index: usize| if index == 0 { first.to_owned() } else { padded("", first.chars().count()) };
    wrapped(text, room).into_iter().enumerate().map(|(index, line)| lead(index) + &line).collect()
}
