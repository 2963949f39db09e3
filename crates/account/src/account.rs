//! An account with its rules compiled: what it is asked, and when it wants to be woken.

use crate::archive::half_imported;
use crate::crm::Desk;
use crate::failure::{Answer, Failure};
use crate::intake;
use crate::store::Store;
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use takeroot_amocrm::token::{self, Claims, Expected};
use takeroot_core::account::{AccountRecord, AccountRequest, List, Retention};
use takeroot_core::assess::Terms;
use takeroot_core::card::{CardData, DealCard};
use takeroot_core::coverage::Coverage;
use takeroot_core::fact::{Fact, Subject};
use takeroot_core::own::OwnDay;
use takeroot_core::policy::{Policy, PolicyError, Rules, Version};
use takeroot_core::time::{DAY_S, Day, Moment};

/// Rules are compiled anew after a day: they reach some time ahead.
const RULES_AGE_S: i64 = 86_400;
/// In its first days an account has nothing to compare with.
const FIRST_DAYS_S: i64 = 7 * DAY_S;
/// A little after a delivery, so that a burst is published once.
const PUBLISH_DELAY_MS: i64 = 250;
/// A little after a delivery, so that what a burst touches often is judged once.
pub const JUDGE_DELAY_MS: i64 = 300;

/// An account with its rules compiled.
#[derive(Debug)]
pub struct Account {
    pub(crate) store: Store,
    pub(crate) record: AccountRecord,
    pub(crate) rules: Rules,
    /// The connection to the CRM.
    pub(crate) crm: Desk,
    /// What of the CRM itself was read.
    pub(crate) coverage: RefCell<Coverage>,
    /// Bodies that told nothing new, since somebody asked.
    pub(crate) repeated: Cell<u64>,
    /// Bodies that wait to be read, at most: some of them may have been read since it was counted.
    pub(crate) unread: Cell<u64>,
    /// Since when some wait.
    pub(crate) unread_since: Cell<Moment>,
    /// Whether a webhook came since the last pass.
    pub(crate) is_busy: Cell<bool>,
    /// Everybody's own day, and when it was counted.
    pub(crate) own_days: RefCell<(Moment, BTreeMap<u64, OwnDay>)>,
    /// No digest is made before this moment, in milliseconds.
    pub(crate) digests_wait_until_ms: Cell<i64>,
    compiled_at: Moment,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Status {
    /// Whether everything that is known is judged and published.
    pub published: bool,
    /// Facts in the journal, repetitions at other moments included.
    pub facts: i64,
    /// Bodies that were delivered and are kept.
    pub deliveries: i64,
    /// Bodies that could not be read.
    pub quarantined: i64,
    /// Since when nothing is taken and nothing shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Moment>,
    /// Rows written since the account was loaded, index entries and deletions included.
    pub rows_written: u64,
    /// Subjects whose facts have gone: deals that are over, and what only they read.
    pub sealed: i64,
}

/// Whether the totals equal what was sealed and the whole journal, judged anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recomputed {
    /// Facts in the journal.
    pub facts: i64,
    /// Whether they are equal.
    pub equal: bool,
    /// The moment of which both are.
    pub as_of: Moment,
}

impl Account {
    /// The account that a store holds.
    ///
    /// # Errors
    /// A rejection with 404 where it holds none; a fault where it cannot be read.
    pub fn open(store: Store, vault: &Vault, now: Moment) -> Answer<Self> {
        let absent = |store: &Store| match store.importing() {
            Ok(Some(_)) => half_imported(),
            Ok(None) => Failure::not_found(),
            Err(failure) => failure,
        };
        let record = store.record(vault)?.ok_or_else(|| absent(&store))?;
        let rules = record.rules(now).map_err(fault)?;
        let (coverage, repeated, unread) =
            (RefCell::default(), Cell::new(0), Cell::new(store.unread_left()?));
        let (unread_since, is_busy) = (Cell::new(now), Cell::new(false));
        let crm = Desk::of(&store, &record.account, vault, now)?;
        let account = Self {
            crm,
            store,
            record,
            rules,
            coverage,
            repeated,
            unread,
            unread_since,
            is_busy,
            own_days: RefCell::new((Moment(i64::MIN), BTreeMap::new())),
            digests_wait_until_ms: Cell::new(0),
            compiled_at: now,
        };
        account.coverage.replace(account.coverage_of_journal(now)?);
        Ok(account)
    }

