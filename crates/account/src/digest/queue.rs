//! What is to be made and sent now, and what becomes of it.

use super::{Sending, Target};
use crate::account::Account;
use crate::crm::CrmAnswer;
use crate::failure::{Answer, Failure};
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use takeroot_core::acceptance::Period;
use takeroot_core::digest::{Digest, Kind, Unsent, Urgent};
use takeroot_core::doctor::Ailment;
use takeroot_core::fact::Subject;
use takeroot_core::time::{Day, Moment};

/// The first pause after a failed try; each one more doubles it.
const PAUSE_MS: i64 = 15_000;
/// No pause is longer, unless whoever is told asks for it.
const PAUSE_MAX_MS: i64 = 3_600_000;
/// After so many tries, about two hours, it is given up.
const TRIES_MAX: u32 = 10;
/// An answer that is not there by then will not come: the edge waits less.
const ANSWER_MS: i64 = 30_000;
/// What cannot be made yet is tried again after this time.
const LATER_MS: i64 = 60_000;
/// Digests are kept for so many days: longer than a quarter, so that the next one knows the one before.
const KEPT_DAYS: i32 = 200;
/// Standings that are looked through together.
const PAGE: i64 = 500;
/// Tests in an hour: they are no way to flood somebody.
const TESTS_MAX: i64 = 10;
const HOUR_S: i64 = 3600;

/// A digest that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestDue {
    target: u32,
    /// The day on which it is sent.
    day: Day,
    /// How often it comes.
    pub kind: Kind,
    /// The days that it is of.
    pub period: Period,
    /// The language: `ru` or `en`.
    pub lang: String,
    /// The digest of this kind that they got before.
    pub before: Option<Digest>,
}

/// The last digest of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DigestLast {
    /// How often it comes.
    pub kind: Kind,
    /// The days that it is of.
    pub period: Period,
    /// When it was made.
    pub made_at: Moment,
    /// How often it was sent.
    pub tries: u32,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_at: Option<Moment>,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Unsent>,
    /// When it is sent again; none where it arrived or was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Moment>,
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DigestTested {
    /// Whether it was taken.
    pub taken: bool,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Unsent>,
}

/// A digest as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) target: u32,
    pub(crate) kind: Kind,
    pub(crate) day: Day,
    pub(crate) said: Digest,
    pub(crate) state: State,
    /// In milliseconds.
    pub(crate) next_at_ms: Option<i64>,
}

/// How far it has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) made_at: Moment,
    pub(crate) tries: u32,
    pub(crate) arrived_at: Option<Moment>,
    pub(crate) trouble: Option<Unsent>,
}

impl Sent {
    pub(super) fn last(&self) -> DigestLast {
        let State { made_at, tries, arrived_at, trouble } = self.state.clone();
        let next_at = self.next_at_ms.map(|at| Moment(at / 1000));
        DigestLast {
            kind: self.kind,
            period: self.said.period(),
            made_at,
            tries,
            arrived_at,
            trouble,
            next_at,
        }
    }

    /// Whether it was given up.
    fn is_given_up(&self) -> bool {
        self.next_at_ms.is_none() && self.state.arrived_at.is_none()
    }
}

/// What an answer means.
enum Heard {
    Taken,
    /// To be sent again, at the earliest after so many milliseconds.
    Later(Unsent, i64),
    Refused(Unsent),
}

