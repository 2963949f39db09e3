//! What must never be a crash, a hang, or a loss.

use crate::runtime::Runtime;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};
use takeroot_core::fact::Flag;
use takeroot_core::time::Day;
use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::panics_unwind;

#[test]
fn a_stranger_learns_nothing() {
    let Some(runtime) = Runtime::start("strangers") else { return };
    let opened = runtime.open(4_100_001);
    let other = runtime.open(4_100_002);
    let post = |path: &str| runtime.edge.deliver(path, crate::runtime::FORM, b"leads[add][0][id]=1").unwrap();
    let nowhere = post("/hooks/amocrm/nothing");
    assert_eq!(nowhere.status, 404);
    let forged = opened.hook_path.replace("amo-4100001", "amo-4100002");
    let generation = opened.hook_path.replacen(".1.", ".2.", 1);
    for path in [&forged, &generation, &format!("{}0", opened.hook_path), &"/hooks/amocrm/".to_owned()] {
        assert_eq!(post(path), nowhere, "{path}");
    }
    let refused = runtime.edge.get("/v1/accounts/amo-1/days/2026-01-01", None).unwrap();
    assert_eq!(refused.status, 401, "the same for an account that nobody opened");
    let paths = ["days/2026-01-01", "summaries/2026-01-01", "deals/1", "quarantine", "grants", "audit"];
    for path in paths.map(|path| format!("/v1/accounts/{}/{path}", opened.account)) {
        for token in [None, Some(other.owner_token.as_str()), Some("x")] {
            assert_eq!(runtime.edge.get(&path, token).unwrap(), refused, "{path} {token:?}");
        }
    }
    for path in
        ["status", "facts", "recomputation"].map(|path| format!("/v1/accounts/{}/{path}", opened.account))
    {
        assert_eq!(runtime.edge.get(&path, Some(&opened.owner_token)).unwrap().status, 401, "{path}");
    }
    assert_eq!(runtime.edge.get(&format!("/owner/{}?token=x", opened.account), None).unwrap().status, 404);
    let log = runtime.workerd.log().unwrap();
    assert!(!log.contains(&opened.hook_path) && !log.contains(&opened.owner_token), "no secret in a log");
}

#[test]
fn odd_bodies_are_kept_flagged_or_quarantined() {
    let Some(runtime) = Runtime::start("odd_bodies") else { return };
    let opened = runtime.open(4_100_003);
    let told = |body: &[u8]| -> Value { runtime.deliver(&opened, body).json().unwrap() };
    assert_eq!(told(b"leads[add][0][id]=1&leads[add][0][name]=%C3%28&leads[add][0][price]=%")["facts"], 1);
    assert_eq!(told(b"leads[update][0][id]=2&leads[update][0][last_modified]=99999999999&x=%zz")["facts"], 1);
    assert_eq!(told(b"leads[update][0][id]=3&leads[update][0][price]=-99999999999999999999")["facts"], 1);
    assert_eq!(told(b"__proto__[x]=1&leads[delete][0][id]=4&constructor[prototype][y]=2")["facts"], 1);
    let ids = "leads[update][0][linked][999999999999999999][ID]=7&leads[update][0][id]=5";
    assert_eq!(told(ids.as_bytes())["facts"], 1);
    assert_eq!(told("leads[add][0][id]=6&".repeat(1000).as_bytes())["facts"], 1);
    let started = Instant::now();
    let batch: Vec<String> = (1000..2000).map(|n| format!("leads[update][{n}][id]={n}")).collect();
    assert_eq!(told(batch.join("&").as_bytes())["facts"], 1000);
    assert!(started.elapsed() < Duration::from_secs(2), "a batch: {:?}", started.elapsed());
    let crowd: Vec<String> = (0..1001).map(|n| format!("leads[update][{n}][id]={}", n + 1)).collect();
    let reasons = [
        (crowd.join("&"), "1000"),
        ("a=1&".repeat(20_001), "20"),
        (format!("leads{}=1", "[a]".repeat(65)), "64"),
        (format!("leads[add][0][{}]=1", "k".repeat(1100)), "1"),
        (format!("leads[add][0][id]={}", "1".repeat(262_200)), "262144"),
        ("hello".to_owned(), "shape"),
        (String::new(), "shape"),
        ("{\"leads\":".to_owned(), "JSON"),
    ];
    for (body, reason) in &reasons {
        let told = told(body.as_bytes());
        let said = told["quarantined"].as_str().unwrap_or_default();
        assert!(said.contains(reason), "{reason}: {told}");
    }
    let path = format!("/v1/accounts/{}/quarantine", opened.account);
    let listed: Value = runtime.edge.get(&path, Some(&opened.owner_token)).unwrap().json().unwrap();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(reasons.len()));
    let facts = runtime.edge.facts(&opened.account).unwrap();
    let flags: Vec<Flag> = facts.into_iter().flat_map(|fact| fact.flags).collect();
    for flag in [Flag::Encoding, Flag::Percent, Flag::Time, Flag::Amount] {
        assert!(flags.contains(&flag), "{flag:?} of {flags:?}");
    }
    runtime.assert_recomputed_equal(&opened);
}

