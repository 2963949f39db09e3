//! The mapping laid upon one file: which column is where.

use crate::mapping::{Column, FieldForm, Header, Mapping, Rows};
use crate::problem::{Position, Problem};
use crate::record::{Record, Records, record};
use std::sync::Arc;

/// What parts fields where the mapping does not say.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Columns that a message lists.
const LISTED_MAX: usize = 30;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) mapping: Arc<Mapping>,
    pub(crate) file: String,
    pub(crate) ordinal: u16,
    pub(crate) delimiter: u8,
    /// The names in the header.
    pub(crate) header: Vec<String>,
    /// By the number of the column.
    columns: [Option<usize>; Column::COUNT],
    pub(crate) fields: Vec<(usize, u64, FieldForm)>,
    /// As the mapping's rules number them.
    pub(crate) looked_at: Vec<usize>,
    /// The columns that tell what kind a row is.
    pub(crate) kind_columns: Vec<usize>,
    /// The columns that say something of the deal besides.
    pub(crate) extra_columns: Vec<usize>,
}

const KIND_COLUMNS: [Column; 3] = [Column::Stage, Column::Reason, Column::Pipeline];
const EXTRA_COLUMNS: [Column; 6] =
    [Column::Created, Column::Responsible, Column::Amount, Column::Source, Column::Due, Column::Task];

impl Plan {
    pub(crate) fn new(
        mapping: &Arc<Mapping>,
        file: &str,
        ordinal: u16,
        delimiter: u8,
        names: &Record<'_>,
    ) -> Result<Self, Problem> {
        let header = header(names);
        let place = |wanted: &Header| place(mapping, file, &header, wanted);
        let mut columns = [None; Column::COUNT];
        for (column, wanted) in &mapping.columns {
            if let Some(slot) = columns.get_mut(*column as usize) {
                *slot = Some(place(wanted)?);
            }
        }
        let fields = mapping.fields.iter().map(|(wanted, id, form)| Ok((place(wanted)?, *id, *form)));
        let fields = fields.collect::<Result<Vec<_>, Problem>>()?;
        let looked_at = match &mapping.rows {
            Rows::Deals => Vec::new(),
            Rows::Events { looked_at, .. } => looked_at.iter().map(place).collect::<Result<_, _>>()?,
        };
        let of = |wanted: &Column| columns.get(*wanted as usize).copied().flatten();
        // In the mapping's order, so that the key of a kind is the same for all files.
        let mut kind_columns: Vec<usize> = Vec::new();
        for index in looked_at.iter().copied().chain(KIND_COLUMNS.iter().filter_map(of)) {
            if !kind_columns.contains(&index) {
                kind_columns.push(index);
            }
        }
        let mut extra_columns: Vec<usize> = EXTRA_COLUMNS.iter().filter_map(of).collect();
        extra_columns.extend(fields.iter().map(|(index, _, _)| *index));
        let (mapping, file) = (mapping.clone(), file.to_owned());
        Ok(Self {
            mapping,
            file,
            ordinal,
            delimiter,
            header,
            columns,
            fields,
            looked_at,
            kind_columns,
            extra_columns,
        })
    }

    pub(crate) fn column(&self, wanted: Column) -> Option<usize> {
        self.columns.get(wanted as usize).copied().flatten()
    }
}

fn header(names: &Record<'_>) -> Vec<String> {
    (0..names.width()).map(|index| String::from_utf8_lossy(&names.field(index)).into_owned()).collect()
}

fn find(header: &[String], wanted: &Header) -> Vec<usize> {
    let with = |same: &dyn Fn(&str, &str) -> bool| {
        wanted.names.iter().find_map(|name| {
            let all = header.iter().enumerate().filter(|(_, column)| same(column, name.trim()));
            Some(all.map(|(index, _)| index).collect::<Vec<_>>()).filter(|all| !all.is_empty())
        })
    };
    with(&|a, b| a == b).or_else(|| with(&|a, b| a.to_lowercase() == b.to_lowercase())).unwrap_or_default()
}

fn place(mapping: &Mapping, file: &str, header: &[String], wanted: &Header) -> Result<usize, Problem> {
    let names = wanted.names.iter().map(|name| format!("«{name}»")).collect::<Vec<_>>().join(" or ");
    match find(header, wanted).as_slice() {
        [one] => Ok(*one),
        [] => {
            let listed: Vec<&str> = header.iter().take(LISTED_MAX).map(String::as_str).collect();
            let more = if header.len() > LISTED_MAX { ", …" } else { "" };
            let problem = Problem::new(&mapping.file, wanted.at, format!("{file} has no column {names}"));
            Err(problem.hint(format!("its columns are: {}{more}", listed.join(", "))))
        }
        many => {
            let message = format!("{file} has {} columns {names}", many.len());
            let hint = "rename one of them in the file's first line";
            Err(Problem::new(&mapping.file, wanted.at, message).hint(hint))
        }
    }
}

/// The delimiter under which the first line has most of the mapping's columns, then most columns.
pub(crate) fn guessed(mapping: &Mapping, bytes: &[u8]) -> u8 {
    let score = |delimiter: &u8| {
        let mut spans = Vec::new();
        record(bytes, 0, *delimiter, &mut spans);
        let header = Records::new(bytes, 1, *delimiter)
            .next(&mut spans)
            .map(|names| header(&names))
            .unwrap_or_default();
        let found = mapping.headers().filter(|wanted| !find(&header, wanted).is_empty()).count();
        (found, header.len())
    };
    // Of equals the first.
    DELIMITERS.into_iter().rev().max_by_key(score).unwrap_or(b',')
}

impl Plan {
    /// The place of a column in the file, for messages.
    pub(crate) fn name_of(&self, column: Option<usize>) -> String {
        column.and_then(|index| self.header.get(index)).cloned().unwrap_or_default()
    }

    /// A problem of a line of the file.
    pub(crate) fn problem(&self, line: u64, message: impl Into<String>) -> Problem {
        Problem::new(&self.file, Position { line, column: 0 }, message)
    }
}
