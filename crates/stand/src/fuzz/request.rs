//! A request as the dice make it.

use super::body;
use crate::company::dice::Dice;
use crate::openapi::Operation;

/// With what a request is let in.
pub(super) struct Means {
    pub(super) account: String,
    pub(super) other: String,
    pub(super) tokens: Vec<String>,
    pub(super) card_tokens: Vec<String>,
    pub(super) secret: String,
}

/// The bytes of a request.
pub(super) struct Crafted<'a> {
    pub(super) bytes: Vec<u8>,
    /// Whose it is.
    pub(super) operation: Option<&'a Operation<'a>>,
    /// Whether its method or path may lead anywhere else.
    pub(super) is_odd: bool,
}

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];
/// What stands where something else was meant.
const JUNK: [&str; 24] = [
    "",
    "0",
    "-1",
    "1",
    "18446744073709551615",
    "18446744073709551616",
    "1e309",
    "null",
    "undefined",
    "2026-02-30",
    "9999-12-31",
    "-9999-01-01",
    "0000-00-00",
    "../status",
    "..%2fstatus",
    "%2e%2e",
    "%00",
    "%ff%fe",
    "%F0%9F%8C%B1",
    "a%20b",
    "'%22%3Cscript%3E",
    "{account}",
    "replay",
    "amo-1",
];

impl<'a> Crafted<'a> {
    pub(super) fn roll(dice: &mut Dice, operations: &'a [Operation<'a>], means: &Means) -> Self {
        let index = usize::try_from(dice.between(0, i64::try_from(operations.len()).unwrap_or(1) - 1));
        let operation = operations.get(index.unwrap_or(0));
        let (method, path) = operation.map_or(("GET", "/"), |known| (known.method.as_str(), known.path));
        let mut is_odd = dice.chance(100);
        let method = if is_odd { dice.pick(&METHODS) } else { method };
        let mut path = filled(dice, path, means);
        // A value may be none, or lead out of its segment.
        is_odd |= path.contains("//") || path.ends_with('/') || path.contains("..") || path.contains("%2e");
        if dice.chance(80) {
            (path, is_odd) = (bent(dice, &path), true);
        }
        let queries: &[&str] = operation.map_or(&[], |known| &known.queries);
        let query = query(dice, queries, means);
        let wants_body = operation.is_some_and(|known| known.has_body);
        let body = if wants_body || dice.chance(100) { body::roll(dice, path.as_str()) } else { Vec::new() };
        let mut bytes =
            format!("{method} {path}{query} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
        bytes.push_str(&headers(dice, means));
        let mut bytes = bytes.into_bytes();
        bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
        bytes.extend(body);
        Self { bytes, operation, is_odd }
    }

    /// As a person reads it.
    pub(super) fn shown(&self) -> String {
        self.bytes
            .iter()
            .take(2000)
            .flat_map(|byte| std::ascii::escape_default(*byte))
            .map(char::from)
            .collect()
    }
}

/// The path with values for its parameters, mostly good ones.
fn filled(dice: &mut Dice, path: &str, means: &Means) -> String {
    let mut filled = Vec::new();
    for segment in path.split('/') {
        let is_good = !dice.chance(200);
        filled.push(match segment {
            "{account}" if is_good => {
                dice.pick(&[means.account.clone(), means.account.clone(), means.other.clone()])
            }
            "{secret}" if is_good => means.secret.clone(),
            "{day}" if is_good => dice.pick(&["2026-09-21", "2026-09-22", "2026-01-01"]).to_owned(),
            "{deal}" | "{id}" if is_good => dice.pick(&["77", "1", "2", "3"]).to_owned(),
            segment if segment.starts_with('{') => junk(dice),
            segment => segment.to_owned(),
        });
    }
    filled.join("/")
}

/// The path with something in it that does not belong there.
fn bent(dice: &mut Dice, path: &str) -> String {
    let at = usize::try_from(dice.between(1, i64::try_from(path.len()).unwrap_or(1))).unwrap_or(1);
    let (before, after) = path.split_at_checked(at).unwrap_or((path, ""));
    match dice.between(0, 5) {
        0 => format!("{before}/{}{after}", junk(dice)),
        1 => format!("{before}{after}/"),
        2 => before.to_owned(),
        3 => format!("{before}{}{after}", junk(dice)),
        4 => path.replacen('/', "//", 2),
        _ => path.to_uppercase(),
    }
}

fn query(dice: &mut Dice, known: &[&str], means: &Means) -> String {
    let mut parts = Vec::new();
    for name in known.iter().copied().chain(["token", "cursor", "from", "x"]) {
        let chance = if known.contains(&name) { 500 } else { 40 };
        if dice.chance(chance) {
            let good = [
                "2026-09-01",
                "2026-09-30",
                "2025-10-01",
                "100",
                "ZGVhbDo3NyAw",
                "en",
                "4810001",
                "abc",
                "2026-09-21_2026-09-01_2026-09-30",
                "1790000000-00000000000000000000000000000000",
            ];
            let value = match dice.between(0, 3) {
                0 => junk(dice),
                1 => dice.pick(&means.tokens).replace('+', "%2B"),
                _ => dice.pick(&good).to_owned(),
            };
            parts.push(format!("{name}={value}"));
        }
    }
    if dice.chance(30) {
        parts.push(dice.pick(&["&&&", "=", "a[b][c]=1", "%zz=%", "from[]=1&from[]=2", "[=]"]).to_owned());
    }
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

fn headers(dice: &mut Dice, means: &Means) -> String {
    let mut headers = String::new();
    if !dice.chance(100) {
        // The operator's key leads furthest.
        let key = means.tokens.iter().take(usize::from(dice.chance(400))).next().cloned();
        let mut token = key.unwrap_or_else(|| dice.pick(&means.tokens));
        // A script that tries everything has most often some token.
        match dice.between(0, 9) {
            0 => token.truncate(token.len() / 2),
            1 => token = means.secret.clone(),
            2 => token = dice.pick(&means.card_tokens),
            3 => token.push_str(&junk(dice)),
            _ => {}
        }
        let scheme = dice.pick(&["Bearer", "Bearer", "Bearer", "Bearer", "bearer", "Basic", ""]);
        headers.push_str(&format!("authorization: {scheme} {token}\r\n"));
    }
    for (name, values) in [
        ("x-auth-token", means.card_tokens.clone()),
        ("if-none-match", vec!["*".to_owned(), "W/\"a\", \"b\"".to_owned(), junk(dice)]),
        ("origin", vec!["https://fuzz.amocrm.ru".to_owned(), "null".to_owned(), junk(dice)]),
        (
            "content-type",
            vec!["application/json".to_owned(), "text/plain; charset=\"".to_owned(), junk(dice)],
        ),
        ("x-who", vec!["operator".to_owned()]),
        ("range", vec!["bytes=0-0".to_owned()]),
        ("accept-encoding", vec!["gzip".to_owned()]),
        ("cookie", vec!["a=".repeat(2000)]),
    ] {
        if dice.chance(if name == "x-auth-token" { 300 } else { 60 }) {
            headers.push_str(&format!("{name}: {}\r\n", dice.pick(&values)));
        }
    }
    headers
}

pub(super) fn junk(dice: &mut Dice) -> String {
    if dice.chance(60) { dice.hex(3000) } else { dice.pick(&JUNK).to_owned() }
}
