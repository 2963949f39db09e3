//! What is held and what goes, over HTTP: quarantine and a person's data.

use crate::runtime::{OPERATOR_KEY, PATIENCE, Runtime};
use serde_json::{Value, json};

#[test]
fn the_operator_finds_and_erases_a_person_and_reads_quarantine_again() {
    let Some(runtime) = Runtime::start("upkeep") else { return };
    let opened = runtime.open(4_700_001);
    let sent = |method: &str, path: &str, token: &str, body: Option<&str>| {
        let path = format!("/v1/accounts/{}/{path}", opened.account);
        runtime.edge.send(method, &path, Some(token), body).unwrap()
    };
    let contact = "contacts[add][0][id]=7&contacts[add][0][custom_fields][0][code]=EMAIL\
                   &contacts[add][0][custom_fields][0][values][0][value]=olga%40firma.ru\
                   &contacts[add][0][linked_leads_id][3][ID]=3";
    assert_eq!(runtime.deliver(&opened, contact.as_bytes()).status, 200);
    assert_eq!(runtime.deliver(&opened, b"<b>hello</b>").status, 200);

    let wish = json!({"email": "Olga@Firma.ru"}).to_string();
    let person = |what: &str| -> Value {
        serde_json::from_str(&sent("POST", what, OPERATOR_KEY, Some(&wish)).text).unwrap()
    };
    assert_eq!(person("person"), json!({"deals": [3], "contacts": [7], "bodies": 1}));
    assert_eq!(person("erasures"), json!({"deals": 1, "contacts": 1, "bodies": 1}));
    assert_eq!(person("person"), json!({"deals": [], "contacts": [], "bodies": 0}));
    for (wish, status) in [(r#"{"email": "-"}"#, 422), (r#"{"name": "Olga"}"#, 422), ("", 422)] {
        assert_eq!(sent("POST", "erasures", OPERATOR_KEY, Some(wish)).status, status, "{wish}");
    }

    let listed: Value =
        serde_json::from_str(&sent("GET", "quarantine", &opened.owner_token, None).text).unwrap();
    let id = format!("quarantine/{}", listed["items"][0]["id"].as_str().unwrap());
    assert_eq!(sent("GET", &id, OPERATOR_KEY, None).text, "<b>hello</b>");
    let replayed = sent("POST", "quarantine/replay", OPERATOR_KEY, Some("")).text;
    let replayed: Value = serde_json::from_str(&replayed).unwrap();
    assert_eq!(replayed, json!({"read": 0, "facts": 0, "unreadable": 1}));
    assert_eq!(sent("GET", "quarantine?cursor=x", OPERATOR_KEY, None).status, 400);
    for path in ["person", "erasures", "quarantine/replay"] {
        assert_eq!(sent("POST", path, &opened.owner_token, Some(&wish)).status, 401, "{path}");
    }
    assert_eq!(sent("GET", &id, &opened.owner_token, None).status, 401, "a body is personal");

    runtime.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
    runtime.assert_recomputed_equal(&opened);
    let audit = sent("GET", "audit", OPERATOR_KEY, None).text;
    assert!(audit.contains("erasure") && !audit.to_lowercase().contains("olga"), "{audit}");
}
