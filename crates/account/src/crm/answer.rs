//! What becomes of an answer of the CRM.

use super::Inner;
use super::call::{Asked, CrmAnswer};
use super::link::Link;
use super::pass::Aim;
use super::tokens::{self, Given};
use crate::account::Account;
use crate::failure::Answer;
use crate::vault::Vault;
use takeroot_amocrm::api::{self, Beside, List};
use takeroot_amocrm::hook::Context;
use takeroot_amocrm::subscription;
use takeroot_core::connection::Trouble;
use takeroot_core::time::Moment;

/// The first pause after a failed try; each one more doubles it.
const PAUSE_MS: i64 = 1_000;
/// No pause is longer, unless the CRM asks for it.
const PAUSE_MAX_MS: i64 = 300_000;
/// After so many failed tries what was read is dropped, and begun again later.
const TRIES_MAX: u32 = 6;
/// Whoever was shut out, or has not paid, asks again after this time.
pub(super) const LOCKED_MS: i64 = 900_000;
/// The CRM never asks for longer.
const RETRY_AFTER_MAX_S: i64 = 3_600;
/// A list of more pages is not read further: the next reading goes on.
const PAGES_MAX: u32 = 2_000;

impl Account {
    /// Takes the answer to what was asked last. Says whether the account is to be opened anew, because its rules changed.
    ///
    /// # Errors
    /// A fault of the storage: what was answered is asked again.
    pub fn crm_answered(&self, answer: &CrmAnswer, vault: &Vault, now_ms: i64) -> Answer<bool> {
        let mut inner = self.crm.0.borrow_mut();
        // Of a life before this one.
        let Some((asked, _)) = inner.asked.take() else { return Ok(false) };
        let now = Moment(now_ms / 1000);
        if let CrmAnswer::Told { at: Some(at), .. } = answer {
            inner.skew_s = Some(at.since(now));
        }
        match asked {
            Asked::Refresh => self.refreshed(&mut inner, answer, vault, now_ms).map(|()| false),
            Asked::Subscribe(wanted) => self.subscribed(&mut inner, answer, &wanted, now_ms).map(|()| false),
            Asked::Unsubscribe => {
                // What cannot be ended is of nobody: it was removed by hand.
                let is_over = matches!(answer, CrmAnswer::Told { status: 200..=299 | 400..=404, .. });
                if let Some(link) = inner.link.as_mut().filter(|_| is_over) {
                    link.destination_of_before = None;
                    return self.works_again(&mut inner).map(|()| false);
                }
                self.failed(&mut inner, answer, now_ms).map(|()| false)
            }
            Asked::Page(list) => match taken(self, &mut inner, list, answer, now_ms)? {
                true => self.goes_on(&mut inner, vault, now),
                false => Ok(false),
            },
        }
    }

    fn refreshed(&self, inner: &mut Inner, answer: &CrmAnswer, vault: &Vault, now_ms: i64) -> Answer<()> {
        match tokens::given(answer, Moment(now_ms / 1000)) {
            Given::Tokens(tokens) => {
                self.store.keep_tokens(Some(&tokens), &self.record.account, vault)?;
                inner.tokens = Some(tokens);
                // Nothing else is written: an account that was changed meanwhile has written it already.
                if inner.link.as_ref().is_some_and(|link| link.trouble.is_some()) {
                    return self.works_again(inner);
                }
                if let Some(link) = inner.link.as_mut() {
                    settled(link);
                }
                Ok(())
            }
            Given::Refused => self.troubled(inner, Trouble::Unauthorized, now_ms, 0),
            Given::Later => self.failed(inner, answer, now_ms),
        }
    }

