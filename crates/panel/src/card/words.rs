//! Each word of the card's panel, in both languages. Forms of a noun are parted by `|`, places in a template
//! are `{0}`, `{1}`, …

use crate::lang::Lang;

macro_rules! words {
    ($($key:ident: $ru:literal, $en:literal;)*) => {
        /// The words of one language.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $key: &'static str,)*
        }
        const RU: Words = Words { $($key: $ru,)* };
        const EN: Words = Words { $($key: $en,)* };
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $ru, $en),)*];
    };
}

words! {
    // Time
    second: "с", "s";
    minute: "мин", "min";
    hour: "ч", "h";
    at_once: "сразу", "at once";
    at_today: "сегодня в\u{a0}{0}", "today at\u{a0}{0}";
    at_tomorrow: "завтра в\u{a0}{0}", "tomorrow at\u{a0}{0}";
    at_yesterday: "вчера в\u{a0}{0}", "yesterday at\u{a0}{0}";
    at_weekday: "{0} в\u{a0}{1}", "{0} at\u{a0}{1}";
    on_weekdays: "в\u{a0}понедельник|во\u{a0}вторник|в\u{a0}среду|в\u{a0}четверг|в\u{a0}пятницу|в\u{a0}субботу|в\u{a0}воскресенье",
        "on\u{a0}Monday|on\u{a0}Tuesday|on\u{a0}Wednesday|on\u{a0}Thursday|on\u{a0}Friday|on\u{a0}Saturday|on\u{a0}Sunday";

    // The clocks
    clocks: "Таймеры", "Timers";
    answer: "Ответить клиенту", "Answer the client";
    left: "осталось {0}", "{0} left";
    overdue: "просрочено на {0}", "{0} overdue";
    starts: "отсчёт начнётся {0}", "the clock starts {0}";
    goes_on: "отсчёт продолжится {0}", "the clock goes on {0}";
    waits: "Заявка пришла {0}. Норма ответа: {1}.", "The lead came {0}. Target: {1}.";
    message_waits: "Клиент написал {0}. Норма ответа: {1}.", "The client wrote {0}. Target: {1}.";
    message_off_hours: "Клиент написал в нерабочее время. Норма ответа: {0}.",
        "The client wrote outside working hours. Target: {0}.";
    came_off_hours: "Заявка пришла в нерабочее время. Норма ответа: {0}.",
        "The lead came outside working hours. Target: {0}.";
    off_hours: "Сейчас нерабочее время. Останется {0} из {1}.", "Outside working hours. {0} of {1} will be left.";
    off_hours_late: "Сейчас нерабочее время, счёт продолжится {0}.",
        "Outside working hours; the count goes on {0}.";
    stands: "на паузе", "on hold";
    checking_left: "проверяю, не ответили ли уже", "checking for an answer";
    met: "Ответили вовремя", "Answered in time";
    late: "Ответили поздно", "Answered late";
    took: "за {0}", "within {0}";
    took_late: "за {0}", "after {0}";
    target: "Норма ответа: {0} рабочего времени.", "Target: {0} of working time.";
    ended: "Закрыта без ответа", "Closed unanswered";
    ended_left: "срок ещё не вышел", "before the deadline";
    no_clock: "Таймера ответа нет", "No response timer";
    no_clock_manual: "Сделку создал сотрудник, это не заявка клиента.",
        "An employee created this deal; it is not a client’s request.";
    no_clock_import: "Сделка из импорта, это не заявка клиента.",
        "This deal was imported; it is not a client’s request.";
    no_clock_unmeasured: "Заявки этой воронки мы не отсчитываем.", "Leads of this pipeline are not timed.";
    no_clock_before: "Заявка пришла до того, как мы начали наблюдать за CRM.",
        "The lead came before we began to observe the CRM.";
    no_clock_unknown: "Мы не видели, откуда пришла эта сделка.", "We did not see where this deal came from.";
    won: "Сделка выиграна", "The deal is won";
    lost: "Сделка проиграна", "The deal is lost";
    closed_answered: "первый ответ за {0}", "first answer within {0}";
    closed_note: "Отсчёт по закрытой сделке не идёт.", "No clock runs for a closed deal.";
    fresh: "Новая сделка", "A new deal";
    fresh_left: "ещё не сохранена", "not saved yet";
    fresh_note: "Заполнять можно уже сейчас: считаем по тому, что на экране.",
        "You can fill it in already: we count what is on the screen.";

    // The board
    badge_checking: "проверяю", "checking";
    badge_missing: "Заполнено {0}, не хватает: {1}", "{0} filled in, missing: {1}";
    badge_more: "ещё {0}", "{0} more";

    // The server
    clock: "Таймер", "Timer";
    server: "Подсказки", "Hints";
    loading: "загружаем…", "loading…";
    unreachable: "нет связи с сервером", "no connection to the server";
    slow: "сервер долго не отвечает", "the server is slow to answer";
    garbled: "ответ сервера не разобрать", "the server’s answer makes no sense";
    refused: "сервер не узнал вас", "the server did not recognise you";
    unset: "сервер не указан", "no server is set";
    retry_note: "Подключимся сами. Заполненность считаем и без сервера.",
        "We will reconnect by ourselves. Completeness works without the server.";
    retry_bare_note: "Подключимся сами, как только он ответит.", "We will reconnect as soon as it answers.";
    refused_note: "Обновите страницу. Если не поможет, позовите администратора.",
        "Reload the page. If that does not help, call your administrator.";
    unset_note: "Администратору: впишите адрес сервера в настройках виджета.",
        "For the administrator: enter the server’s address in the widget’s settings.";
    stale_note: "Нет связи с\u{a0}{0}. Показываем последнее известное.",
        "No connection since {0}. This is the last we know.";

    unseen: "Новая для нас сделка", "A deal that is new to us";
    unseen_note: "Сервер ещё ничего о ней не знает. Заполненность считаем по тому, что на экране.",
        "The server knows nothing about it yet. We count what is on the screen.";
    hidden: "Сделка коллеги", "A colleague’s deal";
    hidden_note: "Таймеры и подсказки видит ответственный. Здесь только заполненность.",
        "Timers and hints are for its owner. Here is only what is filled in.";

    // Completeness
    completeness: "Заполненность карточки", "Completeness of the card";
    filled_of: "Заполнено {0} из {1}", "{0} of {1} filled in";
    full: "Всё заполнено", "Everything is filled in";
    full_note: "Сделку можно двигать дальше.", "The deal can move on.";
    stage_note: "Этап «{0}»", "Stage “{0}”";
    next_note: "Следующий этап попросит ещё {0} {1}.", "The next stage will ask for {0} more {1}.";
    fields: "поле|поля|полей", "field|fields";
    asks_nothing: "Здесь поля не обязательны", "Nothing is mandatory here";
    no_stage: "Этого этапа нет в регламенте", "The policy does not know this stage";
    no_pipeline: "Для этой воронки нет регламента", "There is no policy for this pipeline";
    no_policy_note: "Обязательных полей нет, работайте как обычно.", "No field is mandatory; work as usual.";
    not_checked: "Закрытую сделку не проверяем", "Closed deals are not checked";
    rules_loading: "Загружаем регламент…", "Loading the policy…";
    rules_absent: "Регламент ещё не загружен", "The policy is not loaded yet";
    rules_absent_note: "Покажем, что заполнить, как только сервер ответит.",
        "We will show what to fill in as soon as the server answers.";
    now: "Заполнить сейчас", "Fill in now";
    for_next: "Для следующего этапа", "For the next stage";
    for_next_named: "Для этапа «{0}»", "For stage “{0}”";

    checklist: "Чек-лист", "Check-list";

    // The next step
    next: "Что дальше", "What is next";
    all_done: "Здесь всё в порядке", "All is well here";
    next_task: "Следующая задача {0}.", "The next task is {0}.";
    lead_late: "Заявка без ответа, срок был {0}.", "The lead is unanswered; the deadline was {0}.";
    lead_waits: "Заявка ждёт ответа, срок {0}.", "The lead waits for an answer; the deadline is {0}.";
    message_late: "Клиент написал и ждёт, срок ответа был {0}.", "The client wrote and waits; the deadline was {0}.";
    message_due: "Клиент написал и ждёт, срок ответа {0}.", "The client wrote and waits; the deadline is {0}.";
    do_task: "Выполнить задачу", "Do the task";
    task_late: "Её срок был {0}.", "It was due {0}.";
    plan_task: "Поставить задачу", "Set a task";
    no_next_step: "У сделки нет следующего шага.", "The deal has no next step.";
    follow_up: "Напомнить о себе", "Follow up";
    silent: "Мы писали {0}, клиент молчит дольше нормы.", "We wrote {0}; the client has been silent for too long.";
    move_on: "Сдвинуть сделку или закрыть", "Move the deal on or close it";
    stage_stands: "Сделка пришла на этап {0} и стоит дольше нормы.",
        "The deal came to this stage {0} and has stood for too long.";
    deal_stands: "Последнее движение было {0}.", "Nothing has happened since {0}.";
    deal_lasts: "Сделка открыта {0} и не закрыта в срок.", "The deal was opened {0} and is not closed in time.";
    fill_in: "Заполнить: {0}", "Fill in: {0}";
    stage_asks: "На этом этапе поле обязательно, а сейчас: {0}.", "This stage needs it, and it is: {0}.";
    next_asks: "Следующий этап его потребует, а сейчас: {0}.",
        "The next stage will need it, and it is: {0}.";
    ask: "Спросить: {0}", "Ask: {0}";
    list_open: "В чек-листе нет ответа.", "The check-list has no answer.";
    list_open_named: "В чек-листе «{0}» нет ответа.", "The check-list “{0}” has no answer.";
    untraced: "Иначе не узнать, откуда пришёл клиент.", "Or nobody will know where the client came from.";

    // Beside the work
    origin: "Откуда клиент", "Where the client came from";
    known: "известно", "known";
    lacks: "нет: {0}", "missing: {0}";
    changed: "Последнее изменение", "Last change";
    by_client: "клиент", "the client";
    by_robot: "робот", "a robot";
    by_colleague: "коллега", "a colleague";

    doubles: "Возможные дубли", "Possible duplicates";
    deal_number: "Сделка №\u{a0}{0}", "Deal No.\u{a0}{0}";
    same_phone: "тот же телефон", "the same phone";
    same_email: "та же почта", "the same e-mail";
    same_inn: "тот же ИНН", "the same tax number";
    day: "Мой день", "My day";
    act_forms: "действие|действия|действий", "action|actions";
    tasks_done: "Задач выполнено", "Tasks done";
    in_time: "Ответили вовремя", "Answered in time";
    of: "{0} из {1}", "{0} of {1}";
    overdue_deals: "Просроченных сделок", "Overdue deals";
    usual: "Действий за обычный день", "Actions on a usual day";
    team: "Середина по команде сегодня", "The team’s middle today";
    first_days: "Первые 7 дней: таймеры, подсказки и заполненность уже работают. Сравнение с обычным днём появится {0}.",
        "The first 7 days: timers, hints and completeness work already. A usual day to compare with comes {0}.";

    // Answered outside
    outside: "Ответил вне CRM", "Answered outside the CRM";
    outside_at: "Когда", "When";
    outside_how: "Как ответили", "How you answered";
    outside_note: "Засчитаем с ваших слов, отдельно от подтверждённых ответов.",
        "It counts by your word, apart from confirmed answers.";
    by_call: "Звонок", "Call";
    by_chat: "Мессенджер", "Messenger";
    by_meeting: "Встреча", "Meeting";
    by_mail: "Почта", "Mail";
    sending: "Отправляем…", "Sending…";
    unsent: "Не отправилось. Попробуйте ещё раз.", "It was not sent. Try again.";
    claimed: "Ответили вне CRM", "Answered outside the CRM";
    claimed_took: "за {0}, со слов", "within {0}, self-reported";

    // Fields and reasons
    amount: "Бюджет", "Budget";
    responsible: "Ответственный", "Responsible";
    next_step: "Следующий шаг", "Next step";
    source: "Источник", "Source";
    channel: "Канал", "Channel";
    contact: "Телефон или почта", "Phone or e-mail";
    field: "Поле {0}", "Field {0}";
    done: "готово", "done";
    empty: "не заполнено", "empty";
    no_task: "нет открытой задачи", "no open task";
    task_past: "срок задачи прошёл", "the task is past its deadline";
    past: "дата уже прошла", "the date is in the past";
    not_positive: "должен быть больше нуля", "must be above zero";
    not_a_person: "нет в списке сотрудников", "not on the list of people";
    blank: "только знаки, без слов", "signs only, no words";
    placeholder: "отписка вместо ответа", "a stand-in, not an answer";
    repeated: "один и тот же знак", "one character over and over";
    sequence: "набор символов подряд", "keys in a row";
    phone: "это не номер телефона", "not a phone number";
    email: "это не адрес почты", "not an e-mail address";
    inn: "такого ИНН нет, проверьте цифры", "no such tax number, check the digits";
    kpp: "это не КПП", "not a registration reason code";
    ogrn: "такого ОГРН нет, проверьте цифры", "no such registration number, check the digits";
    no_number: "нужно число больше нуля", "a number above zero is needed";
    checking: "проверяем…", "checking…";
    unchecked: "проверим, когда вернётся связь", "to be checked once connected";
    absent: "поля нет в этой карточке, скажите администратору",
        "this card has no such field, tell your administrator";
}

pub(super) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ru => &RU,
        Lang::En => &EN,
    }
}
