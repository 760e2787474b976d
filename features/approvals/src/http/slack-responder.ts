import { BridgeError } from '@gemini-events/events';
import { createDispatcher, createHttpClient } from '@gemini-events/http';

/** Slack wants an answer within half an hour, people sooner. */
const TIMEOUT_MS = 5_000;

export interface SlackResponder {
  /**
   * Posts to the `response_url` of a click, once.
   * @throws BridgeError ERR_HTTP_REFUSED it is at another origin; ERR_HTTP_UNAVAILABLE no answer;
   * ERR_SLACK_REFUSED Slack did not take it
   */
  respond(url: string, body: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * Answers clicks. Where to comes with the click, so it goes to one origin alone, whatever stands there.
 * @param hooksOrigin for example https://hooks.slack.com
 */
export function createSlackResponder(hooksOrigin: string): SlackResponder {
  const { origin } = new URL(hooksOrigin);
  // No other host, and of this one no other port.
  const policy = { allowedHosts: [], ownOrigins: [origin] };
  const http = createHttpClient({
    policy,
    totalTimeoutMs: TIMEOUT_MS,
    dispatcher: createDispatcher({ policy, idleTimeoutMs: TIMEOUT_MS }),
  });
  return {
    async respond(url, body) {
      const answer = await http.open({
        url,
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        maxRedirects: 0,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      answer.body.destroy();
      if (answer.status >= 200 && answer.status < 300) return;
      const message = `the answer to a click was not taken: ${answer.status}`;
      throw new BridgeError('ERR_SLACK_REFUSED', message);
    },
    close: () => http.close(),
  };
}
