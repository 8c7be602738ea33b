// Does what a reader does, and fails where a step does not lead on.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";

import { launch, open, settled, visit } from "./browser.mjs";

const browser = await launch();
const answer = {};

/** task runs one and notes what went wrong; look is that of the tab. */
async function task(name, steps) {
  const { tab, problems } = await open(browser);
  try {
    await steps(tab);
  } catch (e) {
    problems.push(String(e.stack));
  }
  answer[name] = problems;
  await tab.context().close();
}

const expect = (ok, what) => {
  if (!ok) throw new Error(what);
};
const text = (tab, selector) => tab.locator(selector).first().innerText();

await task("a filter leaves fewer calls, and is in the address", async (tab) => {
  await visit(tab, "#/explore?by=department");
  const before = await tab.locator("tbody tr").count();
  await tab.keyboard.press("/");
  await tab.locator(".popover select").selectOption("department");
  await tab.locator(".values button", { hasText: "claims" }).first().click();
  await settled(tab);
  expect(tab.url().includes("where=department%3Dclaims"), `address: ${tab.url()}`);
  expect(before > 1 && (await tab.locator("tbody tr").count()) === 1, "only claims is left");
  await tab.locator(".chip .remove").click();
  await settled(tab);
  expect((await tab.locator("tbody tr").count()) === before, "without the filter all lines are back");
});

await task("from the total to the rate of a line item", async (tab) => {
  await visit(tab, "#/overview?since=30d&by=model");
  await tab.locator("tbody a", { hasText: "claude-sonnet" }).first().click();
  await settled(tab);
  expect(tab.url().includes("where=model"), `group: ${tab.url()}`);
  await tab.locator("tbody td a.figure").first().click();
  await settled(tab);
  expect((await text(tab, "h1")) === "Calls", "a cost leads to its calls");
  await tab.locator("tbody tr[data-row] a").first().click();
  await settled(tab);
  const lines = await tab.locator(".detail tbody data").evaluateAll((all) => all.map((d) => d.value));
  const sum = await tab.locator(".detail tfoot data").getAttribute("value");
  const cost = await tab.locator(".detail .panel-head data").first().getAttribute("value");
  expect(lines.length > 0 && sum === cost, `lines ${lines}, sum ${sum}, cost ${cost}`);
  await tab.locator(".detail tbody a").first().click();
  await settled(tab);
  expect((await text(tab, "h1")) === "Prices" && (await tab.locator(".notes li").count()) > 0, "the rate leads to its source");
});

await task("keys", async (tab) => {
  await visit(tab, "#/runs");
  await tab.keyboard.press("?");
  await settled(tab);
  expect(await tab.locator("dialog[open]").isVisible(), "? lists the keys");
  await tab.keyboard.press("Escape");
  await tab.keyboard.press("j");
  await tab.keyboard.press("j");
  await tab.keyboard.press("k");
  await settled(tab);
  expect((await tab.locator("tr.marked").count()) === 1, "j and k mark a row");
  await tab.keyboard.press("Enter");
  await settled(tab);
  expect((await tab.locator("table.waterfall tbody tr").count()) > 5, "Enter opens the run");
});

await task("sorting, grouping and the period are in the address", async (tab) => {
  await visit(tab, "#/explore?since=30d&by=model");
  await tab.locator("th button", { hasText: "Calls" }).click();
  await settled(tab);
  const calls = await tab.locator("tbody tr").evaluateAll((rows) => rows.map((r) => Number(r.children[2].innerText.replaceAll(",", ""))));
  expect(calls.every((n, i) => i === 0 || calls[i - 1] >= n), `calls: ${calls}`);
  await tab.locator("button.chip").first().click();
  await tab.locator(".popover button", { hasText: "Last 24 hours" }).click();
  await settled(tab);
  expect(tab.url().includes("since=24h") && tab.url().includes("sort=-requests"), tab.url());
});

