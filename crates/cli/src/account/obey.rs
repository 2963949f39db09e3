//! What is wished, done on the server and said.

use super::server::Server;
use super::wish::{DaysWish, Order, Wish};
use super::{archive, doctor, say};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use serde_json::value::RawValue;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use takeroot_account::{
    AuditEntry, DigestTested, Grant, GrantRequest, Granted, Quarantined, Role, Status, Target, TargetRequest,
    TargetState,
};
use takeroot_core::acceptance::BaselineState;
use takeroot_core::account::{AccountOpened, AccountRequest, List, PolicyPreview, PolicyState, Secret};
use takeroot_core::connection::{Connected, ConnectionRequest, ConnectionState, Disconnected};
use takeroot_core::logbook::Entry;
use takeroot_core::policy::PolicyFile;
use takeroot_core::time::{Day, Moment};
use takeroot_core::zone::Zone;
use takeroot_panel::desk::{self, Done, Listing, Word};
use takeroot_panel::{Lang, WorkbookSource, workbook};

/// A deletion waits for a publication that is on its way.
const DELETION_PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn obey(wish: Wish) -> Result<()> {
    let Wish { server, lang, order } = wish;
    let desk = Desk { server, lang };
    match order {
        Order::Add(request) => desk.add(&request),
        Order::List => desk.list(),
        Order::Show(account) => desk.show(&account),
        Order::Rotate(account) => {
            let opened: AccountOpened = desk.order(&account, "rotation")?;
            desk.done(&Done::Rotated { hook: &desk.server.address(&opened.hook_path) })
        }
        Order::Suspend(account) => {
            desk.order::<Value>(&account, "suspension")?;
            desk.done(&Done::Suspended)
        }
        Order::Resume(account) => {
            desk.order::<Value>(&account, "resumption")?;
            desk.done(&Done::Resumed)
        }
        Order::Token(account, wish) => desk.grant(&account, &wish),
        Order::Tokens(account) => desk.grants(&account),
        Order::Revoke(account, id) => {
            desk.server.send("DELETE", &format!("/v1/accounts/{account}/grants/{id}"), Vec::new())?;
            desk.done(&Done::Revoked { id })
        }
        Order::Export(account, file) => desk.export(&account, &file),
        Order::Import(file, secret) => desk.import(&file, secret),
        Order::Delete { account, is_sure } => desk.delete(&account, is_sure),
        Order::Quarantine(account) => desk.quarantine(&account),
        Order::Audit(account, before) => desk.audit(&account, before),
        Order::Connect(account, wish) => desk.connect(&account, &wish),
        Order::Connection(account) => desk.connection(&account),
        Order::Disconnect(account) => {
            let Disconnected { webhooks_ended } =
                desk.server.delete(&format!("/v1/accounts/{account}/connection"))?;
            desk.done(&Done::Disconnected { webhooks_ended })
        }
        Order::Policy(account) => desk.policy(&account),
        Order::Log(account) => desk.log(&account),
        Order::LogAdd(account, entry) => {
            let path = format!("/v1/accounts/{account}/logbook");
            let Entry { id, .. } = desk.server.post(&path, serde_json::to_vec(&entry)?)?;
            desk.done(&Done::LogWritten { id })
        }
        Order::LogRemove(account, id) => {
            let Entry { id, .. } = desk.server.delete(&format!("/v1/accounts/{account}/logbook/{id}"))?;
            desk.done(&Done::LogStruck { id })
        }
        Order::Baseline(account) => {
            let told: BaselineState = desk.server.get(&baseline(&account))?;
            desk.done(&Done::Baseline(told))
        }
        Order::BaselineUpload(account, days) => {
            let told: BaselineState = desk.server.post(&baseline(&account), serde_json::to_vec(&days)?)?;
            desk.done(&Done::Baseline(told))
        }
        Order::BaselineForget(account) => {
            desk.done(&Done::Baseline(desk.server.delete(&baseline(&account))?))
        }
        Order::Days(account, wish) => desk.days(&account, &wish),
        Order::WritePolicy(account, request) => {
            let path = format!("/v1/accounts/{account}/policy");
            let PolicyState { revision, .. } = desk.server.post(&path, serde_json::to_vec(&request)?)?;
            desk.done(&Done::PolicyWritten { revision })
        }
        Order::PreviewPolicy(account, policy) => {
            let path = format!("/v1/accounts/{account}/policy/preview");
            let told: PolicyPreview = desk.server.post(&path, serde_json::to_vec(&policy)?)?;
            say(&desk::preview(&told, desk.lang))
        }
        Order::Doctor(account) => doctor::doctor(&desk.server, account, desk.lang),
        Order::Digests(account) => desk.digests(&account),
        Order::DigestAdd(account, target) => desk.digest_add(&account, &target),
        Order::DigestRemove(account, id) => {
            let gone: Target = desk.server.delete(&format!("/v1/accounts/{account}/digests/{id}"))?;
            desk.done(&Done::DigestRemoved { id, name: &gone.name })
        }
        Order::DigestTest(account, id) => {
            let tested: DigestTested = desk.order(&account, &format!("digests/{id}/test"))?;
            desk.done(&Done::DigestTested { id, trouble: tested.trouble })
        }
        Order::Uninstall { account, file, is_sure } => desk.uninstall(&account, &file, is_sure),
    }
}

