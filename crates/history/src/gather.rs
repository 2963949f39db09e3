//! Blocks into rows: every field is read here, and nothing of its text is kept but names.

use crate::amount;
use crate::field::{actor, clipped, dated, is_empty, later, needed, number, text, utf8, value, whole};
use crate::kinds::{Extra, Kind, deal_kind, event_kind};
use crate::mapping::{Column, Rows};
use crate::names::{Names, id_of};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::recent::Recent;
use crate::record::{Record, Records, Span};
use crate::rejects::{Refusal, Reject, Rejects};
use crate::row::{Dictionary, Parts, Phase, Row};
use crate::source::Block;
use memchr::memchr;
use takeroot_core::fact::Actor;
use takeroot_core::time::Moment;

/// What one reader has gathered: of several, each takes some of the blocks.
#[derive(Debug)]
pub struct Gathering {
    pub(crate) rows: Parts,
    pub(crate) kinds: Dictionary<Kind>,
    pub(crate) people: Dictionary<Actor>,
    pub(crate) extras: Dictionary<Extra>,
    pub(crate) names: Names,
    pub(crate) rejects: Rejects,
    pub(crate) counts: Counts,
    ids: Recent<u64>,
    key: Vec<u8>,
}

/// How many rows there were, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows, those rejected left out.
    pub rows: u64,
    /// Lines of the files, headers and empty ones left out.
    pub lines: u64,
    /// Rows that no rule matches; they are among the rows.
    pub unmatched: u64,
    /// The first and the last moment.
    pub span: Option<(Moment, Moment)>,
}

impl Counts {
    pub(crate) fn join(&mut self, other: Self) {
        self.rows += other.rows;
        self.lines += other.lines;
        self.unmatched += other.unmatched;
        for at in other.span.into_iter().flat_map(|(first, last)| [first, last]) {
            self.see(at);
        }
    }

    fn see(&mut self, at: Moment) {
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }
}

impl Default for Gathering {
    fn default() -> Self {
        Self {
            rows: Parts::new(),
            kinds: Dictionary::new(Kind::default()),
            people: Dictionary::new(Actor::Unknown),
            extras: Dictionary::new(Extra::default()),
            names: Names::default(),
            rejects: Rejects::default(),
            counts: Counts::default(),
            ids: Recent::new(id_of("")),
            key: Vec::new(),
        }
    }
}

impl Gathering {
    /// Reads a block.
    ///
    /// # Errors
    /// What is kept is over `bytes_max`.
    pub fn take(&mut self, block: &Block, bytes_max: usize) -> Result<(), Problem> {
        let plan = &*block.plan;
        for (line, refusal) in &block.refused {
            self.counts.lines += 1;
            self.refuse(plan, *line, 1, refusal.clone());
        }
        let zeros = memchr(0, &block.bytes).is_some();
        let mut records = Records::new(&block.bytes, block.line, plan.delimiter);
        let mut spans: Vec<Span> = Vec::with_capacity(plan.header.len());
        while let Some(record) = records.next(&mut spans) {
            if record.is_blank() {
                continue;
            }
            self.counts.lines += record.lines;
            let taken = whole(plan, &record, zeros).and_then(|()| match plan.mapping.rows {
                Rows::Deals => self.deal(plan, &record),
                Rows::Events { .. } => self.event(plan, &record),
            });
            match taken {
                Ok(()) => self.counts.rows += 1,
                Err(refusal) => self.refuse(plan, record.line, record.lines, refusal),
            }
        }
        if self.bytes() <= bytes_max {
            return Ok(());
        }
        let message = format!("{} rows take over {} MiB of memory", self.rows.rows, bytes_max >> 20);
        Err(plan.problem(block.line, message).hint("split the export by date, or allow more by --memory-mb"))
    }

