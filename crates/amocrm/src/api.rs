//! amoCRM's API v4 into facts: a page of any list, or a single entity, as a reading gets it and as an export
//! keeps it. An item becomes facts, words of the [`Directory`], or is ignored by a name; one that cannot be
//! read does not lose its page.
//!
//! A list of entities shows states, a list of events shows changes. What both together say of the time before
//! the states is in [`Past`].

mod directory;
mod entity;
mod event;
mod list;
mod pages;
mod past;
mod required;
mod shape;
mod state;

pub use crate::hook::Context;
pub use directory::{CustomField, Directory, TaskType};
pub use event::TYPES as EVENT_TYPES;
pub use list::List;
pub use pages::{Cutter, pages};
pub use past::{Change, Past, TaskPart, Was};

use crate::hook;
use entity::Entity;
use serde::Serialize;
use serde_json::Value as Json;
use shape::Fields;
use std::collections::BTreeSet;
use std::fmt;
use takeroot_core::fact::{Actor, Fact, Key, Kind, Stage, Subject, Via, What};
use takeroot_core::time::Moment;

/// Bytes of one page. 250 leads with a hundred fields each are below 10 MB.
pub const BYTES_MAX: usize = 16 << 20;
/// Items of one page; the API gives at most 250.
pub const ITEMS_MAX: usize = 1_000;

/// What is read beside a list: of two tellings of one happening the fuller one counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Events are read: they tell when a deal was won or lost, which a lead otherwise tells by `closed_at`.
    pub events: bool,
    /// Notes are read: they tell calls, letters and text messages in full, which events only mention.
    pub notes: bool,
}

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Facts, in the order of the page.
    pub facts: Vec<Fact>,
    /// Items that are no facts, each with its reason.
    pub ignored: Vec<Ignored>,
    /// Names of what facts know by ids.
    pub directory: Directory,
    /// What events say of the state before them, for [`Past`].
    pub changes: Vec<Change>,
    /// Whether the answer names a next page.
    pub has_next: bool,
}

/// An item that is no fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// What it is, such as `event nps_rate_added`.
    pub kind: String,
    /// Its id, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why.
    pub reason: IgnoredReason,
}

/// Why an item is no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoredReason {
    /// The item is of another account.
    ForeignAccount,
    /// The item has no id.
    NoId,
    /// It hangs on something that is not measured, or on nothing that it names.
    ForeignElement,
    /// The list, or the type of the event or note, says nothing about deals.
    NotMeasured,
    /// The list, or the type of the event, is not one that the CRM documents.
    UnknownKind,
    /// Its fuller telling is read beside it: the note of a call, the state of a task.
    ToldElsewhere,
    /// The event lacks the value that its type promises.
    NoValue,
    /// It is no object, or has more values, or longer ones, than the CRM sends.
    Malformed,
}

impl IgnoredReason {
    /// The reason in words for an admin.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ForeignAccount => "it is of another account: check from which one it was exported",
            Self::NoId => "it has no id",
            Self::ForeignElement => "it hangs on something that is not measured",
            Self::NotMeasured => "it says nothing about deals",
            Self::UnknownKind => "the CRM documents no such list or type",
            Self::ToldElsewhere => "its note or its task tells it in full",
            Self::NoValue => "the event does not say what changed",
            Self::Malformed => "it is no object, or larger than any of the CRM",
        }
    }
}

impl From<hook::IgnoredReason> for IgnoredReason {
    fn from(reason: hook::IgnoredReason) -> Self {
        match reason {
            hook::IgnoredReason::ForeignAccount => Self::ForeignAccount,
            hook::IgnoredReason::NoId => Self::NoId,
            hook::IgnoredReason::ForeignElement => Self::ForeignElement,
            hook::IgnoredReason::UnknownKind => Self::UnknownKind,
            _ => Self::NotMeasured,
        }
    }
}

/// Why a page cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// More bytes than [`BYTES_MAX`].
    Bytes(usize),
    /// Not JSON, or nested deeper than 128 levels; at this line and column.
    NotJson(usize, usize),
    /// More items than [`ITEMS_MAX`].
    Items(usize),
    /// The API answered with an error of this HTTP status.
    Refused(u64),
    /// Nothing in it has a shape that the API answers.
    NoKnownShape,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "it has {bytes} bytes; a page has at most {BYTES_MAX}"),
            Self::NotJson(line, column) => write!(f, "it is no JSON, from line {line} column {column} on"),
            Self::Items(items) => write!(f, "it has {items} items; a page has at most {ITEMS_MAX}"),
            Self::Refused(status) => write!(f, "the API answered with the error {status}, not with a page"),
            Self::NoKnownShape => f.write_str(
                "nothing in it has the shape of an answer of amoCRM's API v4, such as \
                 {\"_embedded\": {\"leads\": […]}}",
            ),
        }
    }
}

impl std::error::Error for Rejected {}

