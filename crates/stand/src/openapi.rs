//! The published description of the API (`schema/openapi.json`), as what tests and the fuzzer go by.

use serde_json::{Map, Value};

const DESCRIPTION: &str = include_str!("../../../schema/openapi.json");

/// The description.
#[derive(Clone, Debug)]
pub struct OpenApi(Value);

/// An operation of the description.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// `GET` and the like.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: &'a str,
    /// Names of what may stand in the query.
    pub queries: Vec<&'a str>,
    /// Whether a body is asked for.
    pub has_body: bool,
    responses: &'a Map<String, Value>,
}

impl OpenApi {
    /// As it is checked in.
    #[must_use]
    pub fn published() -> Self {
        Self(serde_json::from_str(DESCRIPTION).unwrap_or_default())
    }

    /// Every operation, in the order of paths.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut found = Vec::new();
        for (path, operations) in self.0.get("paths").and_then(Value::as_object).into_iter().flatten() {
            let operations = operations.as_object().into_iter().flatten();
            found.extend(operations.filter_map(|(method, told)| operation(method, path, told)));
        }
        found
    }

    /// Holds an answer's JSON against what an operation says of a status: the first place that does not fit.
    ///
    /// # Errors
    /// Where it does not fit, and why.
    pub fn fits(&self, operation: &Operation<'_>, status: u16, answer: &Value) -> Result<(), String> {
        let response = operation.responses.get(&status.to_string());
        let response = response.ok_or_else(|| format!("{status} is not declared"))?;
        let content = self.resolved(response).get("content").and_then(Value::as_object);
        let media = content.and_then(|content| content.values().next()).and_then(|media| media.get("schema"));
        self.fits_schema(answer, media.ok_or_else(|| format!("{status} has no schema"))?, "")
    }

    fn resolved<'v>(&'v self, mut schema: &'v Value) -> &'v Value {
        while let Some(pointer) = schema.get("$ref").and_then(Value::as_str) {
            schema = self.0.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Null);
        }
        schema
    }

    fn fits_schema(&self, value: &Value, schema: &Value, place: &str) -> Result<(), String> {
        let schema = self.resolved(schema);
        let Some(words) = schema.as_object() else {
            return if *schema == Value::Bool(false) { Err(format!("{place} is not known")) } else { Ok(()) };
        };
        for (word, told) in words {
            let is_good = match word.as_str() {
                "type" => told.as_str().map_or_else(
                    || told.as_array().is_some_and(|of| of.iter().any(|of| is_of(value, of))),
                    |_| is_of(value, told),
                ),
                "enum" => told.as_array().is_some_and(|known| known.contains(value)),
                "const" => told == value,
                "anyOf" | "oneOf" => {
                    let choices = told.as_array().into_iter().flatten();
                    choices.into_iter().any(|choice| self.fits_schema(value, choice, place).is_ok())
                }
                "required" => value.as_object().is_none_or(|value| {
                    told.as_array()
                        .into_iter()
                        .flatten()
                        .all(|name| name.as_str().is_some_and(|name| value.contains_key(name)))
                }),
                "minimum" => value.as_i64().is_none_or(|n| told.as_i64().is_none_or(|least| n >= least)),
                _ => true,
            };
            if !is_good {
                return Err(format!("{place}: {word} of {told} does not fit {value:.200}"));
            }
        }
        match value {
            Value::Object(parts) => self.fit_parts(parts, words, place),
            Value::Array(items) => {
                let pair = words.get("prefixItems").and_then(Value::as_array);
                items.iter().enumerate().try_for_each(|(n, item)| {
                    let schema = pair.and_then(|pair| pair.get(n)).or_else(|| words.get("items"));
                    schema.map_or(Ok(()), |schema| self.fits_schema(item, schema, &format!("{place}/{n}")))
                })
            }
            _ => Ok(()),
        }
    }

    fn fit_parts(
        &self,
        parts: &Map<String, Value>,
        words: &Map<String, Value>,
        place: &str,
    ) -> Result<(), String> {
        for (name, part) in parts {
            let place = format!("{place}/{name}");
            let own = words.get("properties").and_then(|known| known.get(name));
            // The only pattern of a name in the description is that of an id.
            let of_ids = words.get("patternProperties").and_then(Value::as_object);
            let is_id = name.bytes().all(|byte| byte.is_ascii_digit());
            let by_id = of_ids.and_then(|patterns| patterns.values().next()).filter(|_| is_id);
            if let Some(schema) = own.or(by_id).or_else(|| words.get("additionalProperties")) {
                self.fits_schema(part, schema, &place)?;
            }
        }
        Ok(())
    }
}

impl Operation<'_> {
    /// Whether a status is declared.
    #[must_use]
    pub fn declares(&self, status: u16) -> bool {
        self.responses.contains_key(&status.to_string())
    }

    /// The path with values for its parameters.
    #[must_use]
    pub fn path_with(&self, value: impl Fn(&str) -> String) -> String {
        let part = |segment: &str| {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            name.map_or_else(|| segment.to_owned(), &value)
        };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

fn operation<'a>(method: &str, path: &'a str, told: &'a Value) -> Option<Operation<'a>> {
    let parameters = told.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let of_query = parameters.filter(|of| of.get("in").is_some_and(|place| place == "query"));
    Some(Operation {
        method: method.to_uppercase(),
        path,
        queries: of_query.filter_map(|of| of.get("name")?.as_str()).collect(),
        has_body: told.get("requestBody").is_some(),
        responses: told.get("responses")?.as_object()?,
    })
}

fn is_of(value: &Value, kind: &Value) -> bool {
    match kind.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_held_against_what_is_said_of_it() {
        let api = OpenApi::published();
        let operations = api.operations();
        let grants = operations.iter().find(|told| told.path.ends_with("/grants") && told.method == "GET");
        let grants = grants.unwrap();
        let good = json!({"items": [{"id": 1, "role": {"head": {"group": 2}}, "made_at": 5}]});
        assert_eq!(api.fits(grants, 200, &good), Ok(()));
        for wrong in [
            json!([]),
            json!({}),
            json!({"items": [{"id": 1, "role": "king", "made_at": 5}]}),
            json!({"items": [{"id": 1, "role": "owner"}]}),
            json!({"items": [{"id": -1, "role": "owner", "made_at": 5}]}),
            json!({"items": [{"id": 1, "role": {"head": {"group": 2, "crown": 1}}, "made_at": 5}]}),
        ] {
            assert!(api.fits(grants, 200, &wrong).is_err(), "{wrong}");
        }
        assert!(api.fits(grants, 418, &good).is_err());
        assert_eq!(grants.path_with(str::to_uppercase), "/v1/accounts/ACCOUNT/grants");
    }
}
