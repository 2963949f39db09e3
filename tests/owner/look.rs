//! How the page looks, held against reference pictures.

use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use takeroot_core::acceptance::Period;
use takeroot_panel::{Choice, Filter, Lang, OWNER_CSS, OWNER_CSS_PATH};
use takeroot_stand::browser::{Browser, Installed};
use takeroot_stand::http::{Server, reply};
use takeroot_stand::skip::skipped;

use crate::company::Shop;
use crate::picture::Gallery;

/// A sheet of A4 between its margins, in CSS pixels.
const SHEET_WIDTH: u32 = 703;

/// Parts of the page that are drawn by themselves.
const PARTS: [&str; 5] = ["reports", "calendar", "log", "pains", "goals"];

/// Serves the page of the demo company's day, `/ru` and `/en`.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        Server::start(0, |request| {
            let path = request.uri().path();
            if path == OWNER_CSS_PATH {
                return reply(200, "text/css; charset=utf-8", OWNER_CSS);
            }
            let shop = Shop::get();
            if path == "/period" {
                let period = Period::ending(Shop::today(), 28);
                let page = shop.period_page(period, Filter::default(), Lang::Ru);
                return reply(200, "text/html; charset=utf-8", page);
            }
            let lang = if path.starts_with("/en") { Lang::En } else { Lang::Ru };
            let choice = Choice { everybody: request.uri().query() == Some("all=1"), ..Choice::default() };
            let page = match path {
                "/crowd" => shop.crowd(lang, choice),
                "/ru/uploaded" | "/en/uploaded" => shop.uploaded(lang, choice),
                _ => shop.page(lang, choice),
            };
            reply(200, "text/html; charset=utf-8", page)
        })
        .unwrap()
    })
}

fn browser(test: &str) -> Option<Browser> {
    let Some(installed) = Installed::find() else {
        skipped(test, "there is no Chromium and chromedriver");
        return None;
    };
    Some(Browser::start(&installed).unwrap())
}

#[test]
fn it_looks_as_it_should() {
    let Some(browser) = browser("reference pictures of the owner's page") else { return };
    let mut gallery = Gallery::open(&browser, "reference pictures of the owner's page");
    for (lang, width, theme) in [
        ("ru", 390, "light"),
        ("ru", 390, "dark"),
        ("ru", 1280, "light"),
        ("ru", 1280, "dark"),
        ("en", 390, "dark"),
        ("en", 390, "light"),
        ("en", 1280, "dark"),
        ("en", 1280, "light"),
    ] {
        browser.resize(width, 900).unwrap();
        let feature = json!({ "name": "prefers-color-scheme", "value": theme });
        browser.cdp("Emulation.setEmulatedMedia", &json!({ "features": [feature] })).unwrap();
        browser.open(&format!("{}/{lang}", server().url())).unwrap();
        // What an owner sees first; below it the same parts come again.
        let png = browser.screenshot_of("return new DOMRect(0, 0, innerWidth, 1600)").unwrap();
        gallery.compare(&format!("owner-{width}-{lang}-{theme}"), &png);
        for part in PARTS.iter().filter(|_| lang == "ru") {
            let script = format!("return document.querySelector('#{part}').getBoundingClientRect()");
            let png = browser.screenshot_of(&script).unwrap();
            gallery.compare(&format!("owner-{part}-{width}-{theme}"), &png);
        }
    }
    for width in [390, 1280] {
        browser.resize(width, 900).unwrap();
        browser.open(&format!("{}/period", server().url())).unwrap();
        let png = browser.screenshot_of("return new DOMRect(0, 0, innerWidth, 1600)").unwrap();
        gallery.compare(&format!("owner-period-{width}"), &png);
    }
    for (lang, width) in [("ru", 390), ("ru", 1280), ("en", 390), ("en", 1280)] {
        browser.resize(width, 900).unwrap();
        browser.open(&format!("{}/{lang}/uploaded", server().url())).unwrap();
        let changes = "return document.querySelector('#changes').getBoundingClientRect()";
        let png = browser.screenshot_of(changes).unwrap();
        gallery.compare(&format!("owner-uploaded-{width}-{lang}"), &png);
    }
    for width in [390, 1280] {
        browser.resize(width, 900).unwrap();
        browser.open(&format!("{}/crowd", server().url())).unwrap();
        let rest = "const rest = document.querySelector('.show-all').getBoundingClientRect(); \
            return new DOMRect(0, rest.top + scrollY - 400, innerWidth, 480)";
        gallery.compare(&format!("owner-crowd-{width}"), &browser.screenshot_of(rest).unwrap());
    }
    browser.resize(SHEET_WIDTH, 1000).unwrap();
    browser.cdp("Emulation.setEmulatedMedia", &json!({ "media": "print" })).unwrap();
    browser.open(&format!("{}/ru", server().url())).unwrap();
    gallery.compare(
        "owner-print",
        &browser.screenshot_of("return document.body.getBoundingClientRect()").unwrap(),
    );
    gallery.close();
}

