// Generated from schemas/avro by `pnpm generate`. Do not edit.

/** What a run of the agent asks people, and what became of it. */
export interface Approval {
  /** Id; also the record key. */
  readonly approval_id: string;
  /** The run that asks. */
  readonly run_id: string;
  /** Its workflow. */
  readonly workflow: string;
  /** Name of the ingress source of the event that began the run. */
  readonly source: string;
  /** The job that it is about. */
  readonly resource_id: null | string;
  /** What is asked. */
  readonly title: string;
  /** What a decision rests on, as JSON. */
  readonly evidence: string;
  /** What may be chosen, as JSON: a list of {name, label, approves}. */
  readonly choices: string;
  /** requested, approved, rejected, expired or cancelled. Open: new values may appear. */
  readonly state: string;
  /** Name of what was chosen; of an expired one its default. */
  readonly choice: null | string;
  /** Who decided. */
  readonly actor: null | string;
  /** How: cli, slack, api or expiry. */
  readonly via: null | string;
  /** Why, as the actor gave it. */
  readonly reason: null | string;
  /** When it was asked. (milliseconds since 1970) */
  readonly requested_at: number;
  /** Until when it can be decided. (milliseconds since 1970) */
  readonly expires_at: number;
  /** When it was decided or expired. (milliseconds since 1970) */
  readonly decided_at: null | number;
}

/** Somebody changed something by hand, or a command did. */
export interface AuditEntry {
  /** Who: a user, or the instance of a service. */
  readonly actor: string;
  /** What: for example consumer.pause. */
  readonly action: string;
  /** On what: for example results, or results/3 for one partition. */
  readonly subject: string;
  /** Why, as the actor gave it. */
  readonly reason: null | string;
  /** What else there is to say. */
  readonly details: Readonly<Record<string, string>>;
  /** When. (milliseconds since 1970) */
  readonly at: number;
}

/** A Batch job changed its state. */
export interface BatchEvent {
  /** The webhook-id: one event, however many deliveries. */
  readonly event_id: string;
  /** As in the body, for example batch.succeeded. Open: new values may appear. */
  readonly type: string;
  /** Name of the ingress source that accepted the delivery. */
  readonly source: string;
  /** Labels of the source. */
  readonly labels: Readonly<Record<string, string>>;
  /** data.id verbatim; also the record key and ce_subject. */
  readonly resource_id: string;
  /** When the event happened (the body's timestamp, else received_at). (milliseconds since 1970) */
  readonly occurred_at: number;
  /** When the ingress accepted the delivery. (milliseconds since 1970) */
  readonly received_at: number;
  /** How the delivery was signed: v1, v1a, jwt or synthetic. */
  readonly scheme: string;
  /** Whose job it is: project, tagged or unproven. */
  readonly trust: string;
  /** The job's user_metadata as the delivery gave it back; values that are not strings as JSON. */
  readonly user_metadata: Readonly<Record<string, string>>;
  /** The signed text exactly. */
  readonly payload: string;
  /** Pointer to the output as the delivery gave it: a hint, not to be fetched blindly. */
  readonly output_file_uri: null | string;
  /** Of a failed job; numbers as text. */
  readonly error_code: null | string;
  /** Of a failed job. */
  readonly error_message: null | string;
}

/** An Interaction (Deep Research, agent, model) changed its state. */
export interface InteractionEvent {
  /** The webhook-id: one event, however many deliveries. */
  readonly event_id: string;
  /** As in the body, for example batch.succeeded. Open: new values may appear. */
  readonly type: string;
  /** Name of the ingress source that accepted the delivery. */
  readonly source: string;
  /** Labels of the source. */
  readonly labels: Readonly<Record<string, string>>;
  /** data.id verbatim; also the record key and ce_subject. */
  readonly resource_id: string;
  /** When the event happened (the body's timestamp, else received_at). (milliseconds since 1970) */
  readonly occurred_at: number;
  /** When the ingress accepted the delivery. (milliseconds since 1970) */
  readonly received_at: number;
  /** How the delivery was signed: v1, v1a, jwt or synthetic. */
  readonly scheme: string;
  /** Whose job it is: project, tagged or unproven. */
  readonly trust: string;
  /** The job's user_metadata as the delivery gave it back; values that are not strings as JSON. */
  readonly user_metadata: Readonly<Record<string, string>>;
  /** The signed text exactly. */
  readonly payload: string;
  /** Of a failed job; numbers as text. */
  readonly error_code: null | string;
  /** Of a failed job. */
  readonly error_message: null | string;
}