    fn subscribed(
        &self,
        inner: &mut Inner,
        answer: &CrmAnswer,
        wanted: &[String],
        now_ms: i64,
    ) -> Answer<()> {
        let Some(link) = inner.link.as_mut() else { return Ok(()) };
        let destination = link.destination.clone().unwrap_or_default();
        match answer {
            CrmAnswer::Told { status: 200..=299, body, .. } => {
                link.hooks = Some(subscription::told(body, &destination).unwrap_or_else(|| {
                    subscription::Subscription { settings: wanted.to_vec(), disabled: false }
                }));
                link.refused.remove(&List::Webhooks);
                link.hooks_at = Some(Moment(now_ms / 1000));
                inner.pass = None;
            }
            CrmAnswer::Told { status: 400, body, .. } => {
                let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
                let left = subscription::without_refused(&names, body).filter(|left| !left.is_empty());
                // Whatever it refuses by name is left out; what it refuses otherwise, we cannot mend.
                match left {
                    Some(left) => {
                        let settings = left.into_iter().map(str::to_owned).collect();
                        link.hooks = Some(subscription::Subscription { settings, disabled: false });
                    }
                    None => {
                        link.refused.insert(List::Webhooks, 400);
                        link.hooks_at = Some(Moment(now_ms / 1000));
                        inner.pass = None;
                    }
                }
            }
            CrmAnswer::Told { status: status @ (402..=404), .. } => {
                link.refused.insert(List::Webhooks, *status);
                link.hooks = None;
                link.hooks_at = Some(Moment(now_ms / 1000));
                inner.pass = None;
            }
            _ => return self.failed(inner, answer, now_ms),
        }
        self.works_again(inner)
    }

    /// What is wrong, and until when nothing is asked.
    pub(super) fn troubled(&self, inner: &mut Inner, what: Trouble, now_ms: i64, wait_ms: i64) -> Answer<()> {
        let Some(link) = inner.link.as_mut() else { return Ok(()) };
        if link.trouble != Some(what) {
            link.troubled_since = Some(Moment(now_ms / 1000));
        }
        link.trouble = Some(what);
        link.wait_until_ms = now_ms + wait_ms;
        self.store.keep_link(link)
    }

    fn works_again(&self, inner: &mut Inner) -> Answer<()> {
        let Some(link) = inner.link.as_mut() else { return Ok(()) };
        (link.tries, link.wait_until_ms) = (0, 0);
        (link.trouble, link.troubled_since) = (None, None);
        self.store.keep_link(link)
    }

    /// A try that failed for no fault of ours: the next one comes later, and each time later still.
    fn failed(&self, inner: &mut Inner, answer: &CrmAnswer, now_ms: i64) -> Answer<()> {
        let Some(link) = inner.link.as_mut() else { return Ok(()) };
        link.tries = link.tries.saturating_add(1);
        let asked_for = match answer {
            CrmAnswer::Told { retry_after_s, .. } => {
                retry_after_s.map(|s| s.clamp(1, RETRY_AFTER_MAX_S) * 1000)
            }
            CrmAnswer::Silence => None,
        };
        let doubled = PAUSE_MS.saturating_mul(1 << link.tries.min(20).saturating_sub(1)).min(PAUSE_MAX_MS);
        // Many accounts that failed at once do not try again at once.
        let jitter = doubled * i64::from(self.record.crm_id as u8 ^ now_ms as u8) / 512;
        link.wait_until_ms = now_ms + asked_for.unwrap_or(doubled / 2 + jitter).max(PAUSE_MS / 2);
        if link.tries < TRIES_MAX {
            return Ok(());
        }
        inner.pass = None;
        let wait_ms = link.wait_until_ms - now_ms;
        self.troubled(inner, Trouble::Failing, now_ms, wait_ms)
    }
}

