//! What a person says of an answer outside the CRM, and what is told to whoever looks, as a person reads it.

use super::*;
use takeroot_core::card::Duplicate;
use takeroot_core::fact::IdentityKind;
use takeroot_core::own::OwnDay;

#[test]
fn an_answer_outside_the_crm_is_told_once_at_a_time() {
    let (deal, data) = (deal(), with_timer(timer(TimerState::Running, 175)));
    let situation = live(&deal, &data);
    let mut panel = panel(Lang::Ru);
    assert!(part(&panel.view(&situation), "answer").contains("data-way=\"meeting\""));
    assert_eq!(Panel::time_of_day(&Situation { now: NOW.plus(-9 * HOUR), ..situation }), "05:00");
    assert_eq!(panel.claim("call", "14:00", &situation).unwrap(), r#"{"way":"call"}"#, "this very minute");
    assert_eq!(panel.claim("call", "14:00", &situation), None, "a second tap");
    assert_eq!(part(&panel.view(&situation), "claim"), "Отправляем…");
    panel.claimed(false);
    assert_eq!(part(&panel.view(&situation), "claim"), "Не отправилось. Попробуйте ещё раз.");
    let at = |time: &str, panel: &mut Panel| {
        panel.claimed(false);
        panel.claim("mail", time, &situation).unwrap()
    };
    assert_eq!(at("13:58", &mut panel), format!(r#"{{"way":"mail","at":{}}}"#, NOW.0 - 120));
    assert_eq!(
        at("23:00", &mut panel),
        format!(r#"{{"way":"mail","at":{}}}"#, NOW.0 - 15 * HOUR),
        "yesterday"
    );
    assert_eq!(at("soon", &mut panel), r#"{"way":"mail"}"#);
    panel.claimed(true);
    assert_eq!(part(&panel.view(&situation), "claim"), "");
}

#[test]
fn a_claimed_answer_is_never_shown_as_a_confirmed_one() {
    let (deal, mut data) = (deal(), with_timer(timer(TimerState::Met, 480)));
    data.deal.as_mut().unwrap().claimed = Some(NOW);
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Ответили вне CRM — за 8 мин, со слов",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "Answered outside the CRM — within 8 min, self-reported",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
    assert_eq!(part(&panel(Lang::Ru).view(&live(&deal, &data)), "answer"), "");
}

#[test]
fn duplicates_the_own_day_and_the_first_days() {
    let (deal, mut data) = (deal(), with_timer(timer(TimerState::Met, 480)));
    data.duplicates = vec![
        Duplicate { deal: 78, same: IdentityKind::Phone },
        Duplicate { deal: 79, same: IdentityKind::Email },
        Duplicate { deal: 80, same: IdentityKind::TaxNumber },
    ];
    let own =
        OwnDay { acts: 21, done: 3, in_time: 4, breached: 1, overdue: 2, usual: Some(12), team: Some(9) };
    data.own = Some(own);
    data.since = Some(NOW.plus(-2 * DAY));
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Ответили вовремя — за 8 мин",
            "100%Всё заполнено | Сделку можно двигать дальше.",
            "Возможные дубли 3 | Сделка № 78 тот же телефон; Сделка № 79 та же почта; Сделка № 80 тот же ИНН",
            "Мой день 21 действие | Задач выполнено 3; Ответили вовремя 4 из 5; Просроченных сделок 2; Действий за обычный день 12; Середина по команде сегодня 9",
            "Первые 7 дней: таймеры, подсказки и заполненность уже работают. Сравнение с обычным днём появится в среду в 14:00.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "Answered in time — within 8 min",
            "100%Everything is filled in | The deal can move on.",
            "Possible duplicates 3 | Deal No. 78 the same phone; Deal No. 79 the same e-mail; Deal No. 80 the same tax number",
            "My day 21 actions | Tasks done 3; Answered in time 4 of 5; Overdue deals 2; Actions on a usual day 12; The team’s middle today 9",
            "The first 7 days: timers, hints and completeness work already. A usual day to compare with comes on Wednesday at 14:00.",
        ],
    );
    let view = panel(Lang::Ru).view(&live(&deal, &data));
    assert!(part(&view, "doubles").contains("href=\"/leads/detail/78\""));
    data.own = Some(OwnDay { usual: None, team: None, in_time: 0, breached: 0, ..own });
    let alone = panel(Lang::Ru).view(&live(&deal, &data));
    assert_eq!(part(&alone, "day").matches("<li>").count(), 2, "what is not known is not shown");
}
