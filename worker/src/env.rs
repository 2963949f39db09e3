//! What the environment gives: keys, switches, and the account objects.

use crate::reply::{Answer, Failure};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;
use takeroot_account::Vault;
use wasm_bindgen::prelude::*;
use worker::{Env, Headers, ObjectNamespace, Request, Response};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn random_values(into: &js_sys::Uint8Array);
}

thread_local! {
    // The environment is the same for as long as this instance lives, and asking it costs as much as checking a secret.
    static OPERATOR_KEY: OnceCell<Rc<[u8]>> = const { OnceCell::new() };
    static ACCOUNTS: OnceCell<Rc<ObjectNamespace>> = const { OnceCell::new() };
}

/// The key that makes an operator, and under which addresses and tokens are signed.
pub(crate) fn operator_key(env: &Env) -> Answer<Rc<[u8]>> {
    if let Some(key) = OPERATOR_KEY.with(|key| key.get().cloned()) {
        return Ok(key);
    }
    let key: Rc<[u8]> = text(env, "OPERATOR_KEY").unwrap_or_default().into_bytes().into();
    // An empty key would sign anything for anybody.
    if key.len() < 16 {
        return Err(Failure::fault("OPERATOR_KEY has fewer than 16 bytes"));
    }
    Ok(OPERATOR_KEY.with(|known| Rc::clone(known.get_or_init(|| key))))
}

fn accounts(env: &Env) -> Answer<Rc<ObjectNamespace>> {
    if let Some(accounts) = ACCOUNTS.with(|accounts| accounts.get().cloned()) {
        return Ok(accounts);
    }
    let accounts = Rc::new(env.durable_object("ACCOUNT")?);
    Ok(ACCOUNTS.with(|known| Rc::clone(known.get_or_init(|| accounts))))
}

/// The keys under which secrets lie in storage.
pub(crate) fn vault(env: &Env) -> Answer<Vault> {
    let key = text(env, "STORAGE_KEY").unwrap_or_default();
    let before = text(env, "STORAGE_KEY_BEFORE");
    Ok(Vault::new(&key, before.as_deref(), |bytes| {
        let random = js_sys::Uint8Array::new_with_length(u32::try_from(bytes.len()).unwrap_or(0));
        random_values(&random);
        random.copy_to(bytes);
    })?)
}

/// A text of the environment. workerd gives null for a variable that is not set, and the crate's own reading of one
/// throws through WASM then, which would hang the caller.
pub(crate) fn text(env: &Env, name: &str) -> Option<String> {
    let value = js_sys::Reflect::get(env, &JsValue::from_str(name)).ok()?;
    value.as_string().filter(|text| !text.is_empty())
}

/// A question to an account's object.
pub(crate) struct Ask {
    method: &'static str,
    path: Cow<'static, str>,
    body: Option<Vec<u8>>,
    header: (&'static str, String),
}

impl Ask {
    pub(crate) fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new("GET", path.into(), None)
    }

    pub(crate) fn post(path: impl Into<Cow<'static, str>>, body: Vec<u8>) -> Self {
        Self::new("POST", path.into(), Some(body))
    }

    pub(crate) fn delete(path: impl Into<Cow<'static, str>>) -> Self {
        Self::new("DELETE", path.into(), None)
    }

    fn new(method: &'static str, path: Cow<'static, str>, body: Option<Vec<u8>>) -> Self {
        Self { method, path, body, header: (WHO, String::new()) }
    }

    /// In whose name, for the audit log.
    pub(crate) fn by(mut self, who: &str) -> Self {
        self.header = (WHO, who.to_owned());
        self
    }

    /// With the CRM's one-time token.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.header = (TOKEN, token.to_owned());
        self
    }

    pub(crate) async fn of(self, env: &Env, account: &str) -> Answer<Response> {
        let stub = accounts(env)?.get_by_name(account)?;
        // The options of the crate `worker` carry all of Cloudflare's, and weigh more than the routes.
        let init = web_sys::RequestInit::new();
        init.set_method(self.method);
        let (name, value) = &self.header;
        if !value.is_empty() {
            let headers = Headers::new();
            headers.set(name, value)?;
            init.set_headers(&headers.0);
        }
        if let Some(body) = self.body {
            init.set_body(&js_sys::Uint8Array::from(body.as_slice()));
        }
        let path = format!("https://account{}", self.path);
        let req = web_sys::Request::new_with_str_and_init(&path, &init)
            .map_err(|error| Failure::fault(format!("a question to an account: {error:?}")))?;
        Ok(stub.fetch_with_request(Request::from(req)).await?)
    }
}

/// Where the CRM stands, in place of its own hosts; the stand's only.
pub(crate) fn crm_origin(env: &Env) -> Option<String> {
    text(env, "CRM_ORIGIN")
}

/// Who asks an object; only this Worker can ask one.
pub(crate) const WHO: &str = "x-who";
/// The CRM's one-time token.
pub(crate) const TOKEN: &str = "x-auth-token";
/// The page that may read a card's answer.
pub(crate) const CRM_ORIGIN: &str = "x-crm-origin";
