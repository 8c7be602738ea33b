import uPlot from "uplot";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Series {
  name: string;
  values: number[]; // one a bucket; for drawing
  href?: string;
  other?: boolean; // all that have no colour of their own
}

interface Props {
  about: string; // for those who do not see it
  buckets: number[]; // their middles, in seconds
  series: Series[]; // the first is at the bottom
  zone: string;
  figure: (value: number) => string;
  axis: (steps: number[]) => string[];
  when: (index: number) => string;
}

export const colours = 5;
const height = 250;

/** colourOf names the custom property of a series' colour. */
export const colourOf = (s: Series, i: number): string => (s.other ? "--c-other" : `--c${(i % colours) + 1}`);

/** StackedBars draws figures over time, with a legend that names and sums them. */
export function StackedBars({ about, buckets, series, zone, figure, axis, when }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  useLayoutEffect(() => {
    const host = box.current;
    if (!host || buckets.length === 0) return;
    const draw = () => new uPlot(options(host, buckets, series, zone, axis, setAt), stacked(buckets, series), host);
    let plot = draw();
    const resize = new ResizeObserver(() => {
      if (host.clientWidth !== plot.width) plot.setSize({ width: host.clientWidth, height });
    });
    resize.observe(host);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const again = () => {
      plot.destroy();
      plot = draw();
    };
    scheme.addEventListener("change", again);
    return () => {
      scheme.removeEventListener("change", again);
      resize.disconnect();
      plot.destroy();
    };
  }, [buckets, series, zone]);
  return (
    <figure class="chart">
      <div ref={box} class="plot" role="img" aria-label={about} />
      <figcaption>
        <span class="legend-when">{at === null ? "" : when(at)}</span>
        <ul class="legend">
          {series.map((s, i) => (
            <li key={s.name}>
              <i class={`swatch ${colourOf(s, i).slice(2)}`} />
              {s.href ? <a href={s.href}>{s.name}</a> : s.name}
              {at !== null && <span class="mute"> {figure(s.values[at])}</span>}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** stacked are the heights from the ground, the highest first, so that lower ones are drawn over them. */
function stacked(buckets: number[], series: Series[]): uPlot.AlignedData {
  const sums = buckets.map(() => 0);
  const layers = series.map((s) => s.values.map((v, i) => (sums[i] += v)));
  return [buckets, ...layers.reverse()];
}

function options(
  host: HTMLElement, buckets: number[], series: Series[], zone: string,
  figures: (steps: number[]) => string[], pick: (at: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(host);
  const width = buckets.length > 1 ? buckets[1] - buckets[0] : 3600;
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = `11px ${style.fontFamily}`;
  const bars = uPlot.paths.bars!({ size: [0.82, 64], align: 0 });
  const axis: uPlot.Axis = { font, stroke: colour("--mute"), ticks: { show: false }, grid: { stroke: colour("--line"), width: 1 } };
  return {
    width: host.clientWidth,
    height,
    padding: [8, 0, 0, 0],
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    scales: {
      x: { time: true, range: () => [buckets[0] - width * 0.6, buckets[buckets.length - 1] + width * 0.6] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.06 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 64,
        values: (_, splits, __, ___, step) => splits.map((s) => tickText(s, step, zone)),
      },
      { ...axis, size: 62, values: (_, splits) => figures(splits) },
    ],
    series: [
      {},
      ...series
        .map((s, i): uPlot.Series => ({ label: s.name, paths: bars, fill: colour(colourOf(s, i)), width: 0, points: { show: false } }))
        .reverse(),
    ],
    hooks: { setCursor: [(u) => pick(u.cursor.idx ?? null)] },
  };
}

function tickText(seconds: number, step: number, zone: string): string {
  const at = new Date(seconds * 1000);
  const parts: Intl.DateTimeFormatOptions =
    step < 86400 ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
  return at.toLocaleString("en-GB", { timeZone: zone, ...parts });
}