    /// Opens an account in a store, or changes the name, secrets and policy of the one that it holds.
    ///
    /// # Errors
    /// A rejection with 422 of a policy that cannot be used, or of a host that is not the CRM's.
    pub fn keep(
        mut store: Store,
        request: AccountRequest,
        operator_key: &[u8],
        vault: &Vault,
        now: Moment,
    ) -> Answer<Self> {
        if let Some(host) = request.crm_host.as_deref().filter(|host| !is_crm_host(host)) {
            let hint = format!("«{host}» is no host under .amocrm.ru, .amocrm.com or .kommo.com");
            return Err(Failure::rejected(422, "the account cannot be used", hint));
        }
        if request.retention.is_some_and(|retention| !retention.is_possible()) {
            let hint = format!("`retention`: {}", Retention::limits());
            return Err(Failure::rejected(422, "the account cannot be used", hint));
        }
        let mut known = store.record(vault)?;
        if known.is_some() {
            // What came before the change is read by the policy of then.
            let before = Self::open(store, vault, now)?;
            before.read_all()?;
            (store, known) = (before.store, Some(before.record));
        }
        if known.is_none() && store.importing()?.is_some() {
            return Err(half_imported());
        }
        let (what, versions) = match &known {
            Some(known) => ("change", known.versions.clone()),
            None => ("opening", Vec::new()),
        };
        let record = match known {
            None => AccountRecord::opened(request, operator_key, now),
            Some(known) => known.changed(request, now).map_err(fault)?,
        };
        Self::rewritten(store, record, &versions, vault, now, |account| account.log(OPERATOR, what, "", now))
    }

    /// The account with another record, where the versions of its policy were these.
    pub(crate) fn rewritten(
        store: Store,
        record: AccountRecord,
        before: &[(Day, Policy)],
        vault: &Vault,
        now: Moment,
        log: impl FnOnce(&Self) -> Answer<()>,
    ) -> Answer<Self> {
        record.rules(now).map_err(unusable)?;
        store.transaction(|| store.keep_record(&record, vault))?;
        let account = Self::open(store, vault, now)?;
        log(&account)?;
        if account.record.versions != before {
            // When each of them changes by itself was told by the versions of before.
            account.store.mark_all_due()?;
        }
        account.store.mark_stale(account.rules.observed_day())?;
        Ok(account)
    }

