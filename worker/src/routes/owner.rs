//! The owner's page, and the deals behind its figures.

use super::Call;
use crate::access::{Who, who};
use crate::env::Ask;
use crate::published::{Gathered, read};
use crate::reply::{Answer, html};
use futures_util::future::try_join3;
use takeroot_account::api::{self, Param};
use takeroot_account::{Role, index_key, summary_key};
use takeroot_core::acceptance::evidence::Evidence;
use takeroot_core::acceptance::{Metric, Period};
use takeroot_core::account::AccountIndex;
use takeroot_core::day::Document;
use takeroot_core::summary::Glance;
use takeroot_core::time::Day;
use takeroot_panel::{
    Choice, DealsPage, Filter, Lang, Message, OwnerPage, PeriodPage, deals_page, message_page, owner_page,
    period_page,
};
use worker::kv::KvStore;
use worker::{Request, Response};

/// Days before a summary with which it is compared.
const WEEK_DAYS: i32 = 7;

/// The page of the latest day, or of the period that the address names.
pub(super) async fn latest(req: &Request, call: &Call<'_>) -> Answer<Response> {
    match [Param::From, Param::To].iter().any(|param| call.query.get(*param).is_some()) {
        true => period(req, call).await,
        false => page(req, call, None).await,
    }
}

async fn period(req: &Request, call: &Call<'_>) -> Answer<Response> {
    let visit = match Visit::begun(req, call).await? {
        Ok(visit) => visit,
        Err(refusal) => return Ok(refusal),
    };
    let Ok(asked) = api::Period::asked(&call.query, &visit.index) else {
        return html(400, message_page(visit.lang, Message::NoPeriod, Some(&visit.latest())));
    };
    let period = Period { from: asked.from, to: asked.to };
    let told = |param| call.query.get(param).unwrap_or_default();
    let beside = told(Param::Beside).parse::<Day>().ok();
    let beside =
        beside.map_or(period.before(), |from| Period { from, to: from.plus(period.to.0 - period.from.0) });
    let id = |param| told(param).parse().unwrap_or(0);
    let filter =
        Filter { pipeline: id(Param::Pipeline), manager: id(Param::Manager), source: id(Param::Source) };
    let now = Gathered::of(&visit.kv, &visit.index, period).await?;
    let then = Gathered::of(&visit.kv, &visit.index, beside).await?;
    html(
        200,
        period_page(&PeriodPage {
            account: &visit.index.name,
            policy: &visit.index.policy,
            zone: &visit.index.zone,
            period,
            now: now.figures.as_ref(),
            envelope: now.envelope,
            missing: i64::from(period.days()) - now.days,
            beside,
            then: then.figures.as_ref(),
            filter,
            lang: visit.lang,
            base: &visit.base,
            query: &visit.query,
        }),
    )
}

pub(super) async fn page(req: &Request, call: &Call<'_>, day: Option<&str>) -> Answer<Response> {
    let visit = match Visit::begun(req, call).await? {
        Ok(visit) => visit,
        Err(refusal) => return Ok(refusal),
    };
    let Visit { kv, index, lang, query, base } = &visit;
    let Some(day) = day.map_or(Some(index.latest()), |day| day.parse().ok()) else { return visit.no_day() };
    let of = |day: Day| summary_key(call.account, day);
    let (document, yesterday, week_ago) = try_join3(
        read(kv, of(day)),
        read::<Document<Glance>>(kv, of(day.plus(-1))),
        read::<Document<Glance>>(kv, of(day.plus(-WEEK_DAYS))),
    )
    .await?;
    let Some(document) = document else { return visit.no_day() };
    let told = |param| call.query.get(param).unwrap_or_default();
    html(
        200,
        owner_page(&OwnerPage {
            account: &index.name,
            document: &document,
            yesterday: yesterday.as_ref().map(|then| &then.figures),
            week_ago: week_ago.as_ref().map(|then| &then.figures),
            policy: &index.policy,
            zone: &index.zone,
            days: &index.days,
            points: &index.points,
            logbook: &index.logbook,
            lang: *lang,
            base,
            query,
            choice: Choice {
                sort: told(Param::Sort),
                ascending: told(Param::Dir) == "up",
                everybody: !told(Param::All).is_empty(),
                figure: told(Param::Figure),
            },
        }),
    )
}

/// The deals behind a figure. Its metric and days are as the page's link gives them.
pub(super) async fn deals(req: &Request, call: &Call<'_>, day: &str) -> Answer<Response> {
    let visit = match Visit::begun(req, call).await? {
        Ok(visit) => visit,
        Err(refusal) => return Ok(refusal),
    };
    let told = |param| call.query.get(param).unwrap_or_default();
    let days = |text: &str| text.parse::<Day>().ok();
    let asked =
        (Metric::named(told(Param::Metric)), days(told(Param::From)), days(told(Param::To)), days(day));
    let (Some(metric), Some(from), Some(to), Some(day)) = asked else { return visit.no_day() };
    let pilot = !told(Param::Pilot).is_empty();
    let path = format!("/evidence?metric={}&from={from}&to={to}&pilot={}", metric.name(), u8::from(pilot));
    let mut answer = Ask::get(path).of(call.env, call.account).await?;
    if answer.status_code() != 200 {
        return html(404, message_page(visit.lang, Message::NoDay, Some(&visit.latest())));
    }
    let evidence: Evidence = serde_json::from_str(&answer.text().await?)?;
    html(
        200,
        deals_page(&DealsPage {
            account: &visit.index.name,
            crm_host: visit.index.crm_host.as_deref(),
            metric,
            period: Period { from, to },
            pilot,
            evidence: &evidence,
            day,
            lang: visit.lang,
            base: &visit.base,
            query: &visit.query,
        }),
    )
}

/// Somebody who may see the page of an account that has one.
struct Visit {
    kv: KvStore,
    index: AccountIndex,
    lang: Lang,
    base: String,
    /// What each link keeps.
    query: String,
}

impl Visit {
    /// The visit, or the page that refuses it.
    async fn begun(req: &Request, call: &Call<'_>) -> Answer<Result<Self, Response>> {
        let Call { env, account, .. } = *call;
        let lang = call.query.get(Param::Lang).and_then(Lang::parse).unwrap_or(Lang::Ru);
        // The page is of the whole company.
        let token = match who(req, env, account).await {
            Ok(Who::Grant(grant, token)) if !matches!(grant.role, Role::Head { .. }) => token,
            _ => return html(404, message_page(lang, Message::NoAccess, None)).map(Err),
        };
        let kv = env.kv("KV")?;
        let Some(index) = read(&kv, index_key(account)).await? else {
            return html(200, message_page(lang, Message::NoDataYet, None)).map(Err);
        };
        let (base, query) = (format!("/owner/{account}"), format!("?token={token}"));
        Ok(Ok(Self { kv, index, lang, base, query }))
    }

    fn latest(&self) -> String {
        format!("{}{}&lang={}", self.base, self.query, self.lang.code())
    }

    fn no_day(&self) -> Answer<Response> {
        html(404, message_page(self.lang, Message::NoDay, Some(&self.latest())))
    }
}
