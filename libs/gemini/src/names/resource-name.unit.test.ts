import { describe, expect, it } from 'vitest';
import { fileNameIn, namePath, operationName, resourceName } from './resource-name.ts';

const HOST = 'https://generativelanguage.googleapis.com';

describe('a pointer', () => {
  it.each([
    ['files/abc123', 'files/abc123'],
    ['files/batch-b1', 'files/batch-b1'],
    // 42 characters: longer than the Files API allows (hazard 19).
    [`files/batch-${'a'.repeat(36)}`, `files/batch-${'a'.repeat(36)}`],
    [`${HOST}/v1beta/files/batch-b1:download?alt=media`, 'files/batch-b1'],
    [`${HOST}/v1/files/batch-b1`, 'files/batch-b1'],
    [`${HOST}/download/v1beta/files/batch-b1:download?alt=media`, 'files/batch-b1'],
    ['https://attacker.example/v1beta/files/abc', 'files/abc'],
  ])('%s gives the whole name of its file', (pointer, name) => {
    expect(fileNameIn(pointer)).toBe(name);
  });

  it.each([
    null,
    '',
    'gs://my-bucket/results.jsonl',
    'gs://my-bucket/files/abc',
    'files/',
    'files/a/b',
    'files/../batches',
    'https://attacker.example/secret',
    'https://attacker.example/x?y=/v1beta/files/abc',
    `files/${'a'.repeat(129)}`,
  ])('%s gives no file', (pointer) => {
    expect(fileNameIn(pointer)).toBeNull();
  });
});

describe('the id of a job', () => {
  it('is taken with and without its collection', () => {
    expect(resourceName('batches', 'b1')).toBe('batches/b1');
    expect(resourceName('batches', 'batches/b1')).toBe('batches/b1');
    expect(operationName('models/veo-3.1/operations/op-1')).toBe('models/veo-3.1/operations/op-1');
  });

  it.each(['', '.', '..', 'batches/', 'batches/..', 'files/secret', 'b1/x', '\ud800'])(
    '%j is refused, since it would ask for something else',
    (id) => {
      expect(() => resourceName('batches', id)).toThrow(
        expect.objectContaining({ code: 'ERR_RESULT_POINTER' }),
      );
    },
  );

  it.each(['files/abc', 'batches/b1', 'models/../operations/x', 'fileSearchStores/s/operations/o'])(
    '%s is no video operation',
    (id) => {
      expect(() => operationName(id)).toThrow(
        expect.objectContaining({ code: 'ERR_RESULT_POINTER' }),
      );
    },
  );

  it('cannot leave its place in the path', () => {
    expect(namePath('batches/b1?x=#:cancel%2F')).toBe('batches/b1%3Fx%3D%23%3Acancel%252F');
  });
});
