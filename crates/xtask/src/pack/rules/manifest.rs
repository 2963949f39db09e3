use serde_json::{Map, Value};

/// Top-level keys, with what each must be.
const TOP: [(&str, Kind); 8] = [
    ("widget", Kind::Object),
    ("locations", Kind::List),
    ("settings", Kind::Object),
    ("tour", Kind::Object),
    ("dp", Kind::Object),
    ("advanced", Kind::Object),
    ("left_menu", Kind::Object),
    ("salesbot_designer", Kind::Object),
];

const WIDGET: [(&str, Kind, Need); 10] = [
    ("name", Kind::Text, Need::Required),
    ("description", Kind::Text, Need::Required),
    ("short_description", Kind::Text, Need::Required),
    ("version", Kind::Text, Need::Required),
    ("interface_version", Kind::Number, Need::Required),
    ("init_once", Kind::Flag, Need::Required),
    ("locale", Kind::List, Need::Required),
    ("installation", Kind::Flag, Need::Required),
    ("support", Kind::Object, Need::Optional),
    ("is_showcase", Kind::Flag, Need::Optional),
];

const SETTING: [(&str, Kind, Need); 3] = [
    ("name", Kind::Text, Need::Required),
    ("type", Kind::Text, Need::Required),
    ("required", Kind::Flag, Need::Required),
];

const SETTING_TYPES: [&str; 5] = ["text", "pass", "users", "users_lp", "custom"];
const LOCALES: [&str; 6] = ["ru", "en", "es", "pt", "tr", "id"];
/// Keys from before integrations had ids of their own.
const LEGACY: [&str; 2] = ["code", "secret_key"];

const LOCATIONS: [&str; 26] = [
    "lcard",
    "ccard",
    "comcard",
    "cucard",
    "llist",
    "clist",
    "tlist",
    "culist",
    "tline",
    "tcalendar",
    "settings",
    "advanced_settings",
    "card_sdk",
    "catalogs",
    "digital_pipeline",
    "lead_sources",
    "everywhere",
    "sms",
    "mobile_card",
    "salesbot_designer",
    "website_chat_button",
    "widget_page",
    "whatsapp_modal",
    "amoforms",
    "ai_agent",
    "personal_page",
];

/// A location, and the block of the manifest that it needs and that needs it.
const BLOCKS: [(&str, &str); 4] = [
    ("advanced_settings", "advanced"),
    ("digital_pipeline", "dp"),
    ("widget_page", "left_menu"),
    ("salesbot_designer", "salesbot_designer"),
];

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Flag,
    List,
    Object,
}

