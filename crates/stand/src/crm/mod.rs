//! A stand-in for amoCRM: the demo company lives in it, its API v4 is read, permission is given by OAuth, webhooks are
//! subscribed and delivered by the CRM's rules, and it fails on command.
//!
//! [`Crm`] is pure: every call says what time it is (Unix seconds), and one seed gives the same bytes everywhere.
//! [`Door`] and [`CrmServer`] put it on loopback.
//!
//! Shapes, limits and rules are those of the CRM's documentation. Where that is silent, the stand assumes:
//!
//! - A request in the list of unsorted ones has no lead in `/leads` and no events. When it is accepted there is a
//!   `lead_added` at the acceptance, by whoever accepted, while the lead's `created_at` is the request's own moment.
//!   A lead that is told as added while its request waits accepts the request. A declined one leaves nothing.
//! - A deleted lead is not in `/leads`, except with `with=only_deleted`, which shows no more of it than who deleted it
//!   and when. A deleted task is nowhere.
//! - Events come with the newest first, other lists by id. `limit` beyond the maximum is refused, as are filters that
//!   the stand does not apply: what it would ignore would look like an answer.
//! - A link is told by the lead's event alone, a letter by its note alone. What was deleted was deleted by the one who
//!   was responsible for it, for the company does not tell who did.
//! - `/users` and `/webhooks` are for admins. A dismissed owner's tokens are as good as unknown ones.
//! - A subscription that was switched off stays so when it is subscribed again; [`Crm::enable_webhook`] is the admin's
//!   hand. Only what happens after a subscription is sent to it.
//! - When a refresh token is used again because the answer was lost, the pair that was given first is dead.

mod answer;
mod directory;
mod door;
mod event;
mod fault;
mod hook;
mod list;
mod oauth;
mod record;
mod route;
mod show;

use std::collections::{BTreeMap, BTreeSet};

use crate::company::dice::Dice;
use crate::company::entities::{Happening, Lead, Task, What};
use crate::company::hours::{self, DAY};
use crate::company::{Company, life, roster, wire};

pub use answer::{ApiAnswer, ApiRequest, Fate};
pub use door::{CrmServer, Deliveries, Door};
pub use fault::{Fault, FaultKind, Faults, Limits, Owner, Switches};
pub use hook::{Mishaps, SETTINGS, Webhook};
pub use oauth::{ACCESS_LIFE_S, CODE_LIFE_S, Integration, REFRESH_LIFE_S};

use answer::{Refusal, http_date};
use fault::Pace;
use hook::Hooks;
use list::Ask;
use oauth::Tokens;
use record::Records;

/// An account of the CRM with a company's life in it.
#[derive(Debug, Clone)]
pub struct Crm {
    company: Company,
    seed: u64,
    since: i64,
    now: i64,
    /// Users who leave, and when.
    leaves: Vec<(u64, i64)>,
    happenings: Vec<Happening>,
    /// How many of them have happened.
    happened: usize,
    records: Records,
    hooks: Hooks,
    tokens: Tokens,
    /// Users for whom tokens were given.
    owners: BTreeSet<u64>,
    integration: Integration,
    switches: Switches,
    faults: Faults,
    limits: Limits,
    pace: Pace,
    origin: String,
}

impl Crm {
    /// An account in which the company lives from `since`, which is put back to a midnight in Moscow, up to `until`;
    /// Unix seconds both. Nothing has happened in it yet.
    #[must_use]
    pub fn new(seed: u64, since: i64, until: i64) -> Self {
        Self::of_clients(seed, since, until, 1000)
    }

    /// As [`Crm::new`], where of a thousand clients only so many come.
    #[must_use]
    pub fn of_clients(seed: u64, since: i64, until: i64, clients: i64) -> Self {
        let since = hours::midnight(since);
        let company = roster::company(since, until);
        let mut happenings = life::live_of(seed, &company, since, until, clients);
        happenings.sort_by_key(|happening| happening.at);
        let managers = roster::managers(since, until);
        Self {
            seed,
            since,
            now: since,
            leaves: managers.iter().filter_map(|manager| Some((manager.user, manager.leaves?))).collect(),
            happenings,
            happened: 0,
            records: Records::default(),
            hooks: Hooks::new(seed),
            tokens: Tokens::new(seed, company.crm_id),
            owners: BTreeSet::new(),
            integration: Integration::default(),
            switches: Switches::default(),
            faults: Faults::default(),
            limits: Limits::default(),
            pace: Pace::default(),
            origin: format!("https://{}.amocrm.ru", company.subdomain),
            company,
        }
    }

