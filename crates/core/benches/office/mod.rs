//! The rules that the benchmarks of a deal share.

use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};

/// Eight stages, seven mandatory fields, six clocks: the first response and a target of every other kind.
const POLICY: &str = r#"{
    "calendar": {"tz": "Europe/Moscow", "production": {"country": "ru", "short_eves": true}, "weekly": {
        "mon": [["09:00", "13:00"], ["14:00", "18:00"]], "tue": [["09:00", "13:00"], ["14:00", "18:00"]],
        "wed": [["09:00", "13:00"], ["14:00", "18:00"]], "thu": [["09:00", "13:00"], ["14:00", "18:00"]],
        "fri": [["09:00", "13:00"], ["14:00", "18:00"]]}},
    "pipelines": [{"id": 5, "stages": [
        {"id": 51}, {"id": 52}, {"id": 53}, {"id": 54}, {"id": 55}, {"id": 56}, {"id": 57}, {"id": 58}]}],
    "mandatory": [
        {"field": "responsible", "from_stage": 1}, {"field": "next_step", "from_stage": 1},
        {"field": "amount", "from_stage": 2}, {"field": {"custom": 1}, "from_stage": 3},
        {"field": {"custom": 2}, "from_stage": 3}, {"field": {"custom": 3}, "from_stage": 4},
        {"field": {"future_date": 4}, "from_stage": 5}],
    "targets": [
        {"name": "reply", "starts": "client_message", "target": "30m"},
        {"name": "follow up", "starts": "our_message", "target": "2d"},
        {"name": "stage", "starts": "stage_entered", "target": "3d", "pauses": [56]},
        {"name": "silence", "starts": "activity", "target": "5d"},
        {"name": "manager", "starts": "created", "target": "20d", "restarts_on_assignment": true}],
    "people": [{"id": 11}, {"id": 12}, {"id": 13}]
}"#;

/// A Monday, 10:00 of the office.
pub(crate) const BEGIN: Moment = Moment(1_791_183_600);
pub(crate) const HOUR_S: i64 = 3600;
pub(crate) const PIPELINE: u64 = 5;
/// Who is responsible, in turns.
pub(crate) const PEOPLE: [u64; 3] = [11, 12, 13];

/// Compiled as the Worker compiles them: from the beginning of the observation, half a year ago, to two years on.
pub(crate) fn rules() -> Result<Rules, Box<dyn std::error::Error>> {
    let policy: Policy = serde_json::from_str(POLICY)?;
    let observed_from = BEGIN.plus(-182 * 24 * HOUR_S);
    Ok(Rules::compile(vec![(Day(0), policy)], observed_from, BEGIN)?)
}
