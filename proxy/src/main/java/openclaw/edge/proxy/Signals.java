package openclaw.edge.proxy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * What TERM, INT and HUP mean to this process. Handlers run on threads of the JVM and only pass on: others act.
 *
 * <p>The JVM's signal class is reached by reflection, since the compiler warns of its plain use and cannot be told not to.
 */
final class Signals {
    private static final int EXIT_FAILED = 1;

    private final AtomicInteger terminations = new AtomicInteger();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private Runnable hangUp;
    private boolean isHangUpOwed;
    private boolean isHangUpIgnored;

    /** Knows of no signal until told. */
    Signals() {}

    /** Takes TERM, INT and HUP over from the JVM. Main's first act: before it, TERM would end the process undrained. */
    static Signals install() {
        Signals signals = new Signals();
        handle("TERM", signals::terminate);
        handle("INT", signals::terminate);
        signals.isHangUpIgnored = !handle("HUP", signals::hangUp);
        return signals;
    }

    /** Returns once TERM or INT has arrived, perhaps before the call. */
    void awaitTermination() throws InterruptedException {
        terminated.await();
    }

    /** Whether TERM or INT has arrived. */
    boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    /** As TERM. */
    void terminate() {
        if (terminations.incrementAndGet() > 1) {
            // The second one means at once; records that are committed survive in the lanes, as after a kill.
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
        terminated.countDown();
    }

    /** What HUP means from now on; one that came before means it too. {@code action} must return at once. */
    synchronized void onHangUp(Runnable action) {
        if (isHangUpIgnored) {
            LoggerFactory.getLogger(Signals.class)
                    .warn(
                            "SIGHUP is ignored, since whoever started this process ignores it (nohup does): it reloads nothing here;"
                                    + " files that have changed are read by themselves as always");
        }
        hangUp = action;
        if (isHangUpOwed) {
            isHangUpOwed = false;
            action.run();
        }
    }

    /** As HUP. */
    synchronized void hangUp() {
        if (hangUp == null) {
            // Something may have been read already that has changed since.
            isHangUpOwed = true;
        } else {
            hangUp.run();
        }
    }

    /** Returns whether the action will be run: a signal that the parent process ignored stays ignored, as the JVM has it. */
    private static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return objectMethod(self, method, args);
                        }
                        action.run();
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return before != handler.getField("SIG_IGN").get(null);
        } catch (InvocationTargetException e) {
            // The JVM or the system keeps this signal for itself (-Xrs, Windows without HUP).
            LoggerFactory.getLogger(Signals.class).warn("SIG{} is not handled: {}", name, String.valueOf(e.getCause()));
            // That was said; it is not known to be ignored.
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Signal (module jdk.unsupported)", e);
        }
    }

    private static Object objectMethod(Object self, Method method, Object[] args) {
        return switch (method.getName()) {
            case "equals" -> self == args[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "signal handler";
        };
    }
}
