//! What one process of the Worker has done since its start, as a monitor reads it: the text format of Prometheus.
//!
//! Counters only, and no account in a label: what a monitor keeps must not grow with the accounts, nor tell who they are.

use crate::intake::Delivered;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use takeroot_core::time::Moment;

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookResult {
    /// Stored.
    Stored,
    /// Stored, but could not be read.
    Quarantined,
    /// A wrong address, a suspended account, a body too large.
    Refused,
    /// Too much at once: the CRM is asked to send it again.
    Shed,
    /// Our fault: nothing is stored.
    Failed,
}

const HOOK_RESULTS: [&str; 5] = ["stored", "quarantined", "refused", "shed", "failed"];

impl HookResult {
    /// What an answer says that did not come from the journal; none of an answer that did.
    #[must_use]
    pub const fn of_status(status: u16) -> Option<Self> {
        match status {
            0..400 => None,
            429 | 503 => Some(Self::Shed),
            400..500 => Some(Self::Refused),
            _ => Some(Self::Failed),
        }
    }
}

/// A class of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteClass {
    /// The CRM's webhooks and notices.
    Hooks,
    /// The widget in a card.
    Card,
    /// Owners' pages.
    Owner,
    /// Documents and the operator's orders.
    Accounts,
    /// Monitors.
    Monitor,
    /// Styles and the like.
    Assets,
    /// Nothing that exists.
    Other,
}

const ROUTES: [&str; 7] = ["hooks", "card", "owner", "accounts", "monitor", "assets", "other"];

const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The counters of a process, or of an isolate: they begin anew with it.
#[derive(Debug, Default)]
pub struct Metrics {
    up_since: AtomicU64,
    hooks: [AtomicU64; HOOK_RESULTS.len()],
    requests: [[AtomicU64; STATUSES.len()]; ROUTES.len()],
    repeated: AtomicU64,
    alarms: AtomicU64,
    alarm_failures: AtomicU64,
    publications: AtomicU64,
    documents: AtomicU64,
    panics: AtomicU64,
    lost: AtomicU64,
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            up_since: AtomicU64::new(0),
            hooks: [const { AtomicU64::new(0) }; HOOK_RESULTS.len()],
            requests: [const { [const { AtomicU64::new(0) }; STATUSES.len()] }; ROUTES.len()],
            repeated: AtomicU64::new(0),
            alarms: AtomicU64::new(0),
            alarm_failures: AtomicU64::new(0),
            publications: AtomicU64::new(0),
            documents: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }

    /// It runs: the first moment that is told is its start.
    pub fn runs(&self, now: Moment) {
        let now = u64::try_from(now.0).unwrap_or(0);
        let _ = self.up_since.compare_exchange(0, now, Relaxed, Relaxed);
    }

    /// A webhook was stored.
    pub fn delivered(&self, delivered: &Delivered) {
        self.hook(delivered.result());
    }

    /// A webhook came to its end.
    pub fn hook(&self, result: HookResult) {
        add(self.hooks.get(result as usize));
    }

    /// Webhooks told nothing new.
    pub fn repeated(&self, webhooks: u64) {
        self.repeated.fetch_add(webhooks, Relaxed);
    }

    /// A request was answered.
    pub fn answered(&self, route: RouteClass, status: u16) {
        let class = usize::from(status / 100).saturating_sub(1);
        add(self.requests.get(route as usize).and_then(|statuses| statuses.get(class)));
    }

    /// An alarm rang; whether its work was done.
    pub fn alarm(&self, is_done: bool) {
        add(Some(&self.alarms));
        add((!is_done).then_some(&self.alarm_failures));
    }

    /// Documents were put.
    pub fn published(&self, documents: usize) {
        add(Some(&self.publications));
        self.documents.fetch_add(documents as u64, Relaxed);
    }

    /// A panic.
    pub fn panicked(&self) {
        add(Some(&self.panics));
    }

    /// A widget found nothing of a card in the CRM's page.
    pub fn lost(&self) {
        add(Some(&self.lost));
    }

    /// The text that a monitor reads, with the number of accounts known by now.
    #[must_use]
    pub fn text(&self, accounts: u64) -> String {
        let mut text = String::new();
        let hooks = "Webhooks by what became of them.";
        head(&mut text, "takeroot_hooks_total", "counter", hooks);
        for (result, n) in HOOK_RESULTS.iter().zip(&self.hooks) {
            line(&mut text, "takeroot_hooks_total", &format!("{{result=\"{result}\"}}"), n.load(Relaxed));
        }
        head(&mut text, "takeroot_requests_total", "counter", "Answered requests by route and status.");
        for (route, statuses) in ROUTES.iter().zip(&self.requests) {
            for (status, n) in STATUSES.iter().zip(statuses) {
                let labels = format!("{{route=\"{route}\",status=\"{status}\"}}");
                line(&mut text, "takeroot_requests_total", &labels, n.load(Relaxed));
            }
        }
        for (name, kind, help, n) in [
            ("takeroot_hooks_repeated_total", "counter", "Webhooks that told nothing new.", &self.repeated),
            ("takeroot_alarms_total", "counter", "Alarms of accounts that rang.", &self.alarms),
            ("takeroot_alarm_failures_total", "counter", "Alarms that failed.", &self.alarm_failures),
            ("takeroot_publications_total", "counter", "Publications of accounts.", &self.publications),
            ("takeroot_documents_total", "counter", "Documents put into KV.", &self.documents),
            ("takeroot_panics_total", "counter", "Panics: a bug each.", &self.panics),
            (
                "takeroot_widget_lost_total",
                "counter",
                "Widgets that found no card in the CRM's page.",
                &self.lost,
            ),
            ("takeroot_accounts", "gauge", "Accounts known.", &AtomicU64::new(accounts)),
            ("takeroot_up_since_seconds", "gauge", "When it started, Unix time.", &self.up_since),
        ] {
            head(&mut text, name, kind, help);
            line(&mut text, name, "", n.load(Relaxed));
        }
        text
    }
}

