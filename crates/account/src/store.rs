//! The tables of an account. All SQL is in this module and those below it.

mod access;
mod archive;
mod baseline;
mod crm;
mod digest;
mod facts;
mod gauges;
mod journal;
mod logbook;
mod person;
mod published;
mod quarantine;
mod raw;
mod sealed;
mod standing;
mod tables;
mod totals;

pub(crate) use archive::{TABLES, Table};
pub(crate) use crm::WasRow;
pub(crate) use person::Bodies;
pub(crate) use published::Published;
pub use quarantine::Quarantined;
pub(crate) use raw::Raw;
pub(crate) use sealed::{Seal, Stood};
pub(crate) use standing::Judged;

use crate::badges::Remembered;
use crate::database::{Database, Row, StoreError, Value};
use crate::failure::{Answer, Failure};
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use takeroot_core::account::{AccountRecord, Secret};
use takeroot_core::fact::{Key, Subject};

/// The edge keeps integers to 2^53; later moments wait as if for ever.
pub(crate) const MOMENT_MAX: i64 = 1 << 52;

const RECORD: &str = "record";
const SECRETS: &str = "secrets";

/// What of a record is sealed.
#[derive(Serialize, Deserialize)]
struct Secrets {
    client_secret: Secret,
    identity_key: Key,
}

/// The tables of one account.
#[derive(Debug)]
pub struct Store {
    database: Box<dyn Database>,
    written: Cell<u64>,
    /// How many facts there are, and bodies: counted where somebody asks, and known from then on.
    facts: Cell<Option<i64>>,
    bodies: Cell<Option<i64>>,
    /// Deals as a screen was told of them.
    pub(crate) remembered: Remembered,
}

impl Store {
    /// Opens the tables, made or migrated where needed.
    ///
    /// # Errors
    /// The database refuses.
    pub fn open(database: Box<dyn Database>) -> Result<Self, StoreError> {
        let store = Self {
            database,
            written: Cell::new(0),
            facts: Cell::new(None),
            bodies: Cell::new(None),
            remembered: Remembered::default(),
        };
        store.migrate()?;
        Ok(store)
    }

    /// As [`Store::open`], where somebody has opened it before; otherwise nothing is made.
    ///
    /// # Errors
    /// The database refuses.
    pub fn find(database: Box<dyn Database>) -> Result<Option<Self>, StoreError> {
        let known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'version'";
        if database.run(known, &[])?.rows.is_empty() {
            return Ok(None);
        }
        Self::open(database).map(Some)
    }

    fn migrate(&self) -> Result<(), StoreError> {
        self.transaction(|| {
            self.exec("CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL) STRICT", &[])?;
            let done = self.one("SELECT COALESCE(MAX(number), 0) AS number FROM version", &[])?;
            let done = usize::try_from(done.get::<i64>("number")?).unwrap_or(0);
            for (index, step) in tables::MIGRATIONS.iter().enumerate().skip(done) {
                self.exec(step, &[])?;
                let number = i64::try_from(index + 1).unwrap_or(i64::MAX);
                self.exec("INSERT INTO version VALUES (?)", &[number.into()])?;
            }
            Ok(())
        })
    }

