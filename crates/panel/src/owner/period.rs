//! The page of any period, beside another one of the same length.

use super::links::Links;
use super::{OwnerPage, reports, tables, tiles};
use crate::date;
use crate::frame;
use crate::lang::{Lang, fill};
use crate::ledger::{self, person_name, pipeline_name, source_name};
use crate::number::counted;
use crate::reading::Reading;
use crate::speed::Speed;
use crate::text;
use crate::view::{Key, Source, Tile, keys};
use maud::{Markup, html};
use takeroot_core::acceptance::{Period, Ratio};
use takeroot_core::contribution::{Count, Dimension};
use takeroot_core::day::{Document, Envelope, Figures};
use takeroot_core::policy::Policy;
use takeroot_core::summary::{Losses, StageRow, Summary};
use takeroot_core::time::Day;
use takeroot_core::zone::Zone;

/// What the page of a period is made of.
#[derive(Clone, Copy, Debug)]
pub struct PeriodPage<'a> {
    /// The company's name, as it comes.
    pub account: &'a str,
    /// The policy: targets and names.
    pub policy: &'a Policy,
    /// The account's zone.
    pub zone: &'a Zone,
    /// The days.
    pub period: Period,
    /// Their figures, with cohorts of their own; nothing where none of the days is published.
    pub now: Option<&'a Figures>,
    /// The last day's envelope, final where all days are.
    pub envelope: Option<Envelope>,
    /// Days of the period that are not published.
    pub missing: i64,
    /// The days beside.
    pub beside: Period,
    /// Their figures.
    pub then: Option<&'a Figures>,
    /// What is shown of them.
    pub filter: Filter,
    /// The language.
    pub lang: Lang,
    /// The address of the account's pages.
    pub base: &'a str,
    /// The query that each link keeps.
    pub query: &'a str,
}

/// A part of the company: one pipeline and one value of another dimension; 0 is all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Id of the pipeline.
    pub pipeline: u64,
    /// Id of the manager.
    pub manager: u64,
    /// Id of the source; nothing beside a manager.
    pub source: u64,
}

impl Filter {
    fn by(self) -> Option<(Dimension, u64)> {
        match (self.manager, self.source) {
            (0, 0) => None,
            (0, source) => Some((Dimension::Source, source)),
            (manager, _) => Some((Dimension::Manager, manager)),
        }
    }

    /// The part of some figures. Who has left by their last day is none of its people.
    fn of(self, figures: &Figures, policy: &Policy) -> Figures {
        let mut part = figures.clone().part(self.pipeline, self.by());
        part.active_people.retain(|id| policy.is_person(*id, figures.to));
        part
    }
}

/// The page of a period: a complete document that needs no script.
#[must_use]
pub fn period_page(page: &PeriodPage) -> String {
    let (lang, words) = (page.lang, page.lang.words());
    let title = date::span(page.period, lang);
    let links = Links { base: page.base, query: page.query, lang };
    let body = html! {
        div.sheet {
            header.top {
                (frame::brand(lang))
                nav aria-label=(words.language) {
                    @let other = lang.other();
                    a href=(address(page, other)) lang=(other.code()) hreflang=(other.code()) { (words.other_language) }
                }
            }
            main {
                div.masthead {
                    div {
                        p.account { bdi { (text::name(page.account).unwrap_or_default()) } }
                        h1 { (title) " " (page.period.to.civil().0) }
                        p.status { (status(page)) }
                    }
                    nav.days aria-label=(words.days) {
                        a href=(links.to("", &[], "")) { span aria-hidden="true" { "← " } (words.back_to_day) }
                    }
                }
                (form(page))
                @match page.now {
                    None => p.notice { (words.period_empty) },
                    Some(now) => (figures(page, now)),
                }
            }
        }
    };
    frame::document(lang, &title, &body)
}