/// Reads one page of a list, or one entity. An empty answer, as the API gives for an empty list, says nothing.
///
/// # Errors
/// It is too large, no JSON, an error of the API, or nothing in it has a known shape.
pub fn read(json: &[u8], context: &Context<'_>, beside: Beside) -> Result<Reading, Rejected> {
    if json.len() > BYTES_MAX {
        return Err(Rejected::Bytes(json.len()));
    }
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json).trim_ascii();
    if json.is_empty() {
        return Ok(Reading::default());
    }
    let root = serde_json::from_slice(json).map_err(|e| Rejected::NotJson(e.line(), e.column()))?;
    let Json::Object(mut root) = root else { return Err(Rejected::NoKnownShape) };
    if let Some(status) = shape::refusal(&root) {
        return Err(Rejected::Refused(status));
    }
    let href = shape::href(&root).unwrap_or_default();
    let page = Page { context, beside, seed: Key::of(json), path: entity::path(&href) };
    let has_next = root.get("_links").and_then(|links| links.get("next")).is_some();
    let mut out = Reading { has_next, ..Reading::default() };
    if let Some(entity) = Entity::of_single(&root) {
        page.item(entity, Json::Object(root), &mut out);
        return Ok(out);
    }
    let Some(Json::Object(lists)) = root.remove("_embedded") else { return Err(Rejected::NoKnownShape) };
    let lists: Vec<(Entity, Vec<Json>)> =
        lists.into_iter().filter_map(|(name, items)| Some((Entity::of_list(&name), each(items)?))).collect();
    let items = lists.iter().map(|(_, items)| items.len()).sum();
    if items > ITEMS_MAX {
        return Err(Rejected::Items(items));
    }
    if lists.is_empty() {
        return Err(Rejected::NoKnownShape);
    }
    for (entity, items) in lists {
        items.into_iter().for_each(|item| page.item(entity, item, &mut out));
    }
    Ok(out)
}

/// The completed reading of everything of a kind in `from..until`, as a fact of the moment at which it was
/// complete.
#[must_use]
pub fn range_read(kind: Kind, from: Moment, until: Moment, completed_at: Moment) -> Fact {
    Fact {
        subject: Subject::Account,
        at: completed_at,
        stated: Some(completed_at),
        by: Actor::Unknown,
        seq: None,
        via: Via::Api,
        what: What::Read { kind, from, until },
        flags: vec![],
    }
}

impl Reading {
    /// Leaves out what is said of leads that wait to be accepted: they are requests yet, and their acceptance is no move.
    pub fn without_incoming(&mut self, stages: &BTreeSet<u64>) {
        let waits = |stage: Option<Stage>| matches!(stage, Some(Stage::Open(id)) if stages.contains(&id));
        self.facts.retain_mut(|fact| match &mut fact.what {
            What::Deal(state) => {
                state.stage_before = state.stage_before.filter(|stage| !waits(Some(*stage)));
                !waits(state.stage)
            }
            _ => true,
        });
        for change in &mut self.changes {
            if let Change::Deal { before, .. } = change {
                before.stage = before.stage.filter(|stage| !waits(Some(*stage)));
            }
        }
    }

    /// Adds what another page says.
    pub fn merge(&mut self, other: Self) {
        self.facts.extend(other.facts);
        self.ignored.extend(other.ignored);
        self.directory.merge(other.directory);
        self.changes.extend(other.changes);
        self.has_next = other.has_next;
    }
}

/// The items of a list; some answers have an object by ids in its place, and `null` for an empty one.
fn each(items: Json) -> Option<Vec<Json>> {
    match items {
        Json::Array(items) => Some(items),
        Json::Object(items) => Some(items.into_iter().map(|(_, item)| item).collect()),
        Json::Null => Some(Vec::new()),
        _ => None,
    }
}

/// What the items of a page have in common.
struct Page<'a> {
    context: &'a Context<'a>,
    beside: Beside,
    seed: Key,
    /// The page's own address, such as `leads/notes`.
    path: Vec<String>,
}

impl Page<'_> {
    fn item(&self, entity: Entity, item: Json, out: &mut Reading) {
        let Json::Object(item) = item else {
            return out.ignore(entity.name(), None, IgnoredReason::Malformed);
        };
        let id = item.get("id").or(item.get("uid")).map(|id| match id {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        });
        let kind = match (entity, item.get("type").and_then(Json::as_str)) {
            (Entity::Event, Some(kind)) => format!("event {kind}"),
            _ => entity.name().to_owned(),
        };
        let account = shape::number(&item, "account_id");
        let foreign = account.zip(self.context.account).is_some_and(|(told, expected)| told != expected);
        let read = if foreign { Err(IgnoredReason::ForeignAccount) } else { self.of_kind(entity, item, out) };
        if let Err(reason) = read {
            out.ignore(&kind, id, reason);
        }
    }

    fn of_kind(&self, entity: Entity, item: Fields, out: &mut Reading) -> Result<(), IgnoredReason> {
        match entity {
            Entity::Event => event::read(&self.form(item)?, self, out),
            Entity::Lead => state::lead(item, self, out),
            Entity::Contact => state::contact(item, self, out),
            Entity::Task => state::task(item, self, out),
            Entity::Note => state::note(item, self, out),
            Entity::Unsorted => state::unsorted(item, self, out),
            Entity::Talk => state::talk(item, self, out),
            Entity::Account
            | Entity::User
            | Entity::Pipeline
            | Entity::Stage
            | Entity::LossReason
            | Entity::Source
            | Entity::CustomField => out.directory.take(entity, &item, self.context.received_at, &self.path),
            Entity::NotMeasured(_) => Err(IgnoredReason::NotMeasured),
            Entity::Unknown => Err(IgnoredReason::UnknownKind),
        }
    }

    fn form(&self, item: Fields) -> Result<crate::Form<'static>, IgnoredReason> {
        crate::Form::of_object(item, &self.seed.0).map_err(|_| IgnoredReason::Malformed)
    }
}

impl Reading {
    fn ignore(&mut self, kind: &str, id: Option<String>, reason: IgnoredReason) {
        // Names and ids of a file are hostile and may be long.
        let clip = |text: &str| {
            let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
            text.chars().filter(plain).take(60).collect::<String>()
        };
        self.ignored.push(Ignored { kind: clip(kind), id: id.map(|id| clip(&id)), reason });
    }
}
