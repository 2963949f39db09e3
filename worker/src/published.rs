//! What is published of an account, as it lies in KV.

use crate::reply::Answer;
use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;
use takeroot_account::day_key;
use takeroot_core::acceptance::Period;
use takeroot_core::account::AccountIndex;
use takeroot_core::day::{Document, Envelope, Figures};
use takeroot_core::time::Day;
use worker::kv::KvStore;

/// Days of a period that are read together.
const DAYS_AT_ONCE: usize = 16;

/// A document, if it is there.
pub(crate) async fn read<T: DeserializeOwned>(kv: &KvStore, key: String) -> Answer<Option<T>> {
    let text = kv.get(&key).text().await?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// The figures of a period out of its published days.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) figures: Option<Figures>,
    /// The last day's envelope, final where all days are.
    pub(crate) envelope: Option<Envelope>,
    pub(crate) days: i64,
}

impl Gathered {
    /// Some days at a time: all of a year would not fit into the memory at the edge.
    pub(crate) async fn of(kv: &KvStore, index: &AccountIndex, period: Period) -> Answer<Self> {
        let days: Vec<Day> = index.days.iter().copied().filter(|day| period.has(*day)).collect();
        let mut gathered = Self::default();
        for days in days.chunks(DAYS_AT_ONCE) {
            let documents =
                days.iter().map(|day| read::<Document<Figures>>(kv, day_key(&index.account, *day)));
            for Document { envelope, figures } in try_join_all(documents).await?.into_iter().flatten() {
                gathered.take(envelope, figures.of_those_since(period.from));
            }
        }
        Ok(gathered)
    }

    fn take(&mut self, envelope: Envelope, figures: Figures) {
        self.days += 1;
        let finals = self.envelope.is_none_or(|before| before.is_final);
        self.envelope = Some(Envelope { is_final: envelope.is_final && finals, ..envelope });
        match &mut self.figures {
            Some(sum) => sum.take(figures),
            None => self.figures = Some(figures),
        }
    }
}
