import type { ComponentChildren } from "preact";

import { dimensions } from "../dimensions";
import { label } from "../text";

const kinds: Record<string, string> = { attribution: "For whom", call: "Call", run: "Run", outcome: "Outcome", tag: "Tags", time: "Time" };

interface Props {
  name: ComponentChildren;
  value: string;
  none?: string; // the choice of no dimension
  times?: boolean; // also buckets of time
  choose: (dimension: string) => void;
}

/** DimensionSelect chooses a dimension. */
export function DimensionSelect({ name, value, none, times, choose }: Props) {
  const known = dimensions.value;
  return (
    <label class="mute">
      {name}{" "}
      <select value={value} onChange={(e) => choose(e.currentTarget.value)}>
        {none && <option value="">{none}</option>}
        {value && !known.some((d) => d.name === value) && <option value={value}>{label(value).toLowerCase()}</option>}
        {Object.entries(kinds).filter(([kind]) => times || kind !== "time").map(([kind, title]) => {
          const own = known.filter((d) => d.kind === kind);
          return own.length > 0 && <optgroup key={kind} label={title}>{own.map((d) => <option key={d.name} value={d.name}>{d.title.toLowerCase()}</option>)}</optgroup>;
        })}
      </select>
    </label>
  );
}
