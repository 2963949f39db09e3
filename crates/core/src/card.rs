//! Completeness of a card: what its stage asks for, what is missing, and why.

mod badge;
mod condition;
mod step;

pub use badge::{BADGES_MAX, Badge, Badges, BadgesRequest, ClockFrame};
pub use step::{Step, next_step};

use crate::assess::{self, AtMoment, Terms};
use crate::deal::{Deal, Observed, Origin};
use crate::fact::{Actor, Identity, IdentityKind, Stage, Subject, Value};
use crate::junk::Junk;
use crate::own::OwnDay;
use crate::policy::{Field, Mandatory, Version};
use crate::sla::{NamedTimer, Timer};
use crate::time::Moment;
use crate::timetable::Timetable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why a mandatory field does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing is known to be in it.
    Empty,
    /// What is in it says nothing.
    Junk(Junk),
    /// The date is in the past, or the task is past its deadline.
    Past,
    /// An amount of zero or less.
    NotPositive,
    /// The responsible is not a person of the roster.
    NotAPerson,
}

/// A field that is asked for and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Missing {
    /// Which field.
    pub field: Field,
    /// Why.
    pub why: Why,
    /// How much it counts beside the others.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
}

const fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_one(weight: &u32) -> bool {
    *weight == 1
}

/// What a card asks for and lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Card {
    /// Mandatory fields of the stage.
    pub asked: usize,
    /// Their weight.
    #[serde(default)]
    pub weight: u64,
    /// What is missing now.
    pub missing: Vec<Missing>,
    /// What the next stage will ask besides and the card does not have yet: no field, no movement.
    pub missing_next: Vec<Missing>,
    /// The check-lists of its pipeline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklists: Vec<Checked>,
    /// Whether it is known where the client came from.
    #[serde(default)]
    pub provenance: Provenance,
}

/// How far a check-list is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checked {
    /// Its place among the policy's check-lists, from 0.
    pub list: usize,
    /// Its questions.
    pub asked: usize,
    /// Those without an answer.
    pub missing: Vec<Missing>,
}

/// Whether a deal's source, channel and UTM marks are known; nothing where the policy names no field for
/// them and the CRM tells none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Provenance {
    /// The source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<bool>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<bool>,
    /// One UTM mark at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utm: Option<bool>,
}

/// Which stage asks for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// The one on which the deal stands.
    Now,
    /// The next one, and not before.
    Next,
}

/// What the card of a deal shows: where the deal stands, its clock, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DealCard {
    /// The moment of the judgement.
    pub as_of: Moment,
    /// Id of the deal.
    pub deal: u64,
    /// Where it came from.
    pub origin: Origin,
    /// Id of the pipeline, 0 where it is not known.
    pub pipeline: u64,
    /// Where it stands, as far as it is known.
    pub stage: Option<Stage>,
    /// Id of the responsible user, 0 where it is not known.
    pub responsible: u64,
    /// Who changed it last, and when.
    pub changed: Option<(Moment, Actor)>,
    /// Where the client came from, by the source's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<u64>,
    /// Whether a contact with a phone or an e-mail address belongs to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reachable: bool,
    /// Whether its price is above zero.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priced: bool,
    /// Verdicts on the custom fields that the policy names, by id, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(u64, Value)>,
    /// What identifies its client, unless somebody said that it is nobody's duplicate; keyed hashes are told to
    /// nobody.
    #[serde(skip)]
    pub identities: Vec<Identity>,
    /// The deadline of the nearest open task.
    pub next_step: Option<Moment>,
    /// The first-response clock of an observed lead, as of the judgement.
    pub first_response: Option<Timer>,
    /// The working hours by which that clock runs, by their name; none for the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// When a person said to have answered outside the CRM, where that stopped the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Moment>,
    /// The other clocks, as of the judgement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<NamedTimer>,
    /// Completeness by the Worker's facts. The widget judges anew what its page shows, so it does not read it:
    /// its module stays small.
    #[serde(skip_deserializing)]
    pub card: Card,
}

/// Another open deal of the same client, as it seems. Who may look into it, the CRM says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Duplicate {
    /// Its id.
    pub deal: u64,
    /// What both have in common.
    pub same: IdentityKind,
}

