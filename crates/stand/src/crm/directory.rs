//! What the account calls things: people, groups, pipelines, fields, reasons.

use serde_json::{Value as Json, json};

use crate::company::roster::{HEAD, NEXT_CONTACT, PAYMENT, SOURCE};
use crate::company::{Company, Field, FieldOwner, LOST, Pipeline, User, UserKind, WON};

use super::show::{Show, field_type, put};

/// Reasons for which deals are lost.
pub(super) const LOSS_REASONS: [(u64, &str); 4] = [
    (18_402_110, "Дорого"),
    (18_402_114, "Купили у другого поставщика"),
    (18_402_118, "Нет связи с клиентом"),
    (18_402_122, "Потребность отпала"),
];

const FIRST_GROUP: u64 = 604_010;

/// Groups in the order in which the roster names them; group 0 is the CRM's own, and empty.
fn groups(company: &Company) -> Vec<(u64, &str)> {
    let mut groups: Vec<(u64, &str)> = vec![(0, "Отдел продаж")];
    for user in &company.users {
        if groups.iter().all(|(_, name)| *name != user.group) {
            groups.push((FIRST_GROUP + 4 * groups.len() as u64, &user.group));
        }
    }
    groups
}

/// The group of a user; 0 for robots.
pub(super) fn group_of(company: &Company, user: u64) -> u64 {
    let user = company.users.iter().find(|known| known.id == user);
    let group = user.and_then(|user| groups(company).into_iter().find(|(_, name)| *name == user.group));
    group.map_or(0, |(id, _)| id)
}

