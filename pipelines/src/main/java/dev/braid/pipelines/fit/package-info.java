/** One bounded run that fits the featurizers of a data set. Knows no engine and no model. */
@NullMarked
package dev.braid.pipelines.fit;

import org.jspecify.annotations.NullMarked;
