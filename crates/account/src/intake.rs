//! A delivery into storage, as it came; soon after, once for a burst, into the journal; and what the whole journal comes
//! to.

use crate::RETRY_AFTER_S;
use crate::account::{Account, suspended};
use crate::failure::{Answer, Failure};
use crate::metrics::HookResult;
use crate::store::{Raw, Seal};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;
use takeroot_amocrm::api::range_read;
use takeroot_amocrm::hook::{self, Context, Ignored, Reading};
use takeroot_core::assess::{Shared, Terms, assess, assess_shared};
use takeroot_core::contribution::{Contribution, Totals};
use takeroot_core::coverage::Coverage;
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Actor, Fact, Key, Subject, Via, What};
use takeroot_core::policy::Rules;
use takeroot_core::time::Moment;

/// Bodies that may wait to be read: some seconds of work.
const UNREAD_MAX: u64 = 20_000;
/// Bodies that are read together before a question is answered.
const READ_ALL_BY: u32 = 100;
/// So many unread bodies are a burst.
const BURST_BODIES: u64 = 30;
/// What a burst tells waits no longer.
const BURST_S: i64 = 2;

/// What became of a delivery.
#[derive(Debug, Default, Serialize)]
pub struct Delivered {
    /// Facts that the body holds.
    facts: usize,
    /// Items that are no facts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<Ignored>,
    /// Why the body could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantined: Option<String>,
}

impl Delivered {
    /// What became of the webhook.
    pub(crate) fn result(&self) -> HookResult {
        if self.quarantined.is_some() { HookResult::Quarantined } else { HookResult::Stored }
    }
}

