// Traceloop's OpenLLMetry around the OpenAI and Anthropic SDKs.
import { AnthropicInstrumentation } from '@traceloop/instrumentation-anthropic';
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai';
import * as anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropicCalls, openaiCalls } from './sdkcalls.mjs';
import { anthropicURL, apiKey, openaiURL, provider, run } from './telemetry.mjs';

const instrumentations = [new OpenAIInstrumentation(), new AnthropicInstrumentation()];
for (const one of instrumentations) one.setTracerProvider(provider);
instrumentations[0].manuallyInstrument(OpenAI);
instrumentations[1].manuallyInstrument(anthropic);

await run(async () => {
  await openaiCalls(new OpenAI({ apiKey, baseURL: openaiURL }));
  await anthropicCalls(new anthropic.Anthropic({ apiKey, baseURL: anthropicURL }));
});
