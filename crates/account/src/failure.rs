//! Every rejection that a caller can mend has a status and a hint; every fault of ours is logged, not told.

use crate::database::StoreError;
use serde::Serialize;

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub enum Failure {
    /// The caller can mend it.
    Rejected(Rejection),
    /// Our own fault, for the log.
    Fault(String),
}

/// A rejection that the caller can mend, as it travels: the problem details of RFC 9457, with a hint.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Problem"))]
pub struct Rejection {
    /// What is wrong.
    pub title: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// What to do.
    pub hint: String,
    /// A header that belongs to it.
    #[serde(skip)]
    header: Option<(&'static str, String)>,
}

/// An answer, or why there is none.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A rejection with a status of 4xx.
    #[must_use]
    pub fn rejected(status: u16, title: &'static str, hint: impl Into<String>) -> Self {
        Self::Rejected(Rejection { title, status, hint: hint.into(), header: None })
    }

    /// A rejection that ends by itself, 429 or 503: after how many seconds it is worth trying again.
    #[must_use]
    pub fn later(status: u16, title: &'static str, hint: impl Into<String>, retry_after_s: u32) -> Self {
        Self::Rejected(Rejection::later(status, title, hint, retry_after_s))
    }

    /// A path that is asked by another method than those that it allows.
    #[must_use]
    pub fn other_method(allow: String) -> Self {
        let (title, hint) = ("not by this method", format!("ask by {allow}"));
        Self::Rejected(Rejection { title, status: 405, hint, header: Some(("allow", allow)) })
    }

    /// A cursor that no page gave.
    #[must_use]
    pub fn not_a_cursor() -> Self {
        let hint = "give as `cursor` what `next` of the page before said, or begin without one";
        Self::rejected(400, "this is no cursor of this list", hint)
    }

    /// The same for everything that is not there and everything that may not be seen.
    #[must_use]
    pub fn not_found() -> Self {
        Self::rejected(404, "not found", "check the address")
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(format!("json: {error}"))
    }
}

impl Rejection {
    /// What a caller learns of a fault of ours.
    #[must_use]
    pub fn of_fault() -> Self {
        let hint = "try again later; the log says more".to_owned();
        Self { title: "our fault", status: 500, hint, header: None }
    }

    /// As [`Failure::later`].
    pub fn later(status: u16, title: &'static str, hint: impl Into<String>, retry_after_s: u32) -> Self {
        let header = Some(("retry-after", retry_after_s.to_string()));
        Self { title, status, hint: hint.into(), header }
    }

    /// Headers that belong to it.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let challenge = (self.status == 401).then(|| ("www-authenticate", "Bearer".to_owned()));
        self.header.clone().into_iter().chain(challenge)
    }
}
