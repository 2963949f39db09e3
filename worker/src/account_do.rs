//! The account object: one per CRM account. Requests and alarms in, answers out; what it does is in
//! [`takeroot_account`].

use crate::access::asked;
use crate::crm;
use crate::env::{CRM_ORIGIN, TOKEN, WHO, operator_key, text, vault};
use crate::hook::turn_of_webhooks;
use crate::metrics::METRICS;
use crate::reply::{Answer, Failure, attachment, finish, json, json_lines, json_text, stored};
use crate::sql::{Sql, set_alarm};
use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::str::FromStr;
use std::time::Duration;
use takeroot_account::{
    ARCHIVE_PAGE_BYTES, Account, JUDGE_DELAY_MS, Person, Search, Store, Vault, index_key,
};
use takeroot_core::acceptance::{Metric, Period};
use takeroot_core::account::AccountRequest;
use takeroot_core::card::BadgesRequest;
use takeroot_core::contribution::{Dimension, Slice};
use takeroot_core::time::Moment;
use takeroot_panel::Lang;
use takeroot_panel::card::badges;
use worker::{Delay, DurableObject, Env, Method, Request, Response, Result, State, durable_object};

/// How soon the alarm tries again after a fault.
const RETRY_MS: i64 = 30_000;
/// Passes of judgement within one alarm, which may not run for ever.
const PASSES_MAX: usize = 40;
/// How soon the alarm looks after a suspended account again.
const ASLEEP_MS: i64 = 86_400_000;

/// One per CRM account: its journal, its totals, its alarm.
#[durable_object(alarm)]
#[derive(Debug)]
pub struct AccountObject {
    state: State,
    pub(crate) env: Env,
    /// Dropped with the object after a panic, so nothing half-done is read.
    pub(crate) open: AssertUnwindSafe<RefCell<Option<Rc<Account>>>>,
    /// The alarm that is set, in milliseconds, as far as this life of the object knows.
    armed: AssertUnwindSafe<Cell<Option<i64>>>,
    /// Whether documents are on their way to KV.
    publishing: AssertUnwindSafe<Cell<bool>>,
}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let (open, armed) = (AssertUnwindSafe(RefCell::new(None)), AssertUnwindSafe(Cell::new(None)));
        Self { state, env, open, armed, publishing: AssertUnwindSafe(Cell::new(false)) }
    }

    async fn fetch(&self, req: Request) -> Result<Response> {
        finish(self.answer(req).await)
    }

    async fn alarm(&self) -> Result<Response> {
        self.armed.set(None);
        let now_ms = now_ms();
        METRICS.runs(now());
        let worked = self.work(now_ms).await;
        METRICS.alarm(worked.as_ref().err().is_none_or(Failure::is_not_found));
        let next = match worked {
            Ok(next) => next,
            // The account was deleted.
            Err(failure) if failure.is_not_found() => return Response::empty(),
            Err(failure) => {
                worker::console_error!("alarm: {failure:?}");
                now_ms + RETRY_MS
            }
        };
        self.arm(next).map_err(Failure::into_error)?;
        Response::empty()
    }
}

