import { SLACK_LIMITS as MOST } from '../limits.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What Slack would refuse of a payload, by the limits that it documents.
 * @param payload of `chat.postMessage` or of an incoming webhook
 */
export function findSlackFaults(payload: unknown): readonly string[] {
  const { text, blocks = [] } = fieldsOf(payload);
  const faults: string[] = [];
  if (typeof text !== 'string' || text === '') faults.push('no_text');
  if (!Array.isArray(blocks)) return [...faults, 'blocks is no list'];
  if (blocks.length > MOST.blocks) faults.push(`${blocks.length} blocks`);
  for (const [at, block] of blocks.entries()) {
    faults.push(...blockFaults(fieldsOf(block)).map((fault) => `block ${at}: ${fault}`));
  }
  return faults;
}

function blockFaults(block: Fields): string[] {
  const { type, block_id: id, elements = [], fields } = block;
  const faults = textFaults('block_id', id, MOST.blockId, false);
  switch (type) {
    case 'header':
      if (fieldsOf(block['text'])['type'] !== 'plain_text') faults.push('header is not plain_text');
      return [...faults, ...textObject(block['text'], MOST.header)];
    case 'section':
      if (block['text'] === undefined && fields === undefined) faults.push('section without text');
      if (block['text'] !== undefined) faults.push(...textObject(block['text'], MOST.section));
      if (listOf(fields).length > MOST.fields) faults.push('too many fields');
      for (const field of listOf(fields)) faults.push(...textObject(field, MOST.field));
      return faults;
    case 'context':
      if (listOf(elements).length > MOST.contextElements) faults.push('too many elements');
      for (const element of listOf(elements)) {
        if (fieldsOf(element)['type'] === 'image') continue;
        faults.push(...textObject(element, MOST.contextText));
      }
      return faults;
    case 'actions':
      if (listOf(elements).length > MOST.actions) faults.push('too many elements');
      for (const element of listOf(elements)) faults.push(...buttonFaults(fieldsOf(element)));
      return faults;
    case 'divider':
    case 'image':
      return faults;
    default:
      return [...faults, `unknown type ${String(type)}`];
  }
}

function buttonFaults({ type, text, value, url, action_id: id }: Fields): string[] {
  if (type !== 'button') return [`unknown element ${String(type)}`];
  return [
    ...textObject(text, MOST.buttonText),
    ...textFaults('value', value, MOST.value, false),
    ...textFaults('url', url, MOST.url, false),
    ...textFaults('action_id', id, MOST.actionId, false),
  ];
}

function textObject(value: unknown, most: number): string[] {
  const { type, text } = fieldsOf(value);
  const isText = type === 'mrkdwn' || type === 'plain_text';
  return [...(isText ? [] : ['no text object']), ...textFaults('text', text, most, true)];
}

function textFaults(name: string, value: unknown, most: number, isNeeded: boolean): string[] {
  if (value === undefined && !isNeeded) return [];
  if (typeof value !== 'string' || value === '') return [`${name} is missing`];
  return value.length > most ? [`${name} has ${value.length} characters`] : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
