//! One Worker and one card page for the tests that run at the same time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use takeroot_core::account::{AccountRequest, Secret};
use takeroot_core::calendar::{Calendar, Weekly, Window};
use takeroot_core::policy::{Field, FirstResponse, Mandatory, Pipeline, Policy, Span, StageName};
use takeroot_core::time::Moment;
use takeroot_stand::account::{CLIENT_SECRET, INTEGRATION_ID, REDIRECT_URI};
use takeroot_stand::card::{CardDeal, CardOptions, CardStand};
use takeroot_stand::company::{Company, generate};
use takeroot_stand::edge::Edge;
use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::{Options, Workerd};

pub(crate) const OPERATOR_KEY: &str = "operator-key-of-the-tests";
pub(crate) const SOURCE: u64 = 614_201;
pub(crate) const NEXT_CONTACT: u64 = 614_205;
/// A lead that came two minutes ago, on the first stage: nothing is asked yet.
pub(crate) const FRESH: u64 = 900_001;
/// As fresh, on the third stage with nothing but a responsible: one of five fields is in order.
pub(crate) const BARE: u64 = 900_002;
/// As fresh, on the first stage: its client is answered outside the CRM.
pub(crate) const CLAIMED: u64 = 900_003;
/// The lead came so long ago, in seconds.
const WAITS_S: i64 = 120;
pub(crate) const TARGET_S: i64 = 900;
/// Friday 2026-11-20, 17:00 in Moscow.
const ENDS: i64 = 1_795_183_200;

/// A Worker with an account, and the page of its CRM.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) stand: CardStand,
    pub(crate) company: Company,
    /// When its leads came.
    pub(crate) entered: i64,
    /// Ended when the world ends.
    _workerd: Workerd,
}

impl World {
    /// The world that other tests hold, or another one; nothing where something was not built.
    pub(crate) fn get(test: &str) -> Option<Arc<Self>> {
        static HELD: Mutex<Weak<World>> = Mutex::new(Weak::new());
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(world) = held.upgrade() {
            return Some(world);
        }
        let world = Arc::new(Self::start(test)?);
        *held = Arc::downgrade(&world);
        Some(world)
    }

    fn start(test: &str) -> Option<Self> {
        let history = generate(7, ENDS, 1);
        let (Some(mut page), Some(mut worker)) =
            (CardOptions::from_env(&history).unwrap(), Options::from_env(state(), OPERATOR_KEY))
        else {
            skipped(test, "the widget and the Worker are built by `cargo xtask test`");
            return None;
        };
        page.deals = deals(&page.company);
        let stand = CardStand::start(&page).unwrap();
        worker.vars.insert("CRM_ORIGIN".to_owned(), stand.url());
        worker.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "200".to_owned());
        let workerd = Workerd::start(&worker).unwrap();
        stand.set_worker_url(&workerd.url());
        let entered = now() - WAITS_S;
        fill(&Edge::new(workerd.url(), OPERATOR_KEY), &page.company, &page.deals, entered);
        Some(Self { stand, company: page.company, entered, _workerd: workerd })
    }
}

fn state() -> PathBuf {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let number = STARTED.fetch_add(1, Ordering::Relaxed);
    let state = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("card-{number}"));
    if state.exists() {
        std::fs::remove_dir_all(&state).unwrap();
    }
    state
}

pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn deals(company: &Company) -> Vec<CardDeal> {
    let (pipeline, person) = (&company.pipelines[0], company.users[0].id);
    let deal = |id, stage: usize| CardDeal {
        id,
        name: format!("Поставка {id}"),
        pipeline: pipeline.id,
        stage: pipeline.stages[stage].id,
        responsible: person,
        ..CardDeal::default()
    };
    vec![deal(FRESH, 0), deal(BARE, 2), deal(CLAIMED, 0)]
}

fn fill(edge: &Edge, company: &Company, deals: &[CardDeal], entered: i64) {
    let opened = edge.open(&request(company)).unwrap();
    for deal in deals {
        let fields = [
            ("id", deal.id.to_string()),
            ("status_id", deal.stage.to_string()),
            ("pipeline_id", deal.pipeline.to_string()),
            ("responsible_user_id", deal.responsible.to_string()),
            ("created_user_id", "0".to_owned()),
            ("date_create", entered.to_string()),
            ("last_modified", entered.to_string()),
        ];
        let pairs = fields.map(|(name, value)| format!("leads[add][0][{name}]={value}"));
        let body = format!("{}&account[id]={}", pairs.join("&"), company.crm_id);
        let content_type = "application/x-www-form-urlencoded";
        assert_eq!(edge.deliver(&opened.hook_path, content_type, body.as_bytes()).unwrap().status, 200);
    }
    edge.wait_until_published(&opened.account, Duration::from_secs(30)).unwrap();
}

fn request(company: &Company) -> AccountRequest {
    AccountRequest {
        crm_host: None,
        crm_id: company.crm_id,
        name: company.name.clone(),
        client_secret: Secret(CLIENT_SECRET.to_owned()),
        integration_id: Some(INTEGRATION_ID.to_owned()),
        redirect_uri: Some(REDIRECT_URI.to_owned()),
        observed_from: Some(Moment(now() - 7 * 86_400)),
        zone: None,
        policy: Some(policy(company)),
        retention: None,
    }
}

/// Work never stops, so that the tests do not depend on the hour.
pub(crate) fn policy(company: &Company) -> Policy {
    let day: Vec<Window> = Window::parse("00:00", "24:00").into_iter().collect();
    let weekly = Weekly {
        mon: day.clone(),
        tue: day.clone(),
        wed: day.clone(),
        thu: day.clone(),
        fri: day.clone(),
        sat: day.clone(),
        sun: day,
    };
    let pipelines = company.pipelines.iter().map(|pipeline| Pipeline {
        id: pipeline.id,
        name: pipeline.name_ru.clone(),
        stages: pipeline.stages.iter().map(|s| StageName { id: s.id, name: s.name_ru.clone() }).collect(),
        ..Pipeline::default()
    });
    let asked = |field, name: &str| Mandatory::of(field, name, 2);
    Policy {
        calendar: Calendar { tz: company.zone.clone(), weekly, ..Calendar::default() },
        pipelines: pipelines.collect(),
        mandatory: vec![
            asked(Field::Amount, "Бюджет"),
            asked(Field::Responsible, "Ответственный"),
            asked(Field::Custom(SOURCE), "Источник"),
            asked(Field::NextStep, "Следующий шаг"),
            asked(Field::FutureDate(NEXT_CONTACT), "Дата следующего контакта"),
        ],
        first_response: FirstResponse { target: Span::Seconds(TARGET_S), ..FirstResponse::default() },
        ..Policy::default()
    }
}
