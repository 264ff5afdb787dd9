package openclaw.edge.yaml;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What an exception says, in words for people. The Java runtime puts what happened to a file into the name of an exception's
 * class and leaves its message to the path; such names never appear here. Thread-safe.
 */
public final class FailureWords {
    private static final int MAX_CAUSES = 16;

    private FailureWords() {}

    /**
     * What happened, without the file or server that it happened to: for messages that name it already.
     *
     * @return one line, never empty
     */
    public static String of(final Throwable failure) {
        final Throwable told = told(failure);
        final String known = known(told);
        if (known != null) {
            return known;
        }
        final String message = told instanceof FileSystemException file ? file.getReason() : told.getMessage();
        return message == null || message.isBlank()
                ? "an error without further words"
                : message.lines().findFirst().orElse(message);
    }

    /** As {@link #of}, after the file that it happened to where the exception knows one: {@code FILE: words}. */
    public static String withFile(final Throwable failure) {
        return told(failure) instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + of(failure)
                : of(failure);
    }

    /** Without those that only pass another one on: their message is that one's class and message. */
    private static Throwable told(final Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; depth < MAX_CAUSES && at.getCause() != null && passesOn(at); depth++) {
            at = at.getCause();
        }
        return at;
    }

    private static boolean passesOn(final Throwable failure) {
        return failure instanceof UncheckedIOException
                || failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure.getCause().toString().equals(failure.getMessage());
    }

    private static String known(final Throwable failure) {
        if (failure instanceof FileSystemException file) {
            return ofFile(file);
        }
        if (failure instanceof CharacterCodingException) {
            return "it holds bytes that are no text in UTF-8";
        }
        if (failure instanceof UnknownHostException || failure instanceof UnresolvedAddressException) {
            return "no address is known for its name";
        }
        if (failure.getMessage() != null) {
            return null;
        }
        if (failure instanceof EOFException) {
            return "it ends too early";
        }
        if (failure instanceof ConnectException) {
            return "nobody listens there";
        }
        if (failure instanceof SocketTimeoutException) {
            return "nothing was heard in time";
        }
        return failure instanceof ClosedChannelException ? "the connection was closed" : null;
    }

    /** Null where the reason says it, in the operating system's words or in those of whoever threw it. */
    private static String ofFile(final FileSystemException failure) {
        if (failure.getReason() != null) {
            return null;
        }
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user has no permission";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "something else is there";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is no directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "the directory is not empty";
        }
        return failure instanceof FileSystemLoopException ? "its symbolic links form a loop" : null;
    }
}
