//! One run of a clock, from its start to its end: stretches in which it runs, and between them it stands.

use super::rule::Rule;
use super::signal::{Signal, Where};
use super::timer::{Timer, TimerState};
use crate::policy::{Starts, Stops};
use crate::time::Moment;
use crate::timetable::Timetable;

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// What the policy says stops it.
    Stopped(Stops),
    /// What started it happened again: another run began.
    Restarted,
    /// Somebody else became responsible: a manager's clock ended, and the next one's began.
    Assigned,
    /// The deal was closed; when it is reopened, the run goes on.
    Closed,
}

/// One run of a clock. Moments are kept; business time is counted when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Run<'r> {
    pub(super) rule: Rule<'r>,
    hours: &'r Timetable,
    place: Where,
    started: Moment,
    /// Since when it runs, or stands.
    since: Moment,
    stands: bool,
    /// Business seconds of the stretches before.
    spent_s: i64,
    /// When the target was filled, if a stretch before filled it or the target is exceeded; else never, as with
    /// the two moments below.
    filled_at: Moment,
    exceeded_at: Moment,
    /// When this stretch exceeds the target: the moment itself, or one that is not later.
    exceeds_at: Moment,
    ended_at: Moment,
    end: End,
    exact: bool,
    /// Whether a part of it lies outside the compiled calendar: then there is no data.
    unknown: bool,
}

/// Later than everything.
pub(super) const NEVER: Moment = Moment(i64::MAX);

const fn known(at: Moment) -> Option<Moment> {
    if at.0 == NEVER.0 { None } else { Some(at) }
}

