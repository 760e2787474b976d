import type { HttpRequest, HttpResponse, us_listen_socket } from 'uWebSockets.js';
import { BridgeError } from '@gemini-events/events';
import { type Answer, answerOf } from '../accept/answer.ts';
import type { DeliveryHeaders } from '../accept/delivery-headers.ts';
import { PROBLEM_TYPE, STATUS_LINES } from '../accept/problem.ts';
import { refused, unavailable, type Verdict } from '../accept/verdict.ts';
import { clientAddress, type TrustedProxies } from './client-address.ts';
import { loadUws, type UwsApp } from './load-uws.ts';
import type { TlsFiles } from './tls-files.ts';

/** What decides about deliveries; knows no HTTP. */
export interface DeliveryHandler<Opened extends object> {
  readonly hasSource: (source: string) => boolean;
  /** Decides by the headers alone, before the body is there. */
  readonly open: (
    source: string,
    headers: DeliveryHeaders,
    /** Who sent it; asked for before `open` returns, or not at all. */
    address: () => string,
  ) => Verdict | { readonly opened: Opened };
  /** `body` is valid only until this returns. Never rejects. */
  readonly accept: (opened: Opened, body: Buffer) => Verdict | Promise<Verdict>;
}

export interface HttpServer {
  readonly port: number;
  /** Requests that were begun and are not answered. */
  readonly requestsInFlight: number;
  /** Bytes of bodies that are still being received. */
  readonly bytesCollected: number;
  /** Stops listening; resolves when every begun request is answered. Idle connections stay. */
  drain(): Promise<void>;
  /** Closes every connection. */
  close(): void;
}

const DEFAULT_SOURCE = 'default';
const PATH = '/webhooks/gemini';
/** A body up to this many times the limit is read and dropped, so that the sender sees the answer. */
const DROPPED_BODY_FACTOR = 8;
const EXCLUSIVE_PORT = 1;

/**
 * The public HTTP server. Requests that are not complete after about 30 s are closed by uWebSockets.js
 * itself, however they trickle; so are a second request before the first is answered, and several Host
 * headers. Of a repeated `webhook-*` or `Content-Length` header the first value counts, for the check
 * as for the record.
 *
 * @throws BridgeError ERR_PORT_TAKEN
 */
