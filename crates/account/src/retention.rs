//! What is forgotten, and when. Bodies go by their age; facts go for whole deals that are over, with what only they
//! read. What a sealed deal adds to the days goes into a base that the totals hold, so no figure changes.

use crate::account::Account;
use crate::failure::Answer;
use crate::store::{Seal, Stood};
use takeroot_core::account::Retention;
use takeroot_core::assess::{AtMoment, Terms, assess, at_moment};
use takeroot_core::contribution::{Contribution, Entry};
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Subject, What};
use takeroot_core::time::{DAY_S, Moment};

/// Days that bodies which could not be read wait for a release that reads them.
const QUARANTINE_DAYS: i64 = 90;
/// Days that the audit log reaches back.
const AUDIT_DAYS: i64 = 400;
/// Subjects looked into in one pass: short enough to delay no hook.
const SEALED_MAX: usize = 50;
/// Subjects whose age is asked in one pass.
const ASKED_MAX: usize = 1000;
/// A pause between passes, for those who wait.
const PASS_DELAY_MS: i64 = 300;
/// A deal that this time changes nothing of is changed by facts only. Business time is compiled for longer.
const STILL_S: i64 = 600 * DAY_S;

impl Account {
    /// Forgets what is old enough, once a day: bodies at once, facts a few deals at a time. Says whether there is
    /// more to do at once; [`Account::next`] says when it wants to go on.
    ///
    /// # Errors
    /// A fault of the storage: nothing of this pass is done.
    pub fn tidy(&self, now: Moment) -> Answer<bool> {
        self.read_all()?;
        let (store, today) = (&self.store, self.rules.day_of(now));
        if self.is_exporting(now)? {
            return Ok(false);
        }
        let before = |days: i64| now.plus(-days * DAY_S);
        if store.tidied_on()? != Some(today) {
            store.transaction(|| {
                store.forget_raw(before(self.retention().raw_days.into()))?;
                store.forget_quarantined(before(QUARANTINE_DAYS))?;
                store.forget_entries(before(AUDIT_DAYS))?;
                store.keep_tidied_on(today)
            })?;
        }
        if store.sealed_on()? == Some(today) {
            return Ok(false);
        }
        store.transaction(|| {
            let after = self.seal_after(&store.sealing_after()?.unwrap_or_default(), now)?;
            store.keep_sealing_after(after.as_deref())?;
            if after.is_none() {
                store.keep_sealed_on(today)?;
            }
            Ok(after.is_some())
        })
    }

    /// When there is something to tidy, in milliseconds.
    pub(crate) fn tidies_at(&self, now_ms: i64) -> Answer<Option<i64>> {
        let (store, today) = (&self.store, Some(self.rules.day_of(Moment(now_ms / 1000))));
        if store.tidied_on()? == today && store.sealed_on()? == today {
            return Ok(None);
        }
        Ok(Some(store.exporting_until()?.unwrap_or(0).max(now_ms + PASS_DELAY_MS)))
    }

    /// Whether an archive is being read, so that nothing may go.
    pub(crate) fn is_exporting(&self, now: Moment) -> Answer<bool> {
        Ok(self.store.exporting_until()?.is_some_and(|until| now.0 * 1000 < until))
    }

    fn retention(&self) -> Retention {
        self.record.retention.unwrap_or_default()
    }

    /// Seals what is old enough, by names after one; gives the name after which to go on.
    fn seal_after(&self, name: &str, now: Moment) -> Answer<Option<String>> {
        let before = now.plus(-i64::from(self.retention().facts_days) * DAY_S);
        let asked = self.store.stood_after(name, i64::try_from(ASKED_MAX).unwrap_or(i64::MAX))?;
        let (mut changes, mut looked, mut last) = (Vec::new(), 0, None);
        for stood in &asked {
            if looked == SEALED_MAX {
                break;
            }
            last = Some(stood.subject.to_string());
            if stood.last_at < before && has_facts(stood.subject) {
                looked += 1;
                self.seal_old(stood, before, now, &mut changes)?;
            }
        }
        self.store.add_to_base(&Contribution::of(changes))?;
        Ok(last.filter(|_| looked == SEALED_MAX || asked.len() == ASKED_MAX))
    }

