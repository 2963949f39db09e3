//! What must hold within one document, in every slice of it.

use std::collections::BTreeMap;
use takeroot_core::contribution::{Count, Days as _, Measure, Took, Totals};
use takeroot_core::day::{Block, Cuts, Figures};

const ALL: &str = "all";

/// Flows that are taken back: a day of them may be below zero.
const WITHDRAWN: [Count; 12] = [
    Count::Entered,
    Count::Won,
    Count::Lost,
    Count::Revenue,
    Count::Priced,
    Count::Reasoned,
    Count::RepeatWon,
    Count::WonClients,
    Count::RepeatClients,
    Count::Unanswered,
    Count::Missed,
    Count::Spam,
];

/// The first is part of the second, on any day and in any slice.
const PARTS: [(Count, Count); 30] = [
    (Count::Checking, Count::Waiting),
    (Count::Unseen, Count::Waiting),
    (Count::TaskOverdue, Count::Overdue),
    (Count::Overdue, Count::Active),
    (Count::NoNextStep, Count::Active),
    (Count::Stuck, Count::Active),
    (Count::Complete, Count::Cards),
    (Count::Cards, Count::Active),
    (Count::Answered, Count::Asked),
    (Count::Sourced, Count::Active),
    (Count::Channeled, Count::Active),
    (Count::Marked, Count::Active),
    (Count::RobotMoves, Count::CausedMoves),
    (Count::CausedMoves, Count::Moves),
    (Count::RushFilled, Count::Moves),
    (Count::Rushed, Count::Moves),
    (Count::AdvancedSilent, Count::Advanced),
    (Count::BadRecords, Count::Records),
    (Count::NoContact, Count::BadRecords),
    (Count::NoSource, Count::BadRecords),
    (Count::NoResponsible, Count::BadRecords),
    (Count::WrongPipeline, Count::BadRecords),
    (Count::LateRecords, Count::BadRecords),
    (Count::AutoRight, Count::AutoLeads),
    (Count::Reminded, Count::Triggers),
    (Count::RobotTasks, Count::TasksSet),
    (Count::WholeTasks, Count::TasksSet),
    (Count::TasksLate, Count::TasksDone),
    (Count::OffInTime, Count::InTime),
    (Count::OffBreached, Count::Breached),
];

/// The same of a whole history: what was taken back has been there.
const BALANCE: [(Count, Count); 7] = [
    (Count::Priced, Count::Won),
    (Count::Reasoned, Count::Lost),
    (Count::RepeatClients, Count::WonClients),
    (Count::RepeatClients, Count::RepeatWon),
    (Count::OffInTime, Count::InTime),
    (Count::WonClients, Count::Won),
    (Count::Spam, Count::Unanswered),
];

pub(crate) fn judge(figures: &Figures) -> Result<(), String> {
    for (name, block) in blocks(figures) {
        block_holds(block).map_err(|error| format!("{name:?}: {error}"))?;
    }
    for (pipeline, cuts) in figures.within.iter() {
        // What one manager begins and another one ends within a day leaves nothing to the whole.
        let whole = figures.pipelines.get(pipeline).cloned().unwrap_or_default();
        cuts_hold(&whole, cuts).map_err(|error| format!("pipeline {pipeline}: {error}"))?;
    }
    cuts_hold(&figures.all, &figures.by)?;
    let empty = |block: &Block| block.lacking.is_empty() && block.n(Count::Complete) < block.n(Count::Cards);
    if let Some(block) = std::iter::once(&figures.all).chain(figures.pipelines.values()).find(|b| empty(b)) {
        return Err(format!("no field is lacking in {block:?}"));
    }
    let pipelines: Vec<&Block> = figures.pipelines.values().collect();
    sum_holds("pipelines", &figures.all, &pipelines)
}

/// Pipelines sum to everything but what lies in none.
pub(crate) fn sums(figures: &Figures, totals: &Totals) -> Result<(), String> {
    let day = totals.day(figures.from);
    for count in Count::ALL.iter().filter(|count| !count.is_gauge()) {
        let entries = day.into_iter().flat_map(|counts| counts.iter());
        let nowhere: i64 = entries
            .filter(|((place, measure), _)| place.pipeline == 0 && *measure == Measure::Count(*count))
            .map(|(_, n)| n)
            .sum();
        let known: i64 = figures.pipelines.values().map(|block| block.n(*count)).sum();
        if known + nowhere != figures.all.n(*count) {
            return Err(format!("{count:?}: {known} and {nowhere} are not {}", figures.all.n(*count)));
        }
    }
    Ok(())
}

