// OpenInference around the OpenAI and Anthropic SDKs.
import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropicCalls, openaiCalls } from './sdkcalls.mjs';
import { anthropicURL, apiKey, openaiURL, provider, run } from './telemetry.mjs';

new OpenAIInstrumentation({ tracerProvider: provider }).manuallyInstrument(OpenAI);
new AnthropicInstrumentation({ tracerProvider: provider }).manuallyInstrument(Anthropic);

await run(async () => {
  await openaiCalls(new OpenAI({ apiKey, baseURL: openaiURL }));
  await anthropicCalls(new Anthropic({ apiKey, baseURL: anthropicURL }));
});
