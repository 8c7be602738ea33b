import type { ComponentChildren } from "preact";

import type { Row, Table as Data } from "../api";
import { round } from "../decimal";
import { isDimension, isRest } from "../dimensions";
import { equals, type Params, to, withWhere, zone } from "../route";
import { columnPlaces, count, grouped, label, moment, payablePlaces, percent, seconds } from "../text";
import { Money } from "./money";
import { type Column, Table } from "./table";

interface Props {
  table: Data;
  caption: string;
  names?: Record<string, string>; // of columns
  hide?: string[];
  wide?: string[]; // left out on a narrow screen
  cells?: Record<string, (row: Row) => ComponentChildren>;
  href?: (row: Row) => string | undefined;
  period?: Params; // of the table, where it is not that of the address
  sortKey?: string;
  sorted?: boolean;
  empty?: ComponentChildren;
}

const shares = /^(share|share_of_\w+|of_\w+|\w*_rate|change|used)$/;

/** ReportTable shows a table of any report; the name of a column says what its values are. */
export function ReportTable({ table, caption, names = {}, hide = [], wide = [], cells = {}, href, period, sortKey, sorted, empty }: Props) {
  const keys = Object.keys(table.rows[0] ?? {}).filter((k) => !hide.includes(k));
  const columns = keys.map((key): Column<Row> => {
    const places = key.endsWith("_usd") ? columnPlaces(table.rows.map((r) => r[key] as string | null))
      : key === "billed" ? payablePlaces(table.rows.map((r) => String(r[key])), String(table.rows[0].billed_currency ?? "USD")) : 0;
    const text = !/_usd$|^billed$/.test(key) && table.rows.every((r) => r[key] === null || typeof r[key] === "string");
    return {
      key, text, wide: wide.includes(key), sort: (r) => r[key],
      name: names[key] ?? label(key.replace(/_(usd|seconds)$/, "")),
      cell: (r) => cells[key]?.(r) ?? cell(key, r[key], places, period),
    };
  });
  return (
    <Table<Row> caption={caption} sorted={sorted} columns={columns} rows={table.rows} href={href} sortKey={sortKey} empty={empty}
      total={table.total && ((c) => (cells[c.key] && c.text ? String(table.total![c.key] ?? "") : totalCell(c, table.total!)))} />
  );
}

const totalCell = (c: Column<Row>, total: Row): ComponentChildren => (c.text ? String(total[c.key] ?? "") : c.cell(total, -1));

function cell(key: string, value: Row[string], places: number, period?: Params): ComponentChildren {
  if (key === "billed") return <data value={String(value)}>{grouped(round(String(value), places))}</data>; // in the statement's currency
  if (key.endsWith("_usd")) return <Money amount={value as string | null} places={places} />;
  if (typeof value === "number") {
    if (shares.test(key)) return percent(value);
    return key.endsWith("_seconds") || key === "seconds" ? seconds(value) : count(Math.round(value * 100) / 100);
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value == null || value === "") return <span class="mute">–</span>;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return moment(new Date(value), zone.value);
  return isDimension(key) && !isRest(value) ? <a href={to("explore", { ...period, where: withWhere(equals(key, value)), by: key === "model" ? "user" : "model" })}>{value}</a> : value;
}
