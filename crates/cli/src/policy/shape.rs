//! The shape of a policy by its published schema: every key and value that the format does not have, at its
//! place. What is wrong is left out, so that the rest can be judged too.

use super::tree::{Entry, Node, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::ops::Range;
use takeroot_core::policy::Span;
use takeroot_core::policy::lint::{Kind, Path, Problem, Shape, nearest};
use takeroot_core::time::{Day, clock_seconds};

/// What a document has of a schema's shape, and what it has otherwise.
pub(super) struct Shaped {
    /// The document without what is wrong; nothing where nothing is left of it.
    pub(super) node: Option<Node>,
    /// The problems with their places in the text.
    pub(super) problems: Vec<(Range<usize>, Problem)>,
    /// Places that are lost or were never written: judgements about them mean nothing.
    pub(super) lost: Vec<Path>,
}

/// Holds a document against a schema.
pub(super) fn shaped(node: Node, schema: &Json) -> Shaped {
    let mut walk = Walk { root: schema, problems: Vec::new(), lost: Vec::new() };
    let node = walk.walk(node, schema, &Path::default());
    Shaped { node, problems: walk.problems, lost: walk.lost }
}

struct Walk<'s> {
    root: &'s Json,
    problems: Vec<(Range<usize>, Problem)>,
    lost: Vec<Path>,
}

