//! A lead and its first response (D2, D11): entered, answered, breached, missed, contacted.

use super::walk::{UNKNOWN, Walk};
use crate::contribution::{Count, Measure, Place, Took};
use crate::fact::{Actor, Way};
use crate::policy::{Starts, Stops};
use crate::sla::{End, Event, Run, Signal, Turn};
use crate::time::Moment;

/// A lead under observation and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lead {
    pub(super) entered: Moment,
    /// The first second beyond the target, once it has come.
    pub(super) breached: Option<Moment>,
    /// The first second after one business day.
    missed_at: Option<Moment>,
    /// When somebody answered.
    pub(super) answered: Option<Moment>,
    /// When a person said to have answered elsewhere.
    pub(super) claimed: Option<Moment>,
    /// When it was closed unanswered.
    pub(super) ended: Option<Moment>,
    /// What that counted, as long as it can be taken back.
    closing: Option<Closing>,
    /// When it was assigned to whom it belongs, or was opened again.
    assigned: Moment,
    contacted: bool,
    off_hours: bool,
    /// Whether it fell to somebody who was away: it counts to the team.
    orphan: bool,
}

/// What the closing of an unanswered lead counted, and where.
#[derive(Clone, Copy, Debug)]
struct Closing {
    place: Place,
    measured: bool,
    spam: bool,
    missed: bool,
}

impl Lead {
    pub(super) fn waits(&self) -> bool {
        self.answered.is_none() && self.claimed.is_none() && self.ended.is_none()
    }

    pub(super) fn missed(&self) -> Option<Moment> {
        self.missed_at.filter(|_| self.waits())
    }
}

