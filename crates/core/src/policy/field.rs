//! Mandatory fields, their conditions and checks, and check-lists.

use super::Policy;
use crate::junk::{self, Junk};
use serde::{Deserialize, Serialize};

/// A mandatory field from some stage on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mandatory {
    /// Which field.
    pub field: Field,
    /// Name, as the screens show it.
    #[serde(default)]
    pub name: String,
    /// From which stage on: 1 is the first.
    #[serde(default = "second")]
    pub from_stage: usize,
    /// The pipelines that ask for it; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pipelines: Vec<u64>,
    /// How much it counts beside the others.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
    /// Asked only when this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What its text must be.
    #[serde(default, skip_serializing_if = "Check::is_text")]
    pub check: Check,
}

const fn second() -> usize {
    2
}

const fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_one(weight: &u32) -> bool {
    *weight == 1
}

impl Mandatory {
    /// A field that every pipeline asks for from a stage on.
    #[must_use]
    pub fn of(field: Field, name: &str, from_stage: usize) -> Self {
        Self {
            field,
            name: name.to_owned(),
            from_stage,
            pipelines: Vec::new(),
            weight: 1,
            when: None,
            check: Check::Text,
        }
    }
}

/// A field of a deal's card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The price, above zero.
    Amount,
    /// A responsible person of the roster.
    Responsible,
    /// An open task that is not past its deadline.
    NextStep,
    /// The source, by the policy's `sources` or by the CRM.
    Source,
    /// The channel, by the policy's `sources`.
    Channel,
    /// One UTM mark at least, by the policy's `sources`.
    Utm,
    /// A contact with a phone or an e-mail address.
    Contact,
    /// A custom field, by its id in the CRM.
    Custom(u64),
    /// A custom date field that must not lie in the past, by its id in the CRM.
    FutureDate(u64),
}

impl Field {
    /// The id of a custom field.
    #[must_use]
    pub const fn custom(self) -> Option<u64> {
        match self {
            Self::Custom(id) | Self::FutureDate(id) => Some(id),
            _ => None,
        }
    }

    /// Whether it is the same place of the card, whatever is asked of it.
    #[must_use]
    pub fn is_place_of(self, other: Self) -> bool {
        self == other || (self.custom().is_some() && self.custom() == other.custom())
    }
}

impl Field {
    /// Its name, as a policy writes it; a custom field's id stands beside it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Responsible => "responsible",
            Self::NextStep => "next_step",
            Self::Source => "source",
            Self::Channel => "channel",
            Self::Utm => "utm",
            Self::Contact => "contact",
            Self::Custom(_) => "custom",
            Self::FutureDate(_) => "future_date",
        }
    }
}

/// What the text of a field must be. Judged where the text is at hand; a later rule judges later facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Something that says anything.
    #[default]
    Text,
    /// A phone of any country.
    Phone,
    /// A phone of Russia or Kazakhstan: +7 and ten digits.
    PhoneRu,
    /// An e-mail address.
    Email,
    /// A Russian tax number of 10 or 12 digits with its checksum.
    Inn,
    /// A Russian registration reason code of 9 characters.
    Kpp,
    /// A Russian registration number of 13 or 15 digits with its checksum.
    Ogrn,
    /// A number above zero.
    Positive,
}

