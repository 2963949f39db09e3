//! A clock as it is read at a moment.

use crate::policy::Starts;
use crate::time::Moment;
use crate::timetable::Timetable;
use serde::{Deserialize, Serialize};

/// How a clock stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimerState {
    /// It runs, with time in hand.
    #[default]
    Running,
    /// It runs, and little of the target is left.
    Warning,
    /// The target was exceeded.
    Breached,
    /// The target seems exceeded, but what was said until then has not been read yet.
    Checking,
    /// It stands: no deadline runs.
    Paused,
    /// What it waited for came in time.
    Met,
    /// It ended without what it waited for, and within the target: the deal or the talk was closed.
    Ended,
}

impl TimerState {
    /// The state of a clock that runs and has so much left.
    pub(super) fn running(left_s: i64, warns_s: i64) -> Self {
        if left_s <= warns_s { Self::Warning } else { Self::Running }
    }
}

/// A clock as it was read at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timer {
    /// How it stands.
    pub state: TimerState,
    /// When it started.
    pub started: Moment,
    /// The deadline: an exact fill of a working window ends with the window. None while it stands, after it
    /// ended without an answer, or outside the compiled calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// The target in business seconds.
    pub target_s: i64,
    /// Business seconds left from which it warns.
    #[serde(default)]
    pub warns_s: i64,
    /// Business seconds for which it has run.
    pub elapsed_s: i64,
    /// Since when it does not run: it ended or stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Moment>,
    /// When what it waited for came: for a response clock, when somebody answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Moment>,
    /// Whether the source is read from time to time: then a breach is declared only by a later reading.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_read: bool,
}

impl Timer {
    /// The clock some time later, by the business time that has passed since it was judged. What lies
    /// outside the timetable leaves it as it was.
    #[must_use]
    pub fn later(self, timetable: &Timetable, judged: Moment, now: Moment) -> Self {
        let passed = if self.runs() { timetable.between(judged, now).unwrap_or(0) } else { 0 };
        if passed == 0 {
            return self;
        }
        let elapsed_s = self.elapsed_s + passed;
        let left_s = self.target_s - elapsed_s;
        let state = match self.state {
            TimerState::Breached | TimerState::Checking => self.state,
            _ if left_s >= 0 => TimerState::running(left_s, self.warns_s),
            _ if self.is_read => TimerState::Checking,
            _ => TimerState::Breached,
        };
        Self { elapsed_s, state, ..self }
    }

    /// Whether time changes it.
    #[must_use]
    pub const fn runs(&self) -> bool {
        self.stopped.is_none()
    }

    /// Business seconds left until the target; negative when it has passed.
    #[must_use]
    pub const fn left_s(&self) -> i64 {
        self.target_s - self.elapsed_s
    }
}

/// A timer with what a shell needs to name it and to let it tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NamedTimer {
    /// The target's name; none for the first response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What starts it.
    pub starts: Starts,
    /// The pipeline at its start.
    pub pipeline: u64,
    /// The responsible user at its start.
    pub responsible: u64,
    /// The working hours by which it runs, by their name; none for the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// The clock.
    pub timer: Timer,
}
