use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::hours::{self, DAY, HOUR};
use super::{Delivery, History, generate};

/// Friday 2026-11-20, 17:00 in Moscow.
const ENDS: i64 = 1_795_183_200;

type Pairs = Vec<(String, String)>;

static HISTORY: LazyLock<History> = LazyLock::new(|| generate(7, ENDS, 4));
static TOLD: LazyLock<Vec<(&Delivery, Pairs)>> =
    LazyLock::new(|| HISTORY.deliveries.iter().map(|delivery| (delivery, pairs(delivery))).collect());

fn pairs(delivery: &Delivery) -> Pairs {
    form_urlencoded::parse(delivery.body.as_bytes()).into_owned().collect()
}

/// Top-level entity and action of a body.
fn kind(pairs: &[(String, String)]) -> (String, String) {
    let key = &pairs.iter().find(|(key, _)| !key.starts_with("account")).unwrap().0;
    let mut parts = key.split(['[', ']']);
    let entity = parts.next().unwrap().to_owned();
    (entity, parts.next().unwrap().to_owned())
}

fn value<'a>(pairs: &'a [(String, String)], end: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key.ends_with(end)).map(|(_, value)| value.as_str())
}

#[test]
fn the_same_seed_moment_and_length_give_the_same_bytes() {
    assert_eq!(*HISTORY, generate(7, ENDS, 4));
    assert_ne!(HISTORY.deliveries, generate(8, ENDS, 4).deliveries);
}

#[test]
fn a_later_moment_of_the_same_day_only_adds() {
    let (early, late) = (&HISTORY.deliveries, generate(7, ENDS + 3 * HOUR, 4).deliveries);
    assert!(early.len() < late.len());
    assert_eq!(early[..], late[..early.len()]);
}

#[test]
fn volumes_are_those_of_a_small_company() {
    for seed in 0..4 {
        let history = generate(seed, ENDS, 4);
        let sent = history.deliveries.len();
        let leads: BTreeSet<String> = history
            .deliveries
            .iter()
            .map(pairs)
            .filter(|p| kind(p).0 == "leads" && kind(p).1 == "add")
            .filter_map(|p| value(&p, "[0][id]").map(str::to_owned))
            .collect();
        assert!((4_000..=7_000).contains(&sent), "seed {seed}: {sent} deliveries");
        assert!((300..=450).contains(&leads.len()), "seed {seed}: {} deals", leads.len());
    }
}

#[test]
fn deliveries_are_in_order_and_none_is_later_than_the_end() {
    let history = &*HISTORY;
    assert!(history.deliveries.is_sorted_by_key(|d| d.at));
    assert!(history.deliveries.iter().all(|d| history.since <= d.at && d.at <= history.ends));
}

#[test]
fn every_body_is_a_form_of_a_known_kind_from_this_account() {
    let known = ["leads", "contacts", "task", "unsorted", "talk", "message", "outgoing_message", "account"];
    let history = &*HISTORY;
    let mut first = 0;
    for (delivery, pairs) in &*TOLD {
        assert!(pairs.iter().all(|(key, _)| known.contains(&key.split('[').next().unwrap())), "{pairs:?}");
        assert_eq!(value(pairs, "account[id]"), Some(history.company.crm_id.to_string().as_str()));
        first += usize::from(pairs[0].0 == "account[subdomain]");
        let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        assert_eq!(delivery.body, again.replace('*', "%2A"));
    }
    assert!(first * 5 > history.deliveries.len() && first * 2 < history.deliveries.len());
}

#[test]
fn each_kind_of_happening_is_told() {
    let told: BTreeSet<(String, String)> = TOLD.iter().map(|(_, pairs)| kind(pairs)).collect();
    let kinds = [
        ("leads", "add update status responsible delete restore note"),
        ("contacts", "add update note"),
        ("task", "add update"),
        ("unsorted", "add delete"),
        ("talk", "add update"),
        ("message", "add"),
        ("outgoing_message", "add"),
    ];
    for (entity, actions) in kinds {
        for action in actions.split(' ') {
            assert!(told.contains(&(entity.into(), action.into())), "{entity}[{action}]");
        }
    }
}

