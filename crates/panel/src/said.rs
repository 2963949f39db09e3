//! Signs, questions, pains and acceptance by name, in Russian and English.

use crate::lang::Lang;
use takeroot_core::acceptance::{Difference, Metric, NoData, Point, State, Trend};
use takeroot_core::summary::{Advice, Mark, Question, SignName};

/// Russian and English.
pub(crate) type Pair = (&'static str, &'static str);

/// The one of the two that a language reads.
pub(crate) const fn of(lang: Lang, (ru, en): Pair) -> &'static str {
    match lang {
        Lang::Ru => ru,
        Lang::En => en,
    }
}

pub(crate) const SIGNS: Pair =
    ("Шесть признаков, что CRM прижилась", "Six signs that the CRM has taken root");
pub(crate) const QUESTIONS: Pair = ("Десять вопросов владельца", "The owner’s ten questions");
pub(crate) const ANSWERED: Pair = (
    "Уверенных ответов: {0} из {1}; достаточно пяти.",
    "Answered with confidence: {0} of {1}; five are enough.",
);
pub(crate) const PAINS: Pair = ("Что чинить первым", "What to mend first");
pub(crate) const ACCEPTANCE: Pair = ("Приёмка", "Acceptance");
pub(crate) const SETUP: Pair = ("Настройка работает", "The set-up works");
pub(crate) const PILOT: Pair = ("Пилот готов", "The pilot is ready");
pub(crate) const COMPARISON: Pair = ("Было и стало: {0} и {1}", "Before and after: {0} and {1}");
pub(crate) const GATE: Pair = ("Решение {0}", "Decision on {0}");
pub(crate) const GATE_AHEAD: Pair = ("Решение {0}, пока", "Decision on {0}, so far");
pub(crate) const UPLOADED: Pair = (
    "«Было» посчитано по загруженной истории, а не по CRM.",
    "“Before” is of an uploaded history, not of the CRM.",
);
pub(crate) const TARGETS_MOVED: Pair = (
    "Цели меняли после старта; считаем по первым.",
    "Targets were changed after the start; the first ones hold.",
);
pub(crate) const TO_DO: Pair = ("Что делать: {0}", "What to do: {0}");
pub(crate) const AT_LEAST: Pair = ("нужно от {0}", "at least {0}");
pub(crate) const AT_MOST: Pair = ("нужно до {0}", "at most {0}");
pub(crate) const STAKE: Pair = ("под угрозой {0}", "{0} at stake");
pub(crate) const LACKING: Pair = ("чаще всего не хватает: {0}", "missing most often: {0}");
pub(crate) const TOO_FEW: Pair = ("мало случаев: {0}, нужно {1}", "few cases: {0}, {1} are needed");

pub(crate) const fn state(state: State) -> Pair {
    match state {
        State::Met | State::Known => ("да", "yes"),
        State::Near => ("почти", "nearly"),
        State::NotMet => ("нет", "no"),
        State::NoData => ("нет данных", "no data"),
    }
}

pub(crate) const fn light(state: State) -> Pair {
    match state {
        State::Met | State::Known => ("зелёный", "green"),
        State::Near => ("жёлтый", "amber"),
        State::NotMet => ("красный", "red"),
        State::NoData => ("нет данных", "no data"),
    }
}

pub(crate) const fn decision(state: State) -> Pair {
    match state {
        State::Met | State::Known => ("продолжаем", "go"),
        State::Near | State::NotMet => ("стоп", "no go"),
        State::NoData => ("нет данных", "no data"),
    }
}

pub(crate) const fn reason(reason: NoData) -> Pair {
    match reason {
        NoData::Unobserved => ("наблюдали не весь период", "not observed all the time"),
        NoData::NoCases => ("не было случаев", "no cases"),
        NoData::TooFew => ("мало случаев", "few cases"),
        NoData::NotTold => ("источники об этом не сообщают", "the sources do not tell of it"),
        NoData::NoPolicy => ("в регламенте не задано", "the policy does not say"),
        NoData::NotCut => ("в этом срезе не считается", "not known of this slice"),
        NoData::Ahead => ("период ещё не закончился", "the period has not ended"),
    }
}

