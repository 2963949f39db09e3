//! Permission, codes and tokens.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use crate::account::{CLIENT_SECRET, INTEGRATION_ID, REDIRECT_URI};
use crate::company::dice::Dice;

use super::answer::{ApiAnswer, Refusal};

/// Seconds of a code's life.
pub const CODE_LIFE_S: i64 = 20 * 60;
/// Seconds of an access token's life.
pub const ACCESS_LIFE_S: i64 = 86_400;
/// Seconds of a refresh token's life: three months of 30 days.
pub const REFRESH_LIFE_S: i64 = 90 * 86_400;

/// An integration that the account's admin has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// Where the CRM sends whoever gave permission.
    pub redirect_uri: String,
}

impl Default for Integration {
    fn default() -> Self {
        Self {
            id: INTEGRATION_ID.to_owned(),
            secret: CLIENT_SECRET.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
        }
    }
}

/// Codes and tokens that are good.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    dice: Dice,
    account: u64,
    codes: BTreeMap<String, (u64, i64)>,
    access: BTreeMap<String, Good>,
    refresh: BTreeMap<String, Good>,
    /// Tokens that were given together: the refresh token that they were given for, while both are unused.
    pairs: BTreeMap<u64, Option<String>>,
    given: u64,
}

/// Whose a token is, until when, and with which other one it was given.
#[derive(Debug, Clone, Copy)]
struct Good {
    user: u64,
    until: i64,
    pair: u64,
}

impl Tokens {
    pub(super) fn new(seed: u64, account: u64) -> Self {
        Self {
            dice: Dice::new(seed ^ 0x6f61_7574),
            account,
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            pairs: BTreeMap::new(),
            given: 0,
        }
    }

    pub(super) fn code(&mut self, user: u64, now: i64) -> String {
        let code = format!("def502{}", self.dice.hex(90));
        self.codes.insert(code.clone(), (user, now + CODE_LIFE_S));
        code
    }

    pub(super) fn long_lived(&mut self, user: u64, integration: &Integration, until: i64) -> String {
        self.given += 1;
        let good = Good { user, until, pair: self.given };
        let token = self.jwt(integration, good, 0);
        self.access.insert(token.clone(), good);
        token
    }

    pub(super) fn revoke_all(&mut self) {
        self.codes.clear();
        self.access.clear();
        self.refresh.clear();
        self.pairs.clear();
    }

    /// The user of a token; its use ends the refresh token that it was given for.
    pub(super) fn user(&mut self, bearer: &str, now: i64) -> Option<u64> {
        let good = *self.access.get(bearer).filter(|good| now < good.until)?;
        self.settle(good.pair);
        Some(good.user)
    }

    /// `POST /oauth2/access_token`
    pub(super) fn exchange(
        &mut self,
        body: &[u8],
        integration: &Integration,
        burns: bool,
        now: i64,
    ) -> Result<ApiAnswer, Refusal> {
        let asked: Json = serde_json::from_slice(body).map_err(|_| Refusal::hinted(400, "No JSON"))?;
        let text = |name: &str| asked.get(name).and_then(Json::as_str).unwrap_or_default();
        if text("client_id") != integration.id || text("client_secret") != integration.secret {
            return Err(Refusal::hinted(401, "Client authentication failed"));
        }
        if text("redirect_uri") != integration.redirect_uri {
            return Err(Refusal::hinted(400, "Another redirect URI"));
        }
        let (user, parent) = match text("grant_type") {
            "authorization_code" => {
                let code = self.codes.remove(text("code"));
                let (user, until) = code.ok_or(Refusal::hinted(400, "Authorization code is not known"))?;
                if until <= now {
                    return Err(Refusal::hinted(400, "Authorization code has expired"));
                }
                (user, None)
            }
            "refresh_token" => self.rotate(text("refresh_token"), burns, now)?,
            _ => return Err(Refusal::hinted(400, "The grant type is not supported")),
        };
        Ok(self.give(user, parent, integration, now))
    }

    /// Whose the token is, and the token itself where it stays good until its successor is used.
    fn rotate(&mut self, token: &str, burns: bool, now: i64) -> Result<(u64, Option<String>), Refusal> {
        let good = self.refresh.get(token).copied();
        let good = good.ok_or(Refusal::hinted(400, "Token has been revoked"))?;
        if good.until <= now {
            return Err(Refusal::hinted(400, "Token has expired"));
        }
        self.settle(good.pair);
        // Nobody used what was given for this token before.
        let lost = |parent: &Option<String>| parent.as_deref() == Some(token);
        let lost: Vec<u64> = self.pairs.iter().filter(|(_, p)| lost(p)).map(|(pair, _)| *pair).collect();
        for pair in lost {
            self.access.retain(|_, good| good.pair != pair);
            self.refresh.retain(|_, good| good.pair != pair);
            self.pairs.remove(&pair);
        }
        if burns {
            self.refresh.remove(token);
        }
        Ok((good.user, (!burns).then(|| token.to_owned())))
    }

    fn give(&mut self, user: u64, parent: Option<String>, integration: &Integration, now: i64) -> ApiAnswer {
        self.given += 1;
        let pair = self.given;
        let good = Good { user, until: now + ACCESS_LIFE_S, pair };
        let access = self.jwt(integration, good, now);
        let refresh = format!("def502{}", self.dice.hex(120));
        self.access.insert(access.clone(), good);
        self.refresh.insert(refresh.clone(), Good { until: now + REFRESH_LIFE_S, ..good });
        self.pairs.insert(pair, parent);
        let told = json!({
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFE_S,
            "server_time": now,
            "access_token": access,
            "refresh_token": refresh,
        });
        ApiAnswer::of(200, "application/json; charset=utf-8", told.to_string())
    }

    fn settle(&mut self, pair: u64) {
        if let Some(parent) = self.pairs.get_mut(&pair).and_then(Option::take) {
            self.refresh.remove(&parent);
        }
    }

    /// Looks like the CRM's tokens; the signature is none.
    fn jwt(&mut self, integration: &Integration, good: Good, now: i64) -> String {
        let claims = json!({
            "aud": integration.id,
            "jti": self.dice.hex(80),
            "iat": now,
            "nbf": now,
            "exp": good.until,
            "sub": good.user.to_string(),
            "grant_type": "",
            "account_id": self.account,
            "base_domain": "amocrm.ru",
            "version": 2,
            "scopes": ["crm", "notifications"],
            "api_domain": "api-b.amocrm.ru",
        });
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let head = part(json!({ "typ": "JWT", "alg": "RS256" }).to_string());
        format!("{head}.{}.{}", part(claims.to_string()), part(self.dice.hex(48)))
    }
}

/// The page on which an admin gives permission. The button sends the form to the page's own address.
pub(super) fn page(client_id: &str, state: &str, mode: &str, company: &str) -> ApiAnswer {
    let [client_id, state, mode, company] = [client_id, state, mode, company].map(escaped);
    let body = format!(
        "<!doctype html>\n<html lang=\"ru\">\n<meta charset=\"utf-8\">\n<title>Доступ к аккаунту</title>\n\
         <h1>{company}</h1>\n<form method=\"post\" action=\"/oauth\">\n\
         <input type=\"hidden\" name=\"client_id\" value=\"{client_id}\">\n\
         <input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         <input type=\"hidden\" name=\"mode\" value=\"{mode}\">\n\
         <button type=\"submit\">Разрешить</button>\n</form>\n</html>\n"
    );
    ApiAnswer::html(200, body)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
