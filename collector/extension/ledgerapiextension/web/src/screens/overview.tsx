import { address, type Report, type Row, table } from "../api";
import type { ErrorsRow, Overview as Answer, ProblemGroup, Stretch } from "../api_types";
import { ratio, sub } from "../decimal";
import * as endpoints from "../endpoints";
import { Answered } from "../parts/answered";
import { BigCost, Cost } from "../parts/cost";
import { Lines } from "../parts/lines";
import { Money, Stat } from "../parts/money";
import { Notes, Notice } from "../parts/notice";
import { OverTime, useSeries } from "../parts/over_time";
import { Fix, Problems } from "../parts/problems";
import { Panel, Screen } from "../parts/shell";
import { asked, inText, name, wholeHours } from "../period";
import { type Resource, useApi } from "../resource";
import { equals, go, here, isOneOf, param, to, wheres, withWhere, zone } from "../route";
import { status } from "../status";
import { change, count, hourAndMinute, isoDay, label, moment, percent, plural, seconds, sentence, short } from "../text";
import { Budgets } from "./overview_budgets";
import { Movers } from "./movers";

/** Overview says what is spent, and whether something is wrong. */
export function Overview() {
  const by = param("by") || "model";
  const question = { ...asked(), where: wheres.value, by };
  const answer = useApi<Answer>(address(endpoints.overview, { ...question, top: "8" }));
  // All are asked at once, and drawn when the first is there.
  const series = useSeries(by);
  const lines = useApi<Report>(address(endpoints.report("cost"), { ...question, top: "8", percentiles: "false" }));
  const unusual = useApi<Report>(address(endpoints.report("anomalies"), { ...wholeHours(24), zone: param("zone"), where: wheres.value, by: "application" }));
  const failures = useApi<Report>(address(endpoints.report("errors"), { ...question, by: "error_type", top: "100" }));
  const budgets = useApi<Report>(status.value?.budgets ? endpoints.budgets : null);
  return (
    <Screen title="Overview" period filters>
      <Answered of={answer}>{(data) => (
        <>
          <Problems problems={data.problems.filter((p) => p.kind !== "unattributed")} />
          <Unusual of={unusual} />
          {data.period.figures.requests === 0 && <Notice what="No calls in this period" why={status.value?.newest_call && `The newest call is of ${moment(new Date(status.value.newest_call), zone.value)}.`} fix={<a href={here({ since: "90d", from: "", to: "", where: "" })}>Last 90 days, all calls</a>} />}
          <Figures data={data} />
          <div class="grid two">
            <Panel title="Cost over time" about={inText()} actions={<Group by={by} />}>
              <OverTime of={series} dimension={by} measure="cost_usd" />
            </Panel>
            <Panel class="tight" title="What changed" about="from the period before" actions={<a href={to("compare", { by })}>Why</a>}>
              {data.before.figures.requests === 0
                ? <p class="nothing">There are no calls in the period before.</p>
                : <Movers movers={data.movers} by={by} before={data.before} />}
            </Panel>
          </div>
          <div class="grid two start">
            <Panel title={`Cost by ${label(by).toLowerCase()}`}><Answered of={lines} rows={8} bare>{(found) => <Lines by={[by]} {...table(found, "lines")!} within={found} few />}</Answered></Panel>
            <div>
              <Budgets of={budgets} />
              <Failures of={failures} errors={data.period.figures.errors} />
              <Unattributed problems={data.problems.filter((p) => p.kind === "unattributed")} />
            </div>
          </div>
          <Notes notes={data.notes} />
        </>
      )}</Answered>
    </Screen>
  );
}

const groups = ["model", "department", "application", "user", "agent", "provider"];

const Group = ({ by }: { by: string }) => (
  <label class="mute">by <select value={by} onChange={(e) => go(here({ by: e.currentTarget.value }))}>{groups.map((g) => <option key={g} value={g}>{label(g).toLowerCase()}</option>)}</select></label>
);

const cost = (s: Stretch) => <BigCost amount={s.figures.cost_usd} unpriced={s.figures.unpriced} />;

