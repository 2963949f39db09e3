//! Which accounts the cron of each minute looks after.

use takeroot_core::time::Moment;

/// In how many minutes each account has its turn. All at once would fill the memory with their objects, and on Cloudflare
/// the time for which an object is awake is paid for.
const ROUND_MIN: i64 = 10;

/// Whether it is the turn of the account that is listed at this place.
#[must_use]
pub fn is_turn(place: i64, now: Moment) -> bool {
    (now.0.div_euclid(60) - place) % ROUND_MIN == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_turn_once_a_round_and_no_minute_is_crowded() {
        let first = 1_795_426_000;
        let mut had = vec![0; 47];
        for minute in 0..ROUND_MIN {
            let turn: Vec<usize> =
                (0..had.len()).filter(|place| is_turn(*place as i64, Moment(first + 60 * minute))).collect();
            assert!(turn.len() <= 5);
            turn.into_iter().for_each(|place| had[place] += 1);
        }
        assert_eq!(had, vec![1; 47]);
    }
}
