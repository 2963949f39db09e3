//! All clocks of one deal.

use super::rule::Rule;
use super::run::{End, NEVER, Run};
use super::signal::{Signal, Where};
use super::timer::{NamedTimer, Timer, TimerState};
use crate::policy::{Rules, Version};
use crate::time::Moment;

/// The clocks of one deal: the first response and the policy's other targets, in its order.
#[derive(Clone, Debug)]
pub struct Clocks<'r> {
    rules: &'r Rules,
    version: Option<&'r Version>,
    slots: Vec<Slot<'r>>,
    on_hold: bool,
    closed: Option<Moment>,
    /// No clock is exceeded before this moment.
    quiet_until: Moment,
    events: Vec<Event<'r>>,
}

/// Something that a figure may count.
#[derive(Clone, Copy, Debug)]
pub struct Event<'r> {
    /// When.
    pub at: Moment,
    /// What.
    pub turn: Turn,
    /// The run, as it was then.
    pub run: Run<'r>,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// This is the first business second beyond the target.
    Exceeded,
    /// It ended.
    Ended(End),
}

/// A clock that was read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'r> {
    /// The run: its target, and where it started.
    pub run: Run<'r>,
    /// How it stands.
    pub timer: Timer,
}

impl Reading<'_> {
    /// With what a shell needs, whose hours are those of a version that is not older than the clock's own.
    #[must_use]
    pub fn named(&self, version: &Version) -> NamedTimer {
        let Where { pipeline, responsible, .. } = self.run.place();
        NamedTimer {
            name: self.run.name().map(str::to_owned),
            starts: self.run.starts(),
            pipeline,
            responsible,
            hours: version.name_of_hours(self.run.calendar(), responsible, pipeline).map(str::to_owned),
            timer: self.timer,
        }
    }
}

impl<'r> Clocks<'r> {
    /// The clocks of a deal to which nothing has happened yet.
    #[must_use]
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            rules,
            version: None,
            slots: Vec::new(),
            on_hold: false,
            closed: None,
            quiet_until: NEVER,
            events: Vec::new(),
        }
    }

    /// Something happened; `place` is where the deal is after it. Signals come in the order of their moments,
    /// those of one moment in the order of the fold. Says which targets were exceeded since the last signal,
    /// and which runs ended. A run that begins anew within its target is not told, nor is anything that ends
    /// while the deal is closed.
    pub fn take(&mut self, at: Moment, signal: Signal, place: Where) -> &[Event<'r>] {
        self.pass(at);
        let was_closed = self.closed;
        match signal {
            Signal::Paused => self.on_hold = true,
            Signal::Resumed => self.on_hold = false,
            Signal::Closed if was_closed.is_some() => return &self.events,
            Signal::Closed => (self.closed, self.on_hold) = (Some(at), false),
            Signal::Reopened => self.closed = None,
            _ => {}
        }
        let stands = self.on_hold || self.closed.is_some();
        let version = self.follow(at);
        let is_observed = at >= self.rules.observed_from();
        let happened =
            Happened { version, at, signal, place, stands, is_closed: was_closed.is_some(), is_observed };
        for slot in self.slots.iter_mut().filter(|slot| slot.hears & signal.bit() != 0) {
            slot.take(&happened, &mut self.events);
            slot.listen();
            let exceeds_at = slot.run.as_ref().map_or(NEVER, Run::exceeds_not_before);
            self.quiet_until = self.quiet_until.min(exceeds_at);
        }
        &self.events
    }

    /// Time passes without a signal. Says which targets were exceeded since the last signal, up to and
    /// including this moment, in the order of time.
    pub fn pass(&mut self, until: Moment) -> &[Event<'r>] {
        self.events.clear();
        if until < self.quiet_until {
            return &self.events;
        }
        self.quiet_until = NEVER;
        for run in self.slots.iter_mut().filter_map(|slot| slot.run.as_mut()) {
            if let Some(at) = run.pass(until) {
                self.events.push(Event { at, turn: Turn::Exceeded, run: *run });
            }
            self.quiet_until = self.quiet_until.min(run.exceeds_not_before());
        }
        self.events.sort_by_key(|event| event.at);
        &self.events
    }

    /// Of the events that were told last, the one at an index.
    pub(crate) fn told(&self, index: usize) -> Option<Event<'r>> {
        self.events.get(index).copied()
    }

    /// When the next target is exceeded, if that is not later than a moment; it is told by [`Clocks::pass`].
    pub fn exceeds_by(&mut self, until: Moment) -> Option<Moment> {
        if until < self.quiet_until {
            return None;
        }
        self.slots
            .iter_mut()
            .filter_map(|slot| slot.run.as_mut())
            .filter_map(|run| run.exceeds_by(until))
            .min()
    }

    /// Whether the clock of the first response has started and not ended, be it that it stands.
    #[must_use]
    pub fn awaits_response(&self) -> bool {
        let own = self.slots.iter().find(|slot| slot.name.is_none());
        own.and_then(|slot| slot.run.as_ref()).is_some_and(Run::is_live)
    }

    /// When the next target is exceeded, if nothing happens.
    #[must_use]
    pub fn exceeds_next(&self) -> Option<Moment> {
        let runs = self.slots.iter().filter_map(|slot| slot.run.as_ref());
        runs.filter(|run| run.exceeded_at().is_none()).filter_map(Run::exceeds_at).min()
    }

    /// A source that tells no pauses says that so many business seconds until now were spent on hold: they are
    /// taken off every clock that has not ended.
    pub fn hold(&mut self, seconds: i64) {
        for run in self.slots.iter_mut().filter_map(|slot| slot.run.as_mut()).filter(|run| run.is_live()) {
            run.hold(seconds);
            self.quiet_until = self.quiet_until.min(run.exceeds_not_before());
        }
    }

    /// The clocks at a moment that is not before the last signal: of each target the run that goes on, or the
    /// last one. `read_until` is the moment up to which the source has been read (the first one that has not):
    /// a target exceeded later is not a breach yet. None where everything counts as it is received.
    pub fn timers(&self, now: Moment, read_until: Option<Moment>) -> impl Iterator<Item = Reading<'r>> {
        let runs = self.slots.iter().filter_map(|slot| slot.run.as_ref());
        runs.filter_map(move |run| {
            Some(Reading { run: *run, timer: run.timer(now, self.closed, read_until)? })
        })
    }

    /// Whether a clock other than that of the first response runs beyond its target, as [`Clocks::timers`] reads
    /// it.
    #[must_use]
    pub fn is_beyond(&self, now: Moment, read_until: Option<Moment>) -> bool {
        let others =
            self.slots.iter().filter(|slot| slot.name.is_some()).filter_map(|slot| slot.run.as_ref());
        let late = others.filter(|run| run.is_live() && run.may_be_exceeded(now));
        let mut timers = late.filter_map(|run| run.timer(now, self.closed, read_until));
        timers.any(|timer| timer.state == TimerState::Breached && timer.stopped.is_none())
    }

    /// The moments after this one at which a clock changes by itself, if nothing happens: it warns, it is
    /// exceeded.
    pub fn changes_after(&self, now: Moment) -> impl Iterator<Item = Moment> {
        let runs = self.slots.iter().filter_map(|slot| slot.run.as_ref());
        runs.flat_map(Run::changes).flatten().filter(move |at| *at > now)
    }

    /// The version that holds rules what starts from here on; what runs is judged by its own.
    fn follow(&mut self, at: Moment) -> &'r Version {
        let version = self.rules.at(at);
        if self.version.is_none_or(|known| !std::ptr::eq(known, version)) {
            self.version = Some(version);
            self.adopt(version);
        }
        version
    }

    fn adopt(&mut self, version: &'r Version) {
        self.slots.reserve(1 + version.policy.targets.len());
        self.slots.iter_mut().for_each(|slot| slot.rule = None);
        for target in std::iter::once(None).chain(version.policy.targets.iter().map(Some)) {
            let rule = Rule::of(version, target);
            match self.slots.iter_mut().find(|slot| slot.rule.is_none() && slot.name == rule.name()) {
                Some(slot) => slot.rule = Some(rule),
                None => self.slots.push(Slot { name: rule.name(), hears: 0, rule: Some(rule), run: None }),
            }
        }
        self.slots.iter_mut().for_each(Slot::listen);
    }
}