    /// All or nothing of what `body` writes.
    pub(crate) fn transaction<T, E: From<StoreError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let (mut body, mut outcome) = (Some(body), None);
        let transacted = self.database.transact(&mut || {
            outcome = body.take().map(|body| body());
            matches!(outcome, Some(Ok(_)))
        });
        let transacted = match (outcome, transacted) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Runtime("the transaction did not run".to_owned()).into()),
        };
        if transacted.is_err() {
            self.facts.set(None);
            self.bodies.set(None);
        }
        transacted
    }

    /// The account's record with its secrets. Those that an earlier release left open are sealed.
    pub(crate) fn record(&self, vault: &Vault) -> Answer<Option<AccountRecord>> {
        let Some(text) = self.noted(RECORD)? else { return Ok(None) };
        let mut record: AccountRecord = serde_json::from_str(&text)?;
        match self.noted(SECRETS)? {
            Some(sealed) => {
                let secrets: Secrets = serde_json::from_str(&vault.open(&record.account, &sealed)?)?;
                (record.client_secret, record.identity_key) = (secrets.client_secret, secrets.identity_key);
            }
            None => self.transaction(|| self.keep_record(&record, vault))?,
        }
        Ok(Some(record))
    }

    pub(crate) fn keep_record(&self, record: &AccountRecord, vault: &Vault) -> Answer<()> {
        let AccountRecord { client_secret, identity_key, .. } = record.clone();
        let secrets = serde_json::to_string(&Secrets { client_secret, identity_key })?;
        self.note(SECRETS, Some(&vault.seal(&record.account, &secrets)?))?;
        Ok(self.note(RECORD, Some(&serde_json::to_string(record)?))?)
    }

    /// Something noted under a name.
    fn noted(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = self.optional("SELECT value FROM meta WHERE name = ?", &[name.into()])?;
        row.map(|row| row.get("value")).transpose()
    }

    /// Notes something under a name, or strikes it out.
    fn note(&self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => {
                self.exec("INSERT OR REPLACE INTO meta VALUES (?, ?)", &[name.into(), value.into()])
            }
            None => self.exec("DELETE FROM meta WHERE name = ?", &[name.into()]),
        }?;
        Ok(())
    }

    fn noted_number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, StoreError> {
        Ok(self.noted(name)?.and_then(|text| text.parse().ok()))
    }

    /// Another count of facts than is known.
    fn recount_facts(&self) {
        self.facts.set(None);
    }

    /// Rows written since it was opened, index entries and deletions included, as they are billed at the edge.
    pub(crate) fn written(&self) -> u64 {
        self.written.get()
    }

    /// Rows of one of our tables.
    pub(crate) fn count(&self, table: &'static str) -> Answer<i64> {
        Ok(self.one(&format!("SELECT COUNT(*) AS n FROM {table}"), &[])?.get("n")?)
    }

    /// Runs a query and gives all its rows. A query says `LIMIT +?`: of a bare `LIMIT ?` SQLite looks at the number, and
    /// plans the statement anew whenever it is bound.
    fn exec(&self, query: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let outcome = self.database.run(query, values)?;
        self.written.set(self.written.get() + outcome.written);
        Ok(outcome.rows)
    }

    /// Runs a query and gives its row, if any; more than one is an error.
    fn optional(&self, query: &str, values: &[Value<'_>]) -> Result<Option<Row>, StoreError> {
        let mut rows = self.exec(query, values)?;
        let row = rows.pop();
        if rows.is_empty() { Ok(row) } else { Err(StoreError::RowCount { found: rows.len() + 1 }) }
    }

    /// Runs a query and gives its row; none, or more than one, is an error.
    fn one(&self, query: &str, values: &[Value<'_>]) -> Result<Row, StoreError> {
        self.optional(query, values)?.ok_or(StoreError::RowCount { found: 0 })
    }
}

fn key(row: &Row, column: &str) -> Answer<Key> {
    let bytes: &[u8] = row.get(column)?;
    bytes.first_chunk().map(|bytes| Key(*bytes)).ok_or_else(|| Failure::Fault(format!("{column} is no key")))
}

fn subject(row: &Row, column: &str) -> Answer<Subject> {
    row.get::<&str>(column)?.parse().map_err(|error| Failure::Fault(format!("{column}: {error}")))
}

/// Names as a query takes many of them: `… IN (SELECT value FROM json_each(?))`.
fn names<'a>(subjects: impl IntoIterator<Item = &'a Subject>) -> String {
    // A name is made of letters, digits and a colon.
    let names: Vec<String> = subjects.into_iter().map(|subject| format!("\"{subject}\"")).collect();
    format!("[{}]", names.join(","))
}
