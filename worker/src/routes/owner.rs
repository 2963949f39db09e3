//! The owner's page.

use super::Call;
use crate::access::{Who, who};
use crate::reply::{Answer, html};
use takeroot_account::api::Param;
use takeroot_account::{Role, index_key, summary_key};
use takeroot_core::account::AccountIndex;
use takeroot_core::day::Document;
use takeroot_core::summary::Summary;
use takeroot_panel::{Lang, Message, OwnerPage, message_page, owner_page};
use worker::{Request, Response};

pub(super) async fn page(req: &Request, call: &Call<'_>, day: Option<&str>) -> Answer<Response> {
    let Call { env, account, .. } = *call;
    let lang = call.query.get(Param::Lang).and_then(Lang::parse).unwrap_or(Lang::Ru);
    // The page is of the whole company.
    let Ok(Who::Grant(grant, token)) = who(req, env, account).await else {
        return html(404, message_page(lang, Message::NoAccess, None));
    };
    if matches!(grant.role, Role::Head { .. }) {
        return html(404, message_page(lang, Message::NoAccess, None));
    }
    let kv = env.kv("KV")?;
    let Some(index) = kv.get(&index_key(account)).text().await? else {
        return html(200, message_page(lang, Message::NoDataYet, None));
    };
    let index: AccountIndex = serde_json::from_str(&index)?;
    let day = day.map_or(Some(index.latest()), |day| day.parse().ok());
    let document = match day {
        Some(day) => kv.get(&summary_key(account, day)).text().await?,
        None => None,
    };
    let Some(document) = document else {
        let latest = format!("/owner/{account}?token={token}&lang={}", lang.code());
        return html(404, message_page(lang, Message::NoDay, Some(&latest)));
    };
    let document: Document<Summary> = serde_json::from_str(&document)?;
    let (base, query) = (format!("/owner/{account}"), format!("?token={token}"));
    html(
        200,
        owner_page(&OwnerPage {
            account: &index.name,
            document: &document,
            policy: &index.policy,
            zone: &index.zone,
            days: &index.days,
            lang,
            base: &base,
            query: &query,
        }),
    )
}
