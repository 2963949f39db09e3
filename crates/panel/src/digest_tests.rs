use super::*;
use crate::demo::{Company, TODAY};
use takeroot_core::contribution::{Count, Took};
use takeroot_core::digest::Why;

/// The digest of a document, as if its figures were all of its days.
fn made<'a>(
    company: &'a Company,
    document: &'a Document<Summary>,
    change: impl Fn(DigestSource<'a>) -> DigestSource<'a>,
) -> Digest {
    let source = DigestSource {
        account: "amo-1",
        company: "ООО «Ромашка»",
        kind: Kind::Daily,
        document,
        now: (&document.figures.day, document.envelope),
        missing: 0,
        then: None,
        before: None,
        deals: &[],
        crm_host: Some("sad.amocrm.ru"),
        policy: &company.policy,
        zone: &company.zone,
        lang: Lang::Ru,
    };
    digest(&change(source))
}

fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn five_lines_say_the_figures_of_the_page() {
    let company = Company::default();
    let document = company.busy();
    for lang in [Lang::Ru, Lang::En] {
        let told = made(&company, &document, |source| DigestSource { lang, ..source });
        assert_eq!(told.lines.len(), 5);
        let page = crate::owner::owner_page(&company.page(&document, lang));
        assert!(page.contains(&told.lines[0].text));
        for key in keys(lang.words()).iter().filter(|key| super::told(key)) {
            let figure = (key.read)(&document.figures.day).figure(lang).text;
            assert!(
                page.contains(&figure) && told.lines.iter().any(|line| line.text.contains(&figure)),
                "{figure}"
            );
        }
    }
}

#[test]
fn few_cases_and_no_data_are_said() {
    let company = Company::default();
    let few = company.document(&[(Count::Entered, 3), (Count::InTime, 2), (Count::Breached, 1)], 1);
    let told = made(&company, &few, |source| source);
    assert!(plain(&told.lines[1].text).contains("ответ в срок 67 % (2 из 3, мало случаев)"), "{told:?}");
    assert!(plain(&told.lines[1].text).contains("первый ответ, медиана нет данных"), "{told:?}");
    let empty = company.document::<Count>(&[], 0);
    let told = made(&company, &empty, |source| DigestSource { missing: 2, ..source });
    assert!(
        plain(&told.lines[0].text)
            .starts_with("Нет данных: за 7 дней в CRM ничего не произошло. Нет сводок за 2 дня"),
        "{told:?}"
    );
    assert_eq!(told.light, Light::Unknown);
}

#[test]
fn what_was_sent_stays_and_the_next_one_says_what_moved() {
    let company = Company::default();
    let then = company.document(&[(Count::Entered, 30), (Count::InTime, 23), (Count::Breached, 5)], 2);
    let now = company.document(&[(Count::Entered, 30), (Count::InTime, 25), (Count::Breached, 5)], 2);
    let sent = made(&company, &then, |source| source);
    assert_eq!(sent.lines[4].text, "Это первая сводка.");
    let kept: Digest = sent.clone();
    let next = made(&company, &now, |source| DigestSource {
        before: Some((&kept, Some(&now.figures.day))),
        ..source
    });
    assert_eq!(plain(&next.lines[4].text), "20 ноября: ответ в срок: было 82 %, стало 83 %.");
    let same = made(&company, &now, |source| DigestSource {
        before: Some((&kept, Some(&then.figures.day))),
        ..source
    });
    assert_eq!(plain(&same.lines[4].text), "20 ноября: цифры не изменились.");
    let gone = made(&company, &now, |source| DigestSource { before: Some((&kept, None)), ..source });
    assert_eq!(plain(&gone.lines[4].text), "20 ноября: нет данных.");
}

