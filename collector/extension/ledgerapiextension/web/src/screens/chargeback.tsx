import { address, type Report, type Row, table } from "../api";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { BigCost, Cost } from "../parts/cost";
import { Download } from "../parts/download";
import { Linked, Money, Stat } from "../parts/money";
import { Notes, Notice } from "../parts/notice";
import { ReportTable } from "../parts/report_table";
import { Panel, Screen } from "../parts/shell";
import { months, useMonths } from "../period";
import { useApi } from "../resource";
import { equals, go, here, param, type Params, to } from "../route";
import { columnPlaces, count, percent, plural } from "../text";

const shownMonths = 13;

/** fileName of a department, whose own name may hold anything. */
const fileName = (department: string): string => department.replace(/[^\p{L}\p{N}.-]+/gu, "_").slice(0, 60);

const formats: [format: string, name: string, file: string][] = [["focus", "FOCUS", "focus.csv"], ["csv", "CSV", "csv"], ["html", "Statement", "html"], ["pdf", "PDF", "pdf"]];

const byRules = ["allocated_usd", "markup_usd", "adjusted_usd"];

/** unused are the columns of rules that the collector does not have; without any rule, the own cost is the total. */
function unused(rows: Row[]): string[] {
  const without = byRules.filter((key) => rows.every((r) => r[key] === "0"));
  return without.length === byRules.length ? [...without, "own_cost_usd"] : without;
}

