//! Problems of hours, clocks, dates and people.

use super::Template;
use takeroot_core::policy::lint::Kind;

pub(super) fn said(kind: &Kind) -> Option<(Template, Vec<String>)> {
    Some(match kind {
        Kind::UnknownZone { zone, near } if near.is_empty() => say!(
            "нет часового пояса «{0}»",
            "Возьмите имя из базы IANA, например Europe/Moscow.",
            "there is no time zone «{0}»",
            "Use a name of the IANA database, such as Europe/Moscow.",
            zone,
        ),
        Kind::UnknownZone { zone, near } => say!(
            "нет часового пояса «{0}»",
            "Похожие: {1}.",
            "there is no time zone «{0}»",
            "Some like it: {1}.",
            zone,
            near.join(", "),
        ),
        Kind::NeverOpens => say!(
            "в календаре нет ни одного рабочего часа",
            "Дайте рабочие часы хотя бы одному дню недели‹: mon = [[\"09:00\", \"18:00\"]]›.",
            "the calendar never opens",
            "Give at least one weekday its hours‹: mon = [[\"09:00\", \"18:00\"]]›.",
        ),
        Kind::WholeDayWindow => say!(
            "окно кончается тогда же, когда начинается: это целые сутки",
            "Если так и нужно, напишите с 00:00 до 24:00‹: [\"00:00\", \"24:00\"]›.",
            "the window ends when it begins, which is a whole day",
            "If that is meant, write 00:00 to 24:00‹: [\"00:00\", \"24:00\"]›.",
        ),
        Kind::LongNight { hours } => say!(
            "конец окна раньше начала: окно идёт через полночь {0} ч",
            "Поменяйте начало и конец местами или разделите окно на два.",
            "the window ends before it begins: it runs over midnight for {0} hours",
            "Swap its ends, or part it in two.",
            hours,
        ),
        Kind::OverlappingWindows => say!(
            "окно пересекается с другим",
            "Сдвиньте границу или объедините окна.",
            "the window overlaps another one",
            "Move an end, or join the windows.",
        ),
        Kind::TooManyWindows { max } => {
            say!("окон больше {0}", "Объедините окна.", "more than {0} windows", "Join some of them.", max,)
        }
        Kind::DateAndHoliday { date } => say!(
            "{0} — и праздник, и день со своими часами; действуют часы",
            "Оставьте что-то одно‹: уберите дату из holidays или из dates›.",
            "{0} is a holiday and has hours of its own; the hours win",
            "Keep one of them‹: remove the date from holidays, or from dates›.",
            date,
        ),
        Kind::BreakWithoutHours { date } => say!(
            "{0} не рабочий день: перерыв ничего не меняет",
            "Уберите перерыв или дайте дате часы‹ в dates›.",
            "{0} has no hours: the break changes nothing",
            "Remove the break, or give the date hours‹ under dates›.",
            date,
        ),
        Kind::UnusedCalendar { name } => say!(
            "календарь «{0}» никто не использует",
            "Назовите его у воронки, таймера или сотрудника‹ (calendar = \"{0}\")› или уберите.",
            "nobody uses the calendar «{0}»",
            "Name it at a pipeline, a clock or a person‹ (calendar = \"{0}\")›, or remove it.",
            name,
        ),
        Kind::NoCalendar { name, nearest: Some(nearest) } => say!(
            "нет графика «{0}»‹ в calendars›",
            "Похоже на «{1}».",
            "there are no hours called «{0}»‹ in calendars›",
            "It looks like «{1}».",
            name,
            nearest,
        ),
        Kind::NoCalendar { name, nearest: None } => say!(
            "нет графика «{0}»‹ в calendars›",
            "Добавьте его‹ разделом [calendars.{0}]› или уберите.",
            "there are no hours called «{0}»‹ in calendars›",
            "Add it‹ as a section [calendars.{0}]›, or remove it.",
            name,
        ),
        Kind::ZeroTarget { .. } => say!(
            "срок равен нулю",
            "Поставьте больше нуля‹: 15m, 2h, 3d›.",
            "the time is zero",
            "Make it more than zero‹: 15m, 2h, 3d›.",
        ),
        Kind::TargetBeyondDay { span, day, days } => say!(
            "{0} рабочего времени — больше рабочего дня ({1}): срок растянется на несколько дней",
            "Если нужны дни, задайте срок в днях‹: \"{2}d\"›; если круглые сутки, нужен график без перерывов‹: свой calendar у таймера›.",
            "{0} of business time is more than a working day ({1}), so it takes days",
            "If days are meant, give it in days‹: \"{2}d\"›; if hours round the clock, it needs hours that never close‹: a calendar of its own›.",
            span,
            day,
            days,
        ),
        Kind::Percent { percent } => say!(
            "{0} % больше ста",
            "Напишите от 0 до 100: сколько процентов срока осталось, когда пора предупредить.",
            "{0} % is more than a hundred",
            "Write 0 to 100: the percent of the time left at which to warn.",
            percent,
        ),
        Kind::StopsAtStart => say!(
            "таймер останавливает то же, что его запускает",
            "Уберите это: что останавливает таймер, обычно ясно из того, что его запускает‹ (starts)›.",
            "what stops the clock is what starts it",
            "Remove it: what starts a clock‹ (starts)› usually says what stops it.",
        ),
        Kind::AlwaysPaused => say!(
            "таймер стоит на паузе на всех своих этапах",
            "Уберите из пауз‹ (pauses)› этап, на котором он должен идти.",
            "the clock stands in every stage in which it may start",
            "Remove from its pauses‹ (pauses)› a stage in which it is to run.",
        ),
        Kind::ReversedDates { from, to } => say!(
            "последний день {1} раньше первого {0}",
            "Поменяйте даты местами.",
            "the last day {1} is before the first, {0}",
            "Swap the dates.",
            from,
            to,
        ),
        Kind::VersionOrder { date, after } => say!(
            "версия с {0} стоит после версии с {1}: она изменила бы прошлое",
            "Расположите версии по датам; прошлое судят по регламенту его дня.",
            "the version from {0} stands below the one from {1}: it would change the past",
            "Put the versions in the order of their dates; a day stays judged by the policy of its day.",
            date,
            after,
        ),
        Kind::SameDate { date } => say!(
            "две версии с {0}",
            "Объедините их или дайте второй другую дату.",
            "two versions from {0}",
            "Join them, or give the second another date.",
            date,
        ),
        Kind::ChangesNothing => say!(
            "версия ничего не меняет",
            "Добавьте разделы, которые меняются, или уберите версию.",
            "the version changes nothing",
            "Give the sections that change, or remove the version.",
        ),
        _ => return people(kind),
    })
}

