//! The words of the desk, in Russian and in English.

use super::{Done, Listing, Word};
use crate::lang::Lang;
use takeroot_core::acceptance::{BaselineState, Period};
use takeroot_core::digest::Unsent;
use takeroot_core::logbook::EntryKind;

/// The template in Russian and in English, and what fills it.
pub(super) fn done(done: &Done<'_>, lang: Lang) -> (&'static str, &'static str, Vec<String>) {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    match done {
        Done::Opened { account, hook, owner, server } => {
            (OPENED[0], OPENED[1], texts(&[account, hook, owner, server]))
        }
        Done::Rotated { hook } => (ROTATED[0], ROTATED[1], texts(&[hook])),
        Done::Connected { account, host } => (
            "Подключено: {1}. История читается; первая находка будет через несколько минут:\n\
             takeroot account connection {0}",
            "Connected to {1}. Its history is being read; the first finding is there in some minutes:\n\
             takeroot account connection {0}",
            texts(&[account, host]),
        ),
        Done::Authorize { account, url } => (
            "Откройте как администратор CRM, не позже чем через час, и разрешите доступ:\n  {1}\n\
             Потом: takeroot account connection {0}",
            "Open this as an admin of the CRM, within an hour, and say yes there:\n  {1}\n\
             Then: takeroot account connection {0}",
            texts(&[account, url]),
        ),
        Done::PolicyWritten { revision } => (
            "Регламент принят и действует с завтрашнего дня; прошлые дни остаются по прежнему. Его номер: {0}.",
            "The policy is taken and holds from tomorrow on; days of before stay as they are. Its revision: {0}.",
            vec![revision.to_string()],
        ),
        Done::Disconnected { webhooks_ended: Some(false) } => (
            "Отключено: доступ забыт, прочитанное на месте. Вебхуки CRM не сняла: уберите их сами в CRM,\n\
             Настройки → Интеграции → Web hooks.",
            "Disconnected: the tokens are forgotten, what was read stays. The CRM did not remove its webhooks: remove\n\
             them there, Settings → Integrations → Webhooks.",
            Vec::new(),
        ),
        Done::Disconnected { webhooks_ended: Some(true) } => (
            "Отключено: вебхуки в CRM сняты, доступ забыт. Прочитанное на месте.",
            "Disconnected: the webhooks are removed in the CRM, its tokens forgotten. What was read stays.",
            Vec::new(),
        ),
        Done::Disconnected { webhooks_ended: None } => (
            "Отключено: доступ забыт, вебхуков не было. Прочитанное на месте.",
            "Disconnected: the tokens are forgotten, there were no webhooks. What was read stays.",
            Vec::new(),
        ),
        Done::Suspended => (
            "Аккаунт приостановлен: вебхуки не принимаются, страница и карточки закрыты. Данные на месте.\n\
             Вернуть: takeroot account resume.",
            "The account is suspended: webhooks are refused, its page and cards are closed. Its data stay.\n\
             To end it: takeroot account resume.",
            Vec::new(),
        ),
        Done::Resumed => (
            "Аккаунт снова работает. То, что CRM присылала во время приостановки, не принято.",
            "The account works again. What the CRM sent while it was suspended was not taken.",
            Vec::new(),
        ),
        Done::Granted { id, page, token, ends } => (
            GRANTED[0],
            GRANTED[1],
            vec![id.to_string(), (*page).to_owned(), (*token).to_owned(), end(*ends, lang)],
        ),
        Done::GrantedHead { id, token, ends } => {
            (HEAD[0], HEAD[1], vec![id.to_string(), (*token).to_owned(), end(*ends, lang)])
        }
        Done::DigestAdded { id, name, host } => (
            "Сводки «{1}» будут уходить через {2}. Проверить сейчас: takeroot account digest A --test {0}",
            "Digests to “{1}” go by way of {2}. To see whether they arrive: takeroot account digest A --test {0}",
            texts(&[&id.to_string(), name, host]),
        ),
        Done::DigestRemoved { id, name } => (
            "Сводок «{1}» ({0}) больше не будет.",
            "“{1}” ({0}) gets no digests any more.",
            texts(&[&id.to_string(), name]),
        ),
        Done::DigestTested { id, trouble: None } => (
            "Проверочная сводка {0} принята. Посмотрите, пришла ли она.",
            "The test digest to {0} was taken. See whether it arrived.",
            vec![id.to_string()],
        ),
        Done::DigestTested { id, trouble: Some(trouble) } => (
            "Проверочная сводка {0} не принята: {1}.",
            "The test digest to {0} was not taken: {1}.",
            texts(&[&id.to_string(), &super::unsent(*trouble, lang)]),
        ),
        Done::Revoked { id } => (
            "Доступ {0} отозван: его ссылка больше не открывается.",
            "Access {0} is revoked: its link opens nothing any more.",
            vec![id.to_string()],
        ),
        Done::LogWritten { id } => (
            "Записано под номером {0}. На странице появится через минуту.",
            "Written down under the number {0}. The page shows it within a minute.",
            vec![id.to_string()],
        ),
        Done::LogStruck { id } => {
            ("Запись {0} вычеркнута.", "Entry {0} is struck out.", vec![id.to_string()])
        }
        Done::Baseline(BaselineState { uploaded: None, observed_from }) => (
            "Прежние дни не загружены. CRM наблюдается с {0}.",
            "No days of before are uploaded. The CRM is observed from {0} on.",
            vec![observed_from.to_string()],
        ),
        Done::Baseline(BaselineState { uploaded: Some(Period { from, to }), observed_from }) => (
            "Загружены дни с {0} по {1}. CRM наблюдается с {2}: в сравнение «было и стало» идут дни раньше этой даты.",
            "Uploaded: {0} to {1}. The CRM is observed from {2} on: days earlier than that go into before and after.",
            [from, to, observed_from].map(ToString::to_string).into(),
        ),
        Done::WorkbookWritten { file, days } => (
            "Таблица записана в {0}, дней: {1}. В ней имена сотрудников: пересылайте её тем, кому они известны.",
            "The workbook is written to {0}, days: {1}. It names people: send it to those who know them.",
            texts(&[file, &days.to_string()]),
        ),
        Done::Exported { account, file, pages, bytes } => {
            let parts = [(*account).to_owned(), (*file).to_owned(), pages.to_string(), bytes.to_string()];
            (EXPORTED[0], EXPORTED[1], parts.into())
        }
        Done::Imported { account, has_secret, is_suspended } => {
            let next = if *is_suspended { ARRIVED_SUSPENDED } else { ARRIVED };
            let secret = if *has_secret { ["", ""] } else { WITHOUT_SECRET };
            let said = |[ru, en]: [&'static str; 2]| match lang {
                Lang::Ru => ru.to_owned(),
                Lang::En => en.to_owned(),
            };
            let parts = [said(next), said(secret)].map(|part| part.replace("ACCOUNT", account));
            let [next, secret] = parts.map(|part| part.replace("CRM_ID", account.trim_start_matches("amo-")));
            (IMPORTED[0], IMPORTED[1], vec![(*account).to_owned(), next, secret])
        }
        Done::Deleted { account } => (
            "Аккаунт {0} удалён: на сервере от него ничего не осталось. Удалите вебхук и в amoCRM.",
            "The account {0} is deleted: nothing of it is left on the server. Remove the webhook in amoCRM, too.",
            texts(&[account]),
        ),
    }
}

