import { useEffect, useRef, useState } from "preact/hooks";

import { days, name, presets, useMonths } from "../period";
import { go, here, param, zone } from "../route";

/** usePopover closes something when the click or the focus goes elsewhere, or with Escape. */
export function usePopover() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (e: Event) => {
      if (!box.current?.contains(e.target as Node)) setOpen(false);
    };
    const escape = (e: KeyboardEvent) => {
      if (e.key !== "Escape") return;
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("mousedown", away);
    document.addEventListener("focusin", away);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("mousedown", away);
      document.removeEventListener("focusin", away);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);
  return { open, setOpen, box };
}

/** Days chooses a day or a month that has calls. */
function Days({ choose }: { choose: (params: Record<string, string>) => void }) {
  return (
    <div class="choices">
      {[...days(), ...useMonths(3)].map((m) => (
        <button type="button" key={m.name} onClick={() => choose({ from: m.from, to: m.to })}>{m.name}</button>
      ))}
    </div>
  );
}

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** PeriodPicker chooses the period and the time zone of its days. */
export function PeriodPicker() {
  const { open, setOpen, box } = usePopover();
  const choose = (params: Record<string, string>) => {
    setOpen(false);
    go(here({ since: "", from: "", to: "", ...params }));
  };
  const custom = (e: SubmitEvent) => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    choose({ from: String(form.get("from")), to: String(form.get("to")) });
  };
  const zones = [...new Set(["UTC", browserZone, zone.value])];
  return (
    <div class="popover-box" ref={box}>
      <button type="button" class="chip" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        {name()}{zone.value !== "UTC" && <span class="mute"> {zone.value}</span>} <span aria-hidden="true" class="mute">▾</span>
      </button>
      {open && (
        <div class="popover" role="dialog" aria-label="Period">
          <div class="choices">
            {presets.map(([text, since]) => (
              <button type="button" key={since} onClick={() => choose({ since })}>{text}</button>
            ))}
          </div>
          <Days choose={choose} />
          <form onSubmit={custom}>
            <label>From <input type="date" name="from" required value={param("from").slice(0, 10)} /></label>
            <label>To, excluded <input type="date" name="to" value={param("to").slice(0, 10)} /></label>
            <button type="submit">Show</button>
          </form>
          <label>
            Days and hours of{" "}
            <select value={zone.value} onChange={(e) => go(here({ zone: e.currentTarget.value === "UTC" ? "" : e.currentTarget.value }))}>
              {zones.map((z) => <option key={z}>{z}</option>)}
            </select>
          </label>
        </div>
      )}
    </div>
  );
}
