//! Who asks: the operator by the key, or a grant by its token.

use crate::env::{Ask, operator_key};
use crate::reply::{Answer, Failure};
use takeroot_account::{Capability, Grant, Purpose, Role, is_operator};
use takeroot_amocrm::Form;
use worker::{Env, Request};

/// Who asks.
#[derive(Debug)]
pub(crate) enum Who {
    Operator,
    /// A grant that holds, and the token that names it.
    Grant(Grant, String),
}

impl Who {
    /// As the audit log names it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Grant(grant, _) => format!("grant {}", grant.id),
        }
    }

    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::Operator => None,
            Self::Grant(grant, _) => Some(grant.role),
        }
    }

    /// Only an owner or the operator goes on.
    pub(crate) fn owns(&self) -> Answer<()> {
        match self.role() {
            None | Some(Role::Owner) => Ok(()),
            Some(_) => Err(Failure::rejected(403, "not for this token", "ask an owner of the account")),
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
    let mut admitted = Ask::get(&format!("/admitted/{}", known.generation)).of(env, account).await?;
    if admitted.status_code() != 200 {
        return Err(unknown());
    }
    Ok(Who::Grant(serde_json::from_str(&admitted.text().await?)?, token))
}

/// Only the operator goes on.
pub(crate) fn operator(req: &Request, env: &Env) -> Answer<()> {
    let operator_key = operator_key(env)?;
    let presented = bearer(req)?.filter(|presented| is_operator(presented, &operator_key));
    presented.map(|_| ()).ok_or_else(|| {
        let hint = "send the header `authorization: Bearer` with the operator's key";
        Failure::rejected(401, "operators only", hint)
    })
}

/// The same whether the account, the token or the day is unknown: nothing is learned by trying.
fn unknown() -> Failure {
    Failure::rejected(401, "the token is refused", "ask the operator, or the account's owner, for a new one")
}

/// A value of the address's query.
pub(crate) fn asked(req: &Request, name: &str) -> Option<String> {
    let url = req.inner().url();
    let query = Form::decode(url.split_once('?')?.1.as_bytes()).ok()?;
    query.root().get(name)?.text().map(str::to_owned)
}

fn bearer(req: &Request) -> Answer<Option<String>> {
    let header = req.headers().get("authorization")?;
    Ok(header.and_then(|header| header.strip_prefix("Bearer ").map(str::to_owned)))
}
