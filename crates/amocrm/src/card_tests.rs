use super::*;
use takeroot_core::calendar::Calendar;
use takeroot_core::card::{Card, Missing, Why, report};
use takeroot_core::deal::Origin;
use takeroot_core::fact::Stage;
use takeroot_core::junk::Junk;
use takeroot_core::policy::{
    Check, Checklist, ChecklistItem, Condition, Mandatory, Pipeline, Policy, Sources, StageName,
};
use takeroot_core::timetable::Timetable;

const NOON: Moment = Moment(1_795_255_200); // 2026-11-21T10:00:00Z

fn version() -> Version {
    let asked = |field| Mandatory::of(field, "", 1);
    let stages = [10, 20, 30].map(|id| StageName { id, name: String::new() }).to_vec();
    let policy = Policy {
        calendar: Calendar::default(),
        pipelines: vec![Pipeline { id: 5, stages, ..Pipeline::default() }],
        mandatory: [
            Field::Amount,
            Field::Responsible,
            Field::NextStep,
            Field::Custom(1),
            Field::FutureDate(2),
        ]
        .map(asked)
        .to_vec(),
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

fn values(pairs: &[(&str, &str)]) -> CardValues {
    let text = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned());
    let field = |(key, text): &(&str, &str)| {
        key.parse::<u64>().is_ok().then(|| (*key).into()).map(|key: String| (key, (*text).to_owned()))
    };
    CardValues {
        id: text("id"),
        pipeline: text("pipeline"),
        status: text("status"),
        responsible: text("responsible"),
        price: text("price"),
        fields: pairs.iter().filter_map(field).collect(),
        choices: Vec::new(),
    }
}

fn missing(values: &CardValues, known: Option<&DealCard>) -> Vec<(Field, Why)> {
    let version = version();
    let card = report(&version, &values.deal(&version, known), NOON);
    card.missing.into_iter().map(|Missing { field, why, .. }| (field, why)).collect()
}

fn known() -> DealCard {
    DealCard {
        as_of: NOON,
        deal: 77,
        origin: Origin::Inbound,
        pipeline: 5,
        stage: Some(Stage::Open(10)),
        responsible: 9,
        changed: None,
        source: Some(4),
        reachable: true,
        priced: true,
        fields: vec![(1, Value::Filled), (2, Value::Date(NOON.plus(86_400)))],
        identities: Vec::new(),
        next_step: Some(NOON.plus(60)),
        first_response: None,
        hours: None,
        claimed: None,
        timers: Vec::new(),
        card: Card::default(),
    }
}

const FULL: [(&str, &str); 7] = [
    ("id", "77"),
    ("pipeline", "5"),
    ("status", "10"),
    ("responsible", "9"),
    ("price", "12 000"),
    ("1", "Яндекс"),
    ("2", "22.11.2026"),
];

#[test]
fn a_full_card_lacks_nothing_and_the_task_comes_from_the_worker() {
    assert_eq!(missing(&values(&FULL), Some(&known())), []);
    assert_eq!(missing(&values(&FULL), None), [(Field::NextStep, Why::Empty)]);
}

#[test]
fn unsaved_junk_is_judged_as_saved_junk() {
    let mut typed = values(&FULL);
    typed.fields.insert("1".into(), "нет".into());
    typed.fields.insert("2".into(), "20.11.2026".into());
    typed.price = Some("0".into());
    let expected = [
        (Field::Amount, Why::NotPositive),
        (Field::Custom(1), Why::Junk(Junk::Placeholder)),
        (Field::FutureDate(2), Why::Past),
    ];
    assert_eq!(missing(&typed, Some(&known())), expected);
}

#[test]
fn a_choice_is_an_id_and_never_junk() {
    let mut typed = values(&FULL);
    typed.fields.insert("1".into(), "123".into());
    let known = known();
    assert_eq!(missing(&typed, Some(&known)), [(Field::Custom(1), Why::Junk(Junk::Sequence))]);
    typed.choices.push("1".into());
    assert_eq!(missing(&typed, Some(&known)), []);
    typed.fields.insert("1".into(), "0".into());
    assert_eq!(missing(&typed, Some(&known)), [(Field::Custom(1), Why::Empty)]);
}

#[test]
fn what_the_card_does_not_show_is_as_the_worker_saw_it() {
    let bare = values(&[("id", "77")]);
    assert_eq!(missing(&bare, Some(&known())), []);
    let deal = bare.deal(&version(), Some(&known()));
    assert_eq!((deal.source, deal.reachable), (Some(4), true));
    let fields = vec![(1, Value::Junk(Junk::Blank)), (2, Value::Date(NOON.plus(86_400)))];
    let lacking = DealCard { fields, priced: false, ..known() };
    let expected = [(Field::Amount, Why::Empty), (Field::Custom(1), Why::Junk(Junk::Blank))];
    assert_eq!(missing(&bare, Some(&lacking)), expected);
    let moved = values(&[("id", "77"), ("status", "20"), ("1", "Яндекс")]);
    assert_eq!(missing(&moved, Some(&lacking)), [(Field::Amount, Why::Empty)], "the screen counts first");
    let cleared = values(&[("id", "77"), ("1", ""), ("price", "")]);
    assert_eq!(missing(&cleared, Some(&known())).len(), 2, "what was cleared is empty");
    assert!(!bare.shows(Field::Custom(1)) && !bare.shows(Field::Amount) && bare.shows(Field::NextStep));
}

#[test]
fn dates_are_read_as_people_and_pages_write_them() {
    let zone = Zone::fixed("Europe/Moscow", 3 * 3600);
    let midnight = Some("2026-11-30T21:00:00Z".parse().unwrap());
    for text in ["01.12.2026", "1.12.2026", "2026-12-01", "01.12.2026 00:00", "1796072400"] {
        assert_eq!(date(text, &zone), midnight, "{text}");
    }
    assert_eq!(date("01.12.2026 15:30", &zone), Some("2026-12-01T12:30:00Z".parse().unwrap()));
    for text in ["", "31.02.2026", "1.12", "12", "завтра", "-5", "99999999999999999999"] {
        assert_eq!(date(text, &zone), None, "{text}");
    }
}

#[test]
fn prices_are_read_as_people_write_them() {
    let cases = [
        ("1 200 000", Some(120_000_000)),
        ("1\u{a0}200\u{202f}000,5", Some(120_000_050)),
        ("1,200,000", Some(120_000_000)),
        ("1,200,000.25", Some(120_000_025)),
        ("0", Some(0)),
        ("-3", Some(-300)),
        ("99999999999999999999999", Some(i64::MAX)),
        ("", None),
        ("договорная", None),
        (".", None),
    ];
    for (text, amount) in cases {
        assert_eq!(price(text), amount.map(Amount), "{text}");
    }
}

#[test]
fn hostile_texts_are_unread_and_nothing_breaks() {
    let long = "я".repeat(10_000);
    for text in ["<img onerror=alert(1)>", "\u{202e}77", "-1", "1e9", &long, "\0"] {
        let hostile = values(&[("id", text), ("pipeline", text), ("status", text), ("responsible", text)]);
        assert_eq!(hostile.id(), None, "{text}");
        let deal = hostile.deal(&version(), None);
        assert_eq!((deal.pipeline, deal.stage, deal.responsible), (0, None, 0), "{text}");
    }
}

#[test]
fn unsaved_texts_are_judged_by_the_policy() {
    let mut version = version();
    version.policy.mandatory[3].check = Check::Inn;
    let judged = |text: &str| {
        let mut typed = values(&FULL);
        typed.fields.insert("1".into(), text.into());
        typed.deal(&version, None).fields.get(&1).copied()
    };
    assert_eq!(judged("7704512375"), Some(Value::Filled));
    assert_eq!(judged("7704512376"), Some(Value::Junk(Junk::Inn)));
    assert_eq!(judged("нет"), Some(Value::Junk(Junk::Placeholder)));
    assert_eq!(judged("  "), None);
}

#[test]
fn every_field_of_the_card_is_read() {
    let mut version = version();
    let item = ChecklistItem { field: Field::FutureDate(21), name: String::new() };
    version.policy.checklists =
        vec![Checklist { name: "BANT".into(), items: vec![item], pipelines: Vec::new() }];
    version.policy.sources = Sources { field: Some(31), utm: vec![33], ..Sources::default() };
    version.policy.mandatory[3].when = Some(Condition::Choice { field: 41, any: vec![7] });
    let mut typed = values(&[("21", "01.12.2026"), ("31", "Сайт"), ("33", "-"), ("41", "7"), ("x", "7")]);
    typed.choices.push("41".into());
    let fields: Vec<_> = typed.deal(&version, None).fields.into_iter().collect();
    let date = Value::Date("2026-11-30T21:00:00Z".parse().unwrap());
    let expected = [(21, date), (31, Value::Filled), (33, Value::Junk(Junk::Blank)), (41, Value::Choice(7))];
    assert_eq!(fields, expected);
}
