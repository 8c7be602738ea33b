// The Vercel AI SDK's own telemetry.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { embed, generateText, streamText } from 'ai';
import { anthropicURL, apiKey, openaiURL, run } from './telemetry.mjs';

const openai = createOpenAI({ apiKey, baseURL: openaiURL });
const anthropic = createAnthropic({ apiKey, baseURL: `${anthropicURL}/v1` });
const experimental_telemetry = { isEnabled: true, functionId: 'support', metadata: { userId: 'u-3', department: 'sales' } };

// cached asks Anthropic to keep the prompt; OpenAI does so unasked.
const cached = { anthropic: { cacheControl: { type: 'ephemeral' } } };
const prompt = (text) => ({
  messages: [{ role: 'user', content: [{ type: 'text', text, providerOptions: cached }] }],
  experimental_telemetry,
});

await run(async () => {
  for (const model of [openai.chat('gpt-4o'), openai.responses('gpt-5'), anthropic('claude-haiku-4-5')]) {
    for (const text of ['one', 'two', 'three']) {
      await generateText({ model, ...prompt(text) });
      const { textStream } = streamText({ model, ...prompt(text) });
      for await (const _ of textStream);
    }
  }
  await embed({ model: openai.embedding('text-embedding-3-small'), value: 'four', experimental_telemetry });
});
