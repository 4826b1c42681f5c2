/** Predictions as Parquet files. Knows no engine, and needs no Hadoop where it runs. */
@NullMarked
package dev.braid.pipelines.io.parquet;

import org.jspecify.annotations.NullMarked;
