import { address, type Report, table } from "../api";
import { isTime } from "../dimensions";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { DimensionSelect } from "../parts/dimension";
import { Download } from "../parts/download";
import { Lines } from "../parts/lines";
import { Notes } from "../parts/notice";
import { type Measure, measures, OverTime, useSeries } from "../parts/over_time";
import { Panel, Screen } from "../parts/shell";
import { asked, inText } from "../period";
import { type Resource, useApi } from "../resource";
import { go, here, param, type Params, wheres } from "../route";
import { label } from "../text";

const standardTop = "50";

/** Explore breaks the calls of a period down by one or two dimensions. */
export function Explore() {
  const [first, second] = (param("by") || "model").split(",");
  const by = [first, second].filter(Boolean);
  const measure = (param("measure") || "cost_usd") as Measure;
  const question = { ...asked(), where: wheres.value, by: by.join(","), top: param("top") || standardTop, sort: order() };
  const answer = useLines(question);
  const stacked = isTime(first) ? "model" : first;
  const series = useSeries(stacked);
  const group = (a: string, b: string) => go(here({ by: [a, b].filter(Boolean).join(",") || "model", sort: "" }));
  const csv = <Download from={address(report("cost"), { ...question, format: "csv" })} file={`spanledger-${by.join("-")}.csv`}>CSV</Download>;
  return (
    <Screen title="Explore" about="Who, what and when: click a figure to see its calls." period filters>
      <Answered of={answer}>{(data) => (
        <>
          <Panel title={`${measures.find(([m]) => m === measure)?.[1]} over time`} about={inText()}
            actions={
              <div class="choices">
                <label class="mute">Measure <select value={measure} onChange={(e) => go(here({ measure: e.currentTarget.value }))}>{measures.map(([m, text]) => <option key={m} value={m}>{text}</option>)}</select></label>
                <DimensionSelect name="Group by" value={first} times choose={(d) => group(d, second === d ? "" : second)} />
                <DimensionSelect name="and" value={second ?? ""} none="nothing else" times choose={(d) => group(first, d === first ? "" : d)} />
              </div>
            }>
            <OverTime of={series} dimension={stacked} measure={measure} />
          </Panel>
          <Panel title={`Cost by ${by.map((d) => label(d).toLowerCase()).join(" and ")}`} actions={csv}>
            <Lines by={by} {...table(data, "lines")!} within={data} sorted waiting={!answer.whole} />
            <Notes notes={data.notes} />
          </Panel>
        </>
      )}</Answered>
    </Screen>
  );
}

/** useLines asks for the lines of a table with percentiles, which take the most time, and without, to show them first. */
function useLines(question: Params): Resource<Report> & { whole: boolean } {
  const all = address(report("cost"), question);
  const few = address(report("cost"), { ...question, percentiles: "false" });
  const byLatency = String(question.sort).endsWith("p95");
  const quick = useApi<Report>(byLatency ? null : few);
  const whole = useApi<Report>(all);
  return byLatency || whole.of === all || whole.error ? { ...whole, whole: true } : { ...quick, whole: false };
}

const orders: Record<string, string> = {
  cost_usd: "cost", requests: "requests", errors: "errors", unpriced: "unpriced", average_cost_usd: "average_cost",
  input_tokens: "input_tokens", cached: "cached_tokens", output_tokens: "output_tokens", p95_seconds: "p95",
};

/** order is that of the table's headers, as the API calls it. */
function order(): string {
  const key = param("sort").replace(/^-/, "");
  if (!key) return "";
  const name = orders[key] ?? "name";
  return (name === "name") === param("sort").startsWith("-") ? `-${name}` : name;
}
