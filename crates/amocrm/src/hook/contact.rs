//! Contacts and companies: whose they are of the deals, and what identifies them.

use super::lead::each_value;
use super::scalar::{actor, id, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use takeroot_core::fact::{Fact, Identity, IdentityKind, Key, Subject, What};
use takeroot_core::junk;

pub(crate) fn state(item: Node<'_>, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let contact = id(item.get("id")).ok_or(IgnoredReason::NoId)?;
    let stated = time(item, &["updated_at", "last_modified", "created_at", "date_create"]);
    let linked = item.get("linked_leads_id").map(|leads| leads.children().filter_map(linked_lead).collect());
    let what = What::Contact {
        deals: linked.unwrap_or_default(),
        identities: identities(item, context.identity_key),
    };
    Ok(fact(Subject::Contact(contact), stated, actor(item.get("modified_user_id")), what, context))
}

/// `linked_leads_id[77][ID]=77`, or a plain list of ids.
fn linked_lead((_, lead): (&str, Node<'_>)) -> Option<u64> {
    id(lead.get("ID").or(lead.get("id"))).or_else(|| id(Some(lead)))
}

fn identities(item: Node<'_>, key: &[u8]) -> Vec<Identity> {
    let mut found = Vec::new();
    for (_, field) in item.get("custom_fields").into_iter().flat_map(Node::children) {
        let of = match field.get("code").and_then(Node::text) {
            Some("PHONE") => IdentityKind::Phone,
            Some("EMAIL") => IdentityKind::Email,
            _ => continue,
        };
        for value in field.get("values").into_iter().flat_map(each_value) {
            let text = value.get("value").unwrap_or(value).text().unwrap_or_default();
            let normal = match of {
                IdentityKind::Phone => junk::phone(text),
                IdentityKind::Email => junk::email(text),
                IdentityKind::TaxNumber => continue,
            };
            found.extend(normal.map(|text| Identity { of, hash: Key::keyed(key, text.as_bytes()) }));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