/// Problems of the roster and the pilot.
fn people(kind: &Kind) -> Option<(Template, Vec<String>)> {
    Some(match kind {
        Kind::WithoutGroup { person } => say!(
            "сотрудник {0} ни в одной группе",
            "Выберите ему группу‹ (group)›.",
            "the person {0} is in no group",
            "Choose one‹ (group)›.",
            person,
        ),
        Kind::EmptyGroup { group } => say!(
            "в группе {0} никого нет",
            "Выберите её у сотрудников‹ (group = {0})› или уберите.",
            "the group {0} has nobody",
            "Choose it at people‹ (group = {0})›, or remove it.",
            group,
        ),
        Kind::OverlappingAbsences => say!(
            "отсутствия пересекаются",
            "Объедините их в одно.",
            "the absence overlaps another one",
            "Join them into one.",
        ),
        Kind::NoHead => say!(
            "в списке сотрудников нет руководителя: некому сообщать о заявках отсутствующих",
            "Отметьте руководителя‹: head = true›.",
            "the roster has no head: nobody hears of the leads of those who are away",
            "Mark one‹: head = true›.",
        ),
        Kind::ServiceHead => say!(
            "служебная учётная запись отмечена руководителем",
            "Выберите что-то одно‹: уберите head или service›.",
            "a service account is marked as a head",
            "Choose one of the two‹: remove head, or service›.",
        ),
        Kind::NobodyWorks => say!(
            "в списке только служебные учётные записи",
            "Добавьте сотрудников или уберите раздел: тогда сотрудник — каждый пользователь CRM.",
            "the roster has service accounts only",
            "Add people, or remove the section: then every user of the CRM is a person.",
        ),
        Kind::EmptyPilot => say!(
            "в пилоте никого и ничего нет",
            "Выберите людей, группы или воронки‹: users, groups, pipelines›.",
            "the pilot has nobody and nothing",
            "Choose people, groups or pipelines‹: users, groups, pipelines›.",
        ),
        Kind::ShortPilot { days, min } => say!(
            "пилот длится дней: {0}; меньше {1} ничего не покажут",
            "Продлите до 2–4 недель.",
            "the pilot lasts {0} days; fewer than {1} show nothing",
            "Make it two to four weeks.",
            days,
            min,
        ),
        Kind::LongPilot { days, max } => say!(
            "пилот длится дней: {0}; больше {1} — уже не пилот",
            "Сократите до 2–4 недель.",
            "the pilot lasts {0} days; more than {1} are no pilot",
            "Make it two to four weeks.",
            days,
            max,
        ),
        _ => return None,
    })
}