impl Account {
    /// A digest that is to be made now: its hour has come, its days are over and published, and none was made yet.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn digest_due(&self, now_ms: i64) -> Answer<Option<DigestDue>> {
        if self.is_suspended() || self.digests_wait_until_ms.get() > now_ms {
            return Ok(None);
        }
        let now = Moment(now_ms / 1000);
        for target in self.store.targets()?.into_iter().filter(|(_, ready)| *ready).map(|(target, _)| target)
        {
            for kind in &target.kinds {
                if let Some(due) = self.due(&target, *kind, now)? {
                    return Ok(Some(due));
                }
            }
        }
        Ok(None)
    }

    /// What cannot be made yet, because its documents are on their way, is tried again a little later.
    pub fn digests_later(&self, now_ms: i64) {
        self.digests_wait_until_ms.set(now_ms + LATER_MS);
    }

    /// Keeps a digest, to be sent from now on. What was made before stays.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn digest_made(&self, due: &DigestDue, said: Digest, now_ms: i64) -> Answer<()> {
        let DigestDue { target, day, kind, .. } = *due;
        let state = State { made_at: Moment(now_ms / 1000), ..State::default() };
        self.store.transaction(|| {
            // Whoever was removed meanwhile is told nothing.
            if self.store.sent(target, kind, day)?.is_none() && self.target(target).is_ok() {
                self.store.keep_sent(&Sent { target, kind, day, said, state, next_at_ms: Some(now_ms) })?;
                self.store.forget_sent(day.plus(-KEPT_DAYS))?;
            }
            Ok(())
        })
    }

    /// A digest that is to be sent now. That it is sent is stored before: whatever dies in between sends it again, under
    /// the same id.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn digest_to_send(&self, vault: &Vault, now_ms: i64) -> Answer<Option<Sending>> {
        while let Some(mut sent) = self.store.to_send(now_ms)?.filter(|_| !self.is_suspended()) {
            if self.rules.day_of(Moment(now_ms / 1000)) != sent.day || sent.state.tries >= TRIES_MAX {
                let trouble = sent.state.trouble.unwrap_or(Unsent::Silent);
                self.given_up(&mut sent, trouble, Moment(now_ms / 1000))?;
                continue;
            }
            let Some(sealed) = self.sealed(sent.target, vault)? else { return Ok(None) };
            sent.state.tries += 1;
            sent.next_at_ms = Some(now_ms + ANSWER_MS + pause_ms(sent.state.tries));
            self.store.keep_sent(&sent)?;
            let Sent { target, kind, day, said: digest, .. } = sent;
            let id = format!("{}-{target}-{}-{day}", self.record.account, kind.name());
            let lang = self.target(target)?.lang;
            return Ok(Some(Sending { target, kind, day, id, digest, lang, is_test: false, sealed }));
        }
        Ok(None)
    }

    /// Takes the answer to what was sent.
    ///
    /// # Errors
    /// A fault of the storage: it is sent again.
    pub fn digest_answered(&self, sending: &Sending, answer: &CrmAnswer, now_ms: i64) -> Answer<()> {
        let now = Moment(now_ms / 1000);
        let Some(mut sent) = self.store.sent(sending.target, sending.kind, sending.day)? else {
            return Ok(());
        };
        match heard(answer) {
            Heard::Taken => {
                (sent.state.arrived_at, sent.state.trouble, sent.next_at_ms) = (Some(now), None, None);
                self.ended(&sent, "digest", now)
            }
            Heard::Refused(trouble) => self.given_up(&mut sent, trouble, now),
            Heard::Later(trouble, wait_ms) => {
                let next_at_ms = now_ms + wait_ms.max(pause_ms(sent.state.tries));
                let is_over = self.rules.day_of(Moment(next_at_ms / 1000)) != sent.day;
                if is_over || sent.state.tries >= TRIES_MAX {
                    return self.given_up(&mut sent, trouble, now);
                }
                (sent.state.trouble, sent.next_at_ms) = (Some(trouble), Some(next_at_ms));
                self.store.keep_sent(&sent)
            }
        }
    }

    /// A digest that somebody asks for, to see whether it arrives: of the last days that one could be of.
    ///
    /// # Errors
    /// A rejection with 404 of a number that nobody has, with 409 where nothing is published yet, with 429 of too many.
    pub fn digest_test(&self, id: u32, now: Moment) -> Answer<DigestDue> {
        let target = self.target(id)?;
        if self.store.entries_since("digest test", now.plus(-HOUR_S))? >= TESTS_MAX {
            let hint = format!("at most {TESTS_MAX} tests an hour");
            return Err(Failure::later(429, "too many tests", hint, 600));
        }
        let kind = target.kinds.first().copied().unwrap_or(Kind::Daily);
        let (day, period) = (self.rules.day_of(now), kind.latest(self.rules.day_of(now)));
        if self.store.published(period.to)?.is_none() {
            let hint = format!("nothing of {} is published yet: try it on the next day", period.to);
            return Err(Failure::rejected(409, "there is nothing to tell", hint));
        }
        Ok(DigestDue {
            target: id,
            day,
            kind,
            period,
            lang: target.lang,
            before: self.store.said_before(id, kind, day)?,
        })
    }

    /// What a test sends. It is logged, and counts as nothing sent.
    ///
    /// # Errors
    /// A rejection with 409 of a target whose secrets are not here.
    pub fn digest_test_made(
        &self,
        due: DigestDue,
        digest: Digest,
        who: &str,
        vault: &Vault,
        now: Moment,
    ) -> Answer<Sending> {
        let DigestDue { target, day, kind, lang, .. } = due;
        let sealed = self.sealed(target, vault)?.ok_or_else(|| {
            Failure::rejected(
                409,
                "its secrets are not here",
                "they travel in no archive: give the target anew",
            )
        })?;
        self.log(who, "digest test", &target.to_string(), now)?;
        let id = format!("{}-{target}-test-{}", self.record.account, now.0);
        Ok(Sending { target, kind, day, id, digest, lang, is_test: true, sealed })
    }

    /// Looks through some more of the account for deals to open; says whether there is more.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn search_urgent(&self, urgent: &mut Urgent, after: &mut String) -> Answer<bool> {
        let page = self.store.standings_after(after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(false) };
        *after = last.to_string();
        for (subject, contribution) in &page {
            if let Subject::Deal(deal) = subject {
                urgent.add(*deal, contribution);
            }
        }
        Ok(true)
    }

    /// Targets whose last digest did not arrive, or to which nothing can be sent.
    pub(crate) fn digests_unsent(&self) -> Answer<Vec<Ailment>> {
        let mut ailments = Vec::new();
        for (target, ready) in self.store.targets()? {
            let lost = self.store.last_sent(target.id)?.filter(Sent::is_given_up);
            ailments.extend(match (ready, lost) {
                (false, _) => Some(Ailment::DigestUnready { target: target.name }),
                (true, Some(Sent { state: State { trouble: Some(trouble), made_at: since, .. }, .. })) => {
                    Some(Ailment::DigestUnsent { target: target.name, trouble, since })
                }
                _ => None,
            });
        }
        Ok(ailments)
    }

    /// When there is a digest to make or to send, in milliseconds.
    pub(crate) fn digests_at(&self, now_ms: i64) -> Answer<Option<i64>> {
        if self.is_suspended() {
            return Ok(None);
        }
        let now = Moment(now_ms / 1000);
        let targets = self.store.targets()?;
        let mut targets =
            targets.into_iter().filter_map(|(target, ready)| ready.then_some(target)).peekable();
        if targets.peek().is_none() {
            return Ok(None);
        }
        let mut at = self.store.sends_at()?;
        for target in targets {
            let hour = self.hour_of(&target, self.rules.day_of(now));
            let mut kinds = target.kinds.iter();
            let is_due = kinds.try_fold(false, |is_due, kind| {
                Answer::Ok(is_due || self.due(&target, *kind, now)?.is_some())
            })?;
            let own = match is_due {
                true => Some(self.digests_wait_until_ms.get().max(now_ms)),
                false => (hour > now).then_some(hour.0 * 1000),
            };
            at = at.into_iter().chain(own).min();
        }
        Ok(at.map(|at| at.max(now_ms)))
    }

    fn due(&self, target: &Target, kind: Kind, now: Moment) -> Answer<Option<DigestDue>> {
        let day = self.rules.day_of(now);
        let hour = self.hour_of(target, day);
        if now < hour || hour < target.since {
            return Ok(None);
        }
        let Some(period) = kind.period(day, |day| self.is_working(day)) else { return Ok(None) };
        let end_ms = self.rules.end_of(period.to).0 * 1000;
        let is_closed = self.store.published_at()?.is_some_and(|at| at >= end_ms);
        if !is_closed
            || self.store.published(period.to)?.is_none()
            || self.store.sent(target.id, kind, day)?.is_some()
        {
            return Ok(None);
        }
        let before = self.store.said_before(target.id, kind, day)?;
        Ok(Some(DigestDue { target: target.id, day, kind, period, lang: target.lang.clone(), before }))
    }

    fn hour_of(&self, target: &Target, day: Day) -> Moment {
        self.rules.at(self.rules.end_of(day).plus(-1)).zone.moment(day, target.hour * 3600)
    }

    /// Whether the account's own calendar opens on a day.
    fn is_working(&self, day: Day) -> bool {
        !self.rules.at(self.rules.end_of(day).plus(-1)).policy.calendar.windows(day).is_empty()
    }

    fn given_up(&self, sent: &mut Sent, trouble: Unsent, now: Moment) -> Answer<()> {
        (sent.state.trouble, sent.next_at_ms) = (Some(trouble), None);
        self.ended(sent, "digest given up", now)
    }

    fn ended(&self, sent: &Sent, what: &str, now: Moment) -> Answer<()> {
        let Period { from, to } = sent.said.period();
        let detail =
            format!("{} {} {from}..{to}, {}", sent.target, sent.kind.name(), told(sent.state.trouble));
        self.store.transaction(|| {
            self.store.keep_sent(sent)?;
            self.log("digest", what, &detail, now)
        })
    }
}

