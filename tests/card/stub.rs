//! A Worker that answers as a test wishes: its address names how.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use takeroot_core::card::{Card, CardData, DealCard, Duplicate, Missing, Why};
use takeroot_core::deal::Origin;
use takeroot_core::fact::{Actor, IdentityKind, Stage};
use takeroot_core::own::OwnDay;
use takeroot_core::policy::{Checklist, ChecklistItem, Field, Mandatory, Policy, Rules, Starts};
use takeroot_core::sla::{NamedTimer, Timer, TimerState};
use takeroot_core::time::{Day, Moment};
use takeroot_stand::http::{Reply, Request, Server, reply, with_header};

use crate::world::{BARE, SOURCE, TARGET_S};

/// Friday 2026-11-20, 14:07 in Moscow: the moment of every answer that is made up here.
pub(crate) const NOW: i64 = 1_795_172_820;

/// Status, delay in seconds and body, by the first part of the path.
type Answers = Arc<Mutex<BTreeMap<String, (u16, u64, String)>>>;

/// The Worker.
#[derive(Debug)]
pub(crate) struct Stub {
    server: Server,
    answers: Answers,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let answers = Answers::default();
        let known = Arc::clone(&answers);
        Self { server: Server::start(0, move |request| answer(request, &known)).unwrap(), answers }
    }

    /// The address of a Worker that answers so, after some seconds.
    pub(crate) fn answering(&self, name: &str, status: u16, wait_s: u64, text: &str) -> String {
        self.answers.lock().unwrap().insert(name.to_owned(), (status, wait_s, text.to_owned()));
        format!("&worker={}/{name}", self.server.url())
    }

    pub(crate) fn telling(&self, name: &str, data: &CardData) -> String {
        self.answering(name, 200, 0, &serde_json::to_string(data).unwrap())
    }
}

fn answer(request: &Request, answers: &Answers) -> Reply {
    let name = request.uri().path().split('/').nth(1).unwrap_or_default();
    let (status, wait_s, text) = answers.lock().unwrap().get(name).cloned().unwrap_or_default();
    let status = if request.method() == "OPTIONS" {
        204
    } else {
        sleep(Duration::from_secs(wait_s));
        status
    };
    let answer = with_header(reply(status, "application/json", text), "access-control-allow-origin", "*");
    with_header(answer, "access-control-allow-headers", "X-Auth-Token, Content-Type")
}

/// What the Worker says of the bare deal under a policy, when its lead has waited for some seconds.
pub(crate) fn data(policy: &Policy, waited_s: i64, next_step: Option<Moment>) -> CardData {
    let (now, started) = (Moment(NOW), Moment(NOW - waited_s));
    let day: Day = "2026-11-01".parse().unwrap();
    let rules = Rules::compile(vec![(day, policy.clone())], Moment(NOW - 30 * 86_400), now).unwrap();
    let timer = Timer {
        state: if waited_s < TARGET_S { TimerState::Running } else { TimerState::Breached },
        started,
        due: Some(started.plus(TARGET_S)),
        target_s: TARGET_S,
        warns_s: TARGET_S / 5,
        elapsed_s: waited_s,
        ..Timer::default()
    };
    let pipeline = &policy.pipelines[0];
    let asked = policy.mandatory.iter().filter(|asked| asked.from_stage <= 3);
    let fields = asked.clone().map(|asked| asked.field).filter(|field| *field != Field::Responsible);
    let card = Card {
        asked: asked.clone().count(),
        weight: asked.map(|asked| u64::from(asked.weight)).sum(),
        missing: fields.map(|field| Missing { field, why: Why::Empty, weight: 1 }).collect(),
        ..Card::default()
    };
    let deal = DealCard {
        as_of: now,
        deal: BARE,
        origin: Origin::Inbound,
        pipeline: pipeline.id,
        stage: Some(Stage::Open(pipeline.stages[2].id)),
        responsible: 10_271_001,
        changed: None,
        source: None,
        reachable: false,
        priced: false,
        fields: Vec::new(),
        identities: Vec::new(),
        next_step,
        first_response: Some(timer),
        hours: None,
        claimed: None,
        timers: Vec::new(),
        card,
    };
    CardData::of(rules.at(now), Some(deal), now)
}

/// The same of a lead that was answered after eight minutes, by the CRM's word or by somebody's own.
pub(crate) fn answered(policy: &Policy, outside: bool) -> CardData {
    let mut data = data(policy, 480, Some(Moment(NOW + 3600)));
    if let Some(deal) = &mut data.deal {
        let met = Timer {
            state: TimerState::Met,
            answered: Some(data.now),
            stopped: Some(data.now),
            ..Timer::default()
        };
        let first = deal.first_response.unwrap_or_default();
        deal.first_response =
            Some(Timer { target_s: TARGET_S, elapsed_s: 480, started: first.started, ..met });
        deal.claimed = outside.then_some(data.now);
    }
    data
}

/// The same of a lead whose target has passed, but nothing was read since.
pub(crate) fn checking(policy: &Policy) -> CardData {
    let mut data = data(policy, 1000, None);
    if let Some(first) = data.deal.as_mut().and_then(|deal| deal.first_response.as_mut()) {
        (first.state, first.is_read) = (TimerState::Checking, true);
    }
    data
}

/// All that a card may have at once.
pub(crate) fn rich(policy: &Policy) -> CardData {
    let item = |id, name: &str| ChecklistItem { field: Field::Custom(id), name: name.to_owned() };
    let items = vec![
        item(SOURCE, "Потребность ясна?"),
        item(614_209, "Кто принимает решение?"),
        item(614_211, "Срок покупки известен?"),
    ];
    let mut policy = policy.clone();
    policy.checklists = vec![Checklist { name: "BANT".to_owned(), items, pipelines: Vec::new() }];
    policy.sources.field = Some(SOURCE);
    policy.sources.channel = Some(614_207);
    policy.sources.utm = vec![614_213];
    let asked = Mandatory::of(Field::Custom(614_213), "Комментарий", 4);
    policy.mandatory.push(asked);
    let mut data = data(&policy, 130, Some(Moment(NOW + 3600)));
    let timer = |name: &str, starts, state, target_s, elapsed_s: i64| NamedTimer {
        name: Some(name.to_owned()),
        starts,
        pipeline: 0,
        responsible: 0,
        hours: None,
        timer: Timer {
            state,
            started: Moment(NOW - elapsed_s),
            due: Some(Moment(NOW + target_s - elapsed_s)),
            target_s,
            elapsed_s,
            ..Timer::default()
        },
    };
    if let Some(deal) = &mut data.deal {
        deal.changed = Some((Moment(NOW - 72_000), Actor::User(deal.responsible)));
        deal.timers = vec![
            timer("Сделка без движения", Starts::StageEntered, TimerState::Running, 97_200, 18_000),
            timer("Ответ на сообщение", Starts::ClientMessage, TimerState::Breached, 3600, 7200),
            timer("Счёт не оплачен", Starts::StageEntered, TimerState::Checking, 3600, 3700),
        ];
    }
    data.duplicates = vec![
        Duplicate { deal: 30_441_695, same: IdentityKind::Phone },
        Duplicate { deal: 30_441_702, same: IdentityKind::Email },
    ];
    data.own = Some(OwnDay {
        acts: 21,
        done: 3,
        in_time: 4,
        breached: 1,
        overdue: 2,
        usual: Some(12),
        team: Some(9),
    });
    data
}
