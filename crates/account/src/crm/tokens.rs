//! New tokens for old ones. The CRM's answer is stored before anything is asked with it: as long as the new pair has not
//! been used, the old one still gives another, so that a crash between any two steps loses nothing.

use super::call::{CrmAnswer, CrmCall};
use super::link::Tokens;
use crate::account::Account;
use takeroot_amocrm::oauth::{self, For, Integration, TOKEN_PATH};
use takeroot_core::account::Secret;
use takeroot_core::time::Moment;

/// So long before its end an access token is replaced.
const REFRESH_BEFORE_S: i64 = 600;

/// What became of a question for tokens.
pub(super) enum Given {
    Tokens(Tokens),
    /// The CRM does not take the code, or the token of before.
    Refused,
    /// It is to be asked again.
    Later,
}

impl Tokens {
    /// Whether they are to be replaced before anything is asked.
    pub(super) fn are_ending(&self, now: Moment) -> bool {
        self.refresh.is_some() && self.expires_at <= now.plus(REFRESH_BEFORE_S)
    }
}

impl Account {
    /// The question for tokens.
    pub(super) fn token_call(&self, host: &str, what: For<'_>) -> CrmCall {
        let record = &self.record;
        let integration = Integration {
            id: record.integration_id.as_deref().unwrap_or_default(),
            secret: &record.client_secret,
            redirect_uri: record.redirect_uri.as_deref().unwrap_or_default(),
        };
        CrmCall {
            method: "POST",
            host: host.to_owned(),
            path: TOKEN_PATH.to_owned(),
            bearer: None,
            body: Some(Secret(oauth::token_request(integration, what))),
        }
    }
}

pub(super) fn given(answer: &CrmAnswer, now: Moment) -> Given {
    match answer {
        CrmAnswer::Told { status: 200..=299, body, .. } => match oauth::tokens(body, now) {
            Some(told) => Given::Tokens(Tokens {
                access: told.access,
                refresh: Some(told.refresh),
                expires_at: told.expires_at,
            }),
            None => Given::Later,
        },
        CrmAnswer::Told { status: 400 | 401 | 403, .. } => Given::Refused,
        _ => Given::Later,
    }
}
