//! The page: its own files, and what it is told about the account.

use std::sync::PoisonError;

use serde_json::{Value, json};

use super::Stand;
use crate::company::{Company, Field, FieldKind, FieldOwner};

/// The widget's code, as the CRM makes one up at the upload.
pub(super) const WIDGET_CODE: &str = "sla_card_stand";

const INDEX: &str = include_str!("page/index.html");

/// The page's own scripts and styles by name.
pub(super) fn own_file(name: &str) -> Option<&'static str> {
    Some(match name {
        "app.js" => include_str!("page/app.js"),
        "area.js" => include_str!("page/area.js"),
        "board.js" => include_str!("page/board.js"),
        "base.js" => include_str!("page/base.js"),
        "boot.js" => include_str!("page/boot.js"),
        "card.js" => include_str!("page/card.js"),
        "clock.js" => include_str!("page/clock.js"),
        "crm.css" => include_str!("page/crm.css"),
        "fields.js" => include_str!("page/fields.js"),
        "model.js" => include_str!("page/model.js"),
        "widgets.js" => include_str!("page/widgets.js"),
        "words.js" => include_str!("page/words.js"),
        _ => return None,
    })
}

/// The page itself.
pub(super) fn index(stand: &Stand) -> String {
    // No text of a deal may end the script element that carries it.
    let config = config(stand).to_string().replace('<', "\\u003c");
    INDEX.replace("{{config}}", &config)
}

fn config(stand: &Stand) -> Value {
    let (options, manifest) = (&stand.options, &stand.archive.manifest);
    let (account, company) = (&options.account, &options.company);
    let worker_url = stand.worker_url.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let user = company.users.iter().find(|user| user.id == account.user);
    json!({
        "lang": options.lang,
        "account": {
            "id": account.crm_id,
            "subdomain": account.subdomain,
            "host": account.host(),
            "zone": company.zone,
        },
        "user": { "id": account.user, "name": user.map_or("", |user| &user.name) },
        "users": company.users.iter().map(|u| json!({ "id": u.id, "name": u.name })).collect::<Vec<_>>(),
        "pipelines": pipelines(company),
        "fields": company.fields.iter().filter_map(field).collect::<Vec<_>>(),
        "first": options.deals.first().map_or(0, |deal| deal.id),
        "widget": {
            "code": WIDGET_CODE,
            "path": format!("/upl/widget/{WIDGET_CODE}"),
            "version": manifest.widget.version,
            "name": manifest.widget.name,
            "init_once": manifest.widget.init_once,
            "locations": manifest.locations,
            "client_uuid": account.integration_id,
        },
        "settings": { "worker_url": worker_url },
        "i18n": stand.archive.i18n,
    })
}

fn pipelines(company: &Company) -> Vec<Value> {
    let stages = |stages: &[crate::company::Stage]| -> Vec<Value> {
        let stage = |s: &crate::company::Stage| json!({ "id": s.id, "name": names(&s.name_ru, &s.name_en) });
        stages.iter().map(stage).collect()
    };
    let pipeline = |p: &crate::company::Pipeline| json!({ "id": p.id, "name": names(&p.name_ru, &p.name_en), "stages": stages(&p.stages) });
    company.pipelines.iter().map(pipeline).collect()
}

fn field(field: &Field) -> Option<Value> {
    let (kind, tab) = match field.kind {
        FieldKind::Text => ("text", "main"),
        FieldKind::Select => ("select", "main"),
        FieldKind::Date => ("date", "arrangements"),
        FieldKind::Checkbox => ("checkbox", "arrangements"),
        FieldKind::Radiobutton => ("radio", "arrangements"),
        FieldKind::Multitext => return None,
    };
    let choice = |c: &crate::company::Choice| json!({ "id": c.id, "name": names(&c.name_ru, &c.name_en) });
    (field.owner == FieldOwner::Lead).then(|| {
        json!({
            "id": field.id,
            "name": names(&field.name_ru, &field.name_en),
            "kind": kind,
            "tab": tab,
            "choices": field.choices.iter().map(choice).collect::<Vec<_>>(),
        })
    })
}

fn names(ru: &str, en: &str) -> Value {
    json!({ "ru": ru, "en": en })
}
