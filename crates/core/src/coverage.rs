//! What has been observed: which sources tell of answers, and what of the CRM itself was read.

use crate::deal::Observed;
use crate::fact::{Fact, Kind, Via, What};
use crate::time::Moment;
use std::collections::BTreeMap;

/// What is known of the sources of an account's facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    answers: bool,
    read: BTreeMap<Kind, Vec<(Moment, Moment)>>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self { answers: true, read: BTreeMap::new() }
    }
}

impl Coverage {
    /// Sources that do not tell of answers, such as a table of deals: there is no first response to judge.
    #[must_use]
    pub fn without_answers() -> Self {
        Self { answers: false, ..Self::default() }
    }

    /// The same, by whether its sources tell of answers.
    #[must_use]
    pub fn telling_of_answers(self, answers: bool) -> Self {
        Self { answers, ..self }
    }

    /// By the readings among an account's own facts, up to a moment.
    #[must_use]
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>, as_of: Moment) -> Self {
        let mut read: BTreeMap<Kind, Vec<(Moment, Moment)>> = BTreeMap::new();
        for fact in facts.into_iter().filter(|fact| fact.at <= as_of) {
            if let What::Read { kind, from, until } = fact.what
                && from < until
            {
                read.entry(kind).or_default().push((from, until.min(as_of.plus(1))));
            }
        }
        read.values_mut().for_each(join);
        Self { answers: true, read }
    }

    /// Whether the sources tell of answers at all.
    #[must_use]
    pub const fn tells_of_answers(&self) -> bool {
        self.answers
    }

    /// Whether a moment lies in a range of which everything of a kind is known.
    #[must_use]
    pub fn has_read(&self, kind: Kind, at: Moment) -> bool {
        let ranges = self.read.get(&kind).map_or(&[][..], Vec::as_slice);
        let after = ranges.partition_point(|(from, _)| *from <= at);
        ranges.get(after.wrapping_sub(1)).is_some_and(|(_, until)| at < *until)
    }

    /// From when on talks are read, where they are.
    #[must_use]
    pub fn talks_from(&self) -> Option<Moment> {
        self.read.get(&Kind::Talks)?.first().map(|(from, _)| *from)
    }

    /// Whether talks are read from another moment on than was known before: what was silence, because nothing
    /// was ever read, may be a gap, so that every subject is to be judged anew. Not so where the range that was known
    /// only begins earlier.
    #[must_use]
    pub fn begins_otherwise(&self, before: &Self) -> bool {
        let first =
            |coverage: &Self| coverage.read.get(&Kind::Talks).and_then(|ranges| ranges.first()).copied();
        match (first(self), first(before)) {
            (Some((from, until)), Some((known, _))) => known < from || until <= known,
            (one, other) => one != other,
        }
    }

    /// Whether silence up to a moment is known to be silence: the CRM was read later, or has never been read,
    /// so that what it delivers is all there is.
    #[must_use]
    pub fn is_silent_until(&self, at: Moment) -> bool {
        let begun = self.talks_from().is_some_and(|from| from <= at);
        !begun || self.has_read(Kind::Talks, at)
    }

    /// The moment up to which it is known what was said; `None` where the CRM has never been read.
    #[must_use]
    pub fn talks_until(&self) -> Option<Moment> {
        self.read.get(&Kind::Talks).and_then(|ranges| ranges.last()).map(|(_, until)| *until)
    }

    /// The facts that count: of what was read, deliveries say nothing more. `changed` keeps those of which a
    /// part counts.
    #[must_use]
    pub fn counting<'a>(&self, facts: &'a [Observed], changed: &'a mut Vec<Observed>) -> Vec<&'a Observed> {
        if self.read.is_empty() {
            return facts.iter().collect();
        }
        let mut kept = Vec::with_capacity(facts.len());
        for observed in facts {
            match self.counts(&observed.fact) {
                Counts::Wholly => kept.push(observed),
                Counts::Not if is_told_alone(&observed.fact, facts) => kept.push(observed),
                Counts::Partly(fact) => changed.push(Observed { key: observed.key, fact: *fact }),
                Counts::Not => {}
            }
        }
        kept.extend(changed.iter());
        kept
    }

    /// What counts of a fact.
    fn counts(&self, fact: &Fact) -> Counts {
        if fact.via != Via::Hook {
            return Counts::Wholly;
        }
        let What::Deal(state) = &fact.what else {
            let is_read = fact.kind().is_some_and(|kind| self.has_read(kind, fact.at));
            return if is_read { Counts::Not } else { Counts::Wholly };
        };
        let cards = self.has_read(Kind::Cards, fact.at);
        // Where a deal began no reading of moves tells, unless what its card holds is read, too.
        let stages = (cards || !state.added) && self.has_read(Kind::Stages, fact.at);
        let responsible = self.has_read(Kind::Responsible, fact.at);
        if cards && stages && responsible {
            return Counts::Not;
        }
        let mut rest = state.clone();
        if cards {
            (rest.price, rest.source, rest.loss_reason) = (None, None, None);
            (rest.contact, rest.company) = (None, None);
            rest.fields.clear();
        }
        if stages {
            (rest.pipeline, rest.stage, rest.stage_before) = (None, None, None);
        }
        if responsible {
            rest.responsible = None;
        }
        if rest == *state {
            return Counts::Wholly;
        }
        Counts::Partly(Box::new(Fact { what: What::Deal(rest), ..fact.clone() }))
    }
}

