//! A delivery into the journal, raw body and facts in one transaction; and what the whole journal comes to.

use crate::account::{Account, suspended};
use crate::failure::{Answer, Failure};
use crate::metrics::HookResult;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_amocrm::hook::{self, Context, Ignored, Reading, Rejected};
use takeroot_core::assess::{Shared, Terms, assess, assess_shared};
use takeroot_core::contribution::{Contribution, Totals};
use takeroot_core::coverage::Coverage;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Fact, Key, Subject, Via, What};
use takeroot_core::time::Moment;

/// What became of a delivery.
#[derive(Debug, Default, Serialize)]
pub struct Delivered {
    /// Facts that the body holds.
    facts: usize,
    /// Whether the very same body was delivered before.
    repeated: bool,
    /// Items that are no facts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<Ignored>,
    /// Why the body could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantined: Option<String>,
}

impl Delivered {
    /// Whether there is something to be judged: a body that could not be read is counted, too.
    #[must_use]
    pub fn is_new(&self) -> bool {
        !self.repeated
    }

    /// What became of the webhook.
    pub(crate) fn result(&self) -> HookResult {
        match (self.repeated, self.quarantined.is_some()) {
            (_, true) => HookResult::Quarantined,
            (true, false) => HookResult::Repeated,
            (false, false) => HookResult::New,
        }
    }
}

impl Account {
    /// Stores a delivery to a generation of the webhook's address. When this returns, it is durable: in the journal or
    /// in quarantine.
    ///
    /// # Errors
    /// A rejection with 404 of a generation that has died, with 403 while the account is suspended; a fault of the
    /// storage: nothing is kept.
    pub fn deliver(&self, generation: u32, body: &[u8], now: Moment) -> Answer<Delivered> {
        if !self.record.hook_generations.contains(&generation) {
            self.refused(&format!("hook {generation}"), "an address that was changed", now)?;
            return Err(Failure::not_found());
        }
        if self.is_suspended() {
            return Err(suspended());
        }
        let context = Context {
            received_at: now,
            account: Some(self.record.crm_id),
            identity_key: &self.record.identity_key.0,
            policy: Some(&self.rules.at(now).policy),
        };
        let hash = Key::of(body);
        match hook::read(body, &context) {
            Ok(reading) => self.told(|| keep(self, now, hash, body, reading)),
            Err(rejected) => quarantine(self, now, hash, body, &rejected),
        }
    }

    /// Keeps what was told, all of it or nothing; only what is kept says what was read.
    pub(crate) fn told(&self, keep: impl FnOnce() -> Answer<Kept>) -> Answer<Delivered> {
        let (delivered, read) = self.store.transaction(keep)?;
        if let Some(read) = read {
            self.coverage.replace(read);
        }
        Ok(delivered)
    }
}

fn keep(account: &Account, now: Moment, hash: Key, body: &[u8], reading: Reading) -> Answer<Kept> {
    let mut delivered =
        Delivered { facts: reading.facts.len(), ignored: reading.ignored, ..Delivered::default() };
    if !account.store.keep_raw(hash, now, body)? {
        delivered.repeated = true;
        return Ok((delivered, None));
    }
    let read = record(account, now, reading.facts)?;
    Ok((delivered, read))
}

/// What became of a delivery, and what of the CRM has been read by now, if it tells.
pub(crate) type Kept = (Delivered, Option<Coverage>);

/// Keeps facts in the journal. The alarm judges soon after, once for all that a burst touches: the CRM never waits.
pub(crate) fn record(account: &Account, now: Moment, facts: Vec<Fact>) -> Answer<Option<Coverage>> {
    let mut read = None;
    let mut by_subject: BTreeMap<Subject, Vec<Observed>> = BTreeMap::new();
    for fact in facts {
        let fact = in_time(account, now, fact)?;
        by_subject.entry(fact.subject).or_default().push(Observed::from(fact));
    }
    let mut touched = BTreeSet::new();
    for (subject, facts) in &by_subject {
        if !account.store.keep_facts(*subject, facts)? {
            continue;
        }
        for (deal, other) in facts.iter().flat_map(|observed| observed.fact.links()) {
            let deal = Subject::Deal(deal);
            if !account.store.is_closed(deal)? {
                account.store.keep_link(deal, other)?;
                touched.insert(deal);
            }
        }
        for observed in facts {
            if let What::Read { from, .. } = observed.fact.what {
                let (coverage, subjects) = concerned(account, now, from)?;
                touched.extend(subjects);
                read = Some(coverage);
            }
        }
        touched.extend(account.store.readers(*subject)?);
        touched.insert(*subject);
    }
    account.store.mark_due(&touched)?;
    Ok(read)
}

