//! Answers. Every rejection that a caller can mend has a status and a hint; every fault of ours is logged
//! and answered with one text.

use futures_util::Stream;
use serde::Serialize;
use std::cell::OnceCell;
use takeroot_account::api::{etag, is_fresh};
use takeroot_account::database::StoreError;
use takeroot_account::{Failure as Trouble, RETRY_AFTER_S, Rejection};
use web_sys::ResponseInit;
use worker::{Headers, Request, Response, ResponseBuilder, Result};

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub(crate) struct Failure(Trouble);

impl Failure {
    pub(crate) fn rejected(status: u16, title: &'static str, hint: impl Into<String>) -> Self {
        Self(Trouble::rejected(status, title, hint))
    }

    /// As [`Failure::rejected`], of what ends by itself.
    pub(crate) fn later(
        status: u16,
        title: &'static str,
        hint: impl Into<String>,
        retry_after_s: u32,
    ) -> Self {
        Self(Trouble::later(status, title, hint, retry_after_s))
    }

    pub(crate) fn not_found() -> Self {
        Self(Trouble::not_found())
    }

    pub(crate) fn not_a_cursor() -> Self {
        Self(Trouble::not_a_cursor())
    }

    /// A known path that is asked by another method than those of `allow`.
    pub(crate) fn other_method(allow: String) -> Self {
        Self(Trouble::other_method(allow))
    }

    /// For where only the runtime's own kind fits.
    pub(crate) fn into_error(self) -> worker::Error {
        worker::Error::RustError(format!("{:?}", self.0))
    }

    pub(crate) fn is_not_found(&self) -> bool {
        matches!(&self.0, Trouble::Rejected(rejection) if rejection.status == 404)
    }

