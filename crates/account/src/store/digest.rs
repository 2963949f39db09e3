//! To whom an account tells, and what it told.

use super::Store;
use crate::database::Row;
use crate::digest::{Sent, Target};
use crate::failure::{Answer, Failure};
use takeroot_core::digest::{Digest, Kind};
use takeroot_core::time::Day;

/// Numbers of targets are given once.
const LAST_TARGET: &str = "digest_target";

impl Store {
    /// Those to whom it tells, and whether their secrets are here.
    pub(crate) fn targets(&self) -> Answer<Vec<(Target, bool)>> {
        let rows =
            self.exec("SELECT body, sealed IS NOT NULL AS ready FROM digest_target ORDER BY id", &[])?;
        rows.iter().map(|row| Ok((serde_json::from_str(row.get("body")?)?, row.get("ready")?))).collect()
    }

    pub(crate) fn next_target(&self) -> Answer<u32> {
        let highest =
            self.one("SELECT COALESCE(MAX(id), 0) AS id FROM digest_target", &[])?.get::<u32>("id")?;
        let given = self.noted_number::<u32>(LAST_TARGET)?.unwrap_or(0);
        Ok(highest.max(given) + 1)
    }

    pub(crate) fn keep_target(&self, target: &Target, sealed: &str) -> Answer<()> {
        let body = serde_json::to_string(target)?;
        let query = "INSERT OR REPLACE INTO digest_target (id, body, sealed) VALUES (?, ?, ?)";
        self.exec(query, &[target.id.into(), (&body).into(), sealed.into()])?;
        if self.noted_number::<u32>(LAST_TARGET)?.is_none_or(|given| given < target.id) {
            self.note(LAST_TARGET, Some(&target.id.to_string()))?;
        }
        Ok(())
    }

    pub(crate) fn end_target(&self, id: u32) -> Answer<()> {
        self.exec("DELETE FROM digest_target WHERE id = ?", &[id.into()])?;
        self.exec("DELETE FROM digest WHERE target = ?", &[id.into()])?;
        Ok(())
    }

    pub(crate) fn sealed_target(&self, id: u32) -> Answer<Option<String>> {
        let query = "SELECT sealed FROM digest_target WHERE id = ? AND sealed IS NOT NULL";
        let row = self.optional(query, &[id.into()])?;
        row.map(|row| Ok(row.get::<&str>("sealed")?.to_owned())).transpose()
    }

    /// The digest of a kind that was made for a target on a day.
    pub(crate) fn sent(&self, target: u32, kind: Kind, day: Day) -> Answer<Option<Sent>> {
        let query = "SELECT * FROM digest WHERE target = ? AND kind = ? AND day = ?";
        self.optional(query, &[target.into(), kind.name().into(), day.0.into()])?
            .as_ref()
            .map(sent)
            .transpose()
    }

    pub(crate) fn keep_sent(&self, sent: &Sent) -> Answer<()> {
        let (said, state) = (serde_json::to_string(&sent.said)?, serde_json::to_string(&sent.state)?);
        let next = sent.next_at_ms.map_or(crate::database::Value::Null, Into::into);
        let values = [
            sent.target.into(),
            sent.kind.name().into(),
            sent.day.0.into(),
            (&said).into(),
            (&state).into(),
            next,
        ];
        let query = "INSERT OR REPLACE INTO digest (target, kind, day, said, state, next_at) VALUES (?, ?, ?, ?, ?, ?)";
        self.exec(query, &values)?;
        Ok(())
    }

    /// Forgets those of before a day.
    pub(crate) fn forget_sent(&self, before: Day) -> Answer<()> {
        self.exec("DELETE FROM digest WHERE day < ?", &[before.0.into()])?;
        Ok(())
    }

    /// What a target was told last of a kind, before a day: what arrived.
    pub(crate) fn said_before(&self, target: u32, kind: Kind, day: Day) -> Answer<Option<Digest>> {
        let query = "SELECT said FROM digest WHERE target = ? AND kind = ? AND day < ?
            AND state ->> 'arrived_at' IS NOT NULL ORDER BY day DESC LIMIT 1";
        let row = self.optional(query, &[target.into(), kind.name().into(), day.0.into()])?;
        row.map(|row| Ok(serde_json::from_str(row.get("said")?)?)).transpose()
    }

    /// The last digest of a target.
    pub(crate) fn last_sent(&self, target: u32) -> Answer<Option<Sent>> {
        let query =
            "SELECT * FROM digest WHERE target = ? ORDER BY day DESC, state ->> 'made_at' DESC LIMIT 1";
        self.optional(query, &[target.into()])?.as_ref().map(sent).transpose()
    }

    /// One that is to be sent by now.
    pub(crate) fn to_send(&self, now_ms: i64) -> Answer<Option<Sent>> {
        let query = format!("{WAITING} AND next_at <= ? ORDER BY next_at LIMIT 1");
        self.optional(&query, &[now_ms.into()])?.as_ref().map(sent).transpose()
    }

    /// When the next one is to be sent, in milliseconds.
    pub(crate) fn sends_at(&self) -> Answer<Option<i64>> {
        let row = self.optional(&format!("{WAITING} ORDER BY next_at LIMIT 1"), &[])?;
        row.map(|row| Ok(row.get("next_at")?)).transpose()
    }
}

/// Those that wait, of targets whose secrets are here.
const WAITING: &str = "SELECT digest.* FROM digest WHERE next_at IS NOT NULL
    AND target IN (SELECT id FROM digest_target WHERE sealed IS NOT NULL)";

fn sent(row: &Row) -> Answer<Sent> {
    let name = row.get::<&str>("kind")?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    Ok(Sent {
        target: row.get("target")?,
        kind: kind.ok_or_else(|| Failure::Fault(format!("a digest of the kind {name}")))?,
        day: Day(row.get("day")?),
        said: serde_json::from_str(row.get("said")?)?,
        state: serde_json::from_str(row.get("state")?)?,
        next_at_ms: row.get("next_at")?,
    })
}
