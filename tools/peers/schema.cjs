// Mandatory fields as a JSON Schema, compiled by ajv: the rules of crates/core/benches/asked.
"use strict";

const Ajv = require("ajv").default;
const { FIELDS } = require("./cards.cjs");

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

exports.validate = validate;

// How many fields a card lacks: beside each field's own error stands one of its condition.
exports.missing = (card) => (validate(card) ? 0 : validate.errors.filter((error) => error.keyword !== "if").length);
