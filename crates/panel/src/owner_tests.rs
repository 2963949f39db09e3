use super::*;
use crate::demo::{Company, TODAY};
use crate::frame::OWNER_CSS;
use takeroot_core::acceptance::evidence::Evidence;
use takeroot_core::acceptance::{Metric, Period, Ratio, State};
use takeroot_core::contribution::{Count, Measure, Place, Took};
use takeroot_core::day::{Block, DayPoint};
use takeroot_core::fact::Subject;
use takeroot_core::logbook::EntryKind;
use takeroot_core::policy::{Named, Person};

fn page(company: &Company, document: &Document<Summary>, account: &str, lang: Lang) -> String {
    chosen(company, document, account, lang, Choice::default())
}

fn chosen(
    company: &Company,
    document: &Document<Summary>,
    account: &str,
    lang: Lang,
    choice: Choice<'_>,
) -> String {
    let days = [TODAY.plus(-3), TODAY, TODAY.plus(1)];
    owner_page(&OwnerPage {
        account,
        days: &days,
        base: "/owner/30441694",
        query: "?token=abc",
        choice,
        ..company.page(document, lang)
    })
}

fn busy(lang: Lang) -> String {
    let company = Company::default();
    page(&company, &company.busy(), "ООО «Ромашка»", lang)
}

