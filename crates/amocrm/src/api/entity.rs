//! What an object is, by the name of its list, by its own address, or by its names.

use super::shape::{self, Fields};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    Event,
    Lead,
    /// A contact or a company.
    Contact,
    Task,
    Note,
    Unsorted,
    Talk,
    Account,
    User,
    Pipeline,
    Stage,
    LossReason,
    Source,
    CustomField,
    NotMeasured(&'static str),
    Unknown,
}

/// Lists that the CRM documents and that say nothing about deals.
const NOT_MEASURED: &[&str] = &[
    "webhooks",
    "widgets",
    "tags",
    "catalogs",
    "elements",
    "customers",
    "statuses_customers",
    "segments",
    "transactions",
    "roles",
    "groups",
    "calls",
    "files",
    "links",
    "subscriptions",
    "chat_templates",
    "short_links",
    "custom_field_groups",
    "events_types",
    "website_buttons",
];

impl Entity {
    pub(super) fn of_list(name: &str) -> Self {
        match name {
            "events" => Self::Event,
            "leads" => Self::Lead,
            "contacts" | "companies" => Self::Contact,
            "tasks" => Self::Task,
            "notes" => Self::Note,
            "unsorted" => Self::Unsorted,
            "talks" => Self::Talk,
            "account" => Self::Account,
            "users" => Self::User,
            "pipelines" => Self::Pipeline,
            "statuses" => Self::Stage,
            "loss_reasons" => Self::LossReason,
            "sources" => Self::Source,
            "custom_fields" => Self::CustomField,
            other => NOT_MEASURED
                .iter()
                .find(|name| **name == other)
                .map_or(Self::Unknown, |name| Self::NotMeasured(name)),
        }
    }

    /// A single entity has an id of its own, a page has none.
    pub(super) fn of_single(item: &Fields) -> Option<Self> {
        if !["id", "uid", "talk_id"].iter().any(|name| item.contains_key(*name)) {
            return None;
        }
        let href = shape::href(item).unwrap_or_default();
        let path = path(&href);
        // `leads/77/notes/5` is a note, `account` has no id in its address.
        let list = path.len().checked_sub(2).and_then(|at| path.get(at)).or(path.first());
        let named = list.map(|name| Self::of_list(name)).filter(|entity| *entity != Self::Unknown);
        Some(named.unwrap_or_else(|| Self::by_names(item)))
    }

    fn by_names(item: &Fields) -> Self {
        let has = |name: &str| item.contains_key(name);
        let embeds = |name: &str| item.get("_embedded").is_some_and(|inner| inner.get(name).is_some());
        if has("entity_type") && (has("value_after") || has("value_before")) {
            Self::Event
        } else if has("status_id") {
            Self::Lead
        } else if has("complete_till") {
            Self::Task
        } else if has("note_type") {
            Self::Note
        } else if has("uid") && (has("category") || has("metadata")) {
            Self::Unsorted
        } else if has("talk_id") {
            Self::Talk
        } else if has("rights") {
            Self::User
        } else if embeds("statuses") {
            Self::Pipeline
        } else if has("subdomain") {
            Self::Account
        } else if has("pipeline_id") && has("sort") {
            Self::Stage
        } else if has("is_api_only") || has("enums") {
            Self::CustomField
        } else if has("custom_fields_values") || has("first_name") {
            Self::Contact
        } else if has("destination") {
            Self::NotMeasured("webhooks")
        } else {
            Self::Unknown
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Task => "task",
            Self::Note => "note",
            Self::Unsorted => "unsorted",
            Self::Talk => "talk",
            Self::Account => "account",
            Self::User => "user",
            Self::Pipeline => "pipeline",
            Self::Stage => "stage",
            Self::LossReason => "loss reason",
            Self::Source => "source",
            Self::CustomField => "custom field",
            Self::NotMeasured(name) => name,
            Self::Unknown => "unknown",
        }
    }
}

/// The parts of an address after `/api/v4/`.
pub(super) fn path(href: &str) -> Vec<String> {
    let bare = href.split(['?', '#']).next().unwrap_or_default();
    let own = bare.split_once("/api/v4/").map_or("", |(_, own)| own);
    own.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
