// The calls an application makes with the vendors' own SDKs. Streams and
// embeddings of OpenAI are left out: the instrumentations here say nothing of
// their tokens, so nobody could bill them.
export async function openaiCalls(client) {
  for (const content of ['one', 'two', 'three']) {
    await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
  }
}

export async function anthropicCalls(client) {
  for (const text of ['four', 'five', 'six', 'seven']) {
    const content = [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
    const request = { model: 'claude-haiku-4-5', max_tokens: 200, messages: [{ role: 'user', content }] };
    await client.messages.create(request);
    const stream = await client.messages.create({ ...request, stream: true });
    for await (const _ of stream);
  }
}
