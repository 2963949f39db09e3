//! The admin's settings inside the CRM: the policy of the account, over what the CRM really has.
//!
//! A page is a state: what was read, the draft, and what is under way. A hand's act changes it by a control's name, an
//! answer of the server by what was asked; the whole of it is drawn anew each time, and the shell puts into the document
//! what differs.

mod bar;
mod control;
mod describe;
mod edit;
mod fields;
mod goals;
mod hours;
mod install;
mod page;
mod people;
#[cfg(test)]
mod tests;

use crate::lang::Lang;
use crate::policy::names;
use serde::de::DeserializeOwned;
use serde_json::Value;
use takeroot_core::account::{PolicyRequest, PolicyState};
use takeroot_core::connection::{Connected, ConnectionState};
use takeroot_core::directory::AccountDirectory;
use takeroot_core::doctor::Diagnosis;
use takeroot_core::policy::lint::{Problem, Severity};
use takeroot_core::policy::{Policy, lint, preset, rebased};
use takeroot_core::time::Day;

/// The page's style.
pub const SETTINGS_CSS: &str = include_str!("settings/settings.css");

/// A part of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    #[default]
    Fields,
    Clocks,
    Hours,
    Team,
    Pilot,
    Sources,
    Goals,
    Versions,
    Connection,
}

impl Section {
    const ALL: [Self; 9] = [
        Self::Fields,
        Self::Clocks,
        Self::Hours,
        Self::Team,
        Self::Pilot,
        Self::Sources,
        Self::Goals,
        Self::Versions,
        Self::Connection,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Clocks => "clocks",
            Self::Hours => "hours",
            Self::Team => "team",
            Self::Pilot => "pilot",
            Self::Sources => "sources",
            Self::Goals => "goals",
            Self::Versions => "versions",
            Self::Connection => "connection",
        }
    }

    const fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Fields => lang.either("Обязательные поля", "Mandatory fields"),
            Self::Clocks => lang.either("Сроки", "Deadlines"),
            Self::Hours => lang.either("Рабочее время", "Working hours"),
            Self::Team => lang.either("Команда", "Team"),
            Self::Pilot => lang.either("Пилот", "Pilot"),
            Self::Sources => lang.either("Источники", "Sources"),
            Self::Goals => lang.either("Приёмка", "Acceptance"),
            Self::Versions => lang.either("Версии", "Versions"),
            Self::Connection => lang.either("Подключение", "Connection"),
        }
    }

    /// The part in which a problem is shown.
    fn of(problem: &Problem) -> Self {
        match problem.path.section().unwrap_or_default() {
            "first_response" | "targets" | "thresholds" => Self::Clocks,
            "calendar" | "calendars" => Self::Hours,
            "people" | "groups" => Self::Team,
            "pilot" => Self::Pilot,
            "sources" | "meaning" => Self::Sources,
            "acceptance" | "goals" | "leaderboard" => Self::Goals,
            _ => Self::Fields,
        }
    }
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Reading,
    Ready,
    Previewing,
    Writing,
    Written,
}

/// A question to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked: goes with the answer to [`Settings::heard`].
    pub what: &'static str,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path on the server.
    pub path: &'static str,
    /// JSON; empty where there is none.
    pub body: String,
}

/// Why something was not done: a title, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    status: u16,
    title: String,
    hint: String,
}

/// The page.
#[derive(Clone, Debug)]
pub struct Settings {
    lang: Lang,
    today: Day,
    /// Whether nothing but the steps of an installation is shown.
    is_installing: bool,
    section: Section,
    phase: Phase,
    /// What was read last; none before.
    state: Option<PolicyState>,
    directory: AccountDirectory,
    connection: Option<ConnectionState>,
    doctor: Option<Diagnosis>,
    /// What the draft began as.
    base: Policy,
    draft: Policy,
    note: String,
    /// A [`takeroot_core::account::PolicyPreview`], of which the page shows a few figures.
    preview: Option<Value>,
    /// What somebody else has written meanwhile.
    theirs: Option<PolicyState>,
    refusal: Option<Refusal>,
    /// Where the admin says yes in the CRM.
    authorize: Option<String>,
    asks: Vec<Ask>,
}

