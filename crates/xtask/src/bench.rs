use crate::build;
use crate::demo::{OPERATOR_KEY, now};
use crate::pack;
use crate::project::Project;
use crate::setup;
use crate::step::{cargo, loud_step, run, step};
use anyhow::Result;
use std::time::Duration;
use takeroot_stand::account;
use takeroot_stand::browser::{Browser, Installed};
use takeroot_stand::card::{CardOptions, CardStand, first_hints_ms};
use takeroot_stand::company::generate;
use takeroot_stand::edge::Edge;
use takeroot_stand::feed::feed;
use takeroot_stand::workerd::{Options, Workerd};

/// A rep's old laptop, beside this machine.
const SLOWDOWN: f64 = 4.0;
const OPENINGS: usize = 20;
const SEED: u64 = 7;

/// Measures on this machine, side by side where there is a peer, and prints.
pub(crate) fn all(project: &Project) -> Result<()> {
    loud_step("decoding beside a flat pass over the same bytes", || {
        run(cargo().args(["bench", "--quiet", "--package", "takeroot-amocrm"]).current_dir(&project.root))
    })?;
    let (built, widget) = (build::worker(project)?, pack::archive(project)?);
    setup::browser();
    let Some(installed) = Installed::find() else {
        println!("skipped: the widget's first hint: no browser");
        return Ok(());
    };
    let history = generate(SEED, now()?, 1);
    let mut card = CardOptions::new(widget, &history)?;
    card.port = 0;
    let card = CardStand::start(&card)?;
    let state = project.out().join("bench");
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
    let mut hints = first_hints_ms(&browser, &card.card_url(card.deal_at_work()), OPENINGS)?;
    hints.sort_by(f64::total_cmp);
    let at = |part: usize| hints.get(OPENINGS * part / 4).copied().unwrap_or(f64::NAN);
    println!(
        "the widget, from script.js evaluated to the first hint, {OPENINGS} openings at 1/{SLOWDOWN} of the CPU:"
    );
    println!("  median {:.0} ms, quartiles {:.0} and {:.0} ms", at(2), at(1), at(3));
    Ok(())
}
