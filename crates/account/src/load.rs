//! How many webhooks are in hand. What is beyond the limits is shed at once and unread, so that what is taken is answered
//! while the CRM still waits, and no account or sender takes the whole place.

/// Webhooks in hand at a time.
const ALL_MAX: usize = 72;
/// Of one account.
const OF_ACCOUNT_MAX: usize = 60;
/// From one address: the CRM sends for all its accounts from a few.
const OF_SOURCE_MAX: usize = 66;
/// For how long everything is refused once a place is full: the longer, the sooner after the last pause it is full again.
/// Refusing takes a good part of the time of storing: without pauses, twice the load that can be taken is answered ever
/// later; with longer ones than it takes, little of what could be taken is.
const PAUSE_MS: i64 = 20;
const PAUSE_MAX_MS: i64 = 320;
/// So soon is a place full again under twice the load that can be taken.
const FULL_AGAIN_MS: i64 = 40;
/// After so long a pause is as short as the first.
const SOON_MS: i64 = FULL_AGAIN_MS * PAUSE_MAX_MS / PAUSE_MS;
/// A longer body is refused. The CRM's largest are some tens of kilobytes.
pub const BODY_BYTES_MAX: u32 = 1 << 20;
/// When to send again what was shed, in seconds.
pub const RETRY_AFTER_S: u32 = 60;
/// One that is in hand for longer was given up by its sender, whatever became of it.
const GIVEN_UP_MS: i64 = 4_000;

/// The webhooks in hand.
#[derive(Debug, Default)]
pub struct Load {
    in_hand: Vec<InHand>,
    taken: u64,
    pauses: Vec<Pause>,
}

/// Nothing is taken from an account, or from any, for so long.
#[derive(Debug)]
struct Pause {
    account: Option<String>,
    since_ms: i64,
    lasts_ms: i64,
}

impl Pause {
    fn is_on(&self, now_ms: i64) -> bool {
        (0..self.lasts_ms).contains(&now_ms.saturating_sub(self.since_ms))
    }

    /// It is on, or was a moment ago. A clock that was set back ends it.
    fn is_recent(&self, now_ms: i64) -> bool {
        (0..self.lasts_ms + SOON_MS).contains(&now_ms.saturating_sub(self.since_ms))
    }

    /// How long the next one lasts.
    fn next_ms(&self, now_ms: i64) -> i64 {
        let over_ms = now_ms.saturating_sub(self.since_ms) - self.lasts_ms;
        (FULL_AGAIN_MS * PAUSE_MAX_MS / over_ms.max(FULL_AGAIN_MS)).max(PAUSE_MS)
    }
}

#[derive(Debug)]
struct InHand {
    ticket: u64,
    since_ms: i64,
    account: String,
    source: Option<String>,
}

impl Load {
    /// Nothing in hand.
    #[must_use]
    pub const fn new() -> Self {
        Self { in_hand: Vec::new(), taken: 0, pauses: Vec::new() }
    }

    /// Takes a webhook in hand and gives its ticket; nothing where there are too many of all, of its account or of its
    /// source, if that is known.
    pub fn take(&mut self, account: &str, source: Option<&str>, now_ms: i64) -> Option<u64> {
        // A clock that was set back gives nobody up, and lets nobody wait.
        self.in_hand.retain(|one| now_ms.saturating_sub(one.since_ms) < GIVEN_UP_MS);
        self.pauses.retain(|one| one.is_recent(now_ms));
        let mut lasts_ms = PAUSE_MS;
        for pause in &self.pauses {
            if pause.account.as_deref().is_none_or(|paused| paused == account) {
                if pause.is_on(now_ms) {
                    return None;
                }
                lasts_ms = pause.next_ms(now_ms);
            }
        }
        let of = |is: &dyn Fn(&InHand) -> bool| self.in_hand.iter().filter(|one| is(one)).count();
        let is_all = self.in_hand.len() >= ALL_MAX;
        if is_all || of(&|one| one.account == account) >= OF_ACCOUNT_MAX {
            let account = (!is_all).then(|| account.to_owned());
            self.pauses.push(Pause { account, since_ms: now_ms, lasts_ms });
            return None;
        }
        if source.is_some() && of(&|one| one.source.as_deref() == source) >= OF_SOURCE_MAX {
            return None;
        }
        self.taken += 1;
        let (account, source) = (account.to_owned(), source.map(str::to_owned));
        self.in_hand.push(InHand { ticket: self.taken, since_ms: now_ms, account, source });
        Some(self.taken)
    }

