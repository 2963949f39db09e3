//! The clocks beside the first response, and what is told beside the work, as a person reads it.

use super::*;
use takeroot_core::fact::Actor;
use takeroot_core::policy::Starts;
use takeroot_core::sla::NamedTimer;

fn named(name: &str, starts: Starts, state: TimerState, target_s: i64, elapsed_s: i64) -> NamedTimer {
    let started = NOW.plus(-elapsed_s);
    let due = Some(started.plus(target_s));
    let timer = Timer { state, started, due, target_s, elapsed_s, ..Timer::default() };
    NamedTimer { name: Some(name.to_owned()), starts, pipeline: 5, responsible: 9, hours: None, timer }
}

fn with_timers(first: Timer, timers: Vec<NamedTimer>) -> CardData {
    let mut data = with_timer(first);
    data.deal.as_mut().unwrap().timers = timers;
    data
}

#[test]
fn all_clocks_run_the_most_urgent_first() {
    let timers = vec![
        named("Без движения", Starts::StageEntered, TimerState::Running, 27 * HOUR, 5 * HOUR),
        named("Счёт", Starts::StageEntered, TimerState::Checking, HOUR, HOUR + 60),
        named("Сообщение", Starts::ClientMessage, TimerState::Breached, HOUR, 2 * HOUR),
        named("Давно выполнено", Starts::OurMessage, TimerState::Met, HOUR, HOUR / 2),
    ];
    let timers = timers.into_iter().map(|mut one| {
        one.timer.stopped = (one.timer.state == TimerState::Met).then_some(NOW);
        one
    });
    let (deal, data) = (deal(), with_timers(timer(TimerState::Running, 175), timers.collect()));
    let filled = "100%Всё заполнено | Сделку можно двигать дальше.";
    let full = "100%Everything is filled in | The deal can move on.";
    check(
        &live(&deal, &data),
        &[
            "[breached] Ответить клиенту — просрочено на 1 ч 00 мин | Клиент написал сегодня в 12:00. Норма ответа: 1 ч.",
            "Счёт — проверяю, не ответили ли уже; Ответить клиенту — осталось 12 мин 05 с; Без движения — осталось 22 ч 00 мин",
            filled,
        ],
        &[
            "[breached] Answer the client — 1 h 00 min overdue | The client wrote today at 12:00. Target: 1 h.",
            "Счёт — checking for an answer; Answer the client — 12 min 05 s left; Без движения — 22 h 00 min left",
            full,
        ],
    );
}

#[test]
fn each_clock_ticks_by_its_own_hours_and_each_text_by_itself() {
    let mut night = named("Ночной ответ", Starts::OurMessage, TimerState::Running, 9 * HOUR, HOUR);
    night.hours = Some("night".to_owned());
    let mut data = with_timers(
        timer(TimerState::Met, 60),
        vec![night, named("Без движения", Starts::Activity, TimerState::Running, 27 * HOUR, 5 * HOUR)],
    );
    let always = Timetable::of(NOW.plus(-DAY), NOW.plus(9 * DAY), vec![(NOW.plus(-DAY), NOW.plus(9 * DAY))]);
    data.hours = vec![("night".to_owned(), always)];
    let deal = Deal {
        tasks: [(0, TaskState { due: Some(NOW.plus(2 * DAY)), ..TaskState::default() })].into(),
        ..deal()
    };
    let mut panel = panel(Lang::Ru);
    let evening = panel.view(&Situation { now: NOW.plus(5 * HOUR), ..live(&deal, &data) });
    let second = panel.view(&Situation { now: NOW.plus(5 * HOUR + 1), ..live(&deal, &data) });
    let spaced = |view: &View| view.left.join("; ").replace('\u{a0}', " ");
    assert_eq!(spaced(&evening), "осталось 3 ч 00 мин; отсчёт продолжится в понедельник в 9:00; за 1 мин");
    assert_eq!(spaced(&second), "осталось 2 ч 59 мин; отсчёт продолжится в понедельник в 9:00; за 1 мин");
    assert_eq!(evening.parts, second.parts);
}

#[test]
fn a_colleague_s_deal_tells_only_what_is_filled_in() {
    let (half, mut data) = (half(), data());
    (data.deal, data.hidden) = (None, true);
    let (ru, en) = ("Этап «Переговоры»", "Stage “Переговоры”");
    check(
        &live(&half, &data),
        &[
            "[hidden] Сделка коллеги | Таймеры и подсказки видит ответственный. Здесь только заполненность.",
            &format!("25%Заполнено 1 из 4 | {ru}"),
            "Заполнить сейчас: Бюджет не заполнено; Источник отписка вместо ответа; Дата контакта дата уже прошла; Для этапа «Договор»: ИНН не заполнено",
        ],
        &[
            "[hidden] A colleague’s deal | Timers and hints are for its owner. Here is only what is filled in.",
            &format!("25%1 of 4 filled in | {en}"),
            "Fill in now: Budget empty; Источник a stand-in, not an answer; Дата контакта the date is in the past; For stage “Договор”: ИНН empty",
        ],
    );
}

#[test]
fn where_the_client_came_from_and_who_changed_the_deal() {
    let (deal, mut data) = (deal(), with_timer(timer(TimerState::Met, 480)));
    data.version.policy.sources.field = Some(SOURCE);
    data.version.policy.sources.utm = vec![32];
    for (by, ru, en) in [
        (Actor::User(9), "Анна К., вчера в 18:00", "Анна К., yesterday at 18:00"),
        (Actor::User(8), "коллега, вчера в 18:00", "a colleague, yesterday at 18:00"),
        (Actor::Robot, "робот, вчера в 18:00", "a robot, yesterday at 18:00"),
        (Actor::Client, "клиент, вчера в 18:00", "the client, yesterday at 18:00"),
        (Actor::Unknown, "вчера в 18:00", "yesterday at 18:00"),
    ] {
        data.deal.as_mut().unwrap().changed = Some((NOW.plus(-20 * HOUR), by));
        check(
            &live(&deal, &data),
            &[
                "[todo] Заполнить: UTM | Иначе не узнать, откуда пришёл клиент.",
                "Ответили вовремя — за 8 мин",
                "100%Всё заполнено | Сделку можно двигать дальше.",
                "Откуда клиент нет: UTM | Источник известно; UTM не заполнено",
                &format!("Последнее изменение {ru}"),
            ],
            &[
                "[todo] Fill in: UTM | Or nobody will know where the client came from.",
                "Answered in time — within 8 min",
                "100%Everything is filled in | The deal can move on.",
                "Where the client came from missing: UTM | Source known; UTM empty",
                &format!("Last change {en}"),
            ],
        );
    }
}

#[test]
fn clocks_that_come_move_nothing_below_them() {
    let rows = |view: &View| {
        part(view, "timers").matches("<li").count() + part(view, "answer").matches("<summary").count()
    };
    let (deal, timers) =
        (half(), |n: usize| vec![named("x", Starts::Activity, TimerState::Running, 9, 1); n]);
    let before = with_timers(timer(TimerState::Running, 175), timers(2));
    let mut panel = panel(Lang::Ru);
    assert_eq!(rows(&panel.view(&situation(&deal, Some(&before), Link::Loading))), 2);
    let now = with_timers(timer(TimerState::Running, 175), timers(1));
    assert_eq!(rows(&panel.view(&live(&deal, &now))), 2);
    let now = with_timers(timer(TimerState::Running, 175), timers(4));
    assert_eq!(rows(&panel.view(&live(&deal, &now))), 5);
}
