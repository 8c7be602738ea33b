import "./style.css";

import { render } from "preact";

import { takeToken } from "./api";
import { App } from "./app";
import { load } from "./dimensions";
import { events } from "./endpoints";
import { follow } from "./live";
import { listen } from "./parts/keys";
import { navigate } from "./parts/navigation";
import { go } from "./route";
import { watch } from "./status";

go(takeToken(location.hash), true);
listen();
navigate();
watch();
load();
void follow(events);

const screen = document.querySelector("main")!;
screen.replaceChildren();
render(<App />, screen);
