import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Counts the schemas of options that ajv compiles, which it does by `new Function`. */
const PROGRAM = `
let compiled = 0;
globalThis.Function = new Proxy(Function, {
  construct(target, args, self) {
    if (String(args.at(-1)).includes('return function validate')) compiled += 1;
    return Reflect.construct(target, args, self);
  },
});
const { Base } = await import('@platformatic/kafka');
const atLoading = compiled;
const refused = [];
for (const clientId of ['good', 4711, 'good']) {
  try {
    new Base({ clientId, bootstrapBrokers: ['127.0.0.1:9'], strict: true });
  } catch (error) {
    refused.push(error.message);
  }
}
process.stdout.write(JSON.stringify({ atLoading, later: compiled - atLoading, refused }));`;

it('@platformatic/kafka compiles a schema of options when it is first needed, and checks by it', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    atLoading: 0,
    later: expect.toSatisfy((count: number) => count > 0),
    refused: [expect.stringContaining('clientId')],
  });
});
