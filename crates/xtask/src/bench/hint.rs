//! The widget on a slow machine, in a browser.

use super::row::{Cost, Row};
use crate::demo::{OPERATOR_KEY, now};
use crate::pack;
use crate::project::Project;
use crate::setup;
use crate::step::step;
use anyhow::Result;
use std::time::Duration;
use takeroot_stand::account;
use takeroot_stand::browser::{Browser, Installed};
use takeroot_stand::card::{CardOptions, CardStand, board_ms, first_hints_ms, keystrokes_ms};
use takeroot_stand::company::generate;
use takeroot_stand::edge::Edge;
use takeroot_stand::feed::feed;
use takeroot_stand::workerd::{Options, Workerd};

/// A rep's old laptop, beside this machine.
const SLOWDOWN: f64 = 4.0;
const OPENINGS: usize = 20;
const SEED: u64 = 7;
const TABLE: &str = "the widget, at a quarter of the CPU";
const HINT: &str = "from its script to its first hint (budget 120 ms)";
const KEY: &str = "from a key to the panel (budget 8 ms)";
const KEYS: usize = 200;
const MOUNTING: &str = "badges on a board of 500 cards, main thread (budget 50 ms)";
const TICK: &str = "a tick of its badges (budget 2 ms)";
const BADGES: u64 = 500;
const BOARDS: usize = 7;

pub(crate) fn run(project: &Project) -> Result<Vec<Row>> {
    let (built, widget) = pack::with_worker(project)?;
    setup::browser();
    let Some(installed) = Installed::find() else {
        return Ok(vec![Row::skipped(TABLE, HINT, "no browser")]);
    };
    let history = generate(SEED, now()?, 1);
    let mut card = CardOptions::new(widget, &history)?;
    card.port = 0;
    let card = CardStand::start(&card)?;
    let state = project.out().join("bench/edge");
    if state.exists() {
        std::fs::remove_dir_all(&state)?;
    }
    let mut options = Options::new(built.workerd, built.worker, state, OPERATOR_KEY);
    options.vars.insert("CRM_ORIGIN".to_owned(), card.url());
    options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "1000".to_owned());
    let workerd = Workerd::start(&options)?;
    let edge = Edge::new(workerd.url(), OPERATOR_KEY);
    let opened = edge.open(&account::request(&history))?;
    step("a week of webhooks", || feed(&edge, &opened.hook_path, &history.deliveries, |_| {}))?;
    edge.wait_until_published(&opened.account, Duration::from_secs(60))?;
    card.set_worker_url(&workerd.url());
    let browser = Browser::start(&installed)?;
    browser.slow_down(SLOWDOWN)?;
    let hints = first_hints_ms(&browser, &card.card_url(card.deal_at_work()), OPENINGS)?;
    let keys = keystrokes_ms(&browser, KEYS)?;
    let board = board_ms(&browser, &card.url(), BADGES, BOARDS)?;
    let row = |name: &str, ms: Vec<f64>| {
        let times = ms.into_iter().map(|ms| Duration::from_secs_f64(ms / 1e3)).collect();
        Row { of: TABLE.to_owned(), name: name.to_owned(), cost: Ok(Cost::of(times)) }
    };
    let board = [row(MOUNTING, board.mounting_ms), row(TICK, board.ticks_ms)];
    Ok([row(HINT, hints), row(KEY, keys)].into_iter().chain(board).collect())
}
