import { type Job, plannedFile } from './job.ts';
import type { JobKind } from './kinds.ts';

/** All jobs by name; the oldest are forgotten beyond a bound. */
export class JobStore {
  readonly #limit: number;
  readonly #jobs = new Map<string, Job>();
  readonly #byFile = new Map<string, Job>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(job: Job): void {
    this.#jobs.set(job.name, job);
    const file = plannedFile(job);
    if (file !== null) this.#byFile.set(file, job);
    for (const oldest of this.#jobs.values()) {
      if (this.#jobs.size <= this.#limit) break;
      this.remove(oldest);
    }
  }

  get(kind: JobKind, name: string): Job | null {
    const job = this.#jobs.get(name);
    return job?.request.kind === kind ? job : null;
  }

  ofFile(file: string): Job | null {
    return this.#byFile.get(file) ?? null;
  }

  /** Takes the output away and leaves the job. */
  removeFile(file: string): void {
    this.#byFile.delete(file);
  }

  remove(job: Job): void {
    this.#jobs.delete(job.name);
    const file = plannedFile(job);
    if (file !== null) this.#byFile.delete(file);
  }

  /** Newest first. */
  newestOf(kind: JobKind): Job[] {
    return [...this.#jobs.values()].filter(({ request }) => request.kind === kind).reverse();
  }

  files(): Iterable<[string, Job]> {
    return this.#byFile.entries();
  }
}