/// Whether only deliveries tell up to then that a deal is gone: not everywhere does a reading show what was deleted.
fn is_told_alone(fact: &Fact, facts: &[Observed]) -> bool {
    let is_gone = |fact: &Fact| matches!(fact.what, What::Deleted);
    let is_read = |Observed { fact: other, .. }: &Observed| {
        is_gone(other) && other.via != Via::Hook && other.subject == fact.subject && other.at <= fact.at
    };
    is_gone(fact) && !facts.iter().any(is_read)
}

/// What counts of a fact, by what was read.
enum Counts {
    /// All of it.
    Wholly,
    /// The rest was read.
    Partly(Box<Fact>),
    /// Nothing: all of it was read.
    Not,
}

fn join(ranges: &mut Vec<(Moment, Moment)>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let touches = next.0 <= kept.1;
        if touches {
            kept.1 = kept.1.max(next.1);
        }
        touches
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{Actor, Snapshot, Stage, Subject, Way};

    fn read(at: i64, kind: Kind, from: i64, until: i64) -> Fact {
        let what = What::Read { kind, from: Moment(from), until: Moment(until) };
        fact(Subject::Account, at, Via::Api, what)
    }

    fn fact(subject: Subject, at: i64, via: Via, what: What) -> Fact {
        let at = Moment(at);
        Fact { subject, at, stated: Some(at), by: Actor::Unknown, seq: None, via, what, flags: vec![] }
    }

    #[test]
    fn silence_is_known_only_up_to_the_last_reading() {
        let facts = [read(50, Kind::Talks, 10, 50), read(70, Kind::Talks, 40, 70)];
        let coverage = Coverage::of(&facts, Moment(100));
        let silent = [5, 10, 69, 70].map(|at| coverage.is_silent_until(Moment(at)));
        assert_eq!(silent, [true, true, true, false]);
        assert!(!Coverage::of(&facts, Moment(60)).is_silent_until(Moment(55)), "not read yet");
        assert!(Coverage::default().is_silent_until(Moment(70)), "never read: what is delivered is all");
        assert!(coverage.begins_otherwise(&Coverage::default()));
        assert!(!coverage.begins_otherwise(&Coverage::of(&facts[..1], Moment(100))), "it only goes on");
    }

    #[test]
    fn of_what_was_read_deliveries_say_nothing_more() {
        let said = What::Said { way: Way::Chat, talked_s: None, contact: None };
        let moved = What::Deal(Snapshot {
            stage: Some(Stage::Open(7)),
            responsible: Some(3),
            pipeline: Some(1),
            ..Snapshot::default()
        });
        let deal = Subject::Deal(1);
        let facts: Vec<Observed> = [
            fact(deal, 20, Via::Hook, said.clone()),
            fact(deal, 20, Via::Api, said.clone()),
            fact(deal, 60, Via::Hook, said),
            fact(deal, 20, Via::Hook, moved),
        ]
        .map(Observed::from)
        .into();
        let readings = [read(50, Kind::Talks, 10, 50), read(50, Kind::Stages, 10, 50)];
        let (coverage, mut changed) = (Coverage::of(&readings, Moment(99)), Vec::new());
        let counting = coverage.counting(&facts, &mut changed);
        let kept: Vec<(i64, Via)> = counting.iter().map(|o| (o.fact.at.0, o.fact.via)).collect();
        assert_eq!(kept, [(20, Via::Api), (60, Via::Hook), (20, Via::Hook)]);
        let What::Deal(rest) = &counting[2].fact.what else { panic!("{counting:?}") };
        assert_eq!((rest.stage, rest.responsible, rest.pipeline), (None, Some(3), None));
    }

    #[test]
    fn where_cards_moves_and_hands_are_read_a_delivered_deal_says_nothing() {
        let state = Snapshot {
            added: true,
            stage: Some(Stage::Open(7)),
            responsible: Some(3),
            ..Snapshot::default()
        };
        let facts = [Observed::from(fact(Subject::Deal(1), 20, Via::Hook, What::Deal(state)))];
        let counts = |kinds: &[Kind]| {
            let readings: Vec<Fact> = kinds.iter().map(|kind| read(50, *kind, 10, 50)).collect();
            Coverage::of(&readings, Moment(99)).counting(&facts, &mut Vec::new()).len()
        };
        assert_eq!(counts(&[Kind::Cards, Kind::Stages, Kind::Responsible]), 0);
        assert_eq!(counts(&[Kind::Cards, Kind::Stages]), 1, "in part");
        assert_eq!(counts(&[Kind::Stages]), 1, "where it began nobody else tells");
    }

    #[test]
    fn a_deal_that_is_back_is_not_gone_again_because_its_deletion_was_delivered_late() {
        let (deal, other) = (Subject::Deal(1), Subject::Deal(2));
        let gone = |subject, via, at| Observed::from(fact(subject, at, via, What::Deleted));
        let late = gone(deal, Via::Hook, 40);
        let counts = |beside: &[Observed]| {
            let coverage = Coverage::of(&[read(50, Kind::Stages, 10, 50)], Moment(99));
            let facts = [std::slice::from_ref(&late), beside].concat();
            coverage.counting(&facts, &mut Vec::new()).contains(&&late)
        };
        assert!(!counts(&[gone(deal, Via::Api, 20)]), "it was read when it went");
        assert!(counts(&[]), "nobody else says that it is gone");
        assert!(
            counts(&[gone(deal, Via::Hook, 20), gone(other, Via::Api, 20)]),
            "told twice, and another deal"
        );
        assert!(counts(&[gone(deal, Via::Api, 41)]), "that it goes later does not change what was known");
    }
}
