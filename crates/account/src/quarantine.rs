//! Bodies that could not be read: what there are, what is in them, and reading them again by a newer release.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use crate::store::{MOMENT_MAX, Quarantined};
use serde::Serialize;
use takeroot_core::account::List;
use takeroot_core::fact::Key;
use takeroot_core::time::Moment;

/// Bodies that an answer lists, or that one asking reads again.
const PAGE: usize = 100;

/// What became of bodies that were read again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replayed {
    /// Bodies that are in the journal now.
    pub read: usize,
    /// Facts that they hold.
    pub facts: usize,
    /// Bodies that still cannot be read.
    pub unreadable: usize,
    /// What to give as `cursor` for those that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Account {
    /// A page of the bodies that could not be read, the latest first.
    ///
    /// # Errors
    /// A rejection with 400 of a text that is no cursor.
    pub fn quarantined(&self, cursor: Option<&str>) -> Answer<List<Quarantined>> {
        let latest = || Some((Moment(MOMENT_MAX), Key([0xff; 16])));
        let begin = cursor.map_or_else(latest, place_of).ok_or_else(Failure::not_a_cursor)?;
        let items = self.store.quarantined(begin, i64::try_from(PAGE).unwrap_or(i64::MAX))?;
        let last = items.last().filter(|_| items.len() == PAGE);
        let next = last.map(|last| format!("{}-{}", last.at.0, last.id));
        Ok(List { items, next })
    }

    /// A body that could not be read. The audit log says who asked.
    ///
    /// # Errors
    /// A rejection with 404 where it is not in quarantine.
    pub fn quarantined_body(&self, id: &str, who: &str, now: Moment) -> Answer<Vec<u8>> {
        let id: Key = id.parse().map_err(|_| Failure::not_found())?;
        let body = self.store.quarantined_body(id)?.ok_or_else(Failure::not_found)?;
        self.log(who, "quarantine read", &id.to_string(), now)?;
        Ok(body)
    }

    /// Reads a page of the bodies in quarantine again: those that this release reads go into the journal as of the
    /// moment of their receipt.
    ///
    /// # Errors
    /// A rejection with 409 while an archive is read, with 400 of a text that is no cursor; a fault of the storage:
    /// what was read up to then stays read.
    pub fn replay_quarantine(&self, cursor: Option<&str>, who: &str, now: Moment) -> Answer<Replayed> {
        self.refuse_while_exporting(now)?;
        let page = self.quarantined(cursor)?;
        let mut replayed = Replayed { next: page.next, ..Replayed::default() };
        for Quarantined { id, at, .. } in page.items {
            match self.replay(id, at, now)? {
                Some(facts) => {
                    replayed.read += 1;
                    replayed.facts += facts;
                }
                None => replayed.unreadable += 1,
            }
        }
        self.log(who, "quarantine replay", &format!("{} bodies read", replayed.read), now)?;
        Ok(replayed)
    }

    /// Reads a body again; gives how many facts it holds.
    fn replay(&self, id: Key, at: Moment, now: Moment) -> Answer<Option<usize>> {
        let Some(body) = self.store.quarantined_body(id)? else { return Ok(None) };
        let Ok(reading) = self.read(&body, at) else { return Ok(None) };
        let facts = reading.facts.len();
        self.told(|| {
            self.store.end_quarantine(id)?;
            let kept = self.keep_facts(reading.facts.into_iter().map(|fact| (now, fact)).collect())?;
            self.store.mark_due(&kept.touched)
        })?;
        Ok(Some(facts))
    }
}

/// A place in the list: the moment of receipt and the hash.
fn place_of(text: &str) -> Option<(Moment, Key)> {
    let (at, id) = text.rsplit_once('-')?;
    let at: i64 = at.parse().ok()?;
    Some((Moment(at.clamp(-MOMENT_MAX, MOMENT_MAX)), id.parse().ok()?))
}
