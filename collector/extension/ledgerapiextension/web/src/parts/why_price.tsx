import type { PriceExplanation } from "../api_types";
import { add, type Decimal, isZero, round } from "../decimal";
import { to } from "../route";
import { count, exact, grouped, label, listed } from "../text";
import { Facts, VendorFigure } from "./explained";
import { Notice } from "./notice";
import { Fix } from "./problems";

interface Props {
  price: PriceExplanation;
  model: string;
  day: string; // of the call
}

/** WhyPrice is the bill of one call, line by line, down to the rates and where they were read. */
export function WhyPrice({ price, model, day }: Props) {
  if (price.not_billed) return <Notice what="Not billed here" why={price.not_billed} />;
  const list = to("prices", { model, at: day });
  if (price.status !== "priced" && price.status !== "free") {
    return (
      <>
        <Notice what={price.status === "invalid" ? "The usage is impossible" : "No price is known"} why={price.text} fix={price.fix && <Fix text={price.fix} />} />
        <Facts facts={[["Vendor's own figure", <VendorFigure price={price} />]]} />
      </>
    );
  }
  const sum = price.lines.reduce((total, l) => add(total, l.cost_usd), "0");
  const common = price.lines.every((l) => l.per === price.lines[0].per) && per(price.lines[0]?.per);
  const sources = [...new Map(price.lines.flatMap((l) => l.sources).map((s) => [s.key, s])).values()];
  return (
    <>
      {price.lines.length === 0 ? <p class="mute">{price.text || "Nothing was used that is billed."}</p> : (
        <div class="scroll" role="group" aria-label="Line items" tabIndex={0}>
          <table>
            <caption class="unseen">Line items of the price</caption>
            <thead><tr><th scope="col" class="text">Kind</th><th scope="col">Quantity</th><th scope="col">Rate{common && ` / ${common}`}</th><th scope="col">USD</th></tr></thead>
            <tbody>
              {price.lines.map((l) => (
                <tr key={l.kind + l.rate_usd}>
                  <td class="text" title={l.from ? `Valid since ${l.from}` : undefined}>{label(l.kind)}</td>
                  <td>{count(l.quantity)}</td>
                  <td><a href={list}>{listed(l.rate_usd)}{!common && <span class="mute"> / {per(l.per)}</span>}</a>{l.multiplier !== "1" && l.multiplier && <span class="mute"> × {l.multiplier}</span>}</td>
                  <td><a class="figure" href={list}><Rounded amount={l.cost_usd} /></a></td>
                </tr>
              ))}
            </tbody>
            <tfoot><tr><td class="text" colSpan={3}>Sum</td><td data-parts><Rounded amount={sum} /></td></tr></tfoot>
          </table>
        </div>
      )}
      <Facts facts={[
        ["Price of", <a href={list}>{price.model ?? model}</a>],
        ["Catalogue", price.catalogue],
        ["Vendor's own figure", <VendorFigure price={price} />],
      ]} />
      <ul class="notes">
        {sources.map((s) => <li key={s.key}>{s.title}{s.read && `, read ${s.read}`}</li>)}
        {since(price) && <li>{since(price)}</li>}
        {price.flags.map((f) => <li key={f.name}>Assumed: {f.text}</li>)}
      </ul>
    </>
  );
}

/** places of an amount in the table; all of its digits are in the tooltip. */
const places = 6;

function Rounded({ amount }: { amount: Decimal }) {
  const shown = round(amount, places);
  return <data class="money" value={amount} title={exact(amount)}>{grouped(isZero(shown) ? amount : shown)}</data>;
}

/** since says from when on the rates hold: together, or each for itself. */
function since(price: PriceExplanation): string {
  const kinds = new Map<string, string[]>();
  for (const l of price.lines) if (l.from) kinds.set(l.from, [...(kinds.get(l.from) ?? []), label(l.kind).toLowerCase()]);
  if (kinds.size === 1 && price.lines.every((l) => l.from)) return `The rates are valid since ${[...kinds.keys()][0]}.`;
  return [...kinds].map(([from, of]) => `Valid since ${from}: ${of.join(", ")}.`).join(" ");
}

const per = (n: number): string => (n === 1_000_000 ? "M" : n === 1000 ? "k" : n > 1 ? count(n) : "each");
