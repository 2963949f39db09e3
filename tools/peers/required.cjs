// Mandatory fields by ajv: the rules and cards of crates/core/benches/card.rs. Prints rows as the benchmarks in Rust do:
// table, name, median, quartiles, target in nanoseconds.
"use strict";

const { CARDS, NOW, cardOf, dealOf } = require("./cards.cjs");
const { measure } = require("./row.cjs");
const { validate, missing } = require("./schema.cjs");

for (const { table, card, missing: expected } of CARDS) {
  if (missing(card) !== expected) throw new Error(`${table}: ${missing(card)} are missing`);
  measure(table, "ajv, compiled, in Node", 20000, () => validate(card));
  // From what ours begins with: nobody has a flat card at hand.
  const deal = dealOf(card);
  const fromDeal = missing(cardOf(deal, NOW));
  if (fromDeal !== expected) throw new Error(`${table}: ${fromDeal} are missing in the card of the deal`);
  measure(table, "ajv, the flat card made of the deal first", 20000, () => validate(cardOf(deal, NOW)));
}
