//! The card of a deal as a person sees it, unsaved values included: texts of form fields into a [`Deal`].
//!
//! Every value is a text from a foreign page. What does not parse is unread, never an error.

use crate::hook::lead::stage_of;
use serde::Deserialize;
use std::collections::BTreeMap;
use takeroot_core::card::DealCard;
use takeroot_core::deal::Deal;
use takeroot_core::fact::{Amount, TaskState, Value};
use takeroot_core::policy::{Field, Version};
use takeroot_core::time::{Day, Moment, clock_seconds};
use takeroot_core::zone::Zone;

/// What the widget reads from a card. A text that is absent could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CardValues {
    /// Id of the deal; 0 until it is saved.
    pub id: Option<String>,
    /// Id of the pipeline.
    pub pipeline: Option<String>,
    /// Id of the stage; won and lost have ids of their own.
    pub status: Option<String>,
    /// Id of the responsible user.
    pub responsible: Option<String>,
    /// The budget in whole units of the account's currency.
    pub price: Option<String>,
    /// Texts of custom fields by id; a choice is the id of the choice, an empty field an empty text.
    pub fields: BTreeMap<String, String>,
    /// Ids of the fields that hold choices.
    pub choices: Vec<String>,
}

impl CardValues {
    /// Id of the deal; `None` for one that is not saved yet.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        id(self.id.as_deref())
    }

    /// Whether the card shows a field, filled or not.
    #[must_use]
    pub fn shows(&self, field: Field) -> bool {
        match field {
            Field::Amount => self.price.is_some(),
            Field::Responsible => self.responsible.is_some(),
            Field::NextStep => true,
            // The card of a deal does not tell where its client came from, nor how to reach them.
            Field::Source | Field::Channel | Field::Utm | Field::Contact => false,
            Field::Custom(id) | Field::FutureDate(id) => self.fields.contains_key(&id.to_string()),
        }
    }

    /// The deal as the card shows it. What the card does not tell is taken from what the Worker knows: the
    /// nearest open task, and whatever could not be read.
    #[must_use]
    pub fn deal(&self, version: &Version, known: Option<&DealCard>) -> Deal {
        let mut deal = Deal {
            pipeline: id(self.pipeline.as_deref()).or(known.map(|known| known.pipeline)).unwrap_or(0),
            stage: id(self.status.as_deref()).map(stage_of).or(known.and_then(|known| known.stage)),
            responsible: match &self.responsible {
                Some(text) => id(Some(text)).unwrap_or(0),
                None => known.map_or(0, |known| known.responsible),
            },
            price: self.price.as_deref().and_then(price),
            source: known.and_then(|known| known.source),
            reachable: known.is_some_and(|known| known.reachable),
            seen: true,
            ..Deal::default()
        };
        if let Some(due) = known.and_then(|known| known.next_step) {
            deal.tasks.insert(0, TaskState { due: Some(due), ..TaskState::default() });
        }
        if self.price.is_none() && known.is_some_and(|known| known.priced) {
            deal.price = Some(Amount(1));
        }
        let shown = |id: u64| self.fields.contains_key(&id.to_string());
        let hidden = known.iter().flat_map(|known| &known.fields).filter(|(id, _)| !shown(*id));
        deal.fields.extend(hidden.copied());
        for (key, text) in &self.fields {
            let value = id(Some(key)).and_then(|id| Some((id, self.value(id, text.trim(), version)?)));
            deal.fields.extend(value);
        }
        deal
    }

    fn value(&self, id: u64, text: &str, version: &Version) -> Option<Value> {
        if text.is_empty() {
            return None;
        }
        let policy = &version.policy;
        if let Some(date) = date(text, &version.zone).filter(|_| policy.asks_date(id)) {
            return Some(Value::Date(date));
        }
        if self.choices.contains(&id.to_string()) {
            // A list without a choice may hold a zero.
            return self::id(Some(text)).map(Value::Choice);
        }
        Some(policy.check(id).judge(text).map_or(Value::Filled, Value::Junk))
    }
}

fn id(text: Option<&str>) -> Option<u64> {
    text?.trim().parse().ok().filter(|id| (1..=i64::MAX.cast_unsigned()).contains(id))
}

/// A price as people type it: `1 200 000`, `1,200,000.50`, `1200000,5`.
fn price(text: &str) -> Option<Amount> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let (negative, digits) =
        bare.strip_prefix(['-', '−']).map_or((false, bare.as_str()), |rest| (true, rest));
    let part_at = digits.rfind(['.', ',']).filter(|at| digits.len() - at <= 3);
    let (whole, part) = part_at.map_or((digits, ""), |at| digits.split_at(at));
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let part = part.get(1..).unwrap_or_default();
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(&whole) || !plain(part) {
        return None;
    }
    let value = format!("{whole}{part:0<2}").parse().unwrap_or(i64::MAX);
    Some(Amount(if negative { -value } else { value }))
}

/// `31.12.2026`, `2026-12-31`, either with a time after it, or Unix seconds.
fn date(text: &str, zone: &Zone) -> Option<Moment> {
    if let Ok(unix) = text.parse::<i64>() {
        return (unix >= UNIX_MIN).then_some(Moment(unix));
    }
    let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mut parts = date.split('.').map(|part| part.parse::<u32>().ok());
    let day = date.parse::<Day>().ok().or_else(|| {
        let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
        Day::of(i32::try_from(year).ok().filter(|year| *year > 1900)?, month, day)
    })?;
    let seconds = clock.get(..5).and_then(clock_seconds).unwrap_or(0);
    Some(zone.moment(day, seconds))
}

/// 1980: a smaller number is no date of a CRM.
const UNIX_MIN: i64 = 315_532_800;

#[cfg(test)]
#[path = "card_tests.rs"]
mod tests;
