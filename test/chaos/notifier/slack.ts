import { startLoopbackServer } from '@gemini-events/http/testing';

/** An incoming webhook of Slack on loopback, which notes the texts of what it takes. */
export async function startSlack() {
  const texts: string[] = [];
  const server = await startLoopbackServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      texts.push((JSON.parse(Buffer.concat(parts).toString()) as { text: string }).text);
      response.writeHead(200).end('ok');
    });
  });
  return { origin: server.origin, texts, close: () => server.close() };
}
