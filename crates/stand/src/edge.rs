//! A client of the Worker on loopback.

use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use takeroot_core::account::{AccountOpened, AccountRequest, List};
use takeroot_core::fact::Fact;

/// The CRM gives up after two seconds; a stand that is slower than this is broken.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Connections are used again, as a proxy or the CRM's own pool does.
const CONNECTIONS_KEPT: usize = 512;

/// The Worker as its clients see it.
#[derive(Clone, Debug)]
pub struct Edge {
    url: String,
    operator_key: String,
    agent: ureq::Agent,
}

/// A status and a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body as text.
    pub text: String,
}

impl Edge {
    /// A client of the Worker at `url`, without a slash at its end.
    #[must_use]
    pub fn new(url: String, operator_key: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_idle_connections(CONNECTIONS_KEPT)
            .max_idle_connections_per_host(CONNECTIONS_KEPT);
        Self { url, operator_key: operator_key.to_owned(), agent: config.build().into() }
    }

    /// Where the Worker answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens an account.
    ///
    /// # Errors
    /// The Worker refuses, with its words.
    pub fn open(&self, request: &AccountRequest) -> Result<AccountOpened> {
        let post = self.agent.post(format!("{}/v1/accounts", self.url));
        let post = post.header("authorization", format!("Bearer {}", self.operator_key));
        let answered = answered(post.send(serde_json::to_vec(request)?)?)?;
        answered.json().context("opening an account")
    }

    /// Posts a body as the CRM does.
    ///
    /// # Errors
    /// The Worker does not answer.
    pub fn deliver(&self, hook_path: &str, content_type: &str, body: &[u8]) -> Result<Answered> {
        let post = self.agent.post(format!("{}{hook_path}", self.url));
        answered(post.header("content-type", content_type).send(body)?)
    }

    /// Gets a path with a token, or without one.
    ///
    /// # Errors
    /// The Worker does not answer.
    pub fn get(&self, path: &str, token: Option<&str>) -> Result<Answered> {
        let mut get = self.agent.get(format!("{}{path}", self.url));
        if let Some(token) = token {
            get = get.header("authorization", format!("Bearer {token}"));
        }
        answered(get.call()?)
    }

    /// Gets what only an operator may see.
    ///
    /// # Errors
    /// The Worker does not answer, or refuses.
    pub fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.get(path, Some(&self.operator_key))?.json().with_context(|| path.to_owned())
    }

    /// Posts to a path that only an operator may use.
    ///
    /// # Errors
    /// The Worker does not answer.
    pub fn order(&self, path: &str) -> Result<Answered> {
        let post = self.agent.post(format!("{}{path}", self.url));
        answered(post.header("authorization", format!("Bearer {}", self.operator_key)).send_empty()?)
    }

    /// Sends any request, with a token and a body or without them.
    ///
    /// # Errors
    /// The Worker does not answer, or this is no request.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&str>,
    ) -> Result<Answered> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = body.unwrap_or_default().to_owned();
        let request =
            self.agent.configure_request(request.body(body)?).allow_non_standard_methods(true).build();
        let response = self.agent.run(request);
        answered(response?)
    }

    /// The journal of an account, page by page.
    ///
    /// # Errors
    /// The Worker does not answer, or refuses.
    pub fn facts(&self, account: &str) -> Result<Vec<Fact>> {
        let path = format!("/v1/accounts/{account}/facts");
        let mut page: List<Fact> = self.ask(&path)?;
        let mut facts = Vec::new();
        loop {
            facts.append(&mut page.items);
            let Some(next) = page.next else { return Ok(facts) };
            page = self.ask(&format!("{path}?cursor={next}"))?;
        }
    }

    /// Waits until everything that was delivered is published.
    ///
    /// # Errors
    /// It takes longer than `patience`.
    pub fn wait_until_published(&self, account: &str, patience: Duration) -> Result<()> {
        let until = std::time::Instant::now() + patience;
        loop {
            let status: Value = self.ask(&format!("/v1/accounts/{account}/status"))?;
            if status.get("published").is_some_and(|told| *told == true) {
                return Ok(());
            }
            if std::time::Instant::now() > until {
                bail!("after {patience:?} days are still not published: {status}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Answered {
    /// The body as JSON, where the status is 200.
    ///
    /// # Errors
    /// Another status, or another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if self.status != 200 {
            bail!("{}: {}", self.status, self.text);
        }
        serde_json::from_str(&self.text).with_context(|| self.text.chars().take(200).collect::<String>())
    }
}

fn answered(mut response: ureq::http::Response<ureq::Body>) -> Result<Answered> {
    let text = response.body_mut().with_config().limit(256 << 20).read_to_string()?;
    Ok(Answered { status: response.status().as_u16(), text })
}
