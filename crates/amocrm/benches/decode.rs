//! Decoding against the floor: a flat `form_urlencoded` pass over the same bytes, in interleaved rounds.

#![expect(clippy::print_stdout, reason = "a benchmark is read on the terminal")]

#[path = "../../core/benches/row/mod.rs"]
mod row;

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use row::{Question, Times, measure};
use takeroot_amocrm::Form;
use takeroot_amocrm::hook::{self, Context};
use takeroot_core::time::Moment;

const OWN_BODY: &str = "own body";

const TIMES: Times = Times { rounds: 101, passes: 100, answers: 1 };

/// The first is the floor.
const QUESTIONS: [Question<Vec<u8>>; 3] = [
    Question::new("flat form_urlencoded", |body| flat(body)),
    Question::new("Form::decode", |body| decode(body)),
    Question::new("hook::read, to facts", |body| facts(body)),
];

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

fn facts(body: &[u8]) -> usize {
    let context =
        Context { received_at: Moment(1_800_000_000), account: None, identity_key: b"bench", policy: None };
    black_box(hook::read(body, &context)).map_or(0, |reading| reading.facts.len())
}

fn compare(name: &str, body: &[u8]) {
    let pairs = form_urlencoded::parse(body).count();
    let table = format!("decoding {name}, {} bytes, {pairs} pairs", body.len());
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
