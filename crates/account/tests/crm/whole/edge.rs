//! The edge around an account's object: it is woken, thrown out of memory, killed and asked, and its storage outlives it.

use super::disk::{Disk, Failing};
use crate::told::{KEY, Shared, vault};
use crate::world::{Dice, HOOKS, ask, history};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use takeroot_account::{Account, Answer, Failure, JUDGE_DELAY_MS, Store, Vault};
use takeroot_core::account::{AccountRequest, PolicyRequest, Secret};
use takeroot_core::connection::{Connected, ConnectionRequest};
use takeroot_core::policy::Policy;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::account::request;
use takeroot_stand::crm::{Crm, Fault, FaultKind, Mishaps};

/// At most once in that time something is published: seldom, so that it is told fast.
const PUBLISH_INTERVAL_MS: i64 = 6 * 3_600_000;
/// Cron looks whether an alarm was missed: less often than it does, so that it is told fast.
const CRON_MS: i64 = 30 * 60_000;
/// How soon an alarm tries again after a fault.
const RETRY_MS: i64 = 30_000;
/// What is deleted has been there so long before: some readings, even in bad weather.
const LASTS_S: i64 = 6 * 3600;
/// Passes of judgement within one alarm.
const PASSES_MAX: usize = 40;

/// What goes wrong, per mille of what could.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// A request to us, or our answer to it, is lost.
    pub(crate) network: i64,
    /// Storage fails or the process dies in the middle of something.
    pub(crate) storage: i64,
    /// An alarm is lost, comes late or twice.
    pub(crate) alarm: i64,
    /// A document does not get to KV.
    pub(crate) kv: i64,
    /// The object is thrown out of memory.
    pub(crate) memory: i64,
    /// Another account's webhook comes to our address.
    pub(crate) astray: i64,
    /// The clock is wrong by at most so many seconds.
    pub(crate) clock_s: i64,
    /// An answer of the CRM's fails.
    pub(crate) answer: i64,
}

pub(crate) struct Edge {
    pub(crate) crm: Crm,
    pub(crate) disk: Disk,
    pub(crate) weather: Weather,
    pub(crate) kv: BTreeMap<String, String>,
    /// Bodies of which the CRM knows that they have arrived.
    pub(crate) acknowledged: Vec<String>,
    /// What went wrong, and what nobody may see.
    pub(crate) mishaps: u32,
    pub(crate) wrongs: Vec<String>,
    /// Webhooks of requests that failed. They come at last: one that comes and goes between two readings nothing else tells.
    requests: Vec<String>,
    object: Option<Rc<Account>>,
    vault: Vault,
    dice: Dice,
    now_ms: i64,
    skew_ms: i64,
    /// By the clock that the object sees, too.
    alarm_ms: Option<i64>,
    cron_ms: i64,
}

impl Edge {
    /// A company to which of a thousand clients so many come, and that has lived for some days when an account is opened
    /// for it.
    pub(crate) fn new(seed: u64, since: i64, until: i64, opened: i64, clients: i64) -> Self {
        let mut crm = Crm::of_clients(seed, since, until, clients);
        crm.never_decline();
        crm.never_fleeting(LASTS_S);
        crm.nobody_leaves();
        crm.advance(opened);
        let history = history(crm.company());
        let (disk, vault) = (Disk::of(Shared::in_memory()), vault());
        let request = AccountRequest { policy: None, observed_from: None, ..request(&history) };
        let store = Store::open(Box::new(disk.clone())).unwrap();
        let account = Account::keep(store, request, KEY, &vault, Moment(opened)).unwrap();
        Self {
            crm,
            disk,
            weather: Weather::default(),
            kv: BTreeMap::new(),
            acknowledged: Vec::new(),
            mishaps: 0,
            wrongs: Vec::new(),
            requests: Vec::new(),
            object: Some(Rc::new(account)),
            vault,
            dice: Dice::new(seed),
            now_ms: opened * 1000,
            skew_ms: 0,
            alarm_ms: None,
            cron_ms: opened * 1000,
        }
    }

