//! The clocks of a deal counted second by second, as slowly and as plainly as can be.

use std::collections::BTreeSet;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Starts, Stops, Target};
use takeroot_core::sla::{End, Signal, TimerState, Turn, Where};

/// A second of the story.
pub(crate) type Second = i64;

/// What is told, in terms that both tellers share: when, of which target, what, after how many seconds.
pub(crate) type Told = (Second, String, Turn, i64);

/// What a reading shows: state, deadline, elapsed, since when it does not run, when it was answered.
pub(crate) type Shown = (TimerState, Option<Second>, i64, Option<Second>, Option<Second>);

#[derive(Clone, Debug)]
pub(crate) struct Naive {
    name: String,
    run: Option<Run>,
    on_hold: bool,
    closed: Option<Second>,
    place: Where,
}

#[derive(Clone, Debug)]
struct Run {
    target: Target,
    target_s: i64,
    open: BTreeSet<Second>,
    from: Where,
    started: Second,
    counted: i64,
    filled_at: Option<Second>,
    exceeded_at: Option<Second>,
    stands_since: Option<Second>,
    ended: Option<(Second, End)>,
}

impl Naive {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), run: None, on_hold: false, closed: None, place: Where::default() }
    }

    /// The beginning of a second: whether the target was exceeded with the second before.
    pub(crate) fn begin(&mut self, now: Second, told: &mut Vec<Told>) {
        let Some(run) = &mut self.run else { return };
        if run.counted > run.target_s && run.exceeded_at.is_none() {
            run.exceeded_at = Some(now);
            told.push((now, self.name.clone(), Turn::Exceeded, run.counted));
        }
    }

    /// Something happens; `target` is the rule that holds, `open` says by whose hours it would start.
    pub(crate) fn take(
        &mut self,
        now: Second,
        signal: Signal,
        place: Where,
        target: Option<(&Target, i64)>,
        open: impl Fn(Where) -> BTreeSet<Second>,
        told: &mut Vec<Told>,
    ) {
        let was_closed = self.closed.is_some();
        self.place = place;
        match signal {
            Signal::Paused => self.on_hold = true,
            Signal::Resumed => self.on_hold = false,
            Signal::Closed if was_closed => return,
            Signal::Closed => (self.closed, self.on_hold) = (Some(now), false),
            Signal::Reopened => self.closed = None,
            _ => {}
        }
        let mut passes_on = false;
        if let Some(run) = self.run.as_mut().filter(|run| run.ended.is_none()) {
            let end = stops(&run.target, signal, run.from, place)
                .map(End::Stopped)
                .or_else(|| restarts(&run.target, signal, run.from, place));
            if let Some(end) = end {
                run.ended = Some((now, end));
                let is_worth = match end {
                    End::Restarted => run.exceeded_at.is_some(),
                    End::Assigned => run.started < now,
                    _ => true,
                };
                if is_worth && !was_closed {
                    told.push((now, self.name.clone(), Turn::Ended(end), run.counted));
                }
                passes_on = end == End::Assigned;
            } else if signal == Signal::Closed {
                told.push((now, self.name.clone(), Turn::Ended(End::Closed), run.counted));
            }
        }
        let lives = self.run.as_ref().is_some_and(|run| run.ended.is_none());
        if let Some((target, target_s)) = target.filter(|_| !lives) {
            let happens_once = matches!(target.starts, Starts::LeadEntered | Starts::Created);
            let again = self.run.is_none() || !happens_once;
            if passes_on || (again && starts(target, signal, place)) {
                self.run = Some(Run {
                    target: target.clone(),
                    target_s,
                    open: open(place),
                    from: place,
                    started: now,
                    counted: 0,
                    filled_at: None,
                    exceeded_at: None,
                    stands_since: None,
                    ended: None,
                });
            }
        }
        let stands = self.stands();
        if let Some(run) = self.run.as_mut().filter(|run| run.ended.is_none()) {
            run.stands_since = stands.then(|| run.stands_since.unwrap_or(now));
        }
    }

    /// The second goes by.
    pub(crate) fn pass(&mut self, now: Second) {
        let stands = self.stands();
        let Some(run) = self.run.as_mut().filter(|run| run.ended.is_none()) else { return };
        if !stands && run.open.contains(&now) {
            run.counted += 1;
            if run.counted == run.target_s {
                run.filled_at = Some(now + 1);
            }
        }
    }

    fn stands(&self) -> bool {
        let paused_by = |run: &Run| match self.place.stage {
            Some(Stage::Open(stage)) => run.target.pauses.contains(&stage),
            _ => false,
        };
        self.on_hold || self.closed.is_some() || self.run.as_ref().is_some_and(paused_by)
    }

    pub(crate) fn shown(&self, now: Second, read_until: Option<Second>) -> Option<Shown> {
        let run = self.run.as_ref()?;
        let closed = self.closed.filter(|at| run.started <= *at).map(|at| (at, End::Closed));
        let ended = run.ended.or(closed);
        let answered = match ended {
            Some((at, End::Stopped(stop))) if stop != Stops::TalkClosed => Some(at),
            Some((at, End::Closed)) if run.target.starts == Starts::Created => Some(at),
            _ => None,
        };
        let exceeded_at = run.exceeded_at.unwrap_or(now);
        let state = if run.counted > run.target_s {
            if read_until.is_some_and(|read| read < exceeded_at) {
                TimerState::Checking
            } else {
                TimerState::Breached
            }
        } else if answered.is_some() {
            TimerState::Met
        } else if ended.is_some() {
            TimerState::Ended
        } else if run.stands_since.is_some() {
            TimerState::Paused
        } else if (run.target_s - run.counted) * 100
            <= run.target_s * i64::from(run.target.warning_percent.min(100))
        {
            TimerState::Warning
        } else {
            TimerState::Running
        };
        let none = run.stands_since.is_some() || (ended.is_some() && answered.is_none());
        let until = run.ended.map_or(now, |(at, _)| at);
        let due = if none { None } else { run.filled_at.or_else(|| run.fills_after(until)) };
        Some((state, due, run.counted, ended.map(|(at, _)| at).or(run.stands_since), answered))
    }
}

