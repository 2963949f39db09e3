//! Facts: observations of a CRM. Dates, enums and amounts; of texts only the verdict, of a person's phone or
//! e-mail only a keyed hash.

use crate::junk::Junk;
use crate::time::Moment;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// What a fact is about. Ids are the CRM's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A deal, from the moment it has an id, also while it waits to be accepted.
    Deal(u64),
    /// An incoming request without the id of a deal: a hash of its own id.
    Request(u64),
    /// A contact or a company: they share one numbering.
    Contact(u64),
    /// A task.
    Task(u64),
    /// A talk: one conversation in a chat.
    Talk(u64),
}

impl fmt::Display for Subject {
    /// `deal:77`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deal(id) => write!(f, "deal:{id}"),
            Self::Request(id) => write!(f, "request:{id}"),
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Task(id) => write!(f, "task:{id}"),
            Self::Talk(id) => write!(f, "talk:{id}"),
        }
    }
}

/// A text that names no subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotASubject(pub String);

impl fmt::Display for NotASubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "«{}» names no subject such as deal:77", self.0)
    }
}

impl std::error::Error for NotASubject {}

impl FromStr for Subject {
    type Err = NotASubject;

    fn from_str(text: &str) -> Result<Self, NotASubject> {
        let wrong = || NotASubject(text.to_owned());
        let (kind, id) = text.split_once(':').ok_or_else(wrong)?;
        let id = id.parse().map_err(|_| wrong())?;
        Ok(match kind {
            "deal" => Self::Deal(id),
            "request" => Self::Request(id),
            "contact" => Self::Contact(id),
            "task" => Self::Task(id),
            "talk" => Self::Talk(id),
            _ => return Err(wrong()),
        })
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The observation does not say.
    Unknown,
    /// The client.
    Client,
    /// A robot, a bot, or the API without a user.
    Robot,
    /// A user of the CRM; whether a person or a service account, the roster says.
    User(u64),
}

/// Where a deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// One of the working stages, by its id.
    Open(u64),
    /// Won.
    Won,
    /// Lost.
    Lost,
}

/// Money in hundredths of the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub i64);

/// What a field holds, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Something sensible.
    Filled,
    /// Something that only looks filled.
    Junk(Junk),
    /// One of a list, by the id of the choice.
    Choice(u64),
    /// A date or a moment.
    Date(Moment),
}

/// An identity of a client: a phone, an e-mail or a tax number under the account's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Of what.
    pub of: IdentityKind,
    /// The keyed hash of its normal form.
    pub hash: Key,
}

/// What identifies a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// The last ten digits of a phone.
    Phone,
    /// An e-mail address in lower case.
    Email,
}

/// The state of a deal as some observation saw it. What it did not show is absent, which is not "empty".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// When the deal was created, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<(Moment, Actor)>,
    /// The deal has just appeared.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub added: bool,
    /// The deal has just come back from the bin.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
    /// The pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u64>,
    /// The stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The stage before, where the observation is of a move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage_before: Option<Stage>,
    /// The responsible user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<u64>,
    /// The price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Amount>,
    /// Custom fields by id, sorted; a field that is absent was not sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(u64, Value)>,
}

/// A task as some observation saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskState {
    /// The deal it hangs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal: Option<u64>,
    /// When it was set, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<(Moment, Actor)>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<u64>,
    /// Its deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// Whether it is done.
    pub done: bool,
}

/// How something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A message in a chat.
    Chat,
    /// A call.
    Call,
    /// A letter.
    Mail,
    /// A text message.
    Sms,
}

/// What was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A request came in: the entry of a lead.
    Arrived {
        /// The pipeline in which it waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pipeline: Option<u64>,
        /// The deal that it is already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deal: Option<u64>,
    },
    /// A request was taken into work as these deals.
    Accepted {
        /// The deals that it became.
        deals: Vec<u64>,
    },
    /// A request was declined.
    Declined,
    /// The state of a deal.
    Deal(Snapshot),
    /// The subject is gone.
    Deleted,
    /// The client spoke.
    Heard {
        /// How.
        way: Way,
        /// Who took it at the same moment, where somebody did (an answered call).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered_by: Option<Actor>,
        /// The contact, where the fact is of a deal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<u64>,
    },
    /// Somebody of ours spoke, or tried to.
    Said {
        /// How.
        way: Way,
        /// Seconds of talk, where the way has them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        talked_s: Option<u32>,
        /// The contact, where the fact is of a deal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<u64>,
    },
    /// A note was written.
    Noted,
    /// The state of a task.
    Task(TaskState),
    /// The state of a contact or company.
    Contact {
        /// The deals it belongs to, as far as the observation shows them.
        deals: Vec<u64>,
        /// What identifies it.
        identities: Vec<Identity>,
    },
    /// The state of a talk.
    Talk {
        /// The deal it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deal: Option<u64>,
        /// The contact it is held with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<u64>,
        /// Whether somebody still works on it.
        open: bool,
    },
}

/// What is odd about an observation. It is kept all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The stated time is before 2000 or in the future; the time of receipt stands in.
    Time,
    /// The amount is negative, not a number, or beyond what an amount can hold.
    Amount,
    /// The body was not valid UTF-8.
    Encoding,
    /// A `%` was not followed by two hexadecimal digits.
    Percent,
    /// The policy does not know the pipeline or the stage.
    Stage,
}

