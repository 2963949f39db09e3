//! The names that presets give.

use crate::lang::Lang;
use takeroot_core::policy::preset::Names;

/// The names of a preset in a language.
#[must_use]
pub const fn names(lang: Lang) -> &'static Names {
    match lang {
        Lang::Ru => &RU,
        Lang::En => &EN,
    }
}

const RU: Names = Names {
    pipeline: "Продажи",
    stages: [
        "Новый лид",
        "Контакт установлен",
        "Потребность подтверждена",
        "Коммерческое предложение отправлено",
        "Согласование / ожидание решения",
    ],
    fields: ["Сумма", "Источник", "Ответственный", "Следующий шаг", "Дата следующего контакта"],
    clocks: ["Ответ клиенту", "Клиент молчит", "Сделка без движения", "КП отправлено", "Счёт не оплачен"],
    bant: [
        "Бюджет: сколько клиент готов потратить",
        "Полномочия: кто принимает решение",
        "Потребность: какую задачу решает",
        "Срок: когда нужно решение",
    ],
    champ: [
        "Сложности: что мешает клиенту сейчас",
        "Полномочия: кто принимает решение",
        "Деньги: есть ли бюджет",
        "Приоритет: насколько это срочно",
    ],
};

const EN: Names = Names {
    pipeline: "Sales",
    stages: [
        "New lead",
        "Contact made",
        "Need confirmed",
        "Proposal sent",
        "Approval / waiting for a decision",
    ],
    fields: ["Amount", "Source", "Responsible", "Next step", "Date of next contact"],
    clocks: [
        "Reply to the client",
        "Client silent",
        "Deal without movement",
        "Proposal sent",
        "Invoice unpaid",
    ],
    bant: [
        "Budget: how much the client can spend",
        "Authority: who decides",
        "Need: which problem it solves",
        "Timing: when a solution is needed",
    ],
    champ: [
        "Challenges: what stands in the client's way",
        "Authority: who decides",
        "Money: whether there is a budget",
        "Prioritization: how urgent it is",
    ],
};
