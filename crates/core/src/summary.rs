//! The daily summary: a day beside the week before it, by the same rules, and what it all amounts to.
//!
//! It stays below 512 kB with 300 managers: of the day and the weeks it keeps everything, pipelines and
//! managers, and of the rest what [`Figures`] of the day's own document hold at length.

mod answers;
mod pains;
mod signs;
mod usage;

pub use answers::{Answer, Question};
pub use pains::{Mark, PAINS_MAX, Pain};
pub use signs::{Advice, Sign, SignName};
pub use usage::{Followed, LEADER_CASES_MIN, Losses, Outcome, StageRow, Usage};

use crate::acceptance::{Book, Past, Progress, Ratio, Standing};
use crate::contribution::{Days, Sums};
use crate::day::Figures;
use crate::policy::Rules;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Days that a summary looks back.
pub const WEEK_DAYS: i32 = 7;
/// Answers given with confidence from which on the ten questions are passed.
pub const ANSWERED_MIN: i64 = 5;
/// Fewer cases than this are no reason for a sign, an answer or a pain.
const CASES_TO_JUDGE: i64 = 5;

/// What an owner reads in the morning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// The day, in short; at length it is a document of its own.
    pub day: Figures,
    /// The seven days that end with it, in short: everything, pipelines, managers, sources.
    pub week: Figures,
    /// The seven days before those.
    pub week_before: Figures,
    /// The six signs that a CRM has taken root.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<Sign>,
    /// The owner's ten questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// Answers given with confidence, of all; five are enough to pass.
    #[serde(default)]
    pub answered: Ratio,
    /// What to mend first, the dearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pains: Vec<Pain>,
    /// Who uses the CRM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What became of the leads of 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads: Option<Followed>,
    /// From stage to stage, of those who came into a stage in 30 days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageRow>,
    /// Why deals were lost in 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub losses: Option<Losses>,
    /// The leaderboard, where the policy turns it on: outcomes of 30 days, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaders: Vec<Outcome>,
    /// How the acceptance stands, with the baseline beside the current days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Standing>,
    /// How far the goals are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Progress>,
}

/// What a later summary is laid beside: the signs of an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Glance {
    /// The six signs.
    #[serde(default)]
    pub signs: Vec<Sign>,
}

/// A value of one of many: a manager, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Item {
    /// Id in the CRM.
    pub id: u64,
    /// Its value.
    pub value: Ratio,
}

impl Summary {
    /// The summary of a day.
    #[must_use]
    pub fn of(totals: &dyn Days, rules: &Rules, day: Day) -> Self {
        Self::beside(
            &Figures::of(totals, rules, day, day),
            totals,
            rules,
            &Past::of(totals, rules, &[day].into()),
        )
    }

    /// The summary beside the figures of its day, for many days over one walk of what they look back to.
    #[must_use]
    pub fn beside(figures: &Figures, totals: &dyn Days, rules: &Rules, past: &Past) -> Self {
        let day = figures.to;
        let none = Sums::default();
        let week = |end: Day| {
            let gauges = past.at(end).unwrap_or(&none);
            Figures::brief(totals, gauges, rules, end.plus(1 - WEEK_DAYS), end)
        };
        let mut book = Book::new(totals, rules, past, day);
        let acceptance = Standing::from_book(&mut book);
        let signs = signs::signs(&mut book);
        let pains = pains::pains(&mut book, figures);
        let goals = book.progress();
        let answers = answers::answers(&mut book, figures, &pains, &goals, &acceptance.comparison);
        let confident = answers.iter().filter(|answer| answer.confident).count();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Self {
            day: figures.clone().shortened(),
            week: week(day),
            week_before: week(day.plus(-WEEK_DAYS)),
            signs,
            answered: Ratio { n: count(confident), of: count(answers.len()) },
            answers,
            pains,
            usage: Some(Usage::of(&mut book)),
            leads: Some(Followed::of(&mut book)),
            stages: usage::stages(&book),
            losses: Some(Losses::of(&mut book)),
            leaders: usage::leaders(&book),
            acceptance: Some(acceptance),
            goals,
        }
    }

    /// Whether at least half of the ten questions are answered with confidence.
    #[must_use]
    pub const fn is_passed(&self) -> bool {
        self.answered.n >= ANSWERED_MIN
    }
}
