//! How the CRM delivers: mostly at once, sometimes late, sometimes again.

use super::dice::Dice;
use super::entities::Happening;
use super::hours::MINUTE;
use super::{Company, Delivery, wire};

/// All deliveries of `happenings` in the order in which they are sent.
pub(super) fn send(seed: u64, company: &Company, mut happenings: Vec<Happening>) -> Vec<Delivery> {
    happenings.sort_by_key(|happening| happening.at);
    let mut dice = Dice::new(seed ^ 0x706f_7374);
    let mut deliveries = Vec::with_capacity(happenings.len());
    for Happening { at, what } in &happenings {
        let body = wire::body(company, what, dice.chance(300));
        let sent = at + lateness(&mut dice);
        for after in attempts(&mut dice) {
            deliveries.push(Delivery { at: sent + after, body: body.clone() });
        }
    }
    deliveries.sort_by_key(|delivery| delivery.at);
    deliveries
}

/// Seconds between the happening and its first sending.
fn lateness(dice: &mut Dice) -> i64 {
    match dice.between(0, 999) {
        0..=4 => dice.between(15 * MINUTE, 50 * MINUTE),
        5..=34 => dice.between(30, 10 * MINUTE),
        _ => dice.between(1, 4),
    }
}

/// Seconds from the first sending to each attempt: an answer that came too late is asked for again.
fn attempts(dice: &mut Dice) -> Vec<i64> {
    let again = match dice.between(0, 999) {
        0..=2 => 3,
        3..=6 => 2,
        7..=21 => 1,
        _ => 0,
    };
    [0, 5 * MINUTE, 20 * MINUTE, 80 * MINUTE].into_iter().take(again + 1).collect()
}
