//! Where in the company something counts, and the cuts through the figures.

use crate::deal::Origin;
use serde::{Deserialize, Serialize};

/// Where in the company something counts. 0 stands for "not known" and makes no slice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Id of the pipeline.
    #[serde(rename = "p", skip_serializing_if = "is_zero")]
    pub pipeline: u64,
    /// Id of the working stage: of an event, the one in which the deal stood before it.
    #[serde(rename = "s", skip_serializing_if = "is_zero")]
    pub stage: u64,
    /// Id of the manager: responsible for a figure of a deal, the author of an action or record.
    #[serde(rename = "m", skip_serializing_if = "is_zero")]
    pub manager: u64,
    /// Id of the source.
    #[serde(rename = "q", skip_serializing_if = "is_zero")]
    pub source: u64,
    /// Where the deal came from.
    #[serde(rename = "o", skip_serializing_if = "is_unknown")]
    pub origin: Origin,
    /// Whether it belongs to the pilot.
    #[serde(rename = "t", skip_serializing_if = "std::ops::Not::not")]
    pub pilot: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(id: &u64) -> bool {
    *id == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_unknown(origin: &Origin) -> bool {
    matches!(origin, Origin::Unknown)
}

/// A dimension in which figures are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// By working stage.
    Stage,
    /// By manager.
    Manager,
    /// By source.
    Source,
    /// By origin: the number of [`Origin`].
    Origin,
    /// The pilot: 1.
    Pilot,
}

const DIMENSIONS: [Dimension; 5] =
    [Dimension::Stage, Dimension::Manager, Dimension::Source, Dimension::Origin, Dimension::Pilot];

impl Place {
    /// Its value in a dimension, 0 where it is not known.
    #[must_use]
    pub const fn value(self, dimension: Dimension) -> u64 {
        match dimension {
            Dimension::Stage => self.stage,
            Dimension::Manager => self.manager,
            Dimension::Source => self.source,
            Dimension::Origin => self.origin.number(),
            Dimension::Pilot => self.pilot as u64,
        }
    }
}

/// A cut through the figures: everything, a pipeline, a value of a dimension, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Slice {
    /// Id of the pipeline, 0 for all of them.
    #[serde(skip_serializing_if = "is_zero")]
    pub pipeline: u64,
    /// The value of one dimension, if it is cut in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::cut"))]
    pub by: Option<(Dimension, u64)>,
}

impl Slice {
    /// Everything.
    pub const ALL: Self = Self { pipeline: 0, by: None };

    /// One pipeline.
    #[must_use]
    pub const fn pipeline(id: u64) -> Self {
        Self { pipeline: id, by: None }
    }

    /// One value of a dimension.
    #[must_use]
    pub const fn of(dimension: Dimension, value: u64) -> Self {
        Self { pipeline: 0, by: Some((dimension, value)) }
    }

    /// Whether a place belongs to it.
    #[must_use]
    pub fn has(self, place: Place) -> bool {
        let within = self.pipeline == 0 || self.pipeline == place.pipeline;
        within && self.by.is_none_or(|(dimension, value)| place.value(dimension) == value)
    }

    /// The slices to which a place belongs.
    pub fn of_place(place: Place) -> impl Iterator<Item = Self> {
        let values = DIMENSIONS.map(|dimension| (dimension, place.value(dimension)));
        let known = move || values.into_iter().filter(|(_, value)| *value != 0).map(Some);
        let cuts = std::iter::once(None).chain(known()).map(|by| Self { pipeline: 0, by });
        let within = std::iter::once(None).chain(known());
        let within = within.map(move |by| Self { pipeline: place.pipeline, by });
        cuts.chain(within.filter(move |_| place.pipeline != 0))
    }
}
