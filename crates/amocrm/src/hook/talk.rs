//! Chats: messages and the talks that hold them.

use super::scalar::{actor, hashed, id, number, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use takeroot_core::fact::{Actor, Fact, Subject, Way, What};

pub(super) fn message(item: Node<'_>, entity: &str, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let message = text(item, "id").filter(|id| !id.is_empty()).ok_or(IgnoredReason::NoId)?;
    let contact = id(item.get("contact_id"));
    let subject = deal(item)
        .map(Subject::Deal)
        .or(contact.map(Subject::Contact))
        .ok_or(IgnoredReason::ForeignElement)?;
    let author = item.get("author");
    let author_is = |kind: &str| author.and_then(|author| text(author, "type")) == Some(kind);
    let outgoing = entity == "outgoing_message" || text(item, "type") == Some("outgoing");
    let (what, by) = if outgoing {
        let sender = match actor(item.get("created_by")) {
            Actor::Unknown if author_is("bot") || author_is("external") => Actor::Robot,
            Actor::Unknown => actor(author.and_then(|author| author.get("id"))),
            sender => sender,
        };
        let sender = if author_is("bot") { Actor::Robot } else { sender };
        (What::Said { way: Way::Chat, talked_s: None, contact }, sender)
    } else {
        (What::Heard { way: Way::Chat, answered_by: None, contact }, Actor::Client)
    };
    let mut fact = fact(subject, time(item, &["created_at"]), by, what, context);
    fact.seq = Some(hashed(message));
    Ok(fact)
}

pub(crate) fn state(item: Node<'_>, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let talk = id(item.get("talk_id").or(item.get("id"))).ok_or(IgnoredReason::NoId)?;
    let open = number(item.get("is_in_work")) == Some(1);
    let what = What::Talk { deal: deal(item), contact: id(item.get("contact_id")), open };
    Ok(fact(Subject::Talk(talk), time(item, &["updated_at", "created_at"]), Actor::Unknown, what, context))
}

fn deal(item: Node<'_>) -> Option<u64> {
    let of_lead = text(item, "entity_type") == Some("lead") || number(item.get("element_type")) == Some(2);
    id(item.get("entity_id").or(item.get("element_id"))).filter(|_| of_lead)
}

fn text<'f>(item: Node<'f>, name: &str) -> Option<&'f str> {
    item.get(name).and_then(Node::text)
}
