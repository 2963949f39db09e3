//! The day's verdict: the worst of a few signs, or that all is well, or that nothing is known.

use crate::number::parts;
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::{Block, Document};
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::zone::Zone;

/// Fewer cases than this are no reason for any verdict.
const CASES_TO_JUDGE: i64 = 5;

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub n: i64,
    /// The whole.
    pub of: i64,
}

/// What may be wrong, nearest to the client first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Leads wait for a first response.
    Waiting,
    /// First responses of the day come late.
    LateOnDay,
    /// First responses of the week come late.
    LateInWeek,
    /// People of the roster do nothing in the CRM.
    Idle,
    /// Active deals are overdue.
    Overdue,
    /// Cards lack mandatory fields.
    Incomplete,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// Worth a look.
    Warn,
    /// Worth an intervention.
    Bad,
}

/// A sign with the figure behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which sign.
    pub sign: Sign,
    /// How bad.
    pub level: Level,
    /// The share that is not as it should be.
    pub share: Share,
}

/// The verdict on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The account was not observed on the day.
    Unobserved,
    /// Nothing happened in the week that ends with the day.
    NoData,
    /// Too few cases of everything.
    TooFew,
    /// No sign is bad.
    Well,
    /// The worst sign.
    Trouble(Finding),
}

impl Sign {
    /// Percent of the share above which the sign is worth a look, and an intervention.
    const fn limits(self) -> (i64, i64) {
        match self {
            Self::Waiting => (10, 25),
            // The target is 80 % in time.
            Self::LateOnDay | Self::LateInWeek | Self::Idle | Self::Overdue => (20, 40),
            Self::Incomplete => (20, 50),
        }
    }

    fn judge(self, n: i64, of: i64) -> Option<Finding> {
        // People and what waits are counted in full, not sampled.
        let enough = if matches!(self, Self::Idle | Self::Waiting) { 1 } else { CASES_TO_JUDGE };
        if of < enough {
            return None;
        }
        let (warn, bad) = self.limits();
        let exceeds = |limit: i64| i128::from(n) * 100 > i128::from(of) * i128::from(limit);
        let level = match (exceeds(warn), exceeds(bad)) {
            (_, true) => Level::Bad,
            (true, _) => Level::Warn,
            _ => Level::Good,
        };
        Some(Finding { sign: self, level, share: Share { n, of } })
    }
}

impl Finding {
    /// Orders from mild to grave: by level, then by how far the share exceeds its limit.
    pub(crate) fn gravity(&self) -> (Level, i64) {
        let (_, bad) = self.sign.limits();
        (self.level, parts(self.share.n, self.share.of.saturating_mul(bad), 100_000).unwrap_or(0))
    }
}

/// The signs of a slice that can be judged: gauges and the day from `day`, flows of the week from `week`.
pub(crate) fn signs(day: &Block, week: &Block) -> impl Iterator<Item = Finding> {
    let needed = day.n(Count::Waiting).saturating_add(week.times(Took::Response).count);
    let on_day = Sign::LateOnDay.judge(day.n(Count::Breached), day.judged());
    let in_week = Sign::LateInWeek.judge(week.n(Count::Breached), week.judged());
    let findings = [
        Sign::Waiting.judge(day.n(Count::Waiting), needed),
        on_day.or(in_week),
        Sign::Overdue.judge(day.n(Count::Overdue), day.n(Count::Active)),
        Sign::Incomplete.judge(day.n(Count::Cards) - day.n(Count::Complete), day.n(Count::Cards)),
    ];
    findings.into_iter().flatten()
}

/// The gravest of the findings; of equally grave ones the first.
pub(crate) fn worst(findings: impl Iterator<Item = Finding>) -> Option<Finding> {
    findings.reduce(|worst, next| if next.gravity() > worst.gravity() { next } else { worst })
}

/// Whether people can be expected to have acted: the day is over, and the calendar opens on it.
pub(crate) fn expects_people(document: &Document<Summary>, policy: &Policy, zone: &Zone) -> bool {
    let day = document.figures.day.to;
    is_over(document, zone) && !policy.calendar.windows(day).is_empty()
}

/// Whether the document was made after the end of its day.
pub(crate) fn is_over(document: &Document<Summary>, zone: &Zone) -> bool {
    document.envelope.as_of >= zone.start_of(document.figures.day.to.plus(1))
}

/// Judges a day.
#[must_use]
pub fn verdict(document: &Document<Summary>, policy: &Policy, zone: &Zone) -> Verdict {
    let Summary { day, week, .. } = &document.figures;
    if !day.observed {
        return Verdict::Unobserved;
    }
    if week.all == Block::default() {
        return Verdict::NoData;
    }
    let roster = i64::try_from(day.roster).unwrap_or(i64::MAX);
    let acted = i64::try_from(day.active_people.len()).unwrap_or(i64::MAX);
    let expected = expects_people(document, policy, zone);
    let idle = Sign::Idle.judge(roster - acted, roster).filter(|_| expected);
    let of_deals = worst(signs(&day.all, &week.all));
    match worst(of_deals.into_iter().chain(idle)) {
        None => Verdict::TooFew,
        Some(_) if of_deals.is_none() && idle.is_some_and(|finding| finding.level == Level::Good) => {
            Verdict::TooFew
        }
        Some(finding) if finding.level == Level::Good => Verdict::Well,
        Some(finding) => Verdict::Trouble(finding),
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
