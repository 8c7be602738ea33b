// Does what a reader does, and fails where a step does not lead on.

import { spawn } from "node:child_process";

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
  expect(await tab.locator("dialog[open]").isVisible(), "? lists the keys");
  await tab.keyboard.press("Escape");
  await tab.keyboard.press("j");
  await tab.keyboard.press("j");
  await tab.keyboard.press("k");
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
  expect(/explore.*from=\d{4}-\d\d-01&to=\d{4}-\d\d-01/.test(tab.url()), tab.url());
  await visit(tab, "#/chargeback?month=2020-01");
  expect((await tab.locator(".controls button:enabled").count()) === 0, "nothing is to save");
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