/// One observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub subject: Subject,
    /// When it happened: what the observation says or, where it says nothing credible, when it was received.
    pub at: Moment,
    /// When it happened by the observation's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<Moment>,
    /// Who did it.
    pub by: Actor,
    /// The place in a source that has an order of its own (the line of a log).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// What was observed.
    pub what: What,
    /// What is odd about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

impl Fact {
    /// The key under which repetitions of one observation meet: the subject, the stated time and a hash of
    /// the content. Of key-equal facts the earliest counts.
    #[must_use]
    pub fn key(&self) -> Key {
        let content = serde_json::to_vec(&(self.subject, self.stated, self.by, self.seq, &self.what));
        // Every type above serialises to JSON; an empty content would still be a key of its own.
        Key::of(&content.unwrap_or_default())
    }

    /// Whether the time is the observation's own; what was merely received then never contradicts it.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.stated == Some(self.at)
    }

    /// The deals whose fold reads this fact's subject because of this fact, with the subject they read.
    pub fn links(&self) -> impl Iterator<Item = (u64, Subject)> + '_ {
        let own = match (&self.what, self.subject) {
            (
                What::Arrived { deal, .. } | What::Task(TaskState { deal, .. }) | What::Talk { deal, .. },
                _,
            ) => *deal,
            _ => None,
        };
        let many: &[u64] = match &self.what {
            What::Accepted { deals } | What::Contact { deals, .. } => deals,
            _ => &[],
        };
        let contact = match (&self.what, self.subject) {
            (What::Heard { contact, .. } | What::Said { contact, .. }, Subject::Deal(deal)) => {
                (*contact).zip(Some(deal))
            }
            (What::Talk { contact, deal, .. }, _) => (*contact).zip(*deal),
            _ => None,
        };
        let own = own.into_iter().chain(many.iter().copied()).map(|deal| (deal, self.subject));
        own.chain(contact.map(|(contact, deal)| (deal, Subject::Contact(contact))))
    }
}

/// A 128-bit hash, written as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

impl Key {
    /// The first half of the SHA-256 of some content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self::half(Sha256::digest(content).as_slice())
    }

    /// The first half of the HMAC-SHA-256 of some content under an account's key.
    #[must_use]
    pub fn keyed(secret: &[u8], content: &[u8]) -> Self {
        // HMAC takes a key of any length.
        let mac = Hmac::<Sha256>::new_from_slice(secret).map(|mac| mac.chain_update(content).finalize());
        mac.map_or(Self([0; 16]), |mac| Self::half(mac.into_bytes().as_slice()))
    }

    fn half(digest: &[u8]) -> Self {
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    /// The first 63 bits, for places that want a number.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::from_be_bytes(self.0.first_chunk().copied().unwrap_or_default()) >> 1
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is not 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKey;

impl std::error::Error for NotAKey {}

impl fmt::Display for NotAKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key is 32 hexadecimal digits")
    }
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let number = u128::from_str_radix(text, 16).map_err(|_| NotAKey)?;
        (text.len() == 32 && !text.starts_with('+')).then_some(Self(number.to_be_bytes())).ok_or(NotAKey)
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(at: i64, stated: Option<i64>) -> Fact {
        let snapshot = Snapshot {
            stage: Some(Stage::Open(7)),
            stage_before: Some(Stage::Open(5)),
            fields: vec![(41, Value::Junk(Junk::Placeholder)), (43, Value::Date(Moment(9)))],
            ..Snapshot::default()
        };
        Fact {
            subject: Subject::Deal(3),
            at: Moment(at),
            stated: stated.map(Moment),
            by: Actor::User(11),
            seq: None,
            what: What::Deal(snapshot),
            flags: vec![],
        }
    }

    #[test]
    fn the_stored_form_of_a_fact_is_pinned() {
        let text = concat!(
            r#"{"subject":{"deal":3},"at":50,"stated":50,"by":{"user":11},"what":{"deal":{"stage":{"open":7},"#,
            r#""stage_before":{"open":5},"fields":[[41,{"junk":"placeholder"}],[43,{"date":9}]]}}}"#
        );
        let fact = moved(50, Some(50));
        assert_eq!(serde_json::to_string(&fact).unwrap(), text);
        assert_eq!(serde_json::from_str::<Fact>(text).unwrap(), fact);
        assert_eq!(fact.key().to_string(), "1cebbe2fb8492c841c390f0dd1a79155");
    }

    #[test]
    fn the_time_of_receipt_is_not_part_of_the_key() {
        assert_eq!(moved(50, None).key(), moved(60, None).key());
        assert_eq!(moved(50, Some(90)).key(), moved(60, Some(90)).key());
        assert_ne!(moved(50, Some(50)).key(), moved(60, Some(60)).key());
        assert_ne!(moved(50, Some(50)).key(), moved(50, None).key());
    }

    #[test]
    fn flags_do_not_make_another_fact() {
        let flagged = Fact { flags: vec![Flag::Percent], ..moved(50, None) };
        assert_eq!(flagged.key(), moved(50, None).key());
    }
}