#[test]
fn a_body_that_could_not_be_read_counts_on_its_day() {
    let Some(runtime) = Runtime::start("unreadable") else { return };
    let opened = runtime.open(4_100_006);
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    // The policy's zone is three hours ahead.
    let today = Day(i32::try_from((seconds + 3 * 3600) / 86_400).unwrap());
    for _ in 0..2 {
        let told: Value = runtime.deliver(&opened, b"hello").json().unwrap();
        assert!(told["quarantined"].is_string(), "{told}");
    }
    let figures = runtime.published(&opened, [today]).remove(&today).unwrap();
    assert!(figures.contains(r#""unreadable":1"#), "once, without waiting for another delivery: {figures}");
}

#[test]
fn a_body_beyond_a_mebibyte_is_refused_without_being_read() {
    let Some(runtime) = Runtime::start("large_bodies") else { return };
    let opened = runtime.open(4_100_004);
    for declared in [true, false] {
        let mut socket = TcpStream::connect(("127.0.0.1", runtime.workerd.port())).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let length = if declared { "Content-Length: 50000000" } else { "Transfer-Encoding: chunked" };
        write!(socket, "POST {} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n", opened.hook_path).unwrap();
        let chunk = [b"10000\r\n".to_vec(), vec![b'a'; 65_536], b"\r\n".to_vec()].concat();
        let mut sent = 0;
        while !declared && sent < 200 && socket.write_all(&chunk).is_ok() {
            sent += 1;
        }
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413", "declared: {declared}");
    }
    assert_eq!(runtime.deliver(&opened, b"leads[delete][0][id]=1").status, 200);
}

/// A sender that stops in the middle of its body.
fn half_a_body(runtime: &Runtime, path: &str) -> TcpStream {
    let mut socket = TcpStream::connect(("127.0.0.1", runtime.workerd.port())).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(socket, "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nleads[delete]").unwrap();
    socket
}

fn answer(mut socket: TcpStream) -> String {
    let mut answer = [0; 600];
    let n = socket.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..n]).into_owned()
}

#[test]
fn slow_senders_are_answered_in_time_and_a_crowd_of_them_shuts_nobody_else_out() {
    let Some(runtime) = Runtime::start("slow_senders") else { return };
    let (crowded, other) = (runtime.open(4_100_007), runtime.open(4_100_008));
    let begun = Instant::now();
    let mut slow: Vec<TcpStream> = (0..60).map(|_| half_a_body(&runtime, &crowded.hook_path)).collect();
    // All of them are in hand once one more is answered at once.
    let shed = loop {
        let one_more = half_a_body(&runtime, &crowded.hook_path);
        one_more.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        if one_more.peek(&mut [0]).is_ok() {
            break answer(one_more);
        }
        assert!(begun.elapsed() < Duration::from_millis(1_700), "nothing is shed");
        slow.push(one_more);
    };
    assert!(shed.starts_with("HTTP/1.1 503") && shed.to_lowercase().contains("retry-after: 60"), "{shed}");
    let whole = |opened| runtime.deliver(opened, b"leads[delete][0][id]=1").status;
    assert_eq!(whole(&other), 200, "another account has its place");
    for socket in slow {
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let answer = answer(socket);
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(whole(&crowded), 200);
}

#[test]
fn a_panic_is_answered_and_the_next_request_works() {
    let Some(runtime) = Runtime::start("panics") else { return };
    if !panics_unwind() {
        return skipped("a panic is answered", "the Worker was built without unwinding");
    }
    let opened = runtime.open(4_100_005);
    for _ in 0..3 {
        let answered = runtime.edge.order(&format!("/v1/accounts/{}/faults/panic", opened.account)).unwrap();
        assert_eq!(answered.status, 500);
        assert!(!answered.text.contains("asked to"), "{}", answered.text);
        assert_eq!(runtime.deliver(&opened, b"leads[delete][0][id]=1").status, 200);
    }
    assert_eq!(runtime.status(&opened)["facts"], 1);
}
