// What calls can be grouped and filtered by, as the API lists it, tags among them.

import { signal } from "@preact/signals";

import { address, get } from "./api";
import type { Dimensions } from "./api_types";
import { dimensions as path } from "./endpoints";

export type Dimension = Dimensions["dimensions"][number];

export const dimensions = signal<Dimension[]>([]);

/** load asks once; a list of other days would hardly differ. */
export function load(): void {
  get<Dimensions>(address(path, { since: "30d" })).then((answer) => (dimensions.value = answer.dimensions), () => {
    // The screens say what is wrong.
  });
}

/** isTime says that a dimension is a bucket of time, which is the period's to choose and no filter. */
export const isTime = (key: string): boolean => ["hour", "day", "month", "hour_of_week"].includes(key);

/** isRest says that a label stands for all values beyond those listed. */
export const isRest = (value: string): boolean => /^\(\d+ others\)$/.test(value);

/** isDimension says that a column holds values to filter by. */
export const isDimension = (key: string): boolean => dimensions.value.some((d) => d.name === key && d.kind !== "time");
