import { asked } from "../period";
import { go, here, param, type Params, to, wheres } from "../route";

const page = 100;
const largest = 5000;

/** listQuestion has the parameters of a list. */
export const listQuestion = (): Params => ({
  ...asked(), where: wheres.value, trace: param("trace"), sort: param("order"), errors: param("errors"), min_cost: param("min_cost"), top: param("top") || String(page),
});

const names: Record<string, string> = { newest: "Newest", slowest: "Slowest", cost: "Most expensive" };

interface Props {
  orders: string[];
  errors?: boolean;
}

/** ListControls choose the order of a list and leave lines out. */
export function ListControls({ orders, errors = true }: Props) {
  const order = param("order") || orders[0];
  return (
    <div class="choices list-controls">
      <div class="choices" role="group" aria-label="Order">
        {orders.map((o) => <button type="button" key={o} aria-pressed={order === o} onClick={() => go(here({ order: o === orders[0] ? "" : o }), true)}>{names[o]}</button>)}
      </div>
      {errors && (
        <>
          {param("trace") && (
            <span class="chip"><b>run</b> = <a href={to("runs", {}, param("trace"))}>{param("trace").slice(0, 8)}</a>
              <button type="button" class="remove" aria-label="Show the calls of all runs" onClick={() => go(here({ trace: "" }))}>×</button></span>
          )}
          <button type="button" aria-pressed={param("errors") === "true"} onClick={() => go(here({ errors: param("errors") ? "" : "true" }))}>Failed only</button>
          <label class="mute">from $ <input inputMode="decimal" size={6} placeholder="0.05" pattern="\d+(\.\d+)?" value={param("min_cost")} onChange={(e) => e.currentTarget.checkValidity() && go(here({ min_cost: e.currentTarget.value }))} /></label>
        </>
      )}
    </div>
  );
}

/** More asks for a longer list. */
export function More({ more }: { more?: boolean }) {
  if (!more) return null;
  const shown = Number(param("top")) || page;
  return shown >= largest
    ? <p class="mute">These are the first {shown}. Filter, or take a shorter period, to see others.</p>
    : <p><button type="button" class="button" onClick={() => go(here({ top: String(Math.min(largest, shown * 5)) }), true)}>Show more</button></p>;
}
