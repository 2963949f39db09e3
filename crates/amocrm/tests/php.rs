//! The decoder against PHP itself, on seeded bodies full of brackets, percent signs, spaces, dots, NULs and digits.
//! `TAKEROOT_SEED` and `TAKEROOT_BODIES` choose others and more of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use takeroot_amocrm::{Form, FormLimit, Node};

/// A line: the tree as `json_encode` writes it, and as lists of [key, value], which keep the order.
const SCRIPT: &str = r#"
function pairs($v) {
    if (!is_array($v)) return $v;
    $list = [];
    foreach ($v as $key => $child) $list[] = [(string)$key, pairs($child)];
    return $list;
}
function repaired($key) {
    return json_decode(json_encode((string)$key, JSON_INVALID_UTF8_SUBSTITUTE));
}
function collides($v) {
    if (!is_array($v)) return false;
    $keys = array_map('repaired', array_keys($v));
    if (count(array_unique($keys, SORT_STRING)) < count($keys)) return true;
    foreach ($v as $child) if (collides($child)) return true;
    return false;
}
while (($line = fgets(STDIN)) !== false) {
    parse_str(hex2bin(trim($line)), $form);
    echo collides($form) ? 'null' : json_encode([(object)$form, pairs($form)], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
"#;

#[rustfmt::skip]
const TOKENS: [&[u8]; 68] = [
    b"a", b"a", b"b", b"c", b"&", b"&", b"&", b"=", b"=", b"=", b"[", b"[", b"[", b"]", b"]", b"]", b"[a]",
    b"[b]", b"[0]", b"[1]", b"[]", b"[]", b"[ ]", b"[\t]", b"[  ]", b"%5B", b"%5D", b"%5b", b"%5d", b"%",
    b"%2", b"%zz", b"%00", b"%00", b"+", b" ", b"%20", b".", b"%2E", b"0", b"1", b"-5", b"-0", b"01",
    b"9223372036854775807", b"9223372036854775806", b"-9223372036854775808", b"99999999999999999999",
    b"%D0%9F", b"%D0", b"%9F", b"%E2%82", b"%F0%9F%98", b"%F0%80%80%80", b"%F4%90%80%80", b"%E0%80%80",
    b"%C0%80", b"%ED%A0%80", b"%FF", b"\xd0\x9f", b"\xc3", b"\xff", b"__Host-", b"__Secure-", b"_", b";",
    b"%3D", b"%26",
];

const KEYS: [&str; 24] = [
    "",
    "",
    "",
    "a",
    "b",
    "id",
    "values",
    "0",
    "1",
    "2",
    "7",
    "-1",
    "01",
    " ",
    "+",
    "a.b",
    "[",
    "__proto__",
    "%00",
    "__Host-x",
    "9223372036854775806",
    "\u{43f}",
    "%d0%bf",
    "x%ff",
];

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn body(&mut self) -> Vec<u8> {
        let mut body = match self.below(3) {
            0 => (0..self.below(30)).flat_map(|_| self.pick(&TOKENS)).copied().collect(),
            1 => self.pairs(3, 6),
            _ => self.pairs(6, 40),
        };
        for _ in 0..self.below(4) {
            let at = self.below(body.len() + 1);
            match self.below(4) {
                0 if at < body.len() => body[at] = self.next() as u8,
                1 if at < body.len() => drop(body.remove(at)),
                2 => drop(body.splice(at..at, self.pick(&TOKENS).iter().copied())),
                _ => {}
            }
        }
        body
    }

    /// Neighbours share most of their names, as in real bodies, or differ by one byte.
    fn pairs(&mut self, depth: usize, count: usize) -> Vec<u8> {
        let mut path: Vec<&str> = Vec::new();
        let mut name = String::new();
        let (open, close) = self.pick(&[("[", "]"), ("%5B", "%5D")]);
        let mut body = String::new();
        for at in 0..self.below(count) {
            if self.below(4) == 0 && !name.is_empty() && name.is_ascii() {
                let byte = self.below(name.len());
                name.replace_range(byte..=byte, self.pick(&["[", "]", "%", "B", "D", "x", "0", "+"]));
            } else {
                path.truncate(self.below(path.len() + 1));
                while path.len() < depth && self.below(3) > 0 {
                    path.push(self.pick(&KEYS));
                }
                name = self.pick(&["a", "a", "b", "+a", "leads"]).to_owned();
                for key in &path {
                    name.push_str(&format!("{open}{key}{close}"));
                }
                name.push_str(self.pick(&["", "", "", "x", open, close]));
            }
            let tail = self.pick(&["", "+", "%D0%9F", "%", "%00", "\u{43f}"]);
            body.push_str(&format!("{name}={at}{tail}&"));
        }
        body.into_bytes()
    }
}

fn ordered(node: Node<'_>) -> Json {
    match node.text() {
        Some(text) => json!(text),
        None => node.children().map(|(key, child)| json!([key, ordered(child)])).collect(),
    }
}

fn answers_of_php(bodies: &[Vec<u8>]) -> Option<Vec<Json>> {
    let mut php = Command::new("php")
        .args(["-n", "-d", "max_input_vars=100000", "-d", "max_input_nesting_level=64", "-r", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = php.stdin.take().unwrap();
    let lines: String = bodies
        .iter()
        .map(|body| body.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n")
        .collect();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
        php.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "php failed");
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Some(lines.map(|line| serde_json::from_slice(line).unwrap()).collect())
}

#[test]
fn decodes_as_php_does() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |n| n.parse().unwrap());
    let seed = number("TAKEROOT_SEED", 20_260_401);
    let mut dice = Dice(seed);
    let bodies: Vec<Vec<u8>> = (0..number("TAKEROOT_BODIES", 2_000)).map(|_| dice.body()).collect();
    let Some(answers) = answers_of_php(&bodies) else {
        println!("skipped: no php on PATH");
        return;
    };
    assert_eq!(answers.len(), bodies.len(), "seed {seed}");
    let (mut equal, mut merged, mut too_deep) = (0, 0, 0);
    for (body, answer) in bodies.iter().zip(&answers) {
        match Form::decode(body) {
            Err(FormLimit::Depth) => too_deep += 1,
            _ if answer.is_null() => merged += 1,
            form => {
                let form = form.unwrap();
                let got = json!([form.to_json(), ordered(form.root())]);
                assert_eq!(&got, answer, "seed {seed}, body {:?}", body.escape_ascii().to_string());
                equal += 1;
            }
        }
    }
    println!("seed {seed}: {equal} equal, {merged} with names that U+FFFD makes equal, {too_deep} too deep");
}
