import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { type Bars, colourOf, draw, type Plot, plotOf } from "./plot";

interface Props extends Bars {
  about: string; // for those who do not see it
  figure: (value: number) => string;
  when: (index: number) => string;
}

/** StackedBars draws figures over time, with a legend that names and sums them. */
export function StackedBars({ about, figure, when, ...bars }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<Plot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const { buckets, series, zone } = bars;
  useLayoutEffect(() => {
    const host = canvas.current;
    if (!host) return;
    const again = () => {
      plot.current = plotOf(host.clientWidth, host.clientHeight, bars);
      draw(host, plot.current, bars);
    };
    again();
    const resize = new ResizeObserver(again);
    resize.observe(host);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    return () => {
      scheme.removeEventListener("change", again);
      resize.disconnect();
    };
  }, [buckets, series, zone]);
  const shown = at !== null && at < buckets.length ? at : null;
  const move = (e: PointerEvent) => {
    const i = plot.current?.bucketAt(e.offsetX) ?? -1;
    setAt(i >= 0 ? i : null);
  };
  return (
    <figure class="chart">
      <div class="plot" onPointerMove={move} onPointerLeave={() => setAt(null)}>
        <canvas ref={canvas} role="img" aria-label={about} />
        {shown !== null && plot.current && <i class="cursor" style={{ left: `${plot.current.middle(shown)}px` }} />}
      </div>
      <figcaption>
        <span class="legend-when">{shown === null ? "" : when(shown)}</span>
        <ul class="legend">
          {series.map((s, i) => (
            <li key={s.name}>
              <i class={`swatch ${colourOf(s, i).slice(2)}`} />
              {s.href ? <a href={s.href}>{s.name}</a> : s.name}
              {shown !== null && <span class="mute"> {figure(s.values[shown])}</span>}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
