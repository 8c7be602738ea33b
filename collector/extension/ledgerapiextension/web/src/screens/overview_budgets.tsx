import type { Report } from "../api";
import type { BudgetRow } from "../api_types";
import { Money } from "../parts/money";
import { Failed, Notes } from "../parts/notice";
import { Panel } from "../parts/shell";
import { Share } from "../parts/share";
import type { Resource } from "../resource";
import { to } from "../route";
import { status } from "../status";
import { conditionsOf, percent, seconds } from "../text";

const shown = 6;

/** ofColumns are notes on columns that are not here. */
const ofColumns = /^(Burn|States):/;

/** Budgets says how much of each budget is used, and how long it lasts. */
export function Budgets({ of: { data, error } }: { of: Resource<Report> }) {
  if (!status.value?.budgets) {
    return (
      <Panel title="Budgets">
        <p class="mute">None are set. Name a file with budgets: <code>spanledger up --budgets FILE</code>, or <code>budgets</code> of <code>ledger_api</code>. <code>spanledger budget status --help</code> shows such a file.</p>
      </Panel>
    );
  }
  if (error) return <Failed error={error} />;
  const rows = (data?.tables[0]?.rows ?? []) as unknown as BudgetRow[];
  return <Panel title="Budgets">{rows.slice(0, shown).map((r) => <Budget key={r.budget} row={r} />)}<Notes notes={data?.notes?.filter((n) => !ofColumns.test(n))} /></Panel>;
}

function Budget({ row }: { row: BudgetRow }) {
  const late = row.state === "exceeded" ? "bad" : row.state === "ok" ? undefined : "warn";
  const calls = to("explore", { where: conditionsOf(row.scope), since: "", from: row.period_from.slice(0, 10), to: "" });
  return (
    <div class="budget">
      <div><a href={calls}>{row.budget}</a> <span class={late ?? "mute"}><a href={calls}>{percent(row.used, 0)} of <Money amount={row.amount_usd} places={2} /></a> a {row.every}</span></div>
      <Share of={row.used} tone={late} />
      <p class="mute">{row.used >= 1 ? "used up" : row.used_up_in_seconds != null ? `lasts ${seconds(row.used_up_in_seconds)} at this rate` : "lasts to the end of the period"}</p>
    </div>
  );
}
