import { ERROR_CODES } from '../../libs/events/src/errors.ts';
import { QUARANTINE_REASONS } from '../../libs/events/src/quarantine.ts';
import { code, page, prose, table } from './markdown.ts';

interface CodeEntry {
  readonly meaning: string;
  readonly operator: string;
}

/** One heading for each code, so that each has an anchor: `errors.md#err_config_invalid`. */
export function errorsPage(codes: Readonly<Record<string, CodeEntry>> = ERROR_CODES): string {
  const blocks = Object.entries(codes).flatMap(([name, { meaning, operator }]) => [
    `## ${name}`,
    prose(meaning),
    `**What to do:** ${prose(operator)}`,
  ]);
  return page('Error codes', '`libs/events/src/errors.ts`', [
    'Every error has a code out of this list. It stands in logs (`err.code`), in the answers of the ingress (`code`), in metrics that have a label `code`, in the headers of dead letters (`dlq-error-code`) and in front of the messages of the command line. A code keeps its meaning for ever and is never given to another error.',
    ...blocks,
  ]);
}

export function quarantinePage(
  reasons: Readonly<Record<string, string>> = QUARANTINE_REASONS,
): string {
  const rows = Object.entries(reasons).map(([name, meaning]) => [code(name), prose(meaning)]);
  return page('Quarantine reasons', '`libs/events/src/quarantine.ts`', [
    'A delivery whose signature is right, but which cannot be published as an event, is accepted (202) and ends on `gemini.quarantine`. Refusing it would only make Gemini repeat it for 24 hours and switch the webhook off. The record header `reason` holds one of these codes.',
    table(['Reason', 'Meaning'], rows),
    'What the ingress classified is a `QuarantinedDelivery` with the bytes of the body as they came; its field `reason` says the same. What dedup found (`id_conflict`, `headers_missing`) is the delivery record itself, unchanged but for the header.',
    'To look at them, read the topic with any Kafka client ([guide](../guides/subscribe.md)). A reason that turns up often is a change on the side of the sender: report it with one of the bodies.',
  ]);
}
