import type { ComponentChildren } from "preact";

import type { Content, PriceExplanation, Run, RunSpan, SpanDetail as Answer } from "../api_types";
import { span as path } from "../endpoints";
import { ExactCost } from "../parts/cost";
import { type Fact, Facts, OtherSpans, UsageList } from "../parts/explained";
import { Exact } from "../parts/money";
import { Failed, Waiting } from "../parts/notice";
import { Fix } from "../parts/problems";
import { Panel } from "../parts/shell";
import { kind, shownName } from "../parts/waterfall";
import { WhyPrice } from "../parts/why_price";
import { useApi } from "../resource";
import { here, to, zone } from "../route";
import { after, clock, count, label, plural, seconds, sentence } from "../text";

/** SpanDetail is one span of a run: its price, and what else is known of it. */
export function SpanDetail({ span, run }: { span: RunSpan; run: Run }) {
  const { data, error } = useApi<Answer>(path(run.trace_id, span.span_id), { live: false });
  const { call } = span;
  return (
    <aside class="detail" aria-label="Chosen span" tabIndex={0}>
      {error && <Failed error={error} />}
      {call ? (
        <Panel title="Why this price" about={call.billable && call.cost_usd != null ? <span data-parts><Exact amount={call.cost_usd} /></span> : undefined}>
          {data?.price ? <Explained price={data.price} attributes={data.attributes} model={call.model || call.request_model} day={span.start.slice(0, 10)} /> : !error && <Waiting />}
        </Panel>
      ) : <Below span={span} run={run} />}
      <Panel title={shownName(span)} about={kind(span)}>
        <Facts facts={[
          ["Started", clock(new Date(span.start), zone.value)],
          ["Duration", seconds(span.seconds)],
          call?.time_to_first_chunk_seconds != null && ["First token after", seconds(call.time_to_first_chunk_seconds)],
          span.error && ["Failed with", <span class="bad">{span.error_type || "error"}</span>],
          ...(call ? [] : tokens(span)),
          ...facts((data?.attributes ?? []).filter((a) => !call || isAttribution(a.name))),
        ]} />
      </Panel>
      {data && data.logs.length > 0 && <Logs logs={data.logs} />}
      {data && call && <Said content={data.content} />}
    </aside>
  );
}

const facts = (attributes: Answer["attributes"]): Fact[] => attributes.map((a) => [label(a.name), value(a.name, a.value)]);

/** Explained is a call from what was sent to what it costs. */
function Explained({ price, attributes, model, day }: { price: PriceExplanation; attributes: Answer["attributes"]; model: string; day: string }) {
  return (
    <>
      <WhyPrice price={price} model={model} day={day} />
      <h3>Reported by the sender</h3>
      <Facts facts={[["Seen by", sentence(price.seen_by)], ...facts(attributes.filter((a) => !isAttribution(a.name) && a.name !== "claim"))]} />
      <h3>Usage</h3>
      <UsageList usage={price.usage} />
      <h3>Other spans of this call</h3>
      <OtherSpans spans={price.spans} />
    </>
  );
}

/** isAttribution tells who a call was made for from what was sent of it. */
const isAttribution = (name: string): boolean => name.startsWith("tag:") || attribution.has(name);

const attribution = new Set(["span name", "user", "department", "application", "service", "workflow", "agent", "step", "tool", "conversation", "team", "cost center", "environment", "purpose", "prompt", "prompt version"]);

function tokens({ inclusive: t }: RunSpan): Fact[] {
  const all: [string, number][] = [["Tokens in", t.input_tokens], ["read from cache", t.cached_tokens], ["written to cache", t.cache_write_tokens], ["Tokens out", t.output_tokens], ["reasoning", t.reasoning_tokens]];
  return all.filter(([, n]) => n > 0).map(([name, n]) => [name, count(n)]);
}

const value = (name: string, text: string): ComponentChildren =>
  name === "conversation" ? <a href={to("conversations", { whole: "true" }, text)}>{text}</a> : /_id$|^id$/.test(name) ? <span class="id">{text}</span> : text;

/** Below says what a span's cost is made of. */
function Below({ span, run }: { span: RunSpan; run: Run }) {
  const parts = run.spans.filter((s) => s.parent_span_id === span.span_id && s.inclusive.requests > 0);
  const others = span.left_out?.figures.requests ? span.left_out : null;
  const calls = to("calls", { trace: run.trace_id, since: "", from: run.start, to: after(run.start, run.seconds), where: "", order: "cost" });
  return (
    <Panel title="What it cost" about={span.inclusive.cost_usd != null && <span data-parts><ExactCost amount={span.inclusive.cost_usd} unpriced={span.inclusive.unpriced} /></span>}>
      {parts.length === 0 && !others ? <p class="mute">No call to a vendor is below it.</p> : (
        <Facts facts={[
          ...parts.map((s): Fact => [shownName(s), <ExactCost amount={s.inclusive.cost_usd} unpriced={s.inclusive.unpriced} href={here({ span: s.span_id })} of={shownName(s)} />]),
          others && [plural(others.spans, "other span"), <ExactCost amount={others.figures.cost_usd} unpriced={others.figures.unpriced} href={calls} of="other spans" />],
        ]} />
      )}
    </Panel>
  );
}

const Logs = ({ logs }: { logs: Answer["logs"] }) => (
  <Panel title="Logs">
    <ul class="logs">
      {logs.map((l, i) => (
        <li key={i}><span class={l.severity.startsWith("ERROR") ? "tag bad" : "tag"}>{l.severity}</span> {l.message} {l.error_type && <span class="bad">{l.error_type}</span>}</li>
      ))}
    </ul>
  </Panel>
);

/** Said are the prompts and answers, as they were recorded. */
function Said({ content }: { content: Content }) {
  if (!content.captured) return <Panel title="Prompt and answer"><p class="mute"><Fix text={content.hint} /></p></Panel>;
  return (
    <Panel title="Prompt and answer" about="as recorded">
      {content.parts.map((p, i) => (
        <div class="said" key={i}>
          <p><span class="tag">{p.role || p.kind}</span> {p.type !== "text" && <span class="mute">{label(p.type).toLowerCase()}</span>}</p>
          <pre tabIndex={0}>{p.text}</pre>
        </div>
      ))}
    </Panel>
  );
}
