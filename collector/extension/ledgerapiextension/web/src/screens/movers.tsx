import type { Mover } from "../api_types";
import { Money } from "../parts/money";
import { Table } from "../parts/table";
import type { Within } from "../period";
import { equals, to, withWhere } from "../route";
import { columnPlaces, count, label, tone } from "../text";

interface Props {
  movers: Mover[];
  by: string;
  before: Within; // the earlier period
  whole?: boolean; // with the calls as well
}

/** Movers are the values of a dimension whose cost changed most. */
export function Movers({ movers, by, before, whole }: Props) {
  const places = columnPlaces(movers.flatMap((m) => [m.before_usd, m.cost_usd]));
  const own = (m: Mover) => withWhere(...Object.entries(m.labels).map(([d, v]) => equals(d, v)));
  const now = (m: Mover) => to("calls", { where: own(m), order: "cost" });
  const earlier = (m: Mover) => to("calls", { where: own(m), order: "cost", since: "", from: before.from, to: before.until });
  const why = (m: Mover) => to("compare", { where: own(m), by: by === "model" ? "user" : "model" });
  const value = (m: Mover) => m.labels[by] ?? Object.values(m.labels).join(", ");
  return (
    <Table caption="What changed" rows={movers} id={value} sortKey="movers"
      columns={[
        { key: "value", name: label(by), text: true, cell: (m) => <a href={to("explore", { where: own(m) })}>{value(m)}</a> },
        { key: "change", name: "Change", sort: (m) => m.change_usd, cell: (m) => <span class={tone(m.change_usd)}><Money amount={m.change_usd} places={places} sign href={why(m)} of={`change of ${value(m)}`} /></span> },
        ...(whole ? [{ key: "before", name: "Before", wide: true, sort: (m: Mover) => m.before_usd, cell: (m: Mover) => <Money amount={m.before_usd} places={places} href={earlier(m)} of={`${value(m)} before`} /> }] : []),
        { key: "now", name: "Now", sort: (m) => m.cost_usd, cell: (m) => <Money amount={m.cost_usd} places={places} href={now(m)} of={`${value(m)} now`} /> },
        ...(whole ? [
          { key: "before_requests", name: "Calls before", wide: true, sort: (m: Mover) => m.before_requests, cell: (m: Mover) => <a href={earlier(m)}>{count(m.before_requests)}</a> },
          { key: "requests", name: "Calls now", wide: true, sort: (m: Mover) => m.requests, cell: (m: Mover) => <a href={now(m)}>{count(m.requests)}</a> },
        ] : []),
      ]} />
  );
}
