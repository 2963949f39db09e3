//! What the widget of a card is told, and what a person says in it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_account::{AnswerRequest, Failure};
use takeroot_core::card::{CardData, DealCard, Duplicate};
use takeroot_core::fact::{IdentityKind, Way, What};
use takeroot_core::time::Moment;
use takeroot_stand::account::{CLIENT_SECRET, INTEGRATION_ID, REDIRECT_URI};
use takeroot_stand::card::{CardAccount, TokenMode, mint};
use takeroot_stand::company::{History, UserKind, generate};
use told::{ENDS, Told, facts};

const DEAL: u64 = 4_200_017;

/// An account whose lead came ten minutes ago to somebody, and that moment.
struct World {
    told: Told,
    history: History,
    now: Moment,
}

impl World {
    fn new() -> Self {
        let history = generate(5, ENDS, 1);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let now = Moment(i64::try_from(now).unwrap());
        let world = Self { told: Told::new(&history, 400), history, now };
        world.enters(DEAL, world.user(0), now.0 - 600);
        world.told.settle(now);
        world
    }

    /// A lead comes to somebody.
    fn enters(&self, deal: u64, responsible: u64, at: i64) {
        let pipeline = &self.history.company.pipelines[0];
        self.tells(
            at,
            &format!(
                "leads[add][0][id]={deal}&leads[add][0][status_id]={}&leads[add][0][pipeline_id]={}\
                 &leads[add][0][responsible_user_id]={responsible}&leads[add][0][created_user_id]=0\
                 &leads[add][0][date_create]={at}&leads[add][0][last_modified]={at}",
                pipeline.stages[0].id, pipeline.id
            ),
        );
    }

    fn tells(&self, at: i64, body: &str) {
        self.told.account.deliver(1, body.as_bytes(), Moment(at)).unwrap();
    }

    fn sees(&self, user: u64, deal: u64) -> CardData {
        self.told.account.card(deal, &self.token(user), self.now).unwrap().0
    }

    fn user(&self, place: usize) -> u64 {
        self.history.company.users[place].id
    }

    fn token(&self, user: u64) -> String {
        let card = CardAccount {
            crm_id: self.history.company.crm_id,
            subdomain: "sad".to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            integration_id: INTEGRATION_ID.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            user,
        };
        mint(&card, TokenMode::Good).unwrap()
    }

    fn says(&self, user: u64, deal: u64, at: Option<i64>) -> Result<CardData, (u16, String)> {
        let wish = AnswerRequest { way: Way::Meeting, at: at.map(Moment) };
        match self.told.account.answer(deal, &self.token(user), wish, self.now) {
            Ok((data, _)) => Ok(data),
            Err(Failure::Rejected(rejection)) => Err((rejection.status, rejection.hint)),
            Err(fault) => unreachable!("{fault:?}"),
        }
    }

