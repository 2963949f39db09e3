//! The table as an OpenAPI document, published as `schema/openapi.json`.

use super::{Body, May, ROUTES, RoleName, Route, Shape, Spec};
use crate::access::{Grant, GrantRequest, Granted};
use crate::account::{Recomputed, Status};
use crate::archive::Imported;
use crate::audit::AuditEntry;
use crate::claim::AnswerRequest;
use crate::digest::{DigestTested, Target, TargetRequest, TargetState};
use crate::failure::Rejection;
use crate::person::{Erased, Held, Person};
use crate::quarantine::Replayed;
use crate::store::Quarantined;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use takeroot_core::acceptance::{Baseline, BaselineState};
use takeroot_core::account::{
    AccountListed, AccountOpened, AccountRequest, List, PolicyPreview, PolicyRequest, PolicyState,
};
use takeroot_core::card::{Badges, BadgesRequest, DealCard, Duplicate};
use takeroot_core::connection::{Connected, ConnectionRequest, ConnectionState, Disconnected};
use takeroot_core::day::{Document, Figures};
use takeroot_core::directory::AccountDirectory;
use takeroot_core::doctor::Diagnosis;
use takeroot_core::fact::Fact;
use takeroot_core::logbook::Entry;
use takeroot_core::own::OwnDay;
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::time::{Day, Moment};

const ABOUT: &str = "Lists are `{items, next}`: give `next` as `cursor` until there is none. Whatever is refused says \
    why by RFC 9457, with a `hint` that says what to do; retry what is refused with 429 or 503, and 500, later. A \
    known path that is asked by another method is refused with 405 and `Allow`. `HEAD` is answered as `GET`. \
    Published documents carry an `ETag`; a query parameter that is not listed is refused.";

/// The whole document, of version 3.1.
#[must_use]
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for spec in ROUTES.iter().filter(|spec| spec.route != Route::Fault) {
        let operation = operation(spec, &mut generator);
        let path = paths.entry(spec.path).or_insert_with(|| json!({}));
        path.as_object_mut().map(|path| path.insert(spec.method.name().to_lowercase(), operation));
    }
    let problem = generator.subschema_for::<Rejection>();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Takeroot", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {
                "Problem": {
                    "description": "Why it is refused, and what to do.",
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
            "securitySchemes": {
                "operator": { "type": "http", "scheme": "bearer", "description": "The operator's key." },
                "grant": { "type": "http", "scheme": "bearer", "description": "The token of a grant." },
                "link": { "type": "apiKey", "in": "query", "name": "token", "description": "The same token in a link." },
                "widget": { "type": "apiKey", "in": "header", "name": "X-Auth-Token", "description": "The CRM's one-time token." },
            },
        },
    })
}

