//! How a connection to the CRM stands, and the first thing that was found in its history, as a terminal says it.

use crate::doctor;
use crate::lang::{Lang, Reader, fill};
use crate::number::{counted, integer, parts, percent};
use crate::text::name;
use takeroot_core::connection::{ConnectionState, Finding, Found, Progress};
use takeroot_core::doctor::Ailment;
use takeroot_core::time::Moment;

/// How the connection stands: lines, the last one without its end.
#[must_use]
pub fn connection(state: &ConnectionState, lang: Lang) -> String {
    let say = |ru, en| lang.either(ru, en);
    let Some(host) = &state.host else {
        return say(
            "CRM не подключена. Подключить: takeroot account connect.",
            "The CRM is not connected. To connect it: takeroot account connect.",
        )
        .to_owned();
    };
    let host = name(host).unwrap_or_default();
    let since = state.since.map(|at| at.to_string()).unwrap_or_default();
    let mut lines = vec![fill(say("Подключена {0} с {1}.", "Connected to {0} since {1}."), &[&host, &since])];
    let mut ails = |ailment: Ailment| {
        let (wrong, mend) = doctor::said(&ailment, lang, Reader::Desk);
        lines.push(format!("{wrong} {mend}"));
    };
    if let Some(trouble) = state.trouble {
        let since = state.troubled_since.or(state.since).unwrap_or(Moment(0));
        ails(Ailment::Unreadable { trouble, since });
    }
    for (path, status) in &state.refused {
        ails(Ailment::ListRefused { path: path.clone(), status: *status });
    }
    match &state.webhooks {
        _ if state.webhooks_disabled => ails(Ailment::WebhooksDisabled),
        Some(webhooks) if !webhooks.is_empty() => {
            let n = i64::try_from(webhooks.len()).unwrap_or(0);
            let kinds = counted(
                n,
                say("вид событий|вида событий|видов событий", "kind of event|kinds of events"),
                lang,
            );
            lines.push(fill(say("Вебхуки: {0}.", "Webhooks: {0}."), &[&kinds]));
        }
        _ => lines.push(
            say("Вебхуков нет: CRM только читается.", "There are no webhooks: the CRM is only read.")
                .to_owned(),
        ),
    }
    if let Some(at) = state.read_to {
        lines.push(fill(say("Прочитано до {0}.", "Read up to {0}."), &[&at.to_string()]));
    }
    if let Some(Progress { from, percent: done, done_at, .. }) = state.history {
        let line = match done_at {
            Some(_) => say("История прочитана с {0}.", "History is read from {0} on."),
            None => say("История с {0}: прочитано {1}.", "History from {0} on: {1} is read."),
        };
        lines.push(fill(line, &[&from.to_string(), &percent(done.into(), lang)]));
    }
    if let Some(found) = &state.finding {
        lines.push(String::new());
        lines.push(finding(found, &host, lang));
    }
    lines.join("\n")
}

/// What was found: a sentence, and the addresses of its deals in the CRM.
#[must_use]
pub fn finding(found: &Finding, host: &str, lang: Lang) -> String {
    let say = |ru, en| lang.either(ru, en);
    let leads = say("заявка|заявки|заявок", "lead|leads");
    let deals = say("сделка|сделки|сделок", "deal|deals");
    let days = counted(i64::from(found.period.days()), say("день|дня|дней", "day|days"), lang);
    let (template, noun) = match found.what {
        Found::Missed => {
            (say("За {0} без ответа: {1} из {2}{3}.", "In {0}, without an answer: {1} of {2}{3}."), leads)
        }
        Found::Overdue => {
            (say("В работе просрочено: {1} из {2}{3}.", "Overdue among those at work: {1} of {2}{3}."), deals)
        }
        Found::NoNextStep => {
            (say("Без следующего шага: {1} из {2}{3}.", "Without a next step: {1} of {2}{3}."), deals)
        }
        Found::Nothing => {
            (say("За {0} ответили на все заявки: {2}.", "In {0} every lead was answered: {2}."), leads)
        }
    };
    let share = match parts(found.n, found.of, 100) {
        _ if found.of < FEW_CASES => say(" (мало случаев)", " (few cases)").to_owned(),
        Some(share) => format!(" ({})", percent(share, lang)),
        None => String::new(),
    };
    let (n, of) = (counted(found.n, noun, lang), integer(found.of, lang));
    let mut lines = vec![fill(template, &[&days, &n, &of, &share])];
    lines.extend(found.deals.iter().map(|deal| format!("  https://{host}/leads/detail/{deal}")));
    lines.join("\n")
}

/// Fewer cases say little.
const FEW_CASES: i64 = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::acceptance::Period;
    use takeroot_core::connection::Trouble;
    use takeroot_core::time::Day;

    fn found(what: Found, n: i64, of: i64) -> Finding {
        Finding { what, n, of, period: Period::ending(Day(20_000), 90), deals: vec![17] }
    }

    #[test]
    fn a_finding_is_a_sentence_with_addresses() {
        let said =
            |what, n, of, lang| finding(&found(what, n, of), "x.amocrm.ru", lang).replace('\u{a0}', " ");
        assert_eq!(
            said(Found::Missed, 37, 212, Lang::Ru),
            "За 90 дней без ответа: 37 заявок из 212 (17 %).\n  https://x.amocrm.ru/leads/detail/17"
        );
        assert!(
            said(Found::Missed, 1, 5, Lang::En)
                .starts_with("In 90 days, without an answer: 1 lead of 5 (few cases).")
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_do() {
        let state = ConnectionState {
            host: Some("x.amocrm.ru".to_owned()),
            since: Some(Moment(0)),
            trouble: Some(Trouble::Unauthorized),
            webhooks_disabled: true,
            ..ConnectionState::default()
        };
        let text = connection(&state, Lang::Ru);
        assert!(text.contains("Подключите заново") && text.contains("«Сохранить»"), "{text}");
        assert!(connection(&ConnectionState::default(), Lang::En).contains("takeroot account connect"));
    }
}
