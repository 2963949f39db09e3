// Mandatory fields as a JSON Schema, compiled by ajv: the rules and cards of crates/core/benches/card.rs. Prints rows
// as the benchmarks in Rust do: table, name, median, quartiles, target in nanoseconds.
"use strict";

const Ajv = require("ajv").default;

const ROUNDS = 101;
const PASSES_PER_ROUND = 20000;
const NOW = 1795172400;

const valid = { enum: ["filled", "choice"] };
const soon = { type: "integer", minimum: { $data: "/now" } };
// In the order of the policy; each is asked from one stage later than the one before, the first from the second.
const FIELDS = [
  ["amount", { type: "integer", exclusiveMinimum: 0 }],
  ["responsible", { enum: Array.from({ length: 20 }, (_, n) => n + 1) }],
  ["next_step", soon],
  ["field_1", valid],
  ["field_2", valid],
  ["field_3", valid],
  ["field_4", soon],
];
const from = (stage, [name, schema]) => ({
  if: { properties: { stage: { minimum: stage } } },
  then: { required: [name], properties: { [name]: schema } },
});
const schema = { type: "object", required: ["stage"], allOf: FIELDS.map((field, n) => from(n + 2, field)) };
const validate = new Ajv({ allErrors: true, $data: true, strict: false }).compile(schema);

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
const lacking = { ...rest, field_1: "junk" };

measure("card, nothing is missing", full, 0);
measure("card, three of seven fields are missing", lacking, 3);

function measure(table, card, missing) {
  const count = () => {
    validate(card);
    // Beside each field's own error stands one of its condition.
    return (validate.errors || []).filter((error) => error.keyword !== "if").length;
  };
  if (count() !== missing) throw new Error(`${table}: ${count()} are missing, not ${missing}`);
  // So that the engine has compiled it.
  for (let pass = 0; pass < 10 * PASSES_PER_ROUND; pass += 1) validate(card);
  const times = [];
  let passed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let pass = 0; pass < PASSES_PER_ROUND; pass += 1) passed += validate(card) ? 1 : 0;
    times.push(Number(process.hrtime.bigint() - start) / PASSES_PER_ROUND);
  }
  if (passed !== (missing === 0 ? ROUNDS * PASSES_PER_ROUND : 0)) throw new Error("it judged otherwise");
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor((times.length * part) / 4)].toFixed(1);
  console.log([table, "ajv, compiled, in Node", at(2), at(1), at(3), ""].join("\t"));
}
