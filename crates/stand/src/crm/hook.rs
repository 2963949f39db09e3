//! Subscriptions, and how their webhooks are delivered.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value as Json, json};

use crate::company::dice::Dice;
use crate::company::entities::{About, What};

use super::answer::Refusal;
use super::fault::Switches;

/// Subscriptions of one account.
const SUBSCRIPTIONS_MAX: usize = 100;
/// Failures within [`FAILURES_S`] beyond which a subscription is switched off when the last delivery failed too.
const FAILURES_MAX: usize = 100;
const FAILURES_S: i64 = 2 * 3600;
/// Seconds between a failed attempt and the next one.
const RETRIES_S: [i64; 4] = [300, 900, 900, 3600];

/// Names that a subscription may have in its settings.
pub const SETTINGS: &[&str] = &[
    "add_lead",
    "update_lead",
    "delete_lead",
    "restore_lead",
    "status_lead",
    "responsible_lead",
    "note_lead",
    "add_contact",
    "update_contact",
    "delete_contact",
    "restore_contact",
    "responsible_contact",
    "note_contact",
    "add_company",
    "update_company",
    "delete_company",
    "restore_company",
    "responsible_company",
    "note_company",
    "add_customer",
    "update_customer",
    "delete_customer",
    "add_task",
    "update_task",
    "delete_task",
    "responsible_task",
    "add_talk",
    "update_talk",
    "add_message",
    "add_outgoing_message",
    "add_chat_template_review",
    "add_unsorted",
    "update_unsorted",
    "delete_unsorted",
];

/// A webhook that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The same for all attempts; the CRM itself does not tell it to anybody.
    pub id: u64,
    /// The subscription's address.
    pub destination: String,
    /// `application/x-www-form-urlencoded`
    pub body: String,
    /// 1 at first, at most 5.
    pub attempt: u8,
}

/// What goes wrong on the way of webhooks, in per mille of them. The default is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mishaps {
    /// Never sent.
    pub lost: i64,
    /// Sent once more, up to five minutes later.
    pub doubled: i64,
    /// Sent later, by up to `delay_s_max`.
    pub delayed: i64,
    /// Seconds of the longest delay.
    pub delay_s_max: i64,
    /// Sent so much later, up to a minute and a half, that others overtake it.
    pub reordered: i64,
    /// Webhooks of requests are not lost: one that comes and goes between two readings nothing else tells.
    pub keeps_requests: bool,
}

#[derive(Debug, Clone)]
struct Subscription {
    id: u64,
    destination: String,
    settings: Vec<String>,
    created_at: i64,
    updated_at: i64,
    created_by: u64,
    disabled: bool,
    failures: VecDeque<i64>,
}

/// An attempt: to whom, of which happening, and which one it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    pub(super) id: u64,
    subscription: u64,
    pub(super) happening: usize,
    pub(super) number: u8,
}

/// Who is told, and what is still to be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Hooks {
    seed: u64,
    pub(super) mishaps: Mishaps,
    subscriptions: Vec<Subscription>,
    subscribed: u64,
    /// By the moment at which they are due, and their own number.
    waiting: BTreeMap<(i64, u64), Attempt>,
    /// Sent, and not yet answered.
    sent: BTreeMap<u64, Attempt>,
    made: u64,
}

/// The setting under which a happening is subscribed.
pub(super) fn setting(what: &What) -> &'static str {
    match what {
        What::LeadAdded(_) => "add_lead",
        What::LeadUpdated(..) => "update_lead",
        What::LeadMoved(..) => "status_lead",
        What::LeadReassigned(..) => "responsible_lead",
        What::LeadDeleted(_) => "delete_lead",
        What::LeadRestored(_) => "restore_lead",
        What::ContactAdded(contact) if contact.is_company => "add_company",
        What::ContactAdded(_) => "add_contact",
        What::ContactUpdated(contact) if contact.is_company => "update_company",
        What::ContactUpdated(_) => "update_contact",
        What::TaskAdded(_) => "add_task",
        What::TaskUpdated(_) => "update_task",
        What::TaskReassigned(..) => "responsible_task",
        What::TaskDeleted(_) => "delete_task",
        What::Noted(note) => match note.about {
            About::Lead(_) => "note_lead",
            About::Contact(_) => "note_contact",
        },
        What::UnsortedAdded(_) => "add_unsorted",
        What::UnsortedAccepted(_) | What::UnsortedDeclined(_) => "delete_unsorted",
        What::MessageReceived(_) => "add_message",
        What::MessageSent(_) => "add_outgoing_message",
        What::TalkOpened(_) => "add_talk",
        What::TalkClosed(_) => "update_talk",
    }
}

