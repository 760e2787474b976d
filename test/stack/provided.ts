/** Addresses of the shared stack, given to integration and e2e tests by `inject('stack')`. */
export interface TestStack {
  /** host:port */
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: TestStack;
  }
}
