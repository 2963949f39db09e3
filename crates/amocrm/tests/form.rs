//! The decoder through its one door: a body in, a tree or a limit out.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use takeroot_amocrm::{Flags, Form, FormLimit, JsonError, Node};

fn check(body: &str, expected: Json) {
    let form = Form::decode(body.as_bytes()).unwrap();
    assert_eq!(form.to_json(), expected, "{body}");
}

fn limit(body: &str) -> Option<FormLimit> {
    Form::decode(body.as_bytes()).err()
}

fn flags(body: &[u8]) -> Flags {
    Form::decode(body).unwrap().flags()
}

/// Each child is found under its key: no key is there twice.
fn is_sound(node: Node<'_>) -> bool {
    node.is_scalar() == node.text().is_some()
        && node.children().all(|(key, child)| {
            node.get(key).is_some_and(|found| found.text() == child.text()) && is_sound(child)
        })
}

#[test]
fn a_lead_becomes_nested_tables() {
    let lead = json!({"id": "77", "name": "Кухня на заказ", "price": "", "tags": [{"id": "5"}, {"id": "6"}]});
    check(
        "leads[add][0][id]=77&leads[add][0][name]=%D0%9A%D1%83%D1%85%D0%BD%D1%8F+на%20заказ&leads[add][0][price]=\
         &leads[add][0][tags][0][id]=5&leads[add][0][tags][1][id]=6&account[id]=900",
        json!({"leads": {"add": [lead]}, "account": {"id": "900"}}),
    );
    check(
        "leads%5Badd%5D%5B0%5D%5Bid%5D=77&leads%5badd%5d%5b0%5d%5bname%5d=x",
        json!({"leads": {"add": [{"id": "77", "name": "x"}]}}),
    );
}

#[test]
fn a_table_is_a_list_only_in_the_order_of_its_indices() {
    check("t[0]=a&t[1]=b", json!({"t": ["a", "b"]}));
    check("t[1]=b&t[0]=a", json!({"t": {"0": "a", "1": "b"}}));
    check("t[00]=a", json!({"t": {"00": "a"}}));
    check("0=a&1=b", json!({"0": "a", "1": "b"}));
}

#[test]
fn an_append_takes_the_next_integer() {
    check("t[]=a&t[]=b&t[7]=c&t[]=d", json!({"t": {"0": "a", "1": "b", "7": "c", "8": "d"}}));
    check("t[-7]=a&t[]=b", json!({"t": {"-7": "a", "-6": "b"}}));
    check("t[-0]=a&t[+3]=b&t[]=c", json!({"t": {"-0": "a", " 3": "b", "0": "c"}}));
    check("t[][x]=1&t[][x]=2", json!({"t": [{"x": "1"}, {"x": "2"}]}));
    check("t[ ]=a&t[\t]=b&t[  ]=c", json!({"t": {"0": "a", "1": "b", "  ": "c"}}));
}

#[test]
fn there_is_no_append_above_the_greatest_integer() {
    check(
        "t[9223372036854775806]=a&t[]=b&t[]=c&t[][x]=d",
        json!({"t": {"9223372036854775806": "a", "9223372036854775807": "b"}}),
    );
    check("t[9223372036854775808]=a&t[]=b", json!({"t": {"9223372036854775808": "a", "0": "b"}}));
}

#[test]
fn the_last_of_equal_names_wins_in_the_place_of_the_first() {
    check("n=1&n=2", json!({"n": "2"}));
    check("n[type]=3&n[type][uid]=abc", json!({"n": {"type": {"uid": "abc"}}}));
    check("n[type][uid]=abc&n[type]=3", json!({"n": {"type": "3"}}));
    let form = Form::decode(b"b=1&a=2&b=3").unwrap();
    let children: Vec<_> = form.root().children().map(|(key, child)| (key, child.text())).collect();
    assert_eq!(children, [("b", Some("3")), ("a", Some("2"))]);
}

#[test]
fn a_replaced_table_starts_anew_for_the_pair_after_it() {
    check("n[a][b]=1&n[a]=2&n[a][c]=3", json!({"n": {"a": {"c": "3"}}}));
    check("n[a][b]=1&n=2&n[a][c]=3", json!({"n": {"a": {"c": "3"}}}));
    check("n[a][b]=1&n[a=2&n[a][c]=3", json!({"n": {"a": {"b": "1", "c": "3"}}, "n_a": "2"}));
}

#[test]
fn names_are_mangled_as_in_php() {
    check("my.first name=1&my.deep[a.b c]=2", json!({"my_first_name": "1", "my_deep": {"a.b c": "2"}}));
    check("  n=1&=2&[x]=3&&+=4", json!({"n": "1"}));
    check("n[=1&m[.[=2", json!({"n_": "1", "m___": "2"}));
    check("n[a]b[c]=1&m]=2&k[a][b=3", json!({"n": {"a": "1"}, "m]": "2", "k": {"a": "3"}}));
    check("n%00m=a%00b&k[x]%00[y]=1", json!({"n": "a\0b", "k": {"x": "1"}}));
    check("n&m=&k==", json!({"n": "", "m": "", "k": "="}));
    check(
        ".[Host-a]=1&_.Host-a=2&__Host-b=3&c[__Secure-d]=4",
        json!({"_": {"Host-a": "1"}, "__Host-b": "3", "c": []}),
    );
}

