//! What is wrong with an account and how to mend it, in plain words.

use crate::lang::{Lang, Reader, fill};
use crate::number::{counted, duration};
use crate::text::name;
use takeroot_core::connection::Trouble;
use takeroot_core::digest::Unsent;
use takeroot_core::doctor::{Ailment, Diagnosis};

/// What is wrong with an account, and what to do: lines, the last one without its end.
#[must_use]
pub fn diagnosis(account: &str, told: &Diagnosis, lang: Lang) -> String {
    let account = name(account).unwrap_or_default();
    if told.ailments.is_empty() {
        return fill(lang.either("{0}: здоров.", "{0}: is well."), &[&account]);
    }
    let n = i64::try_from(told.ailments.len()).unwrap_or(0);
    let found = counted(n, lang.either("находка|находки|находок", "finding|findings"), lang);
    let mut lines = vec![format!("{account}: {found}.")];
    for ailment in &told.ailments {
        let (wrong, mend) = said(ailment, lang, Reader::Desk);
        lines.extend([format!("  • {wrong}"), format!("    {mend}")]);
    }
    lines.join("\n")
}

/// What is wrong, and what to do.
#[must_use]
pub(crate) fn said(ailment: &Ailment, lang: Lang, reader: Reader) -> (String, String) {
    let (wrong, mend, parts) = words(ailment, lang);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let told = |(ru, en): (&'static str, &'static str)| fill(&reader.reads(lang.either(ru, en)), &parts);
    (told(wrong), told(mend))
}

type Said = (&'static str, &'static str);

