//! The mapping as a person writes it.

use serde::Deserialize;
use std::collections::BTreeMap;
use takeroot_core::fact::Way;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) kind: KindWritten,
    #[serde(default)]
    pub(super) name: String,
    pub(super) zone: Spanned<String>,
    #[serde(default)]
    pub(super) delimiter: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) encoding: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) dates: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) empty: Vec<String>,
    #[serde(default, rename = "final")]
    pub(super) finals: Option<Spanned<Finals>>,
    #[serde(default)]
    pub(super) rejected_max_percent: Option<Spanned<u8>>,
    pub(super) columns: Spanned<BTreeMap<Column, Spanned<Texts>>>,
    #[serde(default)]
    pub(super) stages: StagesWritten,
    #[serde(default)]
    pub(super) people: PeopleWritten,
    #[serde(default)]
    pub(super) fields: BTreeMap<Spanned<String>, FieldWritten>,
    #[serde(default)]
    pub(super) event: Vec<Spanned<EventWritten>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KindWritten {
    Deals,
    Events,
}

/// Which won or lost counts where a deal has several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finals {
    /// A closed deal can be opened again.
    #[default]
    Last,
    /// The first one stays, whatever follows.
    First,
}

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Column {
    Deal,
    At,
    By,
    Created,
    CreatedBy,
    Answered,
    Modified,
    Closed,
    Responsible,
    Pipeline,
    Stage,
    Reason,
    Amount,
    Source,
    Due,
    Task,
}

impl Column {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Task as usize + 1;
}

/// One text or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StagesWritten {
    #[serde(default)]
    pub(super) won: Option<Spanned<Texts>>,
    #[serde(default)]
    pub(super) lost: Option<Spanned<Texts>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleWritten {
    #[serde(default)]
    pub(super) not_people: Option<Spanned<Texts>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a field's id, or { id = 41, as = \"date\" }")]
pub(super) enum FieldWritten {
    Id(u64),
    Typed {
        id: u64,
        #[serde(rename = "as")]
        form: FieldForm,
    },
}

/// How a field's text is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldForm {
    /// Filled, or junk.
    #[default]
    Text,
    /// One of a list.
    Choice,
    /// A date.
    Date,
    /// A phone.
    Phone,
    /// An e-mail address.
    Email,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventWritten {
    #[serde(default)]
    pub(super) when: BTreeMap<Spanned<String>, Spanned<Texts>>,
    pub(super) is: Spanned<Happenings>,
    #[serde(default)]
    pub(super) way: Option<Way>,
    #[serde(default)]
    pub(super) stage: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) reason: Option<Spanned<String>>,
    /// The column that names the stage or the reason, where it is another one than that of `[columns]`.
    #[serde(default)]
    pub(super) from: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected an event such as \"stage\", or a list of them; see the examples")]
pub(super) enum Happenings {
    One(Happening),
    Many(Vec<Happening>),
}

/// What a row of an event log says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Happening {
    /// A lead came in.
    Arrived,
    /// The deal was created.
    Created,
    /// It reached a stage.
    Stage,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// Somebody of ours spoke to the client.
    Answered,
    /// The client spoke.
    Heard,
    /// A person did something.
    Worked,
    /// A person edited the card.
    Edited,
    /// The deal has another responsible.
    Assigned,
    /// A task was set.
    TaskSet,
    /// A task was done.
    TaskDone,
    /// The deal was deleted.
    Deleted,
    /// Nothing that counts.
    Ignore,
}
