import { address, type Report, type Row, table } from "../api";
import { ratio, sub } from "../decimal";
import { attribution } from "../dimensions";
import { Lines } from "../parts/lines";
import { BigMoney, Money, Stat } from "../parts/money";
import { Failed, Notice, Waiting } from "../parts/notice";
import { OverTime } from "../parts/over_time";
import { Panel, Screen } from "../parts/shell";
import { Teach } from "../parts/teach";
import { asked, name } from "../period";
import { useApi } from "../resource";
import { go, here, param, to, wheres, zone } from "../route";
import { change, count, isoDay, label, percent, plural, seconds, short } from "../text";
import { Budgets } from "./overview_budgets";
import { Movers } from "./overview_movers";

/** Overview says what is spent, and whether something is wrong. */
export function Overview() {
  const by = param("by") || "model";
  const { data, error } = useApi<Report>(address("v1/reports/cost", { ...asked(), where: wheres.value, by, top: "8" }));
  const lines = table(data, "lines");
  const total = lines?.total;
  return (
    <Screen title="Overview" period filters>
      {error && <Failed error={error} />}
      {!data && !error && <Panel><Waiting rows={9} /></Panel>}
      {data && !total?.requests && !wheres.value.length && <Teach />}
      {data && lines && total && (Number(total.requests) > 0 || wheres.value.length > 0) && (
        <>
          <Unpriced total={total} />
          <Figures total={total} report={data} />
          <div class="grid two">
            <Panel title={<>Cost by {label(by).toLowerCase()}</>} about={name().toLowerCase()} actions={<Group by={by} />}>
              <OverTime dimension={by} lines={lines.rows} measure="cost_usd" from={data.from} until={data.until} />
            </Panel>
            <Movers by={by} from={data.from} until={data.until} />
          </div>
          <div class="grid two">
            <Panel title={label(by)}><Lines by={[by]} rows={lines.rows} total={total} few /></Panel>
            <div>
              <Budgets />
              <Failures total={total} />
              <Attributed total={total} />
            </div>
          </div>
        </>
      )}
    </Screen>
  );
}

const groups = ["model", "department", "application", "user", "agent", "provider"];

const Group = ({ by }: { by: string }) => (
  <label class="mute">by <select value={by} onChange={(e) => go(here({ by: e.currentTarget.value }))}>{groups.map((g) => <option key={g} value={g}>{label(g).toLowerCase()}</option>)}</select></label>
);

function Figures({ total, report }: { total: Row; report: Report }) {
  const today = isoDay(new Date(), zone.value);
  const now = useApi<Report>(address("v1/reports/cost", { from: today, zone: param("zone"), where: wheres.value, by: "day", top: "1" }));
  const month = useApi<Report>(address("v1/reports/forecast", { zone: param("zone"), where: wheres.value }));
  const before = useApi<Report>(address("v1/reports/cost", { ...earlier(report), zone: param("zone"), where: wheres.value, by: "provider", top: "1" }));
  const spent = table(month.data, "lines")?.rows[0];
  const todayTotal = table(now.data, "lines")?.total;
  const beforeTotal = table(before.data, "lines")?.total;
  const cost = total.cost_usd as string | null;
  const was = beforeTotal?.cost_usd as string | null | undefined;
  const errors = Number(total.errors);
  return (
    <div class="stats">
      <Stat name={name()} value={<BigMoney amount={cost} />} href={to("explore")}>
        {was == null || cost == null ? "nothing before to compare with" : was === "0" ? "nothing was spent in the time before" : (
          <><a href={to("compare")}><Change now={cost} before={was} /></a> on the {name().replace("Last ", "")} before</>
        )}
      </Stat>
      <Stat name="Today" value={<BigMoney amount={todayTotal?.cost_usd as string} />} href={to("explore", { from: today, to: "", since: "" })}>
        {todayTotal ? plural(Number(todayTotal.requests), "call") : ""}
      </Stat>
      <Stat name="This month" value={<BigMoney amount={spent?.spent_usd as string} />} href={to("explore", { from: `${today.slice(0, 8)}01`, to: "", since: "" })}>
        {spent?.low_usd != null ? <>forecast <Money amount={spent.low_usd as string} places={2} /> to <Money amount={spent.high_usd as string} places={2} /></> : spent ? `no forecast yet: ${plural(Number(spent.history_days), "whole day")} of 7` : ""}
      </Stat>
      <Stat name="Calls" value={short(total.requests as number)} href={to("calls")}>
        {short(total.input_tokens as number)} tokens in, {short(total.output_tokens as number)} out
      </Stat>
      <Stat name="Failed" value={percent(Number(total.requests) ? errors / Number(total.requests) : null)} href={to("calls", { where: [...wheres.value, "status=error"] })}>
        {plural(errors, "call")}; p95 {seconds(total.p95_seconds as number)}
      </Stat>
    </div>
  );
}

