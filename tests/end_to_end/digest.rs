//! Digests through the Worker to whoever is told: a chat, an inbox and a web hook on this machine, which fail when they
//! are told to.

use crate::runtime::{OPERATOR_KEY, PATIENCE, Runtime, request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use takeroot_core::account::AccountOpened;
use takeroot_core::digest::DigestEvent;
use takeroot_core::time::{DAY_S, Moment};

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// What was received: the path, the headers and the body.
#[derive(Clone, Debug)]
struct Received {
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// Whoever is told: takes what comes, and answers with a status.
struct Sink {
    url: String,
    status: Arc<Mutex<u16>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (status, received) = (Arc::new(Mutex::new(200)), Arc::new(Mutex::new(Vec::new())));
        let sink = Self { url, status: Arc::clone(&status), received: Arc::clone(&received) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(told) = read(&stream) else { continue };
                received.lock().unwrap().push(told);
                let status = *status.lock().unwrap();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
                );
            }
        });
        sink
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// As many as have come by then.
    fn until(&self, count: usize) -> Vec<Received> {
        let begun = Instant::now();
        while self.all().len() < count {
            assert!(begun.elapsed() < PATIENCE, "{count} were to come");
            std::thread::sleep(Duration::from_millis(200));
        }
        self.all()
    }

    fn last(&self) -> Received {
        self.received.lock().unwrap().last().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Received { path, headers, body: String::from_utf8(body).ok()? })
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn opened(runtime: &Runtime) -> AccountOpened {
    let now = now();
    let mut request = request(4_900_001);
    request.observed_from = Some(Moment(now - 5 * DAY_S));
    // Whatever the day of the week, it is no day off.
    let text = r#"{"calendar": {"tz": "Europe/Moscow", "weekly": {
        "mon": [["00:00","24:00"]], "tue": [["00:00","24:00"]], "wed": [["00:00","24:00"]], "thu": [["00:00","24:00"]],
        "fri": [["00:00","24:00"]], "sat": [["00:00","24:00"]], "sun": [["00:00","24:00"]]}}}"#;
    request.policy = Some(serde_json::from_str(text).unwrap());
    let opened = runtime.edge.open(&request).unwrap();
    let came = now - 3 * DAY_S;
    let body = format!(
        "leads[add][0][id]=7&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3&leads[add][0][last_modified]={came}"
    );
    assert_eq!(runtime.deliver(&opened, body.as_bytes()).status, 200);
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    opened
}

