//! The owner's ten questions, answered from data or not at all.

use super::pains::Pain;
use super::signs::criterion;
use super::{CASES_TO_JUDGE, Item, WEEK_DAYS};
use crate::acceptance::{Book, Compared, Comparison, Metric, Progress, Ratio, State, Trend, Verdict};
use crate::contribution::Count;
use crate::day::Figures;
use crate::policy::Criterion;
use serde::{Deserialize, Serialize};

/// Managers that an answer names at most at each end.
const ENDS_MAX: usize = 3;
/// Problems that an answer names.
const PROBLEMS: usize = 3;

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Where is the truth about a client? By the deals that went on with somebody talking in the CRM.
    Truth,
    /// How many leads were lost in the week? By missed leads.
    Lost,
    /// How long is it to the first contact? By the median of the week.
    FirstContact,
    /// How many leads are overdue, and why? By tasks and by the clock.
    Overdue,
    /// Who has too much, who too little? By the active deals of each person.
    Load,
    /// How to know the status without calling? By deals with a next step and not stuck.
    Status,
    /// Why are cards not filled in? By completeness, and whether it is a habit of some.
    EmptyCards,
    /// Which three problems of the system hinder work? By the pains.
    Problems,
    /// How fast can they be mended? By goals that moved.
    Mending,
    /// What has changed in the figures since the start? By periods that may be compared.
    Change,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// Whether there are enough observed cases to say so.
    pub confident: bool,
    /// The figures of the answer.
    pub figures: Vec<Verdict>,
    /// Managers with their part: of load, those with most and those with least; of cards, those with most gaps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<Item>,
}

pub(super) fn answers(
    book: &mut Book,
    day: &Figures,
    pains: &[Pain],
    goals: &[Progress],
    comparison: &Comparison,
) -> Vec<Answer> {
    let mut by = |question, metrics: &[Metric]| {
        let figures: Vec<Verdict> = metrics.iter().map(|metric| book.judge(&asked(*metric))).collect();
        let confident = figures.first().is_some_and(Verdict::is_known);
        Answer { question, confident, figures, who: Vec::new() }
    };
    vec![
        by(Question::Truth, &[Metric::Outside, Metric::Claimed]),
        by(Question::Lost, &[Metric::Missed]),
        by(Question::FirstContact, &[Metric::ResponseMedian, Metric::InTime]),
        by(Question::Overdue, &[Metric::Overdue, Metric::TaskOverdue]),
        load(by(Question::Load, &[Metric::DauRoster]), day),
        by(Question::Status, &[Metric::NoNextStep, Metric::Stuck]),
        empty_cards(by(Question::EmptyCards, &[Metric::CompleteCards]), pains),
        problems(by(Question::Problems, &[]), book, pains),
        mending(goals),
        change(comparison),
    ]
}

/// Of leads and answers the week is asked for, of the rest what signs look at.
fn asked(metric: Metric) -> Criterion {
    let of_the_week =
        matches!(metric, Metric::Missed | Metric::ResponseMedian | Metric::InTime | Metric::DauRoster);
    let criterion = criterion(metric);
    Criterion {
        window_days: if of_the_week { WEEK_DAYS.unsigned_abs() } else { criterion.window_days },
        ..criterion
    }
}

/// Confident by two people at least who can be compared.
fn load(answer: Answer, day: &Figures) -> Answer {
    let all = day.all.n(Count::Active);
    let items = day
        .by
        .managers
        .iter()
        .map(|(id, block)| Item { id: *id, value: Ratio { n: block.n(Count::Active), of: all } });
    let mut items: Vec<Item> = items.filter(|item| item.value.n > 0).collect();
    items.sort_by_key(|item| (-item.value.n, item.id));
    let confident = day.observed && items.len() > 1 && all >= CASES_TO_JUDGE;
    if items.len() > 2 * ENDS_MAX {
        items.drain(ENDS_MAX..items.len() - ENDS_MAX);
    }
    Answer { confident, who: items, ..answer }
}

/// Confident if it is known whose habit it is, or that cards are filled in.
fn empty_cards(answer: Answer, pains: &[Pain]) -> Answer {
    let pain = pains.iter().find(|pain| pain.metric == Metric::CompleteCards);
    let confident = answer.confident && pain.is_none_or(|pain| pain.mark.is_some());
    Answer { confident, who: pain.map(|pain| pain.who.clone()).unwrap_or_default(), ..answer }
}

/// Confident if there are as many problems as are asked for.
fn problems(answer: Answer, book: &mut Book, pains: &[Pain]) -> Answer {
    let worst = pains.iter().take(PROBLEMS);
    let figure = |pain: &Pain| book.judge_in(&criterion(pain.metric), pain.period);
    let figures: Vec<Verdict> = worst.map(figure).collect();
    Answer { confident: figures.len() == PROBLEMS, figures, ..answer }
}

/// Confident if a goal has a day, and its figure moved or is reached.
fn mending(goals: &[Progress]) -> Answer {
    let moved = |goal: &Progress| {
        let Compared { after, trend, .. } = &goal.current;
        goal.by.is_some() && (*trend == Trend::Better || after.state == State::Met)
    };
    let figures = goals.iter().map(|goal| goal.current.after.clone()).collect();
    Answer { question: Question::Mending, confident: goals.iter().any(moved), figures, who: Vec::new() }
}

fn change(comparison: &Comparison) -> Answer {
    let known = comparison.rows.iter().filter(|row| row.trend != Trend::Unknown);
    let figures: Vec<Verdict> = known.map(|row| row.after.clone()).collect();
    let confident = comparison.differences.is_empty() && !figures.is_empty();
    Answer { question: Question::Change, confident, figures, who: Vec::new() }
}
