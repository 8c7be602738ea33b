// Times the first paint, and each screen from the click that asks for it until all
// that it asked for is drawn.

import { readFileSync } from "node:fs";

import { launch, open, page, settled } from "./browser.mjs";

const rounds = 7;
const [pid] = process.argv.slice(2);

/** cpu is the processor time of the collector so far, in milliseconds: ticks are a hundredth of a second. */
const cpu = () => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
};
const browser = await launch();
const answer = [];
const paints = [];
const again = [];
const plain = [];
const titles = [];
/** painted is when the tab drew its first text, counted from the start of the navigation. */
const painted = (tab) => tab.evaluate(() => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntriesByName("first-contentful-paint")[0].startTime)).observe({ type: "paint", buffered: true })));
for (let i = 0; i < rounds; i++) {
  const text = await open(browser); // a file of text: the time is the browser's own, for a new process
  await text.tab.goto(`${page}assets/licenses.txt`);
  plain.push(await painted(text.tab));
  await text.tab.context().close();
  const { tab } = await open(browser);
  await tab.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector("main h1")) return;
      seen.disconnect();
      requestAnimationFrame(() => performance.mark("title"));
    });
    seen.observe(document, { childList: true, subtree: true });
  });
  await tab.goto(page);
  await tab.waitForSelector("main h1");
  await tab.waitForTimeout(100);
  paints.push(await painted(tab));
  titles.push(await tab.evaluate(() => performance.getEntriesByName("title")[0].startTime));
  await settled(tab);
  await tab.reload();
  await tab.waitForSelector("main h1");
  again.push(await painted(tab));
  await tab.context().close();
}
for (const [screen, times] of [["first paint of a text file", plain], ["first paint", paints], ["first paint when reloaded", again], ["title of the screen", titles]]) {
  answer.push({ screen, times, cpu: [0] });
}

const { tab } = await open(browser);
await tab.goto(page);
await settled(tab);
const run = await tab.evaluate(async () => (await (await fetch("v1/reports/traces?top=1")).json()).tables[0].rows[0].trace_id);
const conversation = await tab.evaluate(async () => (await (await fetch("v1/reports/conversations?top=1")).json()).tables[0].rows[0].conversation);
for (const [screen, hash] of [
  ["overview, 7 days", "#/overview"], ["overview, 30 days", "#/overview?since=30d"],
  ["explore, 30 days", "#/explore?since=30d&by=department,model"], ["explore by user, 30 days", "#/explore?since=30d&by=user"],
  ["runs", "#/runs"], ["run", `#/runs/${run}`], ["calls", "#/calls"], ["conversations", "#/conversations"], ["conversation", `#/conversations/${conversation}`],
  ["compare, 7 days", "#/compare"], ["chargeback", "#/chargeback"], ["advice, 7 days", "#/advice"], ["context, 7 days", "#/context"], ["outcomes, 7 days", "#/outcomes"], ["prices", "#/prices"], ["health", "#/health"],
]) {
  const times = [];
  const used = [];
  for (let i = 0; i < rounds; i++) {
    await tab.evaluate(() => (location.hash = "#/prices?model=gpt-5"));
    await settled(tab);
    const before = cpu();
    times.push(await tab.evaluate(time, hash));
    used.push(cpu() - before);
  }
  answer.push({ screen, times, cpu: used });
}
await browser.close();
console.log(JSON.stringify(answer));

/** time goes to a screen and waits until nothing is asked any more, and drawn. */
async function time(hash) {
  const frame = () => new Promise((resume) => requestAnimationFrame(resume));
  const begin = performance.now();
  location.hash = hash;
  await frame();
  await frame();
  // What is asked when an answer is there counts as well.
  for (let quiet = 0; quiet < 3; await frame()) quiet = document.querySelector("main[aria-busy=true], main .waiting") ? 0 : quiet + 1;
  return performance.now() - begin;
}
