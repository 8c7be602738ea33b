import type { Mover } from "../api_types";
import { Money } from "../parts/money";
import { Table } from "../parts/table";
import { to, withWhere } from "../route";
import { columnPlaces, count, label } from "../text";

interface Props {
  movers: Mover[];
  by: string;
  whole?: boolean; // with the calls as well
}

/** Movers are the values of a dimension whose cost changed most. */
export function Movers({ movers, by, whole }: Props) {
  const places = columnPlaces(movers.flatMap((m) => [m.before_usd, m.cost_usd]));
  const value = (m: Mover) => m.labels[by] ?? Object.values(m.labels).join(", ");
  return (
    <Table caption="What changed" rows={movers} id={value} sortKey="movers"
      columns={[
        { key: "value", name: label(by), text: true, cell: (m) => <a href={to("explore", { where: withWhere(by, value(m)) })}>{value(m)}</a> },
        { key: "change", name: "Change", sort: (m) => m.change_usd, cell: (m) => <span class={m.change_usd.startsWith("-") ? "good" : "bad"}><Money amount={m.change_usd} places={places} sign /></span> },
        ...(whole ? [{ key: "before", name: "Before", wide: true, sort: (m: Mover) => m.before_usd, cell: (m: Mover) => <Money amount={m.before_usd} places={places} /> }] : []),
        { key: "now", name: "Now", sort: (m) => m.cost_usd, cell: (m) => <Money amount={m.cost_usd} places={places} /> },
        ...(whole ? [
          { key: "before_requests", name: "Calls before", wide: true, sort: (m: Mover) => m.before_requests, cell: (m: Mover) => count(m.before_requests) },
          { key: "requests", name: "Calls now", wide: true, sort: (m: Mover) => m.requests, cell: (m: Mover) => count(m.requests) },
        ] : []),
      ]} />
  );
}
