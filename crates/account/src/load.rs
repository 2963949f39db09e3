//! How many webhooks are in hand. What is beyond the limits is shed at once and unread, so that what is taken is answered
//! while the CRM still waits, and no account or sender takes the whole place.

/// Webhooks in hand at a time. The more of them, the less time is left for refusing others: with 100, twice the load that
/// can be taken is answered ever later; with 72, within a second or so.
const ALL_MAX: usize = 72;
/// Of one account.
const OF_ACCOUNT_MAX: usize = 60;
/// From one address: the CRM sends for all its accounts from a few.
const OF_SOURCE_MAX: usize = 66;
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
        Self { in_hand: Vec::new(), taken: 0 }
    }

    /// Takes a webhook in hand and gives its ticket; nothing where there are too many of all, of its account or of its
    /// source, if that is known.
    pub fn take(&mut self, account: &str, source: Option<&str>, now_ms: i64) -> Option<u64> {
        // A clock that was set back gives nobody up.
        self.in_hand.retain(|one| now_ms.saturating_sub(one.since_ms) < GIVEN_UP_MS);
        let of = |is: &dyn Fn(&InHand) -> bool| self.in_hand.iter().filter(|one| is(one)).count();
        let is_full = self.in_hand.len() >= ALL_MAX
            || of(&|one| one.account == account) >= OF_ACCOUNT_MAX
            || source.is_some() && of(&|one| one.source.as_deref() == source) >= OF_SOURCE_MAX;
        if is_full {
            return None;
        }
        self.taken += 1;
        let (account, source) = (account.to_owned(), source.map(str::to_owned));
        self.in_hand.push(InHand { ticket: self.taken, since_ms: now_ms, account, source });
        Some(self.taken)
    }

    /// The webhook of a ticket was answered.
    pub fn release(&mut self, ticket: u64) {
        self.in_hand.retain(|one| one.ticket != ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_sheds_and_room_is_given_back() {
        let mut load = Load::new();
        let of_one: Vec<u64> = (0..).map_while(|n| load.take("one", None, n)).collect();
        assert_eq!(of_one.len(), OF_ACCOUNT_MAX);
        let of_source: Vec<u64> =
            (0..).map_while(|n| load.take(&format!("amo-{n}"), Some("192.0.2.7"), 200)).collect();
        assert_eq!(of_source.len(), ALL_MAX - OF_ACCOUNT_MAX, "all places are taken");
        of_one.iter().for_each(|ticket| load.release(*ticket));
        let more = (0..).map_while(|n| load.take(&format!("more-{n}"), Some("192.0.2.7"), 200)).count();
        assert_eq!(more, OF_SOURCE_MAX - of_source.len(), "the rest is for others");
        assert!(load.take("two", Some("192.0.2.8"), 200).is_some());
    }

    #[test]
    fn what_was_given_up_takes_no_place() {
        let mut load = Load::new();
        while load.take("one", None, 1000).is_some() {}
        assert_eq!(load.take("one", None, 1000 + GIVEN_UP_MS - 1), None);
        assert!(load.take("one", None, 1000 + GIVEN_UP_MS).is_some());
        assert_eq!(load.in_hand.len(), 1);
        assert!(load.take("one", None, 0).is_some(), "a clock that was set back");
    }
}
