/** The same job as people write it in an afternoon: fastify, standardwebhooks, kafkajs. */
import Fastify from 'fastify';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const { KAFKA_BROKERS = '', TOPIC = '', SECRET = '', PORT = '' } = process.env;
const ALL_REPLICAS = -1;

interface Event {
  readonly type: string;
  readonly data: { readonly id: string };
}

const kafka = new Kafka({ brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.WARN });
const producer = kafka.producer({
  createPartitioner: Partitioners.DefaultPartitioner,
  allowAutoTopicCreation: false,
});
await producer.connect();

const webhook = new Webhook(SECRET);
const app = Fastify();
// The signature covers the raw bytes.
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
  done(null, body);
});
app.setErrorHandler((error, _request, reply) => {
  const status = error instanceof WebhookVerificationError ? 401 : 503;
  return reply.code(status).send({ error: String(error) });
});
app.post('/webhooks/gemini', async (request, reply) => {
  const body = request.body as string;
  const headers = request.headers as Record<string, string>;
  const event = webhook.verify(body, headers) as Event;
  await producer.send({
    topic: TOPIC,
    acks: ALL_REPLICAS,
    messages: [
      {
        key: event.data.id,
        value: body,
        headers: { 'webhook-id': headers['webhook-id'] ?? '', type: event.type },
      },
    ],
  });
  return reply.code(202).send();
});
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
