//! Facts go on schedule, and no figure changes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_account::native::Native;
use takeroot_account::{Account, Failure, Store};
use takeroot_core::account::Retention;
use takeroot_core::contribution::Count;
use takeroot_core::fact::{Subject, What};
use takeroot_core::time::Moment;
use takeroot_stand::account::request;
use takeroot_stand::company::generate;
use told::{ENDS, KEY, Told, after, facts, published, vault};

/// Longer than anything lives here.
const NEVER: u32 = 3650;

#[test]
fn facts_of_deals_that_are_over_go_and_no_figure_changes() {
    let history = generate(5, ENDS, 1);
    let (mut one, twin) = (Told::of(&history, 90), Told::of(&history, NEVER));
    let facts = one.account.status(after(0)).unwrap().facts;
    for days in [80, 86, 89, 91] {
        let at = after(days);
        one = one.reopened(at);
        [&one, &twin].into_iter().for_each(|told| told.settle(at));
        one.tidy(at);
        assert!(one.account.recompute(at).unwrap().equal, "{days}");
        assert_eq!(one.totals(), twin.totals(), "{days}");
        assert!(!one.account.tidy(at).unwrap(), "once a day is enough");
    }
    let (status, at) = (one.account.status(after(91)).unwrap(), after(91));
    assert!(status.sealed > 25 && status.facts < facts - 50, "{status:?} of {facts}");
    assert_eq!(twin.account.status(at).unwrap().sealed, 0);
    // What is open stays; what was sealed has left nothing but its marker.
    for table in ["journal", "standing"] {
        let sealed = format!("SELECT COUNT(*) AS n FROM {table} JOIN sealed USING (subject)");
        assert_eq!(one.n(&sealed), 0, "{table}");
    }
    assert_eq!(one.n("SELECT COUNT(*) AS n FROM link JOIN sealed ON sealed.subject = link.deal"), 0);
    assert!(one.n("SELECT COUNT(*) AS n FROM journal WHERE subject LIKE 'deal:%'") > 0, "open deals stay");
    assert_eq!(one.n("SELECT COUNT(*) AS n FROM shared"), twin.n("SELECT COUNT(*) AS n FROM shared"));
    let (one, twin) = (published(&one.account, at), published(&twin.account, at));
    assert!(one.len() > 90, "{}", one.len());
    for (key, text) in &one {
        assert!(twin.get(key) == Some(text), "{key}");
    }
}

#[test]
fn sealing_goes_on_where_it_was_interrupted() {
    let history = generate(7, ENDS, 2);
    let mut told = Told::of(&history, 90);
    let at = after(120);
    told.settle(at);
    let totals = told.totals();
    for passes in 1.. {
        // A pass that breaks off in its middle does nothing.
        for statements in [3, 40, 200] {
            let sealed = told.account.status(at).unwrap().sealed;
            told.break_after(statements);
            let broken = told.account.tidy(at).is_err();
            told.mend();
            assert!(!broken || told.account.status(at).unwrap().sealed == sealed);
            told.counts_truly(at);
        }
        let more = told.account.tidy(at).unwrap();
        told.counts_truly(at);
        told = told.reopened(at);
        assert!(told.account.recompute(at).unwrap().equal);
        assert_eq!(told.totals(), totals);
        if !more {
            assert!(passes > 2, "{passes}");
            break;
        }
        assert!(told.account.next(at.0 * 1000, 60_000).unwrap() <= at.0 * 1000 + 1000, "it goes on soon");
    }
}

#[test]
fn what_comes_too_late_is_counted_once_and_named() {
    let history = generate(5, ENDS, 1);
    let told = Told::of(&history, 90);
    let at = after(120);
    told.settle(at);
    told.tidy(at);
    let before = told.totals();
    let day = |told: &Told| told.totals().into_iter().filter(|day| !before.contains(day)).collect::<Vec<_>>();
    let mut late = Vec::new();
    for moment in [at, after(124)] {
        // The whole history again, when its bodies are forgotten.
        for delivery in &history.deliveries {
            told.account.deliver(1, delivery.body.as_bytes(), moment).unwrap();
        }
        told.settle(moment);
        assert!(told.account.recompute(moment).unwrap().equal);
        late.push(day(&told));
    }
    let facts = facts(&told.account);
    let named = facts.iter().filter(|fact| matches!(fact.what, What::TooLate { .. })).collect::<Vec<_>>();
    assert_eq!(late[0].len(), 1, "the day of receipt only");
    assert_eq!(late[0], late[1], "once");
    let count = format!("[{},{}]", serde_json::json!({"n": Count::TooLate}), named.len());
    assert!(late[0][0].1.contains(&count), "{count}: {}", late[0][0].1);
    let is_sealed = |of: Subject| told.n(&format!("SELECT COUNT(*) AS n FROM sealed WHERE subject = '{of}'"));
    for fact in named {
        let What::TooLate { of } = fact.what else { continue };
        assert_eq!(is_sealed(of), 1, "{of}");
    }
}

