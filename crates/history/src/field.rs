//! One field of a record: what its text says, or why it says nothing.

use crate::mapping::{Column, FieldForm, Mapping};
use crate::names::id_of;
use crate::plan::Plan;
use crate::record::{FIELD_BYTES_MAX, Record};
use crate::rejects::Refusal;
use memchr::memchr;
use takeroot_core::fact::{Actor, Value};
use takeroot_core::junk;
use takeroot_core::time::Moment;

/// Whether a record is as wide as the header, and holds what a text holds.
pub(crate) fn whole(plan: &Plan, record: &Record<'_>, zeros: bool) -> Result<(), Refusal> {
    let (has, wants) = (record.width(), plan.header.len());
    if record.stray {
        let hint = "a quote within a quoted text is doubled";
        return Err(Refusal { hint, ..Refusal::row("text follows a closing quote") });
    }
    if has < wants || !record.is_blank_from(wants) {
        let hint = "a text with the delimiter or a line end in it is quoted";
        return Err(Refusal { hint, ..Refusal::row(format!("{has} fields, and the header has {wants}")) });
    }
    if zeros && memchr(0, record.text).is_some() {
        let hint = "save the file as text, in UTF-8";
        return Err(Refusal { hint, ..Refusal::row("the row has a NUL character") });
    }
    match record.overlong() {
        Some(column) => Err(Refusal::at(column, format!("the field is over {FIELD_BYTES_MAX} bytes"), "")),
        None => Ok(()),
    }
}

pub(crate) fn number(bytes: &[u8]) -> Option<u64> {
    let plain = (1..=15).contains(&bytes.len()) && bytes.first() != Some(&b'0');
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
    plain.then(|| bytes.iter().try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))).flatten()
}

/// Who a name is, and the name if it is a user's; nobody where there is none.
pub(crate) fn actor(mapping: &Mapping, text: &str) -> Option<(Actor, Option<(u64, String)>)> {
    if mapping.not_people.matches(text) && !text.is_empty() {
        return Some((Actor::Robot, None));
    }
    let id = mapping.known.person(text);
    (!is_empty(mapping, text)).then(|| (Actor::User(id), Some((id, text.to_owned()))))
}

pub(crate) fn value(plan: &Plan, column: usize, text: &str, form: FieldForm) -> Result<Value, Refusal> {
    let verdict = |junk: Option<junk::Junk>| junk.map_or(Value::Filled, Value::Junk);
    Ok(match form {
        FieldForm::Text => verdict(junk::text(text)),
        FieldForm::Choice => Value::Choice(id_of(text)),
        FieldForm::Phone => verdict(junk::phone(text).err()),
        FieldForm::Email => verdict(junk::email(text).err()),
        FieldForm::Date => Value::Date(moment(plan, column, text.as_bytes())?),
    })
}

/// The text of a column that the mapping has and the row fills.
pub(crate) fn text(
    plan: &Plan,
    record: &Record<'_>,
    column: Column,
) -> Result<Option<(usize, String)>, Refusal> {
    let Some(column) = plan.column(column) else { return Ok(None) };
    let bytes = record.field(column);
    let text = utf8(column, &bytes)?;
    Ok((!is_empty(&plan.mapping, text)).then(|| (column, text.to_owned())))
}

pub(crate) fn dated(plan: &Plan, record: &Record<'_>, column: Column) -> Result<Option<Moment>, Refusal> {
    match text(plan, record, column)? {
        Some((column, text)) => moment(plan, column, text.as_bytes()).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn needed(plan: &Plan, record: &Record<'_>, column: Column) -> Result<Moment, Refusal> {
    let column = plan.column(column).unwrap_or(usize::MAX);
    let bytes = record.field(column);
    if bytes.is_empty() {
        return Err(Refusal::at(column, "the date is empty", ""));
    }
    moment(plan, column, &bytes)
}

/// A date that is not before the day of the deal's creation.
pub(crate) fn later(
    plan: &Plan,
    record: &Record<'_>,
    column: Column,
    created: Moment,
) -> Result<Option<Moment>, Refusal> {
    let Some(at) = dated(plan, record, column)? else { return Ok(None) };
    let zone = plan.mapping.zone();
    if at < created && zone.day_of(at) < zone.day_of(created) {
        let index = plan.column(column).unwrap_or(usize::MAX);
        return Err(Refusal::at(index, "the date is before the deal's creation", ""));
    }
    Ok(Some(at))
}

pub(crate) fn moment(plan: &Plan, column: usize, bytes: &[u8]) -> Result<Moment, Refusal> {
    plan.mapping.dates.read(bytes).map_err(|undated| {
        let text = clipped(&String::from_utf8_lossy(bytes));
        Refusal::at(column, format!("«{text}» {undated}"), "the formats are in `dates`")
    })
}

pub(crate) fn utf8(column: usize, bytes: &[u8]) -> Result<&str, Refusal> {
    let hint = "name the file's encoding, such as encoding = \"windows-1251\"";
    std::str::from_utf8(bytes).map_err(|_| Refusal::at(column, "the text is not valid UTF-8", hint))
}

pub(crate) fn is_empty(mapping: &Mapping, text: &str) -> bool {
    text.is_empty() || mapping.empty.iter().any(|empty| empty == text)
}

/// Characters of a text that a message shows.
const SHOWN_CHARS_MAX: usize = 60;

pub(crate) fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