    /// The account of which [`crate::company::generate`] tells the webhooks: the last `weeks` weeks before `ends`, and
    /// the rest of that day.
    #[must_use]
    pub fn of_weeks(seed: u64, ends: i64, weeks: u32) -> Self {
        let today = hours::midnight(ends);
        Self::new(seed, today - i64::from(weeks) * 7 * DAY, today + DAY)
    }

    /// Nobody declines a request from now on: those that would have been declined wait on.
    pub fn never_decline(&mut self) {
        let happened = self.happened;
        let mut n = 0;
        self.happenings.retain(|happening| {
            n += 1;
            n <= happened || !matches!(happening.what, What::UnsortedDeclined(_))
        });
    }

    /// Nobody leaves the company: on which day, only those know who read the users then.
    pub fn nobody_leaves(&mut self) {
        self.leaves.clear();
    }

    /// From now on no deal and no task is deleted before it has been there for so many seconds: of one that comes and goes
    /// between two readings only webhooks tell.
    pub fn never_fleeting(&mut self, least_s: i64) {
        let mut since = BTreeMap::new();
        for happening in &self.happenings {
            if let What::LeadAdded(Lead { id, .. }) | What::TaskAdded(Task { id, .. }) = happening.what {
                since.entry(id).or_insert(happening.at);
            }
        }
        let happened = self.happened;
        let mut n = 0;
        self.happenings.retain(|happening| {
            n += 1;
            let (What::LeadDeleted(Lead { id, .. }) | What::TaskDeleted(Task { id, .. })) = happening.what
            else {
                return true;
            };
            n <= happened || since.get(&id).is_none_or(|since| since + least_s <= happening.at)
        });
    }

    /// Lets everything happen up to `now`, that second included. A clock that goes back changes nothing.
    pub fn advance(&mut self, now: i64) {
        self.now = self.now.max(now);
        while let Some(Happening { at, what }) =
            self.happenings.get(self.happened).filter(|happening| happening.at <= self.now)
        {
            self.records.apply(*at, what);
            self.hooks.file(self.happened, *at, what);
            self.happened += 1;
        }
    }

    /// The next moment at which something happens or a webhook is due; `None` when all is told.
    #[must_use]
    pub fn next_moment(&self) -> Option<i64> {
        let happening = self.happenings.get(self.happened).map(|happening| happening.at);
        happening.into_iter().chain(self.hooks.next_due()).min()
    }

    /// Answers a request of the API or of OAuth, at `now`.
    pub fn answer(&mut self, request: &ApiRequest<'_>, now: i64) -> ApiAnswer {
        self.advance(now);
        let ask = Ask::of(request.path_and_query);
        let fault = self.faults.meet(&ask.path);
        let instead = fault.and_then(FaultKind::instead);
        let mut answer = instead.unwrap_or_else(|| self.act(request, &ask, now));
        if fault == Some(FaultKind::LostAnswer) {
            answer.fate = Fate::Lost;
        }
        answer.headers.push(("date", http_date(now + self.switches.clock_skew_s)));
        answer
    }

