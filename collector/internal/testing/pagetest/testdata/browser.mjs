// What the scripts share: a browser that remembers everything that goes wrong.

import { createRequire } from "node:module";

const require = createRequire(`${process.env.MODULES}/of-the-page.js`);
const { chromium } = require("playwright-core");
const axe = require("axe-core").source;

export const page = process.env.PAGE;

export const screens = [
  ["overview", "#/overview?since=30d"],
  ["explore", "#/explore?since=30d&by=department,model"],
  ["runs", "#/runs"],
  ["calls", "#/calls?since=7d"],
  ["conversations", "#/conversations"],
  ["context", "#/context?since=30d&by=agent"],
  ["outcomes", "#/outcomes?since=30d"],
  ["compare", "#/compare"],
  ["chargeback", "#/chargeback"],
  ["advice", "#/advice?since=30d&min_calls=5"],
  ["prices", "#/prices?q=gpt-5"],
  ["health", "#/health"],
];

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"],
});

/** open makes a tab; problems collects errors of the console, reports of the policy and requests that fail. */
export async function open(browser, { width = 1280, height = 900, scheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: "en-GB", timezoneId: "UTC" });
  const tab = await context.newPage();
  const problems = [];
  tab.on("console", (m) => ["error", "warning"].includes(m.type()) && problems.push(`console ${m.type()}: ${m.text()} (${m.location().url})`));
  tab.on("pageerror", (e) => problems.push(`script: ${e.stack ?? e.message}`));
  tab.on("requestfailed", (r) => r.failure()?.errorText === "net::ERR_ABORTED" || problems.push(`request: ${r.url()}: ${r.failure()?.errorText}`));
  tab.on("response", (r) => r.status() >= 400 && problems.push(`answer: ${r.url()}: ${r.status()}`));
  await tab.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
  });
  return { tab, problems };
}

/** visit opens a screen and waits until all that it asked for is there. */
export async function visit(tab, hash) {
  await tab.goto(page + hash);
  await tab.waitForSelector("main h1");
  await settled(tab);
}

/** settled waits until an action's effects are drawn and what they asked for is there. */
export async function settled(tab) {
  await drawn(tab);
  await tab.waitForTimeout(150);
  await tab.waitForFunction(() => !document.querySelector("[aria-busy=true]"), null, { timeout: 120_000 });
  await tab.waitForTimeout(250);
}

/** drawn waits for the page's effects: they run after a frame, which a busy machine may draw a second later. */
const drawn = (tab) => tab.evaluate(async () => {
  for (let i = 0; i < 3; i++) await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
});

/** audit runs axe-core, and checks that the screen fits its width. */
export async function audit(tab) {
  const found = [];
  const over = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  const squeezed = await tab.evaluate(() => innerWidth < 760 && [...document.querySelectorAll(".grid > *")].some((e) => e.clientWidth < innerWidth * 0.8));
  if (squeezed) found.push("panels are next to each other on a narrow screen");
  if (over > 0) found.push(`the page is ${over} pixels too wide`);
  found.push(...(await tab.evaluate(clipped)));
  await tab.evaluate(axe);
  const result = await tab.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  for (const v of result.violations) found.push(`axe: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + (n.any[0]?.message ? ` ${n.any[0].message}` : "")).join(" | ")}`);
  return found;
}

/** clipped finds tables of which a screen shows a part, and that cannot be scrolled by touch and keyboard or do not show that they continue. */
function clipped() {
  const cue = (e) => (getComputedStyle(e).backgroundImage.match(/gradient/g) ?? []).length === 4;
  const scrolls = (e) => e.tabIndex === 0 && getComputedStyle(e).overflowX === "auto";
  return [...document.querySelectorAll("main .scroll")].filter((e) => e.scrollWidth > e.clientWidth + 1 && !(scrolls(e) && cue(e)))
    .map((e) => `${e.getAttribute("aria-label")} needs ${e.scrollWidth} pixels and has ${e.clientWidth}`);
}
