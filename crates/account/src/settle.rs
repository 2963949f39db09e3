//! What the alarm makes of what was told, and of time that has passed: judgements and totals, in passes short enough to
//! delay no hook, each with few statements however many subjects it has.

use crate::account::Account;
use crate::failure::Answer;
use crate::store::Judged;
use std::collections::BTreeSet;
use takeroot_core::assess::{Assessment, Terms, assess, assess_shared};
use takeroot_core::contribution::{Contribution, Entry};
use takeroot_core::fact::Subject;
use takeroot_core::time::Moment;

/// How much one pass does.
struct Pace {
    /// Bodies that are read together.
    bodies: u32,
    /// Subjects that are judged.
    subjects: usize,
}

/// While webhooks come, none of them waits long for a pass.
const BUSY: Pace = Pace { bodies: 25, subjects: 300 };
/// Otherwise few statements do much.
const CALM: Pace = Pace { bodies: 100, subjects: 500 };
/// Subjects that are read and written together.
const TOGETHER_MAX: usize = 100;
/// A pass that has read as many facts ends with the subjects that it has in hand.
const FACTS_MAX: usize = 4000;

impl Account {
    /// Reads and judges what was delivered, and what changed by itself, up to a moment; says whether there is more.
    ///
    /// # Errors
    /// A fault of the storage: nothing has changed.
    pub fn settle(&self, now: Moment) -> Answer<bool> {
        let is_busy = self.is_busy.take();
        let pace = if is_busy { BUSY } else { CALM };
        if is_busy && self.unread.get() > u64::from(pace.bodies) {
            self.read_in(pace.bodies)?;
            return Ok(true);
        }
        let unread = self.unread_bodies(pace.bodies)?;
        let mut due = self.store.due(now, pace.subjects)?;
        if unread.is_empty() && due.is_empty() {
            return Ok(false);
        }
        let is_full = due.len() == pace.subjects;
        let judged = self.told(|| {
            // What was just told is judged at once: noting it down to be judged later writes two rows more.
            let told = if unread.is_empty() { BTreeSet::new() } else { self.read_bodies(&unread)? };
            due.retain(|subject| !told.contains(subject));
            due.splice(..0, told.iter().copied());
            let judged = judge(self, &due, now)?.len();
            let (judged_now, later) = due.split_at(judged);
            self.store.end_due(judged_now)?;
            self.store.mark_due(&later.iter().filter(|subject| told.contains(subject)).copied().collect())?;
            Answer::Ok(judged)
        })?;
        Ok(self.count_unread()? || is_full || judged < due.len())
    }
}

/// Judges subjects anew, from the first on, and moves the totals by the differences; gives those that were judged.
fn judge<'a>(account: &Account, due: &'a [Subject], now: Moment) -> Answer<&'a [Subject]> {
    let coverage = account.coverage.borrow();
    let terms = Terms { rules: &account.rules, coverage: &coverage };
    let (mut changes, mut others) = (Vec::new(), BTreeSet::new());
    let (mut facts_read, mut judged) = (0, 0);
    for together in due.chunks(TOGETHER_MAX) {
        if facts_read > FACTS_MAX {
            break;
        }
        judged += together.len();
        let (shared_by, own): (Vec<Subject>, Vec<Subject>) =
            together.iter().partition(|subject| subject.is_shared());
        others.extend(shared_by);
        facts_read += judge_own(account, &own, terms, now, &mut changes, &mut others)?;
    }
    let others: Vec<Subject> = others.into_iter().collect();
    for together in others.chunks(TOGETHER_MAX) {
        let mut words = account.store.shared_of(together)?;
        let stand = together.iter().map(|other| {
            let contribution =
                assess_shared(*other, &words.remove(other).unwrap_or_default(), &account.rules);
            let assessment = Assessment { contribution, ..Assessment::default() };
            Judged { subject: *other, assessment, last_at: Moment(0) }
        });
        changes.extend(account.store.keep_standings(&stand.collect::<Vec<_>>())?);
    }
    account.store.add_to_totals(&Contribution::of(changes))?;
    Ok(due.get(..judged).unwrap_or(due))
}

/// Judges subjects that have facts; gives how many of these there are.
fn judge_own(
    account: &Account,
    subjects: &[Subject],
    terms: Terms<'_>,
    now: Moment,
    changes: &mut Vec<Entry>,
    others: &mut BTreeSet<Subject>,
) -> Answer<usize> {
    let (mut facts_of, mut facts_read) = (account.store.facts_of(subjects)?, 0);
    let mut stand = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let facts = facts_of.remove(subject).unwrap_or_default();
        facts_read += facts.len();
        let last_at = facts.iter().map(|observed| observed.fact.at).max().unwrap_or(Moment(0));
        stand.push(Judged { subject: *subject, assessment: assess(*subject, &facts, terms, now), last_at });
    }
    others.extend(account.store.keep_shared(&stand)?);
    changes.extend(account.store.keep_standings(&stand)?);
    Ok(facts_read)
}
