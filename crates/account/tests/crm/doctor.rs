//! Each ailment, caused, found, and mended.

use crate::roads::{HOUR, OPENED};
use crate::world::{HOOKS, World};
use takeroot_core::connection::{ConnectionRequest, Trouble};
use takeroot_core::doctor::{Ailment, Diagnosis};
use takeroot_core::policy::{Field, Mandatory, Pipeline, StageName};
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::crm::{Fault, FaultKind, Mishaps, Owner};

fn world() -> World {
    World::new(2, OPENED - 2 * DAY_S, OPENED + 6 * DAY_S, OPENED)
}

fn wish() -> ConnectionRequest {
    ConnectionRequest { history_days: 2, every_s: 300, ..ConnectionRequest::default() }
}

fn connected() -> World {
    let mut world = world();
    world.connect(wish());
    world.run_until(OPENED + HOUR);
    assert_eq!(ailments(&world), [], "a healthy account");
    world
}

fn diagnosis(world: &World) -> Diagnosis {
    world.account.diagnosis(world.now()).unwrap()
}

fn ailments(world: &World) -> Vec<Ailment> {
    diagnosis(world).ailments
}

/// Lets the account look at its CRM anew, and some minutes pass.
fn look_again(world: &mut World) {
    world.account.crm_asks_anew().unwrap();
    assert_eq!(diagnosis(world).asked_at, None);
    world.run_until(world.now().0 + 900);
    assert!(diagnosis(world).asked_at.is_some() || !ailments(world).is_empty());
}

fn found(world: &World, ailment: &Ailment) {
    assert!(ailments(world).contains(ailment), "{ailment:?} in {:?}", ailments(world));
}

fn gone(world: &World) {
    assert_eq!(ailments(world), [], "what is mended is not named any more");
}

#[test]
fn an_account_that_was_never_connected_says_so() {
    let world = world();
    assert_eq!(ailments(&world), [Ailment::NotConnected]);
    assert!(world.account.crm_asks_anew().is_err());
}

#[test]
fn webhooks_that_the_crm_has_switched_off_are_found_and_found_well_again() {
    let mut world = connected();
    world.crm.disable_webhook(HOOKS);
    look_again(&mut world);
    found(&world, &Ailment::WebhooksDisabled);
    world.crm.enable_webhook(HOOKS);
    look_again(&mut world);
    gone(&world);
}

#[test]
fn webhooks_that_do_not_tell_what_is_needed_are_named() {
    let mut world = world();
    world.crm.switches_mut().refused_settings = ["note_lead", "add_talk"].map(str::to_owned).to_vec();
    world.connect(wish());
    world.run_until(OPENED + HOUR);
    found(&world, &Ailment::WebhooksMissing { kinds: vec!["note_lead".to_owned()] });
}

#[test]
fn a_tariff_without_webhooks_is_said_and_not_asked_of_whoever_wants_none() {
    let mut world = world();
    world.crm.switches_mut().has_webhooks = false;
    world.connect(wish());
    world.run_until(OPENED + HOUR);
    assert_eq!(ailments(&world), [Ailment::WebhooksRefused { status: 403 }]);
    world.connect(ConnectionRequest { webhooks: false, ..wish() });
    world.run_until(OPENED + 2 * HOUR);
    gone(&world);
}

#[test]
fn an_unpaid_crm_is_said_and_after_it_was_paid_nobody_waits_who_looks_again() {
    let mut world = connected();
    world.crm.switches_mut().has_api = false;
    world.run_until(OPENED + 2 * HOUR);
    let unpaid = |told: &Ailment| matches!(told, Ailment::Unreadable { trouble: Trouble::Unpaid, .. });
    assert!(ailments(&world).iter().any(unpaid), "{:?}", ailments(&world));
    world.crm.switches_mut().has_api = true;
    world.account.crm_asks_anew().unwrap();
    world.run_until(world.now().0 + 20);
    gone(&world);
}

#[test]
fn a_token_is_named_before_it_ends() {
    let mut world = world();
    let ends = OPENED + 13 * DAY_S;
    world.connect_until(wish(), ends);
    world.run_until(OPENED + HOUR);
    assert_eq!(ailments(&world), [Ailment::TokenEnds { at: Moment(ends) }]);
}

#[test]
fn an_owner_without_rights_and_one_who_left_are_found() {
    let mut world = connected();
    world.crm.switches_mut().owner = Owner::NotAdmin;
    look_again(&mut world);
    let head = world.crm.company().users.iter().find(|user| user.is_head).unwrap().id;
    found(&world, &Ailment::OwnerNotAdmin { user: head });
    world.crm.switches_mut().owner = Owner::AsListed;
    look_again(&mut world);
    gone(&world);
    world.crm.switches_mut().owner = Owner::Dismissed;
    look_again(&mut world);
    let left = |told: &Ailment| matches!(told, Ailment::Unreadable { trouble: Trouble::Unauthorized, .. });
    assert!(ailments(&world).iter().any(left), "{:?}", ailments(&world));
}

