import type { Conversation as Answer } from "../api_types";
import { address } from "../api";
import { conversation } from "../endpoints";
import { BigCost, Cost } from "../parts/cost";
import { Money, Stat } from "../parts/money";
import { Failed, Notes, Waiting } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { asked } from "../period";
import { useApi } from "../resource";
import { equals, go, here, param, type Params, route, to, wheres, withWhere, zone } from "../route";
import { after, columnPlaces, count, moment, percent, plural, seconds, signedCount } from "../text";

type Turn = Answer["turns"][number];

/** hasContext says that a turn's input holds the turns before; that of an embedding does not. */
const hasContext = (t: Turn): boolean => ["chat", "generate_content", "text_completion"].includes(t.operation);

/** Conversation is one conversation, turn by turn: its calls of the period that pass the filters, as in the list, or all. */
export function Conversation() {
  const { id } = route.value;
  const whole = param("whole") === "true";
  const { data, error } = useApi<Answer>(address(conversation(id), whole ? {} : { ...asked(), where: wheres.value }));
  const all = here({ whole: "true" });
  if (!data) {
    return (
      <Screen title={id} period={!whole} filters={!whole}>
        {error ? <><Failed error={error} />{!whole && <p><a href={all}>The whole conversation</a></p>}</> : <Panel><Waiting rows={9} /></Panel>}
      </Screen>
    );
  }
  const { figures, turns } = data;
  const calls = (params: Params = {}) => to("calls", { since: "", from: data.start, to: after(data.last), where: whole ? [equals("conversation", data.conversation)] : withWhere(equals("conversation", data.conversation)), ...params });
  return (
    <Screen title={data.conversation} period={!whole} filters={!whole}
      about={<>{data.users.join(", ")} in {data.applications.join(", ")}, {moment(new Date(data.start), zone.value)} to {moment(new Date(data.last), zone.value)}</>}
      actions={<>{whole ? <span class="chip">whole conversation<button type="button" class="remove" aria-label="Show the calls of the period only" onClick={() => go(here({ whole: "" }))}>×</button></span> : <a class="chip" href={all}>Whole conversation</a>}<a class="chip" href={calls()}>Its calls</a></>}>
      <div class="stats">
        <Stat name="Cost" value={<BigCost amount={figures.cost_usd} unpriced={figures.unpriced} />} href={calls({ order: "cost" })}>{plural(turns.length, "turn")} in {plural(data.runs, "run")}</Stat>
        <ContextStat turns={turns} />
        <Stat name="Cached" value={percent(data.cache_share, 0)}>of the input was read from the cache</Stat>
        <Stat name="Failed" value={count(figures.errors)} href={figures.errors ? calls({ errors: "true" }) : undefined}>{figures.unpriced ? `${plural(figures.unpriced, "call")} without a price` : "of its calls"}</Stat>
      </div>
      <Growth turns={turns} />
      <Panel title="Turns"><Turns turns={turns} calls={calls} /><Notes notes={data.notes} /></Panel>
    </Screen>
  );
}

/** agentsOf are those that have a context, the one with the most turns first. */
function agentsOf(turns: Turn[]): string[] {
  const of = new Map<string, number>();
  for (const t of turns) if (hasContext(t)) of.set(t.agent, (of.get(t.agent) ?? 0) + 1);
  return [...of].sort((a, b) => b[1] - a[1]).map(([agent]) => agent);
}

/** chosenTurns are those of one agent, whose context grows: that of another is not comparable. */
function chosenTurns(turns: Turn[]): { agent: string; agents: string[]; own: Turn[] } {
  const agents = agentsOf(turns);
  const agent = agents.find((a) => nameOf(a) === param("agent")) ?? agents[0] ?? "";
  return { agent, agents, own: turns.filter((t) => t.agent === agent && hasContext(t) && (t.input_tokens > 0 || !t.error)) };
}

const nameOf = (agent: string): string => agent || "(no agent)";

function ContextStat({ turns }: { turns: Turn[] }) {
  const { agent, agents, own } = chosenTurns(turns);
  const first = own[0]?.input_tokens ?? 0;
  const last = own[own.length - 1]?.input_tokens ?? 0;
  return (
    <Stat name={agents.length > 1 ? `Context of ${nameOf(agent)}` : "Context"} value={<>{count(last)} <span class="unit">tokens</span></>}>
      {first && own.length > 1 ? `${(last / first).toFixed(1)} times the first turn's ${count(first)}` : plural(own.length, "turn")}
    </Stat>
  );
}

const height = 120;
const mostBars = 120;

