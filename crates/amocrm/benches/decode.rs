//! Decoding against the floor, a flat `form_urlencoded` pass over the same bytes, and beside serde_qs, in interleaved
//! rounds.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

#[path = "../../core/benches/row/mod.rs"]
mod row;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use row::{Question, Times, measure};
use serde::Deserialize;
use serde_json::Value;
use takeroot_amocrm::Form;
use takeroot_amocrm::hook::{self, Context};
use takeroot_core::time::Moment;

const OWN_BODY: &str = "own body";

const TIMES: Times = Times { rounds: 101, passes: 100, answers: 1 };

/// The first is the floor.
const QUESTIONS: [Question<Vec<u8>>; 5] = [
    Question::new("flat form_urlencoded", |body| flat(body)),
    Question::new("Form::decode", |body| decode(body)),
    Question::new("hook::read, to facts", |body| facts(body)),
    Question::new("serde_qs 1.1.3, to a tree (serde_json)", |body| by_serde_qs::<Value>(body)),
    Question::new("serde_qs 1.1.3, to a struct of this body", |body| by_serde_qs::<Body>(body)),
];

/// Its standard depth is 5, and a field's value lies at 8; brackets come escaped, too.
const SERDE_QS: serde_qs::Config = serde_qs::Config::new().max_depth(12).use_form_encoding(true);

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Body {
    leads: BTreeMap<String, Vec<Lead>>,
    account: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Lead {
    id: u64,
    name: String,
    status_id: u64,
    price: u64,
    custom_fields: Vec<CustomField>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct CustomField {
    id: u64,
    name: String,
    values: Vec<CustomValue>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct CustomValue {
    value: String,
    r#enum: String,
}

fn main() -> std::io::Result<()> {
    let raw = lead_update(20);
    let escaped = raw.replace('[', "%5B").replace(']', "%5D");
    compare(OWN_BODY, raw.as_bytes());
    // What others read, too.
    if let Some(file) = std::env::var_os("TAKEROOT_BODY_FILE") {
        std::fs::write(file, &raw)?;
    }
    compare("own body, brackets escaped", escaped.as_bytes());
    let cases = std::env::var("TAKEROOT_CASES").unwrap_or_else(|_| "../shared".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match std::fs::read(root.join(&cases).join("payloads/amocrm-large-body.form")) {
        Ok(body) => compare("amocrm-large-body.form", &body),
        Err(_) => println!(
            "decoding amocrm-large-body.form\thook::read, to facts\tskipped: not in {cases} (TAKEROOT_CASES)"
        ),
    }
    Ok(())
}

fn flat(body: &[u8]) -> usize {
    form_urlencoded::parse(body).map(|(key, value)| black_box(key.len() + value.len())).sum()
}

fn decode(body: &[u8]) -> usize {
    black_box(Form::decode(body)).map_or(0, |form| form.root().children().count())
}

fn by_serde_qs<'a, T: Deserialize<'a>>(body: &'a [u8]) -> usize {
    let read: Result<T, _> = black_box(SERDE_QS.deserialize_bytes(body));
    usize::from(read.is_ok())
}

fn facts(body: &[u8]) -> usize {
    let context =
        Context { received_at: Moment(1_800_000_000), account: None, identity_key: b"bench", policy: None };
    black_box(hook::read(body, &context)).map_or(0, |reading| reading.facts.len())
}

fn compare(name: &str, body: &[u8]) {
    let pairs = form_urlencoded::parse(body).count();
    let table = format!("decoding {name}, {} bytes, {pairs} pairs", body.len());
    assert_eq!(by_serde_qs::<Value>(body) + by_serde_qs::<Body>(body), 2, "{name}: serde_qs cannot read it");
    measure(&table, &body.to_vec(), TIMES, &QUESTIONS);
}

/// A lead's update with this many filled fields.
fn lead_update(fields: usize) -> String {
    let lead = "leads[update][0]";
    let mut body =
        format!("{lead}[id]=30110267&{lead}[name]=Кухня&{lead}[status_id]=143&{lead}[price]=75000");
    body = body.replace("Кухня", "%D0%9A%D1%83%D1%85%D0%BD%D1%8F");
    let _ = write!(body, "&{lead}[old_status_id]=5520113");
    for at in 0..fields {
        let field = format!("{lead}[custom_fields][{at}]");
        let _ = write!(body, "&{field}[id]={}", 610_000 + at);
        let _ = write!(body, "&{field}[name]=%D0%A6%D0%B2%D0%B5%D1%82%20{at}");
        let _ = write!(body, "&{field}[values][0][value]=%D0%91%D0%B5%D0%BB%D1%8B%D0%B9%20%D1%8F%D1%81{at}");
        let _ = write!(body, "&{field}[values][0][enum]={at}");
    }
    body + "&account[id]=5310221&account[subdomain]=kuhni"
}
