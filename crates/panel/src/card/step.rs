//! The one next step in words: what to do, and why.

use super::fields::{field_name, reason};
use super::when::when;
use super::words::{Words, words};
use crate::lang::{Lang, fill};
use crate::text;
use takeroot_core::card::Step;
use takeroot_core::policy::{Field, Policy, Starts, Version};
use takeroot_core::sla::TimerState;
use takeroot_core::time::Moment;

/// A step as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub act: String,
    /// Why, in a sentence.
    pub why: String,
}

/// Says a step under a policy at a moment.
#[must_use]
pub fn advice(step: &Step, version: &Version, now: Moment, lang: Lang) -> Advice {
    let (words, policy) = (words(lang), &version.policy);
    let at = |moment| when(moment, now, &version.zone, lang);
    let named = |field| name(policy, field, words);
    let (act, why) = match *step {
        Step::Answer { clock, state, due } => {
            let why = match (clock == Starts::ClientMessage, state == TimerState::Breached) {
                (true, true) => words.message_late,
                (true, false) => words.message_due,
                (false, true) => words.lead_late,
                (false, false) => words.lead_waits,
            };
            (words.answer.to_owned(), fill(why, &[&at(due)]))
        }
        Step::DoTask { due } => (words.do_task.to_owned(), fill(words.task_late, &[&at(due)])),
        Step::PlanTask => (words.plan_task.to_owned(), words.no_next_step.to_owned()),
        Step::FollowUp { since } => (words.follow_up.to_owned(), fill(words.silent, &[&at(since)])),
        Step::Move { clock, since } => {
            let why = match clock {
                Starts::StageEntered => words.stage_stands,
                Starts::Created => words.deal_lasts,
                _ => words.deal_stands,
            };
            (words.move_on.to_owned(), fill(why, &[&at(since)]))
        }
        Step::Fill(missing) => {
            (fill(words.fill_in, &[&named(missing.field)]), fill(words.stage_asks, &[reason(missing, words)]))
        }
        Step::Prepare(missing) => {
            (fill(words.fill_in, &[&named(missing.field)]), fill(words.next_asks, &[reason(missing, words)]))
        }
        Step::Ask { list, missing } => {
            let list = policy.checklists.get(list).and_then(|list| text::name(&list.name));
            let why =
                list.map_or_else(|| words.list_open.to_owned(), |name| fill(words.list_open_named, &[&name]));
            (fill(words.ask, &[&named(missing.field)]), why)
        }
        Step::Trace(field) => (fill(words.fill_in, &[&named(field)]), words.untraced.to_owned()),
    };
    Advice { act, why }
}

/// A field by the name that the policy gives it as a mandatory field or as a question.
fn name(policy: &Policy, field: Field, words: &Words) -> String {
    let mandatory = policy.mandatory.iter().map(|mandatory| (mandatory.field, &mandatory.name));
    let items = policy.checklists.iter().flat_map(|list| &list.items).map(|item| (item.field, &item.name));
    let mut names = mandatory.chain(items).filter(|(named, _)| *named == field);
    names.find_map(|(_, name)| text::name(name)).unwrap_or_else(|| field_name(field, words))
}