impl Account {
    /// Stores a delivery to a generation of the webhook's address. When this returns, it is durable: among the bodies
    /// or in quarantine. One row is written, so that the CRM never waits; [`Account::settle`] does the rest, once for
    /// all that a burst touches.
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
        match self.read(body, now) {
            Ok(Reading { facts, ignored }) => {
                let unread = self.unread.get();
                if unread >= UNREAD_MAX {
                    let hint =
                        "too many webhooks wait to be read: send it again later, nothing of it is stored";
                    return Err(Failure::later(503, "shed", hint, RETRY_AFTER_S));
                }
                // Before it is kept: a body may be there although storage says that it failed.
                self.unread.set(unread + 1);
                if unread == 0 {
                    self.unread_since.set(now);
                }
                self.store.keep_raw(now, body)?;
                self.is_busy.set(true);
                Ok(Delivered { facts: facts.len(), ignored, quarantined: None })
            }
            Err(reason) => {
                self.told(|| self.store.mark_due(&self.quarantine(body, &reason, now)?))?;
                Ok(Delivered { quarantined: Some(reason), ..Delivered::default() })
            }
        }
    }

    /// The facts of a body that was received at a moment, or why there are none.
    pub(crate) fn read(&self, body: &[u8], at: Moment) -> Result<Reading, String> {
        let context = Context {
            received_at: at,
            account: Some(self.record.crm_id),
            identity_key: &self.record.identity_key.0,
            policy: Some(&self.rules.at(at).policy),
        };
        // A body that our reader breaks on must not break every try to read those around it.
        catch_unwind(|| hook::read(body, &context))
            .map_err(|_| "it breaks the reader, which is our fault: a later release may read it".to_owned())?
            .map_err(|rejected| rejected.to_string())
    }

    /// Keeps what was told, all of it or nothing; only what is kept says what was read.
    pub(crate) fn told<T>(&self, keep: impl FnOnce() -> Answer<T>) -> Answer<T> {
        let before = self.coverage.borrow().clone();
        self.store.transaction(keep).inspect_err(|_| drop(self.coverage.replace(before)))
    }

    /// Keeps a body that could not be read; gives what that touches.
    fn quarantine(&self, body: &[u8], reason: &str, now: Moment) -> Answer<BTreeSet<Subject>> {
        let hash = Key::of(body);
        self.store.quarantine(hash, now, reason, body)?;
        let unreadable = of_account(now, Some(hash.number()), What::Unreadable);
        Ok(self.keep_facts(vec![(now, unreadable)])?.touched)
    }

    /// Reads some of the bodies that were delivered into the journal, to be judged later; says whether there are more.
    pub(crate) fn read_in(&self, most: u32) -> Answer<bool> {
        let bodies = self.unread_bodies(most)?;
        if !bodies.is_empty() {
            self.told(|| self.store.mark_due(&self.read_bodies(&bodies)?))?;
        }
        self.count_unread()
    }

    /// Some of the bodies that have not been read.
    pub(crate) fn unread_bodies(&self, most: u32) -> Answer<Vec<Raw>> {
        if self.unread.get() > 0 { self.store.unread(most) } else { Ok(Vec::new()) }
    }

    /// Reads bodies into the journal; gives what they touch.
    pub(crate) fn read_bodies(&self, bodies: &[Raw]) -> Answer<BTreeSet<Subject>> {
        let (mut told, mut touched) = (Vec::new(), BTreeSet::new());
        let mut of_bodies: Vec<Vec<(Key, Moment)>> = Vec::new();
        for Raw { at, body, .. } in bodies {
            match self.read(body, *at) {
                Ok(reading) => {
                    of_bodies.push(reading.facts.iter().map(|fact| (fact.key(), fact.at)).collect());
                    told.extend(reading.facts.into_iter().map(|fact| (*at, fact)));
                }
                Err(reason) => touched.extend(self.quarantine(body, &reason, *at)?),
            }
        }
        let mut kept = self.keep_facts(told)?;
        let is_repeated = |facts: &Vec<(Key, Moment)>| {
            let known = facts.iter().filter(|fact| !kept.new.remove(fact)).count();
            known > 0 && known == facts.len()
        };
        let repeated = of_bodies.into_iter().filter(is_repeated).count();
        self.repeated.set(self.repeated.get() + repeated as u64);
        self.store.end_unread(bodies)?;
        touched.append(&mut kept.touched);
        Ok(touched)
    }

    /// Says whether there are bodies that have not been read.
    pub(crate) fn count_unread(&self) -> Answer<bool> {
        if self.unread.get() > 0 {
            self.unread.set(self.store.unread_left()?);
        }
        Ok(self.unread.get() > 0)
    }

    /// Whether a burst of webhooks is under way, so that what they tell together is better read together a little later.
    #[must_use]
    pub fn is_in_burst(&self, now: Moment) -> bool {
        let is_long = now.since(self.unread_since.get()) > BURST_S;
        self.is_busy.get() && self.unread.get() > BURST_BODIES && !is_long
    }

    /// Whatever was delivered is in the journal: so is every question answered.
    pub(crate) fn read_all(&self) -> Answer<()> {
        while self.read_in(READ_ALL_BY)? {}
        Ok(())
    }

    /// Bodies, since this was asked last, that told nothing new.
    #[must_use]
    pub fn take_repeated(&self) -> u64 {
        self.repeated.take()
    }

    /// Keeps facts, each with the moment of its receipt, in the journal. What they touch is to be judged.
    pub(crate) fn keep_facts(&self, told: Vec<(Moment, Fact)>) -> Answer<Kept> {
        let seals = {
            let deals = told.iter().flat_map(|(_, fact)| fact.links()).map(|(deal, _)| Subject::Deal(deal));
            let subjects: BTreeSet<Subject> =
                told.iter().map(|(_, fact)| fact.subject).chain(deals).collect();
            self.store.seals(&subjects)?
        };
        let mut facts: BTreeMap<Subject, Vec<Observed>> = BTreeMap::new();
        let mut readings = Vec::new();
        for (at, fact) in told {
            let fact = in_time(&seals, at, fact);
            if let What::Read { from, .. } = fact.what {
                readings.push(((fact.key(), fact.at), at, from));
            }
            facts.entry(fact.subject).or_default().push(Observed::from(fact));
        }
        let new = self.store.keep_facts(&facts)?;
        let of_new =
            || facts.values().flatten().filter(|observed| new.contains(&(observed.key, observed.fact.at)));
        let links = of_new().flat_map(|observed| observed.fact.links());
        let is_open = |(deal, _): &(Subject, Subject)| seals.get(deal).is_none_or(|seal| !seal.is_closed);
        let links = links.map(|(deal, other)| (Subject::Deal(deal), other)).filter(is_open).collect();
        self.store.keep_links(&links)?;
        let mut touched: BTreeSet<Subject> = of_new().map(|observed| observed.fact.subject).collect();
        touched.extend(self.store.readers_of(&touched)?);
        touched.extend(links.into_iter().map(|(deal, _)| deal));
        for (_, at, from) in readings.into_iter().filter(|(fact, ..)| new.contains(fact)) {
            touched.extend(self.concerned_by_reading(at, from)?);
        }
        Ok(Kept { new, touched })
    }

    /// Keeps what has been read of the CRM: each kind's ranges as one where they touch, or a reading each minute would fill
    /// the journal. Gives whom it concerns: those of whom something was told in the ranges, and those whose breach waits.
    pub(crate) fn keep_ranges(
        &self,
        ranges: &[Fact],
        concerns: bool,
        now: Moment,
    ) -> Answer<BTreeSet<Subject>> {
        let known = self.store.facts(Subject::Account)?;
        let (mut joined, mut gone, mut first) = (Vec::new(), BTreeSet::new(), now);
        for range in ranges {
            let What::Read { kind, mut from, mut until } = range.what else { continue };
            first = first.min(from);
            for Observed { key, fact } in &known {
                let What::Read { kind: of, from: begin, until: end } = fact.what else { continue };
                if of == kind && begin <= until && from <= end {
                    (from, until) = (from.min(begin), until.max(end));
                    gone.insert(*key);
                }
            }
            joined.push(Observed::from(range_read(kind, from, until, now)));
        }
        let is_gone = |observed: &Observed| gone.contains(&observed.key);
        self.store.strike([&Subject::Account], is_gone)?;
        self.store.keep_facts(&BTreeMap::from([(Subject::Account, joined)]))?;
        if concerns {
            return self.concerned_by_reading(now, first);
        }
        self.coverage.replace(self.coverage_of_journal(now)?);
        Ok(BTreeSet::new())
    }

    /// Takes note of what has been read by now; gives whom a reading from a moment on concerns.
    fn concerned_by_reading(&self, now: Moment, from: Moment) -> Answer<BTreeSet<Subject>> {
        let coverage = self.coverage_of_journal(now)?;
        let before = self.coverage.replace(coverage);
        if self.coverage.borrow().begins_otherwise(&before) {
            return self.store.subjects();
        }
        let mut concerned = self.store.since(from)?;
        concerned.extend(self.store.readers_of(&concerned)?);
        Ok(concerned)
    }
}

