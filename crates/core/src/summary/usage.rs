//! Who uses the CRM, what became of the leads, how they went from stage to stage, and why they were lost.

use crate::acceptance::{Book, Metric, Period, Ratio};
use crate::contribution::{Count, Measure, Milestone, Slice};
use crate::day::{Block, Figures};
use crate::sorted::Sorted;
use serde::{Deserialize, Serialize};

/// Days of the monthly users and of the cohort.
const MONTH_DAYS: u32 = 30;
/// Reasons of losses at most: the most frequent.
const REASONS_MAX: usize = 20;
/// Closed deals below which a manager is not ranked.
pub const LEADER_CASES_MIN: i64 = 20;
/// Rows of stages at most: those with most deals.
const STAGES_MAX: usize = 60;

/// Use of the CRM in 30 days. An action is all that is known of use: logins are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Usage {
    /// The days.
    pub period: Period,
    /// Whether all of them were observed.
    pub observed: bool,
    /// Person-days with an action on working days, of working days: daily users, as a mean.
    pub dau: Ratio,
    /// Persons who acted in the period: monthly users.
    pub mau: i64,
    /// Daily of monthly users.
    pub dau_mau: Ratio,
    /// Person-days with an action of person-days of the roster, without those away.
    pub roster: Ratio,
    /// The same of those who lead.
    pub heads: Ratio,
}

impl Usage {
    pub(super) fn of(book: &mut Book) -> Self {
        let period = book.last(MONTH_DAYS);
        let attendance = book.attendance(period, Slice::ALL);
        Self {
            period,
            observed: book.is_observed(period),
            dau: Ratio { n: attendance.acted, of: attendance.working_days },
            mau: i64::try_from(attendance.people.len()).unwrap_or(i64::MAX),
            dau_mau: attendance.dau_mau(),
            roster: attendance.roster,
            heads: attendance.heads,
        }
    }
}

/// What became of the leads that entered in 30 days, by the end of the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Followed {
    /// The days of their entry.
    pub period: Period,
    /// Whether all of them were observed.
    pub observed: bool,
    /// Those that entered, without those merged into others since.
    pub entered: i64,
    /// Those of them won so far.
    pub won: i64,
    /// Those of them lost so far.
    pub lost: i64,
    /// Those of them neither won nor lost, declined ones too.
    pub open: i64,
    /// Won in the period, whenever they came, of what entered in it: not the same deals.
    pub period_ratio: Ratio,
}

impl Followed {
    pub(super) fn of(book: &mut Book) -> Self {
        let period = book.last(MONTH_DAYS);
        let observed = book.is_observed(period);
        let sheet = book.sheet(period, Slice::ALL);
        let Ratio { n: won, of: entered } = sheet.ratio(Metric::Conversion);
        let lost = sheet.reached(Milestone::Lost);
        let period_ratio = sheet.ratio(Metric::PeriodConversion);
        Self { period, observed, entered, won, lost, open: entered - won - lost, period_ratio }
    }
}

/// A stage of a pipeline: of the deals that first came into it in 30 days, those that went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageRow {
    /// Id of the pipeline.
    pub pipeline: u64,
    /// Id of the stage.
    pub stage: u64,
    /// Those that reached a later stage or were won by the end, of those that came into this one.
    pub value: Ratio,
}

impl StageRow {
    /// The rows of a period whose cohorts are its own ([`Figures::of_those_since`]), of one pipeline or, by 0, of all.
    #[must_use]
    pub fn of(figures: &Figures, pipeline: u64) -> Vec<Self> {
        let asked = figures.within.iter().filter(|(id, _)| pipeline == 0 || **id == pipeline);
        let row = |(pipeline, stage, block): (u64, u64, &Block)| {
            let passed = block.after.get(&Milestone::Passed).into_iter().flatten().map(|(_, n)| n).sum();
            Self { pipeline, stage, value: Ratio { n: passed, of: block.n(Count::StageEntered) } }
        };
        let stages =
            asked.flat_map(|(id, cuts)| cuts.stages.iter().map(|(stage, block)| (*id, *stage, block)));
        stages.map(row).filter(|row| row.value.of > 0).take(STAGES_MAX).collect()
    }
}

pub(super) fn stages(book: &Book) -> Vec<StageRow> {
    let sheets = book.by_stage(book.last(MONTH_DAYS));
    let row = |((pipeline, stage), sheet): ((u64, u64), crate::acceptance::Sheet)| {
        let value = Ratio { n: sheet.reached(Milestone::Passed), of: sheet.n(Count::StageEntered) };
        StageRow { pipeline, stage, value }
    };
    let mut rows: Vec<StageRow> = sheets.into_iter().map(row).filter(|row| row.value.of > 0).collect();
    rows.sort_by_key(|row| (-row.value.of, row.pipeline, row.stage));
    rows.truncate(STAGES_MAX);
    rows.sort_by_key(|row| (row.pipeline, row.stage));
    rows
}

/// Why deals were lost in 30 days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Losses {
    /// The days of the losses.
    pub period: Period,
    /// Losses with a reason, of all.
    pub reasoned: Ratio,
    /// Losses by the reason's id, the most frequent first. Those without one are not among them.
    pub reasons: Vec<(u64, i64)>,
}

impl Losses {
    pub(super) fn of(book: &mut Book) -> Self {
        let period = book.last(MONTH_DAYS);
        let reasoned = book.sheet(period, Slice::ALL).ratio(Metric::Reasoned);
        let mut by: Sorted<u64, i64> = Sorted::default();
        for (_, counts) in book.totals.range(period.from, period.to) {
            for ((_, measure), n) in counts.iter() {
                if let Measure::LostFor(reason) = measure {
                    *by.of(*reason) += n;
                }
            }
        }
        let mut reasons: Vec<(u64, i64)> = by.into_iter().filter(|(_, n)| *n > 0).collect();
        reasons.sort_by_key(|(reason, n)| (-n, *reason));
        reasons.truncate(REASONS_MAX);
        Self { period, reasoned, reasons }
    }
}

/// What a manager's deals came to in 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// Id of the manager.
    pub id: u64,
    /// Won, of those won and lost.
    pub won: Ratio,
    /// Prices of the won, in hundredths of the currency.
    pub revenue: i64,
}

/// Outcomes by manager, where the policy turns the leaderboard on: the best first, those with too few cases left out.
pub(super) fn leaders(book: &Book) -> Vec<Outcome> {
    if !book.policy().leaderboard {
        return Vec::new();
    }
    let sheets = book.by_manager(book.last(MONTH_DAYS), &[Count::Won, Count::Lost, Count::Revenue]);
    let outcomes = sheets.into_iter().map(|(id, sheet)| {
        let (won, lost) = (sheet.n(Count::Won), sheet.n(Count::Lost));
        Outcome { id, won: Ratio { n: won, of: won + lost }, revenue: sheet.n(Count::Revenue) }
    });
    let mut outcomes: Vec<Outcome> =
        outcomes.filter(|one| one.id != 0 && one.won.of >= LEADER_CASES_MIN).collect();
    outcomes.sort_by(|a, b| b.won.compare(a.won.n, a.won.of).then_with(|| a.id.cmp(&b.id)));
    outcomes
}
