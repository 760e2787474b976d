import { MockAgent } from 'undici';
import { createHttpClient, type HttpClient } from '../client/http-client.ts';
import type { OutgoingPolicy } from '../url/policy.ts';

interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The real client over a made-up network: what was not said beforehand is refused, not sent. */
export interface FakeHttp {
  readonly client: HttpClient;
  /** Headers of each call, in order, beside its URL. */
  readonly calls: readonly { readonly url: string; readonly headers: Record<string, string> }[];
  /** Answers the next GET of a URL. */
  readonly on: (url: string, answer: FakeAnswer) => void;
}

export function createFakeHttp(policy: OutgoingPolicy): FakeHttp {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const calls: { url: string; headers: Record<string, string> }[] = [];
  return {
    client: createHttpClient({ policy, dispatcher: agent, totalTimeoutMs: 10_000 }),
    calls,
    on: (text, { status = 200, headers = {}, body = '' }) => {
      const { origin, pathname, search } = new URL(text);
      agent
        .get(origin)
        .intercept({ path: pathname + search, method: 'GET' })
        .reply((call) => {
          calls.push({ url: text, headers: { ...(call.headers as Record<string, string>) } });
          return { statusCode: status, data: body, responseOptions: { headers } };
        });
    },
  };
}
