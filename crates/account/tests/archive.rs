//! An account travels to another server as an archive.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use std::collections::BTreeMap;
use std::rc::Rc;
use takeroot_account::database::{Database, Outcome, StoreError, Value};
use takeroot_account::native::Native;
use takeroot_account::{
    Account, ArchiveLine, Failure, GrantRequest, Imported, Rejection, Role, Status, Store, Vault, import,
};
use takeroot_core::account::{AccountRecord, AccountRequest, Secret};
use takeroot_core::logbook::Entry;
use takeroot_core::policy::Policy;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account::{CLIENT_SECRET, request};
use takeroot_stand::company::{Delivery, History, generate};
use told::facts;
use told::publish;

const KEY: &[u8] = b"a key of an operator";
const ENDS: i64 = 1_793_000_000;
const AT: Moment = Moment(ENDS + 3600);
/// Many pages even of few facts.
const PAGE_BYTES: usize = 20_000;

/// A database that outlives its store, as the edge's does.
#[derive(Clone, Debug)]
struct Disk(Rc<Native>);

impl Disk {
    fn new() -> Self {
        Self(Rc::new(Native::in_memory().unwrap()))
    }

    fn opened(&self, at: Moment) -> Result<Account, Failure> {
        Account::open(Store::find(Box::new(self.clone())).unwrap().unwrap(), &elsewhere(), at)
    }

    fn take(&self, account: &str, page: &str) -> Result<Imported, Failure> {
        import(Box::new(self.clone()), account, page.as_bytes(), &elsewhere(), AT)
    }

    /// The status and the hint with which a page is refused.
    fn refusal(&self, account: &str, page: &str) -> (u16, String) {
        let Rejection { status, hint, .. } = rejection(self.take(account, page));
        (status, hint)
    }
}

impl Database for Disk {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        self.0.run(query, values)
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        self.0.transact(body)
    }
}

fn rejection<T: std::fmt::Debug>(answer: Result<T, Failure>) -> Rejection {
    match answer {
        Err(Failure::Rejected(rejection)) => rejection,
        other => unreachable!("not refused: {other:?}"),
    }
}

fn vault(key: &str) -> Vault {
    Vault::new(key, None, |bytes| bytes.fill(1)).unwrap()
}

fn here() -> Vault {
    vault("a storage key of more than thirty-two bytes")
}

fn elsewhere() -> Vault {
    vault("the other server's key, another one altogether")
}

fn opened(history: &History) -> Account {
    let store = Store::open(Box::new(Native::in_memory().unwrap())).unwrap();
    Account::keep(store, request(history), KEY, &here(), Moment(history.since)).unwrap()
}

fn told(account: &Account, deliveries: &[Delivery]) {
    for delivery in deliveries {
        account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
    }
}

fn pages(account: &Account, at: Moment) -> Vec<String> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = account.export(cursor.as_deref(), PAGE_BYTES, at).unwrap();
        pages.push(page.text);
        cursor = page.next;
        if cursor.is_none() {
            return pages;
        }
    }
}

fn imported(pages: &[String]) -> Disk {
    let disk = Disk::new();
    for (n, page) in pages.iter().enumerate() {
        let taken = disk.take(&name(pages), page).unwrap();
        assert_eq!(taken, Imported { next: n as u64 + 1, done: n + 1 == pages.len() });
    }
    disk
}

fn name(pages: &[String]) -> String {
    match serde_json::from_str(pages[0].lines().next().unwrap()).unwrap() {
        ArchiveLine::Header(header) => header.record.account,
        other => unreachable!("{other:?}"),
    }
}

/// How it stands, but for what this life of it has written.
fn status(account: &Account, at: Moment) -> Status {
    Status { rows_written: 0, ..account.status(at).unwrap() }
}

fn assert_same(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (key, text) in one {
        let differs = text.bytes().zip(other[key].bytes()).position(|(a, b)| a != b);
        let from = differs.unwrap_or(0).saturating_sub(40);
        let near = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[from..]).chars().take(90).collect::<String>()
        };
        assert!(other.get(key) == Some(text), "{key}\n{}\n{}", near(text), near(&other[key]));
    }
}