await task("a run of 10,000 calls draws only the rows in sight", async (tab) => {
  await visit(tab, `#/runs/${process.argv[2]}`);
  const rows = tab.locator("table.waterfall tbody tr:not(.spacer)");
  expect((await rows.count()) < 150, `${await rows.count()} rows`);
  expect((await tab.getAttribute("table.waterfall", "aria-rowcount")) === "10001", "all are counted");
  const before = await rows.last().getAttribute("data-row"); // its text may be that of another row
  await tab.locator(".key").scrollIntoViewIfNeeded();
  await tab.waitForFunction((was) => [...document.querySelectorAll("table.waterfall tbody tr:not(.spacer)")].pop().dataset.row !== was, before);
  expect((await rows.count()) < 150, `${await rows.count()} rows at the end`);
});

await task("a department of a month leads to the calls of that month, and a month without calls is not saved", async (tab) => {
  await visit(tab, "#/chargeback");
  await tab.locator("tbody a", { hasText: /^claims$/ }).first().click();
  await settled(tab);
  const departments = tab.locator("table:has(caption:text('Departments')) tbody tr");
  expect(tab.url().includes("department=claims") && (await departments.count()) === 1, "the statement of the department");
  const saved = tab.waitForEvent("download");
  await tab.locator(".controls button", { hasText: /^Statement$/ }).click();
  expect((await saved).suggestedFilename() === `chargeback-${new Date().toISOString().slice(0, 7)}-claims.html`, (await saved).suggestedFilename());
  expect((await readFile(await (await saved).path(), "utf8")).includes(": claims</title>"), "the file is of the department");
  await tab.locator("tbody a", { hasText: /^claims$/ }).first().click();
  await settled(tab);
  expect(/explore.*from=\d{4}-\d\d-01&to=\d{4}-\d\d-01/.test(tab.url()), tab.url());
  await visit(tab, "#/chargeback");
  const offered = await tab.locator("select[aria-label=Month] option").evaluateAll((all) => all.map((o) => o.value));
  const known = await tab.evaluate(async () => (await (await fetch("v1/reports/cost?by=month&since=400d&top=0&percentiles=false")).json()).tables[0].rows.map((r) => r.month));
  expect(offered.length > 0 && offered.length < 13 && offered.every((m) => known.includes(m)), `offers ${offered}; with calls are ${known}`);
  await visit(tab, "#/chargeback?month=2020-01");
  expect((await tab.locator(".controls button:enabled").count()) === 0, "nothing is to save");
});

await task("a list of calls says how many there are and what they cost, as the report does", async (tab) => {
  const shown = async () => {
    const head = tab.locator(".panel-head h2").first();
    return [Number((await head.innerText()).split(" ")[0].replaceAll(",", "")), await head.locator("data").getAttribute("value")];
  };
  const asked = (query) => tab.evaluate(async (q) => (await (await fetch(`v1/reports/cost?percentiles=false&${q}`)).json()).tables[0].rows[0], query);
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const period = `from=${day(10)}&to=${day(0)}`;
  for (const [hash, query] of [["", ""], ["&where=department%3Dclaims", "&where=department%3Dclaims"], ["&errors=true", "&where=status%3Derror"]]) {
    await visit(tab, `#/calls?${period}${hash}`);
    const [calls, cost] = await shown();
    const want = await asked(period + query);
    expect(calls === want.requests && cost === want.cost_usd, `${hash}: ${calls} calls for ${cost}, want ${want.requests} for ${want.cost_usd}`);
  }
});

