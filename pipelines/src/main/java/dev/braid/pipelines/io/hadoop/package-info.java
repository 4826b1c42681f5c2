/**
 * Beam's file system of Hadoop, wherever there is Hadoop: a cluster brings it or does not. Knows
 * nothing of what lies there.
 */
@NullMarked
package dev.braid.pipelines.io.hadoop;

import org.jspecify.annotations.NullMarked;
