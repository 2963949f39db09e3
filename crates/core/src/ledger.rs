//! Facts, contributions and totals in memory: the road of a replay, of a recomputation, and of the tests.

use crate::assess::{Assessment, assess};
use crate::contribution::{Contribution, Totals};
use crate::deal::Observed;
use crate::fact::{Fact, Key, Subject};
use crate::policy::Rules;
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is known about one account.
#[derive(Clone, Debug)]
pub struct Ledger {
    rules: Rules,
    facts: BTreeMap<Subject, BTreeMap<Key, Observed>>,
    /// Which other subjects a deal's fold reads.
    links: BTreeSet<(u64, Subject)>,
    readers: BTreeSet<(Subject, u64)>,
    touched: BTreeSet<Subject>,
    standing: BTreeMap<Subject, Assessment>,
    totals: Totals,
}

impl Ledger {
    /// An account of which nothing is known yet.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            facts: BTreeMap::new(),
            links: BTreeSet::new(),
            readers: BTreeSet::new(),
            touched: BTreeSet::new(),
            standing: BTreeMap::new(),
            totals: Totals::default(),
        }
    }

    /// Takes a fact. Of facts with one key the earliest counts, so repetition changes nothing.
    pub fn record(&mut self, fact: Fact) {
        let observed = Observed::from(fact);
        let known = self.facts.entry(observed.fact.subject).or_default();
        if known.get(&observed.key).is_some_and(|old| old.fact.at <= observed.fact.at) {
            return;
        }
        let subject = observed.fact.subject;
        for (deal, other) in observed.fact.links() {
            self.links.insert((deal, other));
            self.readers.insert((other, deal));
            self.touched.insert(Subject::Deal(deal));
        }
        self.touched.insert(subject);
        let readers =
            self.readers.range((subject, 0)..=(subject, u64::MAX)).map(|(_, deal)| Subject::Deal(*deal));
        self.touched.extend(readers);
        known.insert(observed.key, observed);
    }

    /// Judges what was touched and what changed by itself, and brings the totals up to a moment.
    pub fn settle(&mut self, as_of: Moment) {
        let due = self.standing.iter().filter(|(_, s)| s.changes_at.is_some_and(|at| at <= as_of));
        self.touched.extend(due.map(|(subject, _)| *subject));
        for subject in std::mem::take(&mut self.touched) {
            let new = assess(subject, &self.of(subject), &self.rules, as_of);
            let old = self.standing.remove(&subject).unwrap_or_default();
            self.totals.replace(&old.contribution, &new.contribution);
            self.standing.insert(subject, new);
        }
    }

    /// Judges everything anew, as of a moment: the road that the others are held against.
    #[must_use]
    pub fn recomputed(&self, as_of: Moment) -> Totals {
        let mut totals = Totals::default();
        for subject in self
            .facts
            .keys()
            .copied()
            .chain(self.links.iter().map(|(deal, _)| Subject::Deal(*deal)))
            .collect::<BTreeSet<_>>()
        {
            let new = assess(subject, &self.of(subject), &self.rules, as_of);
            totals.replace(&Contribution::default(), &new.contribution);
        }
        totals
    }

    /// The facts that the fold of a subject reads: its own and, for a deal, those of what is linked to it.
    #[must_use]
    pub fn of(&self, subject: Subject) -> Vec<Observed> {
        let own = self.facts.get(&subject);
        let linked = match subject {
            Subject::Deal(id) => Some(self.links.range((id, MIN)..).take_while(move |(deal, _)| *deal == id)),
            _ => None,
        };
        let linked = linked.into_iter().flatten().filter_map(|(_, other)| self.facts.get(other));
        own.into_iter().chain(linked).flat_map(BTreeMap::values).cloned().collect()
    }

    /// The totals as of the last settling.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The rules of the account.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The nearest moment at which a figure can change without a new fact.
    #[must_use]
    pub fn changes_at(&self) -> Option<Moment> {
        self.standing.values().filter_map(|standing| standing.changes_at).min()
    }
}

const MIN: Subject = Subject::Deal(0);
