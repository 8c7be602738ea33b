// Opens a page that is locked: by hand, and by a link.

import { launch, open, page } from "./browser.mjs";

const token = process.argv[2];
const browser = await launch();
const problems = [];
const expect = (ok, what) => ok || problems.push(what);

const byHand = (await open(browser)).tab;
await byHand.goto(`${page}#/prices`);
await byHand.locator("form input[type=password]").fill(token);
await byHand.locator("form button", { hasText: "Open" }).click();
await byHand.waitForSelector("main table");

const link = await open(browser);
await link.tab.goto(`${page}#/prices?token=${token}&q=gpt-5`);
await link.tab.waitForSelector("main table");
expect(!link.tab.url().includes(token), "the token leaves the address");
expect(link.tab.url().includes("q=gpt-5"), `the rest of the address stays: ${link.tab.url()}`);
await link.tab.waitForSelector(".pulse.live", { timeout: 20_000 });
problems.push(...link.problems);

await browser.close();
console.log(JSON.stringify(problems));
