import type { Row } from "../api";
import { size } from "../decimal";
import { here, to, wheres } from "../route";
import { columnPlaces, count, label, percent, plural, seconds, short } from "../text";
import { Money } from "./money";
import { Share } from "./share";
import { type Column, Table } from "./table";

interface Props {
  by: string[];
  rows: Row[];
  total?: Row;
  few?: boolean; // the figures for a small place
  sorted?: boolean; // by the API, which has more lines than these
}

const amount = (r: Row) => r.cost_usd as string | null;
const number = (r: Row, key: string) => r[key] as number | null;
const isOthers = (r: Row, by: string[]) => /^\(\d+ others\)$/.test(String(r[by[0]]));

/** conditions are the filters that leave the calls of a line. */
function conditions(row: Row, by: string[]): string[] {
  const own = by.filter((d) => d !== "hour" && d !== "day" && d !== "month" && d !== "hour_of_week");
  return own.reduce((kept, d) => [...kept.filter((w) => !w.startsWith(`${d}=`)), `${d}=${row[d]}`], wheres.value);
}

/** Lines is a cost report as a table; each line leads to its parts, each count to its calls. */
export function Lines({ by, rows, total, few, sorted }: Props) {
  const places = columnPlaces(rows.map(amount));
  const largest = Math.max(...rows.map((r) => size(amount(r))), 1e-12);
  const calls = (row: Row) => (isOthers(row, by) ? undefined : to("calls", { where: conditions(row, by) }));
  const columns: Column<Row>[] = [
    ...by.map((d, i): Column<Row> => ({
      key: d, name: label(d), text: true, sort: (r) => r[d],
      cell: (r) => (
        <>
          {isOthers(r, by) ? (i === 0 ? <a href={here({ top: "0" })}>{String(r[d])}</a> : "") : <a href={to("explore", { where: conditions(r, by.slice(0, i + 1)), by: next(d) })}>{String(r[d])}</a>}
          {i === 0 && <Share of={size(amount(r)) / largest} />}
        </>
      ),
    })),
    {
      key: "cost_usd", name: "Cost", sort: amount,
      cell: (r) => (
        <>
          <Money amount={amount(r)} places={places} href={calls(r) && `${calls(r)}&order=cost`} of={String(r[by[0]])} />
          {Number(r.unpriced) > 0 && amount(r) != null && <Incomplete unpriced={Number(r.unpriced)} />}
        </>
      ),
    },
    { key: "requests", name: "Calls", sort: (r) => number(r, "requests"), cell: (r) => linked(calls(r), count(number(r, "requests"))) },
    { key: "input_tokens", name: "Tokens in", wide: true, sort: (r) => number(r, "input_tokens"), cell: (r) => short(number(r, "input_tokens")) },
    { key: "cached", name: "Cached", wide: true, sort: cached, cell: (r) => percent(cached(r), 0) },
  ];
  if (!few) {
    columns.push(
      { key: "output_tokens", name: "Tokens out", wide: true, sort: (r) => number(r, "output_tokens"), cell: (r) => short(number(r, "output_tokens")) },
      { key: "p95_seconds", name: "p95", wide: true, sort: (r) => number(r, "p95_seconds"), cell: (r) => seconds(number(r, "p95_seconds")) },
      { key: "errors", name: "Failed", sort: (r) => number(r, "errors"), cell: (r) => linked(number(r, "errors") ? calls(r) && `${calls(r)}&errors=true` : undefined, count(number(r, "errors"))) },
      { key: "unpriced", name: "Unpriced", wide: true, sort: (r) => number(r, "unpriced"), cell: (r) => linked(number(r, "unpriced") ? calls(r) && `${calls(r)}&where=cost_status%3Dunpriced` : undefined, count(number(r, "unpriced"))) },
      { key: "average_cost_usd", name: "A call", wide: true, sort: (r) => r.average_cost_usd, cell: (r) => <Money amount={r.average_cost_usd as string | null} places={4} /> },
      ...(by.length > 1 ? [] : [{ key: "share", name: "Share", wide: true, cell: (r: Row) => percent(number(r, "share")) }]),
    );
  }
  return (
    <Table sorted={sorted} caption={`Cost by ${by.join(" and ")}`} columns={columns} rows={rows} id={(r) => by.map((d) => r[d]).join("\n")}
      total={total && ((c) => (c.key === by[0] ? "Total" : by.includes(c.key) ? "" : c.key === "cost_usd" ? <Money amount={amount(total)} places={places} /> : c.cell(total, -1)))} />
  );
}

/** Incomplete marks an amount that leaves calls out. */
export const Incomplete = ({ unpriced }: { unpriced: number }) => <span class="warn" title={`${plural(unpriced, "call")} without a price are not in it`}> + ?</span>;

const linked = (href: string | undefined, text: string) => (href ? <a href={href}>{text}</a> : text);

function cached(r: Row): number | null {
  const input = number(r, "input_tokens");
  return input ? (number(r, "cached_tokens") ?? 0) / input : null;
}

/** next is the dimension that explains another. */
function next(dimension: string): string {
  const order = ["department", "application", "user", "agent", "model", "user"];
  const at = order.indexOf(dimension);
  return at >= 0 && at < order.length - 1 ? order[at + 1] : "model";
}
