use super::written::{Column, EventWritten, FieldWritten, Happenings, KindWritten, Texts, Written};
use super::{FieldForm, Happening, Header, Mapping, Naming, REJECTED_MAX_PERCENT, Rows, Rule};
use crate::date::{Dates, Format};
use crate::glob::{Glob, Globs};
use crate::names::Known;
use crate::problem::{Position, Problem};
use std::ops::Range;
use takeroot_core::fact::Way;
use takeroot_core::zone::Zone;
use toml::Spanned;

/// What is tried where the mapping names no format: no text is two dates in these.
const FORMATS: [&str; 7] = [
    "rfc3339",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
];
const FORMAT_HINT: &str = "write rfc3339, unix, unix_ms, or a pattern such as %d.%m.%Y %H:%M:%S";

pub(super) fn compile(file: &str, text: &str) -> Result<Mapping, Problem> {
    let page = Page { file, text };
    let written: Written = toml::from_str(text).map_err(|error| Problem::of_toml(file, text, &error))?;
    let zone = Zone::named(written.zone.get_ref())
        .map_err(|error| page.wrong(written.zone.span(), error.to_string()))?;
    let mut columns = Vec::new();
    for (column, names) in written.columns.get_ref() {
        columns.push((*column, page.header(names)?));
    }
    let whole = written.columns.span();
    let rows = match written.kind {
        KindWritten::Deals => deals(&page, &columns, &written, whole)?,
        KindWritten::Events => events(&page, &columns, &written, whole)?,
    };
    let formats = written.dates.iter().map(|format| page.format(format)).collect::<Result<Vec<_>, _>>()?;
    let standard = || FORMATS.iter().filter_map(|format| Format::parse(format).ok()).collect();
    let dates = Dates::new(if formats.is_empty() { standard() } else { formats }, zone);
    let globs = |texts: &Option<Spanned<Texts>>| {
        texts.as_ref().map_or(Ok(Globs::default()), |texts| page.globs(texts))
    };
    let mut fields = Vec::new();
    for (name, field) in &written.fields {
        let header = Header { names: vec![name.get_ref().clone()], at: page.at(name.span()) };
        fields.push(match field {
            FieldWritten::Id(id) => (header, *id, FieldForm::Text),
            FieldWritten::Typed { id, form } => (header, *id, *form),
        });
    }
    let percent = match &written.rejected_max_percent {
        Some(percent) if *percent.get_ref() > 100 => {
            return Err(page.wrong(percent.span(), "rejected_max_percent is over 100"));
        }
        percent => percent.as_ref().map_or(REJECTED_MAX_PERCENT, |percent| *percent.get_ref()),
    };
    Ok(Mapping {
        file: file.to_owned(),
        name: written.name,
        dates,
        delimiter: delimiter(&page, written.delimiter.as_ref())?,
        encoding: encoding(&page, written.encoding.as_ref())?,
        empty: written.empty,
        finals: written.finals.map(Spanned::into_inner).unwrap_or_default(),
        rejected_max_percent: percent,
        columns,
        fields,
        won: globs(&written.stages.won)?,
        lost: globs(&written.stages.lost)?,
        not_people: globs(&written.people.not_people)?,
        rows,
        known: Known::default(),
    })
}

fn deals(
    page: &Page<'_>,
    columns: &[(Column, Header)],
    written: &Written,
    whole: Range<usize>,
) -> Result<Rows, Problem> {
    if let Some(event) = written.event.first() {
        let problem = page.wrong(event.span(), "an export of deals has no [[event]]");
        return Err(problem.hint("write kind = \"events\" for a log, or leave the rule out"));
    }
    if let Some(finals) = &written.finals {
        let problem = page.wrong(finals.span(), "`final` is for a log: a row of deals has one state");
        return Err(problem.hint("leave it out, or write kind = \"events\""));
    }
    let foreign = [(Column::At, "at"), (Column::By, "by"), (Column::Task, "task")];
    for (column, name) in foreign {
        if let Some((_, header)) = columns.iter().find(|(known, _)| *known == column) {
            let problem = Problem::new(page.file, header.at, format!("an export of deals has no `{name}`"));
            return Err(problem.hint("its dates are created, answered, modified, closed and due"));
        }
    }
    page.needs(columns, &[(Column::Deal, "deal"), (Column::Created, "created")], whole)?;
    Ok(Rows::Deals)
}

