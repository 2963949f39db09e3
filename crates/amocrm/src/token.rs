//! The one-time token that a widget's requests carry (`X-Auth-Token`): a JWT signed with HS256 under the
//! integration's client secret, valid for half an hour.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use std::fmt;
use takeroot_core::time::Moment;

/// Longer texts are no token of the CRM.
pub const TOKEN_BYTES_MAX: usize = 4096;
/// Clocks differ: how much too early or too late a token may be.
pub const LEEWAY_S: i64 = 60;

/// What a token says. Believe it only when it comes from [`verify`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// The account's address, such as `https://example.amocrm.ru`.
    pub iss: String,
    /// Scheme and host of the integration's redirect address.
    pub aud: String,
    /// Until when it is valid, in Unix seconds.
    pub exp: i64,
    /// From when it is valid, in Unix seconds.
    pub nbf: i64,
    /// The account's id.
    pub account_id: u64,
    /// The user who has the card open.
    pub user_id: u64,
    /// The integration's id.
    #[serde(default)]
    pub client_uuid: String,
    /// Whether the user is an admin of the account; not every token says.
    #[serde(default)]
    pub is_admin: Option<bool>,
}

/// What a token is held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The account's id in the CRM.
    pub account_id: u64,
    /// The integration's client secret.
    pub client_secret: &'a str,
    /// The integration's redirect address.
    pub redirect_uri: &'a str,
    /// The integration's id, where it is known.
    pub integration_id: Option<&'a str>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It has not the shape of a token, or not the claims of one.
    Shape,
    /// It names another algorithm than HS256.
    Algorithm,
    /// Its signature is not made with the client secret.
    Signature,
    /// It is not valid any more.
    Expired,
    /// It is not valid yet.
    Future,
    /// It was made for another address.
    Audience,
    /// It is of another account or another integration.
    Account,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "the token has not the shape of a one-time token",
            Self::Algorithm => "the token is not signed with HS256",
            Self::Signature => {
                "the token is not signed with the integration's secret: check the client secret"
            }
            Self::Expired => "the token has expired: ask the CRM for a new one",
            Self::Future => "the token is not valid yet: check the clock of the server",
            Self::Audience => "the token was made for another redirect address",
            Self::Account => "the token is of another account or integration",
        })
    }
}

impl std::error::Error for Refused {}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// The account that a token claims to be of, to find the secret that it is to be verified with.
#[must_use]
pub fn claimed_account(token: &str) -> Option<u64> {
    let (_, claims, _) = parts(token)?;
    decoded::<Claims>(claims).map(|claims| claims.account_id)
}

/// Verifies a token.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify(token: &str, expected: &Expected<'_>, now: Moment) -> Result<Claims, Refused> {
    let (header, payload, signature) = parts(token).ok_or(Refused::Shape)?;
    let alg = decoded::<Header>(header).ok_or(Refused::Shape)?.alg;
    if alg != "HS256" {
        return Err(Refused::Algorithm);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused::Shape)?;
    let mac =
        Hmac::<Sha256>::new_from_slice(expected.client_secret.as_bytes()).map_err(|_| Refused::Signature)?;
    let signed = mac.chain_update(header).chain_update(".").chain_update(payload);
    // An empty secret would let anybody sign.
    let genuine = !expected.client_secret.is_empty() && signed.verify_slice(&signature).is_ok();
    let claims = decoded::<Claims>(payload).filter(|_| genuine).ok_or(Refused::Signature)?;
    check(claims, expected, now)
}

/// Whether the CRM itself says that an integration was disabled: the signature of the address that it then calls is the
/// HMAC-SHA256 of `client_uuid|account_id` under the client secret, in hexadecimal digits.
#[must_use]
pub fn is_disabled_notice(client_uuid: &str, account_id: u64, signature: &str, client_secret: &str) -> bool {
    let bytes: Option<Vec<u8>> = (signature.len() == 64 && signature.is_ascii())
        .then(|| {
            let digits =
                |at: usize| signature.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
            (0..64).step_by(2).map(digits).collect()
        })
        .flatten();
    let mac = Hmac::<Sha256>::new_from_slice(client_secret.as_bytes());
    let mac = mac.map(|mac| mac.chain_update(format!("{client_uuid}|{account_id}")));
    let is_signed = |bytes: Vec<u8>| mac.is_ok_and(|mac| mac.verify_slice(&bytes).is_ok());
    !client_secret.is_empty() && bytes.is_some_and(is_signed)
}

fn check(claims: Claims, expected: &Expected<'_>, now: Moment) -> Result<Claims, Refused> {
    let integration = expected.integration_id.is_none_or(|id| id == claims.client_uuid);
    if claims.account_id != expected.account_id || !integration {
        return Err(Refused::Account);
    }
    if origin(expected.redirect_uri) != Some(claims.aud.as_str()) {
        return Err(Refused::Audience);
    }
    if now.0 >= claims.exp.saturating_add(LEEWAY_S) {
        return Err(Refused::Expired);
    }
    if now.0 < claims.nbf.saturating_sub(LEEWAY_S) {
        return Err(Refused::Future);
    }
    Ok(claims)
}

