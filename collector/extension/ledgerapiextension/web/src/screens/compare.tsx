import type { ComponentChildren } from "preact";

import { address } from "../api";
import type { Comparison, ComparisonSide } from "../api_types";
import { ratio } from "../decimal";
import { compare } from "../endpoints";
import { Answered } from "../parts/answered";
import { BigCost } from "../parts/cost";
import { DimensionSelect } from "../parts/dimension";
import { Exact, Money, Stat } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { asked, lengthOf, name, standard } from "../period";
import { useApi } from "../resource";
import { go, here, param, type Params, to, wheres, withWhere, zone } from "../route";
import { change, columnPlaces, count, dayAndYear, label, percent, plural, seconds, tone, unknown } from "../text";
import { Movers } from "./movers";

/** Compare says what changed between two periods, or between two kinds of calls, to the last digit. */
export function Compare() {
  const by = param("by") || "model";
  const [a, b] = [param("a"), param("b")];
  const answer = useApi<Comparison>(address(compare, {
    ...asked(), where: wheres.value, by, a, b, before_from: param("before_from"), before_to: param("before_to"),
    ...(a || b) && !param("before_from") ? sameTime() : {},
  }));
  return (
    <Screen title="Compare" about="What changed and why: the steps add up to the change, to the last digit." period filters>
      <Sides />
      <Answered of={answer}>{(data) => <Loaded data={data} by={by} />}</Answered>
    </Screen>
  );
}

/** sameTime is the period as two instants, for both sides: kinds of calls are compared in one period. */
function sameTime(): Params {
  const minute = 60_000;
  const now = Math.ceil(Date.now() / minute) * minute;
  const from = param("from") || new Date(now - (lengthOf(param("since") || standard) ?? 7 * 86400) * 1000).toISOString();
  const until = param("to") || new Date(now).toISOString();
  return { since: "", from, to: until, before_from: from, before_to: until };
}

function Loaded({ data, by }: { data: Comparison; by: string }) {
  const places = columnPlaces(data.steps.map((s) => s.change_usd));
  return (
    <>
      <div class="stats">
        <Side name="Before" side={data.before} />
        <Side name={name()} side={data.after} />
        <Stat name="Change" value={<span class={tone(data.change_usd)}><Money amount={data.change_usd} sign /></span>} parts>{data.change == null ? "nothing to compare with" : change(data.change)}</Stat>
      </div>
      <div class="grid two">
        <Panel title="Why" about={<span data-parts><Exact amount={data.change_usd} /></span>}>
          <Table caption="Steps from the earlier cost to the later one" rows={data.steps} id={(s) => s.name} empty="Nothing changed."
            columns={[
              { key: "name", name: "Cause", text: true, cell: (s) => label(s.name === "requests" ? "calls" : s.name) },
              { key: "change_usd", name: "USD", cell: (s) => <span class={tone(s.change_usd)}><Money amount={s.change_usd} places={places} sign href={evidence(s.name)} of={label(s.name)} /></span> },
              { key: "part", name: "Of before", wide: true, cell: (s) => part(ratio(s.change_usd, data.before.figures.cost_usd ?? "0")) },
              { key: "text", name: "In words", text: true, wrap: true, cell: (s) => <span class="mute">{s.text}</span> },
            ]} />
        </Panel>
        <Panel title="A call"><PerCall before={data.before} after={data.after} /></Panel>
      </div>
      <Panel title={`By ${label(by).toLowerCase()}`} actions={<DimensionSelect name="by" value={by} choose={(d) => go(here({ by: d }))} />}>
        <Movers movers={data.movers} by={by} before={data.before} whole />
        <Notes notes={data.notes} />
      </Panel>
    </>
  );
}

/** part of the earlier cost: the parts add up to the change in percent. */
const part = (share: number | null) => (share == null ? unknown : `${share > 0 ? "+" : ""}${percent(share)}`);

/** sidePeriod are the calls of one side, which its filters say already. */
const sidePeriod = (side: ComparisonSide): Params => ({ since: "", from: side.from, to: side.until, where: withWhere(...side.where) });

/** evidence leads from a step to the calls or the groups that show it. */
const evidence = (step: string): string => steps[step]?.() ?? to("explore", { by: "model" });
const steps: Record<string, () => string> = {
  requests: () => to("explore", { by: "day", measure: "requests" }),
  errors: () => to("calls", { errors: "true" }),
  model_mix: () => to("explore", { by: "model" }),
  input_length: () => to("explore", { by: "model", measure: "input_tokens", sort: "-input_tokens" }),
  output_length: () => to("explore", { by: "model", measure: "output_tokens", sort: "-output_tokens" }),
  cache_share: () => to("explore", { by: "model", sort: "-cached" }),
  prices: () => to("prices"),
};

const Side = ({ name, side }: { name: string; side: ComparisonSide }) => (
  <Stat name={name} value={<BigCost amount={side.figures.cost_usd} unpriced={side.figures.unpriced} />} href={to("explore", sidePeriod(side))}>
    <a href={to("calls", sidePeriod(side))}>{plural(side.figures.requests, "call")}</a>, {dayAndYear(new Date(side.from), zone.value)} to {dayAndYear(new Date(side.until), zone.value)}
    {side.where.length > 0 && <>, {side.where.join(", ")}</>}
  </Stat>
);

function PerCall({ before, after }: { before: ComparisonSide; after: ComparisonSide }) {
  const tokens = (n: number | null) => (n == null ? unknown : count(Math.round(n)));
  const rows: [string, (s: ComparisonSide) => ComponentChildren][] = [
    ["Cost", (s) => <Money amount={s.per_request.cost_usd} places={4} href={to("calls", { ...sidePeriod(s), order: "cost" })} of="a call" />],
    ["Tokens in", (s) => tokens(s.per_request.input_tokens)],
    ["Tokens out", (s) => tokens(s.per_request.output_tokens)],
    ["Cached", (s) => percent(s.per_request.cache_share)],
    ["Failed", (s) => percent(s.per_request.error_rate)],
    ["p50", (s) => seconds(s.latency.p50_seconds)],
    ["p95", (s) => seconds(s.latency.p95_seconds)],
  ];
  return (
    <Table caption="A call before and now" rows={rows} id={(r) => r[0]}
      columns={[
        { key: "name", name: "Figure", text: true, cell: (r) => r[0] },
        { key: "before", name: "Before", cell: (r) => r[1](before) },
        { key: "after", name: "Now", cell: (r) => r[1](after) },
      ]} />
  );
}

/** Sides choose what is compared when it is not the period before. */
function Sides() {
  const choose = (e: SubmitEvent) => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    go(here(Object.fromEntries(["before_from", "before_to", "a", "b"].map((k) => [k, String(form.get(k) ?? "")]))));
  };
  return (
    <details class="sides" open={Boolean(param("a") || param("b") || param("before_from"))}>
      <summary>Compare with another period, model or prompt version</summary>
      <form onSubmit={choose} class="choices">
        <label>Earlier from <input type="date" name="before_from" value={param("before_from")} /></label>
        <label>to, excluded <input type="date" name="before_to" value={param("before_to")} /></label>
        <label>Before only <input name="a" value={param("a")} placeholder="model=gpt-5" pattern=".+=.*" /></label>
        <label>Now only <input name="b" value={param("b")} placeholder="model=gpt-5-mini" pattern=".+=.*" /></label>
        <button type="submit">Compare</button>
      </form>
    </details>
  );
}