/// What became of facts that were told.
pub(crate) struct Kept {
    /// Those that were not there, by key and moment.
    new: BTreeSet<(Key, Moment)>,
    /// Whom they concern.
    pub(crate) touched: BTreeSet<Subject>,
}

/// A fact, or the account's own that it came after its subject was sealed.
fn in_time(seals: &BTreeMap<Subject, Seal>, now: Moment, fact: Fact) -> Fact {
    let Some(seal) = seals.get(&fact.subject) else { return fact };
    if !seal.is_closed && fact.at > seal.at {
        return fact;
    }
    let is_state = matches!(fact.what, What::Contact { .. } | What::Talk { .. });
    let lives = |deal| {
        let sealed = seals.get(&Subject::Deal(deal));
        sealed.is_none_or(|seal| !seal.is_closed && seal.at < fact.at)
    };
    if is_state && !seal.is_closed && fact.links().any(|(deal, _)| lives(deal)) {
        // A state of long ago that belongs to a living deal is known from now on.
        return Fact { at: now, ..fact };
    }
    let (what, seq) = (What::TooLate { of: fact.subject }, Some(fact.key().number()));
    of_account(now, seq, what)
}

/// What the account itself has to tell.
fn of_account(at: Moment, seq: Option<u64>, what: What) -> Fact {
    let (subject, by, via) = (Subject::Account, Actor::Unknown, Via::Hook);
    Fact { subject, at, stated: None, by, seq, via, what, flags: Vec::new() }
}

/// The totals of what was sealed and of the whole journal, judged anew by some rules.
pub(crate) fn recomputed(account: &Account, rules: &Rules, now: Moment) -> Answer<Totals> {
    let own = account.store.facts(Subject::Account)?;
    let coverage = Coverage::of(own.iter().map(|observed| &observed.fact), now);
    let terms = Terms { rules, coverage: &coverage };
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
        totals.replace(&nothing, &assess_shared(other, &deals, rules));
    }
    Ok(totals)
}
