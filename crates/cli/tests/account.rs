//! `takeroot account` as an operator uses it, against Workers on workerd.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use takeroot_stand::crm::{Crm, CrmServer};
use takeroot_stand::edge::Edge;
use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::{Options, Workerd};

const BODY: &str = "leads[add][0][id]=77&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3\
                    &leads[add][0][responsible_user_id]=5&leads[add][0][last_modified]=1790000000";
const FORM: &str = "application/x-www-form-urlencoded";

/// A server, and the desk in front of it.
struct Desk {
    workerd: Workerd,
    key: &'static str,
}

impl Desk {
    /// Nothing where the Worker was not built.
    fn start(name: &str, key: &'static str) -> Option<Self> {
        let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(std::fs::remove_dir_all(&state));
        let Some(mut options) = Options::from_env(state, key) else {
            skipped(name, "the Worker is built by `cargo xtask test`");
            return None;
        };
        options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "200".to_owned());
        Some(Self { workerd: Workerd::start(&options).unwrap(), key })
    }

    fn run(&self, arguments: &[&str]) -> Output {
        command(&self.workerd.url(), self.key).args(arguments).output().unwrap()
    }

    /// What it says where all is well.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says where something is to be mended.
    fn failing(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says where something is wrong.
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

fn command(server: &str, key: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_takeroot"));
    command.arg("account").env_clear().env("TAKEROOT_SERVER", server).env("OPERATOR_KEY", key);
    command
        .env("LANG", "en_GB.UTF-8")
        .env("TAKEROOT_CLIENT_SECRET", "a secret of the tests")
        .stdin(Stdio::null());
    command
}

/// The path of the first address that begins with a path.
fn path(text: &str, begins: &str) -> String {
    let line = text.lines().find(|line| line.contains(begins)).unwrap();
    line[line.find(begins).unwrap()..].to_owned()
}

/// The first or the last day that a replay wrote.
fn day_of(folder: &Path, last: bool) -> String {
    let days = std::fs::read_dir(folder.join("days")).unwrap().map(|file| file.unwrap().path());
    let mut days: Vec<PathBuf> = days.collect();
    days.sort();
    let day = if last { days.last() } else { days.first() };
    day.unwrap().file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn an_account_is_opened_kept_moved_and_deleted_from_the_desk() {
    let Some(here) = Desk::start("desk", "operator-key-of-the-desk") else { return };
    let there = Desk::start("desk-other", "operator-key-of-the-other-desk").unwrap();
    let edge = Edge::new(here.workerd.url(), here.key);
    assert!(here.says(&["list"]).contains("takeroot account add opens one"));

    let add =
        ["add", "--crm-id", "4600001", "--name", "Сад", "--host", "sad.amocrm.ru", "--zone", "Asia/Omsk"];
    let opened = here.says(&add);
    let hook = path(&opened, "/hooks/amocrm/");
    assert!(
        opened.contains("paste it into amoCRM") && opened.contains("/owner/amo-4600001?token="),
        "{opened}"
    );
    assert!(here.says(&["add", "--crm-id", "4600001", "--lang", "ru"]).contains("вставьте в amoCRM"));
    assert_eq!(edge.deliver(&hook, FORM, BODY.as_bytes()).unwrap().status, 200);
    edge.wait_until_published("amo-4600001", Duration::from_secs(60)).unwrap();
    assert_eq!(edge.deliver(&hook, FORM, b"{\"leads\":").unwrap().status, 200);

    let listed = here.says(&["list"]);
    assert!(
        listed.contains("amo-4600001") && listed.contains("Сад") && listed.contains("Asia/Omsk"),
        "{listed}"
    );
    let shown = here.says(&["show", "4600001"]);
    assert!(shown.contains("Сад") && shown.contains("webhooks kept"), "{shown}");
    assert!(!shown.contains("a secret of the tests") && !shown.contains("/hooks/"), "{shown}");
    assert!(!here.says(&["quarantine", "amo-4600001"]).contains("all that the CRM sent was read"));

    let written = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("amo-4600001-entry.json");
    std::fs::write(&written, r#"{"kind": "release", "day": "2026-09-21", "text": "Пакет 1"}"#).unwrap();
    let said = here.says(&["log", "4600001", "--add", written.to_str().unwrap()]);
    assert!(said.contains("under the number 1"), "{said}");
    assert!(here.says(&["log", "4600001"]).contains("Пакет 1"));

    let before = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("amo-4600001-before");
    drop(std::fs::remove_dir_all(&before));
    let example = |path| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path);
    let mut replay = Command::new(env!("CARGO_BIN_EXE_takeroot"));
    replay.arg("replay").arg("--map").arg(example("mappings/excel-deals.toml")).arg("--out").arg(&before);
    assert!(replay.arg(example("exports/excel-deals.csv")).output().unwrap().status.success());
    assert!(here.says(&["baseline", "4600001"]).contains("No days of before"));
    let uploaded = here.says(&["baseline", "4600001", "--from", before.to_str().unwrap()]);
    let (first, last) = (day_of(&before, false), day_of(&before, true));
    assert!(uploaded.contains(&format!("Uploaded: {first} to {last}.")), "{uploaded}");
    assert_eq!(here.says(&["baseline", "4600001"]), uploaded);
    std::fs::remove_file(before.join("days").join("2026-02-05.json")).unwrap();
    let refused = here.refuses(&["baseline", "4600001", "--from", before.to_str().unwrap()]);
    assert!(refused.contains("follow one another"), "{refused}");

    let book = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("amo-4600001.xlsx");
    drop(std::fs::remove_file(&book));
    let last = listed.lines().find(|line| line.contains("amo-4600001")).unwrap();
    let last = last.split_whitespace().last().unwrap();
    let written =
        here.says(&["days", "4600001", "--xlsx", book.to_str().unwrap(), "--from", last, "--to", last]);
    assert!(written.contains("days: 1"), "{written}");
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK"));

    let rotated = here.says(&["rotate", "amo-4600001"]);
    assert!(rotated.contains("until the next rotation"), "{rotated}");
    let hook = path(&rotated, "/hooks/amocrm/");
    let made = here.says(&["token", "amo-4600001", "--role", "reader", "--days", "7", "--note", "board"]);
    let token = path(&made, "amo-4600001.2.");
    let admitted = || edge.get("/v1/accounts/amo-4600001/days/2020-01-01", Some(&token)).unwrap().status;
    assert_eq!(admitted(), 404, "no data, but no refusal: {made}");
    assert!(here.says(&["tokens", "amo-4600001"]).contains("board"));
    assert!(here.says(&["revoke", "amo-4600001", "2"]).contains("is revoked"));
    assert_eq!(admitted(), 401);
    assert!(here.says(&["tokens", "amo-4600001"]).contains("revoked"));
    assert!(here.says(&["suspend", "amo-4600001"]).contains("suspended"));
    assert_eq!(edge.deliver(&hook, FORM, BODY.as_bytes()).unwrap().status, 403);
    assert!(here.says(&["show", "amo-4600001"]).contains("suspended since"));
    here.says(&["resume", "amo-4600001"]);
    let audit = here.says(&["audit", "amo-4600001"]);
    assert!(audit.contains("rotation") && audit.contains("suspension"), "{audit}");

    // To the other server, suspended so that nothing comes too late for the archive.
    here.says(&["suspend", "amo-4600001"]);
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("amo-4600001.jsonl.gz");
    drop(std::fs::remove_file(&file));
    let name = file.to_str().unwrap();
    assert!(here.says(&["export", "amo-4600001", name]).contains("as confidential as the CRM"));
    assert!(here.refuses(&["export", "amo-4600001", name]).contains("is there already"));
    assert!(here.refuses(&["import", name]).contains("delete amo-4600001 first"));
    let imported = there.says(&["import", name]);
    assert!(
        imported.contains("The archive is whole") && imported.contains("paste it into amoCRM"),
        "{imported}"
    );
    let moved = Edge::new(there.workerd.url(), there.key);
    let hook_there = path(&imported, "/hooks/amocrm/");
    assert_ne!(hook_there, hook);
    assert!(imported.contains("takeroot account resume amo-4600001"), "{imported}");
    assert_eq!(moved.deliver(&hook_there, FORM, BODY.as_bytes()).unwrap().status, 403);
    there.says(&["resume", "amo-4600001"]);
    assert_eq!(moved.deliver(&hook_there, FORM, b"leads[delete][0][id]=77").unwrap().status, 200);
    assert!(there.says(&["audit", "amo-4600001"]).contains("import"));
    assert!(there.says(&["tokens", "amo-4600001"]).contains("board"));

    // Nobody answers for a pipe; what was not asked is not deleted.
    assert!(here.refuses(&["delete", "amo-4600001"]).contains("--yes"));
    assert!(here.says(&["delete", "amo-4600001", "--yes"]).contains("nothing of it is left"));
    assert!(here.says(&["list"]).contains("takeroot account add opens one"));
    assert!(here.refuses(&["show", "amo-4600001"]).contains("takeroot account list"));

    // It comes back from its archive, but not from half of it.
    let packed = std::fs::read(&file).unwrap();
    std::fs::write(&file, &packed[..packed.len() / 2]).unwrap();
    assert!(here.refuses(&["import", name]).contains("damaged"));
    std::fs::write(&file, b"id;name\n").unwrap();
    assert!(here.refuses(&["import", name]).contains("no archive of an account"));
    std::fs::write(&file, &packed).unwrap();
    here.says(&["import", name]);
    here.says(&["resume", "amo-4600001"]);
    assert_eq!(
        edge.deliver(&hook, FORM, BODY.as_bytes()).unwrap().status,
        200,
        "the address is its own again"
    );
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let said = |server: &str, key: &str| {
        let output = command(server, key).arg("list").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said("http://127.0.0.1:9", "some key").contains("check --server"));
    assert!(said("http://takeroot.example", "some key").contains("https://"));
    let Some(desk) = Desk::start("desk-refused", "operator-key-of-the-desk") else { return };
    assert!(said(&desk.workerd.url(), "some other key").contains("set OPERATOR_KEY"));
    let told = desk.refuses(&["add", "--crm-id", "7", "--host", "sad.example"]);
    assert!(told.contains("is no host under .amocrm.ru"), "{told}");
}

#[test]
fn a_connected_account_is_seen_by_the_doctor_and_leaves_nothing_behind() {
    let name = "desk-connected";
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&state));
    let key = "operator-key-of-a-connected-desk";
    let Some(mut options) = Options::from_env(state, key) else {
        skipped(name, "the Worker is built by `cargo xtask test`");
        return;
    };
    let now = || i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let mut crm = Crm::of_weeks(11, now(), 1);
    let head = crm.company().users.iter().find(|user| user.is_head).unwrap().id;
    let (id, host) = (crm.company().crm_id.to_string(), crm.host());
    let token = crm.issue_long_lived(head, now() + 366 * 86_400);
    let crm = Arc::new(Mutex::new(crm));
    let server = CrmServer::start(0, Arc::clone(&crm), now).unwrap();
    options.outbound = vec!["127.0.0.1/32".to_owned()];
    options.vars.insert("CRM_ORIGIN".to_owned(), server.url());
    let desk = Desk { workerd: Workerd::start(&options).unwrap(), key };

    let file = |name: &str| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (token_file, archive) = (file("desk-connected.token"), file("desk-connected.jsonl.gz"));
    drop(std::fs::remove_file(&archive));
    std::fs::write(&token_file, &token).unwrap();
    let redirect = "https://takeroot.example/oauth";
    desk.says(&[
        "add",
        "--crm-id",
        &id,
        "--host",
        &host,
        "--zone",
        "Europe/Moscow",
        "--redirect-uri",
        redirect,
    ]);
    assert!(desk.failing(&["doctor", &id]).contains("The CRM is not connected"));
    desk.says(&["connect", &id, "--token-file", token_file.to_str().unwrap(), "--history-days", "0"]);
    Edge::new(desk.workerd.url(), key)
        .wait_until_published(&format!("amo-{id}"), Duration::from_secs(60))
        .unwrap();
    let well = desk.says(&["doctor"]);
    assert_eq!(well, format!("amo-{id}: is well.\n"));

    let address = crm.lock().unwrap().subscribed().pop().unwrap();
    crm.lock().unwrap().disable_webhook(&address);
    let told = desk.failing(&["doctor", &id, "--lang", "ru"]);
    assert!(told.contains("CRM отключила вебхуки") && told.contains("«Сохранить»"), "{told}");
    assert!(!told.contains(&token), "{told}");
    crm.lock().unwrap().enable_webhook(&address);
    assert_eq!(desk.says(&["doctor", &id]), well, "what was mended just now is not named");

    let gone = desk.says(&["uninstall", &id, archive.to_str().unwrap(), "--yes"]);
    assert!(gone.contains("the webhooks are removed in the CRM"), "{gone}");
    assert_eq!(crm.lock().unwrap().subscribed(), Vec::<String>::new());
    assert!(archive.metadata().unwrap().len() > 0);
    assert!(desk.refuses(&["show", &id]).contains("has none of this name"));
    assert!(desk.says(&["list"]).contains("takeroot account add opens one"));
}
