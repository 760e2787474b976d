import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { defaultActor, type Io, parseCount, print } from '@gemini-events/cli-kit';
import { withDatabase } from '@gemini-events/cli-kit/bridge';
import { OWNER_NAME } from '../owner-name.ts';
import {
  AGENT_SCOPES,
  CUSTOMER_SCOPES,
  isOperatorScope,
  OPERATOR_SCOPES,
  TOKEN_SCOPES,
  type TokenScope,
} from '../scopes.ts';
import { renderTokens } from './render-tokens.ts';

/** Tokens of the notifier's API, and of the agent's: how an operator gets the first one, and gives them to customers. */
export function tokensCommand(io: Io) {
  return new Command('tokens')
    .description("Tokens for the notifier's API and the agent's.")
    .addCommand(createCommand(io))
    .addCommand(lsCommand(io))
    .addCommand(revokeCommand(io));
}

function createCommand(io: Io) {
  return new Command('create')
    .description('Make a token. It is printed once and cannot be read again.')
    .addOption(
      new Option('--owner <name>', 'of this customer').argParser(parseOwner).conflicts('operator'),
    )
    .option('--operator', 'of an operator, for the endpoints of all customers')
    .requiredOption('--name <text>', 'what it is for', parseName)
    .option(
      '--scope <scope>',
      `what it is good for; several times. Without it: ${CUSTOMER_SCOPES.join(', ')}; of an operator: all of the notifier's`,
      collectScope,
    )
    .option('--expires <time>', 'good for so long: 12h, 90d; without it for ever', parseLifetime)
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
Scopes: ${OPERATOR_SCOPES.join(', ')}. The last three are for operators alone.
At the API of the agent, for operators alone: ${AGENT_SCOPES.join(', ')}.

Examples:
  gemini-events notify tokens create --owner acme --name ci --expires 90d
  gemini-events notify tokens create --operator --name console --json
  gemini-events notify tokens create --operator --name approver --scope approvals:read --scope approvals:decide`,
    )
    .action(async (options, command) => {
      const { operator = false, name, expires, actor = defaultActor(), json = false } = options;
      const owner = options.owner ?? null;
      if ((owner === null) !== operator) return command.error('say whose: --owner, or --operator');
      const scopes = options.scope ?? (operator ? OPERATOR_SCOPES : CUSTOMER_SCOPES);
      const foreign = scopes.filter(isOperatorScope);
      if (owner !== null && foreign.length > 0) {
        return command.error(`operators alone have ${foreign.join(', ')}`);
      }
      await withDatabase(io, async ({ config, pool }) => {
        const { audit } = await import('../audit/write-audit.ts');
        const { createPostgresApiTokens } = await import('../store/api-tokens.ts');
        await audit(config, {
          actor,
          action: 'token.create',
          subject: owner ?? 'operator',
          reason: null,
          details: { name, scopes: scopes.join(' ') },
          at: Date.now(),
        });
        const expiresAt = expires === undefined ? null : Date.now() + expires;
        const { token, entry } = await createPostgresApiTokens(pool).create({
          owner,
          name,
          scopes,
          expiresAt,
        });
        io.talk(`token ${entry.id}; it is shown this once`);
        print(io, json, { json: { token, ...entry }, text: token });
      });
    });
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Tokens, the newest first, also those that are of no use any more.')
    .option('--limit <number>', 'so many', parseCount, 50)
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events notify tokens ls --json')
    .action(async ({ limit, json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresApiTokens } = await import('../store/api-tokens.ts');
        const all = await createPostgresApiTokens(pool).list({ limit, after: null });
        print(io, json, { json: all, text: renderTokens(all, Date.now()) });
      }),
    );
}

function revokeCommand(io: Io) {
  return new Command('revoke')
    .argument('<id>', 'as `notify tokens ls` has it')
    .description('Let a token be of no use from now on.')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--reason <text>', 'why; kept in the audit topic')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events notify tokens revoke 5b0f6d1c2a3e4f50')
    .action(async (id, { actor = defaultActor(), reason = null, json = false }) =>
      withDatabase(io, async ({ config, pool }) => {
        const { audit } = await import('../audit/write-audit.ts');
        const { createPostgresApiTokens } = await import('../store/api-tokens.ts');
        await audit(config, {
          actor,
          action: 'token.revoke',
          subject: id,
          reason,
          details: {},
          at: Date.now(),
        });
        const revoked = await createPostgresApiTokens(pool).revoke(id);
        const text = revoked ? `${id}: revoked` : `${id}: there is none, or it was revoked before`;
        print(io, json, { json: { id, revoked }, text });
      }),
    );
}

/** For commander. @throws InvalidArgumentError */
export function parseOwner(text: string): string {
  if (OWNER_NAME.test(text)) return text;
  throw new InvalidArgumentError('An owner is a name of letters, digits and . _ : @ -');
}

/** For commander: how long, in milliseconds. @throws InvalidArgumentError */
function parseLifetime(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
  throw new InvalidArgumentError('A time is 12h or 90d.');
}

function parseName(text: string): string {
  if (text.trim() !== '' && text.length <= 100) return text;
  throw new InvalidArgumentError('A name has 1 to 100 characters.');
}

function collectScope(
  text: string,
  before: readonly TokenScope[] | undefined,
): readonly TokenScope[] {
  const scope = TOKEN_SCOPES.find((each) => each === text);
  if (scope === undefined) throw new InvalidArgumentError(`Scopes: ${TOKEN_SCOPES.join(', ')}.`);
  return [...new Set([...(before ?? []), scope])];
}
