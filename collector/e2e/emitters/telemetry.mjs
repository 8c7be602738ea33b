// What every emitter shares: a tracer that exports over OTLP, and the places of
// the vendors and of the collector.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export const openaiURL = process.env.OPENAI_URL;
export const anthropicURL = process.env.ANTHROPIC_URL;
export const apiKey = 'sk-loopback';

export const provider = new NodeTracerProvider({
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${process.env.OTLP_URL}/v1/traces` }))],
});
provider.register();

// run ends the process with the calls' result once all spans are delivered.
export async function run(calls) {
  await calls();
  await provider.forceFlush();
  await provider.shutdown();
}
