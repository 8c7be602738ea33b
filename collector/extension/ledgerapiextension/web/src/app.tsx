import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { Navigation, Screen } from "./parts/shell";
import { Teach } from "./parts/teach";
import { route, to } from "./route";
import { Advice } from "./screens/advice";
import { Calls } from "./screens/calls";
import { Chargeback } from "./screens/chargeback";
import { Compare } from "./screens/compare";
import { Conversation } from "./screens/conversation";
import { Conversations } from "./screens/conversations";
import { Explore } from "./screens/explore";
import { Health } from "./screens/health";
import { Overview } from "./screens/overview";
import { Prices } from "./screens/prices";
import { Run } from "./screens/run";
import { Runs } from "./screens/runs";
import { isEmpty } from "./status";

interface Entry {
  title: string;
  list: ComponentType;
  one?: ComponentType; // of a list, by its id
  always?: boolean; // also before the first call
}

const screens: Record<string, Entry> = {
  overview: { title: "Overview", list: Overview },
  explore: { title: "Explore", list: Explore },
  compare: { title: "Compare", list: Compare },
  chargeback: { title: "Chargeback", list: Chargeback },
  runs: { title: "Runs", list: Runs, one: Run },
  conversations: { title: "Conversations", list: Conversations, one: Conversation },
  calls: { title: "Calls", list: Calls },
  advice: { title: "Advice", list: Advice },
  prices: { title: "Prices", list: Prices, always: true },
  health: { title: "Health", list: Health, always: true },
};

export function App() {
  const { screen, id } = route.value;
  const entry = screens[screen];
  const title = entry?.title ?? "Not found";
  useEffect(() => {
    document.title = `${title} · spanledger`;
    scrollTo(0, 0);
  }, [screen, id]);
  let Chosen = (id ? entry?.one : entry?.list) ?? Missing;
  if (isEmpty() && entry && !entry.always) Chosen = Empty;
  return (
    <>
      <Navigation />
      <main data-screen={screen}><Chosen key={`${screen}/${id}`} /></main>
    </>
  );
}

const Empty = () => <Screen title={screens[route.value.screen].title}><Teach /></Screen>;

const Missing = () => <Screen title="There is no such screen"><p><a href={to("overview")}>Overview</a></p></Screen>;
