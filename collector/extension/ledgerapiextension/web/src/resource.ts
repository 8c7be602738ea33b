// What a screen asks of the API, and asks again when the ledger has changed.

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, get } from "./api";
import { tick } from "./live";

export interface Resource<T> {
  data?: T;
  of?: string; // the address that data answers
  error?: ApiError | Error;
  loading: boolean;
}

interface Options {
  live?: boolean; // ask again when the ledger has new calls
}

let pending = 0;

/** busy says in the document that answers are on their way. */
function busy(change: 1 | -1): void {
  pending += change;
  document.querySelector("main")?.setAttribute("aria-busy", String(pending > 0));
}

/** useApi asks for an address; null asks nothing. While an answer is on its way, the one before stays. */
export function useApi<T>(at: string | null, { live = true }: Options = {}): Resource<T> {
  const [state, setState] = useState<Resource<T>>({ loading: at !== null });
  const path = useRef("");
  const seen = live || state.error ? tick.value : 0; // what failed is asked for again as well
  useEffect(() => {
    if (at === null) {
      setState({ loading: false });
      return;
    }
    const abort = new AbortController();
    const sameQuestion = path.current === at.split("?")[0];
    path.current = at.split("?")[0];
    setState((before) => (sameQuestion ? { data: before.data, of: before.of, loading: true } : { loading: true }));
    busy(1);
    get<T>(at, abort.signal).then(
      (data) => setState({ data, of: at, loading: false }),
      (error: Error) => {
        if (abort.signal.aborted) return;
        setState((before) => (error instanceof ApiError ? { error, loading: false } : { ...before, error, loading: false }));
      },
    ).finally(() => busy(-1));
    return () => abort.abort();
  }, [at, seen]);
  return state;
}
