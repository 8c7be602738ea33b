import { useMemo, useRef, useState } from "preact/hooks";

import type { Run, RunSpan } from "../api_types";
import { go, here } from "../route";
import { count, plural, seconds } from "../text";
import { Incomplete, knownCost } from "./cost";
import { Money } from "./money";
import { Scale } from "./waterfall_scale";
import { useWindowed } from "./windowed";

const usualHeight = 32; // of a row
const deepest = 14; // levels that are indented

/** kind names the operation or the role of a span. */
export const kind = (span: RunSpan): string => span.call?.operation || span.role || "span";

/** shownName leaves out of a name what its kind says already. */
export function shownName(span: RunSpan): string {
  const prefix = [kind(span), span.role].find((word) => span.name.startsWith(`${word} `));
  return prefix ? span.name.slice(prefix.length + 1) : span.name;
}

/** Waterfall is a run as rows over time: who did what when, and what it cost. */
export function Waterfall({ run, selected }: { run: Run; selected: string }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => inSight(run.spans, closed), [run, closed]);
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, end, rowHeight } = useWindowed(body, rows.length, usualHeight);
  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  const spacer = (n: number) => n > 0 && <tr class="spacer" aria-hidden="true" style={{ height: `${n * rowHeight}px` }}><td /></tr>;
  return (
    <div class="scroll" role="group" aria-label="Waterfall" tabIndex={0}>
      <table class="waterfall" aria-rowcount={rows.length}>
        <caption class="unseen">Spans of the run in the order of the tree</caption>
        <thead>
          <tr>
            <th scope="col" class="text name">Span</th>
            <th scope="col" class="text time"><Scale length={run.seconds} /></th>
            <th scope="col" class="wide figure" title="Input tokens">In</th>
            <th scope="col" class="wide figure" title="Output tokens">Out</th>
            <th scope="col" class="wide figure own" title="Of the agent itself, without agents below it">Own</th>
            <th scope="col" class="figure">Cost</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {spacer(first)}
          {rows.slice(first, end).map((s) => (
            <Row key={s.span_id} span={s} length={run.seconds} chosen={s.span_id === selected} closed={closed.has(s.span_id)} toggle={toggle} />
          ))}
          {spacer(rows.length - end)}
        </tbody>
      </table>
      <p class="mute key"><i class="critical" /> the run waited for it <i class="bar call" /> call <i class="bar agent" /> agent <i class="bar tool" /> tool <i class="bar failed" /> failed</p>
    </div>
  );
}

/** inSight leaves out what is below closed spans. The list is in the order of the tree. */
function inSight(spans: RunSpan[], closed: ReadonlySet<string>): RunSpan[] {
  if (closed.size === 0) return spans;
  let hiddenBelow = Infinity;
  return spans.filter((s) => {
    if (s.depth > hiddenBelow) return false;
    hiddenBelow = closed.has(s.span_id) ? s.depth : Infinity;
    return true;
  });
}

interface RowProps {
  span: RunSpan;
  length: number; // of the run, in seconds
  chosen: boolean;
  closed: boolean;
  toggle: (id: string) => void;
}

function Row({ span, length, chosen, closed, toggle }: RowProps) {
  const link = here({ span: span.span_id });
  const whole = Math.max(length, 1e-9);
  const left = Math.max(0, Math.min(100, (span.offset_seconds * 100) / whole));
  const width = Math.min(100 - left, (span.seconds * 100) / whole);
  const name = shownName(span);
  const fig = span.inclusive;
  return (
    <tr class={chosen ? "linked chosen" : "linked"} data-row={link} onClick={(e) => (e.target as HTMLElement).closest("a, button") || go(link, true)}>
      <td class="text name" title={span.name}>
        <span class="tree-name">
          <i class={span.critical ? "critical" : "critical not"} title={span.critical ? "The run waited for it" : undefined} />
          <span style={{ paddingLeft: `calc(${Math.min(span.depth, deepest)} * var(--indent))` }} />
          {span.children > 0
            ? <button type="button" class="fold" aria-expanded={!closed} aria-label={`${closed ? "Open" : "Close"} ${name}`} onClick={() => toggle(span.span_id)}>{closed ? "▸" : "▾"}</button>
            : <span class="fold" />}
          <span class="tag">{kind(span)}</span>
          <a href={link} onClick={(e) => { e.preventDefault(); go(link, true); }} aria-current={chosen ? "true" : undefined}>{span.call ? name.replace(/-20\d\d-?\d\d-?\d\d$/, "") : name}</a>
          {span.error && <span class="tag bad">{span.error_type || "failed"}</span>}
          {!!span.call?.attempt && <span class="mute">retry {span.call.attempt}</span>}
          {span.left_out && <span class="mute" title={`${plural(span.left_out.spans, "other span")}, ${count(span.left_out.failed)} failed`}>+{count(span.left_out.spans)}</span>}
        </span>
      </td>
      <td class="time">
        <span class={`bar ${span.error ? "failed" : span.call ? "call" : span.role}`} style={{ left: `${left}%`, width: `max(2px, ${width}%)` }} />
        {labelPlace(left, width) && <span class="length" style={labelPlace(left, width)!}>{seconds(span.seconds)}</span>}
      </td>
      <td class="wide figure">{fig.input_tokens ? count(fig.input_tokens) : ""}</td>
      <td class="wide figure">{fig.output_tokens ? count(fig.output_tokens) : ""}</td>
      <td class="wide figure own">{span.role === "agent" && fig.requests > 0 ? <Amount figures={span.own} /> : ""}</td>
      <td class="figure">
        <Cost span={span} />
      </td>
    </tr>
  );
}

/** labelPlace puts the length of a bar next to it, where there is room. */
function labelPlace(left: number, width: number): { left: string } | { right: string } | null {
  const room = 34; // in percent
  if (left + width <= 100 - room) return { left: `calc(${left + width}% + 6px)` };
  return left >= room ? { right: `calc(${100 - left}% + 5px)` } : null;
}

function Cost({ span: { call, inclusive } }: { span: RunSpan }) {
  if (call?.not_billed) return <span class="mute" title={call.not_billed}>below</span>;
  if (call && (call.cost_status === "unpriced" || call.cost_status === "invalid")) return <span class="warn" title="No price is known">{call.cost_status}</span>;
  if (!inclusive.requests) return null;
  if (inclusive.unpriced && knownCost(inclusive) == null) return <span class="warn" title="No price is known">unpriced</span>;
  return <Amount figures={inclusive} />;
}

/** Amount has the short mark of an incomplete one: the columns of a tree are narrow. */
const Amount = ({ figures }: { figures: RunSpan["own"] }) => {
  const amount = knownCost(figures);
  return <><Money amount={amount} places={4} />{amount != null && figures.unpriced > 0 && <Incomplete unpriced={figures.unpriced} mark="+" />}</>;
};