    /// Makes another address for webhooks; the one before stays valid until the next time.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn rotate(self, vault: &Vault, now: Moment) -> Answer<Self> {
        self.changed(vault, "rotation", now, AccountRecord::rotated)
    }

    /// Takes and shows nothing from now on.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn suspend(self, vault: &Vault, now: Moment) -> Answer<Self> {
        self.changed(vault, "suspension", now, |record| {
            let suspended_at = record.suspended_at.or(Some(now));
            AccountRecord { suspended_at, ..record }
        })
    }

    /// Ends a suspension.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn resume(self, vault: &Vault, now: Moment) -> Answer<Self> {
        self.changed(vault, "resumption", now, |record| AccountRecord { suspended_at: None, ..record })
    }

    fn changed(
        mut self,
        vault: &Vault,
        what: &str,
        now: Moment,
        change: impl FnOnce(AccountRecord) -> AccountRecord,
    ) -> Answer<Self> {
        let record = change(self.record.clone());
        self.store.transaction(|| {
            self.store.keep_record(&record, vault)?;
            self.log(OPERATOR, what, "", now)
        })?;
        self.record = record;
        Ok(self)
    }

    /// Whether nothing is taken and nothing shown.
    #[must_use]
    pub const fn is_suspended(&self) -> bool {
        self.record.suspended_at.is_some()
    }

    /// What is stored of the account itself.
    #[must_use]
    pub const fn record(&self) -> &AccountRecord {
        &self.record
    }

    /// Whether its rules still reach far enough.
    #[must_use]
    pub fn is_fresh(&self, now: Moment) -> bool {
        now.since(self.compiled_at) < RULES_AGE_S
    }

    /// The version of the policy that holds at a moment.
    #[must_use]
    pub fn version(&self, at: Moment) -> &Version {
        self.rules.at(at)
    }

    /// A deal's state and clocks.
    ///
    /// # Errors
    /// A rejection with 404 of a deal of which nothing is known, with 410 of one that is sealed.
    pub fn deal(&self, deal: u64, now: Moment) -> Answer<DealCard> {
        if self.store.is_closed(Subject::Deal(deal))? {
            let hint = "it was over for longer than facts are kept; what it adds to the days stays";
            return Err(Failure::rejected(410, "the deal is sealed", hint));
        }
        self.deal_card(deal, now)?.ok_or_else(Failure::not_found)
    }

    /// As [`Account::deal`], for the head of a group: of its people's deals only.
    ///
    /// # Errors
    /// A rejection with 404 of a deal of which nothing is known, or of somebody else; whose a sealed one was is not
    /// known any more.
    pub fn deal_of_group(&self, deal: u64, group: u64, now: Moment) -> Answer<DealCard> {
        let card = self.deal(deal, now)?;
        let mut people = self.policy(now).people.iter().filter(|person| person.group == Some(group));
        let theirs = people.any(|person| person.id == card.responsible);
        if theirs { Ok(card) } else { Err(Failure::not_found()) }
    }

    /// Notes that the CRM says the integration was disabled.
    ///
    /// # Errors
    /// A rejection with 404 of a notice that the CRM did not sign.
    pub fn disabled(&self, client_uuid: &str, signature: &str, now: Moment) -> Answer<()> {
        let AccountRecord { crm_id, client_secret, .. } = &self.record;
        if !token::is_disabled_notice(client_uuid, *crm_id, signature, &client_secret.0) {
            self.refused("crm", "a notice that is not signed", now)?;
            return Err(Failure::not_found());
        }
        self.log("crm", "disabled", "the integration was disabled in the CRM", now)
    }

    /// What the widget of a deal's card gets, by the CRM's one-time token, and the address of the CRM whose pages may
    /// read it. A rep gets nothing of a colleague's deal but the rules.
    ///
    /// # Errors
    /// A rejection with 401 of a token that is not good.
    pub fn card(&self, deal: u64, token: &str, now: Moment) -> Answer<(CardData, String)> {
        let claims = self.widget(token, now)?;
        let deal = self.deal_card(deal, now)?;
        let is_known = deal.is_some();
        let deal =
            deal.filter(|deal| self.sees(claims.user_id, self.is_admin(&claims), deal.responsible, now));
        let (hidden, duplicates) = (is_known && deal.is_none(), self.duplicates(deal.as_ref())?);
        let own = self.own_day(claims.user_id, now)?;
        let since = Some(self.rules.observed_from()).filter(|since| now.since(*since) < FIRST_DAYS_S);
        let data = CardData { duplicates, own, since, hidden, ..CardData::of(self.rules.at(now), deal, now) };
        Ok((data, claims.iss))
    }

    /// How it stands.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn status(&self, now: Moment) -> Answer<Status> {
        self.read_all()?;
        let store = &self.store;
        // What is not judged yet is not published yet.
        let settled = store.due(now, 1)?.is_empty();
        Ok(Status {
            published: settled && store.stale()?.is_none(),
            facts: store.facts_kept()?,
            deliveries: store.bodies_kept()?,
            quarantined: store.count("quarantine")?,
            suspended_at: self.record.suspended_at,
            rows_written: store.written(),
            sealed: store.count("sealed")?,
        })
    }

    /// A page of the journal, for export: of key-equal facts the earliest, of sealed deals none. What is told while the
    /// pages are read is in them or not.
    ///
    /// # Errors
    /// A rejection with 400 of a text that is no cursor.
    pub fn facts(&self, cursor: Option<&str>) -> Answer<List<Fact>> {
        self.read_all()?;
        self.store.facts_page(cursor)
    }

    /// Judges the whole journal anew and says whether the totals are that and what was sealed.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn recompute(&self, now: Moment) -> Answer<Recomputed> {
        while self.settle(now)? {}
        let equal = intake::recomputed(self, &self.rules, now)? == self.store.totals()?;
        Ok(Recomputed { facts: self.store.facts_kept()?, equal, as_of: now })
    }

    /// The nearest moment at which there is something to do, in milliseconds.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn next(&self, now_ms: i64, publish_interval_ms: i64) -> Answer<i64> {
        let day = self.rules.day_of(Moment(now_ms / 1000));
        let close = (self.rules.end_of(day).0 + 1) * 1000;
        let told = (self.unread.get() > 0 || self.store.is_due()?).then_some(Moment(0));
        let own = told.map_or_else(|| self.store.changes_at(), |at| Ok(Some(at)))?;
        let own = own.map(|at| at.0.saturating_mul(1000).max(now_ms + JUDGE_DELAY_MS));
        let stale = self.store.stale()?;
        let publish = stale.map(|_| self.publishes_at(publish_interval_ms)).transpose()?;
        let publish = publish.map(|at| at.max(now_ms + PUBLISH_DELAY_MS));
        let asks = self.crm_asks_at(now_ms);
        Ok([own, publish, asks, self.tidies_at(now_ms)?, self.digests_at(now_ms)?]
            .into_iter()
            .flatten()
            .fold(close, i64::min))
    }

    /// The moment from which it may publish again, in milliseconds. Of an account that has just arrived nothing is
    /// published before all of it is judged: a part of it would be other figures.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn publishes_at(&self, publish_interval_ms: i64) -> Answer<i64> {
        if self.store.is_arriving()? {
            return Ok(i64::MAX);
        }
        Ok(self.store.published_at()?.map_or(0, |at| at + publish_interval_ms))
    }

    /// What the journal says of readings.
    pub(crate) fn coverage_of_journal(&self, now: Moment) -> Answer<Coverage> {
        let facts = self.store.facts(Subject::Account)?;
        Ok(Coverage::of(facts.iter().map(|observed| &observed.fact), now))
    }

    /// What the CRM's one-time token says of who looks at a card.
    pub(crate) fn widget(&self, token: &str, now: Moment) -> Answer<Claims> {
        let record = &self.record;
        let expected = Expected {
            account_id: record.crm_id,
            client_secret: &record.client_secret.0,
            redirect_uri: record.redirect_uri.as_deref().unwrap_or_default(),
            integration_id: record.integration_id.as_deref(),
        };
        let claims = match token::verify(token, &expected, now) {
            Ok(claims) => claims,
            Err(refused) => {
                self.refused("widget", &refused.to_string(), now)?;
                return Err(Failure::rejected(401, "the token is refused", refused.to_string()));
            }
        };
        if self.is_suspended() {
            return Err(suspended());
        }
        Ok(claims)
    }

    pub(crate) fn deal_card(&self, deal: u64, now: Moment) -> Answer<Option<DealCard>> {
        self.read_all()?;
        let facts = self.store.facts(Subject::Deal(deal))?;
        let coverage = self.coverage.borrow();
        Ok(DealCard::of(deal, &facts, Terms { rules: &self.rules, coverage: &coverage }, now))
    }
}

