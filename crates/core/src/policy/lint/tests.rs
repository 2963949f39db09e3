//! Each rule is shown by a policy that breaks it, written as a change of one that breaks none.

use super::*;
use crate::policy::preset::{Names, checklist, six_stages};
use serde_json::{Value, json};

const NAMES: Names = Names {
    pipeline: "sales",
    stages: ["a", "b", "c", "d", "e"],
    fields: ["amount", "source", "responsible", "next", "contact"],
    clocks: ["reply", "silent", "idle", "proposal", "invoice"],
    bant: ["b", "a", "n", "t"],
    champ: ["c", "h", "a", "m"],
};

fn clean() -> Policy {
    let mut policy = six_stages("Europe/Moscow", &NAMES);
    policy.checklists.push(checklist("BANT", NAMES.bant));
    policy
}

/// Problems of a clean policy with a section put in place of its own: kinds with places.
fn with(changes: Value) -> Vec<String> {
    let mut policy = serde_json::to_value(clean()).unwrap();
    for (section, value) in changes.as_object().unwrap() {
        policy[section] = value.clone();
    }
    told(&lint(&serde_json::from_value(policy).unwrap()))
}

fn told(problems: &[Problem]) -> Vec<String> {
    let told = problems.iter().map(|problem| {
        let kind = serde_json::to_value(&problem.kind).unwrap();
        format!("{} {}", problem.path, kind["kind"].as_str().unwrap())
    });
    told.collect()
}

