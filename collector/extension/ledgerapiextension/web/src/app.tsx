import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { Navigation, Screen } from "./parts/shell";
import { route, to } from "./route";
import { Explore } from "./screens/explore";
import { Overview } from "./screens/overview";

const screens: Record<string, [title: string, screen: ComponentType]> = {
  overview: ["Overview", Overview],
  explore: ["Explore", Explore],
};

export function App() {
  const { screen, id } = route.value;
  const [title, Chosen] = screens[screen] ?? ["Not found", Missing];
  useEffect(() => {
    document.title = `${title} · spanledger`;
    scrollTo(0, 0);
  }, [screen, id]);
  return (
    <>
      <Navigation />
      <main data-screen={screen}><Chosen key={`${screen}/${id}`} /></main>
    </>
  );
}

const Missing = () => (
  <Screen title="There is no such screen"><p><a href={to("overview")}>Overview</a></p></Screen>
);
