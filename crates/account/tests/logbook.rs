//! What people write down: kept, shown beside the figures, never in a figure's document.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_account::{Account, Failure};
use takeroot_core::account::AccountIndex;
use takeroot_core::logbook::{ENTRIES_MAX, Entry, EntryKind};
use takeroot_core::time::{Day, Moment};
use takeroot_stand::company::generate;
use told::{ENDS, Told, published};

const NOW: Moment = Moment(ENDS + 60);
const INDEX: &str = "index/amo-31846270";
const TEXT: &str = "Пакет 1: <b>звонки</b> \u{202e}в карточке";

fn account() -> Account {
    let told = Told::of(&generate(3, ENDS, 1), 400);
    told.account
}

fn entry(text: &str) -> Entry {
    Entry { day: Day(20_700), text: text.to_owned(), ..Entry::default() }
}

fn status<T: std::fmt::Debug>(answer: Result<T, Failure>) -> u16 {
    match answer {
        Err(Failure::Rejected(rejection)) => rejection.status,
        other => unreachable!("not refused: {other:?}"),
    }
}

#[test]
fn an_entry_is_written_otherwise_and_struck_out_by_its_number_which_is_given_once() {
    let account = account();
    let first = account.write_entry(entry("a"), "owner 1", NOW).unwrap();
    let second = account.write_entry(Entry { day: Day(20_600), ..entry("b") }, "owner 1", NOW).unwrap();
    assert_eq!((first.id, second.id), (1, 2));
    let done = Entry { done: Some(Day(20_710)), kind: EntryKind::Request, ..first };
    assert_eq!(account.write_entry(done.clone(), "owner 1", NOW).unwrap(), done);
    assert_eq!(account.logbook().unwrap().items, [second.clone(), done], "by day");
    assert_eq!(account.strike_entry(2, "operator", NOW).unwrap(), second);
    assert_eq!(status(account.strike_entry(2, "operator", NOW)), 404);
    assert_eq!(status(account.write_entry(second, "owner 1", NOW)), 404);
    assert_eq!(account.write_entry(entry("c"), "owner 1", NOW).unwrap().id, 3);
    let told = account.audit(None).unwrap().items;
    let acts: Vec<(&str, &str)> = told.iter().map(|e| (e.who.as_str(), e.detail.as_str())).take(2).collect();
    assert_eq!(acts, [("owner 1", "3"), ("operator", "2")], "the audit log names entries, not their texts");
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let account = account();
    assert_eq!(status(account.write_entry(entry(" "), "owner 1", NOW)), 422);
    assert_eq!(status(account.write_entry(entry(&"я".repeat(201)), "owner 1", NOW)), 422);
    for n in 0..ENTRIES_MAX {
        account.write_entry(entry(&n.to_string()), "owner 1", NOW).unwrap();
    }
    assert_eq!(status(account.write_entry(entry("one more"), "owner 1", NOW)), 422);
    assert_eq!(account.logbook().unwrap().items.len(), ENTRIES_MAX);
}

#[test]
fn the_page_s_index_tells_it_and_no_day_s_document_does() {
    let account = account();
    let before = published(&account, Moment(ENDS));
    assert!(published(&account, NOW).is_empty(), "nothing has changed");
    account.write_entry(entry(TEXT), "owner 1", NOW).unwrap();
    assert!(!account.status(NOW).unwrap().published);
    let documents = published(&account, NOW);
    assert_eq!(documents.keys().collect::<Vec<_>>(), [INDEX]);
    let index: AccountIndex = serde_json::from_str(&documents[INDEX]).unwrap();
    assert_eq!(index.logbook[0].text, TEXT);
    assert!(account.status(NOW).unwrap().published);
    assert!(published(&account, NOW).is_empty());
    account.strike_entry(1, "owner 1", NOW).unwrap();
    let index: AccountIndex = serde_json::from_str(&published(&account, NOW)[INDEX]).unwrap();
    assert!(index.logbook.is_empty());
    assert!(before.values().all(|text| !text.contains("Пакет")));
}