/// Scheme and host, without port and path, as the CRM cuts the redirect address down.
fn origin(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let host = rest.find([':', '/', '?', '#']).unwrap_or(rest.len());
    uri.get(..scheme.len() + "://".len() + host)
}

fn parts(token: &str) -> Option<(&str, &str, &str)> {
    let (signed, signature) = token.rsplit_once('.').filter(|_| token.len() <= TOKEN_BYTES_MAX)?;
    let (header, payload) = signed.split_once('.').filter(|(_, payload)| !payload.contains('.'))?;
    Some((header, payload, signature))
}

fn decoded<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected<'static> = Expected {
        account_id: 7_300_101,
        client_secret: "quiet-garden",
        redirect_uri: "https://sla.example:8443/oauth?from=crm",
        integration_id: Some("0f1e"),
    };
    const CLAIMS: &str = r#"{"iss":"https://sad.amocrm.ru","aud":"https://sla.example","jti":"a","iat":1000,
        "nbf":1000,"exp":2800,"account_id":7300101,"user_id":5,"subdomain":"sad","client_uuid":"0f1e"}"#;

    fn token(header: &str, claims: &str, secret: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&signed);
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn refused(header: &str, claims: &str, secret: &str, now: i64) -> Option<Refused> {
        verify(&token(header, claims, secret), &EXPECTED, Moment(now)).err()
    }

    const HS256: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

    #[test]
    fn a_genuine_token_is_believed_for_its_half_hour() {
        let claims = verify(&token(HS256, CLAIMS, "quiet-garden"), &EXPECTED, Moment(1500)).unwrap();
        assert_eq!((claims.user_id, claims.is_admin), (5, None));
        assert_eq!(refused(HS256, CLAIMS, "quiet-garden", 2800 + LEEWAY_S - 1), None);
        assert_eq!(refused(HS256, CLAIMS, "quiet-garden", 2800 + LEEWAY_S), Some(Refused::Expired));
        assert_eq!(refused(HS256, CLAIMS, "quiet-garden", 1000 - LEEWAY_S - 1), Some(Refused::Future));
    }

    #[test]
    fn the_crm_s_notice_of_a_disabled_integration_is_signed() {
        // printf '0f1e|7300101' | openssl dgst -sha256 -hmac quiet-garden
        let signature = "ded55e1ef0c586ce538a87d44ae514451294393252f1cc36d0b68939d6f9a4c9";
        let is_notice =
            |uuid, account, signature: &str, secret| is_disabled_notice(uuid, account, signature, secret);
        assert!(is_notice("0f1e", 7_300_101, signature, "quiet-garden"));
        assert!(is_notice("0f1e", 7_300_101, &signature.to_uppercase(), "quiet-garden"));
        assert!(!is_notice("0f1e", 7_300_102, signature, "quiet-garden"));
        assert!(!is_notice("0f1e", 7_300_101, signature, "loud-garden"));
        assert!(!is_notice("0f1e", 7_300_101, &signature[1..], "quiet-garden"));
        assert!(!is_notice("0f1e", 7_300_101, &"я".repeat(32), "quiet-garden"));
    }

    #[test]
    fn a_forged_or_foreign_token_is_refused() {
        assert_eq!(refused(HS256, CLAIMS, "loud-garden", 1500), Some(Refused::Signature));
        assert_eq!(refused(r#"{"alg":"none"}"#, CLAIMS, "quiet-garden", 1500), Some(Refused::Algorithm));
        assert_eq!(refused(r#"{"alg":"HS512"}"#, CLAIMS, "quiet-garden", 1500), Some(Refused::Algorithm));
        let other = CLAIMS.replace("7300101", "7300102");
        assert_eq!(refused(HS256, &other, "quiet-garden", 1500), Some(Refused::Account));
        let other = CLAIMS.replace("sla.example", "sla.example.evil");
        assert_eq!(refused(HS256, &other, "quiet-garden", 1500), Some(Refused::Audience));
        let other = CLAIMS.replace("0f1e", "0f1f");
        assert_eq!(refused(HS256, &other, "quiet-garden", 1500), Some(Refused::Account));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let unsigned = token(HS256, CLAIMS, "quiet-garden");
        let unsigned = unsigned.rsplit_once('.').unwrap().0;
        for text in ["", "..", "a.b.c", "a.b", &format!("{unsigned}."), &"x".repeat(TOKEN_BYTES_MAX + 1)] {
            assert!(verify(text, &EXPECTED, Moment(1500)).is_err(), "{text}");
        }
        let nobody = Expected { client_secret: "", ..EXPECTED };
        assert_eq!(verify(&token(HS256, CLAIMS, ""), &nobody, Moment(1500)), Err(Refused::Signature));
    }
}
