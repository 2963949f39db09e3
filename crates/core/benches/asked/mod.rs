//! What the benchmarks of cards ask for: eight stages, seven mandatory fields, a roster of twenty.

use std::collections::BTreeMap;
use takeroot_core::policy::{Field, Mandatory, Person, Pipeline, Policy, StageName, Version};
use takeroot_core::time::Moment;
use takeroot_core::timetable::Timetable;
use takeroot_core::zone::Zone;

pub(crate) const PIPELINE: u64 = 5;

/// The policy. The stages' ids are 10, 20 and so on to 80; the first field is asked from the second stage, each other
/// one stage later.
pub(crate) fn version() -> Version {
    let stages = (1..=8).map(|n| StageName { id: n * 10, name: String::new() }).collect();
    let standard = [Field::Amount, Field::Responsible, Field::NextStep];
    let custom = [Field::Custom(1), Field::Custom(2), Field::Custom(3), Field::FutureDate(4)];
    let mandatory = standard.into_iter().chain(custom).zip(2..).map(|(f, from)| Mandatory::of(f, "", from));
    let policy = Policy {
        pipelines: vec![Pipeline { id: PIPELINE, stages, ..Pipeline::default() }],
        mandatory: mandatory.collect(),
        people: (1..=20).map(|id| Person { id, ..Person::default() }).collect(),
        ..Policy::default()
    };
    Version {
        from: Moment(i64::MIN),
        policy,
        zone: Zone::fixed("Europe/Moscow", 3 * 3600),
        timetable: Timetable::of(Moment(0), Moment(4_000_000_000), Vec::new()),
        timetables: BTreeMap::new(),
        day_s: 9 * 3600,
    }
}
