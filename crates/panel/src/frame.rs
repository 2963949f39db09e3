//! What all pages share: the head, the brand, the stylesheet.

use crate::lang::Lang;
use maud::{DOCTYPE, Markup, html};

/// The stylesheet of all pages.
pub const OWNER_CSS: &str = include_str!("owner.css");
/// Where pages look for it.
pub const OWNER_CSS_PATH: &str = "/assets/owner.css";
/// The policy under which pages work: no script at all, nothing from elsewhere.
pub const OWNER_CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// A complete document around a page's parts.
pub(crate) fn document(lang: Lang, title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex, nofollow";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(OWNER_CSS_PATH);
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// The brand with its sprout.
pub(crate) fn brand(lang: Lang) -> Markup {
    html! {
        p.brand {
            svg.sprout width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" {
                path.stem d="M10 18V9" fill="none" "stroke-width"="2" "stroke-linecap"="round" {}
                path.leaf d="M10 10C10 6 7 4 2.5 4 2.5 8 5 10.5 10 10Z" {}
                path.leaf d="M10 8C10 4.5 12.5 2 17.500 2 17.500 6 15 8.500 10 8Z" {}
            }
            span { (lang.words().brand) }
        }
    }
}
