// Mandatory fields in engines of rules: the rules and cards of required.cjs, each engine saying how many fail.
"use strict";

const jsonLogic = require("json-logic-js");
const { Engine } = require("json-rules-engine");
const { FIELDS, CARDS, NOW } = require("./cards.cjs");
const { measure, measureLater } = require("./row.cjs");

const people = Array.from({ length: 20 }, (_, n) => n + 1);

// The floor: what somebody writes by hand.
const valid = {
  amount: (card) => Number.isInteger(card.amount) && card.amount > 0,
  responsible: (card) => people.includes(card.responsible),
  next_step: (card) => card.next_step >= card.now,
  field_4: (card) => card.field_4 >= card.now,
};
const filled = (name) => (card) => card[name] === "filled" || card[name] === "choice";
const checks = FIELDS.map((name, n) => [n + 2, valid[name] ?? filled(name)]);
const byHand = (card) => checks.filter(([stage, holds]) => card.stage >= stage && !holds(card)).length;

// json-logic-js: a rule for each field, true where it does not hold.
const at = (name) => ({ var: name });
const logic = {
  amount: { ">": [at("amount"), 0] },
  responsible: { in: [at("responsible"), people] },
  next_step: { ">=": [at("next_step"), at("now")] },
  field_4: { ">=": [at("field_4"), at("now")] },
};
const filledLogic = (name) => ({ in: [at(name), ["filled", "choice"]] });
const logics = FIELDS.map((name, n) => ({
  and: [{ ">=": [at("stage"), n + 2] }, { "!": [logic[name] ?? filledLogic(name)] }],
}));
const byLogic = (card) => logics.filter((rule) => jsonLogic.apply(rule, card)).length;

// json-rules-engine: an event for each field that does not hold.
const rules = new Engine([], { allowUndefinedFacts: true });
const wrong = {
  amount: { operator: "lessThanInclusive", value: 0 },
  responsible: { operator: "notIn", value: people },
  next_step: { operator: "lessThan", value: NOW },
  field_4: { operator: "lessThan", value: NOW },
};
FIELDS.forEach((name, n) => {
  const reached = { fact: "stage", operator: "greaterThanInclusive", value: n + 2 };
  const broken = { fact: name, ...(wrong[name] ?? { operator: "notIn", value: ["filled", "choice"] }) };
  const missing = { fact: name, operator: "equal", value: undefined };
  const event = { type: "missing", params: { name } };
  rules.addRule({ conditions: { all: [reached, { any: [missing, broken] }] }, event });
});
const byRules = async (card) => (await rules.run(card)).events.length;

// zen-engine: a decision table that collects a row for each field that does not hold.
const ZEN = "zen-engine 0.54.0";
const notZen = {
  amount: "amount == null or amount <= 0",
  responsible: `responsible == null or responsible not in [${people.join(", ")}]`,
  next_step: "next_step == null or next_step < now",
  field_4: "field_4 == null or field_4 < now",
};
const unfilledZen = (name) => `${name} == null or ${name} not in ["filled", "choice"]`;
const zenTable = {
  hitPolicy: "collect",
  inputs: [{ id: "broken", name: "broken" }],
  outputs: [{ id: "missing", name: "missing", field: "missing" }],
  rules: FIELDS.map((name, n) => ({
    _id: name,
    broken: `stage >= ${n + 2} and (${notZen[name] ?? unfilledZen(name)})`,
    missing: `"${name}"`,
  })),
};
const graph = {
  nodes: [
    { id: "in", type: "inputNode", name: "in" },
    { id: "table", type: "decisionTableNode", name: "table", content: zenTable },
    { id: "out", type: "outputNode", name: "out" },
  ],
  edges: [
    { id: "1", type: "edge", sourceId: "in", targetId: "table" },
    { id: "2", type: "edge", sourceId: "table", targetId: "out" },
  ],
};

// A native addon, which not every platform has.
function zen() {
  const { ZenEngine } = require("@gorules/zen-engine");
  const decision = new ZenEngine().createDecision(graph);
  return async (card) => (await decision.evaluate(card)).result.length;
}

async function main() {
  for (const { table, card, missing } of CARDS) {
    const engines = { "a loop by hand": byHand, "json-logic-js 2.0.5": byLogic };
    const later = { "json-rules-engine 7.3.1": byRules };
    try {
      later[ZEN] = zen();
    } catch (error) {
      console.log(`${table}\t${ZEN}\tskipped: ${String(error.message).split("\n")[0]}`);
    }
    for (const [name, ask] of Object.entries({ ...engines, ...later })) {
      const found = await ask(card);
      if (found !== missing) throw new Error(`${table}, ${name}: ${found} are missing, not ${missing}`);
    }
    for (const [name, ask] of Object.entries(engines)) measure(table, `${name}, in Node`, 2000, () => ask(card));
    for (const [name, ask] of Object.entries(later)) {
      await measureLater(table, `${name}, in Node`, 20, () => ask(card));
    }
  }
}

main();
