//! Facts, contributions and totals in memory: the road of a replay, of a recomputation, and of the tests.

use crate::assess::{Assessment, Shared, Terms, assess, assess_shared};
use crate::contribution::{Contribution, Totals};
use crate::coverage::Coverage;
use crate::deal::Observed;
use crate::fact::{Fact, Key, Kind, Subject, Via, What};
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
    /// What deals tell the identities and clients that they share.
    shared: BTreeMap<Subject, BTreeMap<u64, Vec<Shared>>>,
    coverage: Coverage,
    read_until: Moment,
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
            shared: BTreeMap::new(),
            coverage: Coverage::default(),
            read_until: Moment(i64::MIN),
            totals: Totals::default(),
        }
    }

    /// An account whose sources do not tell of answers: there is no first response to judge.
    #[must_use]
    pub fn without_answers(rules: Rules) -> Self {
        Self { coverage: Coverage::without_answers(), ..Self::new(rules) }
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
        self.touch(subject);
        if let What::Read { .. } = observed.fact.what {
            // A reading that comes late may lie before the moment up to which readings were taken.
            self.read_until = self.read_until.min(observed.fact.at.plus(-1));
        }
        self.facts.entry(subject).or_default().insert(observed.key, observed);
    }

    fn touch(&mut self, subject: Subject) {
        self.touched.insert(subject);
        let readers = self.readers.range((subject, 0)..=(subject, u64::MAX));
        self.touched.extend(readers.map(|(_, deal)| Subject::Deal(*deal)));
    }

    /// Judges what was touched and what changed by itself, and brings the totals up to a moment.
    pub fn settle(&mut self, as_of: Moment) {
        self.take_readings(as_of);
        let due = self.standing.iter().filter(|(_, s)| s.changes_at.is_some_and(|at| at <= as_of));
        self.touched.extend(due.map(|(subject, _)| *subject));
        let mut others = BTreeSet::new();
        for subject in std::mem::take(&mut self.touched) {
            let terms = Terms { rules: &self.rules, coverage: &self.coverage };
            let new = assess(subject, &self.of(subject), terms, as_of);
            let old = self.standing.remove(&subject).unwrap_or_default();
            self.totals.replace(&old.contribution, &new.contribution);
            others.extend(self.share(subject, &old, &new));
            self.standing.insert(subject, new);
        }
        for other in others {
            let new = Assessment { contribution: self.of_shared(other), ..Assessment::default() };
            let old = self.standing.remove(&other).unwrap_or_default();
            self.totals.replace(&old.contribution, &new.contribution);
            self.standing.insert(other, new);
        }
    }

    /// Readings of the CRM up to a moment; what was merely delivered in their range is judged anew.
    fn take_readings(&mut self, as_of: Moment) {
        let own = self.facts.get(&Subject::Account).into_iter().flat_map(BTreeMap::values);
        let readings = own.map(|observed| &observed.fact);
        let new = readings.clone().filter(|fact| fact.at > self.read_until && fact.at <= as_of);
        let ranges: Vec<(Kind, Moment, Moment)> = new
            .filter_map(|fact| match fact.what {
                What::Read { kind, from, until } => Some((kind, from, until)),
                _ => None,
            })
            .collect();
        self.read_until = self.read_until.max(as_of);
        if ranges.is_empty() {
            return;
        }
        let coverage = Coverage::of(readings, as_of).telling_of_answers(self.coverage.tells_of_answers());
        let before = std::mem::replace(&mut self.coverage, coverage);
        if self.coverage.begins_otherwise(&before) {
            self.touched.extend(self.facts.keys());
            self.touched.extend(self.links.iter().map(|(deal, _)| Subject::Deal(*deal)));
        }
        let is_read = |fact: &Fact| {
            let kinds = match fact.what {
                What::Deal(_) => [Some(Kind::Stages), Some(Kind::Responsible), Some(Kind::Cards)],
                _ => [fact.kind(), None, None],
            };
            let within = |(kind, from, until): &(Kind, Moment, Moment)| {
                kinds.contains(&Some(*kind)) && (*from..*until).contains(&fact.at)
            };
            fact.via == Via::Hook && ranges.iter().any(within)
        };
        let changed = self.facts.iter().filter(|(_, facts)| facts.values().any(|o| is_read(&o.fact)));
        let waiting = self.standing.iter().filter(|(_, standing)| standing.checking.is_some());
        let changed = changed.map(|(subject, _)| *subject).chain(waiting.map(|(subject, _)| *subject));
        let changed: Vec<Subject> = changed.collect();
        changed.into_iter().for_each(|subject| self.touch(subject));
    }

    /// Keeps what a deal tells others, and says who hears something new.
    fn share(&mut self, subject: Subject, old: &Assessment, new: &Assessment) -> Vec<Subject> {
        let Subject::Deal(deal) = subject else { return Vec::new() };
        let names = old.shared.keys().chain(new.shared.keys());
        let changed = names.filter(|name| old.shared.get(name) != new.shared.get(name));
        let changed: Vec<Subject> = changed.copied().collect();
        for name in &changed {
            let deals = self.shared.entry(*name).or_default();
            match new.shared.get(name) {
                Some(words) => drop(deals.insert(deal, words.clone())),
                None => drop(deals.remove(&deal)),
            }
        }
        changed
    }

    fn of_shared(&self, other: Subject) -> Contribution {
        let deals = self.shared.get(&other).into_iter().flatten();
        let deals: Vec<(u64, Vec<Shared>)> = deals.map(|(deal, words)| (*deal, words.clone())).collect();
        assess_shared(other, &deals, &self.rules)
    }

    /// Judges everything anew, as of a moment: the road that the others are held against.
    #[must_use]
    pub fn recomputed(&self, as_of: Moment) -> Totals {
        let answers = self.coverage.tells_of_answers();
        let coverage = Coverage::default().telling_of_answers(answers);
        let mut anew = Self { coverage, ..Self::new(self.rules.clone()) };
        let facts = self.facts.values().flat_map(BTreeMap::values);
        facts.for_each(|observed| anew.record(observed.fact.clone()));
        anew.settle(as_of);
        anew.totals
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

    /// What judgements took at the last settling.
    #[must_use]
    pub fn terms(&self) -> Terms<'_> {
        Terms { rules: &self.rules, coverage: &self.coverage }
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

#[cfg(feature = "zones")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribution::Count;
    use crate::day::Figures;
    use crate::fact::Actor;
    use crate::policy::Policy;
    use crate::time::{DAY_S, Day};

    #[test]
    fn sources_that_tell_of_no_answers_stay_so_whatever_is_read_and_recomputed() {
        let (begin, end) = (Moment(1_789_369_200), Moment(1_789_369_200 + 3 * DAY_S));
        let policy = vec![(Day(0), Policy::standard("Europe/Moscow"))];
        let rules = Rules::compile(policy, begin.plus(-DAY_S), end).unwrap();
        let fact = |subject, at, what| {
            let (stated, by) = (Some(at), Actor::Unknown);
            Fact { subject, at, stated, by, seq: None, via: Via::Api, what, flags: vec![] }
        };
        let arrived = What::Heard { way: crate::fact::Way::Chat, answered_by: None, contact: None };
        let added = crate::fact::Snapshot {
            created: Some((begin, Actor::Robot)),
            added: true,
            stage: Some(crate::fact::Stage::Open(7)),
            ..crate::fact::Snapshot::default()
        };
        let read = What::Read { kind: Kind::Stages, from: begin, until: end };
        let missed = |mut ledger: Ledger| {
            ledger.record(fact(Subject::Deal(1), begin, What::Deal(added.clone())));
            ledger.record(fact(Subject::Deal(1), begin.plus(1), arrived.clone()));
            ledger.record(fact(Subject::Account, end, read.clone()));
            ledger.settle(end);
            assert_eq!(*ledger.totals(), ledger.recomputed(end));
            let day = ledger.rules().day_of(begin);
            Figures::of(ledger.totals(), ledger.rules(), day, day.plus(3)).all.n(Count::Missed)
        };
        assert_eq!(missed(Ledger::new(rules.clone())), 1);
        assert_eq!(missed(Ledger::without_answers(rules)), 0);
    }
}