#[test]
fn the_page_works_under_a_policy_without_scripts_and_inline_styles() {
    for lang in [Lang::Ru, Lang::En] {
        let html = busy(lang);
        for forbidden in
            ["<script", " style=", "<style", "javascript:", " onclick", "<img", "http:", "https:"]
        {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        assert!(html.contains(r#"<link rel="stylesheet" href="/assets/owner.css">"#));
        assert!(html.contains(r#"<meta name="referrer" content="no-referrer">"#));
        assert!(html.starts_with("<!DOCTYPE html>"));
    }
    assert!(!OWNER_CSS.contains("url(") && !OWNER_CSS.contains("@import"));
}

#[test]
fn the_page_says_its_language_and_links_to_the_other() {
    let html = busy(Lang::Ru);
    assert!(html.contains(r#"<html lang="ru">"#));
    assert!(html.contains(r#"href="/owner/30441694/2026-11-20?token=abc&amp;lang=en""#));
    assert!(busy(Lang::En).contains(r#"href="/owner/30441694/2026-11-20?token=abc&amp;lang=ru""#));
}

#[test]
fn the_page_links_to_its_published_neighbours() {
    let html = busy(Lang::Ru);
    assert!(html.contains(r#"rel="prev" href="/owner/30441694/2026-11-17?token=abc&amp;lang=ru""#));
    assert!(html.contains(r#"rel="next" href="/owner/30441694/2026-11-21?token=abc&amp;lang=ru""#));
}

#[test]
fn names_from_the_crm_are_harmless() {
    let mut company = Company::default();
    company.policy.people[0].name = "<img src=x onerror=alert(1)>\u{202e}\u{0}Анна".into();
    company.policy.people[1].name = "\u{2066}\u{200b}".into();
    company.policy.people[2].name = "ж".repeat(5000);
    company.policy.pipelines[0].name = "\"><script>alert(1)</script>".into();
    let html = page(&company, &company.busy(), "</title><script>x</script>", Lang::Ru);
    assert!(!html.contains("<img") && !html.contains("<script"));
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;Анна"));
    assert!(html.contains("id 102"), "a name of nothing visible gives way to the id");
    assert!(html.contains(&format!("{}…", "ж".repeat(79))));
    assert!(html.chars().all(|c| !matches!(c, '\u{0}' | '\u{202e}' | '\u{2066}' | '\u{200b}')));
}

#[test]
fn every_figure_links_to_a_definition() {
    let html = busy(Lang::Ru);
    let terms: Vec<&str> =
        html.split("href=\"#def-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(terms.len() > 60, "{}", terms.len());
    for term in terms {
        assert!(html.contains(&format!("id=\"def-{term}\"")), "{term}");
    }
}

#[test]
fn a_day_before_the_observation_says_so() {
    let mut company = Company::default();
    company.observed_from = company.zone.start_of(TODAY.plus(1));
    let html = page(&company, &company.busy(), "", Lang::Ru);
    assert!(html.contains("в этот день мы ещё не наблюдали за CRM"));
    assert!(!html.contains("лучше") && !html.contains("отвечает поздно"));
}

#[test]
fn days_that_were_uploaded_are_said_to_be() {
    let company = Company::default();
    let mut document = company.busy();
    let said = |document: &Document<Summary>| {
        [
            (Lang::Ru, "«Было» посчитано по загруженной истории"),
            (Lang::En, "“Before” is of an uploaded history"),
        ]
        .map(|(lang, words)| page(&company, document, "", lang).matches(words).count())
    };
    assert_eq!(said(&document), [0, 0]);
    document.figures.acceptance.as_mut().unwrap().comparison.uploaded = true;
    assert_eq!(said(&document), [1, 1]);
    let told = crate::terminal(&document, &company.policy, &company.zone, "", Lang::Ru);
    assert!(told.contains("«Было» посчитано по загруженной истории"), "{told}");
}

#[test]
fn without_data_nothing_is_invented() {
    let company = Company::default();
    let html = page(&company, &company.summary(Vec::new()), "", Lang::Ru);
    assert!(html.contains("Нет данных: за 7 дней в CRM ничего не произошло."));
    assert!(!html.contains(">0\u{a0}%"));
    assert!(!html.contains("<svg class=\"chart\""));
}

#[test]
fn the_state_of_the_document_is_said_in_the_accounts_time() {
    let company = Company::default();
    let mut document = company.busy();
    assert!(page(&company, &document, "", Lang::Ru).contains(r#"<p class="status">итог дня</p>"#));
    document.envelope.is_final = false;
    document.envelope.revision = 4;
    document.envelope.as_of = "2026-11-20T11:05:00Z".parse().unwrap();
    let html = page(&company, &document, "", Lang::Ru);
    assert!(html.contains(r#"<p class="status">по состоянию на 14:05, редакция 4</p>"#));
    assert!(html.contains("<small>сейчас</small>"), "a gauge of a day that lasts");
}

#[test]
fn few_cases_are_said_on_the_page() {
    let company = Company::default();
    let document = company.document(
        &[
            (Measure::Count(Count::InTime), 6),
            (Measure::Count(Count::Breached), 1),
            (Measure::Took(Took::Response, 240), 7),
        ],
        8,
    );
    let html = page(&company, &document, "", Lang::Ru).replace('\u{a0}', " ");
    assert!(html.contains("6 из 7, мало случаев"));
    assert!(html.contains("мало случаев: 7"));
}

/// The names of managers, from the top.
fn managers(html: &str) -> Vec<&str> {
    let table = html.split("ledger managers").nth(1).unwrap().split("</table>").next().unwrap();
    table.split("<bdi>").skip(1).filter_map(|rest| rest.split('<').next()).collect()
}

#[test]
fn managers_are_sorted_by_the_column_that_the_address_names() {
    let company = Company::default();
    let document = company.busy();
    let sorted = |sort, ascending| {
        let choice = Choice { sort, ascending, ..Choice::default() };
        chosen(&company, &document, "", Lang::Ru, choice)
    };
    let by_need = sorted("", false);
    let (down, up) = (sorted("active", false), sorted("active", true));
    assert_eq!(managers(&down)[..3], ["Захар", "Жанна", "Егор"]);
    assert_eq!(managers(&up)[..3], ["Анна", "Борис", "Вера"]);
    assert!(down.contains(r#"aria-sort="descending""#) && up.contains(r#"aria-sort="ascending""#));
    assert!(down.contains("sort=active&amp;dir=up#managers"), "taken again it turns");
    assert_eq!(
        managers(&sorted("\"><script>", false)),
        managers(&by_need),
        "what means nothing changes nothing"
    );
    assert!(!sorted("\"><script>", false).contains("<script"));
}

#[test]
fn of_three_hundred_managers_a_page_shows_those_who_need_help_first_and_a_way_to_all() {
    let mut company = Company::default();
    let person = company.policy.people[0].clone();
    company.policy.people.extend((1000..1300).map(|id| Person { id, ..person.clone() }));
    let document = company.busy();
    let all = Choice { everybody: true, ..Choice::default() };
    let (some, all) =
        (page(&company, &document, "", Lang::Ru), chosen(&company, &document, "", Lang::Ru, all));
    assert_eq!(managers(&some).len(), 40);
    assert!(some.contains("all=1#managers") && some.contains("Показать всех: 308"));
    assert_eq!(managers(&all).len(), 308);
    assert!(managers(&some).contains(&"Захар"), "who needs help is on it");
}

#[test]
fn there_is_a_leaderboard_only_where_the_owner_turned_it_on() {
    let mut company = Company::default();
    assert!(!page(&company, &company.busy(), "", Lang::Ru).contains("Рейтинг"));
    company.policy.leaderboard = true;
    assert!(page(&company, &company.busy(), "", Lang::Ru).contains("ни у кого нет 20 закрытых"));
    let place = |manager| Place { pipeline: 1, manager, ..Place::default() };
    let closed = |manager, count, n| (TODAY, place(manager), Measure::Count(count), n);
    let entries = vec![
        closed(101, Count::Won, 5),
        closed(101, Count::Lost, 20),
        closed(102, Count::Won, 12),
        closed(102, Count::Lost, 8),
        closed(103, Count::Won, 19),
    ];
    let html = page(&company, &company.summary(entries), "", Lang::Ru).replace('\u{a0}', " ");
    let board = html.split("leaders-title").nth(2).unwrap().split("</section>").next().unwrap();
    let (boris, anna) = (board.find("Борис").unwrap(), board.find("Анна").unwrap());
    assert!(boris < anna && board.contains("60 %") && board.contains("12 из 20"), "{board}");
    assert!(!board.contains("Вера"), "19 cases are too few");
}

#[test]
fn what_changed_since_yesterday_is_told_with_its_sign() {
    let company = Company::default();
    let document = company.busy();
    let mut then = Glance { signs: document.figures.signs.clone() };
    let of = |then: &Glance| {
        let (yesterday, week_ago) = (Some(then), Some(then));
        owner_page(&OwnerPage { yesterday, week_ago, ..company.page(&document, Lang::Ru) })
    };
    assert!(of(&then).contains("Показатели признаков не изменились."));
    then.signs[0].state = State::Near;
    let mut figures = then.signs.iter_mut().flat_map(|sign| &mut sign.figures);
    figures.find(|figure| figure.criterion.metric == Metric::DauRoster).unwrap().value.n = 0;
    let html = of(&then).replace('\u{a0}', " ");
    let changes = html.split("id=\"changes\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(changes.contains("Данные живут в системе"), "{changes}");
    assert!(changes.contains("жёлтый") && changes.contains("красный"), "{changes}");
    assert!(changes.contains("0,0 %") && changes.contains("лучше"), "{changes}");
}

#[test]
fn the_deals_behind_a_figure_are_links_into_the_crm() {
    let mut evidence = Evidence::default();
    for deal in 1..=300 {
        evidence.add(Subject::Deal(deal), Ratio { n: i64::from(deal % 3 == 0), of: 1 });
    }
    evidence.finish();
    let of = |crm_host| {
        deals_page(&DealsPage {
            account: "<b>",
            crm_host,
            metric: Metric::Overdue,
            period: Period { from: TODAY.plus(-27), to: TODAY },
            pilot: false,
            evidence: &evidence,
            day: TODAY,
            lang: Lang::Ru,
            base: "/o",
            query: "?token=t",
        })
    };
    let html = of(Some("firma.amocrm.ru")).replace('\u{a0}', " ");
    assert!(html.contains("33,3 %: 100 из 300"), "{html}");
    assert!(html.contains(r#"href="https://firma.amocrm.ru/leads/detail/300""#));
    assert!(html.contains("24 октября – 20 ноября"), "{html}");
    assert!(html.find("/detail/300") < html.find("/detail/299"));
    assert!(!of(None).contains("https:") && !html.contains("<b>"));
}

#[test]
fn losses_and_channels_are_named_and_an_id_stands_for_a_name_that_is_not_known() {
    let mut company = Company::default();
    let named = |id, name: &str| Named { id, name: name.into() };
    company.policy.meaning.loss_reasons = vec![named(5, "Дорого")];
    company.policy.sources.names = vec![named(8, "Сайт <b>")];
    let place = |source| Place { pipeline: 1, manager: 101, source, ..Place::default() };
    let at = |measure: Measure, source, n| (TODAY, place(source), measure, n);
    let entries = vec![
        at(Measure::Count(Count::Lost), 8, 4),
        at(Measure::Count(Count::Reasoned), 8, 3),
        at(Measure::LostFor(5), 8, 2),
        at(Measure::LostFor(6), 8, 1),
        at(Measure::Count(Count::Entered), 8, 7),
        at(Measure::Count(Count::Entered), 9, 8),
    ];
    let html = page(&company, &company.summary(entries), "", Lang::Ru).replace('\u{a0}', " ");
    let section =
        |id: &str| html.split(&format!("id=\"{id}\"")).nth(1).unwrap().split("</section>").next().unwrap();
    let losses = section("losses-title");
    assert!(
        losses.contains("22 октября – 20 ноября: причина указана у 3 из 4 отказов (75 %, мало случаев: 4)"),
        "{losses}"
    );
    assert!(losses.contains("Дорого") && losses.contains("id 6") && losses.contains("50 %"), "{losses}");
    let sources = section("sources");
    assert!(sources.find("id 9") < sources.find("Сайт &lt;b&gt;"), "most leads first: {sources}");
}

#[test]
fn the_calendar_tells_each_day_in_words_and_no_data_from_zero() {
    let company = Company::default();
    let point = |back: i32, observed, counts: &[(Count, i64)]| {
        let all = Block { counts: counts.iter().copied().collect(), ..Block::default() };
        DayPoint { day: TODAY.plus(-back), observed, all, acted: 0, roster: 8 }
    };
    let points = [
        point(100, true, &[(Count::Entered, 99)]),
        point(3, false, &[(Count::Entered, 7)]),
        point(2, true, &[]),
        point(1, true, &[(Count::InTime, 3), (Count::Breached, 1)]),
        point(0, true, &[(Count::InTime, 30), (Count::Entered, 31)]),
    ];
    let document = company.busy();
    let of = |figure| {
        let choice = Choice { figure, ..Choice::default() };
        let html = owner_page(&OwnerPage { points: &points, choice, ..company.page(&document, Lang::Ru) });
        let html = html.replace('\u{a0}', " ");
        html.split("id=\"calendar\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    let shares = of("");
    for said in [
        "17 ноября: не наблюдали",
        "18 ноября: нет данных",
        "19 ноября: 75 %, 3 из 4, мало случаев",
        "20 ноября: 100 %, 30 из 30",
        "от 75 до 100",
        r#"href="/o/2026-11-19?lang=ru&amp;figure=in-time""#,
    ] {
        assert!(shares.contains(said), "{said}: {shares}");
    }
    let counts = of("entered");
    assert!(counts.contains("18 ноября: 0") && counts.contains("от 0 до 31"), "{counts}");
    assert!(!counts.contains("99"), "before the last 90 days");
    assert_eq!(of("<b>"), shares, "what means nothing changes nothing");
}

#[test]
fn what_people_wrote_stands_beside_the_figures_and_is_no_markup() {
    let company = Company::default();
    let point = |back: i32, in_time: i64| {
        let counts = [(Count::InTime, in_time), (Count::Breached, 40 - in_time)];
        let all = Block { counts: counts.into_iter().collect(), ..Block::default() };
        DayPoint { day: TODAY.plus(-back), observed: true, all, acted: 0, roster: 8 }
    };
    let points: Vec<DayPoint> =
        (0..4).rev().map(|back| point(back, if back > 1 { 10 } else { 30 })).collect();
    let entry = |kind, back: i32, text: &str| Entry {
        kind,
        day: TODAY.plus(-back),
        text: text.to_owned(),
        ..Entry::default()
    };
    let logbook = [
        Entry {
            owner: 101, by: Some(TODAY.plus(-1)), ..entry(EntryKind::Pain, 9, "<b>Телефон</b>\u{202e}")
        },
        entry(EntryKind::Request, 3, "Ещё не сделано"),
        Entry { priority: Some(1), ..entry(EntryKind::Request, 5, "Самое нужное") },
        Entry { priority: Some(3), ..entry(EntryKind::Request, 2, "Можно потом") },
        entry(EntryKind::Release, 1, "Пакет 1 \"><script>alert(1)</script>"),
    ];
    let document = company.busy();
    let page = company.page(&document, Lang::Ru);
    let html = owner_page(&OwnerPage { points: &points, logbook: &logbook, ..page }).replace('\u{a0}', " ");
    assert!(!html.contains("<script") && !html.contains("<b>Т") && !html.contains('\u{202e}'));
    let part = |id: &str| {
        let part = html.split(&format!("id=\"{id}\"")).nth(1).unwrap();
        part.split("</section>").next().unwrap().to_owned()
    };
    let pains = part("pains");
    assert!(pains.contains("&lt;b&gt;Телефон&lt;/b&gt;"), "{pains}");
    assert!(pains.contains("С 11 ноября, Анна, срок прошёл 19 ноября"), "{pains}");
    let log = part("log");
    for said in
        ["1. <bdi>Пакет 1", "25 %", "20 из 80", "75 %", "60 из 80", "+50 п. п., лучше", "запрос от 17 ноября"]
    {
        assert!(log.contains(said), "{said}: {log}");
    }
    assert_eq!(log.matches("class=\"target\"").count(), 1, "only a change stands on the line");
    let places =
        ["Самое нужное", "Можно потом", "Ещё не сделано", "<bdi>Пакет 1"].map(|text| log.find(text).unwrap());
    assert!(places.is_sorted(), "what is still asked for comes first, by its priority: {places:?}");
    assert!(log.contains("запрос от 15 ноября, приоритет 1"), "{log}");
    let none = owner_page(&OwnerPage { points: &points, ..page });
    assert!(!none.contains("id=\"log\""));
}
