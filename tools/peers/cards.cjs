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

// Cards as a screen of the board has them: on every stage, some with gaps.
exports.FIFTY = Array.from({ length: 50 }, (_, n) => {
  const card = { ...full, stage: 1 + (n % 8), amount: 100 * (n + 1), responsible: 1 + (n % 20) };
  if (n % 3 === 1) delete card.field_2;
  if (n % 4 === 2) card.field_1 = "junk";
  if (n % 5 === 3) delete card.amount;
  if (n % 6 === 4) card.next_step = NOW - 60;
  if (n % 7 === 5) delete card.field_4;
  if (n % 9 === 6) card.responsible = 99;
  return card;
});

const STAGES = [10, 20, 30, 40, 50, 60, 70, 80];

// A deal as crates/core/benches/card.rs has it: its stage by id, its fields and tasks in maps.
exports.dealOf = (card) => ({
  stage: STAGES[card.stage - 1],
  responsible: card.responsible,
  price: card.amount,
  fields: new Map([1, 2, 3, 4].filter((n) => `field_${n}` in card).map((n) => [n, card[`field_${n}`]])),
  tasks: new Map([[1, { due: card.next_step, done: false }]]),
});

// The flat card of a deal, which a schema asks for.
exports.cardOf = (deal, now) => {
  let due;
  for (const task of deal.tasks.values()) {
    if (!task.done && !(task.due >= due)) due = task.due;
  }
  return {
    now,
    stage: STAGES.indexOf(deal.stage) + 1,
    amount: deal.price,
    responsible: deal.responsible,
    next_step: due,
    field_1: deal.fields.get(1),
    field_2: deal.fields.get(2),
    field_3: deal.fields.get(3),
    field_4: deal.fields.get(4),
  };
};