#[test]
fn malformed_parts_are_kept_and_flagged() {
    let broken = Flags { broken_percent: true, ..Flags::default() };
    let invalid = Flags { invalid_utf8: true, ..Flags::default() };
    check("a=100%&b=%4&c=%zz%41&d%=1", json!({"a": "100%", "b": "%4", "c": "%zzA", "d%": "1"}));
    check(
        "a=%D0x&b=%E2%82%AC%E2%82&c=%ED%A0%80",
        json!({"a": "\u{fffd}x", "b": "€\u{fffd}", "c": "\u{fffd}"}),
    );
    assert_eq!(flags(b"a=50%"), broken);
    assert_eq!(flags(b"a%=50"), broken);
    assert_eq!(flags(b"a=%D0"), invalid);
    assert_eq!(flags(b"a[\xd0]=1"), invalid);
    assert_eq!(flags("a=%D0%9F+Привет".as_bytes()), Flags::default());
    let form = Form::decode(b"a=1&b=\xd0&c=\xd0\x9f&d=x").unwrap();
    assert_eq!(form.to_json(), json!({"a": "1", "b": "\u{fffd}", "c": "П", "d": "x"}));
    assert_eq!(form.flags(), invalid);
}

#[test]
fn a_node_answers_for_keys_paths_and_emptiness() {
    let form = Form::decode(b"a[b][3]=x&a[__proto__]=&c[__Host-]=").unwrap();
    let root = form.root();
    assert_eq!(root.path(&["a", "b", "3"]).and_then(Node::text), Some("x"));
    assert!(root.path(&["a", "b", "03"]).is_none());
    assert!(root.path(&["a", "b", "3", "x"]).is_none());
    assert!(root.path(&["a", "__proto__"]).is_some_and(|node| node.is_empty() && node.is_scalar()));
    assert!(root.get("c").is_some_and(|node| node.is_empty() && !node.is_scalar()));
    assert_eq!(root.get("a").map(|a| a.children().count()), Some(2));
    assert_eq!(
        format!("{form:?}"),
        "Form { root: Table(2 children), flags: Flags { invalid_utf8: false, broken_percent: false } }"
    );
}

#[test]
fn limits_hold_exactly() {
    assert_eq!(limit(&"a=1&".repeat(20_000)), None);
    assert_eq!(limit(&"a=1&".repeat(20_001)), Some(FormLimit::Pairs));
    assert_eq!(limit(&"&".repeat(30_000)), None);
    assert_eq!(limit(&format!("a{}=1", "[b]".repeat(64))), None);
    assert_eq!(limit(&format!("a{}=1", "[b]".repeat(65))), Some(FormLimit::Depth));
    assert_eq!(limit(&format!("a{}=1&a{}=2", "[b]".repeat(64), "[b]".repeat(65))), Some(FormLimit::Depth));
    assert_eq!(limit(&format!("a{}=1", "[]".repeat(65))), Some(FormLimit::Depth));
    assert_eq!(limit(&format!("{}=1", "k".repeat(1024))), None);
    assert_eq!(limit(&format!("{}=1", "k".repeat(1025))), Some(FormLimit::Key));
    assert_eq!(limit(&format!("{}=1", "%6B".repeat(1024))), None);
    assert_eq!(limit(&format!("{}=1", "%6B".repeat(1025))), Some(FormLimit::Key));
    assert_eq!(limit(&format!("a%5B{}%5D=1", "k".repeat(1021))), None);
    assert_eq!(limit(&format!("a={}", "v".repeat(262_144))), None);
    assert_eq!(limit(&format!("a={}", "v".repeat(262_145))), Some(FormLimit::Value));
    assert_eq!(limit(&format!("a={}", "%76".repeat(262_144))), None);
    assert_eq!(limit(&format!("={}", "%76".repeat(262_145))), Some(FormLimit::Value));
    assert_eq!(limit(&"&".repeat((16 << 20) + 1)), Some(FormLimit::Body));
}

#[test]
fn huge_integer_keys_cost_no_more_than_others() {
    let body: String =
        (0..10_000_u64).map(|at| format!("a[{}]=1&", 1_000_000_000_000_000_000 + at)).collect();
    let form = Form::decode(body.as_bytes()).unwrap();
    let a = form.root().get("a").unwrap();
    assert_eq!(a.children().count(), 10_000);
    assert!(a.get("1000000000000009999").is_some() && a.get("9999").is_none());
}

