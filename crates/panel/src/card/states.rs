//! Each designed state of the clock and of the link, as a person reads it.

use super::*;

fn on_time_until(at: Moment) -> Deal {
    let task = TaskState { due: Some(at.plus(DAY)), ..TaskState::default() };
    Deal { tasks: [(0, task)].into(), ..deal() }
}

#[test]
fn running() {
    let (deal, data) = (half(), with_timer(timer(TimerState::Running, 175)));
    check(
        &live(&deal, &data),
        &[
            "[running] Ответить клиенту — осталось 12 мин 05 с | Заявка пришла сегодня в 13:57. Норма ответа: 15 мин.",
            "40%Заполнено 2 из 5 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет не заполнено; Источник отписка вместо ответа; Дата контакта дата уже прошла; Для этапа «Договор»: ИНН не заполнено",
        ],
        &[
            "[running] Answer the client — 12 min 05 s left | The lead came today at 13:57. Target: 15 min.",
            "40%2 of 5 filled in | Stage “Переговоры”",
            "Fill in now: Budget empty; Источник a stand-in, not an answer; Дата контакта the date is in the past; For stage “Договор”: ИНН empty",
        ],
    );
}

#[test]
fn warning() {
    let (deal, data) = (deal(), with_timer(timer(TimerState::Warning, 855)));
    check(
        &live(&deal, &data),
        &[
            "[warning] Ответить клиенту — осталось 45 с | Заявка пришла сегодня в 13:45. Норма ответа: 15 мин.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[warning] Answer the client — 45 s left | The lead came today at 13:45. Target: 15 min.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn breached() {
    let (deal, data) = (deal(), with_timer(timer(TimerState::Breached, 900 + 2 * HOUR + 125)));
    check(
        &live(&deal, &data),
        &[
            "[breached] Ответить клиенту — просрочено на 2 ч 02 мин | Заявка пришла сегодня в 11:42. Норма ответа: 15 мин.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[breached] Answer the client — 2 h 02 min overdue | The lead came today at 11:42. Target: 15 min.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_lead_at_night_waits_for_the_morning() {
    let mut data = with_timer(timer(TimerState::Running, 0));
    let at_night = NOW.plus(7 * HOUR);
    let known = data.deal.as_mut().unwrap();
    known.as_of = at_night;
    known.first_response.as_mut().unwrap().started = at_night;
    let deal = on_time_until(at_night);
    check(
        &Situation { now: at_night.plus(60), ..live(&deal, &data) },
        &[
            "[paused] Ответить клиенту — отсчёт начнётся в понедельник в 9:00 | Заявка пришла в нерабочее время. Норма ответа: 15 мин.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[paused] Answer the client — the clock starts on Monday at 9:00 | The lead came outside working hours. Target: 15 min.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_lead_of_the_evening_goes_on_in_the_morning() {
    let mut data = with_timer(timer(TimerState::Running, 300));
    let evening = NOW.plus(5 * HOUR);
    data.deal.as_mut().unwrap().as_of = evening;
    let deal = on_time_until(evening);
    check(
        &Situation { now: evening.plus(60), ..live(&deal, &data) },
        &[
            "[paused] Ответить клиенту — отсчёт продолжится в понедельник в 9:00 | Сейчас нерабочее время. Останется 10 мин из 15 мин.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[paused] Answer the client — the clock goes on on Monday at 9:00 | Outside working hours. 10 min of 15 min will be left.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_breach_at_night_does_not_look_frozen() {
    let deal = deal();
    let data = with_timer(timer(TimerState::Breached, 1500));
    check(
        &Situation { now: NOW.plus(6 * DAY + 7 * HOUR), ..live(&deal, &data) },
        &[
            "[breached] Ответить клиенту — просрочено на 40 ч 10 мин | Сейчас нерабочее время, счёт продолжится завтра в 9:00.",
            "60%Заполнено 3 из 5 | Этап «Переговоры»",
            "Заполнить сейчас: Следующий шаг срок задачи прошёл; Дата контакта дата уже прошла",
        ],
        &[
            "[breached] Answer the client — 40 h 10 min overdue | Outside working hours; the count goes on tomorrow at 9:00.",
            "60%3 of 5 filled in | Stage “Переговоры”",
            "Fill in now: Next step the task is past its deadline; Дата контакта the date is in the past",
        ],
    );
}

#[test]
fn answered_in_time_and_all_filled() {
    let (deal, data) = (deal(), with_timer(timer(TimerState::Met, 480)));
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Ответили вовремя — за 8 мин",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "Answered in time — within 8 min",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn answered_late() {
    let late = Timer { stopped: Some(NOW), answered: Some(NOW), ..timer(TimerState::Breached, 1920) };
    let (deal, data) = (deal(), with_timer(late));
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Ответили поздно — за 32 мин",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "Answered late — after 32 min",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn ended() {
    let (deal, data) = (deal(), with_timer(timer(TimerState::Ended, 480)));
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Закрыта без ответа — срок ещё не вышел",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "Closed unanswered — before the deadline",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_deal_made_by_hand_has_no_clock() {
    let (deal, mut data) = (deal(), data());
    data.deal.as_mut().unwrap().origin = Origin::Manual;
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Таймера ответа нет Сделку создал сотрудник, это не заявка клиента.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "No response timer An employee created this deal; it is not a client’s request.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_deal_from_before_the_observation() {
    let (deal, data) = (deal(), data());
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "No response timer The lead came before we began to observe the CRM.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_deal_whose_origin_was_not_observed() {
    let (deal, mut data) = (deal(), data());
    data.deal.as_mut().unwrap().origin = Origin::Unknown;
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Таймера ответа нет Мы не видели, откуда пришла эта сделка.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "No response timer We did not see where this deal came from.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn a_deal_that_the_worker_has_not_seen() {
    let (deal, mut data) = (half(), data());
    data.deal = None;
    check(
        &live(&deal, &data),
        &[
            "[unseen] Новая для нас сделка | Сервер ещё ничего о ней не знает. Заполненность считаем по тому, что на экране.",
            "25%Заполнено 1 из 4 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет не заполнено; Источник отписка вместо ответа; Следующий шаг проверяем…; Дата контакта дата уже прошла; Для этапа «Договор»: ИНН не заполнено",
        ],
        &[
            "[unseen] A deal that is new to us | The server knows nothing about it yet. We count what is on the screen.",
            "25%1 of 4 filled in | Stage “Переговоры”",
            "Fill in now: Budget empty; Источник a stand-in, not an answer; Next step checking…; Дата контакта the date is in the past; For stage “Договор”: ИНН empty",
        ],
    );
}

#[test]
fn a_new_deal_that_is_not_saved() {
    let (mut deal, mut data) = (half(), data());
    data.deal = None;
    deal.tasks.clear();
    check(
        &Situation { saved: false, ..live(&deal, &data) },
        &[
            "[new] Новая сделка — ещё не сохранена | Заполнять можно уже сейчас: считаем по тому, что на экране.",
            "20%Заполнено 1 из 5 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет не заполнено; Источник отписка вместо ответа; Следующий шаг нет открытой задачи; Дата контакта дата уже прошла; Для этапа «Договор»: ИНН не заполнено",
        ],
        &[
            "[new] A new deal — not saved yet | You can fill it in already: we count what is on the screen.",
            "20%1 of 5 filled in | Stage “Переговоры”",
            "Fill in now: Budget empty; Источник a stand-in, not an answer; Next step no open task; Дата контакта the date is in the past; For stage “Договор”: ИНН empty",
        ],
    );
}

#[test]
fn loading_for_the_first_time() {
    let deal = Deal::default();
    check(
        &situation(&deal, None, Link::Loading),
        &["[loading] Подсказки — загружаем…", "—Загружаем регламент…"],
        &["[loading] Hints — loading…", "—Loading the policy…"],
    );
}

#[test]
fn loading_with_a_remembered_policy() {
    let (deal, data) = (half(), data());
    check(
        &situation(&deal, Some(&data), Link::Loading),
        &[
            "[loading] Подсказки — загружаем…",
            "25%Заполнено 1 из 4 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет не заполнено; Источник отписка вместо ответа; Следующий шаг проверяем…; Дата контакта дата уже прошла; Для этапа «Договор»: ИНН не заполнено",
        ],
        &[
            "[loading] Hints — loading…",
            "25%1 of 4 filled in | Stage “Переговоры”",
            "Fill in now: Budget empty; Источник a stand-in, not an answer; Next step checking…; Дата контакта the date is in the past; For stage “Договор”: ИНН empty",
        ],
    );
}

#[test]
fn unreachable_with_a_remembered_policy() {
    let (deal, data) = (half(), data());
    check(
        &situation(&deal, Some(&data), Link::Unreachable),
        &[
            "[unreachable] Подсказки — нет связи с сервером | Подключимся сами. Заполненность считаем и без сервера.",
            "25%Заполнено 1 из 4 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет не заполнено; Источник отписка вместо ответа; Следующий шаг проверим, когда вернётся связь; Дата контакта дата уже прошла; Для этапа «Договор»: ИНН не заполнено",
        ],
        &[
            "[unreachable] Hints — no connection to the server | We will reconnect by ourselves. Completeness works without the server.",
            "25%1 of 4 filled in | Stage “Переговоры”",
            "Fill in now: Budget empty; Источник a stand-in, not an answer; Next step to be checked once connected; Дата контакта the date is in the past; For stage “Договор”: ИНН empty",
        ],
    );
}

#[test]
fn unreachable_after_it_spoke() {
    let (deal, data) = (deal(), with_timer(timer(TimerState::Running, 175)));
    let lost = Situation { link: Link::Unreachable, now: NOW.plus(300), ..live(&deal, &data) };
    check(
        &lost,
        &[
            "[running] Ответить клиенту — осталось 7 мин 05 с | Заявка пришла сегодня в 13:57. Норма ответа: 15 мин.",
            "Нет связи с 14:00. Показываем последнее известное.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
        ],
        &[
            "[running] Answer the client — 7 min 05 s left | The lead came today at 13:57. Target: 15 min.",
            "No connection since 14:00. This is the last we know.",
            "100%Everything is filled in | The deal can move on.",
        ],
    );
}

#[test]
fn slow() {
    let deal = Deal::default();
    check(
        &situation(&deal, None, Link::Slow),
        &[
            "[slow] Подсказки — сервер долго не отвечает | Подключимся сами, как только он ответит.",
            "—Регламент ещё не загружен | Покажем, что заполнить, как только сервер ответит.",
        ],
        &[
            "[slow] Hints — the server is slow to answer | We will reconnect as soon as it answers.",
            "—The policy is not loaded yet | We will show what to fill in as soon as the server answers.",
        ],
    );
}

#[test]
fn garbled() {
    let deal = Deal::default();
    check(
        &situation(&deal, None, Link::Garbled),
        &[
            "[garbled] Подсказки — ответ сервера не разобрать | Подключимся сами, как только он ответит.",
            "—Регламент ещё не загружен | Покажем, что заполнить, как только сервер ответит.",
        ],
        &[
            "[garbled] Hints — the server’s answer makes no sense | We will reconnect as soon as it answers.",
            "—The policy is not loaded yet | We will show what to fill in as soon as the server answers.",
        ],
    );
}

#[test]
fn refused() {
    let deal = Deal::default();
    check(
        &situation(&deal, None, Link::Refused),
        &[
            "[refused] Подсказки — сервер не узнал вас | Обновите страницу. Если не поможет, позовите администратора.",
            "—Регламент ещё не загружен | Покажем, что заполнить, как только сервер ответит.",
        ],
        &[
            "[refused] Hints — the server did not recognise you | Reload the page. If that does not help, call your administrator.",
            "—The policy is not loaded yet | We will show what to fill in as soon as the server answers.",
        ],
    );
}

#[test]
fn unset() {
    let deal = Deal::default();
    check(
        &situation(&deal, None, Link::Unset),
        &[
            "[unset] Подсказки — сервер не указан | Администратору: впишите адрес сервера в настройках виджета.",
            "—Регламент ещё не загружен | Покажем, что заполнить, как только сервер ответит.",
        ],
        &[
            "[unset] Hints — no server is set | For the administrator: enter the server’s address in the widget’s settings.",
            "—The policy is not loaded yet | We will show what to fill in as soon as the server answers.",
        ],
    );
}
