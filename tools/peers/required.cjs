// Mandatory fields by ajv: the rules and cards of crates/core/benches/card.rs. Prints rows as the benchmarks in Rust do:
// table, name, median, quartiles, target in nanoseconds.
"use strict";

const { CARDS } = require("./cards.cjs");
const { measure } = require("./row.cjs");
const { validate, missing } = require("./schema.cjs");

for (const { table, card, missing: expected } of CARDS) {
  if (missing(card) !== expected) throw new Error(`${table}: ${missing(card)} are missing`);
  measure(table, "ajv, compiled, in Node", 20000, () => validate(card));
}
