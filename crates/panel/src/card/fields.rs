//! Completeness and what is missing. A row that was missing stays until the stage changes, so nothing jumps
//! away under a typing hand.

use super::Situation;
use super::words::{Words, words};
use crate::lang::{Lang, fill};
use crate::number;
use crate::text;
use takeroot_core::card::{Asked, Card, Checked, Missing, Why, asked, report};
use takeroot_core::fact::Stage;
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Field, Mandatory, Policy};

/// What the ring says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fullness {
    /// Its state, as the attribute `data-state` carries it.
    pub(super) state: &'static str,
    /// From 0 to 100, where there is something to count.
    pub(super) percent: Option<i64>,
    /// How much is filled.
    pub(super) said: String,
    /// What that means.
    pub(super) note: String,
}

/// A group of fields with its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Whether its fields are asked for now.
    pub(super) now: bool,
    pub(super) heading: String,
    /// How much of a check-list is answered.
    pub(super) percent: Option<u32>,
    pub(super) rows: Vec<Row>,
}

/// All that is said of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) fullness: Fullness,
    /// What is missing now, and for the next stage.
    pub(super) missing: Vec<Group>,
    /// The check-lists.
    pub(super) lists: Vec<Group>,
    /// The judgement, as far as it can be made here.
    pub(super) card: Card,
}

/// A field that is missing, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) field: Field,
    pub(super) name: String,
    pub(super) mark: Mark,
    pub(super) why: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A click leads to it.
    Missing,
    /// Missing, and the card has no such field.
    Absent,
    /// Only the Worker can tell.
    Unchecked,
    /// Filled since it was shown.
    Done,
}

/// The stage for which rows are shown, and the fields that were missing on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    stage: Option<(u64, u64, bool)>,
    fields: Vec<Field>,
}

struct Judged<'a> {
    situation: &'a Situation<'a>,
    policy: &'a Policy,
    /// The fields that this stage asks for and the next one, in the policy's order.
    asked: Vec<(&'a Mandatory, Asked)>,
    card: Card,
    number: usize,
    lang: Lang,
}

/// What is said of fields in a situation.
pub(super) fn of(situation: &Situation<'_>, shown: &mut Shown, lang: Lang) -> Filled {
    let words = words(lang);
    let quiet = |state, said: &str, note: &str| Filled {
        fullness: Fullness { state, percent: None, said: said.to_owned(), note: note.to_owned() },
        missing: Vec::new(),
        lists: Vec::new(),
        card: Card::default(),
    };
    let open = match situation.deal.stage {
        Some(Stage::Won | Stage::Lost) => return quiet("closed", words.not_checked, ""),
        Some(Stage::Open(stage)) => Some(stage),
        None => None,
    };
    let Some(data) = situation.data else {
        let loading = matches!(situation.link, super::Link::Loading | super::Link::Live);
        return if loading {
            quiet("loading", words.rules_loading, "")
        } else {
            quiet("unknown", words.rules_absent, words.rules_absent_note)
        };
    };
    let (policy, pipeline) = (&data.version.policy, situation.deal.pipeline);
    let Some((stage, number)) = open.and_then(|stage| Some((stage, policy.stage_number(pipeline, stage)?)))
    else {
        let known = policy.pipelines.iter().any(|known| known.id == pipeline);
        return quiet("none", if known { words.no_stage } else { words.no_pipeline }, words.no_policy_note);
    };
    let asked = asked(&data.version, situation.deal, situation.now).collect();
    let card = report(&data.version, situation.deal, situation.now);
    let mut judged = Judged { situation, policy, asked, card, number, lang };
    if !judged.can_tell(Field::NextStep)
        && let Some(untold) = judged.asks_now(Field::NextStep)
    {
        judged.card.set_aside(untold);
    }
    let key = Some((pipeline, stage, situation.heard.is_some()));
    if shown.stage != key {
        *shown = Shown { stage: key, fields: Vec::new() };
    }
    let (missing, lists) = (judged.groups(shown), judged.lists(shown));
    Filled { fullness: judged.fullness(), missing, lists, card: judged.card }
}

impl<'a> Judged<'a> {
    fn fullness(&self) -> Fullness {
        let words = words(self.lang);
        let (asked, missing) = (as_i64(self.card.asked), self.card.missing.len());
        let valid = as_i64(self.card.valid());
        let next = as_i64(self.card.missing_next.iter().filter(|next| self.can_tell(next.field)).count());
        let next_note = || {
            let count = number::integer(next, self.lang);
            fill(words.next_note, &[&count, self.lang.form(words.fields, next)])
        };
        let percent = self.card.percent().map(i64::from);
        let (state, said, note) = match (asked, missing) {
            (0, _) if next > 0 => ("free", words.asks_nothing.to_owned(), next_note()),
            (0, _) => ("free", words.asks_nothing.to_owned(), words.full_note.to_owned()),
            (_, 0) if next > 0 => ("full", words.full.to_owned(), next_note()),
            (_, 0) => ("full", words.full.to_owned(), words.full_note.to_owned()),
            _ => {
                let n = |n| number::integer(n, self.lang);
                ("partial", fill(words.filled_of, &[&n(valid), &n(asked)]), self.stage_note())
            }
        };
        Fullness { state, percent, said, note }
    }

