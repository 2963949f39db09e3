//! A Worker that answers as a test wishes: its address names how.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use takeroot_core::card::{Card, CardData, DealCard, Missing, Why};
use takeroot_core::deal::Origin;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Field, Policy, Rules};
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::{Day, Moment};
use takeroot_stand::http::{Reply, Request, Server, reply, with_header};

use crate::world::{BARE, TARGET_S};

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
        next_step,
        first_response: Some(timer),
        hours: None,
        timers: Vec::new(),
        card,
    };
    CardData::of(rules.at(now), Some(deal), now)
}
