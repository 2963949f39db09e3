//! Requests of the page.

use hyper::Method;
use hyper::body::Bytes;
use serde::Serialize;

use super::page::{self, WIDGET_CODE};
use super::{Stand, TokenMode, mint};
use crate::crm::Door;
use crate::http::{self, Reply, Request};

pub(super) fn reply(request: &Request, stand: &Stand) -> Reply {
    if let Some(crm) = stand.options.crm.as_ref().filter(|_| Door::knows(request.uri().path())) {
        return crm.reply(request);
    }
    let segments: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (&Method::GET, [""]) => found("index.html", page::index(stand)),
        (&Method::GET, ["crm", name]) => file(name, page::own_file(name).map(str::as_bytes)),
        (&Method::GET, ["lib", "require.js"]) => file("require.js", Some(&stand.require_js)),
        (&Method::GET, ["lib", "jquery.js"]) => file("jquery.js", Some(&stand.jquery_js)),
        (&Method::GET, ["upl", "widget", code, rest @ ..]) if *code == WIDGET_CODE => {
            let name = rest.join("/");
            file(&name, stand.archive.file(&name))
        }
        (&Method::GET, ["ajax", "deals"]) => json("deals.json", &stand.options.deals),
        (&Method::GET, ["ajax", "deals", id]) => deal(stand, id),
        (&Method::POST, ["ajax", "token"]) => token(stand, request.uri().query().unwrap_or_default()),
        _ => status(404, "not found"),
    }
}

fn deal(stand: &Stand, id: &str) -> Reply {
    let id = id.parse().unwrap_or(0);
    let deal = stand.options.deals.iter().find(|deal| deal.id == id);
    deal.map_or_else(|| status(404, "no such deal"), |deal| json("deal.json", deal))
}

fn json(name: &str, told: &impl Serialize) -> Reply {
    match serde_json::to_string(told) {
        Ok(text) => found(name, text),
        Err(_) => status(500, "it cannot be told"),
    }
}

fn token(stand: &Stand, query: &str) -> Reply {
    let mode = query.split('&').find_map(|pair| pair.strip_prefix("mode=")).unwrap_or("good");
    let Some(mode) = TokenMode::named(mode) else { return status(400, "no such token") };
    match mint(&stand.options.account, mode) {
        Ok(token) => found("token.json", serde_json::json!({ "token": token }).to_string()),
        Err(error) => status(500, &format!("{error:#}")),
    }
}

fn file(name: &str, bytes: Option<&[u8]>) -> Reply {
    bytes.map_or_else(|| status(404, "no such file"), |bytes| found(name, bytes.to_vec()))
}

fn found(name: &str, bytes: impl Into<Bytes>) -> Reply {
    http::with_header(http::reply(200, content_type(name), bytes), "cache-control", "no-store")
}

fn status(code: u16, text: &str) -> Reply {
    http::reply(code, "text/plain; charset=utf-8", text.to_owned())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
