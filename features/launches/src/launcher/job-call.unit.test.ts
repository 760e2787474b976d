import { describe, expect, it } from 'vitest';
import { findableName } from './display-name.ts';
import { batchBody, inlineInput, inputLines, interactionBody } from './job-call.ts';

const webhook = { uri: 'https://hooks.example.com/agent', metadata: { gemini_events_call: 'k' } };
const rows = [
  { key: 'a', request: { contents: [1] } },
  { key: 'b', request: { contents: [2] } },
];

describe('what is sent', () => {
  it('is an interaction in the background, in snake case', () => {
    const request = { kind: 'interaction', agent: 'deep-research', input: 'hi' } as const;
    expect(interactionBody(request, webhook)).toEqual({
      agent: 'deep-research',
      input: 'hi',
      background: true,
      store: true,
      webhook_config: { uris: [webhook.uri], user_metadata: webhook.metadata },
    });
  });

  it('is a video by its URI', () => {
    const format = { aspect_ratio: '16:9', delivery: 'inline' };
    const request = { kind: 'video', model: 'omni', prompt: 'a cat', format } as const;
    expect(interactionBody(request, null)).toEqual({
      model: 'omni',
      input: 'a cat',
      response_format: { type: 'video', delivery: 'uri', aspect_ratio: '16:9' },
      background: true,
      store: true,
    });
  });

  it('is a batch with its rows under their keys, in camel case', () => {
    const request = { kind: 'batch', model: 'm', displayName: 'n', requests: rows } as const;
    const input = inlineInput(request) ?? { fileName: '' };
    expect(batchBody('n 1', input, webhook)).toEqual({
      displayName: 'n 1',
      inputConfig: {
        requests: {
          requests: [
            { request: { contents: [1] }, metadata: { key: 'a' } },
            { request: { contents: [2] }, metadata: { key: 'b' } },
          ],
        },
      },
      webhookConfig: { uris: [webhook.uri], userMetadata: webhook.metadata },
    });
    expect(inputLines(request).toString()).toBe(
      '{"key":"a","request":{"contents":[1]}}\n{"key":"b","request":{"contents":[2]}}\n',
    );
  });

  it('has a name of its own for each key, however long the given one is', () => {
    const long = 'n'.repeat(5_000);
    expect(findableName('n', 'a')).toMatch(/^n [0-9a-f]{16}$/);
    expect(findableName(long, 'a')).toHaveLength(117);
    expect(findableName(long, 'a')).not.toBe(findableName(long, 'b'));
  });
});
