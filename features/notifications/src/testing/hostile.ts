import fc from 'fast-check';
import type { NotifiableEvent } from '../notifiable-event.ts';
import { makeEvent } from './make-event.ts';

const SIGNS = [
  '<!channel>',
  '<@U1>',
  '<#C1>',
  '&lt;',
  '<',
  '>',
  '|',
  '&',
  '@here',
  '\u0000',
  '{{link}}',
];

/** Texts as somebody would choose them who means no good, or whom chance helps. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6_000, size: 'max' }),
  fc.string(),
  fc
    .array(fc.oneof(fc.constantFrom(...SIGNS), fc.string({ maxLength: 4 })))
    .map((all) => all.join('')),
  fc.tuple(fc.constantFrom(...SIGNS), fc.nat(6_000)).map(([sign, times]) => sign.repeat(times)),
);

export const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;

/** An event whose texts are hostile; its metadata has the names `a` to `e`. */
export const hostileEvent: fc.Arbitrary<NotifiableEvent> = fc
  .record({
    type: fc.constantFrom('batch.failed', 'video.generated', 'batch.odd'),
    source: fc.string({ maxLength: 60 }),
    resource_id: fc.option(fc.string({ unit: 'binary', maxLength: 200 })),
    labels: fc.record({ team: hostileText }),
    user_metadata: fc.record(Object.fromEntries(NAMES.map((name) => [name, hostileText]))),
    error_code: fc.option(hostileText),
    error_message: fc.option(hostileText),
  })
  .map(makeEvent);
