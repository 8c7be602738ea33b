import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { route } from "../route";

const helpOpen = signal(false);

const keys: [string, string][] = [
  ["/", "Search, or add a filter"],
  ["j", "Next row"],
  ["k", "Row before"],
  ["Enter", "Open the row"],
  ["Esc", "Close what is open"],
  ["?", "This list"],
];

const typing = (e: KeyboardEvent): boolean =>
  e.metaKey || e.ctrlKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test((e.target as HTMLElement).tagName);

/** move marks the next row, or the one before. */
function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  const now = rows.findIndex((r) => r.classList.contains("marked"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now < 0 ? 0 : now + step))];
  rows[now]?.classList.remove("marked");
  next.classList.add("marked");
  next.scrollIntoView({ block: "nearest" });
  const link = next.querySelector<HTMLElement>("a, button");
  link?.focus({ preventScroll: true });
}

/** listen binds the keys of the whole page. */
export function listen(): void {
  route.subscribe(() => {
    helpOpen.value = false;
  });
  document.addEventListener("keydown", (e) => {
    if (typing(e)) return;
    switch (e.key) {
      case "?":
        helpOpen.value = true;
        break;
      case "/": {
        const field = document.querySelector<HTMLElement>('[data-key="/"]');
        if (!field) return;
        e.preventDefault();
        field.focus();
        if (field instanceof HTMLButtonElement) field.click();
        break;
      }
      case "j":
        move(1);
        break;
      case "k":
        move(-1);
        break;
    }
  });
}

/** KeyHelp lists the keys. */
export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  return (
    <>
      <button type="button" class="link" onClick={() => (helpOpen.value = true)}>Keys <kbd>?</kbd></button>
      {open && (
        <dialog ref={dialog} aria-label="Keys" onClose={() => (helpOpen.value = false)}>
          <h2>Keys</h2>
          <dl class="keys">{keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
          <form method="dialog"><button type="submit">Close</button></form>
        </dialog>
      )}
    </>
  );
}
