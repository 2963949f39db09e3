//! What goes wrong, and what becomes of it.

use crate::roads::{HOUR, OPENED};
use crate::world::{Dice, World, seeds};
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_core::connection::{ConnectionRequest, Found, Trouble};
use takeroot_core::directory::AccountDirectory;
use takeroot_core::policy::Pipeline;
use takeroot_core::sla::TimerState;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account::{CLIENT_SECRET, INTEGRATION_ID, REDIRECT_URI};
use takeroot_stand::card::{CardAccount, TokenMode, mint};
use takeroot_stand::company::UserKind;
use takeroot_stand::crm::{Fault, FaultKind, Mishaps, Owner};

fn connected(seed: u64, wish: ConnectionRequest) -> World {
    let mut world = World::new(seed, OPENED - 6 * DAY_S, OPENED + 2 * DAY_S, OPENED);
    world.connect(wish);
    world
}

fn wish() -> ConnectionRequest {
    ConnectionRequest { history_days: 10, every_s: 300, ..ConnectionRequest::default() }
}

#[test]
fn minutes_after_connecting_there_is_a_finding_with_its_deals() {
    let mut world = World::new(4, OPENED - 40 * DAY_S, OPENED + DAY_S, OPENED);
    world.consent(&ConnectionRequest { history_days: 100, ..ConnectionRequest::default() });
    world.run_until(OPENED + 600);
    let state = world.connection();
    assert_eq!((state.trouble, state.refused.len()), (None, 0));
    assert_eq!(state.history.unwrap().percent, 100);
    let finding = state.finding.unwrap();
    assert_eq!((finding.what, finding.period.days()), (Found::Missed, 90));
    assert!(finding.n > 10 && finding.of > finding.n && finding.deals.len() == 10, "{finding:?}");
    // Names, people and stages are the CRM's, though nobody has written a policy.
    let (_, policy) = &world.account.record().versions[0];
    assert!(policy.pipelines.len() == 2 && policy.people.len() > 5 && !policy.mandatory.is_empty());
}

#[test]
fn a_breach_is_never_announced_of_a_lead_that_was_answered_in_time_but_read_late() {
    for seed in seeds() {
        let mut world = connected(seed, wish());
        *world.crm.mishaps_mut() =
            Mishaps { lost: 500, delayed: 300, delay_s_max: 4 * HOUR, ..Mishaps::default() };
        world.crm.switches_mut().events_late_s = 50;
        let (mut dice, mut announced) = (Dice::new(seed), BTreeSet::new());
        for step in 1..=24 {
            if dice.chance(300) {
                let times = u32::try_from(dice.between(5, 60)).unwrap();
                world.crm.faults_mut().add(Fault { on: String::new(), what: FaultKind::Status(503), times });
            }
            world.run_until(OPENED + step * HOUR + dice.between(0, 1800));
            announced.extend(breached(&world));
        }
        world.heal();
        world.run_until(OPENED + 3 * DAY_S + 4 * HOUR);
        let truly = breached(&world);
        assert!(announced.len() > 5, "seed {seed}: {announced:?}");
        let falsely: Vec<_> = announced.difference(&truly).collect();
        assert!(falsely.is_empty(), "seed {seed}: {falsely:?}");
    }
}

/// Leads whose first response is told to be too late.
fn breached(world: &World) -> BTreeSet<u64> {
    let rows = world.rows("SELECT subject FROM standing WHERE subject GLOB 'deal:*'");
    let deals = rows.iter().map(|row| row.get::<&str>("subject").unwrap()[5..].parse::<u64>().unwrap());
    deals
        .filter(|deal| {
            // Of a deal that was deleted before it was read nothing is known but that somebody spoke of it.
            let card = world.account.deal(*deal, world.now()).ok();
            card.and_then(|card| card.first_response).is_some_and(|timer| timer.state == TimerState::Breached)
        })
        .collect()
}

#[test]
fn tokens_survive_a_death_at_every_step_of_their_renewal() {
    // Before the question is sent; after it, with its answer lost; after the answer came; after it was stored.
    for step in 0..4 {
        let mut world = World::new(1, OPENED - 2 * DAY_S, OPENED + 3 * DAY_S, OPENED);
        world.consent(&ConnectionRequest { history_days: 2, every_s: 3600, ..ConnectionRequest::default() });
        world.run_until(OPENED + DAY_S - 700);
        let until = OPENED + DAY_S + HOUR;
        let mut deaths = 0;
        while world.now().0 < until {
            let Some(call) = world.account.crm_call(world.now_ms).unwrap() else {
                world.now_ms += 1000;
                continue;
            };
            let renews = call.path.starts_with("/oauth2/") && deaths == 0;
            if renews && step == 0 {
                deaths += 1;
                world.reopen();
                continue;
            }
            if renews && step == 1 {
                world.crm.faults_mut().add(Fault {
                    on: "/oauth2/".to_owned(),
                    what: FaultKind::LostAnswer,
                    times: 1,
                });
            }
            let answer = world.ask(&call);
            if renews && step <= 2 {
                deaths += 1;
                world.reopen();
                continue;
            }
            if world.answered(&answer) || (renews && step == 3) {
                deaths += u32::from(renews);
                world.reopen();
            }
        }
        assert_eq!(deaths, 1, "step {step}");
        let state = world.connection();
        assert_eq!((state.trouble, state.read_to.is_some()), (None, true), "step {step}: {state:?}");
        assert!(world.now().since(state.read_to.unwrap()) < 2 * HOUR, "step {step}: it goes on being read");
    }
}

