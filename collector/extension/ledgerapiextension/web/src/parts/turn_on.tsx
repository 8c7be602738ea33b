import type { ComponentChildren } from "preact";

import { Snippet } from "./teach";

interface Props {
  nothing: string; // what the period has none of
  lines: [where: ComponentChildren, text: string][];
  children?: ComponentChildren;
}

/** TurnOn says what the calls of the period lack, and the lines that record it. */
export const TurnOn = ({ nothing, lines, children }: Props) => (
  <div class="turn-on">
    <p>{nothing}</p>
    {lines.map(([where, text]) => <div key={text}><p class="mute">{where}</p><Snippet text={text} /></div>)}
    {children && <p class="mute">{children}</p>}
  </div>
);
