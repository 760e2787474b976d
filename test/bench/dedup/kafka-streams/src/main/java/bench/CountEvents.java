package bench;

import java.util.BitSet;
import java.util.Locale;

/**
 * Arguments: brokers, number of distinct ids, topics. Reads what is committed with Kafka's own client,
 * which shares nothing with what is measured, and prints what came out: all records, and distinct ids
 * of those that should.
 */
public final class CountEvents {
  public static void main(String[] args) {
    int expected = Integer.parseInt(args[1]);
    BitSet numbers = new BitSet(expected);
    long[] total = new long[1];
    Records.readAll(args[0], args[2], record -> {
      total[0] += 1;
      int number = Records.numberOf(record);
      if (number < expected) numbers.set(number);
    });
    System.out.printf(Locale.ROOT, "{\"total\":%d,\"distinct\":%d}%n", total[0], numbers.cardinality());
  }
}
