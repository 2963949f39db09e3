//! Requests from outside. The routes are one `match`; each arm is one call.

use crate::body::read_capped;
use crate::cors;
use crate::reply::{Answer, Failure, css, html, json, json_text};
use takeroot_account::{Capability, Purpose, day_key, index_key, is_operator, summary_key};
use takeroot_amocrm::Form;
use takeroot_amocrm::token::claimed_account;
use takeroot_core::account::{AccountIndex, AccountOpened, AccountRequest, amocrm_key};
use takeroot_core::day::Document;
use takeroot_core::summary::Summary;
use takeroot_core::time::Day;
use takeroot_panel::{Lang, Message, OWNER_CSS, OwnerPage, message_page, owner_page};
use worker::{Env, Headers, Method, Request, RequestInit, Response};

/// The CRM's largest bodies are some tens of kilobytes.
const BODY_BYTES_MAX: usize = 1 << 20;

pub(crate) async fn answer(mut req: Request, env: &Env) -> Answer<Response> {
    let path = req.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (req.method(), segments.as_slice()) {
        (Method::Get, ["health"]) => json(&serde_json::json!({ "ok": true })),
        (Method::Get, ["assets", "owner.css"]) => css(OWNER_CSS),
        (Method::Post, ["hooks", "amocrm", secret]) => hook(&mut req, env, secret).await,
        (Method::Options, ["v1", "card", _]) => cors::preflight(&req, env),
        (Method::Get, ["v1", "card", deal]) => cors::with(&req, env, card(&req, env, deal).await),
        (Method::Post, ["v1", "accounts"]) => open_account(&mut req, env).await,
        (Method::Get, ["v1", "accounts", account, "days", day]) => {
            document(&req, env, account, day, day_key).await
        }
        (Method::Get, ["v1", "accounts", account, "summaries", day]) => {
            document(&req, env, account, day, summary_key).await
        }
        (Method::Get, ["v1", "accounts", account, "deals", deal]) => {
            owners(&req, env, account)?;
            ask(env, account, &format!("/deal/{deal}"), None).await
        }
        (Method::Get, ["v1", "accounts", account, "quarantine"]) => {
            owners(&req, env, account)?;
            ask(env, account, "/quarantine", None).await
        }
        (Method::Get, ["v1", "accounts", account, "status"]) => {
            operators(&req, env, account, "/status").await
        }
        (Method::Get, ["v1", "accounts", account, "facts"]) => operators(&req, env, account, "/facts").await,
        (Method::Get, ["v1", "accounts", account, "recomputation"]) => {
            operators(&req, env, account, "/recomputation").await
        }
        (Method::Post, ["v1", "accounts", account, "faults", "panic"]) => {
            operators(&req, env, account, "/panic").await
        }
        (Method::Get, ["owner", account]) => owner(&req, env, account, None).await,
        (Method::Get, ["owner", account, day]) => owner(&req, env, account, Some(day)).await,
        _ => Err(Failure::not_found()),
    }
}

/// Wakes every account: an alarm that has gone to sleep is set again.
pub(crate) async fn tick(env: &Env) -> Answer<()> {
    let mut cursor = None;
    loop {
        let mut list = env.kv("KV")?.list().prefix("index/".to_owned());
        if let Some(cursor) = cursor.take() {
            list = list.cursor(cursor);
        }
        let page = list.execute().await?;
        for key in &page.keys {
            let account = key.name.trim_start_matches("index/");
            if let Err(failure) = ask(env, account, "/tick", None).await {
                worker::console_error!("tick {account}: {failure:?}");
            }
        }
        cursor = page.cursor.filter(|_| !page.list_complete);
        if cursor.is_none() {
            return Ok(());
        }
    }
}

async fn hook(req: &mut Request, env: &Env, secret: &str) -> Answer<Response> {
    let known =
        Capability::check(secret, Purpose::Hook, &operator_key(env)?).ok_or_else(Failure::not_found)?;
    let body = capped(req).await?;
    ask(env, &known.account, &format!("/deliver/{}", known.generation), Some(body)).await
}

/// The account is the one that the token claims; the token is verified with that account's secret.
async fn card(req: &Request, env: &Env, deal: &str) -> Answer<Response> {
    let refused =
        || Failure::rejected(401, "the token is refused", "send the CRM's one-time token in X-Auth-Token");
    let token = req.headers().get("x-auth-token")?.ok_or_else(refused)?;
    let account = amocrm_key(claimed_account(&token).ok_or_else(refused)?);
    // An account that nobody opened has no object, and gets none by being asked for.
    if env.kv("KV")?.get(&index_key(&account)).text().await?.is_none() {
        return Err(refused());
    }
    let headers = Headers::new();
    headers.set("x-auth-token", &token)?;
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let stub = env.durable_object("ACCOUNT")?.get_by_name(&account)?;
    Ok(stub
        .fetch_with_request(Request::new_with_init(&format!("https://account/card/{deal}"), &init)?)
        .await?)
}