    /// Gives an integration permission as the account's head does on the page of `/oauth`. The query of the redirect:
    /// `code`, `state`, `referer` and `client_id`; nothing for an unknown integration.
    pub fn approve(&mut self, client_id: &str, state: &str, now: i64) -> Option<String> {
        if client_id != self.integration.id {
            return None;
        }
        self.owners.insert(roster::HEAD);
        let code = self.tokens.code(roster::HEAD, now);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code).append_pair("state", state);
        query.append_pair("referer", &self.host()).append_pair("client_id", client_id);
        Some(query.finish())
    }

    /// A long-lived token of a private integration for that user, until a moment.
    pub fn issue_long_lived(&mut self, user: u64, until: i64) -> String {
        self.owners.insert(user);
        self.tokens.long_lived(user, &self.integration, until)
    }

    /// The integration is switched off: every code and token is dead.
    pub fn revoke_tokens(&mut self) {
        self.tokens.revoke_all();
    }

    /// Webhooks that are due at `now`, the earliest first. Each is given once and comes again only as another attempt,
    /// after [`Crm::delivered`] has said that this one failed.
    pub fn due(&mut self, now: i64) -> Vec<Webhook> {
        self.advance(now);
        let due = self.hooks.due(now);
        let of = |(attempt, destination): (hook::Attempt, String)| {
            let happening = self.happenings.get(attempt.happening)?;
            let account_first = Dice::new(self.seed ^ attempt.happening as u64).chance(300);
            let body = wire::body(&self.company, &happening.what, account_first);
            Some(Webhook { id: attempt.id, destination, body, attempt: attempt.number })
        };
        due.into_iter().filter_map(of).collect()
    }

    /// What came of a webhook: the status of the answer, or `None` where none came within two seconds. 100–299 is
    /// success. After any other one it is tried again 5, 15, 15 and 60 minutes later: at most three times in all where
    /// the receiver refuses, five where it fails (499, from 500 on, no answer).
    pub fn delivered(&mut self, id: u64, outcome: Option<u16>, now: i64) {
        self.hooks.delivered(id, outcome, now);
    }

    /// Switches a subscription on again that was switched off after more than 100 failures in two hours.
    pub fn enable_webhook(&mut self, destination: &str) {
        self.hooks.enable(destination, true);
    }

    /// Switches a subscription off, as after so many failures.
    pub fn disable_webhook(&mut self, destination: &str) {
        self.hooks.enable(destination, false);
    }

    /// The addresses that are subscribed.
    #[must_use]
    pub fn subscribed(&self) -> Vec<String> {
        self.hooks.destinations().map(str::to_owned).collect()
    }

    /// The company that lives in the account.
    #[must_use]
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// The account's host, which OAuth calls `referer`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("{}.amocrm.ru", self.company.subdomain)
    }

    /// The integration that may ask for permission.
    #[must_use]
    pub fn integration(&self) -> &Integration {
        &self.integration
    }

    /// Makes another integration; the tokens of the one before are dead.
    pub fn set_integration(&mut self, integration: Integration) {
        self.revoke_tokens();
        self.integration = integration;
    }

    /// The origin of the addresses in answers, without a slash at its end; `https://` and the host by default.
    pub fn set_origin(&mut self, origin: &str) {
        origin.clone_into(&mut self.origin);
    }

    /// How the account is set up.
    pub fn switches_mut(&mut self) -> &mut Switches {
        &mut self.switches
    }

    /// What goes wrong with the next requests.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// How often the API may be asked.
    pub fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    /// What goes wrong with webhooks of what happens from now on.
    pub fn mishaps_mut(&mut self) -> &mut Mishaps {
        &mut self.hooks.mishaps
    }

    fn act(&mut self, request: &ApiRequest<'_>, ask: &Ask, now: i64) -> ApiAnswer {
        let asked = |name: &str| ask.one(name).unwrap_or_default();
        match (request.method, ask.path.as_str()) {
            ("GET", "/oauth") if asked("client_id") == self.integration.id => {
                oauth::page(asked("client_id"), asked("state"), asked("mode"), &self.company.name)
            }
            ("POST", "/oauth") => self.permit(request.body, now),
            ("POST", "/oauth2/access_token") => {
                let burns = self.switches.burns_refresh;
                let given = self.tokens.exchange(request.body, &self.integration, burns, now);
                given.unwrap_or_else(Into::into)
            }
            (_, path) if path.starts_with("/api/v4/") => self.ask_api(request, ask, now),
            _ => Refusal::new(404, "the stand has no such page").into(),
        }
    }

    /// The button of the page was pressed.
    fn permit(&mut self, form: &[u8], now: i64) -> ApiAnswer {
        let told = Ask::of(&format!("?{}", String::from_utf8_lossy(form)));
        let asked = |name: &str| told.one(name).unwrap_or_default();
        let Some(query) = self.approve(asked("client_id"), asked("state"), now) else {
            return Refusal::new(404, "no integration has this id").into();
        };
        let mut answer = ApiAnswer::html(302, String::new());
        answer.headers.push(("location", format!("{}?{query}", self.integration.redirect_uri)));
        answer
    }

    fn ask_api(&mut self, request: &ApiRequest<'_>, ask: &Ask, now: i64) -> ApiAnswer {
        let user = request.bearer.and_then(|bearer| self.tokens.user(bearer, now));
        let known = self.company.users.iter().find(|known| Some(known.id) == user);
        let Some(user) = known.filter(|user| self.standing(user).is_active).map(|user| user.id) else {
            return Refusal::new(401, "the token is missing, unknown or has expired").into();
        };
        if let Some(refused) = self.pace.refuse(self.limits, now) {
            return refused;
        }
        if !self.switches.has_api {
            return Refusal::new(402, "the account is not paid for").into();
        }
        self.route(request, ask, user).unwrap_or_else(Into::into)
    }
}