fn baseline(account: &str) -> String {
    format!("/v1/accounts/{account}/baseline")
}

struct Desk {
    server: Server,
    lang: Lang,
}

impl Desk {
    fn add(&self, request: &AccountRequest) -> Result<()> {
        let opened: AccountOpened = self.server.post("/v1/accounts", serde_json::to_vec(request)?)?;
        self.opened(&opened)
    }

    fn opened(&self, opened: &AccountOpened) -> Result<()> {
        self.done(&Done::Opened {
            account: &opened.account,
            hook: &self.server.address(&opened.hook_path),
            owner: &self.server.address(&opened.owner_path),
            server: &self.server.address(""),
        })
    }

    fn list(&self) -> Result<()> {
        let mut rows = Vec::new();
        self.server.each_listed(|listed| {
            let day = listed.last_day.map(|day| day.to_string()).unwrap_or_default();
            rows.push(vec![listed.account, listed.name, listed.zone, day]);
        })?;
        self.table(Listing::Accounts, &rows)
    }

    fn show(&self, account: &str) -> Result<()> {
        let status: Status = self.server.get(&format!("/v1/accounts/{account}/status"))?;
        let mut rows = Vec::new();
        let mut row = |word, told: String| rows.push(vec![desk::word(word, self.lang).to_owned(), told]);
        if let Some(listed) = self.server.listed(account)? {
            row(Word::Company, listed.name);
            row(Word::Zone, listed.zone);
            row(Word::LastDay, listed.last_day.map(|day| day.to_string()).unwrap_or_default());
        }
        let published = if status.published { Word::Yes } else { Word::NotYet };
        row(Word::Published, desk::word(published, self.lang).to_owned());
        row(Word::Facts, status.facts.to_string());
        row(Word::Deliveries, status.deliveries.to_string());
        row(Word::Quarantined, status.quarantined.to_string());
        if let Some(at) = status.suspended_at {
            row(Word::SuspendedSince, at.to_string());
        }
        self.table(Listing::Status, &rows)
    }

    fn grant(&self, account: &str, wish: &GrantRequest) -> Result<()> {
        let made = self.server.post(&format!("/v1/accounts/{account}/grants"), serde_json::to_vec(wish)?)?;
        let Granted { grant: Grant { id, role, expires_at: ends, .. }, token, owner_path } = made;
        let (token, page) = (token.as_str(), self.server.address(&owner_path));
        self.done(&match role {
            Role::Head { .. } => Done::GrantedHead { id, token, ends },
            Role::Owner | Role::Reader => Done::Granted { id, page: &page, token, ends },
        })
    }

    fn grants(&self, account: &str) -> Result<()> {
        let grants: List<Grant> = self.server.get(&format!("/v1/accounts/{account}/grants"))?;
        let (now, word) = (now(), |word| desk::word(word, self.lang).to_owned());
        let row = |grant: Grant| {
            let state = match grant.revoked_at {
                Some(_) => Word::Revoked,
                None if grant.holds(now) => Word::Holds,
                None => Word::Ended,
            };
            let role = match grant.role {
                Role::Owner => word(Word::Owner),
                Role::Head { group } => format!("{} {group}", word(Word::Head)),
                Role::Reader => word(Word::Reader),
            };
            let ends = grant.expires_at.map_or_else(|| word(Word::Never), |at| at.to_string());
            vec![grant.id.to_string(), role, grant.made_at.to_string(), ends, word(state), grant.note]
        };
        self.table(Listing::Grants, &grants.items.into_iter().map(row).collect::<Vec<_>>())
    }