async fn open_account(req: &mut Request, env: &Env) -> Answer<Response> {
    let operator_key = operator_key(env)?;
    check_operator(req, &operator_key)?;
    let body = capped(req).await?;
    let text = String::from_utf8_lossy(&body);
    let request: AccountRequest = serde_json::from_str(&text)
        .map_err(|error| Failure::rejected(422, "the account cannot be read", error.to_string()))?;
    let account = amocrm_key(request.crm_id);
    let kept = ask(env, &account, "/account", Some(body)).await?;
    if kept.status_code() != 200 {
        return Ok(kept);
    }
    let capability = Capability { account: account.clone(), generation: 1 };
    let owner_token = capability.text(Purpose::Owner, &operator_key);
    json(&AccountOpened {
        hook_path: format!("/hooks/amocrm/{}", capability.text(Purpose::Hook, &operator_key)),
        owner_path: format!("/owner/{account}?token={owner_token}"),
        owner_token,
        account,
    })
}

async fn document(
    req: &Request,
    env: &Env,
    account: &str,
    day: &str,
    key: fn(&str, Day) -> String,
) -> Answer<Response> {
    owners(req, env, account)?;
    let day = day.parse().map_err(|error| Failure::rejected(400, "no such day", format!("{error}")))?;
    let text = env.kv("KV")?.get(&key(account, day)).text().await?;
    json_text(text.ok_or_else(|| Failure::rejected(404, "no data", "nothing is published for this day"))?)
}

async fn owner(req: &Request, env: &Env, account: &str, day: Option<&str>) -> Answer<Response> {
    let lang = asked(req, "lang").and_then(|lang| Lang::parse(&lang)).unwrap_or(Lang::Ru);
    let Ok(token) = owners(req, env, account) else {
        return html(404, message_page(lang, Message::NoAccess, None));
    };
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

async fn operators(req: &Request, env: &Env, account: &str, path: &str) -> Answer<Response> {
    check_operator(req, &operator_key(env)?)?;
    ask(env, account, path, None).await
}

/// The token of an owner of this very account, from the header or, for pages, the query.
fn owners(req: &Request, env: &Env, account: &str) -> Answer<String> {
    let token = bearer(req)?.or_else(|| asked(req, "token")).ok_or_else(Failure::not_found)?;
    let capability = Capability::check(&token, Purpose::Owner, &operator_key(env)?);
    capability.filter(|known| known.account == account).map(|_| token).ok_or_else(Failure::not_found)
}

/// A value of the address's query.
fn asked(req: &Request, name: &str) -> Option<String> {
    let url = req.inner().url();
    let query = Form::decode(url.split_once('?')?.1.as_bytes()).ok()?;
    query.root().get(name)?.text().map(str::to_owned)
}

fn check_operator(req: &Request, operator_key: &[u8]) -> Answer<()> {
    let presented = bearer(req)?.filter(|presented| is_operator(presented, operator_key));
    presented.map(|_| ()).ok_or_else(|| {
        Failure::rejected(
            401,
            "operators only",
            "send the header `authorization: Bearer` with the operator's key",
        )
    })
}

fn bearer(req: &Request) -> Answer<Option<String>> {
    let header = req.headers().get("authorization")?;
    Ok(header.and_then(|header| header.strip_prefix("Bearer ").map(str::to_owned)))
}

async fn capped(req: &mut Request) -> Answer<Vec<u8>> {
    read_capped(req, BODY_BYTES_MAX).await?.map_err(|_| {
        Failure::rejected(413, "the body is too large", format!("a body has at most {BODY_BYTES_MAX} bytes"))
    })
}

async fn ask(env: &Env, account: &str, path: &str, body: Option<Vec<u8>>) -> Answer<Response> {
    let stub = env.durable_object("ACCOUNT")?.get_by_name(account)?;
    let mut init = RequestInit::new();
    if let Some(body) = body {
        init.with_method(Method::Post).with_body(Some(js_sys::Uint8Array::from(body.as_slice()).into()));
    }
    let req = Request::new_with_init(&format!("https://account{path}"), &init)?;
    Ok(stub.fetch_with_request(req).await?)
}

fn operator_key(env: &Env) -> Answer<Vec<u8>> {
    let key = env.secret("OPERATOR_KEY")?.to_string();
    // An empty key would sign anything for anybody.
    if key.len() < 16 {
        return Err(Failure::fault("OPERATOR_KEY has fewer than 16 bytes"));
    }
    Ok(key.into_bytes())
}
