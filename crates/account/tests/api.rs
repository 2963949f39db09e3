//! The table of routes, and what is made of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use serde_json::Value;
use std::collections::BTreeSet;
use takeroot_account::api::{DayPage, Found, Param, Period, Query, ROUTES, Route, Spec, find, openapi};
use takeroot_account::{Failure, RouteClass};
use takeroot_core::account::AccountIndex;
use takeroot_core::policy::Policy;
use takeroot_core::time::Day;

fn route(method: &str, path: &str) -> Option<(Route, [String; 2])> {
    match find(method, path) {
        Found::Route(spec, values) => Some((spec.route, values.map(str::to_owned))),
        _ => None,
    }
}

fn spec(route: Route) -> &'static Spec {
    ROUTES.iter().find(|spec| spec.route == route).unwrap()
}

fn query(route: Route, text: &str) -> Query {
    Query::of(spec(route), text).unwrap()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>) -> (u16, String) {
    match answer.unwrap_err() {
        Failure::Rejected(rejection) => (rejection.status, rejection.hint),
        Failure::Fault(fault) => unreachable!("{fault}"),
    }
}

#[test]
fn every_route_is_in_the_table_once_and_is_found_by_its_own_path() {
    let mut known = BTreeSet::new();
    for spec in ROUTES {
        assert!(known.insert(spec.route), "{:?}", spec.route);
        assert!(!spec.says.is_empty(), "{:?}", spec.route);
        let path = spec.path.replace(['{', '}'], "");
        let found = find(spec.method.name(), &path);
        assert!(matches!(found, Found::Route(found, _) if found == spec), "{path}: {found:?}");
    }
}

#[test]
fn a_path_leads_to_its_route_or_says_what_it_allows() {
    let none = || [String::new(), String::new()];
    assert_eq!(route("GET", "/health"), Some((Route::Health, none())));
    assert_eq!(route("HEAD", "/health"), Some((Route::Health, none())));
    let values = ["amo-1".to_owned(), "2026-09-21".to_owned()];
    assert_eq!(route("GET", "/v1/accounts/amo-1/days/2026-09-21"), Some((Route::Day, values)));
    assert_eq!(route("GET", "/v1/accounts/amo-1/days.csv").unwrap().0, Route::DaysTable);
    assert_eq!(route("GET", "/hooks/amocrm/disabled").unwrap().0, Route::HookDisabled);
    assert_eq!(route("POST", "/hooks/amocrm/disabled").unwrap().0, Route::Hook);
    assert_eq!(route("POST", "/v1/accounts/a/quarantine/replay").unwrap().0, Route::QuarantineReplay);
    for (method, path, allow) in [
        ("POST", "/health", "GET, HEAD"),
        ("PUT", "/v1/accounts/amo-1/grants", "GET, HEAD, POST"),
        ("GET", "/hooks/amocrm/x", "POST"),
        ("GET", "/v1/accounts/amo-1", "DELETE"),
        ("DELETE", "/v1/card/7", "GET, HEAD, OPTIONS"),
    ] {
        let Found::OtherMethod(_, told) = find(method, path) else { unreachable!("{method} {path}") };
        assert_eq!(told, allow, "{method} {path}");
    }
    for path in
        ["", "/", "health", "/health/", "/v1/accounts//days", "/v1/accounts/a/days/b/c", "/hooks/amocrm/"]
    {
        assert_eq!(find("GET", path), Found::Nothing, "{path}");
    }
}

#[test]
fn an_address_has_its_class_and_its_secret_is_in_none() {
    for (path, class) in [
        ("/hooks/amocrm/amo-1.1.0123", RouteClass::Hooks),
        ("/v1/card/77", RouteClass::Card),
        ("/v1/accounts/amo-1/days/2026-09-21", RouteClass::Accounts),
        ("/v1/other", RouteClass::Other),
        ("/owner/amo-1", RouteClass::Owner),
        ("/metrics", RouteClass::Monitor),
        ("/metrics/x", RouteClass::Other),
        ("/assets/owner.css", RouteClass::Assets),
        ("/", RouteClass::Other),
        ("", RouteClass::Other),
    ] {
        assert_eq!(find("GET", path).class(), class, "{path}");
    }
}

#[test]
fn a_query_holds_what_its_route_takes_and_nothing_else() {
    assert_eq!(query(Route::Days, "from=2026-09-01&token=x").get(Param::From), Some("2026-09-01"));
    assert_eq!(query(Route::Audit, "cursor=").cursor().unwrap(), None);
    for (of, text, hint) in [
        (Route::Days, "form=2026-09-01", "from, to, cursor"),
        (Route::Audit, "before=7", "cursor"),
        (Route::Status, "token=x", "nothing"),
        (Route::Days, "from[a]=1", "once"),
    ] {
        let (status, told) = refused(Query::of(spec(of), text));
        assert!(status == 400 && told.contains(hint), "{text}: {told}");
    }
    for wrong in ["../facts", "a/b", "a%00", "я", "a?b", "a#"] {
        let text = format!("cursor={}", wrong.replace('#', "%23"));
        assert_eq!(refused(query(Route::Audit, &text).cursor()).0, 400, "{wrong}");
    }
}

