import { approvalsConfig } from '../../features/approvals/src/cli/open-approvals.ts';
import { launchConfig } from '../../features/launches/src/cli/config.ts';
import {
  consumersConfig,
  doctorConfig,
  schemasConfig,
  topicsConfig,
} from '../../libs/cli-kit/src/config.ts';
import { agentConfig } from '../../services/consumers/agent/src/config.ts';
import { notifierConfig } from '../../services/consumers/notifier/src/config.ts';
import { resultsConfig } from '../../services/consumers/results/src/config.ts';
import { syncConfig } from '../../services/consumers/sync/src/config.ts';
import { dedupConfig } from '../../services/dedup/src/config.ts';
import { ingressConfig } from '../../services/ingress/src/config.ts';
import { simulatorConfig } from '../../services/simulator/src/config.ts';
import type { ConfigSection } from './config-section.ts';

/** Every process and command that reads its environment by a schema. */
export const SECTIONS: readonly ConfigSection[] = [
  { title: 'ingress', command: 'node services/ingress/src/main.ts', schema: ingressConfig },
  { title: 'dedup', command: 'node services/dedup/src/main.ts', schema: dedupConfig },
  {
    title: 'results',
    command: 'node services/consumers/results/src/main.ts',
    schema: resultsConfig,
  },
  {
    title: 'notifier',
    command: 'node services/consumers/notifier/src/main.ts',
    schema: notifierConfig,
  },
  {
    title: 'agent',
    command: 'node services/consumers/agent/src/main.ts',
    schema: agentConfig,
  },
  {
    title: 'sync',
    command: 'node services/consumers/sync/src/main.ts',
    schema: syncConfig,
  },
  { title: 'simulator', command: 'node services/simulator/src/main.ts', schema: simulatorConfig },
  { title: 'gemini-events topics', command: 'gemini-events topics apply', schema: topicsConfig },
  {
    title: 'gemini-events schemas',
    command: 'gemini-events schemas apply',
    schema: schemasConfig,
  },
  {
    title: 'gemini-events replay, dlq, show, consumers, read-model, jobs, runs',
    command: 'gemini-events replay ls',
    schema: consumersConfig,
  },
  {
    title: 'gemini-events jobs launch',
    command: 'gemini-events jobs launch',
    schema: launchConfig,
  },
  {
    title: 'gemini-events approvals',
    command: 'gemini-events approvals ls',
    schema: approvalsConfig,
  },
  { title: 'gemini-events doctor', command: 'gemini-events doctor', schema: doctorConfig },
];
