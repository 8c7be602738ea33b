import type { ComponentChildren } from "preact";

import { liveState } from "../live";
import { route, to } from "../route";
import { Filters } from "./filters";
import { KeyHelp } from "./keys";
import { PeriodPicker } from "./period";

const groups: [string, [screen: string, name: string][]][] = [
  ["Spend", [["overview", "Overview"], ["explore", "Explore"], ["compare", "Compare"], ["chargeback", "Chargeback"]]],
  ["Work", [["runs", "Runs"], ["conversations", "Conversations"], ["calls", "Calls"]]],
  ["Act", [["advice", "Advice"], ["prices", "Prices"], ["health", "Health"]]],
];

export function Navigation() {
  const { screen } = route.value;
  return (
    <nav aria-label="Screens">
      <a class="brand" href={to("overview")}><Mark />spanledger</a>
      {groups.map(([group, screens]) => (
        <div class="group" key={group}>
          <p>{group}</p>
          {screens.map(([key, name]) => (
            <a key={key} href={to(key)} aria-current={screen === key ? "page" : undefined}>{name}</a>
          ))}
        </div>
      ))}
      <div class="foot"><Live /><KeyHelp /></div>
    </nav>
  );
}

/** Mark is three spans, one below the other. */
const Mark = () => (
  <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <rect x="1" y="2" width="16" height="4" rx="1.5" class="mark-1" />
    <rect x="4" y="7.5" width="9" height="4" rx="1.5" class="mark-2" />
    <rect x="10" y="13" width="7" height="4" rx="1.5" class="mark-3" />
  </svg>
);

const liveText = { live: "Live", connecting: "Connecting", off: "Not live" };

const Live = () => (
  <span class={`pulse ${liveState.value}`} role="status" title={liveState.value === "off" ? "The collector does not answer; the page tries again by itself" : "New calls appear by themselves"}>
    <i aria-hidden="true" />{liveText[liveState.value]}
  </span>
);

interface Props {
  title: ComponentChildren;
  about?: ComponentChildren;
  period?: boolean;
  filters?: boolean;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** Screen is a title with what the screen is about, and the screen. */
export function Screen({ title, about, period, filters, actions, children }: Props) {
  return (
    <>
      <header>
        <div class="title"><h1>{title}</h1>{about && <p>{about}</p>}</div>
        <div class="controls">
          {period && <PeriodPicker />}
          {filters && <Filters />}
          {actions}
        </div>
      </header>
      {children}
    </>
  );
}

interface PanelProps {
  title?: ComponentChildren;
  about?: ComponentChildren;
  actions?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Panel({ title, about, actions, class: more, children }: PanelProps) {
  return (
    <section class={more ? `panel ${more}` : "panel"}>
      {title && <div class="panel-head"><h2>{title}{about && <small>{about}</small>}</h2>{actions}</div>}
      {children}
    </section>
  );
}