#[test]
fn an_id_is_given_to_one_record_of_its_kind() {
    let mut born: BTreeMap<(&str, String), String> = BTreeMap::new();
    for (delivery, pairs) in &*TOLD {
        let (entity, action) = kind(pairs);
        let (row, id) = match (entity.as_str(), action.as_str()) {
            ("leads", "add") => ("lead", "[0][id]"),
            ("contacts", "add") => ("contact", "[0][id]"),
            ("task", "add") => ("task", "[0][id]"),
            ("leads" | "contacts", "note") => ("note", "[note][id]"),
            ("talk", "add") => ("talk", "[talk_id]"),
            ("message" | "outgoing_message", "add") => ("message", "[0][id]"),
            ("unsorted", "add") => ("unsorted", "[uid]"),
            _ => continue,
        };
        let id = value(pairs, id).unwrap().to_owned();
        let body = born.entry((row, id)).or_insert_with(|| delivery.body.clone());
        assert_eq!(*body, delivery.body, "only a repeated delivery shows an id again");
    }
}

#[test]
fn a_snapshot_is_not_from_the_future_and_a_deal_not_changed_before_it_came() {
    for (delivery, pairs) in &*TOLD {
        let times = ["[created_at]", "[updated_at]", "[last_modified]", "[date_create]"];
        for (key, text) in pairs {
            if times.iter().any(|end| key.ends_with(end))
                && let Ok(at) = text.parse::<i64>()
            {
                assert!(at <= delivery.at, "{key}={at} in a delivery of {}", delivery.at);
            }
        }
        let moment = |end| value(pairs, end).and_then(|text| text.parse::<i64>().ok());
        assert!(moment("[updated_at]").is_none_or(|at| moment("[created_at]") <= Some(at)), "{pairs:?}");
    }
}

#[test]
fn a_deal_is_told_in_the_order_in_which_it_changed() {
    let mut stages: BTreeMap<String, (i64, String)> = BTreeMap::new();
    let mut told: Vec<(i64, &Pairs)> = Vec::new();
    for (_, pairs) in &*TOLD {
        if kind(pairs).0 == "leads"
            && let Some(at) = value(pairs, "[updated_at]").filter(|_| kind(pairs).1 != "note")
        {
            told.push((at.parse().unwrap(), pairs));
        }
    }
    told.sort_by_key(|(at, _)| *at);
    for (at, pairs) in told {
        let id = value(pairs, "[0][id]").unwrap().to_owned();
        let stage = value(pairs, "[status_id]").unwrap().to_owned();
        let before = stages.insert(id, (at, stage.clone()));
        if let (Some((then, held)), Some(old)) = (before, value(pairs, "[old_status_id]")) {
            assert!(held == old || (then == at && held == stage), "{held} {old} {stage}");
        }
    }
}

#[test]
fn weekends_are_quiet_and_the_last_full_day_is_a_working_day_like_others() {
    let history = &*HISTORY;
    let today = hours::midnight(ENDS);
    let on = |day: i64| history.deliveries.iter().filter(|d| (day..day + DAY).contains(&d.at)).count();
    assert_eq!(history.last_working_day(), hours::date(today - DAY));
    assert!(on(today - DAY) > 120, "{}", on(today - DAY));
    assert!(on(today - 5 * DAY) < 60, "Sunday: {}", on(today - 5 * DAY));
}

#[test]
fn bodies_repeat_and_overtake_each_other() {
    let deliveries = &HISTORY.deliveries;
    let mut seen = BTreeSet::new();
    let repeats = deliveries.iter().filter(|d| !seen.insert(&d.body)).count();
    assert!((30..300).contains(&repeats), "{repeats}");
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    let overtaken = TOLD.iter().filter(|(_, pairs)| {
        let (Some(id), Some(at)) = (value(pairs, "[0][id]"), value(pairs, "[updated_at]")) else {
            return false;
        };
        let (at, known): (i64, &mut i64) = (at.parse().unwrap(), newest.entry(id).or_default());
        *known = at.max(*known);
        at < *known
    });
    assert!((10..400).contains(&overtaken.count()));
}

#[test]
fn a_day_off_is_listed() {
    assert_eq!(HISTORY.company.holidays, ["2026-11-04"]);
}
