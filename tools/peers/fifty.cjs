// Fifty cards by the rules of crates/core/benches/asked, one call for all: our WASM, whose bindings are the argument, from
// objects to counts, beside ajv.
"use strict";

const { FIFTY, NOW } = require("./cards.cjs");
const { measure } = require("./row.cjs");
const { missing } = require("./schema.cjs");

const [, , table, bindings] = process.argv;
const { Judge } = require(bindings);

const VERDICTS = { junk: 0, filled: 1, choice: 2 };
const NUMBERS = 8;
const numbers = new Float64Array(FIFTY.length * NUMBERS);
const judge = new Judge();

// A card's values, in the order in which the WASM reads them; what is not there is no number.
function pack(cards) {
  let at = 0;
  for (const card of cards) {
    numbers[at] = card.stage;
    numbers[at + 1] = card.amount;
    numbers[at + 2] = card.responsible;
    numbers[at + 3] = card.next_step;
    numbers[at + 4] = VERDICTS[card.field_1];
    numbers[at + 5] = VERDICTS[card.field_2];
    numbers[at + 6] = VERDICTS[card.field_3];
    numbers[at + 7] = card.field_4;
    at += NUMBERS;
  }
  return numbers;
}

const ours = () => judge.judge(pack(FIFTY), NOW);
const theirs = () => FIFTY.map(missing);
if (theirs().join() !== [...ours()].join()) throw new Error(`ajv: ${theirs()}, ours: ${ours()}`);
if (!theirs().includes(0) || !theirs().includes(3)) throw new Error("the cards are too much alike");

measure(table, "card::report in WASM, boundary included", 100, ours);
measure(table, "ajv, compiled, in Node", 100, theirs);
