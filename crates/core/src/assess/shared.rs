//! What deals have in common: identities, for duplicates (D11), texts, for those pasted alike (C3), and clients, for
//! repeats (D12).

use crate::contribution::{Contribution, Count, Entry, Measure, Place};
use crate::fact::Subject;
use crate::policy::Rules;
use crate::time::{Day, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a deal tells an identity, a text or a client that it shares with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// From this day on the deal is open under the identity, or says the text.
    Opened(Day, Place),
    /// From this day on it is not.
    Closed(Day),
    /// The client's deal was won.
    Won(Moment, Place),
    /// The win was taken back.
    Withdrawn(Moment),
}

/// Deals that may share one identity: a number of more deals than this is a switchboard's, not a client's.
const SHARED_MAX: usize = 64;

/// Open deals of a pipeline that say the same, from which on it is a sign.
const ALIKE_MIN: usize = 5;

/// Deals that may ever have said the same: a text of more of them is a template's or an integration's, not somebody's.
pub const ALIKE_MAX: usize = 512;

/// What an identity, a text or a client adds to the days, by what its deals tell.
#[must_use]
pub fn assess_shared(id: Subject, deals: &[(u64, Vec<Shared>)], rules: &Rules) -> Contribution {
    Contribution::of(match id {
        Subject::Identity(_) if deals.len() <= SHARED_MAX => duplicates(deals),
        Subject::Text(_) if deals.len() <= ALIKE_MAX => alike(deals),
        Subject::Client(_) => repeats(deals, rules),
        _ => Vec::new(),
    })
}

/// The deals that are open under an identity, by what they tell it; none of a switchboard's.
pub fn open_under(deals: &[(u64, Vec<Shared>)]) -> impl Iterator<Item = u64> + '_ {
    let is_open = |words: &[Shared]| {
        let mut last =
            words.iter().rev().filter(|word| matches!(word, Shared::Opened(..) | Shared::Closed(_)));
        matches!(last.next(), Some(Shared::Opened(..)))
    };
    let known = deals.iter().filter(|_| deals.len() <= SHARED_MAX);
    known.filter(move |(_, words)| is_open(words)).map(|(deal, _)| *deal)
}

/// Whether a deal counts by the open ones, its rank among them and its place.
type Counts = fn(&[(u64, usize)], usize, Place) -> bool;

/// Each open deal but the first one is a duplicate.
fn duplicates(deals: &[(u64, Vec<Shared>)]) -> Vec<Entry> {
    while_open(deals, Count::Duplicates, |_, rank, _| rank > 0)
}

/// Each open deal is alike where there are enough of them in its pipeline.
fn alike(deals: &[(u64, Vec<Shared>)]) -> Vec<Entry> {
    while_open(deals, Count::Alike, |crowds, _, place| {
        crowds.iter().any(|(pipeline, many)| *pipeline == place.pipeline && *many >= ALIKE_MIN)
    })
}

/// How many there are in each pipeline.
fn crowds(places: impl Iterator<Item = Place>) -> Vec<(u64, usize)> {
    let mut crowds: Vec<(u64, usize)> = Vec::new();
    for place in places {
        match crowds.iter_mut().find(|(pipeline, _)| *pipeline == place.pipeline) {
            Some((_, many)) => *many += 1,
            None => crowds.push((place.pipeline, 1)),
        }
    }
    crowds
}

/// A gauge of those open deals that count at the end of a day.
fn while_open(deals: &[(u64, Vec<Shared>)], count: Count, counts: Counts) -> Vec<Entry> {
    let mut changes: Vec<(Day, usize, u64, Option<Place>)> = Vec::new();
    for (deal, words) in deals {
        for (order, word) in words.iter().enumerate() {
            match word {
                Shared::Opened(day, place) => changes.push((*day, order, *deal, Some(*place))),
                Shared::Closed(day) => changes.push((*day, order, *deal, None)),
                Shared::Won(..) | Shared::Withdrawn(_) => {}
            }
        }
    }
    changes.sort_unstable_by_key(|(day, order, deal, _)| (*day, *deal, *order));
    let (mut open, mut counted) = (BTreeMap::new(), BTreeMap::new());
    let mut out = Vec::new();
    for day in changes.chunk_by(|a, b| a.0 == b.0) {
        let Some((date, ..)) = day.first() else { continue };
        for (_, _, deal, place) in day {
            match place {
                Some(place) => drop(open.insert(*deal, *place)),
                None => drop(open.remove(deal)),
            }
        }
        let crowds = crowds(open.values().copied());
        let ranked = open.iter().enumerate().filter(|(rank, (_, place))| counts(&crowds, *rank, **place));
        let now: BTreeMap<u64, Place> = ranked.map(|(_, (deal, place))| (*deal, *place)).collect();
        for (of, beside, n) in [(&counted, &now, -1), (&now, &counted, 1)] {
            let alone = of.iter().filter(|(deal, place)| beside.get(deal) != Some(place));
            out.extend(alone.map(|(_, place)| (*date, *place, Measure::Count(count), n)));
        }
        counted = now;
    }
    out
}

