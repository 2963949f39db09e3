//! A digest as people receive it: a letter, and a message of a messenger.

use super::words;
use crate::date;
use crate::lang::{Lang, fill};
use crate::owner::Links;
use crate::said;
use crate::text::clipped;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use takeroot_core::digest::{Digest, Kind, Line, Message, ToOpen};

/// Columns of a line at most, so that a message of all lines stays below the 4096 characters of a messenger.
const LINE_COLUMNS_MAX: usize = 480;

/// A digest in each of its forms. `page` is the link to the account's page that it leads to, with its token; one that
/// was asked for says that it is a test.
#[must_use]
pub fn digest_message(digest: &Digest, page: Option<&str>, is_test: bool, lang: Lang) -> Message {
    let clipped_line =
        |line: &Line| Line { title: line.title.clone(), text: clipped(&line.text, LINE_COLUMNS_MAX) };
    let letter = Letter {
        digest,
        lines: digest.lines.iter().map(clipped_line).collect(),
        page: page.map(|page| addresses(digest, page, lang)),
        is_test,
        lang,
    };
    Message {
        subject: letter.subject(),
        text: letter.text(),
        html: letter.html(),
        telegram: letter.telegram(),
    }
}

struct Letter<'a> {
    digest: &'a Digest,
    lines: Vec<Line>,
    /// The page of its days, and the definitions on it.
    page: Option<[String; 2]>,
    is_test: bool,
    lang: Lang,
}

fn addresses(digest: &Digest, page: &str, lang: Lang) -> [String; 2] {
    let page = page.split('#').next().unwrap_or_default();
    let (base, query) = page.split_at(page.find('?').unwrap_or(page.len()));
    let links = Links { base, query, lang };
    let period = digest.period();
    let definitions = links.day(period.to, &[], "def-entered");
    if digest.kind == Kind::Daily {
        return [links.day(period.to, &[], ""), definitions];
    }
    let (from, to) = (period.from.to_string(), period.to.to_string());
    [links.to("", &[("from", &from), ("to", &to)], ""), definitions]
}

