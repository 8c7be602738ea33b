import { address, type Report, table } from "../api";
import type { QualityRow } from "../api_types";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { DimensionSelect } from "../parts/dimension";
import { Linked, Money } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel } from "../parts/shell";
import { Table } from "../parts/table";
import { TurnOn } from "../parts/turn_on";
import { asked } from "../period";
import { useApi } from "../resource";
import { equals, go, here, param, to, wheres, withWhere } from "../route";
import { columnPlaces, count, label, percent, unknown } from "../text";

type Line = QualityRow & Record<string, unknown>;

/** Quality is results of evaluations, and the cost per pass. */
export function Quality() {
  const by = param("quality") || "model";
  const answer = useApi<Report>(address(report("quality"), { ...asked(), where: wheres.value, by }));
  const rows = (table(answer.data, "lines")?.rows ?? []) as unknown as Line[];
  const places = columnPlaces(rows.map((r) => r.cost_per_pass_usd));
  const value = (r: Line) => String(r[by]);
  const link = (r: Line) => (value(r).startsWith("(") ? undefined : to("calls", { order: "cost", where: withWhere(equals(by, value(r))) }));
  return (
    <Panel title="Quality" about="results of evaluations, and the cost per pass"
      actions={<DimensionSelect name="by" value={by} choose={(d) => go(here({ quality: d }))} />}>
      <Answered of={answer} rows={3} bare>{(data) => rows.length === 0 ? <><Off /><Notes notes={data.notes} /></> : (
        <>
          <Table caption="Quality" rows={rows} id={(r) => `${r.evaluation} ${value(r)}`}
            columns={[
              { key: "group", name: label(by), text: true, cell: (r) => <Linked href={link(r)}>{value(r)}</Linked> },
              { key: "evaluation", name: "Evaluation", text: true, cell: (r) => r.evaluation },
              { key: "rate", name: "Passed", cell: (r) => percent(r.pass_rate) },
              { key: "interval", name: "95% interval", wide: true, cell: (r) => (r.pass_rate == null ? "" : <span class="mute">{percent(r.pass_rate_low, 0).replace("%", "")} to {percent(r.pass_rate_high, 0)}</span>) },
              { key: "evaluations", name: "Evaluations", cell: (r) => count(r.evaluations) },
              { key: "mean", name: "Mean score", wide: true, cell: (r) => (r.mean_score == null ? unknown : Number(r.mean_score).toFixed(3)) },
              { key: "cost", name: "Cost per pass", cell: (r) => <Money amount={r.cost_per_pass_usd} places={places} href={link(r)} of={value(r)} /> },
            ]} />
          <Notes notes={data.notes} />
        </>
      )}</Answered>
    </Panel>
  );
}

/** Off says how to record evaluations. */
const Off = () => (
  <TurnOn nothing="No evaluations are recorded of the calls in this period."
    lines={[["In Go, where the answer is judged:", `tracing.RecordEvaluation(ctx, tracing.Evaluation{Name: "relevance", Label: "pass"})`]]}>
    Elsewhere the event <code>gen_ai.evaluation.result</code>, or the scores of OpenInference, Langfuse and Phoenix.
  </TurnOn>
);
