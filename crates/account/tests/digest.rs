//! Digests in fast-forward: whoever is told, what breaks meanwhile, and that each arrives once.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use std::collections::BTreeMap;
use std::sync::OnceLock;
use takeroot_account::{
    CrmAnswer, DigestCall, DigestDue, DigestTested, Failure, Store, TargetRequest, WayName, import,
    summary_key,
};
use takeroot_core::day::Document;
use takeroot_core::digest::{DIGEST_SCHEMA, Digest, DigestEvent, Kind, Light, Message, Unsent, Urgent};
use takeroot_core::doctor::Ailment;
use takeroot_core::summary::Summary;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::company::{History, generate};
use told::{ENDS, Shared, Told, publish, vault};

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
/// Enough for some deals to wait.
const DELIVERIES: usize = 100;
const WHO: &str = "operator";

fn hook(kinds: &str) -> TargetRequest {
    let text = format!(
        r#"{{"name": "Олег", "kinds": {kinds}, "hour": 8, "way": {{"hook":
            {{"url": "https://hooks.example/in/a-secret-path", "secret": "{SECRET}"}}}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn status(status: u16) -> CrmAnswer {
    CrmAnswer::Told { status, retry_after_s: None, at: None, body: Vec::new() }
}

/// An account with its alarm, and what was sent.
struct World {
    told: Option<Told>,
    kv: BTreeMap<String, String>,
    now_ms: i64,
    sent: Vec<(Moment, DigestCall)>,
}

impl World {
    fn new() -> Self {
        static HISTORY: OnceLock<History> = OnceLock::new();
        let history = HISTORY.get_or_init(|| generate(5, ENDS, 1));
        let told = Told::new(history, 400);
        for delivery in history.deliveries.iter().take(DELIVERIES) {
            told.account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
        }
        let mut kv = BTreeMap::new();
        publish(&told.account, Moment(ENDS), &mut kv);
        Self { told: Some(told), kv, now_ms: ENDS * 1000, sent: Vec::new() }
    }

    fn told(&self) -> &Told {
        self.told.as_ref().unwrap()
    }

    fn now(&self) -> Moment {
        Moment(self.now_ms / 1000)
    }

    fn keep(&self, wish: TargetRequest) -> u32 {
        self.told().account.keep_target(wish, WHO, &vault(), self.now()).unwrap().target.id
    }

    fn crash(&mut self) {
        let told = self.told.take().unwrap();
        told.mend();
        self.told = Some(told.reopened(self.now()));
    }

    /// What the edge makes of what is due.
    fn made(&self, due: &DigestDue) -> Digest {
        let account = self.told().account.record().account.clone();
        let document: Document<Summary> =
            serde_json::from_str(&self.kv[&summary_key(&account, due.period.to)]).unwrap();
        let mut figures = document.figures.day.told();
        figures.from = due.period.from;
        Digest {
            schema: DIGEST_SCHEMA,
            account,
            company: String::new(),
            kind: due.kind,
            title: String::new(),
            status: String::new(),
            envelope: document.envelope,
            missing: 0,
            figures,
            light: Light::Good,
            lines: Vec::new(),
            deals: Vec::new(),
            crm_host: None,
        }
    }

    /// One alarm, as the edge works it off.
    fn alarm(&mut self, hears: &mut dyn FnMut(&DigestCall) -> CrmAnswer) -> Result<(), Failure> {
        let (now, now_ms) = (self.now(), self.now_ms);
        while self.told().account.settle(now)? {}
        while self.told().account.tidy(now)? {}
        let mut kv = BTreeMap::new();
        let mut publication = self.told().account.publication(now_ms)?;
        while let Some(documents) = self.told().account.next_documents(&mut publication)? {
            kv.extend(documents);
        }
        self.kv.extend(kv);
        self.told().account.published(&publication)?;
        while let Some(due) = self.told().account.digest_due(now_ms)? {
            self.told().account.digest_made(&due, self.made(&due), now_ms)?;
        }
        while let Some(sending) = self.told().account.digest_to_send(&vault(), now_ms)? {
            let call = sending.call(&Message::default(), now)?;
            let answer = hears(&call);
            self.sent.push((now, call));
            self.told().account.digest_answered(&sending, &answer, now_ms)?;
        }
        Ok(())
    }

    /// Lives until a moment by its own alarm.
    fn live(&mut self, until: Moment, hears: &mut dyn FnMut(&DigestCall) -> CrmAnswer) {
        let mut alarms = 0;
        while self.now() < until {
            self.alarm(hears).unwrap();
            let next = self.told().account.next(self.now_ms, 60_000).unwrap();
            self.now_ms = next.max(self.now_ms + 250).min(until.0 * 1000);
            alarms += 1;
            assert!(alarms < 2000, "it wants to be woken again and again");
        }
    }

    /// The kinds and days of what was sent, each once.
    fn events(&self) -> Vec<(String, String)> {
        let mut events: Vec<_> = self.sent.iter().map(|(_, call)| event(call)).collect();
        events.dedup();
        events
    }
}

fn header(call: &DigestCall, name: &str) -> String {
    call.headers.iter().find(|(known, _)| known == name).unwrap().1.0.clone()
}

fn event(call: &DigestCall) -> (String, String) {
    let DigestEvent { what, data, .. } = serde_json::from_str(&call.body).unwrap();
    (what, format!("{} {}", data.period().from, data.period().to))
}

#[test]
fn each_working_day_brings_one_digest_and_a_day_off_none() {
    let mut world = World::new();
    world.keep(hook(r#"["daily", "weekly", "monthly"]"#));
    let until = "2026-11-10T21:00:00Z".parse().unwrap();
    world.live(until, &mut |_| status(200));
    let account = &world.told().account;
    let policy = account.record().policy_state().versions.last().unwrap().policy.clone();
    let (mut days, zone) = (Vec::new(), 3 * 3600);
    for (at, call) in &world.sent {
        let day = takeroot_core::time::Day(((at.0 + zone) / DAY_S) as i32);
        assert!(!policy.calendar.windows(day).is_empty(), "{day} is a day off");
        assert_eq!((at.0 + zone) % DAY_S, 8 * 3600, "{at}");
        if event(call).0 == "digest.daily" {
            days.push(day);
        }
    }
    let first = "2026-10-27".parse::<takeroot_core::time::Day>().unwrap().0;
    let last = "2026-11-10".parse::<takeroot_core::time::Day>().unwrap().0;
    let working = (first..=last).map(takeroot_core::time::Day);
    assert_eq!(days, working.filter(|day| !policy.calendar.windows(*day).is_empty()).collect::<Vec<_>>());
    let events = world.events();
    assert_eq!(events.len(), world.sent.len(), "once each");
    let of = |what: &str| {
        events.iter().filter(|(told, _)| told == what).map(|(_, days)| days.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of("digest.weekly"), ["2026-10-26 2026-11-01", "2026-11-02 2026-11-08"]);
    assert_eq!(of("digest.monthly"), ["2026-10-01 2026-10-31"]);
    assert!(of("digest.daily").contains(&"2026-10-30 2026-11-01"), "the weekend is in Monday's: {events:?}");
    let ids: std::collections::BTreeSet<String> =
        world.sent.iter().map(|(_, call)| header(call, "webhook-id")).collect();
    assert_eq!(ids.len(), world.sent.len());
    let audit = account.audit(None).unwrap().items;
    assert_eq!(audit.iter().filter(|entry| entry.what == "digest").count(), world.sent.len());
}

#[test]
fn whoever_fails_is_asked_again_and_gets_one_digest() {
    let mut world = World::new();
    world.keep(hook(r#"["daily"]"#));
    let mut answers = vec![
        status(500),
        CrmAnswer::Silence,
        CrmAnswer::Told { status: 429, retry_after_s: Some(600), at: None, body: Vec::new() },
        CrmAnswer::Told {
            status: 429,
            retry_after_s: None,
            at: None,
            body: br#"{"ok": false, "parameters": {"retry_after": 900}}"#.to_vec(),
        },
    ]
    .into_iter();
    let until = world.now().plus(DAY_S);
    world.live(until, &mut |_| answers.next().unwrap_or(status(204)));
    assert_eq!((world.sent.len(), world.events().len()), (5, 1));
    let ids: Vec<String> = world.sent.iter().map(|(_, call)| header(call, "webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]) && ids[0].ends_with("-1-daily-2026-10-27"), "{ids:?}");
    let gaps: Vec<i64> = world.sent.windows(2).map(|pair| pair[1].0.since(pair[0].0)).collect();
    assert_eq!(gaps, [15, 30, 600, 900]);
    let last = world.told().account.digests().unwrap().items[0].last.clone().unwrap();
    assert!(last.tries == 5 && last.arrived_at.is_some() && last.trouble.is_none(), "{last:?}");
    // What stays silent is given up within the day, and the doctor says so.
    let mut world = World::new();
    world.keep(hook(r#"["daily"]"#));
    let until = world.now().plus(DAY_S);
    world.live(until, &mut |_| CrmAnswer::Silence);
    assert_eq!(world.sent.len(), 10);
    assert!(world.sent[9].0.since(world.sent[0].0) < 4 * 3600);
    let ailments = world.told().account.diagnosis(world.now()).unwrap().ailments;
    let is_named = |told: &Ailment, why| matches!(told, Ailment::DigestUnsent { target, trouble, .. } if target == "Олег" && *trouble == why);
    assert!(ailments.iter().any(|told| is_named(told, Unsent::Silent)), "{ailments:?}");
    // The next day's is sent all the same.
    let until = world.now().plus(DAY_S);
    world.live(until, &mut |_| status(200));
    assert_eq!(world.sent.len(), 11);
    assert!(
        !world
            .told()
            .account
            .diagnosis(world.now())
            .unwrap()
            .ailments
            .iter()
            .any(|told| is_named(told, Unsent::Silent))
    );
}

#[test]
fn who_refuses_is_not_asked_again_and_the_gate_is_told_from_them() {
    let blocked = CrmAnswer::Told {
        status: 403,
        retry_after_s: None,
        at: None,
        body: br#"{"description": "Forbidden: bot was blocked by the user"}"#.to_vec(),
    };
    let gate = CrmAnswer::Told {
        status: 403,
        retry_after_s: None,
        at: None,
        body: br#"{"title":"outbound refused","hint":"x"}"#.to_vec(),
    };
    for (answer, why) in [
        (blocked, Unsent::Refused { status: 403 }),
        (gate, Unsent::NotAllowed),
        (status(302), Unsent::Refused { status: 302 }),
    ] {
        let mut world = World::new();
        world.keep(hook(r#"["daily"]"#));
        let until = world.now().plus(DAY_S);
        world.live(until, &mut |_| answer.clone());
        assert_eq!(world.sent.len(), 1);
        assert_eq!(DigestTested::of(&answer), DigestTested { taken: false, trouble: Some(why) });
        let ailments = world.told().account.diagnosis(world.now()).unwrap().ailments;
        assert!(
            ailments
                .iter()
                .any(|told| matches!(told, Ailment::DigestUnsent { trouble, .. } if *trouble == why)),
            "{ailments:?}"
        );
        let audit = world.told().account.audit(None).unwrap().items;
        assert!(audit.iter().any(|entry| entry.what == "digest given up"));
    }
}

#[test]
fn wherever_it_dies_no_second_digest_is_made_and_none_is_lost() {
    for statements in (0..90).step_by(3) {
        let mut world = World::new();
        world.keep(hook(r#"["daily"]"#));
        world.now_ms = "2026-10-27T05:00:01Z".parse::<Moment>().unwrap().0 * 1000;
        world.told().break_after(statements);
        let mut heard = 0;
        let _ = world.alarm(&mut |_| {
            heard += 1;
            status(200)
        });
        world.crash();
        let until = world.now().plus(7200);
        world.live(until, &mut |_| status(200));
        assert_eq!(
            world.events(),
            [("digest.daily".to_owned(), "2026-10-26 2026-10-26".to_owned())],
            "{statements}"
        );
        let ids: Vec<String> = world.sent.iter().map(|(_, call)| header(call, "webhook-id")).collect();
        // Of what was sent and not noted it is not known whether it arrived: it is sent again, as the same.
        assert!(ids.len() <= 1 + heard && ids.iter().all(|id| *id == ids[0]), "{statements}: {ids:?}");
    }
}

#[test]
fn an_alarm_that_rings_late_sends_late_and_one_that_rings_the_next_day_sends_that_days() {
    let mut world = World::new();
    world.keep(hook(r#"["daily"]"#));
    world.now_ms = "2026-10-27T16:00:00Z".parse::<Moment>().unwrap().0 * 1000;
    world.alarm(&mut |_| status(200)).unwrap();
    world.alarm(&mut |_| status(200)).unwrap();
    assert_eq!(world.events().len(), 1);
    // Made, and never sent on its day: it is old news then.
    world.now_ms = "2026-10-28T06:00:00Z".parse::<Moment>().unwrap().0 * 1000;
    world.alarm(&mut |_| CrmAnswer::Silence).unwrap();
    world.now_ms = "2026-10-29T06:00:00Z".parse::<Moment>().unwrap().0 * 1000;
    world.alarm(&mut |_| status(200)).unwrap();
    let days: Vec<String> = world.events().into_iter().map(|(_, days)| days).collect();
    assert_eq!(days, ["2026-10-26 2026-10-26", "2026-10-27 2026-10-27", "2026-10-28 2026-10-28"]);
    // Nobody is told of the hours before they were named.
    world.keep(hook(r#"["daily"]"#));
    world.alarm(&mut |_| status(200)).unwrap();
    assert_eq!(world.events().len(), 3);
}

#[test]
fn what_is_secret_lies_sealed_is_never_shown_and_travels_in_no_archive() {
    let mut world = World::new();
    let id = world.keep(hook(r#"["daily"]"#));
    let until = world.now().plus(DAY_S);
    world.live(until, &mut |_| status(200));
    assert_eq!(world.sent.len(), 1);
    let told = world.told();
    let state = &told.account.digests().unwrap().items[0];
    assert_eq!((state.target.way, state.target.host.as_str()), (WayName::Hook, "hooks.example"));
    let rows = told.rows(
        "SELECT body || COALESCE(sealed, '') AS text FROM digest_target UNION ALL SELECT detail FROM audit",
    );
    let texts: String = rows.iter().map(|row| row.get::<&str>("text").unwrap()).collect();
    let shown = serde_json::to_string(state).unwrap();
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = told.account.export(cursor.as_deref(), 1_000_000, world.now()).unwrap();
        pages.push(page.text);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for secret in ["a-secret-path", "AAECAwQF"] {
        assert!(
            !texts.contains(secret) && !shown.contains(secret) && !pages.concat().contains(secret),
            "{secret}"
        );
    }
    // Elsewhere it is sent once its secrets were given anew, and never twice.
    let (database, account) = (Shared::in_memory(), told.account.record().account.clone());
    for page in &pages {
        import(Box::new(database.clone()), &account, page.as_bytes(), &vault(), world.now()).unwrap();
    }
    let there =
        takeroot_account::Account::open(Store::open(Box::new(database)).unwrap(), &vault(), world.now())
            .unwrap();
    publish(&there, world.now(), &mut BTreeMap::new());
    assert_eq!(there.digest_due(world.now_ms).unwrap(), None);
    assert!(
        there
            .diagnosis(world.now())
            .unwrap()
            .ailments
            .contains(&Ailment::DigestUnready { target: "Олег".to_owned() })
    );
    let again = TargetRequest { id: Some(id), ..hook(r#"["daily"]"#) };
    assert!(there.keep_target(again, WHO, &vault(), world.now()).unwrap().ready);
    assert_eq!(there.digest_due(world.now_ms).unwrap(), None, "today's was sent from the other server");
    let tomorrow = world.now().plus(DAY_S);
    publish(&there, tomorrow, &mut BTreeMap::new());
    let due = there.digest_due(tomorrow.0 * 1000).unwrap().unwrap();
    assert_eq!(due.before.unwrap().period().to.to_string(), "2026-10-26", "and the next one knows it");
}

#[test]
fn the_next_one_knows_what_was_said_and_a_test_is_no_digest() {
    let mut world = World::new();
    let id = world.keep(hook(r#"["daily"]"#));
    let until = world.now().plus(DAY_S);
    world.live(until, &mut |_| status(200));
    let account = &world.told().account;
    let due = account.digest_test(id, world.now()).unwrap();
    assert_eq!((due.period.to.to_string().as_str(), due.kind), ("2026-10-26", Kind::Daily));
    let made = world.made(&due);
    let sending = account.digest_test_made(due, made, "grant 1", &vault(), world.now()).unwrap();
    let call = sending.call(&Message::default(), world.now()).unwrap();
    assert_eq!(event(&call).0, "digest.test");
    account.digest_answered(&sending, &status(200), world.now_ms).unwrap();
    assert_eq!(account.digests().unwrap().items[0].last.as_ref().unwrap().tries, 1, "a test changes nothing");
    assert!(
        matches!(account.digest_test(9, world.now()), Err(Failure::Rejected(told)) if told.status == 404)
    );
    for _ in 0..9 {
        let due = account.digest_test(id, world.now()).unwrap();
        let made = world.made(&due);
        account.digest_test_made(due, made, WHO, &vault(), world.now()).unwrap();
    }
    assert!(
        matches!(account.digest_test(id, world.now()), Err(Failure::Rejected(told)) if told.status == 429)
    );
    account.end_target(id, WHO, world.now()).unwrap();
    assert!(account.digests().unwrap().items.is_empty() && account.end_target(id, WHO, world.now()).is_err());
    assert_eq!(world.keep(hook(r#"["daily"]"#)), id + 1, "a number is given once");
    let (mut urgent, mut after) = (Urgent::default(), String::new());
    while world.told().account.search_urgent(&mut urgent, &mut after).unwrap() {}
    assert!((1..=3).contains(&urgent.found().len()));
}

#[test]
fn a_suspended_account_tells_nothing() {
    let mut world = World::new();
    world.keep(hook(r#"["daily"]"#));
    let Told { account, database } = world.told.take().unwrap();
    world.told = Some(Told { account: account.suspend(&vault(), world.now()).unwrap(), database });
    world.now_ms += DAY_S * 1000;
    world.alarm(&mut |_| status(200)).unwrap();
    assert!(world.sent.is_empty());
}

#[test]
fn what_cannot_be_sent_is_refused_with_a_hint() {
    let world = World::new();
    let mail = r#"{"mail": {"url": "https://mail.example/send", "headers": {"authorization": "Bearer x"}, "body": {"t": "{text}"}}}"#;
    let telegram = r#"{"telegram": {"token": "123:AAAAAAAAAAAAAAAAAAAAAAAA", "chat": "-100123"}}"#;
    let wish = |way: &str, more: &str| format!(r#"{{"name": "x", "way": {way}{more}}}"#);
    for good in [
        wish(mail, ""),
        wish(telegram, r#", "page": "https://t.example/owner/amo-1?token=k", "lang": "en""#),
        wish(&telegram.replace("-100123", "@channel"), ""),
        wish(&telegram.replace(r#""-100123""#, r#""1", "server": "http://127.0.0.1:8081/""#), ""),
    ] {
        let kept = world.told().account.keep_target(
            serde_json::from_str(&good).unwrap(),
            WHO,
            &vault(),
            world.now(),
        );
        assert!(kept.is_ok(), "{good}: {kept:?}");
    }
    for wrong in [
        wish(mail, r#", "hour": 24"#),
        wish(mail, r#", "kinds": []"#),
        wish(mail, r#", "lang": "de""#),
        wish(mail, r#", "page": "javascript:alert(1)""#),
        wish(mail, r#", "page": "https://t.example/\"><script>""#),
        wish(&mail.replace("https://", "http://"), ""),
        wish(&mail.replace("mail.example", "user@mail.example"), ""),
        wish(&mail.replace("mail.example/send", "mail.example\\nhost/"), ""),
        wish(&mail.replace("{text}", "nothing"), ""),
        wish(&mail.replace("Bearer x", "x\\r\\ny: z"), ""),
        wish(&telegram.replace("123:A", "123A"), ""),
        wish(&telegram.replace("-100123", "https://t.me/x"), ""),
        wish(&format!(r#"{{"hook": {{"url": "https://h.example/", "secret": "{}"}}}}"#, &SECRET[..20]), ""),
        format!(r#"{{"name": "", "way": {mail}}}"#),
        wish(mail, r#", "id": 77"#),
    ] {
        let told = world.told().account.keep_target(
            serde_json::from_str(&wrong).unwrap(),
            WHO,
            &vault(),
            world.now(),
        );
        match told {
            Err(Failure::Rejected(told)) => {
                assert!(matches!(told.status, 404 | 422) && !told.hint.is_empty())
            }
            other => panic!("{wrong}: {other:?}"),
        }
    }
}
