// Mandatory fields as a JSON Schema, compiled by ajv: the rules and cards of crates/core/benches/card.rs. Prints rows
// as the benchmarks in Rust do: table, name, median, quartiles, target in nanoseconds.
"use strict";

const Ajv = require("ajv").default;
const { FIELDS, CARDS } = require("./cards.cjs");
const { measure } = require("./row.cjs");

const valid = { enum: ["filled", "choice"] };
const soon = { type: "integer", minimum: { $data: "/now" } };
const SCHEMAS = {
  amount: { type: "integer", exclusiveMinimum: 0 },
  responsible: { enum: Array.from({ length: 20 }, (_, n) => n + 1) },
  next_step: soon,
  field_4: soon,
};
const from = (stage, name) => ({
  if: { properties: { stage: { minimum: stage } } },
  then: { required: [name], properties: { [name]: SCHEMAS[name] ?? valid } },
});
const schema = { type: "object", required: ["stage"], allOf: FIELDS.map((name, n) => from(n + 2, name)) };
const validate = new Ajv({ allErrors: true, $data: true, strict: false }).compile(schema);

for (const { table, card, missing } of CARDS) {
  const judged = validate(card);
  // Beside each field's own error stands one of its condition.
  const found = (validate.errors ?? []).filter((error) => error.keyword !== "if").length;
  if (found !== missing || judged !== (missing === 0)) throw new Error(`${table}: ${found} are missing`);
  measure(table, "ajv, compiled, in Node", 20000, () => validate(card));
}
