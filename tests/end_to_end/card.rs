//! What the widget of a card gets, and who gets it.

use crate::runtime::{Runtime, request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};
use takeroot_core::card::CardData;
use takeroot_core::time::Moment;

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn token(alg: &str, account: u64, expires: i64, secret: &str) -> String {
    let claims = format!(
        r#"{{"iss":"https://sad.amocrm.ru","aud":"https://takeroot.example","jti":"1","iat":{0},"nbf":{0},"exp":{expires},"account_id":{account},"user_id":5,"subdomain":"sad","client_uuid":"x"}}"#,
        expires - 1800
    );
    let header = format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#);
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

const SECRET: &str = "a secret of the tests";

#[test]
fn a_card_is_shown_to_the_crm_of_its_account_only() {
    let Some(runtime) = Runtime::start("card") else { return };
    let mut wish = request(4_300_001);
    wish.observed_from = Some(Moment(now() - 86_400));
    let opened = runtime.edge.open(&wish).unwrap();
    let other = runtime.open(4_300_002);
    let entered = now() - 30;
    let body = format!(
        "leads[add][0][id]=77&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3&leads[add][0][created_user_id]=0\
         &leads[add][0][date_create]={entered}&leads[add][0][last_modified]={entered}&account[id]=4300001"
    );
    assert_eq!(runtime.deliver(&opened, body.as_bytes()).status, 200);
    runtime.edge.wait_until_published(&opened.account, crate::runtime::PATIENCE).unwrap();
    runtime.edge.wait_until_published(&other.account, crate::runtime::PATIENCE).unwrap();
    let get = |token: Option<&str>, origin: &str| {
        let request = ureq::get(format!("{}/v1/card/77", runtime.edge.url())).header("origin", origin);
        let request = token.iter().fold(request, |request, token| request.header("x-auth-token", *token));
        let mut answer = request.config().http_status_as_error(false).build().call().unwrap();
        let allowed =
            answer.headers().get("access-control-allow-origin").map(|o| o.to_str().unwrap().to_owned());
        (answer.status().as_u16(), allowed, answer.body_mut().read_to_string().unwrap())
    };
    let good = token("HS256", 4_300_001, now() + 900, SECRET);
    let (status, allowed, text) = get(Some(&good), "https://sad.amocrm.ru");
    assert_eq!((status, allowed.as_deref()), (200, Some("https://sad.amocrm.ru")), "{text}");
    let data: CardData = serde_json::from_str(&text).unwrap();
    let deal = data.deal.unwrap();
    assert_eq!((deal.deal, deal.pipeline), (77, 3));
    assert_eq!(deal.first_response.unwrap().started.0, entered);

    // The other account's token is genuine, and shows the other account's deal of that id: none.
    let (status, _, text) =
        get(Some(&token("HS256", 4_300_002, now() + 900, SECRET)), "https://sad.amocrm.ru");
    assert_eq!((status, serde_json::from_str::<CardData>(&text).unwrap().deal), (200, None));

    for (refused, why) in [
        (token("none", 4_300_001, now() + 900, SECRET), "HS256"),
        (token("HS256", 4_300_001, now() - 100, SECRET), "expired"),
        (token("HS256", 4_300_001, now() + 9000, SECRET), "not valid yet"),
        (token("HS256", 4_300_001, now() + 900, "another secret"), "client secret"),
        (token("HS256", 4_399_999, now() + 900, SECRET), "one-time"),
        ("rubbish".to_owned(), "one-time"),
    ] {
        let (status, allowed, text) = get(Some(&refused), "https://sad.amocrm.ru");
        assert_eq!(status, 401, "{text}");
        assert!(text.contains(why) && allowed.is_some(), "{why}: {text}");
    }
    for (origin, allowed) in [
        // The token was made by sad.amocrm.ru.
        ("https://x.kommo.com", false),
        ("http://crm.example:9000", true),
        ("http://sad.amocrm.ru", false),
        ("https://sad.amocrm.ru.evil.example", false),
        ("https://evilamocrm.ru", false),
        ("null", false),
    ] {
        assert_eq!(get(Some(&good), origin).1.is_some(), allowed, "{origin}");
    }
}

#[test]
fn an_answer_outside_the_crm_is_kept_once_and_stops_the_clock() {
    let Some(runtime) = Runtime::start("answer") else { return };
    let mut wish = request(4_300_003);
    wish.observed_from = Some(Moment(now() - 86_400));
    let opened = runtime.edge.open(&wish).unwrap();
    let entered = now() - 300;
    let body = format!(
        "leads[add][0][id]=77&leads[add][0][status_id]=9&leads[add][0][pipeline_id]=3&leads[add][0][created_user_id]=0\
         &leads[add][0][date_create]={entered}&leads[add][0][last_modified]={entered}&account[id]=4300003"
    );
    assert_eq!(runtime.deliver(&opened, body.as_bytes()).status, 200);
    runtime.edge.wait_until_published(&opened.account, crate::runtime::PATIENCE).unwrap();
    let good = token("HS256", 4_300_003, now() + 900, SECRET);
    let post = |deal: u64, token: &str, body: &str| {
        let request = ureq::post(format!("{}/v1/card/{deal}/answer", runtime.edge.url()))
            .header("origin", "https://sad.amocrm.ru")
            .header("x-auth-token", token);
        let mut answer = request.config().http_status_as_error(false).build().send(body).unwrap();
        let allowed = answer.headers().get("access-control-allow-origin").is_some();
        (answer.status().as_u16(), allowed, answer.body_mut().read_to_string().unwrap())
    };
    let said = format!(r#"{{"way":"call","at":{}}}"#, now() - 60);
    for (deal, token, body, status) in [
        (77, "rubbish", said.as_str(), 401),
        (78, &good, &said, 404),
        (77, &good, "", 422),
        (77, &good, r#"{"way":"pigeon"}"#, 422),
        (77, &good, r#"{"way":"call","at":5}"#, 422),
        (77, &good, r#"{"way":"call","note":"x"}"#, 422),
        (77, &good, &format!(r#"{{"way":"call"}}{}"#, " ".repeat(2000)), 413),
    ] {
        let (answered, allowed, text) = post(deal, token, body);
        assert!(answered == status && allowed && text.contains("hint"), "{body:.60}: {answered} {text}");
    }
    for _ in 0..2 {
        let (status, allowed, text) = post(77, &good, &said);
        assert!(status == 200 && allowed, "{status} {text}");
        let deal = serde_json::from_str::<CardData>(&text).unwrap().deal.unwrap();
        assert!(deal.claimed.is_some() && deal.first_response.unwrap().answered == deal.claimed, "{text}");
    }
    let today: takeroot_core::time::Day =
        takeroot_core::zone::Zone::named("Europe/Moscow").unwrap().day_of(Moment(now() - 60));
    let figures = runtime.published(&opened, [today]).remove(&today).unwrap();
    assert!(figures.contains(r#""claimed":1"#) && !figures.contains("in_time"), "{figures}");
    runtime.assert_recomputed_equal(&opened);
    let asks = |origin: &str| {
        let request = ureq::Agent::new_with_defaults().run(
            ureq::http::Request::builder()
                .method("OPTIONS")
                .uri(format!("{}/v1/card/77/answer", runtime.edge.url()))
                .header("origin", origin)
                .body(())
                .unwrap(),
        );
        let answer = request.unwrap();
        answer.headers().get("access-control-allow-methods").map(|told| told.to_str().unwrap().to_owned())
    };
    assert_eq!(asks("https://sad.amocrm.ru").as_deref(), Some("GET, POST"));
    assert_eq!(asks("https://evil.example"), None);
}
