//! One question to the CRM, and its answer.

use takeroot_amocrm::api::List;
use takeroot_core::account::Secret;
use takeroot_core::time::Moment;

/// A question to the CRM, to be sent as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrmCall {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// The account's host.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// What goes as `authorization: Bearer`.
    pub bearer: Option<Secret>,
    /// A body of JSON.
    pub body: Option<Secret>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrmAnswer {
    /// An answer.
    Told {
        /// The HTTP status.
        status: u16,
        /// The header `retry-after`, in seconds.
        retry_after_s: Option<i64>,
        /// The CRM's time, by the header `date`.
        at: Option<Moment>,
        /// The body.
        body: Vec<u8>,
    },
    /// None in time, or a connection that broke.
    Silence,
}

impl CrmAnswer {
    /// Whether what was asked for is done.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        matches!(self, Self::Told { status: 200..=299, .. })
    }
}

/// For what something was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// New tokens for the old ones.
    Refresh,
    /// A page of a list.
    Page(List),
    /// The end of a subscription.
    Unsubscribe,
    /// The subscription of webhooks, asking for these.
    Subscribe(Vec<String>),
}
