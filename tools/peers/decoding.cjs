// A webhook's body, read by what the world reads such bodies with: the file is the argument.
"use strict";

const fs = require("node:fs");
const qs = require("qs");
const querystring = require("node:querystring");
const { measure } = require("./row.cjs");

const PASSES = 50;
const [, , table, file] = process.argv;
const body = fs.readFileSync(file, "utf8");

// Its standard depth is 5, and a field's value lies at 8.
const options = { depth: 12, arrayLimit: 200, parameterLimit: 10_000 };
const pairs = [...new URLSearchParams(body)].length;
if (Object.keys(qs.parse(body, options)).length === 0 || pairs === 0) throw new Error("nothing was read");

measure(table, "qs 6.17.1, in Node", PASSES, () => qs.parse(body, options));
measure(table, "URLSearchParams, flat, in Node", PASSES, () => [...new URLSearchParams(body)].length);
measure(table, "querystring, flat, in Node", PASSES, () => querystring.parse(body, "&", "=", { maxKeys: 0 }));
