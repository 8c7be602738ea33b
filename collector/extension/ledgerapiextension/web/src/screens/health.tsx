import { address, type Report } from "../api";
import type { BudgetRow, Health as Answer, Overview } from "../api_types";
import * as endpoints from "../endpoints";
import { Answered } from "../parts/answered";
import { Stat } from "../parts/money";
import { Fix, Problems } from "../parts/problems";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { asked } from "../period";
import { useApi } from "../resource";
import { equals, to, zone } from "../route";
import { otlpURL, status } from "../status";
import { count, moment, plural, recently, seconds, short, unknown } from "../text";

const marks = { ok: "good", skipped: "", warning: "warn", failed: "bad" } as const;
const stores: Record<string, string> = { clickhouse: "ClickHouse", duckdb: "DuckDB" };
const words = { ok: "Works", warning: "Warnings", failed: "Failing" } as const;

/** Waiting is what has arrived and is not in the ledger yet. */
function Waiting({ queues, asOf }: { queues: Answer["queues"]; asOf: string }) {
  if (queues.length === 0) return <Stat name="Waiting for the ledger" value="–">another collector writes this ledger</Stat>;
  const failing = queues.find((q) => q.failing);
  const written = queues.map((q) => q.written).filter((w) => w !== null).sort().pop();
  const lag = Math.max(...queues.map((q) => q.lag_seconds ?? 0));
  return (
    <Stat name="Waiting for the ledger" value={<span class={failing ? "bad" : undefined}>{short(queues.reduce((sum, q) => sum + q.queued, 0))}</span>}>
      {failing ? `not written: ${failing.failing}` : written ? `written ${seconds((Date.parse(asOf) - Date.parse(written)) / 1000)} ago, ${seconds(lag)} after the end of its spans` : "nothing was written yet"}
    </Stat>
  );
}

/** lastDay are the calls of a dialect in the time that the table is about. */
const lastDay = (d: Answer["dialects"][number], ...more: string[]): string => to("calls", { since: "24h", from: "", to: "", where: [equals("dialect", d.dialect || "(none)"), ...more] });

const budgetStates: Record<BudgetRow["state"], string> = { ok: "", foreseen: "will be used up", warning: "almost used up", exceeded: "used up" };

/** BudgetState says which budgets are used up, or will be before their period ends. */
function BudgetState() {
  const { data } = useApi<Report>(status.value?.budgets ? endpoints.budgets : null);
  if (!status.value?.budgets) return <Stat name="Budgets" value={unknown}>none are set</Stat>;
  const rows = (data?.tables[0]?.rows ?? []) as unknown as BudgetRow[];
  const late = rows.filter((r) => r.state !== "ok");
  return (
    <Stat name="Budgets" value={<span class={late.some((r) => r.state === "exceeded") ? "bad" : late.length ? "warn" : undefined}>{late.length ? `${late.length} of ${rows.length}` : data ? count(rows.length) : "…"}</span>} href={to("overview")}>
      {late.length ? late.slice(0, 3).map((r) => `${r.budget} ${budgetStates[r.state]}`).join(", ") + (late.length > 3 ? ", …" : "") : "all within their limits"}
    </Stat>
  );
}

/** Health says whether it works, and what is lost. */
export function Health() {
  const answer = useApi<Answer>(endpoints.health);
  const { data: known } = useApi<Overview>(address(endpoints.overview, asked()));
  const fields = status.value;
  return (
    <Screen title="Health" about={fields ? `spanledger ${fields.version}, ledger in ${stores[fields.store] ?? fields.store}` : "Does it work, and what is lost?"} period>
      <Answered of={answer}>{(data) => (
        <>
          <div class="stats">
            <Stat name="State" value={<span class={marks[data.grade]}>{words[data.grade]}</span>}>checked {moment(new Date(data.as_of), zone.value)}</Stat>
            <Stat name="Newest call" value={fields?.newest_call ? recently(new Date(fields.newest_call), zone.value) : "none"}>when the page was opened</Stat>
            <Waiting queues={data.queues} asOf={data.as_of} />
            <Stat name="Dead letters" value={data.dead_letters ? count(data.dead_letters.rows) : "–"}>{data.dead_letters ? (data.dead_letters.rows ? <code>spanledger deadletter list</code> : "none is lost") : "the API was not told of their file"}</Stat>
            <BudgetState />
          </div>
          {known && known.problems.length > 0 && <Problems problems={known.problems} />}
          <Panel title="Checks" about="the same as spanledger check">
            <Table caption="Checks" rows={data.findings} id={(f) => f.check + f.text}
              columns={[
                { key: "grade", name: "Grade", text: true, cell: (f) => <span class={`tag ${marks[f.grade]}`}>{f.grade}</span> },
                { key: "check", name: "Check", text: true, cell: (f) => f.check },
                { key: "text", name: "Finding", text: true, wrap: true, cell: (f) => <>{f.text}{f.fix && <div class="mute"><Fix text={f.fix} /></div>}</> },
              ]} />
          </Panel>
          <Panel title="Calls by dialect" about="in the last 24 hours">
            <Table caption="Dialects" rows={data.dialects} id={(d) => d.dialect} empty={<>Nothing in the last 24 hours. <code>spanledger check --otlp {otlpURL("grpc")}</code> sends a span and says where it stops.</>}
              columns={[
                { key: "dialect", name: "Dialect", text: true, cell: (d) => d.dialect || "(none)" },
                { key: "requests", name: "Calls", sort: (d) => d.requests, cell: (d) => <a href={lastDay(d)}>{count(d.requests)}</a> },
                { key: "errors", name: "Failed", sort: (d) => d.errors, cell: (d) => (d.errors ? <a href={`${lastDay(d)}&errors=true`}>{count(d.errors)}</a> : "0") },
                { key: "unpriced", name: "Unpriced", sort: (d) => d.unpriced, cell: (d) => (d.unpriced ? <a href={lastDay(d, "cost_status=unpriced")}>{count(d.unpriced)}</a> : "0") },
              ]} />
            {data.dead_letters && data.dead_letters.rows > 0 && <p class="warn">{plural(data.dead_letters.rows, "row")} could not be stored.</p>}
          </Panel>
        </>
      )}</Answered>
    </Screen>
  );
}
