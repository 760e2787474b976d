/** The headers of a delivery as they came; empty where one is missing. */
export interface DeliveryHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  /** W3C trace context of the sender. */
  readonly traceparent: string;
}
