//! The wall: whom the Worker may call on one's own server.

use crate::runtime::{OPERATOR_KEY, Runtime};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use takeroot_core::account::AccountOpened;
use takeroot_stand::edge::{Answered, Edge};
use takeroot_stand::workerd::Workerd;

fn fetch(edge: &Edge, opened: &AccountOpened, url: &str) -> Answered {
    let path = format!("/v1/accounts/{}/faults/fetch", opened.account);
    edge.send("POST", &path, Some(OPERATOR_KEY), Some(url)).unwrap()
}

/// Whether the gate itself refused: it names what may be called.
fn is_refused(answered: &Answered) -> bool {
    let told: Option<Value> = serde_json::from_str(&answered.text).ok();
    told.is_some_and(|told| {
        told["status"] == 403 && told["text"].as_str().unwrap().contains("outbound refused")
    })
}

#[test]
fn only_the_crm_and_the_hosts_that_an_admin_named_are_called() {
    let Some(mut runtime) = Runtime::start("outbound") else { return };
    let opened = runtime.open(4_600_001);
    runtime.options.outbound_hosts = "Digest.Example, *.bots.example,, ".to_owned();
    let runtime = runtime.kill_and_start();
    for url in [
        "https://evil.example/",
        "https://amocrm.ru.evil.example/",
        "https://evilamocrm.ru/",
        "https://amocrm.ru/",
        "https://sad.amocrm.ru./",
        "https://sad.amocrm.ru@evil.example/",
        "https://evil.example/?sad.amocrm.ru",
        "https://evil.example/#.amocrm.ru",
        "https://sad.amocrm.ru:8443/",
        "http://sad.amocrm.ru/",
        "http://sad.amocrm.ru:443/",
        "https://127.0.0.1/",
        "http://127.0.0.1:8787/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://localhost/",
        "https://sub.digest.example/",
        "https://bots.example/",
        "https://digest.example:444/",
        "http://digest.example/",
    ] {
        let answered = fetch(&runtime.edge, &opened, url);
        assert!(is_refused(&answered), "{url}: {answered:?}");
    }
    // With credentials in the address: refused by the gate, or by the runtime before it.
    let answered = fetch(&runtime.edge, &opened, "https://user:password@sad.amocrm.ru/");
    assert!(is_refused(&answered) || answered.status == 500, "{answered:?}");
    // What the gate lets through finds no network behind it here, which is another failure.
    for url in [
        "https://sad.amocrm.ru/api/v4/leads",
        "https://SAD.AmoCRM.com/",
        "https://a.b.kommo.com:443/",
        "https://digest.example/bot",
        "https://one.bots.example/",
    ] {
        let answered = fetch(&runtime.edge, &opened, url);
        assert!(!is_refused(&answered), "{url}: {answered:?}");
    }
    let log = runtime.workerd.log().unwrap();
    assert!(log.contains("outbound refused: https://evil.example") && !log.contains("latest/meta-data"));
}

#[test]
fn a_redirect_is_followed_nowhere_and_no_private_address_is_reached() {
    let Some(mut runtime) = Runtime::start("redirects") else { return };
    let opened = runtime.open(4_600_002);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let status =
                if request.starts_with("GET /away") { "302 Found\r\nLocation: /landed" } else { "200 OK" };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere");
        }
    });
    // Without the stand's allowance not even this machine is reached.
    assert!(is_refused(&fetch(&runtime.edge, &opened, &url)));
    runtime.options.outbound = vec!["127.0.0.1/32".to_owned()];
    let runtime = runtime.kill_and_start();
    let told: Value = fetch(&runtime.edge, &opened, &url).json().unwrap();
    assert_eq!((told["status"].as_u64(), told["text"].as_str()), (Some(200), Some("here")));
    assert!(is_refused(&fetch(&runtime.edge, &opened, &format!("{url}away"))));
    // Behind the gate a server has public addresses only, whatever a name leads to.
    let mut runtime = runtime;
    runtime.options.outbound = vec!["public".to_owned()];
    runtime.options.outbound_hosts = "localhost".to_owned();
    let runtime = runtime.kill_and_start();
    for url in [url.as_str(), "https://localhost/"] {
        assert_eq!(fetch(&runtime.edge, &opened, url).status, 500, "{url}");
    }
    let log = runtime.workerd.log().unwrap();
    assert_eq!(log.matches("is not allowed").count(), 2, "{log}");
}

#[test]
fn faults_are_off_unless_asked_for() {
    let Some(mut runtime) = Runtime::start("no_faults") else { return };
    let opened = runtime.open(4_600_003);
    runtime.options.vars.remove("FAULTS");
    runtime.workerd.stop().unwrap();
    let workerd = Workerd::start(&runtime.options).unwrap();
    let edge = Edge::new(workerd.url(), OPERATOR_KEY);
    assert_eq!(fetch(&edge, &opened, "https://evil.example/").status, 404);
    assert_eq!(edge.order(&format!("/v1/accounts/{}/faults/panic", opened.account)).unwrap().status, 404);
}