impl Walk<'_> {
    pub(super) fn lead_of(&self, entered: Option<Moment>) -> Option<Lead> {
        let observed = |at: &Moment| *at >= self.rules().observed_from();
        let entered = entered.filter(observed).filter(|_| self.deal.origin.is_lead())?;
        if !self.terms.coverage.tells_of_answers() {
            return None;
        }
        let version = self.version(entered);
        let missed = version.seconds(version.policy.thresholds.missed);
        let absent = version.person(self.deal.responsible);
        let absent = absent.is_some_and(|person| person.is_absent(version.zone.day_of(entered)));
        Some(Lead {
            entered,
            breached: None,
            missed_at: version.timetable.add(entered, missed + 1).ok(),
            answered: None,
            claimed: None,
            ended: None,
            closing: None,
            assigned: entered,
            contacted: false,
            off_hours: self.is_off_hours(entered),
            orphan: absent,
        })
    }

    /// A lead that waits for a whole business day is missed.
    pub(super) fn pass_lead(&mut self, at: Moment) {
        let missed = self.lead.is_some_and(|lead| lead.missed() == Some(at));
        if missed && self.is_declared(at) {
            self.count_lead(at, Measure::Count(Count::Missed), 1);
        }
    }

    /// Whether silence up to a moment is known to be silence; if not, a reading will tell.
    fn is_declared(&mut self, at: Moment) -> bool {
        let silent = self.terms.coverage.is_silent_until(at);
        if !silent {
            self.undeclared = self.undeclared.or(Some(at));
        }
        silent
    }

    /// A clock was exceeded, or ended.
    pub(super) fn turn(&mut self, event: Event<'_>) {
        let Event { at, turn, run } = event;
        match (run.name(), turn) {
            (None, Turn::Exceeded) => self.breached(at),
            (None, Turn::Ended(End::Stopped(Stops::Answer))) => self.answered(at, run),
            (None, Turn::Ended(_)) => {}
            (Some(_), Turn::Exceeded) if self.is_declared(at) => {
                let reply = run.starts() == Starts::ClientMessage;
                self.count(at, if reply { Count::ReplyBreached } else { Count::Exceeded }, 1);
            }
            (Some(_), Turn::Exceeded) => {}
            (Some(_), Turn::Ended(end)) => self.ended(at, run, end),
        }
    }

    fn breached(&mut self, at: Moment) {
        let Some(lead) = self.lead.filter(Lead::waits) else { return };
        self.lead = Some(Lead { breached: Some(at), ..lead });
        if self.is_declared(at) {
            self.count_response(at, Count::Breached, Count::OffBreached);
        }
    }

    /// A run of one of the other clocks came to its end.
    fn ended(&mut self, at: Moment, run: Run<'_>, end: End) {
        let (End::Stopped(stops), Some(took_s)) = (end, run.took_s()) else { return };
        let kept = took_s <= run.target_s();
        match (run.starts(), stops) {
            (Starts::ClientMessage, Stops::Answer) => {
                self.count(at, Count::ReplyInTime, i64::from(kept));
                let place = self.place(at);
                self.took(at, place, Took::Reply, took_s, 1);
            }
            (Starts::ClientMessage, _) => {}
            _ => self.count(at, Count::Kept, i64::from(kept)),
        }
    }

    pub(super) fn said(&mut self, at: Moment, by: Actor, way: Way, talked_s: Option<u32>) {
        self.touch(at);
        self.path.spoke(at, false);
        if self.is_human(by, at) {
            self.signal(at, Signal::HumanSpoke);
        }
        let contact_s = self.version(at).policy.thresholds.contact_talk_s;
        if way == Way::Call && talked_s.is_some_and(|s| s >= contact_s) && self.is_human(by, at) {
            self.contact(at);
        }
    }

    pub(super) fn heard(&mut self, at: Moment, answered_by: Option<Actor>) {
        self.touch(at);
        self.path.spoke(at, true);
        let answered_before = self.lead.is_some_and(|lead| lead.answered.is_some_and(|then| then < at));
        let taken = answered_by.is_some_and(|by| self.is_human(by, at));
        self.signal(at, Signal::ClientSpoke);
        if taken {
            self.signal(at, Signal::HumanSpoke);
        }
        if answered_before || taken {
            self.contact(at);
        }
    }

    fn is_human(&self, by: Actor, at: Moment) -> bool {
        matches!(by, Actor::User(user) if self.is_person(user, at))
    }

    fn answered(&mut self, at: Moment, run: Run<'_>) {
        let Some(lead) = self.lead.filter(Lead::waits) else { return };
        self.lead = Some(Lead { answered: Some(at), ..lead });
        let Some(elapsed_s) = run.took_s() else { return };
        if elapsed_s <= run.target_s() {
            self.count_response(at, Count::InTime, Count::OffInTime);
        }
        let place = self.lead_place(at);
        self.took(at, place, Took::Response, elapsed_s, 1);
        self.took(at, place, Took::ResponseClock, at.since(lead.entered), 1);
        if lead.off_hours {
            self.took(at, place, Took::OffResponse, at.since(lead.entered), 1);
        }
        let hours = self.version(lead.assigned).hours(None, self.deal.responsible, self.deal.pipeline);
        if let Ok(own_s) = hours.between(lead.assigned, at) {
            self.took(at, place, Took::ManagerResponse, own_s, 1);
        }
    }

    pub(super) fn claimed(&mut self, at: Moment, by: Actor) {
        let Some(lead) = self.lead.filter(|lead| lead.waits() && lead.entered <= at) else { return };
        if self.is_human(by, at) {
            self.lead = Some(Lead { claimed: Some(at), ..lead });
            self.count_lead(at, Measure::Count(Count::Claimed), 1);
            // The clock stops; it does not count as an answer.
            self.signal(at, Signal::HumanSpoke);
        }
    }

    fn contact(&mut self, at: Moment) {
        let Some(lead) = self.lead.filter(|lead| !lead.contacted && lead.entered <= at) else { return };
        self.lead = Some(Lead { contacted: true, ..lead });
        self.count_lead(at, Measure::Count(Count::Contacted), 1);
        let place = self.lead_place(at);
        self.took(at, place, Took::Contact, at.since(lead.entered), 1);
    }

    /// A lead that changes hands: the client's clock runs on, the manager's begins anew.
    pub(super) fn assigned(&mut self, at: Moment) {
        if let Some(lead) = self.lead.filter(Lead::waits) {
            let at = at.max(lead.entered);
            self.lead = Some(Lead { assigned: at, orphan: false, ..lead });
        }
    }

    /// Ends the clock of a lead that nobody can answer any more.
    pub(super) fn end_lead(&mut self, at: Moment) {
        let waiting = self.lead.filter(|lead| lead.waits() && lead.entered <= at);
        let Some(lead) = waiting.filter(|_| self.deal.is_over()) else { return };
        self.lead = Some(Lead { ended: Some(at), ..lead });
        if self.deal.merged {
            return;
        }
        let place = self.lead_place(at);
        let spam = self
            .deal
            .loss_reason
            .is_some_and(|reason| reason != 0 && self.version(at).policy.meaning.spam.contains(&reason));
        let missed = !spam && lead.missed_at.is_none_or(|missed_at| at < missed_at);
        let closing = Closing { place, measured: self.measures(at, place), spam, missed };
        self.lead = Some(Lead { ended: Some(at), closing: Some(closing), ..lead });
        self.count_closing(at, closing, 1);
    }

    /// A lead that is open again waits again, as its clock goes on, and its closing is taken back. One that was
    /// answered while it was closed stays closed before any answer.
    pub(super) fn reopen_lead(&mut self, at: Moment) {
        let Some(lead) = self.lead.filter(|_| self.clocks.awaits_response()) else { return };
        let (Some(closing), Some(ended)) = (lead.closing, lead.ended) else { return };
        self.lead = Some(Lead { ended: None, closing: None, assigned: at, ..lead });
        self.quiet_until = UNKNOWN;
        self.count_closing(at, closing, -1);
        let passed = lead.missed_at.filter(|missed_at| ended < *missed_at && *missed_at <= at);
        if passed.is_some_and(|missed_at| self.is_declared(missed_at)) {
            self.count_lead(at, Measure::Count(Count::Missed), 1);
        }
    }

    /// What was counted is taken back whatever is measured by then.
    fn count_closing(&mut self, at: Moment, closing: Closing, n: i64) {
        let Closing { place, measured, spam, missed } = closing;
        let counts = [(Count::Unanswered, true), (Count::Spam, spam), (Count::Missed, missed)];
        for (count, _) in counts.into_iter().filter(|(_, counted)| measured && *counted) {
            self.put((self.day(at), place, Measure::Count(count), n));
        }
    }

    fn count_response(&mut self, at: Moment, count: Count, off_hours: Count) {
        self.count_lead(at, Measure::Count(count), 1);
        if self.lead.is_some_and(|lead| lead.off_hours) {
            self.count_lead(at, Measure::Count(off_hours), 1);
        }
    }

    fn count_lead(&mut self, at: Moment, measure: Measure, n: i64) {
        self.count_at(at, self.lead_place(at), measure, n);
    }

    fn lead_place(&self, at: Moment) -> Place {
        let place = self.place(at);
        let orphan = self.lead.is_some_and(|lead| lead.orphan);
        if orphan { Place { manager: 0, ..place } } else { place }
    }
}
