import { describe, expect, it } from 'vitest';
import { testJob } from '../testing/fixtures.ts';
import { plannedFile } from './job.ts';
import { JobStore } from './job-store.ts';

const job = (id: number) => testJob({ name: `batches/b${id}` });

describe('the store of jobs', () => {
  it('forgets the oldest beyond its bound, with their files', () => {
    const store = new JobStore(2);
    const jobs = [job(1), job(2), job(3)];
    for (const each of jobs) store.add(each);
    expect(store.newestOf('batch').map(({ name }) => name)).toEqual(['batches/b3', 'batches/b2']);
    expect(store.get('batch', 'batches/b1')).toBeNull();
    expect(store.ofFile('files/batch-b1')).toBeNull();
    expect(store.ofFile('files/batch-b3')).toBe(jobs[2]);
  });

  it('finds a job under its own kind only', () => {
    const store = new JobStore(2);
    store.add(job(1));
    expect(store.get('batch', 'batches/b1')).not.toBeNull();
    expect(store.get('interaction', 'batches/b1')).toBeNull();
    expect(store.newestOf('video')).toEqual([]);
  });

  it('takes a file away without its job', () => {
    const store = new JobStore(2);
    store.add(job(1));
    store.removeFile('files/batch-b1');
    expect(store.ofFile('files/batch-b1')).toBeNull();
    expect(store.get('batch', 'batches/b1')).not.toBeNull();
  });
});

describe('the file of a job', () => {
  const video = (name: string) => testJob({ name, request: { kind: 'video' } });

  it('of a video has no dash, at which an SDK would cut it off', () => {
    expect(plannedFile(video('models/veo-3.1/operations/run-0a'))).toBe('files/vrun0a');
  });

  it('is missing where the batch was asked inline', () => {
    const rows = [{ key: 'k', answer: null }];
    const request = { kind: 'batch', displayName: '', inputFile: null, rows } as const;
    expect(plannedFile(testJob({ request }))).toBeNull();
  });
});
