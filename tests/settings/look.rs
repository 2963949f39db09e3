//! How the settings look, held against reference pictures, and to a checker of accessibility.

use crate::Page;
use crate::picture::Gallery;
use crate::server::Stub;
use crate::world::policy;
use serde_json::{Value, json};
use takeroot_core::acceptance::Metric;
use takeroot_core::account::{PolicyState, VersionState, Written};
use takeroot_core::connection::{ConnectionState, Finding, Found, Progress};
use takeroot_core::directory::{AccountDirectory, CrmField};
use takeroot_core::doctor::{Ailment, Diagnosis};
use takeroot_core::policy::{Absence, Criterion, Group, Named, Person, Pilot, Policy, Route, Span};
use takeroot_core::time::{Day, Moment};
use takeroot_stand::company::Company;

const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/node_modules/axe-core/axe.min.js");
const PAGE: &str = "return document.querySelector('#takeroot-settings, .settings').getBoundingClientRect()";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A policy that somebody has thought about.
fn full(company: &Company) -> Policy {
    let mut policy = Policy { calendar: Policy::standard(&company.zone).calendar, ..policy(company) };
    policy.calendar.holidays = [day("2026-12-31")].into();
    let absences = vec![Absence { from: day("2026-11-23"), to: day("2026-12-06") }];
    policy.people = company
        .users
        .iter()
        .take(5)
        .map(|user| Person {
            id: user.id,
            name: user.name.clone(),
            head: user.is_head,
            group: Some(1),
            ..Person::default()
        })
        .collect();
    policy.people[1].absences = absences;
    policy.groups = vec![Group { id: 1, name: "Отдел продаж".to_owned() }];
    let (from, to) = (day("2026-11-23"), day("2026-12-13"));
    policy.pilot =
        Some(Pilot { from, to, users: vec![policy.people[0].id], groups: vec![], pipelines: vec![] });
    policy.sources.names = vec![named(5, "Сайт"), named(6, "Телефон")];
    policy.sources.routes = vec![Route { source: Some(5), pipeline: policy.pipelines[0].id }];
    policy.acceptance.started = Some(day("2026-11-01"));
    policy.acceptance.targets =
        vec![Criterion::good(Metric::InTime, 80), Criterion::good(Metric::ResponseMedian, 900)];
    let silent = json!({"name": "Клиент молчит", "starts": "our_message", "target": "1d"});
    let offer = json!({"name": "КП отправлено", "starts": "stage_entered", "target": "2d",
        "stages": [policy.pipelines[0].stages[2].id]});
    policy.targets = [silent, offer].map(|clock| serde_json::from_value(clock).unwrap()).into();
    policy
}

fn named(id: u64, name: &str) -> Named {
    Named { id, name: name.to_owned() }
}

fn state(policy: &Policy, by: &str, proposed: bool) -> Value {
    let mut first = policy.clone();
    first.first_response.target = Span::Seconds(1800);
    let written = Written { by: by.to_owned(), note: "отвечаем быстрее".to_owned() };
    let versions = vec![
        VersionState { from: Day(0), written: None, policy: first },
        VersionState { from: day("2026-11-16"), written: Some(written), policy: policy.clone() },
    ];
    let versions = if proposed { versions[1..].to_vec() } else { versions };
    json!(PolicyState { revision: 4, proposed, versions })
}

fn directory(policy: &Policy) -> Value {
    let field = |id, name: &str| CrmField { id, name: name.to_owned(), kind: "text".to_owned() };
    json!(AccountDirectory {
        pipelines: policy.pipelines.clone(),
        fields: vec![field(614_201, "Источник"), field(614_209, "ИНН")],
        ..AccountDirectory::default()
    })
}

fn connected() -> Value {
    let period = takeroot_core::acceptance::Period { from: day("2026-08-20"), to: day("2026-11-17") };
    json!(ConnectionState {
        host: Some("sad.amocrm.ru".to_owned()),
        since: Some(Moment(1_795_000_000)),
        history: Some(Progress {
            from: Moment(1_780_000_000),
            reached: Moment(1_790_000_000),
            percent: 64,
            done_at: None
        }),
        finding: Some(Finding { what: Found::Missed, n: 37, of: 212, period, deals: vec![900_001, 900_002] }),
        ..ConnectionState::default()
    })
}

