//! What was judged: how each subject stands, what deals share, and what is to be judged next.

use super::{MOMENT_MAX, Store, names, subject};
use crate::database::Row;
use crate::failure::Answer;
use std::collections::{BTreeMap, BTreeSet};
use takeroot_core::assess::{ALIKE_MAX, Assessment, Shared};
use takeroot_core::contribution::{Contribution, Entry};
use takeroot_core::fact::Subject;
use takeroot_core::time::Moment;

impl Store {
    pub(crate) fn standing(&self, subject: Subject) -> Answer<Contribution> {
        let query = "SELECT contribution FROM standing WHERE subject = ?";
        let row = self.optional(query, &[(&subject.to_string()).into()])?;
        row.map_or_else(
            || Ok(Contribution::default()),
            |row| Ok(serde_json::from_str(row.get("contribution")?)?),
        )
    }

    /// How subjects stand, by their names after one.
    pub(crate) fn standings_after(&self, name: &str, most: i64) -> Answer<Vec<(Subject, Contribution)>> {
        let query = "SELECT subject, contribution FROM standing WHERE subject > ? ORDER BY subject LIMIT +?";
        let rows = self.exec(query, &[name.into(), most.into()])?;
        rows.iter()
            .map(|row| Ok((subject(row, "subject")?, serde_json::from_str(row.get("contribution")?)?)))
            .collect()
    }

