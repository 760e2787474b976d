import type { Manifest } from '@gemini-events/objects';

/** What a job came to, without whom it belongs to. */
export type Ended = Pick<
  Manifest,
  'status' | 'parts' | 'rows' | 'requests' | 'index' | 'usage' | 'model' | 'answer' | 'error'
>;

/** With all that is not said left empty. */
export function ended(fields: Pick<Ended, 'status'> & Partial<Ended>): Ended {
  return {
    parts: [],
    rows: null,
    requests: null,
    index: null,
    usage: {},
    model: null,
    answer: null,
    error: null,
    ...fields,
  };
}
