//! Requests of the page.

use std::io::Cursor;
use std::sync::Arc;

use tiny_http::{Header, Method, Request, Response, Server};

use super::page::{self, WIDGET_CODE};
use super::{Stand, TokenMode, mint};

type Reply = Response<Cursor<Vec<u8>>>;

/// Answers until the server is unblocked.
pub(super) fn serve(server: &Server, stand: &Arc<Stand>) {
    for request in server.incoming_requests() {
        let stand = Arc::clone(stand);
        std::thread::spawn(move || {
            let reply = reply(&request, &stand);
            // A browser that is gone wants no answer.
            let _ = request.respond(reply);
        });
    }
}

fn reply(request: &Request, stand: &Stand) -> Reply {
    let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (Method::Get, [""]) => found("index.html", page::index(stand)),
        (Method::Get, ["crm", name]) => file(name, page::own_file(name).map(str::as_bytes)),
        (Method::Get, ["lib", "require.js"]) => file("require.js", Some(&stand.require_js)),
        (Method::Get, ["lib", "jquery.js"]) => file("jquery.js", Some(&stand.jquery_js)),
        (Method::Get, ["upl", "widget", code, rest @ ..]) if *code == WIDGET_CODE => {
            let name = rest.join("/");
            file(&name, stand.archive.file(&name))
        }
        (Method::Get, ["ajax", "deals", id]) => deal(stand, id),
        (Method::Post, ["ajax", "token"]) => token(stand, query),
        _ => status(404, "not found"),
    }
}

fn deal(stand: &Stand, id: &str) -> Reply {
    let id = id.parse().unwrap_or(0);
    let deal = stand.options.deals.iter().find(|deal| deal.id == id);
    match deal.map(serde_json::to_string) {
        Some(Ok(text)) => found("deal.json", text),
        Some(Err(_)) => status(500, "the deal cannot be told"),
        None => status(404, "no such deal"),
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
    bytes.map_or_else(|| status(404, "no such file"), |bytes| found(name, bytes))
}

fn found(name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let headers = [("content-type", content_type(name)), ("cache-control", "no-store")];
    let headers = headers.iter().filter_map(|(name, value)| Header::from_bytes(*name, *value).ok());
    headers.fold(Response::from_data(bytes), Response::with_header)
}

fn status(code: u16, text: &str) -> Reply {
    Response::from_string(text).with_status_code(code)
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
