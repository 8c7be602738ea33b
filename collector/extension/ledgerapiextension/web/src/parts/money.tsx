import type { ComponentChildren } from "preact";

import type { Decimal } from "../decimal";
import { exact, money, signed, unknown } from "../text";

export interface MoneyProps {
  amount: Decimal | null | undefined;
  places?: number;
  sign?: boolean;
  href?: string; // what the amount is made of
  of?: string; // what the amount is, for a screen reader
}

/** Money shows a rounded amount; its exact value is in the element and in the tooltip. */
export function Money({ amount, places, sign, href, of }: MoneyProps) {
  if (amount == null) return <span class="mute" title="No price is known, so that the cost is not known">{unknown}</span>;
  const shown = sign ? signed(amount, places) : money(amount, places);
  const figure = <data class="money" value={amount} title={exact(amount)}>{shown}</data>;
  return href ? <a class="figure" href={href} aria-label={of ? `${shown}: ${of}` : undefined}>{figure}</a> : figure;
}

/** Exact is an amount with all of its digits. */
export function Exact({ amount, href, of }: { amount: Decimal; href?: string; of?: string }) {
  const figure = <data class="money" value={amount}>{exact(amount)}</data>;
  return href ? <a class="figure" href={href} aria-label={of ? `${exact(amount)}: ${of}` : undefined}>{figure}</a> : figure;
}

/** Linked is a figure that leads to what it is made of, where there is such a place. */
export const Linked = ({ href, children }: { href: string | undefined; children: ComponentChildren }) => (href ? <a href={href}>{children}</a> : <>{children}</>);

/** BigMoney is the amount that a screen begins with. */
export function BigMoney({ amount, places }: MoneyProps) {
  if (amount == null) return <>{unknown}</>;
  const shown = money(amount, places);
  const sign = shown.indexOf("$");
  return (
    <data class="money" value={amount} title={exact(amount)}>
      {shown.slice(0, sign)}<span class="currency">$</span>{shown.slice(sign + 1)}
    </data>
  );
}

interface StatProps {
  name: ComponentChildren;
  value: ComponentChildren;
  href?: string;
  parts?: boolean; // what it is made of is on the same screen
  children?: ComponentChildren; // the meaning
}

/** Stat is a figure with its meaning under it. */
export function Stat({ name, value, href, parts, children }: StatProps) {
  return (
    <div class="stat">
      <div class="stat-name">{name}</div>
      <div class="stat-value" data-parts={parts}>{href ? <a href={href}>{value}</a> : value}</div>
      <div class="stat-meaning">{children}</div>
    </div>
  );
}
