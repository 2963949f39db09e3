use super::*;
use std::collections::BTreeMap;
use takeroot_core::calendar::Calendar;
use takeroot_core::card::Card;
use takeroot_core::deal::Origin;
use takeroot_core::fact::{Amount, Stage, TaskState, Value};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Mandatory, Person, Pipeline, Policy, StageName, Version};
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::timetable::Timetable;
use takeroot_core::zone::Zone;

/// Friday, 14:00 in Moscow.
const NOW: Moment = Moment(1_795_172_400);
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const SOURCE: u64 = 1;
const CONTACT_DATE: u64 = 2;
const TAX: u64 = 3;

fn mandatory(field: Field, name: &str, from_stage: usize) -> Mandatory {
    Mandatory::of(field, name, from_stage)
}

fn policy() -> Policy {
    let stages = [(10, "Новая заявка"), (20, "Переговоры"), (30, "Договор")];
    let stages = stages.map(|(id, name)| StageName { id, name: name.to_owned() }).to_vec();
    Policy {
        calendar: Calendar { tz: "Europe/Moscow".to_owned(), ..Calendar::default() },
        pipelines: vec![Pipeline { id: 5, name: "Продажи".to_owned(), stages, ..Pipeline::default() }],
        mandatory: vec![
            mandatory(Field::Amount, "", 2),
            mandatory(Field::Custom(SOURCE), "Источник", 2),
            mandatory(Field::Responsible, "", 2),
            mandatory(Field::NextStep, "", 2),
            mandatory(Field::FutureDate(CONTACT_DATE), "Дата контакта", 2),
            mandatory(Field::Custom(TAX), "ИНН", 3),
        ],
        people: vec![Person { id: 9, ..Person::default() }],
        ..Policy::default()
    }
}

/// Weekdays from 9:00 to 18:00 in Moscow.
fn data() -> CardData {
    let midnight = NOW.plus(-14 * HOUR);
    let weekdays = (-4..30).filter(|day| !matches!((day + 4_i64).rem_euclid(7), 5 | 6));
    let open = weekdays.map(|day| {
        let start = midnight.plus(day * DAY);
        (start.plus(9 * HOUR), start.plus(18 * HOUR))
    });
    let timetable = Timetable::of(midnight.plus(-4 * DAY), midnight.plus(30 * DAY), open.collect());
    let zone = Zone::fixed("Europe/Moscow", 3 * 3600);
    CardData {
        now: NOW,
        version: Version {
            from: Moment(i64::MIN),
            policy: policy(),
            zone,
            timetable,
            timetables: BTreeMap::new(),
            day_s: 9 * HOUR,
        },
        deal: Some(DealCard {
            as_of: NOW,
            deal: 77,
            origin: Origin::Inbound,
            pipeline: 5,
            stage: Some(Stage::Open(20)),
            responsible: 9,
            changed: None,
            source: None,
            reachable: false,
            priced: false,
            fields: Vec::new(),
            next_step: Some(NOW.plus(HOUR)),
            first_response: None,
            timers: Vec::new(),
            card: Card::default(),
        }),
    }
}

fn timer(state: TimerState, elapsed_s: i64) -> Timer {
    let started = NOW.plus(-elapsed_s);
    let answered = (state == TimerState::Met).then_some(NOW);
    let stopped = answered.or((state == TimerState::Ended).then_some(NOW));
    let due = Some(started.plus(900));
    Timer { state, started, due, target_s: 900, warns_s: 180, elapsed_s, stopped, answered, is_read: false }
}

fn with_timer(timer: Timer) -> CardData {
    let mut data = data();
    data.deal.as_mut().unwrap().first_response = Some(timer);
    data
}

/// Everything filled on the second stage.
fn deal() -> Deal {
    let task = TaskState { due: Some(NOW.plus(HOUR)), ..TaskState::default() };
    Deal {
        pipeline: 5,
        stage: Some(Stage::Open(20)),
        responsible: 9,
        price: Some(Amount(12_000_000)),
        fields: [
            (SOURCE, Value::Filled),
            (CONTACT_DATE, Value::Date(NOW.plus(3 * DAY))),
            (TAX, Value::Filled),
        ]
        .into(),
        tasks: [(0, task)].into(),
        ..Deal::default()
    }
}

fn half() -> Deal {
    let mut deal = deal();
    deal.price = None;
    deal.fields.insert(SOURCE, Value::Junk(Junk::Placeholder));
    deal.fields.insert(CONTACT_DATE, Value::Date(NOW.plus(-3 * DAY)));
    deal.fields.remove(&TAX);
    deal
}

fn situation<'a>(deal: &'a Deal, data: Option<&'a CardData>, link: Link) -> Situation<'a> {
    let heard = data.filter(|_| link == Link::Live).map(|data| data.now);
    Situation { saved: true, deal, shows: &|_| true, data, heard, link, now: NOW }
}

fn live<'a>(deal: &'a Deal, data: &'a CardData) -> Situation<'a> {
    situation(deal, Some(data), Link::Live)
}

/// The texts of a view, a line per part: what a person reads.
fn read(view: &View) -> String {
    let timer = view.timer.replace("<strong data-part=\"left\"></strong>", &view.left);
    let lines = [format!("[{}] {timer}", view.timer_state), view.fullness.clone(), view.missing.clone()];
    let spaced = lines.map(|html| {
        let ended =
            html.replace("</p>", " | ").replace("</h2>", " | ").replace("</h3>", ": ").replace("</li>", "; ");
        let text: String =
            ended.split('<').map(|part| part.rsplit_once('>').map_or(part, |(_, text)| text)).collect();
        let text = text.replace('\u{a0}', " ").replace("&lt;", "<").replace("&gt;", ">");
        text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches([' ', '|', ';']).to_owned()
    });
    spaced.join("\n").trim_end().to_owned()
}

