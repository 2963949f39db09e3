//! Clocks in business time, computed from facts whenever they are read.

use crate::policy::Version;
use crate::time::Moment;
use crate::timetable::Timetable;
use serde::{Deserialize, Serialize};

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerState {
    /// It runs, with time in hand.
    Running,
    /// It runs, and less than a fifth of the target is left.
    Warning,
    /// The target has passed without an answer, or the answer came too late.
    Breached,
    /// The answer came in time.
    Met,
    /// The deal was closed before an answer and before the target.
    Ended,
}

/// The first-response clock of one lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// How it stands.
    pub state: TimerState,
    /// When the lead entered.
    pub started: Moment,
    /// The deadline: an exact fill of a working window ends with the window.
    pub due: Moment,
    /// The target in business seconds.
    pub target_s: i64,
    /// Business seconds from the entry to the answer, or to now.
    pub elapsed_s: i64,
    /// When somebody answered.
    pub answered: Option<Moment>,
}

impl Timer {
    /// The clock some time later, by the business time that has passed since it was judged. What lies
    /// outside the timetable leaves it as it was.
    #[must_use]
    pub fn later(self, timetable: &Timetable, judged: Moment, now: Moment) -> Self {
        let runs = matches!(self.state, TimerState::Running | TimerState::Warning)
            || (self.state == TimerState::Breached && self.answered.is_none());
        let passed = if runs { timetable.between(judged, now).unwrap_or(0) } else { 0 };
        let elapsed_s = self.elapsed_s + passed;
        let state = if runs { running_state(elapsed_s, self.target_s) } else { self.state };
        Self { elapsed_s, state, ..self }
    }

    /// Business seconds left until the target; negative when it has passed.
    #[must_use]
    pub fn left_s(&self) -> i64 {
        self.target_s - self.elapsed_s
    }
}

fn running_state(elapsed_s: i64, target_s: i64) -> TimerState {
    match target_s - elapsed_s {
        left if left < 0 => TimerState::Breached,
        left if left * WARNING_PART <= target_s => TimerState::Warning,
        _ => TimerState::Running,
    }
}

/// A share of the target left below which a clock warns: one fifth.
const WARNING_PART: i64 = 5;

/// The first moment at which the target of a lead is exceeded: breaches are judged by elapsed business
/// seconds, so it may lie in the window after the one in which the deadline lies. `None` outside the
/// compiled calendar.
#[must_use]
pub fn breaches_at(version: &Version, entered: Moment) -> Option<Moment> {
    version.timetable.add(entered, version.seconds(version.policy.first_response.target) + 1).ok()
}

/// The first-response clock at a moment. `None` outside the compiled calendar: then there is no data.
#[must_use]
pub fn first_response(
    version: &Version,
    entered: Moment,
    answered: Option<Moment>,
    ended: Option<Moment>,
    now: Moment,
) -> Option<Timer> {
    let target_s = version.seconds(version.policy.first_response.target);
    let until = answered.or(ended).unwrap_or(now).max(entered);
    let elapsed_s = version.timetable.between(entered, until).ok()?;
    let due = version.timetable.add(entered, target_s).ok()?;
    let state = match (answered, ended) {
        _ if elapsed_s > target_s => TimerState::Breached,
        (Some(_), _) => TimerState::Met,
        (None, Some(_)) => TimerState::Ended,
        (None, None) => running_state(elapsed_s, target_s),
    };
    Some(Timer { state, started: entered, due, target_s, elapsed_s, answered })
}