fn words(ailment: &Ailment, lang: Lang) -> (Said, Said, Vec<String>) {
    match ailment {
        Ailment::Suspended { since } => (
            (
                "Аккаунт приостановлен с {0}: ничего не принимается и не показывается.",
                "The account is suspended since {0}: nothing is taken and nothing shown.",
            ),
            (
                "Его вернёт администратор сервера‹: takeroot account resume›.",
                "The server’s operator ends that‹: takeroot account resume›.",
            ),
            vec![since.to_string()],
        ),
        Ailment::Unreadable { trouble, since } => {
            let (wrong, mend) = unreadable(*trouble);
            (wrong, mend, vec![since.to_string()])
        }
        Ailment::Asleep { since } => (
            (
                "С {0} ничего не разбирается: будильник аккаунта не сработал.",
                "Nothing has been worked on since {0}: the account’s alarm did not ring.",
            ),
            (
                "Сейчас он разбужен. Если повторится, проверьте, не перезапускается ли сервер и есть ли место на диске.",
                "It was woken just now. If it happens again, see whether the server restarts and its disk is full.",
            ),
            vec![since.to_string()],
        ),
        Ailment::NotConnected => (
            (
                "CRM не подключена: о сообщениях, звонках и причинах отказа ничего не известно.",
                "The CRM is not connected: nothing is known of messages, calls and loss reasons.",
            ),
            ("Подключите её‹: takeroot account connect›.", "Connect it‹: takeroot account connect›."),
            Vec::new(),
        ),
        Ailment::WebhooksDisabled => (
            (
                "CRM отключила вебхуки: ей долго не отвечали.",
                "The CRM has switched the webhooks off: it went unanswered for long.",
            ),
            (
                "Включите их в CRM: Настройки → Интеграции → Web hooks, «Включить» и «Сохранить».",
                "Switch them on there: Settings → Integrations → Webhooks, Enable and Save.",
            ),
            Vec::new(),
        ),
        Ailment::WebhooksRefused { status } => (
            (
                "CRM не даёт подписаться на вебхуки (ответ {0}): в тарифе их нет, или у подключившего нет прав.",
                "The CRM does not let its webhooks be subscribed (it answers {0}): the tariff has none, or whoever connected it may not.",
            ),
            (
                "Смените тариф или подключите от имени администратора. До тех пор CRM читается раз в минуту.",
                "Change the tariff, or connect it as an admin. Until then the CRM is read once a minute.",
            ),
            vec![status.to_string()],
        ),
        Ailment::WebhooksMissing { kinds } => (
            ("Вебхуки не сообщают о нужном: {0}.", "The webhooks do not tell of what is needed: {0}."),
            (
                "Отметьте это в CRM: Настройки → Интеграции → Web hooks; или подключите заново.",
                "Tick it in the CRM: Settings → Integrations → Webhooks; or connect it again.",
            ),
            vec![kinds.join(", ")],
        ),
        Ailment::WebhooksSilent { since } => (
            (
                "С {0} нет ни одного вебхука, хотя в CRM работают.",
                "No webhook came since {0}, though people work in the CRM.",
            ),
            (
                "Проверьте, открыт ли адрес вебхуков из интернета (сертификат, nginx, брандмауэр) и включены ли они в CRM.",
                "See whether the webhooks’ address can be reached from the internet (certificate, nginx, firewall), and that they are on in the CRM.",
            ),
            vec![since.to_string()],
        ),
        Ailment::Silent { since } => (
            (
                "С {0}, больше половины рабочего дня, ничего не произошло.",
                "Nothing has happened since {0}, more than half a working day.",
            ),
            (
                "Если в CRM работали, проверьте подключение и вебхуки; если нет, проверьте рабочее время в регламенте.",
                "If people have worked in the CRM, check the connection and the webhooks; if not, check the policy’s working hours.",
            ),
            vec![since.to_string()],
        ),
        Ailment::OwnerLeft { user } => (
            (
                "Тот, кто подключал (пользователь {0}), отключён в CRM: доступ скоро пропадёт.",
                "Whoever connected it (user {0}) has left: the access will end soon.",
            ),
            CONNECT_AS_ADMIN,
            vec![user.to_string()],
        ),
        Ailment::OwnerNotAdmin { user } => (
            (
                "Тот, кто подключал{0}, не администратор: часть данных CRM не показывает.",
                "Whoever connected it{0} is no admin: the CRM does not show everything.",
            ),
            CONNECT_AS_ADMIN,
            vec![match user {
                0 => String::new(),
                user => fill(lang.either(" (пользователь {0})", " (user {0})"), &[&user.to_string()]),
            }],
        ),
        Ailment::TokenEnds { at } => (
            ("Долгосрочный токен действует до {0}.", "The long-lived token holds until {0}."),
            (
                "Сделайте новый в CRM и подключите заново‹: takeroot account connect --token-file›.",
                "Make a new one in the CRM and connect again‹: takeroot account connect --token-file›.",
            ),
            vec![at.to_string()],
        ),
        Ailment::ListRefused { path, status } => (
            ("CRM не показывает {0} (ответ {1}).", "The CRM does not show {0} (it answers {1})."),
            (
                "Проверьте тариф и права того, кто подключал.",
                "Check the tariff, and the rights of whoever connected it.",
            ),
            vec![path.clone(), status.to_string()],
        ),
        Ailment::FieldsGone { fields } => (
            (
                "Полей из регламента больше нет в CRM: {0}.",
                "Fields of the policy are no longer in the CRM: {0}.",
            ),
            (
                "Уберите их из регламента или верните в CRM: пока каждая карточка без них неполна.",
                "Take them out of the policy, or bring them back: until then every card is incomplete without them.",
            ),
            vec![list(fields.iter())],
        ),
        Ailment::StagesGone { stages } => (
            (
                "Этапов из регламента больше нет в CRM: {0}.",
                "Stages of the policy are no longer in the CRM: {0}.",
            ),
            ("Уберите их из регламента.", "Take them out of the policy."),
            vec![list(stages.iter().map(|(_, stage)| stage))],
        ),
        Ailment::DigestUnsent { target, trouble, since } => {
            let (wrong, mend, status) = unsent(*trouble);
            (wrong, mend, vec![name(target).unwrap_or_default(), since.to_string(), status.to_string()])
        }
        Ailment::DigestUnready { target } => (
            (
                "Сводки «{0}» не отправляются: секреты в архив не входят.",
                "No digests go to “{0}”: secrets are in no archive.",
            ),
            (
                "Пусть администратор сервера задаст получателя заново‹, с его номером: takeroot account digest A --add FILE›.",
                "Let the server’s operator give it anew‹, with its number: takeroot account digest A --add FILE›.",
            ),
            vec![name(target).unwrap_or_default()],
        ),
        Ailment::ClockSkew { seconds } => {
            let is_ahead = *seconds > 0;
            let side = match is_ahead {
                true => lang.either("впереди", "ahead of"),
                false => lang.either("позади", "behind"),
            };
            (
                ("Часы CRM {1} часов сервера на {0}.", "The CRM’s clock is {0} {1} this server’s."),
                (
                    "Пусть администратор сервера включит синхронизацию времени‹: timedatectl set-ntp true›.",
                    "Let the server’s clock be set by the network‹: timedatectl set-ntp true›.",
                ),
                vec![duration(seconds.abs(), lang), side.to_owned()],
            )
        }
        Ailment::Quarantined { n } => (
            ("За сутки не разобрано: {0}.", "In a day, {0} could not be read."),
            (
                "Что и почему, скажет администратор сервера‹: takeroot account quarantine›. После обновления они разберутся повторным чтением.",
                "What and why, the server’s operator can tell‹: takeroot account quarantine›. A newer release reads them again.",
            ),
            vec![counted(
                *n,
                lang.either("тело вебхука|тела вебхуков|тел вебхуков", "webhook body|webhook bodies"),
                lang,
            )],
        ),
    }
}

