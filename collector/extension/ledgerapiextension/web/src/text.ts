// How figures are written for people.

import { compare, type Decimal, isZero, round } from "./decimal";

export const unknown = "–";

/** grouped puts a comma between thousands of a number's text. */
export function grouped(text: string): string {
  const [whole, fraction] = text.split(".");
  const out = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? out : `${out}.${fraction}`;
}

export const count = (n: number | null | undefined): string => (n == null ? unknown : grouped(String(n)));

export const signedCount = (n: number): string => (n > 0 ? `+${count(n)}` : count(n).replace("-", "−"));

/** short writes a large count in three digits: 1.26 M. */
export function short(n: number | null | undefined): string {
  if (n == null) return unknown;
  for (const [unit, sign] of [[1e12, "T"], [1e9, "B"], [1e6, "M"]] as const) {
    if (n >= unit) return `${trimmed(n / unit)} ${sign}`;
  }
  return n >= 100_000 ? `${trimmed(n / 1000)} k` : grouped(String(Math.round(n)));
}

const trimmed = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

/** places of an amount that stands alone: cents, or four where cents say nothing. */
const places = (amount: Decimal): number => (atLeast(amount, "1") ? 2 : 4);

const absolute = (amount: Decimal): Decimal => amount.replace(/^-/, "");
const atLeast = (amount: Decimal, limit: Decimal): boolean => compare(absolute(amount), limit) >= 0;

/** money writes an amount with its currency sign: $1,234.57, and $0.0042 below a dollar. */
export function money(amount: Decimal | null | undefined, digits?: number): string {
  if (amount == null) return unknown;
  const shown = digits ?? places(amount);
  const smallest = shown ? `0.${"0".repeat(shown - 1)}1` : "1";
  if (!isZero(amount) && !atLeast(amount, smallest)) return `${amount.startsWith("-") ? ">−" : "<"}$${smallest}`;
  const text = round(amount, shown);
  return text.startsWith("-") ? `−$${grouped(text.slice(1))}` : `$${grouped(text)}`;
}

/** exact writes an amount with all of its digits. */
export const exact = (amount: Decimal): string => `$${grouped(amount)}`.replace("$-", "−$");

/** listed writes a price with all of its digits, and cents at least, so that prices of one column align. */
export function listed(usd: Decimal): string {
  const [whole, fraction = ""] = usd.split(".");
  return `$${grouped(whole)}.${fraction.padEnd(2, "0")}`;
}

/** signed writes a difference of amounts. */
export function signed(amount: Decimal, digits?: number): string {
  const text = money(amount, digits);
  return amount.startsWith("-") || isZero(amount) ? text : `+${text}`;
}

/** tone of a difference in cost; none where nothing changed. */
export const tone = (difference: Decimal): "good" | "bad" | undefined => (isZero(difference) ? undefined : difference.startsWith("-") ? "good" : "bad");

/** conditionsOf the scope of a budget, whose values may hold spaces: department=Customer Care tag:tier=gold. */
export const conditionsOf = (scope: string): string[] => (scope === "everything" ? [] : scope.split(/ (?=(?:tag:[^ =]+|[a-z_]+)=)/));

/** columnPlaces are the places that all amounts of one column have, so that their points align: cents from ten dollars on. */
export function columnPlaces(amounts: (Decimal | null | undefined)[]): number {
  return amounts.some((a) => a != null && atLeast(a, "10")) ? 2 : 4;
}

/**
 * payablePlaces are those of billed amounts: what the currency has, and all that the ledger billed, since browsers
 * do not know all currencies.
 */
export function payablePlaces(amounts: Decimal[], currency: string): number {
  const usual = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return Math.max(usual, ...amounts.map((a) => a.split(".")[1]?.length ?? 0));
}

export function percent(share: number | null | undefined, digits = 1): string {
  if (share == null) return unknown;
  const value = share * 100;
  if (value !== 0 && Math.abs(value) < 0.05 && digits === 1) return value < 0 ? ">−0.1%" : "<0.1%";
  return `${value < 0 ? "−" : ""}${grouped(Math.abs(value).toFixed(digits))}%`;
}

export function change(share: number | null): string {
  if (share == null) return "new";
  const digits = Math.abs(share) < 0.1 ? 1 : 0;
  return `${share > 0 ? "+" : ""}${percent(share, digits)}`;
}

/** seconds writes a duration with three digits. */
export function seconds(s: number | null | undefined): string {
  if (s == null) return unknown;
  if (s === 0) return "0 ms";
  if (s < 0.001) return `${(s * 1e6).toFixed(0)} µs`;
  if (s < 0.9995) return `${(s * 1000).toFixed(s < 0.01 ? 1 : 0)} ms`;
  if (s < 60) return `${s.toFixed(s < 10 ? 2 : 1)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export const plural = (n: number, noun: string, many = `${noun}s`): string => `${count(n)} ${n === 1 ? noun : many}`;

/** label writes a key of the API, such as cost_center, as words. */
export function label(key: string): string {
  if (key.startsWith("tag:")) return key;
  return sentence(key.replaceAll("_", " "));
}

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const formats = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    formats.set(key, found);
  }
  return found;
}

/** monthAndYear names a month by its first instant in UTC. */
export const monthAndYear = (begin: Date): string => formatter("UTC", { month: "long", year: "numeric" }).format(begin);
export const monthInYear = (at: Date, zone: string): string => formatter(zone, { month: "short", year: "numeric" }).format(at);
export const day = (at: Date, zone: string): string => formatter(zone, { day: "numeric", month: "short" }).format(at);
export const dayAndYear = (at: Date, zone: string): string =>
  formatter(zone, { day: "numeric", month: "short", year: "numeric" }).format(at);
export const clock = (at: Date, zone: string): string =>
  formatter(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
export const hourAndMinute = (at: Date, zone: string): string =>
  formatter(zone, { hour: "2-digit", minute: "2-digit" }).format(at);
/** recently leaves out the day of an instant of today. */
export const recently = (at: Date, zone: string): string => (isoDay(at, zone) === isoDay(new Date(), zone) ? clock(at, zone) : moment(at, zone));
export const moment = (at: Date, zone: string): string => `${day(at, zone)}, ${clock(at, zone)}`;

/** after is an instant a moment after one of the API, as the end of a period that holds it. */
export const after = (instant: string, seconds = 0): string => new Date(Date.parse(instant) + seconds * 1000 + 1000).toISOString();

/** isoDay is the calendar day of an instant in a zone: 2026-11-29. */
export function isoDay(at: Date, zone: string): string {
  const parts = formatter(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** isoHour is the hour of an instant in a zone, as the API names it: 2026-11-29T14. */
export function isoHour(at: Date, zone: string): string {
  const hour = formatter(zone, { hour: "2-digit", hourCycle: "h23" }).format(at);
  return `${isoDay(at, zone)}T${hour}`;
}