fn add(counter: Option<&AtomicU64>) {
    if let Some(counter) = counter {
        counter.fetch_add(1, Relaxed);
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, n: u64) {
    let _ = writeln!(text, "{name}{labels} {n}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_was_counted_is_told() {
        static METRICS: Metrics = Metrics::new();
        METRICS.runs(Moment(1_790_000_000));
        METRICS.runs(Moment(1_790_000_060));
        METRICS.repeated(2);
        METRICS.hook(HookResult::Failed);
        METRICS.answered(RouteClass::Other, 599);
        METRICS.alarm(true);
        METRICS.alarm(false);
        METRICS.published(4);
        METRICS.panicked();
        METRICS.lost();
        let text = METRICS.text(3);
        for wanted in [
            "takeroot_hooks_total{result=\"stored\"} 0\n",
            "takeroot_hooks_repeated_total 2\n",
            "takeroot_hooks_total{result=\"failed\"} 1\n",
            "takeroot_requests_total{route=\"other\",status=\"5xx\"} 1\n",
            "takeroot_alarms_total 2\n",
            "takeroot_alarm_failures_total 1\n",
            "takeroot_publications_total 1\n",
            "takeroot_documents_total 4\n",
            "takeroot_panics_total 1\n",
            "takeroot_widget_lost_total 1\n",
            "takeroot_accounts 3\n",
            "takeroot_up_since_seconds 1790000000\n",
        ] {
            assert!(text.contains(wanted), "{wanted} in\n{text}");
        }
    }

    #[test]
    fn each_name_is_explained_before_its_values_once() {
        let text = Metrics::new().text(0);
        let mut explained = BTreeSet::new();
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                assert!(explained.insert(help.split(' ').next().unwrap()), "{line}");
            } else if !line.starts_with('#') {
                let name = line.split([' ', '{']).next().unwrap();
                assert!(explained.contains(name), "{line}");
                let counts = text.contains(&format!("# TYPE {name} counter"));
                assert_eq!(counts, name.ends_with("_total"), "{line}");
            }
        }
    }

    #[test]
    fn statuses_say_what_became_of_a_hook() {
        let results = [200, 404, 413, 429, 500, 503].map(HookResult::of_status);
        let [refused, shed, failed] =
            [Some(HookResult::Refused), Some(HookResult::Shed), Some(HookResult::Failed)];
        assert_eq!(results, [None, refused, refused, shed, failed, shed]);
    }
}
