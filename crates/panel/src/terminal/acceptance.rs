//! Signs, questions, pains and acceptance in lines.

use super::{COLUMNS_MAX, padded, titled};
use crate::card::name_of;
use crate::date;
use crate::lang::{Lang, fill};
use crate::number::{counted, duration, integer, parts, percent, tenths};
use crate::terminal::said;
use crate::text::wrapped;
use takeroot_core::acceptance::{
    Check, Compared, Comparison, NoData, Period, Standing, State, Unit, Verdict,
};
use takeroot_core::policy::{Field, Policy};
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
    lines.extend(sign.figures.iter().flat_map(|figure| note(&worded(figure, lang))));
    if !matches!(sign.advice, Advice::GoOn | Advice::Wait) {
        let advice = said::of(lang, said::advice(sign.advice));
        lines.extend(note(&fill(said::of(lang, said::TO_DO), &[advice])));
    }
    lines
}

fn answer(answer: &Answer, lang: Lang) -> Vec<String> {
    let state = if answer.confident { State::Known } else { State::NoData };
    let mut lines = row(said::of(lang, said::state(state)), said::of(lang, said::question(answer.question)));
    lines.extend(answer.figures.iter().flat_map(|figure| note(&worded(figure, lang))));
    lines
}

fn pain(place: i64, pain: &Pain, policy: &Policy, lang: Lang) -> Vec<String> {
    let words = lang.words();
    let value = fill(words.n_of_m, &[&integer(pain.value.n, lang), &integer(pain.value.of, lang)]);
    let mut text = format!("{}: {value}", said::of(lang, said::pain(pain.metric)));
    if pain.deals > 0 {
        let deals = counted(pain.deals, words.deals, lang);
        text = format!("{text}, {}", fill(said::of(lang, said::STAKE), &[&deals]));
    }
    let mut lines = row(&integer(place, lang), &date::capital(&text));
    let field = |(field, n): &(Field, i64)| format!("{} ({n})", name_of(policy, *field, lang));
    let fields: Vec<String> = pain.fields.iter().map(field).collect();
    if !fields.is_empty() {
        lines.extend(note(&fill(said::of(lang, said::LACKING), &[&fields.join(", ")])));
    }
    lines.extend(pain.mark.into_iter().flat_map(|mark| note(said::of(lang, said::mark(mark)))));
    lines.extend(said::hint(pain.metric).into_iter().flat_map(|hint| note(said::of(lang, hint))));
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
        lines.extend(gate.verdicts.iter().flat_map(|figure| note(&worded(figure, lang))));
    }
    if standing.targets_moved {
        lines.extend(wrapped(said::of(lang, said::TARGETS_MOVED), COLUMNS_MAX));
    }
    lines.extend(comparison(&standing.comparison, lang));
    lines
}

fn check(check: &Check, lang: Lang) -> Vec<String> {
    let mut lines = row(said::of(lang, said::state(check.state)), said::of(lang, said::point(check.point)));
    lines.extend(check.verdicts.iter().flat_map(|figure| note(&worded(figure, lang))));
    lines
}

fn comparison(comparison: &Comparison, lang: Lang) -> Vec<String> {
    let days = |period: Period| format!("{}–{}", period.from, period.to);
    let title = fill(said::of(lang, said::COMPARISON), &[&days(comparison.before), &days(comparison.after)]);
    let mut lines = vec![String::new()];
    lines.extend(wrapped(&title, COLUMNS_MAX));
    let differences = comparison.differences.iter().map(|one| said::of(lang, said::difference(one)));
    lines.extend(differences.flat_map(note));
    let known = comparison.rows.iter().filter(|row| row.before.is_known() || row.after.is_known());
    lines.extend(known.flat_map(|row| note(&turned(row, lang))));
    lines.extend(wrapped(lang.words().one_cause, COLUMNS_MAX));
    lines
}

fn turned(row: &Compared, lang: Lang) -> String {
    let name = said::of(lang, said::metric(row.after.criterion.metric));
    let trend = said::of(lang, said::trend(row.trend));
    format!("{name}: {} → {}, {trend}", value(&row.before, lang), value(&row.after, lang))
}

/// `переходы по действию: 78 % (39 из 50), нужно от 80 %`
fn worded(figure: &Verdict, lang: Lang) -> String {
    let criterion = &figure.criterion;
    let mut text = format!("{}: {}", said::of(lang, said::metric(criterion.metric)), value(figure, lang));
    if figure.is_known() && criterion.metric.unit() == Unit::Percent {
        let (n, of) = (integer(figure.value.n, lang), integer(figure.value.of, lang));
        text = format!("{text} ({})", fill(lang.words().n_of_m, &[&n, &of]));
    }
    let limits = [(said::AT_LEAST, criterion.at_least), (said::AT_MOST, criterion.at_most)];
    for (word, limit) in limits {
        let Some(limit) = limit else { continue };
        let limit = match criterion.metric.unit() {
            Unit::Percent => percent(limit, lang),
            Unit::Seconds => duration(limit, lang),
            Unit::Hundredths => integer(limit / 100, lang),
        };
        text = format!("{text}, {}", fill(said::of(lang, word), &[&limit]));
    }
    text
}

fn value(figure: &Verdict, lang: Lang) -> String {
    let value = figure.value;
    match (figure.reason, figure.seconds, figure.criterion.metric.unit()) {
        (Some(NoData::TooFew), ..) => {
            let cases = if figure.criterion.metric.unit() == Unit::Seconds { value.n } else { value.of };
            let limit = figure.criterion.cases_min;
            fill(said::of(lang, said::TOO_FEW), &[&integer(cases, lang), &integer(limit, lang)])
        }
        (Some(reason), ..) => {
            format!("{}: {}", lang.words().no_data, said::of(lang, said::reason(reason)))
        }
        (None, Some(seconds), _) => duration(seconds, lang),
        (None, None, Unit::Hundredths) => integer(parts(value.n, value.of, 1).unwrap_or(0) / 100, lang),
        (None, None, _) => tenths(parts(value.n, value.of, 1000).unwrap_or(0), lang),
    }
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
