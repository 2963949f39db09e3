//! Facts: observations of a CRM. Dates, enums and amounts; of texts only the verdict and, of a mandatory one, a short
//! keyed hash; of a person's phone or e-mail only a keyed hash.

use crate::junk::Junk;
use crate::time::Moment;
use serde::{Deserialize, Serialize};

pub use crate::key::{Key, NotAKey};
pub use crate::subject::{NotASubject, Subject};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Amount(pub i64);

/// What a field holds, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Something sensible.
    Filled,
    /// A sensible sentence in a field that the policy asks for, by 32 bits of the keyed hash of its normal form and
    /// the field: enough to see that many cards say the same, too few to tell what.
    Text(u32),
    /// Something that only looks filled.
    Junk(Junk),
    /// One of a list, by the id of the choice.
    Choice(u64),
    /// A date or a moment.
    Date(Moment),
}

impl Value {
    /// The verdict alone, for those who need not know what cards have in common.
    #[must_use]
    pub const fn without_text(self) -> Self {
        match self {
            Self::Text(_) => Self::Filled,
            other => other,
        }
    }
}

/// An identity of a client: a phone, an e-mail or a tax number under the account's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Identity {
    /// Of what.
    pub of: IdentityKind,
    /// The keyed hash of its normal form.
    pub hash: Key,
}

/// What identifies a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// The last ten digits of a phone.
    Phone,
    /// An e-mail address in lower case.
    Email,
    /// A tax number: INN.
    TaxNumber,
}

/// The state of a deal as some observation saw it. What it did not show is absent, which is not "empty".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Snapshot {
    /// When the deal was created, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<(Moment, Actor)>,
    /// The deal has just appeared.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub added: bool,
    /// The deal came with an import, not from a client.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
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
    /// Where the client came from, by the source's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<u64>,
    /// Why it was lost, by the reason's id; 0 says that no reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_reason: Option<u64>,
    /// The main contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<u64>,
    /// The company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<u64>,
    /// Custom fields by id, sorted; a field that is absent was not sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(u64, Value)>,
}

/// A task as some observation saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Its type, by the type's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<u64>,
    /// Its deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// Whether it is done.
    pub done: bool,
}

/// How something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Face to face.
    Meeting,
}

/// What was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        /// Where the client came from, by the source's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<u64>,
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
    /// The deal went into another one and is gone.
    Merged {
        /// The deal that stays.
        into: u64,
    },
    /// A person says that the deal is nobody's duplicate.
    Distinct,
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
    /// A person says that they answered outside the CRM.
    Claimed {
        /// How.
        way: Way,
    },
    /// A note was written.
    Noted,
    /// Somebody did something else that the source tells of.
    Worked,
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
    /// The CRM itself was read: within the range, observations of this kind that were merely delivered do
    /// not count, and silence is silence.
    Read {
        /// What was read.
        kind: Kind,
        /// First moment of the range.
        from: Moment,
        /// The moment after the range.
        until: Moment,
    },
    /// A delivery could not be read.
    Unreadable,
    /// A fact came after its subject was sealed; it is not kept.
    TooLate {
        /// What the fact was about.
        of: Subject,
    },
}

/// What a reading of the CRM tells of in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Moves between stages.
    Stages,
    /// Changes of the responsible.
    Responsible,
    /// What clients and people said to each other, in every way.
    Talks,
    /// Tasks.
    Tasks,
    /// Notes.
    Notes,
    /// What cards of deals, contacts and companies hold.
    Cards,
}

/// How an observation came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The CRM delivered it.
    #[default]
    Hook,
    /// It was read from the CRM.
    Api,
    /// It is in a file.
    File,
}

impl Via {
    fn is_hook(&self) -> bool {
        *self == Self::Hook
    }
}

/// What is odd about an observation. It is kept all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// How the observation came.
    #[serde(default, skip_serializing_if = "Via::is_hook")]
    pub via: Via,
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
        let said = (self.subject, self.stated, self.by, self.seq, &self.what);
        let content = match self.via {
            Via::Hook => serde_json::to_vec(&said),
            // What was read and what was delivered are two observations: only one of them may be ignored.
            via => serde_json::to_vec(&(via, said)),
        };
        // Every type above serialises to JSON; an empty content would still be a key of its own.
        Key::of(&content.unwrap_or_default())
    }

    /// The kind of reading that makes this observation superfluous.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self.what {
            What::Heard { .. } | What::Said { .. } | What::Talk { .. } => Some(Kind::Talks),
            What::Task(_) => Some(Kind::Tasks),
            What::Noted | What::Worked => Some(Kind::Notes),
            What::Contact { .. } => Some(Kind::Cards),
            What::Deleted if matches!(self.subject, Subject::Deal(_)) => Some(Kind::Stages),
            _ => None,
        }
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
        let contacts = match (&self.what, self.subject) {
            (What::Heard { contact, .. } | What::Said { contact, .. }, Subject::Deal(deal)) => {
                [contact.map(|contact| (deal, contact)), None]
            }
            (What::Deal(Snapshot { contact, company, .. }), Subject::Deal(deal)) => {
                [*contact, *company].map(|contact| contact.map(|contact| (deal, contact)))
            }
            (What::Talk { contact, deal, .. }, _) => [(*deal).zip(*contact), None],
            _ => [None, None],
        };
        let own = own.into_iter().chain(many.iter().copied()).map(|deal| (deal, self.subject));
        own.chain(contacts.into_iter().flatten().map(|(deal, contact)| (deal, Subject::Contact(contact))))
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
            via: Via::Hook,
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
    fn the_stored_form_of_what_came_too_late_is_pinned() {
        let what = What::TooLate { of: Subject::Deal(3) };
        assert_eq!(serde_json::to_string(&what).unwrap(), r#"{"too_late":{"of":{"deal":3}}}"#);
    }

    #[test]
    fn the_time_of_receipt_is_not_part_of_the_key() {
        assert_eq!(moved(50, None).key(), moved(60, None).key());
        assert_eq!(moved(50, Some(90)).key(), moved(60, Some(90)).key());
        assert_ne!(moved(50, Some(50)).key(), moved(60, Some(60)).key());
        assert_ne!(moved(50, Some(50)).key(), moved(50, None).key());
    }

    #[test]
    fn what_was_read_and_what_was_delivered_are_two_observations() {
        let read = Fact { via: Via::Api, ..moved(50, Some(50)) };
        assert_ne!(read.key(), moved(50, Some(50)).key());
    }

    #[test]
    fn flags_do_not_make_another_fact() {
        let flagged = Fact { flags: vec![Flag::Percent], ..moved(50, None) };
        assert_eq!(flagged.key(), moved(50, None).key());
    }
}
