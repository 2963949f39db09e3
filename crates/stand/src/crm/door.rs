//! The CRM on loopback.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Result;

use crate::feed::CONNECTIONS;
use crate::http::{self, Reply, Request, Server};

use super::{ApiRequest, Crm, Fate, Webhook};

/// How long an answer is held back that never comes.
const HOLD: Duration = Duration::from_secs(30);
/// How long the CRM waits for the answer to a webhook.
const HOOK_TIMEOUT: Duration = Duration::from_secs(2);
/// Between two looks at what is due.
const LOOK: Duration = Duration::from_millis(200);

/// A CRM that several threads ask, with the clock by which it lives.
#[derive(Clone)]
pub struct Door {
    crm: Arc<Mutex<Crm>>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Door {
    /// `clock` tells Unix seconds.
    pub fn new(crm: Arc<Mutex<Crm>>, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self { crm, clock: Arc::new(clock) }
    }

    /// The CRM, which answers nobody else meanwhile.
    pub fn crm(&self) -> MutexGuard<'_, Crm> {
        self.crm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The CRM, for another door with another clock.
    #[must_use]
    pub fn shared(&self) -> Arc<Mutex<Crm>> {
        Arc::clone(&self.crm)
    }

    /// Whether a path is the API's or OAuth's.
    #[must_use]
    pub fn knows(path: &str) -> bool {
        path.starts_with("/api/v4/") || path == "/oauth" || path == "/oauth2/access_token"
    }

    /// Answers a request. One that times out takes its half a minute and then hangs up.
    #[must_use]
    pub fn reply(&self, request: &Request) -> Reply {
        let bearer = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let asked = ApiRequest {
            method: request.method().as_str(),
            path_and_query: request.uri().path_and_query().map_or("", |path| path.as_str()),
            bearer: bearer.and_then(|value| value.strip_prefix("Bearer ")),
            body: request.body(),
        };
        let now = (self.clock)();
        let answer = self.crm().answer(&asked, now);
        match answer.fate {
            Fate::Answered => {
                let type_ = answer.header("content-type").unwrap_or_default().to_owned();
                let reply = http::reply(answer.status, &type_, answer.body);
                answer
                    .headers
                    .iter()
                    .fold(reply, |reply, (name, value)| http::with_header(reply, name, value))
            }
            Fate::Lost => http::hang_up(),
            Fate::TimedOut => {
                std::thread::sleep(HOLD);
                http::hang_up()
            }
        }
    }

    /// Posts webhooks as they become due, each to the path of its destination at `base_url`, until the result is
    /// dropped.
    #[must_use]
    pub fn deliver_to(&self, base_url: &str) -> Deliveries {
        let ends = Arc::new(AtomicBool::new(false));
        let (door, base_url, told) = (self.clone(), base_url.to_owned(), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::Relaxed) {
                door.post_due(&base_url, &told);
                std::thread::sleep(LOOK);
            }
        });
        Deliveries { ends, thread: Some(thread) }
    }

    fn post_due(&self, base_url: &str, ends: &AtomicBool) {
        let now = (self.clock)();
        let due = self.crm().due(now);
        let config = ureq::Agent::config_builder().timeout_global(Some(HOOK_TIMEOUT)).max_redirects(0);
        let agent: ureq::Agent = config.http_status_as_error(false).build().into();
        let next = AtomicUsize::new(0);
        let post = || {
            while let Some(webhook) = due.get(next.fetch_add(1, Ordering::Relaxed)) {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let outcome = posted(&agent, base_url, webhook);
                let now = (self.clock)();
                self.crm().delivered(webhook.id, outcome, now);
            }
        };
        std::thread::scope(|scope| (0..CONNECTIONS.min(due.len())).for_each(|_| drop(scope.spawn(post))));
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").finish_non_exhaustive()
    }
}

fn posted(agent: &ureq::Agent, base_url: &str, webhook: &Webhook) -> Option<u16> {
    let post = agent.post(format!("{base_url}{}", path_of(&webhook.destination)));
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let answer = post.header("user-agent", "amoCRM-WebHook-client/1.0").send(&webhook.body);
    answer.ok().map(|answer| answer.status().as_u16())
}

/// What follows the host.
fn path_of(destination: &str) -> &str {
    let rest = destination.split_once("://").map_or(destination, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}

/// A thread that posts webhooks. Dropping it ends it; what was due and not yet posted is then never sent.
#[derive(Debug)]
pub struct Deliveries {
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Deliveries {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The CRM as a server. Dropping it ends it.
#[derive(Debug)]
pub struct CrmServer {
    door: Door,
    server: Server,
}

impl CrmServer {
    /// Serves the API and OAuth on a port of loopback; 0 takes a free one. `clock` tells Unix seconds.
    ///
    /// # Errors
    /// The port is in use.
    pub fn start(
        port: u16,
        crm: Arc<Mutex<Crm>>,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Self> {
        let door = Door::new(crm, clock);
        let own = door.clone();
        let server = Server::start(port, move |request| own.reply(request))?;
        Ok(Self { door, server })
    }

    /// Its origin, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it serves.
    #[must_use]
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// See [`Door::deliver_to`].
    #[must_use]
    pub fn deliver_to(&self, base_url: &str) -> Deliveries {
        self.door.deliver_to(base_url)
    }
}
