//! Entities as lists show them: their state at `updated_at`.

use super::shape::{self, Fields};
use super::{IgnoredReason, Page, Reading};
use crate::hook::{self, scalar};
use takeroot_core::fact::{Actor, Fact, Snapshot, Stage, Subject, Via, What};

type Read = Result<(), IgnoredReason>;

pub(super) fn lead(item: Fields, page: &Page<'_>, out: &mut Reading) -> Read {
    let contacts: Vec<(u64, bool)> = shape::embedded(&item, "contacts")
        .filter_map(|contact| Some((shape::id(contact, "id")?, shape::is_set(contact, "is_main"))))
        .collect();
    let main = contacts.iter().find(|(_, is_main)| *is_main).or(contacts.first()).map(|(id, _)| *id);
    let company = shape::embedded(&item, "companies").find_map(|company| shape::id(company, "id"));
    let is_deleted = shape::is_set(&item, "is_deleted");
    let form = page.form(shape::of_card(item))?;
    let root = form.root();
    let mut fact = told_of(hook::lead::state(root, hook::lead::Seen::Changed, page.context)?, page);
    let loss_reason = scalar::id(root.get("loss_reason_id")).unwrap_or(0);
    if let What::Deal(state) = &mut fact.what {
        state.source = scalar::id(root.get("source_id"));
        (state.contact, state.company) = (main, company);
        state.loss_reason = (state.stage == Some(Stage::Lost)).then_some(loss_reason);
        let closed_at = scalar::credible_time(root, &["closed_at"]).filter(|at| *at <= fact.at);
        if let (Some(at), Some(closing)) = (closed_at, closing(state, page)) {
            let what = What::Deal(closing);
            out.facts.push(Fact { stated: Some(at), at, by: Actor::Unknown, what, ..bare(&fact) });
        }
    }
    let Subject::Deal(deal) = fact.subject else { return Ok(()) };
    for (contact, _) in contacts.into_iter().filter(|(contact, _)| Some(*contact) != main) {
        out.facts.push(linked(contact, deal, &fact));
    }
    let gone = is_deleted.then(|| Fact { what: What::Deleted, ..bare(&fact) });
    out.facts.push(fact);
    out.facts.extend(gone);
    Ok(())
}

/// A state that was read. Events tell each change and who made it; a state tells only the last one before it was read,
/// so that beside them nobody is said to have made it: else it would depend on when one reads.
fn told_of(state: Fact, page: &Page<'_>) -> Fact {
    let by = if page.beside.events { Actor::Unknown } else { state.by };
    Fact { by, ..read(state) }
}

/// A stage that nobody names.
const SOME_STAGE: Stage = Stage::Open(0);

/// What is known of the moment at which a deal was won or lost. The move itself is the events' where they are
/// read; they do not tell the reason.
fn closing(state: &Snapshot, page: &Page<'_>) -> Option<Snapshot> {
    let stage = state.stage.filter(|stage| matches!(stage, Stage::Won | Stage::Lost))?;
    let reason = Snapshot { loss_reason: state.loss_reason, ..Snapshot::default() };
    if page.beside.events {
        return reason.loss_reason.is_some().then_some(reason);
    }
    let (pipeline, responsible, price) = (state.pipeline, state.responsible, state.price);
    let before = Some(SOME_STAGE);
    Some(Snapshot { pipeline, responsible, price, stage: Some(stage), stage_before: before, ..reason })
}

/// A contact that belongs to a deal, by the deal's word.
fn linked(contact: u64, deal: u64, fact: &Fact) -> Fact {
    let what = What::Contact { deals: vec![deal], identities: vec![] };
    Fact { subject: Subject::Contact(contact), by: Actor::Unknown, what, ..bare(fact) }
}

/// Subject, times and author of a fact.
fn bare(fact: &Fact) -> Fact {
    let &Fact { subject, at, stated, by, seq, via, .. } = fact;
    Fact { subject, at, stated, by, seq, via, what: What::Worked, flags: vec![] }
}

pub(super) fn contact(item: Fields, page: &Page<'_>, out: &mut Reading) -> Read {
    let form = page.form(shape::of_card(item))?;
    out.facts.push(told_of(hook::contact::state(form.root(), page.context)?, page));
    Ok(())
}

pub(super) fn task(item: Fields, page: &Page<'_>, out: &mut Reading) -> Read {
    let form = page.form(shape::of_task(item))?;
    out.facts.push(read(hook::task::state(form.root(), page.context)?));
    Ok(())
}

/// Notes name what they hang on by their address only.
pub(super) fn note(item: Fields, page: &Page<'_>, out: &mut Reading) -> Read {
    let own = super::entity::path(&shape::href(&item).unwrap_or_default());
    let element = own.first().or(page.path.first()).map(String::as_str).unwrap_or_default();
    let element = match (element, shape::text(&item, "entity_type")) {
        ("leads" | "contacts" | "companies", _) => element,
        (_, "leads" | "lead") => "leads",
        (_, "contacts" | "contact" | "companies" | "company") => "contacts",
        _ => return Err(IgnoredReason::ForeignElement),
    };
    let is_file = shape::text(&item, "note_type") == "attachment";
    let mut item = shape::of_note(item);
    if is_file {
        // A file that somebody attaches is work, though no words.
        item.insert("note_type".into(), "common".into());
    }
    let form = page.form(item)?;
    let mut fact = read(hook::note::read(form.root(), element, page.context)?);
    if is_file {
        fact.what = What::Worked;
    }
    out.facts.push(fact);
    Ok(())
}

/// A waiting request. What the client wrote, their phone and name are in `metadata`, which is not read. Nor is its source:
/// who accepts the request before it is read must not change what a figure says; the lead tells its own.
pub(super) fn unsorted(item: Fields, page: &Page<'_>, out: &mut Reading) -> Read {
    let contacts: Vec<u64> =
        shape::embedded(&item, "contacts").filter_map(|contact| shape::id(contact, "id")).collect();
    let form = page.form(shape::of_unsorted(item))?;
    let fact = read(hook::unsorted::arrived(form.root(), page.context)?);
    if let What::Arrived { deal, .. } = fact.what {
        let links = contacts.iter().filter_map(|contact| Some(linked(*contact, deal?, &fact)));
        out.facts.extend(links);
    }
    out.facts.push(fact);
    Ok(())
}

pub(super) fn talk(item: Fields, page: &Page<'_>, out: &mut Reading) -> Read {
    let form = page.form(item)?;
    out.facts.push(read(hook::talk::state(form.root(), page.context)?));
    Ok(())
}

fn read(fact: Fact) -> Fact {
    Fact { via: Via::Api, ..fact }
}
