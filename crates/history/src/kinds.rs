//! What rows have in common: what a row says happened, and what it says of the deal besides.

use crate::field::{is_empty, text, utf8};
use crate::mapping::{Column, Happening, Mapping, Naming, Rows};
use crate::names::{Names, id_of};
use crate::plan::Plan;
use crate::record::Record;
use crate::rejects::Refusal;
use takeroot_core::fact::{Amount, Stage, Value, Way};
use takeroot_core::time::Moment;

/// What a row says happened. Few differ, however long a log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Nothing, where no rule matches.
    pub(crate) is: Vec<Happening>,
    pub(crate) way: Way,
    pub(crate) stage: Option<Stage>,
    pub(crate) reason: Option<u64>,
    pub(crate) pipeline: Option<u64>,
}

impl Default for Kind {
    fn default() -> Self {
        Self { is: Vec::new(), way: Way::Call, stage: None, reason: None, pipeline: None }
    }
}

impl Kind {
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.stage, Some(Stage::Won | Stage::Lost))
    }
}

/// What a row says of its deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extra {
    pub(crate) created: Option<Moment>,
    pub(crate) responsible: Option<u64>,
    pub(crate) price: Option<Amount>,
    pub(crate) source: Option<u64>,
    pub(crate) due: Option<Moment>,
    pub(crate) task: Option<u64>,
    pub(crate) fields: Vec<(u64, Value)>,
}

/// The kind of a row of an event log: what the first rule that matches says.
pub(crate) fn event_kind(plan: &Plan, record: &Record<'_>, names: &mut Names) -> Result<Kind, Refusal> {
    let Rows::Events { rules, .. } = &plan.mapping.rows else { return Ok(Kind::default()) };
    let mut texts = Vec::new();
    for column in &plan.looked_at {
        let bytes = record.field(*column);
        texts.push(utf8(*column, &bytes)?.to_owned());
    }
    let text_at = |index: usize| texts.get(index).map_or("", String::as_str);
    let matching = rules.iter().find(|rule| rule.when.iter().all(|(at, globs)| globs.matches(text_at(*at))));
    let Some(rule) = matching else { return Ok(Kind::default()) };
    let named = |naming: &Naming| match naming {
        Naming::Nowhere => None,
        Naming::Text(text) => Some(text.clone()),
        Naming::Column(index) => {
            Some(text_at(*index).to_owned()).filter(|text| !is_empty(&plan.mapping, text))
        }
    };
    let pipeline = pipeline(plan, record, names)?;
    let mut kind = Kind { is: rule.is.clone(), way: rule.way, pipeline, ..Kind::default() };
    for happening in &rule.is {
        kind.stage = match happening {
            Happening::Won => Some(Stage::Won),
            Happening::Lost => Some(Stage::Lost),
            Happening::Stage => {
                let name = named(&rule.stage).ok_or_else(|| Refusal::row("the stage is empty"))?;
                Some(stage(&plan.mapping, pipeline, &name, names))
            }
            _ => kind.stage,
        };
    }
    kind.reason = named(&rule.reason).map(|reason| reason_id(reason, names));
    Ok(kind)
}

/// The kind of a row of deals: the state that it shows.
pub(crate) fn deal_kind(plan: &Plan, record: &Record<'_>, names: &mut Names) -> Result<Kind, Refusal> {
    let pipeline = pipeline(plan, record, names)?;
    let name = text(plan, record, Column::Stage)?;
    let stage = name.map(|(_, name)| stage(&plan.mapping, pipeline, &name, names));
    let reason = text(plan, record, Column::Reason)?.map(|(_, reason)| reason_id(reason, names));
    Ok(Kind { stage, reason, pipeline, ..Kind::default() })
}

fn pipeline(plan: &Plan, record: &Record<'_>, names: &mut Names) -> Result<Option<u64>, Refusal> {
    let Some((_, name)) = text(plan, record, Column::Pipeline)? else { return Ok(None) };
    let id = plan.mapping.known.pipeline(&name);
    names.pipelines.insert(id, name);
    Ok(Some(id))
}

fn stage(mapping: &Mapping, pipeline: Option<u64>, name: &str, names: &mut Names) -> Stage {
    if mapping.won.matches(name) {
        return Stage::Won;
    }
    if mapping.lost.matches(name) {
        return Stage::Lost;
    }
    let id = mapping.known.stage(pipeline.unwrap_or(0), name);
    names.stages.insert(id, name.to_owned());
    Stage::Open(id)
}

fn reason_id(reason: String, names: &mut Names) -> u64 {
    let id = id_of(&reason);
    names.reasons.insert(id, reason);
    id
}
