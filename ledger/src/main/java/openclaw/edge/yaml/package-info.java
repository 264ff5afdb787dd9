/**
 * Reading YAML by hand-written readers: one file becomes nodes that know their file, line and key, and the readers
 * ask them for typed values. Everything that is wrong is collected in {@link openclaw.edge.yaml.Problems}, so that one
 * run of a check names all of it.
 *
 * <p>A value means what its reader asks for, whatever YAML 1.1 would make of it: {@code off} asked for as text is the
 * text {@code off}; {@code 12:30:45} and {@code 017} are no numbers; only {@code true} and {@code false} are booleans.
 * Keys that nobody asked for are errors with a suggestion. Values never reach a message when they are secret or come
 * from the environment.
 */
package openclaw.edge.yaml;
