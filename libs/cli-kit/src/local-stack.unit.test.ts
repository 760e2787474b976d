import { expect, it } from 'vitest';
import { borrowedFrom } from './local-stack.ts';

const LOCAL = {
  DATABASE_URL: 'postgres://local',
  GEMINI_BASE_URL: 'http://127.0.0.1:8090',
  GEMINI_API_KEY: 'of-the-simulator',
  RESULTS_DIR: '/results',
};
const reads = (name: string): boolean => name !== 'RESULTS_DIR';

it('a command takes of a running start what it reads and the environment does not name', () => {
  expect(borrowedFrom(LOCAL, { DATABASE_URL: 'postgres://other' }, reads)).toEqual({
    GEMINI_BASE_URL: LOCAL.GEMINI_BASE_URL,
    GEMINI_API_KEY: LOCAL.GEMINI_API_KEY,
  });
});

it('a running start is never given the real Gemini: no paid job is launched on it by mistake', () => {
  const env = { GEMINI_API_KEY: 'a-real-one', GEMINI_BASE_URL: 'https://real.example' };
  expect(borrowedFrom(LOCAL, env, reads)).toMatchObject({
    GEMINI_BASE_URL: LOCAL.GEMINI_BASE_URL,
    GEMINI_API_KEY: LOCAL.GEMINI_API_KEY,
  });
});

it('without a running start nothing is taken', () => {
  expect(borrowedFrom({}, { GEMINI_API_KEY: 'a-real-one' }, reads)).toEqual({});
});