    fn export(&self, account: &str, file: &Path) -> Result<()> {
        let written = archive::export(&self.server, account, file)?;
        let (pages, bytes, file) = (written.pages, written.bytes, file.display().to_string());
        self.done(&Done::Exported { account, file: &file, pages, bytes })
    }

    fn import(&self, file: &Path, client_secret: Secret) -> Result<()> {
        let record = archive::import(&self.server, file)?.record;
        let (has_secret, is_suspended) = (!client_secret.0.is_empty(), record.suspended_at.is_some());
        self.done(&Done::Imported { account: &record.account, has_secret, is_suspended })?;
        // What is left out stays; the answer says the addresses under this server's key.
        let request = AccountRequest {
            crm_id: record.crm_id,
            name: String::new(),
            crm_host: None,
            client_secret,
            integration_id: None,
            redirect_uri: None,
            observed_from: None,
            zone: None,
            policy: None,
            retention: None,
        };
        self.add(&request)
    }

    /// The latest version as a file that `--set` takes again; what came before stands in its comments.
    fn policy(&self, account: &str) -> Result<()> {
        let told: PolicyState = self.server.get(&format!("/v1/accounts/{account}/policy"))?;
        let latest = told.versions.last().map(|latest| latest.policy.clone()).unwrap_or_default();
        let policy = toml::to_string(&PolicyFile::from(latest))?;
        say(&format!("{}\n{}", desk::versions(&told, self.lang), policy.trim_end()))
    }

    /// The published documents as they are, with the latest names.
    fn days(&self, account: &str, wish: &DaysWish) -> Result<()> {
        let DaysWish { file, from, to } = wish;
        archive::is_free(file)?;
        let told: PolicyState = self.server.get(&format!("/v1/accounts/{account}/policy"))?;
        let policy = told.versions.last().map(|latest| latest.policy.clone()).unwrap_or_default();
        let days = [("from", from), ("to", to)];
        let days = days.into_iter().filter_map(|(name, day)| day.map(|day| format!("{name}={day}")));
        let query = days.collect::<Vec<_>>().join("&");
        let mut documents = Vec::new();
        self.server.each(&format!("/v1/accounts/{account}/days?{query}"), |day: Box<RawValue>| {
            documents.push(day.get().to_owned());
        })?;
        let documents = crate::workbook::read(documents)?;
        ensure!(!documents.is_empty(), "nothing is published of these days");
        let zone = Zone::named(&policy.calendar.tz).context("the policy's zone")?;
        let source = WorkbookSource { documents: &documents, policy: &policy, zone: &zone, lang: self.lang };
        crate::workbook::write(&workbook(&source)?, file)?;
        let (days, file) = (documents.len(), file.display().to_string());
        self.done(&Done::WorkbookWritten { file: &file, days })
    }

    /// Nothing is left behind: neither webhooks in the CRM nor data here. What there was is in the file.
    fn uninstall(&self, account: &str, file: &Path, is_sure: bool) -> Result<()> {
        archive::is_free(file)?;
        self.make_sure(account, Some(file), is_sure)?;
        // The archive is to be whole, and its file is to be there, before anything goes.
        self.order::<Value>(account, "suspension")?;
        let resume =
            || format!("nothing is deleted; {account} is suspended: takeroot account resume {account}");
        self.export(account, file).with_context(resume)?;
        let path = format!("/v1/accounts/{account}/connection");
        let Disconnected { webhooks_ended } = self.server.delete(&path)?;
        self.done(&Done::Disconnected { webhooks_ended })?;
        self.delete(account, true)
    }

    /// Whoever asks for an end is asked back.
    fn make_sure(&self, account: &str, file: Option<&Path>, is_sure: bool) -> Result<()> {
        if is_sure {
            return Ok(());
        }
        let company = self.server.listed(account)?.map(|listed| listed.name).unwrap_or_default();
        ensure!(
            std::io::stdin().is_terminal(),
            "nobody can be asked here: --yes deletes {account} («{company}») without asking"
        );
        let file = file.map(|file| file.display().to_string());
        eprint!("{}", desk::deletion(account, &company, file.as_deref(), self.lang));
        std::io::stderr().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        ensure!(answer.trim() == account, "nothing is deleted: the answer was not {account}");
        Ok(())
    }