#[test]
fn a_client_who_comes_back_is_known_by_what_was_sealed() {
    let history = generate(5, ENDS, 1);
    let (one, twin) = (Told::new(&history, 90), Told::new(&history, NEVER));
    let pipeline = history.company.pipelines[0].id;
    let contact = |deals: &[u64], at: i64| {
        let leads: String =
            deals.iter().map(|id| format!("&contacts[update][0][linked_leads_id][{id}][ID]={id}")).collect();
        let phone = "custom_fields][0][code]=PHONE&contacts[update][0][custom_fields][0][values][0][value]=%2B79261112277";
        format!(
            "contacts[update][0][id]=500&contacts[update][0][last_modified]={at}&contacts[update][0][{phone}{leads}"
        )
    };
    let lead = |id: u64, stage: u64, before: u64, at: i64| {
        let item = format!(
            "leads[status][0][id]={id}&leads[status][0][status_id]={stage}&leads[status][0][pipeline_id]={pipeline}"
        );
        format!("{item}&leads[status][0][old_status_id]={before}&leads[status][0][last_modified]={at}")
    };
    let told = |body: &str, at: i64| {
        for told in [&one, &twin] {
            told.account.deliver(1, body.as_bytes(), Moment(at)).unwrap();
            told.settle(Moment(at));
        }
    };
    told(&lead(41, 7, 5, ENDS), ENDS);
    told(&contact(&[41], ENDS + 5), ENDS + 5);
    told(&lead(41, 142, 7, ENDS + 60), ENDS + 60);
    let at = after(100);
    one.settle(at);
    one.tidy(at);
    assert_eq!(one.n("SELECT COUNT(*) AS n FROM sealed"), 2, "the deal and its contact");
    assert_eq!(one.n("SELECT COUNT(*) AS n FROM journal"), 0);
    let gone = one.account.deal(41, at).unwrap_err();
    assert!(matches!(gone, Failure::Rejected(told) if told.status == 410));
    // The contact is told with the time of its last change, before the sealing.
    let added = lead(77, 7, 7, at.0).replace("[status][", "[add][");
    told(&format!("{added}&leads[add][0][date_create]={}", at.0), at.0);
    told(&contact(&[41, 77], ENDS + 5), at.0 + 1);
    told(&lead(77, 142, 7, at.0 + 60), at.0 + 60);
    let totals = one.totals();
    assert!(totals.iter().any(|(_, counts)| counts.contains("repeat_won")), "{totals:?}");
    assert!(!totals.iter().any(|(_, counts)| counts.contains("too_late")), "{totals:?}");
    assert_eq!(totals, twin.totals());
    assert!(one.account.recompute(Moment(at.0 + 60)).unwrap().equal);
}

#[test]
fn a_deal_that_only_others_name_is_sealed_and_lives_on_without_counting_twice() {
    let history = generate(5, ENDS, 1);
    let (one, twin) = (Told::new(&history, 90), Told::new(&history, NEVER));
    let (pipeline, user) = (&history.company.pipelines[0], history.company.users[0].id);
    let told = |body: &str, at: i64| {
        for told in [&one, &twin] {
            told.account.deliver(1, body.as_bytes(), Moment(at)).unwrap();
            told.settle(Moment(at));
        }
    };
    let contact = |at: i64| {
        let of = "contacts[update][0]";
        let links = format!("{of}[linked_leads_id][41][ID]=41&{of}[linked_leads_id][77][ID]=77");
        told(&format!("{of}[id]=500&{of}[modified_user_id]={user}&{of}[last_modified]={at}&{links}"), at);
    };
    let (of, stage) = ("leads[add][0]", pipeline.stages[0].id);
    let lead = format!("{of}[id]=77&{of}[status_id]={stage}&{of}[pipeline_id]={}", pipeline.id);
    told(&format!("{lead}&{of}[date_create]={ENDS}&{of}[last_modified]={ENDS}"), ENDS);
    contact(ENDS + 5);
    let at = after(100);
    [&one, &twin].into_iter().for_each(|told| told.settle(at));
    one.tidy(at);
    let sealed = one.rows("SELECT subject, closed FROM sealed");
    let sealed: Vec<(&str, i64)> =
        sealed.iter().map(|row| (row.get("subject").unwrap(), row.get("closed").unwrap())).collect();
    assert_eq!(sealed, [("deal:41", 0)], "the open deal keeps the contact");
    contact(at.0 + 1);
    assert!(one.totals().iter().filter(|(_, counts)| counts.contains("worked")).count() == 2);
    assert_eq!(one.totals(), twin.totals());
    assert!(one.account.recompute(Moment(at.0 + 1)).unwrap().equal);
}

#[test]
fn nothing_goes_while_an_archive_is_read() {
    let history = generate(5, ENDS, 1);
    let told = Told::of(&history, 90);
    let (at, until) = (after(120), after(120).0 * 1000 + 600_000);
    told.settle(at);
    told.exec("INSERT INTO meta VALUES ('exporting_until', ?)", &[until.to_string().as_str().into()]);
    let raw = told.n("SELECT COUNT(*) AS n FROM raw");
    assert!(!told.account.tidy(at).unwrap());
    assert_eq!(told.n("SELECT COUNT(*) AS n FROM raw"), raw);
    assert_eq!(told.account.status(at).unwrap().sealed, 0);
    told.exec("DELETE FROM meta WHERE name = 'stale_from'", &[]);
    assert_eq!(told.account.next(at.0 * 1000, 60_000).unwrap(), until);
    told.tidy(Moment(until / 1000));
    assert_eq!(told.n("SELECT COUNT(*) AS n FROM raw"), 0);
    assert!(told.account.status(at).unwrap().sealed > 0);
}

#[test]
fn times_of_keeping_beyond_their_limits_are_refused() {
    let history = generate(5, ENDS, 1);
    for (raw_days, facts_days, fits) in
        [(0, 400, false), (91, 400, false), (90, 89, false), (1, 3650, true), (1, 3651, false)]
    {
        let store = Store::open(Box::new(Native::in_memory().unwrap())).unwrap();
        let retention = Some(Retention { raw_days, facts_days });
        let mut wish = request(&history);
        wish.retention = retention;
        match Account::keep(store, wish, KEY, &vault(), Moment(ENDS)) {
            Ok(account) => assert_eq!((fits, account.record().retention), (true, retention)),
            Err(Failure::Rejected(told)) => assert_eq!((fits, told.status), (false, 422)),
            Err(fault) => panic!("{fault:?}"),
        }
    }
}
