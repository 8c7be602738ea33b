import "./style.css";

import { render } from "preact";

import { takeToken } from "./api";
import { App } from "./app";
import { load } from "./dimensions";
import { events } from "./endpoints";
import { follow } from "./live";
import { listen } from "./parts/keys";
import { go } from "./route";
import { watch } from "./status";

go(takeToken(location.hash), true);
listen();
watch();
load();
void follow(events);
render(<App />, document.getElementById("page")!);
