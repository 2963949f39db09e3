//! Permission and tokens.

use serde_json::{Value as Json, json};
use takeroot_stand::crm::{
    ACCESS_LIFE_S, ApiAnswer, ApiRequest, CODE_LIFE_S, Crm, Fate, Fault, FaultKind, REFRESH_LIFE_S,
};

use super::ENDS;

struct Client {
    crm: Crm,
    now: i64,
}

impl Client {
    fn new() -> Self {
        Self { crm: Crm::of_weeks(7, ENDS, 1), now: ENDS }
    }

    fn code(&mut self) -> String {
        let id = self.crm.integration().id.clone();
        let query = self.crm.approve(&id, "a state & more", self.now).unwrap();
        let parsed: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let names: Vec<&str> = parsed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["code", "state", "referer", "client_id"]);
        assert_eq!(
            (parsed[1].1.as_str(), parsed[2].1.as_str()),
            ("a state & more", "demo-upakovka.amocrm.ru")
        );
        parsed[0].1.clone()
    }

    fn exchange(&mut self, grant: &str, name: &str, value: &str) -> ApiAnswer {
        let own = self.crm.integration().clone();
        let body = json!({ "client_id": own.id, "client_secret": own.secret, "grant_type": grant,
            name: value, "redirect_uri": own.redirect_uri });
        self.post(&body)
    }

    fn post(&mut self, body: &Json) -> ApiAnswer {
        let body = body.to_string();
        let path_and_query = "/oauth2/access_token";
        let request = ApiRequest { method: "POST", path_and_query, bearer: None, body: body.as_bytes() };
        self.crm.answer(&request, self.now)
    }

    fn refresh(&mut self, token: &str) -> ApiAnswer {
        self.exchange("refresh_token", "refresh_token", token)
    }

    fn asks(&mut self, token: &str) -> u16 {
        self.now += 1;
        self.crm.answer(&ApiRequest::get("/api/v4/account", token), self.now).status
    }
}

/// Access and refresh token of an answer.
fn pair(answer: &ApiAnswer) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told: Json = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((told["expires_in"].as_i64(), told["token_type"].as_str()), (Some(86_400), Some("Bearer")));
    (told["access_token"].as_str().unwrap().to_owned(), told["refresh_token"].as_str().unwrap().to_owned())
}

#[test]
fn a_code_is_good_once_and_for_twenty_minutes() {
    let mut client = Client::new();
    let code = client.code();
    let (access, _) = pair(&client.exchange("authorization_code", "code", &code));
    assert_eq!(client.asks(&access), 200);
    assert_eq!(client.exchange("authorization_code", "code", &code).status, 400);
    let late = client.code();
    client.now += CODE_LIFE_S;
    assert_eq!(client.exchange("authorization_code", "code", &late).status, 400);
    client.now += ACCESS_LIFE_S;
    assert_eq!(client.asks(&access), 401);
    assert_eq!(client.crm.approve("somebody else", "", client.now), None);
    let own = client.crm.integration().clone();
    let forged =
        json!({ "client_id": own.id, "client_secret": "guessed", "grant_type": "authorization_code" });
    assert_eq!(client.post(&forged).status, 401);
}

#[test]
fn a_rotation_whose_answer_was_lost_can_be_repeated_until_the_new_tokens_are_used() {
    for use_of_access in [true, false] {
        let mut client = Client::new();
        let code = client.code();
        let (_, first) = pair(&client.exchange("authorization_code", "code", &code));
        client.crm.faults_mut().add(Fault { on: "/oauth2".into(), what: FaultKind::LostAnswer, times: 1 });
        let lost = client.refresh(&first);
        assert_eq!(lost.fate, Fate::Lost);
        let (_, nobody_has) = pair(&lost);
        let (access, second) = pair(&client.refresh(&first));
        assert_eq!(client.refresh(&nobody_has).status, 400);
        let (old, _) = pair(&client.refresh(&first));
        assert_eq!(client.asks(&access), 401, "what was given before it is dead");
        assert_eq!(client.refresh(&second).status, 400);
        if use_of_access {
            assert_eq!(client.asks(&old), 200);
        } else {
            let (_, third) = pair(&client.refresh(&first));
            pair(&client.refresh(&third));
        }
        assert_eq!(client.refresh(&first).status, 400);
    }
}

#[test]
fn a_burnt_refresh_token_is_dead_at_once() {
    let mut client = Client::new();
    client.crm.switches_mut().burns_refresh = true;
    let code = client.code();
    let (_, first) = pair(&client.exchange("authorization_code", "code", &code));
    client.crm.faults_mut().add(Fault { on: String::new(), what: FaultKind::LostAnswer, times: 1 });
    assert_eq!(client.refresh(&first).fate, Fate::Lost);
    assert_eq!(client.refresh(&first).status, 400);
}

#[test]
fn a_refresh_token_lives_three_months_and_a_long_lived_one_until_it_is_revoked() {
    let mut client = Client::new();
    let code = client.code();
    let (_, first) = pair(&client.exchange("authorization_code", "code", &code));
    let lasting = client.crm.issue_long_lived(super::HEAD, i64::MAX);
    client.now += REFRESH_LIFE_S - 1;
    let (_, second) = pair(&client.refresh(&first));
    client.now += REFRESH_LIFE_S;
    let refused = client.refresh(&second);
    let told: Json = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!((refused.status, told["hint"].as_str()), (400, Some("Token has expired")));
    assert_eq!(client.asks(&lasting), 200);
    client.crm.revoke_tokens();
    assert_eq!(client.asks(&lasting), 401);
}

#[test]
fn the_page_has_one_button_and_no_room_for_markup() {
    let mut client = Client::new();
    let id = client.crm.integration().id.clone();
    let path = format!("/oauth?client_id={id}&state=%22%3E%3Cb%3E&mode=popup");
    let get = |path| ApiRequest { method: "GET", path_and_query: path, bearer: None, body: b"" };
    let page = client.crm.answer(&get(&path), client.now).text();
    assert_eq!(page.matches("<button").count(), 1);
    assert!(page.contains("Разрешить") && page.contains("&quot;&gt;&lt;b&gt;"));
    assert_eq!(client.crm.answer(&get("/oauth?client_id=other"), client.now).status, 404);
    let form = format!("client_id={id}&state=s%261");
    let press = ApiRequest { method: "POST", path_and_query: "/oauth", bearer: None, body: form.as_bytes() };
    let pressed = client.crm.answer(&press, client.now);
    let place = pressed.header("location").unwrap();
    assert_eq!(pressed.status, 302);
    assert!(place.starts_with("https://takeroot.example/oauth?code=") && place.contains("&state=s%261&"));
}
