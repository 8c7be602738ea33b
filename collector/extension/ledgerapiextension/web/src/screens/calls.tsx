import { address, type Report, table } from "../api";
import type { CallRow } from "../api_types";
import { add } from "../decimal";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { Download } from "../parts/download";
import { ListControls, listQuestion, More } from "../parts/list";
import { Cost } from "../parts/cost";
import { Money } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { asked } from "../period";
import { type Resource, useApi } from "../resource";
import { equals, param, to, wheres, zone } from "../route";
import { columnPlaces, count, plural, recently, seconds } from "../text";

/** Calls are single calls, the newest first as they arrive. */
export function Calls() {
  const question = listQuestion();
  const answer = useApi<Report>(address(report("calls"), question));
  const totals = useTotals();
  const csv = <Download from={address(report("calls"), { ...question, format: "csv" })} file="spanledger-calls.csv">CSV</Download>;
  return (
    <Screen title="Calls" about="Single calls, as they arrive. Open one to see its price." period filters actions={csv}>
      <ListControls orders={["newest", "slowest", "cost"]} />
      <Answered of={answer}>{(data) => {
        const calls = table(data, "calls")!;
        return <Panel title={<Total of={totals} rows={calls.rows as unknown as CallRow[]} more={calls.more} />}><CallTable rows={calls.rows as unknown as CallRow[]} /><More more={calls.more} /><Notes notes={data.notes} /></Panel>;
      }}</Answered>
    </Screen>
  );
}

/** useTotals asks for the sum of the calls that pass the filters. The API has none of one run, nor from an amount on. */
function useTotals(): Resource<Report> | null {
  const whole = param("trace") === "" && param("min_cost") === "";
  const where = param("errors") ? [...wheres.value, equals("status", "error")] : wheres.value;
  const answer = useApi<Report>(whole ? address(report("cost"), { ...asked(), where, percentiles: "false" }) : null);
  return whole ? answer : null;
}

/** Total is how many calls there are, and what they cost: also those that are not listed. */
function Total({ of, rows, more }: { of: Resource<Report> | null; rows: CallRow[]; more?: boolean }) {
  if (of) {
    const all = table(of.data, "lines")?.rows[0];
    if (!all) return <>{count(rows.length)}{more ? " or more" : ""} calls</>;
    return <>{plural(Number(all.requests), "call")} <small data-parts><Cost amount={all.cost_usd as string | null} unpriced={Number(all.unpriced)} /></small></>;
  }
  if (more) return <>The first {plural(rows.length, "call")}</>;
  const priced = rows.flatMap((r) => r.cost_usd ?? []);
  return <>{plural(rows.length, "call")} <small data-parts><Cost amount={priced.length ? priced.reduce(add) : null} unpriced={rows.length - priced.length} /></small></>;
}

function CallTable({ rows }: { rows: CallRow[] }) {
  const places = Math.max(columnPlaces(rows.map((r) => r.cost_usd)), 4);
  const link = (r: CallRow) => to("runs", { span: r.span_id }, r.trace_id);
  return (
    <Table caption="Calls" rows={rows} id={(r) => r.trace_id + r.span_id} href={link} empty="No call in this period passes the filters."
      columns={[
        { key: "start", name: "Started", text: true, cell: (r) => recently(new Date(r.start), zone.value) },
        { key: "model", name: "Model", text: true, cell: (r) => <><a href={link(r)}>{r.model || "(none)"}</a>{r.error && <span class="tag bad">{r.error_type || "failed"}</span>}{r.attempt > 0 && <span class="mute"> retry {r.attempt}</span>}</> },
        { key: "cost", name: "Cost", cell: (r) => (r.cost_usd == null ? <span class="warn" title={r.cost_reason}>{r.cost_status || "not priced"}</span> : <Money amount={r.cost_usd} places={places} href={link(r)} of={r.model} />) },
        { key: "seconds", name: "Duration", cell: (r) => seconds(r.seconds) },
        { key: "first", name: "First token", wide: true, cell: (r) => seconds(r.time_to_first_chunk_seconds) },
        { key: "input", name: "Tokens in", wide: true, cell: (r) => count(r.input_tokens) },
        { key: "cached", name: "Cached", wide: true, cell: (r) => count(r.cached_tokens) },
        { key: "output", name: "Tokens out", wide: true, cell: (r) => count(r.output_tokens) },
        { key: "user", name: "User", text: true, cell: (r) => r.user },
      ]} />
  );
}
