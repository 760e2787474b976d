/** What an error code means and what an operator does about it; `docs/reference/errors.md` is made of it. */
interface CodeEntry {
  readonly meaning: string;
  readonly operator: string;
}

function code(meaning: string, operator: string): CodeEntry {
  return { meaning, operator };
}

/** Every error code of the project. Codes are never reused. */
export const ERROR_CODES = {
  ERR_CONFIG_INVALID: code(
    'The configuration has faults; all of them are printed at once.',
    'Mend the named variables and start again (exit 78).',
  ),
  ERR_PORT_TAKEN: code(
    'Another process listens on the port.',
    'End it, or set the variable that the message names to another port.',
  ),
  ERR_KAFKA_UNAVAILABLE: code(
    'Kafka did not acknowledge in time.',
    'Look at the brokers; the service recovers by itself, senders repeat.',
  ),
  ERR_KAFKA_TOPIC_MISSING: code(
    'A topic that the service needs does not exist or does not fit.',
    'Run `gemini-events topics apply`; the service goes on by itself.',
  ),
  ERR_KAFKA_TOPIC_MISFIT: code(
    'A topic exists with another partition count than the declared one, and may not be changed.',
    'Make the topic anew, or use another TOPIC_PREFIX.',
  ),
  ERR_KAFKA_PROTOCOL: code(
    'A broker answered something that this version does not understand.',
    'Check the broker version; report it with the cause.',
  ),
  ERR_KAFKA_FENCED: code(
    'Another process has taken over what this one was at, so this one has stopped.',
    'Nothing: the other process goes on.',
  ),
  ERR_REGISTRY_UNAVAILABLE: code(
    'The schema registry did not answer.',
    'Look at the registry; the service tries again by itself.',
  ),
  ERR_SCHEMA_MISSING: code(
    'A schema is not registered under its subject.',
    'Run `gemini-events schemas apply`; the service goes on by itself.',
  ),
  ERR_SCHEMA_INCOMPATIBLE: code(
    'The registry holds a version that our schema is not compatible with.',
    'Another version of gemini-events, or another program, registered it: compare the two.',
  ),
  ERR_SCHEMA_UNKNOWN: code(
    'A record does not start with a schema id that the registry knows.',
    'Look who wrote the record; it is not one of ours.',
  ),
  ERR_CONSUMER_INVALID: code(
    'The definition of a consumer has faults; all of them are told.',
    'Mend the `defineConsumer` call that the message names.',
  ),
  ERR_CONSUMER_UNKNOWN: code(
    'There is no consumer of this name: no folder in `services/consumers`, and no group of this bridge.',
    'Look for its name with `gemini-events consumers ls`.',
  ),
  ERR_CONSUMER_CRASHED: code(
    'Dead letter: the process ended each time a handler ran for this event.',
    'Look at the last lines of the log before each end; redrive the event when the handler is mended.',
  ),
  ERR_RETRY_LATER: code(
    'A handler asked for another attempt and gave a reason.',
    'Nothing while attempts are left; the reason stands beside the code.',
  ),
  ERR_INGRESS_HEADERS_INVALID: code(
    'Answer 400: webhook-id, webhook-timestamp or webhook-signature is missing or malformed.',
    'Not from Gemini, or a proxy in between drops or changes headers.',
  ),
  ERR_INGRESS_UNAUTHORIZED: code(
    'Answer 401: the signature is wrong or the timestamp is more than 300 s off.',
    'Compare GEMINI_WEBHOOK_SECRETS and the clock; the metrics tell which of both it was.',
  ),
  ERR_INGRESS_PATH_UNKNOWN: code(
    'Answer 404: no webhook is served under this path.',
    'Use /webhooks/gemini, or /webhooks/gemini/<source> with a source that is configured.',
  ),
  ERR_INGRESS_METHOD_NOT_ALLOWED: code(
    'Answer 405: deliveries come by POST.',
    'Nothing, unless Gemini itself is answered so.',
  ),
  ERR_INGRESS_BODY_TOO_LARGE: code(
    'Answer 413: the body is over INGRESS_MAX_BODY_BYTES.',
    'Nothing, unless Gemini itself is answered so: then raise the limit.',
  ),
  ERR_INGRESS_TOO_MANY_FAILURES: code(
    'Answer 429: too many deliveries from one address did not verify (dynamic sources only).',
    'Forgeries, or a key set that is not the sender’s: look at the refusals by reason, and at jwks_url. Behind a proxy: set INGRESS_TRUSTED_PROXIES.',
  ),
  ERR_INGRESS_UNAVAILABLE: code(
    'Answer 503 with Retry-After: the delivery cannot be stored now.',
    'Look at /readyz and the brokers; Gemini sends the delivery again for 24 hours.',
  ),
  ERR_DEDUP_OFFSETS_LOST: code(
    'The group has no committed offset, but its changelog has held ids: offsets were lost.',
    'Find out why. To begin at the earliest record all the same: DEDUP_ALLOW_OFFSET_RESET=true.',
  ),
  ERR_DEDUP_CHANGELOG_RETENTION: code(
    'The changelog topic would forget ids within DEDUP_WINDOW_HOURS: their repeats would be published.',
    'Run `gemini-events topics apply`, or mend the setting that the message names (exit 78).',
  ),
  ERR_DEDUP_CHANGELOG_CORRUPT: code(
    'A record of the changelog cannot be read.',
    'Another program writes to the topic, or the version is newer: do not go on before that is known.',
  ),
  ERR_UNEXPECTED: code(
    'Something failed that has no code of its own; the cause is kept.',
    'Report it with the cause and its stack.',
  ),
  ERR_RESULT_NOT_FOUND: code(
    'Gemini does not know the job or its output, though it cannot have expired yet.',
    'It was deleted, or the key belongs to another project; the dead letter names the job.',
  ),
  ERR_RESULT_EXPIRED: code(
    'The output was not fetched in time: Gemini keeps outputs for 48 hours.',
    'It is lost; run the job again. Watch `gemini_events_results_time_left_seconds`, which falls long before.',
  ),
  ERR_RESULT_BROKEN: code(
    'The output arrived, but is not what it says it is: a length or an encoding that does not fit.',
    'Tried again by itself; if it stays, look at proxies in between.',
  ),
  ERR_RESULT_POINTER: code(
    'The pointer names nothing that the Gemini API could serve.',
    'Look at the event in the dead-letter topic.',
  ),
  ERR_RESULT_NOT_READY: code(
    'The job itself says that it has not finished, against what its event says.',
    'Tried again by itself; if it stays, look at the job.',
  ),
  ERR_RESULT_TOO_LARGE: code(
    'An output is longer than RESULTS_MAX_BYTES, or one part of it longer than what is read at once.',
    'Raise RESULTS_MAX_BYTES if it is meant to be so long; the message names the limit.',
  ),
  ERR_OBJECT_STORE: code(
    'The object store cannot be read or written.',
    'Look at the space and the rights of RESULTS_DIR, or at the bucket; the cause names the call.',
  ),
  ERR_OBJECT_MISSING: code(
    'The object store has nothing under this key.',
    'It was removed by hand or by a rule of the bucket, or the store is another one.',
  ),
  ERR_OUTPUT_UNKNOWN: code(
    'Nothing, or nothing with that name or key, is stored of the job; or several outputs are, of which none was named.',
    'The message says what there is. `gemini-events results ls` tells how far an output is.',
  ),
  ERR_OUTPUT_DAMAGED: code(
    'What is stored is not what was stored: its SHA-256 is another one.',
    'Something else wrote to the object store, or its disk is failing. Fetch it again while Gemini has it.',
  ),
  ERR_JOB_FOREIGN: code(
    'foreign_job: an event of unproven origin names a job that our API key does not find.',
    'Nothing, if the job is not yours. Else check that GEMINI_API_KEY belongs to its project.',
  ),
  ERR_GEMINI_UNAVAILABLE: code(
    'The Gemini API did not answer, or asked to wait.',
    'Tried again by itself.',
  ),
  ERR_GEMINI_NOT_FOUND: code(
    'The Gemini API does not know what was asked for (any more).',
    'Nothing, if it was deleted or is older than its retention.',
  ),
  ERR_GEMINI_PERMISSION: code(
    'The Gemini API does not let our key see what was asked for; it also says so of files that are gone.',
    'Check that GEMINI_API_KEY is valid and belongs to the project of the job.',
  ),
  ERR_GEMINI_QUOTA: code(
    'The Gemini API answered that a quota or a spending cap is reached.',
    'Tried again by itself, not before the time that it asked for; look at quota and billing of the project.',
  ),
  ERR_GEMINI_REFUSED: code(
    'The Gemini API refused the call for good.',
    'Check GEMINI_API_KEY and its project.',
  ),
  ERR_LAUNCH_INVALID: code(
    'What a launch asks for is nothing that the Gemini API takes; nothing was called.',
    'Mend the request that the message names.',
  ),
  ERR_LAUNCH_CONFLICT: code(
    'A launch has the key of another one, but another request; nothing was called.',
    'Give it a key of its own. Where a request is made of time or chance, make it once, in a step of its own.',
  ),
  ERR_LAUNCH_HELD: code(
    'The spend guard holds a call that costs money; nothing was called.',
    'The reason stands beside it: approve it, or raise the budget, and redrive what asked for it.',
  ),
  ERR_LAUNCH_UNCLEAR: code(
    'Nobody knows whether a call has made its job: its answer was lost, and nothing has told of the job since.',
    'Look for the job at Gemini; its display name, or `gemini_events_call` in its user_metadata, tells the call. Have it called again only if it is not there: it may cost twice.',
  ),
  ERR_HTTP_REFUSED: code(
    'An outgoing call was not made: its URL, a redirect, or the address of its host is not allowed; the reason stands beside it.',
    'Look where the URL came from. A host that is meant to be called belongs on the allow-list of the service.',
  ),
  ERR_HTTP_UNAVAILABLE: code(
    'A host did not answer, not in time, or broke off too often.',
    'Tried again by itself; if it stays, look at the network, the proxy and the host.',
  ),
  ERR_HTTP_STATUS: code(
    'A host answered a status that was not expected.',
    'The status stands beside it; look at the host.',
  ),
  ERR_HTTP_TOO_LARGE: code(
    'An answer is longer than what is read of it.',
    'Look at what it is; the message has the limit.',
  ),
  ERR_HTTP_CHANGED: code(
    'A file changed between two parts of its download.',
    'Tried again from its beginning by itself.',
  ),
  ERR_STACK_JAVA: code(
    'The embedded servers need Java 17 or newer, which is not there.',
    'Install it, or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL.',
  ),
  ERR_STACK_MAVEN: code(
    'Maven is not there, or could not fetch an embedded server.',
    'Install it, check the network, or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL.',
  ),
  ERR_STACK_LOCKED: code(
    'Another start uses the same data folder.',
    'End it; the message names its pid.',
  ),
  ERR_STACK_START: code(
    'An embedded server did not start.',
    'Look into the log file that the message names; `start --fresh` begins with new data.',
  ),
  ERR_POSTGRES_UNAVAILABLE: code(
    'Postgres did not answer, or refused for a reason that passes: no connection, a restart, a timeout, a lock.',
    'Look at the database and at DATABASE_URL; the cause has the reason. The service goes on by itself.',
  ),
  ERR_POSTGRES_REFUSED: code(
    'Postgres refused a statement for a reason that does not pass by itself.',
    'The cause has the reason and its SQLSTATE: rights that are missing (42501), a database without our tables (42P01); else report it.',
  ),
  ERR_POSTGRES_SCHEMA: code(
    'The tables in the schema gemini_events do not fit this version: it is too old for them, or a migration was changed.',
    'Run a version as new as the one that the message names; never edit a migration or its list by hand.',
  ),
  ERR_STORY_UNKNOWN: code(
    'The read model holds nothing about this job or event.',
    'Look for a misspelt id; look with `gemini-events read-model status` whether sync runs and has caught up.',
  ),
  ERR_SYNC_MOVED: code(
    'The read model was cleared, or another instance of sync has written to it: this one starts over from where it stands.',
    'Nothing.',
  ),
  ERR_DLQ_UNBOUNDED: code(
    'A command on dead letters was not told which of them; nothing was changed.',
    'Name a code, a fingerprint, a job or a time, or say --all.',
  ),
  ERR_REPLAY_INVALID: code(
    'What a replay was asked to do does not fit together; nothing was read or written.',
    'Change the options that the message names.',
  ),
  ERR_REPLAY_UNKNOWN: code(
    'There is no replay or redrive with this id.',
    'Look for its id with `gemini-events replay ls`.',
  ),
  ERR_REPLAY_ENDED: code(
    'A replay is in a state that the command does not fit.',
    'Look at it with `gemini-events replay show`. One that is done or cancelled is begun anew.',
  ),
  ERR_REPLAY_FORGOTTEN: code(
    'A replay was left for so long that the brokers have forgotten how far it was; going on could send records twice.',
    'Cancel it and begin another one from where its target ends; raise `offsets.retention.minutes` of the brokers.',
  ),
  ERR_CONSUMER_RUNNING: code(
    'The place of a consumer cannot be moved while it runs.',
    'Stop all of its instances, or use `gemini-events replay`, which needs no stop.',
  ),
  ERR_ENDPOINT_STATUS: code(
    'An endpoint answered a delivery with something else than 2xx; a redirect counts as a failure too.',
    'Nothing: it is tried again by the schedule. The owner of the endpoint sees each attempt.',
  ),
  ERR_ENDPOINT_GONE: code(
    'An endpoint answered 410, or was removed: nothing more is sent there.',
    'Nothing. Its owner can enable it again.',
  ),
  ERR_ENDPOINT_DISABLED: code(
    'A delivery was given up because its endpoint was switched off.',
    'Once the endpoint is enabled again, `recover` sends what was given up.',
  ),
  ERR_ATTEMPT_UNCLEAR: code(
    'A process ended while it was sending, so nobody knows whether the delivery arrived; it is sent again with the same webhook-id.',
    'Nothing, if it is rare. Receivers drop what they have seen by the webhook-id; a Slack message may stand there twice.',
  ),
  ERR_SLACK_THROTTLED: code(
    'Slack asks for a slower pace.',
    'Nothing: what waits is sent at that pace. Where it lasts, use more channels, or rules that tell less.',
  ),
  ERR_SLACK_REFUSED: code(
    'Slack did not take a message, or its channel is not in the rules any more.',
    "Look at the attempt's answer: invite the bot to the channel, renew the token, or mend the template.",
  ),
  ERR_APPROVAL_UNKNOWN: code(
    'There is no approval with this id.',
    'Look for its id with `gemini-events approvals ls --state all`.',
  ),
  ERR_APPROVAL_CLOSED: code(
    'A decision came too late: somebody was first, the time was over, or the run was cancelled. It was written down and changed nothing.',
    'Nothing; the message says what was decided, by whom and when. `gemini-events approvals show` has every attempt.',
  ),
  ERR_APPROVAL_NOT_ALLOWED: code(
    'Somebody who is not among the approvers wanted to decide. It was written down and changed nothing.',
    'Let one of the approvers decide; `gemini-events approvals show` names them. Who they are stands in the workflow.',
  ),
  ERR_APPROVAL_CHOICE: code(
    'An approval has no choice of this name.',
    'Take one of those that the message names; of a default: mend the workflow.',
  ),
  ERR_SLACK_SIGNATURE: code(
    'Answer 401: a click did not come from Slack, or its timestamp is more than 300 s off.',
    'Compare the signing secret with that of the Slack app, and the clock; a proxy in between must not change the body.',
  ),
  ERR_RULES_INVALID: code(
    'The notification rules have faults; all of them are told.',
    'Mend the named places; `gemini-events notify check` shows them. Until then the rules before them hold.',
  ),
  ERR_NOTIFIER_KEY: code(
    'A stored signing secret cannot be opened with NOTIFIER_KEYS.',
    'Put the key that sealed it back into NOTIFIER_KEYS, behind the newest one; or rotate the secrets of the endpoints.',
  ),
  ERR_WORKFLOW_INVALID: code(
    'The definition of a workflow or a tool has faults; all of them are told.',
    'Mend the `defineWorkflow` or `defineTool` call that the message names.',
  ),
  ERR_RUN_UNKNOWN: code(
    'There is no run with this id.',
    'Look for it with `gemini-events runs ls`; runs are kept for 100 days after their end.',
  ),
  ERR_RUN_STATE: code(
    'A run is in a state that the command does not fit.',
    'Look at it with `gemini-events runs show`: only what failed or was cancelled is retried, only what runs is cancelled.',
  ),
  ERR_RUN_LOST: code(
    'Dead letter of a run: the engine has given it up without a word, for example as it was taken over too often.',
    'Look at its last steps with `gemini-events runs show`, then `runs retry`.',
  ),
  ERR_STEP_CRASHED: code(
    'The process ended each time in the same step of a run.',
    'Look at the last lines of the log before each end; `gemini-events runs retry` when the step is mended.',
  ),
  ERR_STEP_TIMEOUT: code(
    'One attempt at a step took longer than it may.',
    'Look at what the step calls; `runs retry` begins from this step again.',
  ),
  ERR_TOOL_OUTPUT: code(
    'A tool gave something else than its schema says.',
    'Mend the tool, or its schema; then `gemini-events runs retry`.',
  ),
  ERR_JOB_OVERDUE: code(
    'A job that a run waited for has not ended in time.',
    'Look at the job at Gemini. `runs retry` waits once more.',
  ),
  ERR_INTERACTION_MOOT: code(
    'An interaction was to be answered that waits for no answer (any more).',
    'Nothing: the run ends without having done anything.',
  ),
  ERR_INTERACTION_CONTINUED: code(
    'An interaction was continued by another run, or by somebody else.',
    'Nothing: the run ends without having done anything. Two workflows that answer the same interactions are one too many.',
  ),
  ERR_CONSUMER_FENCED: code(
    'An effect was not carried out, because the lease of its event was lost: another instance decides about the event.',
    'Nothing, if it is rare. Else look for handlers that outlast their lease, and for long pauses of a process.',
  ),
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error of this project: a code out of a closed set, the cause, and typed data for logs. */
export class BridgeError extends Error {
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;

  constructor(
    errorCode: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      data?: Readonly<Record<string, string | number | boolean | null>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BridgeError';
    this.code = errorCode;
    this.data = options.data ?? {};
  }
}

/** Whether `error` is ours and, if asked, has one of these codes. */
export function isBridgeError(
  error: unknown,
  ...codes: readonly ErrorCode[]
): error is BridgeError {
  return error instanceof BridgeError && (codes.length === 0 || codes.includes(error.code));
}