/// The same page in a language.
fn address(page: &PeriodPage, lang: Lang) -> String {
    let (from, to, beside) =
        (page.period.from.to_string(), page.period.to.to_string(), page.beside.from.to_string());
    let Filter { pipeline, manager, source } = page.filter;
    let ids = [("pipeline", pipeline), ("manager", manager), ("source", source)]
        .map(|(name, id)| (name, id.to_string()));
    let mut params = vec![("from", from.as_str()), ("to", &to), ("beside", &beside)];
    params.extend(ids.iter().filter(|(_, id)| id != "0").map(|(name, id)| (*name, id.as_str())));
    Links { base: page.base, query: page.query, lang }.to("", &params, "")
}

/// Whose figures, and as of when.
fn status(page: &PeriodPage) -> String {
    let (lang, words) = (page.lang, page.lang.words());
    let state = match page.envelope {
        None => words.no_data.to_owned(),
        Some(envelope) if envelope.is_final => words.is_final_period.to_owned(),
        Some(envelope) => fill(words.as_of, &[&date::clock(envelope.as_of, page.zone, page.period.to, lang)]),
    };
    let Filter { pipeline, manager, source } = page.filter;
    let names = [
        (pipeline != 0).then(|| pipeline_name(page.policy, pipeline, lang)),
        (manager != 0).then(|| person_name(page.policy, manager, lang)),
        (manager == 0 && source != 0).then(|| source_name(page.policy, source, lang)),
    ];
    names.into_iter().flatten().chain([state]).collect::<Vec<_>>().join(", ")
}

fn form(page: &PeriodPage) -> Markup {
    let (lang, words, policy) = (page.lang, page.lang.words(), page.policy);
    let date = |name: &str, label: &str, day: Day| {
        html! { label { (label) input type="date" name=(name) value=(day) required; } }
    };
    let kept = page.query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let pipelines = policy.pipelines.iter().map(|one| (one.id, pipeline_name(policy, one.id, lang)));
    let people = policy.people.iter().filter(|person| !person.service);
    let people = people.map(|one| (one.id, person_name(policy, one.id, lang)));
    let sources = policy.sources.names.iter().map(|one| (one.id, source_name(policy, one.id, lang)));
    html! {
        form.choice method="get" action=(page.base) {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="lang" value=(lang.code());
            (date("from", words.period_from, page.period.from))
            (date("to", words.period_to, page.period.to))
            (date("beside", words.period_beside, page.beside.from))
            (select("pipeline", words.pipeline, page.filter.pipeline, pipelines.collect(), words.all_of_them))
            (select("manager", words.manager, page.filter.manager, people.collect(), words.all_of_them))
            (select("source", words.source, page.filter.source, sources.collect(), words.all_of_them))
            button.button type="submit" { (words.show) }
        }
    }
}

fn select(name: &str, label: &str, chosen: u64, options: Vec<(u64, String)>, all: &str) -> Markup {
    html! {
        @if !options.is_empty() {
            label { (label) select name=(name) {
                option value="" { (all) }
                @for (id, text) in options { option value=(id) selected[id == chosen] { (text) } }
            } }
        }
    }
}