#[test]
fn a_digest_reaches_a_chat_an_inbox_and_a_web_hook_and_what_they_answer_is_said() {
    let Some(mut runtime) = Runtime::start("digest") else { return };
    let (account, sink) = (opened(&runtime), Sink::start());
    let base = format!("/v1/accounts/{}/digests", account.account);
    let page = format!("https://takeroot.example{}", account.owner_path);
    let targets = [
        json!({"name": "Олег", "page": page, "way": {"telegram":
            {"token": "123:AAAAAAAAAAAAAAAAAAAAAAAA", "chat": "-1001", "server": sink.url}}}),
        json!({"name": "Oleg", "lang": "en", "page": page, "way": {"mail": {"url": format!("{}/send", sink.url),
            "headers": {"authorization": "Bearer k", "idempotency-key": "{id}"},
            "body": {"to": ["a@firma.example"], "subject": "{subject}", "text": "{text}", "html": "{html}"}}}}),
        json!({"name": "BI", "way": {"hook": {"url": format!("{}/hook", sink.url), "secret": SECRET}}}),
    ];
    for target in &targets {
        // An owner does it, too.
        let kept =
            runtime.edge.send("POST", &base, Some(&account.owner_token), Some(&target.to_string())).unwrap();
        assert_eq!(kept.status, 200, "{}", kept.text);
        assert!(!kept.text.contains("AAAA") && !kept.text.contains("whsec") && !kept.text.contains("token="));
    }
    let test = |runtime: &Runtime, id: u32| -> Value {
        let answered =
            runtime.edge.send("POST", &format!("{base}/{id}/test"), Some(OPERATOR_KEY), None).unwrap();
        assert_eq!(answered.status, 200, "{}", answered.text);
        answered.json().unwrap()
    };
    // The gate of one's own server lets nothing through that its admin did not name.
    assert_eq!(test(&runtime, 3), json!({"taken": false, "trouble": {"what": "not_allowed"}}));
    runtime.options.outbound = vec!["127.0.0.1/32".to_owned()];
    let runtime = runtime.kill_and_start();

    assert_eq!(test(&runtime, 1), json!({"taken": true}));
    let told = sink.last();
    assert_eq!(told.path, "/bot123:AAAAAAAAAAAAAAAAAAAAAAAA/sendMessage");
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((&body["chat_id"], &body["parse_mode"]), (&json!("-1001"), &json!("HTML")));
    let text = body["text"].as_str().unwrap();
    assert!(text.contains("<b>Тестовый сад</b>") && text.contains("Это проверочная отправка"), "{text}");
    assert!(text.contains("?token=") && text.contains("Это первая сводка."), "{text}");

    assert_eq!(test(&runtime, 2), json!({"taken": true}));
    let told = sink.last();
    assert_eq!((told.path.as_str(), told.headers["authorization"].as_str()), ("/send", "Bearer k"));
    assert!(told.headers["idempotency-key"].starts_with(&format!("{}-2-test-", account.account)));
    let letter: Value = serde_json::from_str(&told.body).unwrap();
    assert!(letter["subject"].as_str().unwrap().starts_with("Test. Тестовый сад, "), "{letter}");
    assert!(letter["html"].as_str().unwrap().starts_with("<!DOCTYPE html>"));
    assert!(letter["text"].as_str().unwrap().contains("This is the first digest."), "{letter}");

    assert_eq!(test(&runtime, 3), json!({"taken": true}));
    let told = sink.last();
    let event: DigestEvent = serde_json::from_str(&told.body).unwrap();
    assert_eq!((event.what.as_str(), event.data.lines.len()), ("digest.test", 5));
    let mut mac = Hmac::<Sha256>::new_from_slice(&(0..24).collect::<Vec<u8>>()).unwrap();
    let signed =
        format!("{}.{}.{}", told.headers["webhook-id"], told.headers["webhook-timestamp"], told.body);
    mac.update(signed.as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(told.headers["webhook-signature"], signature);

    for status in [403, 500, 302] {
        sink.answers(status);
        let trouble = test(&runtime, 3)["trouble"].clone();
        // A redirect is followed nowhere.
        let expected = if status == 302 {
            json!({"what": "not_allowed"})
        } else {
            json!({"what": "refused", "status": status})
        };
        assert_eq!(trouble, expected);
    }
    let gone = runtime.edge.send("DELETE", &format!("{base}/3"), Some(OPERATOR_KEY), None).unwrap();
    assert_eq!(gone.status, 200);
    let left: Value = runtime.edge.ask(&base).unwrap();
    assert_eq!(left["items"].as_array().unwrap().len(), 2);
    let log = runtime.workerd.log().unwrap();
    assert!(!log.contains("AAAAAAAA"), "no token in the log");
}

/// An hour cannot be waited for. An account that comes from elsewhere is told of the same hours as before, and its archive
/// can say that somebody was to be told since yesterday.
#[test]
fn a_digest_comes_by_itself_once_and_again_where_it_was_refused() {
    let Some(mut runtime) = Runtime::start("digest-hour") else { return };
    runtime.options.outbound = vec!["127.0.0.1/32".to_owned()];
    let runtime = runtime.kill_and_start();
    let (account, sink) = (opened(&runtime), Sink::start());
    let send = |method: &str, path: &str, body: &str| -> Value {
        let answered = runtime.edge.send(method, path, Some(OPERATOR_KEY), Some(body)).unwrap();
        assert_eq!(answered.status, 200, "{}", answered.text);
        answered.json().unwrap()
    };
    let own = format!("/v1/accounts/{}", account.account);
    let (digests, archive) = (format!("{own}/digests"), format!("{own}/archive"));
    let moscow = now() + 3 * 3600;
    let mut target = json!({"name": "BI", "hour": moscow.rem_euclid(DAY_S) / 3600,
        "way": {"hook": {"url": format!("{}/hook", sink.url), "secret": SECRET}}});
    let since = send("POST", &digests, &target.to_string())["target"]["since"].as_i64().unwrap();

    let page = runtime.edge.get(&archive, Some(OPERATOR_KEY)).unwrap().text;
    let told = |since: i64| format!(r#"\"since\":{since}}}"#);
    assert_eq!(page.matches(&told(since)).count(), 1, "{page}");
    let (lines, end) = page.trim_end().rsplit_once('\n').unwrap();
    let lines = format!("{}\n", lines.replace(&told(since), &told(since - DAY_S)));
    let mut end: Value = serde_json::from_str(end).unwrap();
    end["end"]["sha256"] =
        json!(Sha256::digest(&lines).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let page = format!("{lines}{end}\n");
    send("DELETE", &own, "");
    assert_eq!(send("POST", &archive, &page)["done"], true);

    sink.answers(500);
    target["id"] = json!(1);
    assert_eq!(send("POST", &digests, &target.to_string())["ready"], true);
    let refused = sink.until(1);
    sink.answers(200);
    let arrived = sink.until(2);
    assert_eq!((&arrived[0].body, arrived.len()), (&refused[0].body, 2));
    assert_eq!(arrived[0].headers["webhook-id"], arrived[1].headers["webhook-id"]);
    let event: DigestEvent = serde_json::from_str(&arrived[1].body).unwrap();
    assert_eq!((event.what.as_str(), event.data.lines.len()), ("digest.daily", 5));
    let begun = Instant::now();
    loop {
        let state: Value = runtime.edge.ask(&digests).unwrap();
        if state["items"][0]["last"]["arrived_at"].is_i64() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{state}");
        std::thread::sleep(Duration::from_millis(200));
    }
    // Another start, and it is not sent again.
    let runtime = runtime.kill_and_start();
    runtime.status(&account);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(sink.all().len(), 2);
}
