package bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Arguments: brokers, topic with the records to send, input topic, output topics, records per second,
 * seconds of warm-up, seconds. Sends prepared deliveries at a steady rate and takes three times of each
 * first sight: sent, acknowledged by the broker, visible to a read_committed consumer.
 *
 * In Java because sender, acknowledgements and consumer have threads of their own here: in one event
 * loop each would wait for the others, and that wait would count as latency.
 */
public final class Latency {
  private static final long LIMIT_NANOS = 30_000_000_000L;

  public static void main(String[] args) throws Exception {
    String brokers = args[0];
    String input = args[2];
    int rate = Integer.parseInt(args[4]);
    int warmUp = rate * Integer.parseInt(args[5]);
    List<ConsumerRecord<byte[], byte[]>> prepared = new ArrayList<>();
    Records.readAll(brokers, args[1], prepared::add);
    int records = Math.min(prepared.size(), warmUp + rate * Integer.parseInt(args[6]));
    Times times = new Times(records);

    try (var consumer = Records.consumer(brokers)) {
      consumer.seekToEnd(Records.assign(consumer, args[3]));
      consumer.assignment().forEach(consumer::position);
      Thread sender = new Thread(() -> send(brokers, input, prepared.subList(0, records), rate, warmUp, times));
      sender.start();
      long end = 0;
      while (times.waiting() && (end == 0 || System.nanoTime() < end)) {
        var polled = consumer.poll(Duration.ofMillis(100));
        long now = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : polled) times.seen(Records.numberOf(record), now);
        if (end == 0 && !sender.isAlive()) end = System.nanoTime() + LIMIT_NANOS;
      }
      sender.join();
    }
    System.out.println(times.toJson());
  }

  private static void send(String brokers, String topic, List<ConsumerRecord<byte[], byte[]>> prepared, int rate,
      int warmUp, Times times) {
    // As the ingress sends: at once, but what comes while two requests are on their way leaves together.
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all", "enable.idempotence", false,
        "linger.ms", 0, "max.in.flight.requests.per.connection", 2);
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.partitionsFor(topic);
      long begin = System.nanoTime();
      for (int at = 0; at < prepared.size(); at++) {
        long due = begin + at * 1_000_000_000L / rate;
        for (long left; (left = due - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
        // The bench looks at the CPU of what is measured at this line and at the next one.
        if (at == warmUp) System.out.println("measuring");
        ConsumerRecord<byte[], byte[]> each = prepared.get(at);
        int number = Records.numberOf(each);
        boolean isFirst = times.sent(number, at >= warmUp);
        if (at >= warmUp) times.late(System.nanoTime() - due);
        producer.send(new ProducerRecord<>(topic, null, each.key(), each.value(), each.headers()), (done, error) -> {
          if (error == null && isFirst) times.acknowledged(number, System.nanoTime());
        });
      }
      System.out.println("sent");
    }
    times.close();
  }

  /** Of each number; several threads write, but never the same field, and the last one reads after them. */
  private static final class Times {
    private final long[] sent;
    private final long[] acknowledged;
    private final long[] seen;
    private final boolean[] counts;
    private long latest;
    private int distinct;
    private int arrived;
    private int twice;
    private volatile boolean isClosed;

    Times(int records) {
      sent = new long[records];
      acknowledged = new long[records];
      seen = new long[records];
      counts = new boolean[records];
    }

    boolean sent(int number, boolean isMeasured) {
      if (sent[number] != 0) return false;
      sent[number] = System.nanoTime();
      counts[number] = isMeasured;
      distinct += 1;
      return true;
    }

    /** How late a delivery was sent: much of it means that the machine is too busy to measure on. */
    void late(long nanos) {
      latest = Math.max(latest, nanos);
    }

    void acknowledged(int number, long now) {
      acknowledged[number] = now;
    }

    void seen(int number, long now) {
      if (seen[number] == 0) arrived += 1;
      else twice += 1;
      if (seen[number] == 0) seen[number] = now;
    }

    /** All is sent and acknowledged. */
    void close() {
      isClosed = true;
    }

    boolean waiting() {
      return !isClosed || arrived < distinct;
    }

    String toJson() {
      int refused = 0;
      for (int n = 0; n < sent.length; n++) if (sent[n] != 0 && acknowledged[n] == 0) refused += 1;
      return String.format(Locale.ROOT, "{\"distinct\":%d,\"refused\":%d,\"missing\":%d,\"twice\":%d,", distinct, refused,
          distinct - arrived, twice)
          + String.format(Locale.ROOT, "\"latestMs\":%.1f,\"fromAck\":%s,\"fromSend\":%s}", latest / 1e6,
              spread(acknowledged), spread(sent));
    }

    private String spread(long[] since) {
      long[] took = new long[since.length];
      int count = 0;
      for (int n = 0; n < since.length; n++) {
        if (counts[n] && seen[n] != 0 && since[n] != 0) took[count++] = seen[n] - since[n];
      }
      long[] sorted = Arrays.copyOf(took, count);
      Arrays.sort(sorted);
      if (count == 0) return "null";
      return String.format(Locale.ROOT, "{\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"maxMs\":%.3f}", sorted[count / 2] / 1e6,
          sorted[(int) (count * 0.99)] / 1e6, sorted[count - 1] / 1e6);
    }
  }
}
