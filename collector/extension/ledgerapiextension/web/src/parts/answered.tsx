import type { ComponentChildren } from "preact";

import type { Resource } from "../resource";
import { Failed, Waiting } from "./notice";
import { Panel } from "./shell";

interface Props<T> {
  of: Resource<T>;
  rows?: number; // that are waited for
  bare?: boolean; // inside a panel
  children: (data: T) => ComponentChildren;
}

/** Answered shows what the API answered, why it did not, or that it will. */
export function Answered<T>({ of: { data, error }, rows = 9, bare, children }: Props<T>) {
  const waiting = <Waiting rows={rows} />;
  return (
    <>
      {error && <Failed error={error} />}
      {data ? children(data) : !error && (bare ? waiting : <Panel>{waiting}</Panel>)}
    </>
  );
}
