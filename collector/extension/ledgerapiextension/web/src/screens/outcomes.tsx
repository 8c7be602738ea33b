import { address, type Report, type Row, table } from "../api";
import type { RecordedOutcomes, UnitRow } from "../api_types";
import { isRest, isTime } from "../dimensions";
import { outcomes as path, report } from "../endpoints";
import { Answered } from "../parts/answered";
import { BigCost, Cost } from "../parts/cost";
import { DimensionSelect } from "../parts/dimension";
import { Linked, Money, Stat } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { TurnOn } from "../parts/turn_on";
import { asked } from "../period";
import { useApi } from "../resource";
import { equals, go, here, param, to, wheres, withWhere } from "../route";
import { columnPlaces, count, label, percent, plural } from "../text";
import { Quality } from "./outcomes_quality";

type Line = UnitRow & Row;

/** Outcomes says what a result costs, and how good the answers are. */
export function Outcomes() {
  const names = useApi<RecordedOutcomes>(address(path, { ...asked(), where: wheres.value }));
  return (
    <Screen title="Outcomes" about="What a result costs, and how good the answers are." period filters>
      <Answered of={names} rows={5}>{({ outcomes }) => {
        if (outcomes.length === 0) return <Panel title="Cost per outcome"><Off /></Panel>;
        const chosen = outcomes.find((o) => o.name === param("outcome")) ?? outcomes[0];
        return <Unit chosen={chosen.name} names={outcomes.map((o) => o.name)} />;
      }}</Answered>
      <Quality />
    </Screen>
  );
}

function Unit({ chosen, names }: { chosen: string; names: string[] }) {
  const by = param("by") || "application";
  const answer = useApi<Report>(address(report("unit"), { ...asked(), where: wheres.value, outcome: chosen, by }));
  return (
    <Answered of={answer} rows={5}>{(data) => {
      const lines = table(data, "lines")!;
      const total = lines.total as Line;
      return (
        <>
          <div class="stats">
            <Stat name={`Cost per ${chosen}`} value={<BigCost amount={total.cost_per_accepted_usd} unpriced={total.unpriced} />} parts>all calls of the period, by accepted outcomes</Stat>
            <Stat name="Accepted" value={percent(total.acceptance)}>{count(total.accepted)} of {plural(total.outcomes, "outcome")}</Stat>
            <Stat name="Cost" value={<BigCost amount={total.cost_usd} unpriced={total.unpriced} />} href={to("calls", { order: "cost" })}>{plural(total.requests, "call")}, of runs without an outcome too</Stat>
          </div>
          <Panel title="Cost per outcome" actions={
            <div class="choices">
              {names.length > 1 && <label class="mute">Outcome <select value={chosen} onChange={(e) => go(here({ outcome: e.currentTarget.value }))}>{names.map((n) => <option key={n}>{n}</option>)}</select></label>}
              <DimensionSelect name="by" value={by} choose={(d) => go(here({ by: d }))} />
            </div>
          }>
            <UnitTable rows={lines.rows as Line[]} total={total} by={by} />
            <Notes notes={data.notes} />
          </Panel>
        </>
      );
    }}</Answered>
  );
}

function UnitTable({ rows, total, by }: { rows: Line[]; total: Line; by: string }) {
  const places = columnPlaces(rows.map((r) => r.cost_usd));
  const each = columnPlaces(rows.map((r) => r.cost_per_accepted_usd));
  const value = (r: Line) => String(r[by]);
  const isValue = (r: Line) => r !== total && value(r) !== "(several)" && !isRest(value(r)) && !isTime(by);
  const calls = (r: Line) => (r === total ? to("calls", { order: "cost" }) : isValue(r) ? to("calls", { where: withWhere(equals(by, value(r))), order: "cost" }) : undefined);
  const earned = total.revenue_usd !== undefined;
  const worth = rows.some((r) => r.accepted_value !== "0");
  return (
    <Table caption="Cost per outcome" rows={rows} id={value} empty="No calls in this period."
      total={(c) => (c.key === "value" ? "Total" : c.cell(total, -1))}
      columns={[
        { key: "value", name: label(by), text: true, sort: value, cell: (r) => <Linked href={isValue(r) ? to("explore", { where: withWhere(equals(by, value(r))), by: "model" }) : undefined}>{value(r)}</Linked> },
        { key: "each", name: "Per accepted", partial: total.unpriced > 0, sort: (r) => r.cost_per_accepted_usd, cell: (r) => (r.cost_per_accepted_usd == null ? <span class="mute" title={r.accepted ? "No call with a price" : "None was accepted"}>–</span> : <span data-parts><Cost amount={r.cost_per_accepted_usd} unpriced={r.unpriced} places={each} href={calls(r)} of={value(r)} /></span>) },
        { key: "outcomes", name: "Outcomes", sort: (r) => r.outcomes, cell: (r) => count(r.outcomes) },
        { key: "accepted", name: "Accepted", sort: (r) => r.accepted, cell: (r) => count(r.accepted) },
        { key: "acceptance", name: "Share accepted", wide: true, sort: (r) => r.acceptance, cell: (r) => percent(r.acceptance) },
        ...(worth ? [{ key: "worth", name: "Value accepted", wide: true, sort: (r: Line) => r.accepted_value, cell: (r: Line) => r.accepted_value }] : []),
        { key: "cost", name: "Cost", partial: total.unpriced > 0, sort: (r) => r.cost_usd, cell: (r) => <span data-parts={!calls(r)}><Cost amount={r.cost_usd} unpriced={r.unpriced} places={places} href={calls(r)} of={value(r)} /></span> },
        ...(earned ? [
          { key: "revenue", name: "Revenue", wide: true, sort: (r: Line) => r.revenue_usd, cell: (r: Line) => <span data-parts><Money amount={r.revenue_usd} places={2} /></span> },
          { key: "margin", name: "Margin", sort: (r: Line) => r.margin_usd, cell: (r: Line) => <span data-parts class={r.margin_usd?.startsWith("-") ? "bad" : undefined}><Money amount={r.margin_usd} places={2} /> <span class="mute">{r.margin == null ? "" : percent(r.margin, 0)}</span></span> },
        ] : []),
        { key: "requests", name: "Calls", wide: true, sort: (r) => r.requests, cell: (r) => <Linked href={r.requests ? calls(r) : undefined}>{count(r.requests)}</Linked> },
      ]} />
  );
}

/** Off says how to record outcomes. */
const Off = () => (
  <TurnOn nothing="No outcomes are recorded of the calls in this period, such as a resolved ticket or a merged pull request."
    lines={[
      ["In Go, where the run is known:", `tracing.RecordOutcome(ctx, tracing.Outcome{Name: "ticket_resolved"})`],
      ["From any program, also days later:", `curl -X POST -H 'Content-Type: application/json' ${new URL(path, location.href)} \\
  -d '{"outcomes": [{"name": "ticket_resolved", "tag_key": "ticket", "tag_value": "4711"}]}'`],
    ]}>
    From a file: <code>spanledger outcomes import tickets.csv</code>
  </TurnOn>
);
