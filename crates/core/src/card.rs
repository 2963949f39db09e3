//! Completeness of a card: what its stage asks for, what is missing, and why.

use crate::assess::{self, Terms};
use crate::deal::{Deal, Observed, Origin};
use crate::fact::{Actor, Stage, Subject, Value};
use crate::junk::Junk;
use crate::policy::{Field, Policy, Version};
use crate::sla::{NamedTimer, Timer};
use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// Why a mandatory field does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A mandatory field that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which field.
    pub field: Field,
    /// Why.
    pub why: Why,
}

/// What a card asks for and lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Mandatory fields of the stage.
    pub asked: usize,
    /// What is missing now.
    pub missing: Vec<Missing>,
    /// What the next stage will ask besides and the card does not have yet.
    pub missing_next: Vec<Missing>,
}

/// What the card of a deal shows: where the deal stands, its clock, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The deadline of the nearest open task.
    pub next_step: Option<Moment>,
    /// The first-response clock of an observed lead, as of the judgement.
    pub first_response: Option<Timer>,
    /// The other clocks, as of the judgement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<NamedTimer>,
    /// Completeness by the Worker's facts.
    pub card: Card,
}

/// What the widget of a deal's card gets from the Worker: enough to judge the card's unsaved values by the
/// same rules, and to let the clock tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardData {
    /// The Worker's time: the browser's clock may be wrong.
    pub now: Moment,
    /// The version of the policy that holds now, without names and with business time of some weeks.
    pub version: Version,
    /// The deal by the Worker's facts; nothing for a deal of which nothing is known yet.
    pub deal: Option<DealCard>,
}

impl DealCard {
    /// The card of a deal at a moment; `None` for a deal of which nothing is known.
    #[must_use]
    pub fn of(deal: u64, facts: &[Observed], terms: Terms, now: Moment) -> Option<Self> {
        let (state, mut timers) = assess::at_moment(Subject::Deal(deal), facts, terms, now);
        if !state.seen && !state.unsorted {
            return None;
        }
        let first_response = timers.iter().position(|timer| timer.name.is_none());
        let first_response = first_response.map(|index| timers.remove(index).timer);
        let (card, next_step) = (report(terms.rules.at(now), &state, now), state.next_step());
        let Deal { origin, pipeline, stage, responsible, changed, .. } = state;
        Some(Self {
            as_of: now,
            deal,
            origin,
            pipeline,
            stage,
            responsible,
            changed,
            next_step,
            first_response,
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
}

/// Judges a card at a moment. A stage that the policy does not know asks for nothing.
#[must_use]
pub fn report(version: &Version, deal: &Deal, now: Moment) -> Card {
    let mut card = Card::default();
    let Some(number) = stage_number(&version.policy, deal) else { return card };
    for mandatory in &version.policy.mandatory {
        let asked_now = mandatory.from_stage <= number;
        if mandatory.from_stage > number + 1 {
            continue;
        }
        card.asked += usize::from(asked_now);
        if let Some(why) = lacks(version, deal, mandatory.field, now) {
            let list = if asked_now { &mut card.missing } else { &mut card.missing_next };
            list.push(Missing { field: mandatory.field, why });
        }
    }
    card
}

fn stage_number(policy: &Policy, deal: &Deal) -> Option<usize> {
    match deal.stage {
        Some(Stage::Open(stage)) => policy.stage_number(deal.pipeline, stage),
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
        Field::Responsible => {
            let today = version.zone.day_of(now);
            (!version.policy.is_person(deal.responsible, today)).then_some(Why::NotAPerson)
        }
        Field::NextStep => match deal.next_step() {
            None => Some(Why::Empty),
            Some(due) => (due < now).then_some(Why::Past),
        },
        Field::Source => {
            let known = deal.source.is_some() || filled(deal, version.policy.sources.field);
            (!known).then_some(Why::Empty)
        }
        Field::Channel => (!filled(deal, version.policy.sources.channel)).then_some(Why::Empty),
        Field::Utm => {
            let known = version.policy.sources.utm.iter().any(|id| filled(deal, Some(*id)));
            (!known).then_some(Why::Empty)
        }
        Field::Contact => (!deal.reachable).then_some(Why::Empty),
        Field::Custom(id) => match deal.fields.get(&id) {
            None => Some(Why::Empty),
            Some(Value::Junk(junk)) => Some(Why::Junk(*junk)),
            Some(_) => None,
        },
        Field::FutureDate(id) => match deal.fields.get(&id) {
            None => Some(Why::Empty),
            Some(Value::Date(date)) => (version.expires_at(*date) <= now).then_some(Why::Past),
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
