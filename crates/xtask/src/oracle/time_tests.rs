use super::*;

fn failures(doc: &Value) -> (usize, usize, usize) {
    let tally = run(doc);
    (tally.passed, tally.failed, tally.skipped)
}

fn doc(notes: &str, cases: Value) -> Value {
    let week = json!([["09:00", "17:00"]]);
    let calendar = json!({
        "tz": "Etc/UTC", "weekly": {"mon": week, "tue": week, "fri": week}, "holidays": ["1991-11-19"]
    });
    json!({"notes": notes, "calendars": {"office": calendar}, "cases": cases})
}

#[test]
fn fractions_pass_only_within_open_seconds() {
    let cases = json!([
        {"op": "add", "start": "1991-11-15T16:59:59.25Z", "seconds": 1.5, "expected": "1991-11-18T09:00:00.75Z"},
        {"op": "add", "start": "1991-11-15T16:59:59.25Z", "seconds": 1.5, "expected": "1991-11-18T09:00:01Z"},
        {"op": "add", "start": "1991-11-15T16:59:59.25Z", "seconds": 0.75, "expected": "1991-11-15T17:00:00Z"},
        {"op": "add", "start": "1991-11-15T18:00:00.75Z", "seconds": 1, "expected": "1991-11-18T09:00:01Z"},
        {"op": "sub", "start": "1991-11-18T09:00:00.25Z", "seconds": 0.5, "expected": "1991-11-15T16:59:59.75Z"},
        {"op": "sub", "start": "1991-11-18T09:00:00.5Z", "seconds": 0, "expected": "1991-11-18T09:00:00.5Z"},
        {"op": "between", "start": "1991-11-15T16:59:59.25Z", "end": "1991-11-18T09:00:00.5Z", "expected": 1.25},
        {"op": "in_hours", "start": "1991-11-15T16:59:59.999Z", "expected": true}
    ]);
    let mut doc = doc("", cases);
    for case in doc["cases"].as_array_mut().unwrap() {
        case["calendar"] = json!("office");
    }
    assert_eq!(failures(&doc), (8, 0, 0));
}

#[test]
fn the_notes_say_whether_a_measurement_is_signed_and_zero_moves() {
    let case = |op: &str, expected: Value| {
        json!({"op": op, "calendar": "office", "start": "1991-11-16T12:00:00Z", "end": "1991-11-15T16:00:00Z",
               "seconds": 0, "expected": expected})
    };
    let plain = json!([case("between", json!(0)), case("add", json!("1991-11-18T09:00:00Z"))]);
    assert_eq!(
        failures(&doc("seconds=0 add => next active moment; between is never signed", plain)),
        (2, 0, 0)
    );
    let other = json!([case("between", json!(-3600)), case("add", json!("1991-11-16T12:00:00Z"))]);
    for notes in
        ["between is signed; add 0 = the start itself", "reversed: negative; adding 0 leaves it unchanged"]
    {
        assert_eq!(failures(&doc(notes, other.clone())), (2, 0, 0), "{notes}");
    }
}

#[test]
fn a_wrong_value_fails_and_an_unknown_op_is_skipped() {
    let cases = json!([
        {"op": "is_workday", "calendar": "office", "start": "1991-11-19T12:00:00Z", "expected": true},
        {"op": "on_holiday", "calendar": "office", "start": "1991-11-19T12:00:00Z", "expected": true},
        {"op": "full_moon", "calendar": "office", "start": "1991-11-19T12:00:00Z", "expected": true},
        {"op": "add", "calendar": {"tz": "Etc/UTC", "weekly": {}}, "start": "1991-11-19T12:00:00Z",
         "seconds": 1, "expected": null}
    ]);
    assert_eq!(failures(&doc("", cases)), (2, 1, 1));
}

#[test]
fn windows_that_touch_open_and_close_each_for_itself() {
    let night = json!({"tz": "Etc/UTC", "weekly": {
        "mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"], ["05:00", "07:00"]]
    }});
    let case = |op: &str, expected: Value| json!({"op": op, "calendar": night, "start": "2026-02-02T23:00:00Z", "expected": expected});
    let mut before = vec![json!(["2026-02-02T22:00:00Z", "2026-02-02T23:00:00Z"])];
    let mut day: Day = "2026-02-02".parse().unwrap();
    while before.len() < 12 {
        day = day.plus(-7);
        before.push(json!([format!("{}T00:00:00Z", day.plus(1)), format!("{}T07:00:00Z", day.plus(1))]));
        before.push(json!([format!("{day}T22:00:00Z"), format!("{}T00:00:00Z", day.plus(1))]));
    }
    before.truncate(12);
    let cases = json!([
        case("next_open", json!("2026-02-03T00:00:00Z")),
        case("next_close", json!("2026-02-03T00:00:00Z")),
        case("periods_before", json!(before)),
        case("in_hours_inclusive_close", json!(true)),
    ]);
    assert_eq!(failures(&doc("", cases)), (4, 0, 0));
}
