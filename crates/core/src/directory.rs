//! What an account has in its CRM, as it was read last: what a policy can name.

use crate::policy::{Group, Mandatory, Named, Person, Pipeline};
use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// What an account calls things, and who works there. Pipelines and stages stand in the CRM's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AccountDirectory {
    /// When it was read; none where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// Pipelines with their working stages.
    pub pipelines: Vec<Pipeline>,
    /// Custom fields of deals.
    pub fields: Vec<CrmField>,
    /// What the CRM itself asks for on its stages.
    pub required: Vec<Mandatory>,
    /// Users.
    pub people: Vec<Person>,
    /// Groups of users.
    pub groups: Vec<Group>,
    /// Sources of deals.
    pub sources: Vec<Named>,
}

/// A custom field of deals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CrmField {
    /// Id in the CRM.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its type in the CRM, such as `select`.
    pub kind: String,
}