impl<'s> Walk<'s> {
    fn walk(&mut self, node: Node, schema: &'s Json, path: &Path) -> Option<Node> {
        let schema = self.resolved(schema);
        if let Some(Json::Array(choices)) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            return self.choice(node, choices, path);
        }
        if let (Some(known), Value::Text(word)) = (schema.get("enum"), &node.value) {
            let known: Vec<&str> = known.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
            let fits = known.contains(&word.as_str());
            return if fits { Some(node) } else { self.unknown_word(&node, &known, path) };
        }
        if !fits(&node, schema) {
            let kind = Kind::WrongType { expected: self.expected(schema), found: node.shape() };
            return self.wrong(node.span, path, kind);
        }
        let Node { span, value } = node;
        match value {
            Value::Table(entries) => self.table(span, entries, schema, path),
            Value::List(items) => self.list(span, items, schema, path),
            Value::Text(text) => {
                let shape = text_shape(schema);
                let good = match shape {
                    Shape::Date => text.parse::<Day>().is_ok(),
                    Shape::Span => text.parse::<Span>().is_ok(),
                    Shape::Clock => clock_seconds(&text).is_some(),
                    _ => true,
                };
                match good {
                    true => Some(Node { span, value: Value::Text(text) }),
                    false => self.wrong(span, path, Kind::WrongText { expected: shape, text }),
                }
            }
            Value::Integer(n) => {
                let (min, max) = limits(schema);
                match (min..=max).contains(&n) {
                    true => Some(Node { span, value }),
                    false => self.wrong(span, path, Kind::OutOfRange { min, max }),
                }
            }
            value => Some(Node { span, value }),
        }
    }

    fn table(
        &mut self,
        span: Range<usize>,
        entries: Vec<Entry>,
        schema: &'s Json,
        path: &Path,
    ) -> Option<Node> {
        let mut kept = Vec::with_capacity(entries.len());
        let mut written = BTreeSet::new();
        for entry in entries {
            let at = path.at(entry.key.as_str());
            written.insert(entry.key.clone());
            let Some(inner) = self.schema_of(schema, &entry, &at) else { continue };
            let Entry { key, key_span, node } = entry;
            kept.extend(self.walk(node, inner, &at).map(|node| Entry { key, key_span, node }));
        }
        let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
        let mut complete = true;
        for key in required.filter_map(Json::as_str) {
            complete &= kept.iter().any(|entry| entry.key == key);
            if !written.contains(key) {
                let kind = Kind::MissingKey { key: key.to_owned() };
                self.problems.push((span.clone(), Problem::new(path.clone(), kind)));
                self.lost.push(path.at(key));
            }
        }
        // Of the whole document everything that can be read is judged.
        let is_whole = path.0.is_empty();
        (complete || is_whole).then_some(Node { span, value: Value::Table(kept) })
    }

    /// The schema of a key's value; a key that the format does not have is named.
    fn schema_of(&mut self, schema: &'s Json, entry: &Entry, at: &Path) -> Option<&'s Json> {
        let known = schema.get("properties").and_then(Json::as_object);
        if let Some(inner) = known.and_then(|known| known.get(&entry.key)) {
            return Some(inner);
        }
        // Dates are the only keys with a pattern.
        let by_date = schema.get("patternProperties").and_then(Json::as_object);
        if let Some(inner) = by_date.and_then(|patterns| patterns.values().next()) {
            if entry.key.parse::<Day>().is_ok() {
                return Some(inner);
            }
            let kind = Kind::WrongText { expected: Shape::Date, text: entry.key.clone() };
            return self.wrong(entry.key_span.clone(), at, kind);
        }
        match schema.get("additionalProperties") {
            Some(Json::Bool(false)) => {
                let known = known.into_iter().flat_map(|known| known.keys().map(String::as_str));
                let nearest = nearest(&entry.key, known).map(str::to_owned);
                let parent = Path(at.0.split_last().map(|(_, parent)| parent.to_vec()).unwrap_or_default());
                self.lost.extend(nearest.as_deref().map(|nearest| parent.at(nearest)));
                let kind = Kind::UnknownKey { key: entry.key.clone(), nearest };
                self.wrong(entry.key_span.clone(), at, kind)
            }
            inner => inner,
        }
    }

    fn list(
        &mut self,
        span: Range<usize>,
        items: Vec<(usize, Node)>,
        schema: &'s Json,
        path: &Path,
    ) -> Option<Node> {
        let limit = |key: &str| schema.get(key).and_then(Json::as_u64).and_then(|n| usize::try_from(n).ok());
        let (min, max) = (limit("minItems").unwrap_or(0), limit("maxItems").unwrap_or(usize::MAX));
        if !(min..=max).contains(&items.len()) {
            return self.wrong(span, path, Kind::Length { min, max, found: items.len() });
        }
        let count = items.len();
        let once = schema.get("uniqueItems") == Some(&Json::Bool(true));
        let mut seen = BTreeSet::new();
        let mut kept = Vec::with_capacity(count);
        for (place, item) in items {
            let at = path.at(place);
            if let (true, Value::Text(text)) = (once, &item.value)
                && !seen.insert(text.clone())
            {
                self.problems.push((item.span.clone(), Problem::new(at.clone(), Kind::Repeated)));
            }
            let item = match schema.get("items") {
                Some(inner) => self.walk(item, inner, &at),
                None => Some(item),
            };
            // A window may end with the day, not begin.
            let item = item.and_then(|item| match &item.value {
                Value::Text(text) if min == 2 && place == 0 && clock_seconds(text) == Some(86_400) => {
                    let kind = Kind::WrongText { expected: Shape::Clock, text: text.clone() };
                    self.wrong(item.span, &at, kind)
                }
                _ => Some(item),
            });
            kept.extend(item.map(|item| (place, item)));
        }
        // A window of one good time is none.
        (kept.len() == count || min == 0).then_some(Node { span, value: Value::List(kept) })
    }

    /// One of several: a word, or a table with one key that says which.
    fn choice(&mut self, node: Node, choices: &'s [Json], path: &Path) -> Option<Node> {
        let choices: Vec<&'s Json> = choices.iter().map(|choice| self.resolved(choice)).collect();
        let words: Vec<&str> =
            choices.iter().filter_map(|c| c.get("const")).filter_map(Json::as_str).collect();
        let mut tables = choices.iter().filter(|choice| choice.get("properties").is_some());
        match &node.value {
            Value::Text(word) if words.contains(&word.as_str()) => Some(node),
            Value::Text(_) if !words.is_empty() => self.unknown_word(&node, &words, path),
            Value::Table(entries) if tables.clone().count() > 1 => {
                let key = entries.first().map(|entry| entry.key.as_str()).unwrap_or_default();
                let has = |choice: &&&Json| choice.get("properties").and_then(|all| all.get(key)).is_some();
                if let Some(chosen) = tables.find(has) {
                    return self.walk(node, chosen, path);
                }
                let keys = tables_of(&choices);
                let kind = match entries.first() {
                    Some(entry) => Kind::UnknownKey {
                        key: entry.key.clone(),
                        nearest: nearest(&entry.key, keys.iter().copied()).map(str::to_owned),
                    },
                    None => Kind::MissingKey { key: keys.join(" | ") },
                };
                let span = entries.first().map_or(node.span.clone(), |entry| entry.key_span.clone());
                self.wrong(span, path, kind)
            }
            _ => match choices.iter().find(|choice| choice.get("const").is_none() && fits(&node, choice)) {
                Some(chosen) => self.walk(node, chosen, path),
                None => {
                    let mut expected: Vec<Shape> = choices.iter().flat_map(|c| self.expected(c)).collect();
                    expected.sort_unstable();
                    expected.dedup();
                    let kind = Kind::WrongType { expected, found: node.shape() };
                    self.wrong(node.span, path, kind)
                }
            },
        }
    }

    fn unknown_word(&mut self, node: &Node, known: &[&str], path: &Path) -> Option<Node> {
        let Value::Text(word) = &node.value else { return None };
        let nearest = nearest(word, known.iter().copied()).map(str::to_owned);
        let known = known.iter().map(|word| (*word).to_owned()).collect();
        self.wrong(node.span.clone(), path, Kind::UnknownWord { word: word.clone(), nearest, known })
    }

    fn wrong<T>(&mut self, span: Range<usize>, path: &Path, kind: Kind) -> Option<T> {
        self.lost.push(path.clone());
        self.problems.push((span, Problem::new(path.clone(), kind)));
        None
    }

    fn resolved(&self, schema: &'s Json) -> &'s Json {
        let target = schema.get("$ref").and_then(Json::as_str);
        let target = target.and_then(|target| self.root.pointer(target.strip_prefix('#')?));
        target.map_or(schema, |target| self.resolved(target))
    }

    fn expected(&self, schema: &'s Json) -> Vec<Shape> {
        let schema = self.resolved(schema);
        if let Some(Json::Array(choices)) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            let mut all: Vec<Shape> = choices.iter().flat_map(|choice| self.expected(choice)).collect();
            all.sort_unstable();
            all.dedup();
            return all;
        }
        if schema.get("minItems").is_some() {
            return vec![Shape::Window];
        }
        let shape = text_shape(schema);
        if shape != Shape::Text {
            return vec![shape];
        }
        let shapes = types(schema).into_iter().filter_map(|name| match name {
            "string" => Some(Shape::Text),
            "integer" => Some(Shape::Integer),
            "boolean" => Some(Shape::Boolean),
            "array" => Some(Shape::List),
            "object" => Some(Shape::Table),
            _ => None,
        });
        shapes.collect()
    }
}

