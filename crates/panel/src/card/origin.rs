//! What is known beside the work itself: where the client came from, and who changed the deal last.

use super::Situation;
use super::fields::{Mark, Row, field_name};
use super::when::when;
use super::words::words;
use crate::lang::{Lang, fill};
use crate::text;
use std::collections::BTreeMap;
use takeroot_core::card::Card;
use takeroot_core::fact::Actor;
use takeroot_core::policy::Field;

/// Names of the CRM's users by their ids, as the CRM's page tells them.
pub(super) type People = BTreeMap<String, String>;

/// A short answer, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) heading: &'static str,
    pub(super) gist: String,
    pub(super) rows: Vec<Row>,
}

/// Where the client came from: the source, the channel and the UTM marks, as far as the policy asks for them.
pub(super) fn of(situation: &Situation<'_>, card: &Card, lang: Lang) -> Option<Folded> {
    let (words, policy, known) = (words(lang), &situation.data?.version.policy, card.provenance);
    let parts = [(Field::Source, known.source), (Field::Channel, known.channel), (Field::Utm, known.utm)];
    let asked = parts.into_iter().filter_map(|(field, known)| Some((field, known?)));
    let rows: Vec<Row> = asked
        .map(|(field, is_known)| {
            let place = policy.place(field);
            let (mark, why) = match is_known {
                true => (Mark::Done, words.known),
                false if (situation.shows)(place) => (Mark::Missing, words.empty),
                false => (Mark::Absent, words.empty),
            };
            Row { field: place, name: field_name(field, words), mark, why }
        })
        .collect();
    let lacking: Vec<&str> =
        rows.iter().filter(|row| row.mark != Mark::Done).map(|row| row.name.as_str()).collect();
    let gist = match lacking.is_empty() {
        true => words.known.to_owned(),
        false => fill(words.lacks, &[&lacking.join(", ")]),
    };
    (!rows.is_empty()).then_some(Folded { heading: words.origin, gist, rows })
}

/// Who changed the deal last, and when.
pub(super) fn changed(situation: &Situation<'_>, people: &People, lang: Lang) -> Option<String> {
    let (data, deal) = situation.known()?;
    let (at, by) = deal.changed?;
    let words = words(lang);
    let name = match by {
        Actor::Unknown => None,
        Actor::Client => Some(words.by_client.to_owned()),
        Actor::Robot => Some(words.by_robot.to_owned()),
        Actor::User(id) => {
            let name = people.get(&id.to_string()).and_then(|name| text::name(name));
            Some(name.unwrap_or_else(|| words.by_colleague.to_owned()))
        }
    };
    let at = when(at, situation.now, &data.version.zone, lang);
    Some(name.map_or_else(|| at.clone(), |name| format!("{name}, {at}")))
}
