import { describe, expect, it } from 'vitest';
import { readBatchJob } from './batch-job.ts';
import { readInteraction } from './interaction-job.ts';

describe('a batch by its own word', () => {
  it.each([
    { metadata: { state: 'BATCH_STATE_SUCCEEDED', output: { responsesFile: 'files/batch-b1' } } },
    { metadata: { state: 'JOB_STATE_SUCCEEDED' }, response: { responsesFile: 'files/batch-b1' } },
    {
      metadata: { state: 'JOB_STATE_PARTIALLY_SUCCEEDED' },
      response: { responsesFile: 'files/batch-b1' },
    },
    {
      done: true,
      response: { responsesFile: 'https://x.example/v1/files/batch-b1:download?alt=media' },
    },
  ])('has its file under metadata or response, in either spelling', (operation) => {
    expect(readBatchJob(operation)).toMatchObject({ state: 'succeeded', file: 'files/batch-b1' });
  });

  it.each([
    [{ metadata: { state: 'BATCH_STATE_RUNNING' } }, 'running'],
    [{ metadata: { state: 'BATCH_STATE_PENDING' } }, 'running'],
    [{ metadata: { state: 'JOB_STATE_SOMETHING_NEW' } }, 'running'],
    [{ metadata: { state: 'JOB_STATE_SOMETHING_NEW' }, done: true }, 'succeeded'],
    [{ done: true, error: { code: 3, message: 'line 3' } }, 'failed'],
    [{ metadata: { state: 'BATCH_STATE_EXPIRED' }, done: true }, 'expired'],
    [{ metadata: { state: 'BATCH_STATE_CANCELLED' } }, 'cancelled'],
    [null, 'running'],
    ['text', 'running'],
  ])('%j is %s', (operation, state) => {
    expect(readBatchJob(operation).state).toBe(state);
  });

  it('says how many requests it had, and why it failed', () => {
    const operation = {
      metadata: {
        state: 'BATCH_STATE_FAILED',
        model: 'models/m',
        batchStats: { requestCount: '12' },
      },
      error: { code: 3, message: 'line 3 is not JSON' },
    };
    expect(readBatchJob(operation)).toMatchObject({
      requests: 12,
      model: 'm',
      error: { code: '3', message: 'line 3 is not JSON' },
    });
  });

  it('keeps a pointer that names no file of the API', () => {
    const operation = { done: true, response: { responsesFile: 'gs://bucket/a' } };
    expect(readBatchJob(operation)).toMatchObject({ file: null, pointer: 'gs://bucket/a' });
  });
});

describe('an interaction by its own word', () => {
  const annotation = {
    type: 'url_citation',
    url: 'https://example.org',
    title: 'T',
    start_index: 0,
    end_index: 6,
  };
  const interaction = {
    id: 'int_2',
    agent: 'deep-research-preview-04-2026',
    status: 'completed',
    steps: [
      { type: 'model_output', content: [{ type: 'text', text: 'An earlier thought' }] },
      { type: 'thought' },
      { type: 'function_call', id: 'fc_1', name: 'get_order', arguments: {} },
      { type: 'something_new', content: [{ type: 'text', text: 'not an answer' }] },
      {
        type: 'model_output',
        content: [{ type: 'text', text: 'Report ', annotations: [annotation] }],
      },
      {
        type: 'model_output',
        content: [
          {
            type: 'text',
            text: 'goes on',
            annotations: [
              {
                type: 'file_citation',
                file_name: 'a.pdf',
                document_uri: 'fileSearchStores/s/documents/d',
              },
            ],
          },
          { type: 'video', mime_type: 'video/mp4', uri: 'files/v1' },
          { type: 'image', data: 'aGk=' },
          { type: 'image' },
        ],
      },
    ],
    usage: { total_input_tokens: 250, total_tokens: '303', input_tokens_by_modality: [], odd: -1 },
  };

  it('gives the text of its last outputs, what they rest on, and their files', () => {
    expect(readInteraction(interaction)).toEqual({
      status: 'completed',
      text: 'Report goes on',
      citations: [
        { kind: 'url_citation', url: 'https://example.org', title: 'T' },
        { kind: 'file_citation', url: 'fileSearchStores/s/documents/d', title: 'a.pdf' },
      ],
      functionCalls: [{ id: 'fc_1', name: 'get_order' }],
      files: [
        { mimeType: 'video/mp4', data: null, uri: 'files/v1' },
        { mimeType: 'application/octet-stream', data: 'aGk=', uri: null },
      ],
      usage: { total_input_tokens: 250, total_tokens: 303 },
      model: 'deep-research-preview-04-2026',
      error: null,
    });
  });

  it.each([
    null,
    [],
    'text',
    { steps: 'none' },
    { steps: [null, 1, { type: 'model_output' }] },
    { steps: [{ type: 'model_output', content: [null] }] },
  ])('is read leniently: %j', (odd) => {
    expect(readInteraction(odd)).toMatchObject({ text: '', files: [], citations: [] });
  });

  it('says why it failed, wherever that stands', () => {
    expect(readInteraction({ errors: [{ code: 'INTERNAL', message: 'm' }] }).error).toEqual({
      code: 'INTERNAL',
      message: 'm',
    });
    const step = { type: 'model_output', error: { code: 13, message: 'm' } };
    expect(readInteraction({ steps: [step] }).error).toEqual({ code: '13', message: 'm' });
  });
});