fn told(trouble: Option<Unsent>) -> String {
    match trouble {
        None => "arrived".to_owned(),
        Some(Unsent::Silent) => "no answer".to_owned(),
        Some(Unsent::NotAllowed) => "the host is not named in OUTBOUND_HOSTS".to_owned(),
        Some(Unsent::Refused { status }) => format!("refused with {status}"),
    }
}

impl DigestTested {
    /// What an answer to a test means.
    #[must_use]
    pub fn of(answer: &CrmAnswer) -> Self {
        match heard(answer) {
            Heard::Taken => Self { taken: true, trouble: None },
            Heard::Later(trouble, _) | Heard::Refused(trouble) => {
                Self { taken: false, trouble: Some(trouble) }
            }
        }
    }
}

fn heard(answer: &CrmAnswer) -> Heard {
    let CrmAnswer::Told { status, retry_after_s, body, .. } = answer else {
        return Heard::Later(Unsent::Silent, 0);
    };
    let status = *status;
    match status {
        200..=299 => Heard::Taken,
        408 | 425 | 429 | 500..=599 => {
            let wait_s = retry_after_s.or_else(|| asked_to_wait_s(body)).unwrap_or(0).clamp(0, 86_400);
            Heard::Later(Unsent::Refused { status }, wait_s * 1000)
        }
        // What the gate of one's own server says.
        403 if String::from_utf8_lossy(body).contains("outbound refused") => {
            Heard::Refused(Unsent::NotAllowed)
        }
        _ => Heard::Refused(Unsent::Refused { status }),
    }
}

/// Telegram says in its answer how long it wants to be left alone.
fn asked_to_wait_s(body: &[u8]) -> Option<i64> {
    let told: serde_json::Value = serde_json::from_slice(body).ok()?;
    told.get("parameters")?.get("retry_after")?.as_i64()
}

fn pause_ms(tries: u32) -> i64 {
    PAUSE_MS.saturating_mul(1 << tries.saturating_sub(1).min(20)).min(PAUSE_MAX_MS)
}