    pub(crate) fn connect(&mut self, wish: ConnectionRequest) {
        let (now, company) = (Moment(self.now_ms / 1000), self.crm.company());
        let head = company.users.iter().find(|user| user.is_head).unwrap().id;
        let token = self.crm.issue_long_lived(head, now.0 + 366 * DAY_S);
        let wish = ConnectionRequest { token: Some(Secret(token)), ..wish };
        let account = self.account().unwrap();
        let probe = account.crm_probe(&wish).unwrap().unwrap();
        let whose = ask(&mut self.crm, &probe, &mut self.now_ms);
        let connected = account.connect_by_token(&wish, &whose, Some(HOOKS.to_owned()), &self.vault, now);
        assert!(matches!(connected, Ok(Connected::Yes { .. })), "{connected:?}");
        self.alarm_ms = Some(self.now_ms);
    }

    /// An admin changes the policy, and tries until it is kept.
    pub(crate) fn write_policy(&mut self, change: impl Fn(&mut Policy)) {
        for _ in 0..100 {
            let tried = self.try_policy(&change);
            self.falter(tried.is_err());
            if tried.is_ok() {
                return;
            }
            self.now_ms += 1000;
        }
        panic!("an admin gives up");
    }

    fn try_policy(&mut self, change: impl Fn(&mut Policy)) -> Answer<()> {
        self.rolls_storage();
        let account = self.account()?;
        let record = account.record();
        let mut policy = record.versions.last().unwrap().1.clone();
        change(&mut policy);
        if record.versions.last().unwrap().1 == policy {
            // An answer that said otherwise was lost.
            return Ok(());
        }
        let wish = PolicyRequest { based_on: record.policy_revision, note: String::new(), policy };
        // What is asked meanwhile by the object of before is not taken.
        self.object = None;
        let now = Moment(self.seen_ms() / 1000);
        let written = self.opened()?.write_policy(wish, "an admin", &self.vault, now)?;
        self.object = Some(Rc::new(written));
        self.wake()
    }

    /// Lets all live up to a moment.
    pub(crate) fn live_until(&mut self, until: i64) {
        let until_ms = until * 1000;
        while self.now_ms < until_ms {
            let crm = self.crm.next_moment().map_or(i64::MAX, |at| at.saturating_mul(1000));
            let alarm = self.alarm_ms.map_or(i64::MAX, |at| at - self.skew_ms);
            self.now_ms = crm.min(alarm).min(self.cron_ms).clamp(self.now_ms + 1, until_ms);
            self.deliver();
            if self.alarm_ms.is_some_and(|at| at <= self.seen_ms()) {
                self.ring();
            }
            if self.cron_ms <= self.now_ms {
                self.cron_ms = self.now_ms + CRON_MS;
                self.turn_the_clock();
                let requests = std::mem::take(&mut self.requests);
                self.requests =
                    requests.into_iter().filter(|body| self.delivered(body) != Some(200)).collect();
                drop(self.wake());
            }
        }
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&mut self) {
        self.weather = Weather::default();
        self.disk.fail(Failing::Never);
        self.crm.faults_mut().clear();
        *self.crm.mishaps_mut() = Mishaps::default();
        self.crm.switches_mut().events_late_s = 0;
        self.skew_ms = 0;
        self.crm.enable_webhook(HOOKS);
    }

    /// Publishes what there is.
    pub(crate) fn publish_all(&mut self) {
        let account = self.account().unwrap();
        while account.settle(self.now()).unwrap() {}
        self.publish(&account, self.now_ms).unwrap();
    }

    pub(crate) fn now(&self) -> Moment {
        Moment(self.now_ms / 1000)
    }