    fn delete(&self, account: &str, is_sure: bool) -> Result<()> {
        self.make_sure(account, None, is_sure)?;
        let asked = Instant::now();
        loop {
            match self.server.send("DELETE", &format!("/v1/accounts/{account}"), Vec::new()) {
                Ok(_) => return self.done(&Done::Deleted { account }),
                Err(error) if error.to_string().contains("being published") => {
                    if asked.elapsed() > DELETION_PATIENCE {
                        bail!(error.context("nothing is deleted"));
                    }
                    std::thread::sleep(Duration::from_secs(1));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn quarantine(&self, account: &str) -> Result<()> {
        let mut rows = Vec::new();
        self.server.each(&format!("/v1/accounts/{account}/quarantine"), |body: Quarantined| {
            rows.push(vec![body.at.to_string(), body.bytes.to_string(), body.id.to_string(), body.reason]);
        })?;
        self.table(Listing::Quarantine, &rows)
    }

    fn audit(&self, account: &str, before: Option<i64>) -> Result<()> {
        let cursor = before.map(|before| format!("?cursor={before}")).unwrap_or_default();
        let page: List<AuditEntry> = self.server.get(&format!("/v1/accounts/{account}/audit{cursor}"))?;
        let row = |entry: AuditEntry| {
            vec![entry.n.to_string(), entry.at.to_string(), entry.who, entry.what, entry.detail]
        };
        self.table(Listing::Audit, &page.items.into_iter().map(row).collect::<Vec<_>>())
    }

    fn connect(&self, account: &str, wish: &ConnectionRequest) -> Result<()> {
        let path = format!("/v1/accounts/{account}/connection");
        let connected: Connected = self.server.post(&path, serde_json::to_vec(wish)?)?;
        self.done(&match &connected {
            Connected::Yes { host } => Done::Connected { account, host },
            Connected::Authorize { url } => Done::Authorize { account, url },
        })
    }

    fn connection(&self, account: &str) -> Result<()> {
        let state: ConnectionState = self.server.get(&format!("/v1/accounts/{account}/connection"))?;
        say(&takeroot_panel::connection(&state, self.lang))
    }

    fn digests(&self, account: &str) -> Result<()> {
        let targets: List<TargetState> = self.server.get(&format!("/v1/accounts/{account}/digests"))?;
        let row = |TargetState { target, ready, last }: TargetState| {
            let kinds: Vec<&str> = target.kinds.iter().map(|kind| kind.name()).collect();
            let arrived = last.as_ref().and_then(|last| last.arrived_at).map(|at| at.to_string());
            let stands = match (ready, last.and_then(|last| last.trouble)) {
                (false, _) => desk::word(Word::NoSecrets, self.lang).to_owned(),
                (true, Some(trouble)) => desk::unsent(trouble, self.lang),
                (true, None) => arrived.unwrap_or_default(),
            };
            vec![
                target.id.to_string(),
                target.name,
                target.host,
                kinds.join(", "),
                format!("{:02}:00", target.hour),
                stands,
            ]
        };
        self.table(Listing::Digests, &targets.items.into_iter().map(row).collect::<Vec<_>>())
    }

    fn log(&self, account: &str) -> Result<()> {
        let log: List<Entry> = self.server.get(&format!("/v1/accounts/{account}/logbook"))?;
        let row = |entry: Entry| {
            let Entry { id, kind, day, text, by, done, .. } = entry;
            let told = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            let kind = desk::entry_kind(kind, self.lang).to_owned();
            vec![id.to_string(), day.to_string(), kind, told(by), told(done), text]
        };
        self.table(Listing::Log, &log.items.into_iter().map(row).collect::<Vec<_>>())
    }

    fn digest_add(&self, account: &str, target: &TargetRequest) -> Result<()> {
        let path = format!("/v1/accounts/{account}/digests");
        let TargetState { target, .. } = self.server.post(&path, serde_json::to_vec(target)?)?;
        self.done(&Done::DigestAdded { id: target.id, name: &target.name, host: &target.host })
    }

    fn order<T: serde::de::DeserializeOwned>(&self, account: &str, what: &str) -> Result<T> {
        self.server.post(&format!("/v1/accounts/{account}/{what}"), Vec::new()).context(account.to_owned())
    }

    fn table(&self, listing: Listing, rows: &[Vec<String>]) -> Result<()> {
        say(&desk::table(listing, rows, self.lang))
    }

    fn done(&self, done: &Done<'_>) -> Result<()> {
        say(&desk::done(done, self.lang))
    }
}

fn now() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment(now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX)))
}