/// A fact, or the account's own that it came after its subject was sealed.
fn in_time(account: &Account, now: Moment, fact: Fact) -> Answer<Fact> {
    let Some(seal) = account.store.seal(fact.subject)? else { return Ok(fact) };
    if !seal.is_closed && fact.at > seal.at {
        return Ok(fact);
    }
    let is_state = matches!(fact.what, What::Contact { .. } | What::Talk { .. });
    let deals: Vec<u64> = fact.links().map(|(deal, _)| deal).collect();
    for deal in deals.into_iter().filter(|_| is_state && !seal.is_closed) {
        let sealed = account.store.seal(Subject::Deal(deal))?;
        if sealed.is_none_or(|seal| !seal.is_closed && seal.at < fact.at) {
            // A state of long ago that belongs to a living deal is known from now on.
            return Ok(Fact { at: now, ..fact });
        }
    }
    let (what, seq) = (What::TooLate { of: fact.subject }, Some(fact.key().number()));
    Ok(of_account(now, seq, what))
}

/// What the account itself has to tell.
fn of_account(at: Moment, seq: Option<u64>, what: What) -> Fact {
    let (subject, by, via) = (Subject::Account, Actor::Unknown, Via::Hook);
    Fact { subject, at, stated: None, by, seq, via, what, flags: Vec::new() }
}

/// What has been read with a reading from a moment on, and whom it concerns.
fn concerned(account: &Account, now: Moment, from: Moment) -> Answer<(Coverage, BTreeSet<Subject>)> {
    let coverage = account.coverage_of_journal(now)?;
    if coverage.begins_otherwise(&account.coverage.borrow()) {
        return Ok((coverage, account.store.subjects()?));
    }
    let mut concerned = account.store.since(from)?;
    for subject in concerned.clone() {
        concerned.extend(account.store.readers(subject)?);
    }
    Ok((coverage, concerned))
}

fn quarantine(
    account: &Account,
    now: Moment,
    hash: Key,
    body: &[u8],
    rejected: &Rejected,
) -> Answer<Delivered> {
    let reason = rejected.to_string();
    account.told(|| {
        account.store.quarantine(hash, now, &reason, body)?;
        record(account, now, vec![of_account(now, Some(hash.number()), What::Unreadable)])?;
        Ok((Delivered { quarantined: Some(reason.clone()), ..Delivered::default() }, None))
    })
}

/// The totals of what was sealed and of the whole journal, judged anew.
pub(crate) fn recomputed(account: &Account, now: Moment) -> Answer<Totals> {
    let own = account.store.facts(Subject::Account)?;
    let coverage = Coverage::of(own.iter().map(|observed| &observed.fact), now);
    let terms = Terms { rules: &account.rules, coverage: &coverage };
    let (mut totals, nothing) = (account.store.base()?, Contribution::default());
    let mut shared: BTreeMap<Subject, Vec<(u64, Vec<Shared>)>> = BTreeMap::new();
    for (other, deal, words) in account.store.sealed_words()? {
        shared.entry(other).or_default().push((deal, words));
    }
    for subject in account.store.subjects()? {
        let new = assess(subject, &account.store.facts(subject)?, terms, now);
        totals.replace(&nothing, &new.contribution);
        if let Subject::Deal(deal) = subject {
            for (other, words) in new.shared {
                shared.entry(other).or_default().push((deal, words));
            }
        }
    }
    for (other, mut deals) in shared {
        deals.sort_unstable_by_key(|(deal, _)| *deal);
        totals.replace(&nothing, &assess_shared(other, &deals, &account.rules));
    }
    Ok(totals)
}
