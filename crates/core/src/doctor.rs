//! What keeps an account from being measured, as far as it can be known from within; who reads it says how to mend it.

use crate::connection::Trouble;
use crate::digest::Unsent;
use crate::time::Moment;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// So long a working day may be silent, in seconds of business time.
pub const SILENT_S: i64 = 4 * 3600;
/// Bodies wait so long for being read at most, in seconds; readings of the CRM are so late at most.
pub const ASLEEP_S: i64 = 600;
/// So long before its end a token is named, in seconds.
pub const ENDING_S: i64 = 14 * 86_400;
/// So far two clocks may differ, in seconds.
pub const SKEW_S: i64 = 60;
/// Bodies of so long are counted, in seconds.
pub const LATELY_S: i64 = 86_400;

/// How an account is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diagnosis {
    /// The moment of which it is.
    pub at: Moment,
    /// When the CRM was asked last what things are called there and what its webhooks tell; none where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Moment>,
    /// What is wrong, the worst first.
    pub ailments: Vec<Ailment>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(!try_from))]
#[serde(tag = "what", rename_all = "snake_case", try_from = "Value")]
pub enum Ailment {
    /// Nothing is taken and nothing shown, by the operator's will.
    Suspended {
        /// Since when.
        since: Moment,
    },
    /// The CRM cannot be read.
    Unreadable {
        /// Why.
        trouble: Trouble,
        /// Since when.
        since: Moment,
    },
    /// What was delivered waits to be read, or the CRM was not asked: the alarm did not ring.
    Asleep {
        /// Since when.
        since: Moment,
    },
    /// The account was never connected: of messages, calls and loss reasons nothing is known.
    NotConnected,
    /// The CRM has switched the webhooks off.
    WebhooksDisabled,
    /// The CRM does not let its webhooks be subscribed: the tariff has none, or whoever connected it may not.
    WebhooksRefused {
        /// The status of its answer.
        status: u16,
    },
    /// The webhooks do not tell of what they should.
    WebhooksMissing {
        /// The CRM's names of what they do not tell.
        kinds: Vec<String>,
    },
    /// No webhook came, while things happened in the CRM.
    WebhooksSilent {
        /// Since when.
        since: Moment,
    },
    /// Nothing happened for a good part of a working day.
    Silent {
        /// Since when.
        since: Moment,
    },
    /// Whoever connected the account has left the company.
    OwnerLeft {
        /// Id of the user.
        user: u64,
    },
    /// Whoever connected the account is no admin.
    OwnerNotAdmin {
        /// Id of the user; 0 where the CRM does not say.
        user: u64,
    },
    /// The token comes to its end, and cannot be renewed.
    TokenEnds {
        /// When.
        at: Moment,
    },
    /// A list that the CRM does not show.
    ListRefused {
        /// Its path.
        path: String,
        /// The status of its answer.
        status: u16,
    },
    /// Custom fields of the policy that the CRM does not have any more.
    FieldsGone {
        /// Their ids.
        fields: Vec<u64>,
    },
    /// Stages of the policy that the CRM does not have any more.
    StagesGone {
        /// Ids of pipeline and stage.
        stages: Vec<(u64, u64)>,
    },
    /// A digest did not arrive.
    DigestUnsent {
        /// To whom it was sent.
        target: String,
        /// Why.
        trouble: Unsent,
        /// When it was made.
        since: Moment,
    },
    /// A target of digests came in an archive, without its secrets.
    DigestUnready {
        /// Who that is.
        target: String,
    },
    /// The CRM's clock and this server's differ.
    ClockSkew {
        /// How far the CRM's is ahead, in seconds; negative where it is behind.
        seconds: i64,
    },
    /// Bodies of the last day could not be read.
    Quarantined {
        /// How many.
        n: i64,
    },
}

/// By hand: read by its tag, as serde writes it, it weighs three times as much in the browser.
impl TryFrom<Value> for Ailment {
    type Error = String;

    fn try_from(told: Value) -> Result<Self, String> {
        let what: String = read(&told, "what")?;
        Ok(match what.as_str() {
            "suspended" => Self::Suspended { since: read(&told, "since")? },
            "unreadable" => {
                Self::Unreadable { trouble: read(&told, "trouble")?, since: read(&told, "since")? }
            }
            "asleep" => Self::Asleep { since: read(&told, "since")? },
            "not_connected" => Self::NotConnected,
            "webhooks_disabled" => Self::WebhooksDisabled,
            "webhooks_refused" => Self::WebhooksRefused { status: read(&told, "status")? },
            "webhooks_missing" => Self::WebhooksMissing { kinds: read(&told, "kinds")? },
            "webhooks_silent" => Self::WebhooksSilent { since: read(&told, "since")? },
            "silent" => Self::Silent { since: read(&told, "since")? },
            "owner_left" => Self::OwnerLeft { user: read(&told, "user")? },
            "owner_not_admin" => Self::OwnerNotAdmin { user: read(&told, "user")? },
            "token_ends" => Self::TokenEnds { at: read(&told, "at")? },
            "list_refused" => {
                Self::ListRefused { path: read(&told, "path")?, status: read(&told, "status")? }
            }
            "fields_gone" => Self::FieldsGone { fields: read(&told, "fields")? },
            "stages_gone" => Self::StagesGone { stages: read(&told, "stages")? },
            "clock_skew" => Self::ClockSkew { seconds: read(&told, "seconds")? },
            "quarantined" => Self::Quarantined { n: read(&told, "n")? },
            _ => return Err(format!("nothing is called {what}")),
        })
    }
}

fn read<T: DeserializeOwned>(told: &Value, name: &str) -> Result<T, String> {
    let part = told.get(name).cloned().ok_or_else(|| format!("{name} is missing"))?;
    serde_json::from_value(part).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let since = Moment(7);
        for ailment in [
            Ailment::NotConnected,
            Ailment::Unreadable { trouble: Trouble::Unpaid, since },
            Ailment::ListRefused { path: "users".to_owned(), status: 403 },
            Ailment::StagesGone { stages: vec![(1, 2)] },
            Ailment::ClockSkew { seconds: -70 },
            Ailment::Quarantined { n: 3 },
        ] {
            let text = serde_json::to_string(&ailment).unwrap();
            assert_eq!(serde_json::from_str::<Ailment>(&text).unwrap(), ailment, "{text}");
        }
        for wrong in ["{}", r#"{"what":"x"}"#, r#"{"what":"asleep"}"#, "[]"] {
            assert!(serde_json::from_str::<Ailment>(wrong).is_err(), "{wrong}");
        }
    }
}