impl Hooks {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed: seed ^ 0x686f_6f6b, ..Self::default() }
    }

    /// Files a happening for everybody who has subscribed to it.
    pub(super) fn file(&mut self, happening: usize, at: i64, what: &What) {
        let setting = setting(what);
        let is_request = setting.ends_with("_unsorted");
        let wants = |s: &&Subscription| !s.disabled && s.settings.iter().any(|own| own == setting);
        let whom: Vec<u64> = self.subscriptions.iter().filter(wants).map(|s| s.id).collect();
        for subscription in whom {
            for due in self.moments(happening, subscription, at, is_request) {
                self.made += 1;
                let attempt = Attempt { id: self.made, subscription, happening, number: 1 };
                self.waiting.insert((due, attempt.id), attempt);
            }
        }
    }

    /// When a happening is sent to a subscription: mostly a second later, sometimes late, twice or never.
    fn moments(&self, happening: usize, subscription: u64, at: i64, is_request: bool) -> Vec<i64> {
        let Mishaps { lost, doubled, delayed, delay_s_max, reordered, keeps_requests } = self.mishaps;
        let number = (happening as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut dice = Dice::new(self.seed ^ number ^ subscription.wrapping_mul(0xff51_afd7_ed55_8ccd));
        if dice.chance(lost) && !(keeps_requests && is_request) {
            return Vec::new();
        }
        let mut due = at + 1;
        if dice.chance(delayed) {
            due += dice.between(1, delay_s_max.max(1));
        }
        if dice.chance(reordered) {
            due += dice.between(2, 90);
        }
        if dice.chance(doubled) { vec![due, due + dice.between(1, 300)] } else { vec![due] }
    }

    /// What is due, the earliest first; it is not due again before it is answered.
    pub(super) fn due(&mut self, now: i64) -> Vec<(Attempt, String)> {
        let later = self.waiting.split_off(&(now + 1, 0));
        let due = std::mem::replace(&mut self.waiting, later);
        let sent = due.into_values().filter_map(|attempt| {
            let to = self.subscriptions.iter().find(|s| s.id == attempt.subscription && !s.disabled)?;
            self.sent.insert(attempt.id, attempt);
            Some((attempt, to.destination.clone()))
        });
        sent.collect()
    }

    pub(super) fn next_due(&self) -> Option<i64> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }

    /// What came of an attempt: a status, or no answer in time.
    pub(super) fn delivered(&mut self, id: u64, outcome: Option<u16>, now: i64) {
        let Some(attempt) = self.sent.remove(&id) else { return };
        let to = self.subscriptions.iter_mut().find(|s| s.id == attempt.subscription);
        let Some(to) = to.filter(|_| !matches!(outcome, Some(100..=299))) else { return };
        to.failures.push_back(now);
        while to.failures.front().is_some_and(|at| *at <= now - FAILURES_S) {
            to.failures.pop_front();
        }
        if to.failures.len() > FAILURES_MAX {
            to.disabled = true;
            self.waiting.retain(|_, waiting| waiting.subscription != attempt.subscription);
            return;
        }
        let attempts = if matches!(outcome, None | Some(499 | 500..)) { 5 } else { 3 };
        let pause = RETRIES_S.get(usize::from(attempt.number) - 1).filter(|_| attempt.number < attempts);
        if let Some(pause) = pause {
            self.waiting.insert((now + pause, id), Attempt { number: attempt.number + 1, ..attempt });
        }
    }

    /// What an admin does by hand to a subscription that was switched off.
    pub(super) fn destinations(&self) -> impl Iterator<Item = &str> {
        self.subscriptions.iter().map(|subscription| subscription.destination.as_str())
    }

    pub(super) fn enable(&mut self, destination: &str, is_on: bool) {
        for known in self.subscriptions.iter_mut().filter(|known| known.destination == destination) {
            known.disabled = !is_on;
            known.failures.clear();
        }
    }

    pub(super) fn list(&self, account: u64, destination: Option<&str>) -> Vec<Json> {
        let wanted = |s: &&Subscription| destination.is_none_or(|wanted| s.destination == wanted);
        self.subscriptions.iter().filter(wanted).map(|s| s.shown(account)).collect()
    }

    pub(super) fn subscribe(
        &mut self,
        body: &[u8],
        switches: &Switches,
        (account, user): (u64, u64),
        now: i64,
    ) -> Result<Json, Refusal> {
        if !switches.has_webhooks {
            return Err(Refusal::new(403, "webhooks are not in the account's tariff"));
        }
        let (destination, settings) = subscribing(body, &switches.refused_settings)?;
        let known = self.subscriptions.iter().position(|known| known.destination == destination);
        if known.is_none() && self.subscriptions.len() >= SUBSCRIPTIONS_MAX {
            return Err(Refusal::new(400, "the account has as many webhooks as it may have"));
        }
        let mut subscription = match known {
            Some(at) => self.subscriptions.remove(at),
            None => {
                self.subscribed += 1;
                Subscription {
                    id: 940_000 + self.subscribed,
                    destination,
                    settings: Vec::new(),
                    created_at: now,
                    updated_at: now,
                    created_by: user,
                    disabled: false,
                    failures: VecDeque::new(),
                }
            }
        };
        if !switches.merges_settings {
            subscription.settings.clear();
        }
        subscription.settings.extend(settings);
        subscription.settings.sort_unstable();
        subscription.settings.dedup();
        subscription.updated_at = now;
        let shown = subscription.shown(account);
        self.subscriptions.push(subscription);
        self.subscriptions.sort_by_key(|known| known.id);
        Ok(shown)
    }

    pub(super) fn unsubscribe(&mut self, body: &[u8]) -> Result<(), Refusal> {
        let asked: Json = serde_json::from_slice(body).map_err(|_| Refusal::new(400, "no JSON"))?;
        let destination = asked.get("destination").and_then(Json::as_str).unwrap_or_default();
        let known = self.subscriptions.iter().position(|known| known.destination == destination);
        let known = known.ok_or(Refusal::new(404, "no webhook has this destination"))?;
        let gone = self.subscriptions.remove(known);
        self.waiting.retain(|_, waiting| waiting.subscription != gone.id);
        Ok(())
    }
}

