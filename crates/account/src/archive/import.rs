//! Pages into a store that holds no account yet.

use super::sum::{Sum, SumState};
use super::{ArchiveEnd, ArchiveHeader, ArchiveLine, FORMAT, read};
use crate::account::OPERATOR;
use crate::database::{Cell, Database};
use crate::failure::{Answer, Failure};
use crate::store::{Store, TABLES, Table};
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use takeroot_core::account::{AccountRecord, amocrm_key};
use takeroot_core::fact::Key;
use takeroot_core::time::Moment;

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Imported {
    /// The page to be sent next: pages before it are here.
    pub next: u64,
    /// Whether the archive is whole and the account open.
    pub done: bool,
}

/// How far an import is. The key of identities is kept apart, sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Importing {
    pub(crate) record: AccountRecord,
    next: u64,
    sum: SumState,
    first_page: Key,
    last_page: Key,
    columns: BTreeMap<String, Vec<String>>,
}

/// Takes a page of an account's archive into a store that holds no account, or an import that is not ended. Nothing of
/// the account answers before its last page was taken and the whole is what was exported.
///
/// A page that is here already changes nothing, and the first page of the same archive goes on where it broke off.
///
/// # Errors
/// A rejection with 409 of an account that is here already and of a page out of its turn, with 422 of what is no
/// archive, is of another account or release, or was changed on its way: of the page nothing is kept.
pub fn import(
    database: Box<dyn Database>,
    account: &str,
    body: &[u8],
    vault: &Vault,
    now: Moment,
) -> Answer<Imported> {
    let page = Incoming::of(body)?;
    let store = match &page.first {
        First::Header(header) => {
            check(header, account, now)?;
            Store::open(database)?
        }
        First::Number(_) => Store::find(database)?.ok_or_else(|| out_of_turn(0))?,
    };
    if store.has_account()? {
        let is_repeated = store.imported_with()? == Some(page.hash);
        let done = Imported { next: page.number() + 1, done: true };
        return if is_repeated { Ok(done) } else { Err(is_here(account)) };
    }
    let importing = match (page.first, store.importing()?) {
        (First::Header(_), Some(importing)) if importing.first_page == page.hash => {
            return Ok(importing.goes_on());
        }
        (First::Header(header), _) => {
            return store.transaction(|| {
                store.begin_import(header.identity_key, account, vault)?;
                let importing = Importing::of(*header, page.hash);
                take(&store, importing, &page.lines, page.hash, now)
            });
        }
        (First::Number(_), None) => return Err(out_of_turn(0)),
        (First::Number(number), Some(importing)) if number < importing.next => {
            return importing.repeated(number, page.hash);
        }
        (First::Number(number), Some(importing)) if number > importing.next => {
            return Err(out_of_turn(importing.next));
        }
        (First::Number(_), Some(importing)) => importing,
    };
    let taken = store.transaction(|| take(&store, importing, &page.lines, page.hash, now));
    if matches!(&taken, Err(Failure::Rejected(rejection)) if rejection.title == CHANGED) {
        // No page of it can be trusted.
        store.transaction(|| store.forget_import())?;
    }
    taken
}

/// What an account that is being imported answers.
pub(crate) fn half_imported() -> Failure {
    let hint = "send the rest of its archive, or delete it";
    Failure::rejected(409, "the account is being imported", hint)
}

/// A page as it came, read no further than its first line.
struct Incoming<'a> {
    first: First,
    lines: Vec<&'a str>,
    hash: Key,
}

enum First {
    Header(Box<ArchiveHeader>),
    Number(u64),
}

impl<'a> Incoming<'a> {
    fn of(body: &'a [u8]) -> Answer<Self> {
        let text = std::str::from_utf8(body).map_err(|_| broken(1, "it is no text"))?;
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or_default().split('\n').collect();
        let first = lines.first().map(|line| serde_json::from_str::<ArchiveLine>(line));
        let first = match first {
            Some(Ok(ArchiveLine::Header(header))) => First::Header(header),
            Some(Ok(ArchiveLine::Page(number))) if number > 0 => First::Number(number),
            Some(Err(error)) => return Err(broken(1, error)),
            _ => return Err(broken(1, "a page begins with the header or its number")),
        };
        Ok(Self { first, lines, hash: Key::of(body) })
    }

    const fn number(&self) -> u64 {
        match self.first {
            First::Header(_) => 0,
            First::Number(number) => number,
        }
    }
}

impl Importing {
    fn of(header: ArchiveHeader, first_page: Key) -> Self {
        Self {
            record: header.record,
            next: 0,
            sum: Sum::default().state(),
            first_page,
            last_page: first_page,
            columns: header.tables,
        }
    }

    const fn goes_on(&self) -> Imported {
        Imported { next: self.next, done: false }
    }

