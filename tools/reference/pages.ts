import { cliPage } from './cli-page.ts';
import { errorsPage, quarantinePage } from './codes-pages.ts';
import { configPage } from './config-page.ts';
import { sourcesSchemaPage } from './sources-schema-page.ts';
import { topicsPage } from './topics-page.ts';

/** Every generated page, by its path from the root of the repository. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/topics.md', topicsPage()],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/quarantine.md', quarantinePage()],
    ['docs/reference/config.md', configPage()],
    ['docs/reference/cli.md', cliPage()],
    ['docs/reference/sources.schema.json', sourcesSchemaPage()],
  ]);
}
