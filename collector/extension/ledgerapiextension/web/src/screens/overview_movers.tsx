import { address, type Report, table } from "../api";
import { compare, isZero, sub } from "../decimal";
import { Money } from "../parts/money";
import { Waiting } from "../parts/notice";
import { Panel } from "../parts/shell";
import { Table } from "../parts/table";
import { asked } from "../period";
import { useApi } from "../resource";
import { param, to, wheres, withWhere } from "../route";
import { columnPlaces, label } from "../text";
import { earlier } from "./overview";

interface Mover {
  value: string;
  before: string;
  now: string;
  difference: string;
}

const shown = 7;
const enough = "2000";

/** Movers are the values of a dimension whose cost changed most against the period before. */
export function Movers({ by, from, until }: { by: string; from: string; until: string }) {
  const now = useApi<Report>(address("v1/reports/cost", { ...asked(), where: wheres.value, by, top: enough }));
  const before = useApi<Report>(address("v1/reports/cost", { ...earlier({ from, until }), zone: param("zone"), where: wheres.value, by, top: enough }));
  const title = <>What changed</>;
  if (!now.data || !before.data) return <Panel title={title}><Waiting rows={6} /></Panel>;
  const movers = difference(costs(now.data, by), costs(before.data, by));
  const places = columnPlaces(movers.flatMap((m) => [m.before, m.now]));
  const none = !table(before.data, "lines")?.rows.length;
  return (
    <Panel title={title} about="against the time before" actions={<a href={to("compare")}>Why</a>}>
      {none ? <p class="nothing">There are no calls in the time before. What costs most is in the table below.</p> : (
        <Table caption="What changed" rows={movers.slice(0, shown)} id={(m) => m.value}
          columns={[
            { key: "value", name: label(by), text: true, cell: (m) => <a href={to("explore", { where: withWhere(by, m.value) })}>{m.value}</a> },
            { key: "before", name: "Before", wide: true, cell: (m) => <Money amount={m.before} places={places} /> },
            { key: "now", name: "Now", wide: true, cell: (m) => <Money amount={m.now} places={places} /> },
            { key: "difference", name: "Change", cell: (m) => <span class={m.difference.startsWith("-") ? "good" : "bad"}><Money amount={m.difference} places={places} sign /></span> },
          ]} />
      )}
    </Panel>
  );
}

const costs = (report: Report, by: string): Map<string, string> =>
  new Map((table(report, "lines")?.rows ?? []).map((r) => [String(r[by]), String(r.cost_usd ?? "0")]));

function difference(now: Map<string, string>, before: Map<string, string>): Mover[] {
  const absolute = (m: Mover) => m.difference.replace(/^-/, "");
  return [...new Set([...now.keys(), ...before.keys()])]
    .map((value) => {
      const [n, b] = [now.get(value) ?? "0", before.get(value) ?? "0"];
      return { value, now: n, before: b, difference: sub(n, b) };
    })
    .filter((m) => !isZero(m.difference))
    .sort((a, b) => compare(absolute(b), absolute(a)));
}
