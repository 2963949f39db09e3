//! What an archive carries: rows of named tables, cut by their primary keys.

use super::{RECORD, SECRETS, Secrets, Store, journal};
use crate::archive::Importing;
use crate::database::{Cell, StoreError, Value};
use crate::failure::Answer;
use crate::vault::Vault;
use takeroot_core::account::AccountRecord;
use takeroot_core::fact::{Key, Subject};
use takeroot_core::time::Moment;

/// A table that travels.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The primary key's columns come first.
    pub(crate) columns: &'static [&'static str],
    /// How many of them are the primary key.
    pub(crate) key: usize,
}

/// The tables of an archive, in its order; one more is one line more. Standings, totals and what is due are derived, and
/// judged anew where they arrive; shared words are, but for those of sealed deals. Something may be told while the pages
/// are read: bodies stand before the facts, so that none is known whose facts are not here, and links do, as those of a
/// fact come with it, too. What was sealed stands before the facts, for nothing they tell is linked to it again.
pub(crate) const TABLES: &[Table] = &[
    Table { name: "raw", columns: &["n", "at", "body"], key: 1 },
    Table { name: "quarantine", columns: &["hash", "at", "reason", "body"], key: 1 },
    Table { name: "sealed", columns: &["subject", "at", "closed"], key: 1 },
    Table { name: BASE, columns: &["day", "part", "counts"], key: 2 },
    Table { name: "shared", columns: &["other", "deal", "words"], key: 2 },
    Table { name: "link", columns: &["other", "deal"], key: 2 },
    Table { name: JOURNAL, columns: &["subject", "part", "n", "facts"], key: 2 },
    Table { name: "published", columns: &["day", "figures", "summary", "revision", "final"], key: 1 },
    Table { name: "access", columns: &["id", "body"], key: 1 },
    Table { name: "audit", columns: &["n", "at", "who", "what", "detail"], key: 1 },
    Table { name: "logbook", columns: &["id", "body"], key: 1 },
    Table { name: "baseline", columns: &["id", "body"], key: 1 },
    Table { name: "digest_target", columns: &["id", "body"], key: 1 },
    Table { name: "digest", columns: &["target", "kind", "day", "said", "state", "next_at"], key: 3 },
];

const BASE: &str = "base";
const JOURNAL: &str = "journal";
const IMPORTING: &str = "importing";
const IMPORTED: &str = "imported";
const ARRIVING: &str = "arriving";
const EXPORTING_UNTIL: &str = "exporting_until";

impl Store {
    /// The moment, in milliseconds, up to which an archive is being read: until then nothing is deleted.
    pub(crate) fn exporting_until(&self) -> Answer<Option<i64>> {
        Ok(self.noted_number(EXPORTING_UNTIL)?)
    }

    pub(crate) fn keep_exporting_until(&self, until: Moment) -> Answer<()> {
        Ok(self.note(EXPORTING_UNTIL, Some(&until.0.saturating_mul(1000).to_string()))?)
    }

