//! A Worker of a test's own, and what tests ask of it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use takeroot_core::account::{AccountOpened, AccountRequest, Secret};
use takeroot_core::policy::Policy;
use takeroot_core::time::Day;
use takeroot_stand::edge::{Answered, Edge};
use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::{Options, Workerd};

pub(crate) const OPERATOR_KEY: &str = "operator-key-of-the-tests";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running Worker with an empty store.
pub(crate) struct Runtime {
    pub(crate) options: Options,
    pub(crate) workerd: Workerd,
    pub(crate) edge: Edge,
}

impl Runtime {
    /// Nothing where the Worker was not built: then the test is skipped, and says so.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let state = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        if state.exists() {
            std::fs::remove_dir_all(&state).unwrap();
        }
        let Some(mut options) = Options::from_env(state, OPERATOR_KEY) else {
            skipped(name, "the Worker is built by `cargo xtask test`");
            return None;
        };
        options.vars.extend(
            [("PUBLISH_INTERVAL_MS", "200"), ("FAULTS", "on"), ("CRM_ORIGIN", "http://crm.example:9000")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let workerd = Workerd::start(&options).unwrap();
        let edge = Edge::new(workerd.url(), OPERATOR_KEY);
        Some(Self { options, workerd, edge })
    }

    /// Kills the process as a power cut would, and starts it again on the same store.
    pub(crate) fn kill_and_start(self) -> Self {
        self.workerd.kill9().unwrap();
        let workerd = Workerd::start(&self.options).unwrap();
        let edge = Edge::new(workerd.url(), OPERATOR_KEY);
        Self { options: self.options, workerd, edge }
    }

    pub(crate) fn open(&self, crm_id: u64) -> AccountOpened {
        self.edge.open(&request(crm_id)).unwrap()
    }

    pub(crate) fn deliver(&self, opened: &AccountOpened, body: &[u8]) -> Answered {
        self.edge.deliver(&opened.hook_path, FORM, body).unwrap()
    }

    /// The published figures by day, as the bytes of their JSON.
    pub(crate) fn published(
        &self,
        opened: &AccountOpened,
        days: impl IntoIterator<Item = Day>,
    ) -> BTreeMap<Day, String> {
        self.edge.wait_until_published(&opened.account, PATIENCE).unwrap();
        let of = |day: Day| {
            let path = format!("/v1/accounts/{}/days/{day}", opened.account);
            let answered = self.edge.get(&path, Some(&opened.owner_token)).unwrap();
            assert_eq!(answered.status, 200, "{path}: {}", answered.text);
            let figures = answered.text.split_once(r#""figures":"#).unwrap().1.strip_suffix('}').unwrap();
            (day, figures.to_owned())
        };
        days.into_iter().map(of).collect()
    }

    pub(crate) fn status(&self, opened: &AccountOpened) -> Value {
        self.edge.ask(&format!("/v1/accounts/{}/status", opened.account)).unwrap()
    }

    pub(crate) fn assert_recomputed_equal(&self, opened: &AccountOpened) {
        let answer: Value = self.edge.ask(&format!("/v1/accounts/{}/recomputation", opened.account)).unwrap();
        assert_eq!(answer["equal"], true, "{answer}");
    }
}

pub(crate) fn request(crm_id: u64) -> AccountRequest {
    AccountRequest {
        crm_id,
        name: "Тестовый сад".to_owned(),
        zone: None,
        crm_host: Some("sad.amocrm.ru".to_owned()),
        client_secret: Secret("a secret of the tests".to_owned()),
        integration_id: None,
        redirect_uri: Some("https://takeroot.example/oauth".to_owned()),
        observed_from: None,
        policy: Some(policy()),
        retention: None,
    }
}

pub(crate) fn policy() -> Policy {
    let text = r#"{
        "calendar": {"tz": "Europe/Moscow", "weekly": {
            "mon": [["09:00","18:00"]], "tue": [["09:00","18:00"]], "wed": [["09:00","18:00"]],
            "thu": [["09:00","18:00"]], "fri": [["09:00","18:00"]]}},
        "mandatory": [{"field": "amount", "name": "Бюджет"}]
    }"#;
    serde_json::from_str(text).unwrap()
}