    /// Seals a subject if it may go and, with a deal, what no other deal reads.
    fn seal_old(&self, old: &Stood, before: Moment, now: Moment, changes: &mut Vec<Entry>) -> Answer<()> {
        let Some(is_closed) = self.end_of(old, now)? else { return Ok(()) };
        for other in self.store.unlink(old.subject)? {
            let Some(stood) = self.store.stood(other)?.filter(|stood| stood.last_at < before) else {
                continue;
            };
            let is_free = self.store.readers(other)?.is_empty();
            if is_free && self.is_still(&stood, &self.store.facts(other)?, now)? {
                self.put_away(&stood, !lives_on(other), changes)?;
            }
        }
        self.put_away(old, is_closed, changes)
    }

    fn put_away(&self, old: &Stood, is_closed: bool, changes: &mut Vec<Entry>) -> Answer<()> {
        changes.extend(self.store.standing(old.subject)?.entries());
        self.store.keep_seal(old.subject, Seal { at: old.last_at, is_closed })
    }

    /// Whether a subject may be sealed, and whether nothing is taken of it then.
    fn end_of(&self, old: &Stood, now: Moment) -> Answer<Option<bool>> {
        let (store, subject) = (&self.store, old.subject);
        // With its deal it may have gone since the names were read.
        if store.stood(subject)?.is_none() || !store.readers(subject)?.is_empty() {
            return Ok(None);
        }
        let facts = store.facts(subject)?;
        let told = |says: fn(&What) -> bool| facts.iter().any(|observed| says(&observed.fact.what));
        let closed = match subject {
            Subject::Deal(_) => {
                let AtMoment { deal, .. } = at_moment(
                    subject,
                    &facts,
                    Terms { rules: &self.rules, coverage: &self.coverage.borrow() },
                    now,
                );
                // Of a deal whose state nobody has told, it is not known whether it is over.
                let is_unknown = !deal.seen && !deal.unsorted;
                (deal.is_over() || is_unknown).then_some(!is_unknown)
            }
            Subject::Contact(_) | Subject::Talk(_) => Some(false),
            Subject::Request(_) => {
                told(|what| matches!(what, What::Declined | What::Deleted)).then_some(true)
            }
            Subject::Task(_) => told(is_task_over).then_some(true),
            _ => None,
        };
        Ok(if closed.is_some() && self.is_still(old, &facts, now)? { closed } else { None })
    }

    /// Whether neither time nor what was told and is not judged yet changes anything of a subject.
    fn is_still(&self, old: &Stood, facts: &[Observed], now: Moment) -> Answer<bool> {
        if self.store.waits(old.subject)? {
            return Ok(false);
        }
        let coverage = self.coverage.borrow();
        let terms = Terms { rules: &self.rules, coverage: &coverage };
        let judged = |at| assess(old.subject, facts, terms, at);
        // A date of the roster wakes every deal, and changes none that is over.
        let lasts = || {
            let (at_once, later) = (judged(now), judged(now.plus(STILL_S)));
            let waits = at_once.checking.is_some();
            !waits && (at_once.contribution, at_once.shared) == (later.contribution, later.shared)
        };
        Ok(old.is_still || lasts())
    }
}

/// What deals share has no facts of its own; what the account itself was told stays.
const fn has_facts(subject: Subject) -> bool {
    !(subject.is_shared() || matches!(subject, Subject::Account))
}

/// Whether later facts of a sealed subject are taken: a client comes back.
const fn lives_on(subject: Subject) -> bool {
    matches!(subject, Subject::Contact(_) | Subject::Talk(_))
}

fn is_task_over(what: &What) -> bool {
    matches!(what, What::Deleted) || matches!(what, What::Task(task) if task.done)
}
