import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import { otlpURL } from "../status";

const snippets: [name: string, where: string, text: () => string][] = [
  ["Go", "Wrap the HTTP client of your vendor's SDK:", () => `stop, err := setup.Start(ctx, setup.WithEndpoint("${otlpURL("grpc")}"))
defer stop(context.WithoutCancel(ctx))
client := &http.Client{Transport: otelgenai.NewTransport(http.DefaultTransport)}`],
  ["Python", "No change of code; OpenTelemetry instruments the vendor's SDK:", () => `pip install opentelemetry-distro opentelemetry-exporter-otlp opentelemetry-instrumentation-openai-v2
export OTEL_EXPORTER_OTLP_ENDPOINT=${otlpURL("grpc")} OTEL_SERVICE_NAME=my-service
opentelemetry-instrument python app.py`],
  ["JavaScript", "OpenTelemetry's Node SDK with an instrumentation such as OpenInference:", () => `npm install @opentelemetry/sdk-node @arizeai/openinference-instrumentation-openai
export OTEL_EXPORTER_OTLP_ENDPOINT=${otlpURL("http")} OTEL_SERVICE_NAME=my-service
new NodeSDK({ instrumentations: [new OpenAIInstrumentation()] }).start();`],
  ["Claude Code", "Set these variables before you start it; the user is the e-mail address of the account:", () => `export CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_LOGS_EXPORTER=otlp
export OTEL_EXPORTER_OTLP_ENDPOINT=${otlpURL("grpc")} OTEL_EXPORTER_OTLP_PROTOCOL=grpc
claude`],
];

const chosen = signal("Go");

/** Teach shows the lines to paste, as long as the ledger is empty. */
export function Teach() {
  const [, where, text] = snippets.find(([name]) => name === chosen.value) ?? snippets[0];
  return (
    <section class="panel teach">
      <h2>No calls yet</h2>
      <p>Copy these lines into an application. This page shows its calls when the first span arrives.</p>
      <div class="tabs choices">
        {snippets.map(([name]) => (
          <button type="button" key={name} aria-pressed={chosen.value === name} onClick={() => (chosen.value = name)}>{name}</button>
        ))}
      </div>
      <p class="mute">{where}</p>
      <Snippet text={text()} />
      <p class="notes">Nothing arrives? <code>spanledger check --otlp {otlpURL("grpc")}</code> sends a span and says where it stops. <code>spanledger demo --keep</code> shows everything with made-up calls.</p>
    </section>
  );
}

/** Snippet is text to copy. */
export function Snippet({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(text).then(() => {
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  });
  return (
    <div class="snippet">
      <pre tabIndex={0}>{text}</pre>
      <button type="button" class="button" onClick={copy}>{copied ? "Copied" : "Copy"}</button>
    </div>
  );
}