fn nine_to_six() -> Value {
    json!({"mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]]})
}

#[test]
fn a_preset_has_no_problems() {
    assert_eq!(lint(&clean()), []);
}

#[test]
fn hours_that_are_no_hours() {
    let never = with(json!({"calendar": {"tz": "Europe/Moscow"}}));
    assert!(never.contains(&"calendar never_opens".to_owned()), "{never:?}");
    let week = json!({
        "mon": [["18:00", "09:00"]],
        "tue": [["09:00", "13:00"], ["12:00", "18:00"]],
        "wed": [["22:00", "06:00"]],
        "thu": [["05:00", "14:00"], ["08:00", "08:00"]],
    });
    let problems = with(json!({"calendar": {"tz": "UTC", "weekly": week}}));
    let expected = [
        "calendar.weekly.mon[0] long_night",
        "calendar.weekly.tue[1] overlapping_windows",
        "calendar.weekly.wed[0] overlapping_windows",
        "calendar.weekly.thu[1] whole_day_window",
        "calendar.weekly.thu[1] overlapping_windows",
    ];
    assert_eq!(problems, expected);
    let dates = json!({"tz": "UTC", "weekly": nine_to_six(), "dates": {"2026-03-07": [["10:00", "12:00"]]},
        "breaks": {"2026-03-08": [["10:00", "12:00"]], "2026-03-03": [["13:00", "14:00"]]},
        "holidays": ["2026-03-07", "2026-03-08"]});
    let mut expected = vec!["calendar.dates.2026-03-07 date_and_holiday"];
    assert_eq!(
        with(json!({"calendar": dates.clone()})),
        expected,
        "a night may reach into the break of 8 March"
    );
    let mut dates = dates;
    dates["breaks"] = json!({"2026-03-05": [["10:00", "12:00"]]});
    expected.push("calendar.breaks.2026-03-05 break_without_hours");
    assert_eq!(with(json!({"calendar": dates})), expected);
    let many = json!({"tz": "UTC", "weekly": {"mon": vec![["09:00", "18:00"]; 49]}});
    assert_eq!(with(json!({"calendar": many})), ["calendar.weekly.mon too_many_windows"]);
}

#[cfg(feature = "zones")]
#[test]
fn an_unknown_zone_is_named_with_those_like_it() {
    for (zone, like) in [
        ("Europe/Moskow", "Europe/Moscow"),
        ("Moscow", "Europe/Moscow"),
        ("asia/omsk", "Asia/Omsk"),
        ("Asia/Novosibrsk", "Asia/Novosibirsk"),
    ] {
        let mut policy = clean();
        policy.calendar.tz = zone.to_owned();
        let problems = lint(&policy);
        let [Problem { kind: Kind::UnknownZone { near, .. }, path, .. }] = problems.as_slice() else {
            panic!("{zone}: {problems:?}");
        };
        assert_eq!(path.to_string(), "calendar.tz");
        assert!(near.iter().any(|near| near == like), "{zone}: {near:?}");
    }
}

#[test]
fn calendars_are_named_and_there() {
    let calendars = json!({"night": {"tz": "UTC", "weekly": nine_to_six()}, "spare": {"tz": "UTC"}});
    let people = json!([{"id": 1, "head": true, "calendar": "nigth"}, {"id": 2, "calendar": "night"}]);
    let expected =
        ["calendars.spare never_opens", "people[0].calendar no_calendar", "calendars.spare unused_calendar"];
    assert_eq!(with(json!({"calendars": calendars, "people": people})), expected);
}

#[test]
fn lists_hold_ids_once() {
    let stage = |id: u64| json!({"id": id, "name": "s"});
    let pipelines = json!([
        {"id": 1, "name": "x", "stages": [{"id": 11}, {"id": 12}, {"id": 13}, {"id": 14}, {"id": 15}, {"id": 11}]},
        {"id": 1, "name": "X ", "stages": [stage(11), stage(0)]},
        {"id": 3, "stages": []},
    ]);
    let expected = [
        "pipelines too_many_pipelines",
        "pipelines[1].id duplicate_id",
        "pipelines[1].name duplicate_name",
        "pipelines[0].stages[5].id duplicate_id",
        "pipelines[1].stages[1].id zero_id",
        "pipelines[1].stages[1].name duplicate_name",
        "pipelines[1].stages[0].id duplicate_id",
        "pipelines[2].stages no_stages",
    ];
    assert_eq!(with(json!({"pipelines": pipelines})), expected);
}

#[test]
fn mandatory_fields_make_sense() {
    assert_eq!(with(json!({"mandatory": []})), ["mandatory nothing_mandatory"]);
    let asks = |field: Value| json!({"field": field});
    let one = with(json!({"mandatory": [{"field": "amount", "from_stage": 3}]}));
    let expected =
        ["mandatory no_next_step", "mandatory no_source", "pipelines[0].stages[1] stage_asks_nothing"];
    assert_eq!(one, expected);
    let mandatory = json!([
        {"field": "amount", "from_stage": 0, "check": "inn"},
        {"field": "next_step", "from_stage": 6, "weight": 0},
        asks(json!("source")),
        asks(json!("source")),
        {"field": "source", "pipelines": [1], "when": {"filled": "amount"}},
        {"field": "utm", "pipelines": [2]},
        asks(json!({"custom": 0})),
    ]);
    let expected = [
        "mandatory[0].from_stage stage_number",
        "mandatory[0].check check_without_text",
        "mandatory[1].from_stage stage_number",
        "mandatory[1].weight zero_weight",
        "mandatory[5].field field_not_given",
        "mandatory[5].pipelines[0] not_there",
        "mandatory[6].field zero_id",
        "mandatory[3].field duplicate_field",
    ];
    assert_eq!(with(json!({"mandatory": mandatory})), expected);
    let many: Vec<Value> = (1..=6).map(|id| asks(json!({"custom": id}))).collect();
    let many: Vec<Value> =
        many.into_iter().chain([asks(json!("source")), asks(json!("next_step"))]).collect();
    assert_eq!(with(json!({"mandatory": many})), ["pipelines[0].stages[1] too_many_mandatory"]);
    assert_eq!(with(json!({"pipelines": [], "targets": []})), ["mandatory mandatory_without_pipelines"]);
}

#[test]
fn conditions_go_somewhere() {
    let when = |field: u64, when: Value| json!({"field": {"custom": field}, "when": when});
    let filled = |field: u64| json!({"filled": {"custom": field}});
    let problems = |list: &[Value]| {
        let usual = [json!({"field": "next_step"}), json!({"field": "source"})];
        with(json!({"mandatory": usual.iter().chain(list).collect::<Vec<_>>()}))
    };
    let circle = [when(7, filled(8)), when(8, filled(9)), when(9, json!({"all": [filled(7), filled(1)]}))];
    assert_eq!(problems(&circle), ["mandatory[2].when cycle"]);
    let itself = [when(7, json!({"not": {"empty": {"custom": 7}}}))];
    assert_eq!(problems(&itself), ["mandatory[2].when cycle"]);
    let empty = |field: u64| json!({"empty": {"custom": field}});
    assert_eq!(problems(&[when(7, empty(8)), when(8, empty(7))]), Vec::<String>::new(), "one or the other");
    let chain = [when(7, filled(8)), json!({"field": {"custom": 8}}), when(8, filled(7))];
    assert_eq!(problems(&chain), Vec::<String>::new(), "8 is asked anyway");
    let nothing = [
        when(7, json!({"any": []})),
        when(8, json!({"choice": {"field": 0, "any": []}})),
        when(9, json!({"source": []})),
        when(10, json!({"not": {"filled": "channel"}})),
    ];
    let expected = [
        "mandatory[2].when.any empty_condition",
        "mandatory[3].when.choice.field zero_id",
        "mandatory[3].when.choice.any empty_condition",
        "mandatory[4].when.source empty_condition",
        "mandatory[5].when.not.filled field_not_given",
    ];
    assert_eq!(problems(&nothing), expected);
}

#[test]
fn checklists_ask_something_once() {
    let items = json!([{"field": "amount"}, {"field": "amount"}]);
    let lists = json!([{"name": "A", "items": items, "pipelines": [9]}, {"name": "a", "items": []},
        {"name": " ", "items": [{"field": "amount"}]}]);
    let expected = [
        "checklists[1].name duplicate_name",
        "checklists[0].pipelines[0] not_there",
        "checklists[0].items[1].field duplicate_field",
        "checklists[1].items empty_checklist",
        "checklists[2].name no_name",
    ];
    assert_eq!(with(json!({"checklists": lists})), expected);
}

#[test]
fn clocks_run_and_stop() {
    let first = json!({"target": "0m", "warning_percent": 101});
    let expected = ["first_response.target zero_target", "first_response.warning_percent percent"];
    assert_eq!(with(json!({"first_response": first})), expected);
    let targets = json!([
        {"name": "a", "starts": "our_message", "target": "24h", "stops": ["answer"]},
        {"name": "A", "starts": "activity", "target": "0d", "pauses": [99], "pipelines": [2]},
        {"name": "", "starts": "stage_entered", "target": "9h", "stages": [11, 98], "pauses": [11, 98]},
    ]);
    let expected = [
        "targets[1].name duplicate_name",
        "targets[0].target target_beyond_day",
        "targets[0].stops[0] stops_at_start",
        "targets[1].target zero_target",
        "targets[1].pipelines[0] not_there",
        "targets[1].pauses[0] not_there",
        "targets[2].name no_name",
        "targets[2].pauses[1] not_there",
        "targets[2].stages[1] not_there",
        "targets[2].pauses always_paused",
    ];
    assert_eq!(with(json!({"targets": targets})), expected);
    let thresholds = json!({"stuck": "0d", "missed": "0s"});
    let expected = ["thresholds.stuck zero_target", "thresholds.missed zero_target"];
    assert_eq!(with(json!({"thresholds": thresholds})), expected);
}

#[test]
fn sources_and_meanings_name_what_is_there() {
    let sources = json!({"field": 0, "utm": [0], "names": [{"id": 5}, {"id": 5}],
        "routes": [{"source": 5, "pipeline": 1}, {"source": 5, "pipeline": 1}, {"source": 6, "pipeline": 2}],
        "imports": [{"by": 4, "from": "2026-03-02", "to": "2026-03-01"}]});
    let expected = [
        "sources.field zero_id",
        "sources.utm[0] zero_id",
        "sources.names[1].id duplicate_id",
        "sources.routes[1] duplicate_route",
        "sources.routes[2].pipeline not_there",
        "sources.routes[2].source not_there",
        "sources.imports[0].to reversed_dates",
    ];
    assert_eq!(with(json!({"sources": sources})), expected);
    let meaning =
        json!({"meeting_stages": [99], "spam": [3], "loss_reasons": [{"id": 2}], "contact_stage": 7});
    let expected = [
        "meaning.meeting_stages[0] not_there",
        "meaning.spam[0] not_there",
        "meaning.contact_stage stage_number",
    ];
    assert_eq!(with(json!({"meaning": meaning})), expected);
}

#[test]
fn people_and_pilots_are_possible() {
    let absences = json!([{"from": "2026-03-01", "to": "2026-03-09"}, {"from": "2026-03-09", "to": "2026-03-10"},
        {"from": "2026-04-02", "to": "2026-04-01"}]);
    let people = json!([{"id": 1, "group": 4, "absences": absences}, {"id": 1}, {"id": 2, "service": true, "head": true}]);
    let groups = json!([{"id": 3, "name": "g"}, {"id": 3, "name": "G"}]);
    let expected = [
        "people[1].id duplicate_id",
        "people[0].group not_there",
        "people[0].absences[1] overlapping_absences",
        "people[0].absences[2].to reversed_dates",
        "people[1] without_group",
        "people[2].head service_head",
        "people no_head",
        "groups[1].id duplicate_id",
        "groups[1].name duplicate_name",
        "groups[0] empty_group",
        "groups[1] empty_group",
    ];
    assert_eq!(with(json!({"people": people, "groups": groups})), expected);
    assert_eq!(with(json!({"people": [{"id": 1, "service": true}]})), ["people nobody_works"]);
    let pilot = |from: &str, to: &str, users: &[u64]| {
        with(json!({"people": [{"id": 1, "head": true}],
        "pilot": {"from": from, "to": to, "users": users}}))
    };
    assert_eq!(pilot("2026-03-01", "2026-03-14", &[1]), Vec::<String>::new());
    assert_eq!(pilot("2026-03-01", "2026-03-28", &[1]), Vec::<String>::new());
    assert_eq!(pilot("2026-03-01", "2026-03-13", &[2]), ["pilot.to short_pilot", "pilot.users[0] not_there"]);
    assert_eq!(pilot("2026-03-01", "2026-03-29", &[1]), ["pilot.to long_pilot"]);
    assert_eq!(pilot("2026-03-01", "2026-02-01", &[]), ["pilot.to reversed_dates", "pilot empty_pilot"]);
}

#[test]
fn more_goals_than_five_are_none() {
    let goals = |count: usize| {
        let goal = json!({"criterion": {"metric": "in_time", "at_least": 80}, "owner": 3});
        with(json!({"goals": vec![goal; count]}))
    };
    assert_eq!(goals(5), [""; 0]);
    assert_eq!(goals(6), ["goals too_many_goals"]);
}

#[test]
fn a_leaderboard_needs_two_persons() {
    let of = |people: serde_json::Value| with(json!({"leaderboard": true, "people": people}));
    assert_eq!(of(json!([{"id": 1, "head": true}])), ["leaderboard nobody_to_rank"]);
    assert_eq!(of(json!([{"id": 1, "head": true}, {"id": 2}])), [""; 0]);
}

#[test]
fn versions_follow_one_another() {
    let mut file = serde_json::to_value(PolicyFile::from(clean())).unwrap();
    let stages = json!([{"id": 1, "stages": [{"id": 11}, {"id": 12}, {"id": 13}, {"id": 15}]}]);
    file["versions"] = json!([
        {"from": "2026-05-01", "first_response": {"target": "10m"}},
        {"from": "2026-06-01", "pipelines": stages},
        {"from": "2026-06-01", "first_response": {"target": "9m", "warning_percent": 200}},
        {"from": "2026-04-01"},
    ]);
    let file: PolicyFile = serde_json::from_value(file).unwrap();
    let problems = lint_file(&file);
    let expected = [
        "targets[3].stages[0] not_there",
        "versions[2].from same_date",
        "versions[2].first_response.warning_percent percent",
        "versions[3].from version_order",
        "versions[3] changes_nothing",
    ];
    assert_eq!(told(&problems), expected, "a stage that is gone is named where the clock is written");
    assert_eq!(problems[0].since, "2026-06-01".parse().ok());
}

#[test]
fn the_nearest_word_is_near() {
    let keys = ["mandatory", "pipelines", "people", "targets"];
    for (wrong, meant) in [
        ("mandatry", Some("mandatory")),
        ("Targets", Some("targets")),
        ("poeple", Some("people")),
        ("zebra", None),
    ] {
        assert_eq!(nearest(wrong, keys.into_iter()), meant, "{wrong}");
    }
    let distance = |a: &str, b: &str| super::distance(&a.chars().collect::<Vec<_>>(), b);
    assert_eq!(
        [distance("abc", "abc"), distance("abc", "acb"), distance("", "ab"), distance("kitten", "sitting")],
        [0, 1, 2, 3]
    );
}

#[test]
fn a_path_reads_as_it_is_written() {
    let path = root("calendar").at("dates").at("2026-03-07").at(0).at("a b");
    assert_eq!(path.to_string(), "calendar.dates.2026-03-07[0].\"a b\"");
    assert!(root("calendar").holds(&path) && !path.holds(&root("calendar")) && Path::default().holds(&path));
}
