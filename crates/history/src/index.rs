//! What lies beside the documents of a replay.

use crate::history::History;
use crate::names::Names;
use serde::{Deserialize, Serialize};
use takeroot_core::contribution::Count;
use takeroot_core::day::Figures;
use takeroot_core::time::Day;

/// The version of the index's shape.
pub(crate) const SCHEMA: u32 = 1;

/// What was replayed, what it came to, and the names of what the documents number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Version of the shape.
    pub schema: u32,
    /// The company's name.
    pub name: String,
    /// First day with a document.
    pub from: Day,
    /// Last day with a document.
    pub to: Day,
    /// Whether the export shows when somebody answered; if not, there are no first responses.
    pub covers_answers: bool,
    /// What was read.
    pub read: Read,
    /// The whole period.
    pub period: Period,
    /// Names by id.
    pub names: Names,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Rows that were read; of pages of an API, the facts in them.
    pub rows: u64,
    /// Rows, or pages, that could not be read.
    pub rejected: u64,
    /// Of the rows read, those that no rule of the mapping matches.
    pub unmatched: u64,
    /// Of the rows read, those that an earlier file has too.
    pub repeated: u64,
    /// Deals in them.
    pub deals: u64,
}

/// The counts of the whole period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Leads that came in.
    pub entered: i64,
    /// Deals won.
    pub won: i64,
    /// Deals lost.
    pub lost: i64,
    /// Deals at work at its end.
    pub open: i64,
}

impl Index {
    /// The index of a replay whose whole period has these figures.
    #[must_use]
    pub fn of(name: &str, names: &Names, covers_answers: bool, read: Read, whole: &Figures) -> Self {
        let all = &whole.all;
        Self {
            schema: SCHEMA,
            name: name.to_owned(),
            from: whole.from,
            to: whole.to,
            covers_answers,
            read,
            period: Period {
                entered: all.n(Count::Entered),
                won: all.n(Count::Won),
                lost: all.n(Count::Lost),
                open: all.n(Count::Active),
            },
            names: names.clone(),
        }
    }
}

impl Read {
    /// What was read, of which these are deals and repetitions.
    #[must_use]
    pub fn of(history: &History, deals: u64, repeated: u64) -> Self {
        let counts = history.counts();
        let (rows, unmatched) = (counts.rows, counts.unmatched);
        Self { rows, rejected: history.rejects().rows(), unmatched, repeated, deals }
    }
}
