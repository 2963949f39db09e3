//! What was published of each day.

use super::{Store, key};
use crate::database::{Row, Value};
use crate::failure::Answer;
use takeroot_core::day::DayPoint;
use takeroot_core::fact::Key;
use takeroot_core::time::Day;

const POINTS: &str = "points";
const INDEXED: &str = "indexed";

/// What is known of a published day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) figures: Key,
    pub(crate) summary: Key,
    pub(crate) revision: u32,
    pub(crate) is_final: bool,
}

impl Store {
    /// A few figures of the last days; nothing where none were kept yet.
    pub(crate) fn points(&self) -> Answer<Option<Vec<DayPoint>>> {
        Ok(self.noted(POINTS)?.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    pub(crate) fn keep_points(&self, points: &[DayPoint]) -> Answer<()> {
        Ok(self.note(POINTS, Some(&serde_json::to_string(points)?))?)
    }

    /// The index that was published last.
    pub(crate) fn indexed(&self) -> Answer<Option<Key>> {
        Ok(self.noted(INDEXED)?.and_then(|text| text.parse().ok()))
    }

    pub(crate) fn keep_indexed(&self, index: Key) -> Answer<()> {
        Ok(self.note(INDEXED, Some(&index.to_string()))?)
    }

    /// When something was published last, in milliseconds.
    pub(crate) fn published_at(&self) -> Answer<Option<i64>> {
        Ok(self.noted_number("published_at_ms")?)
    }

    pub(crate) fn keep_published_at(&self, at_ms: i64) -> Answer<()> {
        Ok(self.note("published_at_ms", Some(&at_ms.to_string()))?)
    }

    pub(crate) fn published(&self, day: Day) -> Answer<Option<Published>> {
        let query = "SELECT figures, summary, revision, final FROM published WHERE day = ?";
        self.optional(query, &[day.0.into()])?.as_ref().map(published).transpose()
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

fn published(row: &Row) -> Answer<Published> {
    let (figures, summary) = (key(row, "figures")?, key(row, "summary")?);
    let (revision, is_final) = (row.get("revision")?, row.get("final")?);
    Ok(Published { figures, summary, revision, is_final })
}
