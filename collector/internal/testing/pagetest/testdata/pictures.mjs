// Draws screens: picture=screen's address|width|scheme|height, into a folder.

import { launch, open, visit } from "./browser.mjs";

const [folder, ...pictures] = process.argv.slice(2);
const browser = await launch();
for (const one of pictures) {
  const [name, hash, width, scheme, height] = one.split("|");
  const { tab } = await open(browser, { width: Number(width), height: Number(height), scheme });
  let address = hash;
  if (hash.endsWith("/first")) {
    // The first row of a list.
    await visit(tab, hash.slice(0, -"/first".length));
    address = await tab.locator("tr[data-row]").first().getAttribute("data-row");
  }
  await visit(tab, address);
  await tab.screenshot({ path: `${folder}/${name}.png` });
  await tab.context().close();
}
await browser.close();
console.log("{}");
