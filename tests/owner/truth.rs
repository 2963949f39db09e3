//! One truth: whoever reads the documents says the same figures.

use takeroot_core::acceptance::Period;
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::{Document, Figures, TableForm, table};
use takeroot_core::digest::Kind;
use takeroot_core::summary::StageRow;
use takeroot_panel::{Choice, DigestSource, Filter, Lang, digest, digest_message, terminal};

use crate::company::Shop;

/// The numbers of a text as they are said, without what groups them.
fn said(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '\u{202f}');
    let numbers =
        text.split(|c| !is_part(c)).map(|word| word.trim_matches([',', '.']).replace('\u{202f}', ""));
    numbers.filter(|word| word.contains(|c: char| c.is_ascii_digit())).collect()
}

/// What a page says to a reader: no addresses, no drawings.
fn visible(html: &str) -> String {
    let body = html.split("<body>").nth(1).unwrap();
    let (mut text, mut inside) = (String::new(), false);
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn the_page_says_each_figure_that_the_terminal_says() {
    let shop = Shop::get();
    for lang in [Lang::Ru, Lang::En] {
        let page = said(&visible(&shop.page(lang, Choice { everybody: true, ..Choice::default() })));
        let told = terminal(shop.summary(), &shop.policy, shop.zone(), &shop.name, lang);
        let missing: Vec<String> = said(&told).into_iter().filter(|number| !page.contains(number)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

/// A figure of everything in the table of a day.
fn cell(rows: &str, slice: &str, key: &str, figure: &str) -> i64 {
    let tail = format!(",,{slice},{key},{figure},,");
    let row = rows.split("\r\n").find_map(|row| row.split_once(&tail).map(|(_, value)| value));
    row.map_or(0, |value| value.parse().unwrap())
}

#[test]
fn the_page_the_summary_and_the_table_say_the_same_of_a_day() {
    let shop = Shop::get();
    let period = Period { from: Shop::today(), to: Shop::today() };
    let figures = shop.at_once(period);
    let document = Document { envelope: shop.summary().envelope, figures };
    let text = serde_json::to_string(&document).unwrap();
    let rows = table(&text, TableForm::Plain).unwrap();
    let summary = &shop.summary().figures.day;
    let page = shop.page(Lang::Ru, Choice::default()).replace('\u{a0}', " ");
    let n = |figure: &str| cell(&rows, "all", "", figure);
    for count in
        [Count::Entered, Count::InTime, Count::Waiting, Count::Active, Count::Overdue, Count::Complete]
    {
        let name = serde_json::to_value(count).unwrap();
        assert_eq!(n(&format!("n.{}", name.as_str().unwrap())), summary.all.n(count), "{count:?}");
    }
    let median_s = summary.all.times(Took::Response).median_s.unwrap();
    assert_eq!(n("took.response.median_s"), median_s);
    assert!(page.contains(&format!("{} из {}", n("n.overdue"), n("n.active"))));
    assert!(page.contains(&format!("{} из {}", n("n.complete"), n("n.cards"))));
    assert!(page.contains(&format!(">{}</span>", n("n.waiting"))));
    assert!(page.contains(&format!(">{} мин</span>", (median_s + 30) / 60)));
    for (id, block) in summary.by.managers.iter() {
        let active = cell(&rows, "managers", &id.to_string(), "n.active");
        assert_eq!(active, block.n(Count::Active), "{id}");
        assert!(active == 0 || page.contains(&format!("{} из {active}", block.n(Count::Overdue))), "{id}");
    }
}

#[test]
fn the_digest_in_each_of_its_forms_says_what_the_page_and_the_table_say() {
    let shop = Shop::get();
    let (period, document) = (Period { from: Shop::today(), to: Shop::today() }, shop.summary());
    let figures = shop.period(period);
    for lang in [Lang::Ru, Lang::En] {
        let told = digest(&DigestSource {
            account: "amo-1",
            company: &shop.name,
            kind: Kind::Daily,
            document,
            now: (&figures, document.envelope),
            missing: 0,
            then: None,
            before: None,
            deals: &[],
            crm_host: None,
            policy: &shop.policy,
            zone: shop.zone(),
            lang,
        });
        let message = digest_message(&told, None, false, lang);
        let page = said(&visible(&shop.page(lang, Choice { everybody: true, ..Choice::default() })));
        for text in [&message.text, &message.telegram, &visible(&message.html.replace("<body ", "<body><p "))]
        {
            let numbers = said(text);
            assert!(numbers.len() > 15, "{numbers:?}");
            let missing: Vec<&String> = numbers.iter().filter(|number| !page.contains(number)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
        let all = serde_json::to_value(&told.figures).unwrap();
        let document = Document { envelope: document.envelope, figures: shop.at_once(period) };
        let rows = table(&serde_json::to_string(&document).unwrap(), TableForm::Plain).unwrap();
        let counts = all["all"]["n"].as_object().unwrap();
        assert!(counts.len() > 5);
        for (name, value) in counts {
            assert_eq!(cell(&rows, "all", "", &format!("n.{name}")), value.as_i64().unwrap(), "{name}");
        }
    }
}

#[test]
fn a_period_taken_day_by_day_is_the_period_counted_at_once() {
    let shop = Shop::get();
    let of = |back: i32, days| Period::ending(Shop::today().plus(-back), days);
    for period in [of(0, 1), of(0, 7), of(3, 28), of(20, 40)] {
        let (mut taken, counted) = (shop.taken(period, |day| day), shop.at_once(period));
        // Who has left by the last day acted on the days before.
        taken.active_people.clone_from(&counted.active_people);
        assert!(json(&taken) == json(&counted), "{period:?}");
    }
}

fn json(figures: &Figures) -> String {
    serde_json::to_string(figures).unwrap()
}

#[test]
fn stages_of_thirty_days_are_the_same_out_of_days_and_in_the_summary() {
    let shop = Shop::get();
    let rows = StageRow::of(&shop.period(Period::ending(Shop::today(), 30)), 0);
    assert_eq!(rows, shop.summary().figures.stages);
}

#[test]
fn a_part_of_a_period_is_what_its_documents_say_of_it() {
    let shop = Shop::get();
    let period = Period::ending(Shop::today(), 28);
    let figures = shop.period(period);
    let (pipeline, manager) = (shop.policy.pipelines[0].id, shop.policy.people[1].id);
    let block = &figures.within[&pipeline].managers[&manager];
    let filter = Filter { pipeline, manager, ..Filter::default() };
    let page = shop.period_page(period, filter, Lang::Ru).replace('\u{a0}', " ");
    assert!(page.contains(&format!(">{}</span>", block.n(Count::Entered))));
    assert!(page.contains(&format!("{} из {}", block.n(Count::Overdue), block.n(Count::Active))));
    assert!(page.contains("24 октября – 20 ноября 2026") && page.contains("26 сентября – 23 октября"));
    assert!(page.contains("по состоянию на 19:40"));
    assert!(!page.contains("#def-people"), "who acted is not known by pipeline");
    let whole = shop.period_page(period, Filter::default(), Lang::Ru).replace('\u{a0}', " ");
    assert!(whole.contains(">7 из 7</span>"), "who has left is none of them");
    for term in whole.split("href=\"#def-").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(whole.contains(&format!("id=\"def-{term}\"")), "{term}");
    }
    let stranger = Filter { manager: 1, ..Filter::default() };
    assert!(shop.period_page(period, stranger, Lang::Ru).contains("id 1"), "nothing is known of a stranger");
}
