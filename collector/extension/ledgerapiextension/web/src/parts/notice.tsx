import type { ComponentChildren } from "preact";

import { ApiError, setToken } from "../api";
import { type Params, route, to } from "../route";

interface Props {
  what: ComponentChildren;
  why?: ComponentChildren;
  fix?: ComponentChildren; // a command, or a link
  bad?: boolean;
}

/** Notice is a warning with its reason and what to do about it. */
export function Notice({ what, why, fix, bad }: Props) {
  return (
    <div class={bad ? "notice bad" : "notice"} role="status">
      <strong>{what}</strong>
      {why && <span class="why">{why}</span>}
      {fix && <span class="fix">{fix}</span>}
    </div>
  );
}

/** Notes are the API's own remarks on a report, such as what a filter leaves out. */
export function Notes({ notes }: { notes?: string[] }) {
  if (!notes?.length) return null;
  return <ul class="notes">{notes.map((n) => <li key={n}><Note text={n} /></li>)}</ul>;
}

/** Note is a remark; where a screen shows what its command does, it has a link to that screen. */
function Note({ text }: { text: string }) {
  const why = / \(why: spanledger report cost --by cost_reason,model (.*)\)(?=\.$)/;
  if (text.endsWith(" more by error type.")) return <a href={to("explore", { by: "error_type", measure: "errors", sort: "-errors" })}>{text}</a>;
  const command = why.exec(text);
  if (!command || route.value.id) return <WithCode text={text} />;
  const asked = /^In the (earlier|later) period/.test(text) ? question(command[1]) : {};
  const [before, , after] = text.split(why);
  return <>{before} (<a href={to("explore", { ...asked, by: "cost_reason,model", sort: "-unpriced" })}>why</a>){after}</>;
}

/** question is the period and the conditions that a command has as flags. */
function question(flags: string): Params {
  const asked: Record<string, string[] | null> = { since: null, from: null, to: null, where: null };
  for (const [, name, value] of flags.matchAll(/--(since|from|to|where) ('[^']*'|\S+)/g)) (asked[name] ??= []).push(value.replace(/^'|'$/g, ""));
  return asked;
}

/** Command is a command; a line ends between its words, not after the dash of a flag. */
export const Command = ({ text }: { text: string }) => <code>{text.split(/( )/).map((word, i) => (i % 2 ? word : <span key={i} class="word">{word}</span>))}</code>;

/** WithCode is a text whose commands are between backquotes. */
export const WithCode = ({ text }: { text: string }) => <>{text.split("`").map((part, i) => (i % 2 ? <Command key={i} text={part} /> : part))}</>;

/** Failed says why an answer did not come. */
export function Failed({ error }: { error: Error }) {
  if (error instanceof ApiError && error.status === 401) return <Locked />;
  if (error instanceof ApiError) return <Notice bad what="The ledger rejected the request" why={error.message} />;
  return <Notice bad what="The collector does not answer" why={error.message} fix="Is it running? This page retries automatically." />;
}

function Locked() {
  const unlock = (e: SubmitEvent) => {
    e.preventDefault();
    setToken(String(new FormData(e.target as HTMLFormElement).get("token")));
    location.reload();
  };
  return (
    <form class="notice" onSubmit={unlock}>
      <strong>This collector requires a token</strong>
      <span class="why">It is in the configuration of the collector. This page stores it for this tab only.</span>
      <label>Token <input type="password" name="token" autocomplete="off" required /></label>
      <button type="submit">Open</button>
    </form>
  );
}

/** Waiting holds the place of an answer that is on its way. */
export const Waiting = ({ rows = 4 }: { rows?: number }) => (
  <div class="waiting" aria-busy="true" aria-label="Loading">{Array.from({ length: rows }, (_, i) => <div key={i} />)}</div>
);
