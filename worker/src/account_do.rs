//! The account object: one per CRM account. Requests and alarms in, answers out; what it does is in
//! [`crate::intake`] and [`crate::publish`].

use crate::intake;
use crate::publish;
use crate::reply::{Answer, Failure, finish, json};
use crate::store::Store;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use takeroot_amocrm::token::{self, Expected};
use takeroot_core::account::{AccountRecord, AccountRequest};
use takeroot_core::assess::Terms;
use takeroot_core::card::{CardData, DealCard};
use takeroot_core::coverage::Coverage;
use takeroot_core::fact::Subject;
use takeroot_core::policy::{PolicyError, Rules};
use takeroot_core::time::Moment;
use worker::{Date, DurableObject, Env, Request, Response, Result, ScheduledTime, State, durable_object};

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

/// An account with its rules compiled.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) store: Store,
    pub(crate) record: AccountRecord,
    pub(crate) rules: Rules,
    /// What of the CRM itself was read.
    pub(crate) coverage: RefCell<Coverage>,
    /// The rules reach some time ahead of this moment.
    compiled_at: Moment,
}

/// Rules are compiled anew after a day.
const RULES_AGE_S: i64 = 86_400;

/// A little after a delivery, so that a burst is published once.
const PUBLISH_DELAY_MS: i64 = 250;
/// A little after a delivery, so that what a burst touches often is judged once.
const JUDGE_DELAY_MS: i64 = 300;
/// How soon the alarm tries again after a fault.
const RETRY_MS: i64 = 30_000;

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
                Some(now_ms + RETRY_MS)
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
            ["deal", deal] => self.deal(deal),
            ["card", deal] => self.card(deal, &req.headers().get("x-auth-token")?.unwrap_or_default()),
            ["quarantine"] => json(&self.account()?.store.quarantined()?),
            ["status"] => self.status(),
            ["facts"] => {
                json(&self.account()?.store.all_facts()?.into_iter().map(|o| o.fact).collect::<Vec<_>>())
            }
            ["recomputation"] => self.recompute(),
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
        let known = generation.parse().is_ok_and(|told| account.record.hook_generations.contains(&told));
        if !known {
            return Err(Failure::not_found());
        }
        let delivered = intake::deliver(&account, now(), &body).inspect_err(|_| {
            // What was read of a journal that was rolled back is not there.
            self.open.replace(None);
        })?;
        if delivered.is_new() {
            self.wake(&account).await?;
        }
        json(&delivered)
    }

    /// Opens the account, or changes its name, secret and policy.
    async fn keep_account(&self, req: &mut Request) -> Answer<Response> {
        let request: AccountRequest = serde_json::from_str(&req.text().await?)?;
        let now = now();
        let store = Store::open(self.state.storage())?;
        let record = match store.record()? {
            None => AccountRecord::opened(request, &self.operator_key()?, now),
            Some(known) => known.changed(request, now).map_err(fault)?,
        };
        record.rules(now).map_err(unusable)?;
        store.transaction(|| store.keep_record(&record))?;
        self.open.replace(None);
        let account = self.account()?;
        account.store.mark_stale(account.rules.day_of(account.rules.observed_from()))?;
        self.wake(&account).await?;
        json(
            &json!({ "account": account.record.account, "hook_generations": account.record.hook_generations }),
        )
    }

    fn deal(&self, deal: &str) -> Answer<Response> {
        let deal = deal.parse().map_err(|_| Failure::not_found())?;
        json(&deal_card(&*self.account()?, deal, now())?.ok_or_else(Failure::not_found)?)
    }

    /// What the widget of a card gets, by the CRM's one-time token.
    fn card(&self, deal: &str, token: &str) -> Answer<Response> {
        let (account, now) = (self.account()?, now());
        let record = &account.record;
        let expected = Expected {
            account_id: record.crm_id,
            client_secret: &record.client_secret.0,
            redirect_uri: record.redirect_uri.as_deref().unwrap_or_default(),
            integration_id: record.integration_id.as_deref(),
        };
        token::verify(token, &expected, now)
            .map_err(|refused| Failure::rejected(401, "the token is refused", refused.to_string()))?;
        let deal = deal.parse().map_err(|_| Failure::not_found())?;
        let version = account.rules.at(now).for_card(now);
        json(&CardData { now, version, deal: deal_card(&account, deal, now)? })
    }

    fn status(&self) -> Answer<Response> {
        let store = &self.account()?.store;
        // What is not judged yet is not published yet.
        let unjudged = store.due(now(), 1)?.len();
        let (stale, facts) = (store.stale()?.len() + unjudged, store.count("fact")?);
        let (deliveries, quarantined) = (store.count("raw")?, store.count("quarantine")?);
        json(
            &json!({ "stale_days": stale, "facts": facts, "deliveries": deliveries, "quarantined": quarantined }),
        )
    }

    /// Judges the whole journal anew and says whether the totals are the same.
    fn recompute(&self) -> Answer<Response> {
        let (account, now) = (self.account()?, now());
        while intake::settle(&account, now)? {}
        let equal = intake::recomputed(&account, now)? == account.store.totals()?;
        json(&json!({ "facts": account.store.count("fact")?, "equal": equal, "as_of": now }))
    }

    async fn tick(&self) -> Answer<Response> {
        let account = self.account()?;
        self.wake(&account).await?;
        json(&json!({ "armed_at_ms": self.armed.get() }))
    }

    fn account(&self) -> Answer<Rc<Account>> {
        let now = now();
        let fresh = |account: &&Rc<Account>| now.since(account.compiled_at) < RULES_AGE_S;
        if let Some(account) = self.open.borrow().as_ref().filter(fresh) {
            return Ok(Rc::clone(account));
        }
        let store = Store::open(self.state.storage())?;
        let record = store.record()?.ok_or_else(Failure::not_found)?;
        let rules = record.rules(now).map_err(fault)?;
        let account = Account { store, record, rules, coverage: RefCell::default(), compiled_at: now };
        account.read_coverage(now)?;
        let account = Rc::new(account);
        self.open.replace(Some(Rc::clone(&account)));
        Ok(account)
    }

    fn operator_key(&self) -> Answer<Vec<u8>> {
        Ok(self.env.secret("OPERATOR_KEY")?.to_string().into_bytes())
    }

    /// What is due: judgements that changed by themselves, then publishing. Returns when it wants to be woken.
    async fn work(&self, now_ms: i64) -> Answer<Option<i64>> {
        let account = self.account()?;
        let more = intake::settle(&account, Moment(now_ms / 1000))?;
        if self.publish_at(&account)? <= now_ms {
            publish::publish(&account, &self.env.kv("KV")?, now_ms).await?;
        }
        if more { Ok(Some(now_ms)) } else { self.next(&account) }
    }

    async fn wake(&self, account: &Account) -> Answer<()> {
        let next = self.next(account)?;
        Ok(self.arm(next).await?)
    }

    /// The nearest moment at which there is something to do, in milliseconds.
    fn next(&self, account: &Account) -> Answer<Option<i64>> {
        let now_ms = now_ms();
        let day = account.rules.day_of(Moment(now_ms / 1000));
        let close = (account.rules.end_of(day).0 + 1) * 1000;
        let own =
            account.store.changes_at()?.map(|at| at.0.saturating_mul(1000).max(now_ms + JUDGE_DELAY_MS));
        let stale = !account.store.stale()?.is_empty();
        let publish =
            stale.then(|| self.publish_at(account)).transpose()?.map(|at| at.max(now_ms + PUBLISH_DELAY_MS));
        Ok([Some(close), own, publish].into_iter().flatten().min())
    }

    fn publish_at(&self, account: &Account) -> Answer<i64> {
        let interval = self.env.var("PUBLISH_INTERVAL_MS")?.to_string().parse().unwrap_or(60_000);
        Ok(account.store.published_at()?.map_or(0, |at| at + interval))
    }

    /// Sets the alarm unless an earlier one is set.
    async fn arm(&self, at_ms: Option<i64>) -> Result<()> {
        let Some(at_ms) = at_ms.filter(|at| self.armed.get().is_none_or(|armed| *at < armed)) else {
            return Ok(());
        };
        self.armed.set(Some(at_ms));
        let at = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at_ms as f64));
        self.state.storage().set_alarm(ScheduledTime::new(at)).await
    }
}

impl Account {
    /// Takes the readings among the account's own facts; says whether every subject is to be judged anew.
    pub(crate) fn read_coverage(&self, now: Moment) -> Answer<bool> {
        let facts = self.store.facts(Subject::Account)?;
        let coverage = Coverage::of(facts.iter().map(|observed| &observed.fact), now);
        let before = self.coverage.replace(coverage);
        Ok(self.coverage.borrow().begins_otherwise(&before))
    }
}

fn deal_card(account: &Account, deal: u64, now: Moment) -> Answer<Option<DealCard>> {
    let facts = account.store.facts(Subject::Deal(deal))?;
    let coverage = account.coverage.borrow();
    Ok(DealCard::of(deal, &facts, Terms { rules: &account.rules, coverage: &coverage }, now))
}

/// A stored policy was compiled when it was taken.
fn fault(error: PolicyError) -> Failure {
    Failure::Fault(error.to_string())
}

fn unusable(error: PolicyError) -> Failure {
    Failure::rejected(422, "the policy cannot be used", error.to_string())
}

fn now_ms() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX)
}

fn now() -> Moment {
    Moment(now_ms() / 1000)
}
