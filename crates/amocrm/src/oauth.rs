//! OAuth 2 as amoCRM has it: where an admin is sent, what is asked for tokens, and what is answered.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;
use takeroot_core::account::Secret;
use takeroot_core::time::Moment;

/// The path under the account's host that gives tokens.
pub const TOKEN_PATH: &str = "/oauth2/access_token";

/// What an integration is known by.
#[derive(Clone, Copy, Debug)]
pub struct Integration<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a Secret,
    /// Its redirect address.
    pub redirect_uri: &'a str,
}

/// For what tokens are given.
#[derive(Clone, Copy, Debug)]
pub enum For<'a> {
    /// An admin's consent; within 20 minutes, once.
    Code(&'a str),
    /// The refresh token of before; within three months, once.
    Refresh(&'a Secret),
}

/// Tokens that the CRM gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Opens the API.
    pub access: Secret,
    /// Gives the next pair.
    pub refresh: Secret,
    /// Until when the first of them holds.
    pub expires_at: Moment,
}

/// Where an admin says yes. `zone` is the domain of the CRM in which the account lives, such as `amocrm.ru`.
#[must_use]
pub fn authorize_url(zone: &str, integration_id: &str, state: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).collect()
    };
    format!("https://www.{zone}/oauth?client_id={}&state={}&mode=popup", plain(integration_id), plain(state))
}

/// The body of the question for tokens.
#[must_use]
pub fn token_request(integration: Integration<'_>, what: For<'_>) -> String {
    let Integration { id, secret, redirect_uri } = integration;
    let (grant, name, value) = match what {
        For::Code(code) => ("authorization_code", "code", code),
        For::Refresh(token) => ("refresh_token", "refresh_token", token.0.as_str()),
    };
    json!({ "client_id": id, "client_secret": secret.0, "grant_type": grant, name: value, "redirect_uri": redirect_uri })
        .to_string()
}

/// The tokens of an answer, received at a moment; `None` where it holds none.
#[must_use]
pub fn tokens(body: &[u8], now: Moment) -> Option<Tokens> {
    #[derive(Deserialize)]
    struct Told {
        access_token: Secret,
        refresh_token: Secret,
        expires_in: i64,
    }
    let told: Told = serde_json::from_slice(body).ok()?;
    let is_whole = !told.access_token.0.is_empty() && !told.refresh_token.0.is_empty() && told.expires_in > 0;
    is_whole.then(|| Tokens {
        access: told.access_token,
        refresh: told.refresh_token,
        expires_at: now.plus(told.expires_in.min(EXPIRES_MAX_S)),
    })
}

/// Longer than any token lives.
const EXPIRES_MAX_S: i64 = 366 * 86_400;

/// When a token ends by its own word, which nobody has signed for us: a token that lives long is a JWT.
#[must_use]
pub fn end_of(token: &Secret) -> Option<Moment> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.0.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    (claims.exp > 0).then_some(Moment(claims.exp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_whole_or_not_at_all() {
        let body = br#"{"token_type":"Bearer","expires_in":86400,"access_token":"a1","refresh_token":"r1"}"#;
        let told = tokens(body, Moment(1_000)).unwrap();
        assert_eq!((told.access.0.as_str(), told.expires_at), ("a1", Moment(87_400)));
        for bad in ["", "<html>", "{}", r#"{"expires_in":1,"access_token":"","refresh_token":"r"}"#] {
            assert_eq!(tokens(bad.as_bytes(), Moment(0)), None, "{bad}");
        }
        assert!(!format!("{told:?}").contains("a1"), "a token does not show itself");
    }

    #[test]
    fn nothing_slips_out_of_its_place_in_the_address() {
        let url = authorize_url("kommo.com", "7b0c&x=1", "amo-7.1#é");
        assert_eq!(url, "https://www.kommo.com/oauth?client_id=7b0cx1&state=amo-7.1&mode=popup");
    }
}
