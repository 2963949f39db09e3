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
        hours: Vec::new(),
        duplicates: Vec::new(),
        own: None,
        since: None,
        hidden: false,
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
            identities: Vec::new(),
            next_step: Some(NOW.plus(HOUR)),
            first_response: None,
            hours: None,
            claimed: None,
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
fn read(view: &View) -> Vec<String> {
    let mut left = view.left.iter();
    let lines = view.parts.iter().map(|(name, html)| {
        let mut html = html.clone();
        while html.contains(LEFT) {
            html = html.replacen(LEFT, left.next().unwrap(), 1);
        }
        html = html
            .replace("<li class=\"blank\" aria-hidden=\"true\"></li>", "")
            .replace("</button></li>", "</li>");
        let ended = ["</p>", "</h2>", "</button>", "</summary>"];
        let ended = ended.iter().fold(html, |html, end| html.replace(end, " | "));
        let ended = ended.replace("</h3>", ": ").replace("</li>", "; ");
        let text = text_of(&ended).trim_end_matches([' ', '|', ';']).to_owned();
        if *name == "step" { format!("[{}] {text}", view.state) } else { text }
    });
    // The form is the same wherever it is.
    lines
        .filter(|line| !line.is_empty() && !line.starts_with(FORM[0]) && !line.starts_with(FORM[1]))
        .collect()
}

const FORM: [&str; 2] = ["Ответил вне CRM |", "Answered outside the CRM |"];
const LEFT: &str = "<strong data-part=\"left\"></strong>";

fn text_of(html: &str) -> String {
    let text: String =
        html.split('<').map(|part| part.rsplit_once('>').map_or(part, |(_, text)| text)).collect();
    let text = text.replace('\u{a0}', " ").replace("&lt;", "<").replace("&gt;", ">");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(situation: &Situation<'_>, ru: &[&str], en: &[&str]) {
    for (lang, expected) in [(Lang::Ru, ru), (Lang::En, en)] {
        assert_eq!(read(&panel(lang).view(situation)), expected);
    }
}

fn panel(lang: Lang) -> Panel {
    Panel::new(lang, [("9".to_owned(), "Анна К.".to_owned())].into())
}

/// Inside a part.
fn part<'v>(view: &'v View, name: &str) -> &'v str {
    view.parts.iter().find(|(known, _)| *known == name).map_or("", |(_, html)| html)
}

#[path = "states.rs"]
mod states;
#[path = "states_badges.rs"]
mod states_badges;
#[path = "states_clocks.rs"]
mod states_clocks;
#[path = "states_fields.rs"]
mod states_fields;
#[path = "states_person.rs"]
mod states_person;
#[path = "steps.rs"]
mod steps;

#[test]
fn a_tick_changes_one_text_and_nothing_else() {
    let (deal, data) = (half(), with_timer(timer(TimerState::Running, 175)));
    let mut panel = panel(Lang::Ru);
    let before = panel.view(&live(&deal, &data));
    let after = panel.view(&Situation { now: NOW.plus(1), ..live(&deal, &data) });
    assert_eq!(
        [&before, &after].map(|view| view.left.concat()),
        ["осталось 12\u{a0}мин\u{a0}05\u{a0}с", "осталось 12\u{a0}мин\u{a0}04\u{a0}с"]
    );
    assert_eq!(View { left: Vec::new(), ..before }, View { left: Vec::new(), ..after });
}

#[test]
fn a_state_is_spoken_when_it_changes_and_only_then() {
    let (mut deal, data) = (half(), with_timer(timer(TimerState::Running, 715)));
    let mut panel = panel(Lang::Ru);
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
    let mut panel = panel(Lang::Ru);
    let rows = |panel: &mut Panel, deal: &Deal| {
        let view = panel.view(&live(deal, &data));
        let html = part(&view, "missing");
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
fn the_first_thing_leads_to_the_field_that_it_names() {
    let leads = |data: &CardData, deal: &Deal| {
        let view = panel(Lang::Ru).view(&live(deal, data));
        part(&view, "step")
            .split("data-field=\"")
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    let (met, running) = (with_timer(timer(TimerState::Met, 60)), with_timer(timer(TimerState::Running, 60)));
    assert_eq!(leads(&met, &half()).as_deref(), Some("custom:1"), "what is wrong comes before what is empty");
    assert_eq!(leads(&met, &Deal { tasks: BTreeMap::new(), ..half() }).as_deref(), Some("next_step"));
    assert_eq!(leads(&running, &half()), None, "a client waits");
}

#[test]
fn a_click_names_the_field() {
    let view = panel(Lang::En).view(&live(&half(), &data()));
    let html = part(&view, "missing");
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
    let view = panel(Lang::Ru).view(&live(&half(), &data));
    let html: String = view.parts.iter().map(|(_, html)| html.as_str()).collect();
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
