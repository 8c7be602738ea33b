import { useMemo } from "preact/hooks";

import { address, type Report, type Row, table } from "../api";
import { add, size, sub } from "../decimal";
import { asked } from "../period";
import { useApi } from "../resource";
import { to, wheres, withWhere, zone } from "../route";
import { count, day, hourAndMinute, isoDay, isoHour, label, money } from "../text";
import { colours, type Series, StackedBars } from "./chart";
import { Failed, Waiting } from "./notice";

/** Measure is a figure that is drawn and sorted by. */
export type Measure = "cost_usd" | "requests" | "input_tokens" | "output_tokens" | "errors";
export const measures: [Measure, string][] = [
  ["cost_usd", "Cost"], ["requests", "Calls"], ["input_tokens", "Tokens in"], ["output_tokens", "Tokens out"], ["errors", "Failed calls"],
];

const hourly = 3 * 86400;

interface Props {
  dimension: string;
  lines: Row[]; // of the dimension, the largest first
  measure: Measure;
  from: string;
  until: string;
}

/** OverTime draws a figure over the period, stacked by the largest values of a dimension. */
export function OverTime({ dimension, lines, measure, from, until }: Props) {
  const begin = Date.parse(from) / 1000;
  const end = Date.parse(until) / 1000;
  const bucket = end - begin <= hourly ? "hour" : "day";
  // A value with a comma would be read as two; it is among the others.
  const named = useMemo(
    () => largest(lines, dimension, measure).filter((v) => !v.includes(",") && !/^\(\d+ others\)$/.test(v)).slice(0, colours),
    [lines, dimension, measure],
  );
  const period = asked();
  const all = useApi<Report>(address("v1/reports/cost", { ...period, where: wheres.value, by: bucket, top: "0" }));
  const parts = useApi<Report>(named.length ? address("v1/reports/cost", { ...period, where: [...wheres.value, `${dimension}=${named.join(",")}`], by: `${bucket},${dimension}`, top: "0" }) : null);
  const drawn = useMemo(
    () => (all.data && (parts.data || !named.length) ? stack(all.data, parts.data, bucket, dimension, named, measure, begin, end) : null),
    [all.data, parts.data, named.join("\n"), measure, bucket, zone.value],
  );
  const error = all.error ?? parts.error;
  if (error) return <Failed error={error} />;
  if (!drawn) return <Waiting rows={7} />;
  const figure = measure === "cost_usd" ? axisMoney : (v: number) => count(Math.round(v));
  const name = measures.find(([m]) => m === measure)?.[1] ?? "";
  return (
    <StackedBars
      about={`${name} per ${bucket}, by ${label(dimension).toLowerCase()}: ${drawn.series.map((s) => s.name).join(", ")}. The table has the figures.`}
      buckets={drawn.buckets} width={bucket === "hour" ? 3600 : 86400} series={drawn.series} zone={zone.value} figure={figure}
      when={(s) => (bucket === "hour" ? `${day(new Date(s * 1000), zone.value)}, ${hourAndMinute(new Date(s * 1000), zone.value)}` : day(new Date(s * 1000), zone.value))}
    />
  );
}

/** largest are the values of a dimension, whose lines may be split by another one. */
function largest(lines: Row[], dimension: string, measure: Measure): string[] {
  const sums = new Map<string, number>();
  for (const r of lines) sums.set(String(r[dimension]), (sums.get(String(r[dimension])) ?? 0) + size(String(r[measure] ?? 0)));
  return [...sums].sort(([, a], [, b]) => b - a).map(([value]) => value);
}

/** axisMoney has the digits that an axis needs. */
export function axisMoney(v: number): string {
  if (v === 0) return "$0";
  const digits = v >= 10 ? 0 : v >= 0.1 ? 2 : 4;
  return money(v.toFixed(10), v % 1 === 0 ? 0 : digits);
}

function stack(
  all: Report, parts: Report | undefined, bucket: string, dimension: string, named: string[], measure: Measure, begin: number, end: number,
): { buckets: number[]; series: Series[] } {
  const keyOf = bucket === "hour" ? isoHour : isoDay;
  const buckets: number[] = [];
  const keys = new Map<string, number>();
  const step = bucket === "hour" ? 3600 : 86400;
  // A day is drawn at its middle, which is on it in every zone and on days of 23 and 25 hours.
  for (let at = Math.floor(begin / 3600) * 3600; at < end; at += 3600) {
    const key = keyOf(new Date(at * 1000), zone.value);
    if (keys.has(key)) continue;
    keys.set(key, buckets.length);
    buckets.push(at + (step === 3600 ? 1800 : 0));
  }
  const rest = buckets.map(() => "0");
  for (const row of table(all, "lines")?.rows ?? []) {
    const i = keys.get(String(row[bucket]));
    if (i !== undefined) rest[i] = String(row[measure] ?? 0);
  }
  const values = new Map(named.map((n) => [n, buckets.map(() => "0")]));
  for (const row of table(parts, "lines")?.rows ?? []) {
    const i = keys.get(String(row[bucket]));
    const own = values.get(String(row[dimension]));
    if (i === undefined || !own) continue;
    own[i] = add(own[i], String(row[measure] ?? 0));
    rest[i] = sub(rest[i], String(row[measure] ?? 0));
  }
  const series: Series[] = named.map((name) => ({
    name, values: values.get(name)!.map(size), href: to("explore", { where: withWhere(dimension, name), by: dimension }),
  }));
  const others = rest.map((v) => Math.max(0, size(v)));
  if (others.some((v) => v > 0)) series.push({ name: named.length ? "Others" : "All", values: others, other: named.length > 0 });
  return { buckets, series };
}
