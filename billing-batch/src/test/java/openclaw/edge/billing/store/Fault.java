package openclaw.edge.billing.store;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** Ends a run at one step: before a statement, a commit or a change of a file, or after it was done and before its answer. */
public final class Fault {
    private static final Set<String> STEPS =
            Set.of("execute", "executeUpdate", "executeQuery", "executeBatch", "commit");

    private final int at;
    private final boolean isAfter;
    private int step;
    private String where;

    private Fault(int at, boolean isAfter) {
        this.at = at;
        this.isAfter = isAfter;
    }

    /** A fault before a step, counted from 1. */
    public static Fault before(int step) {
        return new Fault(step, false);
    }

    /** A fault after a step. */
    public static Fault after(int step) {
        return new Fault(step, true);
    }

    /** Steps met. */
    public int steps() {
        return step;
    }

    /** Which step failed; null when none did. */
    public String where() {
        return where;
    }

    /** A change of a file that is about to happen; there is no after. */
    public void file(String name) throws IOException {
        if (++step == at) {
            where = name;
            throw new IOException("ended by the test before: " + name);
        }
    }

    /** Connections that are cut at the step: what is not committed is gone. */
    public Connections in(StoreAddress address) {
        return () -> {
            Connection connection = Connections.to(address).open();
            return (Connection) proxy(Connection.class, connection, connection);
        };
    }

    private Object proxy(Class<?> type, Object target, Connection connection) {
        return Proxy.newProxyInstance(
                Fault.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    boolean isStep = STEPS.contains(method.getName());
                    boolean isHit = isStep && ++step == at;
                    try {
                        if (isHit && !isAfter) {
                            cut(connection, method.getName(), arguments);
                        }
                        Object result = method.invoke(target, arguments);
                        if (isHit) {
                            cut(connection, method.getName(), arguments);
                        }
                        if (result instanceof PreparedStatement) {
                            return proxy(PreparedStatement.class, result, connection);
                        }
                        return result instanceof Statement ? proxy(Statement.class, result, connection) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void cut(Connection connection, String method, Object[] arguments) throws SQLException {
        where = method + (arguments == null ? "" : " " + arguments[0]);
        connection.abort(Runnable::run);
        throw new SQLException("cut by the test at step " + step + ", " + where);
    }
}
