export { canonicalType, familyOf, KNOWN_TYPES, type KnownType } from './catalogue.ts';
export { type Classification, classify, type ReadBody } from './classify.ts';
export {
  type ComposedRecord,
  type ComposedValue,
  composeRecord,
  type VerifiedDelivery,
} from './compose-record.ts';
export { type DeadLetter, namesIn, readDeadLetter } from './dead-letter.ts';
export { BridgeError, ERROR_CODES, type ErrorCode, isBridgeError } from './errors.ts';
export { cloudEventHeaders, HEADER, LANE_HEADER } from './headers.ts';
export { QUARANTINE_REASONS, type QuarantineReason } from './quarantine.ts';
