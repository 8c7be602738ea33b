// Checks that each figure leads to what it is made of, and that what it leads to
// adds up to it. The period is given, so that it does not move meanwhile.

import { launch, open, screens, visit } from "./browser.mjs";

const [from, to, ...more] = process.argv.slice(2);
const browser = await launch();
const { tab } = await open(browser, { width: 1600 });
const period = `from=${from}&to=${to}`;
const all = screens.map(([name, hash]) => [name, `${hash.split("?")[0]}?${period}${({ explore: "&by=department,model", advice: "&min_calls=5", prices: "&q=gpt-5" })[name] ?? ""}`]);
all.push(["explore by day", `#/explore?by=day&${period}`], ["explore by user", `#/explore?by=user&where=department%3Dclaims&${period}`]);
all.push(...more.map((hash) => [hash.slice(2, 14), hash]));
const answer = {};
let followed = 0, reasons = 0;
for (const [name, hash] of all) {
  await visit(tab, hash);
  const problems = await tab.evaluate(unlinked);
  const figures = await tab.evaluate(led);
  for (const { value, href, what } of figures) {
    const sum = await sumOf(href);
    if (sum === null) continue;
    followed++;
    if (sum !== value) problems.push(`${what}: ${value} leads to ${href}, whose calls cost ${sum}`);
  }
  for (const { note, unpriced, href } of await tab.evaluate(explained)) {
    const have = href && (await totalOf(questionOf(href)))?.unpriced;
    if (have !== unpriced) problems.push(`${note}: leads to ${href}, with ${have} calls without a price`);
    else reasons++;
  }
  answer[name] = problems;
}
if (followed < 60 || reasons < 5) answer["all screens"] = [`only ${followed} figures and ${reasons} reasons were followed`];
await browser.close();
console.log(JSON.stringify(answer));

/** unlinked finds figures that lead nowhere. */
function unlinked() {
  const leads = (e) => e.closest("a[href], [data-parts]:not([data-parts=false])") || e.closest("tr")?.dataset.row;
  const found = [];
  for (const e of document.querySelectorAll("main data.money")) {
    if (!leads(e)) found.push(`${e.innerText} in ${(e.closest("td, .stat, .panel") ?? e).className}, ${e.closest("table")?.caption?.innerText ?? e.closest(".panel, .stat")?.innerText.slice(0, 40)}`);
  }
  for (const table of document.querySelectorAll("main table")) {
    const names = [...table.tHead.rows[0].cells].map((c) => c.innerText.replace(/[↓↑]/, "").trim());
    for (const row of table.querySelectorAll("tbody tr:not(.spacer), tfoot tr")) {
      [...row.cells].forEach((cell, i) => {
        if (!/^(Calls|Failed|Unpriced|Calls before|Calls now)$/.test(names[i]) || !/[1-9]/.test(cell.innerText)) return;
        if (!cell.querySelector("a[href], [data-parts=true]") && !row.dataset.row) found.push(`${table.caption.innerText}, ${names[i]}: ${cell.innerText}`);
      });
    }
  }
  for (const stat of document.querySelectorAll("main .stat")) {
    const [title] = stat.innerText.split("\n");
    if (/^(Calls|Failed)$/.test(title) && !/^(0|–)/.test(stat.querySelector(".stat-value").innerText) && !stat.querySelector(".stat-value a")) found.push(`figure ${title}`);
  }
  return found;
}

/** led are the amounts whose calls add up to them. */
function led() {
  const sums = /^(Cost|Own cost|Total|Now|Before)$/;
  const found = [];
  for (const data of document.querySelectorAll("main td data.money, main .stat-value data.money")) {
    const link = data.closest("a[href]")?.getAttribute("href");
    if (!link || !/^#\/(calls|explore)\b/.test(link)) continue;
    const cell = data.closest("td");
    const column = cell ? cell.closest("table").tHead.rows[0].cells[cell.cellIndex].innerText.replace(/[↓↑]/, "").trim() : "Cost";
    if (cell && (!sums.test(column) || cell.closest("table").caption.innerText === "A call before and now")) continue; // an average is no sum
    found.push({ value: data.value, href: link, what: `${column} of ${(cell?.parentElement ?? data.closest(".stat")).innerText.split("\n")[0].slice(0, 40)}` });
  }
  return found;
}

/** explained are the remarks on calls without a price, with the address of the reasons. Those of a list are about its rows only. */
function explained() {
  if (/^#\/(runs|conversations|\w+\/)/.test(location.hash)) return [];
  return [...document.querySelectorAll("main .notes li")].filter((li) => / no price and .*\(why/.test(li.innerText)).map((li) => ({
    note: li.innerText, unpriced: Number(/([\d,]+) requests? of/.exec(li.innerText)[1].replaceAll(",", "")), href: li.querySelector("a")?.getAttribute("href"),
  }));
}

/** read is the API's answer to a path. */
async function read(path) {
  const answer = await tab.evaluate(async (at) => (await fetch(at)).json(), path);
  if (answer.error) throw new Error(`${path}: ${answer.error}`);
  return answer;
}

/** questionOf is the period and the conditions of an address. */
function questionOf(href) {
  const ask = new URLSearchParams();
  const query = new URLSearchParams(href.split("?")[1]);
  for (const key of ["since", "from", "to", "zone", "where", "trace"]) for (const value of query.getAll(key)) ask.append(key, value);
  return ask;
}

/** totalOf is the total of the calls of a question; null without any. */
async function totalOf(ask) {
  return (await read(`v1/reports/cost?by=model&top=1&${ask}`)).tables[0].total;
}

/** sumOf adds up the calls of an address, as the API lists them. */
async function sumOf(href) {
  const query = new URLSearchParams(href.split("?")[1]);
  if (query.has("errors") || query.has("min_cost") || query.get("where") === "") return null;
  const ask = questionOf(href);
  if (!ask.has("trace")) return (await totalOf(ask))?.cost_usd ?? "0";
  const units = (text) => {
    const [whole, fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(18, "0"));
  };
  const sum = (await read(`v1/reports/calls?top=5000&${ask}`)).tables[0].rows.filter((r) => r.cost_usd !== null).reduce((total, r) => total + units(r.cost_usd), 0n).toString().padStart(19, "0");
  return `${sum.slice(0, -18)}.${sum.slice(-18)}`.replace(/\.?0+$/, "") || "0";
}
