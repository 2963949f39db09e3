//! The counters of this isolate. On workerd that is the whole process; see `docs/cloudflare.md` for the other home.

use crate::reply::{Answer, text};
use crate::routes;
use takeroot_account::Metrics;
use worker::{Env, Response};

pub(crate) static METRICS: Metrics = Metrics::new();

/// Every panic is counted, whoever catches it.
pub(crate) fn count_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        METRICS.panicked();
        before(info);
    }));
}

pub(crate) async fn answer(env: &Env) -> Answer<Response> {
    text(METRICS.text(routes::all(env).await?.len() as u64))
}
