import { address, type Report, table } from "../api";
import type { CacheRow, MissedCallRow } from "../api_types";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { Money } from "../parts/money";
import { Notes } from "../parts/notice";
import { Panel } from "../parts/shell";
import { Table } from "../parts/table";
import { TurnOn } from "../parts/turn_on";
import { asked } from "../period";
import { type Resource, useApi } from "../resource";
import { here, param, to, wheres, zone } from "../route";
import { columnPlaces, count, percent, recently, seconds, sentence, short } from "../text";

/** useCacheMisses asks why prompts were not read from the cache; of a chosen cause, with more calls. */
export const useCacheMisses = (): Resource<Report> =>
  useApi<Report>(address(report("cache"), { ...asked(), where: wheres.value, top: param("cause") ? "200" : "2" }));

/** CacheMisses lists why prompts were not read from the vendor's cache, with what that cost and the calls. */
export function CacheMisses({ of }: { of: Resource<Report> }) {
  const cause = param("cause");
  return (
    <Panel title="Cache use by cause" about="with what each cause of a miss cost">
      <Answered of={of} rows={6} bare>{(data) => {
        const causes = table(data, "causes")!;
        const rows = causes.rows as unknown as CacheRow[];
        const calls = (table(data, "calls")!.rows as unknown as MissedCallRow[]).filter((c) => !cause || c.cause === cause);
        const names = new Map(rows.map((r) => [r.cause as string, r.what]));
        if (rows.length === 0) return <><Off /><Notes notes={data.notes} /></>;
        return (
          <>
            <Causes rows={rows} total={causes.total as unknown as CacheRow} />
            {calls.length > 0 && <h3>{cause ? <>{names.get(cause)}: its calls. <a href={here({ cause: "" })}>All causes</a></> : "Calls with the largest prefixes of each cause"}</h3>}
            {calls.length > 0 && <Calls rows={calls} names={names} />}
            <Notes notes={data.notes} />
          </>
        );
      }}</Answered>
    </Panel>
  );
}

function Causes({ rows, total }: { rows: CacheRow[]; total: CacheRow }) {
  const places = columnPlaces(rows.map((r) => r.saving_usd));
  const link = (r: CacheRow) => here({ cause: r.cause });
  return (
    <Table caption="Causes" rows={rows} id={(r) => r.cause} sortKey="causes"
      total={(c) => (c.key === "what" ? "Total" : c.text ? "" : c.cell(total, -1))}
      columns={[
        { key: "what", name: "Why", text: true, cell: (r) => <a href={link(r)}>{r.what}</a> },
        { key: "lost", name: "Lost", sort: (r) => r.saving_usd, cell: (r) => (r.saving_usd == null ? <span class="mute">–</span> : <span data-parts={r === total}><Money amount={r.saving_usd} places={places} href={r === total ? undefined : link(r)} of={r.what} /></span>) },
        { key: "requests", name: "Calls", sort: (r) => r.requests, cell: (r) => (r === total ? <span data-parts>{count(r.requests)}</span> : <a href={link(r)}>{count(r.requests)}</a>) },
        { key: "share", name: "Share", wide: true, cell: (r) => percent(r.share) },
        { key: "prefix", name: "Prefix tokens", wide: true, sort: (r) => r.prefix_tokens, cell: (r) => short(r.prefix_tokens) },
        { key: "cached", name: "Cached", wide: true, sort: (r) => r.cached_tokens, cell: (r) => short(r.cached_tokens) },
        { key: "fix", name: "What to do", text: true, wide: true, wrap: true, cell: (r) => <span class="mute">{sentence(r.fix ?? "")}</span> },
      ]} />
  );
}

function Calls({ rows, names }: { rows: MissedCallRow[]; names: Map<string, string> }) {
  const places = columnPlaces(rows.map((r) => r.saving_usd));
  const link = (r: MissedCallRow) => to("runs", { span: r.span_id }, r.trace_id);
  return (
    <Table caption="Calls that missed the cache" rows={rows} id={(r) => r.trace_id + r.span_id} href={link}
      columns={[
        { key: "start", name: "Time", text: true, cell: (r) => <a href={link(r)}>{recently(new Date(r.start), zone.value)}</a> },
        { key: "cause", name: "Why", text: true, cell: (r) => names.get(r.cause) ?? r.cause },
        { key: "model", name: "Model", text: true, wide: true, cell: (r) => r.model },
        { key: "agent", name: "Agent", text: true, wide: true, cell: (r) => r.agent || <span class="mute">–</span> },
        { key: "lost", name: "Lost", cell: (r) => (r.saving_usd == null ? <span class="mute">–</span> : <Money amount={r.saving_usd} places={places} href={link(r)} of={names.get(r.cause)} />) },
        { key: "prefix", name: "Prefix tokens", wide: true, cell: (r) => count(r.prefix_tokens) },
        { key: "since", name: "Last use before", wide: true, cell: (r) => seconds(r.since_seconds) },
      ]} />
  );
}

/** Off says how to have prefixes hashed. */
const Off = () => (
  <TurnOn nothing="No prompt in this period has a hash of its prefix."
    lines={[["An option at the transport hashes the instructions, the tools and the first message of each request:", "client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithPromptHash(nil))}"]]}>
    Nothing of the content is kept but the hashes.
  </TurnOn>
);
