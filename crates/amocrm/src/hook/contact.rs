//! Contacts and companies: whose they are of the deals, and what identifies them.

use super::lead::{check_of, each_value};
use super::scalar::{actor, id, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use takeroot_core::fact::{Fact, Identity, IdentityKind, Key, Subject, What};
use takeroot_core::junk::{self, Junk};
use takeroot_core::policy::{Check, Policy};

pub(crate) fn state(item: Node<'_>, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let contact = id(item.get("id")).ok_or(IgnoredReason::NoId)?;
    let stated = time(item, &["updated_at", "last_modified", "created_at", "date_create"]);
    let linked = item.get("linked_leads_id").map(|leads| leads.children().filter_map(linked_lead).collect());
    let what = What::Contact {
        deals: linked.unwrap_or_default(),
        identities: identities(item, context.identity_key, context.policy),
    };
    Ok(fact(Subject::Contact(contact), stated, actor(item.get("modified_user_id")), what, context))
}

/// `linked_leads_id[77][ID]=77`, or a plain list of ids.
fn linked_lead((_, lead): (&str, Node<'_>)) -> Option<u64> {
    id(lead.get("ID").or(lead.get("id"))).or_else(|| id(Some(lead)))
}

fn identities(item: Node<'_>, key: &[u8], policy: Option<&Policy>) -> Vec<Identity> {
    let mut found = Vec::new();
    for (_, field) in item.get("custom_fields").into_iter().flat_map(Node::children) {
        let Some(of) = kind(field, policy) else { continue };
        for value in field.get("values").into_iter().flat_map(each_value) {
            let value = value.get("value").unwrap_or(value);
            // A legal entity comes in parts.
            let text = value.get("vat_id").unwrap_or(value).text().unwrap_or_default();
            found.extend(normal(of, text).map(|text| identity(of, &text, key)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What all spellings of a phone, an address or a tax number share.
///
/// # Errors
/// Why it is none.
pub fn normal(of: IdentityKind, text: &str) -> Result<String, Junk> {
    match of {
        IdentityKind::Phone => junk::phone(text),
        IdentityKind::Email => junk::email(text),
        IdentityKind::TaxNumber => junk::inn(text),
    }
}

/// The identity of a normal form under an account's key.
#[must_use]
pub fn identity(of: IdentityKind, normal: &str, key: &[u8]) -> Identity {
    Identity { of, hash: Key::keyed(key, normal.as_bytes()) }
}

/// What the values of a field identify: by its code, by the policy, or by what a tax number is called.
fn kind(field: Node<'_>, policy: Option<&Policy>) -> Option<IdentityKind> {
    let text = |name| field.get(name).and_then(Node::text).map(str::trim);
    let by_policy = || Some(policy?.check(id(field.get("id"))?));
    match check_of(text("code")) {
        Check::Phone => Some(IdentityKind::Phone),
        Check::Email => Some(IdentityKind::Email),
        _ if by_policy() == Some(Check::Inn) || text("code") == Some("INN") => Some(IdentityKind::TaxNumber),
        _ if text("name").is_some_and(|name| name.eq_ignore_ascii_case("inn") || is_inn(name)) => {
            Some(IdentityKind::TaxNumber)
        }
        _ => entity(field).then_some(IdentityKind::TaxNumber),
    }
}

/// The name of the field in which a Russian company's tax number is kept.
fn is_inn(name: &str) -> bool {
    name.chars().count() == 3 && name.to_lowercase() == "инн"
}

fn entity(field: Node<'_>) -> bool {
    let mut values = field.get("values").into_iter().flat_map(each_value);
    values.any(|value| value.get("value").is_some_and(|value| value.get("vat_id").is_some()))
}