export async function startHttpServer<Opened extends object>(options: {
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Bound of all bodies that are being received at the same time. */
  readonly maxCollectedBytes: number;
  readonly handler: DeliveryHandler<Opened>;
  readonly onVerdict: (source: string | null, verdict: Verdict) => void;
  readonly random: () => number;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: TrustedProxies;
  /** PEM files that were checked; null: plain HTTP. */
  readonly tls: TlsFiles | null;
}): Promise<HttpServer> {
  const { handler, maxBodyBytes, maxCollectedBytes, onVerdict, random, tls } = options;
  const uws = loadUws();
  const app =
    tls === null
      ? uws.App()
      : uws.SSLApp({ key_file_name: tls.keyFile, cert_file_name: tls.certFile });
  let listenSocket: us_listen_socket | null = null;
  let requestsInFlight = 0;
  let bytesCollected = 0;
  let wakeDrain = (): void => undefined;

  const addressOf = (res: HttpResponse, req: HttpRequest): string => {
    const remote = Buffer.from(res.getRemoteAddressAsText()).toString();
    const forwardedFor = (): string => {
      // HAProxy adds a line of its own behind the sender's: `getHeader` would give the sender's alone.
      const lines: string[] = [];
      req.forEach((name, value) => {
        if (name === 'x-forwarded-for') lines.push(value);
      });
      return lines.join(',');
    };
    return clientAddress(remote, forwardedFor, options.trustedProxies);
  };

  /** Takes one request from its first header to its answer. */
  function receive(res: HttpResponse, req: HttpRequest, source: string): void {
    let isOver = false;
    let parts: Buffer[] = [];
    let size = 0;
    requestsInFlight += 1;
    const end = (): void => {
      isOver = true;
      bytesCollected -= size;
      size = 0;
      parts = [];
      requestsInFlight -= 1;
      if (requestsInFlight === 0) wakeDrain();
    };
    res.onAborted(() => {
      if (!isOver) end();
    });
    const reply = (verdict: Verdict, closes = false): void => {
      onVerdict(source, verdict);
      if (isOver) return;
      end();
      write(res, answerOf(verdict, random), closes || listenSocket === null);
    };

    const announced = Number(req.getHeader('content-length') || 0);
    if (announced > maxBodyBytes) {
      reply(refused('body_too_large'), announced > maxBodyBytes * DROPPED_BODY_FACTOR);
      return;
    }
    const first = handler.open(
      source,
      {
        id: req.getHeader('webhook-id'),
        timestamp: req.getHeader('webhook-timestamp'),
        signature: req.getHeader('webhook-signature'),
        traceparent: req.getHeader('traceparent'),
      },
      () => addressOf(res, req),
    );
    if (!('opened' in first)) {
      reply(first);
      return;
    }
    const whole = (body: Buffer): void => {
      const verdict = handler.accept(first.opened, body);
      if (verdict instanceof Promise) void verdict.then(reply);
      else reply(verdict);
    };
    res.onData((chunk, isLast) => {
      if (isOver) return;
      const bytes = Buffer.from(chunk);
      if (size + bytes.length > maxBodyBytes) {
        reply(refused('body_too_large'), true);
      } else if (isLast && parts.length === 0) {
        whole(bytes);
      } else if (bytesCollected + bytes.length > maxCollectedBytes) {
        reply(unavailable('overload'), true);
      } else {
        // The chunk dies with this call: a copy is kept.
        parts.push(Buffer.from(bytes));
        size += bytes.length;
        bytesCollected += bytes.length;
        if (isLast) whole(Buffer.concat(parts, size));
      }
    });
  }

  function refuse(res: HttpResponse, req: HttpRequest, source: string | null): void {
    const verdict = refused(source === null ? 'path_unknown' : 'method_not_allowed');
    onVerdict(source, verdict);
    const isHead = req.getMethod() === 'head';
    write(res, answerOf(verdict, random), listenSocket === null, isHead);
  }

  const named = (req: HttpRequest): string | null => {
    const name = req.getParameter(0) ?? '';
    return name !== DEFAULT_SOURCE && handler.hasSource(name) ? name : null;
  };
  app
    .post(PATH, (res, req) => receive(res, req, DEFAULT_SOURCE))
    .any(PATH, (res, req) => refuse(res, req, DEFAULT_SOURCE))
    .post(`${PATH}/:source`, (res, req) => {
      const source = named(req);
      if (source === null) refuse(res, req, null);
      else receive(res, req, source);
    })
    .any(`${PATH}/:source`, (res, req) => refuse(res, req, named(req)))
    .any('/*', (res, req) => refuse(res, req, null));

  listenSocket = await listen(app, options.host, options.port);
  const port = uws.us_socket_local_port(listenSocket);
  return {
    port,
    get requestsInFlight() {
      return requestsInFlight;
    },
    get bytesCollected() {
      return bytesCollected;
    },
    async drain() {
      if (listenSocket !== null) uws.us_listen_socket_close(listenSocket);
      listenSocket = null;
      if (requestsInFlight > 0) await new Promise<void>((resolve) => (wakeDrain = resolve));
    },
    close: () => void app.close(),
  };
}

function write(res: HttpResponse, answer: Answer, closes: boolean, isHead = false): void {
  res.cork(() => {
    res.writeStatus(STATUS_LINES[answer.status]);
    for (const name in answer.headers) res.writeHeader(name, answer.headers[name] ?? '');
    const { body } = answer;
    if (body !== '') res.writeHeader('content-type', PROBLEM_TYPE);
    if (isHead) res.endWithoutBody(Buffer.byteLength(body), closes);
    else res.end(body, closes);
  });
}

function listen(app: UwsApp, host: string, port: number): Promise<us_listen_socket> {
  return new Promise((resolve, reject) => {
    // Without EXCLUSIVE_PORT two processes would share the port.
    app.listen(host, port, EXCLUSIVE_PORT, (socket) => {
      if (socket !== false) return resolve(socket);
      const message = `cannot listen on port ${port} of ${host}: set INGRESS_PORT (or INGRESS_HOST)`;
      return reject(new BridgeError('ERR_PORT_TAKEN', message));
    });
  });
}
