// Answers scopes, differences and bills on stdin with what the page makes of them.

import { readFileSync } from "node:fs";

const { conditionsOf, payablePlaces, tone } = await import(`${process.argv[2]}/text.js`);

const { scopes, differences, bills } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify({ conditions: scopes.map(conditionsOf), tones: differences.map((d) => tone(d) ?? ""), places: bills.map((b) => payablePlaces(b.amounts, b.currency)) }));