pub(crate) const fn trend(trend: Trend) -> Pair {
    match trend {
        Trend::Better => ("лучше", "better"),
        Trend::Worse => ("хуже", "worse"),
        Trend::Same => ("без изменений", "no change"),
        Trend::Unknown => ("сравнить нельзя", "not comparable"),
    }
}

pub(crate) const fn mark(mark: Mark) -> Pair {
    match mark {
        Mark::Habit => ("привычка: у других получается", "a habit: others manage"),
        Mark::Inconvenience => {
            ("неудобно или сломано: почти у всех", "inconvenient or broken: nearly everybody")
        }
    }
}

pub(crate) const fn sign(sign: SignName) -> Pair {
    match sign {
        SignName::Live => ("Данные живут в системе", "Data lives in the system"),
        SignName::Daily => {
            ("Работают каждый день без принуждения", "People use it daily without being forced")
        }
        SignName::Faster => ("Обработка быстрее или ровнее", "Processing is faster or more even"),
        SignName::Picture => ("Картина видна без ручной сводки", "The picture needs no manual work"),
        SignName::Losses => ("Ошибок и потерь меньше", "Fewer errors and losses"),
        SignName::Changes => ("Изменения управляемы", "Changes are manageable"),
    }
}

pub(crate) const fn advice(advice: Advice) -> Pair {
    match advice {
        Advice::GoOn => ("так и продолжать", "go on like this"),
        Advice::Wait => ("подождать данных", "wait for data"),
        Advice::FillCards => (
            "заполнить обязательные поля или сократить их список",
            "fill the mandatory fields, or ask for fewer",
        ),
        Advice::NameSources => ("передавать источник с каждой заявкой", "have each lead name its source"),
        Advice::TalkInside => {
            ("говорить с клиентами через каналы CRM", "talk to clients through the CRM’s channels")
        }
        Advice::AskTheAbsent => {
            ("спросить тех, кто не заходит, что мешает", "ask those who stay away what hinders them")
        }
        Advice::LeadByExample => {
            ("руководителю самому работать в CRM", "have heads work in the CRM themselves")
        }
        Advice::AnswerSooner => {
            ("распределять заявки и ставить напоминания", "distribute leads and set reminders")
        }
        Advice::CheckConnection => ("проверить, почему данные не приходят", "see why no data arrives"),
        Advice::PlanSteps => ("поставить следующий шаг каждой сделке", "give each deal its next step"),
        Advice::ConnectChannels => {
            ("подключить каналы, где отвечают мимо CRM", "connect the channels used outside the CRM")
        }
        Advice::CatchLeads => ("разобрать пропущенные заявки", "take up missed leads"),
        Advice::MergeDuplicates => ("объединить дубли", "merge duplicates"),
        Advice::ClearOverdue => ("разобрать просроченное", "clear what is overdue"),
        Advice::ChangeGently => {
            ("менять понемногу и предупреждать людей", "change less at a time, and tell people before")
        }
    }
}

pub(crate) const fn question(question: Question) -> Pair {
    match question {
        Question::Truth => ("Где истина по клиенту?", "Where is the truth about a client?"),
        Question::Lost => ("Сколько заявок потеряли за неделю?", "How many leads were lost in the week?"),
        Question::FirstContact => {
            ("Сколько времени до первого контакта?", "How long until the first contact?")
        }
        Question::Overdue => ("Сколько просрочено и почему?", "How much is overdue, and why?"),
        Question::Load => ("Кто перегружен, кто недогружен?", "Who has too much, who too little?"),
        Question::Status => ("Как понять статус без звонков?", "How to know the status without calling?"),
        Question::EmptyCards => ("Почему не заполняют карточки?", "Why are cards not filled in?"),
        Question::Problems => ("Какие три проблемы мешают?", "Which three problems hinder work?"),
        Question::Mending => ("Как быстро их исправим?", "How fast can they be mended?"),
        Question::Change => ("Что изменилось после запуска?", "What has changed since the start?"),
    }
}

