package openclaw.edge.billing.stripe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** A real push: its name is host, process id and start, so that on one machine a dead process's lease need not run out. */
final class ThisProcess implements Push.Surroundings {
    private static final int PARTS = 3;

    private final String host = host();

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    @Override
    public String owner() {
        ProcessHandle self = ProcessHandle.current();
        return host + "/" + self.pid() + "/" + startMs(self);
    }

    private static long startMs(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    @Override
    public boolean isGone(String owner) {
        String[] parts = owner.split("/", -1);
        if (parts.length != PARTS || !parts[0].equals(host) || !parts[1].matches("[0-9]{1,18}")) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts[1]));
        return process.isEmpty() || !String.valueOf(startMs(process.get())).equals(parts[2]);
    }

    @Override
    public LongSupplier clockMs() {
        return System::currentTimeMillis;
    }

    @Override
    public boolean pause(long ms) {
        try {
            Thread.sleep(ms);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public Random random() {
        return ThreadLocalRandom.current();
    }
}
