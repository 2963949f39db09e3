//! The connection to the CRM: how it stands, its sealed tokens, and what deals and tasks were on the way back.

use super::{Store, names, subject};
use crate::crm::{Link, Tokens};
use crate::database::Row;
use crate::failure::Answer;
use crate::vault::Vault;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_amocrm::api::Was;
use takeroot_core::connection::ConnectionRequest;
use takeroot_core::deal::Observed;
use takeroot_core::directory::AccountDirectory;
use takeroot_core::fact::{Fact, Key, Subject, Via, What};
use takeroot_core::time::Moment;

const LINK: &str = "crm";
const TOKENS: &str = "crm_tokens";
const WISH: &str = "crm_wish";
const DIRECTORY: &str = "crm_directory";

/// A deal or a task on the way back to its creation.
#[derive(Debug)]
pub(crate) struct WasRow {
    pub(crate) subject: Subject,
    pub(crate) created: Moment,
    /// The moment of the state from which it started.
    pub(crate) at: Moment,
    pub(crate) was: Was,
}

impl Store {
    /// How the account is connected, where it is.
    pub(crate) fn link(&self) -> Answer<Option<Link>> {
        Ok(self.noted(LINK)?.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    pub(crate) fn keep_link(&self, link: &Link) -> Answer<()> {
        Ok(self.note(LINK, Some(&serde_json::to_string(link)?))?)
    }

    /// How the account was to be connected, without its token.
    pub(crate) fn wish(&self) -> Answer<Option<ConnectionRequest>> {
        Ok(self.noted(WISH)?.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    pub(crate) fn keep_wish(&self, wish: &ConnectionRequest) -> Answer<()> {
        let wish = ConnectionRequest { token: None, ..wish.clone() };
        Ok(self.note(WISH, Some(&serde_json::to_string(&wish)?))?)
    }

    /// What the CRM has, as it was read last: as it is answered, for nobody here looks into it.
    pub(crate) fn directory(&self) -> Answer<Option<String>> {
        Ok(self.noted(DIRECTORY)?)
    }

    pub(crate) fn keep_directory(&self, told: &AccountDirectory) -> Answer<()> {
        Ok(self.note(DIRECTORY, Some(&serde_json::to_string(told)?))?)
    }

    /// The tokens of a connection.
    pub(crate) fn tokens(&self, account: &str, vault: &Vault) -> Answer<Option<Tokens>> {
        let Some(sealed) = self.noted(TOKENS)? else { return Ok(None) };
        Ok(Some(serde_json::from_str(&vault.open(account, &sealed)?)?))
    }

    pub(crate) fn keep_tokens(&self, tokens: Option<&Tokens>, account: &str, vault: &Vault) -> Answer<()> {
        let sealed = tokens.map(|tokens| vault.seal(account, &serde_json::to_string(tokens)?)).transpose()?;
        Ok(self.note(TOKENS, sealed.as_deref())?)
    }

    /// Forgets the connection.
    pub(crate) fn forget_link(&self) -> Answer<()> {
        self.note(LINK, None)?;
        self.note(TOKENS, None)?;
        self.note(WISH, None)?;
        self.note(DIRECTORY, None)?;
        self.exec("DELETE FROM was", &[])?;
        Ok(())
    }

    /// Whether some breach waits for a reading.
    pub(crate) fn is_checking(&self) -> Answer<bool> {
        Ok(self.optional("SELECT 1 FROM standing WHERE checking = 1 LIMIT 1", &[])?.is_some())
    }

    /// Keeps what deals and tasks were.
    pub(crate) fn keep_was(&self, rows: &[WasRow]) -> Answer<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = rows.iter().map(|row| {
            Ok((row.subject.to_string(), row.created.0, row.at.0, serde_json::to_string(&row.was)?))
        });
        let text = serde_json::to_string(&rows.collect::<Answer<Vec<_>>>()?)?;
        let query = "INSERT OR REPLACE INTO was
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)";
        self.exec(query, &[(&text).into()])?;
        Ok(())
    }

    /// Those that were created since a moment, and some others.
    pub(crate) fn was_in<'a>(
        &self,
        from: Moment,
        others: impl Iterator<Item = &'a Subject>,
    ) -> Answer<Vec<WasRow>> {
        let query = "SELECT subject, created, at, body FROM was WHERE created >= CAST(? AS INTEGER)
            OR subject IN (SELECT value FROM json_each(?))";
        self.exec(query, &[from.0.into(), (&names(others)).into()])?.iter().map(was).collect()
    }

    /// Some of those that are left.
    pub(crate) fn was_first(&self, most: usize) -> Answer<Vec<WasRow>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let query = "SELECT subject, created, at, body FROM was ORDER BY subject LIMIT +?";
        self.exec(query, &[most.into()])?.iter().map(was).collect()
    }