    /// For how many milliseconds whoever has other work to do lets webhooks go first: the longer, the more are in hand, and
    /// as long as a pause while some are refused.
    #[must_use]
    pub fn turn_ms(&self, now_ms: i64) -> u64 {
        let paused = self.pauses.iter().filter(|one| one.is_recent(now_ms));
        let longest_ms = paused.map(|one| one.lasts_ms.unsigned_abs()).max();
        longest_ms.unwrap_or_default().max(self.in_hand.len() as u64)
    }

    /// The webhook of a ticket was answered.
    pub fn release(&mut self, ticket: u64) {
        self.in_hand.retain(|one| one.ticket != ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as it takes at one time.
    fn fill(
        load: &mut Load,
        source: Option<&str>,
        now_ms: i64,
        account: impl Fn(usize) -> String,
    ) -> Vec<u64> {
        (0..).map_while(|n| load.take(&account(n), source, now_ms)).collect()
    }

    #[test]
    fn each_limit_sheds_and_room_is_given_back() {
        let mut load = Load::new();
        let of_one = fill(&mut load, None, 100, |_| "one".to_owned());
        assert_eq!(of_one.len(), OF_ACCOUNT_MAX);
        let of_source = fill(&mut load, Some("192.0.2.7"), 100, |n| format!("amo-{n}"));
        assert_eq!(of_source.len(), ALL_MAX - OF_ACCOUNT_MAX, "all places are taken");
        assert_eq!(load.in_hand.len(), ALL_MAX);
        of_one.iter().for_each(|ticket| load.release(*ticket));
        let more = fill(&mut load, Some("192.0.2.7"), 100 + PAUSE_MS, |n| format!("more-{n}"));
        assert_eq!(more.len(), OF_SOURCE_MAX - of_source.len(), "the rest is for others");
        assert!(load.take("two", Some("192.0.2.8"), 100 + PAUSE_MS).is_some());
    }

    #[test]
    fn a_full_place_is_refused_for_a_while_and_for_longer_the_sooner_it_is_full_again() {
        for (over_ms, lasts_ms) in
            [(0, 320), (FULL_AGAIN_MS, 320), (80, 160), (200, 64), (SOON_MS - 1, 20), (SOON_MS, 20)]
        {
            let mut load = Load::new();
            let of_one = fill(&mut load, None, 1000, |_| "one".to_owned());
            assert_eq!(load.turn_ms(1000), OF_ACCOUNT_MAX as u64);
            of_one.iter().for_each(|ticket| load.release(*ticket));
            assert_eq!(load.take("one", None, 1000 + PAUSE_MS - 1), None);
            assert!(load.take("two", None, 1000).is_some(), "the others are not concerned");
            load.release(load.taken);
            let again_ms = 1000 + PAUSE_MS + over_ms;
            let waits_ms = if over_ms < SOON_MS { PAUSE_MS } else { 0 };
            assert_eq!(load.turn_ms(again_ms), waits_ms as u64, "nothing waits for what was long ago");
            let of_one = fill(&mut load, None, again_ms, |_| "one".to_owned());
            assert_eq!(of_one.len(), OF_ACCOUNT_MAX);
            assert_eq!(load.turn_ms(again_ms), (OF_ACCOUNT_MAX as u64).max(lasts_ms as u64));
            load.release(of_one[0]);
            assert_eq!(load.take("one", None, again_ms + lasts_ms - 1), None, "{over_ms}");
            assert!(load.take("one", None, again_ms + lasts_ms).is_some(), "{over_ms}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_lets_nobody_wait() {
        let mut load = Load::new();
        fill(&mut load, None, 1000, |_| "one".to_owned());
        load.release(load.taken);
        assert!(load.take("one", None, 0).is_some());
    }

    #[test]
    fn what_was_given_up_takes_no_place() {
        let mut load = Load::new();
        fill(&mut load, None, 1000, |_| "one".to_owned());
        assert_eq!(load.take("one", None, 1000 + GIVEN_UP_MS - 1), None);
        assert!(load.take("one", None, 1000 + GIVEN_UP_MS + PAUSE_MS).is_some());
        assert_eq!(load.in_hand.len(), 1);
        assert!(load.take("one", None, 0).is_some(), "a clock that was set back");
    }
}