#[test]
fn wide_tables_find_each_child_and_keep_their_order() {
    let body: String = (0..20_000).map(|at| format!("a[k{at}]={at}&")).collect();
    let form = Form::decode(body.as_bytes()).unwrap();
    let a = form.root().get("a").unwrap();
    assert!(a.children().map(|(key, _)| key.to_owned()).eq((0..20_000).map(|at| format!("k{at}"))));
    assert!((0..20_000).all(|at| a.get(&format!("k{at}")).and_then(Node::text) == Some(&at.to_string())));
    assert!(a.get("k20000").is_none());

    let top: String = (0..100).chain(0..100).map(|at| format!("k{at}={at}&")).collect();
    assert_eq!(Form::decode(top.as_bytes()).unwrap().root().children().count(), 100);
}

#[test]
fn hostile_bodies_of_a_mebibyte_take_linear_time() {
    let fill = |unit: &str| unit.repeat((1 << 20) / unit.len());
    let bodies = [
        fill(&format!("a{}&", "[]".repeat(64))),
        fill(&format!("a{}&", "[ b]".repeat(64))),
        fill("__proto__[__proto__]=%&"),
        fill("a[%00]=%D0&"),
        fill("%"),
        fill("a["),
        fill("a[]&"),
        fill("%5B%5B%5B"),
        fill("\0"),
    ];
    let start = std::time::Instant::now();
    for body in &bodies {
        if let Ok(form) = Form::decode(body.as_bytes()) {
            form.to_json();
        }
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_json_body_becomes_the_same_tree() {
    let body = br#"{"event": {"type": 14, "ok": true, "no": false, "none": null, "sum": 1.5, "data": ["a", {"b": []}]}}"#;
    let event =
        json!({"type": "14", "ok": "1", "no": "", "none": "", "sum": "1.5", "data": ["a", {"b": []}]});
    assert_eq!(Form::from_json(body).unwrap().to_json(), json!({ "event": event }));
}

#[test]
fn json_bodies_have_the_same_limits() {
    let error = |body: String| Form::from_json(body.as_bytes()).err();
    let nested = |depth: usize| format!(r#"{{"a":{}1{}}}"#, r#"{"b":"#.repeat(depth), "}".repeat(depth));
    assert_eq!(error(nested(64)), None);
    assert_eq!(error(nested(65)), Some(JsonError::Limit(FormLimit::Depth)));
    assert_eq!(error("[".repeat(100_000)), Some(JsonError::NotJson));
    assert_eq!(error("[1]".to_owned()), Some(JsonError::NotAnObject));
    assert_eq!(error("{\"a\":\"\\ud800\"}".to_owned()), Some(JsonError::NotJson));
    let list = |len: usize| format!(r#"{{"a":[{}1]}}"#, "1,".repeat(len - 1));
    assert_eq!(error(list(20_000)), None);
    assert_eq!(error(list(20_001)), Some(JsonError::Limit(FormLimit::Pairs)));
    assert_eq!(error(format!(r#"{{"{}":1}}"#, "k".repeat(1025))), Some(JsonError::Limit(FormLimit::Key)));
    assert_eq!(
        error(format!(r#"{{"a":"{}"}}"#, "v".repeat(262_145))),
        Some(JsonError::Limit(FormLimit::Value))
    );
}

#[test]
fn case_files_hold() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cases = std::env::var_os("TAKEROOT_CASES").map_or(Path::new("../shared").to_owned(), PathBuf::from);
    let file = root.join(cases).join("oracles/form_bodies.json");
    let Ok(text) = std::fs::read(&file) else {
        println!("skipped: no {} (TAKEROOT_CASES)", file.display());
        return;
    };
    let doc: Json = serde_json::from_slice(&text).unwrap();
    for case in doc["cases"].as_array().unwrap() {
        check(case["body"].as_str().unwrap(), case["php_parse_str"].clone());
    }
}

proptest! {
    #[test]
    fn every_body_has_a_tree(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(is_sound(Form::decode(&body).unwrap().root()));
    }

    #[test]
    fn every_text_of_marks_has_a_tree(body in "[ab0\\[\\]=&%+. 5BD\u{43f}\0-]{0,300}") {
        let form = Form::decode(body.as_bytes()).unwrap();
        prop_assert!(is_sound(form.root()));
        form.to_json();
    }

    #[test]
    fn what_neighbours_share_changes_nothing(
        pairs in proptest::collection::vec(("a(\\[[ab0]?\\]){0,3}\\[?", "[xy]?"), 1..12),
    ) {
        let near: String = pairs.iter().map(|(name, value)| format!("{name}={value}&")).collect();
        let apart: String = pairs.iter().map(|(name, value)| format!("{name}={value}&=&")).collect();
        prop_assert_eq!(
            Form::decode(near.as_bytes()).unwrap().to_json(),
            Form::decode(apart.as_bytes()).unwrap().to_json()
        );
    }
}
