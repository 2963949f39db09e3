use serde_json::Value;

use super::super::Files;
use crate::logo::LOGOS;

const BYTES_MAX: usize = 300 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Logos by name, with exact sizes; the one of digital pipelines only where the widget works in them.
pub(super) fn check(manifest: &Value, files: &Files, broken: &mut Vec<String>) {
    let locations = manifest.get("locations").and_then(Value::as_array).into_iter().flatten();
    let in_pipelines =
        locations.filter_map(Value::as_str).any(|location| location.starts_with("digital_pipeline"));
    for (name, width, height) in LOGOS {
        let path = format!("images/{name}");
        match files.get(&path) {
            Some(bytes) => logo(&path, bytes, (width, height), broken),
            None if name == "logo_dp.png" && !in_pipelines => {}
            None => broken.push(format!("{path} is missing: {width}×{height} pixels, PNG")),
        }
    }
    for path in files.keys().filter(|path| path.starts_with("images/logo")) {
        if !LOGOS.iter().any(|(name, ..)| path.strip_prefix("images/") == Some(*name)) {
            broken.push(format!("{path} is no logo that the CRM knows"));
        }
    }
}

fn logo(path: &str, bytes: &[u8], expected: (u32, u32), broken: &mut Vec<String>) {
    if bytes.len() > BYTES_MAX {
        broken.push(format!("{path} weighs {} bytes, and 300 KB is the limit", bytes.len()));
    }
    match size(bytes) {
        None => broken.push(format!("{path} is not a PNG")),
        Some(found) if found != expected => broken.push(format!(
            "{path} is {}×{} pixels and must be {}×{}",
            found.0, found.1, expected.0, expected.1
        )),
        Some(_) => {}
    }
}

/// Width and height out of a PNG's first chunk.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(PNG)?;
    let (width, rest) = header.get(8..)?.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    (header.get(4..8)? == b"IHDR").then_some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}
