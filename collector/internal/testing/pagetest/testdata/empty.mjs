// Opens the page of an empty ledger, and waits until a first call fills it.

import { spawn } from "node:child_process";

import { audit, launch, open, settled, visit } from "./browser.mjs";

const browser = await launch();
const { tab, problems } = await open(browser);
await visit(tab, "#/overview");
const taught = await tab.locator(".teach pre").innerText();
const found = await audit(tab);
await tab.waitForSelector(".pulse.live", { timeout: 20_000 });
const demo = spawn(process.env.SPANLEDGER, ["demo", "--otlp-endpoint", process.env.OTLP, "--duration", "2s"], { stdio: "ignore" });
await tab.waitForSelector(".stats", { timeout: 60_000 });
await settled(tab);
await new Promise((done) => demo.exitCode !== null ? done() : demo.on("exit", done));
await browser.close();
console.log(JSON.stringify({ taught, problems: [...found, ...problems] }));