/// A state of the page: its name, what the server says, and what is done.
struct Shot {
    name: &'static str,
    told: Vec<(&'static str, u16, Value)>,
    acts: &'static str,
}

fn shots(policy: &Policy) -> Vec<Shot> {
    let ill = json!(Diagnosis { ailments: vec![Ailment::WebhooksDisabled], ..Diagnosis::default() });
    let well = || {
        vec![
            ("policy", 200, state(policy, "crm admin 1", false)),
            ("directory", 200, directory(policy)),
            ("connection", 200, connected()),
            ("doctor", 200, ill.clone()),
        ]
    };
    let shot = |name, acts| Shot { name, told: well(), acts };
    let mut other = policy.clone();
    other.leaderboard = true;
    let conflict = [("policy!", 409, json!({}))];
    let new = vec![
        ("policy", 200, state(policy, "", true)),
        ("directory", 200, directory(policy)),
        ("connection", 200, json!(ConnectionState::default())),
        ("doctor", 200, json!(Diagnosis { ailments: vec![Ailment::NotConnected], ..Diagnosis::default() })),
    ];
    let found = vec![
        ("policy", 200, state(policy, "", true)),
        ("directory", 200, directory(policy)),
        ("connection", 200, connected()),
        ("doctor", 200, ill.clone()),
    ];
    let written = [("policy!", 200, state(policy, "crm admin 1", false))];
    vec![
        Shot { name: "install-begin", told: new.clone(), acts: "" },
        Shot { name: "install-found", told: found.clone(), acts: "act('preset').click()" },
        Shot {
            name: "install-done",
            told: found.into_iter().chain(written).collect(),
            acts: "all('[data-act=preset]')[1].click(); act('save').click()",
        },
        shot("fields", ""),
        shot("clocks", "act('section:clocks').click()"),
        shot("wrong", "act('section:clocks').click(); type('response:n', '0')"),
        shot("hours", "act('section:hours').click(); act('production').click()"),
        shot("team", "act('section:team').click()"),
        shot("pilot", "act('section:pilot').click()"),
        shot("sources", "act('section:sources').click()"),
        shot("goals", "act('section:goals').click()"),
        shot("versions", "act('section:versions').click()"),
        shot("connection", "act('section:connection').click()"),
        Shot { name: "begin", told: new, acts: "act('section:connection').click()" },
        Shot {
            name: "conflict",
            told: well().into_iter().chain(conflict).collect(),
            acts: "all('.grid input')[3].click(); type('note', 'x'); act('save').click()",
        },
        Shot {
            name: "refused",
            told: ["policy", "directory", "connection", "doctor"].map(|what| (what, 403, json!({}))).into(),
            acts: "",
        },
    ]
}

#[test]
fn the_settings_look_as_they_should_and_a_checker_finds_nothing_in_russian() {
    they_look_as_they_should("ru");
}

#[test]
fn the_settings_look_as_they_should_and_a_checker_finds_nothing_in_english() {
    they_look_as_they_should("en");
}

fn they_look_as_they_should(lang: &str) {
    let Some(page) = Page::new("pictures of the settings") else { return };
    let axe = std::fs::read_to_string(AXE).expect("`cargo xtask test` installs it");
    let (stub, policy) = (Stub::start(), full(&page.world.company));
    page.browser.prefer_motion("reduce").unwrap();
    page.open("");
    let mut gallery = Gallery::open(&page.browser, "pictures of the settings");
    let mut found = Vec::new();
    for shot in shots(&policy) {
        let worker = stub.telling(shot.name, &shot.told);
        for (width, theme) in [(1280, "light"), (480, "light"), (1280, "dark"), (480, "dark")] {
            // All of the page is seen, so that what sticks to the bottom covers nothing.
            page.browser.resize(width, 1700).unwrap();
            let stand = &page.world.stand;
            let url =
                if shot.name.starts_with("install") { stand.settings_url() } else { stand.advanced_url() };
            page.open_at(&url, &format!("&lang={lang}&theme={theme}{worker}"));
            page.js(shot.acts);
            if shot.name == "conflict" {
                page.until("all('.conflict').length");
            }
            if shot.name == "install-done" {
                page.until("text('.well').includes('✓')");
            }
            // Where the server listens is another place each time.
            page.js("document.querySelectorAll('input[name=worker_url]').forEach(one => { one.value = 'https://takeroot.example.ru' })");
            page.js("root.activeElement && root.activeElement.blur(); window.BEGAN = performance.now()");
            page.until("performance.now() > BEGAN + 300");
            let name = format!("settings-{}-{width}-{lang}-{theme}", shot.name);
            gallery.compare(&name, &page.browser.screenshot_of(PAGE).unwrap());
            let wide = page.value(
                "all('*').filter(one => one.clientWidth && !one.closest('.scroll') && !one.matches('.unseen, input, select')
                   && one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 200))",
            );
            assert_eq!(wide, json!([]), "{name}: cut off");
            page.js(&axe);
            page.js("window.FOUND = null; axe.run(host, { resultTypes: ['violations'] }).then(done => {
                FOUND = done.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 160)).slice(0, 3)]) })");
            page.until("FOUND !== null");
            let violations = page.value("FOUND");
            found.extend((violations != json!([])).then(|| format!("{name}: {violations}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    gallery.close();
}