pub(crate) const fn point(point: Point) -> Pair {
    match point {
        Point::AutoLeads => ("Заявка создаётся автоматически", "Leads are created automatically"),
        Point::CausedMoves => ("Этап меняется по действию", "The stage changes by an action"),
        Point::WholeTasks => ("Задача со сроком и ответственным", "Tasks have a deadline and a responsible"),
        Point::Reminders => ("Напоминание приходит вовремя", "Reminders come in time"),
        Point::Reporting => ("Отчёт обновляется без ручной правки", "The report updates by itself"),
        Point::Inside => ("Сделки не ведутся вне CRM", "No deals are run outside the CRM"),
        Point::SameRules => ("До и после считаются по одним правилам", "Before and after by the same rules"),
        Point::LeadAppeared => ("Заявка появилась сама", "A lead appeared by itself"),
        Point::StageChanged => ("Этап сменился по действию", "A stage changed by an action"),
        Point::TaskAppeared => ("Появилась задача со сроком", "A task with a deadline appeared"),
        Point::RightPipeline => {
            ("Заявки сами попадают в нужную воронку", "Automatic leads in the right pipeline")
        }
        Point::FirstResponse => ("Первый ответ в срок", "The first response in time"),
        Point::Integrations => ("Мало ошибок интеграций", "Few errors of integrations"),
    }
}

pub(crate) const fn difference(difference: &Difference) -> Pair {
    match difference {
        Difference::NoBaseline => ("базовый период не задан", "no baseline is set"),
        Difference::BeforeUnobserved => ("период до не наблюдали", "the period before was not observed"),
        Difference::AfterUnobserved => {
            ("период после наблюдали не весь", "the period after was not all observed")
        }
        Difference::Ahead => ("период после ещё не закончился", "the period after has not ended"),
        Difference::Length => ("разная длина периодов", "the periods differ in length"),
        Difference::Overlap => ("периоды пересекаются", "the periods overlap"),
        Difference::Pipelines(_) => ("разные воронки", "other pipelines"),
        Difference::Sources(_) => ("разные источники", "other sources"),
        Difference::FirstResponse => ("другая норма первого ответа", "another target of the first response"),
        Difference::Thresholds => ("другие пороги", "other thresholds"),
        Difference::Meaning => ("другой смысл этапов и причин", "another meaning of stages and reasons"),
        Difference::Hours => ("другие рабочие часы", "other working hours"),
        Difference::Mandatory => ("другие обязательные поля", "other mandatory fields"),
        Difference::Stages => ("другие этапы", "other stages"),
    }
}

