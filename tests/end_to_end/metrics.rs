//! What a monitor reads.

use crate::runtime::{OPERATOR_KEY, PATIENCE, Runtime};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_stand::workerd::panics_unwind;

fn metrics(runtime: &Runtime) -> BTreeMap<String, u64> {
    let answered = runtime.edge.get("/metrics", Some(OPERATOR_KEY)).unwrap();
    assert_eq!(answered.status, 200, "{}", answered.text);
    let lines = answered.text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(k, n)| (k.to_owned(), n.parse().unwrap()))
        .collect()
}

#[test]
fn what_happened_is_counted() {
    let Some(runtime) = Runtime::start("metrics") else { return };
    let opened = runtime.open(4_700_001);
    for key in [None, Some(opened.owner_token.as_str()), Some("x")] {
        assert_eq!(runtime.edge.get("/metrics", key).unwrap().status, 401, "{key:?}");
    }
    for body in ["leads[delete][0][id]=1", "leads[delete][0][id]=1", "leads[delete][0][id]=2", "hello"] {
        assert_eq!(runtime.deliver(&opened, body.as_bytes()).status, 200);
    }
    let refused = runtime.edge.deliver("/hooks/amocrm/nothing", crate::runtime::FORM, b"x").unwrap();
    assert_eq!(refused.status, 404);
    if panics_unwind() {
        let order = format!("/v1/accounts/{}/faults/panic", opened.account);
        assert_eq!(runtime.edge.order(&order).unwrap().status, 500);
    }
    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    let told = metrics(&runtime);
    let hook = |result: &str| told[&format!("takeroot_hooks_total{{result=\"{result}\"}}")];
    let hooks = ["stored", "quarantined", "refused", "shed", "failed"].map(hook);
    assert_eq!(hooks, [3, 1, 1, 0, 0]);
    assert_eq!(told["takeroot_hooks_repeated_total"], 1);
    let requests = |labels: &str| told[&format!("takeroot_requests_total{{{labels}}}")];
    assert_eq!(requests("route=\"hooks\",status=\"2xx\""), 4);
    assert_eq!(requests("route=\"hooks\",status=\"4xx\""), 1);
    assert_eq!(requests("route=\"monitor\",status=\"4xx\""), 3);
    assert_eq!(requests("route=\"accounts\",status=\"5xx\""), u64::from(panics_unwind()));
    assert_eq!(told["takeroot_panics_total"], u64::from(panics_unwind()));
    assert!(told["takeroot_alarms_total"] > 0 && told["takeroot_alarm_failures_total"] == 0);
    assert!(told["takeroot_publications_total"] > 0 && told["takeroot_documents_total"] > 1);
    assert_eq!(told["takeroot_accounts"], 1);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!((now - 120..=now).contains(&told["takeroot_up_since_seconds"]), "{told:?}");
    let runtime = runtime.kill_and_start();
    assert_eq!(metrics(&runtime)["takeroot_hooks_total{result=\"stored\"}"], 0, "a process counts its own");
}
