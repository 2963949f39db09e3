//! The mapping: which column is what, and what a row says. Written in TOML by a person, checked before any file
//! is opened; an error has its line and column.

mod compile;
mod written;

use crate::date::Dates;
use crate::glob::Globs;
use crate::names::Known;
use crate::problem::{Position, Problem};
use takeroot_core::fact::Way;
use takeroot_core::zone::Zone;
pub(crate) use written::{Column, FieldForm, Finals, Happening};

/// Share of lines that may be rejected where the mapping says nothing, in percent.
const REJECTED_MAX_PERCENT: u8 = 5;

/// A checked mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The file it was read from, for messages.
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) dates: Dates,
    /// `None` is "auto".
    pub(crate) delimiter: Option<u8>,
    /// `None` is "auto".
    pub(crate) encoding: Option<&'static encoding_rs::Encoding>,
    /// Texts that stand for nothing.
    pub(crate) empty: Vec<String>,
    pub(crate) finals: Finals,
    pub(crate) rejected_max_percent: u8,
    pub(crate) columns: Vec<(Column, Header)>,
    pub(crate) fields: Vec<(Header, u64, FieldForm)>,
    pub(crate) won: Globs,
    pub(crate) lost: Globs,
    pub(crate) not_people: Globs,
    pub(crate) rows: Rows,
    pub(crate) known: Known,
}

/// A column by the names that its header may have, with its place in the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
    pub(crate) at: Position,
}

/// What a row is.
#[derive(Clone, Debug)]
pub(crate) enum Rows {
    /// A deal.
    Deals,
    /// An event; the first rule that matches says which.
    Events {
        /// The columns that rules look at, once each.
        looked_at: Vec<Header>,
        rules: Vec<Rule>,
    },
}

/// A rule of an event log.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Indices into `looked_at`, with the patterns of which one must match.
    pub(crate) when: Vec<(usize, Globs)>,
    pub(crate) is: Vec<Happening>,
    pub(crate) way: Way,
    pub(crate) stage: Naming,
    pub(crate) reason: Naming,
}

/// Where a stage or a reason has its name from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    Nowhere,
    Text(String),
    /// Index into `looked_at`.
    Column(usize),
}

impl Mapping {
    /// Reads a mapping; `file` is its name in messages.
    ///
    /// # Errors
    /// It is no TOML, has an unknown key, a wrong type, a bad pattern, or lacks a column or a rule.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        compile::compile(file, text)
    }

    /// The mapping with names that have ids of their own already.
    #[must_use]
    pub fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// The company's name; empty where the mapping has none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone of dates without an offset.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        self.dates.zone()
    }

    /// Whether the export shows when somebody answered. If not, leads have no first-response clock: silence
    /// says nothing.
    #[must_use]
    pub fn covers_answers(&self) -> bool {
        match &self.rows {
            Rows::Deals => self.column(Column::Answered).is_some(),
            Rows::Events { rules, .. } => rules.iter().any(|rule| rule.is.contains(&Happening::Answered)),
        }
    }

    pub(crate) fn column(&self, wanted: Column) -> Option<&Header> {
        self.columns.iter().find(|(column, _)| *column == wanted).map(|(_, header)| header)
    }

    /// Every column that a file must have.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &Header> {
        let looked_at = match &self.rows {
            Rows::Deals => &[][..],
            Rows::Events { looked_at, .. } => looked_at,
        };
        let fields = self.fields.iter().map(|(header, _, _)| header);
        self.columns.iter().map(|(_, header)| header).chain(fields).chain(looked_at)
    }
}