pub(crate) const fn metric(metric: Metric) -> Pair {
    match metric {
        Metric::AutoLeads => ("пришли сами", "came by themselves"),
        Metric::AutoRight => ("в нужной воронке", "in the right pipeline"),
        Metric::InTime => ("ответ в срок", "answered in time"),
        Metric::Missed => ("пропущено заявок", "missed leads"),
        Metric::Claimed => ("ответы вне CRM со слов", "answers outside, by word"),
        Metric::ReplyInTime => ("ответ на сообщение в срок", "replies in time"),
        Metric::ResponseMedian => ("первый ответ, медиана", "first response, median"),
        Metric::ResponseP90 => ("девять из десяти ответов", "nine of ten responses"),
        Metric::ReplyMedian => ("ответ на сообщение, медиана", "reply, median"),
        Metric::CausedMoves => ("переходы по действию", "moves by an action"),
        Metric::RobotMoves => ("переходы роботами", "moves by robots"),
        Metric::Outside => ("без общения или второпях", "without a word or in haste"),
        Metric::RushFilled => ("поля заполнены прямо перед переходом", "fields filled right before a move"),
        Metric::Reassigned => ("переброшено", "reassigned"),
        Metric::StageConversion => ("переход на следующий этап", "passed to a later stage"),
        Metric::Conversion => ("выиграно из вошедших", "won of those entered"),
        Metric::PeriodConversion => ("конверсия периода", "period conversion"),
        Metric::Meetings => ("дошли до встречи", "came to a meeting"),
        Metric::Reasoned => ("отказы с причиной", "losses with a reason"),
        Metric::RepeatWins => ("повторные покупки", "repeat wins"),
        Metric::AverageCheck => ("средний чек", "average check"),
        Metric::CycleMedian => ("цикл сделки, медиана", "deal cycle, median"),
        Metric::WholeTasks => ("задачи со сроком и ответственным", "whole tasks"),
        Metric::RobotTasks => ("задачи роботов", "tasks by robots"),
        Metric::LateTasks => ("задачи сделаны поздно", "tasks done late"),
        Metric::Reminded => ("напоминания вовремя", "reminders in time"),
        Metric::BadRecords => ("записи с ошибками", "records with errors"),
        Metric::Overdue => ("просрочено сделок", "overdue deals"),
        Metric::TaskOverdue => ("сделки с просроченной задачей", "deals with an overdue task"),
        Metric::Stuck => ("без движения", "stuck"),
        Metric::NoNextStep => ("без следующего шага", "without a next step"),
        Metric::Duplicates => ("дубли", "duplicates"),
        Metric::Alike => ("одинаковый текст в полях карточек", "the same text in cards’ fields"),
        Metric::Sourced => ("источник указан", "with a source"),
        Metric::CompleteCards => ("карточки заполнены", "complete cards"),
        Metric::Completeness => ("средняя заполненность", "mean completeness"),
        Metric::Checklists => ("чек-листы", "check-lists"),
        Metric::DauMau => ("за день из всех активных", "daily of monthly users"),
        Metric::DauRoster => ("работали в CRM", "worked in the CRM"),
        Metric::Heads => ("руководители работали", "heads worked in it"),
        Metric::ReportingDays => ("дни с данными", "days with data"),
        Metric::CalmChanges => ("изменения без ухудшений", "changes without harm"),
    }
}

/// What hurts about a metric whose more is better.
pub(crate) const fn pain(hurts: Metric) -> Pair {
    match hurts {
        Metric::InTime => ("ответы с опозданием", "late first responses"),
        Metric::ReplyInTime => ("поздние ответы на сообщения", "late replies"),
        Metric::CompleteCards => ("незаполненные карточки", "incomplete cards"),
        Metric::Sourced => ("сделки без источника", "deals without a source"),
        Metric::Reasoned => ("отказы без причины", "losses without a reason"),
        Metric::WholeTasks => ("задачи без срока или ответственного", "tasks without deadline or person"),
        Metric::DauRoster => ("дни сотрудников без действий", "person-days without an action"),
        other => metric(other),
    }
}

/// What a sign that accuses nobody may mean, and what to do about it.
pub(crate) const fn hint(sign: Metric) -> Option<Pair> {
    match sign {
        Metric::Alike => Some((
            "это признак, не вина: проверить, нужно ли поле и понятен ли его вопрос",
            "a sign, not a fault: see whether the field is needed and its question clear",
        )),
        Metric::RushFilled => Some((
            "это признак, не вина: проверить, на том ли этапе спрашивают поля",
            "a sign, not a fault: see whether the stage is the right one to ask for the fields",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    fn is_russian(text: &str) -> bool {
        text.chars().any(|c| ('а'..='я').contains(&c) || ('А'..='Я').contains(&c))
    }

    #[test]
    fn each_name_is_said_in_both_languages() {
        let own = include_str!("said.rs").split("#[cfg(test)]").next().unwrap();
        let sources = [own, include_str!("definition.rs")].concat();
        let said: Vec<&str> = sources.split('"').skip(1).step_by(2).collect();
        assert!(said.len() > 300 && said.len().is_multiple_of(2));
        for pair in said.chunks(2) {
            assert!(is_russian(pair[0]) && !is_russian(pair[1]), "{pair:?}");
            for place in ["{0}", "{1}"] {
                assert_eq!(pair[0].contains(place), pair[1].contains(place), "{pair:?}");
            }
        }
    }
}