fn figures(page: &PeriodPage, whole: &Figures) -> Markup {
    let (lang, words) = (page.lang, page.lang.words());
    let now = page.filter.of(whole, page.policy);
    let then = page.then.map(|then| page.filter.of(then, page.policy));
    let document = alone(page, &now);
    let source =
        Source { document: &document, policy: page.policy, zone: page.zone, account: page.account, lang };
    // Who acted is known of the whole company only.
    let keys = keys(words).into_iter().filter(|key| key.term != "people" || page.filter == Filter::default());
    let key_tiles: Vec<Tile> = keys.map(|key| tile(&key, &now, then.as_ref(), lang)).collect();
    let stages = StageRow::of(whole, page.filter.pipeline);
    let mut speed = Speed::of(&now.all, &now.all, page.policy.first_response_s(), "", lang);
    speed.lines.truncate(usize::from(!speed.bars.is_empty()));
    // The tables are of managers, sources and pipelines: a part of one of them has no others.
    let whole_of_pipeline = page.filter.by().is_none();
    let shell = shell(page, &document);
    let mut tables = [("managers", ledger::managers(source)), ("sources", ledger::sources(source))];
    for (_, ledger) in &mut tables {
        ledger.sort("entered", true);
        ledger.rows.iter_mut().for_each(|row| row.issue = None);
        words.period_caption.clone_into(&mut ledger.caption);
    }
    html! {
        @if page.missing > 0 {
            p.notice { (fill(words.period_missing, &[&counted(page.missing, words.days_forms, lang)])) }
        }
        @if !now.observed || then.as_ref().is_some_and(|then| !then.observed) { p.notice { (words.period_unobserved) } }
        p.lead { (fill(words.period_lead, &[&date::span(page.beside, lang)])) }
        (tiles(&key_tiles, lang))
        div .reports {
            @if whole_of_pipeline { (reports::funnel(&shell, &stages, None, page.period)) }
            (reports::distribution(&shell, &speed, words.period_speed_caption))
            (reports::losses(&shell, Some(&losses(page.period, &now))))
        }
        @if whole_of_pipeline {
            @for (id, ledger) in &tables { (tables::ledger_of(&shell, ledger, id, false)) }
        }
        (super::foot(&shell))
    }
}

/// The period in the place of a summary's day and week, for what reads both.
fn alone(page: &PeriodPage, now: &Figures) -> Document<Summary> {
    let envelope = page.envelope.unwrap_or(Envelope {
        schema: 0,
        as_of: Default::default(),
        revision: 1,
        is_final: false,
    });
    let figures = Summary {
        day: now.clone(),
        week: now.clone(),
        week_before: now.clone(),
        signs: Vec::new(),
        answers: Vec::new(),
        answered: Ratio::default(),
        pains: Vec::new(),
        usage: None,
        leads: None,
        stages: Vec::new(),
        losses: None,
        leaders: Vec::new(),
        acceptance: None,
        goals: Vec::new(),
    };
    Document { envelope, figures }
}

fn shell<'a>(page: &PeriodPage<'a>, document: &'a Document<Summary>) -> OwnerPage<'a> {
    OwnerPage {
        account: page.account,
        document,
        yesterday: None,
        week_ago: None,
        policy: page.policy,
        zone: page.zone,
        days: &[],
        points: &[],
        logbook: &[],
        lang: page.lang,
        base: page.base,
        query: page.query,
        choice: super::Choice::default(),
    }
}

fn tile(key: &Key, now: &Figures, then: Option<&Figures>, lang: Lang) -> Tile {
    let words = lang.words();
    let reading = (key.read)(now);
    let value = reading.figure(lang);
    let before = then.map(|then| (key.read)(then));
    let compares = now.observed && then.is_some_and(|then| then.observed);
    let is_median = matches!(reading, Reading::Median(..));
    Tile {
        term: key.term,
        label: key.label,
        remark: value.remark(lang, is_median),
        value,
        scope: if key.is_of_the_end() { words.at_period_end } else { words.in_period },
        beside: before.map(|before| (words.beside, before.figure(lang))).into_iter().collect(),
        trend: before.and_then(|before| reading.trend(before, key.better, lang)).filter(|_| compares),
    }
}

fn losses(period: Period, now: &Figures) -> Losses {
    let reasoned = Ratio { n: now.all.n(Count::Reasoned), of: now.all.n(Count::Lost) };
    let mut reasons: Vec<(u64, i64)> = now.all.lost_for.iter().map(|(reason, n)| (*reason, *n)).collect();
    reasons.retain(|(_, n)| *n > 0);
    reasons.sort_by_key(|(reason, n)| (-n, *reason));
    Losses { period, reasoned, reasons }
}
