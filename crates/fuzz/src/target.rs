//! Webhooks, answers of the API, tokens, policies, calendars, stored facts.

use serde_json::Value as Json;
use takeroot_amocrm::api::{self, Beside, Cutter};
use takeroot_amocrm::hook::{self, Context};
use takeroot_amocrm::{Form, Node, token};
use takeroot_core::calendar::Calendar;
use takeroot_core::fact::Fact;
use takeroot_core::policy::lint::lint_file;
use takeroot_core::policy::{PolicyFile, Rules};
use takeroot_core::time::{DAY_S, Day, Moment};
use takeroot_core::zone::Zone;

const NOW: Moment = Moment(1_795_172_400);
const CONTEXT: Context<'static> = Context {
    received_at: NOW,
    account: Some(30_100_001),
    identity_key: b"a key of the corpus",
    policy: None,
};

/// A body of a form becomes one tree, whose tables find each of their children.
pub(crate) fn form(input: &[u8]) {
    let Ok(form) = Form::decode(input) else { return };
    is_sound(form.root());
    let tree = form.to_json();
    if tree.as_object().is_some_and(|root| !root.is_empty()) {
        // Written as JSON a table loses its order, but only once.
        let again = |tree: &Json| {
            let written = serde_json::to_vec(tree).unwrap_or_default();
            Form::from_json(&written).map(|form| form.to_json()).ok()
        };
        let once = again(&tree);
        assert!(once.is_some(), "the tree of a form is a body in JSON");
        assert_eq!(once.as_ref().and_then(again), once, "a body in JSON is the same tree");
    }
}

fn is_sound(node: Node<'_>) {
    for (key, child) in node.children() {
        assert!(node.get(key).is_some_and(|found| found.text() == child.text()), "{key:?} is not found");
        is_sound(child);
    }
}

/// A webhook is facts that can be stored, or is refused with a reason.
pub(crate) fn hook(input: &[u8]) {
    match hook::read(input, &CONTEXT) {
        Ok(reading) => reading.facts.iter().for_each(is_stored),
        Err(rejected) => assert!(!rejected.to_string().is_empty(), "a refusal without a reason"),
    }
}

/// So is an answer of the API, whatever is read beside it.
pub(crate) fn api(input: &[u8]) {
    for (events, notes) in [(false, false), (true, true)] {
        match api::read(input, &CONTEXT, Beside { events, notes }) {
            Ok(reading) => reading.facts.iter().for_each(is_stored),
            Err(rejected) => assert!(!rejected.to_string().is_empty(), "a refusal without a reason"),
        }
    }
}

/// A fact is read back from storage as it was, under its key.
fn is_stored(fact: &Fact) {
    let stored = serde_json::to_string(fact).unwrap_or_default();
    let read: Fact = serde_json::from_str(&stored).unwrap_or_else(|error| panic!("{stored}: {error}"));
    assert_eq!(read, *fact, "{stored}");
    assert_eq!(read.key(), fact.key(), "{stored}");
    assert_eq!(serde_json::to_string(&read).ok(), Some(stored), "it is stored as it was");
}

/// A file of pages is cut the same however it is fed, and loses no page that is whole.
pub(crate) fn pages(input: &[u8]) {
    let cut = |piece: usize| {
        let (mut pages, mut cutter) = (Vec::new(), Cutter::default());
        let mut page = |line: u64, bytes: &[u8]| pages.push((line, bytes.to_vec()));
        input.chunks(piece).for_each(|piece| cutter.feed(piece, &mut page));
        cutter.finish(&mut page);
        pages
    };
    assert_eq!(cut(input.len().max(1)), cut(1 + input.len() % 7));
}

/// No token holds but one that was signed with the secret, whatever it claims.
pub(crate) fn token(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let claimed = token::claimed_account(text);
    let expected = token::Expected {
        account_id: claimed.unwrap_or(30_100_001),
        client_secret: "a secret that is in no file",
        redirect_uri: "https://takeroot.example/oauth",
        integration_id: None,
    };
    assert!(token::verify(text, &expected, NOW).is_err(), "signed without the secret: {text}");
    assert!(
        token::verify(text, &token::Expected { client_secret: "", ..expected }, NOW).is_err(),
        "no secret: {text}"
    );
}

/// A policy is read, found fault with, written and read again as it was; its rules compile or say why not.
pub(crate) fn policy(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let json = serde_json::from_str::<PolicyFile>(text).ok();
    let Some(file) = json.or_else(|| toml::from_str(text).ok()) else { return };
    let problems = lint_file(&file);
    assert_eq!(problems, lint_file(&file), "the same file has the same faults");
    let written = serde_json::to_string(&file).unwrap_or_default();
    let again: PolicyFile =
        serde_json::from_str(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!(again, file);
    if let Err(error) = Rules::compile(file.versions(), NOW.plus(-400 * DAY_S), NOW) {
        assert!(!error.to_string().is_empty(), "a refusal without a reason");
    }
}

/// Moments about which business time is asked, in days after the calendar's first.
const ASKED_DAYS: [i32; 4] = [1, 40, 41, 199];

/// Business time that is added is found between, and taken off again.
pub(crate) fn calendar(input: &[u8]) {
    let Ok(calendar) = serde_json::from_slice::<Calendar>(input) else { return };
    let Ok(zone) = Zone::named(&calendar.tz) else { return };
    let (from, to) = (Day(20_400), Day(20_600));
    let table = match calendar.compile(&zone, from, to) {
        Ok(table) => table,
        Err(error) => return assert!(!error.to_string().is_empty(), "a refusal without a reason"),
    };
    for start in ASKED_DAYS.map(|day| zone.start_of(from.plus(day)).plus(i64::from(day) * 311)) {
        for seconds in [1, 59, 3_600, 40 * 3_600] {
            let Ok(end) = table.add(start, seconds) else { continue };
            assert_eq!(table.between(start, end).ok(), Some(seconds), "from {start:?}");
            let begun = table.sub(end, seconds).ok();
            let back = begun.and_then(|begun| table.between(begun, end).ok());
            assert_eq!(back, Some(seconds), "back from {end:?}");
        }
    }
}

/// What storage holds of a fact is read as a fact, or not at all.
pub(crate) fn fact(input: &[u8]) {
    if let Ok(fact) = serde_json::from_slice::<Fact>(input) {
        is_stored(&fact);
    }
}