/// What the widget of a deal's card gets from the Worker: enough to judge the card's unsaved values by the
/// same rules, and to let the clock tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardData {
    /// The Worker's time: the browser's clock may be wrong.
    pub now: Moment,
    /// The version of the policy that holds now, without names and with business time of some weeks.
    pub version: Version,
    /// The other working hours by which the deal's clocks run, by their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<(String, Timetable)>,
    /// The deal by the Worker's facts; nothing for a deal of which nothing is known yet.
    pub deal: Option<DealCard>,
    /// Other open deals of the same client, as it seems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<Duplicate>,
    /// The own day of whoever looks, where there is something to tell of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnDay>,
    /// Since when the account is observed, in its first days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// Whether there is nothing because it is a colleague's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl CardData {
    /// What a card gets under a version of the policy at a moment.
    #[must_use]
    pub fn of(version: &Version, deal: Option<DealCard>, now: Moment) -> Self {
        let named = deal.iter().flat_map(|deal| {
            deal.hours.iter().chain(deal.timers.iter().filter_map(|timer| timer.hours.as_ref()))
        });
        let names: BTreeSet<&String> = named.collect();
        let hours = names.into_iter().map(|name| (name.clone(), version.hours_for_card(name, now)));
        let (hours, version) = (hours.collect(), version.for_card(now));
        Self { now, version, hours, deal, duplicates: Vec::new(), own: None, since: None, hidden: false }
    }

    /// The working hours of a name; the account's own where there is none.
    #[must_use]
    pub fn hours_named(&self, name: Option<&str>) -> &Timetable {
        let mut known = self.hours.iter().filter(|(known, _)| Some(known.as_str()) == name);
        known.next().map_or(&self.version.timetable, |(_, hours)| hours)
    }
}

impl DealCard {
    /// The card of a deal at a moment; `None` for a deal of which nothing is known.
    #[must_use]
    pub fn of(deal: u64, facts: &[Observed], terms: Terms, now: Moment) -> Option<Self> {
        let of_deal = Subject::Deal(deal);
        let AtMoment { deal: state, mut timers, claimed } = assess::at_moment(of_deal, facts, terms, now);
        if !state.seen && !state.unsorted {
            return None;
        }
        let first_response = timers.iter().position(|timer| timer.name.is_none());
        let (first_response, hours) = first_response
            .map(|index| timers.remove(index))
            .map_or((None, None), |first| (Some(first.timer), first.hours));
        let version = terms.rules.at(now);
        let (card, next_step) = (report(version, &state, now), state.next_step());
        let value = |id: u64| Some((id, state.fields.get(&id)?.without_text()));
        let fields = version.policy.custom_fields().into_iter().filter_map(value).collect();
        let identities = if state.distinct { Vec::new() } else { state.identities.iter().copied().collect() };
        let Deal { origin, pipeline, stage, responsible, changed, source, reachable, price, .. } = state;
        Some(Self {
            as_of: now,
            deal,
            origin,
            pipeline,
            stage,
            responsible,
            changed,
            source,
            reachable,
            priced: price.is_some_and(|price| price.0 > 0),
            fields,
            identities,
            next_step,
            first_response,
            hours,
            claimed,
            timers,
            card,
        })
    }
}

impl Card {
    /// Valid fields among those asked.
    #[must_use]
    pub fn valid(&self) -> usize {
        self.asked - self.missing.len().min(self.asked)
    }

    /// The weight of the valid fields in percent of the weight of those asked, rounded down; 100 only when
    /// nothing is missing. `None` where nothing is asked.
    #[must_use]
    pub fn percent(&self) -> Option<u32> {
        let missing = self.missing.iter().map(|missing| u64::from(missing.weight)).sum();
        percent(self.asked, self.missing.len(), self.weight, missing)
    }

    /// Leaves a field that the stage asks for out of the count, where it cannot be judged.
    pub fn set_aside(&mut self, mandatory: &Mandatory) {
        self.missing.retain(|missing| missing.field != mandatory.field);
        self.weight = self.weight.saturating_sub(u64::from(mandatory.weight));
        self.asked = self.asked.saturating_sub(1);
    }
}

impl Checked {
    /// Answered questions in percent of all, rounded down. `None` for a list without questions.
    #[must_use]
    pub fn percent(&self) -> Option<u32> {
        let weigh = |questions| u64::try_from(questions).unwrap_or(u64::MAX);
        percent(self.asked, self.missing.len(), weigh(self.asked), weigh(self.missing.len()))
    }
}

/// Fields without any weight count only in that nothing is full without them.
fn percent(asked: usize, missing: usize, weight: u64, missing_weight: u64) -> Option<u32> {
    let most = if missing == 0 { 100 } else { 99 };
    let valid = weight.saturating_sub(missing_weight).saturating_mul(100);
    let share = valid.checked_div(weight).unwrap_or(if missing == 0 { 100 } else { 0 });
    (asked > 0).then(|| u32::try_from(share).unwrap_or(most).min(most))
}

