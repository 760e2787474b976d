import { agentOpenApiPage } from './agent-openapi-page.ts';
import { asyncApiPage } from './asyncapi-page.ts';
import { cliPage } from './cli-page.ts';
import { errorsPage, quarantinePage } from './codes-pages.ts';
import { configPage } from './config-page.ts';
import { designPage } from './design-page.ts';
import { notifierOpenApiPage } from './notifier-openapi-page.ts';
import { rulesSchemaPage } from './rules-schema-page.ts';
import { sourcesSchemaPage } from './sources-schema-page.ts';
import { topicsPage } from './topics-page.ts';

/** Every page that is generated, as a whole or in part, by its path from the root of the repository. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['DESIGN.md', designPage()],
    ['docs/reference/topics.md', topicsPage()],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/quarantine.md', quarantinePage()],
    ['docs/reference/config.md', configPage()],
    ['docs/reference/cli.md', cliPage()],
    ['docs/reference/sources.schema.json', sourcesSchemaPage()],
    ['docs/reference/rules.schema.json', rulesSchemaPage()],
    ['docs/reference/asyncapi.json', asyncApiPage()],
    ['docs/reference/notifier-openapi.json', notifierOpenApiPage()],
    ['docs/reference/agent-openapi.json', agentOpenApiPage()],
  ]);
}
