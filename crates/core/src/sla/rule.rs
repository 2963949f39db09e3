//! A target of one version of the policy, ready to be asked about signals.

use super::signal::{Signal, Where};
use crate::policy::{Starts, Stops, Target, Version};
use crate::timetable::Timetable;

/// A target; none stands for the first response, which every policy has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule<'r> {
    pub(super) target: Option<&'r Target>,
    pub(super) starts: Starts,
    pub(super) target_s: i64,
    /// The signals that start it, that begin it anew, and that stop it.
    start_on: u16,
    again_on: u16,
    stop_on: u16,
    /// Percent of the target left from which it warns.
    warns_percent: u8,
}

impl<'r> Rule<'r> {
    pub(super) fn of(version: &'r Version, target: Option<&'r Target>) -> Self {
        let first = &version.policy.first_response;
        let (span, percent) =
            target.map_or((first.target, first.warning_percent), |t| (t.target, t.warning_percent));
        let starts = target.map_or(Starts::LeadEntered, |target| target.starts);
        let stops = target.map_or_else(|| starts.stops(), Target::stops);
        let target_s = version.seconds(span);
        let (start_on, again_on) = starting(starts);
        let assignment =
            if target.is_some_and(|t| t.restarts_on_assignment) { Signal::Assigned.bit() } else { 0 };
        Self {
            target,
            starts,
            target_s,
            start_on,
            again_on: again_on | assignment,
            stop_on: stops.iter().fold(0, |bits, stop| bits | stopping(*stop).bit()),
            warns_percent: u8::try_from(percent).unwrap_or(100).min(100),
        }
    }

    /// Business seconds left from which it warns.
    pub(super) fn warns_s(&self) -> i64 {
        (self.target_s.saturating_mul(i64::from(self.warns_percent)) / 100).min(self.target_s)
    }

    pub(super) fn name(&self) -> Option<&'r str> {
        self.target.map(|target| target.name.as_str())
    }

    pub(super) fn hours(&self, version: &'r Version, place: Where) -> &'r Timetable {
        version.hours(self.calendar(), place.responsible, place.pipeline)
    }

    /// The name of the target's own working hours.
    pub(super) fn calendar(&self) -> Option<&'r str> {
        self.target.and_then(|target| target.calendar.as_deref())
    }

    /// The signals that may start it.
    pub(super) const fn wakes_on(&self) -> u16 {
        self.start_on
    }

    /// The signals that may end it or begin it anew once it runs.
    pub(super) const fn ends_on(&self) -> u16 {
        self.again_on | self.stop_on
    }

    /// Whether the entry and the creation of a deal, which happen once, are what it waits for.
    pub(super) const fn is_once(&self) -> bool {
        matches!(self.starts, Starts::LeadEntered | Starts::Created)
    }

    pub(super) fn starts_on(&self, signal: Signal, place: Where) -> bool {
        if self.start_on & signal.bit() == 0 {
            return false;
        }
        let known = self.starts != Starts::StageEntered || place.open_stage().is_some();
        let (pipelines, stages) =
            self.target.map_or((&[][..], &[][..]), |target| (&target.pipelines[..], &target.stages[..]));
        known
            && (pipelines.is_empty() || pipelines.contains(&place.pipeline))
            && (stages.is_empty() || place.open_stage().is_some_and(|stage| stages.contains(&stage)))
    }

    /// Whether a running clock that was started at `from` begins anew.
    pub(super) fn begins_anew_on(&self, signal: Signal, from: Where, place: Where) -> bool {
        self.again_on & signal.bit() != 0
            && match signal {
                Signal::Assigned => from.responsible != place.responsible,
                Signal::Moved => self.starts != Starts::StageEntered || from.stage != place.stage,
                _ => true,
            }
    }

    /// What stops a running clock that was started at `from`.
    pub(super) fn stops_on(&self, signal: Signal, from: Where, place: Where) -> Option<Stops> {
        if self.stop_on & signal.bit() == 0 {
            return None;
        }
        match signal {
            Signal::HumanSpoke => Some(Stops::Answer),
            Signal::TalkClosed => Some(Stops::TalkClosed),
            Signal::ClientSpoke => Some(Stops::ClientMessage),
            Signal::TaskDone => Some(Stops::TaskDone),
            Signal::Moved => (from.stage != place.stage).then_some(Stops::StageLeft),
            _ => None,
        }
    }

    pub(super) fn pauses_in(&self, place: Where) -> bool {
        let stage = place.open_stage();
        self.target.zip(stage).is_some_and(|(target, stage)| target.pauses.contains(&stage))
    }
}

/// The signals that start a clock, and those that begin a running one anew.
const fn starting(starts: Starts) -> (u16, u16) {
    let spoken = Signal::ClientSpoke.bit() | Signal::HumanSpoke.bit();
    match starts {
        Starts::LeadEntered => (Signal::Entered.bit(), 0),
        // The first unanswered message: later ones change nothing.
        Starts::ClientMessage => (Signal::ClientSpoke.bit(), 0),
        Starts::OurMessage => (Signal::HumanSpoke.bit(), Signal::HumanSpoke.bit()),
        Starts::StageEntered => (Signal::Created.bit() | Signal::Moved.bit(), Signal::Moved.bit()),
        Starts::Activity => {
            let active = spoken | Signal::Moved.bit();
            (active | Signal::Created.bit() | Signal::Entered.bit(), active)
        }
        Starts::Created => (Signal::Created.bit(), 0),
    }
}

const fn stopping(stops: Stops) -> Signal {
    match stops {
        Stops::Answer => Signal::HumanSpoke,
        Stops::TalkClosed => Signal::TalkClosed,
        Stops::ClientMessage => Signal::ClientSpoke,
        Stops::StageLeft => Signal::Moved,
        Stops::TaskDone => Signal::TaskDone,
    }
}
