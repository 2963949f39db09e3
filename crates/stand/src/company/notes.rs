//! The JSON that notes carry inside a form value.

use std::fmt::Write;

use serde::Serialize;

use super::entities::{Call, Mail, Note, NoteKind};

/// The CRM's number for a kind of note.
pub(super) fn number(kind: &NoteKind) -> u8 {
    match kind {
        NoteKind::Text(_) => 4,
        NoteKind::CallIn(_) => 10,
        NoteKind::CallOut(_) => 11,
        NoteKind::Mail(_) => 15,
    }
}

pub(super) fn text(note: &Note) -> String {
    match &note.what {
        NoteKind::Text(text) => (*text).to_owned(),
        NoteKind::CallIn(call) | NoteKind::CallOut(call) => call_text(call, note.responsible),
        NoteKind::Mail(mail) => mail_text(mail),
    }
}

/// Who wrote a note: amoCRM repeats it as JSON beside the text.
pub(super) fn metadata(id: u64, author_name: &str) -> String {
    #[derive(Serialize)]
    struct Metadata<'a> {
        event_source: EventSource<'a>,
    }
    #[derive(Serialize)]
    struct EventSource<'a> {
        id: u64,
        author_name: &'a str,
        r#type: u8,
    }
    json(&Metadata { event_source: EventSource { id, author_name, r#type: 1 } })
}

fn call_text(call: &Call, responsible: u64) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "UPPERCASE")]
    struct Text<'a> {
        uniq: &'a str,
        link: String,
        phone: &'a str,
        duration: i64,
        src: &'a str,
        #[serde(rename = "call_status")]
        status: u8,
        #[serde(rename = "call_result")]
        result: &'a str,
        #[serde(rename = "call_responsible")]
        responsible: u64,
    }
    let talked = call.duration_secs > 0;
    json(&Text {
        uniq: &call.uniq,
        link: if talked { format!("https://ats.example/rec/{}.mp3", call.uniq) } else { String::new() },
        phone: &call.phone,
        duration: call.duration_secs,
        src: "ats",
        status: call.status,
        result: if talked { "Разговор состоялся" } else { "" },
        responsible,
    })
}

fn mail_text(mail: &Mail) -> String {
    #[derive(Serialize)]
    struct Text<'a> {
        thread_id: &'a str,
        message_id: &'a str,
        private: bool,
        income: bool,
        from: Address<'a>,
        to: Address<'a>,
        version: u8,
        subject: &'a str,
        access_granted: &'a str,
        content_summary: &'a str,
        attach_cnt: u8,
    }
    #[derive(Serialize)]
    struct Address<'a> {
        email: &'a str,
        name: &'a str,
    }
    let client = Address { email: &mail.client_email, name: &mail.client };
    let company = Address { email: "zakaz@upakovka.example", name: "Пример-Упаковка" };
    let (from, to) = if mail.income { (client, company) } else { (company, client) };
    json(&Text {
        thread_id: &mail.thread,
        message_id: &mail.message,
        private: false,
        income: mail.income,
        from,
        to,
        version: 2,
        subject: mail.subject,
        access_granted: "",
        content_summary: "",
        attach_cnt: u8::from(!mail.income),
    })
}

/// JSON as PHP's `json_encode` writes it: ASCII only, slashes escaped.
fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'/') => out.push_str("\\/"),
            Ok(byte) if byte.is_ascii() => out.push(byte.into()),
            _ => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}