fn events(
    page: &Page<'_>,
    columns: &[(Column, Header)],
    written: &Written,
    whole: Range<usize>,
) -> Result<Rows, Problem> {
    let foreign = [
        (Column::CreatedBy, "created_by"),
        (Column::Answered, "answered"),
        (Column::Modified, "modified"),
        (Column::Closed, "closed"),
    ];
    for (column, name) in foreign {
        if let Some((_, header)) = columns.iter().find(|(known, _)| *known == column) {
            let problem = Problem::new(page.file, header.at, format!("a log of events has no `{name}`"));
            return Err(problem.hint("say it by an [[event]] at its own row, or write kind = \"deals\""));
        }
    }
    page.needs(columns, &[(Column::Deal, "deal"), (Column::At, "at")], whole)?;
    if written.event.is_empty() {
        let problem =
            Problem::new(page.file, Position::default(), "a log of events needs at least one [[event]]");
        return Err(problem.hint("add [[event]] with is = \"stage\" and, where not every row is one, `when`"));
    }
    let mut looked_at = Vec::new();
    let rules = written.event.iter().map(|event| rule(page, columns, event, &mut looked_at));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    Ok(Rows::Events { looked_at, rules })
}

fn rule(
    page: &Page<'_>,
    columns: &[(Column, Header)],
    event: &Spanned<EventWritten>,
    looked_at: &mut Vec<Header>,
) -> Result<Rule, Problem> {
    let written = event.get_ref();
    let mut when = Vec::new();
    for (name, patterns) in &written.when {
        let header = Header { names: vec![name.get_ref().clone()], at: page.at(name.span()) };
        when.push((index_of(looked_at, header), page.globs(patterns)?));
    }
    let is = match written.is.get_ref() {
        Happenings::One(happening) => vec![*happening],
        Happenings::Many(happenings) => happenings.clone(),
    };
    if is.is_empty() {
        let problem = page.wrong(written.is.span(), "a rule says at least one thing");
        return Err(problem.hint("write is = \"ignore\" for rows that do not count"));
    }
    let has = |happening| is.contains(&happening);
    let mut naming = |text: &Option<Spanned<String>>, column: Column, key: &str, asked: bool| match (
        text,
        &written.from,
    ) {
        (Some(text), _) => Ok(Naming::Text(text.get_ref().clone())),
        (None, Some(from)) if asked => {
            let header = Header { names: vec![from.get_ref().clone()], at: page.at(from.span()) };
            Ok(Naming::Column(index_of(looked_at, header)))
        }
        _ => match columns.iter().find(|(known, _)| *known == column) {
            Some((_, header)) if asked => Ok(Naming::Column(index_of(looked_at, header.clone()))),
            None if asked && key == "stage" => {
                let problem = page.wrong(written.is.span(), "no column and no text names the stage");
                Err(problem.hint("add `stage = \"COLUMN\"` to [columns], or `stage = \"NAME\"` to the rule"))
            }
            _ => Ok(Naming::Nowhere),
        },
    };
    let stage = naming(&written.stage, Column::Stage, "stage", has(Happening::Stage))?;
    let reason = naming(&written.reason, Column::Reason, "reason", has(Happening::Lost))?;
    let pairs =
        [(Happening::Assigned, Column::Responsible, "responsible"), (Happening::TaskSet, Column::Due, "due")];
    for (happening, column, key) in pairs {
        if has(happening) && !columns.iter().any(|(known, _)| *known == column) {
            let problem = page.wrong(written.is.span(), format!("the rule needs the column `{key}`"));
            return Err(problem.hint(format!("add `{key} = \"COLUMN\"` to [columns]")));
        }
    }
    Ok(Rule { when, is, way: written.way.unwrap_or(Way::Call), stage, reason })
}