fn end(ends: Option<takeroot_core::time::Moment>, lang: Lang) -> String {
    match (ends, lang) {
        (Some(at), Lang::Ru) => format!("действует до {at}"),
        (Some(at), Lang::En) => format!("it ends at {at}"),
        (None, Lang::Ru) => "действует, пока не отозван".to_owned(),
        (None, Lang::En) => "it holds until it is revoked".to_owned(),
    }
}

const OPENED: [&str; 2] = [
    "Аккаунт {0} подключён.

Адрес для вебхуков — вставьте в amoCRM: «amoМаркет» → «⋯» → «WebHooks» → «Добавить хук»,
отметьте все события сделок, контактов, компаний, задач и примечаний:
  {1}
Адрес — секрет: кто его знает, может присылать данные. Сменить: takeroot account rotate {0}

Страница собственника — передайте ссылку собственнику, она открывается без пароля:
  {2}
Отозвать: takeroot account revoke {0} 1; ссылка для других: takeroot account token {0}

Виджет карточки — загрузите архив виджета в интеграцию и укажите в его настройках адрес:
  {3}",
    "The account {0} is connected.

The address for webhooks: paste it into amoCRM under «amoMarket» → «⋯» → «WebHooks» → «Add webhook»,
with all events of leads, contacts, companies, tasks and notes:
  {1}
It is a secret: whoever knows it can send data. To change it: takeroot account rotate {0}

The owner's page: hand the link to the owner, it opens without a password:
  {2}
To revoke it: takeroot account revoke {0} 1; links for others: takeroot account token {0}

The card's widget: upload the widget's archive to the integration, and set in its settings the address:
  {3}",
];