#[test]
fn it_prints_on_two_sheets() {
    let Some(browser) = browser("the printed page") else { return };
    for path in ["/ru", "/en", "/ru?all=1", "/crowd", "/crowd?all=1"] {
        browser.open(&format!("{}{path}", server().url())).unwrap();
        let printed = browser.cdp("Page.printToPDF", &json!({ "preferCSSPageSize": true })).unwrap();
        let pdf = STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
        let pdf = String::from_utf8_lossy(&pdf);
        let sheets = pdf.matches("/Type /Page").count() - pdf.matches("/Type /Pages").count();
        assert_eq!(sheets, 2, "{path}");
    }
}

#[test]
fn axe_finds_nothing() {
    let (Some(browser), Some(axe)) = (browser("accessibility by axe"), axe()) else { return };
    for (path, width, theme) in [("/ru", 390, "light"), ("/ru", 1280, "dark"), ("/period", 1280, "light")] {
        browser.resize(width, 900).unwrap();
        let feature = json!({ "name": "prefers-color-scheme", "value": theme });
        browser.cdp("Emulation.setEmulatedMedia", &json!({ "media": "", "features": [feature] })).unwrap();
        browser.open(&format!("{}{path}", server().url())).unwrap();
        browser.script("document.querySelectorAll('details').forEach(one => { one.open = true })").unwrap();
        browser.script(&axe).unwrap();
        browser
            .script("window.FOUND = null; axe.run().then(found => { window.FOUND = found.violations })")
            .unwrap();
        let found = "return window.FOUND && window.FOUND.map(one => `${one.id}: ${one.nodes[0].html}`)";
        let found = browser.wait_for(found, Duration::from_secs(50)).unwrap();
        assert_eq!(found, json!([]), "{path} {width} {theme}");
    }
}

/// Axe, where `cargo xtask test` has installed it.
fn axe() -> Option<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(path).ok();
    if axe.is_none() {
        skipped("accessibility by axe", "axe-core is installed by `cargo xtask test`");
    }
    axe
}

#[test]
fn the_first_paint_can_be_measured() {
    let Some(browser) = browser("the first paint of the owner's page") else { return };
    browser.resize(390, 844).unwrap();
    Shop::get().page(Lang::Ru, Choice::default());
    browser.slow_down(4.0).unwrap();
    // Slow 4G, as Lighthouse has it.
    let slow = json!({ "offline": false, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000 });
    browser.cdp("Network.enable", &json!({})).unwrap();
    browser.cdp("Network.emulateNetworkConditions", &slow).unwrap();
    browser.open(&format!("{}/ru", server().url())).unwrap();
    let paint = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
    let painted_ms = browser.wait_for(paint, Duration::from_secs(20)).unwrap();
    let weight = browser.script("return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(one => one.decodedBodySize)");
    println!("first paint in ms: {painted_ms:.0?}; bytes of page and style: {}", weight.unwrap());
}