impl Subscription {
    fn shown(&self, account: u64) -> Json {
        json!({
            "id": self.id,
            "destination": self.destination,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "account_id": account,
            "created_by": self.created_by,
            "sort": self.id - 940_000,
            "disabled": self.disabled,
            "settings": self.settings,
        })
    }
}

/// Destination and settings of `{destination, settings[]}`; each setting that is not taken is named.
fn subscribing(body: &[u8], refused: &[String]) -> Result<(String, Vec<String>), Refusal> {
    let asked: Json = serde_json::from_slice(body).map_err(|_| Refusal::new(400, "no JSON"))?;
    let destination = asked.get("destination").and_then(Json::as_str).unwrap_or_default();
    if !destination.starts_with("https://") && !destination.starts_with("http://") {
        let wrong = ("destination".to_owned(), "This value is not a valid URL.".to_owned());
        return Err(Refusal::invalid(vec![wrong]));
    }
    let settings = asked.get("settings").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let named: Vec<&str> = settings.iter().map(|name| name.as_str().unwrap_or_default()).collect();
    let is_taken = |name: &str| SETTINGS.contains(&name) && refused.iter().all(|known| known != name);
    let wrong: Vec<(String, String)> = (0..)
        .zip(&named)
        .filter(|(_, name)| !is_taken(name))
        .map(|(at, name): (usize, &&str)| (format!("settings.{at}"), format!("{name} is no valid choice")))
        .collect();
    if named.is_empty() || !wrong.is_empty() {
        let none = || vec![("settings".to_owned(), "This value should not be blank.".to_owned())];
        return Err(Refusal::invalid(if wrong.is_empty() { none() } else { wrong }));
    }
    Ok((destination.to_owned(), named.into_iter().map(str::to_owned).collect()))
}
