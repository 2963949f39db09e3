//! The digest: five lines that an owner reads in the morning, out of the very documents that the page is made of.

mod message;
mod words;

pub use message::digest_message;

use crate::date;
use crate::lang::{Lang, fill};
use crate::number::{counted, integer};
use crate::reading::{Reading, Tone};
use crate::said::{self, Pair};
use crate::text;
use crate::view::{self, Key, Source, keys};
use takeroot_core::acceptance::Period;
use takeroot_core::day::{Document, Envelope, Figures};
use takeroot_core::digest::{DIGEST_SCHEMA, Digest, Kind, Light, Line, ToOpen};
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::zone::Zone;

/// Figures that have moved and are said one by one.
const MOVED_MAX: usize = 4;

/// What a digest is made of.
#[derive(Clone, Copy, Debug)]
pub struct DigestSource<'a> {
    /// The account's key.
    pub account: &'a str,
    /// The company's name, as it comes.
    pub company: &'a str,
    /// How often it comes.
    pub kind: Kind,
    /// The summary of its last day.
    pub document: &'a Document<Summary>,
    /// The figures of its days, and the envelope of the last of them, final where all are.
    pub now: (&'a Figures, Envelope),
    /// Days of it that are not published.
    pub missing: i64,
    /// The figures of as many days before.
    pub then: Option<&'a Figures>,
    /// The digest before this one, and the figures of its days as they are published now.
    pub before: Option<(&'a Digest, Option<&'a Figures>)>,
    /// Deals to open.
    pub deals: &'a [ToOpen],
    /// The CRM's host, where it is known.
    pub crm_host: Option<&'a str>,
    /// The policy: targets and names.
    pub policy: &'a Policy,
    /// The account's zone.
    pub zone: &'a Zone,
    /// The language.
    pub lang: Lang,
}

/// What a digest says.
#[must_use]
pub fn digest(source: &DigestSource) -> Digest {
    let DigestSource { kind, lang, missing, .. } = *source;
    let (words, (figures, envelope)) = (lang.words(), source.now);
    let (light, mut verdict) = if kind == Kind::Daily { of_the_day(source) } else { of_the_period(source) };
    if missing > 0 {
        let days = counted(missing, words.days_forms, lang);
        verdict.text = format!("{} {}", verdict.text, fill(words.period_missing, &[&days]));
    }
    let keys = keys(words);
    let line = |title: String, terms: &[&str]| {
        let said = terms.iter().filter_map(|term| keys.iter().find(|key| key.term == *term));
        let text = said.map(|key| said_of(key, figures, lang)).collect::<Vec<_>>().join(" · ");
        Line { title, text }
    };
    let end = fill(said::of(lang, words::AT_END), &[&date::short(figures.to, lang)]);
    let lines = vec![
        verdict,
        line(said::of(lang, words::ANSWERS).to_owned(), &["entered", "in-time", "median"]),
        line(end, &["waiting", "overdue", "complete"]),
        line(said::of(lang, words::OUTCOMES).to_owned(), &["won-lost", "people"]),
        Line { title: said::of(lang, words::SINCE).to_owned(), text: moved(source) },
    ];
    Digest {
        schema: DIGEST_SCHEMA,
        account: source.account.to_owned(),
        // Marks that combine take no column, and could be any number.
        company: text::name(source.company)
            .map_or_else(|| words.brand.to_owned(), |name| name.chars().take(text::NAME_CHARS_MAX).collect()),
        kind,
        title: title(kind, Period { from: figures.from, to: figures.to }, lang),
        status: status(source),
        envelope,
        missing,
        figures: figures.told(),
        light,
        lines,
        deals: source.deals.to_vec(),
        crm_host: source.crm_host.map(str::to_owned),
    }
}

fn title(kind: Kind, period: Period, lang: Lang) -> String {
    if period.from == period.to {
        return date::capital(&date::long(period.to, lang));
    }
    let days = format!("{} {}", date::span(period, lang), period.to.civil().0);
    let name: Option<Pair> = match kind {
        Kind::Daily => None,
        Kind::Weekly => Some(words::WEEK),
        Kind::Monthly => Some(words::MONTH),
        Kind::Quarterly => Some(words::QUARTER),
    };
    name.map_or_else(|| days.clone(), |name| fill(said::of(lang, name), &[&days]))
}

