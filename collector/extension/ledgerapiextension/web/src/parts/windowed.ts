import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** below is the number of rows from which only those in sight are drawn. */
const below = 120;
const margin = 12; // rows drawn above and below those in sight

export interface Window {
  first: number;
  end: number; // excluded
  rowHeight: number; // as the rows are drawn: those of a narrow screen may have a second line
}

/** useWindowed says which of n rows of one height, which is usually the given one, are in sight of the page. */
export function useWindowed(box: RefObject<HTMLElement | null>, n: number, usual: number): Window {
  const [window_, setWindow] = useState<Window>({ first: 0, end: Math.min(n, below), rowHeight: usual });
  useLayoutEffect(() => {
    if (n <= below) {
      setWindow({ first: 0, end: n, rowHeight: usual });
      return;
    }
    const measure = () => {
      const top = box.current ? -box.current.getBoundingClientRect().top : 0;
      const rowHeight = box.current?.querySelector<HTMLElement>("tr:not(.spacer)")?.offsetHeight || usual;
      const first = Math.max(0, Math.min(n - 1, Math.floor(top / rowHeight) - margin));
      const end = Math.min(n, first + Math.ceil(innerHeight / rowHeight) + 2 * margin);
      setWindow((before) => (before.first === first && before.end === end && before.rowHeight === rowHeight ? before : { first, end, rowHeight }));
    };
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure, { passive: true });
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, [n, usual]);
  return { ...window_, first: Math.min(window_.first, n), end: Math.min(Math.max(window_.end, n <= below ? n : 0), n) };
}
