//! A deal's rows into facts: the one place that makes them.
//!
//! An export of deals shows only their present state. When a stage was reached it does not say, so an open deal
//! stands in its stage from its creation on, and a closed one in a stage without a number until it was closed.

use crate::kinds::{Extra, Kind};
use crate::mapping::{Finals, Happening};
use crate::names::id_of;
use crate::row::{Phase, Row};
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Fact, Key, Snapshot, Stage, Subject, TaskState, Via, Way, What};
use takeroot_core::time::Moment;

/// A working stage of which nothing more is known.
const SOME_STAGE: Stage = Stage::Open(0);

/// What rows refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning<'a> {
    pub(crate) kinds: &'a [Kind],
    pub(crate) people: &'a [Actor],
    pub(crate) extras: &'a [Extra],
    pub(crate) finals: Finals,
    /// Whether the export shows answers. An export of deals without them says nothing of arrivals either.
    pub(crate) answers: bool,
}

/// Puts the facts of one deal into `out`, from its rows in order.
pub(crate) fn facts(rows: &[Row], meaning: Meaning<'_>, out: &mut Vec<Observed>) {
    out.clear();
    let mut story = Story {
        meaning,
        out,
        said: None,
        pipeline: None,
        opened: false,
        closed: false,
        tasks: Vec::new(),
        tasks_set: 0,
        row: Place::default(),
        parts: 0,
    };
    rows.iter().for_each(|row| story.row(row));
}

/// Where a fact is from.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    case: u64,
    at: Moment,
    file: u16,
    line: u32,
}

struct Story<'a> {
    meaning: Meaning<'a>,
    out: &'a mut Vec<Observed>,
    said: Option<&'a Extra>,
    pipeline: Option<u64>,
    opened: bool,
    closed: bool,
    /// Open tasks; those without an id of their own in the order in which they were set.
    tasks: Vec<(u64, TaskState)>,
    tasks_set: u64,
    row: Place,
    /// Facts of the line so far.
    parts: u8,
}

impl<'a> Story<'a> {
    fn row(&mut self, row: &Row) {
        let Meaning { kinds, people, extras, .. } = self.meaning;
        let (kind, extra) = (kinds.get(row.kind as usize), extras.get(row.extra as usize));
        let (Some(kind), Some(extra)) = (kind, extra) else { return };
        let by = people.get(row.person as usize).copied().unwrap_or(Actor::Unknown);
        if (self.row.file, self.row.line) != (row.file, row.line) {
            self.parts = 0;
        }
        self.row = Place { case: row.case, at: Moment(i64::from(row.at)), file: row.file, line: row.line };
        match row.phase {
            Phase::Event => self.event(kind, extra, by),
            // A later export shows the same creation, and a later state.
            Phase::Opened if self.opened => {}
            Phase::Opened => self.opened(kind, extra, by),
            Phase::Answered => self.say(Subject::Deal(row.case), by, said(Way::Call)),
            Phase::Present => self.present(kind, extra),
        }
    }

    fn event(&mut self, kind: &Kind, extra: &'a Extra, by: Actor) {
        if kind.is.is_empty() || kind.is.contains(&Happening::Ignore) {
            return;
        }
        let deal = Subject::Deal(self.row.case);
        let mut snapshot = self.news(kind, extra);
        let (mut edited, mut acted) = (false, false);
        for happening in &kind.is {
            match happening {
                Happening::Arrived | Happening::Created => {
                    edited = true;
                    if *happening == Happening::Arrived {
                        self.say(
                            deal,
                            by,
                            What::Arrived { pipeline: kind.pipeline, deal: None, source: extra.source },
                        );
                    }
                    let state = snapshot.get_or_insert_default();
                    state.added = true;
                    state.created = Some((self.row.at, self.creator(by)));
                }
                Happening::Stage | Happening::Won | Happening::Lost => {
                    if self.closed && self.meaning.finals == Finals::First {
                        continue;
                    }
                    self.closed |= kind.is_final();
                    let state = snapshot.get_or_insert_default();
                    state.stage = kind.stage;
                    if *happening == Happening::Lost {
                        state.loss_reason = kind.reason;
                    }
                    edited = true;
                }
                Happening::Edited => edited = true,
                Happening::Assigned => {
                    snapshot.get_or_insert_default().responsible = extra.responsible;
                    edited = true;
                }
                Happening::Answered => {
                    self.say(deal, by, said(kind.way));
                    acted = true;
                }
                Happening::Heard => {
                    let heard = What::Heard { way: kind.way, answered_by: None, contact: None };
                    self.say(deal, Actor::Client, heard);
                    // Whoever the row names, the client acted.
                    acted = true;
                }
                Happening::TaskSet => {
                    self.set_task(extra, by);
                    acted = true;
                }
                Happening::TaskDone => acted |= self.end_task(extra, by),
                Happening::Deleted => self.say(deal, by, What::Deleted),
                Happening::Worked | Happening::Ignore => {}
            }
        }
        if edited {
            self.say(deal, by, What::Deal(snapshot.unwrap_or_default()));
        } else if let Some(news) = snapshot {
            self.say(deal, Actor::Unknown, What::Deal(news));
        }
        if matches!(by, Actor::User(_)) && !acted && !edited {
            self.say(deal, by, What::Worked);
        }
    }

