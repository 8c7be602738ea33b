// Answers pairs of amounts on stdin with what the page makes of them.

import { readFileSync } from "node:fs";

const { add, sub, compare, round } = await import(`${process.argv[2]}/decimal.js`);
const { money } = await import(`${process.argv[2]}/text.js`);

const pairs = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(pairs.map(([a, b]) => ({
  sum: add(a, b), difference: sub(a, b), order: compare(a, b), rounded: round(a, 4), shown: money(a, 4),
}))));
