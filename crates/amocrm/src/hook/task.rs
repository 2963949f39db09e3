//! Tasks: each hook shows the state of one.

use super::scalar::{actor, credible_time, id, number, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use takeroot_core::fact::{Actor, Fact, Flag, Subject, TaskState, What};

pub(crate) fn state(item: Node<'_>, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let task = id(item.get("id")).ok_or(IgnoredReason::NoId)?;
    let on_deal = number(item.get("element_type")) == Some(2) || text(item, "entity_type") == "leads";
    let creator = actor(item.get("created_user_id"));
    let due = time(item, &["complete_before", "complete_till"]);
    let state = TaskState {
        deal: id(item.get("element_id")).filter(|_| on_deal),
        created: credible_time(item, &["created_at", "date_create"]).map(|at| (at, creator)),
        responsible: number(item.get("responsible_user_id")),
        kind: id(item.get("task_type")),
        due: credible_time(item, &["complete_before", "complete_till"]),
        done: text(item, "status") == "1",
    };
    let odd_due = (due != state.due).then_some(Flag::Time);
    let stated = time(item, &["updated_at", "last_modified"]);
    let is_new = stated.is_some() && stated == state.created.map(|(at, _)| at);
    let by = match actor(item.get("modified_by")) {
        Actor::Unknown if is_new => creator,
        by => by,
    };
    let mut fact = fact(Subject::Task(task), stated, by, What::Task(state), context);
    fact.flags.extend(odd_due);
    Ok(fact)
}

fn text<'f>(item: Node<'f>, name: &str) -> &'f str {
    item.get(name).and_then(Node::text).unwrap_or_default().trim()
}
