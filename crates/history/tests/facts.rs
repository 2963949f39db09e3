//! What rows come to: the facts of deals and of events.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod world;

use proptest::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;
use takeroot_core::contribution::{Action, Count, Took};
use takeroot_core::fact::{Actor, Amount, Fact, Stage, Subject, Value, What};
use takeroot_core::junk::Junk;
use takeroot_history::{Known, id_of};
use world::{facts, figures, read, read_knowing};

const LOG: &str = r#"kind = "events"
zone = "Europe/Moscow"
[columns]
deal = "deal"
at = "at"
by = "by"
stage = "value"
reason = "value"
amount = "amount"
due = "due"
responsible = "owner"
[people]
not_people = ["bot*"]
[[event]]
when = { what = "lead" }
is = "arrived"
[[event]]
when = { what = "stage", value = "Won" }
is = "won"
[[event]]
when = { what = "stage", value = "No*" }
is = "lost"
[[event]]
when = { what = "stage" }
is = "stage"
[[event]]
when = { what = ["mail", "letter"] }
is = "answered"
way = "mail"
[[event]]
when = { what = "reply" }
is = "heard"
way = "chat"
[[event]]
when = { what = "task" }
is = "task_set"
[[event]]
when = { what = "done" }
is = "task_done"
[[event]]
when = { what = "owner" }
is = "assigned"
[[event]]
when = { what = "gone" }
is = "deleted"
[[event]]
when = { what = "view" }
is = "ignore"
[[event]]
when = { what = "note" }
is = "worked"
"#;

const HEADER: &str = "deal,at,by,what,value,amount,due,owner\n";

fn log(rows: &str) -> takeroot_history::History {
    read(LOG, &[format!("{HEADER}{rows}").as_bytes()]).unwrap()
}

#[test]
fn a_log_tells_the_life_of_a_lead() {
    let history = log("7,2025-03-03 10:00,bot 1,lead,,1000,,\n\
        7,2025-03-03 10:05,Зоя,stage,New,1000,,\n\
        7,2025-03-03 10:10,bot 2,mail,,1000,,\n\
        7,2025-03-03 10:20,Зоя,mail,,1000,,\n\
        7,2025-03-03 10:30,Зоя,note,,1500,,\n\
        7,2025-03-03 10:40,Зоя,view,,1500,,\n\
        7,2025-03-03 11:00,Зоя,task,,1500,2025-03-04 10:00,\n\
        7,2025-03-04 12:00,Лев,done,,1500,,\n\
        7,2025-03-04 13:00,Лев,owner,,1500,,Лев\n\
        7,2025-03-04 14:00,Лев,stage,Won,1500,,\n");
    let all = figures(&history);
    assert_eq!(
        (all.n(Count::Entered), all.n(Count::Won), all.n(Count::Lost), all.n(Count::Active)),
        (1, 1, 0, 0)
    );
    assert_eq!(
        (all.n(Count::Breached), all.times(Took::ResponseClock).median_s),
        (1, Some(1207)),
        "20 minutes"
    );
    let expected = [
        (Action::Moved, 1),
        (Action::Edited, 2),
        (Action::Mailed, 1),
        (Action::Other, 1),
        (Action::TaskSet, 1),
        (Action::TaskDone, 1),
    ];
    assert_eq!(all.acts, expected.into_iter().collect());
    let prices: Vec<Amount> = facts(&history)
        .iter()
        .filter_map(|observed| match &observed.fact.what {
            What::Deal(snapshot) => snapshot.price,
            _ => None,
        })
        .collect();
    assert_eq!(prices, [Amount(100_000), Amount(150_000)], "each once");
    assert_eq!(history.names().people.values().collect::<Vec<_>>().len(), 2);
}

#[test]
fn the_last_final_state_counts_unless_the_mapping_says_the_first() {
    let rows = "1,2025-03-03 10:00,Зоя,stage,New,,,\n\
        1,2025-03-03 11:00,Зоя,stage,No money,,,\n\
        1,2025-03-03 12:00,Зоя,stage,New,,,\n\
        1,2025-03-03 13:00,Зоя,stage,Won,,,\n";
    let all = figures(&log(rows));
    assert_eq!((all.n(Count::Won), all.n(Count::Lost), all.n(Count::Reopened)), (1, 0, 1));
    let first = LOG.replace("[columns]", "final = \"first\"\n[columns]");
    let history = read(&first, &[format!("{HEADER}{rows}").as_bytes()]).unwrap();
    let all = figures(&history);
    assert_eq!((all.n(Count::Won), all.n(Count::Lost), all.n(Count::Reopened)), (0, 1, 0));
    assert_eq!(all.acts[&Action::Other], 2, "what follows is still work");
    assert_eq!(history.names().reasons.values().collect::<Vec<_>>(), ["No money"]);
}

