import type { ComponentType } from "preact";
import { useLayoutEffect } from "preact/hooks";

import { titleOf } from "./parts/navigation";
import { Screen } from "./parts/shell";
import { Teach } from "./parts/teach";
import { route, to } from "./route";
import { Advice } from "./screens/advice";
import { Calls } from "./screens/calls";
import { Chargeback } from "./screens/chargeback";
import { Compare } from "./screens/compare";
import { Context } from "./screens/context";
import { Conversation } from "./screens/conversation";
import { Conversations } from "./screens/conversations";
import { Explore } from "./screens/explore";
import { Health } from "./screens/health";
import { Outcomes } from "./screens/outcomes";
import { Overview } from "./screens/overview";
import { Prices } from "./screens/prices";
import { Run } from "./screens/run";
import { Runs } from "./screens/runs";
import { isEmpty } from "./status";

interface Entry {
  list: ComponentType;
  one?: ComponentType; // of a list, by its id
  always?: boolean; // also before the first call
}

/** screens by their name in the address; the navigation is in index.html. */
const screens: Record<string, Entry> = {
  overview: { list: Overview },
  explore: { list: Explore },
  compare: { list: Compare },
  chargeback: { list: Chargeback },
  runs: { list: Runs, one: Run },
  conversations: { list: Conversations, one: Conversation },
  calls: { list: Calls },
  context: { list: Context },
  outcomes: { list: Outcomes },
  advice: { list: Advice },
  prices: { list: Prices, always: true },
  health: { list: Health, always: true },
};

export function App() {
  const { screen, id } = route.value;
  const entry = screens[screen];
  useLayoutEffect(() => {
    document.title = `${titleOf(screen) ?? "Not found"} · spanledger`;
    scrollTo(0, 0);
  }, [screen, id]);
  let Chosen = (id ? entry?.one : entry?.list) ?? Missing;
  if (isEmpty() && entry && !entry.always) Chosen = Empty;
  return <Chosen key={`${screen}/${id}`} />;
}

const Empty = () => <Screen title={titleOf(route.value.screen)}><Teach /></Screen>;

const Missing = () => <Screen title="This screen does not exist"><p><a href={to("overview")}>Overview</a></p></Screen>;
