//! The server's API for operators.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;
use takeroot_core::account::{AccountListed, List};
use ureq::http::{Request, Response, Uri};

/// A page of an archive over a slow line.
const TIMEOUT: Duration = Duration::from_secs(120);
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// How often a page is asked for again, and after how long.
const RETRIES: u32 = 4;
const RETRY: Duration = Duration::from_secs(1);

pub(super) struct Server {
    url: String,
    operator_key: String,
    agent: ureq::Agent,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.url)
    }
}

/// What a server says of what it refuses.
#[derive(Deserialize)]
struct Problem {
    title: String,
    hint: String,
}

pub(super) struct Answer {
    pub(super) text: String,
    /// How to ask for the next page.
    pub(super) cursor: Option<String>,
}

impl Server {
    /// A server at an address, asked with the operator's key.
    ///
    /// # Errors
    /// The address would send the key in the open.
    pub(super) fn new(url: &str, operator_key: String) -> Result<Self> {
        let url = url.trim_end_matches('/').to_owned();
        let uri: Uri = url.parse().with_context(|| format!("«{url}» is no address: https://HOST"))?;
        let host = uri.host().unwrap_or_default();
        let is_loopback = matches!(host, "localhost" | "[::1]") || host.starts_with("127.");
        let is_safe = uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_loopback);
        ensure!(
            is_safe && !host.is_empty(),
            "«{url}»: the server's address begins with https://, or http:// on loopback, for the key travels with it"
        );
        // Nobody else is to be sent where a server points.
        let config = ureq::Agent::config_builder().max_redirects(0).timeout_global(Some(TIMEOUT));
        Ok(Self { url, operator_key, agent: config.http_status_as_error(false).build().into() })
    }

    /// An address on this server.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        read(&self.send("GET", path, Vec::new())?.text)
    }

    pub(super) fn post<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T> {
        read(&self.send("POST", path, body)?.text)
    }

    pub(super) fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        read(&self.send("DELETE", path, Vec::new())?.text)
    }

    /// Sends a request.
    ///
    /// # Errors
    /// The server is not reached, or refuses, with what to do.
    pub(super) fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Answer> {
        let mut response = self.response(method, path, body)?;
        let text = text(&mut response)?;
        match response.status().as_u16() {
            200 => {
                let cursor = response.headers().get("x-next-cursor").and_then(|value| value.to_str().ok());
                Ok(Answer { text, cursor: cursor.map(str::to_owned) })
            }
            status => Err(self.refusal(status, &text)),
        }
    }

    /// As [`Server::send`], of what changes nothing when it is sent twice: a line that breaks is no end.
    pub(super) fn send_again(&self, method: &str, path: &str, body: &[u8]) -> Result<Answer> {
        let mut pause = RETRY;
        for _ in 0..RETRIES {
            let answer = self.send(method, path, body.to_vec());
            let is_final = |error: &anyhow::Error| {
                error.downcast_ref::<Refused>().is_some_and(|refused| refused.0 < 500)
            };
            match answer {
                Err(error) if !is_final(&error) => std::thread::sleep(pause),
                answer => return answer,
            }
            pause *= 2;
        }
        self.send(method, path, body.to_vec())
    }

    /// An account as the list has it; nothing before anything of it is published.
    pub(super) fn listed(&self, account: &str) -> Result<Option<AccountListed>> {
        let mut found = None;
        self.each_listed(|listed| {
            if listed.account == account {
                found = Some(listed);
            }
        })?;
        Ok(found)
    }

    pub(super) fn each_listed(&self, take: impl FnMut(AccountListed)) -> Result<()> {
        self.each("/v1/accounts", take)
    }

    /// Everything on a list, page by page.
    pub(super) fn each<T: DeserializeOwned>(&self, path: &str, mut take: impl FnMut(T)) -> Result<()> {
        let mut page: List<T> = self.get(path)?;
        loop {
            page.items.into_iter().for_each(&mut take);
            let Some(next) = page.next else { return Ok(()) };
            let sign = if path.contains('?') { '&' } else { '?' };
            page = self.get(&format!("{path}{sign}cursor={}", escaped(&next)))?;
        }
    }

    fn response(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Response<ureq::Body>> {
        let bearer = format!("Bearer {}", self.operator_key);
        let request =
            Request::builder().method(method).uri(self.address(path)).header("authorization", bearer);
        let request =
            request.body(body).map_err(|_| anyhow!("OPERATOR_KEY holds what a header cannot carry"))?;
        let request = self.agent.configure_request(request).allow_non_standard_methods(true).build();
        let unreached = || format!("{} does not answer: check --server, and that it runs", self.url);
        self.agent.run(request).with_context(unreached)
    }

    fn refusal(&self, status: u16, text: &str) -> anyhow::Error {
        let told = match (status, serde_json::from_str::<Problem>(text)) {
            (401, Ok(_)) => {
                "the server refuses the operator's key: set OPERATOR_KEY as it is set on the server"
                    .to_owned()
            }
            (404, Ok(_)) => {
                "the server has none of this name: takeroot account list names its accounts, and takeroot \
                         account tokens A the accesses of one"
                    .to_owned()
            }
            (_, Ok(Problem { title, hint })) => format!("{title}: {hint}"),
            (300..=399, _) => {
                format!("{} sends elsewhere ({status}): give the server's own address", self.url)
            }
            _ => format!("{} answers {status}: is it a Takeroot server?", self.url),
        };
        anyhow::Error::new(Refused(status, told))
    }
}

/// The status and the words of a refusal.
#[derive(Debug)]
pub(super) struct Refused(pub(super) u16, String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl std::error::Error for Refused {}

fn text(response: &mut Response<ureq::Body>) -> Result<String> {
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
    body.read_to_string().context("the answer broke off: try again")
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(error) => {
            bail!("the answer is of another release ({error}): use the desk of the server's release")
        }
    }
}

/// A text as a value of a query.
fn escaped(text: &str) -> String {
    let escaped = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(escaped).collect()
}
