import { address } from "../api";
import type { Health as Answer, Overview } from "../api_types";
import * as endpoints from "../endpoints";
import { Stat } from "../parts/money";
import { Failed, Waiting } from "../parts/notice";
import { Fix, Problems } from "../parts/problems";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { asked } from "../period";
import { useApi } from "../resource";
import { to, zone } from "../route";
import { status } from "../status";
import { count, moment, plural } from "../text";

const marks = { ok: "good", skipped: "", warning: "warn", failed: "bad" } as const;
const words = { ok: "Works", warning: "Warnings", failed: "Failing" } as const;

/** Health says whether it works, and what is lost. */
export function Health() {
  const { data, error } = useApi<Answer>(endpoints.health);
  const { data: known } = useApi<Overview>(address(endpoints.overview, asked()));
  const fields = status.value;
  return (
    <Screen title="Health" about={fields ? `spanledger ${fields.version}, ledger in ${fields.store}` : "Does it work, and what is lost?"} period>
      {error && <Failed error={error} />}
      {!data && !error && <Panel><Waiting rows={9} /></Panel>}
      {data && (
        <>
          <div class="stats">
            <Stat name="State" value={<span class={marks[data.grade]}>{words[data.grade]}</span>}>checked {moment(new Date(data.as_of), zone.value)}</Stat>
            <Stat name="Newest call" value={fields?.newest_call ? moment(new Date(fields.newest_call), zone.value) : "none"}>when the page was opened</Stat>
            <Stat name="Rows no store could hold" value={data.dead_letters ? count(data.dead_letters.rows) : "–"}>{data.dead_letters ? (data.dead_letters.rows ? <code>spanledger deadletter list</code> : "none is lost") : "the API was not told of their file"}</Stat>
          </div>
          {known && known.problems.length > 0 && <Problems problems={known.problems} />}
          <Panel title="Checks" about="as by spanledger check">
            <Table caption="Checks" rows={data.findings} id={(f) => f.check + f.text}
              columns={[
                { key: "grade", name: "Grade", text: true, cell: (f) => <span class={`tag ${marks[f.grade]}`}>{f.grade}</span> },
                { key: "check", name: "Check", text: true, cell: (f) => f.check },
                { key: "text", name: "Finding", text: true, wrap: true, cell: (f) => <>{f.text}{f.fix && <div class="mute"><Fix text={f.fix} /></div>}</> },
              ]} />
          </Panel>
          <Panel title="What arrives" about="in the last 24 hours, by whose telemetry it is">
            <Table caption="Dialects" rows={data.dialects} id={(d) => d.dialect} empty={<>Nothing in the last 24 hours. <code>spanledger check --otlp http://{location.hostname}:4317</code> sends a span and says where it stops.</>}
              columns={[
                { key: "dialect", name: "Dialect", text: true, cell: (d) => d.dialect || "(none)" },
                { key: "requests", name: "Calls", sort: (d) => d.requests, cell: (d) => count(d.requests) },
                { key: "errors", name: "Failed", sort: (d) => d.errors, cell: (d) => count(d.errors) },
                { key: "unpriced", name: "Unpriced", sort: (d) => d.unpriced, cell: (d) => (d.unpriced ? <a href={to("calls", { where: ["cost_status=unpriced"] })}>{count(d.unpriced)}</a> : "0") },
              ]} />
            {data.dead_letters && data.dead_letters.rows > 0 && <p class="warn">{plural(data.dead_letters.rows, "row")} could not be stored.</p>}
          </Panel>
        </>
      )}
    </Screen>
  );
}
