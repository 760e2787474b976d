import { Command } from '@commander-js/extra-typings';
import { type Io, plain, print, renderColumns } from '@gemini-events/cli-kit';
import { withDatabase } from '@gemini-events/cli-kit/bridge';
import { BridgeError } from '@gemini-events/events';
import type { Moment } from '@gemini-events/read-model';

export function showCommand(io: Io) {
  return new Command('show')
    .argument('<id>', 'a job, as its events name it, or a webhook-id')
    .description('What became of a job: what Gemini said, and what each consumer did about it.')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
It asks the read model, which sync keeps some tenths of a second behind the topics. Of an approval the
topic keeps the last state alone: what came too late is told by \`approvals show\`.

Example:
  gemini-events show batches/b1`,
    )
    .action(async (id, { json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { timeLineOf } = await import('../operations/time-line.ts');
        const { readStory } = await import('../store/story.ts');
        const story = await readStory(pool, id);
        const moments = timeLineOf(story);
        if (moments.length === 0) {
          throw new BridgeError('ERR_STORY_UNKNOWN', `nothing is known of ${id}`);
        }
        print(io, json, { json: { id, moments, story }, text: renderMoments(moments) });
      }),
    );
}

/** Events are named where there are several. */
function renderMoments(moments: readonly Moment[]): string {
  const ids = moments.map(({ eventId }) => eventId).filter((id) => id !== '');
  const hasSeveral = new Set(ids).size > 1;
  const rows = moments.map(({ at, lane, eventId, what, detail }) => [
    new Date(at).toISOString(),
    lane,
    ...(hasSeveral ? [plain(eventId)] : []),
    plain(what),
    plain(detail),
  ]);
  const head = ['time', 'lane', ...(hasSeveral ? ['event'] : []), 'what', ''];
  return renderColumns([head, ...rows], new Set());
}
