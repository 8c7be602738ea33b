import { effect } from "@preact/signals";
import { render } from "preact";

import { liveState } from "../live";
import { route, to } from "../route";
import { KeyHelp } from "./keys";

/** links of the navigation are in the document, so that they are drawn before this script runs. */
const links = [...document.querySelectorAll<HTMLAnchorElement>("nav a[data-screen]")];

/** titleOf is the name of a screen in the navigation. */
export const titleOf = (screen: string): string | undefined =>
  links.find((a) => a.dataset.screen === screen && !a.classList.contains("brand"))?.textContent ?? undefined;

/** center scrolls the strip of links, which a narrow screen has, to one of them. */
function center(link: HTMLElement): void {
  const strip = link.closest("nav")!;
  strip.scrollLeft = link.offsetLeft + (link.offsetWidth - strip.clientWidth) / 2;
}

/** navigate keeps the links of the navigation to the period and filters of the screen. */
export function navigate(): void {
  effect(() => {
    for (const link of links) {
      const own = link.dataset.screen!;
      link.setAttribute("href", to(own));
      if (route.value.screen === own && !link.classList.contains("brand")) {
        if (!link.hasAttribute("aria-current")) center(link);
        link.setAttribute("aria-current", "page");
      } else link.removeAttribute("aria-current");
    }
  });
  render(<><Live /><KeyHelp /></>, document.querySelector("nav .foot")!);
}

const liveText = { live: "Live", connecting: "Connecting", off: "Not live" };

const Live = () => (
  <span class={`pulse ${liveState.value}`} role="status" title={liveState.value === "off" ? "The collector does not answer; this page retries automatically" : "New calls appear automatically"}>
    <i aria-hidden="true" />{liveText[liveState.value]}
  </span>
);