#[test]
fn a_list_that_is_not_shown_is_named() {
    let mut world = connected();
    let fault = Fault { on: "/api/v4/leads/notes".to_owned(), what: FaultKind::Status(404), times: 1 };
    world.crm.faults_mut().add(fault);
    world.run_until(OPENED + 2 * HOUR);
    found(&world, &Ailment::ListRefused { path: "/api/v4/leads/notes".to_owned(), status: 404 });
    look_again(&mut world);
    gone(&world);
}

#[test]
fn fields_and_stages_of_the_policy_that_the_crm_has_not_are_named() {
    let mut world = connected();
    let (_, policy) = world.account.record().versions.last().unwrap();
    let mut policy = policy.clone();
    let field = policy.custom_fields()[0];
    policy.mandatory.push(Mandatory::of(Field::Custom(field), "", 0));
    policy.pipelines[0].stages.push(StageName { id: 990_001, name: String::new() });
    policy.pipelines.push(Pipeline { id: 77, ..Pipeline::default() });
    world.write_policy(policy);
    world.run_until(world.now().0 + DAY_S + HOUR);
    let pipeline = world.account.record().versions.last().unwrap().1.pipelines[0].id;
    found(&world, &Ailment::StagesGone { stages: vec![(pipeline, 990_001)] });
    assert!(!ailments(&world).iter().any(|told| matches!(told, Ailment::FieldsGone { .. })));
    world.crm.switches_mut().deleted_fields = vec![field];
    look_again(&mut world);
    found(&world, &Ailment::FieldsGone { fields: vec![field] });
}

#[test]
fn clocks_that_differ_are_found() {
    let mut world = connected();
    for skew in [-300, 61] {
        world.crm.switches_mut().clock_skew_s = skew;
        world.run_until(world.now().0 + 900);
        assert_eq!(ailments(&world), [Ailment::ClockSkew { seconds: skew }]);
    }
    world.crm.switches_mut().clock_skew_s = 59;
    world.run_until(world.now().0 + 900);
    gone(&world);
}

#[test]
fn bodies_that_cannot_be_read_are_counted_for_a_day() {
    let mut world = connected();
    for body in ["leads[add][0][id]=%", "leads[add"] {
        world.account.deliver(1, body.as_bytes(), world.now()).unwrap();
    }
    world.run_until(world.now().0 + 60);
    let n = world.account.status(world.now()).unwrap().quarantined;
    assert!(n > 0);
    assert_eq!(ailments(&world), [Ailment::Quarantined { n }]);
    world.run_until(world.now().0 + DAY_S);
    gone(&world);
}

#[test]
fn an_alarm_that_sleeps_is_found() {
    let world = connected();
    let told = world.now();
    world.account.deliver(1, b"leads[add][0][id]=5", told).unwrap();
    let at = |s: i64| world.account.diagnosis(told.plus(s)).unwrap().ailments;
    assert_eq!(at(500), []);
    assert_eq!(at(700)[..1], [Ailment::Asleep { since: told }]);
    // Without anything delivered the readings of the CRM are missed.
    let world = connected();
    let asleep = |told: &Ailment| matches!(told, Ailment::Asleep { .. });
    assert!(!world.account.diagnosis(told.plus(600)).unwrap().ailments.iter().any(asleep));
    assert!(world.account.diagnosis(told.plus(1200)).unwrap().ailments.iter().any(asleep));
}

#[test]
fn silence_is_told_from_webhooks_that_do_not_arrive() {
    let mut world = connected();
    *world.crm.mishaps_mut() = Mishaps { lost: 1000, ..Mishaps::default() };
    world.run_until(OPENED + DAY_S + 10 * HOUR);
    let silent = |told: &Ailment| matches!(told, Ailment::WebhooksSilent { .. });
    assert!(ailments(&world).iter().any(silent), "{:?}", ailments(&world));
    // A company in which nobody works is another thing.
    let mut world = World::new(2, OPENED - 2 * DAY_S, OPENED + 2 * HOUR, OPENED);
    world.connect(wish());
    world.run_until(OPENED + DAY_S + 10 * HOUR);
    let silent = |told: &Ailment| matches!(told, Ailment::Silent { .. });
    assert!(ailments(&world).iter().any(silent), "{:?}", ailments(&world));
}

#[test]
fn a_suspended_account_has_no_other_ailment() {
    let World { account, now_ms, .. } = connected();
    let now = Moment(now_ms / 1000);
    let account = account.suspend(&crate::told::vault(), now).unwrap();
    assert_eq!(account.diagnosis(now.plus(DAY_S)).unwrap().ailments, [Ailment::Suspended { since: now }]);
}