#[test]
fn a_longer_one_says_what_turned_beside_the_period_before() {
    let company = Company::default();
    let document = company.busy();
    let (week, before) = (&document.figures.week, &document.figures.week_before);
    let told = made(&company, &document, |source| DigestSource {
        kind: Kind::Weekly,
        now: (week, document.envelope),
        then: Some(before),
        ..source
    });
    assert_eq!(plain(&told.title), "Неделя 14–20 ноября 2026");
    assert!(told.lines[0].text.contains("Хуже:") || told.lines[0].text.contains("Лучше:"), "{told:?}");
    let alone = made(&company, &document, |source| DigestSource {
        kind: Kind::Weekly,
        now: (week, document.envelope),
        ..source
    });
    assert!(alone.lines[0].text.starts_with("Сравнить не с чем"), "{alone:?}");
    assert_eq!((alone.figures.from, alone.figures.to), (TODAY.plus(-6), TODAY));
    // What is kept reads as the document did.
    assert_eq!(alone.figures.all.n(Count::Entered), week.all.n(Count::Entered));
    assert_eq!(alone.figures.all.times(Took::Response).median_s, week.all.times(Took::Response).median_s);
}

#[test]
fn no_name_breaks_a_message_and_none_is_too_long() {
    let company = Company::default();
    let document = company.busy();
    let hostile = "<b>Ж & \"К\"</b>\r\nBcc: x\u{202e}".repeat(9);
    let deals = [Why::Waiting, Why::Overdue, Why::Stuck].map(|why| ToOpen { id: u64::MAX, why });
    let mut told =
        made(&company, &document, |source| DigestSource { company: &hostile, deals: &deals, ..source });
    told.lines.iter_mut().for_each(|line| line.text = format!("{}<script>", line.text).repeat(90));
    let page = "https://takeroot.example/owner/amo-1?token=a&x=\"><script>";
    for lang in [Lang::Ru, Lang::En] {
        let message = digest_message(&told, Some(page), true, lang);
        assert!(!message.subject.contains(['\r', '\n', '\u{202e}']));
        assert!(!message.html.contains("<script") && !message.telegram.contains("<script"));
        assert!(
            message.telegram.encode_utf16().count() <= 4096,
            "{}",
            message.telegram.encode_utf16().count()
        );
        assert!(message.html.len() < 50_000);
        let tags = ["<b>", "</b>", "<i>", "</i>", "</a>", "<a href=\""];
        let bare = tags.iter().fold(message.telegram.clone(), |text, tag| text.replace(tag, ""));
        assert!(!bare.replace("\">", "").contains(['<', '>']), "{bare}");
    }
}

#[test]
fn a_message_leads_to_the_page_of_its_days_and_to_the_deals() {
    let company = Company::default();
    let document = company.busy();
    let deals = [ToOpen { id: 77, why: Why::Waiting }];
    let told = made(&company, &document, |source| DigestSource { deals: &deals, ..source });
    let message = digest_message(&told, Some("https://t.example/owner/amo-1?token=k#x"), false, Lang::Ru);
    let link = "https://t.example/owner/amo-1/2026-11-20?token=k&lang=ru";
    assert!(message.text.contains(&format!("Вся сводка: {link}\n")), "{}", message.text);
    for part in ["Сделка 77, ждёт первого ответа: https://sad.amocrm.ru/leads/detail/77", "#def-entered"]
    {
        assert!(message.text.contains(part), "{}", message.text);
    }
    assert!(
        message.telegram.contains(&link.replace('&', "&amp;")) && message.html.contains("leads/detail/77")
    );
    let weekly = Digest { kind: Kind::Weekly, ..told };
    let message = digest_message(&weekly, Some("https://t.example/owner/amo-1?token=k"), false, Lang::En);
    assert!(message.text.contains("amo-1?token=k&lang=en&from=2026-11-20&to=2026-11-20"), "{}", message.text);
    let message = digest_message(&weekly, None, false, Lang::En);
    assert!(!message.html.contains("token") && !message.text.contains("http://"));
}

#[test]
fn each_word_is_said_in_both_languages() {
    let said: Vec<&str> = include_str!("digest/words.rs")
        .split("pub(super) const fn light")
        .next()
        .unwrap()
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    let is_russian = |text: &str| text.chars().any(|c| ('А'..='я').contains(&c));
    for pair in said.chunks(2) {
        assert!(is_russian(pair[0]) && !is_russian(pair[1]), "{pair:?}");
        assert_eq!(pair[0].matches('{').count(), pair[1].matches('{').count(), "{pair:?}");
    }
}
