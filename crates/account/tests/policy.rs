//! Another policy: whoever changes what somebody else has changed meanwhile is told, and what the last week would have
//! been is known before.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_account::Account;
use takeroot_core::account::PolicyRequest;
use takeroot_core::contribution::Count;
use takeroot_core::policy::{Field, Mandatory, Person, Policy, Span};
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::company::generate;
use told::{ENDS, Told, vault};

const NOW: i64 = ENDS;

fn account() -> Account {
    let told = Told::of(&generate(3, ENDS, 1), 400);
    told.settle(Moment(NOW));
    told.account
}

fn latest(account: &Account) -> Policy {
    account.record().versions.last().unwrap().1.clone()
}

fn wish(account: &Account, policy: Policy) -> PolicyRequest {
    PolicyRequest {
        based_on: account.record().policy_state().revision,
        note: "a second phone".to_owned(),
        policy,
    }
}

#[test]
fn a_policy_holds_from_tomorrow_and_says_who_wrote_it_and_why() {
    let account = account();
    let (now, revision) = (Moment(NOW), account.record().policy_state().revision);
    let mut policy = latest(&account);
    policy.thresholds.stuck = Span::Days(5);
    let wish = wish(&account, policy.clone());
    let account = account.write_policy(wish, "operator", &vault(), now).unwrap();
    let state = account.record().policy_state();
    assert_eq!(state.revision, revision + 1);
    let version = state.versions.last().unwrap();
    let written = version.written.as_ref().unwrap();
    assert_eq!((written.by.as_str(), written.note.as_str()), ("operator", "a second phone"));
    assert_eq!(version.policy, policy);
    assert!(account.recompute(Moment(NOW + 3 * DAY_S)).unwrap().equal);
    let today = takeroot_core::zone::Zone::fixed("Europe/Moscow", 3 * 3600).day_of(now);
    assert_eq!(version.from, today.plus(1));
    assert!(account.audit(None).unwrap().items.iter().any(|entry| entry.what == "policy"));
}

#[test]
fn names_that_the_crm_gives_do_not_hide_who_wrote_the_policy() {
    let account = account();
    let mut policy = latest(&account);
    policy.thresholds.stuck = Span::Days(5);
    let wish = wish(&account, policy);
    let account = account.write_policy(wish, "operator", &vault(), Moment(NOW)).unwrap();
    let joined = |mut policy: Policy| {
        policy.people.push(Person { id: 77, ..Person::default() });
        policy
    };
    let named = account.record().clone().named(joined, Moment(NOW)).unwrap().policy_state();
    let latest = named.versions.last().unwrap();
    assert_eq!(latest.written.as_ref().unwrap().note, "a second phone");
    assert!(latest.policy.person(77).is_some());
    assert_eq!(
        named.revision,
        account.record().policy_state().revision + 1,
        "whoever changes it reads it again"
    );
    // A day later it is the CRM's own version.
    let named = account.record().clone().named(joined, Moment(NOW + DAY_S)).unwrap().policy_state();
    assert_eq!(named.versions.last().unwrap().written.as_ref().unwrap().by, "crm");
}

#[test]
fn of_two_who_change_it_at_once_the_second_is_told() {
    let account = account();
    let mut policy = latest(&account);
    policy.thresholds.stuck = Span::Days(5);
    let (first, second) = (wish(&account, policy.clone()), wish(&account, Policy::standard("Asia/Omsk")));
    let account = account.write_policy(first, "operator", &vault(), Moment(NOW)).unwrap();
    let refused = account.write_policy(second, "operator", &vault(), Moment(NOW)).unwrap_err();
    assert!(format!("{refused:?}").contains("somebody else has changed the policy"), "{refused:?}");
}

#[test]
fn a_preview_is_what_the_week_would_have_been_and_changes_nothing() {
    let account = account();
    let now = Moment(NOW);
    let before = account.record().policy_state();
    let same = account.preview(latest(&account), now).unwrap();
    assert_eq!(same.was, same.would_be, "by the same policy the same week");
    let mut stricter = latest(&account);
    stricter.mandatory.push(Mandatory::of(Field::Custom(987_654), "", 0));
    stricter.first_response.target = "1m".parse().unwrap();
    let told = account.preview(stricter, now).unwrap();
    let n = |figures: &takeroot_core::day::Figures, count| figures.all.n(count);
    assert_eq!(told.was, same.was);
    assert!(n(&told.was, Count::Complete) > 0);
    assert_eq!(n(&told.would_be, Count::Complete), 0, "nobody has filled a field that nobody was asked for");
    assert!(n(&told.would_be, Count::InTime) < n(&told.was, Count::InTime));
    assert_eq!(n(&told.would_be, Count::Entered), n(&told.was, Count::Entered));
    assert_eq!(account.record().policy_state(), before);
    assert!(account.recompute(now).unwrap().equal);
}

#[test]
fn a_policy_that_cannot_be_used_is_refused_with_a_reason() {
    let account = account();
    let mut bad = latest(&account);
    bad.calendar.tz = "Atlantis/Capital".to_owned();
    let refused = account.preview(bad.clone(), Moment(NOW)).unwrap_err();
    assert!(format!("{refused:?}").contains("Atlantis"), "{refused:?}");
    let wish = PolicyRequest { note: "x".repeat(1001), ..wish(&account, latest(&account)) };
    assert!(account.write_policy(wish, "operator", &vault(), Moment(NOW)).is_err());
}
