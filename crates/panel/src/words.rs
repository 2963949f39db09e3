//! Each word that a person reads, in both languages, side by side. Forms of a noun are parted by `|`, places
//! in a template are `{0}`, `{1}`, …

macro_rules! words {
    ($($key:ident: $ru:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Debug)]
        pub(crate) struct Words {
            $(pub(crate) $key: &'static str,)*
        }
        pub(crate) const RU: Words = Words { $($key: $ru,)* };
        pub(crate) const EN: Words = Words { $($key: $en,)* };
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $ru, $en),)*];
    };
}

words! {
    brand: "Прижилось", "Takeroot";
    other_language: "English", "Русский";
    language: "Язык", "Language";
    skip: "К выводу дня", "Skip to the verdict";

    // Units and numbers
    second: "с", "s";
    minute: "мин", "min";
    hour: "ч", "h";
    points: "п.\u{a0}п.", "pp";
    n_of_m: "{0}\u{a0}из\u{a0}{1}", "{0}\u{a0}of\u{a0}{1}";
    no_data: "нет данных", "no data";
    few: "мало случаев", "few cases";
    few_n: "мало случаев: {0}", "few cases: {0}";
    few_legend: "* мало случаев: меньше 20", "* few cases: fewer than 20";
    unknown_legend: "— нет данных", "— no data";
    answers: "ответ|ответа|ответов", "answer|answers";
    deals: "сделка|сделки|сделок", "deal|deals";
    leads: "заявка|заявки|заявок", "lead|leads";
    leads_acc: "заявку|заявки|заявок", "lead|leads";
    of_leads: "заявки|заявок|заявок", "lead|leads";
    of_active: "активной сделки|активных сделок|активных сделок", "active deal|active deals";
    of_cards: "карточки|карточек|карточек", "card|cards";
    of_people: "сотрудника|сотрудников|сотрудников", "person|people";
    id: "id {0}", "ID {0}";
    weekdays: "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье",
        "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";
    weekdays_short: "пн|вт|ср|чт|пт|сб|вс", "Mo|Tu|We|Th|Fr|Sa|Su";
    months: "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
        "January|February|March|April|May|June|July|August|September|October|November|December";

    // The state of a document
    as_of: "по состоянию на {0}", "as of {0}";
    is_final: "итог дня", "final";
    revision: "редакция {0}", "revision {0}";
    days: "Дни", "Days";
    day_before: "Предыдущий день: {0}", "Previous day: {0}";
    day_after: "Следующий день: {0}", "Next day: {0}";
    day_unobserved: "В этот день мы ещё не наблюдали за CRM. Цифры ниже — только то, что случайно попало в поле \
        зрения; судить по ним о дне нельзя.",
        "We were not yet observing the CRM on this day. The figures below are only what happened to be seen; the \
        day cannot be judged by them.";
    week_unobserved: "Мы наблюдаем за CRM меньше недели: цифры за 7 дней неполные, сравнивать их пока не с чем.",
        "We have observed the CRM for less than a week: the 7-day figures are partial and have nothing to be \
        compared with yet.";
    before_unobserved: "Сравнения с прошлой неделей пока нет: мы наблюдаем за CRM меньше двух недель.",
        "There is no comparison with the previous week yet: we have observed the CRM for less than two weeks.";

    // The verdict
    verdict: "Вывод дня", "The day’s verdict";
    level_good: "Хорошо", "Good";
    level_warn: "Внимание", "Attention";
    level_bad: "Тревога", "Alarm";
    level_unknown: "Нет вывода", "No verdict";
    for_day: "за день", "on the day";
    for_week: "за 7 дней", "over 7 days";
    waits: "ждёт|ждут|ждут", "waits|wait";
    verdict_waiting: "{0} {1} первого ответа. Из тех, на которые нужно было ответить за 7 дней, это {2}.",
        "{0} {1} for a first response. Of those that needed one over 7 days this is {2}.";
    verdict_late: "Отвечаем поздно: {0} в срок ответили на {1} ({2}), нужно хотя бы на 80\u{a0}%.",
        "Answers come late: {0}, {1} were answered in time ({2}); at least 80% should be.";
    verdict_idle: "За день ни одного действия в CRM: {0} ({1}).", "No action in the CRM on this day: {0} ({1}).";
    verdict_overdue: "Просрочено {0} ({1}): прошёл срок задачи или первого ответа.",
        "Overdue: {0} ({1}), with a task or a first response past its deadline.";
    verdict_incomplete: "Карточки не заполнены: все обязательные поля есть в {0} ({1}).",
        "Cards are incomplete: only {0} have every mandatory field ({1}).";
    verdict_well: "Всё в порядке", "All is well";
    well_in_time: "{0} в срок ответили на {1}", "{0}, {1} were answered in time";
    well_overdue: "просрочено {0} ({1})", "{0} are overdue ({1})";
    verdict_too_few: "Судить рано: за 7 дней {0}, в работе {1}.", "Too early to judge: {0} over 7 days, {1} at work.";
    verdict_no_data: "Нет данных: за 7 дней в CRM ничего не произошло.",
        "No data: nothing happened in the CRM over 7 days.";
    verdict_unobserved: "Вывода нет: в этот день мы ещё не наблюдали за CRM.",
        "No verdict: we were not yet observing the CRM on this day.";

    // Key figures
    figures: "Ключевые цифры", "Key figures";
    entered: "Заявки", "Leads";
    in_time: "Ответ в\u{a0}срок", "Answered in\u{a0}time";
    median: "Первый ответ, медиана", "First response, median";
    waiting: "Ждут ответа", "Waiting for an answer";
    won_lost: "Выиграно\u{a0}/ проиграно", "Won\u{a0}/ lost";
    conversion: "Конверсия периода", "Period conversion";
    active: "Активные сделки", "Active deals";
    overdue: "Просрочено", "Overdue";
    complete: "Карточки заполнены", "Complete cards";
    people: "Работали в\u{a0}CRM", "Worked in the\u{a0}CRM";
    on_day: "за день", "on the day";
    at_end: "на конец дня", "at day’s end";
    at_moment: "сейчас", "now";
    in_week: "за 7 дней", "in 7 days";
    days_7: "7 дней", "7 days";
    week_earlier: "до этого", "before";
    week_ago: "неделю назад", "a week ago";
    same: "без изменений", "no change";
    better: "лучше", "better";
    worse: "хуже", "worse";
    no_roster: "список людей не\u{a0}задан", "no roster";

    // Speed
    speed: "Скорость первого ответа", "Speed of the first response";
    speed_caption: "Заявки за 7 дней по рабочему времени до первого ответа",
        "Leads of 7 days by working time to the first response";
    speed_answered: "Ответили на {0}, медиана {1}.", "Answered: {0}, median {1}.";
    speed_unanswered: "Без ответа: {0} ждут {1}, за 7 дней закрыто {2}.",
        "Unanswered: {1} waiting {0}, {2} closed over 7 days.";
    speed_none: "За 7 дней не было ни одного первого ответа.", "There was no first response over 7 days.";
    target: "цель {0}", "target {0}";
    time_to_answer: "Время до ответа", "Time to answer";
    number_of_leads: "Заявок", "Leads";
    share: "Доля", "Share";
    up_to: "≤\u{a0}{0}", "≤\u{a0}{0}";
    between: "{0}–{1}", "{0}–{1}";
    over: ">\u{a0}{0}", ">\u{a0}{0}";

    // Tables
    managers: "Менеджеры", "Managers";
    managers_caption: "Сверху те, кому нужна помощь. Заявки, ответы и исходы — за 7 дней, сделки и карточки — {0}, \
        действия — за день.",
        "Those who need help come first. Leads, answers and outcomes are of 7 days, deals and cards stand {0}, actions are of the \
        day.";
    manager: "Менеджер", "Manager";
    no_managers: "Ни одного менеджера за эти 7 дней.", "No managers in these 7 days.";
    pipelines: "Воронки", "Pipelines";
    pipelines_caption: "Заявки, ответы и исходы — за 7 дней, сделки и карточки — {0}.",
        "Leads, answers and outcomes are of 7 days, deals and cards stand {0}.";
    pipeline: "Воронка", "Pipeline";
    no_pipelines: "Ни одной воронки за эти 7 дней.", "No pipelines in these 7 days.";
    sources: "Каналы", "Channels";
    sources_caption: "Заявки, ответы и исходы по источникам за 7 дней.",
        "Leads, answers and outcomes of 7 days by source.";
    source: "Источник", "Source";
    no_sources: "Источник не указан ни у одной заявки за эти 7 дней.", "No lead of these 7 days names its source.";
    col_in_time: "В\u{a0}срок", "In time";
    col_median: "Медиана", "Median";
    col_active: "Активные", "Active";
    col_complete: "Заполнено", "Complete";
    col_actions: "Действия", "Actions";
    col_won: "Выиграно", "Won";
    col_conversion: "Конверсия", "Conversion";
    short_active: "Активн.", "Active";
    short_overdue: "Проср.", "Overdue";
    short_complete: "Заполн.", "Compl.";
    short_actions: "Действ.", "Actions";
    short_won: "Выигр.", "Won";
    short_conversion: "Конв.", "Conv.";
    lost_note: "отказы\u{a0}{0}", "{0} lost";
    waiting_note: "ждут\u{a0}{0}", "{0} waiting";
    none: "нет", "none";
    service: "служебная запись", "service account";
    issue_waiting: "заявки ждут ответа", "leads wait for an answer";
    issue_late: "отвечает поздно", "answers late";
    issue_idle: "за день ни одного действия", "no actions on the day";
    issue_overdue: "много просрочено", "much is overdue";
    issue_incomplete: "карточки не заполнены", "cards are incomplete";

    // The sections of the page
    sections: "Разделы", "Sections";
    section_signs: "Признаки", "Signs";
    section_changes: "Изменения", "Changes";
    section_reports: "Отчёты", "Reports";
    section_pains: "Что чинить", "To mend";
    section_questions: "Вопросы", "Questions";
    section_acceptance: "Приёмка", "Acceptance";
    in_a_week: "за неделю", "in a week";
    changes: "Что изменилось", "What has changed";
    since_yesterday: "С предыдущего дня", "Since the day before";
    no_yesterday: "Сводки предыдущего дня нет, сравнить не с чем.", "There is no summary of the day before to compare with.";
    nothing_turned: "Показатели признаков не изменились.", "The figures of the signs have not changed.";
    nothing_compared: "Сравнивать пока нечего: в одном из периодов нет данных.",
        "There is nothing to compare yet: one of the periods has no data.";
    as_table: "Таблицей", "As a table";
    figure: "Показатель", "Figure";
    was: "Было", "Before";
    became: "Стало", "Now";
    change: "Изменение", "Change";
    funnel: "Воронка по этапам", "From stage to stage";
    funnel_caption: "{0}, {1}. Сделки, впервые пришедшие на этап, и сколько из них пошло дальше",
        "{0}, {1}. Deals that first came into a stage, and how many of them went on";
    stage: "Этап", "Stage";
    stage_came: "Пришло", "Came";
    stage_passed: "Пошло дальше", "Went on";
    no_funnel: "Ни одна сделка не пришла на этап.", "No deal came into a stage.";
    followed: "Из {0} за 30 дней выиграно {1}, проиграно {2}, ещё открыто {3}.",
        "Of {0} in 30 days {1} are won, {2} lost, {3} still open.";
    of_leads_gen: "заявки|заявок|заявок", "lead|leads";
    losses: "Причины отказов", "Loss reasons";
    losses_caption: "Отказы по причинам", "Losses by reason";
    reasoned: "{2}: причина указана у {0} ({1}).", "{2}: {0} name a reason ({1}).";
    of_losses: "отказа|отказов|отказов", "loss|losses";
    no_losses: "Отказов не было.", "There were no losses.";
    reason: "Причина", "Reason";
    lost_count: "Отказов", "Losses";
    leaders: "Рейтинг по исходам", "Leaderboard by outcomes";
    leaders_caption: "За 30 дней, у кого закрыто не меньше 20 сделок: доля выигранных среди закрытых. Действия не считаются.",
        "Of 30 days, those with at least 20 closed deals: the share won of those closed. Actions do not count.";
    leaders_none: "За 30 дней ни у кого нет 20 закрытых сделок.", "Nobody has 20 closed deals in 30 days.";
    won_share: "Выиграно из закрытых", "Won of those closed";
    sorting: "Сортировать", "Sort by";
    sort_by: "Сортировать: {0}", "Sort by: {0}";
    show_all: "Показать всех: {0}", "Show all {0}";
    who_most: "Больше всего: {0}.", "Most of it: {0}.";
    gate_in: "До решения {0}: {1}", "Until the decision on {1}: {0}";
    days_forms: "день|дня|дней", "day|days";
    so_far: "Пока: {0}", "So far: {0}";
    now: "Сейчас", "Now";
    needed: "Нужно", "Needed";
    seven_points: "Семь пунктов", "The seven points";
    points_caption: "Всё посчитано по событиям CRM; руками ничего не отмечается.",
        "All of it is computed from the CRM’s events; nothing is ticked by hand.";
    goals: "Цели", "Goals";
    goals_caption: "Цель, её срок и сколько пути от базового значения пройдено",
        "Each goal, its date, and how much of the way from the baseline is done";
    goal_owner: "Отвечает", "Owner";
    goal_by: "Срок", "Due";
    goal_left: "осталось {0}", "{0} left";
    goal_late: "срок прошёл", "past its date";
    goal_way: "Пройдено", "Done";
    goal_reached: "достигнута", "reached";
    goal_forecast: "Прогноз к\u{a0}сроку", "Forecast for the date";
    goal_between: "от\u{a0}{0} до\u{a0}{1}", "{0} to {1}";
    goal_likely: "скорее всего, успеем", "likely reached";
    goal_open: "может не\u{a0}получиться", "may be missed";
    goal_unlikely: "таким ходом не\u{a0}успеем", "missed at this pace";
    baseline: "Базовое", "Baseline";
    nobody: "не\u{a0}назначен", "nobody";
    calendar: "Календарь", "Calendar";
    calendar_figure: "Показатель календаря", "The calendar’s figure";
    calendar_legend: "Чем гуще цвет, тем больше: от {0} до {1}. Штриховка — не наблюдали, «–» — нет данных. День открывает свою сводку.",
        "The stronger the colour, the more: from {0} to {1}. Hatched is not observed, “–” is no data. A day opens its summary.";
    calendar_empty: "Пока нет ни одного дня с данными.", "There is no day with data yet.";
    in_percents: "в\u{a0}процентах", "percent";
    in_minutes: "в\u{a0}минутах", "minutes";
    in_pieces: "штук", "number";
    in_people: "человек", "people";
    unobserved: "не наблюдали", "not observed";
    any_period: "Любой период", "Any period";
    period_from: "С", "From";
    period_to: "По", "To";
    period_beside: "Рядом: с", "Beside: from";
    all_of_them: "все", "all";
    show: "Показать", "Show";
    is_final_period: "окончательно", "final";
    in_period: "за период", "in the period";
    at_period_end: "на конец", "at its end";
    beside: "рядом", "beside";
    period_lead: "Рядом с каждой цифрой — период той же длины: {0}.", "Beside each figure is a period of the same length: {0}.";
    period_caption: "Заявки, ответы, исходы и действия — за период, сделки и карточки — на его конец.",
        "Leads, answers, outcomes and actions are of the period, deals and cards stand at its end.";
    period_speed_caption: "Заявки периода по рабочему времени до первого ответа",
        "Leads of the period by working time to the first response";
    period_empty: "За эти дни сводок нет: они ещё не наступили или были до начала наблюдения. Выберите другие.",
        "There are no summaries of these days: they lie ahead, or before the observation began. Choose others.";
    period_missing: "Нет сводок за {0} из периода: их цифр здесь нет.", "There are no summaries of {0} of the period: their figures are not here.";
    period_unobserved: "Часть этих дней мы ещё не наблюдали за CRM: сравнивать периоды по ним нельзя.",
        "We were not observing the CRM on some of these days: the periods cannot be compared.";
    no_period: "Такого периода нет", "There is no such period";
    no_period_hint: "Период — это дни от первого до последнего, не больше 366. Откройте последний день и выберите период там.",
        "A period is days from a first to a last one, 366 at most. Open the latest day and choose a period there.";
    deals_counted: "Попали в числитель", "In the numerator";
    deals_others: "Остальные", "The others";
    deals_measured: "С измеренным временем", "With a measured time";
    deals_unmeasured: "Ещё без ответа", "Unanswered yet";
    deals_newest: "Показаны {0}, самые новые.", "The newest {0} are shown.";
    deals_now: "Сделки показаны по тому, что известно сейчас: поздние события могли сдвинуть цифру. Заявки и задачи без сделки не перечислены.",
        "The deals are as known now: later events may have moved the figure. Requests and tasks without a deal are not listed.";
    of_pilot: "только пилот", "the pilot only";
    back_to_day: "К сводке", "To the summary";
    see_deals: "сделки", "deals";
    see_deals_of: "Сделки за показателем: {0}", "Deals behind: {0}";

    // Actions
    act_created: "сделки\u{a0}{0}", "deals\u{a0}{0}";
    act_moved: "этапы\u{a0}{0}", "stages\u{a0}{0}";
    act_edited: "правки\u{a0}{0}", "edits\u{a0}{0}";
    act_called: "звонки\u{a0}{0}", "calls\u{a0}{0}";
    act_messaged: "сообщения\u{a0}{0}", "messages\u{a0}{0}";
    act_mailed: "письма\u{a0}{0}", "letters\u{a0}{0}";
    act_noted: "примечания\u{a0}{0}", "notes\u{a0}{0}";
    act_task_set: "поставлено\u{a0}задач\u{a0}{0}", "tasks\u{a0}set\u{a0}{0}";
    act_task_done: "сделано\u{a0}задач\u{a0}{0}", "tasks\u{a0}done\u{a0}{0}";
    act_met: "встречи\u{a0}{0}", "meetings\u{a0}{0}";
    act_other: "другое\u{a0}{0}", "other\u{a0}{0}";

    // Definitions
    definitions: "Как считаются цифры", "How the figures are defined";
    def_entered: "Входящее обращение, один раз, в день первого обращения. Сделки, созданные вручную и \
        импортом, сюда не входят.",
        "An inbound request, once, on the day it first came. Deals created by hand or by import do not count.";
    def_in_time: "Доля заявок, на которые человек ответил за {0} рабочего времени. Заявка считается в день \
        ответа или в день, когда истёк срок, — что раньше. Ответ — письмо, сообщение, звонок или принятый \
        звонок; робот, примечание и смена этапа — не ответ.",
        "The share of leads that a person answered within {0} of working time. A lead counts on the day of the \
        answer or of its deadline, whichever is earlier. An answer is a message, a letter, a call or an answered \
        call; never a bot, a note or a stage move.";
    def_median: "Рабочее время от заявки до первого ответа: у половины ответов оно не больше. Точность 1\u{a0}%. \
        Заявки без ответа сюда не входят и показаны рядом.",
        "Working time from a lead to its first response: half of the answers took no longer. Exact within 1%. \
        Unanswered leads are not in it and are shown beside it.";
    def_waiting: "Заявки без первого ответа, с любым сроком.", "Leads without a first response, whatever their age.";
    def_won_lost: "Сделки, которые перешли в «успех» или «отказ» за период. Выигрыш снимается, если сделку \
        открыли снова.",
        "Deals that moved to won or lost in the period. A win is withdrawn when the deal is opened again.";
    def_conversion: "Выиграно за период ÷ заявки за тот же период. Это не доля одних и тех же сделок: выиграть \
        могли и те, что пришли раньше.",
        "Won in the period ÷ leads of the same period. It does not follow the same deals: those won may have come \
        earlier.";
    def_active: "Сделки в работе: не в неразобранном, не выиграны, не проиграны и не удалены.",
        "Deals at work: not unsorted, won, lost or deleted.";
    def_overdue: "Доля активных сделок, у которых прошёл срок открытой задачи или срок первого ответа.",
        "The share of active deals with an open task or a first response past its deadline.";
    def_complete: "Доля карточек, где верно заполнены все поля, обязательные на их этапе. Отписки вроде «-» и \
        «123» не считаются заполнением.",
        "The share of cards in which every field that their stage asks for is valid. Junk such as “-” or “123” is \
        not a value.";
    def_people: "Люди из списка сотрудников, у которых есть хотя бы одно действие в CRM. Служебные учётные записи \
        не считаются; входы в систему CRM не сообщает.",
        "People of the roster with at least one action in the CRM. Service accounts do not count; the CRM does not \
        report logins.";
    def_final_term: "Итог дня", "Final";
    def_final: "Цифры дня окончательны через 48 часов после его конца: звонки и письма доходят с опозданием.",
        "A day’s figures are final 48 hours after its end: calls and letters arrive late.";
    def_trend_term: "Сравнение", "Comparison";
    def_trend: "7 дней, включая этот, рядом с 7 днями до них, по тем же правилам. П.\u{a0}п. — процентные пункты. \
        Доли округлены до целых, половина — вверх. Если случаев меньше 20, это сказано и вывод о росте не делается.",
        "The 7 days that end with this one beside the 7 before them, by the same rules. Pp are percentage points. \
        Shares are rounded, half up. With fewer than 20 cases this is said, and no trend is judged.";
    one_cause: "CRM — одна из причин перемен в продажах, наряду с сезоном, ценой, рекламой и людьми. Эти цифры \
        показывают, прижилась ли она, а не то, сколько она принесла.",
        "The CRM is one cause of changes in sales among several: season, price, advertising and people are others. \
        These figures show whether it has taken root, not how much it has earned.";
    measured: "Считаются действия и сроки в CRM; тексты переписки и личные данные клиентов в сводку не попадают.",
        "Actions and deadlines in the CRM are counted; texts and clients’ personal data never enter the summary.";

    // Small pages
    not_found: "Такой страницы нет", "There is no such page";
    not_found_hint: "Проверьте ссылку: она должна быть целиком, вместе с частью после знака вопроса.",
        "Check the link: it must be complete, with the part after the question mark.";
    no_access: "Ссылка не подходит", "This link does not open anything";
    no_access_hint: "Она устарела или скопирована не целиком. Попросите новую у того, кто настраивает «Прижилось».",
        "It is out of date or incomplete. Ask for a new one from whoever set up Takeroot.";
    no_day: "За этот день сводки нет", "There is no summary of this day";
    no_day_hint: "Он ещё не наступил или был до того, как началось наблюдение. Откройте последний день.",
        "The day lies ahead, or before the observation began. Open the latest day.";
    no_data_yet: "Сводки пока нет", "There is no summary yet";
    no_data_yet_hint: "Она появится через минуту после первого события в CRM. Ничего делать не нужно.",
        "It appears within a minute of the first event in the CRM. There is nothing to do.";
    connected: "CRM подключена", "The CRM is connected";
    connected_hint: "«Прижилось» читает историю. Первая находка за 90 дней появится через несколько минут. Эту страницу можно закрыть.",
        "Takeroot is reading its history. The first finding of the last 90 days will be there in some minutes. You can close this page.";
    installed: "Виджет установлен", "The widget is installed";
    installed_hint: "Осталось разрешить чтение: откройте расширенные настройки виджета, раздел «Подключение».",
        "What is left is to let it read: open the widget's advanced settings, section “Connection”.";
    no_consent: "Подключить не получилось", "It could not be connected";
    no_consent_hint: "Ссылка действует час и один раз, а войти нужно в тот самый аккаунт и администратором. Попросите новую ссылку и откройте её ещё раз.",
        "The link holds for an hour and once, and it takes an admin of this very account. Ask for a new link and open it again.";
    crm_silent: "CRM не отвечает", "The CRM does not answer";
    crm_silent_hint: "Попробуйте ещё раз через минуту: откройте ту же ссылку.", "Try again in a minute: open the same link.";
    fault: "У нас сломалось", "Something broke on our side";
    fault_hint: "Данные целы. Обновите страницу через минуту.", "The data is safe. Reload the page in a minute.";
    latest_day: "Последний день", "Latest day";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    fn is_russian(text: &str) -> bool {
        text.chars().any(|c| ('а'..='я').contains(&c.to_ascii_lowercase()) || ('А'..='Я').contains(&c))
    }

    #[test]
    fn both_languages_have_all_words() {
        let alike = ["between", "id", "other_language", "over", "up_to"];
        for (key, ru, en) in ALL {
            assert!(!ru.trim().is_empty() && !en.trim().is_empty(), "{key}");
            if !alike.contains(key) {
                assert!(is_russian(ru), "{key}: {ru}");
                assert!(!is_russian(en), "{key}: {en}");
            }
            assert!(!ru.contains("  ") && !en.contains("  "), "{key}: two spaces");
        }
    }

    #[test]
    fn both_languages_fill_the_same_places() {
        for (key, ru, en) in ALL {
            for place in (0..10).map(|n| format!("{{{n}}}")) {
                assert_eq!(ru.contains(&place), en.contains(&place), "{key} {place}");
            }
        }
    }

    #[test]
    fn nouns_have_the_forms_of_their_language() {
        let fixed = ["weekdays", "weekdays_short", "months"];
        for (key, ru, en) in ALL.iter().filter(|(key, ru, _)| ru.contains('|') && !fixed.contains(key)) {
            assert_eq!((ru.split('|').count(), en.split('|').count()), (3, 2), "{key}");
        }
    }
}
