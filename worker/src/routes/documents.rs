//! Published documents, as they lie in KV: days, summaries, and days as a table.

use super::Call;
use crate::reply::{Answer, Failure, csv, published};
use futures_util::future::try_join_all;
use futures_util::stream::try_unfold;
use std::collections::BTreeSet;
use takeroot_account::api::{DayPage, Param, Period};
use takeroot_account::{Role, day_key, index_key, summary_key};
use takeroot_core::account::AccountIndex;
use takeroot_core::day::{Document, Figures, TableForm, table as rows};
use takeroot_core::time::Day;
use worker::kv::KvStore;
use worker::{Request, Response};

pub(super) async fn day(req: &Request, call: &Call<'_>, day: &str) -> Answer<Response> {
    let (documents, day) = (Documents::of(call).await?, parsed(day)?);
    published(req, documents.day(day).await?.ok_or_else(no_data)?)
}

pub(super) async fn summary(req: &Request, call: &Call<'_>, day: &str) -> Answer<Response> {
    let text = call.env.kv("KV")?.get(&summary_key(call.account, parsed(day)?)).text().await?;
    published(req, text.ok_or_else(no_data)?)
}

pub(super) async fn days(req: &Request, call: &Call<'_>) -> Answer<Response> {
    let DayPage { days, next } = DayPage::asked(&call.query, &index(call).await?)?;
    let documents = Documents::of(call).await?;
    let items = try_join_all(days.into_iter().map(|day| documents.day(day))).await?;
    let items: Vec<String> = items.into_iter().flatten().collect();
    // Each document is JSON already, and a cursor needs no escapes.
    let next = next.map(|next| format!(r#","next":"{next}""#)).unwrap_or_default();
    published(req, format!(r#"{{"items":[{}]{next}}}"#, items.join(",")))
}

/// A year of a large company is more than the memory at the edge holds, so it leaves day by day.
pub(super) async fn table(call: &Call<'_>) -> Answer<Response> {
    let index = index(call).await?;
    let period = Period::asked(&call.query, &index)?;
    let days: Vec<Day> = period.days(&index).collect();
    let form = match call.query.get(Param::Lang) {
        Some("ru") => TableForm::RussianExcel,
        _ => TableForm::Plain,
    };
    let (documents, head) = (Documents::of(call).await?, Some(form.head()));
    let parts =
        try_unfold((documents, days.into_iter(), head), move |(documents, mut days, head)| async move {
            if let Some(head) = head {
                return Ok(Some((head.into_bytes(), (documents, days, None))));
            }
            let Some(day) = days.next() else { return Ok(None) };
            let text = documents.day(day).await.map_err(Failure::into_error)?;
            let rows = text.map(|text| rows(&text, form)).transpose()?.unwrap_or_default();
            Ok(Some((rows.into_bytes(), (documents, days, None))))
        });
    csv(&format!("takeroot-{}-{}.csv", period.from, period.to), parts)
}

/// The days of an account as somebody may see them.
struct Documents {
    kv: KvStore,
    account: String,
    /// The people whose figures a head sees; nothing for those who see the company's.
    people: Option<BTreeSet<u64>>,
}

impl Documents {
    async fn of(call: &Call<'_>) -> Answer<Self> {
        let people = match call.who.role() {
            Some(Role::Head { group }) => {
                let people = index(call).await?.policy.people;
                Some(people.iter().filter(|person| person.group == Some(group)).map(|p| p.id).collect())
            }
            _ => None,
        };
        Ok(Self { kv: call.env.kv("KV")?, account: call.account.to_owned(), people })
    }

    /// The document of a day, if it is published.
    async fn day(&self, day: Day) -> Answer<Option<String>> {
        let text = self.kv.get(&day_key(&self.account, day)).text().await?;
        let (Some(text), Some(people)) = (&text, &self.people) else { return Ok(text) };
        let Document { envelope, figures } = serde_json::from_str::<Document<Figures>>(text)?;
        Ok(Some(serde_json::to_string(&Document { envelope, figures: figures.of_people(people) })?))
    }
}

async fn index(call: &Call<'_>) -> Answer<AccountIndex> {
    let index = call.env.kv("KV")?.get(&index_key(call.account)).text().await?;
    Ok(serde_json::from_str(&index.ok_or_else(no_data)?)?)
}

fn parsed(day: &str) -> Answer<Day> {
    day.parse().map_err(|error| Failure::rejected(400, "no such day", format!("{error}")))
}

fn no_data() -> Failure {
    Failure::rejected(404, "no data", "nothing is published for this: read the list of days")
}
