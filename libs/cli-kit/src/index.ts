export { renderColumns } from './columns.ts';
export { parseConsumerName } from './consumer-name.ts';
export { renderFacts } from './facts.ts';
export { type Finding, fail, ok, warn } from './finding.ts';
export { EXIT, type ExitCode, type Io } from './io.ts';
export { collect, parseAmount, parseCount, parseLabel, parseMoment } from './option-values.ts';
export { print } from './print.ts';
export { createProgressBar } from './progress-bar.ts';
export { spanText, timeText } from './spans.ts';
