//! Digests: to whom an account tells how it stands, and what was told.
//!
//! No network here, and no words. [`Account::digest_due`] says what is to be made, [`Account::digest_made`] keeps it,
//! [`Account::digest_to_send`] says what is to be sent, and [`Account::digest_answered`] takes what came back. Each step is
//! stored before the next one begins: what was made is made once, and what may not have arrived is sent again under the
//! same id.

mod call;
mod queue;
mod target;

pub use call::{DigestCall, Sending};
pub use queue::{DigestDue, DigestLast, DigestTested};
pub use target::{Target, TargetRequest, TargetState, Way, WayName};

pub(crate) use queue::Sent;
pub(crate) use target::Sealed;
