import { describe, expect, it } from 'vitest';
import { batchOutput, operationOutput } from './job-answer.ts';

const responses = [{ response: {}, metadata: { key: 'k1' } }];

describe('the output of a batch', () => {
  it.each([
    { metadata: { output: { responsesFile: 'files/batch-b1' } } },
    { metadata: {}, response: { responsesFile: 'files/batch-b1' } },
  ])('is a file under metadata or response', (job) => {
    expect(batchOutput(job)).toEqual({ kind: 'file', name: 'files/batch-b1' });
  });

  it.each([
    { metadata: { output: { inlinedResponses: { inlinedResponses: responses } } } },
    { response: { inlinedResponses: { inlinedResponses: responses } } },
    { response: { inlinedResponses: responses } },
  ])('is inlined, nested once or twice', (job) => {
    expect(batchOutput(job)).toEqual({ kind: 'inline', responses });
  });

  it('is not there yet while the job runs, and never when it ended without one', () => {
    expect(batchOutput({ metadata: { state: 'BATCH_STATE_RUNNING' } })).toEqual({
      kind: 'unfinished',
    });
    expect(batchOutput({ done: true, error: { code: 13 } })).toEqual({ kind: 'none' });
    expect(batchOutput(null)).toEqual({ kind: 'unfinished' });
  });
});

describe('the output of a video operation', () => {
  const uri = 'https://generativelanguage.googleapis.com/v1beta/files/abc123:download?alt=media';
  const done = (generateVideoResponse: object) =>
    operationOutput({ done: true, response: { generateVideoResponse } });

  it('is the file of its first sample', () => {
    const output = done({ generatedSamples: [{ video: { uri } }] });
    expect(output).toEqual({ kind: 'file', name: 'files/abc123' });
  });

  it('is none when all of it was filtered', () => {
    expect(done({ raiMediaFilteredCount: 1 })).toEqual({ kind: 'none' });
  });

  it('is not there yet before it is done', () => {
    expect(operationOutput({ name: 'operations/x' })).toEqual({ kind: 'unfinished' });
  });
});
