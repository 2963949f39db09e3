//! Leads: each hook shows the state of a deal.

use super::scalar::{self, actor, amount, credible_time, id, number, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use takeroot_core::fact::{Actor, Fact, Flag, Key, Snapshot, Stage, Subject, Value, What};
use takeroot_core::junk::{self, Junk};
use takeroot_core::policy::{Check, Policy};
use takeroot_core::time::Moment;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Added,
    Changed,
    Restored,
}

pub(crate) fn stage(node: Option<Node<'_>>) -> Option<Stage> {
    id(node).map(stage_of)
}

/// Won and lost have the same ids in every pipeline.
const WON: u64 = 142;
const LOST: u64 = 143;

/// A stage by its id in the CRM.
pub(crate) fn stage_of(id: u64) -> Stage {
    match id {
        WON => Stage::Won,
        LOST => Stage::Lost,
        open => Stage::Open(open),
    }
}

pub(crate) fn state(item: Node<'_>, seen: Seen, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let deal = id(item.get("id")).ok_or(IgnoredReason::NoId)?;
    let changed_at = time(item, &["updated_at", "last_modified"]);
    let stated = if seen == Seen::Added { changed_at.or(time(item, &["created_at"])) } else { changed_at };
    let created = credible_time(item, &["date_create", "created_at"]);
    let (price, odd_price) = amount(item.get("price"));
    let snapshot = Snapshot {
        created: created.map(|at| (at, actor(item.get("created_user_id")))),
        added: seen == Seen::Added,
        restored: seen == Seen::Restored,
        pipeline: id(item.get("pipeline_id")),
        stage: stage(item.get("status_id")),
        stage_before: stage(item.get("old_status_id")),
        responsible: number(item.get("responsible_user_id")),
        price,
        fields: item.get("custom_fields").map(|all| fields(all, context)).unwrap_or_default(),
        ..Snapshot::default()
    };
    let unknown_stage = context.policy.is_some_and(|policy| !knows(policy, &snapshot)).then_some(Flag::Stage);
    let by = match (actor(item.get("modified_user_id")), seen) {
        (Actor::Unknown, Seen::Added) => actor(item.get("created_user_id")),
        (by, _) => by,
    };
    let mut fact = fact(Subject::Deal(deal), stated, by, What::Deal(snapshot), context);
    fact.flags.extend(odd_price.into_iter().chain(unknown_stage));
    Ok(fact)
}

fn knows(policy: &Policy, snapshot: &Snapshot) -> bool {
    match (snapshot.pipeline, snapshot.stage) {
        (Some(pipeline), Some(Stage::Open(stage))) => {
            policy.pipelines.is_empty() || policy.stage_number(pipeline, stage).is_some()
        }
        _ => true,
    }
}

/// Verdicts on custom fields, by id. Of several values the best one counts.
pub(crate) fn fields(fields: Node<'_>, context: &Context<'_>) -> Vec<(u64, Value)> {
    let mut verdicts: Vec<(u64, Value)> = Vec::new();
    for (_, field) in fields.children() {
        let Some((id, values)) = id(field.get("id")).zip(field.get("values")) else { continue };
        let rule = Rule::of(id, field.get("code").and_then(Node::text), context);
        let best =
            each_value(values).map(|value| rule.verdict(value)).min_by_key(|v| matches!(v, Value::Junk(_)));
        verdicts.push((id, best.unwrap_or(Value::Junk(Junk::Blank))));
    }
    verdicts.sort_unstable();
    verdicts.dedup_by_key(|(id, _)| *id);
    verdicts
}

/// `values` is a list of `{value, enum}`, a list of bare dates, or a bare `{value, enum}`.
pub(super) fn each_value(values: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let bare = values.get("value").is_some();
    let list = (!bare).then(|| values.children().map(|(_, value)| value)).into_iter().flatten();
    list.chain(bare.then_some(values))
}

/// How the values of a custom field are judged.
#[derive(Clone, Copy, Debug)]
struct Rule<'a> {
    check: Check,
    /// The field and the key, where it matters whether many cards say the same.
    compared: Option<(u64, &'a [u8])>,
    /// Beside a phone or an address stands what it is for, which is no choice.
    is_list: bool,
    is_date: bool,
}

impl<'a> Rule<'a> {
    fn of(id: u64, code: Option<&str>, context: &Context<'a>) -> Self {
        let (by_code, policy) = (check_of(code), context.policy);
        let by_policy = policy.map(|policy| policy.check(id)).filter(|check| *check != Check::Text);
        Self {
            check: by_policy.unwrap_or(by_code),
            compared: policy
                .is_some_and(|policy| by_code == Check::Text && policy.asks_text(id, None))
                .then_some((id, context.identity_key)),
            is_list: by_code == Check::Text,
            is_date: policy.is_some_and(|policy| policy.asks_date(id)),
        }
    }

    fn verdict(self, value: Node<'_>) -> Value {
        if let Some(choice) = id(value.get("enum")).filter(|_| self.is_list) {
            return Value::Choice(choice);
        }
        // A date comes bare; one with a clock may come as other values do.
        let date = value.text().or_else(|| value.get("value").filter(|_| self.is_date)?.text());
        let date = date.and_then(|text| text.trim().parse().ok()).map(Moment);
        if let Some(date) = date.filter(|date| scalar::is_credible(*date)) {
            return Value::Date(date);
        }
        let choice = value.get("enum").and_then(Node::text).is_some_and(|text| !text.trim().is_empty());
        let listed = self.is_list && choice;
        let value = value.get("value").unwrap_or(value);
        match value.text() {
            Some(text) if listed && !text.trim().is_empty() => Value::Filled,
            Some(text) => self.check.judge(text).map_or_else(|| self.sensible(text), Value::Junk),
            // An address, a file, a legal entity: parts with names, of which one says enough.
            None if value.children().any(|(_, part)| part.text().is_some_and(|t| !t.trim().is_empty())) => {
                Value::Filled
            }
            None => Value::Junk(Junk::Blank),
        }
    }

    fn sensible(self, text: &str) -> Value {
        let compared = self.compared.and_then(|known| Some((known, junk::sentence(text)?)));
        compared.map_or(Value::Filled, |((id, key), normal)| {
            Value::Text(Key::keyed(key, format!("text|{id}|{normal}").as_bytes()).short())
        })
    }
}

/// The rule of a field that the CRM has by itself, by its code.
pub(super) fn check_of(code: Option<&str>) -> Check {
    match code {
        Some("PHONE") => Check::Phone,
        Some("EMAIL") => Check::Email,
        _ => Check::Text,
    }
}
