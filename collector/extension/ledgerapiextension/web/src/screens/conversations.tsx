import { address, type Report, table } from "../api";
import type { ConversationRow } from "../api_types";
import { report } from "../endpoints";
import { Answered } from "../parts/answered";
import { Cost } from "../parts/cost";
import { ListControls, listQuestion, More } from "../parts/list";
import { Notes } from "../parts/notice";
import { Panel, Screen } from "../parts/shell";
import { Table } from "../parts/table";
import { useApi } from "../resource";
import { to, zone } from "../route";
import { columnPlaces, count, percent, recently } from "../text";

/** Conversations lists what was talked about for how much. */
export function Conversations() {
  const answer = useApi<Report>(address(report("conversations"), { ...listQuestion(), errors: "", min_cost: "" }));
  return (
    <Screen title="Conversations" about="What a conversation costs, and how its context grows." period filters>
      <ListControls orders={["newest", "cost"]} errors={false} />
      <Answered of={answer}>{(data) => {
        const found = table(data, "conversations")!;
        return (
          <Panel>
            {found.rows.length ? <Rows rows={found.rows as unknown as ConversationRow[]} /> : (
              <p class="nothing">No call in this period names a conversation. In Go <code>tracing.WithConversation(ctx, id)</code>; elsewhere the attribute <code>gen_ai.conversation.id</code>.</p>
            )}
            <More more={found.more} />
            <Notes notes={data.notes?.filter((n) => !n.includes("spanledger conversation "))} />
          </Panel>
        );
      }}</Answered>
    </Screen>
  );
}

function Rows({ rows }: { rows: ConversationRow[] }) {
  const places = columnPlaces(rows.map((r) => r.cost_usd));
  const link = (r: ConversationRow) => to("conversations", {}, r.conversation);
  return (
    <Table caption="Conversations" rows={rows} id={(r) => r.conversation} href={link}
      columns={[
        { key: "last", name: "Last call", text: true, cell: (r) => recently(new Date(r.last), zone.value) },
        { key: "conversation", name: "Conversation", text: true, cell: (r) => <a href={link(r)}>{r.conversation}</a> },
        { key: "user", name: "User", text: true, wide: true, cell: (r) => r.user },
        { key: "application", name: "Application", text: true, wide: true, cell: (r) => r.application },
        { key: "cost", name: "Cost", partial: rows.some((r) => r.unpriced > 0), cell: (r) => <Cost amount={r.cost_usd} unpriced={r.unpriced} places={places} href={link(r)} of={r.conversation} /> },
        { key: "turns", name: "Turns", cell: (r) => count(r.turns) },
        { key: "context", name: "Largest context", wide: true, cell: (r) => count(r.max_input_tokens) },
        { key: "cache", name: "Cached", wide: true, cell: (r) => percent(r.cache_share, 0) },
        { key: "errors", name: "Failed", wide: true, cell: (r) => count(r.errors) },
      ]} />
  );
}
