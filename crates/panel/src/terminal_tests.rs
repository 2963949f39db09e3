use super::*;
use crate::demo::{Company, TODAY};
use crate::owner::{OwnerPage, owner_page};

fn shown(company: &Company, lang: Lang) -> String {
    terminal(&company.busy(), &company.policy, &company.zone, "ООО «Ромашка»", lang)
}

fn figures_of(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '%' | ',' | '.' | '\u{202f}' | '−' | '+');
    text.split(|c| !is_part(c))
        .map(|word| word.trim_matches([',', '.']).to_owned())
        .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
        .collect()
}

#[test]
fn lines_fit_eighty_columns() {
    let mut company = Company::default();
    company.policy.people[0].name = "Александра Константиновна Преображенская-Рождественская".into();
    company.policy.people[1].name = "漢字漢字漢字漢字漢字漢字漢字漢字".into();
    for lang in [Lang::Ru, Lang::En] {
        for line in shown(&company, lang).lines() {
            assert!(columns(line) <= COLUMNS_MAX, "{} columns: {line}", columns(line));
        }
    }
}

#[test]
fn the_page_and_the_terminal_say_the_same_figures() {
    let company = Company::default();
    let document = company.busy();
    for lang in [Lang::Ru, Lang::En] {
        let Company { policy, zone, .. } = &company;
        let (base, query) = ("/o", "");
        let html = owner_page(&OwnerPage {
            account: "",
            document: &document,
            policy,
            zone,
            days: &[TODAY],
            lang,
            base,
            query,
        });
        let on_page = figures_of(&html.replace("&lt;", ""));
        for figure in figures_of(&shown(&company, lang)) {
            assert!(on_page.contains(&figure), "{figure} is not on the page");
        }
        let view = View::of(Source { document: &document, policy, zone, account: "", lang });
        let text = shown(&company, lang);
        for tile in &view.tiles {
            assert!(html.contains(&tile.value.text) && text.contains(&tile.value.text), "{}", tile.label);
        }
        let cells = view.managers.rows.iter().chain(&view.pipelines.rows).flat_map(|row| &row.cells);
        for cell in cells.map(|cell| cell.marked()) {
            assert!(html.contains(&cell) && text.contains(&cell), "{cell}");
        }
        for bar in &view.speed.bars {
            assert!(html.contains(&bar.count) && text.contains(&bar.share));
        }
        assert!(html.contains(&view.verdict.sentence));
    }
}

#[test]
fn the_terminal_shows_the_summary_of_a_day() {
    let expected = "\
Прижилось · ООО «Ромашка»
Пятница, 20 ноября 2026 · итог дня
────────────────────────────────────────────────────────────────────────────────
";
    let text = shown(&Company::default(), Lang::Ru).replace('\u{a0}', " ");
    assert!(text.starts_with(expected), "{text}");
    for line in ["КЛЮЧЕВЫЕ ЦИФРЫ", "СКОРОСТЬ ПЕРВОГО ОТВЕТА", "МЕНЕДЖЕРЫ", "ВОРОНКИ"]
    {
        assert!(text.lines().any(|l| l == line), "{line}");
    }
    assert!(text.contains("╌ цель 15 мин"));
}

#[test]
fn texts_from_outside_give_no_control_characters() {
    let company = Company::default();
    let text = terminal(&company.busy(), &company.policy, &company.zone, "\u{1b}[2J\u{7}ООО\r\n", Lang::Ru);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
}
