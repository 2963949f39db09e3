//! What was measured, or why it was not.

use std::time::Duration;

use anyhow::{Context, Result};

/// A line of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The table.
    pub(crate) of: String,
    /// The line.
    pub(crate) name: String,
    /// What came of it; `Err` says why it was skipped.
    pub(crate) cost: Result<Cost, String>,
}

/// What something costs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cost {
    /// Median, lower and upper quartile in nanoseconds.
    pub(crate) median_ns: f64,
    pub(crate) low_ns: f64,
    pub(crate) high_ns: f64,
    /// At most so many.
    pub(crate) target_ns: Option<f64>,
    /// The most memory that was resident.
    pub(crate) peak_bytes: Option<u64>,
    /// The median as a part of a peer's, and the peer's name.
    pub(crate) beside: Option<(f64, &'static str)>,
}

impl Cost {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at =
            |part: usize| times.get(times.len() * part / 4).map_or(f64::NAN, |time| time.as_secs_f64() * 1e9);
        Self { median_ns: at(2), low_ns: at(1), high_ns: at(3), ..Self::default() }
    }
}

impl Row {
    pub(crate) fn skipped(of: &str, name: &str, why: impl ToString) -> Self {
        Self { of: of.to_owned(), name: name.to_owned(), cost: Err(why.to_string()) }
    }

    /// The rows that a benchmark prints: table, name, median, quartiles and target in nanoseconds, parted by tabs.
    pub(crate) fn read(printed: &str) -> Result<Vec<Self>> {
        printed.lines().map(|line| Self::line(line).with_context(|| format!("no row: {line:?}"))).collect()
    }

    fn line(line: &str) -> Option<Self> {
        let mut columns = line.split('\t');
        let (of, name) = (columns.next()?.to_owned(), columns.next()?.to_owned());
        if let Some(why) = columns.clone().next()?.strip_prefix("skipped: ") {
            return Some(Self::skipped(&of, &name, why));
        }
        let mut number = || columns.next()?.parse().ok();
        let (median_ns, low_ns, high_ns) = (number()?, number()?, number()?);
        let cost = Cost { median_ns, low_ns, high_ns, target_ns: number(), ..Cost::default() };
        Some(Self { of, name, cost: Ok(cost) })
    }
}

/// Sets rows beside the row of that name in their table.
pub(crate) fn compare(rows: &mut [Row], name: &str, peer: &str, called: &'static str) {
    let median = |row: &Row| row.cost.as_ref().ok().map(|cost| cost.median_ns);
    let peers = rows.iter().filter(|row| row.name == peer);
    let peers: Vec<(String, f64)> = peers.filter_map(|row| Some((row.of.clone(), median(row)?))).collect();
    for row in rows.iter_mut().filter(|row| row.name == name) {
        let peer = peers.iter().find(|(of, _)| *of == row.of);
        if let (Some((_, peer_ns)), Ok(cost)) = (peer, &mut row.cost) {
            cost.beside = Some((cost.median_ns / peer_ns, called));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_with_and_without_targets_and_reasons() {
        let rows =
            Row::read("a\tours\t10.5\t9\t12\t50\na\ttheirs\t21\t20\t22\t\nb\tx\tskipped: no file").unwrap();
        let cost = |median_ns, low_ns, high_ns, target_ns| Cost {
            median_ns,
            low_ns,
            high_ns,
            target_ns,
            ..Cost::default()
        };
        assert_eq!(rows[0].cost, Ok(cost(10.5, 9.0, 12.0, Some(50.0))));
        assert_eq!(rows[1].cost, Ok(cost(21.0, 20.0, 22.0, None)));
        assert_eq!(rows[2], Row::skipped("b", "x", "no file"));
        assert!(Row::read("a\tours").is_err());
    }

    #[test]
    fn a_row_is_compared_with_its_peer_in_the_same_table() {
        let printed = "a\tours\t10\t9\t12\t\na\ttheirs\t20\t20\t22\t\nb\tours\t10\t9\t12\t";
        let mut rows = Row::read(printed).unwrap();
        compare(&mut rows, "ours", "theirs", "theirs");
        let beside = |row: &Row| row.cost.as_ref().unwrap().beside;
        assert_eq!((beside(&rows[0]), beside(&rows[2])), (Some((0.5, "theirs")), None));
    }
}
