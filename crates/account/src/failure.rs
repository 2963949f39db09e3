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

/// A rejection that the caller can mend.
#[derive(Debug, Serialize)]
pub struct Rejection {
    /// The status of the answer.
    #[serde(skip)]
    pub status: u16,
    /// What is wrong.
    pub title: &'static str,
    /// What to do.
    pub hint: String,
    /// A header that belongs to it.
    #[serde(skip)]
    pub header: Option<(&'static str, String)>,
}

/// An answer, or why there is none.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A rejection with a status of 4xx.
    #[must_use]
    pub fn rejected(status: u16, title: &'static str, hint: impl Into<String>) -> Self {
        Self::Rejected(Rejection { status, title, hint: hint.into(), header: None })
    }

    /// A rejection that ends by itself, 429 or 503: after how many seconds it is worth trying again.
    #[must_use]
    pub fn later(status: u16, title: &'static str, hint: impl Into<String>, retry_after_s: u32) -> Self {
        let header = Some(("retry-after", retry_after_s.to_string()));
        Self::Rejected(Rejection { status, title, hint: hint.into(), header })
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