#[derive(Clone, Copy, PartialEq)]
enum Need {
    Required,
    Optional,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_u64(),
            Self::Flag => value.is_boolean(),
            Self::List => value.is_array(),
            Self::Object => value.is_object(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

pub(super) fn check(manifest: &Value, version: &str, broken: &mut Vec<String>) {
    let Some(manifest) = manifest.as_object() else {
        broken.push("manifest.json must hold an object".to_owned());
        return;
    };
    let shape = TOP.map(|(key, kind)| {
        (key, kind, if matches!(key, "widget" | "locations") { Need::Required } else { Need::Optional })
    });
    keys("manifest.json", manifest, &shape, broken);
    if let Some(widget) = manifest.get("widget").and_then(Value::as_object) {
        about(widget, version, broken);
    }
    if let Some(named) = manifest.get("locations").and_then(Value::as_array) {
        locations(named, manifest, broken);
    }
    settings(manifest.get("settings"), broken);
}

fn keys(place: &str, object: &Map<String, Value>, shape: &[(&str, Kind, Need)], broken: &mut Vec<String>) {
    for (key, value) in object {
        match shape.iter().find(|(known, ..)| known == key) {
            None => broken.push(format!("{place}: the key {key} is not known")),
            Some((_, kind, _)) if !kind.fits(value) => {
                broken.push(format!("{place}: {key} must be {}", kind.word()));
            }
            Some(_) => {}
        }
    }
    let required =
        shape.iter().filter(|(key, _, need)| *need == Need::Required && !object.contains_key(*key));
    broken.extend(required.map(|(key, ..)| format!("{place}: {key} is missing")));
}

fn about(widget: &Map<String, Value>, version: &str, broken: &mut Vec<String>) {
    let mut known = widget.clone();
    for key in LEGACY.iter().filter(|key| known.remove(**key).is_some()) {
        broken.push(format!("manifest.json, widget: {key} belongs to old integrations: leave it out"));
    }
    keys("manifest.json, widget", &known, &WIDGET, broken);
    if widget.get("interface_version").and_then(Value::as_u64).is_some_and(|number| number != 2) {
        broken.push("manifest.json, widget: interface_version is always 2".to_owned());
    }
    if let Some(said) = widget.get("version").and_then(Value::as_str) {
        let parts: Vec<&str> = said.split('.').collect();
        let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if parts.len() != 3 || !parts.iter().all(plain) {
            broken.push(format!("manifest.json, widget: version is three numbers such as 1.0.0, not {said}"));
        } else if said != version {
            broken
                .push(format!("manifest.json, widget: version is {said}, and the workspace is at {version}"));
        }
    }
    let locales = widget.get("locale").and_then(Value::as_array).into_iter().flatten();
    let locales: Vec<&str> = locales.filter_map(Value::as_str).collect();
    if locales.is_empty() {
        broken.push("manifest.json, widget: locale names no language".to_owned());
    }
    for locale in locales.iter().filter(|locale| !LOCALES.contains(locale)) {
        broken.push(format!("manifest.json, widget: the CRM has no language {locale}"));
    }
}

fn locations(named: &[Value], manifest: &Map<String, Value>, broken: &mut Vec<String>) {
    let mut seen: Vec<&str> = Vec::new();
    for value in named {
        let Some(text) = value.as_str() else {
            broken.push(format!("manifest.json, locations: {value} is not a text"));
            continue;
        };
        let (location, suffix) = text.split_once('-').map_or((text, None), |(name, part)| (name, Some(part)));
        if !LOCATIONS.contains(&location) {
            broken.push(format!("manifest.json, locations: {location} is not a location"));
        } else if location == "everywhere" && suffix.is_some() {
            broken.push("manifest.json, locations: everywhere takes no suffix".to_owned());
        } else if !matches!(suffix, None | Some("0" | "1")) {
            broken.push(format!(
                "manifest.json, locations: {text} may only end in -0 (no panel) or -1 (panel)"
            ));
        }
        if seen.contains(&location) {
            broken.push(format!("manifest.json, locations: {location} is named twice"));
        }
        seen.push(location);
    }
    if seen.is_empty() {
        broken.push("manifest.json, locations: the list is empty".to_owned());
    }
    if seen.contains(&"card_sdk") && !seen.iter().any(|name| matches!(*name, "lcard" | "ccard" | "comcard")) {
        broken.push("manifest.json, locations: card_sdk needs lcard, ccard or comcard".to_owned());
    }
    for (location, block) in BLOCKS {
        match (seen.contains(&location), manifest.contains_key(block)) {
            (true, false) => {
                broken.push(format!("manifest.json: the location {location} needs the block {block}"));
            }
            (false, true) => {
                broken.push(format!("manifest.json: the block {block} needs the location {location}"));
            }
            _ => {}
        }
    }
}

fn settings(settings: Option<&Value>, broken: &mut Vec<String>) {
    let entries = settings.and_then(Value::as_object);
    if entries.is_none_or(Map::is_empty) {
        broken.push("manifest.json, settings: at least one setting is needed".to_owned());
    }
    for (key, setting) in entries.into_iter().flatten() {
        let place = format!("manifest.json, settings.{key}");
        let Some(setting) = setting.as_object() else {
            broken.push(format!("{place} must be an object"));
            continue;
        };
        keys(&place, setting, &SETTING, broken);
        let kind = setting.get("type").and_then(Value::as_str);
        if let Some(kind) = kind.filter(|kind| !SETTING_TYPES.contains(kind)) {
            broken.push(format!("{place}: the type {kind} is none of {}", SETTING_TYPES.join(", ")));
        }
    }
}