    /// These have come to their beginning.
    pub(crate) fn end_was(&self, subjects: &BTreeSet<Subject>) -> Answer<()> {
        let query = "DELETE FROM was WHERE subject IN (SELECT value FROM json_each(?))";
        self.exec(query, &[(&names(subjects)).into()])?;
        Ok(())
    }

    /// How many are left.
    pub(crate) fn was_left(&self) -> Answer<i64> {
        self.count("was")
    }

    /// Takes what deals and tasks are said to have been at their creation out of the journal, where it is not what these
    /// say: they are not observed but told of all events, of which one may have been missing.
    pub(crate) fn strike_openings(&self, openings: &[Fact]) -> Answer<()> {
        let mut told: BTreeMap<Subject, BTreeMap<Key, Moment>> = BTreeMap::new();
        for fact in openings {
            told.entry(fact.subject).or_default().insert(fact.key(), fact.at);
        }
        self.strike(told.keys(), |observed| {
            let (Observed { key, fact }, Some(told)) = (observed, told.get(&observed.fact.subject)) else {
                return false;
            };
            let is_opening = match &fact.what {
                What::Deal(state) => state.added,
                What::Task(state) => state.created.is_some_and(|(at, _)| at == fact.at),
                _ => false,
            };
            let is_told = is_opening && fact.via == Via::Api && fact.seq.is_none();
            is_told && !told.contains_key(key) && told.values().any(|at| *at == fact.at)
        })
    }

    /// Takes facts of some subjects out of the journal.
    pub(crate) fn strike<'a>(
        &self,
        subjects: impl IntoIterator<Item = &'a Subject>,
        goes: impl Fn(&Observed) -> bool,
    ) -> Answer<()> {
        let query = "SELECT subject, part, facts FROM json_each(?) AS asked CROSS JOIN journal ON journal.subject = asked.value";
        for row in self.exec(query, &[(&names(subjects)).into()])? {
            let facts = super::journal::told(row.get("facts")?)?;
            let kept: Vec<&Observed> = facts.iter().filter(|observed| !goes(observed)).collect();
            if kept.len() == facts.len() {
                continue;
            }
            let text: String =
                kept.iter().map(|observed| super::journal::line(observed)).collect::<Answer<_>>()?;
            let n = i64::try_from(kept.len()).unwrap_or(0);
            let (name, part) = (row.get::<&str>("subject")?, row.get::<i64>("part")?);
            let query = "UPDATE journal SET n = ?, facts = ? WHERE subject = ? AND part = ?";
            self.exec(query, &[n.into(), (&text).into(), name.into(), part.into()])?;
            self.recount_facts();
        }
        Ok(())
    }
}

fn was(row: &Row) -> Answer<WasRow> {
    Ok(WasRow {
        subject: subject(row, "subject")?,
        created: Moment(row.get("created")?),
        at: Moment(row.get("at")?),
        was: serde_json::from_str(row.get("body")?)?,
    })
}
