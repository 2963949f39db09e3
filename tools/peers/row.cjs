// Rows as the benchmarks in Rust print them: table, name, median, quartiles, target in nanoseconds.
"use strict";

const ROUNDS = 101;

// What the answers come to, so that no engine leaves them out.
let kept = 0;

function print(table, name, times) {
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor((times.length * part) / 4)].toFixed(1);
  console.log([table, name, at(2), at(1), at(3), ""].join("\t"));
}

exports.kept = () => kept;

// What one answer costs; asked often enough before that the engine has compiled it.
exports.measure = (table, name, passes, ask) => {
  for (let pass = 0; pass < 10 * passes; pass += 1) kept += ask() ? 1 : 0;
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let pass = 0; pass < passes; pass += 1) kept += ask() ? 1 : 0;
    times.push(Number(process.hrtime.bigint() - start) / passes);
  }
  print(table, name, times);
};

// The same of an answer that is waited for.
exports.measureLater = async (table, name, passes, ask) => {
  for (let pass = 0; pass < 10 * passes; pass += 1) kept += (await ask()) ? 1 : 0;
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let pass = 0; pass < passes; pass += 1) kept += (await ask()) ? 1 : 0;
    times.push(Number(process.hrtime.bigint() - start) / passes);
  }
  print(table, name, times);
};
