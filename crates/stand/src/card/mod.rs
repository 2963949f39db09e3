//! A page that behaves as the CRM's deal card does for a widget, served on loopback out of a packed archive.
//!
//! What the CRM documents is always there. What was only observed in published widgets can be taken away in the
//! page's address, by `?without=` and a list of:
//!
//! | name | taken away |
//! |---|---|
//! | `model` | `APP.data.current_card.model` |
//! | `model-events` | `on` and `off` of the model |
//! | `dom-names` | classes, `data-id` and input names of the fields, and `#card_fields` |
//! | `reassign` | the row of the responsible user |
//! | `theme` | `APP.constant('user').theme` |
//! | `constant` | all that `APP.constant` tells |
//! | `board-names` | classes of the board's cards and the list's rows |
//!
//! The address also takes `deal=ID` (0 is a new one), `board` or `list` (`page=N`: so many deals
//! of a column at first), `settings` and `advanced` (the widget's settings and its advanced ones), `lang=ru|en`, `theme=dark`, `panel=WIDTH`,
//! `clock=SECONDS` (the computer's clock is wrong by so many; `at:SECONDS`: it stands still), `token=MODE` (see [`TokenMode`]) and
//! `worker=URL`.

mod archive;
mod deal;
mod measure;
mod page;
mod server;
mod token;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use takeroot_core::card::CardData;

use crate::account::{CLIENT_SECRET, INTEGRATION_ID, REDIRECT_URI};
use crate::company::{Company, History};
use crate::crm::Door;
use crate::http::Server;
use archive::Archive;
pub use deal::{CardDeal, open_deals};
pub use measure::{BoardCost, board_ms, first_hints_ms, keystrokes_ms};
pub use token::{TokenMode, mint};

/// Names the packed widget.
pub const WIDGET_ARCHIVE: &str = "TAKEROOT_WIDGET";

/// What the page serves.
#[derive(Debug, Clone)]
pub struct CardOptions {
    /// The packed widget.
    pub zip: PathBuf,
    /// The folder with `requirejs` and `jquery`, as npm installs them.
    pub libraries: PathBuf,
    /// The widget's setting of that name; [`CardStand::set_worker_url`] changes it.
    pub worker_url: String,
    /// The account and its integration.
    pub account: CardAccount,
    /// Users, pipelines and fields.
    pub company: Company,
    /// The deals whose cards can be opened, those first that the board lists.
    pub deals: Vec<CardDeal>,
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// The language where the address names none: `ru` or `en`.
    pub lang: String,
    /// The CRM whose API and OAuth are served on the page's origin, where there is one.
    pub crm: Option<Door>,
}

/// An account of the CRM, the integration in it, and who looks at the card.
#[derive(Debug, Clone)]
pub struct CardAccount {
    /// The account's id.
    pub crm_id: u64,
    /// The account's host begins with it.
    pub subdomain: String,
    /// The integration's secret.
    pub client_secret: String,
    /// The integration's id.
    pub integration_id: String,
    /// The integration's redirect address.
    pub redirect_uri: String,
    /// The user who looks.
    pub user: u64,
}

impl CardAccount {
    /// The account's host.
    #[must_use]
    pub fn host(&self) -> String {
        format!("{}.amocrm.ru", self.subdomain)
    }
}

impl CardOptions {
    /// The demo company's account, with its open deals, on a free port.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn new(zip: PathBuf, history: &History) -> Result<Self> {
        let company = history.company.clone();
        let account = CardAccount {
            crm_id: company.crm_id,
            subdomain: company.subdomain.clone(),
            client_secret: CLIENT_SECRET.to_owned(),
            integration_id: INTEGRATION_ID.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            user: company.users.first().map_or(0, |user| user.id),
        };
        Ok(Self {
            zip,
            libraries: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/node_modules")),
            worker_url: String::new(),
            account,
            deals: open_deals(history)?,
            company,
            port: 0,
            lang: "ru".to_owned(),
            crm: None,
        })
    }

    /// The same with the archive that `cargo xtask test` names in the environment; `None` without.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn from_env(history: &History) -> Result<Option<Self>> {
        std::env::var_os(WIDGET_ARCHIVE).map(|zip| Self::new(zip.into(), history)).transpose()
    }
}

