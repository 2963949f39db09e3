//! The CRM on loopback.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use takeroot_stand::crm::{Crm, CrmServer, Fault, FaultKind};
use takeroot_stand::http::{Server, reply};

use super::{ENDS, HEAD};

fn agent(timeout: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder().timeout_global(Some(timeout)).max_redirects(0);
    config.http_status_as_error(false).build().into()
}

fn started(now: i64) -> (CrmServer, String) {
    let mut crm = Crm::of_weeks(7, ENDS, 1);
    let token = crm.issue_long_lived(HEAD, i64::MAX);
    (CrmServer::start(0, Arc::new(Mutex::new(crm)), move || now).unwrap(), format!("Bearer {token}"))
}

#[test]
fn lists_are_served_and_lost_answers_are_not() {
    let (server, token) = started(ENDS);
    let get = |timeout: Duration| {
        let ask = agent(timeout).get(format!("{}/api/v4/leads?limit=5", server.url()));
        ask.header("authorization", &token).call()
    };
    let mut page = get(Duration::from_secs(20)).unwrap();
    assert_eq!(
        (page.status(), page.headers()["date"].to_str().unwrap()),
        (200.try_into().unwrap(), "Fri, 20 Nov 2026 14:00:00 GMT")
    );
    assert!(page.body_mut().read_to_string().unwrap().starts_with("{\"_embedded\""));
    let add = |what| server.door().crm().faults_mut().add(Fault { on: String::new(), what, times: 1 });
    add(FaultKind::LostAnswer);
    assert!(get(Duration::from_secs(20)).is_err());
    add(FaultKind::TimeOut);
    let asked_at = Instant::now();
    assert!(get(Duration::from_millis(300)).is_err());
    assert!(asked_at.elapsed() >= Duration::from_millis(300), "it was held back");
    assert_eq!(get(Duration::from_secs(20)).unwrap().status(), 200);
    let bare = agent(Duration::from_secs(20)).get(format!("{}/api/v4/leads", server.url()));
    assert_eq!(bare.call().unwrap().status(), 401);
}

#[test]
fn webhooks_are_posted_to_the_path_of_their_destination() {
    let (server, token) = started(ENDS - 7 * 86_400);
    let body = "{\"destination\":\"https://takeroot.example/h/secret?a=1\",\"settings\":[\"add_lead\"]}";
    let post = agent(Duration::from_secs(20)).post(format!("{}/api/v4/webhooks", server.url()));
    assert_eq!(post.header("authorization", &token).send(body).unwrap().status(), 201);
    let heard: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let ears = Arc::clone(&heard);
    let receiver = Server::start(0, move |request| {
        let told = (request.uri().to_string(), String::from_utf8_lossy(request.body()).into_owned());
        ears.lock().unwrap().push(told);
        reply(200, "text/plain", "")
    })
    .unwrap();
    server.door().crm().advance(ENDS);
    // The server's own clock stands, so that what happens is due only by this one.
    let later = takeroot_stand::crm::Door::new(server.door().shared(), || ENDS);
    let deliveries = later.deliver_to(&receiver.url());
    let begun = Instant::now();
    while heard.lock().unwrap().len() < 40 && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(deliveries);
    let heard = heard.lock().unwrap();
    assert!(heard.len() >= 40, "{}", heard.len());
    assert!(heard.iter().all(|(path, body)| path == "/h/secret?a=1" && body.contains("leads%5Badd%5D")));
}
