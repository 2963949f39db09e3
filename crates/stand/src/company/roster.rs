//! Who works in the company, by which stages and with which fields. Every name is invented.

use super::hours::{self, DAY, HOUR};
use super::{Choice, Company, Field, FieldKind, FieldOwner, Pipeline, Stage, User, UserKind};

pub(crate) const SOURCE: u64 = 614_201;
pub(crate) const UTM_SOURCE: u64 = 614_203;
pub(crate) const NEXT_CONTACT: u64 = 614_205;
pub(crate) const DECISION_MAKER: u64 = 614_207;
pub(crate) const BUDGET_CONFIRMED: u64 = 614_209;
pub(crate) const PAYMENT: u64 = 614_211;
pub(crate) const COMMENT: u64 = 614_213;
pub(crate) const PHONE: u64 = 612_001;
pub(crate) const EMAIL: u64 = 612_003;
pub(crate) const POSITION: u64 = 612_005;

/// Wins new customers.
pub(crate) const SALES: u64 = 7_340_110;
/// Serves those who bought before.
pub(crate) const REPEAT: u64 = 7_340_118;

pub(crate) const HEAD: u64 = 10_271_001;
pub(crate) const SERVICE: u64 = 10_271_090;

const GROUPS: [&str; 3] = ["Руководство", "Новые клиенты", "Постоянные клиенты"];

/// How one person works. Everything drifts towards order as the weeks pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Manager {
    pub(crate) user: u64,
    pub(super) name: &'static str,
    group: &'static str,
    /// Out of 1000 new leads that are shared out.
    pub(super) share: i64,
    /// Median working seconds to a first answer, at the start.
    pub(super) reply_secs: i64,
    /// Per mille of fields and tasks done as they should be, at the start.
    pub(super) tidy: i64,
    /// Per mille of dealings that get into the CRM at all.
    pub(super) records: i64,
    /// Nobody works from the first moment up to the second.
    pub(super) away: Option<(i64, i64)>,
    /// The moment of dismissal.
    pub(crate) leaves: Option<i64>,
}

/// The people who answer leads.
pub(crate) fn managers(since: i64, until: i64) -> Vec<Manager> {
    let day = |per_mille: i64| {
        let mut day = hours::midnight(since + (until - since) * per_mille / 1000);
        while !hours::is_working_day(day) {
            day -= DAY;
        }
        day
    };
    let [head, new, regular] = GROUPS;
    let manager = |user, name, group, (share, reply_secs, tidy, records)| Manager {
        user,
        name,
        group,
        share,
        reply_secs,
        tidy,
        records,
        away: None,
        leaves: None,
    };
    let mut managers = vec![
        manager(HEAD, "Вера Начальнова", head, (40, 900, 700, 900)),
        manager(10_271_004, "Иван Примеров", new, (200, 240, 700, 980)),
        manager(10_271_007, "Мария Образцова", regular, (190, 420, 800, 990)),
        manager(10_271_012, "Олег Шаблонов", new, (150, 2_700, 350, 900)),
        manager(10_271_031, "Нина Условная", regular, (120, 1_500, 450, 830)),
        // Hardly uses the CRM.
        manager(10_271_038, "Тимур Вариантов", new, (90, 3_600, 120, 250)),
    ];
    managers.push(Manager {
        away: Some((day(480), day(480) + 5 * DAY)),
        ..manager(10_271_019, "Дарья Пробная", regular, (130, 700, 550, 950))
    });
    managers.push(Manager {
        leaves: Some(day(610) + 17 * HOUR),
        ..manager(10_271_023, "Глеб Макетов", new, (100, 4_500, 250, 800))
    });
    managers
}

pub(crate) fn company(since: i64, until: i64) -> Company {
    Company {
        crm_id: 31_846_270,
        subdomain: "demo-upakovka".into(),
        zone: "Europe/Moscow".into(),
        name: "ООО «Пример-Упаковка»".into(),
        users: users(since, until),
        pipelines: pipelines(),
        fields: fields(),
        holidays: hours::holidays(since, until),
    }
}

fn users(since: i64, until: i64) -> Vec<User> {
    let mut users: Vec<User> = managers(since, until).iter().map(person).collect();
    users.push(User {
        id: SERVICE,
        name: "Интеграция сайта".into(),
        kind: UserKind::Service,
        group: "Интеграции".into(),
        is_head: false,
        dismissed: None,
        vacation: None,
    });
    users
}

