// Reads the exact figures of a screen, in the order in which it shows them.

import { launch, open, visit } from "./browser.mjs";

const browser = await launch();
const { tab } = await open(browser);
const answer = {};
for (const hash of process.argv.slice(2)) {
  await visit(tab, hash);
  answer[hash] = await tab.evaluate(() => ({
    rows: [...document.querySelectorAll("tbody tr:not(.spacer)")].map((r) => ({ name: r.querySelector("a")?.innerText ?? "", amounts: [...r.querySelectorAll("data")].map((d) => d.value) })),
    total: [...document.querySelectorAll("tfoot data")].map((d) => d.value),
    figures: [...document.querySelectorAll(".stat-value data")].map((d) => d.value),
    parts: [...document.querySelectorAll(".detail data")].map((d) => d.value),
    text: document.querySelector("main").innerText,
  }));
}
await browser.close();
console.log(JSON.stringify(answer));