/** A job of the Gemini API as it was launched. */
export interface Job {
  /** Id of the job, as its events name it; also the record key. */
  readonly resource_id: string;
  /** batch, interaction or video. */
  readonly kind: string;
  /** The caller's own key, for which it was created once. */
  readonly key: string;
  /** Model or agent that it was asked of. */
  readonly model: null | string;
  /** Whose it is. */
  readonly owner: null | string;
  /** What it is about, for rules and workflows. */
  readonly labels: Readonly<Record<string, string>>;
  /** Which workflow its events are for. */
  readonly route: null | string;
  /** What it may cost. */
  readonly budget_usd: null | number;
  /** The interaction that it continues. */
  readonly previous_id: null | string;
  /** The run of the agent that launched it. */
  readonly run_id: null | string;
  /** When the call was made. (milliseconds since 1970) */
  readonly launched_at: number;
}

/** Where one consumer stands with one event. */
export interface ProcessingStatus {
  /** The webhook-id of the event. */
  readonly event_id: string;
  /** Type of the event. */
  readonly type: string;
  /** Name of the ingress source. */
  readonly source: string;
  /** data.id of the event, where there is one. */
  readonly resource_id: null | string;
  /** Name of the consumer. */
  readonly consumer: string;
  /** started, waiting, retrying, done, skipped or dead_lettered. Open: new values may appear. */
  readonly state: string;
  /** Attempts so far; 0 before the first one. */
  readonly attempt: number;
  /** Why it was skipped, waits, or was given up. */
  readonly reason: null | string;
  /** Code of the last failure. */
  readonly error_code: null | string;
  /** When it is tried again. (milliseconds since 1970) */
  readonly due_at: null | number;
  /** How far a long attempt is, in progress_unit; null where it does not say. */
  readonly progress_done: null | number;
  /** How far there is to go, where that is known. */
  readonly progress_total: null | number;
  /** What is counted, for example bytes. */
  readonly progress_unit: null | string;
  /** When this state began. (milliseconds since 1970) */
  readonly at: number;
  /** INSTANCE_ID of the process. */
  readonly instance: string;
  /** Topic that the event was read from. */
  readonly topic: string;
  /** Partition there. */
  readonly partition: number;
  /** Offset there. */
  readonly offset: number;
}

/** A genuine delivery that cannot be published as an event. */
export interface QuarantinedDelivery {
  /** The webhook-id. */
  readonly event_id: string;
  /** Name of the ingress source that accepted the delivery. */
  readonly source: string;
  /** Labels of the source. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the ingress accepted the delivery. (milliseconds since 1970) */
  readonly received_at: number;
  /** How the delivery was signed. */
  readonly scheme: string;
  /** Whose job it is: project, tagged or unproven. */
  readonly trust: string;
  /** Why it was quarantined: a code of docs/reference/quarantine.md. */
  readonly reason: string;
  /** The body's type where one could be read. */
  readonly type: null | string;
  /** The raw body. */
  readonly body: Uint8Array;
}

