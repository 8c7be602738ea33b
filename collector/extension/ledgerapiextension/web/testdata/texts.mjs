// Answers scopes and differences on stdin with what the page makes of them.

import { readFileSync } from "node:fs";

const { conditionsOf, tone } = await import(`${process.argv[2]}/text.js`);

const { scopes, differences } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify({ conditions: scopes.map(conditionsOf), tones: differences.map((d) => tone(d) ?? "") }));