    fn opened(&mut self, kind: &Kind, extra: &Extra, by: Actor) {
        self.opened = true;
        let deal = Subject::Deal(self.row.case);
        if self.meaning.answers && !matches!(by, Actor::User(_)) {
            self.say(deal, by, What::Arrived { pipeline: kind.pipeline, deal: None, source: extra.source });
        }
        let snapshot = Snapshot {
            created: Some((self.row.at, self.creator(by))),
            added: true,
            pipeline: kind.pipeline,
            stage: Some(kind.stage.filter(|_| !kind.is_final()).unwrap_or(SOME_STAGE)),
            responsible: extra.responsible,
            ..Snapshot::default()
        };
        self.pipeline = kind.pipeline;
        self.say(deal, Actor::Unknown, What::Deal(snapshot));
    }

    fn present(&mut self, kind: &Kind, extra: &'a Extra) {
        let mut snapshot = self.news(kind, extra).unwrap_or_default();
        snapshot.created = None;
        snapshot.stage = kind.stage;
        snapshot.loss_reason = kind.reason.filter(|_| kind.stage == Some(Stage::Lost));
        self.say(Subject::Deal(self.row.case), Actor::Unknown, What::Deal(snapshot));
        if extra.due.is_some() && !kind.is_final() {
            self.set_task(extra, Actor::Unknown);
        }
    }

    /// What the row says of the deal that the rows before did not, if anything.
    fn news(&mut self, kind: &Kind, extra: &'a Extra) -> Option<Snapshot> {
        let old = self.said.replace(extra);
        let pipeline = kind.pipeline.filter(|_| kind.pipeline != self.pipeline);
        if pipeline.is_none() && old.is_some_and(|old| std::ptr::eq(old, extra)) {
            return None;
        }
        self.pipeline = pipeline.or(self.pipeline);
        let mut snapshot = Snapshot { pipeline, ..Snapshot::default() };
        let source = |extra: &Extra| extra.source;
        snapshot.created = extra.created.filter(|_| old.is_none()).map(|at| (at, Actor::Unknown));
        snapshot.price = extra.price.filter(|_| old.and_then(|old| old.price) != extra.price);
        let responsible = old.and_then(|old| old.responsible);
        snapshot.responsible = extra.responsible.filter(|_| responsible != extra.responsible);
        let fields = extra.fields.iter().filter(|field| !old.is_some_and(|old| old.fields.contains(field)));
        snapshot.fields.extend(fields);
        snapshot.source = extra.source.filter(|_| old.and_then(source) != extra.source);
        (snapshot != Snapshot::default()).then_some(snapshot)
    }

    /// Who created the deal. Where answers are not covered, nothing but a person's hand makes its origin known.
    fn creator(&self, by: Actor) -> Actor {
        if self.meaning.answers || matches!(by, Actor::User(_)) { by } else { Actor::Unknown }
    }

    fn set_task(&mut self, extra: &Extra, by: Actor) {
        self.tasks_set += 1;
        let own = || id_of(&format!("{}:{}", self.row.case, self.tasks_set));
        let id = extra.task.unwrap_or_else(own);
        let author = match by {
            Actor::User(user) => Some(user),
            _ => None,
        };
        let state = TaskState {
            deal: Some(self.row.case),
            created: author.map(|_| (self.row.at, by)),
            responsible: extra.responsible.or(author),
            kind: None,
            due: extra.due,
            done: false,
        };
        self.tasks.retain(|(known, _)| *known != id);
        self.tasks.push((id, state.clone()));
        self.say(Subject::Task(id), by, What::Task(state));
    }

    /// Ends the task that the row names, or the oldest one; says whether there is one.
    fn end_task(&mut self, extra: &Extra, by: Actor) -> bool {
        let named = |(id, _): &(u64, TaskState)| extra.task.is_none_or(|task| task == *id);
        let Some(index) = self.tasks.iter().position(named) else { return false };
        let (id, state) = self.tasks.remove(index);
        self.say(Subject::Task(id), by, What::Task(TaskState { done: true, ..state }));
        true
    }

    fn say(&mut self, subject: Subject, by: Actor, what: What) {
        let Place { at, file, line, .. } = self.row;
        // A place in a file is as good a key as a hash of the content: file, line, part.
        let place = (u64::from(file) << 40) | (u64::from(line) << 8) | u64::from(self.parts);
        self.parts = self.parts.saturating_add(1);
        let mut key = [0; 16];
        if let Some(half) = key.first_chunk_mut() {
            *half = place.to_be_bytes();
        }
        let seq = Some(place >> 8);
        let via = Via::File;
        let fact = Fact { subject, at, stated: Some(at), by, seq, via, what, flags: Vec::new() };
        self.out.push(Observed { key: Key(key), fact });
    }
}

fn said(way: Way) -> What {
    What::Said { way, talked_s: None, contact: None }
}
