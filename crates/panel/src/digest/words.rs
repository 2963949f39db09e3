//! The words of a digest, in Russian and English.

use crate::said::Pair;
use takeroot_core::digest::{Light, Why};

pub(super) const WEEK: Pair = ("Неделя {0}", "The week of {0}");
pub(super) const MONTH: Pair = ("Месяц {0}", "The month of {0}");
pub(super) const QUARTER: Pair = ("Квартал {0}", "The quarter of {0}");
pub(super) const ANSWERS: Pair = ("Заявки и ответы", "Leads and answers");
pub(super) const AT_END: Pair = ("На конец {0}", "At the end of {0}");
pub(super) const OUTCOMES: Pair = ("Исходы и люди", "Outcomes and people");
pub(super) const BESIDE: Pair = ("Рядом с прошлым периодом", "Beside the period before");
pub(super) const BETTER: Pair = ("Лучше", "Better");
pub(super) const WORSE: Pair = ("Хуже", "Worse");
pub(super) const SAME: Pair = (
    "Заметных перемен нет: показатели те же, или случаев мало.",
    "Nothing has turned: the figures are the same, or the cases few.",
);
pub(super) const ALONE: Pair = (
    "Сравнить не с чем: прошлый период мы не наблюдали.",
    "There is nothing to compare with: the period before was not observed.",
);
pub(super) const SINCE: Pair = ("С прошлой сводки", "Since the last digest");
pub(super) const FIRST: Pair = ("Это первая сводка.", "This is the first digest.");
pub(super) const MOVED: Pair = ("{0}: было {1}, стало {2}", "{0}: was {1}, is {2}");
pub(super) const MORE: Pair = ("и ещё {0}", "and {0} more");
pub(super) const UNMOVED: Pair = ("{0}: цифры не изменились.", "{0}: the figures have not changed.");
pub(super) const TO_OPEN: Pair = ("Открыть сегодня", "To open today");
pub(super) const DEAL: Pair = ("Сделка {0}", "Deal {0}");
pub(super) const OPEN_PAGE: Pair = ("Вся сводка", "The whole summary");
pub(super) const DEFINITIONS: Pair = ("Как считаются цифры", "How the figures are defined");
pub(super) const TEST: Pair = ("Проверка", "Test");
pub(super) const TESTED: Pair = (
    "Это проверочная отправка: так будут выглядеть сводки.",
    "This was sent for a test: so digests will look.",
);

pub(super) const fn why(why: Why) -> Pair {
    match why {
        Why::Waiting => ("ждёт первого ответа", "waits for a first response"),
        Why::Overdue => ("просрочена", "is overdue"),
        Why::Stuck => ("без движения", "does not move"),
    }
}

/// A light as a sign, and its ink on paper.
pub(super) const fn light(light: Light) -> (&'static str, &'static str) {
    match light {
        Light::Good => ("🟢", "#2e7d4f"),
        Light::Warn => ("🟡", "#b26a00"),
        Light::Bad => ("🔴", "#b3261e"),
        Light::Unknown => ("⚪", "#6b6f68"),
    }
}
