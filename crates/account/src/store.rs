//! The tables of an account object. All SQL is here.

use crate::database::{Database, Row, StoreError, Value};
use crate::failure::{Answer, Failure};
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::account::AccountRecord;
use takeroot_core::assess::{Assessment, Shared};
use takeroot_core::contribution::{Contribution, Entry, Totals};
use takeroot_core::deal::Observed;
use takeroot_core::fact::{Fact, Key, Subject};
use takeroot_core::time::{Day, Moment};

/// Tables by version: a new object runs all steps, an old one those that it lacks.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE raw (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE fact (subject TEXT NOT NULL, key BLOB NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (subject, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE link (other TEXT NOT NULL, deal TEXT NOT NULL, PRIMARY KEY (other, deal)) STRICT, WITHOUT ROWID;
    CREATE INDEX link_of_deal ON link (deal, other);
    CREATE TABLE standing (subject TEXT PRIMARY KEY, contribution TEXT NOT NULL, changes_at INTEGER)
        STRICT, WITHOUT ROWID;
    CREATE INDEX standing_due ON standing (changes_at) WHERE changes_at IS NOT NULL;
    CREATE TABLE total (day INTEGER PRIMARY KEY, counts TEXT NOT NULL) STRICT;
    CREATE TABLE stale (day INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE publishing (day INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE published (day INTEGER PRIMARY KEY, figures BLOB NOT NULL, summary BLOB NOT NULL,
        revision INTEGER NOT NULL, final INTEGER NOT NULL) STRICT;
    CREATE TABLE quarantine (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL)
        STRICT, WITHOUT ROWID;
", "
    CREATE TABLE shared (other TEXT NOT NULL, deal INTEGER NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (other, deal)) STRICT, WITHOUT ROWID;
    CREATE INDEX shared_of_deal ON shared (deal, other);
    CREATE INDEX fact_at ON fact (at);
    ALTER TABLE standing ADD COLUMN checking INTEGER;
    CREATE INDEX standing_checking ON standing (checking) WHERE checking IS NOT NULL;
    -- Counts have another shape: everything is judged anew.
    DROP TABLE total;
    CREATE TABLE total (day INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (day, what))
        STRICT, WITHOUT ROWID;
    UPDATE standing SET contribution = '[]', changes_at = 0;
"];

/// Quarantined bodies that an answer lists.
const QUARANTINE_LISTED_MAX: i64 = 100;
/// The runtime keeps integers to 2^53; later moments wait as if for ever.
const MOMENT_MAX: i64 = 1 << 52;

/// The tables of one account.
#[derive(Debug)]
pub struct Store {
    database: Box<dyn Database>,
}

/// What is known of a published day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) figures: Key,
    pub(crate) summary: Key,
    pub(crate) revision: u32,
    pub(crate) is_final: bool,
}

/// A body that could not be read.
#[derive(Debug, serde::Serialize)]
pub struct Quarantined {
    at: Moment,
    reason: String,
    bytes: i64,
}

impl Store {
    /// Opens the tables, made or migrated where needed.
    ///
    /// # Errors
    /// The database refuses.
    pub fn open(database: Box<dyn Database>) -> Result<Self, StoreError> {
        let store = Self { database };
        store.migrate()?;
        Ok(store)
    }

    /// Runs a query and gives all its rows.
    fn exec(&self, query: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        Ok(self.database.run(query, values)?.rows)
    }

    /// Runs a query and says how many rows it wrote.
    fn write(&self, query: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        Ok(self.database.run(query, values)?.written)
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

    fn migrate(&self) -> Result<(), StoreError> {
        self.transaction(|| {
            self.exec("CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL) STRICT", &[])?;
            let done = self.one("SELECT COALESCE(MAX(number), 0) AS number FROM version", &[])?;
            let done = usize::try_from(done.get::<i64>("number")?).unwrap_or(0);
            for (index, step) in MIGRATIONS.iter().enumerate().skip(done) {
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
        match (outcome, transacted) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Runtime("the transaction did not run".to_owned()).into()),
        }
    }

    pub(crate) fn record(&self) -> Answer<Option<AccountRecord>> {
        let row = self.optional("SELECT value FROM meta WHERE name = 'record'", &[])?;
        row.map(|row| Ok(serde_json::from_str(row.get("value")?)?)).transpose()
    }

    pub(crate) fn keep_record(&self, record: &AccountRecord) -> Answer<()> {
        let text = serde_json::to_string(record)?;
        self.exec("INSERT OR REPLACE INTO meta VALUES ('record', ?)", &[(&text).into()])?;
        Ok(())
    }

    pub(crate) fn published_at(&self) -> Answer<Option<i64>> {
        let row = self.optional("SELECT value FROM meta WHERE name = 'published_at_ms'", &[])?;
        Ok(row.map(|row| Ok::<_, StoreError>(row.get::<&str>("value")?.parse().ok())).transpose()?.flatten())
    }

    pub(crate) fn keep_published_at(&self, at_ms: i64) -> Answer<()> {
        self.exec(
            "INSERT OR REPLACE INTO meta VALUES ('published_at_ms', ?)",
            &[(&at_ms.to_string()).into()],
        )?;
        Ok(())
    }

    /// Rows of one of our tables.
    pub(crate) fn count(&self, table: &'static str) -> Answer<i64> {
        Ok(self.one(&format!("SELECT COUNT(*) AS n FROM {table}"), &[])?.get("n")?)
    }

    /// Keeps a body once; `false` when it is known already.
    pub(crate) fn keep_raw(&self, hash: Key, at: Moment, body: &[u8]) -> Answer<bool> {
        let values = [(&hash.0).into(), at.0.into(), body.into()];
        Ok(self.write("INSERT OR IGNORE INTO raw VALUES (?, ?, ?)", &values)? > 0)
    }

    pub(crate) fn quarantine(&self, hash: Key, at: Moment, reason: &str, body: &[u8]) -> Answer<()> {
        let values = [(&hash.0).into(), at.0.into(), reason.into(), body.into()];
        self.exec("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?)", &values)?;
        Ok(())
    }

    pub(crate) fn quarantined(&self) -> Answer<Vec<Quarantined>> {
        let query = "SELECT at, reason, length(body) AS bytes FROM quarantine ORDER BY at DESC LIMIT ?";
        let rows = self.exec(query, &[QUARANTINE_LISTED_MAX.into()])?;
        let read = |row: &Row| {
            let (at, reason) = (Moment(row.get("at")?), row.get("reason")?);
            Ok::<_, StoreError>(Quarantined { at, reason, bytes: row.get("bytes")? })
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Keeps a fact, of key-equal ones the earliest; `false` when nothing changed.
    pub(crate) fn keep_fact(&self, observed: &Observed) -> Answer<bool> {
        let (subject, body) = (observed.fact.subject.to_string(), serde_json::to_string(&observed.fact)?);
        let at = observed.fact.at.0.clamp(-MOMENT_MAX, MOMENT_MAX);
        let values = [(&subject).into(), (&observed.key.0).into(), at.into(), (&body).into()];
        let query = "INSERT INTO fact VALUES (?, ?, ?, ?) ON CONFLICT (subject, key) DO UPDATE
            SET at = excluded.at, body = excluded.body WHERE excluded.at < fact.at";
        Ok(self.write(query, &values)? > 0)
    }

    pub(crate) fn keep_link(&self, deal: Subject, other: Subject) -> Answer<()> {
        let (deal, other) = (deal.to_string(), other.to_string());
        self.exec("INSERT OR IGNORE INTO link VALUES (?, ?)", &[(&other).into(), (&deal).into()])?;
        Ok(())
    }

    /// The deals whose fold reads a subject.
    pub(crate) fn readers(&self, subject: Subject) -> Answer<Vec<Subject>> {
        let rows = self.exec("SELECT deal FROM link WHERE other = ?", &[(&subject.to_string()).into()])?;
        rows.iter().map(|row| parsed(row, "deal")).collect()
    }

    /// The facts that the fold of a subject reads.
    pub(crate) fn facts(&self, subject: Subject) -> Answer<Vec<Observed>> {
        let name = subject.to_string();
        let mut rows = self.exec("SELECT key, body FROM fact WHERE subject = ?", &[(&name).into()])?;
        if matches!(subject, Subject::Deal(_)) {
            let linked = "SELECT fact.key, fact.body FROM link JOIN fact ON fact.subject = link.other WHERE link.deal = ?";
            rows.extend(self.exec(linked, &[(&name).into()])?);
        }
        rows.iter().map(observed).collect()
    }

    /// Every subject that has something to be judged, deals in the order of their ids.
    pub(crate) fn subjects(&self) -> Answer<BTreeSet<Subject>> {
        let rows = self.exec("SELECT subject FROM fact UNION SELECT deal FROM link", &[])?;
        rows.iter().map(|row| parsed(row, "subject")).collect()
    }

    /// Every fact, for export.
    pub(crate) fn all_facts(&self) -> Answer<Vec<Observed>> {
        let rows = self.exec("SELECT key, body FROM fact ORDER BY subject, key", &[])?;
        rows.iter().map(observed).collect()
    }

    pub(crate) fn standing(&self, subject: Subject) -> Answer<Contribution> {
        let query = "SELECT contribution FROM standing WHERE subject = ?";
        let row = self.optional(query, &[(&subject.to_string()).into()])?;
        row.map_or_else(
            || Ok(Contribution::default()),
            |row| Ok(serde_json::from_str(row.get("contribution")?)?),
        )
    }

    pub(crate) fn keep_standing(&self, subject: Subject, standing: &Assessment) -> Answer<()> {
        let (name, text) = (subject.to_string(), serde_json::to_string(&standing.contribution)?);
        let changes_at = standing.changes_at.map(|at| at.0).filter(|at| *at < MOMENT_MAX);
        let checking = standing.checking.map(|at| at.0);
        let values = [(&name).into(), (&text).into(), changes_at.into(), checking.into()];
        self.exec("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?)", &values)?;
        Ok(())
    }

    /// Keeps what a deal tells its identities and its client; says who hears something new.
    pub(crate) fn keep_shared(
        &self,
        deal: u64,
        words: &BTreeMap<Subject, Vec<Shared>>,
    ) -> Answer<BTreeSet<Subject>> {
        let deal = i64::try_from(deal).unwrap_or(i64::MAX);
        let rows = self.exec("SELECT other, words FROM shared WHERE deal = ?", &[deal.into()])?;
        let mut old = BTreeMap::new();
        for row in &rows {
            old.insert(parsed(row, "other")?, row.get::<&str>("words")?.to_owned());
        }
        let mut changed = BTreeSet::new();
        for (other, words) in words {
            let text = serde_json::to_string(words)?;
            if old.remove(other).as_deref() != Some(text.as_str()) {
                let name = other.to_string();
                let values = [(&name).into(), deal.into(), (&text).into()];
                self.exec("INSERT OR REPLACE INTO shared VALUES (?, ?, ?)", &values)?;
                changed.insert(*other);
            }
        }
        for other in old.into_keys() {
            let name = other.to_string();
            let values = [(&name).into(), deal.into()];
            self.exec("DELETE FROM shared WHERE other = ? AND deal = ?", &values)?;
            changed.insert(other);
        }
        Ok(changed)
    }

    /// What the deals of an identity or a client tell it.
    pub(crate) fn shared(&self, other: Subject) -> Answer<Vec<(u64, Vec<Shared>)>> {
        let query = "SELECT deal, words FROM shared WHERE other = ? ORDER BY deal";
        let rows = self.exec(query, &[(&other.to_string()).into()])?;
        let read = |row: &Row| {
            let deal = u64::try_from(row.get::<i64>("deal")?).unwrap_or_default();
            Ok((deal, serde_json::from_str(row.get("words")?)?))
        };
        rows.iter().map(read).collect()
    }

    /// The subjects that a reading of a range of time concerns: those with facts in it, and those whose breach
    /// waits for a reading.
    pub(crate) fn within(&self, from: Moment, until: Moment) -> Answer<BTreeSet<Subject>> {
        let query = "SELECT subject FROM fact WHERE at >= ? AND at < ?
            UNION SELECT subject FROM standing WHERE checking IS NOT NULL";
        self.exec(query, &[from.0.into(), until.0.into()])?.iter().map(|row| parsed(row, "subject")).collect()
    }

    /// Subjects to be judged by the next alarm.
    pub(crate) fn mark_due(&self, subjects: &BTreeSet<Subject>, now: Moment) -> Answer<()> {
        let query = "INSERT INTO standing VALUES (?, '[]', ?, NULL) ON CONFLICT (subject) DO UPDATE
            SET changes_at = excluded.changes_at";
        for subject in subjects {
            self.exec(query, &[(&subject.to_string()).into(), now.0.into()])?;
        }
        Ok(())
    }

    /// The nearest moment at which some figure changes by itself.
    pub(crate) fn changes_at(&self) -> Answer<Option<Moment>> {
        let query = "SELECT MIN(changes_at) AS at FROM standing WHERE changes_at IS NOT NULL";
        Ok(self.one(query, &[])?.get::<Option<i64>>("at")?.map(Moment))
    }

    /// Subjects whose judgement changes by itself up to a moment, the earliest first.
    pub(crate) fn due(&self, now: Moment, most: i64) -> Answer<Vec<Subject>> {
        let query = "SELECT subject FROM standing WHERE changes_at <= ? ORDER BY changes_at LIMIT ?";
        self.exec(query, &[now.0.into(), most.into()])?.iter().map(|row| parsed(row, "subject")).collect()
    }

    /// The totals of all days.
    pub(crate) fn totals(&self) -> Answer<Totals> {
        self.exec("DELETE FROM total WHERE n = 0", &[])?;
        let rows = self.exec("SELECT day, what, n FROM total ORDER BY day", &[])?;
        let entry = |row: &Row| {
            let (place, measure) = serde_json::from_str(row.get("what")?)?;
            Ok((Day(row.get("day")?), place, measure, row.get("n")?))
        };
        let mut totals = Totals::default();
        totals.add(&Contribution::of(rows.iter().map(entry).collect::<Answer<Vec<Entry>>>()?));
        Ok(totals)
    }

    /// Adds to the totals, and marks the days as not published.
    pub(crate) fn add_to_totals(&self, change: &Contribution) -> Answer<()> {
        let query =
            "INSERT INTO total VALUES (?, ?, ?) ON CONFLICT (day, what) DO UPDATE SET n = n + excluded.n";
        let mut days = BTreeSet::new();
        for (day, place, measure, n) in change.entries() {
            let what = serde_json::to_string(&(place, measure))?;
            self.exec(query, &[day.0.into(), (&what).into(), n.into()])?;
            days.insert(day);
        }
        days.into_iter().try_for_each(|day| self.mark_stale(day))
    }

    pub(crate) fn mark_stale(&self, day: Day) -> Answer<()> {
        self.exec("INSERT OR IGNORE INTO stale VALUES (?)", &[day.0.into()])?;
        Ok(())
    }

    /// Days whose counts are not published yet.
    pub(crate) fn stale(&self) -> Answer<BTreeSet<Day>> {
        let rows = self.exec("SELECT day FROM stale UNION SELECT day FROM publishing", &[])?;
        Ok(rows.iter().map(|row| row.get("day").map(Day)).collect::<Result<_, _>>()?)
    }

    /// Takes the days that are not published yet in hand: what a delivery marks from now on is new, and what
    /// dies in between is still not published.
    pub(crate) fn take_stale(&self) -> Answer<BTreeSet<Day>> {
        self.exec("INSERT OR IGNORE INTO publishing SELECT day FROM stale; DELETE FROM stale", &[])?;
        self.stale()
    }

    /// The days in hand are published, but for those from `rest` on.
    pub(crate) fn end_publishing(&self, rest: Option<Day>) -> Answer<()> {
        self.exec("DELETE FROM publishing", &[])?;
        rest.map_or(Ok(()), |rest| self.mark_stale(rest))
    }

    pub(crate) fn published(&self) -> Answer<Vec<(Day, Published)>> {
        let rows =
            self.exec("SELECT day, figures, summary, revision, final FROM published ORDER BY day", &[])?;
        rows.iter().map(published).collect()
    }

    pub(crate) fn keep_published(&self, day: Day, published: &Published) -> Answer<()> {
        let values: [Value<'_>; 5] = [
            day.0.into(),
            (&published.figures.0).into(),
            (&published.summary.0).into(),
            published.revision.into(),
            published.is_final.into(),
        ];
        self.exec("INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?)", &values)?;
        Ok(())
    }
}

fn observed(row: &Row) -> Answer<Observed> {
    let fact: Fact = serde_json::from_str(row.get("body")?)?;
    Ok(Observed { key: key(row, "key")?, fact })
}

fn key(row: &Row, column: &str) -> Answer<Key> {
    let bytes: &[u8] = row.get(column)?;
    bytes.first_chunk().map(|bytes| Key(*bytes)).ok_or_else(|| Failure::Fault(format!("{column} is no key")))
}

fn parsed(row: &Row, column: &str) -> Answer<Subject> {
    row.get::<&str>(column)?.parse().map_err(|error| Failure::Fault(format!("{column}: {error}")))
}

fn published(row: &Row) -> Answer<(Day, Published)> {
    let (figures, summary) = (key(row, "figures")?, key(row, "summary")?);
    let (revision, is_final) = (row.get("revision")?, row.get("final")?);
    Ok((Day(row.get("day")?), Published { figures, summary, revision, is_final }))
}
