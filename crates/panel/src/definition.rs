//! What each metric is, in a sentence.

use crate::said::Pair;
use takeroot_core::acceptance::Metric;

pub(crate) const fn of(metric: Metric) -> Pair {
    match metric {
        Metric::AutoLeads => (
            "Заявки, которые пришли сами, из всех новых сделок; остальные завели вручную.",
            "Leads that came in by themselves, of all new deals; the others were created by hand.",
        ),
        Metric::AutoRight => (
            "Созданные интеграцией сделки, что попали в воронку своего источника и сутки в ней остались.",
            "Deals of integrations that came into their source’s pipeline and stayed there for a day.",
        ),
        Metric::InTime => (
            "Заявки с ответом человека в пределах нормы, из всех, по которым норма уже наступила или прошла.",
            "Leads that a person answered within the target, of those answered or past it.",
        ),
        Metric::Missed => (
            "Заявки без ответа рабочий день или закрытые без ответа, из всех заявок.",
            "Leads unanswered for a business day, or closed unanswered, of all leads.",
        ),
        Metric::Claimed => (
            "Ответы, о которых сотрудник только сказал, из всех ответов.",
            "Answers that a person only claims, of all answers.",
        ),
        Metric::ReplyInTime => (
            "Ответы на сообщения клиентов в пределах нормы, из всех.",
            "Replies to clients’ messages within the target, of all.",
        ),
        Metric::ResponseMedian => (
            "Рабочее время до первого ответа: у половины ответов оно не больше. Без ответа — не входят.",
            "Working time to the first response: half took no longer. The unanswered are not in it.",
        ),
        Metric::ResponseP90 => (
            "Рабочее время, за которое дают девять первых ответов из десяти.",
            "Working time within which nine of ten first responses come.",
        ),
        Metric::ReplyMedian => (
            "Рабочее время до ответа на сообщение клиента: у половины оно не больше.",
            "Working time to the reply to a client’s message: half took no longer.",
        ),
        Metric::CausedMoves => (
            "Переходы по этапам, которые сделал робот или которым до получаса предшествовали событие клиента или выполненная задача, из всех.",
            "Stage moves by a robot, or within half an hour of a client’s event or a task done, of all.",
        ),
        Metric::RobotMoves => ("Переходы, сделанные роботами, из всех.", "Moves made by robots, of all."),
        Metric::Outside => (
            "Сделки, что прошли дальше без единого слова с клиентом или через несколько этапов за минуты. Верхняя оценка.",
            "Deals that went on without a word to the client, or through several stages in minutes. An upper bound.",
        ),
        Metric::RushFilled => (
            "Переходы, за минуту до которых заполнили три поля или больше. Признак, не вина.",
            "Moves with three fields or more filled in the minute before. A sign, not a fault.",
        ),
        Metric::Reassigned => (
            "Смены ответственного между людьми после первого ответа, к числу заявок.",
            "Changes of responsible between people after the first response, to leads.",
        ),
        Metric::StageConversion => (
            "Сделки, что пошли дальше этапа, из впервые пришедших на него за период.",
            "Deals that went on from a stage, of those that first came into it in the period.",
        ),
        Metric::Conversion => (
            "Выигранные к концу периода, из заявок этого же периода.",
            "Won by the period’s end, of the leads of the same period.",
        ),
        Metric::PeriodConversion => (
            "Выиграно за период к заявкам за период; это не одни и те же сделки.",
            "Won in the period to leads in the period; not the same deals.",
        ),
        Metric::Meetings => ("Заявки, что дошли до встречи.", "Leads that came to a meeting."),
        Metric::Reasoned => ("Проигранные сделки с причиной отказа.", "Lost deals with a loss reason."),
        Metric::RepeatWins => (
            "Выигранные сделки клиентов, которые уже покупали.",
            "Won deals of clients who had bought before.",
        ),
        Metric::AverageCheck => (
            "Сумма выигранных сделок к числу тех, где сумма указана.",
            "Prices of won deals to the number of those with a price.",
        ),
        Metric::CycleMedian => (
            "Время от заявки до выигрыша: у половины сделок оно не больше.",
            "Time from lead to win: half of the deals took no longer.",
        ),
        Metric::WholeTasks => (
            "Поставленные задачи со сроком и ответственным.",
            "Tasks set with a deadline and a responsible person.",
        ),
        Metric::RobotTasks => ("Задачи, поставленные роботами.", "Tasks set by robots."),
        Metric::LateTasks => ("Задачи, выполненные после срока.", "Tasks done after their deadline."),
        Metric::Reminded => (
            "Поводы напомнить, по которым за 15 рабочих минут появилась задача со сроком и ответственным.",
            "Occasions for a reminder with a whole task within 15 working minutes.",
        ),
        Metric::BadRecords => (
            "Записи интеграций без контакта, источника или ответственного, не в той воронке или поздние.",
            "Records of integrations without contact, source or responsible, in the wrong pipeline, or late.",
        ),
        Metric::Overdue => (
            "Активные сделки, где прошёл срок задачи или первого ответа.",
            "Active deals with a task or a first response past its deadline.",
        ),
        Metric::TaskOverdue => {
            ("Активные сделки с задачей, срок которой прошёл.", "Active deals with a task past its deadline.")
        }
        Metric::Stuck => (
            "Активные сделки без перехода, общения и ближней задачи три рабочих дня.",
            "Active deals without a move, a word or a near task for three business days.",
        ),
        Metric::NoNextStep => ("Активные сделки без открытой задачи.", "Active deals without an open task."),
        Metric::Duplicates => (
            "Лишние открытые сделки с тем же телефоном, почтой или ИНН, к активным.",
            "Extra open deals with the same phone, e-mail or tax number, to active ones.",
        ),
        Metric::Alike => (
            "Карточки с одним и тем же текстом в обязательном поле, от пяти. Признак, не вина.",
            "Cards with the same text in a mandatory field, five or more. A sign, not a fault.",
        ),
        Metric::Sourced => {
            ("Активные сделки с указанным источником.", "Active deals that name their source.")
        }
        Metric::CompleteCards => (
            "Карточки, где верно заполнены все поля, обязательные на их этапе.",
            "Cards in which every field that their stage asks for is valid.",
        ),
        Metric::Completeness => (
            "Верно заполненные обязательные поля, в среднем по карточкам.",
            "Valid mandatory fields, as a mean over cards.",
        ),
        Metric::Checklists => (
            "Отвеченные вопросы чек-листов, из заданных.",
            "Answered questions of check-lists, of those asked.",
        ),
        Metric::DauMau => (
            "Сколько из работавших за период действует в обычный рабочий день.",
            "How many of those who acted in the period act on an ordinary working day.",
        ),
        Metric::DauRoster => (
            "Рабочие дни сотрудников с действием в CRM; отсутствия не считаются.",
            "Person-days of the roster with an action in the CRM, without those away.",
        ),
        Metric::Heads => (
            "Рабочие дни руководителей с действием в CRM.",
            "Person-days of those who lead with an action in the CRM.",
        ),
        Metric::ReportingDays => (
            "Рабочие дни, за которые цифры сложились из событий сами.",
            "Working days with figures made of events, without manual work.",
        ),
        Metric::CalmChanges => (
            "Изменения регламента, после которых две недели были не хуже двух прежних.",
            "Changes of the policy after which two weeks were no worse than the two before.",
        ),
    }
}
