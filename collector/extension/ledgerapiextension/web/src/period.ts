// The period that a screen is about, as the API takes it.

import { address, type Report, table } from "./api";
import { report } from "./endpoints";
import { useApi } from "./resource";
import { isoDay, isoHour, monthAndYear } from "./text";
import { param, type Params, route, zone } from "./route";

export const presets: [name: string, since: string][] = [
  ["Last hour", "1h"],
  ["Last 24 hours", "24h"],
  ["Last 7 days", "7d"],
  ["Last 30 days", "30d"],
  ["Last 90 days", "90d"],
];

export const standard = "7d";

/** asked are the parameters of the period of this screen. */
export function asked(): Params {
  const from = param("from");
  if (from) return { from, to: param("to"), zone: param("zone") };
  return { since: param("since") || standard, zone: param("zone") };
}

/** open says whether the period ends now, so that new calls belong to it. */
export const isOpen = (): boolean => !param("to");

const unit: Record<string, number> = { m: 60, h: 3600, d: 86400, w: 7 * 86400 };

/** lengthOf is the length of "24h" in seconds; null when it is not such a text. */
export function lengthOf(since: string): number | null {
  const match = /^(\d+)([mhdw])$/.exec(since);
  return match ? Number(match[1]) * unit[match[2]] : null;
}

/** name is the period in words. */
export function name(): string {
  const query = route.value.query;
  const from = query.get("from");
  const until = query.get("to");
  if (from) {
    const known = days().find((d) => d.from === from && d.to === (until ?? ""))?.name ?? monthOf(from, until);
    return known ?? (until ? `${from} to ${until}` : `Since ${from}`);
  }
  const since = query.get("since") || standard;
  return presets.find(([, s]) => s === since)?.[0] ?? `Last ${since}`;
}

/** inText is the name within a line of text: a month keeps its capital. */
export const inText = (): string => name().replace(/^(Last|Since|Today|Yesterday)/, (word) => word.toLowerCase());

function monthOf(from: string, until: string | null): string | null {
  if (!until || !/^\d{4}-\d{2}-01$/.test(from)) return null;
  const begin = new Date(`${from}T00:00:00Z`);
  const next = new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1, 1));
  if (until !== next.toISOString().slice(0, 10)) return null;
  return monthAndYear(begin);
}

/** days are today and yesterday in the zone. */
export function days(): { name: string; from: string; to: string }[] {
  const today = isoDay(new Date(), zone.value);
  const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
  return [{ name: "Today", from: today, to: "" }, { name: "Yesterday", from: yesterday, to: today }];
}

/** months are this calendar month and the ones before it, newest first. */
export function months(n: number): { name: string; month: string; from: string; to: string }[] {
  const [year, month] = isoDay(new Date(), zone.value).split("-").map(Number);
  return Array.from({ length: n }, (_, i) => {
    const begin = new Date(Date.UTC(year, month - 1 - i, 1));
    const next = new Date(Date.UTC(year, month - i, 1));
    const from = begin.toISOString().slice(0, 10);
    return {
      name: monthAndYear(begin),
      month: from.slice(0, 7),
      from,
      to: next.toISOString().slice(0, 10),
    };
  });
}

/** useMonths are those of the last n calendar months that have calls, newest first; all, until the answer is there. */
export function useMonths(n: number, chosen?: string): ReturnType<typeof months> {
  const all = months(n);
  const { data } = useApi<Report>(address(report("cost"), { from: all[n - 1].from, zone: param("zone"), by: "month", top: "0", percentiles: "false" }), { live: false });
  if (!data) return all;
  const known = new Set(table(data, "lines")?.rows.map((r) => String(r.month)));
  return all.filter((m, i) => known.has(m.month) || m.month === chosen || (i === 0 && known.size === 0));
}

/** wholeHours are the last n whole hours: their sums are kept, and the same hours of other weeks are as long. */
export function wholeHours(n: number): { from: string; to: string } {
  const hour = 3_600_000;
  const end = Math.floor(Date.now() / hour) * hour;
  return { from: new Date(end - n * hour).toISOString(), to: new Date(end).toISOString() };
}

/** Within are the bounds of a report, as it names them. */
export interface Within {
  from?: string;
  until?: string;
}

/** bucket is the part of a report's period that lies in one of its hours, days or months, such as 2026-11-29T14. */
export function bucket(key: string, within: Within): Params {
  const inIt = (at: number) => isoHour(new Date(at), zone.value).startsWith(key);
  const [from, to] = bounds(key);
  return {
    since: "",
    from: within.from && inIt(Date.parse(within.from)) ? within.from : from,
    to: within.until && inIt(Date.parse(within.until) - 1) ? within.until : to,
  };
}

/** bounds are the beginning of a bucket and of the one after it, by the clock of the zone. */
function bounds(key: string): [from: string, to: string] {
  const [year, month, day = 1, hour = 0] = key.split(/[-T]/).map(Number);
  const at = (m: number, d: number, h: number) => new Date(Date.UTC(year, m, d, h)).toISOString();
  switch (key.length) {
    case 7:
      return [`${key}-01`, at(month, 1, 0).slice(0, 10)];
    case 10:
      return [key, at(month - 1, day + 1, 0).slice(0, 10)];
    default:
      return [`${key}:00`, at(month - 1, day, hour + 1).slice(0, 16)];
  }
}
