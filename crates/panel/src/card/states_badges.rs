use super::*;
use crate::card::badges;
use std::rc::Rc;
use takeroot_core::card::{Badge, Badges, Missing, Why};

fn of(data: &CardData, now: Moment, lang: Lang) -> Badges {
    badges(&data.version, &data.deal.iter().cloned().map(Rc::new).collect::<Vec<_>>(), now, lang)
}

fn one(data: &CardData, now: Moment) -> Badge {
    of(data, now, Lang::Ru).items.remove(0)
}

/// Each frame as `state name brief`, and for how long it holds.
fn told(badge: &Badge, now: Moment) -> Vec<(String, i64)> {
    let said = |frame: &takeroot_core::card::ClockFrame| {
        (format!("{} {}: {}", frame.state, frame.name, frame.brief), frame.until.since(now))
    };
    badge.clock.iter().map(said).collect()
}

#[test]
fn a_clock_is_told_ahead_until_it_is_late() {
    let data = with_timer(timer(TimerState::Running, 600));
    let badge = one(&data, NOW);
    let said = told(&badge, NOW);
    let expected = [
        ("running Ответить клиенту: {0}", 120),
        ("warning Ответить клиенту: {0}", 301),
        ("breached Ответить клиенту: −{0}", 900),
    ];
    assert_eq!(said, expected.map(|(text, until)| (text.to_owned(), until)));
    let marks: Vec<_> = badge.clock.iter().map(|frame| frame.mark).collect();
    assert_eq!(marks, [Some(NOW.plus(300)); 3], "all count to the same moment");
    assert_eq!(badge.clock[2].left, "просрочено на {0}");
}

#[test]
fn the_frames_of_a_badge_are_the_lines_of_the_panel() {
    for (state, elapsed_s, hours) in [
        (TimerState::Running, 100, 0),
        (TimerState::Warning, 800, 0),
        (TimerState::Breached, 4000, 0),
        (TimerState::Checking, 4000, 0),
        (TimerState::Running, 100, 5),
        (TimerState::Running, 0, 6),
        (TimerState::Breached, 4000, 7),
    ] {
        let (data, deal) = (with_timer(timer(state, elapsed_s)), half());
        let now = NOW.plus(hours * HOUR);
        let known =
            CardData { now, deal: data.deal.clone().map(|deal| DealCard { as_of: now, ..deal }), ..data };
        for frame in &one(&known, now).clock {
            let at = frame.until.plus(-1);
            let clocks = clock::of(&Situation { now: at, ..live(&deal, &known) });
            let line = clocks[0].line(&Situation { now: at, ..live(&deal, &known) }, &known, Lang::Ru);
            let left =
                frame.mark.map(|mark| when::ticking((mark.0 - at.0).abs(), Lang::Ru)).unwrap_or_default();
            assert_eq!((frame.state.as_str(), &frame.name), (line.state, &line.act));
            assert_eq!(crate::lang::fill(&frame.left, &[&left]), line.left);
        }
    }
}

#[test]
fn outside_hours_it_says_when_it_goes_on_and_nothing_ticks() {
    let evening = NOW.plus(5 * HOUR);
    let mut data = with_timer(timer(TimerState::Running, 100));
    data.deal.as_mut().unwrap().as_of = evening;
    let badge = one(&data, evening);
    assert_eq!(
        told(&badge, evening),
        [("paused Ответить клиенту: в\u{a0}понедельник в\u{a0}9:00".to_owned(), 900)]
    );
    assert_eq!(badge.clock[0].mark, None);
}

#[test]
fn what_is_missing_is_named_and_counted() {
    let mut data = data();
    let card = |missing: &[Field]| Card {
        asked: 6,
        weight: 6,
        missing: missing.iter().map(|field| Missing { field: *field, why: Why::Empty, weight: 1 }).collect(),
        ..Card::default()
    };
    let all = [Field::Amount, Field::Custom(SOURCE), Field::Responsible, Field::NextStep, Field::Custom(TAX)];
    data.deal.as_mut().unwrap().card = card(&all);
    let badge = one(&data, NOW);
    assert_eq!(badge.percent, Some(16));
    let said = "Заполнено 16\u{a0}%, не хватает: Бюджет, Источник, Ответственный, Следующий шаг, ещё 1";
    assert_eq!(badge.filled, said);
    data.deal.as_mut().unwrap().card = card(&[]);
    assert_eq!((one(&data, NOW).percent, one(&data, NOW).filled), (Some(100), "Всё заполнено".to_owned()));
}

#[test]
fn a_deal_of_which_there_is_nothing_to_say_has_no_badge() {
    assert_eq!(of(&data(), NOW, Lang::En).items, []);
    assert_eq!(of(&with_timer(timer(TimerState::Met, 400)), NOW, Lang::En).items, []);
    assert_eq!(of(&data(), NOW, Lang::En).units, ["s", "min", "h"]);
}
