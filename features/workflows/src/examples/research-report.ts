import { escapeSlack } from '@gemini-events/workflows';
import { defineWorkflow } from '../definition/define-workflow.ts';

const MODEL = 'gemini-3.8-flash';
const MOST_FINDINGS = 50;
const CHANNEL = 'reports';

/**
 * A Deep Research has ended: a human looks at it, a batch works on each of its findings, and Slack gets
 * the summary. Takes what was launched with the route `research`.
 */
export const researchReport = defineWorkflow({
  name: 'research-report',
  on: ['interaction.completed'],
  where: ({ job }) => job?.route === 'research',
  async run(event, { gemini, store, approval, notify }) {
    const research = await gemini.readInteraction(event.resource_id);
    const findings = findingsIn(research.text);
    if (findings.length === 0) return { findings: 0 };
    await store.put('report.md', research.text);

    const decision = await approval('go-on', {
      title: `Work on ${findings.length} findings?`,
      evidence: { findings: findings.slice(0, 5), tokens: research.usage['total_tokens'] ?? null },
      expiresInMs: 3 * 24 * 3_600_000,
    });
    if (!decision.approved) return { findings: findings.length, decision: decision.choice };

    const batch = await gemini.batch('findings', {
      model: MODEL,
      displayName: 'research findings',
      rows: findings.map((finding, at) => ({
        key: `finding-${at + 1}`,
        request: {
          contents: [{ role: 'user', parts: [{ text: `Say it in one sentence: ${finding}` }] }],
        },
      })),
    });
    const { status } = await gemini.untilBatch(batch);
    if (status !== 'succeeded') throw new Error(`the batch over the findings has ${status}`);
    const rows = await store.rows(batch);
    const sentences = rows.flatMap(({ text }) => (text === null ? [] : [`• ${escapeSlack(text)}`]));

    await notify('summary', {
      channel: CHANNEL,
      text: `*Research done:* ${sentences.length} of ${findings.length} findings\n${sentences.join('\n')}`,
    });
    return { findings: findings.length, batch, told: sentences.length };
  },
});

/** Its bullet points; where it has none, its paragraphs. */
function findingsIn(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const points = lines.flatMap((line) => /^[-*•]\s+(.+)$/.exec(line)?.[1] ?? []);
  const found = points.length > 0 ? points : lines.filter((line) => line !== '');
  return found.slice(0, MOST_FINDINGS).map((finding) => finding.slice(0, 500));
}
