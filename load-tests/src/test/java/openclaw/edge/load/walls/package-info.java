/** The walls between modules and packages, as rules over the compiled classes, and classes that break each of them. */
package openclaw.edge.load.walls;
