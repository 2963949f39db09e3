//! Webhook bodies into facts: every entity and action has its row in [`Shape::of`], or a named reason why it
//! says nothing about adoption.

pub(crate) mod contact;
pub(crate) mod lead;
pub(crate) mod note;
pub(crate) mod scalar;
pub(crate) mod talk;
pub(crate) mod task;
mod trigger;
pub(crate) mod unsorted;

pub use contact::{identity, normal};

use crate::form::{Form, FormLimit, JsonError, Node};
use serde::Serialize;
use std::fmt;
use takeroot_core::fact::{Actor, Fact, Flag, Subject, Via, What};
use takeroot_core::policy::Policy;
use takeroot_core::time::Moment;

/// What the reader of a body knows besides the body.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// When the body was received.
    pub received_at: Moment,
    /// The account's id in the CRM, where one is expected.
    pub account: Option<u64>,
    /// The key under which phones and e-mails are hashed.
    pub identity_key: &'a [u8],
    /// The policy, to flag pipelines and stages that it does not know.
    pub policy: Option<&'a Policy>,
}

/// What a body says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Facts, in the order of the body.
    pub facts: Vec<Fact>,
    /// Items that are no facts, each with its reason.
    pub ignored: Vec<Ignored>,
}

/// An item of a body that is no fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Entity and action, such as `catalogs[add]`.
    pub kind: String,
    /// Why.
    pub reason: IgnoredReason,
}

/// Why an item is no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoredReason {
    /// The body is of another account.
    ForeignAccount,
    /// Items of catalogs say nothing about deals.
    Catalog,
    /// Customers (periodic purchases) are not measured.
    Customer,
    /// Reviews of chat templates say nothing about deals.
    ChatTemplate,
    /// The entity or its action is not one that the CRM documents.
    UnknownKind,
    /// The item has no id.
    NoId,
    /// The note was written by the system about something that other hooks tell.
    SystemNote,
    /// The item hangs on something that is not measured.
    ForeignElement,
    /// A waiting request changed: its entry is told already.
    NoChange,
}

impl IgnoredReason {
    /// The reason in words for an admin.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ForeignAccount => "the body is of another account: check which address the CRM posts to",
            Self::Catalog => "items of catalogs say nothing about deals",
            Self::Customer => "customers (periodic purchases) are not measured",
            Self::ChatTemplate => "reviews of chat templates say nothing about deals",
            Self::UnknownKind => "the CRM documents no such entity or action",
            Self::NoId => "the item has no id",
            Self::SystemNote => "a note of the system about something that other hooks tell",
            Self::ForeignElement => "it hangs on something that is not measured",
            Self::NoChange => "a waiting request changed, its entry is told already",
        }
    }
}

/// Why a body cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// A form beyond the limits.
    Form(FormLimit),
    /// A JSON body that is none.
    Json(JsonError),
    /// More items than [`ITEMS_MAX`].
    Items(usize),
    /// Nothing in it has a shape that the CRM sends.
    NoKnownShape,
}

/// Items of one body; the CRM sends one, and a few at most.
pub const ITEMS_MAX: usize = 1_000;

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(limit) => write!(f, "the form is beyond a limit: {limit}"),
            Self::Json(error) => write!(f, "the JSON cannot be read: {error}"),
            Self::Items(items) => {
                write!(f, "it has {items} items; a body of the CRM has at most {ITEMS_MAX}")
            }
            Self::NoKnownShape => f.write_str(
                "nothing in it has the shape of an amoCRM webhook, such as leads[status][0][id]=…: \
                 check who posts to this address",
            ),
        }
    }
}

impl std::error::Error for Rejected {}

/// Decodes a body: JSON where it begins like an object, a form otherwise.
///
/// # Errors
/// The body is beyond the limits of [`Form`], or broken JSON.
pub fn decode(body: &[u8]) -> Result<Form<'_>, Rejected> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        Form::from_json(body).map_err(Rejected::Json)
    } else {
        Form::decode(body).map_err(Rejected::Form)
    }
}

/// Reads a body.
///
/// # Errors
/// It cannot be decoded, or nothing in it has a known shape.
pub fn read(body: &[u8], context: &Context<'_>) -> Result<Reading, Rejected> {
    let form = decode(body)?;
    let root = form.root();
    let mut out = Reading::default();
    let account = scalar::number(root.path(&["account", "id"]).or(root.get("account_id")));
    let foreign = account.zip(context.account).is_some_and(|(told, expected)| told != expected);
    let mut known = false;
    for (entity, actions) in root.children() {
        if entity == "event" && trigger::is_trigger(root) {
            known = true;
            match foreign {
                true => out.ignore(entity, "", IgnoredReason::ForeignAccount),
                false => trigger::read(root, &mut out, context),
            }
            continue;
        }
        for (action, items) in actions.children() {
            let Some(shape) = Shape::of(entity, action) else { continue };
            known = true;
            match foreign {
                true => out.ignore(entity, action, IgnoredReason::ForeignAccount),
                false => shape.read(entity, action, items, &mut out, context),
            }
        }
    }
    let items = out.facts.len() + out.ignored.len();
    if items > ITEMS_MAX {
        return Err(Rejected::Items(items));
    }
    let flags = form.flags();
    let encoding = flags.invalid_utf8.then_some(Flag::Encoding);
    let percent = flags.broken_percent.then_some(Flag::Percent);
    out.facts.iter_mut().for_each(|fact| fact.flags.extend(encoding.into_iter().chain(percent)));
    known.then_some(out).ok_or(Rejected::NoKnownShape)
}

