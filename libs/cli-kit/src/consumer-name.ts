import { InvalidArgumentError } from 'commander';

/** As `defineConsumer` has it: a name is part of topic names, group names and folder names. */
const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** For commander: the name of a consumer as it was typed. @throws InvalidArgumentError */
export function parseConsumerName(name: string): string {
  if (NAME.test(name)) return name;
  throw new InvalidArgumentError('A name has lower case, digits and dashes, at most 48 signs.');
}
