import type { ProblemGroup } from "../api_types";
import { to, withWhere } from "../route";
import { plural, sentence } from "../text";
import { Command, Notice, WithCode } from "./notice";

const lacks = (p: ProblemGroup): string => ({ unpriced: "without a price", invalid: "with impossible usage", unattributed: `without ${/^[aeio]/.test(p.reason) ? "an" : "a"} ${p.reason.replaceAll("_", " ")}` })[p.kind];

/** Problems are what keeps figures from being complete, each with its reason and what to do. */
export const Problems = ({ problems }: { problems: ProblemGroup[] }) => (
  <>
    {problems.map((p) => (
      <Notice key={p.kind + p.reason}
        what={<a href={to("calls", { where: withWhere(...p.where) })}>{plural(p.requests, "call")} {lacks(p)}</a>}
        why={p.text} fix={<Fix text={p.fix} />} />
    ))}
  </>
);

/** Fix shows a hint as a sentence; commands are between backquotes. */
export const Fix = ({ text }: { text: string }) => text.startsWith("spanledger ") ? <Command text={text} /> : <WithCode text={sentence(text)} />;
