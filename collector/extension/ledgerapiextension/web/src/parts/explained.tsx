import type { ComponentChildren } from "preact";

import type { PriceExplanation } from "../api_types";
import { isNegative, isZero } from "../decimal";
import { here } from "../route";
import { count, label, plural, sentence } from "../text";
import { Exact } from "./money";

type Usage = PriceExplanation["usage"][number];

export type Fact = [name: string, value: ComponentChildren];

/** Facts are names with their values. */
export const Facts = ({ facts }: { facts: (Fact | false | null)[] }) => (
  <dl class="facts">{facts.filter((f): f is Fact => Boolean(f)).map(([name, text]) => <><dt>{name}</dt><dd>{text}</dd></>)}</dl>
);

/** UsageList is what was made of the counts that were sent: totals, each with its parts below it. */
export function UsageList({ usage }: { usage: Usage[] }) {
  if (usage.length === 0) return <p class="mute">No usage was reported.</p>;
  return (
    <dl class="facts usage">
      {inOrder(usage).map(([u, depth]) => (
        <><dt title={u.attribute} style={{ paddingLeft: `${depth * 14}px` }}>{depth > 0 && "of it "}{words(u, depth)}</dt><dd>{count(u.quantity)}{shownUnit(u)}</dd></>
      ))}
    </dl>
  );
}

/** inOrder puts the parts of a count after it. */
function inOrder(usage: Usage[], of: string | null = null, depth = 0): [Usage, number][] {
  const known = new Set(usage.map((u) => u.attribute));
  return usage.filter((u) => (u.part_of && known.has(u.part_of) ? u.part_of : null) === of)
    .flatMap((u): [Usage, number][] => [[u, depth], ...inOrder(usage, u.attribute, depth + 1)]);
}

/** words is an attribute without what all have in common. */
function words(u: Usage, depth: number): string {
  const text = u.attribute.replace(/^(gen_ai|spanledger)\.usage\./, "").replaceAll(".", " ").replaceAll("_", " ");
  return depth > 0 ? text : sentence(text);
}

const shownUnit = (u: Usage): string => (u.attribute.includes(u.unit) ? "" : ` ${u.unit}`);

/** VendorFigure is what the vendor itself says that the call costs. */
export function VendorFigure({ price: { vendor_usd: theirs, vendor_difference_usd: difference } }: { price: PriceExplanation }) {
  if (theirs == null) return <span class="mute">not stated</span>;
  return (
    <>
      <span data-parts><Exact amount={theirs} /></span>
      {difference != null && (isZero(difference)
        ? <span class="good"> the same</span>
        : <span class="warn"> ours is <span data-parts><Exact amount={difference.replace("-", "")} /></span> {isNegative(difference) ? "less" : "more"}</span>)}
    </>
  );
}

/** OtherSpans are the spans that report the same call, with why they are not billed. */
export function OtherSpans({ spans }: { spans: PriceExplanation["spans"] }) {
  if (spans.length === 0) return <p class="mute">No other span reports this call.</p>;
  return (
    <>
      <p class="mute">{plural(spans.length, "more span")} of this call; it is billed once.</p>
      <ul class="others">
        {spans.map((s) => (
          <li key={s.span_id}>
            <div>
              <a href={here({ span: s.span_id })}>{sentence(s.seen_by || label(s.dialect))}</a> <span class={s.billable ? "tag good" : "tag"}>{s.billable ? "billed" : "not billed"}</span>
            </div>
            <p class="mute">{s.text}{s.dialect && ` Sent by ${s.dialect}.`}{s.cost_usd != null && !s.billable && <> It would cost <span data-parts><Exact amount={s.cost_usd} /></span>.</>}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