/// What the items under an entity and an action are.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Lead(lead::Seen),
    LeadDeleted,
    Contact,
    ContactDeleted,
    Note,
    Task,
    TaskDeleted,
    UnsortedAdded,
    UnsortedGone,
    Message,
    Talk,
    Ignored(IgnoredReason),
}

/// Entities that the CRM documents; an unknown action of one is ignored by name.
const ENTITIES: &[&str] =
    &["leads", "contacts", "companies", "customers", "task", "unsorted", "catalogs", "message", "talk"];

impl Shape {
    fn of(entity: &str, action: &str) -> Option<Self> {
        use lead::Seen;
        Some(match (entity, action) {
            ("leads", "add") => Self::Lead(Seen::Added),
            ("leads", "restore") => Self::Lead(Seen::Restored),
            // The last five are triggers of the digital pipeline: they show a state, without a time.
            ("leads", "update" | "status" | "responsible") => Self::Lead(Seen::Changed),
            ("leads", "mail_in" | "call_in" | "chat" | "site_visit") => Self::Lead(Seen::Changed),
            ("leads", "delete") => Self::LeadDeleted,
            ("contacts" | "companies", "add" | "update" | "restore" | "responsible") => Self::Contact,
            ("contacts" | "companies", "delete") => Self::ContactDeleted,
            ("leads" | "contacts" | "companies", "note") => Self::Note,
            ("task", "add" | "update" | "responsible") => Self::Task,
            ("task", "delete") => Self::TaskDeleted,
            ("unsorted", "add") => Self::UnsortedAdded,
            ("unsorted", "update") => Self::Ignored(IgnoredReason::NoChange),
            ("unsorted", "delete") => Self::UnsortedGone,
            ("message" | "outgoing_message", "add") => Self::Message,
            ("talk", "add" | "update") => Self::Talk,
            ("customers", _) => Self::Ignored(IgnoredReason::Customer),
            ("catalogs", _) => Self::Ignored(IgnoredReason::Catalog),
            (other, _) if other.contains("template") => Self::Ignored(IgnoredReason::ChatTemplate),
            (_, "add_chat_template_review") => Self::Ignored(IgnoredReason::ChatTemplate),
            (other, _) if ENTITIES.contains(&other) => Self::Ignored(IgnoredReason::UnknownKind),
            _ => return None,
        })
    }

    fn read(self, entity: &str, action: &str, items: Node<'_>, out: &mut Reading, context: &Context<'_>) {
        for item in each(items) {
            let read = match self {
                Self::Lead(seen) => lead::state(item, seen, context),
                Self::LeadDeleted => gone(item, Subject::Deal, context),
                Self::Contact => contact::state(item, context),
                Self::ContactDeleted => gone(item, Subject::Contact, context),
                Self::Note => note::read(item, entity, context),
                Self::Task => task::state(item, context),
                Self::TaskDeleted => gone(item, Subject::Task, context),
                Self::UnsortedAdded => unsorted::arrived(item, context),
                Self::UnsortedGone => unsorted::gone(item, context),
                Self::Message => talk::message(item, entity, context),
                Self::Talk => talk::state(item, context),
                Self::Ignored(reason) => Err(reason),
            };
            match read {
                Ok(fact) => out.facts.push(fact),
                Err(reason) => out.ignore(entity, action, reason),
            }
        }
    }
}

impl Reading {
    fn ignore(&mut self, entity: &str, action: &str, reason: IgnoredReason) {
        // A name of the body is hostile and may be long.
        let clip = |text: &str| text.chars().take(40).collect::<String>();
        let kind =
            if action.is_empty() { clip(entity) } else { format!("{}[{}]", clip(entity), clip(action)) };
        self.ignored.push(Ignored { kind, reason });
    }
}

/// The items of an action: a list or a map of them, an extra level of lists tolerated, or a single one.
fn each(items: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let single = items.is_scalar() || items.get("id").is_some_and(Node::is_scalar);
    let many = (!single).then(|| items.children().map(|(_, item)| item)).into_iter().flatten();
    many.map(|item| item.get("0").filter(|inner| !inner.is_scalar()).unwrap_or(item))
        .chain(single.then_some(items))
}

fn gone(item: Node<'_>, subject: fn(u64) -> Subject, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let id = scalar::id(item.get("id")).ok_or(IgnoredReason::NoId)?;
    Ok(fact(subject(id), None, scalar::actor(item.get("modified_user_id")), What::Deleted, context))
}

/// A fact at its stated time, or at the time of receipt where it states none that can be believed.
pub(crate) fn fact(
    subject: Subject,
    stated: Option<Moment>,
    by: Actor,
    what: What,
    context: &Context<'_>,
) -> Fact {
    let credible =
        stated.filter(|at| scalar::is_credible(*at) && *at <= context.received_at.plus(scalar::AHEAD_S));
    let at = credible.unwrap_or(context.received_at);
    let flags = if stated.is_some() && credible.is_none() { vec![Flag::Time] } else { vec![] };
    Fact { subject, at, stated, by, seq: None, via: Via::Hook, what, flags }
}
