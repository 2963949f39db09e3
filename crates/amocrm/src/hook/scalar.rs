//! Texts of a body into numbers, times and amounts. Whatever does not parse is absent, never an error.

use crate::form::Node;
use takeroot_core::fact::{Actor, Amount, Flag, Key};
use takeroot_core::time::{DAY_S, Moment};

/// 2000-01-01 and 2100-01-01: no CRM of ours has a moment outside.
const CREDIBLE: (i64, i64) = (946_684_800, 4_102_444_800);
/// How far ahead of the time of receipt a stated time may lie.
pub(super) const AHEAD_S: i64 = DAY_S;

pub(crate) fn is_credible(at: Moment) -> bool {
    (CREDIBLE.0..CREDIBLE.1).contains(&at.0)
}

/// A number, 0 included.
pub(crate) fn number(node: Option<Node<'_>>) -> Option<u64> {
    node?.text()?.trim().parse().ok()
}

/// An id: a number above zero that a signed 64-bit column holds.
pub(crate) fn id(node: Option<Node<'_>>) -> Option<u64> {
    number(node).filter(|id| (1..=i64::MAX.cast_unsigned()).contains(id))
}

/// 0 stands for a robot or the API.
pub(crate) fn actor(node: Option<Node<'_>>) -> Actor {
    match number(node) {
        Some(0) => Actor::Robot,
        Some(user) if id(node).is_some() => Actor::User(user),
        _ => Actor::Unknown,
    }
}

/// The first of some names that holds a time: Unix seconds, or `Y-m-d H:i:s` in UTC.
pub(crate) fn time(item: Node<'_>, names: &[&str]) -> Option<Moment> {
    names.iter().find_map(|name| {
        let text = item.get(name)?.text()?.trim();
        let unix = text.parse().ok().filter(|at: &i64| *at > 0).map(Moment);
        unix.or_else(|| format!("{}Z", text.replacen(' ', "T", 1)).parse().ok())
    })
}

/// A time within the credible years.
pub(crate) fn credible_time(item: Node<'_>, names: &[&str]) -> Option<Moment> {
    time(item, names).filter(|at| is_credible(*at))
}

/// Money in hundredths. Odd amounts are kept, as far as an amount can hold them, and flagged.
pub(crate) fn amount(node: Option<Node<'_>>) -> (Option<Amount>, Option<Flag>) {
    let Some(text) = node.and_then(Node::text).map(str::trim).filter(|text| !text.is_empty()) else {
        return (None, None);
    };
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) {
        return (None, Some(Flag::Amount));
    }
    let hundredths: String = part.chars().chain("00".chars()).take(2).collect();
    let parsed = format!("{whole}{hundredths}").parse::<i64>();
    let odd = negative || parsed.is_err();
    let value = parsed.unwrap_or(i64::MAX);
    (Some(Amount(if negative { -value } else { value })), odd.then_some(Flag::Amount))
}

/// A number for an id that is a text.
pub(crate) fn hashed(text: &str) -> u64 {
    Key::of(text.as_bytes()).number()
}
