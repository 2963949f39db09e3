//! A day's document as rows of one long table, for spreadsheets and BI. Made of the document's own JSON, so that every
//! figure that is published is in it, and none that is not.
//!
//! A row is one number: `day`, `revision`, `final`, `observed`; whose it is (`pipeline`, `slice`, `key`); which one
//! (`figure`: its names in the document, joined by dots; `item`: the id, field, stage, age or bucket that it is of); and
//! the `value`. RFC 4180: lines end in CRLF, quotes are doubled.

use serde_json::{Map, Value};
use std::fmt::Write as _;

const HEAD: &str = "day,revision,final,observed,pipeline,slice,key,figure,item,value\r\n";

/// For whom a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableForm {
    /// RFC 4180: commas.
    #[default]
    Plain,
    /// Russian Excel, which parts cells by semicolons and knows UTF-8 by its mark. All values are integers.
    RussianExcel,
}

impl TableForm {
    /// The first line.
    #[must_use]
    pub fn head(self) -> String {
        match self {
            Self::Plain => HEAD.to_owned(),
            Self::RussianExcel => format!("\u{feff}{}", HEAD.replace(',', ";")),
        }
    }

    const fn separator(self) -> char {
        match self {
            Self::Plain => ',',
            Self::RussianExcel => ';',
        }
    }
}

/// What all rows of a document share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableHead {
    /// `day`, `revision`, `final`, `observed`, as the document has them; empty where it has none.
    pub cells: [String; 4],
}

/// A number of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableRow<'a> {
    /// Pipeline, slice and key: whose it is.
    pub place: [&'a str; 3],
    /// Which one.
    pub figure: &'a str,
    /// Of what.
    pub item: &'a str,
    /// The number.
    pub value: i64,
}

/// The rows of a day's document, given as its JSON; what is absent there makes no row.
///
/// # Errors
/// The text is no JSON.
pub fn table(document: &str, form: TableForm) -> serde_json::Result<String> {
    let (mut text, mut begin, separator) = (String::new(), String::new(), form.separator());
    rows(document, &mut |head, row| {
        if begin.is_empty() {
            for told in &head.cells {
                let _ = write!(begin, "{}{separator}", cell(told, separator));
            }
        }
        text.push_str(&begin);
        for told in row.place.into_iter().chain([row.figure, row.item]) {
            let _ = write!(text, "{}{separator}", cell(told, separator));
        }
        let _ = write!(text, "{}\r\n", row.value);
    })?;
    Ok(text)
}

/// Takes each number of a day's document, given as its JSON: of every form of the table there is this one source.
///
/// # Errors
/// The text is no JSON.
pub fn rows(document: &str, take: &mut dyn FnMut(&TableHead, TableRow<'_>)) -> serde_json::Result<()> {
    let document: Value = serde_json::from_str(document)?;
    let told = |name: &str, field: &str| {
        document.get(name).and_then(|part| part.get(field)).map(plain).unwrap_or_default()
    };
    let head = TableHead {
        cells: [
            told("figures", "to"),
            told("envelope", "revision"),
            told("envelope", "final"),
            told("figures", "observed"),
        ],
    };
    let mut walk = Walk { take: &mut |row| take(&head, row) };
    for (name, part) in document.get("figures").and_then(Value::as_object).into_iter().flatten() {
        match (name.as_str(), part.as_object()) {
            ("all", Some(block)) => walk.block(["", "all", ""], block),
            ("pipelines", Some(blocks)) => walk.blocks(blocks, |id| [id, "all", ""]),
            ("by", Some(cuts)) => walk.cuts("", cuts),
            ("within", Some(pipelines)) => {
                for (pipeline, cuts) in pipelines {
                    cuts.as_object().into_iter().for_each(|cuts| walk.cuts(pipeline, cuts));
                }
            }
            _ => walk.figure(["", "all", ""], name, "", part),
        }
    }
    Ok(())
}

/// On its way through a document.
struct Walk<'t> {
    take: &'t mut dyn FnMut(TableRow<'_>),
}

/// Pipeline, slice and key.
type Place<'a> = [&'a str; 3];