fn tables_of<'s>(choices: &[&'s Json]) -> Vec<&'s str> {
    let properties = choices.iter().filter_map(|choice| choice.get("properties")?.as_object());
    properties.flat_map(|keys| keys.keys().map(String::as_str)).collect()
}

fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(name)) => vec![name],
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether a value is of a type that the schema allows; a schema that names none allows all.
fn fits(node: &Node, schema: &Json) -> bool {
    let types = types(schema);
    let name = match node.value {
        Value::Text(_) => "string",
        Value::Integer(_) => "integer",
        Value::Fraction => "number",
        Value::Boolean(_) => "boolean",
        Value::Null => "null",
        Value::List(_) => "array",
        Value::Table(_) => "object",
    };
    types.is_empty() && schema.get("enum").is_none() || types.contains(&name)
}

fn text_shape(schema: &Json) -> Shape {
    match schema.get("format").and_then(Json::as_str) {
        Some("date") => Shape::Date,
        Some("span") => Shape::Span,
        Some("wall-clock") => Shape::Clock,
        _ => Shape::Text,
    }
}

fn limits(schema: &Json) -> (i128, i128) {
    let min = schema.get("minimum").and_then(Json::as_i64).unwrap_or(i64::MIN);
    let max = match schema.get("format").and_then(Json::as_str) {
        Some("uint32") => i128::from(u32::MAX),
        Some("uint64") => i128::from(u64::MAX),
        _ => i128::from(i64::MAX),
    };
    (min.into(), schema.get("maximum").and_then(Json::as_i64).map_or(max, i128::from))
}
