// What answers: asked once, and again while the ledger is empty.

import { signal } from "@preact/signals";

import { get } from "./api";
import type { Status } from "./api_types";
import { status as path } from "./endpoints";
import { tick } from "./live";

export const status = signal<Status | null>(null);

/** watch asks until the ledger has a call, so that an empty page fills by itself. */
export function watch(): void {
  tick.subscribe(() => {
    if (status.value?.newest_call) return;
    get<Status>(path).then((answer) => (status.value = answer), () => {
      // The screens say what is wrong.
    });
  });
}

/** isEmpty says that the ledger never had a call. */
export const isEmpty = (): boolean => status.value !== null && status.value.newest_call === null;

/** otlpURL is where applications send spans: the machine of this page, at the collector's port. */
export function otlpURL(protocol: "grpc" | "http"): string {
  const usual = protocol === "grpc" ? 4317 : 4318;
  return `http://${location.hostname || "127.0.0.1"}:${status.value?.otlp_ports[protocol] ?? usual}`;
}

/** traceViewer is the address of a run in a trace viewer, where the collector knows one. */
export const traceViewer = (id: string): string | null => status.value?.trace_url?.replace("{trace_id}", id) ?? null;