/// What all requests read.
#[derive(Debug)]
struct Stand {
    options: CardOptions,
    archive: Archive,
    require_js: Vec<u8>,
    jquery_js: Vec<u8>,
    worker_url: Mutex<String>,
}

/// A running page. Dropping it ends it.
#[derive(Debug)]
pub struct CardStand {
    stand: Arc<Stand>,
    server: Server,
}

impl CardStand {
    /// Opens the archive and serves the page.
    ///
    /// # Errors
    /// No archive, not one of a widget, no libraries, or a port in use.
    pub fn start(options: &CardOptions) -> Result<Self> {
        let library = |path: &str| {
            let path = options.libraries.join(path);
            std::fs::read(&path).with_context(|| format!("{}: run `npm ci` in tools/", path.display()))
        };
        let stand = Arc::new(Stand {
            archive: Archive::open(&options.zip)?,
            require_js: library("requirejs/require.js")?,
            jquery_js: library("jquery/dist/jquery.js")?,
            worker_url: Mutex::new(options.worker_url.clone()),
            options: options.clone(),
        });
        let known = Arc::clone(&stand);
        let server = Server::start(options.port, move |request| server::reply(request, &known))?;
        Ok(Self { stand, server })
    }

    /// The page's origin, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The address of a deal's card; 0 is a new deal.
    #[must_use]
    pub fn card_url(&self, deal: u64) -> String {
        format!("{}/?deal={deal}", self.url())
    }

    /// The address of the widget's settings, as an admin sees them.
    #[must_use]
    pub fn settings_url(&self) -> String {
        format!("{}/?settings&token=admin", self.url())
    }

    /// The address of the widget's advanced settings, as an admin sees them.
    #[must_use]
    pub fn advanced_url(&self) -> String {
        format!("{}/?advanced&token=admin", self.url())
    }

    /// The deal that the board lists first; 0 where there is none.
    #[must_use]
    pub fn first_deal(&self) -> u64 {
        self.stand.options.deals.first().map_or(0, |deal| deal.id)
    }

    /// The first listed deal past the first stage of its pipeline, or else the first one.
    #[must_use]
    pub fn deal_at_work(&self) -> u64 {
        let pipelines = &self.stand.options.company.pipelines;
        let is_new = |deal: &CardDeal| {
            pipelines.iter().filter_map(|it| it.stages.first()).any(|first| first.id == deal.stage)
        };
        let at_work = self.stand.options.deals.iter().find(|deal| !is_new(deal));
        at_work.map_or_else(|| self.first_deal(), |deal| deal.id)
    }

    /// Gives the widget another Worker, for pages that are opened from now on.
    pub fn set_worker_url(&self, url: &str) {
        url.clone_into(&mut self.stand.worker_url.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Asks the Worker for a deal's card as the widget does.
    ///
    /// # Errors
    /// The Worker does not answer, refuses, or would not let the page read its answer.
    pub fn ask_worker(&self, deal: u64) -> Result<CardData> {
        let worker_url = self.stand.worker_url.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let token = mint(&self.stand.options.account, TokenMode::Good)?;
        let ask = ureq::get(format!("{worker_url}/v1/card/{deal}")).header("x-auth-token", token);
        let mut answer = ask.header("origin", self.url()).call()?;
        let allowed = answer.headers().get("access-control-allow-origin");
        ensure!(
            allowed.is_some_and(|origin| origin == self.url().as_str()),
            "the page may not read the answer"
        );
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    /// Waits for ever.
    pub fn wait(self) {
        self.server.wait();
    }
}
