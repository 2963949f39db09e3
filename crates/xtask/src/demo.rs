use crate::pack;
use crate::project::Project;
use crate::step::{loud_step, step};
use anyhow::{Context as _, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use lexopt::{Arg, Parser};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use takeroot_core::account::AccountOpened;
use takeroot_core::connection::{Connected, ConnectionRequest, ConnectionState};
use takeroot_core::day::Document;
use takeroot_core::summary::Summary;
use takeroot_core::zone::Zone;
use takeroot_panel::Lang;
use takeroot_stand::account;
use takeroot_stand::card::{CardOptions, CardStand};
use takeroot_stand::company::{History, generate};
use takeroot_stand::crm::{Crm, Door};
use takeroot_stand::edge::Edge;
use takeroot_stand::feed::feed;
use takeroot_stand::workerd::{Options, Workerd};

const HELP: &str = "\
cargo xtask demo [--exit] [--port N] [--seed N] [--lang ru|en]

Builds the Worker, starts it on workerd with a store of its own, opens an account for a demo company, feeds it
five weeks of webhooks in the CRM's wire format, connects it to the company's CRM as an admin would, prints the
first finding in its history and the daily summary of the last working day, and leaves running: the owner's page,
and the CRM: its API, its webhooks, and a page that behaves as its card with the packed widget in it.

  --exit     stop after printing; exit code 0 only if all of it worked
  --port N   the port on loopback (default 8787; 0 picks a free one); the card page takes the next one
  --seed N   another company history (default 7)
  --lang L   the language of the summary (default ru)";

/// Requests in a second that the demo's CRM takes.
const RATE: u32 = 50;
/// Weeks of history.
const WEEKS: u32 = 5;
/// The demo runs on loopback, on data that a seed makes: its key guards nothing.
pub(crate) const OPERATOR_KEY: &str = "demo-operator-key-on-loopback";
const PATIENCE: Duration = Duration::from_secs(120);

struct Wishes {
    exit: bool,
    port: u16,
    seed: u64,
    lang: Lang,
}

pub(crate) fn run(args: Parser) -> Result<()> {
    let Some(wishes) = wishes(args)? else {
        println!("{HELP}");
        return Ok(());
    };
    let project = Project::here()?;
    let (built, widget) = pack::with_worker(&project)?;
    let history = step("five weeks of a demo company", || Ok(generate(wishes.seed, now()?, WEEKS)))?;
    let state = project.out().join("demo");
    if state.exists() {
        std::fs::remove_dir_all(&state).with_context(|| format!("{} is in use", state.display()))?;
    }
    let mut options = Options::new(built.workerd, built.worker, state, OPERATOR_KEY);
    options.port = wishes.port;
    options.vars.insert("PUBLISH_INTERVAL_MS".to_owned(), "1000".to_owned());
    let door = step("the company's CRM", || crm(&history, &wishes))?;
    let card = step("the CRM's card page", || card_page(widget, &history, &wishes, &door))?;
    options.vars.insert("CRM_ORIGIN".to_owned(), card.url());
    options.outbound = vec!["127.0.0.1/32".to_owned()];
    let workerd = step("starting the Worker on workerd", || Workerd::start(&options))?;
    let edge = Edge::new(workerd.url(), OPERATOR_KEY);
    let opened = edge.open(&account::request(&history))?;
    loud_step("webhooks over HTTP", || deliver(&edge, &opened, &history))?;
    let state = loud_step("an admin says yes in the CRM, and its history is read", || {
        connect(&edge, &opened, &door)
    })?;
    let _webhooks = door.deliver_to(edge.url());
    step("publishing", || edge.wait_until_published(&opened.account, PATIENCE))?;
    step("the same figures from the journal anew", || recomputed(&edge, &opened))?;
    card.set_worker_url(&workerd.url());
    step("a deal's card, asked for as the widget does", || card.ask_worker(card.first_deal()))?;
    if let (Some(found), Some(host)) = (&state.finding, &state.host) {
        println!("\n{}", takeroot_panel::finding(found, host, wishes.lang));
    }
    println!("\n{}", summary(&edge, &opened, &history, wishes.lang)?);
    if wishes.exit {
        workerd.stop()?;
        return Ok(());
    }
    println!("The owner's page:  {}{}", edge.url(), opened.owner_path);
    println!("in English:        {}{}&lang=en", edge.url(), opened.owner_path);
    println!("A new lead's card: {}", card.card_url(card.first_deal()));
    println!("A deal at work:    {}", card.card_url(card.deal_at_work()));
    println!("\nRunning. Ctrl-C ends it.");
    workerd.wait()
}

/// The CRM in which the company lives, with a tariff that is asked faster than a customer's: nobody waits for a demo.
fn crm(history: &History, wishes: &Wishes) -> Result<Door> {
    let mut crm = Crm::of_weeks(wishes.seed, history.ends, WEEKS);
    crm.limits_mut().per_second = RATE;
    crm.advance(now()?);
    Ok(Door::new(Arc::new(Mutex::new(crm)), || now().unwrap_or_default()))
}

/// Connects as a customer does: the CRM asks an admin, who says yes, and sends the browser back.
fn connect(edge: &Edge, opened: &AccountOpened, door: &Door) -> Result<ConnectionState> {
    let path = format!("/v1/accounts/{}/connection", opened.account);
    let wish = ConnectionRequest { rate: RATE, history_days: WEEKS * 7, ..ConnectionRequest::default() };
    let asked = edge.send("POST", &path, Some(OPERATOR_KEY), Some(&serde_json::to_string(&wish)?))?;
    let Connected::Authorize { url } = asked.json()? else { bail!("nobody is asked: {}", asked.text) };
    let told =
        |name: &str| url.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap_or_default();
    let query = door.crm().approve(told("client_id="), told("state="), now()?);
    let page = edge.get(&format!("/oauth?{}", query.context("the CRM knows no such integration")?), None)?;
    ensure!(page.status == 200, "the consent was not taken: {}", page.text);
    let bar = ProgressBar::new(100);
    bar.set_style(ProgressStyle::with_template("  {bar:40} {pos} % of five weeks")?);
    let begun = Instant::now();
    loop {
        let state: ConnectionState = edge.ask(&path)?;
        if state.finding.is_some() {
            bar.finish_and_clear();
            return Ok(state);
        }
        bar.set_position(state.history.map_or(0, |history| history.percent.into()));
        ensure!(begun.elapsed() < PATIENCE, "the history is not read in time: {state:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn card_page(widget: PathBuf, history: &History, wishes: &Wishes, door: &Door) -> Result<CardStand> {
    let mut options = CardOptions::new(widget, history)?;
    options.crm = Some(door.clone());
    options.port = if wishes.port == 0 { 0 } else { wishes.port.saturating_add(1) };
    wishes.lang.code().clone_into(&mut options.lang);
    CardStand::start(&options)
}

fn wishes(mut args: Parser) -> Result<Option<Wishes>> {
    let mut wishes = Wishes { exit: false, port: 8787, seed: 7, lang: Lang::Ru };
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("exit") => wishes.exit = true,
            Arg::Long("port") => wishes.port = number(&mut args)?,
            Arg::Long("seed") => wishes.seed = number(&mut args)?,
            Arg::Long("lang") => {
                let lang = args.value()?;
                wishes.lang = Lang::parse(&lang.to_string_lossy()).context("--lang is ru or en")?;
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(wishes))
}

fn number<T: std::str::FromStr>(args: &mut Parser) -> Result<T> {
    let value = args.value()?;
    value.to_str().and_then(|text| text.parse().ok()).with_context(|| format!("{value:?} is no such number"))
}

fn deliver(edge: &Edge, opened: &AccountOpened, history: &History) -> Result<()> {
    let bar = ProgressBar::new(history.deliveries.len() as u64);
    bar.set_style(ProgressStyle::with_template("  {bar:40} {pos} of {len} webhooks, {per_sec}, {eta} left")?);
    feed(edge, &opened.hook_path, &history.deliveries, |acknowledged| bar.set_position(acknowledged as u64))?;
    bar.finish_and_clear();
    println!("  {} webhooks acknowledged", history.deliveries.len());
    Ok(())
}

fn recomputed(edge: &Edge, opened: &AccountOpened) -> Result<()> {
    let answer: serde_json::Value = edge.ask(&format!("/v1/accounts/{}/recomputation", opened.account))?;
    let equal = answer.get("equal").is_some_and(|equal| *equal == true);
    anyhow::ensure!(equal, "the totals differ from a recomputation: {answer}");
    Ok(())
}

fn summary(edge: &Edge, opened: &AccountOpened, history: &History, lang: Lang) -> Result<String> {
    let path = format!("/v1/accounts/{}/summaries/{}", opened.account, history.last_working_day());
    let document: Document<Summary> = edge.get(&path, Some(&opened.owner_token))?.json().context(path)?;
    let (company, zone) = (&history.company, Zone::named(&history.company.zone)?);
    Ok(takeroot_panel::terminal(&document, &account::policy(company), &zone, &company.name, lang))
}

pub(crate) fn now() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?)
}
