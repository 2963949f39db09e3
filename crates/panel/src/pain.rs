//! A pain in words.

use crate::card::name_of;
use crate::date;
use crate::lang::{Lang, fill};
use crate::number::{counted, integer};
use crate::said;
use takeroot_core::policy::{Field, Policy};
use takeroot_core::summary::Pain;

/// What hurts: a line, and what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct PainSaid {
    pub(crate) title: String,
    pub(crate) notes: Vec<String>,
}

impl PainSaid {
    pub(crate) fn of(pain: &Pain, policy: &Policy, lang: Lang) -> Self {
        let words = lang.words();
        let value = fill(words.n_of_m, &[&integer(pain.value.n, lang), &integer(pain.value.of, lang)]);
        let mut title = format!("{}: {value}", said::of(lang, said::pain(pain.metric)));
        if pain.deals > 0 {
            let deals = counted(pain.deals, words.deals, lang);
            title = format!("{title}, {}", fill(said::of(lang, said::STAKE), &[&deals]));
        }
        let field = |(field, n): &(Field, i64)| format!("{} ({n})", name_of(policy, *field, lang));
        let fields: Vec<String> = pain.fields.iter().map(field).collect();
        let lacking =
            (!fields.is_empty()).then(|| fill(said::of(lang, said::LACKING), &[&fields.join(", ")]));
        let mark = pain.mark.map(|mark| said::of(lang, said::mark(mark)).to_owned());
        let hint = said::hint(pain.metric).map(|hint| said::of(lang, hint).to_owned());
        let notes = [lacking, mark, hint].into_iter().flatten().collect();
        Self { title: date::capital(&title), notes }
    }
}
