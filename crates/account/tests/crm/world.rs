//! An account and its CRM side by side, in fast-forward: what one asks the other answers, and what one sends the other takes.

use crate::told::{KEY, Shared, publish, vault};
use serde_json::Value;
use std::collections::BTreeMap;
use takeroot_account::{Account, CrmAnswer, CrmCall, Store, Vault};
use takeroot_core::account::{AccountRequest, Secret};
use takeroot_core::connection::{Connected, ConnectionRequest, ConnectionState};
use takeroot_core::policy::Policy;
use takeroot_core::time::Moment;
use takeroot_stand::account::request;
use takeroot_stand::company::{Company, History};
use takeroot_stand::crm::{ApiRequest, Crm, Fate, Mishaps};

pub(crate) const HOOKS: &str = "https://takeroot.example/hooks/amocrm/secret";
/// The CRM waits so long for an answer, we do so long for its.
const PATIENCE_MS: i64 = 15_000;
/// An answer takes so long.
const ANSWER_MS: i64 = 40;

/// The long stories that are told.
pub(crate) fn seeds() -> std::ops::Range<u64> {
    seeds_or(3)
}

/// The stories that are told: as many as are asked for, from the one that is asked for.
pub(crate) fn seeds_or(count: u64) -> std::ops::Range<u64> {
    let asked = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (first, many) = (asked("TAKEROOT_SEED"), asked("TAKEROOT_SEEDS"));
    let many = many.unwrap_or(if first.is_some() { 1 } else { count });
    let first = first.unwrap_or(1);
    first..first + many
}

/// Dice of a story.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From one number to another, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + i64::try_from((self.0 >> 33) % u64::try_from(high - low + 1).unwrap()).unwrap()
    }

    pub(crate) fn chance(&mut self, per_mille: i64) -> bool {
        self.between(0, 999) < per_mille
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.between(0, i64::try_from(of.len()).unwrap() - 1)).unwrap()]
    }
}

pub(crate) struct World {
    pub(crate) crm: Crm,
    pub(crate) account: Account,
    pub(crate) database: Shared,
    pub(crate) now_ms: i64,
    pub(crate) kv: BTreeMap<String, String>,
    /// Requests that were sent.
    pub(crate) asked: u32,
    /// Those of them that came too soon.
    pub(crate) refused: u32,
    vault: Vault,
}

