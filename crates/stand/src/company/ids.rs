use std::collections::BTreeSet;

/// Whose id it is: the CRM numbers each kind apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Lead,
    /// Contacts and companies share one row of numbers.
    Contact,
    Task,
    Note,
    Talk,
}

/// Ids that grow with time, so that what came later has the larger number, as in the CRM.
#[derive(Debug)]
pub(super) struct Ids {
    since: i64,
    taken: BTreeSet<(Kind, u64)>,
}

impl Ids {
    pub(super) fn new(since: i64) -> Self {
        Self { since, taken: BTreeSet::new() }
    }

    pub(super) fn take(&mut self, kind: Kind, at: i64) -> u64 {
        let (first, secs_per_id) = match kind {
            Kind::Lead => (24_510_000, 40),
            Kind::Contact => (38_220_000, 25),
            Kind::Task => (5_410_000, 20),
            Kind::Note => (91_730_000, 5),
            Kind::Talk => (4_100, 400),
        };
        let mut id = first + (at - self.since).max(0).unsigned_abs() / secs_per_id;
        while !self.taken.insert((kind, id)) {
            id += 1;
        }
        id
    }
}