    /// Rows that are kept, of 32 bytes each.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows.rows
    }

    /// What is kept, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rows.bytes() + self.kinds.bytes() + self.people.bytes() + self.extras.bytes()
    }

    fn refuse(&mut self, plan: &Plan, line: u64, lines: u64, refusal: Refusal) {
        let reject = Reject {
            file: plan.file.clone(),
            line,
            column: plan.name_of(refusal.column),
            reason: refusal.reason,
            hint: refusal.hint,
        };
        self.rejects.add(plan.ordinal, lines, reject);
    }

    fn event(&mut self, plan: &Plan, record: &Record<'_>) -> Result<(), Refusal> {
        let case = self.case(plan, record)?;
        let at = needed(plan, record, Column::At)?;
        let person = self.person(plan, record, Column::By)?;
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        kind_key(&mut key, plan, record);
        let kind = match self.kinds.known(&key) {
            Some(kind) => Ok(kind),
            None => event_kind(plan, record, &mut self.names).map(|kind| self.kinds.insert(&key, kind)),
        };
        if kind.as_ref().is_ok_and(|kind| self.kinds.value(*kind).is_some_and(|kind| kind.is.is_empty())) {
            self.counts.unmatched += 1;
        }
        self.key = key;
        let (kind, extra) = (kind?, self.extra(plan, record)?);
        self.push(
            plan,
            record,
            Row { case, at: 0, file: 0, phase: Phase::Event, line: 0, kind, person, extra },
            at,
        );
        Ok(())
    }

    fn deal(&mut self, plan: &Plan, record: &Record<'_>) -> Result<(), Refusal> {
        let case = self.case(plan, record)?;
        let created = needed(plan, record, Column::Created)?;
        let mut key = Vec::new();
        kind_key(&mut key, plan, record);
        let kind = deal_kind(plan, record, &mut self.names)?;
        let closed = if kind.is_final() { Column::Closed } else { Column::Modified };
        let kind = self.kinds.known(&key).unwrap_or_else(|| self.kinds.insert(&key, kind));
        let creator = self.person(plan, record, Column::CreatedBy)?;
        let responsible = self.person(plan, record, Column::Responsible)?;
        let extra = self.extra(plan, record)?;
        let row = |phase, person| Row { case, at: 0, file: 0, phase, line: 0, kind, person, extra };
        let [answered, closed, modified] =
            [Column::Answered, closed, Column::Modified].map(|column| later(plan, record, column, created));
        let (answered, closed, modified) = (answered?, closed?, modified?);
        let mut present = closed.or(modified).unwrap_or(created);
        let zone = plan.mapping.zone();
        if zone.wall_s(present) == 0 {
            // A date without a time: what else is known of that day came before.
            let same_day = |at: &Moment| zone.day_of(*at) == zone.day_of(present);
            let others = [answered, modified].into_iter().flatten().filter(same_day);
            present = others.fold(present, Moment::max);
        }
        if let Some(answered) = answered {
            self.push(plan, record, row(Phase::Answered, responsible), answered.max(created));
        }
        self.push(plan, record, row(Phase::Opened, creator), created);
        self.push(plan, record, row(Phase::Present, 0), present.max(created));
        Ok(())
    }

    fn push(&mut self, plan: &Plan, record: &Record<'_>, row: Row, at: Moment) {
        self.counts.see(at);
        // Both were checked: dates by their reader, lines by the source.
        let (at, line) = (u32::try_from(at.0).unwrap_or(0), u32::try_from(record.line).unwrap_or(0));
        self.rows.push(Row { at, line, file: plan.ordinal, ..row });
    }

    fn case(&mut self, plan: &Plan, record: &Record<'_>) -> Result<u64, Refusal> {
        let column = plan.column(Column::Deal).unwrap_or(usize::MAX);
        let bytes = record.field(column);
        if let Some(number) = number(&bytes) {
            return Ok(number);
        }
        if bytes.is_empty() {
            return Err(Refusal::at(column, "the deal has no id", ""));
        }
        if let Some(id) = self.ids.get(&bytes) {
            return Ok(id);
        }
        let id = id_of(utf8(column, &bytes)?);
        self.ids.put(&bytes, id);
        Ok(id)
    }

    fn person(&mut self, plan: &Plan, record: &Record<'_>, column: Column) -> Result<u32, Refusal> {
        let Some(column) = plan.column(column) else { return Ok(0) };
        let bytes = record.field(column);
        if let Some(person) = self.people.known(&bytes) {
            return Ok(person);
        }
        let actor = match actor(&plan.mapping, utf8(column, &bytes)?) {
            Some((actor, name)) => {
                self.names.people.extend(name);
                actor
            }
            None => Actor::Unknown,
        };
        Ok(self.people.insert(&bytes, actor))
    }

    fn extra(&mut self, plan: &Plan, record: &Record<'_>) -> Result<u32, Refusal> {
        if plan.extra_columns.is_empty() {
            return Ok(0);
        }
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        push_all(&mut key, record, &plan.extra_columns);
        let extra = match self.extras.known(&key) {
            Some(extra) => Ok(extra),
            None => self.read_extra(plan, record).map(|extra| self.extras.insert(&key, extra)),
        };
        self.key = key;
        extra
    }

    fn read_extra(&mut self, plan: &Plan, record: &Record<'_>) -> Result<Extra, Refusal> {
        let mut extra = Extra {
            created: dated(plan, record, Column::Created)?,
            due: dated(plan, record, Column::Due)?,
            ..Extra::default()
        };
        if let Some((column, text)) = text(plan, record, Column::Amount)? {
            let hint = "name texts that stand for nothing in `empty`";
            let refused = || Refusal::at(column, format!("«{}» is not an amount", clipped(&text)), hint);
            extra.price = Some(amount::read(&text).ok_or_else(refused)?);
        }
        if let Some((_, text)) = text(plan, record, Column::Responsible)?
            && let Some((Actor::User(user), name)) = actor(&plan.mapping, &text)
        {
            extra.responsible = Some(user);
            self.names.people.extend(name);
        }
        extra.task = text(plan, record, Column::Task)?.map(|(_, text)| id_of(&text));
        if let Some((_, text)) = text(plan, record, Column::Source)? {
            let id = id_of(&text);
            extra.source = Some(id);
            self.names.sources.insert(id, text);
        }
        for (column, id, form) in &plan.fields {
            let bytes = record.field(*column);
            let text = utf8(*column, &bytes)?;
            if !is_empty(&plan.mapping, text) {
                extra.fields.push((*id, value(plan, *column, text, *form)?));
            }
        }
        extra.fields.sort_unstable();
        Ok(extra)
    }
}

/// What tells the kind of a row; never empty, for no key is the kind of rows without a rule.
fn kind_key(key: &mut Vec<u8>, plan: &Plan, record: &Record<'_>) {
    key.push(0);
    push_all(key, record, &plan.kind_columns);
}

/// Several fields as one key; no field has a NUL.
fn push_all(key: &mut Vec<u8>, record: &Record<'_>, columns: &[usize]) {
    for index in columns {
        key.extend_from_slice(&record.field(*index));
        key.push(0);
    }
}