impl AccountObject {
    async fn answer(&self, mut req: Request) -> Answer<Response> {
        let path = req.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["admin", segments @ ..] => {
                let token = req.headers().get(TOKEN)?.unwrap_or_default();
                let (user, origin) = self.account()?.admin(&token, now())?;
                to_page(self.answer_to(&mut req, segments, &format!("crm admin {user}")).await?, &origin)
            }
            segments => {
                let who = req.headers().get(WHO)?.unwrap_or_default();
                self.answer_to(&mut req, segments, &who).await
            }
        }
    }

    /// The answer to somebody who may ask.
    async fn answer_to(&self, req: &mut Request, segments: &[&str], who: &str) -> Answer<Response> {
        let (now, cursor) = (now(), asked(req, "cursor").filter(|cursor| !cursor.is_empty()));
        let cursor = cursor.as_deref();
        match (req.method(), segments) {
            (Method::Get, ["card", deal]) => self.card(req, number(deal)?),
            (Method::Post, ["card" | "cards", rest @ ..]) => {
                self.posted(req, rest.first().copied()).boxed_local().await
            }
            (Method::Get, ["admitted", id]) => json(&self.account()?.admit(number(id)?, now)?),
            (Method::Get, ["deal", deal]) => json(&self.account()?.deal(number(deal)?, now)?),
            (Method::Get, ["deal", deal, "of", group]) => {
                json(&self.account()?.deal_of_group(number(deal)?, number(group)?, now)?)
            }
            (Method::Get, ["grants"]) => json(&self.account()?.grants()?),
            (Method::Post, ["grants"]) => {
                let wish = serde_json::from_str(&req.text().await?)?;
                json(&self.account()?.grant(wish, who, now)?)
            }
            (Method::Delete, ["grants", id]) => json(&self.account()?.revoke(number(id)?, who, now)?),
            (Method::Get, ["audit"]) => json(&self.account()?.audit(cursor)?),
            (_, ["quarantine" | "person" | "erasures", ..]) => {
                self.upkeep(req, segments, who, cursor).boxed_local().await
            }
            (Method::Get, ["evidence"]) => self.evidence(req).boxed_local().await,
            (Method::Get, ["status"]) => json(&self.account()?.status(now)?),
            (Method::Get, ["facts"]) => json(&self.account()?.facts(cursor)?),
            (Method::Get, ["recomputation"]) => json(&self.account()?.recompute(now)?),
            (Method::Post, ["account"]) => self.keep_account(req).boxed_local().await,
            (Method::Get, ["archive"]) => self.export(cursor),
            (Method::Post, ["archive", account]) => self.import(req, account).boxed_local().await,
            (Method::Get, ["policy"]) => json(&self.account()?.record().policy_state()),
            (Method::Post, ["policy"]) => {
                let request = policy(&req.text().await?)?;
                let changed =
                    self.opened(&vault(&self.env)?, now)?.write_policy(request, who, &vault(&self.env)?, now);
                let account = self.taken(changed?)?;
                json(&account.record().policy_state())
            }
            (Method::Post, ["preview"]) => json(&self.account()?.preview(policy(&req.text().await?)?, now)?),
            (Method::Get, ["directory"]) => json_text(self.account()?.directory()?),
            (Method::Post, ["rotation"]) => {
                self.changed(|account, vault| account.rotate(vault, now)).boxed_local().await
            }
            (Method::Post, ["suspension"]) => {
                self.changed(|account, vault| account.suspend(vault, now)).boxed_local().await
            }
            (Method::Post, ["resumption"]) => {
                self.changed(|account, vault| account.resume(vault, now)).boxed_local().await
            }
            (Method::Post, ["disabled"]) => {
                let [client_uuid, signature]: [String; 2] = serde_json::from_str(&req.text().await?)?;
                self.account()?.disabled(&client_uuid, &signature, now)?;
                json(&json!({ "ok": true }))
            }
            (_, ["connection" | "authorization" | "consent" | "reading" | "doctor"]) => {
                self.connection(req, segments).boxed_local().await
            }
            (_, ["baseline"]) => self.baseline(req, who).boxed_local().await,
            (_, ["logbook", ..]) => self.logbook(req, segments, who).boxed_local().await,
            (_, ["digests", ..]) => self.digests(req, segments, who).boxed_local().await,
            (Method::Post, ["tick"]) => self.tick().boxed_local().await,
            (Method::Delete, [""]) => self.delete().boxed_local().await,
            #[expect(
                clippy::panic,
                reason = "tests see to it that a panic is answered; off unless asked for"
            )]
            (Method::Post, ["panic"]) if text(&self.env, "FAULTS").as_deref() == Some("on") => {
                panic!("asked to")
            }
            _ => Err(Failure::not_found()),
        }
    }

    /// Stores a webhook's body. What is written and the alarm that is set are durable before anybody sees the answer.
    pub(crate) fn stored(&self, generation: u32, body: &[u8]) -> Answer<web_sys::Response> {
        let (account, now_ms) = (self.account()?, now_ms());
        let delivered = account.deliver(generation, body, Moment(now_ms / 1000))?;
        METRICS.delivered(&delivered);
        self.arm(now_ms + JUDGE_DELAY_MS)?;
        stored(&delivered)
    }

    /// What is held and what goes.
    async fn upkeep(
        &self,
        req: &mut Request,
        segments: &[&str],
        who: &str,
        cursor: Option<&str>,
    ) -> Answer<Response> {
        let (account, now) = (self.account()?, now());
        match (req.method(), segments) {
            (Method::Get, ["quarantine"]) => json(&account.quarantined(cursor)?),
            (Method::Get, ["quarantine", id]) => {
                attachment(&format!("{id}.bin"), account.quarantined_body(id, who, now)?)
            }
            (Method::Post, ["quarantine", "replay"]) => {
                let replayed = account.replay_quarantine(cursor, who, now)?;
                self.wake(&account)?;
                json(&replayed)
            }
            (Method::Post, ["person"]) => json(&account.person(&person(req).await?, who, now)?),
            (Method::Post, ["erasures"]) => {
                let erased = account.erase(&person(req).await?, &vault(&self.env)?, who, now)?;
                self.wake(&account)?;
                json(&erased)
            }
            _ => Err(Failure::not_found()),
        }
    }

    /// The deals behind a figure; deliveries are taken in between.
    async fn evidence(&self, req: &Request) -> Answer<Response> {
        let told = |name| asked(req, name).unwrap_or_default();
        let metric = Metric::named(&told("metric")).ok_or_else(Failure::not_found)?;
        let [from, to] = ["from", "to"].map(|name| told(name).parse().map_err(|_| Failure::not_found()));
        let slice = if told("pilot") == "1" { Slice::of(Dimension::Pilot, 1) } else { Slice::ALL };
        let mut search = Search::new(metric, Period { from: from?, to: to? }, slice);
        while self.account()?.search(&mut search)? {
            Delay::from(Duration::ZERO).await;
        }
        json(&search.found())
    }

    fn card(&self, req: &Request, deal: u64) -> Answer<Response> {
        let token = req.headers().get(TOKEN)?.unwrap_or_default();
        let (card, origin) = self.account()?.card(deal, &token, now())?;
        to_page(json(&card)?, &origin)
    }

    /// What a page posts: of a deal, that it was answered; or the deals of a screen.
    async fn posted(&self, req: &mut Request, deal: Option<&str>) -> Answer<Response> {
        let token = req.headers().get(TOKEN)?.unwrap_or_default();
        let text = req.text().await?;
        match deal {
            Some(deal) => self.claim(number(deal)?, &token, &text),
            None => {
                let lang = asked(req, "lang").and_then(|lang| Lang::parse(&lang)).unwrap_or_default();
                self.badges(&token, &text, lang)
            }
        }
    }

    /// Keeps a person's word that they answered outside the CRM.
    fn claim(&self, deal: u64, token: &str, text: &str) -> Answer<Response> {
        let said = serde_json::from_str(text).map_err(|_| {
            let hint =
                r#"send {"way": "call"}, or "chat", "mail", "sms", "meeting", with "at" in Unix seconds"#;
            Failure::rejected(422, "the answer is not kept", hint)
        })?;
        let account = self.account()?;
        let (card, origin) = account.answer(deal, token, said, now())?;
        self.wake(&account)?;
        to_page(json(&card)?, &origin)
    }

    fn badges(&self, token: &str, text: &str, lang: Lang) -> Answer<Response> {
        let wish: BadgesRequest = serde_json::from_str(text)
            .map_err(|_| Failure::rejected(422, "the deals cannot be read", r#"send {"deals": [1, 2]}"#))?;
        let (account, now) = (self.account()?, now());
        let (deals, origin) = account.deals_of_screen(wish.deals, token, now)?;
        to_page(json(&badges(account.version(now), &deals, now, lang))?, &origin)
    }

    /// Opens the account, or changes its name, secret and policy.
    async fn keep_account(&self, req: &mut Request) -> Answer<Response> {
        let request: AccountRequest = serde_json::from_str(&req.text().await?)?;
        let (key, vault) = (operator_key(&self.env)?, vault(&self.env)?);
        let store = Store::open(Box::new(Sql(self.state.storage())))?;
        self.take(Account::keep(store, request, &key, &vault, now())?)
    }

    /// Changes the account's record; answers with the newest generation of its address.
    async fn changed(
        &self,
        change: impl FnOnce(Account, &Vault) -> takeroot_account::Answer<Account>,
    ) -> Answer<Response> {
        let vault = vault(&self.env)?;
        self.take(change(self.opened(&vault, now())?, &vault)?)
    }

    fn take(&self, account: Account) -> Answer<Response> {
        json(&self.taken(account)?.record().hook_generations.iter().max())
    }

    fn taken(&self, account: Account) -> Answer<Rc<Account>> {
        let account = Rc::new(account);
        account.crm_destination(self.destination(&account)?.as_deref())?;
        self.open.replace(Some(Rc::clone(&account)));
        self.wake(&account)?;
        Ok(account)
    }

    fn export(&self, cursor: Option<&str>) -> Answer<Response> {
        let page = self.account()?.export(cursor, ARCHIVE_PAGE_BYTES, now())?;
        json_lines(page.text, page.next.as_deref())
    }

    async fn import(&self, req: &mut Request, account: &str) -> Answer<Response> {
        let page = req.bytes().await?;
        let database = Box::new(Sql(self.state.storage()));
        let imported = takeroot_account::import(database, account, &page, &vault(&self.env)?, now())?;
        if imported.done {
            self.wake(&*self.account()?)?;
        }
        json(&imported)
    }

    async fn tick(&self) -> Answer<Response> {
        self.wake(&*self.account()?)?;
        json(&json!({ "armed_at_ms": self.armed.get() }))
    }

    /// Nothing of the account is left: neither here nor in KV.
    async fn delete(&self) -> Answer<Response> {
        let store = Store::find(Box::new(Sql(self.state.storage())))?.ok_or_else(Failure::not_found)?;
        // One that is being imported is nowhere else yet, and ends here, too.
        let name = store.holds()?.ok_or_else(Failure::not_found)?;
        // What the CRM does not end by itself ends when the address dies.
        if let Some(call) = self.account().ok().and_then(|account| account.crm_removal()) {
            drop(crm::ask(&self.env, &call).await);
        }
        if self.publishing.get() {
            return Err(Failure::later(503, "being published", "try again in a second", 1));
        }
        let kv = self.env.kv("KV")?;
        self.open.replace(None);
        self.armed.set(None);
        let storage = self.state.storage();
        storage.delete_alarm().await?;
        storage.delete_all().await?;
        for prefix in [index_key(&name), format!("day/{name}/"), format!("summary/{name}/")] {
            loop {
                let page = kv.list().prefix(prefix.clone()).execute().await?;
                try_join_all(page.keys.iter().map(async |key| kv.delete(&key.name).await)).await?;
                if page.list_complete || page.keys.is_empty() {
                    break;
                }
            }
        }
        json(&json!({ "deleted": name }))
    }

    pub(crate) fn account(&self) -> Answer<Rc<Account>> {
        let now = now();
        if let Some(account) = self.open.borrow().as_ref().filter(|account| account.is_fresh(now)) {
            return Ok(Rc::clone(account));
        }
        let account = Rc::new(self.opened(&vault(&self.env)?, now)?);
        self.open.replace(Some(Rc::clone(&account)));
        Ok(account)
    }

    /// The account as it is stored. One that nobody opened gets no tables by being asked for.
    fn opened(&self, vault: &Vault, now: Moment) -> Answer<Account> {
        let store = Store::find(Box::new(Sql(self.state.storage())))?.ok_or_else(Failure::not_found)?;
        Ok(Account::open(store, vault, now)?)
    }

    /// What is due: judgements, then publishing. Gives the moment at which it wants to be woken.
    async fn work(&self, now_ms: i64) -> Answer<i64> {
        let (account, interval) = (self.account()?, self.publish_interval_ms());
        if account.is_suspended() {
            // What goes on schedule goes all the same.
            let more = account.tidy(Moment(now_ms / 1000))?;
            return Ok(now_ms + if more { RETRY_MS } else { ASLEEP_MS });
        }
        if account.is_in_burst(Moment(now_ms / 1000)) {
            return Ok(now_ms + JUDGE_DELAY_MS);
        }
        let (more, account) = self.settle(account, Moment(now_ms / 1000)).await?;
        METRICS.repeated(account.take_repeated());
        if !more {
            account.tidy(Moment(now_ms / 1000))?;
        }
        if !account.is_suspended() && account.publishes_at(interval)? <= now_ms {
            self.publish(&account, now_ms).await?;
        }
        if more {
            return Ok(now_ms);
        }
        self.read_crm(account).await?;
        self.tell().await?;
        Ok(self.account()?.next(self::now_ms(), interval)?)
    }

    /// Judges in passes; says whether there is more.
    pub(crate) async fn settle(&self, mut account: Rc<Account>, now: Moment) -> Answer<(bool, Rc<Account>)> {
        let mut passes = 1;
        while account.settle(now)? {
            if passes == PASSES_MAX || account.is_suspended() {
                return Ok((true, account));
            }
            passes += 1;
            // Whoever waits has a turn between two passes, and may change the account. The more of them, the longer a turn:
            // they wait for an answer, and nobody for a figure.
            Delay::from(turn_of_webhooks()).await;
            account = self.account()?;
        }
        Ok((false, account))
    }

    async fn publish(&self, account: &Account, now_ms: i64) -> Answer<()> {
        self.publishing.set(true);
        let published = self.put(account, now_ms).await;
        self.publishing.set(false);
        published
    }

    async fn put(&self, account: &Account, now_ms: i64) -> Answer<()> {
        while account.sum_up(now_ms)? {
            Delay::from(Duration::ZERO).await;
        }
        let (mut publication, kv) = (account.publication(now_ms)?, self.env.kv("KV")?);
        let mut put = 0;
        while let Some(documents) = account.next_documents(&mut publication)? {
            // Whoever waits has a turn between two days, whether something is put or not.
            Delay::from(Duration::ZERO).await;
            try_join_all(
                documents.iter().map(async |(key, text)| kv.put(key, text.as_str())?.execute().await),
            )
            .await?;
            put += documents.len();
        }
        account.published(&publication)?;
        if put > 0 {
            METRICS.published(put);
        }
        Ok(())
    }

    pub(crate) fn wake(&self, account: &Account) -> Answer<()> {
        let next = account.next(now_ms(), self.publish_interval_ms())?;
        self.arm(next)
    }

    fn publish_interval_ms(&self) -> i64 {
        text(&self.env, "PUBLISH_INTERVAL_MS").and_then(|text| text.parse().ok()).unwrap_or(60_000)
    }

    /// Sets the alarm unless an earlier one is set. Whoever asks sees no answer before it is durable.
    fn arm(&self, at_ms: i64) -> Answer<()> {
        if self.armed.get().is_none_or(|armed| at_ms < armed) {
            self.armed.set(Some(at_ms));
            set_alarm(&self.state.storage(), at_ms)?;
        }
        Ok(())
    }
}

fn policy<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text)
        .map_err(|error| Failure::rejected(422, "the policy cannot be read", error.to_string()))
}

/// An answer that names the page that may read it.
fn to_page(response: Response, origin: &str) -> Answer<Response> {
    response.headers().set(CRM_ORIGIN, origin)?;
    Ok(response)
}

async fn person(req: &mut Request) -> Answer<Person> {
    serde_json::from_str(&req.text().await?)
        .map_err(|_| Failure::rejected(422, "nobody is named", r#"send {"phone": "…"} or {"email": "…"}"#))
}

fn number<T: FromStr>(text: &str) -> Answer<T> {
    text.parse().map_err(|_| Failure::not_found())
}

pub(crate) fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

pub(crate) fn now() -> Moment {
    Moment(now_ms() / 1000)
}
