// Requests to the public report API.

import type { Report, Row } from "./api_types";
import type { Params } from "./route";

export type { Report, Row };

export type Table = Report["tables"][number];

/** ApiError is an answer that is a refusal, in the API's own words. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const tokenKey = "spanledger.token";

/** takeToken keeps the token of a link for this tab, and returns the address without it. */
export function takeToken(hash: string): string {
  const match = /[?&]token=([^&]+)/.exec(hash);
  if (!match) return hash;
  sessionStorage.setItem(tokenKey, decodeURIComponent(match[1]));
  return hash.replace(match[0], match[0][0] === "?" ? "?" : "").replace("?&", "?").replace(/\?$/, "");
}

export function setToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

export function headers(): HeadersInit {
  const token = sessionStorage.getItem(tokenKey);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

export function address(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one != null && one !== "") query.append(key, one);
  }
  const text = query.toString();
  return path + (text ? `?${text}` : "");
}

export async function get<T>(at: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(at, { headers: headers(), signal });
  if (answer.ok) return (await answer.json()) as T;
  const body = await answer.text();
  let message = body.trim();
  try {
    message = (JSON.parse(body) as { error: string }).error;
  } catch {
    // Not the API's own refusal: a proxy's, or that of authentication.
  }
  throw new ApiError(answer.status, message || answer.statusText);
}

/** download saves an answer as a file. A link would not carry the token. */
export async function download(at: string, file: string): Promise<void> {
  const answer = await fetch(at, { headers: headers() });
  if (!answer.ok) throw new ApiError(answer.status, await answer.text());
  save(await answer.blob(), file);
}

export function save(content: Blob, file: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}

export const table = (report: Report | undefined, name: string): Table | undefined =>
  report?.tables.find((t) => t.name === name);
