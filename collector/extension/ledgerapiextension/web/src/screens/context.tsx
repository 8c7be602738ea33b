import { address, type Report, type Row, table } from "../api";
import type { ContextRow } from "../api_types";
import { compare, ratio } from "../decimal";
import { isTime } from "../dimensions";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { DimensionSelect } from "../parts/dimension";
import { Money } from "../parts/money";
import { Notes } from "../parts/notice";
import { Share } from "../parts/share";
import { Panel, Screen } from "../parts/shell";
import { type Column, Table } from "../parts/table";
import { TurnOn } from "../parts/turn_on";
import { asked } from "../period";
import { type Resource, useApi } from "../resource";
import { equals, go, here, param, to, wheres, withWhere } from "../route";
import { columnPlaces, count, label, percent, short } from "../text";
import { CacheMisses, useCacheMisses } from "./context_cache";

type Part = ContextRow & Row;

/** Context says what the input of the calls is made of, what each part costs, and why it was not read from the cache. */
export function Context() {
  const by = param("by");
  const parts = useApi<Report>(address(report("context"), { ...asked(), where: wheres.value, by, top: "20" }));
  const misses = useCacheMisses();
  return (
    <Screen title="Context" about="What the input is made of, what each part costs, and why it was not read from the cache." period filters>
      <Parts of={parts} by={by} />
      <CacheMisses of={misses} />
    </Screen>
  );
}

function Parts({ of, by }: { of: Resource<Report>; by: string }) {
  return (
    <Panel title="Parts of the input" about={by ? `by ${label(by).toLowerCase()}` : "of all calls"}
      actions={<DimensionSelect name="by" value={by} none="all calls together" choose={(d) => go(here({ by: d }))} />}>
      <Answered of={of} rows={6} bare>{(data) => {
        const found = table(data, "context")!;
        const rows = found.rows as Part[];
        return (
          <>
            {rows.length === 0 ? <Off /> : <PartTable rows={rows} total={found.total as Part} by={by} />}
            <Notes notes={data.notes} />
          </>
        );
      }}</Answered>
    </Panel>
  );
}

function PartTable({ rows, total, by }: { rows: Part[]; total: Part; by: string }) {
  const places = columnPlaces(rows.map((r) => r.cost_usd));
  const groups = [...new Set(rows.map((r) => r[by]))];
  const sorted = [...rows].sort((a, b) => groups.indexOf(a[by]) - groups.indexOf(b[by]) || compare(b.cost_usd, a.cost_usd));
  const ofCost = (r: Part) => ratio(r.cost_usd, total.cost_usd);
  const own = (r: Part) => (by && !isTime(by) ? withWhere(equals(by, r[by])) : wheres.value);
  const calls = (r: Part) => (r === total ? to("calls", { order: "cost" }) : to("calls", { where: own(r), order: "cost" }));
  const group: Column<Part>[] = by ? [{ key: by, name: label(by), text: true, sort: (r) => r[by], cell: (r) => <a href={to("explore", { where: own(r), by: by === "model" ? "user" : "model" })}>{String(r[by])}</a> }] : [];
  return (
    <Table caption="Parts of the input" rows={sorted} id={(r) => `${r[by] ?? ""} ${r.part}`}
      total={(c) => (c.key === (by || "what") ? "Total" : c.text || c.key.endsWith("share") ? "" : c.cell(total, -1))}
      columns={[
        ...group,
        { key: "what", name: "Part", text: true, sort: (r) => r.what, cell: (r) => r.what },
        { key: "tool", name: "Tool or server", text: true, wide: true, sort: (r) => r.tool, cell: (r) => r.tool || <span class="mute">–</span> },
        { key: "cost", name: "Cost of the part", sort: (r) => r.cost_usd, cell: (r) => <Money amount={r.cost_usd} places={places} href={calls(r)} of={r.what} /> },
        { key: "cost_share", name: "Share of cost", sort: (r) => r.cost_usd, cell: (r) => <span class="measured">{percent(ofCost(r))}<Share of={ofCost(r) ?? 0} /></span> },
        { key: "tokens", name: "Tokens in", wide: true, sort: (r) => r.input_tokens, cell: (r) => short(r.input_tokens) },
        { key: "share", name: by ? "Share of its tokens" : "Share of tokens", wide: true, sort: (r) => r.share, cell: (r) => percent(r.share) },
        { key: "requests", name: "Calls", wide: true, sort: (r) => r.requests, cell: (r) => <a href={calls(r)}>{count(r.requests)}</a> },
      ]} />
  );
}

/** Off says how to have the parts counted. */
const Off = () => (
  <TurnOn nothing="No parts were counted of the calls in this period."
    lines={[["An option at the transport, off by default, counts how many bytes each part of a request has:", "client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithContextShares())}"]]}>
    Nothing of the content is kept but the names of tools. Calls from before are not counted.
  </TurnOn>
);