fn operation(spec: &Spec, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    for status in spec.statuses() {
        responses.insert(status.to_string(), response(spec, status, generator));
    }
    let mut operation = json!({
        "operationId": id(spec.route),
        "summary": spec.says,
        "parameters": parameters(spec, generator),
        "security": security(spec.may),
        "responses": responses,
    });
    let Some(told) = operation.as_object_mut() else { return operation };
    if let May::Grants(roles) = spec.may {
        told.insert("x-roles".to_owned(), roles.iter().map(|role| role_name(*role)).collect());
    }
    if let Some(content) = body(spec.body, generator) {
        told.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation
}

/// The route's name as a variable's: `quarantineReplay`.
fn id(route: Route) -> String {
    let name = format!("{route:?}");
    let (first, rest) = name.split_at(1);
    first.to_lowercase() + rest
}

fn parameters(spec: &Spec, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut day = || generator.subschema_for::<Day>().to_value();
    let of_path = spec.path_names().map(|name| {
        let schema = match name {
            "day" => day(),
            "deal" => json!({ "type": "integer", "format": "uint64", "minimum": 0 }),
            "account" => json!({ "type": "string", "pattern": "^amo-\\d+$" }),
            _ => json!({ "type": "string" }),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    });
    let mut parameters: Vec<Value> = of_path.collect();
    for param in spec.query {
        let schema = match param {
            super::Param::From | super::Param::To => day(),
            super::Param::Lang => json!({ "type": "string", "enum": ["ru", "en"] }),
            _ => json!({ "type": "string" }),
        };
        parameters.push(json!({ "name": param.name(), "in": "query", "schema": schema }));
    }
    parameters
}

fn security(may: May) -> Value {
    match may {
        May::Anybody | May::Crm => json!([]),
        May::Widget | May::Admin => json!([{ "widget": [] }]),
        May::Page => json!([{ "link": [] }]),
        May::Grants(_) => json!([{ "grant": [] }, { "link": [] }, { "operator": [] }]),
        May::Operator => json!([{ "operator": [] }]),
    }
}

const fn role_name(role: RoleName) -> &'static str {
    match role {
        RoleName::Owner => "owner",
        RoleName::Head => "head",
        RoleName::Reader => "reader",
    }
}

fn body(body: Body, generator: &mut SchemaGenerator) -> Option<Value> {
    let json = |schema: schemars::Schema| json!({ "application/json": { "schema": schema } });
    Some(match body {
        Body::None => return None,
        Body::Hook => json!({ "application/x-www-form-urlencoded": { "schema": { "type": "object" } } }),
        Body::Account => json(generator.subschema_for::<AccountRequest>()),
        Body::Grant => json(generator.subschema_for::<GrantRequest>()),
        Body::Answer => json(generator.subschema_for::<AnswerRequest>()),
        Body::Badges => json(generator.subschema_for::<BadgesRequest>()),
        Body::Person => json(generator.subschema_for::<Person>()),
        Body::Connection => json(generator.subschema_for::<ConnectionRequest>()),
        Body::PolicyRequest => json(generator.subschema_for::<PolicyRequest>()),
        Body::Policy => json(generator.subschema_for::<Policy>()),
        Body::Baseline => json(generator.subschema_for::<Baseline>()),
        Body::LogbookEntry => json(generator.subschema_for::<Entry>()),
        Body::DigestTarget => json(generator.subschema_for::<TargetRequest>()),
        Body::Archive => json!({ "application/x-ndjson": { "schema": { "type": "string" } } }),
    })
}

fn response(spec: &Spec, status: u16, generator: &mut SchemaGenerator) -> Value {
    if status == spec.success() {
        let (media, schema) = answer(spec.answer, generator);
        return match media {
            "" => json!({ "description": "All is well." }),
            media => json!({ "description": "All is well.", "content": { media: { "schema": schema } } }),
        };
    }
    match (status, spec.may) {
        (304, _) => json!({ "description": "What `If-None-Match` names is what would be sent." }),
        (404 | 422 | 502, May::Page) => json!({
            "description": "A page that says what is missing.",
            "content": { "text/html": { "schema": { "type": "string" } } },
        }),
        _ => json!({ "$ref": "#/components/responses/Problem" }),
    }
}

/// The media type and the schema of an answer; no media type where there is no body.
fn answer(shape: Shape, generator: &mut SchemaGenerator) -> (&'static str, Value) {
    let text = || json!({ "type": "string" });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let media = match shape {
        Shape::Prometheus => "text/plain",
        Shape::Css => "text/css",
        Shape::Html => "text/html",
        Shape::Csv => "text/csv",
        Shape::Bytes => "application/octet-stream",
        Shape::JsonLines => "application/x-ndjson",
        Shape::Nothing => "",
        _ => "application/json",
    };
    let schema = match shape {
        Shape::Prometheus | Shape::Css | Shape::Html | Shape::Csv | Shape::Bytes | Shape::JsonLines => text(),
        Shape::Nothing => Value::Null,
        Shape::Ok => object(&["ok"], json!({ "ok": { "const": true } })),
        Shape::Deleted => object(&["deleted"], json!({ "deleted": text() })),
        Shape::Generation => {
            json!({ "type": "integer", "minimum": 1, "description": "The newest generation of the webhooks' address." })
        }
        Shape::Delivered => object(
            &["facts"],
            json!({
                "facts": count(),
                "ignored": { "type": "array", "items": object(&["kind", "reason"], json!({ "kind": text(), "reason": text() })) },
                "quarantined": text(),
            }),
        ),
        // What holds of it is between the Worker and the widget of the same release.
        Shape::Card => object(
            &["now", "version", "deal"],
            json!({
                "now": generator.subschema_for::<Moment>(),
                "version": { "type": "object" },
                "deal": { "anyOf": [generator.subschema_for::<DealCard>(), { "type": "null" }] },
                "hours": { "type": "array" },
                "duplicates": generator.subschema_for::<Vec<Duplicate>>(),
                "own": generator.subschema_for::<OwnDay>(),
                "since": generator.subschema_for::<Moment>(),
                "hidden": { "type": "boolean" },
            }),
        ),
        Shape::Day => generator.subschema_for::<Document<Figures>>().to_value(),
        Shape::Days => generator.subschema_for::<List<Document<Figures>>>().to_value(),
        Shape::Summary => generator.subschema_for::<Document<Summary>>().to_value(),
        Shape::Badges => generator.subschema_for::<Badges>().to_value(),
        Shape::Deal => generator.subschema_for::<DealCard>().to_value(),
        Shape::Grant => generator.subschema_for::<Grant>().to_value(),
        Shape::Grants => generator.subschema_for::<List<Grant>>().to_value(),
        Shape::Granted => generator.subschema_for::<Granted>().to_value(),
        Shape::Audit => generator.subschema_for::<List<AuditEntry>>().to_value(),
        Shape::Quarantine => generator.subschema_for::<List<Quarantined>>().to_value(),
        Shape::Replayed => generator.subschema_for::<Replayed>().to_value(),
        Shape::Held => generator.subschema_for::<Held>().to_value(),
        Shape::Erased => generator.subschema_for::<Erased>().to_value(),
        Shape::Accounts => generator.subschema_for::<List<AccountListed>>().to_value(),
        Shape::Opened => generator.subschema_for::<AccountOpened>().to_value(),
        Shape::Status => generator.subschema_for::<Status>().to_value(),
        Shape::Facts => generator.subschema_for::<List<Fact>>().to_value(),
        Shape::Recomputed => generator.subschema_for::<Recomputed>().to_value(),
        Shape::Imported => generator.subschema_for::<Imported>().to_value(),
        Shape::Connected => generator.subschema_for::<Connected>().to_value(),
        Shape::Policy => generator.subschema_for::<PolicyState>().to_value(),
        Shape::PolicyPreview => generator.subschema_for::<PolicyPreview>().to_value(),
        Shape::Disconnected => generator.subschema_for::<Disconnected>().to_value(),
        Shape::Diagnosis => generator.subschema_for::<Diagnosis>().to_value(),
        Shape::Baseline => generator.subschema_for::<BaselineState>().to_value(),
        Shape::Logbook => generator.subschema_for::<List<Entry>>().to_value(),
        Shape::LogbookEntry => generator.subschema_for::<Entry>().to_value(),
        Shape::Digests => generator.subschema_for::<List<TargetState>>().to_value(),
        Shape::DigestTarget => generator.subschema_for::<TargetState>().to_value(),
        Shape::DigestTargetEnded => generator.subschema_for::<Target>().to_value(),
        Shape::DigestTested => generator.subschema_for::<DigestTested>().to_value(),
        Shape::Directory => generator.subschema_for::<AccountDirectory>().to_value(),
        Shape::Connection => generator.subschema_for::<ConnectionState>().to_value(),
    };
    (media, schema)
}