impl Settings {
    /// A page of which nothing is read yet; of an installation, or of all.
    #[must_use]
    pub fn new(lang: Lang, today: Day, is_installing: bool) -> Self {
        let mut settings = Self {
            lang,
            today,
            is_installing,
            section: Section::default(),
            phase: Phase::Reading,
            state: None,
            directory: AccountDirectory::default(),
            connection: None,
            doctor: None,
            base: Policy::default(),
            draft: Policy::default(),
            note: String::new(),
            preview: None,
            theirs: None,
            refusal: None,
            authorize: None,
            asks: Vec::new(),
        };
        settings.read();
        settings
    }

    /// What is to be asked now; each is given once.
    pub fn asks(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.asks)
    }

    /// Takes an answer. A status of 0 is of a server that cannot be reached.
    pub fn heard(&mut self, what: &str, status: u16, text: &str) {
        if status != 200 {
            return self.refused(what, status, text);
        }
        match what {
            "policy" => self.take(text, |page, state: PolicyState| page.begin(state, Phase::Ready)),
            "written" => self.take(text, |page, state: PolicyState| {
                page.note.clear();
                page.preview = None;
                page.begin(state, Phase::Written);
            }),
            "theirs" => self.take(text, |page, state: PolicyState| {
                (page.theirs, page.phase) = (Some(state), Phase::Ready);
            }),
            "preview" => self.take(text, |page, preview: Value| {
                (page.preview, page.phase) = (Some(preview), Phase::Ready);
            }),
            "directory" => self.take(text, |page, directory| page.directory = directory),
            "connection" => self.take(text, Self::connected),
            "doctor" => self.take(text, |page, told| page.doctor = Some(told)),
            "authorization" => self.take(text, |page, connected: Connected| match connected {
                Connected::Authorize { url } => {
                    page.authorize = Some(url).filter(|url| url.starts_with("https://"))
                }
                Connected::Yes { .. } => page.ask("connection", "GET", "/v1/admin/connection"),
            }),
            "reading" => self.read(),
            _ => {}
        }
    }

    /// Takes an act of a hand: the name of a control, and its value where it has one.
    pub fn act(&mut self, act: &str, value: &str) {
        let parts: Vec<&str> = act.split(':').collect();
        match parts.as_slice() {
            ["section", key] => {
                self.section =
                    Section::ALL.into_iter().find(|section| section.key() == *key).unwrap_or_default();
            }
            ["reload"] => self.read(),
            ["note"] => value.clone_into(&mut self.note),
            ["authorize"] => self.ask("authorization", "POST", "/v1/admin/authorization"),
            ["reading"] => self.ask("reading", "POST", "/v1/admin/reading"),
            ["look"] => {
                self.ask("connection", "GET", "/v1/admin/connection");
                self.ask("doctor", "GET", "/v1/admin/doctor");
            }
            ["preset"] if value.is_empty() => {
                let Policy { mandatory, targets, first_response, .. } = self.base.clone();
                self.draft = Policy { mandatory, targets, first_response, ..self.draft.clone() };
            }
            ["preset"] => self.draft = preset::over(&self.draft, names(self.lang)),
            ["discard"] => self.draft.clone_from(&self.base),
            ["hide"] => self.preview = None,
            ["preview"] => self.previews(),
            ["save"] => self.saves(),
            ["rebase"] | ["theirs"] => self.agree(parts == ["rebase"]),
            ["restore", at] => self.restore(at.parse().ok()),
            parts => {
                self.preview = None;
                self.phase = if self.phase == Phase::Written { Phase::Ready } else { self.phase };
                let _ = edit::edit(&mut self.draft, &self.directory, self.today, parts, value);
            }
        }
    }

    /// Whether something comes by itself: then [`Settings::act`] may `look` every few seconds.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let state = self.connection.as_ref().filter(|state| state.host.is_some());
        state.map_or(self.authorize.is_some(), |state| state.finding.is_none())
    }

    /// The page as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        page::page(self).into_string()
    }

    fn read(&mut self) {
        self.ask("policy", "GET", "/v1/admin/policy");
        self.ask("directory", "GET", "/v1/admin/directory");
        self.ask("connection", "GET", "/v1/admin/connection");
        self.ask("doctor", "GET", "/v1/admin/doctor");
    }

    /// With the connection, and with what was found by it, comes what the CRM has.
    fn connected(&mut self, state: ConnectionState) {
        let has = |state: &ConnectionState| (state.host.is_some(), state.finding.is_some());
        let is_new = self.connection.as_ref().is_some_and(|known| has(known) != has(&state));
        self.connection = Some(state);
        if is_new {
            self.ask("policy", "GET", "/v1/admin/policy");
            self.ask("directory", "GET", "/v1/admin/directory");
        }
    }

    fn ask(&mut self, what: &'static str, method: &'static str, path: &'static str) {
        self.post(what, method, path, String::new());
    }

    /// Whoever asks anew is not kept by an earlier refusal.
    fn post(&mut self, what: &'static str, method: &'static str, path: &'static str, body: String) {
        self.refusal = None;
        self.asks.push(Ask { what, method, path, body });
    }

    /// Of several refusals the one that says most is told: that of rights, else that of the account, else the latest.
    fn refuse(&mut self, refusal: Refusal) {
        let weight = |status: u16| [401, 403].iter().position(|known| *known == status).map(|at| at + 1);
        let known = self.refusal.as_ref().map(|known| weight(known.status));
        if known <= Some(weight(refusal.status)) {
            self.refusal = Some(refusal);
        }
    }

    /// By way of a document: a second way of reading each type is as much code again.
    fn take<T: DeserializeOwned>(&mut self, text: &str, put: impl FnOnce(&mut Self, T)) {
        match serde_json::from_str::<Value>(text).and_then(serde_json::from_value) {
            Ok(told) => put(self, told),
            Err(_) => self.refuse(self.of_status(500)),
        }
    }

    /// The draft begins as what is written; one that somebody works on is kept.
    fn begin(&mut self, state: PolicyState, phase: Phase) {
        let latest = latest(&state);
        let is_touched = phase == Phase::Ready && self.state.is_some() && self.draft != self.base;
        if !is_touched {
            self.draft.clone_from(&latest);
            self.base = latest;
            self.state = Some(state);
        }
        (self.phase, self.theirs) = (phase, None);
    }

    fn refused(&mut self, what: &str, status: u16, text: &str) {
        if self.phase != Phase::Reading {
            self.phase = Phase::Ready;
        }
        if what == "written" && status == 409 {
            return self.ask("theirs", "GET", "/v1/admin/policy");
        }
        if what == "authorization" && status == 422 {
            let say = |ru, en| self.lang.either(ru, en).to_owned();
            return self.refuse(Refusal {
                status,
                title: say("Подключить CRM пока нельзя", "The CRM cannot be connected yet"),
                hint: say(
                    "Пусть администратор сервера укажет аккаунту адрес этой CRM и её интеграцию, затем повторите.",
                    "Let the server’s operator give the account this CRM’s address and its integration, then try again.",
                ),
            });
        }
        // What the server says itself is for whoever keeps it; of the rest the page says what to do.
        let said = match status {
            422 | 413 => serde_json::from_str::<Value>(text).ok(),
            _ => None,
        };
        let part = |name: &str| said.as_ref().and_then(|said| Some(said.get(name)?.as_str()?.to_owned()));
        let own = self.of_status(status);
        self.refuse(Refusal { hint: part("hint").unwrap_or(own.hint), ..own });
    }

    fn of_status(&self, status: u16) -> Refusal {
        let (title, hint) = match status {
            0 => (
                self.lang.either("Сервер не отвечает", "The server does not answer"),
                self.lang.either(
                    "Проверьте адрес сервера в настройках виджета и что он открывается в браузере, затем повторите.",
                    "See that the server’s address in the widget’s settings is right and opens in a browser, then try again.",
                ),
            ),
            401 => (
                self.lang.either("Сервер не узнаёт эту CRM", "The server does not know this CRM"),
                self.lang.either(
                    "Пусть администратор сервера откроет аккаунт с секретным ключом этой интеграции, затем повторите.",
                    "Let the server’s operator open the account with this integration’s client secret, then try again.",
                ),
            ),
            403 => (
                self.lang.either("Настройки — для администраторов CRM", "Settings are for the CRM’s admins"),
                self.lang.either("Попросите администратора CRM открыть эту страницу.", "Ask an admin of the CRM to open this page."),
            ),
            413 | 422 => (
                self.lang.either("Так сохранить нельзя", "It cannot be kept like this"),
                self.lang.either("Исправьте отмеченное и повторите.", "Mend what is marked and try again."),
            ),
            _ => (
                self.lang.either("Не получилось", "It did not work"),
                self.lang.either("Повторите через минуту; если не поможет, загляните в журнал сервера.", "Try again in a minute; if that does not help, see the server’s log."),
            ),
        };
        Refusal { status, title: title.to_owned(), hint: hint.to_owned() }
    }

    fn previews(&mut self) {
        let Ok(body) = serde_json::to_value(&self.draft) else { return };
        self.phase = Phase::Previewing;
        self.post("preview", "POST", "/v1/admin/preview", body.to_string());
    }

    fn saves(&mut self) {
        let Some(state) = self.state.as_ref().filter(|_| self.can_save()) else { return };
        let request = PolicyRequest {
            based_on: state.revision,
            note: self.note.trim().to_owned(),
            policy: self.draft.clone(),
        };
        let Ok(body) = serde_json::to_value(&request) else { return };
        self.phase = Phase::Writing;
        self.post("written", "POST", "/v1/admin/policy", body.to_string());
    }

    /// Goes on from what somebody else has written: with one's own changes on top, or without.
    fn agree(&mut self, with_own: bool) {
        let Some(state) = self.theirs.take() else { return };
        let theirs = latest(&state);
        self.draft = if with_own { rebased(&self.base, &self.draft, &theirs) } else { theirs.clone() };
        (self.base, self.state, self.preview) = (theirs, Some(state), None);
    }

    fn restore(&mut self, at: Option<usize>) {
        let version = self.state.as_ref().and_then(|state| state.versions.get(at?));
        let Some(version) = version else { return };
        let from = version.from.to_string();
        self.draft.clone_from(&version.policy);
        self.note = match (self.lang, version.from) {
            (Lang::Ru, Day(0)) => "Возврат к первой версии".to_owned(),
            (Lang::En, Day(0)) => "Back to the first version".to_owned(),
            (Lang::Ru, _) => format!("Возврат к версии с {from}"),
            (Lang::En, _) => format!("Back to the version from {from}"),
        };
        self.section = Section::default();
    }

    fn problems(&self) -> Vec<Problem> {
        lint(&self.draft)
    }

    fn is_changed(&self) -> bool {
        self.draft != self.base
    }

    fn can_save(&self) -> bool {
        let is_idle = matches!(self.phase, Phase::Ready | Phase::Written);
        let is_sound = self.problems().iter().all(|problem| problem.severity() != Severity::Error);
        is_idle && is_sound && self.theirs.is_none() && (self.is_changed() || self.is_proposed())
    }

    /// Whether nobody has set a policy yet: it is what the CRM proposes.
    fn is_proposed(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.proposed)
    }
}

fn latest(state: &PolicyState) -> Policy {
    state.versions.last().map(|version| version.policy.clone()).unwrap_or_default()
}
