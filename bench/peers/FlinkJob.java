import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Flink's KeyedProcessFunction in one embedded cluster, event-time timers, a checkpoint every five seconds.
 * BOOTSTRAP TOPIC OUT RECORDS FOLDER BACKEND (hashmap or rocksdb)
 */
public final class FlinkJob {
  static final FourRules.Stopwatch WATCH = new FourRules.Stopwatch();
  static final AtomicLong FINDINGS = new AtomicLong();
  static volatile long last;

  /** Watermarks are read too: they let time reach the end of the log. */
  public static final class Reader implements KafkaRecordDeserializationSchema<FourRules.Happened>, Serializable {
    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FourRules.Happened> out) {
      WATCH.start();
      FourRules.Happened each = FourRules.read(record.value());
      if (each.at > last) last = each.at;
      out.collect(each);
    }

    @Override
    public TypeInformation<FourRules.Happened> getProducedType() {
      return Types.POJO(FourRules.Happened.class);
    }
  }

  /** Judges the cases of its keys. */
  public static final class Judge extends KeyedProcessFunction<String, FourRules.Happened, String> {
    private transient ValueState<long[]> kept;

    @Override
    public void open(OpenContext context) {
      kept = getRuntimeContext().getState(new ValueStateDescriptor<>("case", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(FourRules.Happened each, Context context, Collector<String> out) throws Exception {
      if (each.key.isEmpty()) return;
      long[] known = kept.value(), state = known == null ? new long[5] : known;
      for (int place = 1; place <= 3; place++) {
        if (state[place] != 0 && state[place] < each.at) tell(out, each.key, state, place);
      }
      if (FourRules.judge(state, each, (place, due) -> context.timerService().registerEventTimeTimer(due))) {
        FINDINGS.incrementAndGet();
        out.collect(FourRules.told(each.key, "C", each.at));
      }
      keep(state);
    }

    @Override
    public void onTimer(long due, OnTimerContext context, Collector<String> out) throws Exception {
      long[] state = kept.value();
      if (state == null || due >= last) return; // the log ends here, time does not
      for (int place = 1; place <= 3; place++) {
        if (state[place] == due) tell(out, context.getCurrentKey(), state, place);
      }
      keep(state);
    }

    private void tell(Collector<String> out, String key, long[] state, int place) {
      FINDINGS.incrementAndGet();
      out.collect(FourRules.told(key, FourRules.NAMES[place], state[place]));
      state[place] = 0;
    }

    private void keep(long[] state) throws Exception {
      if (FourRules.over(state)) kept.clear();
      else kept.update(state);
    }
  }

  public static void main(String[] given) throws Exception {
    Configuration terms = new Configuration();
    terms.setString("state.backend.type", given[5]);
    terms.setString("execution.checkpointing.dir", "file://" + given[4]);
    terms.setString("restart-strategy.type", "none");
    terms.setString("rest.port", "0");
    terms.setString("taskmanager.memory.managed.size", "512m");
    terms.setString("taskmanager.memory.network.min", "128m");
    terms.setString("taskmanager.memory.network.max", "128m");
    terms.setString("pipeline.object-reuse", "true");
    var environment = StreamExecutionEnvironment.createLocalEnvironment(1, terms);
    environment.enableCheckpointing(5000);
    var source = KafkaSource.<FourRules.Happened>builder().setBootstrapServers(given[0]).setTopics(given[1])
        .setGroupId("peer-flink-" + given[5]).setStartingOffsets(OffsetsInitializer.earliest()).setBounded(OffsetsInitializer.latest())
        .setDeserializer(new Reader()).setProperty("max.poll.records", "5000").setProperty("max.partition.fetch.bytes", "4194304").build();
    var out = given[2];
    KafkaRecordSerializationSchema<String> written = // with no instant: Kafka's are milliseconds
        (told, context, at) -> new ProducerRecord<>(out, told.getBytes(StandardCharsets.UTF_8));
    var sink = KafkaSink.<String>builder().setBootstrapServers(given[0]).setRecordSerializer(written).build();
    var times = WatermarkStrategy.<FourRules.Happened>forMonotonousTimestamps().withTimestampAssigner((each, before) -> each.at);
    environment.fromSource(source, times, "events").keyBy(each -> each.key).process(new Judge()).sinkTo(sink);
    environment.execute("four rules");
    System.out.println(WATCH.told(FINDINGS.get()));
    System.exit(0);
  }
}
