//! What one subject adds to the days, as of a moment. The one function behind all three roads: webhook by
//! webhook, replay, recomputation.

mod acts;
mod gauges;
mod lead;
mod moves;
mod record;
mod shared;
mod task;
mod walk;

pub use shared::{ALIKE_MAX, Shared, assess_shared, open_under};

use crate::contribution::{Contribution, Count, Entry, Measure, Place};
use crate::coverage::Coverage;
use crate::deal::{Deal, Observed};
use crate::fact::{Fact, Subject, What};
use crate::policy::Rules;
use crate::sla::NamedTimer;
use crate::time::Moment;
use std::collections::BTreeMap;
use walk::Walk;

/// The judgement of one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessment {
    /// What it adds to the days.
    pub contribution: Contribution,
    /// The nearest moment at which the judgement can change without a new fact.
    pub changes_at: Option<Moment>,
    /// A breach that nobody may declare before a reading of the CRM: the first second beyond the target.
    pub checking: Option<Moment>,
    /// What it tells the identities, texts and clients that it shares with other deals.
    pub shared: BTreeMap<Subject, Vec<Shared>>,
}

/// What every judgement takes besides facts and time.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The rules of the account.
    pub rules: &'a Rules,
    /// What has been observed.
    pub coverage: &'a Coverage,
}

/// Judges a subject by its own facts and, for a deal, those of the subjects linked to it. Facts later than
/// `as_of` wait for their time.
#[must_use]
pub fn assess(id: Subject, facts: &[Observed], terms: Terms, as_of: Moment) -> Assessment {
    let is_deal = |fact: &Fact| fact.at <= as_of && fact.links().next().is_some();
    match id {
        Subject::Request(_) if facts.iter().any(|observed| is_deal(&observed.fact)) => {
            // The deals that it is or became count from its entry on.
            Assessment::default()
        }
        Subject::Account => account(facts, terms.rules, as_of),
        Subject::Task(_) => task::assess(id, facts, terms, as_of),
        _ => {
            let mut changed = Vec::new();
            let counting = terms.coverage.counting(facts, &mut changed);
            Walk::of(id, counting, terms, as_of).finish()
        }
    }
}

/// Puts the entries of a deal's contribution into `out`, unsorted and not summed: for a reader that sums millions
/// of them anyway.
pub fn entries(id: Subject, facts: &[Observed], terms: Terms, as_of: Moment, out: &mut Vec<Entry>) {
    let mut changed = Vec::new();
    Walk::of(id, terms.coverage.counting(facts, &mut changed), terms, as_of).entries(out);
}

/// A deal at a moment: what a card shows.
#[derive(Clone, Debug)]
pub struct AtMoment {
    /// Its state.
    pub deal: Deal,
    /// Its clocks.
    pub timers: Vec<NamedTimer>,
    /// When a person said to have answered its client outside the CRM, where that stopped the clock.
    pub claimed: Option<Moment>,
}

/// A deal at a moment with its clocks.
#[must_use]
pub fn at_moment(id: Subject, facts: &[Observed], terms: Terms, now: Moment) -> AtMoment {
    let mut changed = Vec::new();
    let mut walk = Walk::of(id, terms.coverage.counting(facts, &mut changed), terms, now);
    walk.run();
    let version = terms.rules.at(now);
    let timers = walk.clocks.timers(now, terms.coverage.talks_until());
    let timers = timers.map(|reading| reading.named(version)).collect();
    AtMoment { timers, claimed: walk.lead.and_then(|lead| lead.claimed), deal: walk.deal }
}

fn account(facts: &[Observed], rules: &Rules, as_of: Moment) -> Assessment {
    let counted = |fact: &Fact| match fact.what {
        What::Unreadable => Some(Count::Unreadable),
        What::TooLate { .. } => Some(Count::TooLate),
        _ => None,
    };
    let known = facts.iter().map(|observed| &observed.fact).filter(|fact| fact.at <= as_of);
    let entries = known.filter_map(|fact| {
        let measure = Measure::Count(counted(fact)?);
        Some((rules.day_of(fact.at), Place::default(), measure, 1))
    });
    let later = facts.iter().map(|observed| observed.fact.at).filter(|at| *at > as_of).min();
    let contribution = Contribution::of(entries.collect());
    Assessment { contribution, changes_at: later, ..Assessment::default() }
}
