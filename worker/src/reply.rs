//! Answers. Every rejection that a caller can mend has a status and a hint; every fault of ours is logged
//! and answered with one text.

use crate::sql::StoreError;
use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder, Result};

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The caller can mend it.
    Rejected(Rejection),
    /// Our own fault.
    Fault(String),
}

/// A rejection that the caller can mend.
#[derive(Debug, Serialize)]
pub(crate) struct Rejection {
    #[serde(skip)]
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) hint: String,
}

impl Failure {
    pub(crate) fn rejected(status: u16, title: &'static str, hint: impl Into<String>) -> Self {
        Self::Rejected(Rejection { status, title, hint: hint.into() })
    }

    /// The same for everything that is not there and everything that may not be seen.
    pub(crate) fn not_found() -> Self {
        Self::rejected(404, "not found", "check the address")
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

impl From<worker::KvError> for Failure {
    fn from(error: worker::KvError) -> Self {
        Self::Fault(format!("kv: {error}"))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(format!("json: {error}"))
    }
}

pub(crate) type Answer<T> = std::result::Result<T, Failure>;

/// The one place where failures become answers.
pub(crate) fn finish(answer: Answer<Response>) -> Result<Response> {
    match answer {
        Ok(response) => Ok(response),
        Err(Failure::Rejected(rejection)) => {
            let body = serde_json::to_string(&rejection)?;
            with("application/problem+json", rejection.status, body)
        }
        Err(Failure::Fault(fault)) => {
            worker::console_error!("{fault}");
            let body = r#"{"title":"our fault","hint":"try again later; the log says more"}"#;
            with("application/problem+json", 500, body.to_owned())
        }
    }
}

pub(crate) fn json<T: Serialize>(value: &T) -> Answer<Response> {
    Ok(with("application/json", 200, serde_json::to_string(value)?)?)
}

pub(crate) fn json_text(text: String) -> Answer<Response> {
    Ok(with("application/json", 200, text)?)
}

pub(crate) fn html(status: u16, text: String) -> Answer<Response> {
    Ok(with("text/html; charset=utf-8", status, text)?)
}

pub(crate) fn css(text: &str) -> Answer<Response> {
    let response = with("text/css; charset=utf-8", 200, text.to_owned())?;
    response.headers().set("cache-control", "public, max-age=300")?;
    Ok(response)
}

fn with(content_type: &str, status: u16, body: String) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("content-security-policy", CSP)?;
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).fixed(body.into_bytes()))
}

/// Pages carry their own styles and nothing else.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                   frame-ancestors 'none'";
