export { findSlackFaults } from './find-slack-faults.ts';