/// One target through all versions of the policy, by its name.
#[derive(Clone, Debug)]
struct Slot<'r> {
    name: Option<&'r str>,
    /// The signals that may change it.
    hears: u16,
    /// By the version that holds; none where that version has no such target.
    rule: Option<Rule<'r>>,
    /// The run that goes on, or the last one.
    run: Option<Run<'r>>,
}

#[derive(Debug)]
struct Happened<'r> {
    version: &'r Version,
    at: Moment,
    signal: Signal,
    place: Where,
    /// Whether the deal is on hold or closed after it.
    stands: bool,
    /// Whether it was closed before.
    is_closed: bool,
    /// Whether the account was observed then.
    is_observed: bool,
}

/// The signals after which a clock may stand or go on.
const TURNING: u16 = Signal::Moved.bit()
    | Signal::Paused.bit()
    | Signal::Resumed.bit()
    | Signal::Closed.bit()
    | Signal::Reopened.bit();

impl<'r> Slot<'r> {
    fn listen(&mut self) {
        let live = self.run.as_ref().filter(|run| run.is_live());
        let ends = live.map_or(0, |run| TURNING | run.rule.ends_on());
        self.hears = ends | self.rule.as_ref().map_or(0, Rule::wakes_on);
    }

    fn take(&mut self, happened: &Happened<'r>, events: &mut Vec<Event<'r>>) {
        let &Happened { version, at, signal, place, stands, is_closed, is_observed } = happened;
        let mut passes_on = false;
        if let Some(run) = self.run.as_mut().filter(|run| run.is_live()) {
            let end = match run.stops_on(signal, place) {
                Some(stops) => End::Stopped(stops),
                None if !run.begins_anew_on(signal, place) => return turn(run, happened, events),
                None if signal == Signal::Assigned => End::Assigned,
                None => End::Restarted,
            };
            // What begins anew in time is no news, and nothing that begins anew at its very start.
            let is_news = match end {
                End::Restarted => run.exceeded_at().is_some(),
                End::Assigned => run.started() < at,
                End::Stopped(_) | End::Closed => true,
            };
            run.end(at, end);
            if is_news && !is_closed {
                events.push(Event { at, turn: Turn::Ended(end), run: *run });
            }
            passes_on = end == End::Assigned;
        }
        let Some(rule) = self.rule.as_ref().filter(|_| is_observed) else { return };
        let is_over = rule.is_once() && self.run.is_some();
        if passes_on || (rule.starts_on(signal, place) && !is_over) {
            let hours = rule.hours(version, place);
            let stands = stands || rule.pauses_in(place);
            self.run = Some(Run::start(*rule, hours, at, place, stands));
        }
    }
}

fn turn<'r>(run: &mut Run<'r>, happened: &Happened<'r>, events: &mut Vec<Event<'r>>) {
    let &Happened { at, signal, place, stands, .. } = happened;
    if TURNING & signal.bit() == 0 {
        return;
    }
    run.stand(at, stands || run.rule.pauses_in(place));
    if signal == Signal::Closed {
        events.push(Event { at, turn: Turn::Ended(End::Closed), run: run.closed(at) });
    }
}
