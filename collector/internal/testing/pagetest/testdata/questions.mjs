// Answers questions as someone does who sees the page for the first time: from the
// first screen, by clicks alone. Choosing from a list and typing count as a click.

import { readFile } from "node:fs/promises";

import { launch, open, page, settled } from "./browser.mjs";

const most = 4;
const [riser, lastMonth] = process.argv.slice(2);
const browser = await launch();
const answer = {};

/** question asks one, and notes what is wrong: the answer, or the way to it. */
async function question(name, steps) {
  const { tab, problems } = await open(browser);
  let clicks = 0;
  const counted = (action) => async (locator, ...rest) => {
    clicks++;
    await locator[action](...rest);
    await settled(tab);
  };
  const hand = { click: counted("click"), select: counted("selectOption"), type: counted("fill") };
  try {
    await tab.goto(page);
    await tab.waitForSelector("main .stats");
    await settled(tab);
    await steps(tab, hand);
  } catch (e) {
    problems.push(String(e.stack));
  }
  if (clicks > most) problems.push(`takes ${clicks} clicks`);
  answer[name] = { clicks, problems };
  await tab.context().close();
}

const expect = (ok, what) => {
  if (!ok) throw new Error(what);
};
const nav = (tab, name) => tab.locator("nav a", { hasText: name }).first();
const title = (tab) => tab.locator("h1").innerText();
const first = (tab, selector) => tab.locator(selector).first();

await question("which user caused yesterday's rise?", async (tab, { click, select }) => {
  await click(nav(tab, "Compare"));
  await click(first(tab, "button.chip"));
  await click(tab.locator(".popover button", { hasText: "Yesterday" }));
  await select(tab.locator(".panel-head select").first(), "user");
  const row = first(tab, "table:has(caption:text('What changed')) tbody tr");
  expect((await row.innerText()).startsWith(riser), `first is ${await row.innerText()}, not ${riser}`);
  expect((await row.locator(".bad data").count()) === 1, "it rose");
});

await question("what did the newest run cost, and why?", async (tab, { click }) => {
  await click(nav(tab, "Runs"));
  await click(first(tab, "tbody tr[data-row] a"));
  expect((await first(tab, ".stat-value data").getAttribute("value")) !== null, "its cost");
  const lines = await tab.locator(".detail tbody tr").count();
  expect(lines > 0 && /Catalogue/.test(await first(tab, ".detail .facts").innerText()), `${lines} line items, and their catalogue`);
});

await question("export last month's calls of claims", async (tab, { click, select }) => {
  await click(nav(tab, "Chargeback"));
  await select(tab.locator("select[aria-label=Month]"), lastMonth);
  await click(tab.locator("tr", { has: tab.locator("a", { hasText: /^claims$/ }) }).first().locator("a.figure").first());
  const saved = tab.waitForEvent("download");
  await click(tab.locator("button", { hasText: "CSV" }));
  const [head, ...rows] = (await readFile(await (await saved).path(), "utf8")).trim().split("\n");
  const department = head.trim().split(",").indexOf("department");
  expect(department >= 0 && rows.length > 10, `${rows.length} rows of ${head}`);
  expect(rows.every((r) => r.split(",")[department] === "claims" && r.includes(lastMonth)), "all are of claims and of the month");
});

await question("which model costs most this month?", async (tab, { click }) => {
  await click(tab.locator(".stat", { hasText: "This month" }).locator(".stat-value a"));
  const costs = await tab.locator("tbody tr td:nth-child(2) data").evaluateAll((all) => all.map((d) => Number(d.value)));
  expect((await title(tab)) === "Explore" && costs.length > 2 && costs.every((c, i) => i === 0 || costs[i - 1] >= c), `costs ${costs}`);
});

await question("which calls have no price, and what is to do?", async (tab, { click }) => {
  const notice = tab.locator(".notice", { hasText: "without a price" }).first();
  expect(/price/i.test(await notice.locator(".fix").innerText()), "the fix is beside it");
  await click(notice.locator("a").first());
  expect((await title(tab)) === "Calls" && (await tab.locator("tbody .warn").count()) > 0, "its calls");
});

await question("which conversation costs most, and how did it grow?", async (tab, { click }) => {
  await click(nav(tab, "Conversations"));
  await click(tab.locator("button", { hasText: "Most expensive" }));
  await click(first(tab, "tbody tr[data-row] a"));
  expect(/times the first turn/.test(await tab.locator(".stat", { hasText: "Context" }).innerText()), "its growth");
});

await question("which calls were rate limited?", async (tab, { click }) => {
  const row = tab.locator("dl.facts dt", { hasText: /^Rate limited/ }).first();
  await click(row.locator("xpath=following-sibling::dd[1]").locator("a"));
  expect((await title(tab)) === "Calls" && (await tab.locator("tbody .tag.bad").count()) > 0, "failed calls");
});

