//! A Worker that answers as a test wishes: its address names how.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

use takeroot_core::card::{Card, CardData, DealCard, Missing, Why};
use takeroot_core::deal::Origin;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Field, Policy, Rules};
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::{Day, Moment};
use tiny_http::{Header, Method, Response, Server};

use crate::world::{BARE, TARGET_S};

/// Friday 2026-11-20, 14:07 in Moscow: the moment of every answer that is made up here.
pub(crate) const NOW: i64 = 1_795_172_820;

/// Status, delay in seconds and body, by the first part of the path.
type Answers = Arc<Mutex<BTreeMap<String, (u16, u64, String)>>>;

/// The Worker; it ends with the test's process.
#[derive(Debug)]
pub(crate) struct Stub {
    url: String,
    answers: Answers,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let url = format!("http://{}", server.server_addr());
        let answers = Answers::default();
        let known = Arc::clone(&answers);
        spawn(move || {
            while let Ok(request) = server.recv() {
                let name = request.url().split('/').nth(1).unwrap_or_default().to_owned();
                let (status, wait_s, text) = known.lock().unwrap().get(&name).cloned().unwrap_or_default();
                spawn(move || {
                    let asks_first = *request.method() == Method::Options;
                    if !asks_first {
                        sleep(Duration::from_secs(wait_s));
                    }
                    let status = if asks_first { 204 } else { status };
                    let _ = request.respond(allowed(Response::from_string(text)).with_status_code(status));
                });
            }
        });
        Self { url, answers }
    }

    /// The address of a Worker that answers so, after some seconds.
    pub(crate) fn answering(&self, name: &str, status: u16, wait_s: u64, text: &str) -> String {
        self.answers.lock().unwrap().insert(name.to_owned(), (status, wait_s, text.to_owned()));
        format!("&worker={}/{name}", self.url)
    }

    pub(crate) fn telling(&self, name: &str, data: &CardData) -> String {
        self.answering(name, 200, 0, &serde_json::to_string(data).unwrap())
    }
}

fn allowed<R: std::io::Read>(reply: Response<R>) -> Response<R> {
    let headers = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "X-Auth-Token, Content-Type"),
        ("content-type", "application/json"),
    ];
    headers
        .into_iter()
        .fold(reply, |reply, (name, value)| reply.with_header(Header::from_bytes(name, value).unwrap()))
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
        timers: Vec::new(),
        card,
    };
    CardData { now, version: rules.at(now).for_card(now), deal: Some(deal) }
}
