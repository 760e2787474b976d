import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

const UNCAUGHT = `{"level":"info","msg":"running"}
file:///services/consumers/tally/src/main.ts:6
throw new Error('no luck today');
^

Error: no luck today
    at file:///services/consumers/tally/src/main.ts:6:7
    at ModuleJob.run (node:internal/modules/esm/module_job:377:25)

Node.js v24.21.0
`;

it.each([
  [
    'the message of a log line',
    '{"msg":"running"}\n{"msg":"the port is taken"}\n',
    'the port is taken',
  ],
  [
    'a line that is no JSON',
    'ERR_CONFIG_INVALID: faults\n  KAFKA_BROKERS: is required\n',
    '  KAFKA_BROKERS: is required',
  ],
  ['the error that ended it', UNCAUGHT, 'Error: no luck today'],
  [
    'an error with a code',
    UNCAUGHT.replace('Error: no', 'BridgeError [X]: no'),
    'BridgeError [X]: no luck today',
  ],
  ['nothing', '', ''],
  ['a log line without a message', '{"level":"info"}', ''],
])('the last words of a process are %s', (_, log, words) => {
  expect(lastWords(log)).toBe(words);
});
