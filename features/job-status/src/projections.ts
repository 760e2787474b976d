import { approvalProjection } from '@gemini-events/approvals/projection';
import { resultProjection } from '@gemini-events/job-results/projection';
import { launchProjection } from '@gemini-events/launches/projection';
import type { Row, Table } from '@gemini-events/read-model';
import { deadLetterProjection } from '@gemini-events/replays/projection';
import { auditProjection } from './projection/audit.ts';
import { deliveryProjection } from './projection/deliveries.ts';
import { eventProjection } from './projection/events.ts';
import { laneProjection, stepProjection } from './projection/lanes.ts';

/** The projections of all features, by table. Tables are written in this order. */
export const PROJECTIONS = {
  deliveries: deliveryProjection,
  events: eventProjection,
  lane_steps: stepProjection,
  lanes: laneProjection,
  results: resultProjection,
  dead_letters: deadLetterProjection,
  audit: auditProjection,
  launched_jobs: launchProjection,
  asked_approvals: approvalProjection,
} as const;

/** Of tables that are made of one record a row; `jobs` is made of `events`. */
export type TableName = keyof typeof PROJECTIONS;
export const TABLE_NAMES = Object.keys(PROJECTIONS) as readonly TableName[];

/** The declaration of a table. */
export const tableOf = (name: TableName): Table => PROJECTIONS[name].table;

/** A row of a table, before it is written. */
export type RowOf<Name extends TableName> = Row<(typeof PROJECTIONS)[Name]['table']>;

/** Rows that a portion of records gives. */
export type Rows = { readonly [Name in TableName]?: readonly RowOf<Name>[] };