/// A win after another deal's win is a repeat.
fn repeats(deals: &[(u64, Vec<Shared>)], rules: &Rules) -> Vec<Entry> {
    let mut words: Vec<(Moment, u64, usize, Shared)> = Vec::new();
    for (deal, told) in deals {
        for (order, word) in told.iter().enumerate() {
            if let Shared::Won(at, _) | Shared::Withdrawn(at) = word {
                words.push((*at, *deal, order, *word));
            }
        }
    }
    words.sort_unstable_by_key(|(at, deal, order, _)| (*at, *deal, *order));
    // Wins that stand, in their order.
    let mut won: Vec<(u64, Place)> = Vec::new();
    let mut out = Vec::new();
    for (at, deal, _, word) in words {
        let day = rules.day_of(at);
        let mut count = |ranks: std::ops::Range<usize>, won: &[(u64, Place)], n| {
            for (rank, (_, place)) in ranks.clone().zip(won.iter().skip(ranks.start)) {
                let counts = counts_of(rank).iter();
                out.extend(counts.map(|count| (day, *place, Measure::Count(*count), n)));
            }
        };
        let known = won.iter().position(|(other, _)| *other == deal);
        match (word, known) {
            (Shared::Won(_, place), None) => {
                won.push((deal, place));
                count(won.len() - 1..won.len(), &won, 1);
            }
            // The wins after it move up.
            (Shared::Withdrawn(_), Some(rank)) => {
                count(rank..won.len(), &won, -1);
                won.remove(rank);
                count(rank..won.len(), &won, 1);
            }
            _ => {}
        }
    }
    out
}

const fn counts_of(rank: usize) -> &'static [Count] {
    match rank {
        0 => &[Count::WonClients],
        1 => &[Count::RepeatWon, Count::RepeatClients],
        _ => &[Count::RepeatWon],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(entries: Vec<Entry>) -> Vec<(i32, u64, i64)> {
        let contribution = Contribution::of(entries);
        contribution.entries().map(|(day, place, _, n)| (day.0, place.manager, n)).collect()
    }

    fn place(manager: u64) -> Place {
        Place { manager, ..Place::default() }
    }

    #[test]
    fn of_open_deals_of_one_identity_all_but_the_first_are_duplicates() {
        let deals = [
            (7, vec![Shared::Opened(Day(3), place(1)), Shared::Closed(Day(6))]),
            (9, vec![Shared::Opened(Day(4), place(2))]),
        ];
        assert_eq!(sums(duplicates(&deals)), [(4, 2, 1), (6, 2, -1)]);
        assert_eq!(open_under(&deals).collect::<Vec<_>>(), [9]);
        let crowd: Vec<_> = (0..=SHARED_MAX as u64).map(|deal| (deal, deals[0].1.clone())).collect();
        assert_eq!(duplicates(&crowd[..3]).len(), 4);
        let open: Vec<_> = (0..=SHARED_MAX as u64).map(|deal| (deal, deals[1].1.clone())).collect();
        assert_eq!((open_under(&open).count(), open_under(&open[..4]).count()), (0, 4));
    }

    #[test]
    fn a_text_is_alike_from_five_open_deals_of_one_pipeline_on() {
        let opened = |day, pipeline| Shared::Opened(Day(day), Place { pipeline, ..place(1) });
        let mut deals: Vec<_> = (1..=4).map(|deal| (deal, vec![opened(3, 5)])).collect();
        deals.push((8, vec![opened(3, 6)]));
        assert_eq!(alike(&deals), [], "four here, one elsewhere");
        deals.push((9, vec![opened(4, 5), Shared::Closed(Day(6))]));
        let of_days = |deals: &[_]| {
            let mut days: BTreeMap<i32, i64> = BTreeMap::new();
            alike(deals).iter().for_each(|(day, _, _, n)| *days.entry(day.0).or_default() += n);
            days.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(of_days(&deals), [(4, 5), (6, -5)]);
        deals.push((10, vec![opened(5, 5), Shared::Closed(Day(7))]));
        assert_eq!(of_days(&deals), [(4, 5), (5, 1), (6, -1), (7, -5)]);
    }

    #[test]
    fn a_deal_that_changes_hands_takes_its_duplicate_along() {
        let moved =
            vec![Shared::Opened(Day(3), place(1)), Shared::Closed(Day(5)), Shared::Opened(Day(5), place(4))];
        let deals = [(2, vec![Shared::Opened(Day(1), place(9))]), (7, moved)];
        assert_eq!(sums(duplicates(&deals)), [(3, 1, 1), (5, 1, -1), (5, 4, 1)]);
    }
}
