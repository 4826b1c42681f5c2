/**
 * What every engine must answer, in files and in streams: scenarios that know no engine, each held
 * to the oracle row by row.
 */
package dev.braid.it.scenarios;
