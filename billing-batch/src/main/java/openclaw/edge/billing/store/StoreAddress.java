package openclaw.edge.billing.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a store is: a file, {@code jdbc:sqlite:FILE}, or {@code jdbc:postgresql://host/database}. User and password of
 * PostgreSQL come from the URL or, better, from {@value #USER} and {@value #PASSWORD}. Immutable; its text holds no password.
 */
public final class StoreAddress {
    /** Environment variable with the database's user. */
    public static final String USER = "EDGE_STORE_USER";

    /** Environment variable with the user's password. */
    public static final String PASSWORD = "EDGE_STORE_PASSWORD";

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final Pattern SECRET = Pattern.compile("(?i)((?:ssl)?password=)([^&]*)");
    private static final Pattern USER_INFO = Pattern.compile("//[^/@?]*@");
    private static final String HIDDEN = "***";

    private final String url;
    private final Path file;
    private final String user;
    private final String password;
    private final List<String> secrets = new ArrayList<>();

    private StoreAddress(String url, Path file, String user, String password) {
        this.url = url;
        this.file = file;
        this.user = user;
        this.password = password;
        Matcher matcher = SECRET.matcher(url);
        while (matcher.find()) {
            addSecret(matcher.group(2));
            addSecret(decoded(matcher.group(2)));
        }
        addSecret(password);
    }

    /**
     * Reads an address.
     *
     * @param text a file or a JDBC URL
     * @param environment where user and password of PostgreSQL may stand
     * @throws IllegalArgumentException when it is a URL of something else; the message holds no password
     */
    public static StoreAddress of(String text, Map<String, String> environment) {
        if (text.startsWith(POSTGRESQL)) {
            if (USER_INFO.matcher(text).find()) {
                throw new IllegalArgumentException("a PostgreSQL URL takes no user before the host; expected"
                        + " jdbc:postgresql://host/database, and " + USER + " and " + PASSWORD
                        + " in the environment");
            }
            return new StoreAddress(text, null, environment.get(USER), environment.get(PASSWORD));
        }
        if (text.startsWith(SQLITE)) {
            return ofFile(Path.of(text.substring(SQLITE.length())));
        }
        if (text.contains("://") || text.startsWith("jdbc:")) {
            throw new IllegalArgumentException("a store is a file or jdbc:postgresql://host/database, not "
                    + text.replaceFirst("://.*", "://..."));
        }
        return ofFile(Path.of(text));
    }

    /** A store in an SQLite file. */
    public static StoreAddress ofFile(Path file) {
        return new StoreAddress(SQLITE + file, file, null, null);
    }

    private void addSecret(String secret) {
        if (secret != null && !secret.isEmpty()) {
            secrets.add(secret);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Whether it is PostgreSQL, otherwise it is SQLite. */
    boolean isPostgresql() {
        return file == null;
    }

    /** The file of SQLite; null of PostgreSQL. */
    public Path file() {
        return file;
    }

    String url() {
        return url;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** A text of others without any password of this address. */
    String hide(String text) {
        String hidden = SECRET.matcher(String.valueOf(text)).replaceAll("$1" + Matcher.quoteReplacement(HIDDEN));
        for (String secret : secrets) {
            hidden = hidden.replace(secret, HIDDEN);
        }
        return hidden;
    }

    /** The file, or the URL with passwords hidden. */
    @Override
    public String toString() {
        return file == null ? hide(url) : file.toString();
    }
}
