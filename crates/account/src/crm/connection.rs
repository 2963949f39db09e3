//! Connecting an account to its CRM, and how the connection stands.

use super::call::{CrmAnswer, CrmCall};
use super::link::{Back, Link, Tokens};
use super::schedule::removal;
use super::tokens::{self, Given};
use super::{Desk, Inner};
use crate::account::{Account, OPERATOR, is_crm_host};
use crate::failure::{Answer, Failure};
use crate::store::Store;
use crate::vault::Vault;
use std::cell::RefCell;
use std::ops::RangeInclusive;
use takeroot_amocrm::api::List;
use takeroot_amocrm::oauth::{self, For};
use takeroot_core::account::Secret;
use takeroot_core::connection::{Connected, ConnectionRequest, ConnectionState, Progress};
use takeroot_core::time::{DAY_S, Moment};

impl Desk {
    /// What is stored of a connection.
    pub(crate) fn of(store: &Store, account: &str, vault: &Vault, now: Moment) -> Answer<Self> {
        let (link, tokens) = (store.link()?, store.tokens(account, vault)?);
        Ok(Self(RefCell::new(Inner { link, tokens, asked_at_ms: this_second_ms(now), ..Inner::default() })))
    }
}

impl Account {
    /// What is to be asked before an account is connected: with a token that lives long, whose it is; with an admin's
    /// consent, for tokens. `None` where an admin has to be asked first.
    ///
    /// # Errors
    /// A rejection with 422 of a wish that cannot be.
    pub fn crm_probe(&self, wish: &ConnectionRequest) -> Answer<Option<CrmCall>> {
        let host = self.host_of(wish)?;
        Ok(wish.token.as_ref().map(|token| whose(&host, token)))
    }

    /// Where an admin says yes. `state` comes back with the answer. The wish is kept until then.
    ///
    /// # Errors
    /// A rejection with 422 of an account without an integration.
    pub fn crm_authorize(&self, wish: &ConnectionRequest, state: &str) -> Answer<Connected> {
        let host = self.host_of(wish)?;
        let id = self.record.integration_id.as_deref().filter(|id| !id.is_empty());
        let has_all = !self.record.client_secret.0.is_empty() && self.record.redirect_uri.is_some();
        let Some(id) = id.filter(|_| has_all) else {
            let hint = "give the account its `integration_id`, `client_secret` and `redirect_uri` first";
            return Err(Failure::rejected(422, "the account has no integration", hint));
        };
        self.store.keep_wish(wish)?;
        let zone = host.split_once('.').map_or("amocrm.ru", |(_, zone)| zone);
        Ok(Connected::Authorize { url: oauth::authorize_url(zone, id, state) })
    }