    /// The object, taken from the disk where it is not in memory.
    pub(crate) fn account(&mut self) -> Answer<Rc<Account>> {
        let now = Moment(self.seen_ms() / 1000);
        if let Some(account) = self.object.as_ref().filter(|account| account.is_fresh(now)) {
            return Ok(Rc::clone(account));
        }
        let account = Rc::new(self.opened()?);
        self.object = Some(Rc::clone(&account));
        Ok(account)
    }

    /// Throws the object out of memory, and does something to the disk before it is read again.
    pub(crate) fn upgrade(&mut self, query: &str) {
        self.restart();
        takeroot_account::database::Database::run(&self.disk, query, &[]).unwrap();
    }

    /// Published figures of days and summaries, without their envelopes.
    pub(crate) fn figures(&self) -> BTreeMap<String, Value> {
        let of = |text: &String| serde_json::from_str::<Value>(text).unwrap()["figures"].take();
        let documents = self.kv.iter().filter(|(key, _)| !key.starts_with("index/"));
        documents.map(|(key, text)| (key.clone(), of(text))).collect()
    }

    fn opened(&self) -> Answer<Account> {
        let store = Store::find(Box::new(self.disk.clone()))?.ok_or_else(Failure::not_found)?;
        Account::open(store, &self.vault, Moment(self.seen_ms() / 1000))
    }

    /// What the object takes for the time.
    fn seen_ms(&self) -> i64 {
        self.now_ms + self.skew_ms
    }

    fn deliver(&mut self) {
        for hook in self.crm.due(self.now_ms / 1000) {
            let outcome = self.delivered(&hook.body);
            self.crm.delivered(hook.id, outcome, self.now_ms / 1000);
            if outcome == Some(200) {
                self.acknowledged.push(hook.body);
            } else if hook.body.contains("unsorted%5B") || hook.body.contains("unsorted[") {
                self.requests.push(hook.body);
            }
        }
    }

    /// The status that the CRM sees, if it sees one.
    fn delivered(&mut self, body: &str) -> Option<u16> {
        if self.chance(self.weather.network) {
            return None;
        }
        self.rolls_storage();
        if self.chance(self.weather.astray) {
            let ours = self.crm.company().crm_id.to_string();
            drop(self.stored(&body.replace(&ours, "31000001")));
        }
        let status = match self.stored(body) {
            Ok(()) => 200,
            Err(Failure::Rejected(rejection)) => rejection.status,
            Err(Failure::Fault(_)) => 500,
        };
        self.falter(status == 500);
        if self.chance(self.weather.network) { None } else { Some(status) }
    }

    fn stored(&mut self, body: &str) -> Answer<()> {
        let (account, at_ms) = (self.account()?, self.seen_ms());
        account.deliver(1, body.as_bytes(), Moment(at_ms / 1000))?;
        self.arm(at_ms + JUDGE_DELAY_MS);
        Ok(())
    }

    fn arm(&mut self, at_ms: i64) {
        if self.alarm_ms.is_none_or(|armed| at_ms < armed) {
            self.alarm_ms = Some(at_ms);
        }
    }

    fn wake(&mut self) -> Answer<()> {
        let next = self.account()?.next(self.seen_ms(), PUBLISH_INTERVAL_MS)?;
        self.arm(next);
        Ok(())
    }

    /// The alarm.
    fn ring(&mut self) {
        self.alarm_ms = None;
        if self.chance(self.weather.alarm) {
            match self.dice.between(0, 2) {
                0 => return,
                1 => return self.alarm_ms = Some(self.seen_ms() + self.dice.between(1, 600_000)),
                _ => drop(self.work()),
            }
        }
        self.rolls_storage();
        let worked = self.work();
        self.falter(worked.is_err());
        let next = worked.unwrap_or(self.seen_ms() + RETRY_MS);
        self.arm(next.max(self.seen_ms() + 1));
    }

