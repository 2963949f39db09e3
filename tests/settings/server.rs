//! A server that tells what a picture wants.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use takeroot_stand::http::{Reply, Request, Server, reply, with_header};

/// Status and body by the last part of the path, by the first part, which names the picture.
type Answers = Arc<Mutex<BTreeMap<String, BTreeMap<String, (u16, String)>>>>;

#[derive(Debug)]
pub(crate) struct Stub {
    server: Server,
    answers: Answers,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let answers = Answers::default();
        let known = Arc::clone(&answers);
        Self { server: Server::start(0, move |request| answer(request, &known)).unwrap(), answers }
    }

    /// The part of the page's address that leads to a server of these answers.
    pub(crate) fn telling(&self, name: &str, told: &[(&str, u16, Value)]) -> String {
        let told = told.iter().map(|(of, status, body)| ((*of).to_owned(), (*status, body.to_string())));
        self.answers.lock().unwrap().insert(name.to_owned(), told.collect());
        format!("&worker={}/{name}", self.server.url())
    }
}

fn answer(request: &Request, answers: &Answers) -> Reply {
    let mut parts = request.uri().path().split('/').skip(1);
    let (name, last) = (parts.next().unwrap_or_default(), parts.last().unwrap_or_default());
    let asked = if request.method() == "POST" { format!("{last}!") } else { last.to_owned() };
    let told = answers.lock().unwrap().get(name).and_then(|told| told.get(&asked).cloned());
    let (status, text) = match request.method().as_str() {
        "OPTIONS" => (204, String::new()),
        _ => told.unwrap_or((404, json!({}).to_string())),
    };
    let answer = with_header(reply(status, "application/json", text), "access-control-allow-origin", "*");
    with_header(answer, "access-control-allow-headers", "X-Auth-Token, Content-Type")
}
