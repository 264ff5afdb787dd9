/**
 * Compares what should be the same and was counted apart: what nodes say of themselves (the metrics in their TICKs), what their
 * journals hold, and what was invoiced. Every difference is named by its kind and place; nothing is averaged.
 */
package openclaw.edge.billing.reconcile;