const CONNECT_AS_ADMIN: Said =
    ("Подключите заново от имени действующего администратора.", "Connect it again as an admin who stays.");

/// Why a digest did not arrive, what to do, and the status.
fn unsent(trouble: Unsent) -> (Said, Said, u16) {
    let mend = (
        "Проверьте адрес и ключи‹: takeroot account digest A --test N›. Боту в Telegram нужно написать первым.",
        "Check address and keys‹: takeroot account digest A --test N›. A Telegram bot is to be written to first.",
    );
    match trouble {
        Unsent::Silent => (
            (
                "Сводка «{0}» от {1} не доставлена: никто не ответил.",
                "The digest to “{0}” of {1} did not arrive: nobody answered.",
            ),
            mend,
            0,
        ),
        Unsent::NotAllowed => (
            (
                "Сводка «{0}» от {1} не отправлена: её адресат не разрешён на этом сервере.",
                "The digest to “{0}” of {1} was not sent: this server may not call its host.",
            ),
            (
                "Пусть администратор сервера разрешит его‹: назовёт хост в OUTBOUND_HOSTS и перезапустит сервер›.",
                "Let the server’s operator allow it‹: name the host in OUTBOUND_HOSTS and restart the server›.",
            ),
            0,
        ),
        Unsent::Refused { status } => (
            (
                "Сводка «{0}» от {1} не доставлена: её отвергли (ответ {2}).",
                "The digest to “{0}” of {1} did not arrive: it was refused (the answer is {2}).",
            ),
            mend,
            status,
        ),
    }
}

fn unreadable(trouble: Trouble) -> (Said, Said) {
    match trouble {
        Trouble::Unauthorized => (
            (
                "С {0} CRM не принимает наш доступ: его отозвали, или тот, кто подключал, уволен.",
                "Since {0} the CRM does not take our tokens: they were revoked, or whoever connected it has left.",
            ),
            (
                "Подключите заново‹: takeroot account connect›.",
                "Connect it again‹: takeroot account connect›.",
            ),
        ),
        Trouble::Unpaid => (
            (
                "С {0} CRM не оплачена, или её тариф без API.",
                "Since {0} the CRM is not paid, or its tariff has no API.",
            ),
            (
                "Оплатите или смените тариф: чтение продолжится само.",
                "Pay or change it: the reading goes on by itself.",
            ),
        ),
        Trouble::Blocked => (
            (
                "С {0} CRM закрыла нам доступ за частые запросы.",
                "Since {0} the CRM shuts us out for asking too often.",
            ),
            (
                "Мы пробуем каждые 15 минут. Если повторится, пусть администратор сервера подключит её с меньшей частотой запросов‹ (--rate)›.",
                "We try every 15 minutes. If it happens again, let the server’s operator connect it with fewer requests a second‹ (--rate)›.",
            ),
        ),
        Trouble::Forbidden => (
            (
                "С {0} тому, кто подключал, нельзя читать аккаунт.",
                "Since {0} whoever connected it may not read the account.",
            ),
            CONNECT_AS_ADMIN,
        ),
        Trouble::ForeignAccount => (
            (
                "С {0} доступ ведёт в другой аккаунт CRM.",
                "Since {0} the tokens are of another account of the CRM.",
            ),
            ("Подключите из того самого аккаунта.", "Connect from this very one."),
        ),
        Trouble::Failing => (
            (
                "С {0} CRM не отвечает или отвечает ошибками.",
                "Since {0} the CRM does not answer, or with errors.",
            ),
            ("Мы пробуем снова; данные не потеряются.", "We try again; nothing will be lost."),
        ),
    }
}