/// Over a whole history nothing is below zero.
pub(crate) fn balance(figures: &Figures) -> Result<(), String> {
    for (name, block) in blocks(figures) {
        // A lead that is merged away is taken back where it is by then.
        let is_all = name.1 == ALL;
        for count in WITHDRAWN.iter().filter(|count| is_all || **count != Count::Entered) {
            if block.n(*count) < 0 {
                return Err(format!("{name:?}: {count:?} is {}", block.n(*count)));
            }
        }
        for (part, whole) in BALANCE {
            if is_all && block.n(part) > block.n(whole) {
                return Err(format!("{name:?}: {} {part:?} of {} {whole:?}", block.n(part), block.n(whole)));
            }
        }
        let reasons: i64 = block.lost_for.values().sum();
        if reasons != block.n(Count::Reasoned) || block.lost_for.values().any(|n| *n < 0) {
            return Err(format!("{name:?}: {reasons} reasons of {} losses", block.n(Count::Reasoned)));
        }
    }
    Ok(())
}

fn block_holds(block: &Block) -> Result<(), String> {
    for (count, n) in block.counts.iter() {
        if *n < 0 && !WITHDRAWN.contains(count) {
            return Err(format!("{count:?} is {n}"));
        }
    }
    for (part, whole) in PARTS {
        if block.n(part) > block.n(whole) {
            return Err(format!("{} {part:?} of {} {whole:?}", block.n(part), block.n(whole)));
        }
    }
    if block.n(Count::Percent) > 100 * block.n(Count::Cards) {
        return Err("a card is more than complete".to_owned());
    }
    for (took, times) in block.took.iter().filter(|(took, _)| **took != Took::Cycle) {
        if times.count < 0 || times.sum_s < 0 || times.histogram.iter().any(|(_, n)| *n < 0) {
            return Err(format!("{took:?}: {times:?}"));
        }
    }
    let answered = block.times(Took::Response).count;
    let same = [Took::ResponseClock].into_iter().all(|took| block.times(took).count == answered);
    let fewer = [Took::OffResponse, Took::ManagerResponse];
    if !same || fewer.into_iter().any(|took| block.times(took).count > answered) {
        return Err(format!("{answered} answers by business time, others by the clock"));
    }
    if block.n(Count::InTime) > answered {
        return Err(format!("{} in time of {answered} answers", block.n(Count::InTime)));
    }
    let empty = block.n(Count::Cards) - block.n(Count::Complete);
    let lacking: i64 = block.lacking.iter().map(|(_, n)| n).sum();
    if block.lacking.iter().any(|(_, n)| *n < 1 || *n > empty)
        || (!block.lacking.is_empty() && lacking < empty)
    {
        return Err(format!("{empty} cards lack {:?}", block.lacking));
    }
    let moves: i64 = block.moved_to.iter().map(|(_, n)| n).sum();
    if moves != block.n(Count::Moves) {
        return Err(format!("{moves} moves to somewhere of {} moves", block.n(Count::Moves)));
    }
    match block.acts.values().find(|n| **n < 0) {
        Some(n) => Err(format!("{n} acts")),
        None => Ok(()),
    }
}

fn cuts_hold(whole: &Block, cuts: &Cuts) -> Result<(), String> {
    sum_holds("stages", whole, &cuts.stages.values().collect::<Vec<_>>())?;
    sum_holds("managers", whole, &cuts.managers.values().collect::<Vec<_>>())?;
    sum_holds("sources", whole, &cuts.sources.values().collect::<Vec<_>>())?;
    sum_holds("origins", whole, &cuts.origins.values().collect::<Vec<_>>())?;
    sum_holds("pilot", whole, &cuts.pilot.iter().collect::<Vec<_>>())
}

/// Parts are not more than the whole.
fn sum_holds(name: &str, whole: &Block, parts: &[&Block]) -> Result<(), String> {
    let mut sums: BTreeMap<Count, i64> = BTreeMap::new();
    for (count, n) in parts.iter().flat_map(|block| block.counts.iter()) {
        *sums.entry(*count).or_default() += n;
    }
    let parts = sums.iter().filter(|(count, _)| !WITHDRAWN.contains(count));
    match parts.clone().find(|(count, sum)| **sum > whole.n(**count)) {
        Some((count, sum)) => Err(format!("{name}: {sum} {count:?} of {}", whole.n(*count))),
        None => Ok(()),
    }
}

/// Every block with its name: the pipeline, the dimension, the value.
fn blocks(figures: &Figures) -> Vec<((u64, &str, u64), &Block)> {
    let mut blocks = vec![((0, ALL, 0), &figures.all)];
    blocks.extend(figures.pipelines.iter().map(|(id, block)| ((*id, "pipeline", *id), block)));
    let within = figures.within.iter().map(|(id, cuts)| (*id, cuts));
    for (pipeline, cuts) in std::iter::once((0, &figures.by)).chain(within) {
        blocks.extend(cuts.stages.iter().map(|(id, block)| ((pipeline, "stage", *id), block)));
        blocks.extend(cuts.managers.iter().map(|(id, block)| ((pipeline, "manager", *id), block)));
        blocks.extend(cuts.sources.iter().map(|(id, block)| ((pipeline, "source", *id), block)));
        blocks.extend(cuts.origins.iter().map(|(id, block)| ((pipeline, "origin", *id as u64), block)));
        blocks.extend(cuts.pilot.iter().map(|block| ((pipeline, "pilot", 1), block)));
    }
    blocks
}