fn check(situation: &Situation<'_>, ru: &[&str], en: &[&str]) {
    for (lang, expected) in [(Lang::Ru, ru), (Lang::En, en)] {
        let text = read(&Panel::new(lang).view(situation));
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }
}

#[path = "states.rs"]
mod states;
#[path = "states_fields.rs"]
mod states_fields;
#[path = "steps.rs"]
mod steps;

#[test]
fn a_tick_changes_one_text_and_nothing_else() {
    let (deal, data) = (half(), with_timer(timer(TimerState::Running, 175)));
    let mut panel = Panel::new(Lang::Ru);
    let before = panel.view(&live(&deal, &data));
    let after = panel.view(&Situation { now: NOW.plus(1), ..live(&deal, &data) });
    assert_eq!(
        (before.left.as_str(), after.left.as_str()),
        ("осталось 12\u{a0}мин\u{a0}05\u{a0}с", "осталось 12\u{a0}мин\u{a0}04\u{a0}с",)
    );
    assert_eq!(View { left: String::new(), ..before }, View { left: String::new(), ..after });
}

#[test]
fn a_state_is_spoken_when_it_changes_and_only_then() {
    let (mut deal, data) = (half(), with_timer(timer(TimerState::Running, 715)));
    let mut panel = Panel::new(Lang::Ru);
    let spoken = |panel: &mut Panel, deal: &Deal, seconds| {
        panel.view(&Situation { now: NOW.plus(seconds), ..live(deal, &data) }).spoken
    };
    assert_eq!(spoken(&mut panel, &deal, 0), None, "the first view is read anyway");
    assert_eq!(spoken(&mut panel, &deal, 1), None);
    let warning = spoken(&mut panel, &deal, 5).unwrap().replace('\u{a0}', " ");
    assert_eq!(warning, "Ответить клиенту: осталось 3 мин 00 с");
    assert_eq!(spoken(&mut panel, &deal, 6), None);
    deal.price = Some(Amount(100));
    assert_eq!(spoken(&mut panel, &deal, 7).unwrap(), "Заполнено 3 из 5");
    assert_eq!(spoken(&mut panel, &deal, 8), None);
}

#[test]
fn a_row_that_is_filled_stays_in_its_place_until_the_stage_changes() {
    let (mut deal, data) = (half(), data());
    let mut panel = Panel::new(Lang::Ru);
    let rows = |panel: &mut Panel, deal: &Deal| {
        let html = panel.view(&live(deal, &data)).missing;
        (html.matches("<li>").count(), html.matches("<button").count())
    };
    assert_eq!(rows(&mut panel, &deal), (4, 4));
    deal.price = Some(Amount(100));
    assert_eq!(rows(&mut panel, &deal), (4, 3));
    deal.price = None;
    assert_eq!(rows(&mut panel, &deal), (4, 4));
    deal.stage = Some(Stage::Open(30));
    deal.price = Some(Amount(100));
    assert_eq!(rows(&mut panel, &deal), (3, 3));
}

#[test]
fn the_first_missing_field_is_the_next_step_unless_a_client_waits() {
    let deal = half();
    let firsts = |data: &CardData| {
        let html = Panel::new(Lang::Ru).view(&live(&deal, data)).missing;
        html.matches("class=\"row first\"").count()
    };
    assert_eq!(firsts(&with_timer(timer(TimerState::Met, 60))), 1);
    assert_eq!(firsts(&with_timer(timer(TimerState::Running, 60))), 0);
}

#[test]
fn a_click_names_the_field() {
    let html = Panel::new(Lang::En).view(&live(&half(), &data())).missing;
    for field in ["amount", "custom:1", "custom:2", "custom:3"] {
        assert!(html.contains(&format!("data-field=\"{field}\"")), "{field}");
    }
}

#[test]
fn hostile_names_are_escaped_turned_and_clipped() {
    let mut data = data();
    let policy = &mut data.version.policy;
    policy.mandatory[1].name = "<img src=x onerror=alert(1)>".to_owned();
    policy.mandatory[4].name = format!("\u{202e}Дата\u{2066}{}", "Ы".repeat(10_000));
    policy.pipelines[0].stages[1].name = "\"><script>alert(1)</script>".to_owned();
    let view = Panel::new(Lang::Ru).view(&live(&half(), &data));
    let html = format!("{}{}{}", view.timer, view.fullness, view.missing);
    assert!(!html.contains("<img") && !html.contains("<script") && html.contains("&lt;img src=x"));
    assert!(!html.contains(['\u{202e}', '\u{2066}']));
    assert!(html.len() < 6000, "{}", html.len());
}

#[test]
fn both_languages_have_all_words_and_fill_the_same_places() {
    let russian = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
    for (key, ru, en) in words::ALL {
        assert!(russian(ru) && !russian(en) && !en.trim().is_empty(), "{key}: {ru} / {en}");
        for place in (0..3).map(|n| format!("{{{n}}}")) {
            let alike = ru.contains(&place) == en.contains(&place);
            assert!(alike || *key == "at_weekday", "{key} {place}");
        }
    }
}

#[test]
fn the_stylesheet_loads_nothing_and_names_no_page_element() {
    assert!(!CARD_CSS.contains("url(") && !CARD_CSS.contains("@import") && !CARD_CSS.contains("body"));
}
