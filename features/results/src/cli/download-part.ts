import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { BridgeError } from '@gemini-events/events';
import type { OutputPart, Outputs } from '@gemini-events/objects';
import type { Progress } from './progress.ts';

/** Copies a part to where `write` puts it, and checks its bytes. @throws BridgeError ERR_OUTPUT_DAMAGED */
async function copyChecked(
  outputs: Outputs,
  part: OutputPart,
  write: (chunk: Buffer) => Promise<void>,
  progress: Progress,
): Promise<void> {
  const digest = createHash('sha256');
  for await (const chunk of (await outputs.read(part)) as AsyncIterable<Buffer>) {
    digest.update(chunk);
    await write(chunk);
    progress.add(chunk.length);
  }
  progress.end();
  const found = digest.digest('hex');
  if (found === part.sha256) return;
  throw new BridgeError(
    'ERR_OUTPUT_DAMAGED',
    `${part.uri} has the SHA-256 ${found}, not ${part.sha256}`,
  );
}

/** Into a file, which is there when it is whole and right. */
export async function downloadToFile(
  outputs: Outputs,
  part: OutputPart,
  path: string,
  progress: Progress,
): Promise<void> {
  const partial = `${path}.part`;
  const file = await open(partial, 'w');
  try {
    const write = async (chunk: Buffer): Promise<void> => {
      await file.writeFile(chunk);
    };
    await copyChecked(outputs, part, write, progress);
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

/** To a stream such as stdout, as fast as it is read. */
export function downloadToStream(
  outputs: Outputs,
  part: OutputPart,
  stream: NodeJS.WritableStream,
  progress: Progress,
): Promise<void> {
  const write = (chunk: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  return copyChecked(outputs, part, write, progress);
}
