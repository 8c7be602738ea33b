import "./style.css";

import { render } from "preact";

import { takeToken } from "./api";
import { App } from "./app";
import { follow } from "./live";
import { listen } from "./parts/keys";

takeToken();
listen();
void follow("v1/live");
render(<App />, document.getElementById("page")!);