/** How the output of a job ended: stored, or why there is none. */
export interface Result {
  /** The webhook-id of the event that led to it. */
  readonly event_id: string;
  /** Type of that event. */
  readonly type: string;
  /** Name of the ingress source. */
  readonly source: string;
  /** data.id of the job; also the record key. */
  readonly resource_id: string;
  /** Where the output is stored; its first part, where it has several. Empty where the job gave none. */
  readonly object_uri: string;
  /** Media type of the stored bytes; empty where there are none. */
  readonly content_type: string;
  /** Length of the stored bytes. */
  readonly size_bytes: number;
  /** SHA-256 of the stored bytes, lower-case hex; empty where there are none. */
  readonly sha256: string;
  /** When the output was stored. (milliseconds since 1970) */
  readonly stored_at: number;
  /** stored, partial (rows failed or are missing), failed, cancelled or expired. Open: new values may appear. */
  readonly status: string;
  /** Stored objects; the manifest lists them. */
  readonly part_count: number;
  /** JSON beside the output: parts, counts, failed rows, usage, index of keys. */
  readonly manifest_uri: null | string;
  /** Rows of a batch. */
  readonly row_count: null | number;
  /** Rows of a batch without an answer. */
  readonly failed_row_count: null | number;
  /** Tokens by the names that the Gemini API gives them. */
  readonly usage: Readonly<Record<string, number>>;
  /** Model or agent, where the job names it. */
  readonly model: null | string;
  /** Why the job gave no output, by its own word. */
  readonly error_code: null | string;
  /** The same in words. */
  readonly error_message: null | string;
}

/** A type that this version does not know: kept, never dropped. */
export interface UnknownEvent {
  /** The webhook-id: one event, however many deliveries. */
  readonly event_id: string;
  /** As in the body, for example batch.succeeded. Open: new values may appear. */
  readonly type: string;
  /** Name of the ingress source that accepted the delivery. */
  readonly source: string;
  /** Labels of the source. */
  readonly labels: Readonly<Record<string, string>>;
  /** data.id verbatim where there is one; the record key is the webhook-id otherwise. */
  readonly resource_id: null | string;
  /** When the event happened (the body's timestamp, else received_at). (milliseconds since 1970) */
  readonly occurred_at: number;
  /** When the ingress accepted the delivery. (milliseconds since 1970) */
  readonly received_at: number;
  /** How the delivery was signed: v1, v1a, jwt or synthetic. */
  readonly scheme: string;
  /** Whose job it is: project, tagged or unproven. */
  readonly trust: string;
  /** The job's user_metadata as the delivery gave it back; values that are not strings as JSON. */
  readonly user_metadata: Readonly<Record<string, string>>;
  /** The signed text exactly. */
  readonly payload: string;
}

/** A video job changed its state. */
export interface VideoEvent {
  /** The webhook-id: one event, however many deliveries. */
  readonly event_id: string;
  /** As in the body, for example batch.succeeded. Open: new values may appear. */
  readonly type: string;
  /** Name of the ingress source that accepted the delivery. */
  readonly source: string;
  /** Labels of the source. */
  readonly labels: Readonly<Record<string, string>>;
  /** data.id verbatim; also the record key and ce_subject. */
  readonly resource_id: string;
  /** When the event happened (the body's timestamp, else received_at). (milliseconds since 1970) */
  readonly occurred_at: number;
  /** When the ingress accepted the delivery. (milliseconds since 1970) */
  readonly received_at: number;
  /** How the delivery was signed: v1, v1a, jwt or synthetic. */
  readonly scheme: string;
  /** Whose job it is: project, tagged or unproven. */
  readonly trust: string;
  /** The job's user_metadata as the delivery gave it back; values that are not strings as JSON. */
  readonly user_metadata: Readonly<Record<string, string>>;
  /** The signed text exactly. */
  readonly payload: string;
  /** Pointer to the output as the delivery gave it: a hint, not to be fetched blindly. */
  readonly output_file_uri: null | string;
  /** Files API name of the video, for example files/abc123. */
  readonly file_name: null | string;
}

export interface RecordTypes {
  readonly Approval: Approval;
  readonly AuditEntry: AuditEntry;
  readonly BatchEvent: BatchEvent;
  readonly InteractionEvent: InteractionEvent;
  readonly Job: Job;
  readonly ProcessingStatus: ProcessingStatus;
  readonly QuarantinedDelivery: QuarantinedDelivery;
  readonly Result: Result;
  readonly UnknownEvent: UnknownEvent;
  readonly VideoEvent: VideoEvent;
}