impl<'r> Run<'r> {
    /// The target's name; none for the first response.
    #[must_use]
    pub fn name(&self) -> Option<&'r str> {
        self.rule.name()
    }

    /// The name of the target's own working hours.
    pub(super) fn calendar(&self) -> Option<&'r str> {
        self.rule.calendar()
    }

    /// What starts it.
    #[must_use]
    pub const fn starts(&self) -> Starts {
        self.rule.starts
    }

    /// Where the deal was and whose it was when the run started.
    #[must_use]
    pub const fn place(&self) -> Where {
        self.place
    }

    /// When it started.
    #[must_use]
    pub const fn started(&self) -> Moment {
        self.started
    }

    /// The target in business seconds.
    #[must_use]
    pub const fn target_s(&self) -> i64 {
        self.rule.target_s
    }

    /// When and why it ended.
    #[must_use]
    pub const fn ended(&self) -> Option<(Moment, End)> {
        match known(self.ended_at) {
            Some(at) => Some((at, self.end)),
            None => None,
        }
    }

    /// The first moment beyond the target, once it has come.
    #[must_use]
    pub const fn exceeded_at(&self) -> Option<Moment> {
        known(self.exceeded_at)
    }

    /// When a run that goes on will be exceeded if nothing happens, or was. `None` while it stands and outside
    /// the compiled calendar.
    #[must_use]
    pub fn exceeds_at(&self) -> Option<Moment> {
        if self.exceeded_at != NEVER || self.stands || !self.is_live() || self.unknown {
            return self.exceeded_at();
        }
        self.reaches(self.rule.target_s + 1)
    }

    /// Business seconds that an ended run took. `None` outside the compiled calendar, and of a run that goes on.
    #[must_use]
    pub fn took_s(&self) -> Option<i64> {
        self.elapsed_s(known(self.ended_at)?)
    }

    #[inline]
    pub(super) fn start(
        rule: Rule<'r>,
        hours: &'r Timetable,
        at: Moment,
        place: Where,
        stands: bool,
    ) -> Self {
        Self {
            rule,
            hours,
            place,
            started: at,
            since: at,
            stands,
            spent_s: 0,
            filled_at: NEVER,
            exceeded_at: NEVER,
            exceeds_at: if stands { NEVER } else { at.plus(rule.target_s + 1) },
            ended_at: NEVER,
            end: End::Closed,
            exact: false,
            unknown: false,
        }
    }

    pub(super) const fn is_live(&self) -> bool {
        self.ended_at.0 == NEVER.0
    }

    /// When it exceeds its target if nothing happens, or some moment before that.
    pub(super) const fn exceeds_not_before(&self) -> Moment {
        self.exceeds_at
    }

    /// Whether it may be beyond its target, by what is known without counting business time.
    pub(super) fn may_be_exceeded(&self, now: Moment) -> bool {
        self.exceeded_at != NEVER || self.exceeds_at <= now
    }

    pub(super) fn stops_on(&self, signal: Signal, place: Where) -> Option<Stops> {
        self.rule.stops_on(signal, self.place, place)
    }

    pub(super) fn begins_anew_on(&self, signal: Signal, place: Where) -> bool {
        self.rule.begins_anew_on(signal, self.place, place)
    }

    pub(super) fn end(&mut self, at: Moment, end: End) {
        (self.ended_at, self.end) = (at, end);
        self.exceeds_at = NEVER;
    }

    /// What is told of a run at the closing of its deal, although it may go on.
    pub(super) fn closed(self, at: Moment) -> Self {
        Self { ended_at: at, end: End::Closed, ..self }
    }

    pub(super) fn stand(&mut self, at: Moment, stands: bool) {
        match (self.stands, stands) {
            (false, true) => self.pause(at),
            (true, false) => self.go_on(at),
            _ => {}
        }
    }

    fn pause(&mut self, at: Moment) {
        match self.hours.between(self.since, at) {
            Ok(passed) => {
                let spent_s = self.spent_s + passed;
                if spent_s >= self.rule.target_s {
                    self.filled_at = self.fills_at().unwrap_or(NEVER);
                }
                self.spent_s = spent_s;
            }
            Err(_) => self.unknown = true,
        }
        (self.stands, self.since, self.exceeds_at) = (true, at, NEVER);
    }

    fn go_on(&mut self, at: Moment) {
        (self.stands, self.since) = (false, at);
        if self.exceeded_at == NEVER {
            // Business time is never longer than time.
            self.exceeds_at = at.plus(self.rule.target_s + 1 - self.spent_s);
            self.exact = false;
        }
    }

    /// When the target is exceeded, if that is not later than a moment and has not been told.
    pub(super) fn exceeds_by(&mut self, until: Moment) -> Option<Moment> {
        if until >= self.exceeds_at && !self.exact {
            self.exceeds_at = self.reaches(self.rule.target_s + 1).unwrap_or(NEVER);
            self.exact = true;
        }
        (self.exceeds_at <= until && self.exceeds_at != NEVER).then_some(self.exceeds_at)
    }

    /// Time passes. Says when the target was exceeded, if it was since the last time.
    pub(super) fn pass(&mut self, until: Moment) -> Option<Moment> {
        self.exceeded_at = self.exceeds_by(until)?;
        self.exceeds_at = NEVER;
        known(self.exceeded_at)
    }

    /// Takes off business time that was spent on hold.
    pub(super) fn hold(&mut self, seconds: i64) {
        self.spent_s -= seconds;
        if self.spent_s <= self.rule.target_s {
            (self.filled_at, self.exceeded_at) = (NEVER, NEVER);
            if !self.stands {
                self.go_on(self.since);
            }
        }
    }

    /// The next moments at which its state changes by itself: it warns, it is exceeded.
    pub(super) fn changes(&self) -> [Option<Moment>; 2] {
        if self.stands || !self.is_live() || self.unknown || self.exceeded_at != NEVER {
            return [None, None];
        }
        let warns_after_s = self.rule.target_s - self.rule.warns_s();
        let warns_at = if self.spent_s < warns_after_s { self.reaches(warns_after_s) } else { None };
        [warns_at, self.exceeds_at()]
    }

    /// How it stands at a moment that is not before the last signal. `None` outside the compiled calendar.
    pub(super) fn timer(
        &self,
        now: Moment,
        closed: Option<Moment>,
        read_until: Option<Moment>,
    ) -> Option<Timer> {
        let closed = closed.filter(|at| self.started <= *at).map(|at| (at, End::Closed));
        let ended = self.ended().or(closed);
        let elapsed_s = self.elapsed_s(known(self.ended_at).unwrap_or(now))?;
        let left_s = self.rule.target_s - elapsed_s;
        let answered = ended.filter(|(_, end)| self.is_answer(*end)).map(|(at, _)| at);
        let exceeded_at = || self.exceeded_at().or_else(|| self.reaches(self.rule.target_s + 1));
        let state = match ended {
            _ if left_s < 0 && read_until.is_some_and(|read| exceeded_at().is_some_and(|at| read < at)) => {
                TimerState::Checking
            }
            _ if left_s < 0 => TimerState::Breached,
            Some(_) if answered.is_some() => TimerState::Met,
            Some(_) => TimerState::Ended,
            None if self.stands => TimerState::Paused,
            None => TimerState::running(left_s, self.rule.warns_s()),
        };
        let has_deadline = !self.stands && (ended.is_none() || answered.is_some());
        let stopped = ended.map(|(at, _)| at).or(self.stands.then_some(self.since));
        Some(Timer {
            state,
            started: self.started,
            due: if has_deadline { self.fills_at() } else { None },
            target_s: self.rule.target_s,
            warns_s: self.rule.warns_s(),
            elapsed_s,
            stopped,
            answered,
            is_read: read_until.is_some(),
        })
    }

    /// Whether that end is what the clock waited for.
    fn is_answer(&self, end: End) -> bool {
        match end {
            End::Stopped(stops) => stops != Stops::TalkClosed,
            End::Closed => self.rule.starts == Starts::Created,
            End::Restarted | End::Assigned => false,
        }
    }

    fn elapsed_s(&self, until: Moment) -> Option<i64> {
        if self.unknown {
            return None;
        }
        let stretch =
            if self.stands { 0 } else { self.hours.between(self.since, until.max(self.since)).ok()? };
        Some(self.spent_s + stretch)
    }

    fn fills_at(&self) -> Option<Moment> {
        known(self.filled_at).or_else(|| self.reaches(self.rule.target_s))
    }

    /// When the present stretch comes to that many business seconds.
    fn reaches(&self, seconds: i64) -> Option<Moment> {
        self.hours.add(self.since, seconds - self.spent_s).ok()
    }
}
