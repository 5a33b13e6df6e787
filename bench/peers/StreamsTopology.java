import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams' Processor API, at least once: a store of cases and one of deadlines in their order, both in RocksDB
 * with a changelog. BOOTSTRAP TOPIC OUT RECORDS FOLDER
 */
public final class StreamsTopology {
  static final AtomicLong COUNT = new AtomicLong(), FINDINGS = new AtomicLong();
  static final FourRules.Stopwatch WATCH = new FourRules.Stopwatch();
  static final CountDownLatch DONE = new CountDownLatch(1);
  static final byte[] SET = new byte[0];
  static long records;

  static byte[] packed(long[] state) {
    ByteBuffer bytes = ByteBuffer.allocate(40);
    for (long each : state) bytes.putLong(each);
    return bytes.array();
  }

  static long[] unpacked(byte[] bytes) {
    long[] state = new long[5];
    if (bytes != null) ByteBuffer.wrap(bytes).asLongBuffer().get(state);
    return state;
  }

  static Bytes deadline(long at, String key, int place) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(ByteBuffer.allocate(9 + name.length).putLong(at).put(name).put((byte) place).array());
  }

  static Bytes from(long at) {
    return Bytes.wrap(ByteBuffer.allocate(8).putLong(at).array());
  }

  static final class Judge implements Processor<byte[], byte[], String, String> {
    private ProcessorContext<String, String> context;
    private KeyValueStore<String, byte[]> cases;
    private KeyValueStore<Bytes, byte[]> deadlines;
    private long reached, soonest;

    @Override
    public void init(ProcessorContext<String, String> given) {
      context = given;
      cases = given.getStateStore("cases");
      deadlines = given.getStateStore("deadlines");
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      WATCH.start();
      FourRules.Happened each = FourRules.read(record.value());
      advance(each.at);
      if (!each.key.isEmpty()) happen(each);
      if (COUNT.incrementAndGet() == records) DONE.countDown();
    }

    private void happen(FourRules.Happened each) {
      long[] state = unpacked(cases.get(each.key));
      boolean broken = FourRules.judge(state, each, (place, due) -> {
        deadlines.put(deadline(due, each.key, place), SET);
        soonest = Math.min(soonest, due);
      });
      if (broken) tell(each.key, "C", each.at);
      keep(each.key, state);
    }

    private void advance(long at) {
      if (at <= soonest) return;
      List<Bytes> passed = new ArrayList<>();
      soonest = Long.MAX_VALUE;
      try (var waiting = deadlines.range(from(reached), from(Long.MAX_VALUE))) {
        while (waiting.hasNext()) {
          Bytes next = waiting.next().key;
          long due = ByteBuffer.wrap(next.get()).getLong();
          if (due >= at) {
            soonest = due;
            break;
          }
          passed.add(next);
        }
      }
      for (Bytes each : passed) {
        deadlines.delete(each);
        fire(each.get());
      }
      reached = at;
    }

    private void fire(byte[] deadline) {
      long due = ByteBuffer.wrap(deadline).getLong();
      String key = new String(deadline, 8, deadline.length - 9, StandardCharsets.UTF_8);
      int place = deadline[deadline.length - 1];
      long[] state = unpacked(cases.get(key));
      if (state[place] != due) return;
      state[place] = 0;
      tell(key, FourRules.NAMES[place], due);
      keep(key, state);
    }

    private void keep(String key, long[] state) {
      if (FourRules.over(state)) cases.delete(key);
      else cases.put(key, packed(state));
    }

    private void tell(String key, String rule, long at) {
      FINDINGS.incrementAndGet();
      context.forward(new Record<>(key, FourRules.told(key, rule, at), at / 1000));
    }
  }

  public static void main(String[] given) throws InterruptedException {
    records = Long.parseLong(given[3]);
    Properties terms = new Properties();
    terms.putAll(Map.of("application.id", "peer-kafka-streams", "bootstrap.servers", given[0], "state.dir", given[4],
        "num.stream.threads", "1", "auto.offset.reset", "earliest", "commit.interval.ms", "5000",
        "statestore.cache.max.bytes", "67108864", "producer.linger.ms", "20", "consumer.max.poll.records", "5000",
        "replication.factor", "1"));
    Topology topology = new Topology();
    topology.addSource("events", new ByteArrayDeserializer(), new ByteArrayDeserializer(), given[1]);
    topology.addProcessor("judge", Judge::new, "events");
    topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("cases"), Serdes.String(), Serdes.ByteArray())
        .withCachingEnabled(), "judge");
    topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("deadlines"), Serdes.Bytes(), Serdes.ByteArray()), "judge");
    topology.addSink("violations", given[2], new StringSerializer(), new StringSerializer(), "judge");
    var streams = new KafkaStreams(topology, terms);
    streams.start();
    DONE.await();
    String told = WATCH.told(FINDINGS.get());
    streams.close(Duration.ofSeconds(30));
    System.out.println(told);
    System.exit(0);
  }
}
