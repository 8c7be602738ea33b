import { useEffect, useRef, useState } from "preact/hooks";

import { address, type Report, table } from "../api";
import { isRest } from "../dimensions";
import { report } from "../endpoints";
import { asked } from "../period";
import { useApi } from "../resource";
import { equals, go, here, wheres } from "../route";
import { label, money } from "../text";
import { Incomplete } from "./cost";
import { DimensionSelect } from "./dimension";
import { usePopover } from "./period";

/** condition splits "user!=a,b". */
export function condition(where: string): { dimension: string; not: boolean; value: string } {
  const at = where.indexOf("=");
  const not = where[at - 1] === "!";
  const values = where.slice(at + 1).replace(/(?<!\\),/g, ", ").replace(/\\([\\,])/g, "$1");
  return { dimension: where.slice(0, not ? at - 1 : at), not, value: values };
}

/** Filters are the conditions that hold on this screen, each of which can be removed, and a way to add one. */
export function Filters() {
  return (
    <>
      {wheres.value.map((w) => {
        const { dimension, not, value } = condition(w);
        const name = dimension.startsWith("tag:") ? dimension : label(dimension).toLowerCase();
        return (
          <span class="chip" key={w}>
            <b>{name}</b> {not ? "≠" : "="} {value || "(none)"}
            <button type="button" class="remove" aria-label={`Remove the filter ${name} ${not ? "is not" : "is"} ${value}`}
              onClick={() => go(here({ where: wheres.value.filter((other) => other !== w) }))}>×</button>
          </span>
        );
      })}
      <AddFilter />
    </>
  );
}

function AddFilter() {
  const { open, setOpen, box } = usePopover();
  return (
    <div class="popover-box" ref={box}>
      <button type="button" class="chip quiet" data-key="/" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>+ filter</button>
      {open && <Form done={() => setOpen(false)} />}
    </div>
  );
}

function Form({ done }: { done: () => void }) {
  const [by, setDimension] = useState("model");
  const [value, setValue] = useState("");
  const found = useApi<Report>(address(report("cost"), { ...asked(), where: wheres.value, by, top: "200", percentiles: "false" }), { live: false });
  const rows = (table(found.data, "lines")?.rows ?? []).filter((r) => !isRest(String(r[by])));
  const matching = rows.filter((r) => String(r[by]).toLowerCase().includes(value.toLowerCase())).slice(0, 8);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), [by]);
  const apply = (chosen: string, not = false) => {
    done();
    go(here({ where: [...wheres.value, equals(by, chosen, not)] }));
  };
  return (
    <div class="popover" role="dialog" aria-label="Add a filter">
      <form onSubmit={(e) => { e.preventDefault(); if (value) apply(value); }}>
        <DimensionSelect name="Filter by" value={by} choose={setDimension} />
        <label>is <input ref={input} value={value} autocomplete="off" onInput={(e) => setValue(e.currentTarget.value)} placeholder="type to search" /></label>
      </form>
      <ul class="values">
        {matching.map((r) => {
          const name = String(r[by]);
          return (
            <li key={name}>
              <button type="button" onClick={() => apply(name)}><span>{name}</span><span class="mute">{money(r.cost_usd as string | null)}{Number(r.unpriced) > 0 && r.cost_usd != null && <Incomplete unpriced={Number(r.unpriced)} />}</span></button>
              <button type="button" class="not" aria-label={`Leave out ${name}`} title="Leave out" onClick={() => apply(name, true)}>≠</button>
            </li>
          );
        })}
        {!found.loading && matching.length === 0 && <li class="mute">No value like this in the period.</li>}
      </ul>
      {found.error && <p class="mute">{found.error.message}</p>}
    </div>
  );
}