impl Letter<'_> {
    fn subject(&self) -> String {
        let Self { digest, lang, is_test, .. } = self;
        let days = match digest.kind {
            Kind::Daily => date::span(digest.period(), *lang),
            _ => digest.title.clone(),
        };
        let level = self.lines.first().filter(|_| digest.kind == Kind::Daily);
        let level = level.map(|line| format!(": {}", line.title)).unwrap_or_default();
        let test = if *is_test { format!("{}. ", said::of(*lang, words::TEST)) } else { String::new() };
        format!("{test}{}, {days}{level}", digest.company)
    }

    fn deal(&self, deal: &ToOpen) -> (String, Option<String>, &'static str) {
        let name = fill(said::of(self.lang, words::DEAL), &[&deal.id.to_string()]);
        let host = self.digest.crm_host.as_deref();
        let link = host.map(|host| format!("https://{host}/leads/detail/{}", deal.id));
        (name, link, said::of(self.lang, words::why(deal.why)))
    }

    fn text(&self) -> String {
        let Self { digest, lang, .. } = self;
        let mut lines =
            vec![digest.company.clone(), format!("{}, {}", digest.title, digest.status), String::new()];
        lines.extend(self.is_test.then(|| format!("{}\n", said::of(*lang, words::TESTED))));
        lines.extend(self.lines.iter().map(|line| format!("{}: {}\n", line.title, line.text)));
        if !digest.deals.is_empty() {
            lines.push(format!("{}:", said::of(*lang, words::TO_OPEN)));
            lines.extend(digest.deals.iter().map(|deal| {
                let (name, link, why) = self.deal(deal);
                let link = link.map(|link| format!(": {link}")).unwrap_or_default();
                format!("- {name}, {why}{link}")
            }));
            lines.push(String::new());
        }
        if let Some([page, definitions]) = &self.page {
            lines.push(format!("{}: {page}", said::of(*lang, words::OPEN_PAGE)));
            lines.push(format!("{}: {definitions}", said::of(*lang, words::DEFINITIONS)));
        }
        lines.join("\n").trim_end().to_owned() + "\n"
    }

    fn telegram(&self) -> String {
        let Self { digest, lang, .. } = self;
        let (sign, _) = words::light(digest.light);
        let mut lines = vec![
            format!("<b>{}</b>", escaped(&digest.company)),
            format!("{}, {}\n", escaped(&digest.title), escaped(&digest.status)),
        ];
        lines.extend(self.is_test.then(|| format!("<i>{}</i>\n", said::of(*lang, words::TESTED))));
        for (index, line) in self.lines.iter().enumerate() {
            let (title, text) = (escaped(&line.title), escaped(&line.text));
            lines.push(match index {
                0 => format!("{sign} <b>{title}.</b> {text}\n"),
                _ => format!("<b>{title}:</b> {text}"),
            });
        }
        if !digest.deals.is_empty() {
            lines.push(format!("\n<b>{}</b>", said::of(*lang, words::TO_OPEN)));
            lines.extend(digest.deals.iter().map(|deal| {
                let (name, link, why) = self.deal(deal);
                let name = link.map_or_else(|| name.clone(), |link| anchor(&link, &name));
                format!("• {name}: {why}")
            }));
        }
        if let Some([page, definitions]) = &self.page {
            let (open, how) = (said::of(*lang, words::OPEN_PAGE), said::of(*lang, words::DEFINITIONS));
            lines.push(format!("\n{} · {}", anchor(page, open), anchor(definitions, how)));
        }
        lines.join("\n")
    }

    fn html(&self) -> String {
        let lang = self.lang;
        let page = html! {
            (DOCTYPE)
            html lang=(lang.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="supported-color-schemes" content="light dark";
                    title { (self.subject()) }
                    style { (PreEscaped(DARK)) }
                }
                body.paper style=(format!("margin:0;padding:0;{PAPER}")) {
                    (table("paper", &format!("width:100%;{PAPER}"), &html! {
                        td align="center" style="padding:16px 8px;" {
                            (table("sheet", &format!("width:100%;max-width:600px;text-align:left;{SHEET}"), &html! {
                                td style="padding:20px 20px 24px;" { (self.body()) }
                            }))
                        }
                    }))
                }
            }
        };
        page.into_string()
    }

    fn body(&self) -> Markup {
        let Self { digest, lang, .. } = self;
        let (_, ink) = words::light(digest.light);
        let (verdict, others) =
            self.lines.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
        html! {
            p.leaf style=(format!("margin:0 0 14px;font:600 13px/18px {FONT};color:#2e7d4f;")) { (lang.words().brand) }
            p.quiet style=(format!("margin:0;font:400 14px/20px {FONT};{QUIET}")) { (digest.company) }
            h1.ink style=(format!("margin:0;font:600 21px/28px {FONT};{INK}")) { (digest.title) }
            p.quiet style=(format!("margin:0 0 16px;font:400 13px/18px {FONT};{QUIET}")) { (digest.status) }
            @if self.is_test {
                p.ink style=(format!("margin:0 0 16px;font:400 15px/22px {FONT};{INK}")) { (said::of(*lang, words::TESTED)) }
            }
            @if let Some(verdict) = verdict {
                (table("", "width:100%;margin:0 0 6px;", &html! {
                    td style=(format!("padding:2px 0 2px 14px;border-left:4px solid {ink};")) {
                        p.(format!("{:?}", digest.light).to_lowercase()) style=(format!("margin:0 0 2px;font:600 14px/20px {FONT};color:{ink};")) { (verdict.title) }
                        p.ink style=(format!("margin:0;font:400 17px/25px {FONT};{INK}")) { (verdict.text) }
                    }
                }))
            }
            @for line in others {
                p.quiet style=(format!("margin:14px 0 0;font:400 13px/18px {FONT};{QUIET}")) { (line.title) }
                p.ink style=(format!("margin:0;font:400 15px/22px {FONT};{INK}")) { (date::capital(&line.text)) }
            }
            @if !digest.deals.is_empty() {
                h2.ink style=(format!("margin:24px 0 4px;font:600 16px/22px {FONT};{INK}")) { (said::of(*lang, words::TO_OPEN)) }
                @for deal in &digest.deals {
                    @let (name, link, why) = self.deal(deal);
                    p.ink style=(format!("margin:0;font:400 15px/22px {FONT};{INK}")) {
                        @match link {
                            Some(link) => a.leaf href=(link) style="display:inline-block;padding:6px 0;color:#2e7d4f;" { (name) },
                            None => (name),
                        }
                        ", " (why)
                    }
                }
            }
            @if let Some([page, definitions]) = &self.page {
                (table("", "margin:24px 0 0;", &html! {
                    td.button style="padding:0;background-color:#2e7d4f;border-radius:6px;" bgcolor="#2e7d4f" {
                        a href=(page) style=(format!("display:inline-block;padding:11px 20px;font:600 15px/20px {FONT};color:#ffffff;text-decoration:none;")) {
                            (said::of(*lang, words::OPEN_PAGE))
                        }
                    }
                }))
                p.quiet style=(format!("margin:16px 0 0;font:400 13px/18px {FONT};{QUIET}")) {
                    a.quiet href=(definitions) style=(format!("display:inline-block;padding:8px 0;{QUIET}")) { (said::of(*lang, words::DEFINITIONS)) }
                }
            }
        }
    }
}

const FONT: &str = "-apple-system,'Segoe UI',Roboto,Arial,sans-serif";
const PAPER: &str = "background-color:#f1f1ec;";
const SHEET: &str = "background-color:#fcfcfa;border-radius:10px;";
const INK: &str = "color:#1e211d;";
const QUIET: &str = "color:#62665f;";

/// Clients that keep it show a letter in the dark; the others colour it by themselves.
const DARK: &str = "@media (prefers-color-scheme: dark) {\
    .paper { background-color: #121411 !important; } .sheet { background-color: #1c1f1b !important; }\
    .ink { color: #e6e8e2 !important; } .quiet { color: #a3a89e !important; }\
    .leaf, .good { color: #7cc79a !important; } .bad { color: #f2a49d !important; } .warn { color: #e9b872 !important; }\
    .unknown { color: #a3a89e !important; } }";

/// Mail clients know no other layout.
fn table(class: &str, style: &str, cells: &Markup) -> Markup {
    html! {
        table class=(class) role="presentation" cellpadding="0" cellspacing="0" border="0" style=(style) {
            tr { (cells) }
        }
    }
}

fn anchor(link: &str, name: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(link), escaped(name))
}

/// A text in Telegram's HTML, which knows four names of characters.
fn escaped(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => told.push_str("&amp;"),
            '<' => told.push_str("&lt;"),
            '>' => told.push_str("&gt;"),
            '"' => told.push_str("&quot;"),
            other => told.push(other),
        }
    }
    told
}
