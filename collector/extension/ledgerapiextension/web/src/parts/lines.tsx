import type { Row } from "../api";
import { size } from "../decimal";
import { isRest, isTime } from "../dimensions";
import { bucket, type Within } from "../period";
import { equals, here, type Params, to, withWhere } from "../route";
import { columnPlaces, count, label, percent, seconds, short } from "../text";
import { Cost, knownCost } from "./cost";
import { Linked, Money } from "./money";
import { Share } from "./share";
import { type Column, Table } from "./table";

interface Props {
  by: string[];
  rows: Row[];
  total?: Row;
  within: Within; // the period of the report
  few?: boolean; // the figures for a small place
  sorted?: boolean; // by the API, which has more lines than these
  waiting?: boolean; // for percentiles
}

const amount = (r: Row) => r.cost_usd as string | null;
const number = (r: Row, key: string) => r[key] as number | null;
const average = (r: Row) => (knownCost({ cost_usd: amount(r), unpriced: Number(r.unpriced) }) == null ? null : (r.average_cost_usd as string | null));
const isOthers = (r: Row, by: string[]) => isRest(String(r[by[0]]));
const isMissing = (value: string) => value.startsWith("(");

/** conditions are the filters that leave the calls of a line. */
const conditions = (row: Row, by: string[]): string[] => withWhere(...by.filter((d) => !isTime(d)).map((d) => equals(d, row[d])));

/** Lines is a cost report as a table; each line leads to its parts, each count to its calls. */
export function Lines({ by, rows, total, within, few, sorted, waiting }: Props) {
  const places = columnPlaces(rows.map(amount));
  const largest = Math.max(...rows.map((r) => size(amount(r))), 1e-12);
  // Of the total all calls; of the rest, the lines of the rest.
  const link = (row: Row, params: Params = {}) => {
    if (row === total) return to("calls", params);
    if (isOthers(row, by)) return here({ top: "0" });
    if (by.includes("hour_of_week")) return undefined; // no period
    const time = by.find(isTime);
    return to("calls", { ...(time ? bucket(String(row[time]), within) : {}), ...params, where: [...conditions(row, by), ...((params.where as string[]) ?? [])] });
  };
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
      key: "cost_usd", name: "Cost", sort: amount, partial: rows.some((r) => Number(r.unpriced) > 0),
      cell: (r) => <Cost amount={amount(r)} unpriced={Number(r.unpriced)} places={places} href={link(r, { order: "cost" })} of={String(r[by[0]])} />,
    },
    { key: "requests", name: "Calls", sort: (r) => number(r, "requests"), cell: (r) => <Linked href={link(r)}>{count(number(r, "requests"))}</Linked> },
    { key: "input_tokens", name: "Tokens in", wide: true, sort: (r) => number(r, "input_tokens"), cell: (r) => short(number(r, "input_tokens")) },
    { key: "cached", name: "Cached", wide: true, sort: cached, cell: (r) => percent(cached(r), 0) },
  ];
  if (by.includes("model")) {
    columns.push({
      key: "price", name: "Price", text: true, wide: true,
      cell: (r) => (r === total || isOthers(r, by) || isMissing(String(r.model)) ? "" : <a href={to("prices", { model: String(r.model), at: lastDay(within) })} aria-label={`rates of ${String(r.model)}`}>rates</a>),
    });
  }
  if (!few) {
    columns.push(
      { key: "output_tokens", name: "Tokens out", wide: true, sort: (r) => number(r, "output_tokens"), cell: (r) => short(number(r, "output_tokens")) },
      { key: "p95_seconds", name: "p95", wide: true, sort: (r) => number(r, "p95_seconds"), cell: (r) => (waiting ? <span class="mute">…</span> : seconds(number(r, "p95_seconds"))) },
      { key: "errors", name: "Failed", sort: (r) => number(r, "errors"), cell: (r) => <Linked href={number(r, "errors") ? link(r, { errors: "true" }) : undefined}>{count(number(r, "errors"))}</Linked> },
      ...(rows.every((r) => !r.unpriced) ? [] : [{
        key: "unpriced", name: "Unpriced", wide: true, sort: (r) => number(r, "unpriced"), cell: (r) => <Linked href={number(r, "unpriced") ? link(r, { where: ["cost_status=unpriced"] }) : undefined}>{count(number(r, "unpriced"))}</Linked>,
      } satisfies Column<Row>]),
      { key: "average_cost_usd", name: "A call", wide: true, sort: (r) => r.average_cost_usd, cell: (r) => <Money amount={average(r)} places={4} href={link(r, { order: "cost" })} /> },
      ...(by.length > 1 ? [] : [{ key: "share", name: "Share", wide: true, cell: (r: Row) => percent(number(r, "share")) }]),
    );
  }
  return (
    <Table sorted={sorted} caption={`Cost by ${by.join(" and ")}`} columns={columns} rows={rows} id={(r) => by.map((d) => r[d]).join("\n")}
      total={total && ((c) => (c.key === by[0] ? "Total" : by.includes(c.key) ? "" : c.cell(total, -1)))} />
  );
}

/** lastDay of a period, at whose prices a model is looked up. */
const lastDay = ({ until }: Within): string | undefined => until && new Date(Date.parse(until) - 1).toISOString().slice(0, 10);

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
