import { plural } from "../text";
import { Money, type MoneyProps } from "./money";

/** Incomplete marks an amount that leaves calls out. */
export const Incomplete = ({ unpriced }: { unpriced: number }) => <span class="warn incomplete" title={`${plural(unpriced, "call")} without a price are not in it`}> + ?</span>;

/** Cost is the amount of several calls, and a mark where some of them have no price. */
export const Cost = ({ unpriced, ...money }: MoneyProps & { unpriced: number }) => (
  <><Money {...money} />{unpriced > 0 && money.amount != null && <Incomplete unpriced={unpriced} />}</>
);