    /// The key of the account that is here, or that is being imported.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn holds(&self) -> Answer<Option<String>> {
        if let Some(record) = self.noted(RECORD)? {
            return Ok(Some(serde_json::from_str::<AccountRecord>(&record)?.account));
        }
        Ok(self.importing()?.map(|importing| importing.record.account))
    }

    /// Whether an account is here; one that is being imported is not yet.
    pub(crate) fn has_account(&self) -> Answer<bool> {
        Ok(self.noted(RECORD)?.is_some())
    }

    /// The rows of a table after a key, in the order of keys.
    pub(crate) fn rows_after(&self, table: &Table, after: &[Cell], most: i64) -> Answer<Vec<Vec<Cell>>> {
        let Table { name, columns, key } = table;
        let order = columns.get(..*key).unwrap_or_default().join(", ");
        let mut values = after.iter().map(Value::try_from).collect::<Result<Vec<_>, _>>()?;
        let beyond = match values.len() {
            0 => String::new(),
            places => format!("WHERE ({order}) > ({})", vec!["?"; places].join(", ")),
        };
        values.push(most.into());
        let columns = columns.join(", ");
        let query = format!("SELECT {columns} FROM {name} {beyond} ORDER BY {order} LIMIT +?");
        Ok(self.exec(&query, &values)?.into_iter().map(crate::database::Row::into_cells).collect())
    }

    /// Keeps a row of an archive under the columns that the archive names; facts bring their links.
    ///
    /// # Errors
    /// What is wrong with the row.
    pub(crate) fn keep_row(&self, table: &Table, columns: &[String], row: &[Cell]) -> Result<(), String> {
        let said = |error: StoreError| error.to_string();
        let values = row.iter().map(Value::try_from).collect::<Result<Vec<_>, _>>().map_err(said)?;
        let (name, columns, places) = (table.name, columns.join(", "), vec!["?"; row.len()].join(", "));
        self.exec(&format!("INSERT OR REPLACE INTO {name} ({columns}) VALUES ({places})"), &values)
            .map_err(said)?;
        match row {
            [Cell::Text(subject), _, Cell::Integer(n), Cell::Text(facts)] if name == JOURNAL => {
                self.keep_links_of(subject, *n, facts)
            }
            _ if name == JOURNAL => Err("it is no part of the journal".to_owned()),
            _ => Ok(()),
        }
    }

    fn keep_links_of(&self, subject: &str, n: i64, facts: &str) -> Result<(), String> {
        let facts = journal::told(facts).map_err(|_| "it holds what is no fact".to_owned())?;
        let of_subject = |subject: Subject| facts.iter().all(|observed| observed.fact.subject == subject);
        if i64::try_from(facts.len()) != Ok(n) || !subject.parse().is_ok_and(of_subject) {
            return Err(format!("it holds other facts than {n} of {subject}"));
        }
        let links = facts.iter().flat_map(|observed| observed.fact.links());
        let links: Vec<_> = links.map(|(deal, other)| (Subject::Deal(deal), other)).collect();
        let said = |failure| format!("{failure:?}");
        let sealed = self.seals(links.iter().map(|(deal, _)| deal)).map_err(said)?;
        self.keep_links(&links.into_iter().filter(|(deal, _)| !sealed.contains_key(deal)).collect())
            .map_err(said)
    }

    pub(crate) fn importing(&self) -> Answer<Option<Importing>> {
        Ok(self.noted(IMPORTING)?.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    pub(crate) fn keep_importing(&self, importing: &Importing) -> Answer<()> {
        Ok(self.note(IMPORTING, Some(&serde_json::to_string(importing)?))?)
    }

    /// Begins an import: whatever came of an earlier one is forgotten.
    pub(crate) fn begin_import(&self, identity_key: Key, account: &str, vault: &Vault) -> Answer<()> {
        self.forget_import()?;
        let secrets = serde_json::to_string(&Secrets { client_secret: Default::default(), identity_key })?;
        Ok(self.note(SECRETS, Some(&vault.seal(account, &secrets)?))?)
    }

    /// Forgets an import that is not ended.
    pub(crate) fn forget_import(&self) -> Answer<()> {
        for table in TABLES {
            self.exec(&format!("DELETE FROM {}", table.name), &[])?;
        }
        self.note(SECRETS, None)?;
        Ok(self.note(IMPORTING, None)?)
    }

    /// Opens the imported account: everything is to be judged, and published under the revisions that it had.
    pub(crate) fn end_import(&self, record: &AccountRecord, last_page: Key) -> Answer<()> {
        // Another summary than any is published again, and a revision counts changes of figures.
        self.exec("UPDATE published SET summary = zeroblob(16)", &[])?;
        // A living deal tells its words anew, and one whose facts came too late for the archive has none yet.
        self.exec(
            "DELETE FROM shared WHERE NOT EXISTS
                (SELECT 1 FROM sealed WHERE subject = 'deal:' || shared.deal AND closed = 1)",
            &[],
        )?;
        self.exec(
            "INSERT OR IGNORE INTO due SELECT subject FROM journal WHERE part = 0 UNION SELECT deal FROM link
                UNION SELECT other FROM shared",
            &[],
        )?;
        // What was sealed is in the totals, and nothing of it is judged any more.
        self.exec("INSERT INTO total SELECT day, part, counts FROM base", &[])?;
        // Of every body that came along the facts came, too.
        self.end_all_unread()?;
        self.note(IMPORTING, None)?;
        self.note(ARRIVING, Some(""))?;
        self.note(IMPORTED, Some(&last_page.to_string()))?;
        Ok(self.note(RECORD, Some(&serde_json::to_string(record)?))?)
    }

    /// Whether an imported account is not judged as a whole yet.
    pub(crate) fn is_arriving(&self) -> Answer<bool> {
        if self.noted(ARRIVING)?.is_none() {
            return Ok(false);
        }
        let is_arriving = self.is_due()?;
        if !is_arriving {
            self.note(ARRIVING, None)?;
        }
        Ok(is_arriving)
    }

    /// The page with which the import of this account ended.
    pub(crate) fn imported_with(&self) -> Answer<Option<Key>> {
        Ok(self.noted(IMPORTED)?.and_then(|text| text.parse().ok()))
    }
}