    /// How often a count of one lies in the totals.
    fn counted(&self, count: &str) -> usize {
        self.told.settle(self.now);
        let wanted = format!(r#"[{{"n":"{count}"}},1]"#);
        self.told.totals().iter().map(|(_, text)| text.matches(&wanted).count()).sum()
    }
}

#[test]
fn it_stops_the_clock_and_counts_once_apart_from_the_confirmed() {
    let world = World::new();
    let said_at = world.now.plus(-120);
    let card = world.says(world.user(0), DEAL, Some(said_at.0)).unwrap().deal.unwrap();
    assert_eq!((card.claimed, card.first_response.unwrap().answered), (Some(said_at), Some(said_at)));
    for _ in 0..2 {
        let again = world.says(world.user(0), DEAL, None).unwrap().deal.unwrap();
        assert_eq!(again.claimed, Some(said_at), "a second tap changes nothing");
    }
    let told = facts(&world.told.account);
    let claims = told.iter().filter(|fact| matches!(fact.what, What::Claimed { way: Way::Meeting }));
    assert_eq!(claims.count(), 1);
    assert_eq!(["claimed", "in_time", "breached"].map(|count| world.counted(count)), [1, 0, 0]);
    assert!(world.told.account.recompute(world.now).unwrap().equal);
}

#[test]
fn what_is_not_a_person_s_own_answer_is_refused() {
    let world = World::new();
    let refused = |user, deal, at| world.says(user, deal, at).unwrap_err();
    let own = world.user(0);
    assert_eq!(refused(own, 77, None).0, 404);
    assert_eq!(refused(world.user(1), DEAL, None).0, 403, "a colleague's deal");
    for at in [world.now.0 - 601, world.now.0 + 61, i64::MIN, i64::MAX] {
        assert_eq!(refused(own, DEAL, Some(at)).0, 422, "{at}");
    }
    assert!(world.says(own, DEAL, Some(world.now.0 + 30)).is_ok(), "clocks differ");
    assert_eq!(world.counted("claimed"), 1);
}

#[test]
fn only_people_of_the_roster_answer() {
    let world = World::new();
    let service = world.history.company.users.iter().find(|user| user.kind == UserKind::Service).unwrap();
    let at = world.now.0 - 60;
    let handed = format!(
        "leads[update][0][id]={DEAL}&leads[update][0][responsible_user_id]={}&leads[update][0][last_modified]={at}",
        service.id
    );
    world.tells(world.now.0, &handed);
    let (status, hint) = world.says(service.id, DEAL, None).unwrap_err();
    assert!(status == 403 && hint.contains("roster"), "{status} {hint}");
}

#[test]
fn open_deals_of_the_same_client_are_named_to_who_sees_the_deal() {
    let world = World::new();
    let (own, other) = (world.user(0), world.user(1));
    let at = world.now.0 - 300;
    world.enters(DEAL + 1, other, at);
    world.enters(DEAL + 2, other, at);
    let contact = |id: u64, deal: u64, phone: &str| {
        let field = format!(
            "contacts[add][0][custom_fields][0][code]=PHONE&contacts[add][0][custom_fields][0][id]=9\
            &contacts[add][0][custom_fields][0][values][0][value]={phone}"
        );
        world.tells(at, &format!("contacts[add][0][id]={id}&contacts[add][0][type]=contact&contacts[add][0][last_modified]={at}\
            &contacts[add][0][linked_leads_id][{deal}][ID]={deal}&{field}"));
    };
    contact(71, DEAL, "%2B79161234567");
    contact(72, DEAL + 1, "89161234567");
    contact(73, DEAL + 2, "89161234568");
    world.told.settle(world.now);
    let same = Duplicate { deal: DEAL + 1, same: IdentityKind::Phone };
    assert_eq!(world.sees(own, DEAL).duplicates, [same]);
    assert_eq!(world.sees(own, DEAL + 2).duplicates, [], "a colleague's");
    assert!(world.sees(own, DEAL + 2).hidden && !world.sees(own, DEAL).hidden && !world.sees(own, 5).hidden);
    world.tells(
        world.now.0,
        &format!(
            "leads[status][0][id]={}&leads[status][0][status_id]=143&leads[status][0][last_modified]={}",
            DEAL + 1,
            world.now.0 - 5
        ),
    );
    world.told.settle(world.now);
    assert_eq!(world.sees(own, DEAL).duplicates, [], "it is closed");
}

#[test]
fn the_own_day_is_counted_anew_each_minute() {
    let mut world = World::new();
    let own = world.user(0);
    assert_eq!(world.sees(own, DEAL).own, None);
    let at = world.now.0 - 5;
    let note = format!(
        "leads[note][0][note][note_type]=4&leads[note][0][note][element_id]={DEAL}&leads[note][0][note][element_type]=2\
        &leads[note][0][note][created_by]={own}&leads[note][0][note][created_at]={at}&leads[note][0][note][text]=x\
        &leads[note][0][note][id]=5&leads[note][0][note][updated_at]={at}&leads[note][0][note][main_user_id]={own}"
    );
    world.tells(at, &note);
    world.told.settle(world.now);
    assert_eq!(world.sees(own, DEAL).own, None, "within the minute");
    world.now = world.now.plus(61);
    world.told.settle(world.now);
    let day = world.sees(own, DEAL).own.unwrap();
    assert_eq!((day.acts, day.team), (1, None));
    assert_eq!(world.sees(world.user(1), DEAL).own, None);
}

#[test]
fn a_screen_is_told_of_the_deals_that_its_user_may_see() {
    let world = World::new();
    let (own, other) = (world.user(0), world.user(1));
    world.enters(DEAL + 1, other, world.now.0 - 300);
    let screen = |user| {
        let asked = vec![DEAL, DEAL + 1, DEAL, 5];
        let (deals, crm) = world.told.account.deals_of_screen(asked, &world.token(user), world.now).unwrap();
        assert!(crm.ends_with(".amocrm.ru"));
        deals.iter().map(|deal| DealCard::clone(deal)).collect::<Vec<_>>()
    };
    assert_eq!(screen(own), [world.sees(own, DEAL).deal.unwrap()]);
    assert_eq!(screen(other), [world.sees(other, DEAL + 1).deal.unwrap()]);
    let too_many: Vec<u64> = (0..501).collect();
    let refused =
        |deals: Vec<u64>, token: &str| match world.told.account.deals_of_screen(deals, token, world.now) {
            Err(Failure::Rejected(rejection)) => rejection.status,
            told => unreachable!("{told:?}"),
        };
    assert_eq!(refused(too_many, &world.token(own)), 422);
    assert_eq!(refused(vec![DEAL], "no token"), 401);
}

#[test]
fn a_screen_is_judged_once_until_something_is_told_of_its_deals() {
    let world = World::new();
    let own = world.user(0);
    let screen = || {
        let before = world.told.database.statements();
        let told = world.told.account.deals_of_screen(vec![DEAL], &world.token(own), world.now).unwrap();
        (DealCard::clone(&told.0[0]), world.told.database.statements() - before)
    };
    let (first, asked) = screen();
    assert!(asked > 0);
    assert_eq!(screen(), (first.clone(), 0), "nothing is read of it");
    let moved = |price: u64, at: i64| {
        world.tells(
            at,
            &format!("leads[update][0][id]={DEAL}&leads[update][0][price]={price}&leads[update][0][last_modified]={at}"),
        );
    };
    moved(500, world.now.0 - 30);
    let (changed, asked) = screen();
    assert!(asked > 0 && changed.priced && !first.priced, "what was told a moment ago counts");
    world.told.settle(world.now);
    let (settled, _) = screen();
    assert_eq!(settled, world.sees(own, DEAL).deal.unwrap());
    assert_eq!(screen().1, 0);
}