#[test]
fn a_token_that_the_crm_does_not_know_is_said_and_not_asked_with_for_ever() {
    let mut world = connected(1, wish());
    world.run_until(OPENED + 600);
    world.crm.revoke_tokens();
    world.run_until(OPENED + HOUR);
    assert_eq!(world.connection().trouble, Some(Trouble::Unauthorized));
    let asked = world.asked;
    world.run_until(OPENED + 5 * HOUR);
    assert_eq!(world.asked, asked);
    world.connect(wish());
    world.run_until(OPENED + 6 * HOUR);
    assert_eq!(world.connection().trouble, None);
}

#[test]
fn whoever_asks_politely_is_never_refused() {
    let mut world = connected(2, ConnectionRequest { rate: 7, ..wish() });
    world.crm.limits_mut().per_second = 7;
    world.run_until(OPENED + 2 * HOUR);
    assert_eq!((world.refused, world.connection().trouble), (0, None));
    assert!(world.asked > 50, "{}", world.asked);
}

#[test]
fn an_unpaid_account_and_a_blocked_one_are_asked_rarely_until_they_answer() {
    let mut world = connected(2, wish());
    world.run_until(OPENED + HOUR);
    world.crm.switches_mut().has_api = false;
    let asked = world.asked;
    world.run_until(OPENED + 3 * HOUR);
    assert_eq!(world.connection().trouble, Some(Trouble::Unpaid));
    assert!(world.asked - asked < 12, "{}", world.asked - asked);
    world.crm.switches_mut().has_api = true;
    world.crm.faults_mut().add(Fault { on: String::new(), what: FaultKind::Status(403), times: 6 });
    let asked = world.asked;
    world.run_until(OPENED + 4 * HOUR);
    assert_eq!(world.connection().trouble, Some(Trouble::Blocked));
    assert!(world.asked - asked < 6, "{}", world.asked - asked);
    world.run_until(OPENED + 6 * HOUR);
    assert_eq!(world.connection().trouble, None);
}

#[test]
fn what_is_not_shown_is_said_until_it_is_shown() {
    let mut world = World::new(2, OPENED - DAY_S, OPENED + 3 * DAY_S, OPENED);
    world.crm.switches_mut().owner = Owner::NotAdmin;
    world.connect(wish());
    world.run_until(OPENED + 600);
    let refused = world.connection().refused;
    assert!(refused.contains(&("/api/v4/users".to_owned(), 403)), "{refused:?}");
    world.crm.switches_mut().owner = Owner::AsListed;
    world.run_until(OPENED + DAY_S + HOUR);
    assert_eq!(world.connection().refused, []);
}

#[test]
fn what_an_account_does_not_take_is_left_out_of_its_webhooks() {
    let mut world = World::new(2, OPENED - DAY_S, OPENED + DAY_S, OPENED);
    world.crm.switches_mut().refused_settings = ["add_talk", "update_talk"].map(str::to_owned).to_vec();
    world.connect(wish());
    world.run_until(OPENED + 120);
    let taken = world.connection().webhooks.unwrap();
    assert!(taken.len() > 20 && !taken.iter().any(|name| name.ends_with("_talk")), "{taken:?}");
    // A tariff without webhooks is read all the same.
    let mut world = World::new(2, OPENED - DAY_S, OPENED + DAY_S, OPENED);
    world.crm.switches_mut().has_webhooks = false;
    world.connect(wish());
    world.run_until(OPENED + HOUR);
    let state = world.connection();
    assert_eq!((state.webhooks, state.trouble), (None, None));
    assert_eq!(state.refused, [("/api/v4/webhooks".to_owned(), 403)]);
    assert!(state.read_to.is_some());
}

#[test]
fn what_a_policy_can_name_is_told_as_it_was_read_and_who_is_an_admin_known() {
    let mut world = connected(11, wish());
    world.run_until(OPENED + HOUR);
    let told: AccountDirectory = serde_json::from_str(&world.account.directory().unwrap()).unwrap();
    let company = world.crm.company();
    let names = |pipelines: &[Pipeline]| pipelines.iter().map(|p| (p.id, p.stages.len())).collect::<Vec<_>>();
    let policy = &world.account.record().versions.last().unwrap().1;
    assert_eq!(names(&told.pipelines), names(&policy.pipelines));
    assert_eq!(told.people.len(), company.users.len());
    assert_eq!(told.required, policy.mandatory, "proposed as it is required");
    assert!(told.at.is_some() && !told.fields.is_empty() && !told.required.is_empty(), "{told:?}");
    for known in &company.users {
        let (user, is_admin) = (known.id, known.is_head || known.kind == UserKind::Service);
        let card = CardAccount {
            crm_id: company.crm_id,
            subdomain: "sad".to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            integration_id: INTEGRATION_ID.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            user,
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let now = Moment(i64::try_from(now).unwrap());
        // A token that does not say is of whom the CRM's list of users shows as an admin.
        let by_list = world.account.admin(&mint(&card, TokenMode::Good).unwrap(), now);
        assert_eq!(by_list.is_ok(), is_admin, "{user}");
        let by_word = world.account.admin(&mint(&card, TokenMode::Admin).unwrap(), now).unwrap();
        assert_eq!(by_word, (user, "https://sad.amocrm.ru".to_owned()));
    }
}
