//! Arguments and the environment into what is wished.

use super::baseline;
use super::server::Server;
use anyhow::{Context as _, Result, bail, ensure};
use lexopt::{Arg, Parser};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use takeroot_account::{GrantRequest, Role, TargetRequest};
use takeroot_core::acceptance::Baseline;
use takeroot_core::account::{AccountRequest, PolicyRequest, Retention, Secret, amocrm_key};
use takeroot_core::connection::ConnectionRequest;
use takeroot_core::logbook::Entry;
use takeroot_core::policy::Policy;
use takeroot_core::time::Day;
use takeroot_panel::Lang;

#[derive(Debug)]
pub(super) struct Wish {
    pub(super) server: Server,
    pub(super) lang: Lang,
    pub(super) order: Order,
}

#[derive(Debug)]
pub(super) enum Order {
    Add(Box<AccountRequest>),
    List,
    Show(String),
    Rotate(String),
    Suspend(String),
    Resume(String),
    Token(String, GrantRequest),
    Tokens(String),
    Revoke(String, u32),
    Export(String, PathBuf),
    Import(PathBuf, Secret),
    Delete { account: String, is_sure: bool },
    Quarantine(String),
    Audit(String, Option<i64>),
    Connect(String, ConnectionRequest),
    Connection(String),
    Disconnect(String),
    Doctor(Option<String>),
    Digests(String),
    DigestAdd(String, Box<TargetRequest>),
    DigestRemove(String, u32),
    DigestTest(String, u32),
    Days(String, DaysWish),
    Log(String),
    LogAdd(String, Box<Entry>),
    LogRemove(String, u32),
    Baseline(String),
    BaselineUpload(String, Box<Baseline>),
    BaselineForget(String),
    Policy(String),
    WritePolicy(String, Box<PolicyRequest>),
    PreviewPolicy(String, Box<Policy>),
    Uninstall { account: String, file: PathBuf, is_sure: bool },
}

/// A workbook of days.
#[derive(Debug)]
pub(super) struct DaysWish {
    pub(super) file: PathBuf,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
}

