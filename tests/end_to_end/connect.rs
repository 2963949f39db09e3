//! A server is connected to the CRM as a customer would: an admin says yes there, history is read, webhooks come in.

use crate::runtime::{OPERATOR_KEY, Runtime};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use takeroot_core::account::AccountOpened;
use takeroot_core::connection::{Connected, ConnectionState};
use takeroot_core::doctor::Diagnosis;
use takeroot_stand::account;
use takeroot_stand::company::generate;
use takeroot_stand::crm::{Crm, CrmServer, Fault, FaultKind};
use takeroot_stand::edge::Edge;

/// Events of the minute before are waited for.
const PATIENCE: Duration = Duration::from_secs(180);

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn state(edge: &Edge, opened: &AccountOpened) -> ConnectionState {
    edge.ask(&format!("/v1/accounts/{}/connection", opened.account)).unwrap()
}

fn wait(edge: &Edge, opened: &AccountOpened, what: &str, is_there: impl Fn(&ConnectionState) -> bool) {
    let begun = Instant::now();
    loop {
        let state = state(edge, opened);
        if is_there(&state) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {state:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn an_admin_says_yes_and_minutes_later_there_is_a_finding_and_webhooks_come_in() {
    let Some(mut runtime) = Runtime::start("connect") else { return };
    let crm = Arc::new(Mutex::new(Crm::of_weeks(7, now(), 4)));
    let server = CrmServer::start(0, crm, now).unwrap();
    runtime.options.outbound = vec!["127.0.0.1/32".to_owned()];
    runtime.options.vars.insert("CRM_ORIGIN".to_owned(), server.url());
    let runtime = runtime.kill_and_start();
    let (edge, door) = (&runtime.edge, server.door());
    let mut request = account::request(&generate(7, now(), 1));
    (request.policy, request.observed_from) = (None, None);
    let opened = edge.open(&request).unwrap();
    let path = format!("/v1/accounts/{}/connection", opened.account);

    let answered = edge.send("POST", &path, Some(OPERATOR_KEY), Some(r#"{"history_days": 28}"#)).unwrap();
    let Connected::Authorize { url } = answered.json().unwrap() else { panic!("{answered:?}") };
    assert!(
        url.starts_with("https://www.amocrm.ru/oauth?client_id=") && !url.contains(OPERATOR_KEY),
        "{url}"
    );
    let told = |name: &str| url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap();
    let query = door.crm().approve(told("client_id="), told("state="), now()).unwrap();
    // What somebody made up opens nothing.
    let forged = query.replace("state=amo-", "state=amo-1");
    assert_eq!(edge.get(&format!("/oauth?{forged}"), None).unwrap().status, 404);
    // When the widget is installed, the CRM comes by itself: nobody was asked, and nothing is connected.
    let installed = "/oauth?code=def50200a1&referer=lena.kommo.com&client_id=6f1c&from_widget=1";
    let page = edge.get(installed, None).unwrap();
    assert_eq!((page.status, page.text.contains("The widget is installed")), (200, true), "{page:?}");
    assert_eq!(state(edge, &opened), ConnectionState::default());
    let page = edge.get(&format!("/oauth?{query}&lang=en"), None).unwrap();
    assert_eq!((page.status, page.text.contains("The CRM is connected")), (200, true), "{page:?}");
    // A consent is worth tokens once.
    assert_eq!(edge.get(&format!("/oauth?{query}"), None).unwrap().status, 422);

    wait(edge, &opened, "a finding", |state| state.finding.is_some());
    let known = state(edge, &opened);
    assert_eq!((known.trouble, known.refused.len()), (None, 0), "{known:?}");
    assert!(known.webhooks.unwrap().len() > 20);
    assert!(known.finding.unwrap().n > 5);

    // A power cut forgets nothing: the tokens are there, and it goes on.
    let runtime = runtime.kill_and_start();
    let edge = &runtime.edge;
    wait(edge, &opened, "a reading", |state| state.read_to.is_some());
    runtime.assert_recomputed_equal(&opened);

    // Nor one in the midst of a renewal: the CRM has given new tokens, and nobody has heard them.
    let fault = |on: &str, what| Fault { on: on.to_owned(), what, times: 1 };
    door.crm().faults_mut().add(fault("/api/v4/", FaultKind::Status(401)));
    door.crm().faults_mut().add(fault("/oauth2/", FaultKind::LostAnswer));
    let anew = format!("{path}/reading");
    assert_eq!(edge.send("POST", &anew, Some(OPERATOR_KEY), None).unwrap().status, 200);
    let begun = Instant::now();
    while door.crm().faults_mut().waiting() > 0 {
        assert!(begun.elapsed() < PATIENCE, "the tokens are renewed");
        std::thread::sleep(Duration::from_millis(50));
    }
    let runtime = runtime.kill_and_start();
    let edge = &runtime.edge;
    let doctor = format!("/v1/accounts/{}/doctor", opened.account);
    let told = || -> Diagnosis { edge.ask(&doctor).unwrap() };
    while told().asked_at.is_none() {
        assert!(begun.elapsed() < PATIENCE, "it goes on with new tokens: {:?}", told());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(told().ailments, []);

    assert_eq!(edge.send("DELETE", &path, Some(OPERATOR_KEY), None).unwrap().status, 200);
    assert_eq!(state(edge, &opened), ConnectionState::default());
    let left = door.crm().subscribed();
    assert!(left.is_empty(), "{left:?}");
}
