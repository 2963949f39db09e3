// The rules and cards of crates/core/benches/card.rs, as JavaScript has them.
"use strict";

const NOW = 1795172400;

// In the order of the policy; each is asked from one stage later than the one before, the first from the second.
exports.FIELDS = ["amount", "responsible", "next_step", "field_1", "field_2", "field_3", "field_4"];

const full = {
  now: NOW,
  stage: 8,
  amount: 7500000,
  responsible: 11,
  next_step: NOW + 3600,
  field_1: "filled",
  field_2: "choice",
  field_3: "filled",
  field_4: NOW + 90000,
};
const { amount, field_2, ...rest } = full;

exports.NOW = NOW;
exports.CARDS = [
  { table: "card, nothing is missing", card: full, missing: 0 },
  { table: "card, three of seven fields are missing", card: { ...rest, field_1: "junk" }, missing: 3 },
];
