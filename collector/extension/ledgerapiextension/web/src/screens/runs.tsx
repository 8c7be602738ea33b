import { address, type Report, table } from "../api";
import type { TraceRow } from "../api_types";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { Cost } from "../parts/cost";
import { ListControls, listQuestion, More } from "../parts/list";
import { Notes } from "../parts/notice";
import { Share } from "../parts/share";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { useApi } from "../resource";
import { to, zone } from "../route";
import { columnPlaces, count, seconds, short, recently } from "../text";

/** Runs lists what agents did. */
export function Runs() {
  const answer = useApi<Report>(address(report("traces"), listQuestion()));
  return (
    <Screen title="Runs" about="What agents did: a run is one trace." period filters>
      <ListControls orders={["newest", "slowest", "cost"]} />
      <Answered of={answer}>{(data) => {
        const runs = table(data, "traces")!;
        return <Panel><RunTable rows={runs.rows as unknown as TraceRow[]} /><More more={runs.more} /><Notes notes={data.notes?.filter((n) => !n.includes("spanledger trace"))} /></Panel>;
      }}</Answered>
    </Screen>
  );
}

function RunTable({ rows }: { rows: TraceRow[] }) {
  const places = columnPlaces(rows.map((r) => r.cost_usd));
  const longest = Math.max(...rows.map((r) => r.seconds), 1e-9);
  const name = (r: TraceRow) => (r.root || "run").replace(/^invoke_(workflow|agent) /, "");
  const link = (r: TraceRow) => to("runs", {}, r.trace_id);
  return (
    <Table caption="Runs" rows={rows} id={(r) => r.trace_id} href={link} empty="No run in this period passes the filters."
      columns={[
        { key: "start", name: "Started", text: true, cell: (r) => recently(new Date(r.start), zone.value) },
        { key: "root", name: "Run", text: true, cell: (r) => <><a href={link(r)}>{name(r)}</a><small class="mute narrow">{r.user}{r.errors > 0 && <span class="bad">{r.user && ", "}{count(r.errors)} failed</span>}</small></> },
        { key: "user", name: "User", text: true, wide: true, cell: (r) => r.user || <span class="mute">–</span> },
        { key: "agent", name: "Agent", text: true, wide: true, cell: (r) => r.agent },
        { key: "cost_usd", name: "Cost", partial: rows.some((r) => r.unpriced > 0), cell: (r) => <Cost amount={r.cost_usd} unpriced={r.unpriced} places={places} href={link(r)} of={name(r)} /> },
        { key: "seconds", name: "Duration", cell: (r) => <span class="measured">{seconds(r.seconds)}<Share of={r.seconds / longest} /></span> },
        { key: "requests", name: "Calls", wide: true, cell: (r) => count(r.requests) },
        { key: "errors", name: "Failed", wide: true, cell: (r) => (r.errors ? <span class="bad">{count(r.errors)}</span> : "0") },
        { key: "input_tokens", name: "Tokens in", wide: true, cell: (r) => short(r.input_tokens) },
        { key: "output_tokens", name: "Tokens out", wide: true, cell: (r) => short(r.output_tokens) },
        { key: "spans", name: "Spans", wide: true, cell: (r) => count(r.spans) },
      ]} />
  );
}
