export { type MigrationStatus, migrate, migrationStatus } from './migrations/migrate.ts';
export { createPool, type PostgresPool, type Transaction } from './pool.ts';
export { toBridgeError } from './postgres-errors.ts';
export { withServerSetting } from './server-setting.ts';
export { msOf } from './sql-times.ts';
export { fromText, fromTexts, toId, toText } from './stored-text.ts';
