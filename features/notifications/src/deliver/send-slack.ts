import { isBridgeError } from '@gemini-events/events';
import { type HttpAnswer, type HttpClient, readWhole, retryAfterMs } from '@gemini-events/http';
import type { SlackMessage } from '@gemini-events/slack';
import type { SlackChannel } from '../rules/rule.ts';

/** What Slack said to a message. */
type SlackAnswer =
  /** `ts` names the message for its thread; an incoming webhook gives none. */
  | { readonly kind: 'posted'; readonly ts: string | null }
  | { readonly kind: 'throttled'; readonly status: number; readonly afterMs: number }
  | {
      readonly kind: 'failed';
      readonly status: number | null;
      /** Slack's own word, such as `channel_not_found`; never a URL or a token. */
      readonly error: string;
      /** No further try changes it. */
      readonly isFinal: boolean;
    };

export interface SlackSender {
  /** One try. Never throws. */
  send(
    channel: SlackChannel,
    message: SlackMessage,
    how: { readonly threadTs: string | null; readonly signal: AbortSignal },
  ): Promise<SlackAnswer>;
}

const ANSWER_BYTES = 64 * 1_024;
const THROTTLED_MS = 30_000;
/** Slack's words for what is over quickly; everything else that it says of a message is final. */
const PASSING = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
const WORD = /^[a-z0-9_]{1,64}$/;

/**
 * Posts to channels, by an incoming webhook or as a bot (`chat.postMessage`, which gives threads).
 * @param apiUrl for example https://slack.com/api
 */
export function createSlackSender(options: {
  readonly http: HttpClient;
  readonly apiUrl: string;
  readonly now?: () => number;
}): SlackSender {
  const { http, apiUrl, now = Date.now } = options;
  const postUrl = `${apiUrl}/chat.postMessage`;

  const post = (
    { way }: SlackChannel,
    { text, blocks }: SlackMessage,
    { threadTs, signal }: Parameters<SlackSender['send']>[2],
  ): Promise<HttpAnswer> => {
    const base = { method: 'POST', maxRedirects: 0, signal } as const;
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    if (way.kind === 'webhook') {
      const body = JSON.stringify({ text, blocks });
      return http.open({ ...base, url: way.url.reveal(), headers, body });
    }
    const thread = threadTs === null ? {} : { thread_ts: threadTs };
    const { channel } = way;
    return http.open({
      ...base,
      url: postUrl,
      headers,
      credentials: {
        origin: new URL(postUrl).origin,
        headers: { authorization: `Bearer ${way.token.reveal()}` },
      },
      body: JSON.stringify({ channel, text, blocks, unfurl_links: false, ...thread }),
    });
  };

  return {
    async send(channel, message, how) {
      let status: number | null = null;
      try {
        const answer = await post(channel, message, how);
        ({ status } = answer);
        const text = (await readWhole(answer, ANSWER_BYTES)).toString();
        const asked = retryAfterMs(answer.headers['retry-after'], now());
        if (status === 429) return { kind: 'throttled', status, afterMs: asked ?? THROTTLED_MS };
        return channel.way.kind === 'webhook'
          ? webhookAnswer(status, text)
          : botAnswer(status, text, asked ?? THROTTLED_MS);
      } catch (error) {
        const code = isBridgeError(error) ? error.code : 'ERR_HTTP_UNAVAILABLE';
        return { kind: 'failed', status, error: code, isFinal: false };
      }
    },
  };
}

/** Errors of incoming webhooks are plain text. */
function webhookAnswer(status: number, text: string): SlackAnswer {
  if (status === 200) return { kind: 'posted', ts: null };
  return { kind: 'failed', status, error: wordIn(text), isFinal: status < 500 };
}

function botAnswer(status: number, text: string, afterMs: number): SlackAnswer {
  if (status !== 200) return { kind: 'failed', status, error: wordIn(text), isFinal: false };
  const answer = JSON.parse(text) as { ok?: boolean; ts?: string; error?: string };
  if (answer.ok === true) return { kind: 'posted', ts: answer.ts ?? null };
  const error = wordIn(answer.error ?? '');
  if (error === 'ratelimited' || error === 'rate_limited') {
    return { kind: 'throttled', status, afterMs };
  }
  return { kind: 'failed', status, error, isFinal: !PASSING.has(error) };
}

function wordIn(text: string): string {
  const word = text.trim();
  return WORD.test(word) ? word : 'unreadable_answer';
}
