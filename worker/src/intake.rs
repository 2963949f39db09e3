//! A delivery into the journal, raw body and facts in one transaction; and what the alarm makes of it: judgements
//! and totals.

use crate::account_do::Account;
use crate::reply::Answer;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_amocrm::hook::{self, Context, Ignored, Reading, Rejected};
use takeroot_core::assess::{Assessment, Shared, Terms, assess, assess_shared};
use takeroot_core::contribution::{Contribution, Totals};
use takeroot_core::coverage::Coverage;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Fact, Key, Subject, Via, What};
use takeroot_core::time::Moment;

/// What became of a delivery.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Delivered {
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
    pub(crate) fn is_new(&self) -> bool {
        !self.repeated
    }
}

/// Stores a delivery. When this returns, it is durable: in the journal or in quarantine.
pub(crate) fn deliver(account: &Account, now: Moment, body: &[u8]) -> Answer<Delivered> {
    let context = Context {
        received_at: now,
        account: Some(account.record.crm_id),
        identity_key: &account.record.identity_key.0,
        policy: Some(&account.rules.at(now).policy),
    };
    let hash = Key::of(body);
    match hook::read(body, &context) {
        Ok(reading) => account.store.transaction(|| keep(account, now, hash, body, reading)),
        Err(rejected) => quarantine(account, now, hash, body, &rejected),
    }
}

fn keep(account: &Account, now: Moment, hash: Key, body: &[u8], reading: Reading) -> Answer<Delivered> {
    let mut delivered =
        Delivered { facts: reading.facts.len(), ignored: reading.ignored, ..Delivered::default() };
    if !account.store.keep_raw(hash, now, body)? {
        delivered.repeated = true;
        return Ok(delivered);
    }
    let mut touched = BTreeSet::new();
    for fact in reading.facts {
        record(account, now, fact, &mut touched)?;
    }
    // The alarm judges soon after, once for all that a burst touches: the CRM never waits.
    account.store.mark_due(&touched, now)?;
    Ok(delivered)
}

/// Keeps a fact in the journal, with what it touches.
fn record(account: &Account, now: Moment, fact: Fact, touched: &mut BTreeSet<Subject>) -> Answer<()> {
    let observed = Observed::from(fact);
    if !account.store.keep_fact(&observed)? {
        return Ok(());
    }
    for (deal, other) in observed.fact.links() {
        account.store.keep_link(Subject::Deal(deal), other)?;
        touched.insert(Subject::Deal(deal));
    }
    if let What::Read { from, until, .. } = observed.fact.what {
        if account.read_coverage(now)? {
            touched.extend(account.store.subjects()?);
        }
        for subject in account.store.within(from, until)? {
            touched.extend(account.store.readers(subject)?);
            touched.insert(subject);
        }
    }
    touched.extend(account.store.readers(observed.fact.subject)?);
    touched.insert(observed.fact.subject);
    Ok(())
}

fn quarantine(
    account: &Account,
    now: Moment,
    hash: Key,
    body: &[u8],
    rejected: &Rejected,
) -> Answer<Delivered> {
    let reason = rejected.to_string();
    account.store.transaction(|| {
        account.store.quarantine(hash, now, &reason, body)?;
        let (subject, by, seq) = (Subject::Account, Actor::Unknown, Some(hash.number()));
        let (via, what) = (Via::Hook, What::Unreadable);
        let fact = Fact { subject, at: now, stated: None, by, seq, via, what, flags: Vec::new() };
        let mut touched = BTreeSet::new();
        record(account, now, fact, &mut touched)?;
        account.store.mark_due(&touched, now)
    })?;
    Ok(Delivered { quarantined: Some(reason), ..Delivered::default() })
}

/// Subjects judged in one go when time alone has changed them: short enough to delay no hook.
const DUE_MAX: i64 = 50;

/// Judges what changed by itself up to a moment; says whether there is more.
pub(crate) fn settle(account: &Account, now: Moment) -> Answer<bool> {
    let due: BTreeSet<Subject> = account.store.due(now, DUE_MAX)?.into_iter().collect();
    account.store.transaction(|| judge(account, &due, now))?;
    Ok(i64::try_from(due.len()).is_ok_and(|judged| judged == DUE_MAX))
}

/// The totals of the whole journal, judged anew.
pub(crate) fn recomputed(account: &Account, now: Moment) -> Answer<Totals> {
    let own = account.store.facts(Subject::Account)?;
    let coverage = Coverage::of(own.iter().map(|observed| &observed.fact), now);
    let terms = Terms { rules: &account.rules, coverage: &coverage };
    let (mut totals, nothing) = (Totals::default(), Contribution::default());
    let mut shared: BTreeMap<Subject, Vec<(u64, Vec<Shared>)>> = BTreeMap::new();
    for subject in account.store.subjects()? {
        let new = assess(subject, &account.store.facts(subject)?, terms, now);
        totals.replace(&nothing, &new.contribution);
        if let Subject::Deal(deal) = subject {
            for (other, words) in new.shared {
                shared.entry(other).or_default().push((deal, words));
            }
        }
    }
    for (other, deals) in shared {
        totals.replace(&nothing, &assess_shared(other, &deals, &account.rules));
    }
    Ok(totals)
}

/// Keeps a judgement; gives what it changes.
fn stand(account: &Account, subject: Subject, new: Assessment) -> Answer<Option<Contribution>> {
    let change = new.contribution.minus(&account.store.standing(subject)?);
    account.store.keep_standing(subject, &new)?;
    Ok((!change.is_empty()).then_some(change))
}

/// Judges subjects anew and moves the totals by the differences.
fn judge(account: &Account, subjects: &BTreeSet<Subject>, now: Moment) -> Answer<()> {
    let (mut changes, mut others) = (Vec::new(), BTreeSet::new());
    let coverage = account.coverage.borrow();
    let terms = Terms { rules: &account.rules, coverage: &coverage };
    for subject in subjects {
        let facts = account.store.facts(*subject)?;
        let new = assess(*subject, &facts, terms, now);
        if let Subject::Deal(deal) = subject {
            others.extend(account.store.keep_shared(*deal, &new.shared)?);
        }
        changes.extend(stand(account, *subject, new)?);
    }
    for other in others {
        let contribution = assess_shared(other, &account.store.shared(other)?, &account.rules);
        let new = Assessment { contribution, ..Assessment::default() };
        changes.extend(stand(account, other, new)?);
    }
    changes.iter().try_for_each(|change| account.store.add_to_totals(change))
}