export const recordSchemas = {
  Approval: {"type":"record","namespace":"gemini.events","name":"Approval","doc":"What a run of the agent asks people, and what became of it.","fields":[{"name":"approval_id","type":"string","doc":"Id; also the record key."},{"name":"run_id","type":"string","doc":"The run that asks."},{"name":"workflow","type":"string","doc":"Its workflow."},{"name":"source","type":"string","doc":"Name of the ingress source of the event that began the run."},{"name":"resource_id","type":["null","string"],"doc":"The job that it is about.","default":null},{"name":"title","type":"string","doc":"What is asked."},{"name":"evidence","type":"string","doc":"What a decision rests on, as JSON."},{"name":"choices","type":"string","doc":"What may be chosen, as JSON: a list of {name, label, approves}."},{"name":"state","type":"string","doc":"requested, approved, rejected, expired or cancelled. Open: new values may appear."},{"name":"choice","type":["null","string"],"doc":"Name of what was chosen; of an expired one its default.","default":null},{"name":"actor","type":["null","string"],"doc":"Who decided.","default":null},{"name":"via","type":["null","string"],"doc":"How: cli, slack, api or expiry.","default":null},{"name":"reason","type":["null","string"],"doc":"Why, as the actor gave it.","default":null},{"name":"requested_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When it was asked."},{"name":"expires_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"Until when it can be decided."},{"name":"decided_at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"doc":"When it was decided or expired.","default":null}]},
  AuditEntry: {"type":"record","namespace":"gemini.events","name":"AuditEntry","doc":"Somebody changed something by hand, or a command did.","fields":[{"name":"actor","type":"string","doc":"Who: a user, or the instance of a service."},{"name":"action","type":"string","doc":"What: for example consumer.pause."},{"name":"subject","type":"string","doc":"On what: for example results, or results/3 for one partition."},{"name":"reason","type":["null","string"],"doc":"Why, as the actor gave it.","default":null},{"name":"details","type":{"type":"map","values":"string"},"doc":"What else there is to say.","default":{}},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When."}]},
  BatchEvent: {"type":"record","namespace":"gemini.events","name":"BatchEvent","doc":"A Batch job changed its state.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id: one event, however many deliveries."},{"name":"type","type":"string","doc":"As in the body, for example batch.succeeded. Open: new values may appear."},{"name":"source","type":"string","doc":"Name of the ingress source that accepted the delivery."},{"name":"labels","type":{"type":"map","values":"string"},"doc":"Labels of the source.","default":{}},{"name":"resource_id","type":"string","doc":"data.id verbatim; also the record key and ce_subject."},{"name":"occurred_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the event happened (the body's timestamp, else received_at)."},{"name":"received_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the ingress accepted the delivery."},{"name":"scheme","type":"string","doc":"How the delivery was signed: v1, v1a, jwt or synthetic."},{"name":"trust","type":"string","doc":"Whose job it is: project, tagged or unproven."},{"name":"user_metadata","type":{"type":"map","values":"string"},"doc":"The job's user_metadata as the delivery gave it back; values that are not strings as JSON.","default":{}},{"name":"payload","type":"string","doc":"The signed text exactly."},{"name":"output_file_uri","type":["null","string"],"doc":"Pointer to the output as the delivery gave it: a hint, not to be fetched blindly.","default":null},{"name":"error_code","type":["null","string"],"doc":"Of a failed job; numbers as text.","default":null},{"name":"error_message","type":["null","string"],"doc":"Of a failed job.","default":null}]},
  InteractionEvent: {"type":"record","namespace":"gemini.events","name":"InteractionEvent","doc":"An Interaction (Deep Research, agent, model) changed its state.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id: one event, however many deliveries."},{"name":"type","type":"string","doc":"As in the body, for example batch.succeeded. Open: new values may appear."},{"name":"source","type":"string","doc":"Name of the ingress source that accepted the delivery."},{"name":"labels","type":{"type":"map","values":"string"},"doc":"Labels of the source.","default":{}},{"name":"resource_id","type":"string","doc":"data.id verbatim; also the record key and ce_subject."},{"name":"occurred_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the event happened (the body's timestamp, else received_at)."},{"name":"received_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the ingress accepted the delivery."},{"name":"scheme","type":"string","doc":"How the delivery was signed: v1, v1a, jwt or synthetic."},{"name":"trust","type":"string","doc":"Whose job it is: project, tagged or unproven."},{"name":"user_metadata","type":{"type":"map","values":"string"},"doc":"The job's user_metadata as the delivery gave it back; values that are not strings as JSON.","default":{}},{"name":"payload","type":"string","doc":"The signed text exactly."},{"name":"error_code","type":["null","string"],"doc":"Of a failed job; numbers as text.","default":null},{"name":"error_message","type":["null","string"],"doc":"Of a failed job.","default":null}]},
  Job: {"type":"record","namespace":"gemini.events","name":"Job","doc":"A job of the Gemini API as it was launched.","fields":[{"name":"resource_id","type":"string","doc":"Id of the job, as its events name it; also the record key."},{"name":"kind","type":"string","doc":"batch, interaction or video."},{"name":"key","type":"string","doc":"The caller's own key, for which it was created once."},{"name":"model","type":["null","string"],"doc":"Model or agent that it was asked of.","default":null},{"name":"owner","type":["null","string"],"doc":"Whose it is.","default":null},{"name":"labels","type":{"type":"map","values":"string"},"doc":"What it is about, for rules and workflows.","default":{}},{"name":"route","type":["null","string"],"doc":"Which workflow its events are for.","default":null},{"name":"budget_usd","type":["null","double"],"doc":"What it may cost.","default":null},{"name":"previous_id","type":["null","string"],"doc":"The interaction that it continues.","default":null},{"name":"run_id","type":["null","string"],"doc":"The run of the agent that launched it.","default":null},{"name":"launched_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the call was made."}]},
  ProcessingStatus: {"type":"record","namespace":"gemini.events","name":"ProcessingStatus","doc":"Where one consumer stands with one event.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id of the event."},{"name":"type","type":"string","doc":"Type of the event."},{"name":"source","type":"string","doc":"Name of the ingress source."},{"name":"resource_id","type":["null","string"],"doc":"data.id of the event, where there is one.","default":null},{"name":"consumer","type":"string","doc":"Name of the consumer."},{"name":"state","type":"string","doc":"started, waiting, retrying, done, skipped or dead_lettered. Open: new values may appear."},{"name":"attempt","type":"int","doc":"Attempts so far; 0 before the first one."},{"name":"reason","type":["null","string"],"doc":"Why it was skipped, waits, or was given up.","default":null},{"name":"error_code","type":["null","string"],"doc":"Code of the last failure.","default":null},{"name":"due_at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"doc":"When it is tried again.","default":null},{"name":"progress_done","type":["null","long"],"doc":"How far a long attempt is, in progress_unit; null where it does not say.","default":null},{"name":"progress_total","type":["null","long"],"doc":"How far there is to go, where that is known.","default":null},{"name":"progress_unit","type":["null","string"],"doc":"What is counted, for example bytes.","default":null},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When this state began."},{"name":"instance","type":"string","doc":"INSTANCE_ID of the process."},{"name":"topic","type":"string","doc":"Topic that the event was read from."},{"name":"partition","type":"int","doc":"Partition there."},{"name":"offset","type":"long","doc":"Offset there."}]},
  QuarantinedDelivery: {"type":"record","namespace":"gemini.events","name":"QuarantinedDelivery","doc":"A genuine delivery that cannot be published as an event.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id."},{"name":"source","type":"string","doc":"Name of the ingress source that accepted the delivery."},{"name":"labels","type":{"type":"map","values":"string"},"doc":"Labels of the source.","default":{}},{"name":"received_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the ingress accepted the delivery."},{"name":"scheme","type":"string","doc":"How the delivery was signed."},{"name":"trust","type":"string","doc":"Whose job it is: project, tagged or unproven."},{"name":"reason","type":"string","doc":"Why it was quarantined: a code of docs/reference/quarantine.md."},{"name":"type","type":["null","string"],"doc":"The body's type where one could be read.","default":null},{"name":"body","type":"bytes","doc":"The raw body."}]},
  Result: {"type":"record","namespace":"gemini.events","name":"Result","doc":"How the output of a job ended: stored, or why there is none.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id of the event that led to it."},{"name":"type","type":"string","doc":"Type of that event."},{"name":"source","type":"string","doc":"Name of the ingress source."},{"name":"resource_id","type":"string","doc":"data.id of the job; also the record key."},{"name":"object_uri","type":"string","doc":"Where the output is stored; its first part, where it has several. Empty where the job gave none."},{"name":"content_type","type":"string","doc":"Media type of the stored bytes; empty where there are none."},{"name":"size_bytes","type":"long","doc":"Length of the stored bytes."},{"name":"sha256","type":"string","doc":"SHA-256 of the stored bytes, lower-case hex; empty where there are none."},{"name":"stored_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the output was stored."},{"name":"status","type":"string","doc":"stored, partial (rows failed or are missing), failed, cancelled or expired. Open: new values may appear.","default":"stored"},{"name":"part_count","type":"int","doc":"Stored objects; the manifest lists them.","default":1},{"name":"manifest_uri","type":["null","string"],"doc":"JSON beside the output: parts, counts, failed rows, usage, index of keys.","default":null},{"name":"row_count","type":["null","long"],"doc":"Rows of a batch.","default":null},{"name":"failed_row_count","type":["null","long"],"doc":"Rows of a batch without an answer.","default":null},{"name":"usage","type":{"type":"map","values":"long"},"doc":"Tokens by the names that the Gemini API gives them.","default":{}},{"name":"model","type":["null","string"],"doc":"Model or agent, where the job names it.","default":null},{"name":"error_code","type":["null","string"],"doc":"Why the job gave no output, by its own word.","default":null},{"name":"error_message","type":["null","string"],"doc":"The same in words.","default":null}]},
  UnknownEvent: {"type":"record","namespace":"gemini.events","name":"UnknownEvent","doc":"A type that this version does not know: kept, never dropped.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id: one event, however many deliveries."},{"name":"type","type":"string","doc":"As in the body, for example batch.succeeded. Open: new values may appear."},{"name":"source","type":"string","doc":"Name of the ingress source that accepted the delivery."},{"name":"labels","type":{"type":"map","values":"string"},"doc":"Labels of the source.","default":{}},{"name":"resource_id","type":["null","string"],"doc":"data.id verbatim where there is one; the record key is the webhook-id otherwise.","default":null},{"name":"occurred_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the event happened (the body's timestamp, else received_at)."},{"name":"received_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the ingress accepted the delivery."},{"name":"scheme","type":"string","doc":"How the delivery was signed: v1, v1a, jwt or synthetic."},{"name":"trust","type":"string","doc":"Whose job it is: project, tagged or unproven."},{"name":"user_metadata","type":{"type":"map","values":"string"},"doc":"The job's user_metadata as the delivery gave it back; values that are not strings as JSON.","default":{}},{"name":"payload","type":"string","doc":"The signed text exactly."}]},
  VideoEvent: {"type":"record","namespace":"gemini.events","name":"VideoEvent","doc":"A video job changed its state.","fields":[{"name":"event_id","type":"string","doc":"The webhook-id: one event, however many deliveries."},{"name":"type","type":"string","doc":"As in the body, for example batch.succeeded. Open: new values may appear."},{"name":"source","type":"string","doc":"Name of the ingress source that accepted the delivery."},{"name":"labels","type":{"type":"map","values":"string"},"doc":"Labels of the source.","default":{}},{"name":"resource_id","type":"string","doc":"data.id verbatim; also the record key and ce_subject."},{"name":"occurred_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the event happened (the body's timestamp, else received_at)."},{"name":"received_at","type":{"type":"long","logicalType":"timestamp-millis"},"doc":"When the ingress accepted the delivery."},{"name":"scheme","type":"string","doc":"How the delivery was signed: v1, v1a, jwt or synthetic."},{"name":"trust","type":"string","doc":"Whose job it is: project, tagged or unproven."},{"name":"user_metadata","type":{"type":"map","values":"string"},"doc":"The job's user_metadata as the delivery gave it back; values that are not strings as JSON.","default":{}},{"name":"payload","type":"string","doc":"The signed text exactly."},{"name":"output_file_uri","type":["null","string"],"doc":"Pointer to the output as the delivery gave it: a hint, not to be fetched blindly.","default":null},{"name":"file_name","type":["null","string"],"doc":"Files API name of the video, for example files/abc123.","default":null}]},
} as const;
