import type { ComponentChildren } from "preact";

import { Filters } from "./filters";
import { PeriodPicker } from "./period";

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
