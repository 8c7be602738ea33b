// The drawing of bars: where they are, and the marks of both axes.

import { day, hourAndMinute, monthInYear } from "../text";

export interface Series {
  name: string;
  values: number[]; // one a bucket; for drawing
  href?: string;
  other?: boolean; // all that have no colour of their own
}

export interface Bars {
  buckets: { start: string; until: string }[];
  interval: "hour" | "day" | "month";
  series: Series[]; // the first is at the bottom
  zone: string;
  axis: (steps: number[]) => string[];
}

export const colours = 5;

/** colourOf names the custom property of a series' colour. */
export const colourOf = (s: Series, i: number): string => (s.other ? "--c-other" : `--c${(i % colours) + 1}`);

const space = { left: 62, right: 4, top: 8, bottom: 28 }; // around the bars, in pixels
const leastBetween = 64; // marks of time, in pixels
const marksUp = 5; // at most about so many

/** Plot says where things are. */
export interface Plot {
  width: number;
  height: number;
  middle: (bucket: number) => number;
  bucketAt: (x: number) => number; // -1 where there is none
  y: (value: number) => number;
  steps: number[]; // of the vertical axis
}

export function plotOf(width: number, height: number, { buckets, series }: Bars): Plot {
  const each = (width - space.left - space.right) / Math.max(1, buckets.length);
  const highest = Math.max(0, ...buckets.map((_, i) => series.reduce((sum, s) => sum + s.values[i], 0)));
  const top = highest > 0 ? highest * 1.06 : 1;
  const inner = height - space.top - space.bottom;
  const step = wholeStep(top / marksUp);
  return {
    width, height,
    middle: (bucket) => space.left + (bucket + 0.5) * each,
    bucketAt: (x) => {
      const bucket = Math.floor((x - space.left) / each);
      return bucket >= 0 && bucket < buckets.length ? bucket : -1;
    },
    y: (value) => space.top + inner * (1 - value / top),
    steps: Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step),
  };
}

/** wholeStep is the next of 1, 2, 2.5, 5 and their tenfolds. */
function wholeStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= least * (1 - 1e-9)) ?? least;
}

export function draw(canvas: HTMLCanvasElement, plot: Plot, bars: Bars): void {
  const { width, height } = plot;
  const scale = devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const c = canvas.getContext("2d");
  if (!c || width === 0) return;
  c.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  c.font = `11px ${style.fontFamily}`;
  c.textBaseline = "middle";
  c.textAlign = "right";
  const names = bars.axis(plot.steps);
  plot.steps.forEach((value, i) => {
    const y = Math.round(plot.y(value)) + 0.5;
    c.fillStyle = colour("--line");
    c.fillRect(space.left, y - 0.5, width - space.left - space.right, 1);
    c.fillStyle = colour("--mute");
    c.fillText(names[i], space.left - 8, y);
  });
  const each = bars.buckets.length > 1 ? plot.middle(1) - plot.middle(0) : width - space.left - space.right;
  const bar = Math.max(1, Math.min(64, each * 0.82));
  const ground = bars.buckets.map(() => 0);
  bars.series.forEach((s, i) => {
    c.fillStyle = colour(colourOf(s, i));
    s.values.forEach((value, bucket) => {
      if (value <= 0) return;
      const bottom = plot.y(ground[bucket]);
      const top = plot.y((ground[bucket] += value));
      c.fillRect(plot.middle(bucket) - bar / 2, top, bar, bottom - top);
    });
  });
  c.fillStyle = colour("--mute");
  c.textAlign = "center";
  for (const [bucket, name] of timeMarks(bars, each)) {
    const half = c.measureText(name).width / 2;
    c.fillText(name, Math.min(width - half, Math.max(space.left + half - 8, plot.middle(bucket))), height - space.bottom / 2 + 2);
  }
}

/** timeMarks name as many buckets as there is room for: whole hours of the clock, days, months. */
function timeMarks({ buckets, interval, zone }: Bars, each: number): [bucket: number, name: string][] {
  const between = Math.ceil(leastBetween / each);
  const marks: [number, string][] = [];
  if (interval !== "hour") {
    buckets.forEach((b, i) => i % between === 0 && marks.push([i, (interval === "month" ? monthInYear : day)(new Date(b.start), zone)]));
    return marks;
  }
  const hours = [1, 2, 3, 4, 6, 12, 24].find((n) => n >= between) ?? Math.ceil(between / 24) * 24;
  let days = 0;
  buckets.forEach((b, i) => {
    const at = new Date(b.start);
    const clock = hourAndMinute(at, zone);
    if (clock.startsWith("00:")) {
      if (days++ % Math.max(1, hours / 24) === 0) marks.push([i, day(at, zone)]);
    } else if (hours < 24 && Number(clock.slice(0, 2)) % hours === 0) {
      marks.push([i, clock]);
    }
  });
  return marks;
}
