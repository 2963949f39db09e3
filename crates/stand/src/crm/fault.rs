//! What the CRM is told to do wrong.

use super::answer::{ApiAnswer, Fate, Refusal};

/// Something that goes wrong with the next requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which requests it meets: those whose path begins so; every one where it is empty.
    pub on: String,
    /// What goes wrong.
    pub what: FaultKind,
    /// How many requests it meets.
    pub times: u32,
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is answered with that status and nothing is done. From 502 on and with 403 a proxy speaks, in HTML.
    Status(u16),
    /// 200 with half an answer, and nothing is done.
    Garbage,
    /// Nothing is done and nothing is answered.
    TimeOut,
    /// It is done, and the answer is lost.
    LostAnswer,
}

impl FaultKind {
    /// The answer in place of the CRM's own; nothing where the request is acted on.
    pub(super) fn instead(self) -> Option<ApiAnswer> {
        Some(match self {
            Self::Status(status @ (403 | 502..)) => ApiAnswer::nginx(status),
            Self::Status(status) => Refusal::new(status, "a fault that was asked for").into(),
            Self::Garbage => {
                let half = "{\"_page\":1,\"_links\":{\"self\":{\"href\":\"https://".to_owned();
                ApiAnswer::of(200, "application/hal+json; charset=utf-8", half)
            }
            Self::TimeOut => ApiAnswer { fate: Fate::TimedOut, ..ApiAnswer::empty() },
            Self::LostAnswer => return None,
        })
    }
}

/// Faults that wait for their requests, the first added first.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds one behind those that wait.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes all away that still wait.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// How many requests are still to be met.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.0.iter().map(|fault| fault.times).sum()
    }

    /// The fault of a request, which is one less afterwards.
    pub(super) fn meet(&mut self, path: &str) -> Option<FaultKind> {
        let met = self.0.iter_mut().find(|fault| fault.times > 0 && path.starts_with(&fault.on))?;
        met.times -= 1;
        Some(met.what)
    }
}

/// How an account is set up, for better or worse. The default is a healthy one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switches {
    /// The tariff has an API; without it every request of the API is answered with 402.
    pub has_api: bool,
    /// The tariff has webhooks; without it a subscription is answered with 403.
    pub has_webhooks: bool,
    /// Names of settings that a subscription is refused for.
    pub refused_settings: Vec<String>,
    /// A subscription of a known destination adds to its settings; otherwise it replaces them. Which of both the
    /// CRM does is not documented.
    pub merges_settings: bool,
    /// What became of the user for whom tokens are.
    pub owner: Owner,
    /// Seconds by which the header `date` is ahead of the true time; negative where it is behind.
    pub clock_skew_s: i64,
    /// Seconds after which an event is shown at the latest; each has its own delay.
    pub events_late_s: i64,
    /// Ids of custom fields that were deleted: neither listed nor shown in cards, while old events still name them.
    pub deleted_fields: Vec<u64>,
    /// A refresh token is dead at once when it was used, whether or not the answer arrived.
    pub burns_refresh: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            has_api: true,
            has_webhooks: true,
            refused_settings: Vec::new(),
            merges_settings: false,
            owner: Owner::AsListed,
            clock_skew_s: 0,
            events_late_s: 0,
            deleted_fields: Vec::new(),
            burns_refresh: false,
        }
    }
}

/// What became of the user for whom tokens are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// As the list of users says.
    AsListed,
    /// No longer an admin: what only admins may do is answered with 403.
    NotAdmin,
    /// Dismissed: the tokens are as good as unknown ones.
    Dismissed,
}

/// How often the API may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests of an integration in one second.
    pub per_second: u32,
    /// So many refusals in a row and the integration is blocked.
    pub refusals: u32,
    /// Seconds for which it is blocked.
    pub block_s: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_second: 7, refusals: 5, block_s: 600 }
    }
}

/// How an integration has been asking.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    second: i64,
    asked: u32,
    refused: u32,
    blocked_until: i64,
}

impl Pace {
    /// The answer to a request that comes too soon.
    pub(super) fn refuse(&mut self, limits: Limits, now: i64) -> Option<ApiAnswer> {
        if now < self.blocked_until {
            return Some(ApiAnswer::nginx(403));
        }
        if self.second != now {
            (self.second, self.asked) = (now, 0);
        }
        self.asked += 1;
        if self.asked <= limits.per_second {
            self.refused = 0;
            return None;
        }
        self.refused += 1;
        if self.refused > limits.refusals {
            self.refused = 0;
            self.blocked_until = now + limits.block_s;
            return Some(ApiAnswer::nginx(403));
        }
        Some(Refusal::new(429, "more requests in a second than the account allows").into())
    }
}
