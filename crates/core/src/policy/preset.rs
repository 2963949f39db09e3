//! A policy to begin with: six stages, the default mandatory fields and clocks. The core has no words of its
//! own: whoever shows a preset gives the names.

use super::{
    Checklist, ChecklistItem, Field, FirstResponse, Mandatory, Pipeline, Policy, Span, StageName, Starts,
    Target,
};

/// Ids that stand for those of the CRM until an admin puts the right ones.
pub mod ids {
    /// The pipeline.
    pub const PIPELINE: u64 = 1;
    /// The first working stage; the others follow it.
    pub const STAGE: u64 = 11;
    /// The stage in which a proposal has been sent.
    pub const PROPOSAL: u64 = STAGE + 3;
    /// The stage in which a decision, and the payment of an invoice, is waited for.
    pub const DECISION: u64 = STAGE + 4;
    /// The custom field of the next contact's date.
    pub const NEXT_CONTACT: u64 = 101;
    /// The custom field of the first question of a check-list; the others follow it.
    pub const QUESTION: u64 = 201;
}

/// The names of what a preset makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// The pipeline.
    pub pipeline: &'static str,
    /// The working stages. The sixth, a deal that is won or lost, is the CRM's own.
    pub stages: [&'static str; 5],
    /// Amount, source, responsible, next step, date of the next contact.
    pub fields: [&'static str; 5],
    /// Reply to the client, silent client, idle deal, proposal sent, invoice unpaid.
    pub clocks: [&'static str; 5],
    /// Budget, authority, need, timing.
    pub bant: [&'static str; 4],
    /// Challenges, authority, money, prioritization.
    pub champ: [&'static str; 4],
}

/// Six stages, of which the last is the CRM's own; five fields from the second stage on; a first response
/// within 15 minutes and five more clocks. Weekdays 09:00 to 18:00 in a zone.
#[must_use]
pub fn six_stages(zone: &str, names: &Names) -> Policy {
    let stages = (ids::STAGE..).zip(names.stages).map(|(id, name)| StageName { id, name: name.to_owned() });
    let pipeline = Pipeline {
        id: ids::PIPELINE,
        name: names.pipeline.to_owned(),
        stages: stages.collect(),
        ..Pipeline::default()
    };
    Policy {
        pipelines: vec![pipeline],
        mandatory: mandatory(names),
        targets: targets(names),
        ..Policy::standard(zone)
    }
}

fn mandatory(names: &Names) -> Vec<Mandatory> {
    let fields = [
        Field::Amount,
        Field::Source,
        Field::Responsible,
        Field::NextStep,
        Field::FutureDate(ids::NEXT_CONTACT),
    ];
    fields.into_iter().zip(names.fields).map(|(field, name)| Mandatory::of(field, name, 2)).collect()
}

fn targets(names: &Names) -> Vec<Target> {
    let clocks = [
        (Starts::ClientMessage, Span::Seconds(30 * 60), None),
        // A day: 24 hours of business time would be nearly three.
        (Starts::OurMessage, Span::Days(1), None),
        (Starts::Activity, Span::Days(3), None),
        (Starts::StageEntered, Span::Days(2), Some(ids::PROPOSAL)),
        (Starts::StageEntered, Span::Days(3), Some(ids::DECISION)),
    ];
    let targets = clocks.into_iter().zip(names.clocks).map(|((starts, target, stage), name)| Target {
        name: name.to_owned(),
        starts,
        stops: Vec::new(),
        pauses: Vec::new(),
        target,
        warning_percent: FirstResponse::default().warning_percent,
        restarts_on_assignment: false,
        calendar: None,
        pipelines: Vec::new(),
        stages: stage.into_iter().collect(),
    });
    targets.collect()
}

/// What of [`six_stages`] needs no id of the CRM, over a policy's own pipelines: mandatory fields, the first response, and
/// the clocks that stand on no stage.
#[must_use]
pub fn over(policy: &Policy, names: &Names) -> Policy {
    let (mut mandatory, mut targets) = (mandatory(names), targets(names));
    mandatory.retain(|mandatory| mandatory.field.custom().is_none());
    targets.retain(|target| target.stages.is_empty());
    Policy { mandatory, targets, first_response: FirstResponse::default(), ..policy.clone() }
}

/// A check-list of four questions, each answered by a custom field.
#[must_use]
pub fn checklist(name: &str, questions: [&str; 4]) -> Checklist {
    let items = (ids::QUESTION..)
        .zip(questions)
        .map(|(id, name)| ChecklistItem { field: Field::Custom(id), name: name.to_owned() });
    Checklist { name: name.to_owned(), items: items.collect(), pipelines: Vec::new() }
}