impl Walk<'_> {
    fn cuts(&mut self, pipeline: &str, cuts: &Map<String, Value>) {
        for (slice, blocks) in cuts {
            match blocks.as_object() {
                // The pilot is one: it has no keys.
                Some(block) if slice == "pilot" => self.block([pipeline, slice, ""], block),
                Some(blocks) => self.blocks(blocks, |key| [pipeline, slice, key]),
                None => {}
            }
        }
    }

    fn blocks<'a>(&mut self, blocks: &'a Map<String, Value>, place: impl Fn(&'a str) -> Place<'a>) {
        for (key, block) in blocks {
            block.as_object().into_iter().for_each(|block| self.block(place(key), block));
        }
    }

    fn block(&mut self, place: Place<'_>, block: &Map<String, Value>) {
        block.iter().for_each(|(name, part)| self.figure(place, name, "", part));
    }

    fn figure(&mut self, place: Place<'_>, figure: &str, item: &str, value: &Value) {
        match value {
            Value::Number(number) => {
                // A document holds integers only.
                if let Some(value) = number.as_i64() {
                    (self.take)(TableRow { place, figure, item, value });
                }
            }
            Value::Object(parts) => {
                for (name, part) in parts {
                    // An id is whose the figure is, a name is which one it is.
                    if name.bytes().all(|byte| byte.is_ascii_digit()) {
                        self.figure(place, figure, name, part);
                    } else {
                        self.figure(place, &format!("{figure}.{name}"), item, part);
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    match item.as_array().map(Vec::as_slice) {
                        Some([of, value]) => self.figure(place, figure, &plain(of), value),
                        _ => self.figure(place, figure, &plain(item), &Value::from(1)),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
}

/// What names something: `11`, `won`, `custom.41`.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parts) => {
            parts.iter().map(|(name, of)| format!("{name}.{}", plain(of))).collect::<Vec<_>>().join(" ")
        }
        Value::Number(number) => number.to_string(),
        Value::Bool(told) => told.to_string(),
        Value::Null | Value::Array(_) => String::new(),
    }
}

/// A text as a cell. One that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str, separator: char) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([separator, '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_table() {
        let document = r#"{"envelope": {"schema": 2, "as_of": 5, "revision": 3, "final": true}, "figures": {
            "from": "2026-09-21", "to": "2026-09-21", "observed": true, "roster": 9, "active_people": [11],
            "all": {"n": {"entered": 5}, "took": {"response": {"count": 1, "median_s": null, "sum_s": 60,
                "histogram": [[7, 1]]}}, "moved_to": [["won", 2], [{"open": 4}, 1]], "lost_for": {"0": 1}},
            "by": {"origins": {"inbound": {"n": {"entered": 4}}}, "pilot": {"acts": {"call": 2}}},
            "within": {"3": {"managers": {"11": {"lacking": [[{"custom": 41}, 6]], "after": {"won": [[30, 1]]}}}}}
        }}"#;
        let rows = [
            ",all,,active_people,11,1",
            ",all,,lost_for,0,1",
            ",all,,moved_to,won,2",
            ",all,,moved_to,open.4,1",
            ",all,,n.entered,,5",
            ",all,,took.response.count,,1",
            ",all,,took.response.histogram,7,1",
            ",all,,took.response.sum_s,,60",
            ",origins,inbound,n.entered,,4",
            ",pilot,,acts.call,,2",
            ",all,,roster,,9",
            "3,managers,11,after.won,30,1",
            "3,managers,11,lacking,custom.41,6",
        ];
        let mut told: Vec<String> =
            table(document, TableForm::Plain).unwrap().split_terminator("\r\n").map(str::to_owned).collect();
        let mut rows: Vec<String> = rows.map(|row| format!("2026-09-21,3,true,true,{row}")).to_vec();
        told.sort();
        rows.sort();
        assert_eq!(told, rows);
        assert_eq!(TableForm::Plain.head().split(',').count(), 10);
        let russian = table(document, TableForm::RussianExcel).unwrap();
        assert_eq!(russian.replace(';', ","), table(document, TableForm::Plain).unwrap());
        assert!(TableForm::RussianExcel.head().starts_with("\u{feff}day;revision;final;"));
    }

    #[test]
    fn no_cell_is_a_formula_or_breaks_a_row() {
        for (text, told) in [
            ("=1+1", "'=1+1"),
            ("+7", "'+7"),
            ("-x", "'-x"),
            ("@a", "'@a"),
            ("\t=1", "'\t=1"),
            ("a,b", "\"a,b\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("inbound", "inbound"),
        ] {
            assert_eq!(cell(text, ','), told, "{text}");
        }
        assert_eq!((cell("a;b", ';'), cell("a,b", ';')), ("\"a;b\"".to_owned(), "a,b".to_owned()));
    }
}
