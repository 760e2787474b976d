export { membersOf } from './group-members.ts';