    /// How the account was to be connected last; as usual, where nobody has said.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn crm_wish(&self) -> Answer<ConnectionRequest> {
        Ok(self.store.wish()?.unwrap_or_default())
    }

    /// The question for tokens that an admin's consent is worth. `host` is what the CRM says of where the account lives.
    ///
    /// # Errors
    /// A rejection with 422 of a host that is not the CRM's.
    pub fn crm_exchange(&self, code: &str, host: &str) -> Answer<CrmCall> {
        if !is_crm_host(host) {
            return Err(Failure::rejected(422, "the account cannot be connected", not_a_host(host)));
        }
        Ok(self.token_call(host, For::Code(code)))
    }

    /// The question whose tokens the CRM has given.
    ///
    /// # Errors
    /// A rejection with 422 of a code that the CRM does not take, with 502 where it did not answer.
    pub fn crm_exchanged(&self, host: &str, answer: &CrmAnswer, now: Moment) -> Answer<(NewTokens, CrmCall)> {
        match tokens::given(answer, now) {
            Given::Tokens(tokens) => {
                let call = whose(host, &tokens.access);
                Ok((NewTokens(tokens), call))
            }
            Given::Refused => {
                let hint = "ask for a new address and open it within an hour; check the client secret";
                Err(Failure::rejected(422, "the CRM does not take the consent", hint))
            }
            Given::Later => Err(unanswered()),
        }
    }

    /// Connects the account with tokens of which the CRM has said whose they are. `destination` is where its webhooks are
    /// to go.
    ///
    /// # Errors
    /// A rejection with 422 of tokens of another account, or that the CRM refuses; with 502 where it did not answer.
    pub fn connect(
        &self,
        host: &str,
        tokens: NewTokens,
        whose: &CrmAnswer,
        destination: Option<String>,
        vault: &Vault,
        now: Moment,
    ) -> Answer<Connected> {
        self.is_own(whose)?;
        let wish = self.crm_wish()?;
        let begun = now.plus(-i64::from(wish.history_days) * DAY_S);
        let back = Back {
            from: begun,
            until: now,
            state: Some((0, 1)),
            reached: now,
            piece_s: DAY_S,
            is_fresh: false,
            done_at: None,
        };
        let known = self.crm.0.borrow().link.clone().filter(|link| link.host == host);
        let link = match known {
            // Connected again: what has been read stays read.
            Some(known) => Link {
                destination,
                trouble: None,
                troubled_since: None,
                tries: 0,
                wait_until_ms: 0,
                directory_at: None,
                hooks_at: None,
                ..known
            },
            None => Link {
                since: now,
                host: host.to_owned(),
                destination,
                back: (wish.history_days > 0).then_some(back),
                ..Link::default()
            },
        };
        // A token that is renewed was given by an admin in the CRM, another one by the operator.
        let who = if tokens.0.refresh.is_some() { "crm admin" } else { OPERATOR };
        let destination = link.destination.filter(|_| wish.webhooks);
        let link = Link { destination, every_s: wish.every_s.into(), rate: wish.rate, ..link };
        self.store.transaction(|| {
            self.store.keep_tokens(Some(&tokens.0), &self.record.account, vault)?;
            self.store.keep_link(&link)?;
            self.log(who, "connection", host, now)
        })?;
        let tokens = Some(tokens.0);
        let asked_at_ms = this_second_ms(now);
        self.crm.0.replace(Inner { link: Some(link), tokens, asked_at_ms, ..Inner::default() });
        Ok(Connected::Yes { host: host.to_owned() })
    }

    /// As [`Account::connect`], with a token that lives long.
    ///
    /// # Errors
    /// As there.
    pub fn connect_by_token(
        &self,
        wish: &ConnectionRequest,
        whose: &CrmAnswer,
        destination: Option<String>,
        vault: &Vault,
        now: Moment,
    ) -> Answer<Connected> {
        let host = self.host_of(wish)?;
        let access = wish.token.clone().unwrap_or_default();
        let expires_at = oauth::end_of(&access).unwrap_or(Moment(i64::MAX / 2));
        let tokens = NewTokens(Tokens { access, refresh: None, expires_at });
        self.is_own(whose)?;
        self.store.keep_wish(wish)?;
        self.connect(&host, tokens, whose, destination, vault, now)
    }

    /// What ends the webhooks in the CRM; `None` where there are none.
    #[must_use]
    pub fn crm_removal(&self) -> Option<CrmCall> {
        let inner = self.crm.0.borrow();
        let (link, tokens) = (inner.link.as_ref()?, inner.tokens.as_ref()?);
        Some(removal(link, tokens, link.destination.as_deref()?))
    }

    /// The CRM's webhooks are to go to this address from now on.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn crm_destination(&self, destination: Option<&str>) -> Answer<()> {
        let mut inner = self.crm.0.borrow_mut();
        let Some(link) = inner.link.as_mut() else { return Ok(()) };
        let (Some(before), Some(now)) = (link.destination.as_deref(), destination) else { return Ok(()) };
        if before == now {
            return Ok(());
        }
        link.destination_of_before = Some(before.to_owned());
        link.destination = Some(now.to_owned());
        (link.hooks, link.hooks_at) = (None, None);
        self.store.keep_link(link)
    }

    /// What the account is called, who works there and what its webhooks tell is to be asked at once.
    ///
    /// # Errors
    /// A rejection with 422 of an account that is not connected.
    pub fn crm_asks_anew(&self) -> Answer<()> {
        let mut inner = self.crm.0.borrow_mut();
        let Some(link) = inner.link.as_mut() else {
            let hint = "connect it: takeroot account connect";
            return Err(Failure::rejected(422, "the account is not connected", hint));
        };
        (link.directory_at, link.hooks_at) = (None, None);
        // Whoever has paid, or let us in again, does not wait.
        (link.wait_until_ms, link.tries) = (0, 0);
        self.store.keep_link(link)
    }

    /// Ends the connection: the tokens are forgotten, what has been read stays.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn disconnect(&self, now: Moment) -> Answer<()> {
        self.store.transaction(|| {
            self.store.forget_link()?;
            self.log(OPERATOR, "disconnection", "", now)
        })?;
        self.crm.0.replace(Inner::default());
        Ok(())
    }

    /// How the connection stands.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn connection(&self, now: Moment) -> Answer<ConnectionState> {
        let inner = self.crm.0.borrow();
        let Some(link) = inner.link.as_ref() else { return Ok(ConnectionState::default()) };
        let history = link.back.as_ref().map(progress);
        let is_known =
            link.back.as_ref().is_some_and(|back| back.done_at.is_some() || is_quarter(back, link.since));
        let finding = match is_known && !self.store.is_due()? {
            true => self.finding(now)?,
            false => None,
        };
        Ok(ConnectionState {
            host: Some(link.host.clone()),
            since: Some(link.since),
            read_to: link.read_to,
            webhooks: link
                .hooks
                .as_ref()
                .filter(|_| link.destination.is_some())
                .map(|hooks| hooks.settings.clone()),
            webhooks_disabled: link.hooks.as_ref().is_some_and(|hooks| hooks.disabled),
            refused: link.refused.iter().map(|(list, status)| (list.path().to_owned(), *status)).collect(),
            trouble: link.trouble,
            troubled_since: link.troubled_since,
            history,
            finding,
        })
    }

    fn host_of(&self, wish: &ConnectionRequest) -> Answer<String> {
        let refused = |hint: String| Failure::rejected(422, "the account cannot be connected", hint);
        let within = |name: &str, range: RangeInclusive<u32>, n: u32| {
            let hint = || format!("`{name}` from {} to {}", range.start(), range.end());
            if range.contains(&n) { Ok(()) } else { Err(refused(hint())) }
        };
        within("history_days", ConnectionRequest::HISTORY_DAYS, wish.history_days)?;
        within("every_s", ConnectionRequest::EVERY_S, wish.every_s)?;
        within("rate", ConnectionRequest::RATE, wish.rate)?;
        let host = wish.host.clone().or_else(|| self.record.crm_host.clone());
        let host =
            host.ok_or_else(|| refused("say where it lives: `host`, such as example.amocrm.ru".to_owned()))?;
        if is_crm_host(&host) { Ok(host) } else { Err(refused(not_a_host(&host))) }
    }

    /// Whether the CRM says that tokens are of this very account.
    fn is_own(&self, whose: &CrmAnswer) -> Answer<()> {
        let refused = |hint: &str| Failure::rejected(422, "the account cannot be connected", hint);
        match whose {
            CrmAnswer::Told { status: 200..=299, body, .. } => match super::answer::own_id(body) {
                Some(id) if id == self.record.crm_id => Ok(()),
                Some(_) => Err(refused("the token is of another account of the CRM")),
                None => Err(unanswered()),
            },
            CrmAnswer::Told { status: 401, .. } => Err(refused("the CRM does not know the token")),
            CrmAnswer::Told { status: 402, .. } => {
                Err(refused("the CRM is not paid, or its tariff has no API"))
            }
            CrmAnswer::Told { status: 403, .. } => {
                Err(refused("the token may not read the account: take an admin's"))
            }
            _ => Err(unanswered()),
        }
    }
}