fn person(manager: &Manager) -> User {
    User {
        id: manager.user,
        name: manager.name.into(),
        kind: UserKind::Person,
        group: manager.group.into(),
        is_head: manager.user == HEAD,
        dismissed: manager.leaves.map(hours::date),
        vacation: manager.away.map(|(first, back)| (hours::date(first), hours::date(back - DAY))),
    }
}

fn pipelines() -> Vec<Pipeline> {
    let sales = [
        ("Новая заявка", "New request"),
        ("Контакт установлен", "Contact made"),
        ("Потребность выявлена", "Need identified"),
        ("Предложение отправлено", "Proposal sent"),
        ("Переговоры", "Negotiation"),
        ("Счёт выставлен", "Invoice issued"),
    ];
    let repeat = [
        ("Запрос клиента", "Customer's request"),
        ("Состав согласован", "Order agreed"),
        ("Расчёт отправлен", "Quote sent"),
        ("Договор и спецификация", "Contract and specification"),
        ("Счёт на оплату", "Invoice for payment"),
        ("Отгрузка", "Shipment"),
    ];
    vec![
        pipeline(SALES, ("Новые продажи", "New sales"), 61_280_402, sales),
        pipeline(REPEAT, ("Повторные заказы", "Repeat orders"), 61_280_446, repeat),
    ]
}

fn pipeline(id: u64, name: (&str, &str), first_stage: u64, stages: [(&str, &str); 6]) -> Pipeline {
    let stages = (first_stage..).step_by(4).zip(stages).map(|(id, (ru, en))| Stage {
        id,
        name_ru: ru.into(),
        name_en: en.into(),
    });
    Pipeline { id, name_ru: name.0.into(), name_en: name.1.into(), stages: stages.collect() }
}

fn fields() -> Vec<Field> {
    use FieldKind::{Checkbox, Date, Multitext, Radiobutton, Select, Text};
    use FieldOwner::{Contact, Lead};
    let source = [
        ("Сайт", "Website"),
        ("Звонок", "Phone call"),
        ("Чат", "Chat"),
        ("Рекомендация", "Referral"),
        ("Выставка", "Trade fair"),
        ("Постоянный клиент", "Existing customer"),
    ];
    let payment = [("Предоплата", "Prepayment"), ("Отсрочка", "Deferred"), ("Лизинг", "Leasing")];
    let numbers = [("WORK", "WORK"), ("MOB", "MOB")];
    let addresses = [("WORK", "WORK"), ("PRIV", "PRIV")];
    vec![
        field(SOURCE, "Источник", "Source", None, Select, Lead, &source),
        field(UTM_SOURCE, "utm_source", "UTM source", Some("UTM_SOURCE"), Text, Lead, &[]),
        field(NEXT_CONTACT, "Дата следующего контакта", "Next contact", None, Date, Lead, &[]),
        field(DECISION_MAKER, "Кто принимает решение", "Decision maker", None, Text, Lead, &[]),
        field(BUDGET_CONFIRMED, "Бюджет подтверждён", "Budget confirmed", None, Checkbox, Lead, &[]),
        field(PAYMENT, "Условия оплаты", "Payment terms", None, Radiobutton, Lead, &payment),
        field(COMMENT, "Комментарий", "Comment", None, Text, Lead, &[]),
        field(PHONE, "Телефон", "Phone", Some("PHONE"), Multitext, Contact, &numbers),
        field(EMAIL, "Email", "Email", Some("EMAIL"), Multitext, Contact, &addresses),
        field(POSITION, "Должность", "Position", Some("POSITION"), Text, Contact, &[]),
    ]
}

fn field(
    id: u64,
    name_ru: &str,
    name_en: &str,
    code: Option<&str>,
    kind: FieldKind,
    owner: FieldOwner,
    choices: &[(&str, &str)],
) -> Field {
    let choices =
        (id * 2..).zip(choices).map(|(id, &(ru, en))| Choice { id, name_ru: ru.into(), name_en: en.into() });
    Field {
        id,
        name_ru: name_ru.into(),
        name_en: name_en.into(),
        code: code.map(Into::into),
        kind,
        owner,
        choices: choices.collect(),
    }
}