fn index_of(looked_at: &mut Vec<Header>, header: Header) -> usize {
    let known = looked_at.iter().position(|known| known.names == header.names);
    known.unwrap_or_else(|| {
        looked_at.push(header);
        looked_at.len() - 1
    })
}

fn delimiter(page: &Page<'_>, written: Option<&Spanned<String>>) -> Result<Option<u8>, Problem> {
    let Some(written) = written else { return Ok(None) };
    match written.get_ref().as_str() {
        "auto" => Ok(None),
        "," => Ok(Some(b',')),
        ";" => Ok(Some(b';')),
        "\t" | "tab" => Ok(Some(b'\t')),
        "|" => Ok(Some(b'|')),
        other => {
            let problem = page.wrong(written.span(), format!("«{other}» is not a delimiter"));
            Err(problem.hint("write \",\", \";\", \"tab\", \"|\" or \"auto\""))
        }
    }
}

fn encoding(
    page: &Page<'_>,
    written: Option<&Spanned<String>>,
) -> Result<Option<&'static encoding_rs::Encoding>, Problem> {
    let Some(written) = written.filter(|written| written.get_ref() != "auto") else { return Ok(None) };
    let known = encoding_rs::Encoding::for_label(written.get_ref().as_bytes());
    known.map(Some).ok_or_else(|| {
        let problem = page.wrong(written.span(), format!("«{}» is not an encoding", written.get_ref()));
        problem.hint("write \"utf-8\", \"windows-1251\" or \"auto\"")
    })
}

/// The mapping's text, for places.
struct Page<'a> {
    file: &'a str,
    text: &'a str,
}

impl Page<'_> {
    fn at(&self, span: Range<usize>) -> Position {
        Position::of(self.text, span.start)
    }

    fn wrong(&self, span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(self.file, self.at(span), message)
    }

    fn header(&self, names: &Spanned<Texts>) -> Result<Header, Problem> {
        let header = Header { names: names.get_ref().clone().into_vec(), at: self.at(names.span()) };
        if header.names.is_empty() || header.names.iter().any(|name| name.trim().is_empty()) {
            let problem = self.wrong(names.span(), "a column has a name");
            return Err(problem.hint("write the header as the file has it, or several in [ ]"));
        }
        Ok(header)
    }

    fn globs(&self, patterns: &Spanned<Texts>) -> Result<Globs, Problem> {
        let globs = patterns.get_ref().clone().into_vec().into_iter().map(|pattern| {
            Glob::parse(&pattern).map_err(|error| {
                let problem = self.wrong(patterns.span(), format!("«{pattern}»: {error}"));
                problem.hint("`*` is any run of characters, `?` is any one, `\\` takes the next as it is")
            })
        });
        globs.collect::<Result<_, _>>().map(Globs)
    }

    fn format(&self, format: &Spanned<String>) -> Result<Format, Problem> {
        Format::parse(format.get_ref()).map_err(|error| self.wrong(format.span(), error).hint(FORMAT_HINT))
    }

    fn needs(
        &self,
        columns: &[(Column, Header)],
        needed: &[(Column, &str)],
        whole: Range<usize>,
    ) -> Result<(), Problem> {
        let lacks = |column| !columns.iter().any(|(known, _)| *known == column);
        match needed.iter().find(|(column, _)| lacks(*column)) {
            None => Ok(()),
            Some((_, key)) => {
                let problem = self.wrong(whole, format!("[columns] lacks `{key}`"));
                Err(problem.hint(format!("add `{key} = \"COLUMN\"`, with the header as the file has it")))
            }
        }
    }
}
