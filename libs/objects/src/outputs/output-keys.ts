import { hash } from 'node:crypto';
import type { OutputId } from './manifest.ts';

/** All outputs lie under it. */
const ROOT = 'outputs';

/** Where all outputs of a job lie, whatever their source and type: the job's name is foreign, so it is hashed. */
export function jobPrefix(job: string): string {
  const digest = hash('sha256', job);
  return `${ROOT}/${digest.slice(0, 2)}/${digest}/`;
}

/** Where one output lies. */
export function outputPrefix({ source, job, type }: OutputId): string {
  return `${jobPrefix(job)}${hash('sha256', JSON.stringify([source, type])).slice(0, 16)}/`;
}

export function manifestKey(prefix: string): string {
  return `${prefix}manifest.json`;
}

/** A part by its name and its bytes: the same bytes give the same key, so storing twice changes nothing. */
export function partKey(prefix: string, name: string, sha256: string): string {
  const dot = name.lastIndexOf('.');
  const stem = dot === -1 ? name : name.slice(0, dot);
  return `${prefix}${stem}-${sha256}${dot === -1 ? '' : name.slice(dot)}`;
}
