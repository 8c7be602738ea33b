// Opens every screen while the API refuses, and while it does not answer at all; then
// the API answers again.

import { launch, open, page, screens, visit } from "./browser.mjs";

const browser = await launch();
const answer = {};
const first = await open(browser);
await visit(first.tab, "#/runs");
const all = [...screens, ["run", await first.tab.locator("tr[data-row]").first().getAttribute("data-row")]];
await visit(first.tab, "#/conversations");
all.push(["conversation", await first.tab.locator("tr[data-row]").first().getAttribute("data-row")]);
await first.tab.context().close();

/** fail opens one screen while replies are given in place of the API's, then without them. */
async function fail(name, hash, kind, reply, said) {
  const { tab } = await open(browser);
  const problems = (answer[`${name}, ${kind}`] = []);
  tab.on("pageerror", (e) => problems.push(`script: ${e.stack ?? e.message}`));
  try {
    await tab.route("**/v1/**", reply);
    await tab.goto(page + hash);
    await tab.waitForSelector(".notice.bad", { timeout: 20_000 });
    await tab.waitForFunction(() => !document.querySelector("[aria-busy=true]"), null, { timeout: 20_000 });
    const text = await tab.locator("main").innerText();
    if (!text.includes(said)) problems.push(`does not say ${JSON.stringify(said)}: ${text.slice(0, 300)}`);
    await tab.unroute("**/v1/**");
    await tab.waitForFunction(() => !document.querySelector(".notice.bad, [aria-busy=true]"), null, { timeout: 45_000 });
  } catch (e) {
    problems.push(String(e.stack));
  }
  await tab.context().close();
}

for (const [kind, reply, said] of [
  ["refused", (r) => r.fulfill({ status: 500, contentType: "application/json", body: '{"error":"ledger store: connection refused"}' }), "ledger store: connection refused"],
  ["no answer", (r) => r.abort("connectionrefused"), "does not answer"],
]) {
  const waiting = [...all];
  // A screen waits for seconds before it asks again: several wait at the same time.
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await fail(...next, kind, reply, said);
  }));
}
await browser.close();
console.log(JSON.stringify(answer));
