import { useEffect, useState } from "preact/hooks";

import type { Run as Answer, RunSpan } from "../api_types";
import { compare } from "../decimal";
import { trace } from "../endpoints";
import { BigCost, Cost, knownCost } from "../parts/cost";
import { Stat } from "../parts/money";
import { Failed, Notes, Notice, Waiting } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { shownName, Waterfall } from "../parts/waterfall";
import { useApi } from "../resource";
import { equals, param, type Params, route, to, zone } from "../route";
import { traceViewer } from "../status";
import { after, count, moment, percent, plural, seconds } from "../text";
import { SpanDetail } from "./run_span";

/** Run is one run as a waterfall: why it was slow, and why it was expensive. */
export function Run() {
  const { id } = route.value;
  const wanted = param("span");
  const [linked, link] = useState(wanted);
  const { data: run, error } = useApi<Answer>(trace(id, linked), { live: false });
  useEffect(() => {
    if (wanted && run && !run.spans.some((s) => s.span_id === wanted)) link(wanted); // a large run leaves spans out
  }, [run, wanted]);
  if (run) return <Loaded run={run} />;
  return <Screen title="Run" about={id}>{error ? <Failed error={error} /> : <Panel><Waiting rows={12} /></Panel>}</Screen>;
}

function Loaded({ run }: { run: Answer }) {
  const { figures, spans } = run;
  const chosen = spans.find((s) => s.span_id === param("span")) ?? mostExpensive(spans) ?? spans[0];
  const billed = spans.filter((s) => s.call?.billable);
  const retried = billed.filter((s) => s.call!.attempt > 0).length;
  const whole = run.span_count === spans.length; // else what is below sums the shown spans alone
  const viewer = traceViewer(run.trace_id);
  // Its calls: the filters of a list are not about this run.
  const calls = (params: Params = {}) => to("calls", { trace: run.trace_id, since: "", from: run.start, to: after(run.start, run.seconds), where: "", ...params });
  const person = (dimension: string, value: string) => value && <a class="chip" href={to("runs", { where: [equals(dimension, value)] })}><span class="mute">{dimension}</span> {value}</a>;
  return (
    <Screen title={spans[0] ? shownName(spans[0]) : "Run"} about={<>{moment(new Date(run.start), zone.value)} {zone.value}, trace <code>{run.trace_id}</code></>}
      actions={<>{person("user", run.user)}{person("department", run.department)}{person("application", run.application)}{viewer && <a class="chip" href={viewer} target="_blank" rel="noreferrer">Open in Jaeger</a>}</>}>
      {figures.unpriced > 0 && <Notice what={`${plural(figures.unpriced, "call")} without a price`} why={`The cost of the run does not include ${figures.unpriced > 1 ? "them" : "it"}. Select the span to see why.`} />}
      {spans.some((s) => s.adopted) && <Notice what="Spans are missing" why="Some spans name a parent that did not arrive; they are placed by their time." />}
      <div class="stats">
        <Stat name="Cost" value={<BigCost amount={figures.cost_usd} unpriced={figures.unpriced} />} href={calls({ order: "cost" })}>{plural(figures.requests, "call")}{run.agents.length > 0 && ` of ${plural(run.agents.length, "agent")}`}</Stat>
        <Stat name="Duration" value={seconds(run.seconds)}>
          {whole ? `${seconds(billed.reduce((sum, s) => sum + s.seconds, 0))} in calls to vendors` : `${plural(run.span_count, "span")}, ${count(spans.length)} shown`}
        </Stat>
        <Stat name="Tokens" value={<>{count(figures.input_tokens)} <span class="unit">in, {count(figures.output_tokens)} out</span></>}>
          {percent(figures.input_tokens ? figures.cached_tokens / figures.input_tokens : null, 0)} of the input read from the cache
        </Stat>
        <Stat name="Calls" value={count(figures.requests)} href={calls()}>
          {figures.errors ? <a class="bad" href={calls({ errors: "true" })}>{count(figures.errors)} failed</a> : "none failed"}{whole && retried ? `, ${count(retried)} retried` : ""}
        </Stat>
      </div>
      <div class="run">
        <Panel class="flush"><Waterfall run={run} selected={chosen?.span_id ?? ""} /></Panel>
        {chosen && <SpanDetail key={chosen.span_id} span={chosen} run={run} />}
      </div>
      {run.agents.length > 0 && <Agents agents={run.agents} calls={calls} />}
      <Notes notes={run.notes} />
    </Screen>
  );
}

/** mostExpensive is the call that cost most: what a reader wants to see first. */
function mostExpensive(spans: RunSpan[]): RunSpan | undefined {
  return spans.filter((s) => s.call?.billable && s.call.cost_usd != null)
    .reduce<RunSpan | undefined>((best, s) => (!best || compare(s.call!.cost_usd!, best.call!.cost_usd!) > 0 ? s : best), undefined);
}

const Agents = ({ agents, calls }: { agents: Answer["agents"]; calls: (params: Params) => string }) => (
  <Panel title="Agents" about="own cost, without agents below them">
    <Table caption="Agents of the run" rows={agents} id={(a) => a.name} sortKey="agents"
      columns={[
        { key: "name", name: "Agent", text: true, cell: (a) => <a href={to("explore", { where: [equals("agent", a.name)], by: "model" })}>{a.name}</a> },
        { key: "cost", name: "Own cost", partial: agents.some((a) => a.own.unpriced > 0), sort: (a) => a.own.cost_usd, cell: (a) => <Cost amount={knownCost(a.own)} unpriced={a.own.unpriced} places={4} href={calls({ where: [equals("agent", a.name)], order: "cost" })} of={a.name} /> },
        { key: "invocations", name: "Invocations", sort: (a) => a.invocations, cell: (a) => count(a.invocations) },
        { key: "duration", name: "Duration", sort: (a) => a.seconds, cell: (a) => seconds(a.seconds) },
        { key: "calls", name: "Calls", wide: true, sort: (a) => a.own.requests, cell: (a) => <a href={calls({ where: [equals("agent", a.name)] })}>{count(a.own.requests)}</a> },
        { key: "errors", name: "Failed", wide: true, sort: (a) => a.own.errors, cell: (a) => (a.own.errors ? <a href={calls({ where: [equals("agent", a.name)], errors: "true" })}>{count(a.own.errors)}</a> : "0") },
        { key: "in", name: "Tokens in", wide: true, sort: (a) => a.own.input_tokens, cell: (a) => count(a.own.input_tokens) },
        { key: "out", name: "Tokens out", wide: true, sort: (a) => a.own.output_tokens, cell: (a) => count(a.own.output_tokens) },
      ]} />
  </Panel>
);
