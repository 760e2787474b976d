import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { signV1a } from './sign-v1a.ts';

const SEED = '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=';

it('signs the published vector of svix as published', () => {
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      d: Buffer.from(SEED, 'base64').toString('base64url'),
      x: '1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4',
    },
  });
  const content = {
    webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    rawBody: Buffer.from('{"test": 2432232314}'),
  };
  expect(signV1a(key, content)).toBe(
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
  );
});
