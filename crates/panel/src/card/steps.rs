//! Each next step, as a person reads it.

use super::*;
use takeroot_core::card::{Missing, Step, Why};
use takeroot_core::policy::{Checklist, ChecklistItem, Starts};

fn says(step: Step, ru: [&str; 2], en: [&str; 2]) {
    let mut version = data().version;
    let item =
        ChecklistItem { field: Field::Custom(21), name: "Бюджет подтверждён?".to_owned() };
    version.policy.checklists =
        vec![Checklist { name: "BANT".to_owned(), items: vec![item], pipelines: Vec::new() }];
    for (lang, expected) in [(Lang::Ru, ru), (Lang::En, en)] {
        let Advice { act, why } = advice(&step, &version, NOW, lang);
        assert_eq!([act, why].map(|text| text.replace('\u{a0}', " ")), expected);
    }
}

#[test]
fn a_client_who_waits_is_answered() {
    let step = |clock, state| Step::Answer { clock, state, due: NOW.plus(HOUR) };
    says(
        step(Starts::LeadEntered, TimerState::Breached),
        ["Ответить клиенту", "Заявка без ответа, срок был сегодня в 15:00."],
        ["Answer the client", "The lead is unanswered; the deadline was today at 15:00."],
    );
    says(
        step(Starts::LeadEntered, TimerState::Warning),
        ["Ответить клиенту", "Заявка ждёт ответа, срок сегодня в 15:00."],
        ["Answer the client", "The lead waits for an answer; the deadline is today at 15:00."],
    );
    says(
        step(Starts::ClientMessage, TimerState::Breached),
        ["Ответить клиенту", "Клиент написал и ждёт, срок ответа был сегодня в 15:00."],
        ["Answer the client", "The client wrote and waits; the deadline was today at 15:00."],
    );
    says(
        step(Starts::ClientMessage, TimerState::Running),
        ["Ответить клиенту", "Клиент написал и ждёт, срок ответа сегодня в 15:00."],
        ["Answer the client", "The client wrote and waits; the deadline is today at 15:00."],
    );
}

#[test]
fn a_task_is_done_or_set() {
    says(
        Step::DoTask { due: NOW.plus(-DAY) },
        ["Выполнить задачу", "Её срок был вчера в 14:00."],
        ["Do the task", "It was due yesterday at 14:00."],
    );
    says(
        Step::PlanTask,
        ["Поставить задачу", "У сделки нет следующего шага."],
        ["Set a task", "The deal has no next step."],
    );
}

#[test]
fn a_deal_that_stands_is_moved() {
    let since = NOW.plus(-DAY);
    says(
        Step::FollowUp { since },
        ["Напомнить о себе", "Мы писали вчера в 14:00, клиент молчит дольше нормы."],
        ["Follow up", "We wrote yesterday at 14:00; the client has been silent for too long."],
    );
    let act = ["Сдвинуть сделку или закрыть", "Move the deal on or close it"];
    says(
        Step::Move { clock: Starts::StageEntered, since },
        [act[0], "Сделка пришла на этап вчера в 14:00 и стоит дольше нормы."],
        [act[1], "The deal came to this stage yesterday at 14:00 and has stood for too long."],
    );
    says(
        Step::Move { clock: Starts::Activity, since },
        [act[0], "Последнее движение было вчера в 14:00."],
        [act[1], "Nothing has happened since yesterday at 14:00."],
    );
    says(
        Step::Move { clock: Starts::Created, since },
        [act[0], "Сделка открыта вчера в 14:00 и не закрыта в срок."],
        [act[1], "The deal was opened yesterday at 14:00 and is not closed in time."],
    );
}

#[test]
fn a_field_is_filled_and_a_question_asked() {
    let missing = |field, why| Missing { field, why, weight: 1 };
    says(
        Step::Fill(missing(Field::Custom(TAX), Why::Junk(Junk::Inn))),
        ["Заполнить: ИНН", "На этом этапе поле обязательно, а сейчас: такого ИНН нет, проверьте цифры."],
        ["Fill in: ИНН", "This stage needs it, and it is: no such tax number, check the digits."],
    );
    says(
        Step::Prepare(missing(Field::Amount, Why::Empty)),
        ["Заполнить: Бюджет", "Следующий этап его потребует, а сейчас: не заполнено."],
        ["Fill in: Budget", "The next stage will need it, and it is: empty."],
    );
    says(
        Step::Ask { list: 0, missing: missing(Field::Custom(21), Why::Empty) },
        ["Спросить: Бюджет подтверждён?", "В чек-листе «BANT» нет ответа."],
        ["Ask: Бюджет подтверждён?", "The check-list “BANT” has no answer."],
    );
    says(
        Step::Ask { list: 7, missing: missing(Field::Custom(22), Why::Empty) },
        ["Спросить: Поле 22", "В чек-листе нет ответа."],
        ["Ask: Field 22", "The check-list has no answer."],
    );
    says(
        Step::Trace(Field::Source),
        ["Заполнить: Источник", "Иначе не узнать, откуда пришёл клиент."],
        ["Fill in: Source", "Or nobody will know where the client came from."],
    );
}