/// Tokens that the CRM has given, and of which it has not said yet whose they are.
#[derive(Debug)]
pub struct NewTokens(Tokens);

/// Whatever may have been asked within this second counts as asked at its end.
const fn this_second_ms(now: Moment) -> i64 {
    (now.0 + 1) * 1000
}

fn whose(host: &str, token: &Secret) -> CrmCall {
    CrmCall {
        method: "GET",
        host: host.to_owned(),
        path: List::Account.page(None, None, 1),
        bearer: Some(token.clone()),
        body: None,
    }
}

fn not_a_host(host: &str) -> String {
    format!("«{host}» is no host under .amocrm.ru, .amocrm.com or .kommo.com")
}

fn unanswered() -> Failure {
    Failure::later(502, "the CRM did not answer", "try again in a minute", 60)
}

fn progress(back: &Back) -> Progress {
    let (whole, read) = (back.until.since(back.from).max(1), back.until.since(back.reached));
    let percent = match (back.done_at, back.state) {
        (Some(_), _) => 100,
        (None, Some((number, _))) => 10 * number / List::STATES.len(),
        (None, None) => usize::try_from(10 + 89 * read.clamp(0, whole) / whole).unwrap_or(0),
    };
    Progress {
        from: back.from,
        reached: back.reached,
        percent: u8::try_from(percent).unwrap_or(100),
        done_at: back.done_at,
    }
}

/// Whether a quarter before the connection is known.
fn is_quarter(back: &Back, since: Moment) -> bool {
    back.state.is_none() && since.since(back.reached) >= super::backfill::QUARTER_S
}