    fn groups(&self, shown: &mut Shown) -> Vec<Group> {
        let words = words(self.lang);
        let heading = self
            .stage_name(self.number + 1)
            .map_or_else(|| words.for_next.to_owned(), |name| fill(words.for_next_named, &[&name]));
        let (now, next): (Vec<_>, Vec<_>) = self
            .asked
            .iter()
            .filter_map(|(mandatory, asked)| {
                let lists = [&self.card.missing, &self.card.missing_next];
                let missing = lists.into_iter().flatten().find(|missing| missing.field == mandatory.field);
                Some((*asked == Asked::Now, self.row(mandatory.field, &mandatory.name, missing, shown)?))
            })
            .partition(|(now, _)| *now);
        let group = |now: bool, heading: String, rows: Vec<(bool, Row)>| Group {
            now,
            heading,
            percent: None,
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        };
        [group(true, words.now.to_owned(), now), group(false, heading, next)]
            .into_iter()
            .filter(|group| !group.rows.is_empty())
            .collect()
    }

    /// The check-lists of the pipeline, each with what of it is not answered yet.
    fn lists(&self, shown: &mut Shown) -> Vec<Group> {
        let list = |checked: &Checked| {
            let list = self.policy.checklists.get(checked.list)?;
            let rows = list.items.iter().filter_map(|item| {
                let missing = checked.missing.iter().find(|missing| missing.field == item.field);
                // That there is no answer goes without saying.
                let unsaid = |row: Row| Row {
                    why: if missing.is_some_and(|one| one.why == Why::Empty) { "" } else { row.why },
                    ..row
                };
                self.row(item.field, &item.name, missing, shown).map(unsaid)
            });
            let heading = text::name(&list.name).unwrap_or_else(|| words(self.lang).checklist.to_owned());
            Some(Group { now: false, heading, percent: checked.percent(), rows: rows.collect() })
        };
        self.card.checklists.iter().filter_map(list).collect()
    }

    fn row(&self, field: Field, name: &str, missing: Option<&Missing>, shown: &mut Shown) -> Option<Row> {
        let words = words(self.lang);
        let (mark, why) = match missing {
            _ if !self.can_tell(field) && self.situation.link.is_broken() => {
                (Mark::Unchecked, words.unchecked)
            }
            _ if !self.can_tell(field) => (Mark::Unchecked, words.checking),
            None => (Mark::Done, words.done),
            Some(missing) if self.is_elsewhere(field) => (Mark::Absent, reason(*missing, words)),
            Some(_) if !self.shows(field) => (Mark::Absent, words.absent),
            Some(missing) => (Mark::Missing, reason(*missing, words)),
        };
        let known = shown.fields.contains(&field);
        if (mark == Mark::Done && !known) || (mark == Mark::Unchecked && self.situation.is_hidden()) {
            return None;
        }
        if !known {
            shown.fields.push(field);
        }
        let name = text::name(name).unwrap_or_else(|| field_name(field, words));
        Some(Row { field: self.policy.place(field), name, mark, why })
    }

    fn shows(&self, field: Field) -> bool {
        (self.situation.shows)(self.policy.place(field))
    }

    /// Whether it is a contact's, or the CRM's own: no field of a deal's card leads to it.
    fn is_elsewhere(&self, field: Field) -> bool {
        matches!(self.policy.place(field), Field::Contact | Field::Source | Field::Channel | Field::Utm)
    }

    fn asks_now(&self, field: Field) -> Option<&'a Mandatory> {
        let mut now = self.asked.iter().filter(|(_, asked)| *asked == Asked::Now).map(|(m, _)| *m);
        now.find(|mandatory| mandatory.field == field)
    }

    /// Only the Worker knows of tasks.
    fn can_tell(&self, field: Field) -> bool {
        field != Field::NextStep || self.situation.known().is_some() || !self.situation.saved
    }

    fn stage_note(&self) -> String {
        let name = self.stage_name(self.number);
        name.map_or_else(String::new, |name| fill(words(self.lang).stage_note, &[&name]))
    }

    fn stage_name(&self, number: usize) -> Option<String> {
        let pipeline = self.policy.pipelines.iter().find(|known| known.id == self.situation.deal.pipeline)?;
        text::name(&pipeline.stages.get(number.checked_sub(1)?)?.name)
    }
}

/// A field by the name that the policy gives it, or by an ordinary one.
pub(crate) fn name_of(policy: &Policy, field: Field, lang: Lang) -> String {
    let mut named = policy.mandatory.iter().filter(|mandatory| mandatory.field == field);
    let name = named.find_map(|mandatory| text::name(&mandatory.name));
    name.unwrap_or_else(|| field_name(field, words(lang)))
}

/// A field of which the policy gives no name.
pub(super) fn field_name(field: Field, words: &Words) -> String {
    match field {
        Field::Amount => words.amount.to_owned(),
        Field::Responsible => words.responsible.to_owned(),
        Field::NextStep => words.next_step.to_owned(),
        Field::Source => words.source.to_owned(),
        Field::Channel => words.channel.to_owned(),
        Field::Utm => "UTM".to_owned(),
        Field::Contact => words.contact.to_owned(),
        Field::Custom(id) | Field::FutureDate(id) => fill(words.field, &[&id.to_string()]),
    }
}

pub(super) fn reason(missing: Missing, words: &'static Words) -> &'static str {
    match (missing.why, missing.field) {
        (Why::Empty, Field::NextStep) => words.no_task,
        (Why::Empty, _) => words.empty,
        (Why::Past, Field::NextStep) => words.task_past,
        (Why::Past, _) => words.past,
        (Why::NotPositive, _) => words.not_positive,
        (Why::NotAPerson, _) => words.not_a_person,
        (Why::Junk(junk), _) => match junk {
            Junk::Blank => words.blank,
            Junk::Placeholder => words.placeholder,
            Junk::Repeated => words.repeated,
            Junk::Sequence => words.sequence,
            Junk::Phone => words.phone,
            Junk::Email => words.email,
            Junk::Inn => words.inn,
            Junk::Kpp => words.kpp,
            Junk::Ogrn => words.ogrn,
            Junk::NotPositive => words.no_number,
        },
    }
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