/** earlier is the period of the same length before. */
export function earlier(report: { from: string; until: string }): { from: string; to: string } {
  const begin = Date.parse(report.from);
  const length = Date.parse(report.until) - begin;
  return { from: new Date(begin - length).toISOString(), to: new Date(begin).toISOString() };
}

function Change({ now, before }: { now: string; before: string }) {
  const share = ratio(sub(now, before), before);
  return <span class={share != null && share > 0 ? "bad" : "good"}>{change(share)}</span>;
}

/** Unpriced are the calls whose cost is not known, by model, with what to do. */
function Unpriced({ total }: { total: Row }) {
  const any = Number(total.unpriced) > 0;
  const { data } = useApi<Report>(any ? address("v1/reports/cost", { ...asked(), where: [...wheres.value, "cost_status=unpriced"], by: "model,provider", top: "3" }) : null);
  const rows = table(data, "lines")?.rows ?? [];
  if (!any) return null;
  const models = rows.filter((r) => !/^\(\d+ others\)$/.test(String(r.model)));
  return (
    <Notice
      what={<a href={to("calls", { where: [...wheres.value, "cost_status=unpriced"] })}>{plural(Number(total.unpriced), "call")} without a price</a>}
      why={models.length ? <>{models.map((r) => `${r.model} (${r.provider}, ${plural(Number(r.requests), "call")})`).join(", ")}: the cost is not known and not in the totals.</> : undefined}
      fix={<a href={to("health")}>Why, and how to add a price</a>}
    />
  );
}

function Failures({ total }: { total: Row }) {
  const any = Number(total.errors) > 0;
  const { data } = useApi<Report>(any ? address("v1/reports/errors", { ...asked(), where: wheres.value, top: "5" }) : null);
  const rows = table(data, "errors_by_error_type")?.rows ?? [];
  if (!any) return null;
  return (
    <Panel title="Failed calls" about={plural(Number(total.errors), "call")}>
      <dl class="facts">
        {rows.map((r) => (
          <>
            <dt><a href={to("calls", { where: [...wheres.value, `error_type=${r.error_type}`] })}>{String(r.error_type)}</a> {meaning(String(r.error_type))}</dt>
            <dd>{count(r.errors as number)}</dd>
          </>
        ))}
      </dl>
    </Panel>
  );
}

const meanings: Record<string, string> = { 429: "rate limited", 500: "vendor's fault", 503: "overloaded", 529: "overloaded", 401: "key refused", 400: "request refused", 404: "no such model" };
const meaning = (type: string) => meanings[type] ?? "";

/** Attributed says how much of the cost has a name to it. */
function Attributed({ total }: { total: Row }) {
  const { data } = useApi<Report>(address("v1/reports/cost", { ...asked(), where: [...wheres.value, "user="], by: "application", top: "1" }));
  const missing = table(data, "lines")?.total;
  if (!missing || !Number(missing.requests)) return null;
  const share = missing.cost_usd != null && total.cost_usd != null ? ratio(String(missing.cost_usd), String(total.cost_usd)) : null;
  return (
    <Panel title="Not attributed" about={`${percent(share)} of the cost has no user`}>
      <p><a href={to("calls", { where: [...wheres.value, "user="] })}>{plural(Number(missing.requests), "call")}</a> for <Money amount={missing.cost_usd as string} /> say no {attribution[0]}.</p>
      <p class="mute">In Go <code>tracing.WithAttribution</code>; elsewhere the attribute <code>user.id</code>.</p>
    </Panel>
  );
}