function Figures({ data }: { data: Answer }) {
  const { period, before, today, month, forecast, last_hour } = data;
  const day = isoDay(new Date(data.as_of), zone.value);
  const thisMonth = { from: `${day.slice(0, 8)}01`, to: "", since: "" };
  return (
    <div class="stats">
      <Stat name={name()} value={cost(period)} href={to("explore")}>
        <Against now={period} before={before} />
      </Stat>
      <Stat name="Today" value={cost(today)} href={to("explore", { from: day, to: "", since: "" })}>
        <Cost amount={last_hour.figures.cost_usd} unpriced={last_hour.figures.unpriced} href={to("explore", { since: "1h", from: "", to: "" })} of="in the last hour" /> in the last hour
      </Stat>
      <Stat name="This month" value={cost(month)} href={to("explore", thisMonth)}>
        {forecast.low_usd != null ? <>forecast <a href={to("explore", { ...thisMonth, by: "day" })}><Money amount={forecast.low_usd} places={2} /> to <Money amount={forecast.high_usd} places={2} /></a>, 80% likely</> : `forecast after 7 whole days; ${forecast.history_days || "none"} so far`}
      </Stat>
      <Stat name="Calls" value={short(period.figures.requests)} href={to("calls")}>
        {short(period.figures.input_tokens)} tokens in, {short(period.figures.output_tokens)} out
      </Stat>
      <Stat name="Failed" value={percent(period.error_rate)} href={to("calls", { errors: "true" })}>
        {plural(period.figures.errors, "call")}; p95 {seconds(period.p95_seconds)}
      </Stat>
    </div>
  );
}

function Against({ now, before }: { now: Stretch; before: Stretch }) {
  if (before.figures.requests === 0) return <>nothing before to compare with</>;
  const [n, b] = [now.figures.cost_usd, before.figures.cost_usd];
  if (n == null || b == null) return <>the cost before is not known</>;
  const share = ratio(sub(n, b), b);
  if (share == null) return <>nothing was spent in the time before</>;
  return <><a href={to("compare")}><span class={share > 0 ? "bad" : share < 0 ? "good" : undefined}>{change(share)}</span></a> on the time before</>;
}

/** Unusual warns of applications that differ from the same hours of the weeks before. */
function Unusual({ of: { data } }: { of: Resource<Report> }) {
  const rows = table(data, "anomalies")?.rows ?? [];
  const applications = [...new Set(rows.map((r) => String(r.application)))];
  return (
    <>
      {applications.map((name) => {
        const own = rows.filter((r) => r.application === name);
        return (
          <Notice key={name} what={<a href={to("compare", { since: "24h", where: withWhere(equals("application", name)) })}>{name}: unusual {own.map((r) => r.measure).join(" and ")}</a>}
            why={`${own.map((r) => `${r.measure} ${r.now} in 24 hours to ${hourAndMinute(new Date(wholeHours(24).to), zone.value)}, usually ${r.usual}`).join("; ")}. ${own[0].what_changed}`} />
        );
      })}
    </>
  );
}

function Unattributed({ problems }: { problems: ProblemGroup[] }) {
  if (problems.length === 0) return null;
  return (
    <Panel title="Not attributed">
      <dl class="facts">
        {problems.map((p) => (
          <>
            <dt>No {p.reason.replaceAll("_", " ")}</dt>
            <dd><a href={to("calls", { where: withWhere(...p.where) })}>{plural(p.requests, "call")}</a></dd>
          </>
        ))}
      </dl>
      <p class="mute small"><Fix text={problems[0].fix} /></p>
    </Panel>
  );
}

const shownFailures = 6;

interface Failure {
  what: string;
  types: string[]; // as senders name it
  errors: number;
}

/** failuresOf puts error types together that mean the same: vendors and SDKs name it differently. */
function failuresOf(rows: ErrorsRow[]): Failure[] {
  const found = new Map<string, Failure>();
  for (const r of rows) {
    const type = String((r as Row).error_type);
    const what = r.meaning || type;
    const known = found.get(what) ?? { what, types: [], errors: 0 };
    found.set(what, { what, types: [...known.types, type], errors: known.errors + r.errors });
  }
  return [...found.values()].sort((a, b) => b.errors - a.errors);
}

function Failures({ of: { data }, errors }: { of: Resource<Report>; errors: number }) {
  if (!errors) return null;
  const found = failuresOf((table(data, "errors_by_error_type")?.rows ?? []) as unknown as ErrorsRow[]);
  const rest = found.slice(shownFailures).reduce((sum, f) => sum + f.errors, 0);
  const all = to("explore", { by: "error_type", measure: "errors", sort: "-errors" });
  return (
    <Panel title="Failed calls" about={plural(errors, "call")}>
      <dl class="facts failures">
        {found.slice(0, shownFailures).map((f) => (
          <>
            <dt>{sentence(f.what)}{f.types.some((t) => t !== f.what) && <small> {f.types.join(", ")}</small>}</dt>
            <dd><a href={to("calls", { errors: "true", where: withWhere(isOneOf("error_type", f.types.map((t) => (t === "(type not known)" ? "(no error)" : t)))) })}>{count(f.errors)}</a></dd>
          </>
        ))}
        {rest > 0 && <><dt>Other</dt><dd><a href={all}>{count(rest)}</a></dd></>}
      </dl>
      <Notes notes={data?.notes} />
    </Panel>
  );
}
