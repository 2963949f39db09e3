//! Deals as their cards show them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use takeroot_amocrm::{Form, Node};
use takeroot_core::time::{DAY_S, Moment};
use takeroot_core::zone::Zone;

use crate::company::{Company, FieldKind, History, LOST, WON};

/// A deal with what stands in its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CardDeal {
    /// Its id; 0 is a card that was never saved.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The amount; nothing where none was ever entered.
    pub price: Option<i64>,
    /// Id of the pipeline.
    pub pipeline: u64,
    /// Id of the stage.
    pub stage: u64,
    /// Id of the responsible user.
    pub responsible: u64,
    /// Values of custom fields by their ids, as the form has them: texts, ids of choices, `dd.mm.yyyy`, `1`.
    pub values: BTreeMap<u64, String>,
}

/// The open deals of a history as its webhooks left them: the newest first, and each stage in its turn.
///
/// # Errors
/// The company's zone is unknown.
pub fn open_deals(history: &History) -> Result<Vec<CardDeal>> {
    let zone = Zone::named(&history.company.zone)?;
    let mut latest: BTreeMap<u64, (u64, CardDeal)> = BTreeMap::new();
    for delivery in &history.deliveries {
        let Ok(form) = Form::decode(delivery.body.as_bytes()) else { continue };
        let Some(leads) = form.root().get("leads") else { continue };
        for (action, items) in leads.children().filter(|(action, _)| *action != "note") {
            for (_, item) in items.children() {
                let deal = deal(item, &history.company, &zone);
                let changed = number(item.get("last_modified"));
                if action == "delete" {
                    latest.remove(&deal.id);
                } else if latest.get(&deal.id).is_none_or(|(known, _)| *known <= changed) {
                    latest.insert(deal.id, (changed, deal));
                }
            }
        }
    }
    let open = latest.into_values().map(|(_, deal)| deal);
    Ok(by_turns(open.filter(|deal| deal.stage != WON && deal.stage != LOST).collect()))
}

/// The newest deal of each stage, then the second newest of each, and so on: a short list shows all stages.
fn by_turns(mut deals: Vec<CardDeal>) -> Vec<CardDeal> {
    deals.sort_by_key(|deal| Reverse(deal.id));
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let ranked = deals.into_iter().map(|deal| {
        let rank = seen.entry(deal.stage).or_default();
        *rank += 1;
        (*rank, deal)
    });
    let mut ranked: Vec<(usize, CardDeal)> = ranked.collect();
    ranked.sort_by_key(|(rank, deal)| (*rank, Reverse(deal.id)));
    ranked.into_iter().map(|(_, deal)| deal).collect()
}

fn deal(item: Node<'_>, company: &Company, zone: &Zone) -> CardDeal {
    let fields = item.get("custom_fields");
    let values = fields.iter().flat_map(|fields| fields.children()).filter_map(|(_, field)| {
        let id = number(field.get("id"));
        let kind = company.fields.iter().find(|known| known.id == id)?.kind;
        Some((id, value(field.get("values")?, kind, zone)?))
    });
    CardDeal {
        id: number(item.get("id")),
        name: item.get("name").and_then(Node::text).unwrap_or_default().to_owned(),
        price: item.get("price").and_then(Node::text).and_then(|price| price.parse().ok()),
        pipeline: number(item.get("pipeline_id")),
        stage: number(item.get("status_id")),
        responsible: number(item.get("responsible_user_id")),
        values: values.collect(),
    }
}

fn number(node: Option<Node<'_>>) -> u64 {
    node.and_then(Node::text).and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn value(values: Node<'_>, kind: FieldKind, zone: &Zone) -> Option<String> {
    let node = match kind {
        FieldKind::Text | FieldKind::Checkbox | FieldKind::Multitext => values.path(&["0", "value"]),
        FieldKind::Select => values.path(&["0", "enum"]),
        FieldKind::Radiobutton => values.get("enum"),
        FieldKind::Date => values.get("0"),
    };
    let text = node?.text()?;
    if kind != FieldKind::Date {
        return Some(text.to_owned());
    }
    let nearest = Moment(text.parse().ok()?).plus(DAY_S / 2);
    let iso = zone.day_of(nearest).to_string();
    let parts: Vec<&str> = iso.rsplit('-').collect();
    Some(parts.join("."))
}