/// Judges a card at a moment. A stage that the policy does not know asks for nothing.
#[must_use]
pub fn report(version: &Version, deal: &Deal, now: Moment) -> Card {
    let mut card = Card::default();
    let Some(number) = stage_number(version, deal) else { return card };
    for (mandatory, asked) in asked_from(version, deal, number, now) {
        let why = lacks(version, deal, mandatory.field, now);
        if asked == Asked::Now {
            card.asked += 1;
            card.weight += u64::from(mandatory.weight);
        }
        let Some(why) = why else { continue };
        let missing = match asked {
            Asked::Now => &mut card.missing,
            Asked::Next => &mut card.missing_next,
        };
        missing.push(Missing { field: mandatory.field, why, weight: mandatory.weight });
    }
    let lists = version.policy.checklists.iter().enumerate();
    for (list, checklist) in lists.filter(|(_, list)| is_for(&list.pipelines, deal.pipeline)) {
        let fields = checklist.items.iter().map(|item| item.field);
        let missing = |field| Some(Missing { field, why: lacks(version, deal, field, now)?, weight: 1 });
        let missing = fields.filter_map(missing).collect();
        card.checklists.push(Checked { list, asked: checklist.items.len(), missing });
    }
    card.provenance = provenance(version, deal);
    card
}

/// The mandatory fields that the stage of a deal asks for, and the next one besides, in the policy's order.
pub fn asked<'a>(
    version: &'a Version,
    deal: &'a Deal,
    now: Moment,
) -> impl Iterator<Item = (&'a Mandatory, Asked)> {
    let number = stage_number(version, deal);
    number.into_iter().flat_map(move |number| asked_from(version, deal, number, now))
}

fn asked_from<'a>(
    version: &'a Version,
    deal: &'a Deal,
    number: usize,
    now: Moment,
) -> impl Iterator<Item = (&'a Mandatory, Asked)> {
    let asks = move |mandatory: &'a Mandatory| {
        let asked = match mandatory.from_stage.saturating_sub(number) {
            0 => Asked::Now,
            1 => Asked::Next,
            _ => return None,
        };
        let here = is_for(&mandatory.pipelines, deal.pipeline);
        (here && condition::asks(version, deal, mandatory, now)).then_some((mandatory, asked))
    };
    version.policy.mandatory.iter().filter_map(asks)
}

/// What is known of where a deal's client came from.
#[must_use]
pub fn provenance(version: &Version, deal: &Deal) -> Provenance {
    let sources = &version.policy.sources;
    let of = |field: Option<u64>| field.map(|id| filled(deal, Some(id)));
    let utm = (!sources.utm.is_empty()).then(|| sources.utm.iter().any(|id| filled(deal, Some(*id))));
    let source = of(sources.field).filter(|_| deal.source.is_none());
    Provenance { source: source.or(deal.source.map(|_| true)), channel: of(sources.channel), utm }
}

/// Whether a list of pipelines holds one; none means all.
fn is_for(pipelines: &[u64], pipeline: u64) -> bool {
    pipelines.is_empty() || pipelines.contains(&pipeline)
}

fn stage_number(version: &Version, deal: &Deal) -> Option<usize> {
    match deal.stage {
        Some(Stage::Open(stage)) => version.policy.stage_number(deal.pipeline, stage),
        _ => None,
    }
}

fn lacks(version: &Version, deal: &Deal, field: Field, now: Moment) -> Option<Why> {
    match field {
        Field::Amount => match deal.price {
            None => Some(Why::Empty),
            Some(price) => (price.0 <= 0).then_some(Why::NotPositive),
        },
        Field::Responsible if deal.responsible == 0 => Some(Why::Empty),
        Field::Responsible => (!version.is_person_at(deal.responsible, now)).then_some(Why::NotAPerson),
        Field::NextStep => match deal.next_step() {
            None => Some(Why::Empty),
            Some(due) => (due < now).then_some(Why::Past),
        },
        Field::Source => (provenance(version, deal).source != Some(true)).then_some(Why::Empty),
        Field::Channel => (provenance(version, deal).channel != Some(true)).then_some(Why::Empty),
        Field::Utm => (provenance(version, deal).utm != Some(true)).then_some(Why::Empty),
        Field::Contact => (!deal.reachable).then_some(Why::Empty),
        Field::Custom(id) => match deal.fields.get(&id) {
            None => Some(Why::Empty),
            Some(Value::Junk(junk)) => Some(Why::Junk(*junk)),
            Some(_) => None,
        },
        Field::FutureDate(id) => match deal.fields.get(&id) {
            None => Some(Why::Empty),
            // A date expires at its end: no zone is needed for one that has not begun.
            Some(Value::Date(date)) => (*date < now && version.expires_at(*date) <= now).then_some(Why::Past),
            Some(Value::Junk(junk)) => Some(Why::Junk(*junk)),
            Some(_) => None,
        },
    }
}

fn filled(deal: &Deal, field: Option<u64>) -> bool {
    let value = field.and_then(|id| deal.fields.get(&id));
    value.is_some_and(|value| !matches!(value, Value::Junk(_)))
}

impl Version {
    /// When a date field begins to lie in the past: at the end of its date. Dates come as midnight of the
    /// account's zone or of UTC, so they are rounded to the nearest day.
    #[must_use]
    pub fn expires_at(&self, date: Moment) -> Moment {
        let nearest = self.zone.day_of(date.plus(crate::time::DAY_S / 2));
        self.zone.start_of(nearest.plus(1))
    }
}
