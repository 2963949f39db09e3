use super::*;
use crate::demo::{Company, TODAY};
use crate::frame::OWNER_CSS;
use takeroot_core::contribution::{Count, Measure, Took};

fn page(company: &Company, document: &Document<Summary>, account: &str, lang: Lang) -> String {
    let days = [TODAY.plus(-3), TODAY, TODAY.plus(1)];
    let Company { policy, zone, .. } = company;
    let (base, query) = ("/owner/30441694", "?token=abc");
    owner_page(&OwnerPage { account, document, policy, zone, days: &days, lang, base, query })
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
    assert_eq!(terms.len(), 10);
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
fn without_data_nothing_is_invented() {
    let company = Company::default();
    let html = page(&company, &company.summary(Vec::new()), "", Lang::Ru);
    assert!(html.contains("Нет данных: за 7 дней в CRM ничего не произошло."));
    assert!(!html.contains("0\u{a0}%"));
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