impl Run {
    fn fills_after(&self, now: Second) -> Option<Second> {
        let left = usize::try_from(self.target_s - self.counted - 1).ok()?;
        self.open.range(now..).nth(left).map(|second| second + 1)
    }
}

fn starts(target: &Target, signal: Signal, place: Where) -> bool {
    let open_stage = match place.stage {
        Some(Stage::Open(stage)) => Some(stage),
        _ => None,
    };
    let fits = (target.pipelines.is_empty() || target.pipelines.contains(&place.pipeline))
        && (target.stages.is_empty() || open_stage.is_some_and(|stage| target.stages.contains(&stage)));
    fits && match (target.starts, signal) {
        (Starts::LeadEntered, Signal::Entered)
        | (Starts::ClientMessage, Signal::ClientSpoke)
        | (Starts::OurMessage, Signal::HumanSpoke)
        | (Starts::Created, Signal::Created) => true,
        (Starts::StageEntered, Signal::Created | Signal::Moved) => open_stage.is_some(),
        (Starts::Activity, Signal::Created | Signal::Entered | Signal::Moved) => true,
        (Starts::Activity, Signal::ClientSpoke | Signal::HumanSpoke) => true,
        _ => false,
    }
}

fn restarts(target: &Target, signal: Signal, from: Where, place: Where) -> Option<End> {
    match (target.starts, signal) {
        (_, Signal::Assigned) if target.restarts_on_assignment && from.responsible != place.responsible => {
            Some(End::Assigned)
        }
        (Starts::OurMessage, Signal::HumanSpoke) => Some(End::Restarted),
        (Starts::Activity, Signal::Moved | Signal::ClientSpoke | Signal::HumanSpoke) => Some(End::Restarted),
        (Starts::StageEntered, Signal::Moved) if from.stage != place.stage => Some(End::Restarted),
        _ => None,
    }
}

fn stops(target: &Target, signal: Signal, from: Where, place: Where) -> Option<Stops> {
    let implied: &[Stops] = match target.starts {
        Starts::LeadEntered => &[Stops::Answer],
        Starts::ClientMessage => &[Stops::Answer, Stops::TalkClosed],
        Starts::OurMessage => &[Stops::ClientMessage],
        Starts::StageEntered => &[Stops::StageLeft],
        Starts::Activity | Starts::Created => &[],
    };
    let own = if target.stops.is_empty() { implied } else { &target.stops };
    let stop = match signal {
        Signal::HumanSpoke => Stops::Answer,
        Signal::ClientSpoke => Stops::ClientMessage,
        Signal::TalkClosed => Stops::TalkClosed,
        Signal::TaskDone => Stops::TaskDone,
        Signal::Moved if from.stage != place.stage => Stops::StageLeft,
        _ => return None,
    };
    own.contains(&stop).then_some(stop)
}
