import { type Decimal, isZero } from "../decimal";
import { plural } from "../text";
import { BigMoney, Exact, Money, type MoneyProps } from "./money";

/** Incomplete marks an amount that leaves calls out. */
export const Incomplete = ({ unpriced, mark = " + ?" }: { unpriced: number; mark?: string }) => <span class="warn incomplete" title={`Does not include ${plural(unpriced, "call")} without a price`}>{mark}</span>;

/** Cost is the amount of several calls, and a mark where some of them have no price. */
export const Cost = ({ unpriced, ...money }: MoneyProps & { unpriced: number }) => (
  <><Money {...money} />{unpriced > 0 && money.amount != null && <Incomplete unpriced={unpriced} />}</>
);

/** ExactCost is Cost with all digits. */
export const ExactCost = ({ unpriced, ...exact }: { amount: Decimal | null; href?: string; of?: string; unpriced: number }) => (
  exact.amount == null ? <Money amount={null} /> : <><Exact {...exact} amount={exact.amount} />{unpriced > 0 && <Incomplete unpriced={unpriced} />}</>
);

/** BigCost is the same as the figure that a screen begins with. */
export const BigCost = ({ amount, unpriced }: MoneyProps & { unpriced: number }) => (
  <><BigMoney amount={amount} />{unpriced > 0 && amount != null && <span class="unit"><Incomplete unpriced={unpriced} /></span>}</>
);

/** knownCost is null also where what has a price is free, and the rest has none. */
export const knownCost = ({ cost_usd: cost, unpriced }: { cost_usd: Decimal | null; unpriced: number }): Decimal | null =>
  (cost != null && unpriced > 0 && isZero(cost) ? null : cost);
