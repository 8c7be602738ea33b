import { seconds } from "../text";

/** Scale marks whole steps of time, at most four of them. */
export function Scale({ length }: { length: number }) {
  const rough = Math.max(length, 1e-6) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const marks = Array.from({ length: Math.max(1, Math.ceil(length / step - 0.35)) }, (_, i) => i * step);
  return <span class="scale">{marks.map((at) => <span key={at} style={{ left: `${(at * 100) / Math.max(length, 1e-6)}%` }}>{at === 0 ? "0" : mark(at)}</span>)}</span>;
}

const mark = (at: number): string => (at >= 1 && at < 60 ? `${Number(at.toFixed(1))} s` : seconds(at));