    pub(crate) fn fault(fault: impl Into<String>) -> Self {
        Self(Trouble::Fault(fault.into()))
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self(trouble)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl From<worker::Error> for Failure {
    fn from(error: worker::Error) -> Self {
        Self::fault(error.to_string())
    }
}

impl From<worker::KvError> for Failure {
    fn from(error: worker::KvError) -> Self {
        Self::fault(format!("kv: {error}"))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self(error.into())
    }
}

pub(crate) type Answer<T> = std::result::Result<T, Failure>;

/// The one place where failures become answers.
pub(crate) fn finish(answer: Answer<Response>) -> Result<Response> {
    let rejection = match answer {
        Ok(response) => return Ok(response),
        Err(Failure(Trouble::Rejected(rejection))) => rejection,
        Err(Failure(Trouble::Fault(fault))) => {
            worker::console_error!("{fault}");
            Rejection::of_fault()
        }
    };
    let (text, headers) = (serde_json::to_string(&rejection)?, headers_of(&rejection)?);
    Ok(ResponseBuilder::new().with_status(rejection.status).with_headers(headers).fixed(text.into_bytes()))
}

fn headers_of(rejection: &Rejection) -> Result<Headers> {
    let headers = headers("application/problem+json")?;
    for (name, value) in rejection.headers() {
        headers.set(name, &value)?;
    }
    Ok(headers)
}

/// What `HEAD` is answered with.
pub(crate) fn without_body(response: &Response) -> Result<Response> {
    let headers = response.headers().clone();
    Ok(ResponseBuilder::new().with_status(response.status_code()).with_headers(headers).empty())
}

thread_local! {
    // Nobody changes them: an answer copies them.
    static OF_HOOK: OnceCell<ResponseInit> = const { OnceCell::new() };
    static OF_SHED: OnceCell<(String, ResponseInit)> = const { OnceCell::new() };
}

/// The answer to a webhook for which there is no room. There may be thousands a second, and others wait for as long as each
/// takes: its text and headers are made once.
pub(crate) fn shed() -> web_sys::Response {
    OF_SHED.with(|known| {
        let (text, init) = known.get_or_init(|| {
            let hint = "too many webhooks at once: send it again later, nothing of it is stored";
            let rejection = Rejection::later(503, "shed", hint, RETRY_AFTER_S);
            let (text, init) = (serde_json::to_string(&rejection).unwrap_or_default(), ResponseInit::new());
            init.set_status(rejection.status);
            if let Ok(headers) = headers_of(&rejection) {
                init.set_headers(&headers.0);
            }
            (text, init)
        });
        web_sys::Response::new_with_opt_str_and_init(Some(text), init)
            .unwrap_or_else(|_| web_sys::Response::error())
    })
}

/// The answer to a webhook, of which there are many, to a caller that reads its status only.
pub(crate) fn stored<T: Serialize>(value: &T) -> Answer<web_sys::Response> {
    let text = serde_json::to_string(value)?;
    if OF_HOOK.with(|init| init.get().is_none()) {
        let (headers, init) = (Headers::new(), ResponseInit::new());
        headers.set("content-type", "application/json")?;
        init.set_headers(&headers.0);
        OF_HOOK.with(|known| drop(known.set(init)));
    }
    OF_HOOK
        .with(|init| match init.get() {
            Some(init) => web_sys::Response::new_with_opt_str_and_init(Some(&text), init),
            None => web_sys::Response::new_with_opt_str(Some(&text)),
        })
        .map_err(|error| Failure::fault(format!("an answer: {error:?}")))
}

pub(crate) fn json<T: Serialize>(value: &T) -> Answer<Response> {
    json_text(serde_json::to_string(value)?)
}

/// What is JSON already.
pub(crate) fn json_text(text: String) -> Answer<Response> {
    Ok(with("application/json", 200, text)?)
}

/// A published document, as JSON; nothing of it where the one that asks has it already.
pub(crate) fn published(req: &Request, text: String) -> Answer<Response> {
    let etag = etag(&text);
    let known = req.headers().get("if-none-match")?.is_some_and(|known| is_fresh(&known, &etag));
    let response = match known {
        true => ResponseBuilder::new().with_status(304).with_headers(headers("application/json")?).empty(),
        false => with("application/json", 200, text)?,
    };
    response.headers().set("etag", &etag)?;
    response.headers().set("cache-control", "private, no-cache")?;
    response.headers().set("vary", "authorization")?;
    Ok(response)
}

/// A table that leaves part by part.
pub(crate) fn csv(name: &str, parts: impl Stream<Item = Result<Vec<u8>>> + 'static) -> Answer<Response> {
    let headers = headers("text/csv; charset=utf-8; header=present")?;
    headers.set("content-disposition", &format!("attachment; filename=\"{name}\""))?;
    Ok(ResponseBuilder::new().with_headers(headers).from_stream(parts)?)
}

/// Lines of JSON, and the cursor of the next ones.
pub(crate) fn json_lines(text: String, next: Option<&str>) -> Answer<Response> {
    let response = with("application/x-ndjson", 200, text)?;
    if let Some(next) = next {
        response.headers().set(NEXT_CURSOR, next)?;
    }
    Ok(response)
}

const NEXT_CURSOR: &str = "x-next-cursor";

pub(crate) fn html(status: u16, text: String) -> Answer<Response> {
    Ok(with("text/html; charset=utf-8", status, text)?)
}

/// The text format of Prometheus.
pub(crate) fn text(text: String) -> Answer<Response> {
    Ok(with("text/plain; version=0.0.4; charset=utf-8", 200, text)?)
}

pub(crate) fn css(text: &str) -> Answer<Response> {
    let response = with("text/css; charset=utf-8", 200, text.to_owned())?;
    response.headers().set("cache-control", "public, max-age=300")?;
    Ok(response)
}

/// Bytes to be kept, never to be shown. The name is of ours.
pub(crate) fn attachment(name: &str, bytes: Vec<u8>) -> Answer<Response> {
    let response = with("application/octet-stream", 200, bytes)?;
    response.headers().set("content-disposition", &format!("attachment; filename=\"{name}\""))?;
    Ok(response)
}

fn with(content_type: &str, status: u16, body: impl Into<Vec<u8>>) -> Result<Response> {
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers(content_type)?).fixed(body.into()))
}

/// What every answer says of itself.
fn headers(content_type: &str) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("content-security-policy", CSP)?;
    // Other sites neither embed an answer nor keep a hold on a page that they opened.
    headers.set("cross-origin-resource-policy", "same-origin")?;
    headers.set("cross-origin-opener-policy", "same-origin")?;
    Ok(headers)
}

/// Pages carry their own styles and nothing else.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
                   frame-ancestors 'none'";