impl Show<'_> {
    pub(super) fn account(&self, user: u64, created_at: i64, with: impl Fn(&str) -> bool) -> Json {
        let company = self.company;
        let mut item = json!({
            "id": company.crm_id,
            "name": company.name,
            "subdomain": company.subdomain,
            "created_at": created_at,
            "created_by": HEAD,
            "updated_at": created_at,
            "updated_by": HEAD,
            "current_user_id": user,
            "country": "RU",
            "customers_mode": "disabled",
            "is_unsorted_on": true,
            "is_loss_reason_enabled": true,
            "is_helpbot_enabled": false,
            "is_technical_account": false,
            "contact_name_display_order": 1,
            "_links": self.links("account"),
        });
        for (name, value) in [
            ("amojo_id", json!("5e1f7c02-9b3d-4a86-8f10-6c2d84a7b913")),
            ("uuid", json!("c80d4b16-31e7-4f29-a5d3-90be62f1a754")),
            ("version", json!(11)),
        ] {
            if with(name) {
                put(&mut item, name, value);
            }
        }
        let mut embedded = json!({});
        if with("amojo_rights") {
            put(&mut embedded, "amojo_rights", json!({ "can_direct": true, "can_create_groups": true }));
        }
        if with("users_groups") {
            let group = |(id, name)| json!({ "id": id, "name": name, "uuid": null });
            put(&mut embedded, "users_groups", groups(company).into_iter().map(group).collect());
        }
        if with("task_types") {
            let kind = |id, name, code| json!({ "id": id, "name": name, "color": null, "icon_id": null, "code": code });
            let kinds = json!([kind(1, "Связаться", "FOLLOW_UP"), kind(2, "Встреча", "MEETING")]);
            put(&mut embedded, "task_types", kinds);
        }
        if with("datetime_settings") {
            let settings = json!({
                "date_pattern": "d.m.Y H:i",
                "short_date_pattern": "d.m.Y",
                "short_time_pattern": "H:i",
                "date_formant": "d.m.Y",
                "time_format": "H:i:s",
                "timezone": company.zone,
                "timezone_offset": "+03:00",
            });
            put(&mut embedded, "datetime_settings", settings);
        }
        put(&mut item, "_embedded", embedded);
        item
    }

    pub(super) fn user(&self, user: &User, standing: Standing, with: impl Fn(&str) -> bool) -> Json {
        let letter = if standing.is_admin { "A" } else { "M" };
        let card =
            json!({ "view": letter, "edit": letter, "add": letter, "delete": letter, "export": letter });
        let group = group_of(self.company, user.id);
        let mut item = json!({
            "id": user.id,
            "name": user.name,
            "email": format!("user{}@upakovka.example", user.id),
            "lang": "ru",
            "rights": {
                "leads": card,
                "contacts": card,
                "companies": card,
                "tasks": { "edit": letter, "delete": letter },
                "mail_access": true,
                "catalog_access": true,
                "status_rights": null,
                "is_admin": standing.is_admin,
                "is_free": false,
                "is_active": standing.is_active,
                "group_id": group,
                "role_id": role(user).map(|(id, _)| id),
            },
            "_links": self.links(&format!("users/{}", user.id)),
        });
        let mut embedded = json!({ "roles": [], "groups": [] });
        if with("role") {
            let told = role(user).map(
                |(id, name)| json!({ "id": id, "name": name, "_links": self.links(&format!("roles/{id}")) }),
            );
            put(&mut embedded, "roles", told.into_iter().collect());
        }
        if with("group") {
            put(&mut embedded, "groups", json!([{ "id": group, "name": user.group }]));
        }
        put(&mut item, "_embedded", embedded);
        item
    }

    pub(super) fn pipeline(&self, number: usize, pipeline: &Pipeline) -> Json {
        let first = pipeline.stages.first().map_or(0, |stage| stage.id);
        let mut stages = vec![(first.saturating_sub(3), "Неразобранное", 10, 1, "#c1c1c1")];
        for (place, stage) in (2..).zip(&pipeline.stages) {
            stages.push((stage.id, &stage.name_ru, place * 10, 0, "#99ccff"));
        }
        stages.push((WON, "Успешно реализовано", 10_000, 0, "#CCFF66"));
        stages.push((LOST, "Закрыто и не реализовано", 11_000, 0, "#D5D8DB"));
        let own = format!("leads/pipelines/{}", pipeline.id);
        let stage = |(id, name, sort, kind, color): (u64, &str, u64, u64, &str)| {
            json!({
                "id": id,
                "name": name,
                "sort": sort,
                "is_editable": kind == 0 && id != WON && id != LOST,
                "pipeline_id": pipeline.id,
                "color": color,
                "type": kind,
                "account_id": self.company.crm_id,
                "_links": self.links(&format!("{own}/statuses/{id}")),
            })
        };
        json!({
            "id": pipeline.id,
            "name": pipeline.name_ru,
            "sort": number + 1,
            "is_main": number == 0,
            "is_unsorted_on": true,
            "is_archive": false,
            "account_id": self.company.crm_id,
            "_links": self.links(&own),
            "_embedded": { "statuses": stages.into_iter().map(stage).collect::<Vec<_>>() },
        })
    }

    pub(super) fn custom_field(&self, number: usize, field: &Field) -> Json {
        let of = owner(field);
        let choice = |(place, choice): (usize, &crate::company::Choice)| json!({ "id": choice.id, "value": choice.name_ru, "sort": 500 + 10 * place });
        let choices: Vec<Json> = field.choices.iter().enumerate().map(choice).collect();
        json!({
            "id": field.id,
            "name": field.name_ru,
            "type": field_type(field),
            "account_id": self.company.crm_id,
            "code": field.code,
            "sort": 500 + number,
            "is_api_only": false,
            "enums": if choices.is_empty() { Json::Null } else { choices.into() },
            "group_id": null,
            "required_statuses": self.required(field.id),
            "is_deletable": field.code.is_none(),
            "is_predefined": field.code.is_some(),
            "entity_type": of,
            "remind": null,
            "_links": self.links(&format!("{of}/custom_fields/{}", field.id)),
        })
    }

    pub(super) fn loss_reason(&self, (id, name): (u64, &str)) -> Json {
        json!({
            "id": id,
            "name": name,
            "sort": 100_000,
            "created_at": 1_582_000_000,
            "updated_at": 1_582_000_000,
            "_links": self.links(&format!("leads/loss_reasons/{id}")),
        })
    }

    /// The source and the next contact from the second stage on, the terms of payment at the last one.
    fn required(&self, field: u64) -> Vec<Json> {
        let skipped = |pipeline: &Pipeline| match field {
            SOURCE | NEXT_CONTACT => 1,
            PAYMENT => pipeline.stages.len().saturating_sub(1),
            _ => pipeline.stages.len(),
        };
        let at = |pipeline: &Pipeline| -> Vec<Json> {
            let stages = pipeline.stages.iter().skip(skipped(pipeline));
            stages.map(|stage| json!({ "status_id": stage.id, "pipeline_id": pipeline.id })).collect()
        };
        self.company.pipelines.iter().flat_map(at).collect()
    }
}

/// What a user may, and whether at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) is_admin: bool,
    pub(super) is_active: bool,
}

/// The list whose field it is.
pub(super) fn owner(field: &Field) -> &'static str {
    match field.owner {
        FieldOwner::Lead => "leads",
        FieldOwner::Contact => "contacts",
    }
}

/// An admin has no role.
fn role(user: &User) -> Option<(u64, &'static str)> {
    (!user.is_head && user.kind == UserKind::Person).then_some((71_330, "Менеджер"))
}
