//! Bodies as the dice make them: what a route takes, with something in it changed, cut off or put in.

use super::request::junk;
use crate::company::dice::Dice;
use serde_json::{Value, json};

/// A body for a path.
pub(super) fn roll(dice: &mut Dice, path: &str) -> Vec<u8> {
    let mut body = if path.starts_with("/hooks") { form(dice) } else { json(dice, path) };
    match dice.between(0, 11) {
        0 => {
            let half = body.len() / 2;
            body.truncate(half);
        }
        1 => body = dice.hex(600).into_bytes().chunks(3).flatten().map(|b| b.wrapping_mul(7)).collect(),
        2 => body = "[".repeat(5000).into_bytes(),
        3 => body.clear(),
        4 if dice.chance(100) => body.resize((1 << 20) + 1, b'a'),
        _ => {}
    }
    body
}

fn form(dice: &mut Dice) -> Vec<u8> {
    let entity = dice.pick(&["leads", "contacts", "task", "note", "talk", "message", "unsorted", "x"]);
    let action = dice.pick(&["add", "update", "status", "delete", "responsible", "note", "y"]);
    let mut parts = vec![format!("{entity}[{action}][0][id]={}", dice.between(1, 99))];
    for name in
        ["status_id", "price", "last_modified", "responsible_user_id", "element_id", "custom_fields][0][id"]
    {
        if dice.chance(500) {
            let value = match dice.between(0, 2) {
                0 => junk(dice),
                1 => dice.between(-9, 9_999_999_999).to_string(),
                _ => "1790000000".to_owned(),
            };
            parts.push(format!("{entity}[{action}][0][{name}]={value}"));
        }
    }
    parts.join("&").into_bytes()
}

fn json(dice: &mut Dice, path: &str) -> Vec<u8> {
    let mut body = if path.ends_with("/grants") {
        dice.pick(&[
            json!({"role": "reader", "days": 1}),
            json!({"role": {"head": {"group": 1}}, "note": "x"}),
        ])
    } else if path.ends_with("/person") || path.ends_with("/erasures") {
        dice.pick(&[json!({"phone": "+7 900 000-00-00"}), json!({"email": "a@firma.ru"})])
    } else {
        json!({
            "crm_id": 4_810_001, "name": "Fuzz", "zone": "Asia/Omsk", "observed_from": 1_780_000_000,
            "crm_host": "fuzz.amocrm.ru", "client_secret": "a secret of the fuzzer",
            "retention": {"raw_days": 3, "facts_days": 90},
            "policy": {
                "calendar": {"tz": "Europe/Moscow", "weekly": {"mon": [["09:00", "18:00"]], "tue": [["22:00", "06:00"]]}},
                "mandatory": [{"field": "amount", "name": "x"}, {"field": {"custom": 5}, "name": "y"}],
                "people": [{"id": 5, "group": 1, "name": "z"}],
                "first_response": {"target": "15m"},
            },
        })
    };
    for _ in 0..dice.between(0, 3) {
        change(dice, &mut body);
    }
    let mut text = body.to_string();
    if dice.chance(60) {
        text = text.replacen('1', "1e400", 1);
    }
    text.into_bytes()
}

/// Puts something else into one place.
fn change(dice: &mut Dice, value: &mut Value) {
    let goes_in = !dice.chance(250);
    match value {
        Value::Object(parts) if goes_in && !parts.is_empty() => {
            if dice.chance(100) {
                parts.insert(junk(dice), odd(dice));
                return;
            }
            let at =
                usize::try_from(dice.between(0, i64::try_from(parts.len()).unwrap_or(1) - 1)).unwrap_or(0);
            if let Some((_, part)) = parts.iter_mut().nth(at) {
                change(dice, part);
            }
        }
        Value::Array(items) if goes_in && !items.is_empty() => {
            let at =
                usize::try_from(dice.between(0, i64::try_from(items.len()).unwrap_or(1) - 1)).unwrap_or(0);
            if let Some(item) = items.get_mut(at) {
                change(dice, item);
            }
        }
        value => *value = odd(dice),
    }
}

fn odd(dice: &mut Dice) -> Value {
    match dice.between(0, 9) {
        0 => Value::Null,
        1 => json!(i64::MIN),
        2 => json!(u64::MAX),
        3 => json!(1.5),
        4 => json!([]),
        5 => json!({}),
        6 => json!("x".repeat(5000)),
        7 => json!(dice.between(-100_000, 100_000_000_000)),
        8 => json!(vec![json!(["00:00", "24:00"]); 300]),
        _ => Value::String(junk(dice)),
    }
}