fn index(days: i32) -> AccountIndex {
    let first: Day = "2026-01-01".parse().unwrap();
    let policy = Policy::standard("Europe/Moscow");
    let days: Vec<Day> = (0..days).map(|n| first.plus(n)).collect();
    AccountIndex {
        account: "amo-1".to_owned(),
        name: String::new(),
        zone: serde_json::from_str(r#"{"name":"UTC","spans":[[0,0]]}"#).unwrap(),
        crm_host: None,
        policy,
        last_full: days[days.len() - 2],
        days,
        points: Vec::new(),
        logbook: Vec::new(),
    }
}

#[test]
fn a_period_comes_by_pages_and_a_cursor_keeps_it() {
    let mut index = index(100);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            DayPage::asked(&query(Route::Days, &format!("{cursor}from=2026-01-01&to=2026-04-30")), &index);
        let page = page.unwrap();
        assert!(page.days.len() <= 31);
        seen.extend(page.days);
        let Some(next) = page.next else { break };
        cursor = format!("cursor={next}&");
    }
    assert_eq!(seen, index.days);

    let default = Period::asked(&query(Route::Days, ""), &index).unwrap();
    assert_eq!((default.to, default.to.0 - default.from.0), (index.last_full, 30));
    assert_eq!(DayPage::asked(&query(Route::Days, ""), &index).unwrap().next, None);
    let begun = DayPage::asked(&query(Route::Days, "from=2026-01-01"), &index).unwrap().next.unwrap();
    index.last_full = index.last_full.plus(1);
    let rest = DayPage::asked(&query(Route::Days, &format!("cursor={begun}")), &index).unwrap();
    assert!(rest.days.iter().all(|day| *day < index.last_full), "the day that ended meanwhile is not of it");
}

#[test]
fn a_period_that_cannot_be_and_a_cursor_of_nobody_are_refused_with_a_hint() {
    let index = index(100);
    for wrong in [
        "from=yesterday",
        "to=2026-02-30",
        "from=2026-03-01&to=2026-02-01",
        "from=1926-01-01&to=2026-01-01",
        "from=-9999-01-01&to=9999-12-31",
        "from=2025-01-01&to=2026-01-02",
        "cursor=x",
        "cursor=2026-02-01",
        "cursor=2026-02-01_2026-01-01_2026-03-01_2026-04-01",
        "cursor=2026-05-01_2026-01-01_2026-03-01",
        "cursor=2026-02-01_1926-01-01_2026-03-01",
        "cursor=2026-02-01_2026-01-01_2026-03-01&to=2026-03-02",
        "cursor=2026-02-01_2026-01-01_2026-03-01&from=x",
    ] {
        let (status, hint) = refused(DayPage::asked(&query(Route::Days, wrong), &index));
        assert!(status == 400 && !hint.is_empty(), "{wrong}: {hint}");
    }
    assert!(Period::asked(&query(Route::Days, "from=2025-01-01&to=2026-01-01"), &index).is_ok());
}

const PIN: &str = "TAKEROOT_PIN";

#[test]
fn the_published_description_is_that_of_the_table() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/openapi.json");
    if std::env::var_os(PIN).is_some() {
        std::fs::write(&file, serde_json::to_string_pretty(&openapi()).unwrap() + "\n").unwrap();
    }
    let published = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        serde_json::from_str::<Value>(&published).ok() == Some(openapi()),
        "set {PIN}=1 and run this test to write it anew"
    );
}

/// Every value under a name, anywhere.
fn all<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get(name));
            map.values().for_each(|value| all(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|value| all(value, name, found)),
        _ => {}
    }
}

#[test]
fn the_published_description_is_sound() {
    let told = openapi();
    let find = |name: &str| {
        let mut found = Vec::new();
        all(&told, name, &mut found);
        found
    };
    let references = find("$ref");
    for reference in &references {
        let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(told.pointer(pointer).is_some(), "{pointer}");
    }
    for (kind, names) in told["components"].as_object().unwrap() {
        for name in names.as_object().unwrap().keys() {
            let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            assert!(is_plain, "{kind}: {name}");
        }
    }
    for name in told["components"]["schemas"].as_object().unwrap().keys() {
        let path = format!("#/components/schemas/{name}");
        assert!(references.iter().any(|told| **told == path), "{name} is used by nobody");
    }
    let ids: Vec<&str> = find("operationId").iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let mut schemes = BTreeSet::new();
    for (path, operations) in told["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let declared = operation["parameters"].as_array().unwrap().iter();
            let declared = declared.filter(|p| p["in"] == "path" && p["required"] == true);
            let declared: BTreeSet<&str> = declared.map(|p| p["name"].as_str().unwrap()).collect();
            let wanted = path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'));
            assert_eq!(declared, wanted.collect(), "{method} {path}");
            for scheme in operation["security"].as_array().unwrap() {
                schemes.extend(scheme.as_object().unwrap().keys().cloned());
            }
        }
    }
    let known = told["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes, known.keys().cloned().collect());
}
