/** What is said where a rule gives no text of its own. */
const JOB = '{{#link}}<{{link}}|{{resource_id}}>{{/link}}{{^link}}`{{resource_id}}`{{/link}}';
const WHERE = '_{{source}} · {{occurred_at}}_';

export const DEFAULT_TEXTS = {
  plain: `*{{type}}* ${JOB}{{#error}}\n>{{code}} {{message}}{{/error}}\n${WHERE}`,
  failed: `:red_circle: *{{type}}* ${JOB}{{#error}}\n>{{code}} {{message}}{{/error}}\n${WHERE}`,
  recovered: `:large_green_circle: *recovered* after {{failed_for}}: *{{type}}* ${JOB}\n${WHERE}`,
} as const;