const ROTATED: [&str; 2] = [
    "Новый адрес для вебхуков — замените им прежний в amoCRM («amoМаркет» → «⋯» → «WebHooks»):
  {0}
Прежний адрес действует до следующей смены: если он стал известен посторонним, смените ещё раз,
как только новый вставлен.",
    "The new address for webhooks: put it in place of the old one in amoCRM («amoMarket» → «⋯» → «WebHooks»):
  {0}
The old address stays valid until the next rotation: where strangers know it, rotate once more
as soon as the new one is in place.",
];

const GRANTED: [&str; 2] = [
    "Доступ {0}, {3}. Ссылка показана один раз:
  {1}
Токен для программ (заголовок authorization: Bearer …):
  {2}",
    "Access {0}, {3}. The link is shown once:
  {1}
The token for scripts (header authorization: Bearer …):
  {2}",
];

const HEAD: [&str; 2] = [
    "Доступ {0} к дням своей группы и её сделкам, {2}. Страница показывает всю компанию и этим токеном
не открывается; токен для программ (заголовок authorization: Bearer …) показан один раз:
  {1}",
    "Access {0} to the days of the group and to its deals, {2}. The page is of the whole company and does not open
with it; the token for scripts (header authorization: Bearer …) is shown once:
  {1}",
];

const EXPORTED: [&str; 2] = [
    "Аккаунт {0} записан в {1}: страниц {2}, байт {3}.
Архив так же конфиденциален, как сама CRM: храните его зашифрованным и не пересылайте открыто.
То, что CRM пришлёт с этого момента, в него не вошло; перед переездом приостановите аккаунт
(takeroot account suspend {0}) и выгрузите ещё раз.",
    "The account {0} is written to {1}: {2} pages, {3} bytes.
An archive is as confidential as the CRM itself: keep it encrypted, and send it nowhere in the open.
What the CRM sends from now on is not in it; before you move, suspend the account
(takeroot account suspend {0}) and export it again.",
];

const IMPORTED: [&str; 2] = [
    "Архив принят целиком, аккаунт {0} открыт. {1}{2}",
    "The archive is whole, the account {0} is open. {1}{2}",
];

const ARRIVED: [&str; 2] = [
    "Показатели пересчитываются и скоро появятся на странице.",
    "Its figures are being judged and soon on the page.",
];

const ARRIVED_SUSPENDED: [&str; 2] = [
    "Он приостановлен, как был при выгрузке.\nКогда новый адрес вставлен в amoCRM: takeroot account resume ACCOUNT",
    "It is suspended, as it was when it was exported.\n\
     Once the new address is in amoCRM: takeroot account resume ACCOUNT",
];

const WITHOUT_SECRET: [&str; 2] = [
    "\nСекрет интеграции в архиве не хранится, без него карточки не откроются. Задайте его:
  takeroot account add --crm-id CRM_ID --client-secret-file FILE",
    "\nThe client secret is not in an archive, and without it no card opens. Set it:
  takeroot account add --crm-id CRM_ID --client-secret-file FILE",
];

