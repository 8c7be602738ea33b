// Live updates: the server says that the ledger has changed, and the screens ask
// again. EventSource cannot send a token, so that the stream is read by fetch.

import { signal } from "@preact/signals";

import { headers } from "./api";

export type LiveState = "connecting" | "live" | "off";

/** tick changes when the ledger has new calls. */
export const tick = signal(0);
export const liveState = signal<LiveState>("connecting");

/** shortest is the least time between two refreshes, in milliseconds. */
const shortest = 2000;
const longestWait = 30_000;

let due: ReturnType<typeof setTimeout> | undefined;
let last = 0;

/** refresh lets the screens ask again soon; a page out of sight waits until it is seen. */
function refresh(): void {
  if (due !== undefined) return;
  if (document.hidden) {
    document.addEventListener("visibilitychange", refresh, { once: true });
    return;
  }
  due = setTimeout(tell, Math.max(0, last + shortest - Date.now()));
}

/** tell waits for answers that are on their way: asking again would throw them away, and a slow store would never answer. */
function tell(): void {
  if (document.querySelector("main[aria-busy=true]")) {
    due = setTimeout(tell, 250);
    return;
  }
  due = undefined;
  last = Date.now();
  tick.value++;
}

/** follow reads the stream, and connects again when it ends. */
export async function follow(path: string): Promise<never> {
  for (let wait = 1000; ; wait = Math.min(wait * 2, longestWait)) {
    try {
      if (await read(path)) wait = 1000;
    } catch {
      // The server is down or restarts.
    }
    liveState.value = "off";
    await new Promise((resume) => setTimeout(resume, wait));
    if (document.hidden) await new Promise((resume) => document.addEventListener("visibilitychange", resume, { once: true }));
  }
}

/** read returns whether the stream ever said something. */
async function read(path: string): Promise<boolean> {
  const answer = await fetch(path, { headers: { ...headers(), Accept: "text/event-stream" } });
  if (!answer.ok || !answer.body) return false;
  if (liveState.value === "off") refresh(); // what was missed
  liveState.value = "live";
  const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (;;) {
    const { value, done } = await lines.read();
    if (done) return true;
    pending += value;
    const events = pending.split("\n\n");
    pending = events.pop() ?? "";
    if (events.some((event) => /^event: ?calls$/m.test(event))) refresh();
  }
}