await question("what did a million input tokens of gpt-5 cost on 1 March?", async (tab, { click, type }) => {
  await click(nav(tab, "Prices"));
  await type(tab.locator("input[type=search]"), "gpt-5");
  await click(first(tab, "tbody tr[data-row] a"));
  await type(tab.locator("input[type=date]"), "2026-03-01");
  const row = tab.locator("tbody tr", { hasText: "Input" }).first();
  expect(/in force/.test(await row.innerText()) && /\$\d/.test(await row.innerText()), await row.innerText());
});

await question("how long does the budget of claims last?", async (tab) => {
  const budget = tab.locator(".budget", { hasText: "claims" });
  expect(/lasts|used up/.test(await budget.innerText()), await budget.innerText());
});

await question("where could money be saved?", async (tab, { click, select }) => {
  await click(nav(tab, "Advice"));
  await select(tab.locator("select").first(), "5");
  expect((await tab.locator(".finding").count()) > 0, "findings");
  await click(first(tab, ".finding .saving a"));
  expect((await title(tab)) === "Calls", "the calls that it is about");
});

await question("which agent is slowest?", async (tab, { click, select }) => {
  await click(nav(tab, "Explore"));
  await select(tab.locator(".panel-head select").nth(1), "agent");
  await click(tab.locator("th button", { hasText: "p95" }));
  expect((await tab.locator("th[aria-sort=descending]").innerText()).startsWith("p95"), "sorted by p95");
});

await question("is everything that arrived in the ledger?", async (tab, { click }) => {
  await click(nav(tab, "Health"));
  expect(/written .* ago|nothing was written/.test(await tab.locator(".stat", { hasText: "Waiting for the ledger" }).innerText()), "the queue");
});

await question("what does a used briefing cost, and where most?", async (tab, { click }) => {
  await click(nav(tab, "Outcomes"));
  const stat = tab.locator(".stat", { hasText: "Cost per briefing_used" });
  expect((await stat.locator("data").getAttribute("value")) !== null, "the cost of one");
  await click(tab.locator("th button", { hasText: "Per accepted" }));
  const each = await tab.locator("table:has(caption:text('Cost per outcome')) tbody tr td:nth-child(2) data").evaluateAll((all) => all.map((d) => Number(d.value)));
  expect(each.length > 1 && each.every((c, i) => i === 0 || each[i - 1] >= c), `costs ${each}`);
});

await question("which model's answers pass, and what does one that passed cost?", async (tab, { click }) => {
  await click(nav(tab, "Outcomes"));
  const row = first(tab, "table:has(caption:text('Quality')) tbody tr");
  expect(/plan_quality/.test(await row.innerText()) && /%/.test(await row.innerText()), await row.innerText());
  expect((await row.locator("data").getAttribute("value")) !== null, "cost per pass");
});

await question("which part of the input costs most?", async (tab, { click }) => {
  await click(nav(tab, "Context"));
  await click(tab.locator("th button", { hasText: "Cost of the part" }));
  const row = first(tab, "table:has(caption:text('Parts of the input')) tbody tr");
  expect(/System instructions|Tool definitions|Earlier messages|Retrieved documents|Last message/.test(await row.innerText()), await row.innerText());
});

await question("why was the cache missed, and in which calls?", async (tab, { click }) => {
  await click(nav(tab, "Context"));
  await click(first(tab, "table:has(caption:text('Causes')) tbody a"));
  await click(first(tab, "table:has(caption:text('Calls that missed the cache')) tbody a"));
  expect((await tab.locator("table.waterfall").count()) === 1, "the run of the call");
});

await question("which statement does a department get for last month?", async (tab, { click, select }) => {
  await click(nav(tab, "Chargeback"));
  await select(tab.locator("select[aria-label=Month]"), lastMonth);
  await click(first(tab, "table:has(caption:text('Departments')) tbody a"));
  const saved = tab.waitForEvent("download");
  await click(tab.locator(".controls button", { hasText: /^PDF$/ }));
  expect(new RegExp(`^chargeback-${lastMonth}-.+\\.pdf$`).test((await saved).suggestedFilename()), (await saved).suggestedFilename());
});

await question("what does a token of a model in use cost?", async (tab, { click }) => {
  await click(tab.locator("tbody a", { hasText: /^rates$/ }).first());
  expect((await title(tab)) === "Prices" && /in force/.test(await first(tab, "tbody tr").innerText()), await tab.locator("main").innerText());
});

await question("how many calls failed, and what did they cost?", async (tab, { click }) => {
  await click(tab.locator(".stat", { hasText: "Failed" }).locator(".stat-value a"));
  const head = await tab.locator(".panel-head h2").first().innerText();
  expect(/^[\d,]+ calls/.test(head) && /\$/.test(head), head);
});

await question("is a budget used up?", async (tab, { click }) => {
  await click(nav(tab, "Health"));
  expect(/used up|within their limits/.test(await tab.locator(".stat", { hasText: "Budgets" }).innerText()), await tab.locator(".stats").innerText());
});

await browser.close();
console.log(JSON.stringify(answer));
