use super::*;
use crate::demo::Company;
use crate::owner::owner_page;
use takeroot_core::acceptance::Metric;
use takeroot_core::contribution::Count;
use takeroot_core::policy::{Field, Mandatory};

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
        let html = owner_page(&company.page(&document, lang));
        let on_page = figures_of(&html.replace("&lt;", ""));
        let view = View::of(Source { document: &document, policy, zone, account: "", lang });
        for figure in figures_of(&daily(&view, lang).join("\n")) {
            assert!(on_page.contains(&figure), "{figure} is not on the page");
        }
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
fn the_terminal_says_the_signs_the_questions_the_pains_and_the_acceptance() {
    let company = Company::default();
    let text = shown(&company, Lang::Ru).replace('\u{a0}', " ");
    for line in [
        "ШЕСТЬ ПРИЗНАКОВ, ЧТО CRM ПРИЖИЛАСЬ",
        "красный     Данные живут в системе",
        "нет данных  Этап меняется по действию",
        "              переходы по действию: нет данных: не было случаев, нужно от 80 %",
        "              базовый период не задан",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    let english = shown(&company, Lang::En).replace('\u{a0}', " ");
    assert!(english.contains("\nno data     The stage changes by an action\n"), "{english}");
    let names = ["Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Жанна", "Захар", "Розница", "Опт", "Сайт"];
    let own = names.into_iter().fold(english, |text, name| text.replace(name, ""));
    let own = own.replace("ООО «Ромашка»", "");
    assert!(!own.contains(|c: char| ('а'..='я').contains(&c)), "{own}");
}

#[test]
fn the_pain_of_empty_cards_names_the_fields_by_the_policys_names() {
    let mut company = Company::default();
    company.policy.mandatory = vec![Mandatory::of(Field::Custom(7), "ИНН", 2)];
    let text = shown(&company, Lang::Ru).replace('\u{a0}', " ");
    assert!(text.contains("чаще всего не хватает: ИНН (364), Бюджет (140)"), "{text}");
    let english = shown(&company, Lang::En).replace('\u{a0}', " ");
    assert!(english.contains("missing most often: ИНН (364), Budget (140)"), "{english}");
}

#[test]
fn a_sign_is_told_with_what_to_look_into_and_accuses_nobody() {
    let company = Company::default();
    let mut document = company.busy();
    let pains = &mut document.figures.pains;
    pains.iter_mut().zip([Metric::Alike, Metric::RushFilled]).for_each(|(pain, metric)| pain.metric = metric);
    assert!(pains.len() > 1);
    for (lang, lines) in [
        (Lang::Ru, ["Одинаковый текст в полях карточек: ", "это признак, не вина: проверить, нужно ли поле"]),
        (Lang::En, ["Fields filled right before a move: ", "a sign, not a fault: see whether the stage"]),
    ] {
        let text = terminal(&document, &company.policy, &company.zone, "", lang).replace('\u{a0}', " ");
        assert!(lines.iter().all(|line| text.contains(line)), "{text}");
    }
}

#[test]
fn what_is_not_known_is_a_dash_in_a_table_and_no_column_falls_off_its_end() {
    let company = Company::default();
    let document = company.document(&[(Count::Active, 5), (Count::Overdue, 1), (Count::Won, 1)], 8);
    for (lang, good, legend) in [
        (
            Lang::Ru,
            "Хорошо. Всё в порядке: просрочено 1 из 5 активных сделок (20 %, мало случаев:",
            "— нет данных",
        ),
        (Lang::En, "Good. All is well: 1 of 5 active deals are overdue (20%, few cases: 5).", "— no data"),
    ] {
        let text = terminal(&document, &company.policy, &company.zone, "", lang).replace('\u{a0}', " ");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        assert!(lines.contains(&good), "{text}");
        assert_eq!(lines.iter().filter(|line| **line == legend).count(), 2, "under both tables\n{text}");
        assert!(!text.contains('…'), "{text}");
    }
}

#[test]
fn texts_from_outside_give_no_control_characters() {
    let company = Company::default();
    let text = terminal(&company.busy(), &company.policy, &company.zone, "\u{1b}[2J\u{7}ООО\r\n", Lang::Ru);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
}
