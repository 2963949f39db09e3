//! What is asked next, and when.

use super::Inner;
use super::answer::LOCKED_MS;
use super::call::{Asked, CrmCall};
use super::link::{Back, Link, Tokens};
use super::pass::{Aim, Pass};
use crate::account::Account;
use crate::failure::Answer;
use takeroot_amocrm::api::List;
use takeroot_amocrm::oauth::For;
use takeroot_amocrm::subscription;
use takeroot_core::account::Secret;
use takeroot_core::connection::Trouble;
use takeroot_core::time::{DAY_S, Moment};

/// An event may appear so late: silence is believed only after that.
pub(super) const LAG_S: i64 = 60;
/// Every reading begins so long before the end of the last one, for what appeared later still.
pub(super) const OVERLAP_S: i64 = 600;
/// What no event tells, such as letters, is read at least so often.
const FULL_EVERY_S: i64 = 600;
/// Names, people and rules are read so often, and the subscription looked at.
const DIRECTORY_EVERY_S: i64 = DAY_S;
/// So many days are read again every night.
const REPAIR_DAYS: i64 = 3;
/// At this hour of the account's day, in seconds.
const REPAIR_AT_S: i64 = 3 * 3600;
/// An answer that is not there by then will not come: the edge waits less.
const ANSWER_MS: i64 = 60_000;

impl Account {
    /// What the CRM is to be asked now; `None` where nothing is due, or an answer is still on its way.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn crm_call(&self, now_ms: i64) -> Answer<Option<CrmCall>> {
        if self.is_suspended() {
            return Ok(None);
        }
        let mut inner = self.crm.0.borrow_mut();
        let now = Moment(now_ms / 1000);
        if inner.asks_at(self, now_ms).is_none_or(|at| at > now_ms) {
            return Ok(None);
        }
        let Inner { link: Some(link), tokens: Some(tokens), pass, .. } = &mut *inner else { return Ok(None) };
        let before = link.destination_of_before.as_deref().filter(|_| link.hooks.is_some());
        let asked = match (&tokens.refresh, before) {
            (Some(refresh), _) if tokens.are_ending(now) => {
                Some((Asked::Refresh, self.token_call(&link.host, For::Refresh(refresh))))
            }
            (_, Some(before)) if pass.is_none() => Some((Asked::Unsubscribe, removal(link, tokens, before))),
            _ => {
                if pass.is_none() {
                    *pass = due(self, link, now);
                }
                let Some(pass) = pass else { return Ok(None) };
                next(pass, link, tokens)
            }
        };
        let Some((asked, call)) = asked else {
            // Not one of the lists is shown to us.
            inner.pass = None;
            self.troubled(&mut inner, Trouble::Forbidden, now_ms, LOCKED_MS)?;
            return Ok(None);
        };
        inner.asked = Some((asked, now_ms));
        inner.asked_at_ms = now_ms;
        Ok(Some(call))
    }

    /// Whether new tokens are on their way. They must be kept whatever has become of the account meanwhile.
    #[must_use]
    pub fn crm_renews(&self) -> bool {
        matches!(self.crm.0.borrow().asked, Some((Asked::Refresh, _)))
    }

    /// When there is something to ask the CRM, in milliseconds.
    pub(crate) fn crm_asks_at(&self, now_ms: i64) -> Option<i64> {
        self.crm.0.borrow().asks_at(self, now_ms)
    }
}

impl Inner {
    fn asks_at(&self, account: &Account, now_ms: i64) -> Option<i64> {
        let (link, tokens) = (self.link.as_ref()?, self.tokens.as_ref()?);
        let is_hopeless = matches!(link.trouble, Some(Trouble::Unauthorized | Trouble::ForeignAccount));
        if is_hopeless {
            return None;
        }
        let polite = self.asked_at_ms + i64::from(1000_u32.div_ceil(link.rate.max(1)));
        let under_way = self.asked.as_ref().map_or(0, |(_, at)| at + ANSWER_MS);
        let is_ending = link.destination_of_before.is_some() && link.hooks.is_some();
        let due = if self.pass.is_some() || is_ending || tokens.are_ending(Moment(now_ms / 1000)) {
            now_ms
        } else {
            due_at(account, link).0.saturating_mul(1000)
        };
        Some(due.max(polite).max(under_way).max(link.wait_until_ms))
    }
}

/// The next question of a reading.
fn next(pass: &Pass, link: &Link, tokens: &Tokens) -> Option<(Asked, CrmCall)> {
    let (host, bearer) = (link.host.clone(), Some(tokens.access.clone()));
    if let Some((list, path)) = pass.next() {
        return Some((Asked::Page(list), CrmCall { method: "GET", host, path, bearer, body: None }));
    }
    // The subscription was looked at, and is to be made.
    let destination = link.destination.as_deref().filter(|_| pass.aim == Aim::Hooks)?;
    let wanted = wanted(link);
    let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let body = Some(Secret(subscription::request(destination, &names)));
    let path = List::Webhooks.path().to_owned();
    Some((Asked::Subscribe(wanted), CrmCall { method: "POST", host, path, bearer, body }))
}

