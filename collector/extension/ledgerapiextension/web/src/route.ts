// The address holds all that a screen shows: its name, the period, the
// filters, the order of a table. It follows "#", so that no question reaches
// the log of a proxy, and the page works below any path.

import { computed, signal } from "@preact/signals";

export interface Route {
  screen: string;
  id: string; // of a run or a conversation; "" on lists
  query: URLSearchParams;
}

/** carried are the parameters that stay when the screen changes. */
const carried = ["since", "from", "to", "zone", "where"];

function parse(hash: string): Route {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const [screen, ...rest] = path.split("/");
  return { screen: screen || "overview", id: decodeURIComponent(rest.join("/")), query: new URLSearchParams(query ?? "") };
}

export const route = signal<Route>(parse(location.hash));
addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

function write(screen: string, id: string, query: URLSearchParams): string {
  const text = query.toString();
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ""}${text ? `?${text}` : ""}`;
}

export type Params = Record<string, string | string[] | null | undefined>;

/** apply gives a query the parameters; those without a value are taken out. */
export function apply(query: URLSearchParams, params: Params): URLSearchParams {
  for (const [key, value] of Object.entries(params)) {
    query.delete(key);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one != null && one !== "") query.append(key, one);
    }
  }
  return query;
}

/** to is the address of another screen with the period and filters of this one. */
export function to(screen: string, params: Params = {}, id = ""): string {
  const query = new URLSearchParams();
  for (const key of carried) for (const value of route.value.query.getAll(key)) query.append(key, value);
  return write(screen, id, apply(query, params));
}

/** here is the address of this screen with parameters changed. */
export function here(params: Params): string {
  return write(route.value.screen, route.value.id, apply(new URLSearchParams(route.value.query), params));
}

export function go(address: string, replace = false): void {
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, "", address);
  route.value = parse(address);
}

export const wheres = computed(() => route.value.query.getAll("where"));
export const zone = computed(() => route.value.query.get("zone") ?? "UTC");
export const param = (key: string): string => route.value.query.get(key) ?? "";

const escaped = (value: unknown): string => String(value).replace(/[\\,]/g, "\\$&");

/** equals is the condition that a dimension has a value; with not, that it has another one. A comma in the value does not begin a second one. */
export const equals = (dimension: string, value: unknown, not = false): string => `${dimension}${not ? "!=" : "="}${escaped(value)}`;

/** isOneOf is the condition that a dimension has one of the values. */
export const isOneOf = (dimension: string, values: unknown[]): string => `${dimension}=${values.map(escaped).join(",")}`;

/** withWhere are the filters and these, each of which takes the place of one on the same dimension. */
export const withWhere = (...conditions: string[]): string[] =>
  conditions.reduce((kept, c) => [...kept.filter((w) => !w.startsWith(c.slice(0, c.indexOf("=") + 1))), c], wheres.value);
