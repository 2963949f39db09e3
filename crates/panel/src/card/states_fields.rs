//! Each designed state of completeness and of closed deals, as a person reads it.

use super::*;
use takeroot_core::policy::{Checklist, ChecklistItem, Condition};

#[test]
fn a_pipeline_without_a_policy() {
    let (mut deal, mut data) = (half(), data());
    deal.pipeline = 6;
    data.deal.as_mut().unwrap().pipeline = 6;
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Таймера ответа нет Заявки этой воронки мы не отсчитываем.",
            "—Для этой воронки нет регламента | Обязательных полей нет, работайте как обычно.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "No response timer Leads of this pipeline are not timed.",
            "—There is no policy for this pipeline | No field is mandatory; work as usual.",
        ],
    );
}

#[test]
fn a_stage_that_the_policy_does_not_know() {
    let (mut deal, data) = (half(), data());
    deal.stage = Some(Stage::Open(11));
    check(
        &live(&deal, &data),
        &[
            "[done] Здесь всё в порядке | Следующая задача сегодня в 15:00.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "—Этого этапа нет в регламенте | Обязательных полей нет, работайте как обычно.",
        ],
        &[
            "[done] All is well here | The next task is today at 15:00.",
            "No response timer The lead came before we began to observe the CRM.",
            "—The policy does not know this stage | No field is mandatory; work as usual.",
        ],
    );
}

#[test]
fn a_stage_that_asks_for_nothing_yet() {
    let (mut deal, data) = (half(), data());
    deal.stage = Some(Stage::Open(10));
    check(
        &live(&deal, &data),
        &[
            "[todo] Заполнить: Источник | Следующий этап его потребует, а сейчас: отписка вместо ответа.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "—Здесь поля не обязательны | Следующий этап попросит ещё 3 поля.",
            "Для этапа «Переговоры»: Бюджет не заполнено; Источник отписка вместо ответа; Дата контакта дата уже прошла",
        ],
        &[
            "[todo] Fill in: Источник | The next stage will need it, and it is: a stand-in, not an answer.",
            "No response timer The lead came before we began to observe the CRM.",
            "—Nothing is mandatory here | The next stage will ask for 3 more fields.",
            "For stage “Переговоры”: Budget empty; Источник a stand-in, not an answer; Дата контакта the date is in the past",
        ],
    );
}

#[test]
fn a_field_that_the_card_does_not_have() {
    let (mut deal, data) = (deal(), data());
    deal.fields.remove(&SOURCE);
    let shows = |field| field != Field::Custom(SOURCE);
    check(
        &Situation { shows: &shows, ..live(&deal, &data) },
        &[
            "[todo] Заполнить: Источник | На этом этапе поле обязательно, а сейчас: не заполнено.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "80%Заполнено 4 из 5 | Этап «Переговоры»",
            "Заполнить сейчас: Источник поля нет в этой карточке, скажите администратору",
        ],
        &[
            "[todo] Fill in: Источник | This stage needs it, and it is: empty.",
            "No response timer The lead came before we began to observe the CRM.",
            "80%4 of 5 filled in | Stage “Переговоры”",
            "Fill in now: Источник this card has no such field, tell your administrator",
        ],
    );
}

#[test]
fn every_reason_is_said() {
    let (mut deal, mut data) = (deal(), data());
    deal.price = Some(Amount(0));
    deal.responsible = 13;
    deal.tasks.clear();
    let junk = [
        Junk::Blank,
        Junk::Repeated,
        Junk::Sequence,
        Junk::Phone,
        Junk::Email,
        Junk::Inn,
        Junk::Kpp,
        Junk::Ogrn,
        Junk::NotPositive,
    ];
    for (id, junk) in (101..).zip(junk) {
        deal.fields.insert(id, Value::Junk(junk));
        data.version.policy.mandatory.push(mandatory(Field::Custom(id), "", 2));
    }
    check(
        &live(&deal, &data),
        &[
            "[todo] Поставить задачу | У сделки нет следующего шага.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "14%Заполнено 2 из 14 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет должен быть больше нуля; Ответственный нет в списке сотрудников; Следующий шаг нет открытой задачи; Поле 101 только знаки, без слов; Поле 102 один и тот же знак; Поле 103 набор символов подряд; Поле 104 это не номер телефона; Поле 105 это не адрес почты; Поле 106 такого ИНН нет, проверьте цифры; Поле 107 это не КПП; Поле 108 такого ОГРН нет, проверьте цифры; Поле 109 нужно число больше нуля",
        ],
        &[
            "[todo] Set a task | The deal has no next step.",
            "No response timer The lead came before we began to observe the CRM.",
            "14%2 of 14 filled in | Stage “Переговоры”",
            "Fill in now: Budget must be above zero; Responsible not on the list of people; Next step no open task; Field 101 signs only, no words; Field 102 one character over and over; Field 103 keys in a row; Field 104 not a phone number; Field 105 not an e-mail address; Field 106 no such tax number, check the digits; Field 107 not a registration reason code; Field 108 no such registration number, check the digits; Field 109 a number above zero is needed",
        ],
    );
}

