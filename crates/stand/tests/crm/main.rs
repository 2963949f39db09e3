//! The CRM's stand-in: what it answers is read by the project's own reader, and it fails as it is told to.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod http;
mod lists;
mod oauth;
mod shapes;
mod troubles;
mod webhooks;

use serde_json::Value as Json;
use takeroot_amocrm::api::{self, Beside, Context, Reading};
use takeroot_core::time::Moment;
use takeroot_stand::crm::{ApiAnswer, ApiRequest, Crm};

/// Friday 2026-11-20, 17:00 in Moscow.
const ENDS: i64 = 1_795_183_200;
const HEAD: u64 = 10_271_001;
const MANAGER: u64 = 10_271_004;

/// A CRM that is asked as fast as one likes.
struct Asked {
    crm: Crm,
    token: String,
    now: i64,
}

impl Asked {
    fn new(weeks: u32) -> Self {
        let mut crm = Crm::of_weeks(7, ENDS, weeks);
        crm.limits_mut().per_second = u32::MAX;
        let token = crm.issue_long_lived(HEAD, i64::MAX);
        Self { crm, token, now: ENDS }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> ApiAnswer {
        let bearer = Some(self.token.as_str());
        let request = ApiRequest { method, path_and_query: path, bearer, body: body.as_bytes() };
        self.crm.answer(&request, self.now)
    }

    fn get(&mut self, path: &str) -> ApiAnswer {
        self.send("GET", path, "")
    }

    fn page(&mut self, path: &str) -> Json {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Every page of a list, by its links.
    fn pages(&mut self, path: &str) -> Vec<ApiAnswer> {
        let mut pages = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next.take() {
            let answer = self.get(&path);
            if answer.status == 204 {
                assert!(answer.body.is_empty());
                break;
            }
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let body: Json = serde_json::from_slice(&answer.body).unwrap();
            let link = body["_links"]["next"]["href"].as_str();
            next = link.map(|link| link.split_once(".amocrm.ru").unwrap().1.to_owned());
            pages.push(answer);
        }
        pages
    }

    /// The items of a list, all pages together.
    fn items(&mut self, path: &str, name: &str) -> Vec<Json> {
        let pages = self.pages(path);
        let items = pages.iter().flat_map(|page| {
            let body: Json = serde_json::from_slice(&page.body).unwrap();
            body["_embedded"][name].as_array().unwrap().clone()
        });
        items.collect()
    }

    /// All pages of a list as the project's reader reads them.
    fn read(&mut self, path: &str) -> Reading {
        let account = Some(self.crm.company().crm_id);
        let (received_at, identity_key) = (Moment(self.now), &b"tests"[..]);
        let context = Context { received_at, account, identity_key, policy: None };
        let mut reading = Reading::default();
        for page in self.pages(path) {
            reading.merge(api::read(&page.body, &context, Beside { events: true, notes: true }).unwrap());
        }
        reading
    }
}

fn text<'j>(item: &'j Json, name: &str) -> &'j str {
    item[name].as_str().unwrap()
}

fn number(item: &Json, name: &str) -> i64 {
    item[name].as_i64().unwrap()
}
