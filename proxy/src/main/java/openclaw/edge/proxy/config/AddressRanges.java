package openclaw.edge.proxy.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.YamlNode;

/** A set of IP address ranges, written {@code 10.0.0.0/8}, {@code ::1/128} or as one address. */
public final class AddressRanges {
    /** No address at all. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    private static final String EXPECTED = "an address range like 10.0.0.0/8 or ::1/128";

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /**
     * From texts.
     *
     * @throws IllegalArgumentException for a text that is no range, or has bits set beyond its prefix
     */
    public static AddressRanges of(String... texts) {
        List<Range> ranges = new ArrayList<>();
        for (String text : texts) {
            ranges.add(Range.parse(text));
        }
        return new AddressRanges(ranges);
    }

    static AddressRanges of(List<YamlNode> nodes, AddressRanges orElse) {
        List<Range> ranges = new ArrayList<>();
        for (YamlNode node : nodes) {
            String text = node.asNonEmptyText();
            try {
                if (!text.isEmpty()) {
                    ranges.add(Range.parse(text));
                }
            } catch (IllegalArgumentException e) {
                node.problem(e.getMessage());
            }
        }
        return nodes.isEmpty() ? orElse : new AddressRanges(ranges);
    }

    /** Whether nothing is in it. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether the address is in one of the ranges; IPv4 mapped into IPv6 counts as IPv4. Ask once per connection. */
    public boolean contains(InetAddress address) {
        return contains(address.getAddress());
    }

    /** Whether an address of 4 or 16 bytes in network order, as {@link InetAddress#getAddress} gives them, is in one of the
     * ranges. Allocates nothing. */
    public boolean contains(byte[] address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return ranges.toString();
    }

    private static final class Range {
        private final String text;
        private final byte[] network;
        private final int prefixBits;

        private Range(String text, byte[] network, int prefixBits) {
            this.text = text;
            this.network = network;
            this.prefixBits = prefixBits;
        }

        static Range parse(String text) {
            int slash = text.indexOf('/');
            byte[] network = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
            if (network == null) {
                throw new IllegalArgumentException(EXPECTED);
            }
            int bits = slash < 0 ? network.length * Byte.SIZE : bits(text.substring(slash + 1), network.length);
            for (int bit = bits; bit < network.length * Byte.SIZE; bit++) {
                if ((network[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) != 0) {
                    throw new IllegalArgumentException(EXPECTED + " with no bit set after the first " + bits);
                }
            }
            return new Range(text, network, bits);
        }

        private static int bits(String digits, int lengthBytes) {
            boolean number =
                    !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
            int bits = number ? Integer.parseInt(digits) : -1;
            if (bits < 0 || bits > lengthBytes * Byte.SIZE) {
                throw new IllegalArgumentException(EXPECTED + ", the number from 0 to " + lengthBytes * Byte.SIZE);
            }
            return bits;
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            int whole = prefixBits / Byte.SIZE;
            for (int i = 0; i < whole; i++) {
                if (address[i] != network[i]) {
                    return false;
                }
            }
            int rest = prefixBits % Byte.SIZE;
            return rest == 0 || (address[whole] ^ network[whole]) >> (Byte.SIZE - rest) == 0;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
