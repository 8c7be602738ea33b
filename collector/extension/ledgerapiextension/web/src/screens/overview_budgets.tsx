import { ApiError, type Report } from "../api";
import { ratio } from "../decimal";
import { Money } from "../parts/money";
import { Failed } from "../parts/notice";
import { Panel } from "../parts/shell";
import { useApi } from "../resource";
import { percent } from "../text";

const shown = 6;

/** Budgets says how much of each budget is used. */
export function Budgets() {
  const { data, error } = useApi<Report>("v1/budgets");
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Panel title="Budgets">
        <p class="mute">None are set. Name a file of them as <code>budgets</code> of <code>ledger_api</code>; <code>spanledger budget --help</code> shows one.</p>
      </Panel>
    );
  }
  if (error) return <Failed error={error} />;
  const rows = data?.tables[0]?.rows ?? [];
  if (!rows.length) return null;
  return (
    <Panel title="Budgets">
      <dl class="facts">
        {rows.slice(0, shown).map((r) => {
          const used = ratio(String(r.spent_usd ?? "0"), String(r.amount_usd ?? "1"));
          return (
            <>
              <dt>{String(r.budget ?? r.name)}</dt>
              <dd><span class={r.state === "ok" ? "good" : "bad"}>{percent(used, 0)}</span> of <Money amount={String(r.amount_usd)} places={2} /></dd>
            </>
          );
        })}
      </dl>
    </Panel>
  );
}