#[test]
fn rows_of_one_second_keep_the_order_of_their_lines() {
    let stages: String = (0..40).map(|n| format!("1,2025-03-03 10:00,Зоя,stage,S{n},,,\n")).collect();
    let history = log(&stages);
    let last = facts(&history).pop().unwrap().fact;
    let What::Deal(snapshot) = last.what else { panic!("{last:?}") };
    assert_eq!(snapshot.stage, Some(Stage::Open(id_of("S39"))));
}

#[test]
fn what_the_client_says_is_a_lead_and_nobodys_action() {
    let history = log("1,2025-03-03 10:00,Клиент,reply,,,,\n1,2025-03-03 10:05,Зоя,mail,,,,\n");
    let all = figures(&history);
    assert_eq!((all.n(Count::Entered), all.n(Count::InTime)), (1, 1));
    assert_eq!(all.acts, [(Action::Mailed, 1)].into_iter().collect());
}

#[test]
fn rows_without_a_rule_are_counted_and_shown() {
    let history = log("1,2025-03-03 10:00,Зоя,note,,,,\n1,2025-03-03 10:00,Зоя,fax,,,,\n");
    assert_eq!((history.counts().rows, history.counts().unmatched), (2, 1));
    assert_eq!(history.unmatched().collect::<Vec<_>>(), ["fax"]);
}

#[test]
fn a_rule_without_conditions_holds_for_every_row() {
    let plain = "kind = \"events\"\nzone = \"UTC\"\n[columns]\ndeal = \"deal\"\nat = \"at\"\nby = \"by\"\n\
        [[event]]\nis = \"worked\"\n";
    let history = read(plain, &[b"deal,at,by\n1,2025-03-03 10:00,5\n"]).unwrap();
    assert_eq!((history.counts().unmatched, facts(&history).len()), (0, 1));
}

#[test]
fn a_log_without_answers_has_no_leads_that_wait_for_ever() {
    let silent = LOG.replace("is = \"answered\"", "is = \"worked\"");
    let rows = "7,2025-03-03 10:00,bot 1,lead,,,,\n7,2025-03-05 10:05,Зоя,stage,New,,,\n";
    let history = read(&silent, &[format!("{HEADER}{rows}").as_bytes()]).unwrap();
    let all = figures(&history);
    assert!(!history.covers_answers());
    assert_eq!(
        (all.n(Count::Entered), all.n(Count::Waiting), all.n(Count::Breached), all.n(Count::Active)),
        (1, 0, 0, 1)
    );
    let all = figures(&log(rows));
    assert_eq!(
        (all.n(Count::Entered), all.n(Count::Waiting), all.n(Count::Breached), all.n(Count::Active)),
        (1, 1, 1, 1)
    );
}

#[test]
fn names_that_a_policy_knows_keep_its_ids() {
    let known = Known {
        people: HashMap::from([("Зоя".to_owned(), 11)]),
        stages: HashMap::from([(0, HashMap::from([("New".to_owned(), 22)]))]),
        ..Known::default()
    };
    let file = format!("{HEADER}1,2025-03-03 10:00,Зоя,stage,New,,,\n");
    let history = read_knowing(LOG, known, file.as_bytes());
    let fact = facts(&history).pop().unwrap().fact;
    assert_eq!(fact.by, Actor::User(11));
    assert!(matches!(fact.what, What::Deal(snapshot) if snapshot.stage == Some(Stage::Open(22))));
    assert_eq!(history.names().people[&11], "Зоя");
}

const DEALS: &str = r#"kind = "deals"
zone = "Europe/Moscow"
empty = ["-"]
[columns]
deal = "id"
created = "created"
created_by = "author"
closed = "closed"
modified = "modified"
responsible = "owner"
stage = "stage"
amount = "sum"
due = "task"
[stages]
won = "Won"
lost = "Lost*"
[people]
not_people = "robot"
[fields]
note = 5
kind = { id = 6, as = "choice" }
"#;

fn deals(rows: &str) -> takeroot_history::History {
    let header = "id;created;author;closed;modified;owner;stage;sum;task;note;kind\n";
    read(DEALS, &[format!("{header}{rows}").as_bytes()]).unwrap()
}