/** Chargeback shows the statement of a month. */
export function Chargeback() {
  const [current] = months(1);
  const month = param("month") || current.month;
  const all = useMonths(shownMonths, month);
  const department = param("department");
  const question = { month, zone: param("zone"), department };
  const answer = useApi<Report>(address(report("chargeback"), question), { live: month === current.month });
  const { data } = answer;
  const departments = table(data, "departments");
  const teams = table(data, "teams");
  const adjustments = table(data, "adjustments");
  const total = departments?.total;
  const nothing = data !== undefined && !departments?.rows.length;
  const chosen = all.find((m) => m.month === month);
  const countOf = (r: Row, key: string, ...keys: string[]) => <Linked href={r[key] ? `${of(r, ...keys)}${key === "unpriced" ? "&where=cost_status%3Dunpriced" : ""}` : undefined}>{count(Number(r[key]))}</Linked>;
  const period: Params = { since: "", from: chosen?.from, to: chosen?.to };
  const own = department ? [equals("department", department)] : [];
  const calls = (conditions: string[]) => to("calls", { ...period, where: conditions.some((c) => c.startsWith("department=")) ? conditions : [...own, ...conditions], order: "cost" });
  const of = (r: Row, ...keys: string[]) => calls(keys.filter((k) => r[k] != null && r[k] !== "Total").map((k) => equals(k, String(r[k]).replace(/ \(shared\)$/, ""))));
  const amount = (key: string, ...keys: string[]) => (r: Row) => <Cost amount={r[key] as string | null} unpriced={Number(r.unpriced ?? 0)} places={places} href={of(r, ...keys)} of={String(r[keys[0]])} />;
  // The name leads to the statement of the department; of a single one, to what is in it.
  const statement = (r: Row) => {
    const name = String(r.department).replace(/ \(shared\)$/, "");
    return <a href={department ? to("explore", { ...period, where: [equals("department", name)], by: "model" }) : here({ department: name, departments: "", teams: "" })}>{String(r.department)}</a>;
  };
  const unattributed = departments?.rows.find((r) => r.department === "(unattributed)");
  const billedIn = departments?.rows[0]?.billed_currency; // absent where it is the US dollar
  const places = columnPlaces(departments?.rows.map((r) => r.total_usd as string) ?? []);
  return (
    <Screen title="Chargeback" about={department ? `What ${department} pays for a calendar month.` : "What each department pays for a calendar month."}
      actions={
        <>
          {department && <span class="chip"><b>department</b> = {department}<button type="button" class="remove" aria-label="Show the statement of all departments" onClick={() => go(here({ department: "" }))}>×</button></span>}
          <select aria-label="Month" value={month} onChange={(e) => go(here({ month: e.currentTarget.value }))}>{all.map((m) => <option key={m.month} value={m.month}>{m.name}</option>)}</select>
          {formats.map(([format, name, file]) => (
            <Download key={format} disabled={nothing} from={address(report("chargeback"), { ...question, format })} file={`chargeback-${month}${department && `-${fileName(department)}`}.${file}`}>{name}</Download>
          ))}
          <button type="button" class="button" disabled={nothing} onClick={() => print()}>Print</button>
        </>
      }>
      <Answered of={answer} rows={4}>{() => null}</Answered>
      {nothing && <Panel><p class="nothing">There are no calls in {chosen?.name ?? month}. {month === all[0]?.month ? "" : <a href={here({ month: all[0]?.month })}>{all[0]?.name}</a>}</p></Panel>}
      {data && total && departments && (
        <>
          {Number(total.unpriced) > 0 && <Notice what={`${plural(Number(total.unpriced), "call")} without a price`} why="Departments do not pay for calls without a price. Close the month after they are priced." fix={<a href={to("health", period)}>Why, and how to add a price</a>} />}
          <div class="stats">
            <Stat name={chosen?.name ?? month} value={<BigCost amount={total.total_usd as string} unpriced={Number(total.unpriced)} />} href={calls([])}>{plural(Number(total.requests), "call")}</Stat>
            <Stat name={department ? "Department" : "Departments"} value={department || departments.rows.length - (unattributed ? 1 : 0)}>{data.notes?.some((n) => n.startsWith("Closed")) ? "closed: figures stay" : "open: figures change until it is closed"}</Stat>
            {!department && <Stat name="Without a department" value={<BigCost amount={(unattributed?.total_usd as string) ?? "0"} unpriced={Number(unattributed?.unpriced ?? 0)} />} href={calls(["department=(unattributed)"])}>{percent((unattributed?.share as number) ?? 0)} of the month</Stat>}
          </div>
          <Panel title={department ? "Statement" : "Departments"} about={!department && "open one for its own statement"}>
            <ReportTable table={departments} caption="Departments" period={period} names={{ billed: billedIn ? `Billed (${billedIn})` : "Billed", requests: "Calls", average_cost_usd: "A call", input_tokens: "Tokens in", output_tokens: "Tokens out" }}
              hide={["average_cost_usd", "input_tokens", "output_tokens", "billed_currency", ...unused(departments.rows)]} wide={["allocated_usd", "markup_usd", "adjusted_usd", "own_cost_usd", "unpriced"]} sortKey="departments"
              cells={{ department: statement, ...(billedIn ? {} : { billed: (r: Row) => <Money amount={String(r.billed)} places={2} href={of(r, "department")} of={`billed to ${String(r.department)}`} /> }), total_usd: amount("total_usd", "department"), own_cost_usd: amount("own_cost_usd", "department"), requests: (r) => countOf(r, "requests", "department"), unpriced: (r) => countOf(r, "unpriced", "department") }} />
            <Notes notes={data.notes} />
          </Panel>
          {teams && teams.rows.length > 0 && <Panel title="Teams and applications"><ReportTable table={teams} caption="Teams and applications" period={period} names={{ requests: "Calls", share_of_department: "Of department", input_tokens: "Tokens in", output_tokens: "Tokens out" }} wide={["team", "input_tokens", "output_tokens", "share_of_department"]} sortKey="teams"
            cells={{ cost_usd: amount("cost_usd", "department", "team", "application"), requests: (r) => countOf(r, "requests", "department", "team", "application") }} /></Panel>}
          {adjustments && <Panel title="Adjustments" about="amounts other than calls"><ReportTable table={adjustments} caption="Adjustments" sortKey="adjustments" /></Panel>}
        </>
      )}
    </Screen>
  );
}
