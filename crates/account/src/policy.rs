//! The account's policy: its versions, another one, and what one would have made of the last week.

use crate::account::{Account, fault, suspended, unusable};
use crate::failure::{Answer, Failure};
use crate::intake;
use crate::vault::Vault;
use takeroot_core::account::{AccountRecord, PolicyPreview, PolicyRequest, Written};
use takeroot_core::contribution::{Days as _, Totals};
use takeroot_core::day::Figures;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};

/// Days of a preview.
const PREVIEW_DAYS: i32 = 7;
/// Facts beyond which a preview would hold up webhooks.
const PREVIEW_FACTS_MAX: i64 = 500_000;

impl Account {
    /// Another policy from tomorrow on. What came before is read by the policy of then.
    ///
    /// # Errors
    /// A rejection with 409 where somebody else has changed it meanwhile, with 422 of a policy that cannot be used.
    pub fn write_policy(self, request: PolicyRequest, who: &str, vault: &Vault, now: Moment) -> Answer<Self> {
        let PolicyRequest { based_on, note, policy } = request;
        if note.len() > PolicyRequest::NOTE_BYTES_MAX {
            let hint = format!("`note` has at most {} bytes", PolicyRequest::NOTE_BYTES_MAX);
            return Err(Failure::rejected(422, "the policy cannot be used", hint));
        }
        let revision = self.record.policy_revision;
        if based_on != revision {
            let hint = format!("it is at revision {revision}: read it again and change that");
            return Err(Failure::rejected(409, "somebody else has changed the policy", hint));
        }
        self.read_all()?;
        let Self { store, record, .. } = self;
        let before = record.versions.clone();
        let written = Written { by: who.to_owned(), note: note.clone() };
        let record =
            AccountRecord { proposed: false, ..record }.with_policy(policy, written, now).map_err(fault)?;
        Self::rewritten(store, record, &before, vault, now, |account| account.log(who, "policy", &note, now))
    }

    /// What the last seven full days would have been by a policy, beside what they were. What was sealed stays as it
    /// was judged, and a text that was no date or number by the rules of then is none.
    ///
    /// # Errors
    /// A rejection with 422 of a policy that cannot be used, or of an account with too many facts.
    pub fn preview(&self, policy: Policy, now: Moment) -> Answer<PolicyPreview> {
        if self.is_suspended() {
            return Err(suspended());
        }
        if self.store.facts_kept()? > PREVIEW_FACTS_MAX {
            let hint = format!(
                "a preview goes over at most {PREVIEW_FACTS_MAX} facts: replay an export at the desk"
            );
            return Err(Failure::rejected(422, "the account is too large", hint));
        }
        let to = self.rules.day_of(now).plus(-1);
        let from = to.plus(1 - PREVIEW_DAYS);
        let mut versions = self.record.versions.clone();
        versions.retain(|(day, _)| *day < from);
        versions.push((from, policy));
        let would_be = Rules::compile(versions, self.record.observed_from, now).map_err(unusable)?;
        self.read_all()?;
        let week = |rules: &Rules| -> Answer<Figures> {
            Ok(figures(&intake::recomputed(self, rules, now)?, rules, from, to))
        };
        Ok(PolicyPreview { was: week(&self.rules)?, would_be: week(&would_be)? })
    }
}

fn figures(totals: &Totals, rules: &Rules, from: Day, to: Day) -> Figures {
    let gauges = totals.gauges(&[to].into()).remove(&to).unwrap_or_default();
    Figures::brief(totals, &gauges, rules, from, to)
}