#[test]
fn a_row_of_deals_is_its_creation_and_its_present_state() {
    let history = deals(
        "1;03.03.2025 10:00;Зоя;-;05.03.2025 11:00;Зоя;Talks;1 500,50;04.03.2025 10:00;нет;big\n\
         2;03.03.2025 10:00;robot;06.03.2025;07.03.2025 11:00;Лев;Won;;;;\n\
         3;03.03.2025 10:00;robot;;07.03.2025 11:00;Лев;Lost: price;;;;\n",
    );
    let all = figures(&history);
    assert_eq!(
        (
            all.n(Count::Entered),
            all.n(Count::ByHand),
            all.n(Count::Won),
            all.n(Count::Lost),
            all.n(Count::Active)
        ),
        (0, 1, 1, 1, 1)
    );
    assert_eq!((all.n(Count::Overdue), all.n(Count::Reopened)), (1, 0));
    assert_eq!(all.acts, [(Action::Created, 1)].into_iter().collect());
    let of = |deal| {
        let own: Vec<Fact> = facts(&history)
            .into_iter()
            .map(|observed| observed.fact)
            .filter(|fact| fact.subject == Subject::Deal(deal))
            .collect();
        own
    };
    let [opened, present] = of(1).try_into().unwrap();
    assert_eq!(opened.at.to_string(), "2025-03-03T07:00:00Z");
    assert_eq!(present.at.to_string(), "2025-03-05T08:00:00Z");
    let What::Deal(snapshot) = present.what else { panic!() };
    assert_eq!((snapshot.price, snapshot.stage), (Some(Amount(150_050)), Some(Stage::Open(id_of("Talks")))));
    assert_eq!(snapshot.fields, [(5, Value::Junk(Junk::Placeholder)), (6, Value::Choice(id_of("big")))]);
    assert_eq!(of(2)[1].at.to_string(), "2025-03-05T21:00:00Z", "closed that day, not when last edited");
}

#[test]
fn exports_of_two_days_show_a_move_between_them() {
    let header = "id;created;author;closed;modified;owner;stage;sum;task;note;kind\n";
    let row =
        |stage: &str, modified: &str| format!("{header}1;03.03.2025 10:00;Зоя;;{modified};Зоя;{stage};;;;\n");
    let (one, two) = (row("Talks", "04.03.2025"), row("Won", "06.03.2025"));
    let history = read(DEALS, &[one.as_bytes(), two.as_bytes(), two.as_bytes()]).unwrap();
    let all = figures(&history);
    assert_eq!(
        (all.n(Count::ByHand), all.n(Count::Won), all.n(Count::Reopened), all.n(Count::Active)),
        (1, 1, 0, 0)
    );
    assert_eq!(facts(&history).len(), 3, "one creation and two states");
}

#[test]
fn dates_before_the_creation_are_refused_unless_they_only_lack_a_time() {
    let history = deals("1;03.03.2025 10:00;Зоя;03.03.2025;;Зоя;Won;;;;\n");
    assert_eq!(figures(&history).n(Count::Won), 1);
    let good: String = (10..60).map(|n| format!("{n};03.03.2025 10:00;Зоя;;;Зоя;Talks;;;;\n")).collect();
    let history = deals(&format!(
        "1;03.03.2025 10:00;Зоя;02.03.2025;;Зоя;Won;;;;\n\
         2;03.03.2025 10:00;Зоя;;;Зоя;Talks;по договору;;;\n{good}"
    ));
    let rejected: Vec<String> = history.rejects().first().map(ToString::to_string).collect();
    assert_eq!(rejected[0], "1.csv:2, column «closed»: the date is before the deal's creation");
    assert!(rejected[1].starts_with("1.csv:3, column «sum»: «по договору» is not an amount (name"));
}

/// Every example with its export: entered, won, lost, open, rejected.
#[test]
fn the_examples_come_to_their_counts() {
    let cases = [
        ("amocrm-deals", (0, 3, 3, 6), 0),
        ("bitrix24-deals", (0, 3, 2, 5), 0),
        ("excel-deals", (12, 4, 2, 6), 1),
    ];
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for (name, expected, rejected) in cases {
        let mapping = std::fs::read_to_string(examples.join(format!("mappings/{name}.toml"))).unwrap();
        let export = std::fs::read(examples.join(format!("exports/{name}.csv"))).unwrap();
        let history = read(&mapping, &[&export]).unwrap();
        let all = figures(&history);
        assert_eq!(
            (all.n(Count::Entered), all.n(Count::Won), all.n(Count::Lost), all.n(Count::Active)),
            expected,
            "{name}"
        );
        assert_eq!(history.rejects().rows(), rejected, "{name}");
        assert_eq!(all.n(Count::Unanswered), 0, "{name}");
    }
}

proptest! {
    #[test]
    fn no_fact_contains_a_text_of_the_file(
        rows in prop::collection::vec(("[А-Я]{6,9}", "[А-Я]{6,9}", "[А-Я]{6,9}", "[А-Я]{6,9}"), 1..20),
    ) {
        let mut file = "id;created;author;closed;modified;owner;stage;sum;task;note;kind\n".to_owned();
        for (deal, person, stage, note) in &rows {
            file += &format!("{deal};03.03.2025 10:00;{person};;;{person};{stage};10;05.03.2025;{note};{note}\n");
        }
        let history = read(DEALS, &[file.as_bytes()]).unwrap();
        let told = facts(&history);
        prop_assert!(told.len() >= rows.len());
        for observed in told {
            let text = serde_json::to_string(&observed.fact).unwrap();
            prop_assert!(text.is_ascii(), "{}", text);
        }
    }
}