    fn repeated(&self, number: u64, hash: Key) -> Answer<Imported> {
        if number + 1 == self.next && hash != self.last_page {
            let hint = "another page came under this number: begin the import anew with the first page";
            return Err(Failure::rejected(409, "the page is of another archive", hint));
        }
        Ok(self.goes_on())
    }
}

/// Takes the lines of the page whose turn it is.
fn take(store: &Store, mut importing: Importing, lines: &[&str], page: Key, now: Moment) -> Answer<Imported> {
    let mut sum = Sum::of(&importing.sum).ok_or_else(|| Failure::Fault("an import's sum".to_owned()))?;
    importing.next += 1;
    for (n, line) in (1..).zip(lines) {
        if n > 1 {
            match serde_json::from_str(line).map_err(|error| broken(n, error))? {
                ArchiveLine::Row(table, cells) => keep(store, &importing, &table, cells, n)?,
                ArchiveLine::End(end) if n == lines.len() => {
                    whole(&sum.end(), &end)?;
                    open(store, &importing.record, page, now)?;
                    return Ok(Imported { next: importing.next, done: true });
                }
                _ => return Err(broken(n, "this line stands elsewhere in an archive")),
            }
        }
        sum.add(line);
    }
    (importing.sum, importing.last_page) = (sum.state(), page);
    store.keep_importing(&importing)?;
    Ok(importing.goes_on())
}

fn keep(
    store: &Store,
    importing: &Importing,
    table: &str,
    cells: Vec<serde_json::Value>,
    n: usize,
) -> Answer<()> {
    let known = table_of(table).zip(importing.columns.get(table));
    let (table, columns) = known.ok_or_else(|| broken(n, "its table is not in the header"))?;
    let cells: Option<Vec<Cell>> = cells.into_iter().map(read).collect();
    let cells = cells.filter(|cells| cells.len() == columns.len());
    let cells = cells.ok_or_else(|| broken(n, "it has other cells than the header's columns"))?;
    store.keep_row(table, columns, &cells).map_err(|why| broken(n, why))
}

fn open(store: &Store, record: &AccountRecord, page: Key, now: Moment) -> Answer<()> {
    store.end_import(record, page)?;
    let rules = record.rules(now).map_err(|error| Failure::Fault(error.to_string()))?;
    store.mark_stale(rules.observed_day())?;
    store.keep_entry(now, OPERATOR, "import", "")
}

fn whole(sum: &ArchiveEnd, told: &ArchiveEnd) -> Answer<()> {
    if sum == told {
        return Ok(());
    }
    let ArchiveEnd { lines, .. } = told;
    let hint = format!(
        "its last line tells of {lines} lines, {} came, and their SHA-256 must be the same: export it again, or \
         begin the import anew with the first page",
        sum.lines
    );
    Err(Failure::rejected(422, CHANGED, hint))
}

const CHANGED: &str = "the archive was changed or is not whole";

/// Whether this is an archive of this account that this release reads.
fn check(header: &ArchiveHeader, account: &str, now: Moment) -> Answer<()> {
    let refused = |title, hint: String| Err(Failure::rejected(422, title, hint));
    if header.archive != FORMAT {
        let hint = format!("its format is {}, this server reads {FORMAT}: update the server", header.archive);
        return refused("the archive is of another release", hint);
    }
    let record = &header.record;
    if record.account != account || amocrm_key(record.crm_id) != account {
        let hint = format!("it is of {0}: send it to /v1/accounts/{0}/archive", record.account);
        return refused("the archive is of another account", hint);
    }
    for (name, columns) in &header.tables {
        let known = |column: &String| {
            table_of(name).is_some_and(|table| table.columns.iter().any(|known| known == column))
        };
        let unknown = columns.iter().find(|column| !known(column));
        if table_of(name).is_none() || unknown.is_some() {
            let column = unknown.map_or_else(|| name.clone(), |column| format!("{name}.{column}"));
            let hint = format!("this server does not know {column}: update the server");
            return refused("the archive is of another release", hint);
        }
    }
    match record.rules(now) {
        Ok(_) => Ok(()),
        Err(error) => refused("the policy cannot be used", error.to_string()),
    }
}

fn table_of(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

fn is_here(account: &str) -> Failure {
    let hint = format!("delete {account} first, if the archive is to take its place");
    Failure::rejected(409, "the account is here already", hint)
}

fn out_of_turn(next: u64) -> Failure {
    Failure::rejected(409, "the page is out of its turn", format!("send page {next}; the first one is 0"))
}

fn broken(line: usize, why: impl std::fmt::Display) -> Failure {
    let hint = format!("line {line} of the page: {why}; send the page as it was exported");
    Failure::rejected(422, "this is no page of an archive", hint)
}
