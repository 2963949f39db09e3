//! JSON Schemas of the documents that people write or read, made of the types themselves and published in the
//! folder `schema`, where a test holds them.

use crate::calendar::Window;
use crate::contribution::Dimension;
use crate::day::{Document, Figures};
use crate::digest::DigestEvent;
use crate::fact::Key;
use crate::policy::{Policy, PolicyFile, Span, VERSIONS_MAX};
use crate::summary::Summary;
use crate::time::Day;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Every published schema: the name of its document and what it says. The file is `NAME.schema.json`.
#[must_use]
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("policy", of::<PolicyFile>("Takeroot: the policy (регламент) as a file, TOML or JSON")),
        ("day", of::<Document<Figures>>("Takeroot: the figures of a day")),
        ("summary", of::<Document<Summary>>("Takeroot: the daily summary (сводка дня)")),
        ("digest", of::<DigestEvent>("Takeroot: a digest, as a web hook tells it")),
    ]
}

/// The schema of a type in the draft of 2020-12.
#[must_use]
pub fn of<T: JsonSchema>(title: &str) -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), title.into());
    }
    schema
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A date, such as 2026-03-01.",
            "type": "string",
            "format": "date",
            "pattern": "^\\d{4}-\\d{2}-\\d{2}$",
        })
    }
}

impl JsonSchema for Key {
    fn schema_name() -> Cow<'static, str> {
        "Key".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A 128-bit hash: 32 hexadecimal digits.",
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
        })
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Business time: 15m, 1h 30m, 45s, or 3d for business days; a number is seconds.",
            "type": ["string", "integer"],
            "format": "span",
            "pattern": "^(\\s*\\d+\\s*[dд]\\s*|(\\s*\\d+\\s*[hmsчмс]\\s*)+)$",
            "minimum": 0,
        })
    }
}

impl JsonSchema for Window {
    fn schema_name() -> Cow<'static, str> {
        "Window".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "From and to by the wall clock, such as [\"09:00\", \"18:00\"]; an end that is not after the start is on the next day.",
            "type": "array",
            "items": {
                "type": "string",
                "format": "wall-clock",
                "pattern": "^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$|^24:00(:00)?$",
            },
            "minItems": 2,
            "maxItems": 2,
        })
    }
}

/// One value of a dimension.
pub(crate) fn cut(generator: &mut SchemaGenerator) -> Schema {
    let dimensions = generator.subschema_for::<Dimension>();
    json_schema!({
        "description": "A dimension and the id of its value, such as [\"manager\", 11]; the pilot is [\"pilot\", 1].",
        "anyOf": [
            {
                "type": "array",
                "items": { "anyOf": [dimensions, { "type": "integer", "minimum": 0 }] },
                "minItems": 2,
                "maxItems": 2,
            },
            { "type": "null" },
        ],
    })
}

impl JsonSchema for PolicyFile {
    fn schema_name() -> Cow<'static, str> {
        "PolicyFile".into()
    }

    /// A policy with the notes of its author, and later versions, each of which gives sections anew.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut file = Policy::json_schema(generator);
        let mut sections = Map::new();
        if let Some(Value::Object(properties)) = file.get("properties") {
            sections.clone_from(properties);
        }
        let names: Vec<Value> = sections.keys().map(|name| name.as_str().into()).collect();
        let mut version = sections.clone();
        version.extend(object(json!({
            "from": generator.subschema_for::<Day>(),
            "without": {
                "description": "Sections that no longer hold.",
                "type": "array",
                "items": { "enum": names },
            },
        })));
        for properties in [&mut version, &mut sections] {
            properties.extend(object(json!({
                "by": { "description": "Who wrote it.", "type": "string" },
                "note": { "description": "What it changes, and why.", "type": "string" },
            })));
        }
        sections.extend(object(json!({
            "versions": {
                "description": "Later versions, oldest first.",
                "type": "array",
                "maxItems": VERSIONS_MAX,
                "items": {
                    "description": "A version: the sections that it gives replace those of the version before it.",
                    "type": "object",
                    "properties": version,
                    "required": ["from"],
                    "additionalProperties": false,
                },
            },
        })));
        file.insert("properties".to_owned(), Value::Object(sections));
        file
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