/// Who keeps the server.
pub(crate) const OPERATOR: &str = "operator";

/// The zones under which every account of the CRM lives.
const CRM_ZONES: [&str; 3] = [".amocrm.ru", ".amocrm.com", ".kommo.com"];

/// Whether a host is one of the CRM's.
#[must_use]
pub fn is_crm_host(host: &str) -> bool {
    let is_plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    is_plain && CRM_ZONES.iter().any(|zone| host.len() > zone.len() && host.ends_with(zone))
}

pub(crate) fn suspended() -> Failure {
    Failure::rejected(403, "the account is suspended", "ask the operator of this server")
}

/// A stored policy was compiled when it was taken.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
pub(crate) fn fault(error: PolicyError) -> Failure {
    Failure::Fault(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
pub(crate) fn unusable(error: PolicyError) -> Failure {
    Failure::rejected(422, "the policy cannot be used", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_of_one_s_own_server_lets_the_same_zones_through() {
        let gate = include_str!("../../../worker/gate.js");
        let line = gate.lines().find(|line| line.starts_with("const CRM_ZONES")).unwrap();
        let zones: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        assert_eq!(zones, CRM_ZONES.map(|zone| format!("*{zone}")));
        for host in ["sad.amocrm.ru", "a.b.kommo.com"] {
            assert!(is_crm_host(host), "{host}");
        }
        for host in ["amocrm.ru", ".amocrm.ru", "evilamocrm.ru", "amocrm.ru.evil.example", "x@y.amocrm.ru"] {
            assert!(!is_crm_host(host), "{host}");
        }
    }
}
