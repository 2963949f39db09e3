//! The account object: one per CRM account. Requests and alarms in, answers out; what it does is in
//! [`takeroot_account`].

use crate::reply::{Answer, Failure, finish, json};
use crate::sql::Sql;
use futures_util::future::try_join_all;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use takeroot_account::{Account, Store};
use takeroot_core::account::AccountRequest;
use takeroot_core::time::Moment;
use worker::{Date, DurableObject, Env, Request, Response, Result, ScheduledTime, State, durable_object};

/// How soon the alarm tries again after a fault.
const RETRY_MS: i64 = 30_000;

/// One per CRM account: its journal, its totals, its alarm.
#[durable_object(alarm)]
#[derive(Debug)]
pub struct AccountObject {
    state: State,
    env: Env,
    /// Dropped with the object after a panic, so nothing half-done is read.
    open: AssertUnwindSafe<RefCell<Option<Rc<Account>>>>,
    /// The alarm that is set, in milliseconds, as far as this life of the object knows.
    armed: AssertUnwindSafe<Cell<Option<i64>>>,
}

impl DurableObject for AccountObject {
    fn new(state: State, env: Env) -> Self {
        let (open, armed) = (AssertUnwindSafe(RefCell::new(None)), AssertUnwindSafe(Cell::new(None)));
        Self { state, env, open, armed }
    }

    async fn fetch(&self, req: Request) -> Result<Response> {
        finish(self.answer(req).await)
    }

    async fn alarm(&self) -> Result<Response> {
        self.armed.set(None);
        let now_ms = now_ms();
        let next = match self.work(now_ms).await {
            Ok(next) => next,
            Err(failure) => {
                worker::console_error!("alarm: {failure:?}");
                now_ms + RETRY_MS
            }
        };
        self.arm(next).await?;
        Response::empty()
    }
}

impl AccountObject {
    async fn answer(&self, mut req: Request) -> Answer<Response> {
        let path = req.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["deliver", generation] => self.deliver(&mut req, generation).await,
            ["account"] => self.keep_account(&mut req).await,
            ["deal", deal] => json(&self.account()?.deal(number(deal)?, now())?),
            ["card", deal] => {
                let token = req.headers().get("x-auth-token")?.unwrap_or_default();
                json(&self.account()?.card(number(deal)?, &token, now())?)
            }
            ["quarantine"] => json(&self.account()?.quarantined()?),
            ["status"] => json(&self.account()?.status(now())?),
            ["facts"] => json(&self.account()?.facts()?),
            ["recomputation"] => json(&self.account()?.recompute(now())?),
            ["tick"] => self.tick().await,
            #[expect(
                clippy::panic,
                reason = "tests see to it that a panic is answered; off unless asked for"
            )]
            ["panic"] if self.env.var("FAULTS")?.to_string() == "on" => panic!("asked to"),
            _ => Err(Failure::not_found()),
        }
    }

    async fn deliver(&self, req: &mut Request, generation: &str) -> Answer<Response> {
        let body = req.bytes().await?;
        let account = self.account()?;
        if !generation.parse().is_ok_and(|told| account.takes_hooks_of(told)) {
            return Err(Failure::not_found());
        }
        let delivered = account.deliver(&body, now())?;
        if delivered.is_new() {
            self.wake(&account).await?;
        }
        json(&delivered)
    }

    /// Opens the account, or changes its name, secret and policy.
    async fn keep_account(&self, req: &mut Request) -> Answer<Response> {
        let request: AccountRequest = serde_json::from_str(&req.text().await?)?;
        let operator_key = self.env.secret("OPERATOR_KEY")?.to_string();
        let account = Rc::new(Account::keep(self.store()?, request, operator_key.as_bytes(), now())?);
        self.open.replace(Some(Rc::clone(&account)));
        self.wake(&account).await?;
        let record = account.record();
        json(&json!({ "account": record.account, "hook_generations": record.hook_generations }))
    }

    async fn tick(&self) -> Answer<Response> {
        self.wake(&*self.account()?).await?;
        json(&json!({ "armed_at_ms": self.armed.get() }))
    }

    fn account(&self) -> Answer<Rc<Account>> {
        let now = now();
        if let Some(account) = self.open.borrow().as_ref().filter(|account| account.is_fresh(now)) {
            return Ok(Rc::clone(account));
        }
        let account = Rc::new(Account::open(self.store()?, now)?);
        self.open.replace(Some(Rc::clone(&account)));
        Ok(account)
    }

    fn store(&self) -> Answer<Store> {
        Ok(Store::open(Box::new(Sql(self.state.storage())))?)
    }

    /// What is due: judgements, then publishing. Gives the moment at which it wants to be woken.
    async fn work(&self, now_ms: i64) -> Answer<i64> {
        let (account, interval) = (self.account()?, self.publish_interval_ms()?);
        let more = account.settle(Moment(now_ms / 1000))?;
        if account.publishes_at(interval)? <= now_ms {
            self.publish(&account, now_ms).await?;
        }
        if more { Ok(now_ms) } else { Ok(account.next(self::now_ms(), interval)?) }
    }

    async fn publish(&self, account: &Account, now_ms: i64) -> Answer<()> {
        let (publication, kv) = (account.publication(now_ms)?, self.env.kv("KV")?);
        let put = async |(key, text): &(String, String)| kv.put(key, text.as_str())?.execute().await;
        try_join_all(publication.documents().map(&put)).await?;
        try_join_all(publication.index().map(&put)).await?;
        Ok(account.published(&publication)?)
    }

    async fn wake(&self, account: &Account) -> Answer<()> {
        let next = account.next(now_ms(), self.publish_interval_ms()?)?;
        Ok(self.arm(next).await?)
    }

    fn publish_interval_ms(&self) -> Answer<i64> {
        Ok(self.env.var("PUBLISH_INTERVAL_MS")?.to_string().parse().unwrap_or(60_000))
    }

    /// Sets the alarm unless an earlier one is set.
    async fn arm(&self, at_ms: i64) -> Result<()> {
        if self.armed.get().is_some_and(|armed| armed <= at_ms) {
            return Ok(());
        }
        self.armed.set(Some(at_ms));
        let at = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at_ms as f64));
        self.state.storage().set_alarm(ScheduledTime::new(at)).await
    }
}

fn number(text: &str) -> Answer<u64> {
    text.parse().map_err(|_| Failure::not_found())
}

fn now_ms() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX)
}

fn now() -> Moment {
    Moment(now_ms() / 1000)
}
