import { address, type Report, table } from "../api";
import type { WasteRow, WastedCallRow } from "../api_types";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { Linked, Money } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel } from "../parts/shell";
import { Table } from "../parts/table";
import { asked } from "../period";
import { useApi } from "../resource";
import { here, param, to, wheres, zone } from "../route";
import { columnPlaces, count, percent, recently } from "../text";

/** Waste lists the cost of calls that were paid for without any use, by kind, with the calls. */
export function Waste() {
  const kind = param("waste");
  const answer = useApi<Report>(address(report("waste"), { ...asked(), where: wheres.value, top: kind ? "1000" : "3" }));
  return (
    <Panel title="Waste" about="calls that were paid for without any use">
      <Answered of={answer} rows={5} bare>{(data) => {
        const lines = table(data, "lines")!;
        const found = (lines.rows as unknown as WasteRow[]).filter((r) => r.requests > 0);
        const calls = (table(data, "calls")!.rows as unknown as WastedCallRow[]).filter((r) => !kind || r.kind === kind);
        return (
          <>
            <Lines rows={found} total={lines.total as unknown as WasteRow} />
            {calls.length > 0 && <h3>{kind ? <>{found.find((r) => r.kind === kind)?.what}: its calls. <a href={here({ waste: "" })}>All kinds</a></> : "Most expensive calls of each"}</h3>}
            {calls.length > 0 && <Calls rows={calls} names={new Map(found.map((r) => [r.kind, r.what]))} />}
            {found.length > 0 && <Notes notes={data.notes} />}
          </>
        );
      }}</Answered>
    </Panel>
  );
}

function Lines({ rows, total }: { rows: WasteRow[]; total: WasteRow }) {
  const places = columnPlaces(rows.map((r) => r.cost_usd));
  const link = (r: WasteRow) => (r === total ? undefined : here({ waste: r.kind }));
  const amount = (key: "wasted_usd" | "cost_usd") => (r: WasteRow) => <span data-parts={r === total}><Money amount={r[key]} places={places} href={link(r)} of={r.what} /></span>;
  return (
    <Table caption="Waste by kind" rows={rows} id={(r) => r.kind} empty="No waste was found in this period."
      total={(c) => (c.key === "what" ? "Total" : c.key === "evidence" ? "" : c.cell(total, -1))}
      columns={[
        { key: "what", name: "What", text: true, cell: (r) => <Linked href={link(r)}>{r.what}</Linked> },
        { key: "wasted", name: "Wasted", cell: amount("wasted_usd") },
        { key: "share", name: "Share of cost", cell: (r) => percent(r.share) },
        { key: "cost", name: "Cost of these calls", wide: true, cell: amount("cost_usd") },
        { key: "requests", name: "Calls", wide: true, cell: (r) => <span data-parts={r === total}><Linked href={link(r)}>{count(r.requests)}</Linked></span> },
        { key: "evidence", name: "Proof", text: true, wide: true, wrap: true, cell: (r) => <span class="mute">{r.evidence}</span> },
      ]} />
  );
}

function Calls({ rows, names }: { rows: WastedCallRow[]; names: Map<string, string> }) {
  const places = Math.max(4, columnPlaces(rows.map((r) => r.cost_usd)));
  const link = (r: WastedCallRow) => to("runs", { span: r.span_id }, r.trace_id);
  return (
    <Table caption="Wasted calls" rows={rows} id={(r) => r.trace_id + r.span_id} href={link}
      columns={[
        { key: "start", name: "Started", text: true, cell: (r) => <a href={link(r)}>{recently(new Date(r.start), zone.value)}</a> },
        { key: "kind", name: "Kind", text: true, cell: (r) => names.get(r.kind) ?? r.kind },
        { key: "wasted", name: "Wasted", cell: (r) => <Money amount={r.wasted_usd} places={places} href={link(r)} of={r.model} /> },
        { key: "cost", name: "Cost", wide: true, cell: (r) => <Money amount={r.cost_usd} places={places} href={link(r)} of={r.model} /> },
        { key: "model", name: "Model", text: true, wide: true, cell: (r) => r.model },
        { key: "agent", name: "Agent", text: true, wide: true, cell: (r) => r.agent },
        { key: "why", name: "Failed with", text: true, wide: true, cell: (r) => r.tool || r.error_type },
      ]} />
  );
}
