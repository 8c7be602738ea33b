import { address } from "../api";
import type { PriceCard, PriceList } from "../api_types";
import * as endpoints from "../endpoints";
import { Answered } from "../parts/answered";
import { Failed, Waiting } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { useApi } from "../resource";
import { go, here, param } from "../route";
import { count, label, listed, unknown } from "../text";

/** Prices shows the rates of a model at a date, with their sources. */
export function Prices() {
  const model = param("model");
  const at = param("at");
  return (
    <Screen title="Prices" about="The rates of a model, and their sources."
      actions={
        <>
          <input type="search" data-key="/" aria-label="Search models" placeholder="Search models" value={param("q") || model} onInput={(e) => go(here({ q: e.currentTarget.value, model: "", provider: "" }), true)} />
          <label class="mute">on <input type="date" value={at} onChange={(e) => go(here({ at: e.currentTarget.value }))} /></label>
        </>
      }>
      {model && !param("q") ? <Card model={model} /> : <List />}
    </Screen>
  );
}

const rate = (usd: string | null) => (usd == null ? <span class="mute">{unknown}</span> : <data value={usd}>{listed(usd)}</data>);

function List() {
  const answer = useApi<PriceList>(address(endpoints.prices, { q: param("q"), at: param("at"), top: "200" }), { live: false });
  return <Answered of={answer}>{(data) => <Models data={data} />}</Answered>;
}

function Models({ data }: { data: PriceList }) {
  const link = (m: PriceList["models"][number]) => here({ model: m.model, provider: m.provider, q: "" });
  return (
    <Panel title={`${count(data.models.length + data.more)} models`} about={`USD for a million tokens; catalogue of ${data.catalogue}`}>
      <Table caption="Prices" rows={closest(data.models, param("q"))} id={(m) => m.provider + m.model + m.region} href={link} empty="No model in the catalogue has this text in its name. Your own price file can add one."
        columns={[
          { key: "model", name: "Model", text: true, sort: (m) => m.model, cell: (m) => <><a href={link(m)}>{m.model}</a>{!m.in_force && <span class="tag warn">no price then</span>}<small class="mute narrow">{m.provider} {m.region}</small></> },
          { key: "provider", name: "Vendor", text: true, wide: true, sort: (m) => m.provider, cell: (m) => <>{m.provider}{m.region && <span class="mute"> {m.region}</span>}</> },
          { key: "input", name: "Input", sort: (m) => m.input_usd, cell: (m) => rate(m.input_usd) },
          { key: "cache", name: "Cache read", wide: true, sort: (m) => m.cache_read_usd, cell: (m) => rate(m.cache_read_usd) },
          { key: "output", name: "Output", sort: (m) => m.output_usd, cell: (m) => rate(m.output_usd) },
          { key: "modes", name: "Also", text: true, wide: true, cell: (m) => <span class="mute">{m.modes.join(", ")}</span> },
          { key: "confidence", name: "Confidence", text: true, wide: true, sort: (m) => m.confidence, cell: (m) => m.confidence },
        ]} />
      {data.more > 0 && <p class="mute">{count(data.more)} more: type a part of the name.</p>}
    </Panel>
  );
}

/** closest puts the models first whose name is, or begins with, the text. */
function closest(models: PriceList["models"], text: string): PriceList["models"] {
  const rank = (m: PriceList["models"][number]) => (m.model === text ? 0 : m.model.startsWith(text) ? 1 : 2);
  return text ? [...models].sort((a, b) => rank(a) - rank(b)) : models;
}

function Card({ model }: { model: string }) {
  const { data, error } = useApi<PriceCard>(address(endpoints.price, { model, provider: param("provider"), at: param("at") }), { live: false });
  if (error) return <><Failed error={error} /><p><a href={here({ q: model, model: "" })}>Search for it</a></p></>;
  if (!data) return <Panel><Waiting rows={9} /></Panel>;
  return (
    <>
      <p class="back"><a href={here({ model: "", provider: "", q: "" })}>All models</a></p>
      {data.entries.map((e) => (
        <Panel key={e.provider + e.model + e.region} title={e.model} about={`${e.provider}${e.region && `, ${e.region}`}; catalogue of ${data.catalogue}`}>
          <Table caption={`Rates of ${e.model}`} rows={e.rates} id={(r) => r.mode + r.kind + r.applies + r.from}
            columns={[
              { key: "kind", name: "Kind", text: true, cell: (r) => <>{label(r.kind)}{r.applies && <span class="mute"> {r.applies}</span>}</> },
              { key: "mode", name: "Mode", text: true, wide: true, cell: (r) => r.mode },
              { key: "usd", name: "USD", cell: (r) => <><data value={r.usd}>{listed(r.usd)}</data><span class="mute wide"> / {r.unit}</span></> },
              { key: "from", name: "From", text: true, wide: true, cell: (r) => r.from ?? "always" },
              { key: "until", name: "Until", text: true, wide: true, cell: (r) => r.until ?? "" },
              { key: "in_force", name: "State", text: true, cell: (r) => (r.in_force ? <span class="tag good">in force</span> : <span class="mute">not in force</span>) },
              { key: "sources", name: "Source", text: true, wide: true, cell: (r) => r.sources.join(", ") },
            ]} />
          <ul class="notes">
            {e.sources.map((s) => <li key={s.key}>{s.key}: {s.title}{s.read && `, read ${s.read}`}</li>)}
            {e.notes.map((n) => <li key={n}>{n}</li>)}
            <li>Found by {e.ids.map((id) => <><code key={id}>{id}</code> </>)}</li>
          </ul>
        </Panel>
      ))}
    </>
  );
}
