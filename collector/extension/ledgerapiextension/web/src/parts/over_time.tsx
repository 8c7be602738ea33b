import { useMemo } from "preact/hooks";

import { address } from "../api";
import type { Series as Answer, SeriesLine } from "../api_types";
import { size } from "../decimal";
import { series as path } from "../endpoints";
import { asked } from "../period";
import { type Resource, useApi } from "../resource";
import { equals, to, wheres, withWhere, zone } from "../route";
import { count, day, hourAndMinute, label, money } from "../text";
import { StackedBars } from "./chart";
import { Failed, Waiting } from "./notice";
import { colours, type Series } from "./plot";

/** Measure is a figure that is drawn over time. */
export type Measure = "cost_usd" | "requests" | "input_tokens" | "output_tokens" | "errors";
export const measures: [Measure, string][] = [
  ["cost_usd", "Cost"], ["requests", "Calls"], ["input_tokens", "Tokens in"], ["output_tokens", "Tokens out"], ["errors", "Failed calls"],
];

/** useSeries asks for the figures over the period, by the largest values of a dimension. */
export const useSeries = (dimension: string): Resource<Answer> =>
  useApi<Answer>(address(path, { ...asked(), where: wheres.value, by: dimension, top: String(colours) }));

interface Props {
  of: Resource<Answer>;
  dimension: string;
  measure: Measure;
}

/** OverTime draws a figure over the period, stacked by the largest values of a dimension. */
export function OverTime({ of: { data, error }, dimension, measure }: Props) {
  const drawn = useMemo(() => data?.series.map((s) => line(s, dimension, measure)).filter((s) => s.values.some((v) => v > 0)) ?? [], [data, measure]);
  if (error) return <Failed error={error} />;
  if (!data) return <Waiting rows={7} />;
  const name = measures.find(([m]) => m === measure)?.[1] ?? "";
  const when = (i: number) => {
    const at = new Date(data.buckets[i].start);
    return `${day(at, zone.value)}${data.interval === "hour" ? `, ${hourAndMinute(at, zone.value)}` : ""}${data.buckets[i].partial ? " (in part)" : ""}`;
  };
  return (
    <StackedBars
      about={`${name} per ${data.interval}, by ${label(dimension).toLowerCase()}: ${drawn.map((s) => s.name).join(", ")}. The table has the figures.`}
      buckets={data.buckets} interval={data.interval} series={drawn} zone={zone.value} when={when}
      axis={measure === "cost_usd" ? axisMoney : axisCount} figure={measure === "cost_usd" ? (v) => money(v.toFixed(10)) : (v) => count(Math.round(v))}
    />
  );
}

const line = (s: SeriesLine, dimension: string, measure: Measure): Series => ({
  name: s.rest ? `${count(s.groups)} others` : s.label,
  values: s[measure].map((v) => size(String(v))),
  href: s.rest ? undefined : to("explore", { where: withWhere(equals(dimension, s.label)), by: dimension }),
  other: s.rest,
});

/** axisMoney has the digits that the steps of an axis need. */
function axisMoney(steps: number[]): string[] {
  const step = steps.length > 1 ? steps[1] - steps[0] : 1;
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  const places = digits === 1 || (digits === 0 && step % 1) ? 2 : digits;
  return steps.map((v) => (v === 0 ? "$0" : `$${v.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places })}`));
}

const axisCount = (steps: number[]): string[] => steps.map((v) => v.toLocaleString("en", { notation: v >= 100_000 ? "compact" : "standard" }));
