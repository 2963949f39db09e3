//! The days of before the observation that an admin uploads, for before and after.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use takeroot_core::acceptance::{Baseline, BaselineState, Period};
use takeroot_core::time::Moment;

impl Account {
    /// Which days were uploaded, and from when on they do not count.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn baseline(&self) -> Answer<BaselineState> {
        let uploaded = self.store.baseline()?.period();
        Ok(BaselineState { uploaded, observed_from: self.rules.observed_day() })
    }

    /// Keeps uploaded days in the place of those that were.
    ///
    /// # Errors
    /// A rejection with 422 of days that cannot be read or kept, or of which none lies before the observation.
    pub fn upload_baseline(&self, body: &str, who: &str, now: Moment) -> Answer<BaselineState> {
        let refused = |hint: String| Failure::rejected(422, "the baseline cannot be kept", hint);
        let baseline: Baseline = serde_json::from_str(body).map_err(|error| refused(error.to_string()))?;
        baseline.checked().map_err(refused)?;
        let BaselineState { observed_from, .. } = self.baseline()?;
        let Period { from, to } = baseline.period().unwrap_or_default();
        if from >= observed_from {
            return Err(refused(format!(
                "upload days before {observed_from}: from then on the CRM is observed"
            )));
        }
        self.store.transaction(|| {
            self.store.keep_baseline(body)?;
            self.baseline_changed("baseline uploaded", &format!("{from} to {to}"), who, now)
        })?;
        self.baseline()
    }

    /// Forgets uploaded days.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn forget_baseline(&self, who: &str, now: Moment) -> Answer<BaselineState> {
        self.store.transaction(|| {
            self.store.forget_baseline()?;
            self.baseline_changed("baseline forgotten", "", who, now)
        })?;
        self.baseline()
    }

    /// Every summary looks back to it.
    fn baseline_changed(&self, what: &str, detail: &str, who: &str, now: Moment) -> Answer<()> {
        self.store.mark_stale(self.rules.observed_day())?;
        self.log(who, what, detail, now)
    }
}
