//! Who asks: the operator by the key, or a grant by its token.

use crate::env::{Ask, operator_key};
use crate::reply::{Answer, Failure};
use crate::routes::query;
use takeroot_account::api::{May, RoleName};
use takeroot_account::{Capability, Grant, Purpose, Role, is_operator};
use takeroot_amocrm::Form;
use worker::{Env, Request};

/// Who asks.
#[derive(Debug)]
pub(crate) enum Who {
    /// Whoever: the route itself says who may, or everybody may.
    Anybody,
    Operator,
    /// A grant that holds, and the token that names it.
    Grant(Grant, String),
}

impl Who {
    /// As the audit log names it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Anybody => String::new(),
            Self::Operator => "operator".to_owned(),
            Self::Grant(grant, _) => format!("grant {}", grant.id),
        }
    }

    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::Anybody | Self::Operator => None,
            Self::Grant(grant, _) => Some(grant.role),
        }
    }
}

/// Who asks, where they may.
pub(crate) async fn admitted(req: &Request, env: &Env, may: May, account: &str) -> Answer<Who> {
    match may {
        May::Anybody | May::Crm | May::Widget | May::Admin | May::Page => Ok(Who::Anybody),
        May::Operator => operator(req, env),
        May::Grants(roles) => {
            let who = who(req, env, account).await?;
            match who.role() {
                Some(role) if !roles.contains(&name(role)) => {
                    let hint = "this link shows less than that: ask an owner of the account";
                    Err(Failure::rejected(403, "not for this token", hint))
                }
                _ => Ok(who),
            }
        }
    }
}

/// Who asks about an account: by a token of this very account, or by the operator's key.
pub(crate) async fn who(req: &Request, env: &Env, account: &str) -> Answer<Who> {
    let operator_key = operator_key(env)?;
    let token = bearer(req)?.or_else(|| asked(req, "token")).ok_or_else(unknown)?;
    if is_operator(&token, &operator_key) {
        return Ok(Who::Operator);
    }
    let capability = Capability::check(&token, Purpose::Owner, &operator_key);
    let known = capability.filter(|known| known.account == account).ok_or_else(unknown)?;
    let mut admitted = Ask::get(format!("/admitted/{}", known.generation)).of(env, account).await?;
    if admitted.status_code() != 200 {
        return Err(unknown());
    }
    Ok(Who::Grant(serde_json::from_str(&admitted.text().await?)?, token))
}

fn operator(req: &Request, env: &Env) -> Answer<Who> {
    let operator_key = operator_key(env)?;
    let presented = bearer(req)?.filter(|presented| is_operator(presented, &operator_key));
    presented.map(|_| Who::Operator).ok_or_else(|| {
        let hint = "send the header `authorization: Bearer` with the operator's key";
        Failure::rejected(401, "operators only", hint)
    })
}

/// The same whether the account, the token or the day is unknown: nothing is learned by trying.
fn unknown() -> Failure {
    Failure::rejected(401, "the token is refused", "ask the operator, or the account's owner, for a new one")
}

const fn name(role: Role) -> RoleName {
    match role {
        Role::Owner => RoleName::Owner,
        Role::Head { .. } => RoleName::Head,
        Role::Reader => RoleName::Reader,
    }
}

/// A value of the address's query.
pub(crate) fn asked(req: &Request, name: &str) -> Option<String> {
    let query = query(req);
    let query = Form::decode(query.as_bytes()).ok()?;
    query.root().get(name)?.text().map(str::to_owned)
}

fn bearer(req: &Request) -> Answer<Option<String>> {
    let header = req.headers().get("authorization")?;
    let bearer = |header: String| {
        let (scheme, token) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    };
    Ok(header.and_then(bearer))
}
