import { address, type Report, type Row, table } from "../api";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { BigMoney, Money, Stat } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { asked } from "../period";
import { useApi } from "../resource";
import { equals, go, here, param, to, wheres, withWhere } from "../route";
import { label, percent, plural, sentence } from "../text";
import { Waste } from "./advice_waste";

const enough = ["5", "20", "100", "1000"];

/** Advice says where money is saved, and how one knows. */
export function Advice() {
  const minimum = param("min_calls") || "100";
  const answer = useApi<Report>(address(report("optimize"), { ...asked(), where: wheres.value, min_calls: minimum }));
  const { data } = answer;
  const rows = table(data, "recommendations")?.rows ?? [];
  const projection = table(data, "projection")?.rows[0];
  return (
    <Screen title="Advice" about="Where money is saved, with the evidence. Nothing is changed automatically." period filters
      actions={<label class="mute">Groups with at least <select value={minimum} onChange={(e) => go(here({ min_calls: e.currentTarget.value }))}>{enough.map((n) => <option key={n}>{n}</option>)}</select> calls</label>}>
      <Answered of={answer} rows={4}>{(data) => (
        <>
          {projection && rows.length > 0 && (
            <div class="stats">
              <Stat name="Could be saved" value={<BigMoney amount={projection.saving_usd as string} />} parts>of <Money amount={projection.spent_usd as string} href={to("explore")} of="spent in the period" /> spent in the period</Stat>
              {projection.yearly_usd != null && <Stat name="In a year" value={<BigMoney amount={projection.yearly_usd as string} />} parts>if the traffic stays as it is</Stat>}
              <Stat name="Findings" value={rows.length}>the same calls count once in the sum</Stat>
            </div>
          )}
          {rows.length === 0 && (
            <Panel>
              <p>Nothing to save was found in kinds of calls with at least {minimum} calls.</p>
              {Number(minimum) > 5 && <p class="mute">Include smaller groups: <a href={here({ min_calls: "5" })}>from 5 calls</a>. The evidence is weaker.</p>}
            </Panel>
          )}
          {rows.map((r, i) => <Finding key={i} row={r} />)}
          <Notes notes={data.notes} />
        </>
      )}</Answered>
      <Waste />
    </Screen>
  );
}

/** callsOf are the calls that a finding is about. */
const callsOf = (row: Row): string =>
  to("calls", { order: "cost", where: withWhere(...["application", "agent", "provider", "model", "operation"].filter((d) => row[d]).map((d) => equals(d, row[d]))) });

const Finding = ({ row }: { row: Row }) => (
  <section class="panel finding" data-row="">
    <div class="saving"><Money amount={row.saving_usd as string} href={callsOf(row)} of="could be saved" /><small>{percent(row.of_cost as number | null, 0)} of <Money amount={row.cost_usd as string} href={callsOf(row)} of="spent on these calls" /></small></div>
    <div>
      <h2>{sentence(String(row.advice))}</h2>
      <p>{String(row.calls_of)}, <a href={callsOf(row)}>{plural(Number(row.requests), "call")}</a></p>
      <p class="mute">{sentence(String(row.evidence))}.</p>
      <p><span class={row.confidence === "high" ? "tag good" : "tag"}>{String(row.confidence)} confidence</span> <span class="tag">{label(String(row.rule))}</span>{row.in_total === "no" && <span class="mute"> about the same calls as another finding: not in the sum</span>}</p>
    </div>
  </section>
);