#[test]
fn an_account_goes_on_elsewhere_as_if_it_had_always_been_there() {
    let history = generate(5, ENDS, 2);
    let (first, second) = history.deliveries.split_at(history.deliveries.len() / 2);
    let moved_at = Moment(first.last().unwrap().at + 60);
    let old = opened(&history);
    told(&old, first);
    old.deliver(1, b"{\"leads\":", moved_at).unwrap();
    old.grant(GrantRequest { role: Role::Reader, note: "совет".to_owned(), days: Some(30) }, "x", moved_at)
        .unwrap();
    let entry = Entry { text: "Пакет 1".to_owned(), ..Entry::default() };
    old.write_entry(entry, "x", moved_at).unwrap();
    let policies = serde_json::to_string(&[Policy::standard("Europe/Moscow")]).unwrap();
    let baseline = format!(r#"{{"policies": {policies}, "days": [{{"day": "2001-01-01"}}]}}"#);
    old.upload_baseline(&baseline, "x", moved_at).unwrap();
    let (mut here, mut there) = (BTreeMap::new(), BTreeMap::new());
    publish(&old, moved_at, &mut here);

    let pages = pages(&old, moved_at);
    assert!(pages.len() > 10, "{}", pages.len());
    let disk = imported(&pages);
    let new = disk.opened(moved_at).unwrap();
    let record = AccountRecord { client_secret: Secret::default(), ..old.record().clone() };
    assert_eq!(*new.record(), record, "all but the client secret");
    assert_eq!(new.publishes_at(0).unwrap(), i64::MAX, "nothing before all of it is judged");
    publish(&new, moved_at, &mut there);
    assert!(new.publishes_at(0).unwrap() < i64::MAX);
    assert_same(&here, &there);
    assert!(here.len() > 14, "{}", here.len());
    assert_eq!(status(&new, moved_at), status(&old, moved_at));
    assert_eq!(status(&new, moved_at).quarantined, 1);
    assert_eq!(new.grants().unwrap(), old.grants().unwrap());
    assert_eq!(new.logbook().unwrap(), old.logbook().unwrap());
    assert_eq!(new.logbook().unwrap().items.len(), 1);
    assert_eq!(new.baseline().unwrap(), old.baseline().unwrap());
    assert!(new.baseline().unwrap().uploaded.is_some());
    let acts = |account: &Account| {
        account.audit(None).unwrap().items.into_iter().map(|entry| entry.what).collect::<Vec<_>>()
    };
    assert_eq!(
        acts(&old),
        ["export", "baseline uploaded", "log", "grant", "opening"],
        "once, not with every page"
    );
    assert_eq!(acts(&new), ["import", "export", "baseline uploaded", "log", "grant", "opening"]);

    // What follows is understood there as here, what came before is known, and a repetition changes nothing.
    for account in [&old, &new] {
        told(account, second);
        told(account, &first[first.len() - 50..]);
    }
    publish(&old, AT, &mut here);
    publish(&new, AT, &mut there);
    assert_same(&here, &there);
    assert!(new.recompute(AT).unwrap().equal);
    assert_eq!(facts(&new), facts(&old));
    assert_eq!(status(&new, AT), status(&old, AT));
}

#[test]
fn revisions_go_on() {
    let history = generate(3, ENDS, 1);
    let (first, second) = history.deliveries.split_at(history.deliveries.len() / 2);
    let old = opened(&history);
    let (mut here, mut there) = (BTreeMap::new(), BTreeMap::new());
    told(&old, first);
    publish(&old, AT, &mut here);
    told(&old, second);
    publish(&old, AT.plus(60), &mut here);
    publish(&imported(&pages(&old, AT)).opened(AT).unwrap(), AT.plus(120), &mut there);
    // They differ in the moment up to which they count, and in nothing else.
    let timeless = |kv: BTreeMap<String, String>| -> BTreeMap<String, serde_json::Value> {
        let mut kv: BTreeMap<String, serde_json::Value> =
            kv.into_iter().map(|(key, text)| (key, serde_json::from_str(&text).unwrap())).collect();
        kv.values_mut().for_each(|document| {
            drop(document["envelope"].as_object_mut().map(|envelope| envelope.remove("as_of")))
        });
        kv
    };
    let (here, there) = (timeless(here), timeless(there));
    assert!(here.values().any(|document| document["envelope"]["revision"] == 2));
    assert_eq!(here, there);
}

#[test]
fn what_was_sealed_travels_as_what_it_adds() {
    let history = generate(5, ENDS, 2);
    let old = opened(&history);
    told(&old, &history.deliveries);
    let later = AT.plus(500 * DAY_S);
    let (mut here, mut there) = (BTreeMap::new(), BTreeMap::new());
    while old.settle(later).unwrap() {}
    while old.tidy(later).unwrap() {}
    assert!(status(&old, later).sealed > 20, "{:?}", status(&old, later));
    publish(&old, later, &mut here);
    let new = imported(&pages(&old, later)).opened(later).unwrap();
    publish(&new, later, &mut there);
    assert_same(&here, &there);
    assert!(new.recompute(later).unwrap().equal);
    // What comes of a sealed deal is too late there as here; a client who comes back is known.
    for account in [&old, &new] {
        for delivery in history.deliveries.iter().step_by(3) {
            account.deliver(1, delivery.body.as_bytes(), later.plus(60)).unwrap();
        }
    }
    publish(&old, later.plus(120), &mut here);
    publish(&new, later.plus(120), &mut there);
    assert_same(&here, &there);
    assert!(old.recompute(later.plus(120)).unwrap().equal && new.recompute(later.plus(120)).unwrap().equal);
    assert_eq!(status(&new, later), status(&old, later));
}

#[test]
fn an_archive_tells_no_secret() {
    let history = generate(3, ENDS, 1);
    let old = opened(&history);
    told(&old, &history.deliveries[..20]);
    let text = pages(&old, AT).concat();
    assert!(!text.contains(CLIENT_SECRET));
    assert!(text.contains(&old.record().identity_key.to_string()), "or clients would not be known again");
    let disk = imported(&pages(&old, AT));
    let kept = disk.run("SELECT value FROM meta", &[]).unwrap().rows;
    let key = old.record().identity_key.to_string();
    assert!(kept.iter().all(|row| !row.get::<&str>("value").unwrap().contains(&key)), "it lies sealed");
    // The client secret is set anew.
    let store = Store::open(Box::new(disk.clone())).unwrap();
    let wish = AccountRequest { client_secret: Secret("new".to_owned()), ..request(&history) };
    let new = Account::keep(store, wish, b"another operator's key", &elsewhere(), AT).unwrap();
    assert_eq!(
        *new.record(),
        AccountRecord { client_secret: Secret("new".to_owned()), ..old.record().clone() }
    );
}

#[test]
fn what_is_told_while_pages_are_read_is_in_the_archive_or_not() {
    let history = generate(4, ENDS, 1);
    let old = opened(&history);
    let (first, second) = history.deliveries.split_at(history.deliveries.len() / 2);
    told(&old, first);
    let (mut texts, mut cursor, mut late) = (Vec::new(), None, second.iter());
    loop {
        let page = old.export(cursor.as_deref(), PAGE_BYTES, AT).unwrap();
        texts.push(page.text);
        late.by_ref().take(7).for_each(|d| drop(old.deliver(1, d.body.as_bytes(), Moment(d.at)).unwrap()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let new = imported(&texts).opened(AT).unwrap();
    assert!(new.recompute(AT).unwrap().equal);
    for account in [&old, &new] {
        told(account, &history.deliveries);
        while account.settle(AT).unwrap() {}
    }
    let (mut here, mut there) = (BTreeMap::new(), BTreeMap::new());
    publish(&old, AT, &mut here);
    publish(&new, AT, &mut there);
    assert_same(&here, &there);
    assert_eq!(facts(&new), facts(&old));
}

#[test]
fn a_broken_archive_opens_nothing() {
    let history = generate(3, ENDS, 1);
    let old = opened(&history);
    told(&old, &history.deliveries[..200]);
    let pages = pages(&old, AT);
    let (name, last) = (name(&pages), pages.len() - 1);
    assert!(last > 3);

    // Out of turn: nothing is lost by it, and the hint names the page.
    let disk = Disk::new();
    assert_eq!(disk.refusal(&name, &pages[1]), (409, "send page 0; the first one is 0".to_owned()));
    assert!(Store::find(Box::new(disk.clone())).unwrap().is_none(), "no tables by being asked");
    for page in &pages[..2] {
        disk.take(&name, page).unwrap();
    }
    assert_eq!(disk.refusal(&name, &pages[3]), (409, "send page 2; the first one is 0".to_owned()));
    // Repetitions are fine; the first page says where to go on.
    for page in [&pages[1], &pages[0]] {
        assert_eq!(disk.take(&name, page).unwrap(), Imported { next: 2, done: false });
    }
    let other = pages[1].replace("\"raw\",[2", "\"raw\",[1");
    assert_eq!(disk.refusal(&name, &other).0, 409, "another page under this number");
    // Until the last page nobody is here, and nobody can be opened over it.
    assert_eq!(rejection(disk.opened(AT)).status, 409);
    let store = Store::open(Box::new(disk.clone())).unwrap();
    assert_eq!(store.holds().unwrap().as_ref(), Some(&name));
    assert_eq!(rejection(Account::keep(store, request(&history), KEY, &elsewhere(), AT)).status, 409);

    // What is no page is refused with its line, and the right one taken after it.
    let half = &pages[2][..pages[2].len() / 2];
    let cut = &half[..=half.rfind('\n').unwrap()];
    let unknown = pages[2].replacen("[\"raw\",", "[\"cellar\",", 1);
    let columns = pages[2].replacen("[\"raw\",[", "[\"raw\",[0,", 1);
    let journal =
        ["[\"deal:1\",0,3,\"\"]", "[\"deal\",0,0,\"\"]", "[\"deal:1\",0,1,\"x\\n\"]", "[1,0,0,\"\"]"]
            .map(|row| format!("{{\"page\":2}}\n{{\"row\":[\"journal\",{row}]}}\n"));
    let others = [half, &unknown, &columns, "", "\n", "{}\n", "{\"page\":0}\n", "{\"page\":2}\n\n"];
    for page in others.into_iter().chain(journal.iter().map(String::as_str)) {
        let (status, hint) = disk.refusal(&name, page);
        assert!(status == 422 && hint.starts_with("line "), "{status} {hint}: {page}");
    }
    // A page that lost some whole lines is seen only at the end, as is a changed figure.
    disk.take(&name, cut).unwrap();
    for page in &pages[3..last] {
        disk.take(&name, page).unwrap();
    }
    let (status, hint) = disk.refusal(&name, &pages[last]);
    assert!(status == 422 && hint.contains("begin the import anew"), "{hint}");
    assert_eq!(rejection(disk.opened(AT)).status, 404, "nothing is left of it");
    let changed = pages[last].replacen("\"audit\",[1,", "\"audit\",[9,", 1);
    assert_ne!(changed, pages[last]);
    for page in &pages[..last] {
        disk.take(&name, page).unwrap();
    }
    assert_eq!(disk.refusal(&name, &changed).0, 422);

    // Begun anew it arrives; after that it is not taken twice, but for its repeated last page.
    for page in &pages {
        disk.take(&name, page).unwrap();
    }
    let new = disk.opened(AT).unwrap();
    assert_eq!(facts(&new), facts(&old));
    assert_eq!(disk.take(&name, &pages[last]).unwrap(), Imported { next: last as u64 + 1, done: true });
    let (status, hint) = disk.refusal(&name, &pages[0]);
    assert!(status == 409 && hint.contains("delete"), "{hint}");
}

#[test]
fn an_archive_of_another_account_or_release_is_refused() {
    let old = opened(&generate(3, ENDS, 1));
    let page = old.export(None, PAGE_BYTES, AT).unwrap().text;
    let name = old.record().account.clone();
    let disk = Disk::new();
    let (status, hint) = disk.refusal("amo-1", &page);
    assert!(status == 422 && hint.contains(&format!("/v1/accounts/{name}/archive")), "{hint}");
    let newer = [
        page.replacen("\"archive\":1", "\"archive\":2", 1),
        page.replacen("\"facts\"]", "\"facts\",\"colour\"]", 1),
        page.replacen("\"journal\":[", "\"cellar\":[", 1),
    ];
    for page in newer {
        let (status, hint) = disk.refusal(&name, &page);
        assert!(status == 422 && hint.contains("update the server"), "{hint}: {page}");
    }
    // One of an older release lacks what was added since.
    let older = page.replacen(",\"access\":[\"id\",\"body\"]", "", 1);
    let (status, hint) = disk.refusal(&name, &older.replacen("\"access\":[\"id\",\"body\"],", "", 1));
    assert!(status == 422 && hint.contains("its table is not in the header"), "{status} {hint}");
}

#[test]
fn nothing_is_forgotten_while_pages_are_read_and_a_cursor_ends() {
    let history = generate(3, ENDS, 1);
    let old = opened(&history);
    told(&old, &history.deliveries[..100]);
    let later = AT.plus(60 * DAY_S);
    let kept = old.status(AT).unwrap().deliveries;
    let first = old.export(None, PAGE_BYTES, later).unwrap();
    let cursor = first.next.as_deref();
    old.tidy(later.plus(60)).unwrap();
    assert_eq!(old.status(later).unwrap().deliveries, kept);
    // Each page gives another hour.
    let second = old.export(cursor, PAGE_BYTES, later.plus(3599)).unwrap();
    old.tidy(later.plus(3700)).unwrap();
    assert_eq!(old.status(later).unwrap().deliveries, kept);
    assert_eq!(rejection(old.export(cursor, PAGE_BYTES, later.plus(3600))).status, 410);
    old.export(second.next.as_deref(), PAGE_BYTES, later.plus(7198)).unwrap();
    old.tidy(later.plus(3 * 3600)).unwrap();
    assert_eq!(old.status(later).unwrap().deliveries, 0);
    for text in ["", "%", "e30", "bm90IGEgY3Vyc29y"] {
        assert_eq!(rejection(old.export(Some(text), PAGE_BYTES, later)).status, 400, "{text}");
    }
}
