// Reads what screens say.

import { launch, open, visit } from "./browser.mjs";

const browser = await launch();
const { tab } = await open(browser);
const answer = {};
for (const hash of process.argv.slice(2)) {
  await visit(tab, hash);
  answer[hash] = await tab.locator("main").innerText();
}
await browser.close();
console.log(JSON.stringify(answer));