impl Check {
    /// Judges a text by this rule; `None` means that it counts as filled.
    #[must_use]
    pub fn judge(self, text: &str) -> Option<Junk> {
        match self {
            Self::Text => junk::text(text),
            Self::Phone => junk::phone(text).err(),
            Self::PhoneRu => junk::phone_ru(text).err(),
            Self::Email => junk::email(text).err(),
            Self::Inn => junk::inn(text).err(),
            Self::Kpp => junk::kpp(text).err(),
            Self::Ogrn => junk::ogrn(text).err(),
            Self::Positive => junk::positive(text),
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

/// A condition on other fields of the same card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The field counts as filled.
    Filled(Field),
    /// It does not.
    Empty(Field),
    /// A list holds one of these choices.
    Choice {
        /// The custom field, by its id.
        field: u64,
        /// The choices, by their ids.
        any: Vec<u64>,
    },
    /// The price is at least this, in whole units of the account's currency.
    AmountFrom(i64),
    /// The source is one of these.
    Source(Vec<u64>),
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
}

impl Condition {
    /// Conditions within conditions beyond which none holds: nobody writes such a rule by hand.
    pub const DEPTH_MAX: usize = 16;

    /// Whether it is deeper than [`Self::DEPTH_MAX`].
    #[must_use]
    pub fn is_too_deep(&self) -> bool {
        !self.is_within(Self::DEPTH_MAX)
    }

    fn is_within(&self, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match self {
            Self::All(of) | Self::Any(of) => of.iter().all(|condition| condition.is_within(depth)),
            Self::Not(condition) => condition.is_within(depth),
            _ => true,
        }
    }

    /// Whether one of the fields that it looks at, down to [`Self::DEPTH_MAX`], is such a one.
    pub fn looks_at(&self, is_such: &mut dyn FnMut(Field) -> bool) -> bool {
        self.looks_within(Self::DEPTH_MAX, is_such)
    }

    fn looks_within(&self, depth: usize, is_such: &mut dyn FnMut(Field) -> bool) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match self {
            Self::Filled(field) | Self::Empty(field) => is_such(*field),
            Self::Choice { field, .. } => is_such(Field::Custom(*field)),
            Self::AmountFrom(_) => is_such(Field::Amount),
            Self::Source(_) => is_such(Field::Source),
            Self::All(of) | Self::Any(of) => of.iter().any(|of| of.looks_within(depth, is_such)),
            Self::Not(condition) => condition.looks_within(depth, is_such),
        }
    }
}

/// A qualification check-list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Name, such as BANT.
    pub name: String,
    /// What it asks.
    pub items: Vec<ChecklistItem>,
    /// The pipelines that use it; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pipelines: Vec<u64>,
}

/// A question of a check-list, answered by a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// The field that answers it.
    pub field: Field,
    /// The question, as the screens show it.
    #[serde(default)]
    pub name: String,
}

impl Policy {
    /// What the text of a custom field must be, by its id; a field that the policy does not name is ordinary.
    #[must_use]
    pub fn check(&self, id: u64) -> Check {
        let named = self.mandatory.iter().filter(|m| matches!(m.field, Field::Custom(own) if own == id));
        named.map(|mandatory| mandatory.check).find(|check| *check != Check::Text).unwrap_or_default()
    }

    /// The custom field in which a field is kept, where the policy names one: the source, the channel, and the
    /// first of the UTM marks; else the field itself.
    #[must_use]
    pub fn place(&self, field: Field) -> Field {
        let id = match field {
            Field::Source => self.sources.field,
            Field::Channel => self.sources.channel,
            Field::Utm => self.sources.utm.first().copied(),
            _ => None,
        };
        id.map_or(field, Field::Custom)
    }

    /// The custom fields that it names anywhere, by id, sorted: those that a judgement may read.
    #[must_use]
    pub fn custom_fields(&self) -> Vec<u64> {
        let sources = &self.sources;
        let mut ids: Vec<u64> = sources.field.into_iter().chain(sources.channel).collect();
        ids.extend(&sources.utm);
        self.names(&mut |field| {
            ids.extend(field.custom());
            false
        });
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Whether a custom field is asked for as an ordinary text, in one pipeline or, without one, in any. Where the
    /// client came from is no such text: many cards say the same, and truly so.
    #[must_use]
    pub fn asks_text(&self, id: u64, pipeline: Option<u64>) -> bool {
        let sources = &self.sources;
        let of_source = sources.field == Some(id) || sources.channel == Some(id) || sources.utm.contains(&id);
        let is_here = |of: &[u64]| of.is_empty() || pipeline.is_none_or(|pipeline| of.contains(&pipeline));
        let asks = |m: &Mandatory| m.field == Field::Custom(id) && is_here(&m.pipelines);
        !of_source && self.mandatory.iter().any(asks) && self.check(id) == Check::Text
    }

    /// Whether a custom field holds a date that must not lie in the past.
    #[must_use]
    pub fn asks_date(&self, id: u64) -> bool {
        self.names(&mut |field| field == Field::FutureDate(id))
    }

    /// Whether one of the fields is such a one: of the mandatory ones, those that their conditions look at, and
    /// those that answer check-lists.
    pub fn names(&self, is_such: &mut dyn FnMut(Field) -> bool) -> bool {
        let asked = self.mandatory.iter().any(|mandatory| {
            let when = mandatory.when.as_ref();
            is_such(mandatory.field) || when.is_some_and(|when| when.looks_at(is_such))
        });
        asked || self.checklists.iter().flat_map(|list| &list.items).any(|item| is_such(item.field))
    }
}