/** largest is the turn with the most input of each so many turns in a row, so that a long conversation stays readable. */
function largest(turns: Turn[], of: number): Turn[] {
  return Array.from({ length: Math.ceil(turns.length / of) }, (_, i) =>
    turns.slice(i * of, (i + 1) * of).reduce((a, b) => (b.input_tokens > a.input_tokens ? b : a)));
}

/** Growth draws the input of each turn of an agent, and the part that came from the cache. */
function Growth({ turns: every }: { turns: Turn[] }) {
  const { agent, agents, own: all } = chosenTurns(every);
  if (all.length === 0) return null;
  const of = Math.ceil(all.length / mostBars);
  const turns = of > 1 ? largest(all, of) : all;
  const most = Math.max(...turns.map((t) => t.input_tokens), 1);
  const wide = 100 / Math.max(turns.length, 12);
  return (
    <Panel title="Context per turn" about={agents.length > 1 && `of ${nameOf(agent)}`}
      actions={agents.length > 1 && <label class="mute">Agent <select value={nameOf(agent)} onChange={(e) => go(here({ agent: e.currentTarget.value }), true)}>{agents.map((a) => <option key={a}>{nameOf(a)}</option>)}</select></label>}>
      <figure class="chart">
        <svg class="growth" viewBox={`0 0 100 ${height}`} width="100%" height={height} preserveAspectRatio="none" role="img"
          aria-label={`Input tokens per turn, from ${count(all[0]?.input_tokens)} to ${count(all[all.length - 1]?.input_tokens)}; the table has them all`}>
          {turns.map((t, i) => {
            const whole = (t.input_tokens * height) / most;
            const cached = (t.cached_tokens * height) / most;
            return (
              <g key={t.span_id}>
                <title>{`Turn ${t.turn}: ${count(t.input_tokens)} tokens in, ${count(t.cached_tokens)} cached`}</title>
                <rect class="fresh" x={i * wide + wide * 0.1} width={wide * 0.8} y={height - whole} height={whole - cached} />
                <rect class="cached" x={i * wide + wide * 0.1} width={wide * 0.8} y={height - cached} height={cached} />
              </g>
            );
          })}
        </svg>
        <figcaption><ul class="legend"><li><i class="swatch c1" />new input</li><li><i class="swatch c5" />read from the cache</li><li class="mute">highest {count(most)} tokens{of > 1 && `; of every ${of} turns the largest`}</li></ul></figcaption>
      </figure>
    </Panel>
  );
}

function Turns({ turns, calls }: { turns: Turn[]; calls: () => string }) {
  const places = columnPlaces(turns.map((t) => t.total_usd));
  const without = new Map<number, number>(); // by turn: those up to it that have no price
  for (const [i, t] of turns.entries()) without.set(t.turn, (i ? without.get(turns[i - 1].turn)! : 0) + (t.cost_usd == null ? 1 : 0));
  const link = (t: Turn) => to("runs", { span: t.span_id }, t.trace_id);
  return (
    <Table caption="Turns" rows={turns} id={(t) => t.span_id} href={link}
      columns={[
        { key: "turn", name: "Turn", text: true, cell: (t) => <a href={link(t)}>{t.turn}</a> },
        { key: "model", name: "Model", text: true, cell: (t) => <><span>{t.model}</span>{t.error && <span class="tag bad">{t.error_type || "failed"}</span>}</> },
        { key: "cost", name: "Cost", sort: (t) => t.cost_usd, cell: (t) => <Money amount={t.cost_usd} places={places} href={link(t)} of={`turn ${t.turn}`} /> },
        { key: "total", name: "So far", wide: true, cell: (t) => <Cost amount={t.total_usd} unpriced={without.get(t.turn) ?? 0} places={places} href={calls()} of={`up to turn ${t.turn}`} /> },
        { key: "input", name: "Tokens in", sort: (t) => t.input_tokens, cell: (t) => count(t.input_tokens) },
        { key: "growth", name: "Growth", wide: true, sort: (t) => t.growth_tokens, cell: (t) => (t.growth_tokens == null ? "" : signedCount(t.growth_tokens)) },
        { key: "cache", name: "Cached", wide: true, cell: (t) => percent(t.cache_share, 0) },
        { key: "output", name: "Tokens out", wide: true, cell: (t) => count(t.output_tokens) },
        { key: "seconds", name: "Duration", wide: true, sort: (t) => t.seconds, cell: (t) => seconds(t.seconds) },
        { key: "agent", name: "Agent", text: true, wide: true, cell: (t) => t.agent },
      ]} />
  );
}
