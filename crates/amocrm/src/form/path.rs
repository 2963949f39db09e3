//! From a pair's name to its place in the tree.

use super::text::{Span, unescape};
use super::tree::ROOT;
use super::{Decoder, FormLimit};

/// How far into the raw name (its opening bracket included) the names of a table reach.
#[derive(Clone, Copy)]
pub(super) struct Level {
    end: usize,
    table: u32,
}

type Place = (u32, Span);

/// A name that needs no decoding but of its brackets: its table, last key and raw length. Goes on from where the
/// name before was the same. None where [`slow_path`] must judge; the tables made until then are those that it makes.
pub(super) fn quick_path(decoder: &mut Decoder<'_>, start: usize) -> Option<(u32, Span, usize)> {
    let name = decoder.body.get(start..)?;
    let shared = common_prefix(name, decoder.previous);
    while decoder.levels.last().is_some_and(|level| level.end > shared) {
        decoder.levels.pop();
    }
    let (mut table, mut step) = match decoder.levels.last() {
        Some(level) => (level.table, bracketed(name, level.end)?),
        None => (ROOT, top(name)?),
    };
    loop {
        let key = decoder.tree.texts.borrow(start + step.start, start + step.end)?;
        match step.next {
            Next::Value(at) => return Some((table, key, at)),
            Next::Key(at) => {
                let inner = bracketed(name, at)?;
                if decoder.levels.len() == FormLimit::DEPTH_MAX {
                    return None;
                }
                table = decoder.tree.table_in(table, key);
                decoder.levels.push(Level { end: at, table });
                step = inner;
            }
        }
    }
}

struct Step {
    start: usize,
    end: usize,
    next: Next,
}

enum Next {
    Key(usize),
    Value(usize),
}

fn top(name: &[u8]) -> Option<Step> {
    let end = plain_end(name, 0)?;
    Some(Step { start: 0, end, next: next(name, end)? })
}

fn bracketed(name: &[u8], start: usize) -> Option<Step> {
    let end = plain_end(name, start)?;
    let after = match name.get(end..)? {
        [b']', ..] => end + 1,
        [b'%', b'5', b'D' | b'd', ..] => end + 3,
        _ => return None,
    };
    Some(Step { start, end, next: next(name, after)? })
}

fn next(name: &[u8], at: usize) -> Option<Next> {
    match name.get(at..)? {
        [] | [b'=' | b'&', ..] => Some(Next::Value(at)),
        [b'[', ..] => Some(Next::Key(at + 1)),
        [b'%', b'5', b'B' | b'b', ..] => Some(Next::Key(at + 3)),
        _ => None,
    }
}

fn plain_end(name: &[u8], start: usize) -> Option<usize> {
    let rest = name.get(start..)?;
    let len = rest
        .iter()
        .position(|b| {
            !matches!(b, b'!'..=b'~') || matches!(b, b'[' | b']' | b'=' | b'&' | b'%' | b'+' | b'.')
        })
        .unwrap_or(rest.len());
    (len > 0 && forbidden_prefix(rest).is_none()).then_some(start + len)
}

/// PHP's `php_register_variable_ex`. No place for a name that PHP drops.
pub(super) fn slow_path(decoder: &mut Decoder<'_>, raw: &[u8]) -> Result<Option<Place>, FormLimit> {
    let mut name = std::mem::take(&mut decoder.unescaped);
    name.clear();
    decoder.flags.broken_percent |= unescape(raw, &mut name);
    let place = register(decoder, &name);
    decoder.unescaped = name;
    place
}

#[derive(Clone, Copy)]
enum Key<'k> {
    Named(&'k [u8]),
    Append,
}

fn register(decoder: &mut Decoder<'_>, name: &[u8]) -> Result<Option<Place>, FormLimit> {
    let name = name.split(|b| *b == 0).next().unwrap_or(name);
    let spaces = name.iter().take_while(|b| **b == b' ').count();
    let name = name.get(spaces..).unwrap_or(&[]);
    let whole: Vec<u8> =
        name.iter().map(|b| if matches!(b, b' ' | b'.' | b'[') { b'_' } else { *b }).collect();
    let open = name.iter().position(|b| *b == b'[').unwrap_or(name.len());
    let Some(top) = whole.get(..open).filter(|top| !top.is_empty()) else { return Ok(None) };

    let mut table = ROOT;
    let mut key = Key::Named(top);
    let mut rest = name.get(open..).unwrap_or(&[]);
    let mut depth = 0;
    while let [b'[', inside @ ..] = rest {
        depth += 1;
        if depth > FormLimit::DEPTH_MAX {
            return Err(FormLimit::Depth);
        }
        let Some((inner, after)) = closed_key(inside) else {
            if depth == 1 {
                key = Key::Named(&whole);
            }
            break;
        };
        let Some(span) = span_of(decoder, table, key, name) else { return Ok(None) };
        table = decoder.tree.table_in(table, span);
        key = inner;
        rest = after;
    }
    Ok(span_of(decoder, table, key, name).map(|span| (table, span)))
}

/// The key up to the closing bracket, and what follows it. One white space before the bracket is still no key.
fn closed_key(inside: &[u8]) -> Option<(Key<'_>, &[u8])> {
    let unspaced = match inside {
        [b' ' | b'\t'..=b'\r', rest @ ..] => rest,
        _ => inside,
    };
    if let [b']', after @ ..] = unspaced {
        return Some((Key::Append, after));
    }
    let close = unspaced.iter().position(|b| *b == b']')? + inside.len() - unspaced.len();
    let (key, after) = inside.split_at_checked(close)?;
    Some((Key::Named(key), after.get(1..)?))
}

fn span_of(decoder: &mut Decoder<'_>, table: u32, key: Key<'_>, name: &[u8]) -> Option<Span> {
    match key {
        Key::Append => decoder.tree.free_key(table),
        Key::Named(key) => match forbidden_prefix(key) {
            Some(prefix) if !name.starts_with(prefix) => None,
            _ => Some(decoder.push_bytes(key)),
        },
    }
}

/// PHP guards cookies by these prefixes: a key may only have one if the whole name has it.
fn forbidden_prefix(key: &[u8]) -> Option<&'static [u8]> {
    [&b"__Host-"[..], b"__Secure-"].into_iter().find(|prefix| key.starts_with(prefix))
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let (a_words, _) = a.as_chunks::<8>();
    let (b_words, _) = b.as_chunks::<8>();
    let mut len = 0;
    for (a_word, b_word) in a_words.iter().zip(b_words) {
        let difference = u64::from_le_bytes(*a_word) ^ u64::from_le_bytes(*b_word);
        if difference != 0 {
            return len + difference.trailing_zeros() as usize / 8;
        }
        len += 8;
    }
    let (a_rest, b_rest) = (a.get(len..).unwrap_or(&[]), b.get(len..).unwrap_or(&[]));
    len + a_rest.iter().zip(b_rest).take_while(|(a, b)| a == b).count()
}
