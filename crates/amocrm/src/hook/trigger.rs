//! Triggers of the digital pipeline that a widget's action sends: one event with its time.

use super::scalar::{id, number, time};
use super::{Context, IgnoredReason, Reading, fact, lead};
use crate::form::Node;
use takeroot_core::fact::{Actor, Snapshot, Subject, What};

pub(super) fn is_trigger(root: Node<'_>) -> bool {
    root.path(&["event", "data"]).is_some()
}

/// The types 20 to 22 are of customers, which are not measured.
const OF_CUSTOMERS: std::ops::RangeInclusive<u64> = 20..=22;

pub(super) fn read(root: Node<'_>, out: &mut Reading, context: &Context<'_>) {
    let Some((event, data)) = root.get("event").zip(root.path(&["event", "data"])) else { return };
    let kind = number(event.get("type")).unwrap_or(0);
    if OF_CUSTOMERS.contains(&kind) {
        return out.ignore("event", "", IgnoredReason::Customer);
    }
    if number(data.get("element_type")).is_some_and(|element| element != 2) {
        return out.ignore("event", "", IgnoredReason::ForeignElement);
    }
    let Some(deal) = id(data.get("id")) else { return out.ignore("event", "", IgnoredReason::NoId) };
    let state = Snapshot {
        pipeline: id(data.get("pipeline_id")),
        stage: lead::stage(data.get("status_id")),
        ..Snapshot::default()
    };
    let stated = time(event, &["time"]);
    out.facts.push(fact(Subject::Deal(deal), stated, Actor::Unknown, What::Deal(state), context));
}
