// Requests to the public report API.

import type { Report, Row } from "./api_types";
import { apply, type Params } from "./route";

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
  const text = apply(new URLSearchParams(), params).toString();
  return path + (text ? `?${text}` : "");
}

/** ask returns an answer, or throws a refusal in the API's own words. */
async function ask(at: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(at, { headers: headers(), signal });
  if (answer.ok) return answer;
  const body = await answer.text();
  let message = body.trim();
  try {
    message = (JSON.parse(body) as { error: string }).error;
  } catch {
    // Not the API's own refusal: a proxy's, or that of authentication.
  }
  throw new ApiError(answer.status, message || answer.statusText);
}

export const get = async <T>(at: string, signal?: AbortSignal): Promise<T> => (await (await ask(at, signal)).json()) as T;

/** download saves an answer as a file. A link would not carry the token. */
export async function download(at: string, file: string): Promise<void> {
  const answer = await ask(at);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}

export const table = (report: Report | undefined, name: string): Table | undefined =>
  report?.tables.find((t) => t.name === name);