fn status(source: &DigestSource) -> String {
    let (words, (figures, envelope)) = (source.lang.words(), source.now);
    match envelope.is_final {
        true => words.is_final_period.to_owned(),
        false => {
            let at = date::clock(envelope.as_of, source.zone, figures.to, source.lang);
            fill(words.as_of, &[&at])
        }
    }
}

/// `ответ в срок 64 % (9 из 14, мало случаев)`
fn said_of(key: &Key, figures: &Figures, lang: Lang) -> String {
    let reading = (key.read)(figures);
    let figure = reading.figure(lang);
    let remark = figure.remark(lang, matches!(reading, Reading::Median(..)));
    let remark = if remark.is_empty() { String::new() } else { format!(" ({remark})") };
    format!("{} {}{remark}", small(key.label), figure.text)
}

/// With a small first letter, unless it is an abbreviation.
fn small(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What the page says of the last day.
fn of_the_day(source: &DigestSource) -> (Light, Line) {
    let DigestSource { document, policy, zone, company, lang, .. } = *source;
    let said = view::said(Source { document, policy, zone, account: company, lang });
    let light = match said.tone {
        Tone::Good => Light::Good,
        Tone::Warn => Light::Warn,
        Tone::Bad => Light::Bad,
        Tone::Plain => Light::Unknown,
    };
    (light, Line { title: said.level.to_owned(), text: said.sentence })
}

/// What has become better and worse beside the days before.
fn of_the_period(source: &DigestSource) -> (Light, Line) {
    let lang = source.lang;
    let (mut better, mut worse) = (Vec::new(), Vec::new());
    let then = source.then.filter(|then| then.observed && source.now.0.observed);
    for key in keys(lang.words()).iter().filter(|_| then.is_some()) {
        let was = then.map(|then| (key.read)(then));
        let trend = was.and_then(|was| (key.read)(source.now.0).trend(was, key.better, lang));
        let Some(trend) = trend else { continue };
        let said = format!("{} {}", small(key.label), trend.change);
        match trend.tone {
            Tone::Good => better.push(said),
            Tone::Bad | Tone::Warn => worse.push(said),
            Tone::Plain => {}
        }
    }
    let part = |name: Pair, parts: &[String]| {
        (!parts.is_empty()).then(|| format!("{}: {}.", said::of(lang, name), parts.join(", ")))
    };
    let parts: Vec<String> =
        [part(words::WORSE, &worse), part(words::BETTER, &better)].into_iter().flatten().collect();
    let (light, text) = match (then, better.len(), worse.len()) {
        (None, ..) => (Light::Unknown, said::of(lang, words::ALONE).to_owned()),
        (_, 0, 0) => (Light::Unknown, said::of(lang, words::SAME).to_owned()),
        (_, _, 0) => (Light::Good, parts.join(" ")),
        _ => (Light::Warn, parts.join(" ")),
    };
    (light, Line { title: said::of(lang, words::BESIDE).to_owned(), text })
}

/// What has moved since the digest before, which stays as it was sent.
fn moved(source: &DigestSource) -> String {
    let lang = source.lang;
    let Some((before, now)) = source.before else { return said::of(lang, words::FIRST).to_owned() };
    let days = date::span(before.period(), lang);
    let Some(now) = now else { return format!("{days}: {}.", lang.words().no_data) };
    let text = |key: &Key, of: &Figures| (key.read)(of).figure(lang).text;
    let keys = keys(lang.words());
    let mut moves = keys.iter().filter(|key| told(key)).filter_map(|key| {
        let (was, is) = (text(key, &before.figures), text(key, now));
        (was != is).then(|| fill(said::of(lang, words::MOVED), &[&small(key.label), &was, &is]))
    });
    let said: Vec<String> = moves.by_ref().take(MOVED_MAX).collect();
    if said.is_empty() {
        return fill(said::of(lang, words::UNMOVED), &[&days]);
    }
    let more = i64::try_from(moves.count()).unwrap_or(0);
    let more = (more > 0).then(|| fill(said::of(lang, words::MORE), &[&integer(more, lang)]));
    format!("{days}: {}.", said.into_iter().chain(more).collect::<Vec<_>>().join("; "))
}

/// Whether a digest says the figure.
fn told(key: &Key) -> bool {
    ["entered", "in-time", "median", "waiting", "overdue", "complete", "won-lost", "people"]
        .contains(&key.term)
}

#[cfg(test)]
#[path = "digest_tests.rs"]
mod tests;
