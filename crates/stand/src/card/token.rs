//! The CRM's side of one-time tokens, and the wrong ones that a Worker must refuse.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::CardAccount;

/// A token lives for half an hour.
const LIFE_S: u64 = 30 * 60;

/// Which token the page gets. The page's address names it: `?token=expired`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenMode {
    /// As the CRM mints it where it does not say who is an admin.
    Good,
    /// As it mints it for an admin.
    Admin,
    /// Minted an hour ago.
    Expired,
    /// Valid in an hour.
    Early,
    /// Of the account with the next id, signed with the same secret.
    Foreign,
    /// Signed with another secret.
    Forged,
    /// `alg: none`, without a signature.
    Unsigned,
    /// Made for another host.
    Misdirected,
}

impl TokenMode {
    /// The mode by its name in the address; `None` for no such name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "good" => Self::Good,
            "admin" => Self::Admin,
            "expired" => Self::Expired,
            "early" => Self::Early,
            "foreign" => Self::Foreign,
            "forged" => Self::Forged,
            "none" => Self::Unsigned,
            "misdirected" => Self::Misdirected,
            _ => return None,
        })
    }
}

/// Mints a token for the account's user.
///
/// # Errors
/// The clock stands before 1970, or the redirect address is none.
pub fn mint(account: &CardAccount, mode: TokenMode) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let issued = match mode {
        TokenMode::Expired => now - 2 * LIFE_S,
        TokenMode::Early => now + 2 * LIFE_S,
        _ => now,
    };
    let mut claims = json!({
        "iss": format!("https://{}", account.host()),
        "aud": if mode == TokenMode::Misdirected { "https://elsewhere.example" } else { audience(account)? },
        "jti": jti(now),
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFE_S,
        "account_id": account.crm_id + u64::from(mode == TokenMode::Foreign),
        "user_id": account.user,
        "subdomain": account.subdomain,
        "client_uuid": account.integration_id,
    });
    if let (TokenMode::Admin, Some(claims)) = (mode, claims.as_object_mut()) {
        claims.insert("is_admin".to_owned(), true.into());
    }
    let alg = if mode == TokenMode::Unsigned { "none" } else { "HS256" };
    let signed = format!("{}.{}", part(&json!({ "typ": "JWT", "alg": alg })), part(&claims));
    let signature = match mode {
        TokenMode::Unsigned => String::new(),
        TokenMode::Forged => signature("another secret", &signed)?,
        _ => signature(&account.client_secret, &signed)?,
    };
    Ok(format!("{signed}.{signature}"))
}

/// Scheme and host of the integration's redirect address.
fn audience(account: &CardAccount) -> Result<&str> {
    let uri = &account.redirect_uri;
    let (scheme, rest) = uri.split_once("://").with_context(|| format!("{uri} is no address"))?;
    let host = rest.find([':', '/', '?', '#']).unwrap_or(rest.len());
    uri.get(..scheme.len() + 3 + host).with_context(|| format!("{uri} is no address"))
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn signature(secret: &str, signed: &str) -> Result<String> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?.chain_update(signed);
    Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Different for each token; the shape of a UUID.
fn jti(now: u64) -> String {
    static MINTED: AtomicU64 = AtomicU64::new(1);
    let number = MINTED.fetch_add(1, Ordering::Relaxed);
    format!("{:08x}-0000-4000-8000-{number:012x}", now & 0xffff_ffff)
}
