//! Incoming requests: their arrival is the entry of a lead; they are accepted or declined.

use super::scalar::{actor, hashed, id, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use takeroot_core::fact::{Actor, Fact, Subject, What};

pub(crate) fn arrived(item: Node<'_>, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let deal = id(item.get("lead_id"));
    let subject = request(item).or(deal.map(Subject::Request)).ok_or(IgnoredReason::NoId)?;
    let what = What::Arrived { pipeline: id(item.get("pipeline_id")), deal, source: None };
    Ok(fact(subject, time(item, &["created_at", "date_create"]), Actor::Client, what, context))
}

/// Its `created_at` is the request's own, so when it was accepted nobody says.
pub(super) fn gone(item: Node<'_>, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let subject = request(item).ok_or(IgnoredReason::NoId)?;
    let what = match item.get("action").and_then(Node::text) {
        Some("accept") => {
            let leads = item.path(&["accept_result", "leads"]).into_iter().flat_map(Node::children);
            What::Accepted { deals: leads.filter_map(|(_, lead)| id(Some(lead))).collect() }
        }
        Some("decline") => What::Declined,
        _ => What::Deleted,
    };
    Ok(fact(subject, None, actor(item.get("modified_user_id")), what, context))
}

fn request(item: Node<'_>) -> Option<Subject> {
    let uid = item.get("uid").and_then(Node::text).filter(|uid| !uid.is_empty())?;
    Some(Subject::Request(hashed(uid)))
}