#[test]
fn closed() {
    let (mut deal, data) = (deal(), with_timer(timer(TimerState::Met, 480)));
    deal.stage = Some(Stage::Won);
    check(
        &live(&deal, &data),
        &[
            "[closed] Сделка выиграна — первый ответ за 8 мин | Отсчёт по закрытой сделке не идёт.",
            "—Закрытую сделку не проверяем",
        ],
        &[
            "[closed] The deal is won — first answer within 8 min | No clock runs for a closed deal.",
            "—Closed deals are not checked",
        ],
    );
}

#[test]
fn lost_without_an_answer() {
    let (mut deal, data) = (deal(), with_timer(timer(TimerState::Ended, 480)));
    deal.stage = Some(Stage::Lost);
    check(
        &live(&deal, &data),
        &["[closed] Сделка проиграна | Отсчёт по закрытой сделке не идёт.", "—Закрытую сделку не проверяем"],
        &["[closed] The deal is lost | No clock runs for a closed deal.", "—Closed deals are not checked"],
    );
}

#[test]
fn the_percent_is_by_weight_and_the_text_counts_fields() {
    let (mut deal, mut data) = (deal(), data());
    deal.price = None;
    data.version.policy.mandatory[0].weight = 6;
    check(
        &live(&deal, &data),
        &[
            "[todo] Заполнить: Бюджет | На этом этапе поле обязательно, а сейчас: не заполнено.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "40%Заполнено 4 из 5 | Этап «Переговоры»",
            "Заполнить сейчас: Бюджет не заполнено",
        ],
        &[
            "[todo] Fill in: Budget | This stage needs it, and it is: empty.",
            "No response timer The lead came before we began to observe the CRM.",
            "40%4 of 5 filled in | Stage “Переговоры”",
            "Fill in now: Budget empty",
        ],
    );
}

#[test]
fn a_field_of_another_pipeline_or_without_its_condition_is_not_shown() {
    let (mut deal, mut data) = (half(), data());
    deal.price = Some(Amount(100));
    let policy = &mut data.version.policy;
    policy.mandatory[1].pipelines = vec![6];
    policy.mandatory[4].when = Some(Condition::AmountFrom(1000));
    policy.mandatory[5].when = Some(Condition::Not(Box::new(Condition::Filled(Field::Amount))));
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
fn a_click_on_the_source_leads_to_the_field_that_holds_it() {
    let (deal, mut data) = (deal(), data());
    let policy = &mut data.version.policy;
    policy.sources.channel = Some(61);
    policy.mandatory = vec![mandatory(Field::Channel, "", 1), mandatory(Field::Contact, "", 1)];
    let view = panel(Lang::En).view(&live(&deal, &data));
    let html = part(&view, "missing");
    assert!(html.contains("data-field=\"custom:61\""), "{html}");
    assert!(!html.contains("data-field=\"contact\""), "a contact's field is not of this card: {html}");
    assert!(!html.contains("administrator"), "{html}");
}

#[test]
fn a_checklist_has_its_own_percentage_and_leads_to_its_questions() {
    let (deal, mut data) = (deal(), data());
    let item = |id, name: &str| ChecklistItem { field: Field::Custom(id), name: name.to_owned() };
    let items = vec![item(SOURCE, "Потребность ясна?"), item(21, "Кто решает?")];
    data.version.policy.checklists =
        vec![Checklist { name: "BANT".to_owned(), items, pipelines: Vec::new() }];
    check(
        &live(&deal, &data),
        &[
            "[todo] Спросить: Кто решает? | В чек-листе «BANT» нет ответа.",
            "Таймера ответа нет Заявка пришла до того, как мы начали наблюдать за CRM.",
            "100%Всё заполнено | Сделку можно двигать дальше.",
            "BANT 50 %: Кто решает?",
        ],
        &[
            "[todo] Ask: Кто решает? | The check-list “BANT” has no answer.",
            "No response timer The lead came before we began to observe the CRM.",
            "100%Everything is filled in | The deal can move on.",
            "BANT 50 %: Кто решает?",
        ],
    );
    let view = panel(Lang::En).view(&live(&deal, &data));
    assert!(part(&view, "lists").contains("data-field=\"custom:21\""));
}
