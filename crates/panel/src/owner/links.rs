use crate::lang::Lang;
use takeroot_core::time::Day;

/// Addresses of the account's pages: each keeps the token and the language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Links<'a> {
    /// Such as `/owner/amo-30441694`.
    pub(crate) base: &'a str,
    /// Empty, or such as `?token=…`.
    pub(crate) query: &'a str,
    pub(crate) lang: Lang,
}

impl Links<'_> {
    /// The page of a day, with more of a query and a place on it: of names and values that mean nothing in an address.
    pub(crate) fn day(&self, day: Day, params: &[(&str, &str)], place: &str) -> String {
        self.to(&format!("/{day}"), params, place)
    }

    pub(crate) fn to(&self, path: &str, params: &[(&str, &str)], place: &str) -> String {
        let joint = if self.query.is_empty() { '?' } else { '&' };
        let params: String = params.iter().map(|(name, value)| format!("&{name}={value}")).collect();
        let place = if place.is_empty() { String::new() } else { format!("#{place}") };
        format!("{}{path}{}{joint}lang={}{params}{place}", self.base, self.query, self.lang.code())
    }
}