/// Takes a page; says whether the reading is to go on.
fn taken(account: &Account, inner: &mut Inner, list: List, answer: &CrmAnswer, now_ms: i64) -> Answer<bool> {
    let CrmAnswer::Told { status, body, .. } = answer else {
        account.failed(inner, answer, now_ms)?;
        return Ok(false);
    };
    let is_json = body.trim_ascii_start().starts_with(b"{");
    match status {
        200..=299 => {
            inner.is_refused = false;
            let Some(link) = inner.link.as_mut() else { return Ok(false) };
            link.refused.remove(&list);
            if list == List::Webhooks {
                let destination = link.destination.clone().unwrap_or_default();
                link.hooks = subscription::told(body, &destination);
                if let Some(pass) = inner.pass.as_mut() {
                    pass.end_list();
                }
                return Ok(true);
            }
            let beside = Beside {
                events: !link.refused.contains_key(&List::Events),
                notes: !link.refused.contains_key(&List::LeadNotes),
            };
            let now = Moment(now_ms / 1000);
            let context = Context {
                received_at: now,
                account: Some(account.record.crm_id),
                identity_key: &account.record.identity_key.0,
                policy: Some(&account.rules.at(now).policy),
            };
            let Ok(mut reading) = api::read(body, &context, beside) else {
                account.failed(inner, answer, now_ms)?;
                return Ok(false);
            };
            if list == List::Account && own_id(body).is_some_and(|id| id != account.record.crm_id) {
                account.troubled(inner, Trouble::ForeignAccount, now_ms, 0)?;
                return Ok(false);
            }
            if let Some(pass) = inner.pass.as_mut() {
                reading.without_incoming(&link.incoming);
                reading.has_next &= pass.page() < PAGES_MAX;
                pass.take(list, reading);
            }
            settled(link);
            Ok(true)
        }
        401 => {
            // Once: who has new tokens and is refused again is not known any more.
            let is_first = !std::mem::replace(&mut inner.is_refused, true);
            match inner.tokens.as_mut().filter(|tokens| is_first && tokens.refresh.is_some()) {
                Some(tokens) => tokens.expires_at = Moment(0),
                None => account.troubled(inner, Trouble::Unauthorized, now_ms, 0)?,
            }
            Ok(false)
        }
        402 => account.troubled(inner, Trouble::Unpaid, now_ms, LOCKED_MS).map(|()| false),
        // The CRM's own words are JSON; a gate before it that shuts out speaks HTML.
        403 if !is_json => account.troubled(inner, Trouble::Blocked, now_ms, LOCKED_MS).map(|()| false),
        403 if list == List::Account => {
            account.troubled(inner, Trouble::Forbidden, now_ms, LOCKED_MS).map(|()| false)
        }
        400 | 403 | 404 => {
            let Some(link) = inner.link.as_mut() else { return Ok(false) };
            link.refused.insert(list, *status);
            settled(link);
            if let Some(pass) = inner.pass.as_mut() {
                pass.end_list();
            }
            Ok(true)
        }
        _ => account.failed(inner, answer, now_ms).map(|()| false),
    }
}

/// An answer came: whatever failed before does not count.
fn settled(link: &mut Link) {
    (link.tries, link.wait_until_ms) = (0, 0);
    (link.trouble, link.troubled_since) = (None, None);
}

/// Whether the webhooks are as they should be, or cannot be had.
fn is_subscribed(link: &Link) -> bool {
    let is_well = link.hooks.as_ref().is_some_and(|hooks| !hooks.disabled && !hooks.settings.is_empty());
    is_well || link.refused.contains_key(&List::Webhooks)
}

pub(super) fn own_id(body: &[u8]) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Own {
        id: u64,
    }
    serde_json::from_slice::<Own>(body).ok().map(|own| own.id)
}

impl Account {
    /// The next page, or the end of a reading.
    fn goes_on(&self, inner: &mut Inner, vault: &Vault, now: Moment) -> Answer<bool> {
        let Inner { pass: Some(pass), link: Some(link), seen, .. } = &mut *inner else { return Ok(false) };
        let is_over = pass.next().is_none();
        if pass.aim == Aim::Look && is_over {
            if pass.is_quiet(seen, link) {
                link.looked_at = pass.began;
                inner.pass = None;
            } else {
                pass.go_on(link);
            }
            return Ok(false);
        }
        if !is_over && pass.aim != Aim::States {
            return Ok(false);
        }
        let Some(pass) = inner.pass.take() else { return Ok(false) };
        let link = inner.link.clone().unwrap_or_default();
        let (link, reopens) = match pass.aim {
            Aim::Directory => self.directory_read(&pass, link, vault, now)?,
            Aim::Hooks if is_subscribed(&link) => (Link { hooks_at: Some(now), ..link }, false),
            Aim::Hooks => {
                // The subscription is to be made: the reading stays, and has nothing more to read.
                inner.pass = Some(pass);
                return Ok(false);
            }
            Aim::States => (self.states_read(pass, link, now)?, false),
            Aim::Piece => self.piece_read(pass, link, vault, now)?,
            Aim::Look | Aim::Live | Aim::Repair => {
                inner.seen.clone_from(&pass.seen);
                (self.happenings_read(pass, link, now)?, false)
            }
        };
        inner.link = Some(link);
        Ok(reopens)
    }
}
