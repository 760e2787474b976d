package bench;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * What a team would write with Kafka Streams: ids in a window store, exactly once, the record's bytes
 * passed on unopened. One thread: with all on the same cores a second one makes a record dearer.
 */
public final class Peer {
  private static final String SEEN = "seen";
  private static final byte[] NOTHING = {};

  public static void main(String[] args) {
    Map<String, String> env = System.getenv();
    Duration window = Duration.ofHours(Long.parseLong(env.get("WINDOW_HOURS")));

    var store = Stores.windowStoreBuilder(
        Stores.persistentWindowStore(SEEN, window, window, false), Serdes.Bytes(), Serdes.ByteArray());
    Topology topology = new Topology()
        .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), env.get("INPUT_TOPIC"))
        .addProcessor("first-sight", () -> new FirstSight(window.toMillis()), "in")
        .addStateStore(store, "first-sight")
        .addSink("out", env.get("OUTPUT_TOPIC"), new ByteArraySerializer(), new ByteArraySerializer(), "first-sight");

    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, env.get("APPLICATION_ID"));
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, env.get("KAFKA_BROKERS"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, env.get("STATE_DIR"));
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, env.get("COMMIT_MS"));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);

    KafkaStreams streams = new KafkaStreams(topology, settings);
    // The bench waits for this line.
    streams.setStateListener((now, before) -> System.out.println("state: " + now));
    streams.setUncaughtExceptionHandler(error -> {
      error.printStackTrace();
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(8))));
    streams.start();
  }

  /** Forwards a record unless its webhook-id was seen within the window, in either direction of time. */
  private static final class FirstSight implements Processor<byte[], byte[], byte[], byte[]> {
    private final long windowMs;
    private ProcessorContext<byte[], byte[]> context;
    private WindowStore<Bytes, byte[]> seen;

    FirstSight(long windowMs) {
      this.windowMs = windowMs;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      this.seen = context.getStateStore(SEEN);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      Header header = record.headers().lastHeader("webhook-id");
      Bytes id = Bytes.wrap(header.value());
      long at = record.timestamp();
      try (var sights = seen.fetch(id, at - windowMs, at + windowMs)) {
        if (sights.hasNext()) return;
      }
      seen.put(id, NOTHING, at);
      context.forward(record);
    }
  }
}