await task("a conversation has the figures of its line in the list, and the whole one more", async (tab) => {
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await visit(tab, `#/conversations?from=${day(3)}&to=${day(0)}&where=agent%3Dwriter`);
  const row = tab.locator("tbody tr[data-row]").first();
  const [cost, turns] = [await row.locator("data").first().getAttribute("value"), Number(await row.locator("td").nth(5).innerText())];
  await row.locator("a").first().click();
  await settled(tab);
  const stat = tab.locator(".stat", { hasText: "Cost" }).first();
  expect((await stat.locator("data").getAttribute("value")) === cost && (await stat.innerText()).includes(`${turns} turn`), `${await stat.innerText()} for ${cost} in ${turns} turns`);
  await tab.locator("a.chip", { hasText: "Whole conversation" }).click();
  await settled(tab);
  const all = await tab.locator(".panel", { hasText: "Turns" }).locator("table").getAttribute("aria-rowcount");
  expect(Number(all) >= turns, `${all} turns of the whole conversation`);
});

await task("calls that were rate limited are one line, whatever their senders call it", async (tab) => {
  await visit(tab, "#/overview?since=30d");
  const names = await tab.locator("dl.facts dt", { hasText: /^Rate limited/ }).allInnerTexts();
  expect(names.length === 1 && !(await tab.locator("dl.facts dt", { hasText: /^(429|rate_limit)/ }).count()), `lines: ${names}`);
  const dd = tab.locator("dl.facts dt", { hasText: /^Rate limited/ }).locator("xpath=following-sibling::dd[1]");
  const failed = Number((await dd.innerText()).replaceAll(",", ""));
  await dd.locator("a").click();
  await settled(tab);
  const head = await tab.locator(".panel-head h2").first().innerText();
  expect(Number(head.split(" ")[0].replaceAll(",", "")) === failed, `${failed} lead to ${head}`);
});

await task("the steps of a comparison add up to the change in percent", async (tab) => {
  await visit(tab, "#/compare?since=30d&by=user");
  const percents = await tab.locator("table:has(caption:text('Steps')) tbody td:nth-child(3)").allInnerTexts();
  const sum = percents.reduce((total, text) => total + (text === "–" ? NaN : Number(text.replace("−", "-").replace(/[ %,+]|<0.1/g, ""))), 0);
  const change = await tab.locator(".stat", { hasText: "Change" }).locator(".stat-meaning").innerText();
  if (/%/.test(change)) {
    const whole = Number(change.replace("−", "-").replace(/[ %,+]/g, ""));
    expect(Math.abs(sum - whole) < 1 + 0.1 * percents.length, `${percents} add up to ${sum}, not ${change}`);
  }
});

await task("the table of a price needs no scrolling", async (tab) => {
  await visit(tab, "#/calls?order=cost");
  await tab.locator("tbody tr[data-row] a").first().click();
  await settled(tab);
  const [has, needs] = await tab.locator(".detail .scroll").evaluate((e) => [e.clientWidth, e.scrollWidth]);
  expect(needs <= has, `${needs} pixels in ${has}`);
});

await task("the chosen screen is in sight, and the list of keys does not outlive a screen", async (tab) => {
  await tab.setViewportSize({ width: 390, height: 844 });
  await visit(tab, "#/health");
  const { x, width } = await tab.locator("nav a[aria-current]").boundingBox();
  expect(x >= 0 && x + width <= 390, `at ${x}`);
  await tab.keyboard.press("?");
  await settled(tab);
  expect((await tab.locator("dialog[open]").count()) === 1, "? lists the keys");
  await visit(tab, "#/runs");
  expect((await tab.locator("dialog[open]").count()) === 0, "it closed");
});

await task("new calls appear by themselves", async (tab) => {
  await visit(tab, "#/calls");
  await tab.waitForSelector(".pulse.live", { timeout: 20_000 });
  const first = await tab.getAttribute("tbody tr[data-row]", "data-row");
  const demo = spawn(process.env.SPANLEDGER, ["demo", "--otlp-endpoint", process.env.OTLP, "--duration", "2s", "--seed", "7"], { stdio: "ignore" });
  await tab.waitForFunction((was) => document.querySelector("tbody tr[data-row]")?.dataset.row !== was, first, { timeout: 60_000 });
  await new Promise((done) => demo.exitCode !== null ? done() : demo.on("exit", done));
});

await browser.close();
console.log(JSON.stringify(answer));
