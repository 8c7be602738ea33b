// Opens every screen, wide and light, then narrow and dark.

import { audit, launch, open, screens, visit } from "./browser.mjs";

const browser = await launch();
const answer = {};
for (const [kind, look] of [["1280 light", { width: 1280, scheme: "light" }], ["390 dark", { width: 390, height: 844, scheme: "dark" }]]) {
  const { tab, problems } = await open(browser, look);
  const all = [...screens];
  for (const [list, one] of [["runs", "run"], ["conversations", "conversation"]]) {
    await visit(tab, `#/${list}`);
    const row = tab.locator("tr[data-row]").first();
    all.push([one, (await row.count()) ? await row.getAttribute("data-row") : `#/${list}/none`]);
  }
  for (const [name, hash] of all) {
    problems.length = 0;
    await visit(tab, hash);
    answer[`${name}, ${kind}`] = [...(await audit(tab)), ...problems];
  }
  await tab.context().close();
}
await browser.close();
console.log(JSON.stringify(answer));