impl World {
    /// A company that has lived for some days when an account is opened for it, by nobody's policy but the CRM's own.
    pub(crate) fn new(seed: u64, since: i64, until: i64, opened: i64) -> Self {
        let mut crm = Crm::new(seed, since, until);
        crm.advance(opened);
        let history = history(crm.company());
        let mut request = request(&history);
        (request.policy, request.observed_from) = (None, None);
        let database = Shared::in_memory();
        let store = Store::open(Box::new(database.clone())).unwrap();
        let vault = vault();
        let account = Account::keep(store, request, KEY, &vault, Moment(opened)).unwrap();
        Self {
            crm,
            account,
            database,
            now_ms: opened * 1000,
            kv: BTreeMap::new(),
            asked: 0,
            refused: 0,
            vault,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        Moment(self.now_ms / 1000)
    }

    /// Connects with a token that lives long.
    pub(crate) fn connect(&mut self, wish: ConnectionRequest) {
        self.connect_until(wish, self.now().0 + 5 * 366 * 86_400);
    }

    /// Connects with a token that ends at a moment.
    pub(crate) fn connect_until(&mut self, wish: ConnectionRequest, until: i64) {
        let head = self.crm.company().users.iter().find(|user| user.is_head).unwrap().id;
        let wish = ConnectionRequest { token: Some(Secret(self.crm.issue_long_lived(head, until))), ..wish };
        let probe = self.account.crm_probe(&wish).unwrap().unwrap();
        let whose = self.ask(&probe);
        let connected =
            self.account.connect_by_token(&wish, &whose, Some(HOOKS.to_owned()), &self.vault, self.now());
        assert!(matches!(connected, Ok(Connected::Yes { .. })), "{connected:?}");
    }

    /// Connects as an admin does who says yes in the CRM.
    pub(crate) fn consent(&mut self, wish: &ConnectionRequest) {
        let connected = self.account.crm_authorize(wish, "state").unwrap();
        let Connected::Authorize { url } = connected else { panic!("{connected:?}") };
        assert!(url.starts_with("https://www.amocrm.ru/oauth?client_id="), "{url}");
        let id = self.crm.integration().id.clone();
        let query = self.crm.approve(&id, "state", self.now().0).unwrap();
        let code = query.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap().to_owned();
        let host = self.crm.host();
        let exchange = self.account.crm_exchange(&code, &host).unwrap();
        let given = self.ask(&exchange);
        let (tokens, probe) = self.account.crm_exchanged(&host, &given, self.now()).unwrap();
        let whose = self.ask(&probe);
        let hooks = Some(HOOKS.to_owned());
        self.account.connect(&host, tokens, &whose, hooks, &self.vault, self.now()).unwrap();
    }

    /// Lets both live up to a moment.
    pub(crate) fn run_until(&mut self, until: i64) {
        // From now on publishing is asked for by the test.
        self.publish();
        while self.now().0 < until {
            self.step();
            let crm = self.crm.next_moment().unwrap_or(i64::MAX / 1000).saturating_mul(1000);
            let own = self.account.next(self.now_ms, i64::MAX / 4).unwrap();
            self.now_ms = crm.min(own).clamp(self.now_ms + 1, until * 1000);
        }
    }

    /// What is due now.
    pub(crate) fn step(&mut self) {
        self.deliver();
        while self.account.settle(self.now()).unwrap() {}
        self.read();
        while self.account.tidy(self.now()).unwrap() {}
    }

    /// Publishes what there is.
    pub(crate) fn publish(&mut self) {
        publish(&self.account, self.now(), &mut self.kv);
    }

    fn deliver(&mut self) {
        for hook in self.crm.due(self.now_ms / 1000) {
            assert_eq!(hook.destination, HOOKS);
            self.account.deliver(1, hook.body.as_bytes(), self.now()).unwrap();
            self.crm.delivered(hook.id, Some(200), self.now_ms / 1000);
        }
    }

    fn read(&mut self) {
        let Some(call) = self.account.crm_call(self.now_ms).unwrap() else { return };
        let answer = self.ask(&call);
        if self.answered(&answer) {
            self.reopen();
        }
    }

    /// Takes an answer; says whether the rules changed.
    pub(crate) fn answered(&self, answer: &CrmAnswer) -> bool {
        self.account.crm_answered(answer, &self.vault, self.now_ms).unwrap()
    }

    /// An admin writes another policy, for the days from tomorrow on.
    pub(crate) fn write_policy(&mut self, policy: Policy) {
        let history = history(self.crm.company());
        let request = AccountRequest { policy: Some(policy), observed_from: None, ..request(&history) };
        let store = Store::open(Box::new(self.database.clone())).unwrap();
        self.account = Account::keep(store, request, KEY, &self.vault, self.now()).unwrap();
    }

    /// The object was thrown out of memory.
    pub(crate) fn reopen(&mut self) {
        let store = Store::open(Box::new(self.database.clone())).unwrap();
        self.account = Account::open(store, &self.vault, self.now()).unwrap();
    }

    /// Sends a question; time passes until the answer.
    pub(crate) fn ask(&mut self, call: &CrmCall) -> CrmAnswer {
        self.asked += 1;
        assert_eq!(call.host, self.crm.host());
        let answer = ask(&mut self.crm, call, &mut self.now_ms);
        self.refused += u32::from(matches!(answer, CrmAnswer::Told { status: 429, .. }));
        answer
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&mut self) {
        self.crm.faults_mut().clear();
        *self.crm.mishaps_mut() = Mishaps::default();
        self.crm.switches_mut().events_late_s = 0;
    }

    /// Published figures of days and summaries, without their envelopes.
    pub(crate) fn figures(&self) -> BTreeMap<String, Value> {
        let of = |text: &String| serde_json::from_str::<Value>(text).unwrap()["figures"].clone();
        let documents = self.kv.iter().filter(|(key, _)| !key.starts_with("index/"));
        documents.map(|(key, text)| (key.clone(), of(text))).collect()
    }

    pub(crate) fn connection(&self) -> ConnectionState {
        self.account.connection(self.now()).unwrap()
    }

    pub(crate) fn rows(&self, query: &str) -> Vec<takeroot_account::database::Row> {
        self.database.rows(query)
    }
}

/// Sends a question to a CRM; time passes until the answer.
pub(crate) fn ask(crm: &mut Crm, call: &CrmCall, now_ms: &mut i64) -> CrmAnswer {
    let body = call.body.as_ref().map_or("", |body| body.0.as_str());
    let request = ApiRequest {
        method: call.method,
        path_and_query: &call.path,
        bearer: call.bearer.as_ref().map(|bearer| bearer.0.as_str()),
        body: body.as_bytes(),
    };
    let answer = crm.answer(&request, *now_ms / 1000);
    let is_there = answer.fate == Fate::Answered;
    *now_ms += if is_there { ANSWER_MS } else { PATIENCE_MS };
    if !is_there {
        return CrmAnswer::Silence;
    }
    let retry_after_s = answer.header("retry-after").and_then(|text| text.parse().ok());
    let at = Some(Moment(*now_ms / 1000 + crm.switches_mut().clock_skew_s));
    CrmAnswer::Told { status: answer.status, retry_after_s, at, body: answer.body }
}

pub(crate) fn history(company: &Company) -> History {
    History { company: company.clone(), since: 0, ends: 0, deliveries: Vec::new() }
}