/// What ends the webhooks at an address.
pub(super) fn removal(link: &Link, tokens: &Tokens, destination: &str) -> CrmCall {
    CrmCall {
        method: "DELETE",
        host: link.host.clone(),
        path: List::Webhooks.path().to_owned(),
        bearer: Some(tokens.access.clone()),
        body: Some(Secret(subscription::removal(destination))),
    }
}

/// What the webhooks are to tell: of what the CRM took the last time, or everything.
fn wanted(link: &Link) -> Vec<String> {
    match &link.hooks {
        Some(known) if !known.settings.is_empty() => known.settings.clone(),
        _ => subscription::WANTED.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// The next reading, the most urgent first.
fn due(account: &Account, link: &Link, now: Moment) -> Option<Pass> {
    let pass = |aim, from, until| Some(Pass::new(aim, from, until, now, link));
    if directory_at(link) <= now {
        return pass(Aim::Directory, now, None);
    }
    if hooks_at(link).is_some_and(|at| at <= now) {
        return pass(Aim::Hooks, now, None);
    }
    let read_to = link.read_to.unwrap_or(link.since);
    if live_at(link) <= now {
        let from = read_to.plus(-OVERLAP_S);
        let is_due = link.read_to.is_none()
            || now.since(read_to) >= FULL_EVERY_S + LAG_S
            || account.store.is_checking().unwrap_or(true);
        return pass(if is_due { Aim::Live } else { Aim::Look }, from, None);
    }
    if let Some(back) = link.back.as_ref().filter(|back| back.done_at.is_none()) {
        return backwards(back, link, now);
    }
    if repair_at(account, link) <= now {
        return pass(Aim::Repair, now.plus(-REPAIR_DAYS * DAY_S).max(link.since), None);
    }
    None
}

/// When the nearest of them is due.
fn due_at(account: &Account, link: &Link) -> Moment {
    let back = link.back.as_ref().filter(|back| back.done_at.is_none());
    let back = back.map(|back| if back.state.is_some() { Moment(0) } else { first_piece_at(back) });
    let times =
        [Some(directory_at(link)), hooks_at(link), Some(live_at(link)), back, Some(repair_at(account, link))];
    times.into_iter().flatten().min().unwrap_or(link.since)
}

fn directory_at(link: &Link) -> Moment {
    link.directory_at.map_or(Moment(0), |at| at.plus(DIRECTORY_EVERY_S))
}

fn hooks_at(link: &Link) -> Option<Moment> {
    link.destination.as_ref()?;
    Some(link.hooks_at.map_or(Moment(0), |at| at.plus(DIRECTORY_EVERY_S)))
}

fn live_at(link: &Link) -> Moment {
    link.looked_at.plus(link.every_s)
}

/// Once a day, at night, from the day after the connection on.
fn repair_at(account: &Account, link: &Link) -> Moment {
    let last = link.repaired_on.unwrap_or_else(|| account.rules.day_of(link.since));
    account.rules.end_of(last).plus(REPAIR_AT_S)
}

/// Events of the last minute may be missing yet.
fn first_piece_at(back: &Back) -> Moment {
    if back.is_fresh && back.reached == back.until { back.until.plus(LAG_S) } else { Moment(0) }
}

fn backwards(back: &Back, link: &Link, now: Moment) -> Option<Pass> {
    if let Some((number, page)) = back.state {
        let list = List::STATES.get(number).copied()?;
        return Some(Pass::of_states(list, page, back.from, now, link));
    }
    if first_piece_at(back) > now {
        return None;
    }
    let from = back.reached.plus(-back.piece_s.max(1)).max(back.from);
    // At the beginning, where only what is older is left to be put down, a range still has a second.
    Some(Pass::new(Aim::Piece, from, Some(back.reached.max(from.plus(1))), now, link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_never_asks_for_less_than_a_second() {
        let asked = |reached| {
            let back =
                Back { from: Moment(100), until: Moment(900), reached, piece_s: 50, ..Back::default() };
            backwards(&back, &Link::default(), Moment(1_000))
                .and_then(|pass| pass.next())
                .map(|(_, path)| path)
        };
        let of = |path: Option<String>| {
            path.unwrap_or_default().split(['=', '&']).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(of(asked(Moment(120)))[1..4], ["100", "filter[created_at][to]", "119"]);
        assert_eq!(of(asked(Moment(100)))[1..4], ["100", "filter[created_at][to]", "100"]);
    }
}