    /// As the edge's alarm does it.
    fn work(&mut self) -> Answer<i64> {
        let (mut account, at_ms) = (self.account()?, self.seen_ms());
        let now = Moment(at_ms / 1000);
        if account.is_in_burst(now) {
            return Ok(at_ms + JUDGE_DELAY_MS);
        }
        for pass in 1.. {
            if !account.settle(now)? {
                break;
            }
            if pass == PASSES_MAX {
                return Ok(at_ms);
            }
            account = self.account()?;
        }
        account.tidy(now)?;
        if account.publishes_at(PUBLISH_INTERVAL_MS)? <= at_ms {
            self.publish(&account, at_ms)?;
        }
        self.read_crm(&account)?;
        self.account()?.next(self.seen_ms(), PUBLISH_INTERVAL_MS)
    }

    fn publish(&mut self, account: &Account, at_ms: i64) -> Answer<()> {
        while account.sum_up(at_ms)? {}
        let mut publication = account.publication(at_ms)?;
        while let Some(documents) = account.next_documents(&mut publication)? {
            for (key, text) in documents {
                if self.chance(self.weather.kv) {
                    self.mishap();
                    return Err(Failure::Fault("KV does not answer".to_owned()));
                }
                self.put(key, text);
            }
        }
        account.published(&publication)
    }

    /// A final day changes by a revision only, and so does any.
    fn put(&mut self, key: String, text: String) {
        if let Some(before) = self.kv.get(&key).filter(|_| key.starts_with("day/")) {
            let [was, is] = [before, &text].map(|text| serde_json::from_str::<Value>(text).unwrap());
            let revision = |document: &Value| document["envelope"]["revision"].as_u64().unwrap();
            if was["figures"] != is["figures"] && revision(&was) >= revision(&is) {
                self.wrongs.push(format!("{key} changes within revision {}", revision(&was)));
            }
            if was["envelope"]["final"] == true && is["envelope"]["final"] != true {
                self.wrongs.push(format!("{key} is final no more"));
            }
        }
        self.kv.insert(key, text);
    }

    fn read_crm(&mut self, account: &Rc<Account>) -> Answer<()> {
        let Some(call) = account.crm_call(self.seen_ms())? else { return Ok(()) };
        if self.chance(self.weather.answer) {
            let kinds = [FaultKind::Status(429), FaultKind::Status(502), FaultKind::Garbage];
            let kinds = [&kinds[..], &[FaultKind::TimeOut, FaultKind::LostAnswer]].concat();
            let what = self.dice.pick(&kinds);
            self.crm.faults_mut().add(Fault { on: String::new(), what, times: 1 });
        }
        let answer = ask(&mut self.crm, &call, &mut self.now_ms);
        // Whatever comes meanwhile is taken meanwhile.
        self.deliver();
        let is_same = self.object.as_ref().is_some_and(|object| Rc::ptr_eq(object, account));
        if !is_same && !account.crm_renews() {
            return Ok(());
        }
        if account.crm_answered(&answer, &self.vault, self.seen_ms())? {
            self.object = None;
        }
        Ok(())
    }

    fn chance(&mut self, per_mille: i64) -> bool {
        per_mille > 0 && self.dice.chance(per_mille)
    }

    fn mishap(&mut self) {
        self.mishaps += 1;
    }

    /// Storage may fail in what comes next.
    fn rolls_storage(&mut self) {
        if self.chance(self.weather.storage) {
            let after = u64::try_from(self.dice.between(0, 60)).unwrap();
            let failing = [Failing::Once(after), Failing::Landed(after), Failing::Dies(after)];
            let failing = self.dice.pick(&failing);
            self.disk.fail(failing);
        }
    }

    /// After its death, and now and then without one, the object begins anew; a mere error it survives.
    fn falter(&mut self, failed: bool) {
        if failed {
            self.mishap();
        }
        if !self.disk.is_alive() || self.chance(self.weather.memory) {
            self.restart();
        }
    }

    fn restart(&mut self) {
        self.object = None;
        self.disk.fail(Failing::Never);
    }

    fn turn_the_clock(&mut self) {
        let by = self.weather.clock_s * 1000;
        self.skew_ms = if by > 0 { self.dice.between(-by, by) } else { 0 };
    }
}