    /// Keeps how subjects stand; gives what that adds beyond how they stood.
    pub(crate) fn keep_standings(&self, judged: &[Judged]) -> Answer<Vec<Entry>> {
        self.remembered.forget(judged.iter().map(|one| &one.subject));
        let query = "SELECT subject, contribution, changes_at, checking, last_at FROM standing
            WHERE subject IN (SELECT value FROM json_each(?))";
        let rows = self.exec(query, &[(&names(judged.iter().map(|one| &one.subject))).into()])?;
        let mut known = BTreeMap::new();
        for row in &rows {
            known.insert(row.get::<&str>("subject")?, row);
        }
        let (mut changes, mut rows) = (Vec::new(), Rows::default());
        for Judged { subject, assessment, last_at } in judged {
            let (name, text) = (subject.to_string(), serde_json::to_string(&assessment.contribution)?);
            let changes_at = assessment.changes_at.map(|at| at.0).filter(|at| *at < MOMENT_MAX);
            let last_at = last_at.0.clamp(-MOMENT_MAX, MOMENT_MAX);
            let moments = (changes_at, assessment.checking.is_some(), last_at);
            let old = known.get(name.as_str());
            let old_text = old.map(|row| row.get::<&str>("contribution")).transpose()?;
            // Most texts are said once.
            if old.is_none() && matches!(subject, Subject::Text(_)) && assessment.contribution.is_empty() {
                continue;
            }
            let is_same = old_text == Some(text.as_str());
            if !is_same {
                let old: Contribution =
                    old_text.map_or_else(|| Ok(Contribution::default()), serde_json::from_str)?;
                changes.extend(assessment.contribution.minus(&old).entries());
            }
            let stays = |row: &Row| -> Answer<bool> {
                Ok((row.get("changes_at")?, row.get("checking")?, row.get("last_at")?) == moments)
            };
            if !is_same || !old.map_or(Ok(false), |row| stays(row))? {
                let (changes_at, checking, last_at) = moments;
                // As a text within a text: SQLite would make a tree of it otherwise.
                rows.push(&serde_json::to_string(&(name, text, changes_at, u8::from(checking), last_at))?);
            }
        }
        let query = "INSERT OR REPLACE INTO standing
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)";
        rows.texts().try_for_each(|text| self.exec(query, &[(&text).into()]).map(drop))?;
        Ok(changes)
    }

    /// Keeps what deals tell their identities, texts and clients; says who hears something new.
    pub(crate) fn keep_shared(&self, judged: &[Judged]) -> Answer<BTreeSet<Subject>> {
        let told = judged.iter().filter_map(|one| match one.subject {
            Subject::Deal(deal) => Some((i64::try_from(deal).unwrap_or(i64::MAX), &one.assessment.shared)),
            _ => None,
        });
        let told: BTreeMap<i64, _> = told.collect();
        let query = "SELECT deal, other, words FROM json_each(?) AS asked CROSS JOIN shared ON shared.deal = asked.value";
        let deals = serde_json::to_string(&told.keys().collect::<Vec<_>>())?;
        let known = self.exec(query, &[(&deals).into()])?;
        let mut old = BTreeMap::new();
        for row in &known {
            old.insert((row.get::<i64>("deal")?, subject(row, "other")?), row.get::<&str>("words")?);
        }
        let (mut changed, mut rows) = (BTreeSet::new(), Rows::default());
        for (deal, words) in &told {
            for (other, words) in *words {
                let text = serde_json::to_string(words)?;
                if old.remove(&(*deal, *other)) != Some(text.as_str()) {
                    rows.push(&format!(r#"["{other}",{deal},{text}]"#));
                    changed.insert(*other);
                }
            }
        }
        let query =
            "INSERT OR REPLACE INTO shared SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)";
        rows.texts().try_for_each(|text| self.exec(query, &[(&text).into()]).map(drop))?;
        for (deal, other) in old.into_keys() {
            let name = other.to_string();
            self.exec("DELETE FROM shared WHERE other = ? AND deal = ?", &[(&name).into(), deal.into()])?;
            changed.insert(other);
        }
        Ok(changed)
    }

    /// What the deals of an identity, a text or a client tell it.
    pub(crate) fn shared(&self, other: Subject) -> Answer<Words> {
        Ok(self.shared_of(&[other])?.remove(&other).unwrap_or_default())
    }

    /// As [`Store::shared`], of many. Of a template's text, which all deals may have, only as many as show that it is
    /// one.
    pub(crate) fn shared_of(&self, others: &[Subject]) -> Answer<BTreeMap<Subject, Words>> {
        let query = "SELECT other, deal, words FROM json_each(?) AS asked
            CROSS JOIN shared ON shared.other = asked.value AND shared.deal <= CASE WHEN asked.value GLOB 'text:*'
                THEN ifnull((SELECT deal FROM shared AS own WHERE own.other = asked.value
                    ORDER BY deal LIMIT 1 OFFSET ?), 9223372036854775807)
                ELSE 9223372036854775807 END
            ORDER BY other, deal";
        let mut shared: BTreeMap<Subject, Words> = BTreeMap::new();
        let enough = i64::try_from(ALIKE_MAX).unwrap_or(i64::MAX);
        for row in self.exec(query, &[(&names(others)).into(), enough.into()])? {
            let deal = u64::try_from(row.get::<i64>("deal")?).unwrap_or_default();
            let words = serde_json::from_str(row.get("words")?)?;
            shared.entry(subject(&row, "other")?).or_default().push((deal, words));
        }
        Ok(shared)
    }

    /// The subjects that a reading from a moment on may concern: those with facts since, and those whose breach
    /// waits for a reading. A scan: a reading is rare, an index would be written with every fact.
    pub(crate) fn since(&self, from: Moment) -> Answer<BTreeSet<Subject>> {
        let query = "SELECT subject FROM standing WHERE checking = 1 OR last_at >= ?";
        let from = from.0.clamp(-MOMENT_MAX, MOMENT_MAX);
        self.exec(query, &[from.into()])?.iter().map(|row| subject(row, "subject")).collect()
    }

    /// When something happened last, of what has been judged. A scan, for whoever asks how an account is.
    pub(crate) fn happened_last(&self, now: Moment) -> Answer<Option<Moment>> {
        let query =
            "SELECT MAX(last_at) AS at FROM standing WHERE subject <> ? AND last_at <= CAST(? AS INTEGER)";
        // Of the account itself only readings are told.
        let account = Subject::Account.to_string();
        Ok(self.one(query, &[(&account).into(), now.0.into()])?.get::<Option<i64>>("at")?.map(Moment))
    }

    /// Subjects to be judged by the next alarm.
    pub(crate) fn mark_due(&self, subjects: &BTreeSet<Subject>) -> Answer<()> {
        self.remembered.forget(subjects);
        if !subjects.is_empty() {
            self.exec(
                "INSERT OR IGNORE INTO due SELECT value FROM json_each(?)",
                &[(&names(subjects)).into()],
            )?;
        }
        Ok(())
    }

    /// Every subject is to be judged by the next alarms.
    pub(crate) fn mark_all_due(&self) -> Answer<()> {
        self.remembered.forget_all();
        let query = "INSERT OR IGNORE INTO due
            SELECT subject FROM journal WHERE part = 0 UNION SELECT deal FROM link";
        self.exec(query, &[])?;
        Ok(())
    }

    /// Subjects that have been judged.
    pub(crate) fn end_due(&self, subjects: &[Subject]) -> Answer<()> {
        let query = "DELETE FROM due WHERE subject IN (SELECT value FROM json_each(?))";
        self.exec(query, &[(&names(subjects)).into()])?;
        Ok(())
    }

    /// Whether a subject waits to be judged for what was told of it.
    pub(crate) fn is_due(&self) -> Answer<bool> {
        Ok(self.optional("SELECT 1 FROM due LIMIT 1", &[])?.is_some())
    }

    /// The nearest moment at which some figure changes by itself.
    pub(crate) fn changes_at(&self) -> Answer<Option<Moment>> {
        let query = "SELECT MIN(changes_at) AS at FROM standing WHERE changes_at IS NOT NULL";
        Ok(self.one(query, &[])?.get::<Option<i64>>("at")?.map(Moment))
    }

    /// Subjects to be judged: those of which something was told, then those that change by themselves up to a
    /// moment, the earliest first.
    pub(crate) fn due(&self, now: Moment, most: usize) -> Answer<Vec<Subject>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = self.exec("SELECT subject FROM due LIMIT +?", &[most.into()])?;
        let left = most.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        if left > 0 {
            let query = "SELECT subject FROM standing WHERE changes_at <= ? AND subject NOT IN (SELECT subject FROM due)
                ORDER BY changes_at LIMIT +?";
            rows.extend(self.exec(query, &[now.0.into(), left.into()])?);
        }
        rows.iter().map(|row| subject(row, "subject")).collect()
    }
}

/// The judgement of a subject.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) subject: Subject,
    pub(crate) assessment: Assessment,
    /// The moment of the last fact that it rests on.
    pub(crate) last_at: Moment,
}

/// What each deal tells.
pub(crate) type Words = Vec<(u64, Vec<Shared>)>;

/// Rows as texts of JSON, as a statement takes many of them.
#[derive(Default)]
struct Rows(Vec<String>);

impl Rows {
    fn push(&mut self, row: &str) {
        match self.0.last_mut().filter(|text| text.len() + row.len() < ROWS_BYTES_MAX) {
            Some(text) => *text += &format!(",{row}"),
            None => self.0.push(format!("[{row}")),
        }
    }

    fn texts(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|text| text + "]")
    }
}

/// The edge binds texts of at most 2 MB.
const ROWS_BYTES_MAX: usize = 500_000;
