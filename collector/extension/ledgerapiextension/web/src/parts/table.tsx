import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";

import { compare, isDecimal } from "../decimal";
import { go, here, param } from "../route";
import { useWindowed } from "./windowed";

export type SortValue = string | number | boolean | null | undefined;

export interface Column<R> {
  key: string;
  name: ComponentChildren;
  cell: (row: R, index: number) => ComponentChildren;
  sort?: (row: R) => SortValue;
  text?: boolean; // aligned left
  wide?: boolean; // left out on a narrow screen
  wrap?: boolean;
  partial?: boolean; // some amounts have a mark after them, which takes room
}

interface Props<R> {
  caption: string;
  columns: Column<R>[];
  rows: readonly R[];
  id?: (row: R) => string;
  href?: (row: R) => string | undefined;
  total?: (column: Column<R>) => ComponentChildren;
  sortKey?: string; // parameter of the address that holds the order
  empty?: ComponentChildren;
  sorted?: boolean; // by the API
}

const usualHeight = 36; // of a row

/** Table sorts by its headers and draws only the rows in sight. */
export function Table<R>({ caption, columns, rows, id, href, total, sortKey = "sort", empty, sorted: given }: Props<R>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const order = param(sortKey);
  const sorted = useMemo(() => (given ? rows : sort(rows, columns, order)), [rows, columns.map((c) => c.key).join(), order]);
  const { first, end, rowHeight } = useWindowed(body, sorted.length, usualHeight);
  if (rows.length === 0) return <p class="nothing">{empty ?? "Nothing in this period."}</p>;
  return (
    <div class="scroll" role="group" aria-label={caption} tabIndex={0}>
      <table aria-rowcount={sorted.length}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>{columns.map((c) => <Header key={c.key} column={c} order={order} sortKey={sortKey} />)}</tr>
        </thead>
        <tbody ref={body}>
          {first > 0 && <tr class="spacer" aria-hidden="true" style={{ height: `${first * rowHeight}px` }}><td /></tr>}
          {sorted.slice(first, end).map((row, i) => {
            const link = href?.(row);
            return (
              <tr key={id ? id(row) : first + i} class={link ? "linked" : undefined} data-row={link ?? ""} onClick={link ? (e) => follow(e, link) : undefined}>
                {columns.map((c) => <td key={c.key} class={cellClass(c)}>{c.cell(row, first + i)}</td>)}
              </tr>
            );
          })}
          {end < sorted.length && <tr class="spacer" aria-hidden="true" style={{ height: `${(sorted.length - end) * rowHeight}px` }}><td /></tr>}
        </tbody>
        {total && (
          <tfoot>
            <tr>{columns.map((c) => <td key={c.key} class={cellClass(c)}>{total(c)}</td>)}</tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

const cellClass = <R,>(c: Column<R>): string | undefined =>
  [c.text && "text", c.wide && "wide", c.wrap && "wrap", c.partial && "partial"].filter(Boolean).join(" ") || undefined;

function Header<R>({ column, order, sortKey }: { column: Column<R>; order: string; sortKey: string }) {
  if (!column.sort) return <th scope="col" class={cellClass(column)}>{column.name}</th>;
  const down = order === `-${column.key}`;
  const up = order === column.key;
  const next = down ? column.key : `-${column.key}`;
  return (
    <th scope="col" class={cellClass(column)} aria-sort={down ? "descending" : up ? "ascending" : undefined}>
      <button type="button" class="sort" onClick={() => go(here({ [sortKey]: next }), true)}>
        {column.name}<span aria-hidden="true" class="arrow">{down ? "↓" : up ? "↑" : ""}</span>
      </button>
    </th>
  );
}

function follow(e: MouseEvent, link: string): void {
  if ((e.target as HTMLElement).closest("a, button, input, select") || getSelection()?.toString()) return;
  if (e.metaKey || e.ctrlKey) open(link);
  else go(link);
}

function sort<R>(rows: readonly R[], columns: Column<R>[], order: string): readonly R[] {
  const column = columns.find((c) => c.key === order.replace(/^-/, ""));
  if (!column?.sort) return rows;
  const value = column.sort;
  const direction = order.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = value(a);
    const y = value(b);
    if (x == null || y == null) return x == null ? (y == null ? 0 : 1) : -1;
    return direction * compareValues(Number.isFinite(x) ? (x as number) : String(x), Number.isFinite(y) ? (y as number) : String(y));
  });
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const x = String(a);
  const y = String(b);
  return isDecimal(x) && isDecimal(y) ? compare(x, y) : x.localeCompare(y, "en", { numeric: true });
}