/// The headings, parted by `|`, and what an empty table says.
pub(super) const fn headings(listing: Listing, lang: Lang) -> (&'static str, &'static str) {
    match (listing, lang) {
        (Listing::Accounts, Lang::Ru) => {
            ("АККАУНТ|КОМПАНИЯ|ПОЯС|ПОСЛЕДНИЙ ДЕНЬ", "аккаунтов пока нет: takeroot account add подключает")
        }
        (Listing::Accounts, Lang::En) => {
            ("ACCOUNT|COMPANY|ZONE|LAST DAY", "no accounts yet: takeroot account add opens one")
        }
        (Listing::Grants, Lang::Ru) => ("№|РОЛЬ|ВЫДАН|ДО|СОСТОЯНИЕ|ДЛЯ КОГО", "доступов нет"),
        (Listing::Grants, Lang::En) => ("NO|ROLE|MADE|ENDS|STATE|NOTE", "no grants"),
        (Listing::Quarantine, Lang::Ru) => {
            ("КОГДА|БАЙТ|ID|ПОЧЕМУ НЕ ПРОЧИТАНО", "всё, что прислала CRM, прочитано")
        }
        (Listing::Quarantine, Lang::En) => {
            ("WHEN|BYTES|ID|WHY IT WAS NOT READ", "all that the CRM sent was read")
        }
        (Listing::Audit, Lang::Ru) => ("№|КОГДА|КТО|ЧТО|ПОДРОБНО", "записей нет"),
        (Listing::Audit, Lang::En) => ("NO|WHEN|WHO|WHAT|DETAIL", "no entries"),
        (Listing::Log, Lang::Ru) => ("№|ДЕНЬ|ЧТО|СРОК|СДЕЛАНО|ТЕКСТ", "журнал пуст"),
        (Listing::Log, Lang::En) => ("NO|DAY|WHAT|DUE|DONE|TEXT", "the log is empty"),
        (Listing::Status, _) => ("", ""),
        (Listing::Preview, Lang::Ru) => ("ПРОШЛЫЕ 7 ДНЕЙ|КАК БЫЛО|КАК БЫЛО БЫ", ""),
        (Listing::Preview, Lang::En) => ("THE LAST 7 DAYS|AS IT WAS|AS IT WOULD HAVE BEEN", ""),
        (Listing::Digests, Lang::Ru) => {
            ("№|КОМУ|ЧЕРЕЗ|КАК ЧАСТО|ЧАС|ПОСЛЕДНЯЯ СВОДКА", "сводки никому не отправляются")
        }
        (Listing::Digests, Lang::En) => {
            ("NO|TO WHOM|BY|HOW OFTEN|HOUR|THE LAST DIGEST", "nobody gets digests")
        }
    }
}

pub(super) const fn entry_kind(kind: EntryKind) -> (&'static str, &'static str) {
    match kind {
        EntryKind::Pain => ("неудобство", "pain"),
        EntryKind::Request => ("запрос", "request"),
        EntryKind::Release => ("изменение", "release"),
    }
}

/// Why a digest did not arrive, and the status that fills it.
pub(super) fn unsent(trouble: Unsent) -> (&'static str, &'static str, String) {
    match trouble {
        Unsent::Silent => ("никто не ответил", "nobody answered", String::new()),
        Unsent::NotAllowed => (
            "хост не разрешён: назовите его в OUTBOUND_HOSTS",
            "this server may not call its host: name it in OUTBOUND_HOSTS",
            String::new(),
        ),
        Unsent::Refused { status } => {
            ("отвергнута, ответ {0}", "refused, the answer is {0}", status.to_string())
        }
    }
}

pub(super) const fn word(word: Word) -> (&'static str, &'static str) {
    match word {
        Word::Owner => ("собственник", "owner"),
        Word::Head => ("руководитель группы", "head of group"),
        Word::Reader => ("читатель", "reader"),
        Word::Holds => ("действует", "holds"),
        Word::Revoked => ("отозван", "revoked"),
        Word::Ended => ("закончился", "ended"),
        Word::Never => ("без срока", "never"),
        Word::NoSecrets => ("нужны секреты: задайте заново", "its secrets are missing: give it anew"),
        Word::Company => ("компания", "company"),
        Word::Zone => ("часовой пояс", "zone"),
        Word::LastDay => ("последний опубликованный день", "last published day"),
        Word::Facts => ("фактов в журнале", "facts in the journal"),
        Word::Deliveries => ("вебхуков хранится", "webhooks kept"),
        Word::Quarantined => ("не прочитано", "not read"),
        Word::Published => ("всё опубликовано", "all is published"),
        Word::SuspendedSince => ("приостановлен с", "suspended since"),
        Word::Yes => ("да", "yes"),
        Word::NotYet => ("ещё нет", "not yet"),
    }
}