fn list<'a>(ids: impl Iterator<Item = &'a u64>) -> String {
    ids.map(u64::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::time::Moment;

    fn every() -> Vec<Ailment> {
        let since = Moment(1_790_000_000);
        let troubles = [
            Trouble::Unauthorized,
            Trouble::Unpaid,
            Trouble::Blocked,
            Trouble::Forbidden,
            Trouble::ForeignAccount,
            Trouble::Failing,
        ];
        let mut every: Vec<Ailment> =
            troubles.into_iter().map(|trouble| Ailment::Unreadable { trouble, since }).collect();
        every.extend([
            Ailment::Suspended { since },
            Ailment::Asleep { since },
            Ailment::NotConnected,
            Ailment::WebhooksDisabled,
            Ailment::WebhooksRefused { status: 402 },
            Ailment::WebhooksMissing { kinds: vec!["note_lead".to_owned()] },
            Ailment::WebhooksSilent { since },
            Ailment::Silent { since },
            Ailment::OwnerLeft { user: 7 },
            Ailment::OwnerNotAdmin { user: 0 },
            Ailment::OwnerNotAdmin { user: 7 },
            Ailment::TokenEnds { at: since },
            Ailment::ListRefused { path: "/api/v4/events".to_owned(), status: 403 },
            Ailment::FieldsGone { fields: vec![1, 2] },
            Ailment::StagesGone { stages: vec![(3, 4)] },
            Ailment::DigestUnsent { target: "Олег".to_owned(), trouble: Unsent::Silent, since },
            Ailment::DigestUnsent { target: "Олег".to_owned(), trouble: Unsent::NotAllowed, since },
            Ailment::DigestUnsent {
                target: "Олег".to_owned(),
                trouble: Unsent::Refused { status: 403 },
                since,
            },
            Ailment::DigestUnready { target: "Олег".to_owned() },
            Ailment::ClockSkew { seconds: -90 },
            Ailment::Quarantined { n: 3 },
        ]);
        every
    }

    #[test]
    fn every_ailment_is_said_with_its_mend_and_nothing_is_left_open() {
        for lang in [Lang::Ru, Lang::En] {
            for (ailment, reader) in every().iter().flat_map(|one| [(one, Reader::Desk), (one, Reader::Page)])
            {
                let (wrong, mend) = said(ailment, lang, reader);
                for told in [&wrong, &mend] {
                    let is_whole = told.ends_with('.') && !told.contains(['{', '}', '‹', '›']);
                    assert!(is_whole, "{ailment:?}: {told}");
                    let is_for_desk =
                        ["takeroot", "timedatectl", "OUTBOUND", "--"].iter().any(|of| told.contains(of));
                    assert!(reader == Reader::Desk || !is_for_desk, "{ailment:?}: {told}");
                }
            }
        }
    }

    #[test]
    fn a_round_ends_with_what_to_do() {
        let told = |ailments| diagnosis("amo-7", &Diagnosis { ailments, ..Diagnosis::default() }, Lang::Ru);
        assert_eq!(told(Vec::new()), "amo-7: здоров.");
        let text = told(vec![Ailment::ClockSkew { seconds: 120 }, Ailment::Quarantined { n: 3 }]);
        let text = text.replace('\u{a0}', " ");
        assert_eq!(
            text,
            "amo-7: 2 находки.\n  • Часы CRM впереди часов сервера на 2 мин.\n    Пусть администратор сервера включит \
             синхронизацию времени: timedatectl set-ntp true.\n  • За сутки не разобрано: 3 тела вебхуков.\n    Что и \
             почему, скажет администратор сервера: takeroot account quarantine. После обновления они разберутся \
             повторным чтением."
        );
    }
}
