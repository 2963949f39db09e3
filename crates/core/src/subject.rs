//! What a fact is about.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a fact is about. Ids are the CRM's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// What identifies a client (a phone, an address, a tax number), by the number of its keyed hash. It has
    /// no facts of its own.
    Identity(u64),
    /// A client: a company, or a contact without one, by its id. It has no facts of its own.
    Client(u64),
    /// What cards say word for word in one field, by its keyed hash. It has no facts of its own.
    Text(u64),
    /// The account itself: what was read of its CRM, what could not be read.
    Account,
}

impl Subject {
    /// Whether deals share it, and it has no facts of its own.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::Identity(_) | Self::Client(_) | Self::Text(_))
    }
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
            Self::Identity(id) => write!(f, "identity:{id}"),
            Self::Client(id) => write!(f, "client:{id}"),
            Self::Text(id) => write!(f, "text:{id}"),
            Self::Account => f.write_str("account"),
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
        if text == "account" {
            return Ok(Self::Account);
        }
        let wrong = || NotASubject(text.to_owned());
        let (kind, id) = text.split_once(':').ok_or_else(wrong)?;
        let id = id.parse().map_err(|_| wrong())?;
        Ok(match kind {
            "deal" => Self::Deal(id),
            "request" => Self::Request(id),
            "contact" => Self::Contact(id),
            "task" => Self::Task(id),
            "talk" => Self::Talk(id),
            "identity" => Self::Identity(id),
            "client" => Self::Client(id),
            "text" => Self::Text(id),
            _ => return Err(wrong()),
        })
    }
}
