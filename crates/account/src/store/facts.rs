//! The journal by pages, for export.

use super::Store;
use super::journal::told;
use crate::database::Row;
use crate::failure::{Answer, Failure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use takeroot_core::account::List;
use takeroot_core::fact::{Fact, Key, Subject};
use takeroot_core::time::Moment;

/// Facts of a page. Rows are not divided: one holds at most 200.
const PAGE_FACTS: i64 = 1000;

/// A row of the journal: its subject as it is stored, and its part.
type Place = (String, i64);
/// Of each key of a subject, the fact that counts: its moment and the part in which it is told first.
type Counting = BTreeMap<Key, (Moment, i64)>;

impl Store {
    /// A page of the facts, in the order of the journal; of key-equal ones the earliest.
    pub(crate) fn facts_page(&self, cursor: Option<&str>) -> Answer<List<Fact>> {
        let after =
            cursor.map_or_else(|| Some(Place::default()), place_of).ok_or_else(Failure::not_a_cursor)?;
        let (rows, is_last) = self.page_of_rows(&after)?;
        let (mut items, mut of, mut counting) = (Vec::new(), "", Counting::new());
        for row in &rows {
            let (name, part): (&str, i64) = (row.get("subject")?, row.get("part")?);
            if of != name {
                (of, counting) = (name, self.counting(name, row)?);
            }
            let mut facts = told(row.get("facts")?)?;
            facts.retain(|told| counting.get(&told.key) == Some(&(told.fact.at, part)));
            items.extend(facts.into_iter().map(|told| told.fact));
        }
        let next = rows.last().filter(|_| !is_last);
        let next = next.map(|row| Ok::<_, Failure>(cursor_of(row.get("subject")?, row.get("part")?)));
        Ok(List { items, next: next.transpose()? })
    }

    /// Rows that follow a place, as many as a page holds, and whether they are the last ones.
    fn page_of_rows(&self, (name, part): &Place) -> Answer<(Vec<Row>, bool)> {
        let sizes = "SELECT subject, part, n FROM journal WHERE (subject, part) > (?, ?)
            ORDER BY subject, part LIMIT +?";
        let sizes = self.exec(sizes, &[name.into(), (*part).into(), (PAGE_FACTS + 1).into()])?;
        let (mut taken, mut facts) = (0_usize, 0);
        for row in &sizes {
            facts += row.get::<i64>("n")?;
            if taken > 0 && facts > PAGE_FACTS {
                break;
            }
            taken += 1;
        }
        let Some(last) = taken.checked_sub(1).and_then(|last| sizes.get(last)) else {
            return Ok((Vec::new(), true));
        };
        let (to, to_part): (&str, i64) = (last.get("subject")?, last.get("part")?);
        // Whether a subject has more than one part is asked along: most have not.
        let rows = "SELECT subject, part, facts,
                EXISTS (SELECT 1 FROM journal AS other WHERE other.subject = journal.subject AND part = 1) AS more
            FROM journal WHERE (subject, part) > (?, ?) AND (subject, part) <= (?, ?) ORDER BY subject, part";
        let rows = self.exec(rows, &[name.into(), (*part).into(), to.into(), to_part.into()])?;
        Ok((rows, taken == sizes.len()))
    }

    /// Which facts of a subject count, one of whose rows is known.
    fn counting(&self, name: &str, row: &Row) -> Answer<Counting> {
        let mut counting = Counting::new();
        let mut count = |row: &Row| {
            let part = row.get("part")?;
            for told in told(row.get("facts")?)? {
                let known = counting.entry(told.key).or_insert((told.fact.at, part));
                *known = (*known).min((told.fact.at, part));
            }
            Ok::<_, Failure>(())
        };
        if row.get::<i64>("more")? == 0 {
            count(row)?;
        } else {
            let parts = "SELECT part, facts FROM journal WHERE subject = ?";
            self.exec(parts, &[name.into()])?.iter().try_for_each(count)?;
        }
        Ok(counting)
    }
}

fn cursor_of(name: &str, part: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{name} {part}"))
}

fn place_of(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (name, part) = text.split_once(' ')?;
    name.parse::<Subject>().ok()?;
    Some((name.to_owned(), part.parse::<u32>().ok()?.into()))
}