/// A command: its name, what stands behind it, and its own options.
type Command = (&'static str, &'static [&'static str], &'static [&'static str]);

const COMMANDS: &[Command] = &[
    ("add", &[], &ADD_OPTIONS),
    ("list", &[], &[]),
    ("show", &["A"], &[]),
    ("rotate", &["A"], &[]),
    ("suspend", &["A"], &[]),
    ("resume", &["A"], &[]),
    ("token", &["A"], &["role", "group", "days", "note"]),
    ("tokens", &["A"], &[]),
    ("revoke", &["A", "ID"], &[]),
    ("export", &["A", "FILE"], &[]),
    ("import", &["FILE"], &[SECRET_FILE]),
    ("delete", &["A"], &["yes"]),
    ("quarantine", &["A"], &[]),
    ("audit", &["A"], &["before"]),
    ("connect", &["A"], &[TOKEN_FILE, "host", NO_WEBHOOKS, "history-days", "every-s", "rate"]),
    ("connection", &["A"], &[]),
    ("disconnect", &["A"], &[]),
    ("doctor", &["[A]"], &[]),
    ("digest", &["A"], &["add", "remove", "test"]),
    ("log", &["A"], &["add", "remove"]),
    ("days", &["A"], &["xlsx", "from", "to"]),
    ("baseline", &["A"], &["from", FORGET]),
    ("policy", &["A"], &["set", "revision", "note", "preview"]),
    ("uninstall", &["A", "FILE"], &["yes"]),
];

const CRM_ID: &str = "crm-id";
const SECRET_FILE: &str = "client-secret-file";
const TOKEN_FILE: &str = "token-file";
const NO_WEBHOOKS: &str = "no-webhooks";
const FORGET: &str = "forget";
const RAW_DAYS: &str = "raw-days";
const FACTS_DAYS: &str = "facts-days";
const ADD_OPTIONS: [&str; 10] = [
    CRM_ID,
    "name",
    "host",
    "zone",
    "integration-id",
    "redirect-uri",
    "policy",
    SECRET_FILE,
    RAW_DAYS,
    FACTS_DAYS,
];

/// What arguments wish, with `told` of the environment; nothing where they ask for help.
pub(super) fn read(arguments: Vec<OsString>, told: &dyn Fn(&str) -> Option<String>) -> Result<Option<Wish>> {
    let Some(mut given) = Given::of(arguments)? else { return Ok(None) };
    let url = given.take("server").or_else(|| told("TAKEROOT_SERVER"));
    let url = url.context("which server? Give --server URL, or set TAKEROOT_SERVER")?;
    let lang = match given.take("lang") {
        Some(code) => Lang::parse(&code).context("--lang is ru or en")?,
        None => spoken(told),
    };
    let order = given.order(told)?;
    let key = told("OPERATOR_KEY");
    let key = key.context("the operator's key is missing: set OPERATOR_KEY as it is set on the server")?;
    Ok(Some(Wish { server: Server::new(&url, key)?, lang, order }))
}

/// The language of the environment.
fn spoken(told: &dyn Fn(&str) -> Option<String>) -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(told);
    if locale.is_some_and(|locale| locale.starts_with("ru")) { Lang::Ru } else { Lang::En }
}

struct Given {
    command: &'static str,
    operands: std::vec::IntoIter<String>,
    options: BTreeMap<String, String>,
}

impl Given {
    fn of(arguments: Vec<OsString>) -> Result<Option<Self>> {
        let mut parser = Parser::from_args(arguments);
        let (mut command, mut operands, mut options) = (None::<&Command>, Vec::new(), BTreeMap::new());
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("help") | Arg::Short('h') => return Ok(None),
                Arg::Long("client-secret" | "operator-key" | "key" | "secret" | "token") => bail!(
                    "a secret is no argument, for others see it: set OPERATOR_KEY or TAKEROOT_CLIENT_SECRET, or give \
                     --client-secret-file FILE"
                ),
                Arg::Long(name) => {
                    let (name, known) = (name.to_owned(), command.map_or(&[][..], |(_, _, own)| own));
                    ensure!(
                        ["server", "lang"].contains(&name.as_str()) || known.contains(&name.as_str()),
                        "--{name} is no option here: takeroot account --help lists them by command"
                    );
                    let value = if ["yes", NO_WEBHOOKS, FORGET].contains(&name.as_str()) {
                        String::new()
                    } else {
                        text(parser.value()?)?
                    };
                    options.insert(name, value);
                }
                Arg::Value(word) if command.is_none() => {
                    let word = word.to_string_lossy().into_owned();
                    if word == "help" {
                        return Ok(None);
                    }
                    let known = COMMANDS.iter().find(|(name, ..)| *name == word);
                    command = Some(known.with_context(|| {
                        format!("there is no command «account {word}»; takeroot account --help lists them")
                    })?);
                }
                Arg::Value(operand) => operands.push(text(operand)?),
                other => return Err(other.unexpected().into()),
            }
        }
        let Some((command, names, _)) = command else { return Ok(None) };
        let asked = names.iter().filter(|name| !name.starts_with('[')).count();
        ensure!(
            (asked..=names.len()).contains(&operands.len()),
            "takeroot account {command} takes {}",
            if names.is_empty() { "options only".to_owned() } else { names.join(" ") }
        );
        Ok(Some(Self { command, operands: operands.into_iter(), options }))
    }

    fn order(mut self, told: &dyn Fn(&str) -> Option<String>) -> Result<Order> {
        Ok(match self.command {
            "add" => Order::Add(Box::new(self.request(told)?)),
            "list" => Order::List,
            "show" => Order::Show(self.account()?),
            "rotate" => Order::Rotate(self.account()?),
            "suspend" => Order::Suspend(self.account()?),
            "resume" => Order::Resume(self.account()?),
            "token" => Order::Token(self.account()?, self.grant()?),
            "tokens" => Order::Tokens(self.account()?),
            "revoke" => {
                let (account, id) = (self.account()?, self.operand());
                Order::Revoke(account, id.parse().with_context(|| no_number("ID", &id))?)
            }
            "export" => Order::Export(self.account()?, self.operand().into()),
            "import" => Order::Import(self.operand().into(), self.client_secret(told)?),
            "delete" => Order::Delete { account: self.account()?, is_sure: self.take("yes").is_some() },
            "quarantine" => Order::Quarantine(self.account()?),
            "connect" => Order::Connect(self.account()?, self.connection()?),
            "connection" => Order::Connection(self.account()?),
            "disconnect" => Order::Disconnect(self.account()?),
            "doctor" if self.operands.len() == 0 => Order::Doctor(None),
            "doctor" => Order::Doctor(Some(self.account()?)),
            "digest" => self.digest()?,
            "days" => self.days()?,
            "log" => self.log()?,
            "baseline" => self.baseline()?,
            "policy" => self.policy()?,
            "uninstall" => Order::Uninstall {
                account: self.account()?,
                file: self.operand().into(),
                is_sure: self.take("yes").is_some(),
            },
            _ => Order::Audit(self.account()?, self.number("before")?),
        })
    }

    /// To whom the account tells: shown, one more or another, one less, or tried.
    fn digest(&mut self) -> Result<Order> {
        let account = self.account()?;
        let (add, remove, test) = (self.take("add"), self.number("remove")?, self.number("test")?);
        Ok(match (add, remove, test) {
            (None, None, None) => Order::Digests(account),
            (Some(path), None, None) => Order::DigestAdd(account, Box::new(json(&path)?)),
            (None, Some(id), None) => Order::DigestRemove(account, id),
            (None, None, Some(id)) => Order::DigestTest(account, id),
            _ => bail!("--add, --remove or --test, one of them"),
        })
    }

    /// What people wrote down: shown, one entry more or another, one less.
    fn log(&mut self) -> Result<Order> {
        let account = self.account()?;
        Ok(match (self.take("add"), self.number("remove")?) {
            (None, None) => Order::Log(account),
            (Some(path), None) => Order::LogAdd(account, Box::new(json(&path)?)),
            (None, Some(id)) => Order::LogRemove(account, id),
            (Some(_), Some(_)) => bail!("--add or --remove, one of them"),
        })
    }

    /// Uploaded days: shown, others in their place, none.
    fn baseline(&mut self) -> Result<Order> {
        let account = self.account()?;
        Ok(match (self.take("from"), self.take(FORGET)) {
            (None, None) => Order::Baseline(account),
            (Some(folder), None) => {
                Order::BaselineUpload(account, Box::new(baseline::read(Path::new(&folder))?))
            }
            (None, Some(_)) => Order::BaselineForget(account),
            (Some(_), Some(_)) => bail!("--from or --forget, one of them"),
        })
    }

    fn days(&mut self) -> Result<Order> {
        let account = self.account()?;
        let file = self.take("xlsx").context("--xlsx is missing: the workbook to write")?.into();
        Ok(Order::Days(account, DaysWish { file, from: self.day("from")?, to: self.day("to")? }))
    }

    fn day(&mut self, name: &str) -> Result<Option<Day>> {
        let told = self.take(name);
        told.map(|told| told.parse().with_context(|| format!("--{name} «{told}»"))).transpose()
    }

    /// Shown, written, or tried on the last week.
    fn policy(&mut self) -> Result<Order> {
        let account = self.account()?;
        let (set, preview) = (self.take("set"), self.take("preview"));
        let (based_on, note) = (self.number("revision")?, self.take("note"));
        ensure!(
            set.is_some() || (based_on.is_none() && note.is_none()),
            "--revision and --note go with --set only"
        );
        match (set, preview) {
            (None, None) => Ok(Order::Policy(account)),
            (None, Some(path)) => Ok(Order::PreviewPolicy(account, Box::new(policy(Path::new(&path))?))),
            (Some(_), Some(_)) => bail!("--set or --preview, one of them"),
            (Some(path), None) => {
                let based_on = based_on.with_context(|| {
                    format!("--revision is missing: the one that you have changed, as takeroot account policy {account} says it")
                })?;
                let (policy, note) = (policy(Path::new(&path))?, note.unwrap_or_default());
                Ok(Order::WritePolicy(account, Box::new(PolicyRequest { based_on, note, policy })))
            }
        }
    }

    fn request(&mut self, told: &dyn Fn(&str) -> Option<String>) -> Result<AccountRequest> {
        let crm_id = self.number(CRM_ID)?.context("--crm-id is missing: the account's id in amoCRM")?;
        let policy = self.take("policy").map(|path| policy(Path::new(&path))).transpose()?;
        let zone = self.take("zone");
        ensure!(
            zone.is_none() || policy.is_none(),
            "--zone and --policy: the policy says the zone, as calendar.tz"
        );
        Ok(AccountRequest {
            crm_id,
            name: self.take("name").unwrap_or_default(),
            crm_host: self.take("host"),
            client_secret: self.client_secret(told)?,
            integration_id: self.take("integration-id"),
            redirect_uri: self.take("redirect-uri"),
            observed_from: None,
            zone,
            policy,
            retention: self.retention()?,
        })
    }

    fn retention(&mut self) -> Result<Option<Retention>> {
        let (raw_days, facts_days) = (self.number(RAW_DAYS)?, self.number(FACTS_DAYS)?);
        let retention = match (raw_days, facts_days) {
            (None, None) => return Ok(None),
            (Some(raw_days), Some(facts_days)) => Retention { raw_days, facts_days },
            _ => bail!("--{RAW_DAYS} and --{FACTS_DAYS} go together; a new account has 14 and 400"),
        };
        ensure!(retention.is_possible(), "--{RAW_DAYS} and --{FACTS_DAYS}: {}", Retention::limits());
        Ok(Some(retention))
    }

    /// With a token from a file, or by an admin's consent.
    fn connection(&mut self) -> Result<ConnectionRequest> {
        let standard = ConnectionRequest::default();
        let token = match self.take(TOKEN_FILE) {
            Some(path) => Some(std::fs::read_to_string(&path).with_context(|| path.clone())?),
            None => None,
        };
        Ok(ConnectionRequest {
            host: self.take("host"),
            token: token.map(|token| Secret(token.trim().to_owned())),
            webhooks: self.take(NO_WEBHOOKS).is_none(),
            every_s: self.number("every-s")?.unwrap_or(standard.every_s),
            rate: self.number("rate")?.unwrap_or(standard.rate),
            history_days: self.number("history-days")?.unwrap_or(standard.history_days),
        })
    }

    fn grant(&mut self) -> Result<GrantRequest> {
        let group: Option<u64> = self.number("group")?;
        let role = match (self.take("role").as_deref(), group) {
            (Some("owner"), None) => Role::Owner,
            (Some("reader"), None) => Role::Reader,
            (Some("head"), Some(group)) => Role::Head { group },
            (Some("head"), None) => bail!("--group is missing: which group the head leads"),
            (Some("owner" | "reader"), Some(_)) => bail!("--group goes with --role head only"),
            _ => bail!("--role is owner, head or reader"),
        };
        let days = self.number("days")?;
        ensure!(
            role != Role::Reader || days.is_some(),
            "--days is missing: a reader's link ends, in 366 days at the latest"
        );
        Ok(GrantRequest { role, note: self.take("note").unwrap_or_default(), days })
    }

    /// From a file, or of the environment; empty where neither tells it.
    fn client_secret(&mut self, told: &dyn Fn(&str) -> Option<String>) -> Result<Secret> {
        let secret = match self.take(SECRET_FILE) {
            Some(path) => std::fs::read_to_string(&path).with_context(|| path.clone())?,
            None => told("TAKEROOT_CLIENT_SECRET").unwrap_or_default(),
        };
        Ok(Secret(secret.trim().to_owned()))
    }

    fn account(&mut self) -> Result<String> {
        let told = self.operand();
        if let Ok(crm_id) = told.parse() {
            return Ok(amocrm_key(crm_id));
        }
        let is_key = told.strip_prefix("amo-").is_some_and(|id| id.parse::<u64>().is_ok());
        ensure!(
            is_key,
            "«{told}» is no account: it is named as takeroot account list does, such as amo-30441694"
        );
        Ok(told)
    }

    fn number<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>> {
        let told = self.take(name);
        told.map(|told| told.parse().with_context(|| no_number(&format!("--{name}"), &told))).transpose()
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.options.remove(name)
    }

    /// Their number was checked.
    fn operand(&mut self) -> String {
        self.operands.next().unwrap_or_default()
    }
}

/// The server keeps versions itself: each policy that it is given holds from the next day on.
fn policy(path: &Path) -> Result<Policy> {
    let file = crate::policy::load(path.as_os_str())?;
    ensure!(
        file.later.is_empty(),
        "{}: it holds later versions; give the server one policy at a time, it holds from the next day on",
        path.display()
    );
    Ok(file.first.policy)
}

fn json<T: DeserializeOwned>(path: &str) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
    serde_json::from_str(&text).with_context(|| path.to_owned())
}

fn no_number(name: &str, told: &str) -> String {
    format!("{name} «{told}» is no number of its kind")
}

fn text(value: OsString) -> Result<String> {
    value.into_string().map_err(|value| anyhow::anyhow!("«{}» is no text", value.to_string_lossy()))
}

#[cfg(test)]
#[path = "wish_tests.rs"]
mod tests;
